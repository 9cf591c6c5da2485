"""What hangs on records that somebody wants to delete: what belongs to them, at any depth, and what only names them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field as part
from typing import Any

from sqlalchemy import Table, select

from gridclient.blanks import Field
from gridclient.fields import RECORDS, RecordSpec, links_to
from gridclient.records.matter import MatterState
from sync.record import SyncedRecord
from sync.replica import Replica

STEP = 500  # ids asked for in one query
HAPPENED = frozenset(
    {"visit", "matter", "photo"}
)  # belong to where they happened, though no blank of it must be filled


@dataclass(frozen=True)
class Hanging:
    """``along`` maps a kind to the ids of what belongs to the records; ``beside`` maps a kind and a blank to the number
    of those that only name one there, and stay; ``unsettled`` is how many matters among ``along`` are still open.
    """

    along: Mapping[str, frozenset[str]] = part(default_factory=dict)
    beside: Mapping[tuple[str, str], int] = part(default_factory=dict)
    unsettled: int = 0

    def __bool__(self) -> bool:
        return bool(self.along or self.beside)

    @property
    def count(self) -> int:
        """How many records belong to them."""
        return sum(map(len, self.along.values()))

    def records(self, replica: Replica) -> list[SyncedRecord]:
        """What belongs to them, as it is stored."""
        found: list[SyncedRecord] = []
        for kind, ids in self.along.items():
            table: Any = RECORDS[kind].table
            for some in _steps(ids):
                found += replica.all(table, table.id.in_(some))
        return found


def hanging(replica: Replica, kind: str, ids: Collection[str]) -> Hanging:
    """What hangs on these records of one kind; a statement for each link and five hundred of them."""
    found: dict[str, set[str]] = {kind: set(ids)}
    named: dict[tuple[str, str], set[str]] = {}
    ahead = [(kind, set(ids))]
    while ahead:
        to, targets = ahead.pop()
        for spec, field in links_to(to):
            linked = set() if field.many else _linked(replica, spec, field, targets)
            if _belongs(spec, field):
                fresh = linked - found.setdefault(spec.name, set())
                found[spec.name] |= fresh
                ahead += [(spec.name, fresh)] if fresh else []
            else:
                named.setdefault((spec.name, field.name), set()).update(linked)
    beside = {where: len(told - found.get(where[0], set())) for where, told in named.items()}
    found[kind] -= set(ids)
    return Hanging(
        {own: frozenset(told) for own, told in found.items() if told},
        {where: count for where, count in beside.items() if count},
        _unsettled(replica, found.get("matter", set())),
    )


def _belongs(spec: RecordSpec, field: Field) -> bool:
    """True for a link without which a record would stand nowhere."""
    return field.required or spec.name in HAPPENED


def _linked(replica: Replica, spec: RecordSpec, field: Field, targets: Collection[str]) -> set[str]:
    sql: Table = spec.table.__table__  # type: ignore[attr-defined]
    found: set[str] = set()
    for some in _steps(targets):
        query = select(sql.c.id).where(sql.c[field.name].in_(some), sql.c.removed_at.is_(None))
        found |= {row[0] for row in replica.rows(query)}
    return found


def _unsettled(replica: Replica, matters: Collection[str]) -> int:
    sql: Table = RECORDS["matter"].table.__table__  # type: ignore[attr-defined]
    still = (
        select(sql.c.id).where(sql.c.id.in_(some), sql.c.state != MatterState.DONE.value)
        for some in _steps(matters)
    )
    return sum(len(replica.rows(query)) for query in still)


def _steps(ids: Collection[str]) -> list[list[str]]:
    every = sorted(ids)
    return [every[at : at + STEP] for at in range(0, len(every), STEP)]
