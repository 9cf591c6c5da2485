"""Ctrl+Z and Ctrl+Y of the whole window: take the newest step back, or do it again, and say what became of it."""

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
