"""Edits of a building's layout as the records to be saved, together and in one step: nobody is ever lost by one.

Nothing is written here. Each function reads what it needs, and raises Unfit when the edit makes no sense.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
import re
from typing import Any, cast

from gridclient.errors import Unfit
from gridclient.fields import links_to
from gridclient.records.codes import Relation
from gridclient.records.people import Household, Resident
from gridclient.records.place import Building, Dwelling, Tenure
from gridclient.rules.doors import floor_of, natural, stair_key
from gridclient.rules.generator import Place
from gridclient.rules.numbering import rooms_of
from gridclient.rules.pasted import Door
from sync.record import SyncedRecord
from sync.replica import Replica

OWN = frozenset(
    {"building", "unit", "floor", "door", "address", "area_m2"}
)  # never taken over from a merged door
TAKEN = "请换一个房号，或先改另一扇门的房号。"


def doors_of(replica: Replica, building: str) -> list[Dwelling]:
    """Every door of a building in the order of the stairs, from the ground up."""
    found = replica.all(Dwelling, Dwelling.building == building)
    return sorted(found, key=lambda d: stair_key(d.unit, d.floor, d.door, "up"))


def made(building: Building, places: Iterable[Place]) -> list[Dwelling]:
    """New doors of a building."""
    return [
        Dwelling(
            building=building.id,
            area=building.area,
            unit=place.unit,
            floor=place.floor,
            door=place.door,
            use=place.use,
            address=_address(building, place.unit, place.door),
        )
        for place in places
    ]


def inserted(
    replica: Replica, building: Building, unit: str, rooms: Sequence[str], floor: int | None
) -> list[Dwelling]:
    """More doors in one stairwell; ``floor`` holds for those whose number tells none."""
    known = doors_of(replica, building.id)
    _refuse_taken(known, unit, rooms)
    places = [
        Place(unit, found if (found := _floor(unit, room)) is not None else floor, room) for room in rooms
    ]
    return made(building, places)


def renamed(replica: Replica, dwelling: Dwelling, unit: str, door: str) -> list[SyncedRecord]:
    """A door under another number or in another stairwell; its address follows where it ends in the old one."""
    others = [other for other in doors_of(replica, dwelling.building) if other.id != dwelling.id]
    _refuse_taken(others, unit, [door])
    return [_as(dwelling, unit, door)]


def merged(replica: Replica, dwellings: Sequence[Dwelling], door: str, *, at: int) -> list[SyncedRecord]:
    """One door out of several: the first that is lived in stays, and everything linked to the others follows it.

    ``at`` is the time in milliseconds at which the others go to the recycle bin.
    """
    if len(dwellings) < 2 or len({(d.building, d.unit) for d in dwellings}) > 1:
        raise Unfit("请选同一单元里的两扇门或更多", "按住 Shift 再按方向键，可以一次选几扇门。")
    ids = {dwelling.id for dwelling in dwellings}
    known = [other for other in doors_of(replica, dwellings[0].building) if other.id not in ids]
    _refuse_taken(known, dwellings[0].unit, [door])
    lived = {home.dwelling for home in households_of(replica, ids)}
    kept = next((dwelling for dwelling in dwellings if dwelling.id in lived), dwellings[0])
    gone = [dwelling for dwelling in dwellings if dwelling is not kept]
    followers = _followers(replica, {dwelling.id for dwelling in gone}, kept.id)
    areas = [dwelling.area_m2 for dwelling in dwellings]
    if all(areas):
        kept.area_m2 = sum(cast(list[float], areas))
    for other in gone:
        _fill(kept, other)
        other.removed_at, other.removed_why = at, f"合并到 {door}"
    return [_as(kept, kept.unit, door), *gone, *followers]


def split(
    replica: Replica, dwelling: Dwelling, doors: Sequence[str], moved: Mapping[str, int]
) -> list[SyncedRecord]:
    """Several doors out of one. It keeps the first number and whoever lives there; ``moved`` maps a household's id to
    the place in ``doors`` it moves to.
    """
    if len(set(doors)) < 2 or len(set(doors)) < len(doors):
        raise Unfit("拆分至少要两个不同的房号", "房号之间用空格或顿号隔开，例如 501A 501B。")
    others = [other for other in doors_of(replica, dwelling.building) if other.id != dwelling.id]
    _refuse_taken(others, dwelling.unit, doors)
    old = (dwelling.unit, dwelling.door)
    fresh = [
        Dwelling(
            building=dwelling.building,
            area=dwelling.area,
            unit=dwelling.unit,
            floor=_floor(dwelling.unit, door, dwelling.floor),
            door=door,
            address=readdressed(dwelling.address, old, (dwelling.unit, door)),
            use=dwelling.use,
            owner=dwelling.owner,
            owner_phone=dwelling.owner_phone,
        )
        for door in doors[1:]
    ]
    homes = [home for home in households_of(replica, {dwelling.id}) if moved.get(home.id, 0)]
    for home in homes:
        home.dwelling = fresh[moved[home.id] - 1].id
    if len(rooms_of(dwelling.door)) > 1:
        dwelling.area_m2 = None  # the sum belongs to none of the parts
    return [_as(dwelling, dwelling.unit, doors[0]), *fresh, *homes]


def removed(replica: Replica, dwellings: Sequence[Dwelling], *, at: int) -> list[SyncedRecord]:
    """Doors that do not exist after all; Unfit while somebody is registered behind one."""
    lived = {home.dwelling for home in households_of(replica, {d.id for d in dwellings})}
    if lived:
        doors = "、".join(d.door for d in dwellings if d.id in lived)
        raise Unfit(f"{doors} 还登记着住户", "请先把住户迁走，或把这扇门并到另一扇门。人不会因为改图而丢失。")
    for dwelling in dwellings:
        dwelling.removed_at, dwelling.removed_why = at, "从楼栋图删除"
    return list(dwellings)


@dataclass(frozen=True)
class Foreseen:
    """What a pasted block would make of a building whose doors are ``known``: ``fresh`` doors, ``homes`` to register,
    and how many heads are ``left`` out because somebody else is registered there already.
    """

    known: tuple[Dwelling, ...]
    fresh: tuple[Door, ...]
    homes: tuple[Door, ...]
    tenures: tuple[Door, ...]
    left: int

    @property
    def by_room(self) -> dict[tuple[str, str], Dwelling]:
        """The known door behind each unit and room."""
        return {(d.unit, room): d for d in self.known for room in rooms_of(d.door)}


def foreseen(replica: Replica, building: Building, doors: Sequence[Door]) -> Foreseen:
    """Look at what is there; nothing is made yet."""
    told = Foreseen(tuple(doors_of(replica, building.id)), (), (), (), 0)
    by_room = told.by_room
    lived = {home.dwelling: home.head_name for home in households_of(replica, (d.id for d in told.known))}
    fresh, homes, tenures, left = list[Door](), list[Door](), list[Door](), 0
    for door in doors:
        known = by_room.get((door.unit, door.room))
        if known is None:
            fresh.append(door)
        elif door.tenure and not known.tenure:
            tenures.append(door)
        if door.head and known is not None and known.id in lived:
            left += lived[known.id] != door.head
        elif door.head:
            homes.append(door)
            lived |= {known.id: door.head} if known is not None else {}
    return replace(told, fresh=tuple(fresh), homes=tuple(homes), tenures=tuple(tenures), left=left)


def settled(building: Building, told: Foreseen) -> list[SyncedRecord]:
    """The records of what was foreseen: new doors, families with their heads, doors whose use is told."""
    by_room = told.by_room
    fresh = made(building, [Place(door.unit, door.floor, door.room) for door in told.fresh])
    for dwelling, door in zip(fresh, told.fresh, strict=True):
        dwelling.tenure = door.tenure
        by_room[door.unit, door.room] = dwelling
    used: dict[str, Dwelling] = {}
    for door in told.tenures:
        known = by_room[door.unit, door.room]
        known.tenure = door.tenure
        used[known.id] = known
    families = [record for door in told.homes for record in _family(by_room[door.unit, door.room], door)]
    return [*fresh, *used.values(), *families]


def households_of(replica: Replica, dwellings: Iterable[str]) -> list[Household]:
    """Who is registered behind these doors."""
    return [
        home
        for part in _parts(sorted(dwellings))
        for home in replica.all(Household, Household.dwelling.in_(part))  # type: ignore[attr-defined]
    ]


def readdressed(address: str, old: tuple[str, str], new: tuple[str, str]) -> str:
    """An address that ends in unit and door with the new ones in their place; any other stays."""
    unit, door = map(re.escape, old)
    match = re.fullmatch(rf"(.*?)(?:({unit})(\s*单元\s*))?{door}(\s*[室号]?)", address) if door else None
    if match is None or (match[2] is None and old[0] != new[0]):
        return address
    stairs = f"{new[0]}{match[3]}" if match[2] is not None and new[0] else ""
    return f"{match[1]}{stairs}{new[1]}{match[4]}"


def _as(dwelling: Dwelling, unit: str, door: str) -> Dwelling:
    dwelling.address = readdressed(dwelling.address, (dwelling.unit, dwelling.door), (unit, door))
    dwelling.floor = _floor(unit, door, dwelling.floor)
    dwelling.unit, dwelling.door = unit, door
    return dwelling


def _floor(unit: str, door: str, otherwise: int | None = None) -> int | None:
    told = floor_of(rooms_of(door)[0].rstrip("ABCDEFGH"), unit)
    return otherwise if told is None else told


def _address(building: Building, unit: str, door: str) -> str:
    if not building.address:
        return ""
    return f"{building.address}{unit}{'单元' if unit.isdigit() else ''}{door}"


def _fill(kept: Dwelling, other: Dwelling) -> None:
    for field in Dwelling.spec.fields:
        value = getattr(other, field.name)
        if field.name not in OWN and value and not getattr(kept, field.name):
            setattr(kept, field.name, value)


def _followers(replica: Replica, gone: set[str], kept: str) -> list[SyncedRecord]:
    """Every record linked to a door that goes, linked to the one that stays; visits are never edited."""
    found: list[SyncedRecord] = []
    for spec, field in links_to(Dwelling.kind()):
        if not spec.append_only and not field.many:
            linked = replica.all(spec.table, cast(Any, getattr(spec.table, field.name)).in_(gone))
            for record in linked:
                setattr(record, field.name, kept)
            found += linked
    return found


def _family(dwelling: Dwelling, door: Door) -> tuple[Household, Resident]:
    home = Household(dwelling=dwelling.id, head_name=door.head, area=dwelling.area)
    head = Resident(
        household=home.id,
        name=door.head,
        relation=Relation.HEAD,
        phones=[door.phone] if door.phone else [],
        area=dwelling.area,
    )
    home.head = head.id
    if dwelling.tenure == Tenure.RENTED:
        home.kind_of_household = head.population = "floating"
    return home, head


def _refuse_taken(known: Iterable[Dwelling], unit: str, doors: Sequence[str]) -> None:
    there = {room for other in known if other.unit == unit for room in rooms_of(other.door)}
    twice = [door for door in doors if there & set(rooms_of(door))]
    if twice:
        raise Unfit(f"{'、'.join(sorted(twice, key=natural)[:5])} 已经有了", TAKEN)
    if not all(doors):
        raise Unfit("请填房号", "房号之间用空格或顿号隔开，例如 503 504，或 601~604。")


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[at : at + 500] for at in range(0, len(ids), 500))
