"""The imports of the last thirty days, each as one batch that can be taken back whole. Never synced."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
import json
from typing import Any
import zlib

from sqlalchemy import (
    Column,
    Engine,
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


@dataclass(frozen=True)
class Batch:
    """One import: when (local time), by whom, which file and form, and kind → how many records it made and changed.

    Its edits bear the numbers ``first`` to ``last`` of ``origin``. Of its ``pieces`` so many are ``taken`` back, with
    ``back`` records put back and ``left`` that stayed. Two are equal when they are the same import.
    """

    n: int
    at: datetime = field(compare=False)
    who: str = field(compare=False)
    file: str = field(compare=False)
    form: str = field(compare=False)
    origin: str = field(compare=False)
    first: int = field(compare=False)
    last: int = field(compare=False)
    created: dict[str, int] = field(compare=False)
    updated: dict[str, int] = field(compare=False)
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
        return bool(stamp[0] == self.origin and self.first <= stamp[1] <= self.last)


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
            found = [_batch(row) for row in link.execute(query)]
        return [batch for batch in found if batch.at >= now - KEPT]

    def now(self, batch: Batch) -> Batch | None:
        """An import as it stands now; None when it is kept no longer."""
        return next((known for known in self.all(batch.at) if known == batch), None)

    def begin(self, batch: Batch) -> int:
        """Keep one more import, and drop those that are older than thirty days; returns its number."""
        told = {name: getattr(batch, name) for name in ("who", "file", "form", "origin", "first", "last")} | {
            "at": batch.at.isoformat(),
            "created": _json(batch.created),
            "updated": _json(batch.updated),
        }
        with writing(), self._engine.begin() as link:
            for n, at in link.execute(select(BATCH.c.n, BATCH.c.at)).all():
                if datetime.fromisoformat(at) < batch.at - KEPT:
                    link.execute(delete(PIECE).where(PIECE.c.batch == n))
                    link.execute(delete(BATCH).where(BATCH.c.n == n))
            made = link.execute(insert(BATCH).values(told))
            return int(made.inserted_primary_key[0])  # type: ignore[index]

    def keep(self, n: int, k: int, parts: Sequence[Part]) -> None:
        """Keep piece ``k`` of an import, before it is written."""
        body = zlib.compress(_json([[p.kind, p.id, p.made, p.was, p.now] for p in parts]).encode(), 6)
        with writing(), self._engine.begin() as link:
            link.execute(insert(PIECE).values(batch=n, k=k, parts=body))

    def reached(self, n: int, last: int) -> None:
        """Note the number of the last edit an import has written so far."""
        with writing(), self._engine.begin() as link:
            link.execute(update(BATCH).where(BATCH.c.n == n).values(last=last))

    def pieces(self, batch: Batch) -> list[tuple[int, list[Part]]]:
        """What of an import is not taken back yet, by the numbers of its pieces, the last one first."""
        query = select(PIECE.c.k, PIECE.c.parts).where(PIECE.c.batch == batch.n, PIECE.c.back.is_(None))
        with self._engine.connect() as link:
            rows = link.execute(query.order_by(PIECE.c.k.desc())).all()
        return [(k, _parts(body)) for k, body in rows]

    def tick(self, batch: Batch, k: int, back: int, left: int) -> None:
        """Note that a piece was taken back: so many records of it were put back, so many stayed."""
        where = and_(PIECE.c.batch == batch.n, PIECE.c.k == k)
        with writing(), self._engine.begin() as link:
            link.execute(update(PIECE).where(where).values(back=back, left=left))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parts(body: bytes) -> list[Part]:
    told = json.loads(zlib.decompress(body))
    return [Part(kind, id_, was, now, made) for kind, id_, made, was, now in told]


def _batch(row: Any) -> Batch:
    named = dict(row._mapping)
    for name in ("created", "updated"):
        named[name] = json.loads(named[name])
    return Batch(**named | {"at": datetime.fromisoformat(named["at"])})
