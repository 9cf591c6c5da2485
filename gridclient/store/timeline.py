"""What happened at a home: who knocked, who came and left, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_
from sqlmodel import col

from gridclient.fields import spec_of
from gridclient.records.people import HouseholdEvent, Resident, Turn
from gridclient.records.visit import Visit
from gridclient.rules.household_life import told
from sync.replica import Replica


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a home's past, newest first. ``kind`` is the record's kind."""

    day: date | None
    kind: str
    title: str
    text: str
    record: Any


def visits(replica: Replica, dwelling: str, household: str) -> list[Visit]:
    """Newest first: the household's, and those at this door that name no household (all, when nobody lives here)."""
    at_door = replica.all(Visit, Visit.dwelling == dwelling, *([Visit.household == ""] if household else []))
    own = replica.all(Visit, Visit.household == household) if household else []
    return sorted([*own, *at_door], key=lambda v: (v.visited_on or date.min, v.id), reverse=True)


def events(replica: Replica, dwelling: str, household: str) -> list[HouseholdEvent]:
    """The turns of the household's life; of everybody's behind this door, when nobody lives here."""
    if not household:
        return replica.all(HouseholdEvent, HouseholdEvent.dwelling == dwelling)
    own = or_(col(HouseholdEvent.household) == household, col(HouseholdEvent.other) == household)
    return replica.all(HouseholdEvent, own)


def brought(replica: Replica, turns: Iterable[HouseholdEvent], household: str) -> list[Visit]:
    """The visits to households that have come into this one since."""
    came = [e.other for e in turns if e.turn == Turn.MERGED and e.household == household]
    return replica.all(Visit, col(Visit.household).in_(came)) if came else []


def timeline(
    knocks: Iterable[Visit], turns: Iterable[HouseholdEvent], gone: Iterable[Resident]
) -> list[Entry]:
    """Newest first. Whoever left is told of once: by the event, or by the record when there was none."""
    outcome = spec_of(Visit).field("outcome")
    left = spec_of(Resident).field("left_how")
    turns = list(turns)
    known = {(e.happened_on, name) for e in turns for name in e.people}
    entries = [
        Entry(v.visited_on, "visit", outcome.text(v.outcome), v.changes or v.needs or v.remark, v)
        for v in knocks
    ]
    entries += [Entry(e.happened_on, e.kind(), Turn.words(e.turn), told(e), e) for e in turns]
    entries += [
        Entry(p.left_on, "resident", left.text(p.left_how), p.name, p)
        for p in gone
        if (p.left_on, p.name) not in known
    ]
    return sorted(entries, key=_when, reverse=True)


def _when(entry: Entry) -> tuple[date, int, bool]:
    """Sorts the past; of what one save told, who follows as the head comes last."""
    return entry.day or date.min, entry.record.created_at, getattr(entry.record, "turn", "") == Turn.HEAD
