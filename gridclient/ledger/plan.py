"""A building on paper: floors × doors by unit, on as many pages as they need to be read. Pure; lengths are mm.

States are words, so that black and white tells as much as colours. Units stay whole where a page is wide enough; floors
and units are named on every page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from gridclient.ledger.furniture import Furniture
from gridclient.ledger.page import THICK, Canvas, Page, Pages
from gridclient.ledger.sheet import Column, Paper, Row, Sheet
from gridclient.ledger.words import Measure, Ruler
from gridclient.rules.drawing import Band, Drawing, Slot

SIDE = 15.0  # the column of floors
HEAD = 6.5  # the row of units
NARROWEST, WIDEST = 21.0, 60.0  # of a door
LOW, SMALL, USUAL, HIGH = 4.8, 7.4, 9.6, 16.0  # of a door: one line, two small, two usual ones, and no higher
ONE_LINE = 30.0  # the width from which on one line says enough
UNIT_GAP = 2.5
PAD = 1.1
SIZES = ((9.0, 8.0), (10.0, 9.0))  # pt: room and words, small and usual
MORE = "…"


@dataclass(frozen=True)
class Told:
    """What a door says on paper: its head (empty without), how many persons, its state in a word, and short signs."""

    head: str = ""
    persons: int = 0
    state: str = ""
    marks: str = ""

    @property
    def people(self) -> str:
        """``王建国 3人``."""
        return f"{self.head} {self.persons}人".strip() if self.persons else self.head


@dataclass(frozen=True)
class _Part:
    """What of a building stands on one page: rows and columns from … to (not included)."""

    rows: tuple[int, int]
    columns: tuple[int, int]


def plan_sheet(
    title: str,
    drawing: Drawing,
    told: Mapping[str, Told],
    *,
    overlay: str,
    heading: tuple[str, ...],
    paper: Paper,
    mark: str,
    signatures: tuple[str, ...] = (),
) -> Sheet:
    """The building as a table, one row for each floor: what a workbook takes, and what is noted of the printing.

    ``told`` maps a door's id to what it says; ``overlay`` names what the states are about.
    """
    parents = {c: b.title for b in drawing.bands for c in range(b.column, b.column + b.columns)}
    columns = [Column("楼层")] + [
        Column(str(c - _first(drawing, c) + 1), parent=parents.get(c, "")) for c in range(drawing.columns)
    ]
    rows = [
        Row((name, *(_cell(drawing, told, row, column) for column in range(drawing.columns))))
        for row, name in enumerate(drawing.rows)
    ]
    counts = Counter(told[slot.cell.id].state for slot in drawing.slots)
    summary = "　".join(f"{state} {count}" for state, count in counts.most_common())
    return Sheet(
        title=title,
        heading=(*heading, f"{overlay}：{summary}"),
        columns=tuple(columns),
        rows=tuple(rows),
        total=False,
        signatures=signatures,
        paper=paper,
        mark=mark,
        persons=sum(one.persons for one in told.values() if one.head),
    )


def plan_pages(sheet: Sheet, drawing: Drawing, told: Mapping[str, Told], measure: Measure) -> Pages:
    """The building drawn on pages of the sheet's paper."""
    return _Plan(sheet, drawing, told, measure).pages()


class _Plan:
    """One building on paper."""

    def __init__(self, sheet: Sheet, drawing: Drawing, told: Mapping[str, Told], measure: Measure) -> None:
        self.sheet, self.drawing, self.told = sheet, drawing, told
        self.furniture = Furniture(sheet, measure)
        self.top = self.furniture.top() + HEAD
        room = self.furniture.bottom - self.top - self.furniture.signature_height
        columns = _shares(drawing, self.furniture.width - SIDE)
        widest = max(end - start for start, end in columns)
        narrow = (self.furniture.width - SIDE) / widest < ONE_LINE
        self.height, rows = _heights(
            len(drawing.rows), room, (USUAL, SMALL) if narrow else (USUAL, SMALL, LOW)
        )
        sizes = SIZES[self.height >= USUAL]
        self.bold, self.words = Ruler(measure, sizes[0], bold=True), Ruler(measure, sizes[1])
        self.parts = [_Part(down, across) for across in columns for down in rows]

    def pages(self) -> Pages:
        return Pages(self.sheet.title, len(self.parts), self._page)

    def _page(self, number: int) -> Page:
        part, canvas = self.parts[number], Canvas()
        self.furniture.draw_top(canvas, number, len(self.parts))
        lefts, width = self._lefts(part)
        self._name_floors(canvas, part)
        self._name_units(canvas, part, lefts, width)
        self._part_groups(canvas, part, lefts, width)
        for slot in self.drawing.slots:
            if _shows(part, slot):
                self._door(canvas, slot, part, lefts, width)
        if number == len(self.parts) - 1:
            self.furniture.draw_signature(canvas, self.top + (part.rows[1] - part.rows[0]) * self.height)
        paper = self.sheet.paper
        size = (paper.width, paper.height)
        return Page(
            number + 1, len(self.parts), *size, tuple(canvas.texts), tuple(canvas.lines), range_of(part.rows)
        )

    def _lefts(self, part: _Part) -> tuple[list[float], float]:
        """Where each column of a page begins, and how wide all of them are."""
        first, last = part.columns
        gaps = [sum(first < gap <= column for gap in self.drawing.gaps()) for column in range(first, last)]
        room = self.furniture.width - SIDE - UNIT_GAP * (gaps[-1] if gaps else 0)
        width = min(WIDEST, room / max(1, last - first))
        start = self.furniture.left + SIDE
        return [start + at * width + UNIT_GAP * gap for at, gap in enumerate(gaps)], width

    def _name_floors(self, canvas: Canvas, part: _Part) -> None:
        for row in range(*part.rows):
            y = self.top + (row - part.rows[0]) * self.height
            canvas.words(
                (self._cut(self.words, self.drawing.rows[row], SIDE - PAD),),
                self.words,
                (self.furniture.left, y, SIDE - PAD, self.height),
                align="right",
            )

    def _name_units(self, canvas: Canvas, part: _Part, lefts: Sequence[float], width: float) -> None:
        """The unit over its doors, and a thick frame around its floors."""
        (up, down), (first, last) = part.rows, part.columns
        tall = (min(down, self.drawing.storeys) - up) * self.height
        for band in self.drawing.bands if tall > 0 else ():
            start, end = max(band.column, first), min(band.column + band.columns, last)
            if start < end:
                left, right = lefts[start - first], lefts[end - 1 - first] + width
                box = (left, self.top - HEAD, right - left, HEAD)
                canvas.words((band.title,) if band.title else (), self.bold, box)
                canvas.frame(left, self.top, right - left, tall)

    def _part_groups(self, canvas: Canvas, part: _Part, lefts: Sequence[float], width: float) -> None:
        """A thick line over each row of shops and each group of houses."""
        for row in range(max(part.rows[0], self.drawing.storeys), part.rows[1]):
            if self.drawing.rows[row]:
                y = self.top + (row - part.rows[0]) * self.height
                canvas.rule(lefts[0], y, lefts[-1] + width, y, THICK)

    def _door(self, canvas: Canvas, slot: Slot, part: _Part, lefts: Sequence[float], width: float) -> None:
        (up, down), (first, last) = part.rows, part.columns
        start, end = max(slot.column, first), min(slot.column + slot.columns, last)
        top, bottom = (
            self.top + (min(max(row, up), down) - up) * self.height
            for row in (slot.row, slot.row + slot.rows)
        )
        left, right = lefts[start - first], lefts[end - 1 - first] + width
        for y in (top, bottom):
            canvas.rule(left, y, right, y)
        for x in (left, right):
            canvas.rule(x, top, x, bottom)
        inside = (left + PAD, top, right - left - 2 * PAD, bottom - top)
        told = self.told[slot.cell.id]
        if self.height >= SMALL:
            self._two_lines(canvas, inside, slot.cell.room, told)
        else:
            self._one_line(canvas, inside, slot.cell.room, told)

    def _two_lines(
        self, canvas: Canvas, box: tuple[float, float, float, float], room: str, told: Told
    ) -> None:
        left, top, width, height = box
        used = self._room(canvas, (left, top, width, height / 2), room)
        self._right(canvas, (left, top, width, height / 2), told.state, width - used)
        lower = (left, top + height / 2, width, height / 2)
        marks = self._right(canvas, lower, told.marks, width / 2)
        people = self._people(told, width - marks - (PAD if marks else 0.0))
        canvas.words((people,) if people else (), self.words, lower, align="left")

    def _one_line(
        self, canvas: Canvas, box: tuple[float, float, float, float], room: str, told: Told
    ) -> None:
        left, top, width, height = box
        used = self._room(canvas, box, room)
        state = self._right(canvas, box, told.state, width - used)
        people = self._people(told, width - used - state - 2 * PAD)
        rest = (left + used + PAD, top, width - used - PAD, height)
        canvas.words((people,) if people else (), self.words, rest, align="left")

    def _room(self, canvas: Canvas, box: tuple[float, float, float, float], room: str) -> float:
        words = self._cut(self.bold, room, box[2])
        canvas.words((words,), self.bold, box, align="left")
        return self.bold.width(words)

    def _right(
        self, canvas: Canvas, box: tuple[float, float, float, float], words: str, room: float
    ) -> float:
        """Words at the right end; gives the room they took, none when they do not fit."""
        words = self._cut(self.words, words, room - PAD)
        if words:
            canvas.words((words,), self.words, box, align="right")
        return self.words.width(words) if words else 0.0

    def _people(self, told: Told, room: float) -> str:
        """Head and persons, or the head alone, or the beginning of the name."""
        if self.words.width(told.people) <= room:
            return told.people
        return self._cut(self.words, told.head, room)

    def _cut(self, ruler: Ruler, words: str, room: float) -> str:
        if ruler.width(words) <= room:
            return words
        while words and ruler.width(words + MORE) > room:
            words = words[:-1]
        return words + MORE if words else ""


def range_of(rows: tuple[int, int]) -> tuple[int, ...]:
    """Every row from the first to the last, which is not included."""
    return tuple(range(*rows))


def landscape(size: str) -> Paper:
    """A4 or A3 on its side, with no room for a binding: a plan is hung up."""
    paper = Paper(landscape=True, margins=(10.0, 10.0, 8.0, 10.0), binding=0.0)
    return replace(paper, size="A3") if size == "A3" else paper


def _heights(rows: int, room: float, ways: Sequence[float]) -> tuple[float, list[tuple[int, int]]]:
    """How high a row is, and which rows stand on which page: the first of these heights with which one page holds all
    of them, else as many pages as the usual one needs.
    """
    for least in ways:
        if rows * least <= room:
            return min(HIGH, room / max(rows, 1)), [(0, rows)]
    pages = ceil(rows * USUAL / room)
    each = ceil(rows / pages)
    return min(HIGH, room / each), [(at, min(at + each, rows)) for at in range(0, rows, each)]


def _shares(drawing: Drawing, room: float) -> list[tuple[int, int]]:
    """Which columns stand on which page: whole units as far as a page is wide enough for one."""
    most = max(1, int((room + UNIT_GAP) / (NARROWEST + UNIT_GAP / 2)))
    pieces: list[tuple[int, int]] = []
    for band in drawing.bands or (Band("", 0, drawing.columns),):
        end = band.column + band.columns
        each = ceil(band.columns / ceil(band.columns / most))
        pieces += [(at, min(at + each, end)) for at in range(band.column, end, each)]
    found: list[tuple[int, int]] = []
    for start, end in pieces:
        if found and end - found[-1][0] <= most:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _shows(part: _Part, slot: Slot) -> bool:
    (up, down), (first, last) = part.rows, part.columns
    return (
        slot.row < down
        and slot.row + slot.rows > up
        and slot.column < last
        and slot.column + slot.columns > first
    )


def _first(drawing: Drawing, column: int) -> int:
    return max((band.column for band in drawing.bands if band.column <= column), default=0)


def _cell(drawing: Drawing, told: Mapping[str, Told], row: int, column: int) -> str:
    slot = drawing.at(row, column)
    if slot is None:
        return ""
    one = told[slot.cell.id]
    return " ".join(part for part in (slot.cell.room, one.people, one.state) if part)
