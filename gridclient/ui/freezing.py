"""定稿: one line asks who made the ledger that is shown, and keeps it under a number as it stands."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.errors import GridError
from gridclient.ledger.filing import CHECKER, MAKER, Origin, Signing, freeze
from gridclient.ledger.sheet import Sheet
from gridclient.records import FrozenLedger
from gridclient.ui import printing, style
from gridclient.ui.parts import button, label, line, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

PLACE = "frozen"
KEYS = "Ctrl+G"


@dataclass(frozen=True)
class Asked:
    """The ledger that is shown, how it was made, who makes papers here, and the reason given for whole numbers."""

    sheet: Sheet
    origin: Origin
    by: str
    why: str = ""


class Freezing(QFrame):
    """The line. Ctrl+G anywhere in ``parent`` opens it, Ctrl+Enter freezes, Esc leaves it.

    ``shown`` tells which ledger it is about, None while there is none. ``button`` opens the line; it stands where the
    page puts it.
    """

    def __init__(self, workspace: Workspace, shown: Callable[[], Asked | None], parent: QWidget) -> None:
        super().__init__(parent)
        self.workspace, self._shown, self._page = workspace, shown, parent
        self.setObjectName("freezing")
        style.role(self, "strip")
        self.title, self.wrong = label(role="strong", wrap=True), label(role="problem", wrap=True)
        self.by = line("必填", says=MAKER, name="made_by")
        self.checked = line("可以空着", says=CHECKER, name="checked_by")
        self.go = button("定稿  Ctrl+Enter", self.freeze, role="primary", icon="check")
        self.button = button(
            f"定稿  {KEYS}", self.ask, icon="check", tip="编号存档：以后照样重印，和现在比较"
        )
        self._asked: Asked | None = None
        self._lay_out()
        shortcut(KEYS, parent, self.ask)
        shortcut("Ctrl+Return", self, self.freeze)
        shortcut("Esc", self, self.leave)
        self.by.returnPressed.connect(self.checked.setFocus)
        self.checked.returnPressed.connect(self.freeze)
        self.hide()

    def ask(self) -> None:
        """Ask who made the ledger that is shown now: it is that one which will be frozen."""
        self._asked = self._shown()
        if self._asked is None:
            return
        self.title.setText(
            f"定稿《{self._asked.sheet.title}》：编号、制表人和时间印在每一页上，以后不能再改。"
        )
        self.by.setText(self.by.text() or self._asked.by)
        self.wrong.hide()
        self.go.setEnabled(True)
        self.show()
        (self.checked if self.by.text() else self.by).setFocus()

    def leave(self) -> None:
        """Close the line; nothing is frozen."""
        self._asked = None
        self.hide()
        self._page.setFocus()

    def freeze(self) -> None:
        """Freeze it beside the window and show it among the others, ready to be printed."""
        asked = self._asked
        if asked is None or not self.go.isEnabled():
            return
        if not self.by.text().strip():
            self._complain("请先填制表人。")
            self.by.setFocus()
            return
        self.go.setEnabled(False)
        signing = Signing(self.by.text(), self.workspace.now, self.checked.text(), asked.why)
        self.workspace.start(self._freeze(asked, signing))

    def open_shelf(self) -> None:
        """Show the page of all frozen ledgers."""
        self.workspace.open_place(PLACE)

    async def _freeze(self, asked: Asked, signing: Signing) -> None:
        workspace = self.workspace
        try:
            ledger: FrozenLedger = await workspace.run(
                freeze,
                workspace.replica,
                asked.sheet,
                asked.origin,
                signing,
                home=workspace.desk.home,
                count=_count,
                text=f"正在定稿 {asked.sheet.title}",
            )
        except GridError as error:
            if isValid(self):
                self.go.setEnabled(True)
                self._complain(f"{error.title}。{error.advice}")
            return
        workspace.say(
            f"已定稿，编号 {ledger.number}", "按 Ctrl+P 打印；印出来就带着编号和制表人。", Tone.GOOD
        )
        if isValid(self):
            self.leave()
        workspace.open_place(PLACE, id=ledger.id)

    def _complain(self, words: str) -> None:
        self.wrong.setText(words)
        self.wrong.show()

    def _lay_out(self) -> None:
        acts = QHBoxLayout()
        acts.setSpacing(style.px(8))
        for name, blank in ((MAKER, self.by), (CHECKER, self.checked)):
            acts.addWidget(label(name))
            acts.addWidget(blank, 1)
        acts.addWidget(self.go)
        acts.addWidget(button("先不定稿  Esc", self.leave))
        layout = QGridLayout(self)
        layout.addWidget(self.title, 0, 0)
        layout.addLayout(acts, 1, 0)
        layout.addWidget(self.wrong, 2, 0)


def _count(sheet: Sheet) -> int:
    return len(printing.pages_of(sheet))
