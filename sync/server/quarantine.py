"""What withdrawn laptops handed in: kept under seal, and settled only when the office says so."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, func, select, update

from sync.admit import MSEQ_MOST
from sync.clock import MAX_MILLIS
from sync.errors import Garbled, Refused
from sync.protocol import Change, HandedIn, HandIn, fingerprint
from sync.server import tables
from sync.server.database import insert_new, writing
from sync.server.entry import withdrawn
from sync.server.passwords import Passwords
from sync.server.seal import Seal

SEALED_MOST = 64 * 1024 * 1024  # bytes one laptop may leave here: it may be in a stranger's hands


def keep_sealed(
    engine: Engine, passwords: Passwords, seal: Seal, token: str, request: HandIn, *, now: int
) -> HandedIn:
    """Keep what a withdrawn laptop still has to say; a repeat is kept once.

    Refused for a laptop that is not withdrawn, or that has left too much; Garbled for numbers out of order.
    """
    numbers = [change.mseq for change in request.changes]
    if any(not 1 <= n <= MSEQ_MOST for n in numbers) or sorted(set(numbers)) != numbers:
        raise Garbled("改动的编号不连续", "请升级程序后再同步；如仍出现，请联系管理员。")
    with writing(engine) as db:
        device, account = withdrawn(db, passwords, token)
        parcel = _parcel(db, device, account, request, now=now)
        rows = [_closed(seal, parcel, change) for change in request.changes]
        _check_room(db, parcel, rows)
        insert_new(db, tables.sealed, rows)
        return HandedIn(upto=numbers[-1] if numbers else _last(db, parcel))


def _parcel(db: Connection, device: str, account: str, request: HandIn, *, now: int) -> Row[Any]:
    table = tables.parcel
    made = {"account": account, "device": device, "origin": request.origin}
    clocks = {"laptop_now": max(0, min(request.now, MAX_MILLIS)), "received_at": now}
    insert_new(db, table, [made | clocks])
    this = (table.c.device == device, table.c.origin == request.origin)
    db.execute(update(table).where(*this).values(clocks))
    return db.execute(select(table).where(*this)).one()


def _closed(seal: Seal, parcel: Row[Any], change: Change) -> dict[str, Any]:
    mark = seal.mark(fingerprint(change))
    body = seal.closed(msgspec.json.encode(change), _about(parcel.no, change.mseq, mark))
    return {"parcel": parcel.no, "mseq": change.mseq, "mark": mark, "body": body, "outcome": ""}


def _about(parcel: int, mseq: int, mark: str) -> str:
    return f"{parcel} {mseq} {mark}"


def _check_room(db: Connection, parcel: Row[Any], rows: Sequence[dict[str, Any]]) -> None:
    own = select(tables.parcel.c.no).where(tables.parcel.c.device == parcel.device)
    held = select(func.sum(func.length(tables.sealed.c.body))).where(tables.sealed.c.parcel.in_(own))
    if (db.execute(held).scalar() or 0) + sum(len(row["body"]) for row in rows) > SEALED_MOST:
        raise Refused("这台电脑交回的内容太多", "请把电脑带到社区，由管理员处理。")


def _last(db: Connection, parcel: Row[Any]) -> int:
    table = tables.sealed.c
    return db.execute(select(func.max(table.mseq)).where(table.parcel == parcel.no)).scalar() or 0
