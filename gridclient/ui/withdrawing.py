"""作废: a frozen ledger is withdrawn with a reason; its number is never given again."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.records import FrozenLedger
from gridclient.ui import style
from gridclient.ui.parts import button, label, line, shortcut
from gridclient.ui.workspace import Workspace


class Withdrawing(QFrame):
    """The question. Enter withdraws once a reason is written, Esc does not; ``over`` after either."""

    over = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("withdrawing")
        style.role(self, "strip")
        style.mark(self, "warn")
        self.title = label(role="strong", wrap=True)
        self.why = line("为什么作废，如：表头写错，已另出一份", says="作废原因", name="why")
        self.go = button("作废  Enter", self._withdraw, role="danger")
        self._ledger: FrozenLedger | None = None
        acts = QHBoxLayout()
        acts.addWidget(self.why, 1)
        acts.addWidget(self.go)
        acts.addWidget(button("先留着  Esc", self._leave))
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addLayout(acts)
        self.why.textChanged.connect(lambda words: self.go.setEnabled(bool(words.strip())))
        self.why.returnPressed.connect(self._withdraw)
        shortcut("Esc", self, self._leave)
        self.hide()

    def ask(self, ledger: FrozenLedger) -> None:
        """Ask why this ledger is withdrawn."""
        self._ledger = ledger
        self.title.setText(f"{ledger.number} 作废后不再列出，编号不会再用；印出去的纸请收回。")
        self.why.clear()
        self.go.setEnabled(False)
        self.show()
        self.why.setFocus()

    def _withdraw(self) -> None:
        ledger, why = self._ledger, self.why.text().strip()
        if ledger is None or not why:
            return
        self.workspace.remove(ledger, why)
        self.workspace.say(f"{ledger.number} 已作废", "按 Ctrl+Z 取回；30 天内也可以在“回收站”里恢复。")
        self._leave()

    def _leave(self) -> None:
        self._ledger = None
        self.hide()
        self.over.emit()
