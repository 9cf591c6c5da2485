"""Signing in at the centre: address, account and password, once per laptop; the password is never kept."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gridclient.trust import address_of, exposed
from gridclient.ui import style
from gridclient.ui.certificate import CertificateRow
from gridclient.ui.parts import button, label, line
from gridclient.ui.saying import Shut, Tone
from gridclient.ui.workspace import Workspace
from sync.errors import Untrusted


class SignIn(QWidget):
    """The form of it. A line that others can read is marked; a centre that cannot prove itself asks for a certificate."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("sign_in")
        settings = workspace.settings
        self.address = line("中心地址，由社区内勤提供", name="address")
        self.open_line = style.mark(label("未加密", "pill", name="open_line"), "warn")
        self.account, self.password = line("账号", name="account"), line("密码", name="password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.go = button("登录并同步", self.sign_in, role="primary")
        self.certificate = CertificateRow(workspace)
        self._warned = ""
        self._lay_out()
        self.address.textChanged.connect(self._on_address)
        self.address.returnPressed.connect(self.account.setFocus)
        self.account.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.sign_in)
        self.certificate.chosen.connect(self.password.setFocus)
        self.address.setText(settings.hub)
        self.account.setText(settings.account)
        self._on_address(settings.hub)
        self.certificate.setVisible(workspace.desk.authority is not None)

    def sign_in(self) -> None:
        """Sign in beside the window, then have a round."""
        address, account = address_of(self.address.text()), self.account.text().strip()
        if self._is_others_work(account):
            return
        if address and account and self.password.text():
            self.workspace.start(self._sign_in(address, account, self.password.text()))
        else:
            self.workspace.say("请填写中心地址、账号和密码", tone=Tone.WARN)

    def _is_others_work(self, account: str) -> bool:
        """Warn, once, before somebody else signs in while work of the account before waits."""
        before, waiting = self.workspace.desk.account, self.workspace.replica.pending()
        if not (before and account and waiting) or account in (before, self._warned):
            return False
        self._warned = account
        self.workspace.say(
            f"还有 {waiting} 条是 {before} 填写的，没有上传",
            "请先用原来的账号登录并同步，换了账号中心可能不收。确实要换，请再按一次。",
            Tone.WARN,
        )
        return True

    async def _sign_in(self, address: str, account: str, password: str) -> None:
        try:
            await sign_in(self.workspace, address, account, password)
        except Untrusted:
            self.certificate.show()
            raise
        self.password.clear()
        self.workspace.remember_sign_in(address, account)

    def _on_address(self, typed: str) -> None:
        self.open_line.setVisible(exposed(address_of(typed)))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.address, 3)
        row.addWidget(self.open_line)
        row.addWidget(self.account, 1)
        row.addWidget(self.password, 1)
        row.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(6))
        layout.addLayout(row)
        layout.addWidget(self.certificate)


async def sign_in(workspace: Workspace, address: str, account: str, password: str) -> None:
    """Sign in off the window's thread, say that the laptop is let in, and have a round; whatever Desk.sign_in raises."""
    await workspace.run(workspace.desk.sign_in, address, account, password, text="正在登录")
    workspace.set_sync_state(signed_in=True, shut=Shut.NOT)
    workspace.sync_now()
