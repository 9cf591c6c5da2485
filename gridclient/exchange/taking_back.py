"""Take a whole import back: what it made and nobody touched goes to the recycle bin, what it changed reads as before.

What somebody wrote since stays, and so does whatever such a record belongs to. It goes piece by piece and may be stopped
between two: what is done is noted, and the rest can be taken back another time. It is synced like any edit.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import get_ident
import time
from typing import Any

from sqlalchemy import Table, select

from gridclient.fields import RECORDS, links_to
from gridclient.rules.undoing import Part, Reach, reach
from gridclient.store.imports import UNDONE, Batch, Imports, within
from sync.errors import Invalid
from sync.record import LIFE, PLACE, SyncedRecord
from sync.replica import Replica

ASKED = 400  # ids in one query
UNIT = "org_unit"
Progress = Callable[[int, int, str], None]
_Told = tuple[
    SyncedRecord | None, Part | None, "Left | None"
]  # a record to be written, its part, and what stays


@dataclass(frozen=True)
class Left:
    """A record that stays as it is: its fields that were written since (all of it when none is named), by whom, or why.

    ``leaned`` says that something that stays belongs to it; ``why`` tells what would be wrong with it otherwise.
    """

    kind: str
    id: str
    fields: tuple[str, ...] = ()
    by: str = ""
    leaned: bool = False
    why: str = ""


@dataclass(frozen=True)
class Taken:
    """What taking an import back does, or has done: kind → records binned, kind → records put back, and what stays."""

    binned: dict[str, int] = field(default_factory=dict)
    restored: dict[str, int] = field(default_factory=dict)
    left: tuple[Left, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.binned or self.restored)


def foresee(replica: Replica, imports: Imports, batch: Batch, *, progress: Progress | None = None) -> Taken:
    """What taking an import back would do now, without writing; ``progress`` may raise to stop it."""
    tell = progress or _silent
    batch = imports.now(batch) or batch
    pieces = [parts for _k, parts in imports.pieces(batch)]
    look = _Look(replica, imports, batch, [part for parts in pieces for part in parts])
    found = _Tally()
    for done, parts in enumerate(pieces):
        tell(done, len(pieces), "正在核对")
        for _record, part, left in look.reversed(parts):
            found.count(part, left)
    return found.taken


def take_back(replica: Replica, imports: Imports, batch: Batch, *, progress: Progress | None = None) -> Taken:
    """Take back what is left of an import; ``progress`` may raise between two pieces, and the rest waits.

    Taken back a second time nothing happens. Later imports may write what this puts back. What imports that were taken
    back before had to leave because of this one goes with it, so that their order makes no difference.
    """
    tell = progress or _silent
    batch = imports.now(batch) or batch
    pieces = imports.pieces(batch)
    tell(0, len(pieces), "正在核对")
    found, others, freed = _Tally(), _Others(replica), _Freed()
    try:
        for done, (k, parts) in enumerate(pieces):
            tell(done, len(pieces), "正在撤回")
            if others.wrote() or not done:
                look = _Look(replica, imports, batch, [part for _k, rest in pieces[done:] for part in rest])
            told = list(look.reversed(parts))
            with imports.back(replica, batch, k), others.ignoring():
                one = _piece(replica, told)
            imports.tick(batch, k, one.changed, len(one.left))
            found.add(one)
            freed.note(told)
        with others.ignoring():
            _take_back_rests(replica, imports, batch, freed)
    finally:
        others.stop()
    return found.taken


def wire_values(replica: Replica, record: SyncedRecord, names: Iterable[str]) -> dict[str, Any]:
    """Field → its value as it is sent, of these fields of a record."""
    cells = replica.shapes[type(record).kind()].by_name
    held = {name: getattr(record, name) for name in names}
    return {
        name: value if value is None or name == PLACE else cells[name].to_wire(value)
        for name, value in held.items()
    }


class _Others:
    """Whether anybody has written besides: then what stays has to be looked at anew."""

    def __init__(self, replica: Replica) -> None:
        self._own: int | None = None
        self._heard = False
        self.stop = replica.subscribe(self._hear)

    def wrote(self) -> bool:
        """True when somebody has since this was last asked."""
        heard, self._heard = self._heard, False
        return heard

    @contextmanager
    def ignoring(self) -> Iterator[None]:
        """What this thread writes inside is nobody else's."""
        self._own = get_ident()
        yield
        self._own = None

    def _hear(self, _news: object) -> None:
        self._heard = self._heard or get_ident() != self._own


class _Freed:
    """The fields, by record, that read again as before an import that is being taken back."""

    def __init__(self) -> None:
        self.fields: defaultdict[str, set[str]] = defaultdict(set)

    def note(self, told: list[_Told]) -> None:
        for _record, part, left in told:
            if part is not None and not part.made:
                self.fields[part.id] |= part.now.keys() - {*(left.fields if left else ())}

    def of(self, part: Part, standing: Collection[tuple[str, str]], groups: Mapping[str, str]) -> Part | None:
        """The groups of a part that are free, and that no import wrote which still stands."""
        if part.id not in self.fields:
            return None
        mine = self.fields[part.id]
        kept = {groups[name] for name in part.now if name not in mine or (part.id, name) in standing}
        names = [name for name in part.now if groups[name] not in kept]
        was, now = ({name: told[name] for name in names if name in told} for told in (part.was, part.now))
        return Part(part.kind, part.id, was, now) if names else None


class _Tally:
    """Counts what became of the parts."""

    def __init__(self) -> None:
        self.binned, self.restored = Counter[str](), Counter[str]()
        self.left: list[Left] = []

    @property
    def changed(self) -> int:
        return self.binned.total() + self.restored.total()

    @property
    def taken(self) -> Taken:
        return Taken(dict(self.binned), dict(self.restored), tuple(self.left))

    def count(self, part: Part | None, left: Left | None) -> None:
        if part is not None:
            (self.binned if part.made else self.restored)[part.kind] += 1
        if left is not None:
            self.left.append(left)

    def add(self, other: "_Tally") -> None:
        self.binned += other.binned
        self.restored += other.restored
        self.left += other.left


class _Look:
    """How an import stands now; ``stays`` are the ids it made that cannot go, each with the reason."""

    def __init__(self, replica: Replica, imports: Imports, batch: Batch, parts: list[Part]) -> None:
        self.replica, self.batch = replica, batch
        self.mine = {batch.origin, replica.origin}
        self.stays: dict[str, Left] = {}
        self._taken = imports.undone()
        self._later = [span for one in imports.all(batch.at) if one.n > batch.n for span in one.spans]
        going: dict[str, str] = {}
        for part, (removed_at, stamps, by) in self._made(parts):
            if removed_at is not None:
                continue
            if self._touched(stamps):
                self.stays[part.id] = Left(part.kind, part.id, by=by)
            else:
                going[part.id] = part.kind
        self._keep_leaned(going, {(part.id, name) for part in parts for name in part.now if not part.made})

    def reversed(self, parts: list[Part]) -> Iterator[_Told]:
        """Each record as it is to be written, not stored yet, with its part, and what of it stays."""
        found = self._records(parts)
        for part in parts:
            record = found.get(part.id)
            if part.made:
                yield self._binned(part, record)
            elif record is None:
                yield None, None, Left(part.kind, part.id)
            else:
                yield self._restored(part, record)

    def _binned(self, part: Part, record: SyncedRecord | None) -> _Told:
        if record is None or record.removed:
            return None, None, None
        left = self.stays.get(part.id)
        if left is None and self._touched(record.stamps or {}):
            left = Left(part.kind, part.id, by=record.updated_by)
        if left is not None:
            return None, None, left
        record.removed_at, record.removed_why = time.time_ns() // 1_000_000, UNDONE
        return record, part, None

    def _restored(self, part: Part, record: SyncedRecord) -> _Told:
        shape = self.replica.shapes[part.kind]
        current = wire_values(self.replica, record, {*part.now, "removed_at"})
        if all(current[name] == value for name, value in part.was.items()):
            return None, None, None
        stamps = dict(record.stamps or {})
        stamps |= {group: ("", 0) for group, stamp in stamps.items() if within(stamp, self._later)}
        far: Reach = reach(part, current, stamps, self.mine, shape.group_of)
        for name in far.free:
            value = part.was.get(name)
            setattr(record, name, value if name == PLACE else shape.python(name, value))
        left = Left(part.kind, part.id, far.held, record.updated_by) if far.held else None
        return (record, part, left) if far.free else (None, None, left)

    def _touched(self, stamps: dict[str, Any]) -> bool:
        """True when anybody wrote any of it but this import, and what took a later one back."""
        return any(group != LIFE and not self._ours(stamp) for group, stamp in stamps.items())

    def _ours(self, stamp: Any) -> bool:
        return self.batch.wrote(stamp) or within(stamp, self._taken)

    def _made(self, parts: list[Part]) -> Iterator[tuple[Part, tuple[Any, ...]]]:
        made = [part for part in parts if part.made]
        for kind, some in _in_steps(made):
            sql = _table(kind)
            told = (sql.c.id, sql.c.removed_at, sql.c.stamps, sql.c.updated_by)
            rows = self.replica.rows(select(*told).where(sql.c.id.in_([part.id for part in some])))
            found = {row[0]: (row[1], row[2] or {}, row[3]) for row in rows}
            yield from ((part, found[part.id]) for part in some if part.id in found)

    def _records(self, parts: list[Part]) -> dict[str, SyncedRecord]:
        found: dict[str, SyncedRecord] = {}
        for kind, some in _in_steps(parts):
            table: Any = RECORDS[kind].table
            ids = [part.id for part in some]
            found |= {r.id: r for r in self.replica.all(table, table.id.in_(ids), removed=True)}
        return found

    def _keep_leaned(self, going: dict[str, str], undone: Collection[tuple[str, str]]) -> None:
        """Let stay what belongs to something that stays; ``undone`` are the fields of records that are put back."""
        leans: dict[str, set[str]] = defaultdict(set)
        kept: set[str] = set()
        for owner, name, target in self._links(going):
            if owner in going:
                leans[owner].add(target)
            elif (owner, name) not in undone:
                kept.add(target)
        while kept:
            id_ = kept.pop()
            if kind := going.pop(id_, ""):
                self.stays[id_] = Left(kind, id_, leaned=True)
                kept |= leans[id_]

    def _links(self, going: dict[str, str]) -> Iterator[tuple[str, str, str]]:
        """Every living record that points at one of ``going``: its id, by which field, and at which."""
        for kind in set(going.values()):
            for spec, link in links_to(kind):
                sql = _table(spec.name)
                rows = self.replica.rows(select(sql.c.id, sql.c[link.name]).where(sql.c.removed_at.is_(None)))
                for owner, value in rows:
                    told = value if isinstance(value, list) else [value]
                    yield from ((owner, link.name, one) for one in told if one in going)
        yield from self._within([id_ for id_, kind in going.items() if kind == UNIT])

    def _within(self, units: list[str]) -> Iterator[tuple[str, str, str]]:
        """The living records that lie in the area of one of these units."""
        sql = _table(UNIT)
        codes = dict(self.replica.rows(select(sql.c.code, sql.c.id).where(sql.c.id.in_(units))))
        for spec in RECORDS.values() if codes else ():
            sql = _table(spec.name)
            inside = sql.c.area.in_(list(codes)), sql.c.removed_at.is_(None)
            for owner, area in self.replica.rows(select(sql.c.id, sql.c.area).where(*inside)):
                if owner != codes[area]:
                    yield owner, PLACE, codes[area]


def _piece(replica: Replica, told: list[_Told]) -> _Tally:
    """Write one piece; what would not be valid any more stays as it is."""
    records = [record for record, _part, _left in told if record is not None]
    wrong: dict[str, dict[str, str]] = {}
    try:
        replica.import_many(records, why=UNDONE)
    except Invalid as error:
        wrong = error.problems
        replica.import_many([record for record in records if record.id not in wrong], why=UNDONE)
    found = _Tally()
    for _record, part, left in told:
        if part is not None and part.id in wrong:
            why = wrong[part.id]
            found.count(None, Left(part.kind, part.id, tuple(why), why="；".join(why.values())))
        else:
            found.count(part, left)
    return found


def _take_back_rests(replica: Replica, imports: Imports, batch: Batch, freed: _Freed) -> None:
    """Go again through what imports that were taken back before had to leave, the newest first.

    Fields were left by earlier imports only; of a later one there may be records that something here belonged to.
    """
    standing: set[tuple[str, str]] = set()
    for one in imports.all(batch.at):
        if one != batch and one.taken:
            _take_back_rest(replica, imports, one, freed if one.n < batch.n else _Freed(), standing)
        parts = [part for _k, parts in imports.pieces(one) for part in parts if part.id in freed.fields]
        standing |= {(part.id, name) for part in parts for name in part.now}


def _take_back_rest(
    replica: Replica, imports: Imports, batch: Batch, freed: _Freed, standing: Collection[tuple[str, str]]
) -> None:
    rests: list[tuple[int, int, int, list[Part]]] = []
    for k, back, left, parts in imports.gone(batch):
        found = (
            freed.of(part, standing, replica.shapes[part.kind].group_of) for part in parts if not part.made
        )
        made = [part for part in parts if part.made and left]
        rests.append((k, back, left, [*made, *filter(None, found)]))
    look = _Look(replica, imports, batch, [part for _k, _back, _left, parts in rests for part in parts])
    for k, back, left, parts in rests:
        told = list(look.reversed(parts))
        if any(part for _record, part, _left in told):
            with imports.back(replica, batch, k):
                one = _piece(replica, told)
            freed.note(told)
            imports.tick(batch, k, back + one.changed, max(0, left - one.changed))


def _in_steps(parts: list[Part]) -> Iterator[tuple[str, list[Part]]]:
    for kind in dict.fromkeys(part.kind for part in parts):
        some = [part for part in parts if part.kind == kind]
        yield from ((kind, some[at : at + ASKED]) for at in range(0, len(some), ASKED))


def _table(kind: str) -> Table:
    sql: Table = RECORDS[kind].table.__table__  # type: ignore[attr-defined]
    return sql


def _silent(_done: int, _total: int, _text: str) -> None:
    return
