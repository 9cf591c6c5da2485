"""Blanks whose keys belong to the input method for as long as it composes, and Ctrl+Z to the window once they need it not.

An input method takes its keys itself as a rule; some let Enter, digits or Esc through, and what they meant for a word
half made must not save, answer or close.
"""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)


class Line(QLineEdit):
    """One line; ``composing`` while a word is half made."""

    composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        nothing = not self.isUndoAvailable(), not self.isRedoAvailable()
        return _swallowed(self, event) or _left(event, *nothing) or super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.composing = False
        super().focusOutEvent(event)


class Box(QPlainTextEdit):
    """Several lines; ``composing`` while a word is half made."""

    composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        text = self.document()
        nothing = not text.isUndoAvailable(), not text.isRedoAvailable()
        return _swallowed(self, event) or _left(event, *nothing) or super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.composing = False
        super().focusOutEvent(event)


def composing(blank: QObject) -> bool:
    """True while a word is half made in it; for whoever sees its keys before it does."""
    return bool(getattr(blank, "composing", False))


def _swallowed(blank: Line | Box, event: QEvent) -> bool:
    if not blank.composing or event.type() not in KEYS:
        return False
    event.accept()
    return True


def _left(event: QEvent, no_undo: bool, no_redo: bool) -> bool:
    """Leave undo and redo to the window while the blank has nothing of its own to take back, or to do again."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.ShortcutOverride:
        return False
    keys = QKeySequence.StandardKey
    if (no_undo and event.matches(keys.Undo)) or (no_redo and event.matches(keys.Redo)):
        event.ignore()
        return True
    return False
