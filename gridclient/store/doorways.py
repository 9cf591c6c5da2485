"""What a list of doors is folded from: one statement each for dwellings, households, people, visits, tasks, centres."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
import json
from operator import add, mul
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    String,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)
from sqlmodel import col

from gridclient.fields import spec_of
from gridclient.records.party import CentreState, PartyCentreHousehold
from gridclient.records.people import Household, PopulationKind, Resident
from gridclient.records.place import Building, Dwelling, Tenure, Use
from gridclient.records.visit import Outcome, TaskState, Visit, VisitTask
from gridclient.rules.completeness import NOT_OF_CHILDREN, NUMBER, children_born_after, wanted
from gridclient.rules.due import EMPTY
from sync.conflict import Conflict
from sync.outbox import DONE, OUTBOX, PENDING, REFUSED
from sync.record import SyncedRecord
from sync.replica import Replica

DAY = len("2026-10-31")
NOT_IN = Outcome.NOBODY.value
CLASHED = REFUSED + 1  # beside the states of the outbox
MANY = 3000  # changes waiting from which on it is quicker to look each record up

T = TypeVar("T")


class Way(NamedTuple):
    """One dwelling. Of ``asked`` fields that count for completeness, ``filled`` are known."""

    id: str
    area: str
    building: str
    unit: str
    floor: int | None
    door: str
    use: str
    tenure: str
    filled: int
    asked: int


class Family(NamedTuple):
    """One household."""

    id: str
    dwelling: str
    head_name: str
    size: int | None
    labels: tuple[str, ...]
    kind_of_household: str
    visit_rule: str
    party_household: bool


class People(NamedTuple):
    """Who lives in one household, taken together. Of ``asked`` fields that count for completeness, ``filled`` are known."""

    household: str
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    filled: int
    asked: int


NOBODY = People("", (), (), 0, 0)


class Knock(NamedTuple):
    """The last visit of one household or door with one outcome; ``id`` is that visit, ``by`` who knocked.

    ``tried`` are the marks of all of them when nobody was home.
    """

    household: str
    dwelling: str
    outcome: str
    day: date
    id: str
    by: tuple[str, ...]
    tried: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """Sorts visits as they were made: by their day, and those of one day as they were stored."""
        return f"{self.day}{self.id}"


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
    people: dict[str, People]
    of_family: dict[str, list[Knock]]
    at_door: dict[str, list[Knock]]
    tasks: dict[str, list[Task]]
    centres: frozenset[str]
    standing: dict[str, str]

    def labels_of(self, family: Family) -> list[str]:
        """Care labels of the household and of everybody in it, each once."""
        people = self.people.get(family.id, NOBODY)
        return list(dict.fromkeys(family.labels + people.labels))


def gather(replica: Replica, where: ColumnElement[bool], today: date) -> Doorways:
    """Everything known of the dwellings that fit ``where`` (a condition on Dwelling), visits up to ``today``."""
    inside = select(col(Dwelling.id)).where(where, alive(Dwelling))
    families = select(col(Household.id)).where(col(Household.dwelling).in_(inside), alive(Household))
    knocks = [_knock(row) for row in replica.rows(_knocks(inside, families, today))]
    return Doorways(
        dwellings=[Way(*row) for row in replica.rows(_ways(where, today))],
        buildings=dict(tuple(row) for row in replica.rows(select(col(Building.id), col(Building.name)))),
        living=by((_family(row) for row in replica.rows(_families(inside))), "dwelling"),
        people={row[0]: _people(row) for row in replica.rows(_together(families, today))},
        of_family=by((knock for knock in knocks if knock.household), "household"),
        at_door=by((knock for knock in knocks if knock.dwelling), "dwelling"),
        tasks=by((Task(*row) for row in replica.rows(_tasks(families))), "household"),
        centres=frozenset(row[0] for row in replica.rows(_centres())),
        standing=standing(replica, inside, families),
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


def standing(replica: Replica, inside: Select[Any], families: Select[Any]) -> dict[str, str]:
    """Where records behind these doors stand that the centre has not as they are, as ``Replica.states`` tells it.

    Others may be among them; what the centre has is left out.
    """
    o = OUTBOX.c
    waits: ColumnElement[bool] = o.state.in_((PENDING, REFUSED))
    if replica.pending() > MANY:  # a first upload: ask for what is shown here and not for everything
        people = select(col(Resident.id)).where(col(Resident.household).in_(families))
        # The sum keeps SQLite from going through everything that waits by the index on ``state``.
        waits = and_(o.id.in_(union_all(inside, families, people)), o.state + 0 != DONE)
    asked = select(col(Conflict.record_id), literal(CLASHED), literal(0)).where(
        col(Conflict.settled_at).is_(None), alive(Conflict)
    )
    mine = select(o.id, o.state, func.max(o.mseq)).where(waits).group_by(o.id, o.state)
    found: dict[str, str] = {}
    for id_, state, mseq in sorted(replica.rows(union_all(mine, asked)), key=lambda row: row[1]):
        waiting = "sent" if mseq <= replica.sent_to else "kept"
        found[id_] = {REFUSED: "refused", CLASHED: "clashed"}.get(state, waiting)
    return found


def in_a_row(knocks: Sequence[Knock]) -> int:
    """How often nobody was home since anything else came of a knock."""
    since = max((knock.mark for knock in knocks if knock.outcome != NOT_IN), default="")
    return sum(mark > since for knock in knocks for mark in knock.tried)


def tallied(table: type[Dwelling | Resident], today: date) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many fields of a record are filled and how many are asked for: ``completeness.tally``, told by the database."""
    counts = _counts(today) if table is Resident else {}
    asked = [counts.get(field.name, literal(1)) for field in wanted(table.kind())]
    there = [_there(getattr(table, field.name)) for field in wanted(table.kind())]
    return reduce(add, map(mul, there, asked)), reduce(add, asked)


def by(lines: Iterable[T], name: str) -> dict[Any, list[T]]:
    """Lines gathered under their attribute ``name``, in the order met."""
    found: defaultdict[Hashable, list[T]] = defaultdict(list)
    for line in lines:
        found[getattr(line, name)].append(line)
    return dict(found)


def _counts(today: date) -> dict[str, ColumnElement[int]]:
    """0 for what a person's age or population kind excuses, else 1."""
    r = Resident
    grown = case((type_coerce(col(r.birth), String) > children_born_after(today), 0), else_=1)
    registered = case((col(r.population) == PopulationKind.UNREGISTERED.value, 0), else_=1)
    return {NUMBER: registered} | dict.fromkeys(NOT_OF_CHILDREN, grown)


def _there(column: Any) -> ColumnElement[int]:
    return case((type_coerce(column, String).not_in(["", "[]"]), 1), else_=0)


def _plain(table: type[SyncedRecord], names: Iterable[str]) -> list[ColumnElement[Any]]:
    """Columns as stored: a JSON list comes as its text, an empty one as nothing."""
    fields = spec_of(table).by_name
    return [
        func.nullif(type_coerce(getattr(table, name), String), "[]")
        if name in fields and fields[name].many
        else getattr(table, name)
        for name in names
    ]


def _family(row: Any) -> Family:
    id_, dwelling, head, size, labels, kind, rule, party = row
    return Family(id_, dwelling, head, size, _codes(labels), kind, rule, party)


def _people(row: Any) -> People:
    household, ids, labels, filled, asked = row
    return People(household, tuple(ids.split()), _flat(labels), filled, asked)


def _knock(row: Any) -> Knock:
    household, dwelling, outcome, mark, by, tried = row
    day, id_ = date.fromisoformat(mark[:DAY]), mark[DAY:]
    return Knock(household, dwelling, outcome, day, id_, _codes(by), tuple(tried.split(",")) if tried else ())


@lru_cache(maxsize=1024)
def _codes(told: str | None) -> tuple[str, ...]:
    """A JSON list of codes; there are few different ones and many records, so each is read once."""
    return tuple(json.loads(told or "[]"))


@lru_cache(maxsize=1024)
def _flat(told: str) -> tuple[str, ...]:
    """The codes of a JSON list of lists, each once."""
    return tuple(dict.fromkeys(code for codes in json.loads(told) for code in codes))


def _ways(where: ColumnElement[bool], today: date) -> Executable:
    d = Dwelling
    plain = (d.id, d.area, d.building, d.unit, d.floor, d.door, d.use, d.tenure)
    return select(*(col(c) for c in plain), *tallied(d, today)).where(where, alive(d))


def _families(inside: Select[Any]) -> Executable:
    return (
        select(*_plain(Household, Family._fields))
        .where(col(Household.dwelling).in_(inside), alive(Household))
        .order_by("number")
    )


def _together(families: Select[Any], today: date) -> Executable:
    r, labels = Resident, type_coerce(col(Resident.labels), String)
    filled, asked = tallied(r, today)
    return (
        select(
            col(r.household),
            func.group_concat(col(r.id), " "),
            func.json_group_array(func.json(labels)).filter(labels != "[]"),
            func.sum(filled),
            func.sum(asked),
        )
        .where(col(r.household).in_(families), alive(r), col(r.left_how) == "")
        .group_by(col(r.household))
    )


def _knocks(inside: Select[Any], families: Select[Any], today: date) -> Executable:
    """SQLite takes the plain columns beside a lone ``max`` from the row that has it: here, the visitors."""
    return (
        select(
            col(Visit.household),
            col(Visit.dwelling),
            col(Visit.outcome),
            func.max(_mark()),
            type_coerce(col(Visit.visitors), String),
            func.group_concat(_mark()).filter(col(Visit.outcome) == NOT_IN),
        )
        .where(
            or_(col(Visit.household).in_(families), col(Visit.dwelling).in_(inside)),
            alive(Visit),
            col(Visit.visited_on) <= today,
        )
        .group_by(col(Visit.household), col(Visit.dwelling), col(Visit.outcome))
    )


def _mark() -> ColumnElement[str]:
    """The day of a visit and its id in one, as ``Knock.mark`` tells it."""
    return type_coerce(col(Visit.visited_on), String).concat(col(Visit.id))


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
