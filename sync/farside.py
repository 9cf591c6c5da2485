"""The side of a replica that faces the centre: what the engine asks of it, and how answers are let in.

A person's side is :class:`sync.replica.Replica`, which is one of these.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
import json

import msgspec
from sqlalchemy import Engine

from sync.arrivals import Arrivals
from sync.clock import Clock
from sync.digest import area_digest, bucket, bucket_digests, to_text
from sync.outbox import DONE, PENDING, TABLES, Books, Texts, Write, decode, new_origin, now_ms
from sync.parcel import Queued, fitting
from sync.protocol import Change, Document, Have, Receipt, Scope, Stamp, Stream
from sync.record import SyncedRecord
from sync.schema import bring_up
from sync.shape import Shape, shape_of

DAY_MS = 24 * 3600 * 1000
KEPT_MS = 30 * DAY_MS  # how long done changes are kept, for a centre that goes back in time
_EPOCH, _SCOPE = "epoch", "scope"


class News(msgspec.Struct, frozen=True, gc=False):
    """One record is not what it was: saved here, or, when ``remote``, arrived from the centre."""

    kind: str
    id: str
    remote: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a laptop stands with the centre at one moment; ``mseq`` is the last number it gave."""

    origin: str
    mseq: int
    epoch: str
    scope: Scope | None
    have: dict[str, Have]
    recovering: frozenset[str]


class FarSide:
    """What a laptop holds, as the engine sees it."""

    author = ""

    def __init__(
        self,
        engine: Engine,
        kinds: Iterable[type[SyncedRecord]],
        clock: Clock,
        before_change: Callable[[], None] | None,
    ) -> None:
        self.engine, self.clock = engine, clock
        self.shapes = {kind.kind(): shape_of(kind) for kind in kinds}
        self.sent_to = 0
        self._forgot_at = 0
        self._forsaken: Scope | None = None
        self._books = Books(engine, clock)
        self._texts = Texts(self._books)
        self._areas_here = " UNION ".join(map(_each_area, self.shapes))
        self._listeners: list[Callable[[list[News]], None]] = []
        synced = [shape.sql for shape in self.shapes.values()]
        added = bring_up(engine, [*synced, *TABLES], guarded=synced, before_change=before_change)
        self._lift({table for table, _column in added})

    def subscribe(self, callback: Callable[[list[News]], None]) -> Callable[[], None]:
        """Call back after every commit that changed records, on the thread that made it; returns how to stop."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def meta(self, key: str, default: str = "") -> str:
        """A small text kept with the records: the token, the cursor of a page, the home area."""
        found = self._texts.get(key)
        return default if found is None else found

    def set_meta(self, key: str, value: str) -> None:
        """Keep a small text."""
        self._texts.put(key, value)

    @property
    def origin(self) -> str:
        """What this laptop calls itself in stamps."""
        return str(self._books.read("SELECT origin FROM sync_me")[0][0])

    @property
    def last_mseq(self) -> int:
        """The number of the last change made here."""
        return int(self._books.read("SELECT mseq FROM sync_me")[0][0])

    @property
    def epoch(self) -> str:
        """The epoch of the centre this laptop last spoke with."""
        return self.meta(_EPOCH)

    def standing(self) -> Standing:
        """Everything a request tells of this laptop, read at once."""
        with self._books.reading() as read:
            origin, mseq = read("SELECT origin, mseq FROM sync_me")[0]
            rows = read("SELECT area, cursor, digest, caught_up, recovering FROM sync_stream")
        have = {
            a: Have(cursor, digest if whole and not anew else None) for a, cursor, digest, whole, anew in rows
        }
        anew = frozenset(row[0] for row in rows if row[4])
        return Standing(origin, mseq, self.epoch, self.scope(), have, anew)

    def parcel(self, room: int, *, after: int = 0) -> list[Queued]:
        """The oldest pending changes above ``after`` that fit into ``room`` bytes of JSON."""
        sql = "SELECT mseq, tx, id, body FROM sync_outbox WHERE state = 0 AND mseq > ? ORDER BY mseq"
        with self._books.rows(sql, after) as rows:
            return fitting(map(Queued._make, rows), room)

    def waits(self) -> bool:
        """True while any change is pending."""
        return bool(self._books.read("SELECT 1 FROM sync_outbox WHERE state = 0 LIMIT 1"))

    def outbox(self, limit: int = -1) -> list[Change]:
        """The oldest pending changes, in order."""
        rows = self._books.read("SELECT body FROM sync_outbox WHERE state = 0 ORDER BY mseq LIMIT ?", limit)
        return [decode(body) for (body,) in rows]

    def untaken(self) -> list[tuple[str, Change]]:
        """Changes whose values the centre does not have, pending and refused, each with its origin; in their order."""
        rows = self._books.read(
            "SELECT origin, body FROM sync_outbox WHERE state IN (0, 2) ORDER BY origin, mseq"
        )
        return [(origin, decode(body)) for origin, body in rows]

    def have(self) -> dict[str, Have]:
        """How far this laptop has come in every area it holds, with its digest where it has caught up."""
        rows = self._books.read("SELECT area, cursor, digest, caught_up AND NOT recovering FROM sync_stream")
        return {area: Have(cursor, digest if whole else None) for area, cursor, digest, whole in rows}

    def held(self) -> int:
        """How many records of the centre this laptop holds."""
        return int(self._books.read("SELECT COUNT(*) FROM sync_held")[0][0])

    def holding(self, ids: Iterable[str]) -> set[str]:
        """Which of these records of the centre this laptop holds."""
        if not (asked := [*ids]):
            return set()
        sql = "SELECT id FROM sync_held WHERE id IN (SELECT value FROM json_each(?))"
        return {id_ for (id_,) in self._books.read(sql, json.dumps(asked))}

    def held_in(self, areas: Iterable[str]) -> int:
        """How many records of the centre lie in these areas."""
        sql = "SELECT COUNT(*) FROM sync_held WHERE area = ?"
        return sum(int(self._books.read(sql, area)[0][0]) for area in areas)

    def digest(self, area: str) -> str:
        """An area's digest counted anew from the rows, as sixteen hexadecimal digits."""
        return to_text(area_digest(self._vers(area)))

    def buckets(self, area: str) -> list[str]:
        """The 256 bucket sums of an area."""
        return [to_text(n) for n in bucket_digests(self._vers(area))]

    def acknowledge(self, upto: int, receipts: Sequence[Receipt]) -> None:
        """File the centre's answer to the changes sent, the last of which was ``upto``."""
        self.take([], upto=upto, receipts=receipts)

    def apply(self, stream: Stream) -> bool:
        """Apply one stream; False when it does not continue where this laptop is."""
        return self.take([stream]) == [True]

    def take(
        self, streams: Sequence[Stream], *, upto: int = 0, receipts: Sequence[Receipt] = ()
    ) -> list[bool]:
        """Let one answer in, whole or not at all: as :meth:`acknowledge` when ``upto`` is given, then every stream.

        Says of each stream whether it continued where this laptop is; one that did not is left alone.
        """
        if not streams and not upto:
            return []
        with self._books.write() as write:
            arrivals = self._arrivals(write)
            if upto:
                arrivals.acknowledge(upto, receipts)
            applied = [arrivals.apply(stream) for stream in streams]
        if upto:
            self._forsaken = None
        self._tell_arrivals(arrivals)
        return applied

    def repair(self, area: str, buckets: Sequence[int], documents: Sequence[Document]) -> list[str]:
        """Make the buckets named what the centre says they are; returns the ids that differed unexpectedly."""
        there = {document.id: document for document in documents}
        with self._books.write() as write:
            arrivals = self._arrivals(write)
            here = {
                id_: (kind, ver)
                for id_, kind, ver in write.all("SELECT id, kind, ver FROM sync_held WHERE area = ?", area)
                if bucket(id_) in buckets
            }
            wrong = [d for d in documents if here.get(d.id, ("", 0))[1] != d.ver]
            cursor = write.all("SELECT cursor FROM sync_stream WHERE area = ?", area)[0][0]
            arrivals.apply(Stream(area=area, since=cursor, to=cursor, records=wrong), force=True)
            lost = [(id_, kind) for id_, (kind, ver) in here.items() if id_ not in there and ver]
            write.many("UPDATE sync_held SET ver = 0 WHERE id = ?", [(id_,) for id_, _kind in lost])
            arrivals.offer_whole(area, lost)
            _recount(write, area)
        self._tell_arrivals(arrivals)
        doubted = {id_ for id_, (_kind, ver) in here.items() if not ver}
        return [d.id for d in wrong if d.id not in doubted] + [id_ for id_, _kind in lost]

    def recount(self, area: str) -> str:
        """Count an area's digest anew and keep it."""
        with self._books.write() as write:
            return _recount(write, area)

    def leave(self, area: str) -> None:
        """Let go of an area this laptop may no longer hold."""
        with self._books.write() as write:
            arrivals = self._arrivals(write)
            arrivals.leave(area)
        self._tell_arrivals(arrivals)

    def forsake(self, scope: Scope) -> None:
        """Let go of what the centre took of areas this laptop may not hold, and never sends back.

        Looked for once in a program's life, whose last one may have ended before this, and after what is acknowledged.
        """
        if scope == self._forsaken:
            return
        here = {area for (area,) in self._books.read(self._areas_here)}
        for area in sorted(area for area in here if area and not scope.covers(area)):
            with self._books.write() as write:
                arrivals = self._arrivals(write)
                arrivals.forsake(area)
            self._tell_arrivals(arrivals)
        self._forsaken = scope

    def areas_recovering(self) -> list[str]:
        """Areas begun anew after the centre went back in time, and not yet caught up."""
        return [area for (area,) in self._books.read("SELECT area FROM sync_stream WHERE recovering")]

    def caught_up(self, area: str) -> int:
        """Offer back the rows of an area a restored centre did not send again; returns how many."""
        with self._books.write() as write:
            return self._arrivals(write).caught_up(area)

    def new_epoch(self, epoch: str, acked: int) -> None:
        """Begin again with a centre that went back in time: nothing is wiped, kept changes go again."""
        former = self.epoch
        with self._texts.moving(_EPOCH), self._books.write() as write:
            if former:
                _rewind(write, self.shapes, acked)
                write.run("UPDATE sync_held SET ver = 0")
                _hold_untold(write, self.shapes)
                write.run(
                    "UPDATE sync_stream SET cursor = 0, digest = ?, caught_up = 0, recovering = 1", to_text(0)
                )
            self._texts.put_within(write, _EPOCH, epoch)
        self.sent_to = 0

    def rewind(self, acked: int) -> None:
        """Make kept changes above ``acked`` pending again, with new numbers when some in between are missing."""
        with self._books.write() as write:
            _rewind(write, self.shapes, acked)
        self.sent_to = 0

    def renumber(self) -> None:
        """Take a new origin, and give the pending changes numbers, bases and stamps of it."""
        with self._books.write() as write:
            _renumber(write, self.shapes)
        self.sent_to = 0

    def forget(self) -> None:
        """Drop done changes after thirty days; looks once a day."""
        now = now_ms()
        if now - self._forgot_at < DAY_MS:
            return
        with self._books.write() as write:
            write.run("DELETE FROM sync_outbox WHERE state = ? AND done_at < ?", DONE, now - KEPT_MS)
        self._forgot_at = now

    def scope(self) -> Scope | None:
        """What the centre last said this laptop may hold."""
        told = self.meta(_SCOPE)
        return Scope(**json.loads(told)) if told else None

    def set_scope(self, scope: Scope) -> None:
        """Keep what the centre says this laptop may hold."""
        self.set_meta(_SCOPE, json.dumps({"gen": scope.gen, "areas": scope.areas}))

    def _arrivals(self, write: Write) -> Arrivals:
        return Arrivals(write, self.shapes, author=self.author)

    def _vers(self, area: str) -> list[tuple[str, int]]:
        return [
            (i, v) for i, v in self._books.read("SELECT id, ver FROM sync_held WHERE area = ? AND ver", area)
        ]

    def _tell_arrivals(self, arrivals: Arrivals) -> None:
        self._tell([News(kind, id_, remote=True) for kind, id_ in arrivals.changed])

    def _tell(self, news: list[News]) -> None:
        for callback in list(self._listeners) if news else []:
            callback(news)

    def _lift(self, tables: set[str]) -> None:
        """Move what an older program kept as unknown into the columns this one has."""
        with self._books.write() as write:
            for shape in (self.shapes[name] for name in tables if name in self.shapes):
                rows = [shape.read(s) for s in write.all(f"{shape.select} WHERE unknown <> '{{}}'")]
                for row in rows:
                    known, row.unknown = shape.split(row.unknown or {})
                    row.body |= known
                write.many(shape.upsert, map(shape.params, rows))
            self._arrivals(write).unpark()


def _each_area(kind: str) -> str:
    """A query of the areas the rows of one kind stand in, which goes from one to the next by the index."""
    steps = f'SELECT MIN(area) FROM "{kind}" UNION ALL SELECT (SELECT MIN(area) FROM "{kind}" WHERE area > a)'
    return f"SELECT a FROM (WITH RECURSIVE t(a) AS ({steps} FROM t WHERE a IS NOT NULL) SELECT a FROM t)"


def _recount(write: Write, area: str) -> str:
    digest = to_text(area_digest(write.all("SELECT id, ver FROM sync_held WHERE area = ? AND ver", area)))
    write.run("UPDATE sync_stream SET digest = ? WHERE area = ?", digest, area)
    return digest


def _rewind(write: Write, shapes: Mapping[str, Shape], acked: int) -> None:
    _lay_again(write, shapes, acked)
    again = (PENDING, write.origin, acked)
    write.run("UPDATE sync_outbox SET state = ? WHERE origin = ? AND mseq > ?", *again)
    sql = "SELECT MIN(mseq), MAX(mseq) - COUNT(*), COUNT(*) FROM sync_outbox WHERE state = ?"
    first, before, count = write.all(sql, PENDING)[0]
    if (first, before) != (acked + 1, acked) if count else write.mseq > acked:
        _renumber(write, shapes)


def _hold_untold(write: Write, shapes: Mapping[str, Shape]) -> None:
    """Enter what was taken and never came back, as a round was cut: nothing else would offer it."""
    for kind in shapes:
        untold = f'FROM "{kind}" WHERE ver = 0 AND id NOT IN (SELECT id FROM sync_outbox WHERE state <> ?)'
        write.run(f"INSERT OR IGNORE INTO sync_stream SELECT DISTINCT area, 0, '', 0, 1 {untold}", DONE)
        write.run(f"INSERT OR IGNORE INTO sync_held SELECT id, '{kind}', area, 0 {untold}", DONE)


def _lay_again(write: Write, shapes: Mapping[str, Shape], acked: int) -> None:
    """Show again what was refused and is sent once more: this time the centre may take it, and say no more than that.

    Only where the row still reads as it was put back: a record whose making was refused never went, and what was
    written since stays on top.
    """
    sql = "SELECT body FROM sync_outbox WHERE origin = ? AND mseq > ? AND title <> '' ORDER BY mseq"
    for change in [decode(body) for (body,) in write.all(sql, write.origin, acked)]:
        if change.made or (shape := shapes.get(change.kind)) is None:
            continue
        for stored in write.all(f"{shape.select} WHERE id = ?", change.id):
            row = shape.read(stored)
            as_put_back = {g: v for g, v in change.groups.items() if row.stamp(g) == change.base.get(g)}
            row.lay_over(msgspec.structs.replace(change, groups=as_put_back), write.origin)
            write.run(shape.upsert, *shape.params(row))


def _renumber(write: Write, shapes: Mapping[str, Shape]) -> None:
    old, pending = write.origin, write.pending()
    write.origin, write.mseq = new_origin(), 0
    number = {change.mseq: write.number() for change in pending}
    waiting = {change.mseq: change for change in pending}

    def renamed(id_: str, group: str, stamp: Stamp) -> Stamp:
        # A copy of this laptop may have given the same number to something else, which the centre has taken.
        own = waiting.get(stamp.mseq) if stamp.origin == old else None
        wrote = own is not None and own.id == id_ and (own.made or group in own.groups)
        return Stamp(write.origin, number[stamp.mseq]) if wrote else stamp

    changes = [
        msgspec.structs.replace(
            change,
            mseq=number[change.mseq],
            tx=number.get(change.tx, number[change.mseq]),
            base={group: renamed(change.id, group, stamp) for group, stamp in change.base.items()},
        )
        for change in pending
    ]
    write.rewrite(changes)
    for kind in {change.kind for change in changes} & shapes.keys():
        shape, ids = shapes[kind], {change.id for change in changes if change.kind == kind}
        rows = [shape.read(stored) for stored in write.within(f"{shape.select} WHERE id IN", ids)]
        for row in rows:
            stamps = {g: (renamed(row.id, g, Stamp(*w[:2])), w[2]) for g, w in (row.stamps or {}).items()}
            row.stamps = {g: [stamp.origin, stamp.mseq, hlc] for g, (stamp, hlc) in stamps.items()}
        write.many(shape.upsert, map(shape.params, rows))
