"""今日小结: what the day brought, and its papers: the walking list, the log to be signed, and the way to the statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QDate
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QDateEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.ledger.visit_log import DayLog, Logged, visit_log
from gridclient.ledger.walking_list import Stop, walking_list
from gridclient.records.visit import Outcome
from gridclient.rules.due import EFFECTIVE
from gridclient.rules.progress import Progress, Sweep
from gridclient.rules.references import reference
from gridclient.settings import StairOrder
from gridclient.store import day
from gridclient.store.day import Coming, Day
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.door_words import people_words, reason, unmet_words
from gridclient.ui.flow import Flow
from gridclient.ui.paper_view import PaperView
from gridclient.ui.parts import button, frame, label, later
from gridclient.ui.workspace import DAY, Workspace
from sync.replica import News, Replica

LOG, LIST = "log", "list"
PAPERS = {LOG: "走访日志", LIST: "走访清单"}
EVERYBODY, EVERYWHERE = "全部走访人", "全部网格和楼栋"
FIGURES = ("敲门户数", "见面和电话", "无人", "拒访", "补录", "约好再去", "还没走的门", "待上传")


@dataclass(frozen=True)
class Told:
    """What the page shows of one day: its list as it stands now, the visits made, and what was agreed for later."""

    round: Day
    visits: list[Logged]
    coming: list[Coming]


class PapersPage(QWidget):
    """One day, its figures, and one of its papers as it will be printed. ``shown`` when it is there."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("papers_page")
        style.role(self, "page")
        self.view = PaperView(workspace, self)
        self.on, self.who, self.where = QDateEdit(), QComboBox(), QComboBox()
        self.figures = {words: label("", "figure") for words in FIGURES}
        self._papers = QButtonGroup(self)
        self._told: Told | None = None
        self._asked, self._grid = 0, ""
        self._opened: date | None = None
        self._soon = later(self, 0, self._begin)  # what is asked for together is read once
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.view)

    @property
    def paper(self) -> str:
        """Which paper is shown: ``log`` or ``list``."""
        return tuple(PAPERS)[max(0, self._papers.checkedId())]

    @property
    def day(self) -> date:
        """The day chosen."""
        chosen = self.on.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    def open(self, *, paper: str = "", grid: str = "", **_where: Any) -> None:
        """Show today with the paper asked for; the list of one grid, when its code is given."""
        self._grid = grid
        if paper in PAPERS:
            self._papers.button(tuple(PAPERS).index(paper)).setChecked(True)
        self._show_choices()
        today = self._opened = self.workspace.today
        self.on.setMaximumDate(QDate(today.year, today.month, today.day))
        self.on.setDate(self.on.maximumDate())
        self.reload()

    def reload(self) -> None:
        """Read the day again, beside the window; only the last one asked for is shown."""
        self._asked += 1
        self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Read the day whenever one comes here: doors were closed since."""
        super().showEvent(event)
        if self._opened == self.workspace.today:
            self.reload()
        else:
            self.open()

    def _lay_out(self) -> None:
        top = QWidget()
        head = Flow(style.px(8), top)
        head.addWidget(label("今日小结", "title"))
        for number, words in enumerate(PAPERS.values()):
            made = button(words, role="segment", checkable=True)
            self._papers.addButton(made, number)
            head.addWidget(made)
        self._papers.button(0).setChecked(True)
        self.on.setCalendarPopup(True)
        self.on.setDisplayFormat("yyyy-MM-dd")
        for widget, name in ((self.on, "哪一天"), (self.who, "走访人"), (self.where, "网格或楼栋")):
            widget.setAccessibleName(name)
            head.addWidget(widget)
        for box in (self.who, self.where):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.statement = button("对账单", self._open_statement, tip="和中心核对，双方签字")
        head.addWidget(self.statement)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(top)
        layout.addWidget(self._figures())
        layout.addWidget(self.view, 1)

    def _figures(self) -> QWidget:
        cards = QWidget()
        row = Flow(style.px(8), cards)
        for words, figure in self.figures.items():
            card = frame("card")
            column = QVBoxLayout(card)
            column.setContentsMargins(style.px(10), style.px(6), style.px(10), style.px(6))
            column.setSpacing(0)
            column.addWidget(figure)
            column.addWidget(label(words, "hint"))
            card.setMinimumWidth(style.px(98))
            row.addWidget(card)
        return cards

    def _connect(self) -> None:
        self._papers.idClicked.connect(lambda _number: self._choose())
        self.on.dateChanged.connect(self.reload)
        for box in (self.who, self.where):
            box.activated.connect(lambda _row: self._compose())
        self.workspace.changed.connect(self._turn_day)

    def _turn_day(self, news: list[News]) -> None:
        """Show the new day when one looks at this page at midnight."""
        if self.isVisible() and any(one.kind == DAY for one in news):
            self.open()

    def _choose(self) -> None:
        self._show_choices()
        self._compose()

    def _show_choices(self) -> None:
        """The log asks for a day and a person, the list for a building."""
        for widget, paper in ((self.on, LOG), (self.who, LOG), (self.where, LIST)):
            widget.setVisible(self.paper == paper)

    def _open_statement(self) -> None:
        self.workspace.open_place("sync", tab="statement")

    def _begin(self) -> None:
        self.workspace.start(self._reload(self._asked))

    async def _reload(self, asked: int) -> None:
        workspace = self.workspace
        order = workspace.settings.stair_order
        told = await workspace.run(_read, workspace.replica, self.day, workspace.today, order)
        if not isValid(self) or asked != self._asked:
            return
        self._told = told
        names = {name for one in told.visits for name in one.visit.visitors}
        _fill(self.who, EVERYBODY, {name: name for name in sorted(names)}, usual=workspace.desk.who)
        grids = {name: code for name, code in told.round.grids if len(told.round.grids) > 1}
        buildings = {door.building_name: door.building for door in told.round.doors.values()}
        _fill(self.where, EVERYWHERE, grids | buildings)
        if self._grid in grids.values():
            self.where.setCurrentIndex(self.where.findData(self._grid))
        self._grid = ""
        self._compose()

    def _compose(self) -> None:
        if self._told is not None:
            self._show_figures(self._told)
            if self.paper == LOG:
                self.view.present(visit_log, self._log(self._told))
            else:
                order = StairOrder.words(self.workspace.settings.stair_order)
                self.view.present(
                    walking_list, self._stops(self._told), who=self.view.printed_by, order=order
                )

    def _log(self, told: Told) -> DayLog:
        who = self.who.currentData() or ""
        visits = [one for one in told.visits if not who or who in one.visit.visitors]
        names = who or "、".join(dict.fromkeys(name for one in visits for name in one.visit.visitors))
        return DayLog(
            self.day,
            names or self.workspace.desk.who,
            visits,
            [_coming(one) for one in told.coming],
            [_swept(*one) for one in told.round.sweeps],
        )

    def _stops(self, told: Told) -> list[Stop]:
        """The doors nobody has closed today, of the grid or the building chosen."""
        here = self.where.currentData() or ""
        today, knocked = self.workspace.today, told.round.knocked
        doors = (door for id_, door in told.round.doors.items() if id_ not in knocked)
        return [_stop(door, today) for door in doors if door.building == here or door.area.startswith(here)]

    def _show_figures(self, told: Told) -> None:
        log = self._log(told)
        counts, left = log.counts, sum(id_ not in told.round.knocked for id_ in told.round.doors)
        figures = (
            log.doors,
            sum(counts[outcome] for outcome in EFFECTIVE),
            counts[Outcome.NOBODY.value],
            counts[Outcome.REFUSED.value],
            log.later,
            len(log.coming),
            left,
            self.workspace.replica.pending(),
        )
        for words, count in zip(FIGURES, figures, strict=True):
            self.figures[words].setText(str(count))
            self.figures[words].setAccessibleName(f"{words} {count}")


def _read(replica: Replica, on: date, today: date, order: str) -> Told:
    visits = [Logged(visit, place) for visit, place in day.visits(replica, on)]
    return Told(day.read(replica, today, order), visits, day.coming(replica, on))


def _fill(box: QComboBox, first: str, others: Mapping[str, str], usual: str = "") -> None:
    """Offer these words, each for what it means; what was chosen stays chosen, at first the usual one."""
    chosen = box.currentText() if box.count() else usual
    box.clear()
    box.addItem(first, "")
    for words, meant in others.items():
        box.addItem(words, meant)
    box.setCurrentIndex(max(0, box.findText(chosen)))


def _stop(door: Door, today: date) -> Stop:
    came = "" if door.last_outcome in EFFECTIVE else unmet_words(door)
    last = f"{door.last_visit:%Y-%m-%d}\n{came}".rstrip() if door.last_visit else "从未"
    head = door.head or people_words(door)
    why = reason(door, today).replace("，", "\n")
    code = reference(door.households[0]) if door.households else ""
    return Stop(door.stairwell, door.door, head, door.size, last, why, code)


def _coming(one: Coming) -> tuple[str, str, str]:
    hour = f" {one.at:%H:%M}" if isinstance(one.at, datetime) else ""
    return f"{one.due:%m-%d}{hour}", one.place, one.title


def _swept(sweep: Sweep, standing: Progress) -> tuple[str, str, str, str, str]:
    met = f"{standing.covered}（{standing.share:.0%}）"
    return sweep.title, f"{sweep.until:%m-%d}", str(standing.total), met, str(standing.knocks)
