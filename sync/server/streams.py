"""Handing news out: what changed in each area since a laptop's cursor, whole records as they are now.

Everything is read in one transaction that sees one moment, so head, digest and records belong together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, bindparam, or_, select

from sync import digest
from sync.bulk import bulk
from sync.protocol import BucketAnswer, BucketQuery, Departure, Document, Have, Scope, Stream
from sync.record import EVERYONE
from sync.server import shelf, tables

BATCH = 2000
BUDGET_LEAST = 4 * 1024
BUDGET_MOST = 8 * 1024 * 1024
SQUEEZE = 5  # how many bytes of JSON zstd makes one of, over a stream of alike records
FRAME = 120  # bytes of JSON around a record's body


@dataclass(frozen=True)
class Echo:
    """What one request wrote in an area, between two heads: id → ver of the records its author has exactly so."""

    before: int
    after: int
    digest: str
    vers: Mapping[str, int]

    @property
    def whole(self) -> bool:
        """True when the author's laptop has everything that happened between the two heads."""
        return len(self.vers) == self.after - self.before

    def has(self, id_: str, seq: int, since: int) -> bool:
        """True when a laptop that stood at ``since`` need not be sent this record."""
        return self.before == since and seq <= self.after and id_ in self.vers


NOTHING = Echo(-1, -1, "", {})


@dataclass
class _Purse:
    """What is left of the compressed bytes an answer may take; the first record always fits."""

    left: int
    spent: bool = False
    empty: bool = False

    def pays(self, length: int) -> bool:
        """True, and paid, when a record of so many bytes of JSON still fits."""
        cost = (length + FRAME) // SQUEEZE
        if self.spent and cost > self.left:
            return False
        self.left, self.spent = self.left - cost, True
        return True

    @property
    def rows(self) -> int:
        """How many records it could pay for at most, each as small as they come."""
        return self.left * SQUEEZE // FRAME + 1


def heads(db: Connection, scope: Scope) -> dict[str, Row[Any]]:
    """The lock rows of every area this scope covers, by code."""
    rows = db.execute(_covered(tuple(scope.areas)))
    return {row.code: row for row in rows if scope.covers(row.code)}


def echoed(
    scope: Scope, found: Mapping[str, Row[Any]], have: Mapping[str, Have], echoes: Mapping[str, Echo]
) -> list[Stream] | None:
    """The news of a request whose author has all of it already; None when there is more, which must be read.

    ``found`` are the heads as they stood before the request was taken in.
    """
    told = []
    for code in sorted({*found, *filter(scope.covers, echoes)}):
        since, echo = _since(have, code), echoes.get(code)
        if echo is not None and echo.whole and echo.before == since:
            told.append(_echo(code, echo))
        elif echo is not None or found[code].head != since:
            return None
        elif (doubt := _doubt(found[code], have)) is not None:
            told.append(doubt)
    return told


def streams(
    db: Connection,
    found: Mapping[str, Row[Any]],
    have: Mapping[str, Have],
    *,
    budget: int,
    echoes: Mapping[str, Echo],
) -> list[Stream]:
    """News of the areas found beyond the cursors in ``have``, within about ``budget`` compressed bytes.

    Their records are what the shelf tells, not taken apart: for a program they must be written and read again.
    """
    purse = _Purse(max(BUDGET_LEAST, min(budget, BUDGET_MOST)))
    told = []
    with bulk():
        for code, area in found.items():
            since = _since(have, code)
            if area.head > since:
                told.append(_stream(db, area, since, purse, echoes.get(code, NOTHING)))
            elif (doubt := _doubt(area, have)) is not None:
                told.append(doubt)
    return told


def buckets(db: Connection, query: BucketQuery, *, head: int) -> BucketAnswer:
    """What an area holds at ``head``: its 256 bucket sums, or the records of the buckets asked for."""
    record = tables.record.c
    pairs = db.execute(select(record.id, record.ver).where(record.area == query.area)).all()
    if not query.buckets:
        sums = digest.bucket_digests((row.id, row.ver) for row in pairs)
        return BucketAnswer(area=query.area, head=head, sums=[digest.to_text(one) for one in sums])
    asked = set(query.buckets)
    ids = [row.id for row in pairs if digest.bucket(row.id) in asked]
    return BucketAnswer(area=query.area, head=head, records=shelf.documents(db, ids, query.area))


@lru_cache(maxsize=1024)
def _covered(areas: tuple[str, ...]) -> Select[Any]:
    code = tables.area.c.code
    above = {own[:length] for own in areas for length in range(1, len(own) + 1)}
    wanted = or_(code.in_([EVERYONE, *sorted(above)]), *(code.startswith(own) for own in areas))
    return select(tables.area).where(wanted).order_by(code)


def _since(have: Mapping[str, Have], code: str) -> int:
    known = have.get(code)
    return max(0, known.cursor) if known else 0


def _doubt(area: Row[Any], have: Mapping[str, Have]) -> Stream | None:
    """What a laptop that has everything is told when it holds something else all the same."""
    known = have.get(area.code)
    if known is None or known.digest in (None, area.digest):
        return None
    return Stream(area=area.code, since=area.head, to=area.head, digest=area.digest)


def _echo(code: str, echo: Echo) -> Stream:
    pairs = list(echo.vers.items())
    return Stream(area=code, since=echo.before, to=echo.after, echo=pairs, digest=echo.digest)


def _stream(db: Connection, area: Row[Any], since: int, purse: _Purse, echo: Echo) -> Stream:
    if echo.whole and (echo.before, echo.after) == (since, area.head):
        return _echo(area.code, echo)
    if purse.empty:
        return Stream(area=area.code, since=since, to=since, more=True)
    gone = _departures(db, area, since)
    to = area.head if len(gone) < BATCH else gone[-1].seq
    records: list[shelf.Told] = []
    own: list[tuple[str, int]] = []
    for seq, record in _records(db, area.code, since, to, at_once=min(BATCH, purse.rows)):
        if echo.has(record.id, seq, since):
            own.append((record.id, record.ver))
        elif purse.pays(len(record.body) + len(record.stamps)):
            records.append(record)
        else:
            to, purse.empty = seq - 1, True
            break
    more = to < area.head
    return Stream(
        area=area.code,
        since=since,
        to=to,
        records=cast(list[Document], records),
        departures=[one for one in gone if one.seq <= to],
        echo=own,
        more=more,
        digest=None if more else area.digest,
    )


def _departures(db: Connection, area: Row[Any], since: int) -> list[Departure]:
    table = tables.departure.c
    wanted = select(table.seq, table.id, table.to_area).where(table.area == area.code, table.seq > since)
    rows = db.execute(wanted.where(table.seq <= area.head).order_by(table.seq).limit(BATCH))
    return [Departure(*row) for row in rows]


def _records(
    db: Connection, code: str, since: int, to: int, *, at_once: int
) -> Iterator[tuple[int, shelf.Told]]:
    """The records of an area with a number above ``since`` and not above ``to``, in order, each with its number."""
    record = tables.record.c
    wanted = select(*shelf.TOLD).where(record.area == code, record.seq > bindparam("since"))
    wanted = wanted.where(record.seq <= to).order_by(record.seq).limit(at_once)
    rows: Sequence[Row[Any]] = ()
    while True:
        rows = db.execute(wanted, {"since": rows[-1][0] if rows else since}).all()
        yield from map(shelf.told, rows)
        if len(rows) < at_once:
            return
