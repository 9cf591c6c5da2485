"""回收站: what was removed in the last thirty days. Older removals are hidden, never destroyed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, select

from gridclient.fields import RECORDS
from gridclient.store.history import History
from sync.replica import Replica

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Removed:
    """One record in the bin: which, when it was removed (local time), by which account, and why.

    ``by`` is empty before anybody had signed in, and None when the centre did not say who it was.
    """

    kind: str
    id: str
    at: datetime
    by: str | None
    why: str


def removed(replica: Replica, history: History, now: datetime) -> list[Removed]:
    """Everything removed in the thirty days before ``now``, the last removal first."""
    since = int((now - KEPT).timestamp() * 1000)
    found = []
    for spec in RECORDS.values():
        sql: Table = spec.table.__table__  # type: ignore[attr-defined]
        told = (sql.c.id, sql.c.removed_at, sql.c.removed_why, sql.c.updated_by, sql.c.stamps)
        query = select(*told, sql.c.updated_at).where(sql.c.removed_at >= since)
        found += [(spec.name, *row) for row in replica.rows(query)]
    noted = history.removals([row[1] for row in found])
    made = []
    for kind, id_, at_ms, why, by, stamps, updated_at in found:
        known, at = noted.get(id_), datetime.fromtimestamp(at_ms / 1000).astimezone()
        last = ((stamps or {}).get("life") or (stamps or {}).get("") or (0, 0, 0))[2] >> 16 == updated_at
        who = known.by if known is not None and known.by is not None else by if last else None
        made.append(Removed(kind, id_, at, who, why))
    return sorted(made, key=lambda one: one.at, reverse=True)
