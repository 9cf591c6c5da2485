"""A small world of families for the tests of a household's life: records as they would be stored, without a vault."""

from datetime import date, datetime

from gridclient.fields import Record
from gridclient.records import (
    Dwelling,
    Household,
    HouseholdEvent,
    Matter,
    Pairing,
    PartyCentreHousehold,
    Resident,
    VisitTask,
)
from gridclient.records.codes import Relation
from gridclient.rules import household_life as life, ties
from gridclient.rules.family import Family, copied
from gridclient.rules.household_life import Note

NOTE = Note(date(2026, 10, 31), "张敏", datetime(2026, 10, 31, 9, 0))
GRID, OTHER_GRID = "519901001001003", "519901001001004"


class World:
    """Records as they would be stored, and the families that live among them."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}

    def store(self, *records: Record) -> None:
        for record in records:
            self.records[record.id] = copied(record)

    def of(self, kind: type) -> list:
        return [r for r in self.records.values() if isinstance(r, kind) and not r.removed]

    def families(self) -> list[Family]:
        return [self.family(h) for h in self.of(Household)]

    def family(self, household: Household) -> Family:
        household = self.records[household.id]
        members = [m for m in self.of(Resident) if m.household == household.id and not m.left_how]
        tied = [r for kind in (Pairing, PartyCentreHousehold, VisitTask, Matter) for r in self.of(kind)]
        door = self.records[household.dwelling]
        return Family(
            household,
            tuple(members),
            door,
            f"1栋1单元{door.door}",
            [h.dwelling for h in self.of(Household)].count(door.id) == 1,
            tuple(r for r in tied if r.household == household.id and ties.counts(r)),
        )

    def person(self, name: str) -> Resident:
        return next(p for p in self.records.values() if isinstance(p, Resident) and p.name == name)

    def events(self) -> list[HouseholdEvent]:
        return self.of(HouseholdEvent)


def person(name: str, relation: str, sex: str = "", birth: int = 1980, number: str = "") -> Resident:
    code = Relation.named(relation)
    return Resident(
        name=name,
        relation=code.value if code else "",
        sex=sex,
        birth=date(birth, 1, 1),
        id_number=number,
        area=GRID,
    )


def settled(world: World, door: Dwelling, *people: Resident, kind: str = "registered") -> Household:
    household = Household(kind_of_household=kind)
    world.store(*life.found(door, door.door, household, people, NOTE))
    return world.records[household.id]
