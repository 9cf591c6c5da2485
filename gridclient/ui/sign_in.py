"""Signing in at the centre: address, account and password, once per laptop."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gridclient.ui.parts import button, line
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace


class SignIn(QWidget):
    """Address, account, password: once per laptop. The password is never kept."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("sign_in")
        settings = workspace.settings
        self.address = line("中心地址，由社区内勤提供", name="address")
        self.account, self.password = line("账号", name="account"), line("密码", name="password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.address.setText(settings.hub)
        self.account.setText(settings.account)
        self.go = button("登录并同步", self.sign_in, role="primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget, stretch in ((self.address, 3), (self.account, 1), (self.password, 1)):
            row.addWidget(widget, stretch)
        row.addWidget(self.go)
        self.address.returnPressed.connect(self.account.setFocus)
        self.account.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.sign_in)

    def sign_in(self) -> None:
        """Sign in beside the window, then have a round."""
        address, account = self.address.text().strip(), self.account.text().strip()
        if address and account and self.password.text():
            self.workspace.start(self._sign_in(address, account, self.password.text()))
            self.password.clear()
        else:
            self.workspace.say("请填写中心地址、账号和密码", tone=Tone.WARN)

    async def _sign_in(self, address: str, account: str, password: str) -> None:
        desk = self.workspace.desk
        await self.workspace.run(desk.sign_in, address, account, password, text="正在登录")
        self.workspace.remember_sign_in(address, account)
        self.workspace.set_sync_state(signed_in=True)
        self.workspace.sync_now()
