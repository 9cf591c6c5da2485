"""The office's certificate authority on the screen: which one this laptop trusts, and a way to name another."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from gridclient.errors import Unfit
from gridclient.trust import LARGEST, Authority
from gridclient.ui import style
from gridclient.ui.parts import button, label
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

NONE = "没有指定，用这台电脑自己信任的证书"
COMPARE = "请把指纹和社区内勤核对一遍，一样才登录。"


class CertificateRow(QWidget):
    """One line: 证书文件, whose it is and its fingerprint, and 选择…. ``chosen`` once another one is trusted."""

    chosen = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("certificate")
        self.told = label("", "hint", wrap=True)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.choose_button = button("选择证书文件…", self.choose, icon="folder")
        self.forget_button = button("不再使用", self.forget, role="quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(style.px(8))
        row.addWidget(self.choose_button)
        row.addWidget(self.told, 1)
        row.addWidget(self.forget_button)
        self.reload()

    def reload(self) -> None:
        """Show which authority is trusted now."""
        trusted = self.workspace.desk.authority
        self.told.setText(words(trusted) if trusted else NONE)
        self.forget_button.setVisible(trusted is not None)

    def choose(self) -> None:
        """Ask for the file."""
        kinds = "证书文件 (*.pem *.crt *.cer *.der);;所有文件 (*)"
        found, _kind = QFileDialog.getOpenFileName(self, "选择单位的证书文件", "", kinds)
        if found:
            self.take(Path(found))

    def take(self, file: Path) -> None:
        """Trust the authority in a file from now on; its content is kept, so the file may go."""
        self.workspace.desk.trust(read(file))
        self.reload()
        self.workspace.say("已换用新的证书文件", COMPARE, Tone.INFO)
        self.chosen.emit()

    def forget(self) -> None:
        """Trust what this computer trusts."""
        self.workspace.desk.distrust()
        self.reload()
        self.workspace.say("不再使用证书文件", NONE.partition("，")[2])


def read(file: Path) -> bytes:
    """The content of a certificate file; Unfit when it cannot be read."""
    try:
        with file.open("rb") as handle:
            return handle.read(LARGEST)
    except OSError as error:
        raise Unfit("证书文件读不出来", "请检查文件还在不在，或重新插一次 U 盘。") from error


def words(trusted: Authority) -> str:
    """Whose certificate it is, until when it holds, and its fingerprint."""
    return f"{trusted.name}，有效期至 {trusted.until:%Y-%m-%d}\n指纹（SHA-256） {trusted.fingerprint}"
