"""A whole building in one line: units × floors × doors, how they are numbered, what is left out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gridclient.records.place import Numbering, Use
from gridclient.rules.doors import label, natural
from gridclient.rules.numbering import MOST, rooms_of

LARGEST = 5000  # doors of one building


@dataclass(frozen=True)
class Place:
    """One door of a building to be made. ``use`` is a code of :class:`~gridclient.records.place.Use`."""

    unit: str
    floor: int | None
    door: str
    use: str = Use.HOUSING.value


@dataclass(frozen=True)
class Shape:
    """A building as one describes it. ``floors`` and ``doors`` (on each floor) tell every unit, the last one the rest.

    ``skipped`` floors do not exist. ``shops`` turns the ground floor into so many shops, which belong to no unit.
    ``names`` are those of the units; missing ones are counted on. A ``courtyard`` has groups of houses for units, and
    no floors.
    """

    units: int = 1
    floors: tuple[int, ...] = (6,)
    doors: tuple[int, ...] = (2,)
    numbering: str = Numbering.FLOOR_DOOR.value
    skipped: frozenset[int] = frozenset()
    shops: int = 0
    names: tuple[str, ...] = ()
    courtyard: bool = False

    def problem(self) -> str:
        """Why no building can be made of this, in a sentence; empty when one can."""
        if not 1 <= self.units <= 30:
            return f"{'组' if self.courtyard else '单元'}数填 1 到 30"
        if not self.floors or not all(1 <= floor <= 120 for floor in self.floors):
            return "层数填 1 到 120"
        if not self.doors or not all(1 <= door <= 60 for door in self.doors):
            return f"每{'组' if self.courtyard else '层'}户数填 1 到 60"
        if not 0 <= self.shops <= MOST:
            return f"商铺数填 0 到 {MOST}"
        per_unit = zip(spread(self.floors, self.units), spread(self.doors, self.units), strict=True)
        if sum(floors * doors for floors, doors in per_unit) > LARGEST:
            return f"一栋楼最多 {LARGEST} 套，请分成几栋"
        return ""


def lay_out(shape: Shape) -> list[Place]:
    """Every door of a building, unit by unit from the ground."""
    if shape.courtyard:
        return _houses(shape)
    places = [Place("", 1, f"附{n}", Use.COMMERCE.value) for n in range(1, shape.shops + 1)]
    floors, doors = spread(shape.floors, shape.units), spread(shape.doors, shape.units)
    running = 0
    for number, unit in enumerate(_names(shape)):
        for floor in range(2 if shape.shops else 1, floors[number] + 1):
            if floor in shape.skipped:
                continue
            for place in range(1, doors[number] + 1):
                running += 1
                places.append(Place(unit, floor, _number(shape.numbering, unit, floor, place, running)))
    return places


def lacking(places: Iterable[Place], known: Iterable[tuple[str, str]]) -> list[Place]:
    """The places that are not there yet; ``known`` are unit and door of those that are, a merged door counting as all
    it is made of.
    """
    there = {(unit, room) for unit, door in known for room in rooms_of(door)}
    return [place for place in places if (place.unit, place.door) not in there]


def shape_of(doors: Iterable[tuple[str, int | None, str]], shape: Shape) -> Shape:
    """What doors (unit, floor, number) that are there already tell of their building, laid over ``shape``."""
    found = list(doors)
    if shape.courtyard:
        names = tuple(sorted({unit for unit, _floor, _door in found}, key=natural))
        most = tuple(sum(unit == name for unit, _floor, _door in found) for name in names)
        return replace(shape, units=len(names), doors=short(most), names=names) if names else shape
    stairs = [(unit, floor) for unit, floor, _door in found if floor is not None and floor > 0]
    if not stairs:
        return shape
    names = tuple(sorted({unit for unit, _floor in stairs if unit}, key=natural)) or ("",)
    own = [[floor for unit, floor in stairs if unit == name] for name in names]
    most = tuple(max(map(floors.count, floors)) for floors in own)
    tops = tuple(max(floors) for floors in own)
    return replace(shape, units=len(names), floors=short(tops), doors=short(most), names=names)


def doubles(places: Iterable[Place]) -> list[str]:
    """Doors that appear twice, in words; a building with any may not be stored."""
    seen: set[tuple[str, str]] = set()
    twice = []
    for place in places:
        if (place.unit, place.door) in seen:
            twice.append(label("", place.unit, place.door))
        seen.add((place.unit, place.door))
    return twice


def spread(told: Sequence[int], units: int) -> list[int]:
    """One number for each unit: ``4 3`` for three units → 4, 3, 3."""
    return [told[min(number, len(told) - 1)] for number in range(units)]


def short(told: tuple[int, ...]) -> tuple[int, ...]:
    """The shortest way to tell the same to :func:`spread`: 4, 3, 3 → 4, 3."""
    return short(told[:-1]) if len(told) > 1 and told[-1] == told[-2] else told


def _houses(shape: Shape) -> list[Place]:
    groups, doors = _names(shape), spread(shape.doors, shape.units)
    return [
        Place(group, None, str(number), Use.COURTYARD.value)
        for group, most in zip(groups, doors, strict=True)
        for number in range(1, most + 1)
    ]


def _names(shape: Shape) -> list[str]:
    if shape.units == 1 and shape.names[:1] == ("",):
        return [""]
    word, taken = "组" if shape.courtyard else "", {name.removesuffix("组") for name in shape.names}
    more = (f"{n}{word}" for n in range(1, shape.units + len(taken) + 1) if str(n) not in taken)
    return [shape.names[n] if n < len(shape.names) else next(more) for n in range(shape.units)]


def _number(numbering: str, unit: str, floor: int, place: int, running: int) -> str:
    if numbering == Numbering.RUNNING:
        return str(running)
    door = f"{floor}{place:02d}"
    return f"{unit}-{door}" if numbering == Numbering.UNIT_FLOOR_DOOR and unit else door
