"""The one question before leaving with work the centre does not have: send it first, leave, or stay.

Nothing is lost either way, and the question says so. It never waits for a network: leaving is always one key.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.workspace import Workspace
from sync.errors import SyncError


class LeavingQuestion(QDialog):
    """Asks before ``act`` (退出, 退出登录). ``agreed`` when it may happen; Enter, Q and Esc answer."""

    agreed = Signal()

    def __init__(self, workspace: Workspace, act: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("leaving")
        self.setWindowTitle(act)
        self.setFixedWidth(style.px(520))
        self.sentence = label(sentence(*unsent(workspace), act=act), "strong", wrap=True)
        self.told = label("", "hint", wrap=True)
        self.told.hide()
        self.sync = button(f"立即同步后{act}", self._send)
        self.leave = button(f"直接{act}  Q", self._leave)
        self.stay = button("取消  Esc", self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for one in (self.stay, self.leave, self.sync):
            buttons.addWidget(one)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(20), style.px(18), style.px(20), style.px(16))
        layout.setSpacing(style.px(12))
        layout.addWidget(self.sentence)
        layout.addWidget(self.told)
        layout.addLayout(buttons)
        shortcut("Q", self, self._leave)
        self.finished.connect(self.deleteLater)
        self._act, self._over = act, False
        self._offer(send=workspace.sync_state.online is not False)

    def _offer(self, *, send: bool, why: str = "") -> None:
        """Let Enter send first, or, when nobody answers, leave."""
        self.sync.setText(f"立即同步后{self._act}" + ("  Enter" if send else ""))
        self.leave.setText(f"直接{self._act}  " + ("Q" if send else "Enter"))
        first, other = (self.sync, self.leave) if send else (self.leave, self.sync)
        style.role(first, "primary")
        style.role(other, "plain")
        first.setDefault(True)
        first.setFocus()
        self.told.setText(why)
        self.told.setVisible(bool(why))

    def _send(self) -> None:
        self.sync.setEnabled(False)
        self._offer(send=False, why="正在上传…　不想等可以直接退出，下次会接着传。")
        self.workspace.start(self._sent())

    async def _sent(self) -> None:
        try:
            await self.workspace.run(self.workspace.desk.sync, cancelled=self._is_over)
        except SyncError as error:
            why = f"{error.title}。内容都已存在本机，联网后会自动上传。"
        else:
            why = ""
        if self._is_over():
            return
        self.sync.setEnabled(True)
        self._offer(send=False, why=why)
        if not why:
            self._leave()

    def _is_over(self) -> bool:
        return self._over

    def done(self, result: int) -> None:
        """Close, whatever still runs."""
        self._over = True
        super().done(result)

    def _leave(self) -> None:
        self.accept()
        self.agreed.emit()


def worth_asking(workspace: Workspace) -> bool:
    """True when there is a centre that lacks something of what was saved here."""
    return bool(workspace.desk.address) and any(unsent(workspace))


def unsent(workspace: Workspace) -> tuple[int, int]:
    """How many changes and how many photos the centre lacks."""
    return workspace.replica.pending(), workspace.desk.photos.pending()


def sentence(changes: int, photos: int = 0, *, act: str = "退出") -> str:
    """How much waits, that it is safe, and when it goes."""
    what = "、".join([f"{changes} 条修改"] * bool(changes) + [f"{photos} 张照片"] * bool(photos))
    then = "重新登录后会自动上传" if act == "退出登录" else "联网后会自动上传"
    return f"还有 {what}没有上传；都已存在本机，{then}。"
