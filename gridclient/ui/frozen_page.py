"""定稿台账: what was signed, printed again page by page as it was, and what the records say otherwise by now."""

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.errors import GridError
from gridclient.ledger.comparing import Difference, Entry
from gridclient.ledger.filing import differences, reason, thaw
from gridclient.ledger.page import Pages
from gridclient.ledger.sheet import Sheet
from gridclient.records import FrozenLedger
from gridclient.store.frozen import ledgers
from gridclient.store.trail import Act, Step
from gridclient.ui import printing, style
from gridclient.ui.blank import OrWords
from gridclient.ui.initials import initials
from gridclient.ui.paper_view import PaperView
from gridclient.ui.parts import button, containing, label, later, line, shortcut
from gridclient.ui.past_page import PastPage
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.withdrawing import Withdrawing
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

HEADS = ("编号", "台账", "范围和期间", "制表人", "审核人", "定稿时间", "人数", "号码")
CELLS = ("差别", "第几行", "哪一条", "栏目", "定稿时", "现在")
HINT = "定稿的台账不能再改：随时照样重印，也能看出现在的资料和它差在哪里。"
ANY_HEIGHT = 16_777_215  # pixels: what Qt calls no limit
ROOM = 210  # pixels at plain size of the list above the paper
PAUSE_MS = 60  # a ledger passed on the way to another is not opened
FULL = "这份台账印着完整号码", "按 Enter 打开；看过会留下记录。"


class FrozenPage(PastPage):
    """Arrows choose, Enter opens one with whole numbers, C compares with now, Delete withdraws, Ctrl+F looks for one."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "定稿台账", RowsView(HEADS, (10, 12, 12, 5, 5, 8, 4, 5)), parent)
        self.setObjectName("frozen_page")
        self.rows.setAccessibleName("定稿台账")
        self.words = line(
            "查找：编号 / 台账 / 范围 / 制表人   Ctrl+F", says="在定稿台账中查找", name="filter"
        )
        self.words.setClearButtonEnabled(True)
        self.compare_button = button("和现在比较 C", self.compare, icon="clash", checkable=True)
        self.withdraw_button = button("作废 Delete", self.withdraw, icon="remove")
        self.view = PaperView(workspace, self)
        self.cells = RowsView(CELLS, (4, 4, 18, 10, 14, 14))
        for rows in (self.rows, self.cells):
            rows.out.yield_key()  # Ctrl+E saves the paper
        self.rows.out.narrowed = lambda: containing(self.words)
        self.told = label(role="hint", wrap=True)
        self.paper = OrWords(self.view)
        self.withdrawing = Withdrawing(workspace, self)
        self._all: list[Told] = []
        self._wanted, self._opened, self._turn_of_paper = "", "", 0
        self._seen: set[str] = set()
        self._soon = later(self, PAUSE_MS, self._open_chosen)
        self._lay_out_frozen()
        self._connect()

    def open(self, *, id: str = "", **_where: Any) -> None:
        """Show one of them, by its id."""
        self._wanted = id
        self.words.clear()
        self.reload()

    def read(self) -> list[Told]:
        return [frozen_row(ledger) for ledger in ledgers(self.workspace.replica)]

    def show_told(self, told: list[Told]) -> None:
        self._all = told
        self._filter()

    @property
    def ledger(self) -> FrozenLedger | None:
        """The ledger marked."""
        chosen: FrozenLedger | None = self.rows.chosen
        return chosen

    def compare(self) -> None:
        """Show what the records say otherwise now; once more shows the paper again."""
        ledger = self.ledger
        showing = self.cells.isVisible()
        self._show_paper()
        if ledger is None or showing:
            return
        if self._is_covered(ledger):
            self.look()
        self.compare_button.setChecked(True)
        self.workspace.start(self._compare(ledger))

    def look(self) -> None:
        """Open the marked ledger, also one with whole numbers: that is noted first."""
        ledger = self.ledger
        if ledger is not None and self._is_covered(ledger):
            who, what = self.workspace.desk.who, f"{ledger.number} {ledger.title}"
            step = Step(self.workspace.now, who, Act.UNMASK, what, ledger.persons or 0, True, ledger.why)
            self.workspace.desk.trail.add(step)
            self._seen.add(ledger.id)
            self._opened = ""
            self._open_chosen()

    def withdraw(self) -> None:
        """Ask why the marked ledger is withdrawn."""
        if self.ledger is not None:
            self.withdrawing.ask(self.ledger)

    def _open_chosen(self) -> None:
        """Show the pages of the marked ledger, unless they are shown already."""
        ledger = self.ledger
        for one in (self.compare_button, self.withdraw_button):
            one.setEnabled(ledger is not None)
        if ledger is None:
            self._opened = ""
            self.view.clear()
        if ledger is None or ledger.id == self._opened:
            return
        self._opened = ledger.id
        self._turn_of_paper += 1
        self.view.clear()
        self._show_paper()
        self.told.setText("")
        if self._is_covered(ledger):
            self.paper.show_words(*FULL)
        else:
            self.paper.show_words("正在打开…")
            self.workspace.start(self._open(ledger, self._turn_of_paper))

    async def _open(self, ledger: FrozenLedger, turn: int) -> None:
        try:
            sheet, pages = await self.workspace.run(_thawed, self.workspace.replica, ledger)
        except GridError as error:
            if isValid(self) and turn == self._turn_of_paper:
                self.paper.show_words(error.title, error.advice)
            return
        if isValid(self) and turn == self._turn_of_paper:
            self.view.show_sheet(sheet, pages, reason(ledger))
            self.paper.show_view()
            if ledger.pages and len(pages) != ledger.pages:
                self.told.setText(f"定稿时是 {ledger.pages} 页，本机排成 {len(pages)} 页；内容一字不差。")
            self.told.setVisible(bool(self.told.text()))

    async def _compare(self, ledger: FrozenLedger) -> None:
        workspace = self.workspace
        try:
            found = await workspace.run(
                differences,
                workspace.replica,
                ledger,
                home=workspace.desk.home,
                today=workspace.today,
                text=f"正在比较 {ledger.number}",
            )
        except GridError as error:
            if isValid(self):
                self._show_paper()
                workspace.say(error.title, error.advice)
            return
        if isValid(self) and self.ledger is not None and self.ledger.id == ledger.id:
            self._show_difference(ledger, found)

    def _show_difference(self, ledger: FrozenLedger, found: Difference) -> None:
        masked = "遮住的号码只比露出来的几位。" if ledger.masked else ""
        self.told.setText(f"{ledger.number} 和现在比较：{found.words}。{masked}")
        self.cells.show_rows(difference_rows(found))
        self.paper.hide()
        self.told.show()
        self.cells.setVisible(bool(found))
        if not found:
            self.paper.show()
            self.compare_button.setChecked(False)

    def _show_paper(self) -> None:
        self.compare_button.setChecked(False)
        self.cells.hide()
        self.told.hide()
        self.paper.show()

    def _is_covered(self, ledger: FrozenLedger) -> bool:
        return not ledger.masked and ledger.id not in self._seen

    def _filter(self) -> None:
        words = [word.lower() for word in self.words.text().split()]
        shown = [told for told in self._all if all(_fits(told, word) for word in words)]
        wanted = self._wanted or (self.ledger.id if self.ledger else "")
        self.rows.show_rows(shown)
        row = next((n for n, told in enumerate(shown) if told.about.id == wanted), -1)
        if row >= 0:
            self.rows.selectRow(row)
            self._wanted = ""
        self.hint.setText(f"{HINT}　共 {len(shown)} 份" if shown else HINT)
        self._under.setVisible(bool(shown))
        self.body.setMaximumHeight(style.px(ROOM) if shown else ANY_HEIGHT)
        if shown:
            self.body.show_view()
        elif self._all:
            self.body.show_words("没有符合的", "换几个字再找；作废的在“回收站”里。")
        else:
            self.body.show_words("还没有定稿的台账", "在“台账”（F7）里排好一份，按 Ctrl+G 定稿。")
        self._soon.start()

    def _connect(self) -> None:
        self.words.textChanged.connect(self._filter)
        self.words.returnPressed.connect(self.rows.setFocus)
        self.rows.selectionModel().currentRowChanged.connect(lambda *_rows: self._soon.start())
        self.rows.opened.connect(lambda _one: self.look())
        self.withdrawing.over.connect(self.rows.setFocus)
        for keys, act in (("C", self.compare), ("Delete", self.withdraw), ("/", self.words.setFocus)):
            shortcut(keys, self.rows, act, alone=True)
        shortcut("C", self.cells, self.compare, alone=True)
        shortcut("Ctrl+F", self, self.words.setFocus)

    def _lay_out_frozen(self) -> None:
        self.head.addWidget(self.words, 1)
        self.head.addWidget(self.compare_button)
        self.head.addWidget(self.withdraw_button)
        self._under = QWidget()
        under = QVBoxLayout(self._under)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(style.px(6))
        under.addWidget(self.told)
        under.addWidget(self.cells, 1)
        under.addWidget(self.paper, 1)
        self.foot.addWidget(self.withdrawing)
        self.foot.addWidget(self._under, 1)
        self.cells.setAccessibleName("和现在的差别")
        self.cells.hide()


def frozen_row(ledger: FrozenLedger) -> Told:
    """A frozen ledger in one line."""
    at = f"{ledger.at:%Y-%m-%d %H:%M}" if ledger.at else ""
    numbers = "已遮住" if ledger.masked else "完整"
    texts = (ledger.number, ledger.title, ledger.about, ledger.made_by, ledger.checked_by, at)
    tone, values = "" if ledger.masked else "warn", {5: ledger.at or "", 6: ledger.persons or 0}
    return Told((*texts, str(ledger.persons or 0), numbers), tone, ledger, toned=7, values=values)


def difference_rows(found: Difference) -> list[Told]:
    """What is new, what is gone, and every cell that reads otherwise, one a line."""
    rows = [_whole("新增", one, "good") for one in found.added]
    rows += [_whole("少了", one, "bad") for one in found.gone]
    for one in found.changed:
        row = f"第 {one.before.number} 行"
        rows += [
            Told(
                ("变了", row, one.before.name, cell.label, cell.before or "（空）", cell.now or "（空）"),
                "warn",
            )
            for cell in one.cells
        ]
    return rows


def _whole(words: str, one: Entry, tone: str) -> Told:
    return Told((words, f"第 {one.number} 行", one.name, "整行", "", ""), tone)


def _thawed(replica: Replica, ledger: FrozenLedger) -> tuple[Sheet, Pages]:
    sheet = thaw(replica, ledger)
    return sheet, printing.pages_of(sheet)


def _fits(told: Told, word: str) -> bool:
    return any(word in text.lower() or word in initials(text) for text in told.texts)
