"""统计: the figures of a month and how they compare, what the bars say, and the page to hand in; every number opens its list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from gridclient.ledger.compose import compose
from gridclient.ledger.period import period_of
from gridclient.ledger.template import named
from gridclient.rules.months import Counted, Measure, Told, spans_of
from gridclient.store import months
from gridclient.ui import style
from gridclient.ui.figure_bars import Bar, Charts, Drawn, drawn
from gridclient.ui.figure_list import FigureList
from gridclient.ui.figure_table import PART_OF, FigureTable
from gridclient.ui.paper_view import PaperView
from gridclient.ui.parts import button, label, later, shortcut, tool
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

VIEWS = ("数字", "概况", "打印")
TABLE, CHARTS, PAPER, LIST = range(4)
BACK = 60  # months offered


@dataclass(frozen=True)
class Read:
    """Everything the page shows, read at once."""

    told: list[Told]
    drawn: Drawn


class FiguresPage(QWidget):
    """The figures, read beside the window whenever the page is shown. ``counted`` once they are up."""

    counted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("figures_page")
        style.role(self, "page")
        self.month, self.table, self.charts = QComboBox(), FigureTable(), Charts()
        self.list, self.paper = FigureList(workspace), PaperView(workspace)
        self.says = label(role="hint", wrap=True)
        self._hint = label("蓝色的数字，回车或点一下打开名单", "hint")
        self.table.out.named, self._excel = "统计", self.table.out.button()
        self.table.out.narrowed = self.month.currentText
        self._views, self._stack = QButtonGroup(self), QStackedWidget()
        self._asked, self._before, self._chooser = 0, TABLE, self._choosing()
        self._soon = later(self, 0, self._begin)  # what is asked for together is read once
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of the month chosen."""
        chosen = self.month.currentData() or self.workspace.today
        return period_of(chosen.year, chosen.month)

    def open(self, *, view: str = "", month: date | None = None, **_where: Any) -> None:
        """Show a view by its name, and a month by a day of it; what is not told stays."""
        self._offer()
        if month is not None:
            self.month.setCurrentIndex(max(0, self.month.findData(month.replace(day=1))))
        if view in VIEWS:
            self.show_view(VIEWS.index(view))
        self.reload()

    def show_view(self, view: int) -> None:
        """Bring one of the views to the front; the paper is made when it is first looked at."""
        self._stack.setCurrentIndex(view)
        self._chooser.setVisible(view in (TABLE, PAPER))
        for widget in (self._hint, self._excel):
            widget.setVisible(view == TABLE)
        if view < LIST:
            self._before = view
            self._views.button(view).setChecked(True)
        if view == PAPER:
            self.paper.setFocus()
            self._compose()

    def reload(self) -> None:
        """Count again, beside the window; only the last month asked for is shown."""
        self._asked += 1
        self._soon.start()

    def go(self, months_on: int) -> None:
        """Go to an earlier (-1) or a later month (1)."""
        row = self.month.currentIndex() - months_on
        if 0 <= row < self.month.count():
            self.month.setCurrentIndex(row)
            self._month_chosen()

    def showEvent(self, event: QShowEvent) -> None:
        """Count when the page is seen."""
        super().showEvent(event)
        self.open()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label("统计", "title"))
        head.addSpacing(style.px(12))
        for number, words in enumerate(VIEWS):
            made = button(words, role="segment", checkable=True)
            self._views.addButton(made, number)
            head.addWidget(made)
        self._views.button(TABLE).setChecked(True)
        head.addSpacing(style.px(12))
        head.addWidget(self._chooser)
        head.addStretch(1)
        head.addWidget(self._hint)
        head.addWidget(self._excel)
        charts = QScrollArea()
        charts.setWidget(style.role(self.charts, "plain"))
        charts.setWidgetResizable(True)
        charts.setFrameShape(QFrame.Shape.NoFrame)
        for view in (self._with_says(), charts, self.paper, self.list):
            self._stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)

    def _choosing(self) -> QWidget:
        chooser = style.role(QWidget(), "plain")
        row = QHBoxLayout(chooser)
        row.setContentsMargins(0, 0, 0, 0)
        self.month.setAccessibleName("月份")
        row.addWidget(tool("left", "上个月  Ctrl+PgUp", lambda: self.go(-1)))
        row.addWidget(self.month)
        row.addWidget(tool("right", "下个月  Ctrl+PgDn", lambda: self.go(1)))
        return chooser

    def _with_says(self) -> QWidget:
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(6))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.says)
        return whole

    def _connect(self) -> None:
        self._views.idClicked.connect(self.show_view)
        self.month.activated.connect(self._month_chosen)
        self.table.opened.connect(self._open_cell)
        self.table.pointed.connect(self._say)
        self.charts.opened.connect(self._open_bar)
        self.list.left.connect(self._leave_list)
        shortcut("Ctrl+P", self.table, lambda: self.show_view(PAPER), alone=True)
        shortcut("Ctrl+PgUp", self, lambda: self.go(-1))
        shortcut("Ctrl+PgDown", self, lambda: self.go(1))

    def _offer(self) -> None:
        """Offer this month and those before it; the one chosen stays chosen."""
        chosen, today = self.month.currentData(), self.workspace.today
        self.month.clear()
        for back in range(BACK):
            year, number = divmod(today.year * 12 + today.month - 1 - back, 12)
            self.month.addItem(f"{year}年{number + 1}月", date(year, number + 1, 1))
        self.month.setCurrentIndex(max(0, self.month.findData(chosen) if chosen else 0))

    def _month_chosen(self, _row: int = 0) -> None:
        if self._stack.currentIndex() == LIST:
            self.show_view(self._before)
        elif self._stack.currentIndex() == PAPER:
            self._compose()
        self.reload()

    def _begin(self) -> None:
        self.workspace.start(self._count(self._asked))

    async def _count(self, asked: int) -> None:
        workspace = self.workspace
        read = await workspace.run(_read, workspace.replica, self.days, workspace.today)
        if isValid(self) and asked == self._asked:
            self.table.show_told(read.told)
            self.charts.show_drawn(read.drawn)
            self.counted.emit()

    def _compose(self) -> None:
        self.paper.present(
            compose,
            named("month"),
            self.workspace.replica,
            text="正在编制月报表",
            period=self.days,
            who=self.paper.printed_by,
        )

    def _say(self, measure: Measure) -> None:
        first, last = self.days
        running = "　本月还没有过完。" if first <= self.workspace.today < last else ""
        self.says.setText(f"{measure.family} · {measure.words}：{measure.says}{running}")

    def _open_cell(self, measure: Measure, span: str, counted: Counted) -> None:
        words, days = measure.words.removeprefix(PART_OF), spans_of(*self.days).named()[span]
        title = f"{_words_of(days)} {measure.family} {words}：{counted.words}"
        self._open_list(title, measure.kind, counted.ids, measure.says)

    def _open_bar(self, title: str, bar: Bar) -> None:
        if bar.building:
            self.workspace.open_place("buildings", building=bar.building)
        elif bar.ids:
            self._open_list(f"{title} {bar.words}：{bar.told or bar.value}", bar.kind, bar.ids)

    def _open_list(self, title: str, kind: str, ids: tuple[str, ...], says: str = "") -> None:
        self.show_view(LIST)
        self.list.show_list(title, kind, ids, says)

    def _leave_list(self) -> None:
        self.show_view(self._before)
        (self.table if self._before == TABLE else self.charts.months).setFocus()


def _words_of(days: tuple[date, date]) -> str:
    """``2026年10月``, or ``2026年1–10月`` for several."""
    first, last = days
    months = f"{first.month}–{last.month}" if first.month != last.month else f"{first.month}"
    return f"{first.year}年{months}月"


def _read(replica: Replica, days: tuple[date, date], today: date) -> Read:
    return Read(months.told(replica.rows, spans_of(*days)), drawn(replica, today))
