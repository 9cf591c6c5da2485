"""Where each door stands in the drawing of a building. Pure: no Qt, no records.

A block of flats is floors × units × doors. Doors without a floor (shops, courtyards) are wrapped into rows of their own:
one band per group, so that a village reads like its lanes and a shop front like its street.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
import re

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
    """A door and its place: row from the top, column from the left."""

    row: int
    column: int
    cell: Cell


@dataclass(frozen=True)
class Band:
    """A heading over neighbouring columns: a unit."""

    title: str
    column: int
    columns: int


@dataclass(frozen=True)
class Drawing:
    """A building laid out: headings of the rows, bands over the columns, and the doors between them."""

    rows: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    columns: int = 0
    slots: tuple[Slot, ...] = ()

    def at(self, row: int, column: int) -> Slot | None:
        """The door at a place; None in a gap."""
        return next((s for s in self.slots if (s.row, s.column) == (row, column)), None)

    def of(self, door: str) -> Slot | None:
        """Where a door stands; None when it is not in this building."""
        return next((s for s in self.slots if s.cell.id == door), None)

    def gaps(self) -> tuple[int, ...]:
        """Columns before which a unit begins, apart from the first."""
        return tuple(band.column for band in self.bands[1:])

    def step(self, slot: Slot, rows: int, columns: int) -> Slot:
        """The next door in a direction, skipping gaps; the same door at the edge."""
        if rows:
            ahead = [s for s in self.slots if (s.row - slot.row) * rows > 0]
            return min(
                ahead, key=lambda s: (abs(s.row - slot.row), abs(s.column - slot.column)), default=slot
            )
        beside = [s for s in self.slots if s.row == slot.row and (s.column - slot.column) * columns > 0]
        return min(beside, key=lambda s: abs(s.column - slot.column), default=slot)

    def room(self, digits: str, near: Slot | None = None) -> Slot | None:
        """The door whose room number is, or else begins with, what was typed; the present unit's first."""
        unit = near.cell.unit if near else ""
        plain = [(s, re.sub(r"\D", "", s.cell.room)) for s in self.slots]
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
    storeyed = [c for c in doors if c.floor is not None]
    level = [c for c in doors if c.floor is None]
    return _lanes(_block(storeyed), level) if storeyed else _lanes(Drawing(), level)


def _on_one_level(cells: Sequence[Cell]) -> bool:
    """True for a courtyard or a shop front whose roster calls everything the first floor: many doors, one storey."""
    return len({c.floor for c in cells}) == 1 and any(len(doors) > LANE for _unit, doors in _by_unit(cells))


def _block(cells: Sequence[Cell]) -> Drawing:
    floors = sorted({c.floor for c in cells if c.floor is not None}, reverse=True)
    row_of = {floor: row for row, floor in enumerate(floors)}
    bands, slots, start = [], [], 0
    for unit, doors in _by_unit(cells):
        places = _columns(doors)
        width = max(places.values()) + 1
        bands.append(Band(unit_title(unit), start, width))
        slots += [Slot(row_of[c.floor], start + places[c.id], c) for c in doors if c.floor is not None]
        start += width
    return Drawing(tuple(f"{f}层" for f in floors), tuple(bands), start, tuple(slots))


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


def _columns(doors: Sequence[Cell]) -> dict[str, int]:
    """Column of each door: equal endings (…01, …02) stand in one shaft, otherwise left to right."""
    endings = {c.id: _ending(c) for c in doors}
    shafts = sorted(set(endings.values()), key=natural)
    clash = any((a.floor, endings[a.id]) == (b.floor, endings[b.id]) for a, b in pairwise(doors))
    if len(shafts) <= WIDEST_RULE and not clash:
        return {door: shafts.index(ending) for door, ending in endings.items()}
    places: dict[str, int] = {}
    taken: dict[int | None, int] = defaultdict(int)
    for cell in doors:
        places[cell.id] = taken[cell.floor]
        taken[cell.floor] += 1
    return places


def _ending(cell: Cell) -> str:
    """What tells the shaft: ``1502`` on floor 15 → ``02``; a plain number (``10`` on floor 1) is an ending itself."""
    rest = cell.room.removeprefix(str(cell.floor))
    if rest == cell.room:
        return cell.room[-2:]
    return rest if len(rest) > 1 or not rest.isdigit() else cell.room


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
