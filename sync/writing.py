"""From records as a person left them to changes: what was touched, and what its author was looking at."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.base import NO_VALUE

from sync.clock import millis_of
from sync.errors import Invalid
from sync.merge import same
from sync.outbox import DONE, REFUSED, Write
from sync.protocol import Change, Stamp
from sync.record import LIFE, MADE, PLACE, SyncedRecord
from sync.shape import Row, Shape

_NOWHERE = {"area": "没有选择所属网格"}


class Draft:
    """The changes of one save, gathered inside one write."""

    def __init__(self, write: Write, shapes: Mapping[str, Shape], *, author: str, home: str) -> None:
        self.write, self.shapes, self.author, self.home = write, shapes, author, home
        self.changes: list[Change] = []
        self._rows: dict[str, Row] = {}
        self._declined: set[str] = (
            set()
        )  # records whose making the centre refused: a save makes them again, whole
        self._dirty: dict[str, dict[str, Row]] = {}

    def record(
        self, records: Sequence[SyncedRecord], *, why: str, together: bool, adopt: bool
    ) -> list[Change]:
        """Compare with what is stored, write rows and changes; Invalid, with nothing written, when one may not be.

        ``together`` gives all changes one ``tx``; ``adopt`` brings the records given up to date with what was stored.
        """
        bodies = self._bodies(records)
        self._load(records)
        tx = self.write.mseq + 1 if together else None
        for record, body in zip(records, bodies, strict=True):
            shape, stored = self.shapes[record.kind()], self._rows.get(record.id)
            if stored is None or stored.id in self._declined:
                self._make(shape, record, body, tx, why)
            else:
                self._edit(shape, record, body, stored, tx, why)
            if adopt:
                _adopt(shape, record, self._rows[record.id])
        self._finish()
        return self.changes

    def live(self, record: SyncedRecord, *, removed_at: int | None, why: str) -> list[Change]:
        """Remove a record, or bring it back; nothing else of it is looked at."""
        self._load([record])
        shape, stored = self.shapes[record.kind()], self._rows.get(record.id)
        values = {"removed_at": removed_at, "removed_why": why if removed_at is not None else ""}
        if stored is None or (stored.body["removed_at"] is None) == (removed_at is None):
            return []
        base = {group: Stamp(w[0], w[1]) for group, w in (stored.stamps or {}).items()}
        self._change(shape, stored, {LIFE: values}, base, None, why)
        _adopt(shape, record, stored)
        self._finish()
        return self.changes

    def _bodies(self, records: Sequence[SyncedRecord]) -> list[dict[str, Any]]:
        problems: dict[str, dict[str, str]] = {}
        bodies = []
        for record in records:
            record.area = record.area or self.home
            found = dict(record.problems()) if record.area else dict(_NOWHERE)
            bodies.append(self.shapes[record.kind()].wire(record, found))
            if found:
                problems[record.id] = found
        if problems:
            raise Invalid(problems)
        return bodies

    def _load(self, records: Iterable[SyncedRecord]) -> None:
        by_kind: dict[str, list[str]] = {}
        for record in records:
            by_kind.setdefault(record.kind(), []).append(record.id)
        for kind, ids in by_kind.items():
            shape = self.shapes[kind]
            for stored in self.write.within(f"{shape.select} WHERE id IN", ids):
                self._rows[stored[0]] = shape.read(stored)
        untaken = [row.id for row in self._rows.values() if not row.ver]
        known: dict[str, set[int]] = {}
        for id_, state in self.write.within("SELECT id, state FROM sync_outbox WHERE id IN", untaken):
            known.setdefault(id_, set()).add(state)
        self._declined = {id_ for id_, states in known.items() if states == {REFUSED}}

    def _make(
        self, shape: Shape, record: SyncedRecord, body: dict[str, Any], tx: int | None, why: str
    ) -> None:
        row = Row(record.id, record.area, body, unknown=dict(record.unknown or {}))
        at = self.write.clock.now()
        body["created_at"] = body["created_at"] or millis_of(at)
        body["created_by"] = body["created_by"] or self.author
        mseq = self.write.number()
        row.stamps = {"": [self.write.origin, mseq, at]}
        row.updated_at, row.updated_by = millis_of(at), self.author
        was: dict[str, dict[str, Any]] = {}
        if (refused := self._rows.get(row.id)) is not None:
            self.write.run(
                "UPDATE sync_outbox SET state = ? WHERE id = ? AND state = ?", DONE, row.id, REFUSED
            )
            # A copy of this laptop may have made it meanwhile: then this tells what was touched since.
            was = shape.filled(refused.body)
        self._keep(shape, row)
        self.changes.append(
            Change(
                mseq=mseq,
                tx=mseq if tx is None else tx,
                kind=shape.kind,
                id=row.id,
                area=row.area,
                groups=shape.filled(body),
                at=at,
                by=self.author,
                made=True,
                was=was,
                why=why,
            )
        )

    def _edit(
        self, shape: Shape, record: SyncedRecord, body: dict[str, Any], stored: Row, tx: int | None, why: str
    ) -> None:
        touched, was, base = self._touched(shape, record, body, stored)
        if not touched:
            return
        if stored.body["removed_at"] is not None and LIFE not in touched:
            _name(base, LIFE, stored.stamps)
        if touched.get(LIFE, {}).get("removed_at") is not None:
            base = {group: Stamp(w[0], w[1]) for group, w in (stored.stamps or {}).items()} | base
        self._change(shape, stored, touched, base, tx, why, was)

    def _touched(
        self, shape: Shape, record: SyncedRecord, body: dict[str, Any], stored: Row
    ) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]], dict[str, Stamp]]:
        """The groups this person changed, the values they were looking at, and the stamps of those."""
        touched: dict[str, dict[str, Any]] = {}
        was: dict[str, dict[str, Any]] = {}
        base: dict[str, Stamp] = {}
        for group, names in shape.groups.items():
            new, old = _values(body, record.area, names), _values(stored.body, stored.area, names)
            if group == MADE or same(new, old):
                continue
            seen = record.stamps or stored.stamps or {}
            if seen.get(group, seen.get("")) != (stored.stamps or {}).get(
                group, (stored.stamps or {}).get("")
            ):
                before = _before(shape, record, names)
                if before is not None and same(before, new):
                    continue  # It arrived while the form was open, and the person did not touch it.
                was[group] = before if before is not None else {}
            else:
                was[group] = old
            touched[group] = new
            _name(base, group, seen)
        return touched, was, base

    def _change(
        self,
        shape: Shape,
        row: Row,
        groups: dict[str, dict[str, Any]],
        base: dict[str, Stamp],
        tx: int | None,
        why: str,
        was: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        at, mseq, area = self.write.clock.now(), self.write.number(), row.area
        if was is None:
            was = {group: _values(row.body, row.area, tuple(values)) for group, values in groups.items()}
        row.stamps = dict(row.stamps or {})
        for group, values in groups.items():
            row.stamps[group] = [self.write.origin, mseq, at]
            row.area = values.get("area", row.area) if group == PLACE else row.area
            row.body.update({name: value for name, value in values.items() if group != PLACE})
        row.updated_at, row.updated_by = millis_of(at), self.author
        self._keep(shape, row)
        self.changes.append(
            Change(
                mseq=mseq,
                tx=mseq if tx is None else tx,
                kind=shape.kind,
                id=row.id,
                area=area,
                groups=groups,
                base=base,
                at=at,
                by=self.author,
                was={group: values for group, values in was.items() if values},
                why=why,
            )
        )

    def _keep(self, shape: Shape, row: Row) -> None:
        self._rows[row.id] = row
        self._dirty.setdefault(shape.kind, {})[row.id] = row

    def _finish(self) -> None:
        for kind, rows in self._dirty.items():
            shape = self.shapes[kind]
            self.write.many(shape.upsert, map(shape.params, rows.values()))
        self.write.put(self.changes)


def _values(body: Mapping[str, Any], area: str, names: Sequence[str]) -> dict[str, Any]:
    return {name: area if name == "area" else body[name] for name in names}


def _name(base: dict[str, Stamp], group: str, stamps: Mapping[str, Any] | None) -> None:
    """Enter the stamp of a group, if anybody wrote it."""
    if found := (stamps or {}).get(group, (stamps or {}).get("")):
        base[group] = Stamp(found[0], found[1])


def _before(shape: Shape, record: SyncedRecord, names: Sequence[str]) -> dict[str, Any] | None:
    """The values of a group when the record was read; None when that cannot be told any more."""
    state = inspect(record, raiseerr=False)
    if state is None or state.transient:
        return None
    before: dict[str, Any] = {}
    for name in names:
        value = state.committed_state.get(name, getattr(record, name))
        if value is NO_VALUE:
            return None
        before[name] = value if name == "area" or value is None else shape.by_name[name].to_wire(value)
    return before


def _adopt(shape: Shape, record: SyncedRecord, row: Row) -> None:
    """Make the record in hand what is stored, with nothing touched."""
    upkeep = {
        "ver": row.ver,
        "area": row.area,
        "updated_at": row.updated_at,
        "updated_by": row.updated_by,
        "stamps": row.stamps,
        "unknown": row.unknown,
    }
    for name, value in upkeep.items():
        set_committed_value(record, name, value)
    for name, value in row.body.items():
        set_committed_value(record, name, shape.python(name, value))
