"""统计: what is counted, how the months went, how far each building is; every number opens its list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy import func, select
from sqlmodel import col

from gridclient.records import Resident, Visit
from gridclient.rules.due import EFFECTIVE
from gridclient.rules.figures import Person, ages
from gridclient.store import counts
from gridclient.store.areas import Node, tree
from gridclient.store.doorways import alive
from gridclient.ui import style
from gridclient.ui.parts import frame, label
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

KINDS = {
    "buildings": "building",
    "dwellings": "dwelling",
    "households": "household",
    "residents": "resident",
    "party_members": "party_member",
    "centre_households": "party_centre_household",
    "pairings": "pairing",
    "stewards": "steward",
    "visits": "visit",
    "grid_workers": "grid_worker",
}
ACROSS = 5
MONTHS = 12


@dataclass(frozen=True)
class Bar:
    """One bar: its words, how much of the longest it is, a lighter part behind it, and where it leads."""

    words: str
    value: int
    whole: int = 0
    told: str = ""
    place: tuple[str, dict[str, Any]] | None = None


@dataclass(frozen=True)
class Told:
    """Everything the page shows, read at once."""

    counts: dict[str, int]
    months: list[Bar]
    outcomes: list[Bar]
    buildings: list[Bar]
    ages: list[Bar]


class Tile(QAbstractButton):
    """One number with its words; pressing it opens the list behind it."""

    def __init__(self, words: str, value: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._value = words, value
        self.setAccessibleName(f"{words} {value}")
        self.setToolTip("打开名单")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for a large number over small words."""
        return QSize(style.px(112), style.px(66))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A card, with a frame while it has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.hasFocus() or self.underMouse()
        painter.setPen(style.colour("accent" if lit else "line"))
        painter.setBrush(style.colour("accent_soft" if self.isDown() else "card"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 8, 8)
        inside = self.rect().adjusted(style.px(14), style.px(8), -style.px(8), -style.px(8))
        painter.setPen(style.colour("text"))
        painter.setFont(style.font(size=21, bold=True))
        painter.drawText(inside, Qt.AlignmentFlag.AlignTop, f"{self._value:,}")
        painter.setPen(style.colour("soft"))
        painter.setFont(style.font(size=12))
        painter.drawText(inside, Qt.AlignmentFlag.AlignBottom, self._words)


class Bars(QWidget):
    """Bars one under the other: words, bar, figure. ``opened(place, where)`` by the mouse."""

    opened = Signal(str, dict)

    def __init__(self, tone: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone, self._bars = tone, list[Bar]()

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these, and grow to their number."""
        self._bars = list(bars)
        self.setFixedHeight(max(1, len(self._bars)) * self._step())
        self.setAccessibleName("；".join(f"{bar.words} {bar.told or bar.value}" for bar in self._bars))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Every bar against the longest."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(style.font(size=12))
        longest = max((max(bar.value, bar.whole) for bar in self._bars), default=0) or 1
        for row, bar in enumerate(self._bars):
            self._paint(painter, row, bar, longest)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open what the bar counts."""
        row = int(event.position().y()) // self._step()
        if 0 <= row < len(self._bars) and (place := self._bars[row].place):
            self.opened.emit(*place)

    def _step(self) -> int:
        return style.px(24)

    def _paint(self, painter: QPainter, row: int, bar: Bar, longest: int) -> None:
        top, words, figure = row * self._step(), style.px(84), style.px(76)
        painter.setPen(style.colour("text"))
        cut = painter.fontMetrics().elidedText(bar.words, Qt.TextElideMode.ElideRight, words - style.px(6))
        painter.drawText(QRect(0, top, words, self._step()), Qt.AlignmentFlag.AlignVCenter, cut)
        room = max(style.px(20), self.width() - words - figure)
        painter.setPen(Qt.PenStyle.NoPen)
        tint = style.tint(self._tone)
        for value, colour in ((bar.whole, tint.back), (bar.value, tint.bar)):
            painter.setBrush(QColor(colour))
            width = round(room * value / longest)
            if width:
                painter.drawRoundedRect(
                    QRect(words, top + style.px(5), width, self._step() - style.px(10)), 3, 3
                )
        painter.setPen(style.colour("soft"))
        area = QRect(self.width() - figure + style.px(6), top, figure - style.px(6), self._step())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, bar.told or str(bar.value))


class FiguresPage(QWidget):
    """The figures, read beside the window whenever the page is shown. ``counted`` once they are up."""

    counted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("figures_page")
        style.role(self, "page")
        self.tiles: dict[str, Tile] = {}
        self.months, self.outcomes = Bars("good"), Bars("violet")
        self.buildings, self.ages = Bars("good"), Bars("info")
        self._grid = QGridLayout()
        self._lay_out()
        for bars in (self.months, self.outcomes, self.buildings, self.ages):
            bars.opened.connect(self._open)

    def open(self, **_where: Any) -> None:
        """Count again."""
        self.workspace.start(self._count())

    def showEvent(self, event: QShowEvent) -> None:
        """Count when the page is seen."""
        super().showEvent(event)
        self.open()

    def _lay_out(self) -> None:
        body = QWidget()
        style.role(body, "plain")
        inside = QVBoxLayout(body)
        inside.setContentsMargins(0, 0, style.px(6), 0)
        inside.setSpacing(style.px(10))
        self._grid.setSpacing(style.px(8))
        inside.addLayout(self._grid)
        charts = QHBoxLayout()
        charts.setSpacing(style.px(10))
        left = (("近 12 个月走访（浅色为全部敲门）", self.months), ("本半年各楼栋走访户数", self.buildings))
        right = (("本年走访结果", self.outcomes), ("年龄结构", self.ages))
        for cards in (left, right):
            column = QVBoxLayout()
            column.setSpacing(style.px(10))
            for title, bars in cards:
                column.addWidget(_card(title, bars))
            column.addStretch()
            charts.addLayout(column, 1)
        inside.addLayout(charts)
        inside.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        head = QHBoxLayout()
        head.addWidget(label("统计", "title"))
        head.addWidget(label("点任何一个数字都能打开它的名单", "hint"), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(10), style.px(12))
        layout.addLayout(head)
        layout.addWidget(scroll, 1)

    async def _count(self) -> None:
        told = await self.workspace.run(counted, self.workspace.replica, self.workspace.today)
        self._show_tiles(told.counts)
        self.months.show_bars(told.months)
        self.outcomes.show_bars(told.outcomes)
        self.buildings.show_bars(told.buildings)
        self.ages.show_bars(told.ages)
        self.counted.emit()

    def _show_tiles(self, figures: dict[str, int]) -> None:
        for old in self.tiles.values():
            self._grid.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.tiles = {}
        shown = [name for name in figures if name in KINDS]
        for place, name in enumerate(shown):
            tile = self.tiles[name] = Tile(counts.WORDS[name], figures[name])
            tile.clicked.connect(lambda _on=False, kind=KINDS[name]: self._open("records", {"kind": kind}))
            self._grid.addWidget(tile, place // ACROSS, place % ACROSS)

    def _open(self, place: str, where: dict[str, Any]) -> None:
        self.workspace.open_place(place, **where)


def counted(replica: Replica, today: date) -> Told:
    """Read every figure of the page; off the window's thread."""
    person = [getattr(Resident, name) for name in ("id", "population", "sex", "birth", "political", "labels")]
    rows = replica.rows(select(*person).where(alive(Resident), col(Resident.left_how) == ""))
    groups = ages([Person(*row) for row in rows], today)
    return Told(
        counts=counts.figures(replica),
        months=_months(replica, today),
        outcomes=_outcomes(replica, today),
        buildings=[_building(node) for estate in tree(replica, today) for node in estate.children],
        ages=[Bar(words, count, told=f"{count} 人") for words, count in groups.items()],
    )


def _months(replica: Replica, today: date) -> list[Bar]:
    month = func.strftime("%Y-%m", col(Visit.visited_on))
    query = (
        select(month, col(Visit.outcome), func.count())
        .where(alive(Visit))
        .group_by(month, col(Visit.outcome))
    )
    found = replica.rows(query)
    bars = []
    for back in range(MONTHS - 1, -1, -1):
        year, number = divmod(today.year * 12 + today.month - 1 - back, 12)
        name = f"{year}-{number + 1:02d}"
        met = sum(n for m, outcome, n in found if m == name and outcome in EFFECTIVE)
        every = sum(n for m, _outcome, n in found if m == name)
        bars.append(Bar(name, met, every, f"{met} / {every}", ("records", {"kind": "visit", "words": name})))
    return bars


def _outcomes(replica: Replica, today: date) -> list[Bar]:
    query = (
        select(col(Visit.outcome), func.count())
        .where(alive(Visit), col(Visit.visited_on) >= date(today.year, 1, 1))
        .group_by(col(Visit.outcome))
    )
    words = Visit.spec.field("outcome")
    found = sorted(replica.rows(query), key=lambda row: -row[1])
    return [Bar(words.text(code), count, place=("records", {"kind": "visit"})) for code, count in found]


def _building(node: Node) -> Bar:
    place = ("buildings", {"building": node.id})
    return Bar(node.title, node.visited, node.total, f"{node.visited}/{node.total} {node.share:.0%}", place)


def _card(title: str, bars: Bars) -> QWidget:
    card = frame("card")
    layout = QVBoxLayout(card)
    layout.addWidget(label(title, "heading"))
    layout.addWidget(bars)
    layout.addStretch()
    return card
