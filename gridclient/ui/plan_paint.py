"""How the drawing of a building is painted: sizes, and the order of the strokes.

Everything is one pass over the doors in sight. Nothing here knows what a state means: it is given a tone, a sign and a
word for each, and writes the word beside the sign wherever there is room for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from gridclient.rules.drawing import Cell, Drawing, Slot
from gridclient.ui import style

GAP = 3  # between doors
SQUEEZED = (
    7 / 9
)  # of its width is the least a door keeps where all of a floor fits then: seven letters of nine
UNIT_GAP = 18  # between units
FADED = 0.22  # how much is left of a door the legend filters out
ZOOMS = (70, 80, 90, 100, 115, 130, 150, 175, 200, 250)  # percent


class Density(IntEnum):
    """How much of a door is told: its state; room and name; everything."""

    DOTS = 0
    NAMES = 1
    FULL = 2


@dataclass(frozen=True)
class Mark:
    """How one state looks: a tone of :mod:`gridclient.ui.style`, a sign, and its word."""

    tone: str
    sign: str
    word: str


@dataclass(frozen=True)
class Sizes:
    """Sizes in pixels, all grown from the font."""

    width: int
    height: int
    head: int
    side: int

    @classmethod
    def of(cls, font: QFont, density: Density) -> "Sizes":
        """The sizes that fit ``font``: larger letters make larger doors."""
        metrics = QFontMetrics(font)
        line, sign = metrics.height(), metrics.horizontalAdvance("国")
        width = {Density.DOTS: sign * 5 // 2, Density.NAMES: sign * 8, Density.FULL: sign * 9}[density]
        height = {Density.DOTS: line - 3, Density.NAMES: line + 7, Density.FULL: 2 * line + 7}[density]
        return cls(width, height, line + 8, sign * 4)

    def squeezed(self, drawing: Drawing, room: int) -> "Sizes":
        """Doors a little narrower if all of a floor fits into ``room`` pixels then; else as they are."""
        over = Geometry(drawing, self).extent.width() - room
        width = self.width - -(-over // max(1, drawing.columns))
        return replace(self, width=width) if over > 0 and width >= self.width * SQUEEZED else self


class Geometry:
    """Where each place of a drawing lies, in pixels from the drawing's own corner."""

    def __init__(self, drawing: Drawing, sizes: Sizes) -> None:
        self.drawing, self.sizes = drawing, sizes
        gaps, self._gap = drawing.gaps(), style.px(GAP)
        self._left = [
            c * (sizes.width + self._gap) + style.px(UNIT_GAP) * sum(1 for g in gaps if g <= c)
            for c in range(drawing.columns + 1)
        ]

    @property
    def extent(self) -> QSize:
        """Width and height of all doors together."""
        rows, columns = len(self.drawing.rows), self.drawing.columns
        return QSize(self._left[columns] if columns else 0, rows * (self.sizes.height + self._gap))

    def door(self, slot: Slot) -> QRect:
        """The rectangle of one door; a merged one takes the room of all it was made of."""
        left, wide = self.band(slot.column, slot.columns)
        step = self.sizes.height + self._gap
        return QRect(left, slot.row * step, wide, slot.rows * step - self._gap)

    def row(self, row: int) -> tuple[int, int]:
        """Top and height of one row."""
        return row * (self.sizes.height + self._gap), self.sizes.height

    def band(self, column: int, columns: int) -> tuple[int, int]:
        """Left and width of neighbouring columns."""
        last = self._left[column + columns - 1] + self.sizes.width
        return self._left[column], last - self._left[column]

    def under(self, point: QPointF) -> Slot | None:
        """The door at a point; None between the doors."""
        spot = point.toPoint()
        return next((s for s in self.drawing.slots if self.door(s).contains(spot)), None)


class Brush:
    """Paints doors and headings of one density in the colours in force; made anew for every painting."""

    def __init__(
        self, font: QFont, density: Density, marks: Mapping[str, Mark], corners: Mapping[str, Mark]
    ) -> None:
        self.density, self.marks, self.corners = density, marks, corners
        self.font, self.small = QFont(font), resized(font, 0.86)
        self.bold = QFont(font)
        self.bold.setBold(True)
        self.page, self.text, self.quiet, self.accent = map(style.colour, ("card", "text", "soft", "accent"))
        self._tints = {code: _colours(mark.tone) for code, mark in marks.items()}

    def door(self, painter: QPainter, area: QRect, cell: Cell, *, faded: bool, chosen: bool = False) -> None:
        """One door: tint, bar on the left, and as much of its words as the density has room for; framed when chosen."""
        mark = self.marks[cell.state]
        back, ink, bar = self._tints[cell.state]
        painter.setOpacity(FADED if faded else 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(area, 3, 3)
        painter.fillRect(QRect(area.left(), area.top() + 1, style.px(3), area.height() - 2), bar)
        _WORDS[self.density](self, painter, area.adjusted(8, 2, -5, -2), cell, mark, ink)
        if cell.standing and self.density is Density.DOTS:
            self._corner(painter, area, self.corners[cell.standing])
        if chosen:
            painter.setPen(QPen(self.accent, style.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -1, -1))
            painter.fillRect(area.adjusted(0, area.height() - 5, 0, 0), self.accent)
        painter.setOpacity(1.0)

    def frame(self, painter: QPainter, area: QRect, *, focused: bool) -> None:
        """The frame around the door one stands at: solid with the focus, dashed without."""
        line = Qt.PenStyle.SolidLine if focused else Qt.PenStyle.DashLine
        ink = (
            self.text if self.density is Density.DOTS else self.accent
        )  # dots are drawn in the accent themselves
        painter.setPen(QPen(ink, style.px(3), line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(area).adjusted(-1, -1, 1, 1), 4, 4)

    def heading(self, painter: QPainter, area: QRect, text: str, *, bold: bool = False) -> None:
        """A floor or a unit at the edge of the drawing."""
        font = self.small if self.density is Density.DOTS and not bold else self.font
        painter.setFont(self.bold if bold else font)
        painter.setPen(self.text if bold else self.quiet)
        metrics = painter.fontMetrics()
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)

    def _dot(self, painter: QPainter, area: QRect, _cell: Cell, mark: Mark, ink: QColor) -> None:
        painter.setFont(self.small)
        painter.setPen(ink)
        painter.drawText(area.adjusted(-4, -4, 4, 4), Qt.AlignmentFlag.AlignCenter, mark.sign)

    def _named(self, painter: QPainter, area: QRect, cell: Cell, mark: Mark, ink: QColor) -> None:
        left = self._room(painter, area, cell)
        tail = self._tail(painter, area, f"{self._sign(cell)}{mark.sign}", ink)
        words = f"{cell.head}{cell.persons or ''}" if cell.head else mark.word
        self._line(painter, area.adjusted(left + 5, 0, -tail - 4, 0), words, self.text if cell.head else ink)

    def _full(self, painter: QPainter, area: QRect, cell: Cell, mark: Mark, ink: QColor) -> None:
        upper = QRect(area.left(), area.top(), area.width(), area.height() // 2)
        lower = QRect(area.left(), upper.bottom() + 1, area.width(), area.height() - upper.height())
        left = self._room(painter, upper, cell)
        self._tail(painter, upper.adjusted(left + 4, 0, 0, 0), f"{mark.sign}{mark.word}", ink)
        marks = "".join((*cell.marks, self._sign(cell)))
        tail = self._tail(painter, lower, marks, self.quiet) if marks else 0
        persons = f" {cell.persons}人" if cell.persons else ""
        if cell.head or persons:
            self._line(painter, lower.adjusted(0, 0, -tail - 4, 0), cell.head + persons, self.text)

    def _room(self, painter: QPainter, area: QRect, cell: Cell) -> int:
        painter.setFont(self.bold)
        painter.setPen(self.text)
        metrics = painter.fontMetrics()
        words = metrics.elidedText(cell.room, Qt.TextElideMode.ElideRight, area.width() * 2 // 3)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, words)
        return metrics.horizontalAdvance(words)

    def _tail(self, painter: QPainter, area: QRect, text: str, ink: QColor) -> int:
        painter.setFont(self.small)
        painter.setPen(ink)
        metrics = painter.fontMetrics()
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        return metrics.horizontalAdvance(words)

    def _line(self, painter: QPainter, area: QRect, text: str, ink: QColor) -> None:
        painter.setFont(self.font)
        painter.setPen(ink)
        words = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _sign(self, cell: Cell) -> str:
        return self.corners[cell.standing].sign if cell.standing else ""

    def _corner(self, painter: QPainter, area: QRect, mark: Mark) -> None:
        right, top = area.right() + 1, area.top()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_colours(mark.tone)[2])
        painter.drawPolygon(
            QPolygonF([QPointF(right - 9, top), QPointF(right, top), QPointF(right, top + 9)])
        )


_WORDS = {Density.DOTS: Brush._dot, Density.NAMES: Brush._named, Density.FULL: Brush._full}


def _colours(tone: str) -> tuple[QColor, QColor, QColor]:
    tint = style.tint(tone)
    return QColor(tint.back), QColor(tint.text), QColor(tint.bar)


def resized(font: QFont, factor: float) -> QFont:
    """The same font, so many times as large, but never too small to be read."""
    other = QFont(font)
    if font.pixelSize() > 0:
        other.setPixelSize(max(9, round(font.pixelSize() * factor)))
    else:
        other.setPointSizeF(max(7.0, font.pointSizeF() * factor))
    return other
