"""The imports of the last thirty days, each as one batch that can be taken back whole. Never synced.

A person may save between two pieces of an import: which edits are its own is told by what was written inside
:meth:`Imports.piece` alone. A program that was killed inside finds out when it is opened next, by :meth:`Imports.mend`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
import json
from typing import Any
import zlib

from sqlalchemy import (
    Column,
    Engine,
    Insert,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from gridclient.rules.undoing import Part
from gridclient.store.bin import KEPT
from gridclient.store.disk import writing
from sync.errors import LocalFault
from sync.outbox import DONE, OUTBOX, PENDING, REFUSED, decode
from sync.replica import Replica

IMPORTED, UNDONE = "导入", "撤回导入"  # why the edits were made: told to the centre, and in the recycle bin
RANGES = "exchange.imports"  # meta key: JSON list of [origin, first mseq, last mseq] written by imports
Span = tuple[str, int, int]  # origin, first mseq, last mseq

_METADATA = MetaData()
BATCH = Table(
    "import_batch",
    _METADATA,
    Column("n", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("file", String, nullable=False),
    Column("form", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("created", String, nullable=False),
    Column("updated", String, nullable=False),
    sqlite_autoincrement=True,
)
PIECE = Table(
    "import_piece",
    _METADATA,
    Column("batch", Integer, primary_key=True),
    Column("k", Integer, primary_key=True),
    Column("back", Integer),
    Column("left", Integer),
    Column("parts", LargeBinary, nullable=False),
)
SPAN = Table(
    "import_span",
    _METADATA,
    Column("n", Integer, primary_key=True),
    Column("batch", Integer, nullable=False),
    Column("k", Integer, nullable=False),
    Column("why", String, nullable=False),
    Column("after", Integer, nullable=False),
    Column("origin", String),
    Column("first", Integer),
    Column("last", Integer),
    Column("created", String, nullable=False),
    Column("updated", String, nullable=False),
)


@dataclass(frozen=True)
class Batch:
    """One import: when (local time), by whom, which file and form, and kind → how many records it made and changed.

    Its edits bear the numbers in ``spans``. Of its ``pieces`` so many are ``taken`` back, with ``back`` records put
    back and ``left`` that stayed. Two are equal when they are the same import.
    """

    n: int
    at: datetime = field(compare=False)
    who: str = field(compare=False)
    file: str = field(compare=False)
    form: str = field(compare=False)
    origin: str = field(compare=False)
    created: dict[str, int] = field(default_factory=dict, compare=False)
    updated: dict[str, int] = field(default_factory=dict, compare=False)
    spans: tuple[Span, ...] = field(default=(), compare=False)
    pieces: int = field(default=0, compare=False)
    taken: int = field(default=0, compare=False)
    back: int = field(default=0, compare=False)
    left: int = field(default=0, compare=False)

    @property
    def over(self) -> bool:
        """True once all of it was gone through."""
        return self.taken == self.pieces

    def wrote(self, stamp: Sequence[Any]) -> bool:
        """True when a stamp is of an edit of this import."""
        return within(stamp, self.spans)


def within(stamp: Sequence[Any], spans: Sequence[Span]) -> bool:
    """True when a stamp is of an edit in one of the spans."""
    return any(stamp[0] == origin and first <= stamp[1] <= last for origin, first, last in spans)


class Imports:
    """What every import of this vault did, kept for thirty days."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with writing():
            _METADATA.create_all(engine)

    def all(self, now: datetime) -> list[Batch]:
        """The imports of the thirty days before ``now``, newest first."""
        tally = (
            select(
                PIECE.c.batch,
                func.count().label("pieces"),
                func.count(PIECE.c.back).label("taken"),
                func.coalesce(func.sum(PIECE.c.back), 0).label("back"),
                func.coalesce(func.sum(PIECE.c.left), 0).label("left"),
            )
            .group_by(PIECE.c.batch)
            .subquery()
        )
        told = (tally.c.pieces, tally.c.taken, tally.c.back, tally.c.left)
        query = select(BATCH, *told).join(tally, tally.c.batch == BATCH.c.n).order_by(BATCH.c.n.desc())
        with self._engine.connect() as link:
            spans = link.execute(select(SPAN).where(SPAN.c.why == IMPORTED, SPAN.c.last.is_not(None))).all()
            found = [_batch(row, [one for one in spans if one.batch == row.n]) for row in link.execute(query)]
        return [batch for batch in found if batch.at >= now - KEPT]

    def now(self, batch: Batch) -> Batch | None:
        """An import as it stands now; None when it is kept no longer."""
        return next((known for known in self.all(batch.at) if known == batch), None)

    def begin(self, batch: Batch) -> int:
        """Keep one more import, and drop those that are older than thirty days; returns its number."""
        told = {name: getattr(batch, name) for name in ("who", "file", "form", "origin")}
        blank = {"at": batch.at.isoformat(), "first": 1, "last": 0, "created": "{}", "updated": "{}"}
        with writing(), self._engine.begin() as link:
            for n, at in link.execute(select(BATCH.c.n, BATCH.c.at)).all():
                if datetime.fromisoformat(at) < batch.at - KEPT:
                    link.execute(delete(SPAN).where(SPAN.c.batch == n))
                    link.execute(delete(PIECE).where(PIECE.c.batch == n))
                    link.execute(delete(BATCH).where(BATCH.c.n == n))
            made = link.execute(insert(BATCH).values(told | blank))
            return int(made.inserted_primary_key[0])  # type: ignore[index]

    @contextmanager
    def piece(self, replica: Replica, n: int, k: int, parts: Sequence[Part]) -> Iterator[None]:
        """Keep piece ``k`` of an import, which is written inside, in one transaction and because it was IMPORTED."""
        body = zlib.compress(_json([[p.kind, p.id, p.made, p.was, p.now] for p in parts]).encode(), 6)
        kinds = {made: _json(Counter(p.kind for p in parts if p.made is made)) for made in (True, False)}
        span = {"batch": n, "k": k, "why": IMPORTED, "created": kinds[True], "updated": kinds[False]}
        with self._noting(replica, span, insert(PIECE).values(batch=n, k=k, parts=body)):
            yield

    @contextmanager
    def back(self, replica: Replica, batch: Batch, k: int) -> Iterator[None]:
        """Note what is written inside, in one transaction and because it was UNDONE, as taking piece ``k`` back."""
        span = {"batch": batch.n, "k": k, "why": UNDONE, "created": "{}", "updated": "{}"}
        with self._noting(replica, span):
            yield

    def mend(self, replica: Replica) -> None:
        """Find out what was written of the pieces during which the program ended; for when no import is under way.

        What the disk does not let us note now is found out another time.
        """
        with self._engine.connect() as link:
            left = link.execute(select(SPAN.c.n).where(SPAN.c.last.is_(None)).order_by(SPAN.c.n)).all()
        with suppress(LocalFault):
            for (number,) in left:
                self._settle(replica, number)

    def undone(self) -> list[Span]:
        """What was written by taking imports back."""
        with self._engine.connect() as link:
            spans = link.execute(select(SPAN).where(SPAN.c.why == UNDONE, SPAN.c.last.is_not(None))).all()
        return joined([(one.origin, one.first, one.last) for one in spans])

    def pieces(self, batch: Batch) -> list[tuple[int, list[Part]]]:
        """What of an import is written and not taken back yet, by the numbers of its pieces, the last one first."""
        under_way = select(SPAN.c.k).where(
            SPAN.c.batch == batch.n, SPAN.c.why == IMPORTED, SPAN.c.last.is_(None)
        )
        written = and_(PIECE.c.back.is_(None), PIECE.c.k.not_in(under_way))
        query = select(PIECE.c.k, PIECE.c.parts).where(PIECE.c.batch == batch.n, written)
        with self._engine.connect() as link:
            rows = link.execute(query.order_by(PIECE.c.k.desc())).all()
        return [(k, _parts(body)) for k, body in rows]

    def gone(self, batch: Batch) -> list[tuple[int, int, int, list[Part]]]:
        """The pieces that were taken back: their numbers, how much went back, how much stayed, and their parts."""
        told = select(PIECE.c.k, PIECE.c.back, PIECE.c.left, PIECE.c.parts)
        query = told.where(PIECE.c.batch == batch.n, PIECE.c.back.is_not(None)).order_by(PIECE.c.k.desc())
        with self._engine.connect() as link:
            rows = link.execute(query).all()
        return [(k, back, left, _parts(body)) for k, back, left, body in rows]

    def tick(self, batch: Batch, k: int, back: int, left: int) -> None:
        """Note that a piece was taken back: so many records of it were put back, so many stayed."""
        where = and_(PIECE.c.batch == batch.n, PIECE.c.k == k)
        with writing(), self._engine.begin() as link:
            link.execute(update(PIECE).where(where).values(back=back, left=left))

    @contextmanager
    def _noting(self, replica: Replica, span: dict[str, Any], *more: Insert) -> Iterator[None]:
        """Say that something is about to be written, and afterwards which numbers it bears, come what may."""
        with writing(), self._engine.begin() as link:
            for statement in more:
                link.execute(statement)
            made = link.execute(insert(SPAN).values(span | {"after": replica.last_mseq}))
        try:
            yield
        finally:
            self._settle(replica, int(made.inserted_primary_key[0]))  # type: ignore[index]

    def _settle(self, replica: Replica, number: int) -> None:
        """Note which numbers a piece bears; one that was not written is forgotten."""
        with self._engine.connect() as link:
            span = link.execute(select(SPAN).where(SPAN.c.n == number)).one()
            later = link.execute(select(func.min(SPAN.c.after)).where(SPAN.c.n > number)).scalar()
        found = _written(replica, span.why, span.after, later)
        if found is not None:
            known = [
                (origin, first, last) for origin, first, last in json.loads(replica.meta(RANGES) or "[]")
            ]
            replica.set_meta(RANGES, json.dumps(joined([*known, found])))
        with writing(), self._engine.begin() as link:
            if found is not None:
                told = dict(zip(("origin", "first", "last"), found, strict=True))
                link.execute(update(SPAN).where(SPAN.c.n == number).values(told))
                return
            link.execute(delete(SPAN).where(SPAN.c.n == number))
            if span.why == IMPORTED:
                link.execute(delete(PIECE).where(PIECE.c.batch == span.batch, PIECE.c.k == span.k))


def joined(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, those without a gap between them as one."""
    told: list[Span] = []
    for origin, first, last in sorted(spans):
        if told and told[-1][0] == origin and first <= told[-1][2] + 1:
            told[-1] = (origin, told[-1][1], max(told[-1][2], last))
        else:
            told.append((origin, first, last))
    return told


def _written(replica: Replica, why: str, after: int, until: int | None) -> Span | None:
    """The numbers of the changes made for a reason since number ``after``; None when there are none."""
    numbers = OUTBOX.c.mseq > after if until is None else OUTBOX.c.mseq.between(after + 1, until)
    states = OUTBOX.c.state.in_((PENDING, DONE, REFUSED))  # all there are: the index begins with them
    query = select(OUTBOX.c.origin, OUTBOX.c.mseq, OUTBOX.c.body).where(states, numbers)
    found = [(origin, mseq) for origin, mseq, body in replica.rows(query) if decode(body).why == why]
    return (found[0][0], min(m for _o, m in found), max(m for _o, m in found)) if found else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parts(body: bytes) -> list[Part]:
    told = json.loads(zlib.decompress(body))
    return [Part(kind, id_, was, now, made) for kind, id_, made, was, now in told]


def _batch(row: Any, spans: Sequence[Any]) -> Batch:
    """A row with its spans; one of an older program has its numbers and counts in the row."""
    named = dict(row._mapping)
    first, last = named.pop("first"), named.pop("last")
    named["spans"] = joined(
        [(one.origin, one.first, one.last) for one in spans] or [(row.origin, first, last)]
    )
    for name in ("created", "updated"):
        counts = Counter(json.loads(named[name]))
        for one in spans:
            counts.update(json.loads(getattr(one, name)))
        named[name] = dict(counts)
    return Batch(**named | {"at": datetime.fromisoformat(named["at"]), "spans": tuple(named["spans"])})
