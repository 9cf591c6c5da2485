"""Ctrl+Z and Ctrl+Y of the whole window: take the newest step back, or do it again, and say what became of it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from gridclient.ui.edit_words import outcome_message
from gridclient.ui.workspace import Workspace


def undo(workspace: Workspace) -> None:
    """Take the last saved step back; a door with everything that was saved with it."""
    book = workspace.visits
    if book.newest and (done := book.take_back()) is not None:
        workspace.said.emit(book.taken_back(done))
    else:
        workspace.said.emit(outcome_message(workspace.replica, workspace.undo()))


def redo(workspace: Workspace) -> None:
    """Do the step again that was taken back."""
    workspace.said.emit(outcome_message(workspace.replica, workspace.redo(), again=True))


class SparedKeys(QObject):
    """Leaves undo and redo to the window while the blank with the focus has nothing of its own to take back.

    It listens to that one blank only: a filter on all of them would see every event of every form.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        application = QGuiApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - there is no window without one
        application.focusChanged.connect(self._move)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            text = watched.document() if isinstance(watched, QPlainTextEdit) else watched
            keys = QKeySequence.StandardKey
            undo = event.matches(keys.Undo) and not text.isUndoAvailable()  # type: ignore[attr-defined]
            if undo or (event.matches(keys.Redo) and not text.isRedoAvailable()):  # type: ignore[attr-defined]
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def _move(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and isValid(old):
            old.removeEventFilter(self)
        if isinstance(new, QLineEdit | QPlainTextEdit):
            new.installEventFilter(self)
