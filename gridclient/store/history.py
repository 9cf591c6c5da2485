"""What every field of every record was before: kept by the database itself, whoever wrote, here or elsewhere. Never synced.

A trigger on each kind notes what an update changes, in the update's own transaction; a record that leaves this laptop
takes its history along. What was changed before this laptop had the record is with the centre alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
import hashlib
import json
from typing import Any

from sqlalchemy import Engine

from gridclient.store.disk import writing
from sync.clock import millis_of
from sync.outbox import ME, OUTBOX
from sync.record import MADE, UPKEEP
from sync.replica import Replica
from sync.shape import Shape

STEP = 400  # ids asked for in one query
_MARK = "history_of"  # in the meta of the vault: which tables the triggers were made for


@dataclass(frozen=True)
class Moment:
    """One field of one record going from ``was`` to ``now`` (wire values), at ``at`` (local time), by an account.

    ``by`` is empty before anybody had signed in, and None when the centre did not say who it was. ``here`` tells that it
    was written on this laptop, ``why`` the reason given for it. ``edit`` is the same for all one save did to a record.
    """

    n: int
    at: datetime
    by: str | None
    kind: str
    id: str
    field: str
    was: Any
    now: Any
    here: bool
    why: str
    edit: tuple[str, int]


class History:
    """The history of one vault: reading only, the triggers write."""

    def __init__(self, engine: Engine, replica: Replica) -> None:
        self._engine, self._replica = engine, replica
        triggers = [trigger for shape in replica.shapes.values() for trigger in _triggers(shape)]
        wanted = hashlib.sha256("".join(triggers).encode()).hexdigest()
        if replica.meta(_MARK) != wanted:
            with writing(), engine.begin() as link:
                for statement in (*_TABLE, *_WHY, *triggers):
                    link.exec_driver_sql(statement)
            replica.set_meta(_MARK, wanted)

    def of(self, ids: Collection[str], limit: int = 2000) -> list[Moment]:
        """What happened to these records, newest first."""
        wanted, found = sorted(set(ids)), list[Any]()
        with self._engine.connect() as link:
            for at in range(0, len(wanted), STEP):
                part = wanted[at : at + STEP]
                marks = ", ".join("?" * len(part))
                sql = f"SELECT * FROM history WHERE id IN ({marks}) ORDER BY n DESC LIMIT {limit}"
                found += link.exec_driver_sql(sql, tuple(part)).all()
        found.sort(key=lambda row: -row.n)
        return [self._moment(row) for row in found[:limit]]

    def removals(self, ids: Collection[str]) -> dict[str, Moment]:
        """Id → the last removal noted of it."""
        found: dict[str, Moment] = {}
        for moment in self.of(ids, limit=100_000):
            if moment.field == "removed_at" and moment.now is not None:
                found.setdefault(moment.id, moment)
        return found

    def _moment(self, row: Any) -> Moment:
        shape: Shape = self._replica.shapes[row.kind]
        origin, mseq, hlc = json.loads(row.stamp) if row.stamp else ("", 0, 0)
        at = millis_of(hlc) or row.at
        cell = shape.by_name.get(row.field)
        was, now = (cell.from_stored(v) if cell else v for v in (row.was, row.now))
        return Moment(
            row.n,
            datetime.fromtimestamp(at / 1000).astimezone(),
            row.by if at == row.at else None,
            row.kind,
            row.id,
            row.field,
            was,
            now,
            bool(row.here),
            row.why,
            (origin, mseq),
        )


_TABLE = (
    (
        "CREATE TABLE IF NOT EXISTS history (n INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, "
        "field TEXT NOT NULL, was, now, stamp TEXT, at INTEGER NOT NULL, by TEXT NOT NULL, here INTEGER NOT NULL, "
        "why TEXT NOT NULL DEFAULT '')"
    ),
    "CREATE INDEX IF NOT EXISTS history_id ON history (id)",
)
_WHY = (
    "DROP TRIGGER IF EXISTS history_why",
    (
        f"CREATE TRIGGER history_why AFTER INSERT ON {OUTBOX.name} WHEN instr(new.body, CAST('\"why\":' AS BLOB)) BEGIN "
        "UPDATE history SET why = coalesce(json_extract(CAST(new.body AS TEXT), '$.why'), '') WHERE id = new.id "
        "AND json_extract(stamp, '$[1]') = new.mseq AND json_extract(stamp, '$[0]') = new.origin; END"
    ),
)


def _triggers(shape: Shape) -> tuple[str, ...]:
    """The statements that make the triggers of one kind anew."""
    kind, groups = shape.kind, shape.group_of
    fields = [name for name in groups if name not in UPKEEP and groups[name] != MADE]
    changes = " UNION ALL ".join(
        f'SELECT \'{name}\', old."{name}", new."{name}", {_stamp(groups[name])} AS stamp '
        f'WHERE old."{name}" IS NOT new."{name}"'
        for name in fields
    )
    return (
        f"DROP TRIGGER IF EXISTS {kind}_history_update",
        (
            f"CREATE TRIGGER {kind}_history_update AFTER UPDATE ON {kind} WHEN old.stamps IS NOT new.stamps BEGIN "
            "INSERT INTO history (kind, id, field, was, now, stamp, at, by, here) "
            f"SELECT '{kind}', new.id, f.*, new.updated_at, new.updated_by, "
            f"json_extract(f.stamp, '$[0]') IS (SELECT origin FROM {ME.name}) FROM ({changes}) f; END"
        ),
        f"DROP TRIGGER IF EXISTS {kind}_history_delete",
        (
            f"CREATE TRIGGER {kind}_history_delete AFTER DELETE ON {kind} BEGIN "
            "DELETE FROM history WHERE id = old.id; END"
        ),
    )


def _stamp(group: str) -> str:
    return f"coalesce(json_extract(new.stamps, '$.\"{group}\"'), json_extract(new.stamps, '$.\"\"'))"
