"""Typing as a Chinese input method does it."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QWidget


def compose(widget: QWidget, text: str) -> None:
    """Commit ``text`` to ``widget``.

    QTest.keyClicks maps characters to keys and aborts the interpreter at the first Chinese one.
    """
    event = QInputMethodEvent()
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)
