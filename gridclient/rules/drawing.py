"""Where each door stands in the drawing of a building. Pure: no Qt, no records.

A block of flats is floors × units × doors. Doors without a floor (shops, courtyards) are wrapped into rows of their own:
one band per group, so that a village reads like its lanes and a shop front like its street.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
import re

from gridclient.rules.doors import floor_of
from gridclient.rules.numbering import rooms_of

LANE = 5  # doors in one row of a courtyard or a shop front: what a small screen shows without scrolling
WIDEST_RULE = 24  # more different door endings than this in one unit: the endings are no columns


@dataclass(frozen=True)
class Cell:
    """One door as the drawing shows it: ``state`` is a code of the overlay, ``marks`` are short signs.

    ``standing`` is a code of its corner: what the centre has not as it is here.
    """

    id: str
    room: str
    unit: str = ""
    floor: int | None = None
    head: str = ""
    persons: int = 0
    state: str = ""
    marks: tuple[str, ...] = ()
    standing: str = ""


@dataclass(frozen=True)
class Slot:
    """A door and its place: row from the top, column from the left, and how many of each a merged door takes."""

    row: int
    column: int
    cell: Cell
    rows: int = 1
    columns: int = 1

    def beside(self, other: "Slot", rows: int, columns: int) -> tuple[int, int] | None:
        """How far ``other`` lies in a direction, and how far off the way; None when it does not lie there."""
        down = _gap(self.row, self.rows, other.row, other.rows)
        across = _gap(self.column, self.columns, other.column, other.columns)
        ahead, aside = (down * rows, across) if rows else (across * columns, down)
        return (ahead, abs(aside)) if ahead > 0 and (rows or not aside) else None


@dataclass(frozen=True)
class Band:
    """A heading over neighbouring columns: a unit."""

    title: str
    column: int
    columns: int


@dataclass(frozen=True)
class Drawing:
    """A building laid out: headings of the rows, bands over the columns, and the doors between them.

    The first ``storeys`` rows are floors under their bands; what comes below are shops or houses in rows.
    """

    rows: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    columns: int = 0
    slots: tuple[Slot, ...] = ()
    storeys: int = 0

    @cached_property
    def _by_door(self) -> dict[str, Slot]:
        return {slot.cell.id: slot for slot in self.slots}

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], Slot]:
        return {
            (row, column): slot
            for slot in self.slots
            for row in range(slot.row, slot.row + slot.rows)
            for column in range(slot.column, slot.column + slot.columns)
        }

    def at(self, row: int, column: int) -> Slot | None:
        """The door at a place; None in a gap."""
        return self._by_place.get((row, column))

    def of(self, door: str) -> Slot | None:
        """Where a door stands; None when it is not in this building."""
        return self._by_door.get(door)

    def gaps(self) -> tuple[int, ...]:
        """Columns before which a unit begins, apart from the first."""
        return tuple(band.column for band in self.bands[1:])

    def step(self, slot: Slot, rows: int, columns: int) -> Slot:
        """The next door in a direction, skipping gaps; the same door at the edge."""
        ways = ((slot.beside(other, rows, columns), other) for other in self.slots)
        found = [(way, other) for way, other in ways if way is not None]
        return min(found, key=lambda pair: pair[0])[1] if found else slot

    def between(self, one: Slot, other: Slot) -> list[Slot]:
        """Every door inside the rectangle of two, both included, row by row."""
        top, bottom = sorted((one.row, other.row))
        left, right = sorted((one.column, other.column))
        inside = (s for s in self.slots if top <= s.row <= bottom and left <= s.column <= right)
        return sorted(inside, key=lambda s: (s.row, s.column))

    def room(self, digits: str, near: Slot | None = None) -> Slot | None:
        """The door whose room number is, or else begins with, what was typed; the present unit's first."""
        unit = near.cell.unit if near else ""
        plain = [(s, re.sub(r"\D", "", room)) for s in self.slots for room in rooms_of(s.cell.room)]
        for fits in (str.__eq__, str.startswith):
            found = [s for s, room in plain if fits(room, digits)]
            if found:
                return next((s for s in found if s.cell.unit == unit), found[0])
        return None


def arrange(cells: Iterable[Cell]) -> Drawing:
    """Lay doors out: floors from the top down by unit, then doors without a floor in bands."""
    doors = list(cells)
    if _on_one_level(doors):
        doors = [replace(c, floor=None) for c in doors]
    stairs = any(c.unit and c.floor is not None for c in doors)
    storeyed = [c for c in doors if c.floor is not None and not (stairs and _on_street(c))]
    level = [c for c in doors if c.floor is None or (stairs and _on_street(c))]
    return _lanes(_block(storeyed), level) if storeyed else _lanes(Drawing(), level)


def _on_one_level(cells: Sequence[Cell]) -> bool:
    """True for a courtyard or a shop front whose roster calls everything the first floor: many doors, one storey."""
    return len({c.floor for c in cells}) == 1 and any(len(doors) > LANE for _unit, doors in _by_unit(cells))


def _on_street(cell: Cell) -> bool:
    """True for a door that belongs to no stairwell and whose number tells no floor: a shop."""
    return not cell.unit and floor_of(cell.room) is None


def _block(cells: Sequence[Cell]) -> Drawing:
    corners = {cell.id: _corners(cell) for cell in cells}
    row_of = {
        floor: row for row, floor in enumerate(sorted({f for c in corners.values() for f, _ in c})[::-1])
    }
    bands, slots, start = [], [], 0
    for unit, doors in _by_unit(cells):
        places = _columns([corners[cell.id] for cell in doors])
        for cell, (first, last) in zip(doors, places, strict=True):
            rows = [row_of[floor] for floor, _ending in corners[cell.id]]
            span = (max(rows) - min(rows) + 1, last - first + 1)
            slots.append(Slot(min(rows), start + first, cell, *span))
        width = max(last for _first, last in places) + 1
        bands.append(Band(unit_title(unit), start, width))
        start += width
    floors = tuple(f"{floor}层" for floor in row_of)
    return Drawing(floors, tuple(bands), start, tuple(slots), len(floors))


def _lanes(above: Drawing, cells: Sequence[Cell]) -> Drawing:
    """Hang rows of doors without a floor under a block: titled by group, or as the street front."""
    rows, slots = list(above.rows), list(above.slots)
    width = above.columns or min(LANE, max((len(d) for _, d in _by_unit(cells)), default=0))
    for unit, doors in _by_unit(cells):
        title = "门面" if above.slots else group_title(unit)
        for start in range(0, len(doors), max(width, 1)):
            slots += [Slot(len(rows), i, c) for i, c in enumerate(doors[start : start + width])]
            rows.append(title if start == 0 else "")
    return replace(above, rows=tuple(rows), columns=width, slots=tuple(slots))


def _by_unit(cells: Sequence[Cell]) -> Iterator[tuple[str, list[Cell]]]:
    groups: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.unit].append(cell)
    for unit in sorted(groups, key=natural):
        yield unit, sorted(groups[unit], key=lambda c: (-(c.floor or 0), natural(c.room)))


def _columns(doors: Sequence[list[tuple[int, str]]]) -> list[tuple[int, int]]:
    """First and last column of each door: equal endings (…01, …02) stand in one shaft, otherwise left to right."""
    known = {corner for corners in doors for corner in corners}
    doors = [[(floor, _first_half(floor, ending, known)) for floor, ending in corners] for corners in doors]
    every = [corner for corners in doors for corner in corners]
    shafts = sorted({ending for _floor, ending in every}, key=natural)
    if len(shafts) <= WIDEST_RULE and len(set(every)) == len(every):
        shaft_of = {ending: column for column, ending in enumerate(shafts)}
        spans = [[shaft_of[ending] for _floor, ending in corners] for corners in doors]
        return [(min(span), max(span)) for span in spans]
    taken: dict[int, int] = defaultdict(int)
    places = []
    for (floor, _ending), *_rest in doors:
        places.append((taken[floor], taken[floor]))
        taken[floor] += 1
    return places


def _first_half(floor: int, ending: str, known: set[tuple[int, str]]) -> str:
    """``01A`` stands in the shaft of ``01`` where no ``01`` is left on its floor: only ``01B`` needs one of its own."""
    whole = ending.removesuffix("A")
    return ending if (floor, whole) in known else whole


def _corners(cell: Cell) -> list[tuple[int, str]]:
    """Floor and shaft of every room behind a door: more than one when doors were merged."""
    rooms, own = rooms_of(cell.room), cell.floor or 0
    if len(rooms) == 1:
        return [(own, _ending(cell.room, own))]
    levels = [(room, floor_of(room, cell.unit)) for room in rooms]
    return [(own if f is None else f, _ending(room, own if f is None else f)) for room, f in levels]


def _ending(room: str, floor: int) -> str:
    """What tells the shaft: ``1502`` on floor 15 → ``02``; a plain number (``10`` on floor 1) is an ending itself."""
    rest = room.removeprefix(str(floor))
    if rest == room:
        return room[-2:]
    return rest if len(rest) > 1 or not rest.isdigit() else room


def _gap(start: int, size: int, other: int, other_size: int) -> int:
    """How far one stretch lies behind another (negative: before it); 0 where they overlap."""
    if other >= start + size:
        return other - (start + size) + 1
    return other + other_size - 1 - start if other + other_size <= start else 0


def unit_title(unit: str) -> str:
    """``1`` → ``1单元``; a name of its own (``东组``) stays as it is."""
    return f"{unit}单元" if unit.isdigit() or re.fullmatch(r"[A-Za-z甲乙丙丁]", unit) else unit


def group_title(unit: str) -> str:
    """``3`` → ``3组``: in a courtyard the unit is a group of houses."""
    return f"{unit}组" if unit.isdigit() else unit


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts 2 before 10."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((int(p), "") if p.isdigit() else (1 << 30, p) for p in parts)
