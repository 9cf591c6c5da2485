"""What hangs on a household besides its people: what still counts, its words, and what becomes of it. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from gridclient.fields import Record, spec_of
from gridclient.records import Care, Matter, Pairing, PartyCentreHousehold, VisitTask
from gridclient.records.matter import MatterState
from gridclient.records.party import CentreState
from gridclient.records.visit import TaskState

ENDS = "户已不在"  # why a centre household ended with its home


def counts(record: Record) -> bool:
    """True while a record that names a household still asks for something, or stands for it."""
    if isinstance(record, VisitTask):
        return record.state == TaskState.OPEN
    if isinstance(record, Pairing):
        return record.until is None
    if isinstance(record, PartyCentreHousehold):
        return record.state != CentreState.ENDED
    if isinstance(record, Care):
        return record.next_day is not None
    return not isinstance(record, Matter) or record.state != MatterState.DONE


def ends(record: Record) -> bool:
    """True for what ends with its household: appointments, pairings and centres."""
    return isinstance(record, VisitTask | Pairing | PartyCentreHousehold)


def words(records: Sequence[Record]) -> list[str]:
    """A line for each kind: ``党员中心户 1 项``, what may be lost sight of first."""
    first = [kind.kind() for kind in (PartyCentreHousehold, Matter)]
    found = Counter(record.kind() for record in records)
    return [
        f"{spec_of(kind).title} {found[kind]} 项" for kind in sorted(found, key=lambda k: (k not in first, k))
    ]


def follow(records: Iterable[Any], household: Any) -> list[Record]:
    """The records go over to another household, and belong where that belongs."""
    followed = list(records)
    for record in followed:
        record.household, record.area = household.id, household.area
    return followed


def let_go(records: Iterable[Record], on: date) -> list[Record]:
    """What ends with the household: its appointments, pairings and centre. Matters stay open, for somebody to settle."""
    ended: list[Record] = []
    for record in records:
        if isinstance(record, VisitTask):
            record.state = TaskState.CANCELLED.value
        elif isinstance(record, Pairing):
            record.until = on
        elif isinstance(record, PartyCentreHousehold):
            record.state, record.ended_on, record.ended_why = CentreState.ENDED.value, on, ENDS
        else:
            continue
        ended.append(record)
    return ended
