"""The overview of 统计: what is kept, how the months went, what came of the visits, how far each building is, how old people are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from sqlalchemy import select
from sqlmodel import col

from gridclient.records import Resident, Visit
from gridclient.rules.due import EFFECTIVE
from gridclient.rules.figures import Person, ages
from gridclient.store import counts
from gridclient.store.areas import Node, tree
from gridclient.store.doorways import alive
from gridclient.ui import style
from gridclient.ui.parts import clear, frame, label
from sync.replica import Replica

MONTHS, ACROSS = 12, 6
TILES = frozenset(counts.WORDS) - {"party_cards"}  # shown even when there are none


@dataclass(frozen=True)
class Bar:
    """One bar: its words, how much of the longest it is, a lighter part behind it, its figure in words.

    It opens the list of the records of ``kind`` with these ``ids``, or the ``building``.
    """

    words: str
    value: int
    whole: int = 0
    told: str = ""
    kind: str = ""
    ids: tuple[str, ...] = ()
    building: str = ""


@dataclass(frozen=True)
class Drawn:
    """What the tiles and the bars show, read at once; ``kept`` is the kind and the ids behind each tile by its words."""

    kept: dict[str, tuple[str, tuple[str, ...]]]
    months: list[Bar]
    outcomes: list[Bar]
    buildings: list[Bar]
    ages: list[Bar]


class Bars(QWidget):
    """Bars one under the other: words, bar, figure. ``opened(bar)`` by the mouse, or by Enter on the marked one."""

    opened = Signal(object)

    def __init__(self, tone: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: list[Bar] = []
        self._tone, self._row = tone, 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Show these, and grow to their number."""
        self.bars, self._row = list(bars), 0
        self.setFixedHeight(max(1, len(self.bars)) * self._step())
        self.setAccessibleName("；".join(f"{bar.words} {bar.told or bar.value}" for bar in self.bars))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Every bar against the longest."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(style.font(size=12))
        longest = max((max(bar.value, bar.whole) for bar in self.bars), default=0) or 1
        for row, bar in enumerate(self.bars):
            self._paint(painter, row, bar, longest)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open what the bar counts."""
        row = int(event.position().y()) // self._step()
        if 0 <= row < len(self.bars):
            self._row = row
            self.opened.emit(self.bars[row])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down mark a bar, Enter opens it."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.bars:
            self.opened.emit(self.bars[self._row])
        elif 0 <= self._row + step < len(self.bars) and step:
            self._row += step
            self.update()
        else:
            super().keyPressEvent(event)

    def _step(self) -> int:
        return style.px(24)

    def _paint(self, painter: QPainter, row: int, bar: Bar, longest: int) -> None:
        top, words, figure = row * self._step(), style.px(84), style.px(92)
        if self.hasFocus() and row == self._row:
            painter.fillRect(0, top, self.width(), self._step(), style.colour("accent_soft"))
        painter.setPen(style.colour("text"))
        cut = painter.fontMetrics().elidedText(bar.words, Qt.TextElideMode.ElideRight, words - style.px(6))
        painter.drawText(QRect(0, top, words, self._step()), Qt.AlignmentFlag.AlignVCenter, cut)
        room = max(style.px(20), self.width() - words - figure)
        painter.setPen(Qt.PenStyle.NoPen)
        tint = style.tint(self._tone)
        for value, colour in ((bar.whole, tint.back), (bar.value, tint.bar)):
            painter.setBrush(QColor(colour))
            if width := round(room * value / longest):
                area = QRect(words, top + style.px(5), width, self._step() - style.px(10))
                painter.drawRoundedRect(area, 3, 3)
        painter.setPen(style.colour("soft"))
        area = QRect(self.width() - figure + style.px(6), top, figure - style.px(6), self._step())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, bar.told or str(bar.value))


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


class Charts(QWidget):
    """What is kept, and four cards of bars. ``opened(title, bar)`` when a tile or a bar is asked for its list."""

    opened = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.months, self.outcomes = Bars("good"), Bars("violet")
        self.buildings, self.ages = Bars("good"), Bars("info")
        self.tiles: dict[str, Tile] = {}
        self._grid = QGridLayout()
        self._grid.setSpacing(style.px(8))
        whole, layout = QVBoxLayout(self), QHBoxLayout()
        whole.setContentsMargins(0, 0, style.px(4), 0)
        whole.setSpacing(style.px(10))
        whole.addLayout(self._grid)
        whole.addLayout(layout)
        layout.setSpacing(style.px(10))
        left = (("近 12 个月走访（深色为见到的）", self.months), ("本半年各楼栋走访户数", self.buildings))
        right = (("本年走访结果", self.outcomes), ("年龄结构", self.ages))
        for cards in (left, right):
            column = QVBoxLayout()
            column.setSpacing(style.px(10))
            for title, bars in cards:
                column.addWidget(_card(title, bars))
                bars.opened.connect(lambda bar, title=title: self.opened.emit(title, bar))
            column.addStretch()
            layout.addLayout(column, 1)

    def show_drawn(self, drawn: Drawn) -> None:
        """Show what was read."""
        clear(self._grid)
        self.tiles = {}
        for place, (words, (kind, ids)) in enumerate(drawn.kept.items()):
            tile = self.tiles[words] = Tile(words, len(ids))
            bar = Bar(words, len(ids), kind=kind, ids=ids)
            tile.clicked.connect(lambda _on=False, bar=bar: self.opened.emit("现有", bar))
            self._grid.addWidget(tile, place // ACROSS, place % ACROSS)
        self.months.show_bars(drawn.months)
        self.outcomes.show_bars(drawn.outcomes)
        self.buildings.show_bars(drawn.buildings)
        self.ages.show_bars(drawn.ages)


def drawn(replica: Replica, today: date) -> Drawn:
    """Read every bar; off the window's thread."""
    knocks = replica.rows(
        select(col(Visit.id), col(Visit.visited_on), col(Visit.outcome))
        .where(alive(Visit))
        .order_by(col(Visit.id))
    )
    person = [getattr(Resident, name) for name in ("id", "population", "sex", "birth", "political", "labels")]
    rows = replica.rows(select(*person).where(alive(Resident), col(Resident.left_how) == ""))
    groups = ages([Person(*row) for row in rows], today)
    return Drawn(
        kept={
            counts.WORDS[name]: found
            for name, found in counts.behind(replica).items()
            if found[1] or name in TILES
        },
        months=_months(knocks, today),
        outcomes=_outcomes(knocks, today),
        buildings=[_building(node) for estate in tree(replica, today) for node in estate.children],
        ages=[
            Bar(words, len(ids), told=f"{len(ids)} 人", kind="resident", ids=tuple(ids))
            for words, ids in groups.items()
        ],
    )


Knocks = Sequence[tuple[str, date | None, str]]  # id, day, outcome


def _months(knocks: Knocks, today: date) -> list[Bar]:
    bars = []
    for back in range(MONTHS - 1, -1, -1):
        year, number = divmod(today.year * 12 + today.month - 1 - back, 12)
        found = [(id_, o) for id_, on, o in knocks if on and (on.year, on.month) == (year, number + 1)]
        met = sum(outcome in EFFECTIVE for _id, outcome in found)
        told, ids = f"{met} / {len(found)}", tuple(id_ for id_, _outcome in found)
        bars.append(Bar(f"{year}-{number + 1:02d}", met, len(found), told, "visit", ids))
    return bars


def _outcomes(knocks: Knocks, today: date) -> list[Bar]:
    found: dict[str, list[str]] = {}
    for id_, on, outcome in knocks:
        if on and on.year == today.year:
            found.setdefault(outcome, []).append(id_)
    words = Visit.spec.field("outcome")
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return [Bar(words.text(code), len(ids), kind="visit", ids=tuple(ids)) for code, ids in ordered]


def _building(node: Node) -> Bar:
    told = f"{node.visited}/{node.total} {node.share:.0%}"
    return Bar(node.title, node.visited, node.total, told, building=node.id)


def _card(title: str, bars: Bars) -> QWidget:
    card = frame("card")
    layout = QVBoxLayout(card)
    layout.addWidget(label(title, "heading"))
    layout.addWidget(bars)
    layout.addStretch()
    return card
