"""One stairwell for table entry: its doors in stair order, the households behind them, and who lives there."""

from dataclasses import dataclass, field as part

from sqlalchemy import select
from sqlmodel import col

from gridclient.records import Building, Dwelling, Household, Resident
from gridclient.records.codes import Relation
from gridclient.rules.doors import natural, stair_key
from gridclient.settings import StairOrder
from sync.replica import Replica


@dataclass
class Stairwell:
    """The doors of one ``unit`` of the ``building`` called ``name``. ``homes`` maps a dwelling's id to its households, ``members`` a household's to its people."""

    building: str = ""
    unit: str = ""
    name: str = ""
    units: list[str] = part(default_factory=list)
    doors: list[Dwelling] = part(default_factory=list)
    homes: dict[str, list[Household]] = part(default_factory=dict)
    members: dict[str, list[Resident]] = part(default_factory=dict)

    def door(self, number: str) -> Dwelling | None:
        """The door with this number; None when the stairwell has none."""
        return next((door for door in self.doors if door.door == number), None)

    def household(self, id_: str) -> Household | None:
        """The household with this id; None when it does not live here."""
        return next((home for homes in self.homes.values() for home in homes if home.id == id_), None)


def stairwell(
    replica: Replica, building: str, unit: str, order: str = StairOrder.TOP_DOWN.value
) -> Stairwell:
    """Read one unit of a building: four statements, whatever the number of doors."""
    house = replica.get(Building, building) if building else None
    if house is None:
        return Stairwell()
    units = select(col(Dwelling.unit)).where(
        col(Dwelling.building) == building, col(Dwelling.removed_at).is_(None)
    )
    every = replica.rows(units.distinct())
    doors = replica.all(Dwelling, Dwelling.building == building, Dwelling.unit == unit)
    doors.sort(key=lambda d: stair_key(d.unit, d.floor, d.door, order))
    homes = replica.all(Household, col(Household.dwelling).in_([d.id for d in doors]))
    living = replica.all(
        Resident, col(Resident.household).in_([h.id for h in homes]), Resident.left_how == ""
    )
    found = Stairwell(building, unit, house.name, sorted({row[0] for row in every}, key=natural), doors)
    for home in homes:
        found.homes.setdefault(home.dwelling, []).append(home)
    for person in sorted(living, key=_rank):
        found.members.setdefault(person.household, []).append(person)
    return found


def _rank(person: Resident) -> tuple[bool, str, str]:
    """The head first, then by relation, the oldest of each first."""
    return person.relation != Relation.HEAD, person.relation or "~", f"{person.birth or ''}"
