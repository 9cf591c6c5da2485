"""Saves, and what was saved: every edit goes through here, and may be taken back or done again, also after a restart."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
import time
from typing import Any

from sqlalchemy import Table, select

from gridclient.fields import RECORDS, links_to
from gridclient.rules.undoing import Part, Reach, reach
from gridclient.store.edits import Edit, Edits
from sync.errors import Invalid
from sync.protocol import Change
from sync.record import PLACE, SyncedRecord
from sync.replica import Refusal, Replica

STEP = 400  # ids asked for in one query
LIFE_FIELDS = ("removed_at", "removed_why")
BACK, AGAIN, MADE = "撤回", "重做", "撤回新增"


@dataclass(frozen=True)
class Left:
    """What stayed as it is: the part, its fields that somebody has changed since, and who wrote the record last.

    ``gone`` says that the record is here no longer, or is in the recycle bin; ``leaned`` that a record made since
    belongs to it, ``why`` what would be wrong with it; ``refused`` that the centre never took what the step did.
    """

    part: Part
    fields: tuple[str, ...]
    by: str = ""
    gone: bool = False
    leaned: bool = False
    why: str = ""
    refused: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of taking a step back, or of doing it again: true when anything was put back."""

    edit: Edit | None = None
    done: tuple[Part, ...] = ()
    left: tuple[Left, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.done)


class Past:
    """The edits of whoever works at this laptop now, newest last. One step is one save, or several put together."""

    def __init__(self, replica: Replica, edits: Edits) -> None:
        self.replica, self.edits = replica, edits
        self.turning = False  # True while a large step is turned beside the window
        self._open: dict[str, Part] | None = None

    @property
    def mine(self) -> list[Edit]:
        """The steps of this person, newest first; what was saved before anybody signed in is everybody's."""
        return [edit for edit in self.edits.all() if edit.who in ("", self.replica.author)]

    @property
    def last(self) -> Edit | None:
        """The newest step that can be taken back."""
        return next((edit for edit in self.mine if not edit.undone), None)

    @property
    def next(self) -> Edit | None:
        """The oldest step that was taken back, which can be done again until something new is saved."""
        return next((edit for edit in reversed(self.mine) if edit.undone), None)

    def knows(self, edit: Edit) -> bool:
        """True while this very step can still be taken back."""
        known = self.edits.now(edit)
        return known is not None and not known.undone

    @contextmanager
    def together(self, what: str = "") -> Iterator[None]:
        """Make one step of everything saved inside, called ``what``; inside another one it is part of that."""
        if self._open is not None:
            yield
            return
        self._open = {}
        try:
            yield
        finally:
            parts, self._open = list(self._open.values()), None
            if parts:
                self._add(what, parts)

    @contextmanager
    def noting(self, *records: SyncedRecord) -> Iterator[list[Change]]:
        """Remember what the changes put into the list did to these records, as a step of its own if nothing is open."""
        before = self._stored([(type(record).kind(), record.id) for record in records])
        was = {id_: self._wire(record) for id_, record in before.items()}
        changes: list[Change] = []
        try:
            yield changes
        finally:
            parts = _parts(changes, was)
            if self._open is not None:
                for part in parts:
                    known = self._open.get(part.id)
                    self._open[part.id] = known.then(part) if known else part
            elif parts:
                self._add("", parts)

    def look(self, edit: Edit) -> list[Left]:
        """What of a step cannot be put back; empty when it can be reversed whole."""
        return self._reaches(edit)[1]

    def turn(self, edit: Edit | None) -> Outcome:
        """Take a step back, or do it again when it is undone, as one ordinary save; what others wrote since stays.

        A step of which nothing can be put back is forgotten; of one that would make a record invalid nothing is put back.
        """
        edit = self.edits.now(edit) if edit is not None else None
        if edit is None:
            return Outcome()
        records, left, was = self._reaches(edit)
        if not records:
            self.edits.forget(edit)
            return Outcome(edit, (), tuple(left))
        try:
            changes = self.replica.save(*records, why=AGAIN if edit.undone else BACK)
        except Invalid as error:
            wrong = {part.id: part for part in edit.parts}
            left += [
                Left(wrong[id_], tuple(whys), why="；".join(whys.values()))
                for id_, whys in error.problems.items()
            ]
            return Outcome(edit, (), tuple(left))
        done = _parts(changes, was)
        return Outcome(self.edits.turn(edit, done), tuple(done), tuple(left))

    def _add(self, what: str, parts: Sequence[Part]) -> None:
        at = datetime.now().astimezone()
        self.edits.add(at, self.replica.author, self.replica.origin, what, parts)

    def _reaches(self, edit: Edit) -> tuple[list[SyncedRecord], list[Left], dict[str, dict[str, Any]]]:
        """The records with everything put back that may be, not stored yet; what may not; the wire values as stored."""
        found = self._stored([(part.kind, part.id) for part in edit.parts])
        mine = {edit.origin, self.replica.origin}
        records, left = [], []
        was = {
            part.id: self._wire(found[part.id], {*part.now, *LIFE_FIELDS})
            for part in edit.parts
            if part.id in found
        }
        leaned = self._leaned_on(edit)
        for part in edit.parts:
            record = found.get(part.id)
            if record is None or part.id in leaned:
                left.append(Left(part, (), gone=record is None, leaned=record is not None))
                continue
            groups = self.replica.shapes[part.kind].group_of
            far = reach(part, was[part.id], record.stamps or {}, mine, groups)
            if far.held:
                not_taken = is_refused(part, self.replica.refused())
                left.append(Left(part, far.held, record.updated_by, gone=record.removed, refused=not_taken))
            if far.free:
                records.append(self._put_back(record, part, far))
        return records, left, was

    def _leaned_on(self, edit: Edit) -> set[str]:
        """The records this step made to which something belongs by now that the step did not make itself."""
        own, found = {part.id for part in edit.parts}, set[str]()
        for kind in {part.kind for part in edit.parts if part.made} & RECORDS.keys():
            made = [part.id for part in edit.parts if part.made and part.kind == kind]
            for spec, field in links_to(kind):
                sql: Table = spec.table.__table__  # type: ignore[attr-defined]
                link, living = sql.c[field.name], sql.c.removed_at.is_(None)
                for at in range(0, len(made) if not field.many else 0, STEP):
                    query = select(sql.c.id, link).where(link.in_(made[at : at + STEP]), living)
                    found |= {owner for id_, owner in self.replica.rows(query) if id_ not in own}
        return found

    def _put_back(self, record: SyncedRecord, part: Part, far: Reach) -> SyncedRecord:
        shape, wanted = self.replica.shapes[part.kind], part.was
        if part.made:
            wanted = {"removed_at": True, "removed_why": MADE}
        for name in wanted if part.made else far.free:
            value = wanted.get(name)
            if name == "removed_at" and value is not None:
                value = time.time_ns() // 1_000_000
            setattr(record, name, value if name == PLACE else shape.python(name, value))
        return record

    def _wire(self, record: SyncedRecord, names: Collection[str] = ()) -> dict[str, Any]:
        """The wire values of these fields, of all when none are named."""
        shape = self.replica.shapes[type(record).kind()]
        held = {name: getattr(record, name) for name in names or shape.by_name if name != PLACE}
        told = {
            name: None if value is None else shape.by_name[name].to_wire(value)
            for name, value in held.items()
        }
        return told | {PLACE: record.area}

    def _stored(self, wanted: Sequence[tuple[str, str]]) -> dict[str, SyncedRecord]:
        """Id → record of those named by kind and id, removed ones too, as far as they are here."""
        found: dict[str, SyncedRecord] = {}
        for kind in dict.fromkeys(kind for kind, _id in wanted):
            table: Any = self.replica.shapes[kind].table
            ids = [id_ for of, id_ in wanted if of == kind]
            for at in range(0, len(ids), STEP):
                some = self.replica.all(table, table.id.in_(ids[at : at + STEP]), removed=True)
                found |= {record.id: record for record in some}
        return found


def is_refused(part: Part, refusals: Collection[Refusal]) -> bool:
    """True while one of these changes, which the centre did not take, is what a part of a step did."""
    return any(_is_told(part, refusal.change) for refusal in refusals if refusal.change.id == part.id)


def _is_told(part: Part, change: Change) -> bool:
    told = {name: value for values in change.groups.values() for name, value in values.items()}
    both = told.keys() & part.now.keys()
    return bool(both) and all(told[name] == part.now[name] for name in both)


def _parts(changes: Sequence[Change], was: dict[str, dict[str, Any]]) -> list[Part]:
    """What changes did, one part for each record, in their order; ``was`` are the wire values before."""
    found: dict[str, Part] = {}
    for change in changes:
        now = {name: value for values in change.groups.values() for name, value in values.items()}
        before = was.get(change.id)
        old = {name: before.get(name) for name in now} if before else {}
        part = Part(change.kind, change.id, old, now, made=change.made and before is None)
        found[change.id] = found[change.id].then(part) if change.id in found else part
    return list(found.values())
