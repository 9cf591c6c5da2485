"""What the figures of a month are counted from: each family of records in one statement, as facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Executable, func, select

from gridclient.records import (
    Care,
    CentreActivity,
    Dwelling,
    Household,
    HouseholdEvent,
    Matter,
    PartyCentreHousehold,
    Resident,
    Visit,
)
from gridclient.records.matter import MatterState
from gridclient.records.party import CentreState
from gridclient.rules.facts import LONG_AGO, Door, History, Home, Person, Turned, Written
from gridclient.rules.measures import MEASURES
from gridclient.rules.months import Fact, Facts, Spans, Told, table
from gridclient.store.belonging import building_by
from sync.record import SyncedRecord

Ask = Callable[[Executable], Sequence[tuple[Any, ...]]]
AMOUNTS = ("attendance", "opinions", "settled")


@dataclass(frozen=True)
class Part:
    """Which part of the community: an ``area`` and all below it, or one ``building`` (its id); neither: all of it."""

    area: str = ""
    building: str = ""


WHOLE = Part()


def told(ask: Ask, spans: Spans, part: Part = WHOLE) -> list[Told]:
    """Every measure in every span; ``ask`` answers statements, as ``Replica.rows`` does."""
    return table(MEASURES, facts(ask, part), spans)


def facts(ask: Ask, part: Part = WHOLE) -> Facts:
    """The facts of all families."""
    home = _columns(Household)
    start = ask(select(func.min(home.created_at)))[0][0] or 0
    history = History(_turns(ask), start)
    return {
        "homes": list(history.homes(_homes(ask, part))),
        "people": list(history.people(_people(ask, part))),
        "rented": list(history.rented(_doors(ask, part))),
        "visits": _visits(ask, part),
        "matters": _matters(ask, part),
        "centres": _centres(ask, part),
        "activities": _activities(ask, part),
        "care": _care(ask, part),
    }


def _turns(ask: Ask) -> list[Turned]:
    names = ("turn", "happened_on", "household", "other", "dwelling", "people")
    rows = _read(ask, HouseholdEvent, names, WHOLE)
    return [Turned._make((*row[:5], row[5] or [])) for row in rows if row[1]]


def _homes(ask: Ask, part: Part) -> list[Home]:
    names = ("id", "kind_of_household", "removed_at", "removed_why", "source", "created_at")
    rows = _read(ask, Household, names, part, removed=True)
    return [Home._make((*row[:4], Written(*row[4:]))) for row in rows]


def _people(ask: Ask, part: Part) -> list[Person]:
    names = ("id", "household", "name", "population", "labels", "moved_in", "inflow_since")
    more = ("left_how", "left_on", "source", "created_at")
    return [
        Person._make((*row[:4], row[4] or [], row[5] or row[6], *row[7:9], Written(*row[9:])))
        for row in _read(ask, Resident, names + more, part)
    ]


def _doors(ask: Ask, part: Part) -> list[Door]:
    names = ("id", "tenure", "source", "created_at")
    return [Door._make((*row[:2], Written(*row[2:]))) for row in _read(ask, Dwelling, names, part)]


def _visits(ask: Ask, part: Part) -> list[Fact]:
    rows = _read(ask, Visit, ("id", "visited_on", "household", "outcome"), part)
    return [Fact(id_, on, about=home, tags=frozenset({outcome})) for id_, on, home, outcome in rows]


def _matters(ask: Ask, part: Part) -> list[Fact]:
    rows = _read(ask, Matter, ("id", "heard_on", "closed_on", "state", "due", "kind_of_matter"), part)
    return [
        Fact(id_, heard, _ended(closed, over=state == MatterState.DONE), due, tags=frozenset({kind}))
        for id_, heard, closed, state, due, kind in rows
    ]


def _centres(ask: Ask, part: Part) -> list[Fact]:
    names = ("id", "approved_on", "plate_on", "ended_on", "state")
    return [
        Fact(id_, approved or plate, _ended(ended, over=state == CentreState.ENDED))
        for id_, approved, plate, ended, state in _read(ask, PartyCentreHousehold, names, part)
    ]


def _activities(ask: Ask, part: Part) -> list[Fact]:
    rows = _read(ask, CentreActivity, ("id", "held_on", *AMOUNTS), part)
    return [
        Fact(id_, on, amounts={name: n or 0 for name, n in zip(AMOUNTS, amounts, strict=True)})
        for id_, on, *amounts in rows
    ]


def _care(ask: Ask, part: Part) -> list[Fact]:
    rows = _read(ask, Care, ("id", "given_on", "resident"), part)
    return [Fact(id_, on, about=resident) for id_, on, resident in rows]


def _ended(day: date | None, *, over: bool) -> date | None:
    return day or (LONG_AGO if over else None)


def _read(
    ask: Ask, table: type[SyncedRecord], names: Sequence[str], part: Part, *, removed: bool = False
) -> Sequence[tuple[Any, ...]]:
    own = table.__table__  # type: ignore[attr-defined]
    source, where = own, list[ColumnElement[bool]]()
    if not removed:
        where.append(own.c.removed_at.is_(None))
    if part.area:
        where.append(own.c.area.startswith(part.area, autoescape=True))
    if part.building:
        source, building = building_by(own, own.c.id, table.kind())
        where.append(building == part.building)
    return ask(select(*(own.c[name] for name in names)).select_from(source).where(*where).order_by(own.c.id))


def _columns(table: type[SyncedRecord]) -> Any:
    return table.__table__.c  # type: ignore[attr-defined]
