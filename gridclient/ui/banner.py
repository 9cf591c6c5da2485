"""What stays above the page while the centre shuts this laptop out: why, what waits, and the way back in.

The page beneath stays as it is, half-typed forms included.
"""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gridclient.ui import icons, style
from gridclient.ui.certificate import CertificateRow
from gridclient.ui.parts import button, label, line
from gridclient.ui.saying import Shut, SyncState
from gridclient.ui.sign_in import sign_in
from gridclient.ui.workspace import Workspace
from sync.errors import SignInNeeded


class Banner(QFrame):
    """One strip. Enter in its only line signs in again with the account this laptop has."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("banner")
        style.role(self, "strip")
        self._icon = label()
        self.title, self.advice = label("", "strong"), label(wrap=True)
        self.account = label("", "strong")
        self.password = line("中心密码", name="password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setMaximumWidth(style.px(150))
        self.password.returnPressed.connect(self.sign_in)
        self.go = button("登录并同步", self.sign_in, role="primary")
        self.again = button("再试一次", workspace.sync_now)
        self.certificate = CertificateRow(workspace)
        self.certificate.chosen.connect(workspace.sync_now)
        self._lay_out()
        self.hide()

    def show_state(self, state: SyncState) -> None:
        """Say how the laptop stands; hidden while the centre lets it in."""
        shut = state.shut
        self.setVisible(shut is not Shut.NOT)
        tone = "bad" if shut is Shut.WITHDRAWN else "warn"
        style.mark(self, tone)
        self._icon.setPixmap(icons.pixmap(tone, style.tint(tone).text, style.px(18)))
        self.title.setText(state.why)
        self.advice.setText(advice_for(state))
        self.account.setText(self.workspace.desk.account)
        for part in (self.account, self.password, self.go):
            part.setVisible(shut is Shut.SIGN_IN)
        self.again.setVisible(shut in (Shut.WITHDRAWN, Shut.UNTRUSTED))
        self.again.setEnabled(not state.running)
        self.certificate.setVisible(shut is Shut.UNTRUSTED)

    def sign_in(self) -> None:
        """Sign in again at the same centre with the same account, and stay on the page."""
        if self.password.text():
            self.workspace.start(self._sign_in(self.password.text()))

    async def _sign_in(self, password: str) -> None:
        desk = self.workspace.desk
        try:
            await sign_in(self.workspace, desk.address, desk.account, password)
        except SignInNeeded:
            self.password.selectAll()
            self.password.setFocus()
            raise
        self.password.clear()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(style.px(8))
        row.addWidget(self._icon)
        row.addWidget(self.title)
        row.addWidget(self.advice, 1)
        for part in (self.account, self.password, self.go, self.again):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(12), style.px(4), style.px(6), style.px(4))
        layout.addLayout(row)
        layout.addWidget(self.certificate)


def advice_for(state: SyncState) -> str:
    """What waits, that nothing is lost, and what to do."""
    if state.shut is Shut.WITHDRAWN:
        owed = f"还有 {state.owed} 条修改没有交给中心，都在本机；" if state.owed else ""
        return f"{owed}联网后会自动交给中心，然后清除本机数据。请联系社区内勤。"
    kept = f"还有 {state.waiting} 条修改没有上传，都已存在本机，没有丢失" if state.waiting else "本机数据都在"
    if state.shut is Shut.UNTRUSTED:
        return f"{kept}。请向社区内勤要新的证书文件。"
    then = "会自动上传" if state.waiting else "继续同步"
    return f"{kept}；重新登录后{then}。登录不了请联系社区内勤。"
