"""Ctrl+Z and Ctrl+Y of the whole window: take the newest step back, or do it again, and say what became of it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from gridclient.store.edits import Edit
from gridclient.ui.edit_words import left_words, outcome_message
from gridclient.ui.saying import Message, Tone
from gridclient.ui.workspace import Workspace

CHANGED = "这一步后来又改过，不能单独撤回"
MANY = 20  # records of a step: from so many on it is turned beside the window


def undo(workspace: Workspace) -> None:
    """Take the last saved step back; a door with everything that was saved with it."""
    book = workspace.visits
    if book.newest and (done := book.take_back()) is not None:
        workspace.said.emit(book.taken_back(done))
    else:
        turn(workspace, workspace.past.last, again=False)


def redo(workspace: Workspace) -> None:
    """Do the step again that was taken back."""
    turn(workspace, workspace.past.next, again=True)


def turn(workspace: Workspace, edit: Edit | None, *, again: bool, whole: bool = False) -> None:
    """Take a step back, or do it again, and say what became of it; one of many records beside the window.

    With ``whole`` nothing is taken back of a step that has changed since. While a large step is turned nothing else is.
    """
    if workspace.past.turning:
        return
    if edit is None or len(edit.parts) < MANY:
        workspace.said.emit(_turned(workspace, edit, again, whole))
        workspace.edits_changed.emit()
    else:
        workspace.past.turning = True
        workspace.start(_turn_beside(workspace, edit, again, whole))


async def _turn_beside(workspace: Workspace, edit: Edit, again: bool, whole: bool) -> None:
    text = f"正在{'重做' if again else '撤回'} {len(edit.parts)} 条…"
    try:
        message = await workspace.run(_turned, workspace, edit, again, whole, text=text)
    finally:
        workspace.past.turning = False
    workspace.said.emit(message)
    workspace.edits_changed.emit()


def _turned(workspace: Workspace, edit: Edit | None, again: bool, whole: bool) -> Message:
    past, replica = workspace.past, workspace.replica
    left = past.look(edit) if edit is not None and whole and not again else []
    if left:
        title = "这一步中心没有收下" if any(one.refused for one in left) else CHANGED
        return Message(title, left_words(replica, left), Tone.WARN)
    return outcome_message(replica, past.turn(edit), again=again)


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
