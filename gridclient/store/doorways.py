"""What a list of doors is folded from: one statement each for dwellings, households, people, visits, tasks, centres."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Executable, Select, and_, func, or_, select, true
from sqlmodel import col

from gridclient.records.party import CentreState, PartyCentreHousehold
from gridclient.records.people import Household, Resident
from gridclient.records.place import Building, Dwelling, Tenure, Use
from gridclient.records.visit import TaskState, Visit, VisitTask
from gridclient.rules.completeness import wanted
from gridclient.rules.due import EMPTY
from sync.outbox import OUTBOX, PENDING
from sync.record import SyncedRecord
from sync.replica import Replica

T = TypeVar("T")


class Way(NamedTuple):
    """One dwelling. ``known`` holds its fields that count for completeness."""

    id: str
    area: str
    building: str
    unit: str
    floor: int | None
    door: str
    use: str
    tenure: str
    known: dict[str, Any]


class Family(NamedTuple):
    """One household."""

    id: str
    dwelling: str
    head_name: str
    size: int | None
    labels: list[str]
    kind_of_household: str
    visit_rule: str
    party_household: bool


class Member(NamedTuple):
    """One person who lives there. ``known`` holds the fields that count for completeness, and the population kind."""

    id: str
    household: str
    labels: list[str]
    known: dict[str, Any]


class Knock(NamedTuple):
    """The last visit of one household or door with one outcome; ``id`` is that visit."""

    household: str
    dwelling: str
    outcome: str
    day: date
    id: str


class Task(NamedTuple):
    """An open appointment."""

    household: str
    due: date
    at: Any
    title: str


@dataclass(frozen=True)
class Doorways:
    """Dwellings and what hangs on them, each by the id it hangs on. ``buildings`` maps id → name."""

    dwellings: list[Way]
    buildings: dict[str, str]
    living: dict[str, list[Family]]
    members: dict[str, list[Member]]
    of_family: dict[str, list[Knock]]
    at_door: dict[str, list[Knock]]
    tasks: dict[str, list[Task]]
    centres: frozenset[str]
    unsent: frozenset[str]

    def labels_of(self, family: Family) -> list[str]:
        """Care labels of the household and of everybody in it, each once."""
        own = dict.fromkeys(family.labels)
        for member in self.members.get(family.id, ()):
            own |= dict.fromkeys(member.labels)
        return list(own)


def gather(replica: Replica, where: ColumnElement[bool], today: date) -> Doorways:
    """Everything known of the dwellings that fit ``where`` (a condition on Dwelling), visits up to ``today``."""
    inside = select(col(Dwelling.id)).where(where, alive(Dwelling))
    families = select(col(Household.id)).where(col(Household.dwelling).in_(inside), alive(Household))
    knocks = [Knock(*row) for row in replica.rows(_knocks(inside, families, today))]
    return Doorways(
        dwellings=[_way(row) for row in replica.rows(_ways(where))],
        buildings=dict(tuple(row) for row in replica.rows(select(col(Building.id), col(Building.name)))),
        living=by((Family(*row) for row in replica.rows(_families(inside))), "dwelling"),
        members=by((_member(row) for row in replica.rows(_members(families))), "household"),
        of_family=by((knock for knock in knocks if knock.household), "household"),
        at_door=by((knock for knock in knocks if knock.dwelling), "dwelling"),
        tasks=by((Task(*row) for row in replica.rows(_tasks(families))), "household"),
        centres=frozenset(row[0] for row in replica.rows(_centres())),
        unsent=unsent(replica),
    )


def within(table: type[SyncedRecord], areas: Sequence[str], building: str = "") -> ColumnElement[bool]:
    """The condition that a record lies in one of the areas or beneath it; no areas: everywhere."""
    here = [col(table.area).startswith(area) for area in areas if area]
    fits: list[ColumnElement[bool]] = [or_(*here)] if here and "*" not in areas else [true()]
    if building:
        fits.append(col(Dwelling.building) == building)
    return and_(*fits)


def alive(table: type[SyncedRecord]) -> ColumnElement[bool]:
    """The condition that a record is not in the recycle bin."""
    return col(table.removed_at).is_(None)


def vacancy(dwelling: Any) -> frozenset[str]:
    """What is known of a door without a household: vacant, unless it is a shop or a dormitory."""
    lived = dwelling.tenure in (Tenure.SHOP, Tenure.COLLECTIVE) or dwelling.use == Use.COMMERCE
    return frozenset() if lived else frozenset({EMPTY})


def unsent(replica: Replica) -> frozenset[str]:
    """The ids of all records with changes that the centre has not taken yet."""
    waiting = select(OUTBOX.c.id).where(OUTBOX.c.state == PENDING)
    return frozenset(row[0] for row in replica.rows(waiting))


def by(lines: Iterable[T], name: str) -> dict[Any, list[T]]:
    """Lines gathered under their attribute ``name``, in the order met."""
    found: defaultdict[Hashable, list[T]] = defaultdict(list)
    for line in lines:
        found[getattr(line, name)].append(line)
    return dict(found)


def _known(kind: str, values: Sequence[Any], *more: str) -> dict[str, Any]:
    return dict(zip([f.name for f in wanted(kind)] + list(more), values, strict=True))


def _way(row: Sequence[Any]) -> Way:
    id_, area, building, unit, floor, door, use, tenure, *known = row
    return Way(id_, area, building, unit, floor, door, use, tenure, _known("dwelling", known))


def _member(row: Any) -> Member:
    return Member(row[0], row[1], row[2] or [], _known("resident", row[3:], "population"))


def _ways(where: ColumnElement[bool]) -> Select[Any]:
    d = Dwelling
    plain = (d.id, d.area, d.building, d.unit, d.floor, d.door, d.use, d.tenure)
    known = (getattr(d, f.name) for f in wanted("dwelling"))
    return select(*(col(c) for c in (*plain, *known))).where(where, alive(Dwelling))


def _families(inside: Select[Any]) -> Select[Any]:
    columns = (getattr(Household, name) for name in Family._fields)
    return select(*columns).where(col(Household.dwelling).in_(inside), alive(Household)).order_by("number")


def _members(families: Select[Any]) -> Select[Any]:
    names = ["id", "household", "labels", *(f.name for f in wanted("resident")), "population"]
    return select(*(getattr(Resident, name) for name in names)).where(
        col(Resident.household).in_(families), alive(Resident), col(Resident.left_how) == ""
    )


def _knocks(inside: Select[Any], families: Select[Any], today: date) -> Executable:
    """SQLite takes the plain columns beside a lone ``max`` from the row that has it: here, the visit's id."""
    return (
        select(
            col(Visit.household),
            col(Visit.dwelling),
            col(Visit.outcome),
            func.max(col(Visit.visited_on)),
            col(Visit.id),
        )
        .where(
            or_(col(Visit.household).in_(families), col(Visit.dwelling).in_(inside)),
            alive(Visit),
            col(Visit.visited_on) <= today,
        )
        .group_by(col(Visit.household), col(Visit.dwelling), col(Visit.outcome))
    )


def _tasks(families: Select[Any]) -> Executable:
    t = VisitTask
    return select(col(t.household), col(t.due), col(t.at), col(t.title)).where(
        col(t.household).in_(families),
        col(t.state) == TaskState.OPEN.value,
        col(t.due).is_not(None),
        alive(t),
    )


def _centres() -> Select[Any]:
    c = PartyCentreHousehold
    return select(col(c.household)).where(col(c.state) == CentreState.ACTIVE.value, alive(c))
