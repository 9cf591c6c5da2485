"""Blanks whose keys belong to the input method for as long as it composes.

An input method takes its keys itself as a rule; some let Enter, digits or Esc through, and what they meant for a word
half made must not save, answer or close.
"""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFocusEvent, QInputMethodEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


class Line(QLineEdit):
    """One line; ``composing`` while a word is half made."""

    composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = _listen(self, bool(event.preeditString()))
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.composing = _listen(self, False)
        super().focusOutEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return _swallowed(event) or super().eventFilter(watched, event)


class Box(QPlainTextEdit):
    """Several lines; ``composing`` while a word is half made."""

    composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = _listen(self, bool(event.preeditString()))
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.composing = _listen(self, False)
        super().focusOutEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return _swallowed(event) or super().eventFilter(watched, event)


def _listen(blank: QWidget, composing: bool) -> bool:
    """See every key before whoever else looks at them, only for so long; the same truth again."""
    if composing:
        blank.installEventFilter(blank)
    else:
        blank.removeEventFilter(blank)
    return composing


def _swallowed(event: QEvent) -> bool:
    if event.type() not in KEYS:
        return False
    event.accept()
    return True
