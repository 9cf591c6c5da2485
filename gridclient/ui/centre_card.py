"""The centre in the settings: where it is and who is signed in, whose certificate is trusted, and the way out."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.certificate import CertificateRow
from gridclient.ui.leaving import LeavingQuestion, worth_asking
from gridclient.ui.parts import button, label
from gridclient.ui.saying import SyncState, Tone
from gridclient.ui.workspace import Workspace


class CentreCard(QFrame):
    """Follows the laptop's standing; signing out asks first while something waits."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("centre_card")
        style.role(self, "card")
        self.told = label("", wrap=True)
        self.open_line = style.mark(label("未加密", "pill"), "warn")
        self.leave = button("退出登录", self.sign_out)
        self.certificate = CertificateRow(workspace)
        row = QHBoxLayout()
        row.setSpacing(style.px(12))
        row.addWidget(label("中心", "heading"))
        row.addWidget(self.told, 1)
        row.addWidget(self.open_line)
        row.addWidget(self.leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(12), style.px(10), style.px(12), style.px(10))
        layout.addLayout(row)
        layout.addWidget(self.certificate)
        workspace.sync_changed.connect(self._show)
        self._show(workspace.sync_state)

    def sign_out(self) -> None:
        """Sign out; with work the centre lacks, only after the question."""
        if worth_asking(self.workspace):
            question = LeavingQuestion(self.workspace, "退出登录", self.window())
            question.agreed.connect(self._sign_out)
            question.open()
        else:
            self._sign_out()

    def _sign_out(self) -> None:
        self.workspace.desk.sign_out()
        self.workspace.set_sync_state(signed_in=False, online=None, agreed=False, exposed=False)
        self.workspace.say("已退出登录", "本机数据都在；在“同步”里可以重新登录。", Tone.INFO)

    def _show(self, _state: SyncState) -> None:
        desk = self.workspace.desk
        who = f"{desk.address}　账号 {desk.account}" if desk.signed_in else "没有登录，在“同步”里登录"
        self.told.setText(who)
        self.leave.setVisible(desk.signed_in)
        self.open_line.setVisible(desk.exposed)
        self.certificate.reload()
