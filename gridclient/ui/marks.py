"""Where a record stands towards the centre, as one small sign: nothing for what the centre has."""

from PySide6.QtCore import QObject, Signal

from gridclient.ui.plan_paint import Mark
from gridclient.ui.saying import SyncState
from gridclient.ui.workspace import Workspace

MARKS = {
    "kept": Mark("info", "◌", "待上传"),
    "sent": Mark("info", "↑", "上传中"),
    "refused": Mark("bad", "⚠", "需要您处理"),
    "clashed": Mark("violet", "≠", "冲突"),
}


def true_state(state: str, *, running: bool) -> str:
    """What was sent and not answered counts as not sent once no round is under way."""
    return "kept" if state == "sent" and not running else state


def mark_of(state: str, *, running: bool) -> Mark | None:
    """The mark of a state; None for what the centre has."""
    return MARKS.get(true_state(state, running=running))


class Standing(QObject):
    """Says ``moved`` when records have come to stand elsewhere without having changed: a round ended with news of them."""

    moved = Signal()

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._last = _figures(workspace.sync_state)
        workspace.sync_changed.connect(self._look)

    def _look(self, state: SyncState) -> None:
        if state.running:
            return
        before, self._last = self._last, _figures(state)
        if self._last[0] < before[0] or self._last[1:] != before[1:]:
            self.moved.emit()


def _figures(state: SyncState) -> tuple[int, int, int]:
    return state.waiting, state.conflicts, state.refused
