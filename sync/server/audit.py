"""What the office did: one line for each act, written in the transaction that does it, and read back as a list."""

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select

from sync.server import tables
from sync.server.database import reading, translated


@dataclass(frozen=True)
class Act:
    """One act; ``at`` in milliseconds since 1970. ``subject`` is an account, a laptop or a number, never a person's data."""

    at: int
    actor: str
    act: str
    subject: str
    detail: str


def audited(db: Connection, *, actor: str, act: str, subject: str, detail: str, now: int) -> None:
    """Write down an act of the office in the transaction that does it."""
    subject, detail = subject[:64].replace("\x00", ""), detail.replace("\x00", "")
    db.execute(insert(tables.audit).values(at=now, actor=actor[:64], act=act, subject=subject, detail=detail))


def acts(engine: Engine, *, since: int = 0, kind: str = "") -> list[Act]:
    """Every act since ``since`` milliseconds, the oldest first; ``kind`` such as ``account`` asks for those alone."""
    table = tables.audit.c
    wanted = select(table.at, table.actor, table.act, table.subject, table.detail).where(table.at >= since)
    if kind:
        wanted = wanted.where(table.act.startswith(kind, autoescape=True))
    with translated(), reading(engine) as db:
        return [Act(*row) for row in db.execute(wanted.order_by(table.no))]
