"""Where documents stand: loading, locking and storing them by area, with each area's head and digest kept true."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Delete, Row, Select, bindparam, delete, func, select, update

from sync import digest
from sync.admit import COMMUNITY
from sync.protocol import Document, Written
from sync.server import tables
from sync.server.database import insert_many, insert_new, listed, listing, plain, values_of

AREAS_MOST = 2000  # in one community: every round of whoever reads them all asks for each
_HEAD = ("head", "digest", "n")
_RECORD = ("area", "id", "kind", "ver", "seq", "body", "stamps", "removed")
_encode = msgspec.json.Encoder().encode
_BODY = msgspec.json.Decoder(dict[str, Any])
_STAMPS = msgspec.json.Decoder(dict[str, Written])


@dataclass
class Head:
    """The lock row of one area while it is held: last sequence number, digest, number of records."""

    head: int = 0
    digest: int = 0
    n: int = 0
    new: bool = False
    moved: bool = False


class Told(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A document as it is stored, its JSON not taken apart: written out, it reads as a :class:`Document`."""

    id: str
    kind: str
    area: str
    ver: int
    body: msgspec.Raw
    stamps: msgspec.Raw
    removed: bool = False


TOLD = (tables.record.c.seq, *(tables.record.c[name] for name in Told.__struct_fields__))


def told(row: Sequence[Any]) -> tuple[int, Told]:
    """A row of the columns ``TOLD``: its number in its area, and the record."""
    seq, id_, kind, area, ver, body, stamps, removed = row
    return seq, Told(id_, kind, area, ver, msgspec.Raw(body), msgspec.Raw(stamps), removed)


def document(row: Row[Any]) -> Document:
    """A stored row as the document it is."""
    return Document(
        id=row.id,
        kind=row.kind,
        area=row.area,
        ver=row.ver,
        body=_BODY.decode(row.body),
        stamps=_STAMPS.decode(row.stamps),
        removed=row.removed,
    )


def locked(
    db: Connection, ids: Collection[str], areas: Collection[str]
) -> tuple[dict[str, Head], dict[str, Document]]:
    """Lock the areas named and those in which the ids stand, in code order, and load the documents.

    Areas that hold no records yet have no row to lock and are left out.
    """
    heads = _lock(db, set(areas))
    while True:
        stored = {row.id: document(row) for row in _rows(db, ids)}
        # A record may stand elsewhere than its author knew, or have moved while the locks were awaited.
        others = {found.area for found in stored.values()} - heads.keys()
        if not others:
            return heads, stored
        heads |= _lock(db, others)


def documents(db: Connection, ids: Collection[str], area: str) -> list[Document]:
    """The stored documents with these ids that stand in one area."""
    return [document(row) for row in _rows(db, ids) if row.area == area]


def begin(db: Connection, codes: Collection[str]) -> set[str]:
    """Give areas that hold nothing yet a row to lock, so that their first two writers do not meet unseen.

    Those for which there is no room in their community are given back.
    """
    if not codes:
        return set()
    table = tables.area
    fresh = set(codes) - set(
        db.execute(select(table.c.code).where(table.c.code.in_(values_of(db, [*codes])))).scalars()
    )
    crowded = set[str]()
    for root in {code[:COMMUNITY] for code in fresh if len(code) > COMMUNITY}:
        held = select(func.count()).select_from(table).where(table.c.code.startswith(root, autoescape=True))
        room = max(0, AREAS_MOST - db.execute(held).scalar_one())
        crowded.update(sorted(code for code in fresh if code.startswith(root) and code != root)[room:])
    empty = dict(zip(_HEAD, _head_row(Head()), strict=True))
    insert_new(db, table, [{"code": code, **empty} for code in sorted(fresh - crowded)])
    return crowded


def known(db: Connection, ids: Collection[str]) -> set[str]:
    """Which of these ids are stored."""
    return {row.id for row in _rows(db, ids)} if ids else set()


def authors(db: Connection, written: Iterable[Written]) -> dict[str, str]:
    """Origin → account, for every writer named whom the centre has met."""
    origins = {plain(one.origin, 64) for one in written}
    if not origins:
        return {}
    table = tables.origin.c
    rows = db.execute(select(table.origin, table.account).where(table.origin.in_(values_of(db, [*origins]))))
    return {row.origin: row.account for row in rows}


def put(
    db: Connection,
    documents: Iterable[Document],
    stored: Mapping[str, Document],
    heads: dict[str, Head],
    *,
    now: int,
) -> None:
    """Store documents as they are now; ``heads`` (locked) move on, and a record that moved leaves a departure."""
    rows: list[tuple[Any, ...]] = []
    gone: list[str] = []
    left: list[tuple[Any, ...]] = []
    for found in documents:
        was = stored.get(found.id)
        if was is not None:
            gone.append(found.id)
            if was.area != found.area:
                left.append(_leave(was, found.area, heads, now=now))
                was = None
        rows.append(_arrive(found, was, heads))
    if gone:
        # Put in anew, all in one go: a row whose place in the stream changes is written twice in any case.
        db.execute(_statements(db.dialect.name).gone, listing(gone))
    insert_many(db, tables.record, _RECORD, rows)
    _keep_departures(db, left)
    _store_heads(db, heads)


def _rows(db: Connection, ids: Collection[str]) -> Sequence[Row[Any]]:
    return db.execute(_statements(db.dialect.name).found, listing([*ids])).all()


def _lock(db: Connection, codes: set[str]) -> dict[str, Head]:
    if not codes:
        return {}
    rows = db.execute(_statements(db.dialect.name).locked, listing([*codes]))
    return {row.code: Head(row.head, int(row.digest, 16), row.n) for row in rows}


@dataclass(frozen=True)
class _Statements:
    """What is asked in every exchange, put together once: each takes a :func:`listing`."""

    found: Select[Any]
    locked: Select[Any]
    gone: Delete


@cache
def _statements(dialect: str) -> _Statements:
    record, area, those = tables.record, tables.area, listed(dialect)
    return _Statements(
        found=select(record).where(record.c.id.in_(those)),
        locked=select(area).where(area.c.code.in_(those)).order_by(area.c.code).with_for_update(),
        gone=delete(record).where(record.c.id.in_(those)),
    )


_MOVED = update(tables.area).where(tables.area.c.code == bindparam("code_"))


def _arrive(found: Document, was: Document | None, heads: dict[str, Head]) -> tuple[Any, ...]:
    """The row of a document as it is now, at a new place of its area."""
    head = heads.get(found.area)
    if head is None:
        head = heads[found.area] = Head(new=True)
    gone = digest.record_digest(was.id, was.ver) if was else 0
    head.digest = digest.moved(head.digest, gone=gone, come=digest.record_digest(found.id, found.ver))
    head.head += 1
    head.moved = True
    head.n += 0 if was else 1
    body, stamps = _encode(found.body).decode(), _encode(found.stamps).decode()
    return found.area, found.id, found.kind, found.ver, head.head, body, stamps, found.removed


def _leave(was: Document, to_area: str, heads: dict[str, Head], *, now: int) -> tuple[Any, ...]:
    head = heads[was.area]
    head.digest = digest.moved(head.digest, gone=digest.record_digest(was.id, was.ver))
    head.head += 1
    head.moved = True
    head.n -= 1
    return was.area, head.head, was.id, to_area, now


def _keep_departures(db: Connection, left: list[tuple[Any, ...]]) -> None:
    if not left:
        return
    departure = tables.departure.c
    # A record that comes back has not left.
    back = delete(tables.departure).where(
        departure.id == bindparam("id_"), departure.area == bindparam("area_")
    )
    db.execute(back, [{"id_": id_, "area_": to_area} for _area, _seq, id_, to_area, _at in left])
    insert_many(db, tables.departure, ("area", "seq", "id", "to_area", "at"), left)


def _store_heads(db: Connection, heads: Mapping[str, Head]) -> None:
    fresh = [(code, *_head_row(head)) for code, head in heads.items() if head.new]
    insert_many(db, tables.area, ("code", *_HEAD), fresh)
    held = {code: _head_row(head) for code, head in heads.items() if head.moved and not head.new}
    if held:
        rows = [{"code_": code} | dict(zip(_HEAD, row, strict=True)) for code, row in held.items()]
        db.execute(_MOVED, rows)


def _head_row(head: Head) -> tuple[int, str, int]:
    return head.head, digest.to_text(head.digest), head.n
