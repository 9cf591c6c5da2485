"""What is asked before a list leaves the screen: which rows, where several are chosen, and what whole numbers are for."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QRadioButton, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.ledger_choices import REASON
from gridclient.ui.parts import beside, button, label, line

WHOLE = "名单上的号码没有遮住。写明用途，会记入查看记录。"


class Asking(QDialog):
    """One question about an act; ``agreed(which, why)`` with the place of the choice and the reason. Esc drops it."""

    agreed = Signal(int, str)

    def __init__(
        self, act: str, choices: Sequence[str], *, reason: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("list_asking")
        self.setWindowTitle(act)
        self.setFixedWidth(style.px(460))
        self.choices = [QRadioButton(words) for words in choices]
        self.reason = line(REASON, says="用途", name="reason")
        self.go = button(f"{act}  Enter", self._agree, role="primary", name="go")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(20), style.px(18), style.px(20), style.px(16))
        layout.setSpacing(style.px(10))
        for choice in self.choices:
            layout.addWidget(choice)
        if reason:
            layout.addWidget(label(WHOLE, "strong", wrap=True))
            layout.addWidget(self.reason)
            self.reason.textChanged.connect(self._weigh)
        layout.addLayout(beside(None, button("取消  Esc", self.reject), self.go))
        self._asks = reason
        self.go.setDefault(True)
        self.finished.connect(self.deleteLater)
        if self.choices:
            self.choices[0].setChecked(True)
        (self.reason if reason else self.choices[0]).setFocus()
        self._weigh()

    def _weigh(self) -> None:
        self.go.setEnabled(not self._asks or bool(self.reason.text().strip()))

    def _agree(self) -> None:
        if self.go.isEnabled():
            which = next((place for place, one in enumerate(self.choices) if one.isChecked()), 0)
            self.accept()
            self.agreed.emit(which, self.reason.text().strip())
