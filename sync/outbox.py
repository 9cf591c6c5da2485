"""What a laptop keeps beside the records: its changes, how far it has come, and what the centre has of it.

:class:`Books` opens the one write that may be under way; :class:`Write` is that write. Everything here is SQL on the
caller's connection, so that a record and its change are committed together.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
import errno
from itertools import chain
import secrets
import threading
import time
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)
from sqlalchemy.exc import DBAPIError

from sync.bulk import bulk
from sync.clock import Clock
from sync.errors import LocalFault
from sync.protocol import Change
from sync.schema import GATE

PENDING, DONE, REFUSED = 0, 1, 2
_ROWS = 200  # fetched at once where not all may be wanted
_CHUNK = 500  # ids in one statement; SQLite allows 999 parameters in its older builds
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"

_METADATA = MetaData()
OUTBOX = Table(
    "sync_outbox",
    _METADATA,
    Column("n", Integer, primary_key=True),
    Column("origin", String, nullable=False),
    Column("mseq", BigInteger, nullable=False),
    Column("tx", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("id", String, nullable=False),
    Column("state", Integer, nullable=False),
    Column("done_at", BigInteger, nullable=False, default=0),
    Column("title", String, nullable=False, default=""),
    Column("advice", String, nullable=False, default=""),
    Column("body", LargeBinary, nullable=False),
    Column("beneath", LargeBinary),
    Index("sync_outbox_id", "id"),
    Index("sync_outbox_state", "state", "mseq"),
)
HELD = Table(
    "sync_held",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("area", String, nullable=False),
    Column("ver", BigInteger, nullable=False),
    Index("sync_held_area", "area"),
    sqlite_with_rowid=False,
)
STREAM = Table(
    "sync_stream",
    _METADATA,
    Column("area", String, primary_key=True),
    Column("cursor", BigInteger, nullable=False),
    Column("digest", String, nullable=False),
    Column("caught_up", Integer, nullable=False),
    Column("recovering", Integer, nullable=False),
)
PARKED = Table(
    "sync_parked",
    _METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
META = Table(
    "sync_meta", _METADATA, Column("key", String, primary_key=True), Column("value", String, nullable=False)
)
ME = Table(
    "sync_me",
    _METADATA,
    Column("one", Integer, primary_key=True),
    Column("origin", String, nullable=False),
    Column("mseq", BigInteger, nullable=False),
    Column("hlc", BigInteger, nullable=False),
)
TABLES = tuple(_METADATA.sorted_tables)

_PUT = "INSERT OR REPLACE INTO sync_meta VALUES (?, ?)"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Change).decode


def new_origin() -> str:
    """Ten random characters: what a laptop calls itself in stamps until it is restored or copied."""
    return "".join(secrets.choice(_BASE32) for _ in range(10))


class Write:
    """One open write: a connection inside a transaction, the gate open, the next numbers at hand."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection, self.clock = connection, clock
        self.origin: str
        self.mseq: int
        known = self.all("SELECT origin, mseq, hlc FROM sync_me")
        if not known:
            known = [(new_origin(), 0, 0)]
            self.run("INSERT INTO sync_me VALUES (1, ?, ?, ?)", *known[0])
        self.origin, self.mseq, last = self._kept = tuple(known[0])
        clock.last = max(clock.last, last)

    def all(self, sql: str, *params: Any) -> Sequence[Any]:
        """Every row of a query."""
        return self.connection.exec_driver_sql(sql, params).fetchall()

    def run(self, sql: str, *params: Any) -> int:
        """Execute one statement; returns how many rows it touched."""
        touched: int = self.connection.exec_driver_sql(sql, params).rowcount
        return touched

    def many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute one statement for many rows."""
        if rows := list(rows):
            self.connection.exec_driver_sql(sql, rows)

    def within(self, sql: str, ids: Iterable[str]) -> Iterator[Any]:
        """Rows of a query ending in ``IN``, for any number of ids."""
        ids = list(ids)
        for at in range(0, len(ids), _CHUNK):
            part = ids[at : at + _CHUNK]
            yield from self.all(f"{sql} ({', '.join('?' * len(part))})", *part)

    def keep_numbers(self) -> None:
        """Store the origin, the last number and the last time given, where they moved on."""
        now = (self.origin, self.mseq, self.clock.last)
        if now != self._kept:
            self.run("UPDATE sync_me SET origin = ?, mseq = ?, hlc = ?", *now)

    def number(self) -> int:
        """The next number of this origin."""
        self.mseq += 1
        return self.mseq

    def put(self, changes: Iterable[Change]) -> None:
        """Queue changes for the centre."""
        self.many(
            "INSERT INTO sync_outbox (origin, mseq, tx, kind, id, state, done_at, title, advice, body) "
            "VALUES (?, ?, ?, ?, ?, 0, 0, '', '', ?)",
            ((self.origin, c.mseq, c.tx, c.kind, c.id, _encode(c)) for c in changes),
        )

    def rewrite(self, changes: Sequence[Change]) -> None:
        """Replace each pending change, in their order, by one that says the same in other words."""
        kept = self.all("SELECT beneath FROM sync_outbox WHERE state = ? ORDER BY mseq", PENDING)
        self.run("DELETE FROM sync_outbox WHERE state = ?", PENDING)
        self.put(changes)
        beneath = [(one, change.mseq) for (one,), change in zip(kept, changes, strict=True) if one]
        self.many("UPDATE sync_outbox SET beneath = ? WHERE state = 0 AND mseq = ?", beneath)

    def pending(self, limit: int = -1) -> list[Change]:
        """The oldest changes the centre has not acknowledged, in order."""
        rows = self.all("SELECT body FROM sync_outbox WHERE state = 0 ORDER BY mseq LIMIT ?", limit)
        return [_decode(body) for (body,) in rows]

    def pending_of(self, ids: Iterable[str]) -> dict[str, list[Change]]:
        """The pending changes of these records, in order."""
        if not self.all("SELECT 1 FROM sync_outbox WHERE state = 0 LIMIT 1"):
            return {}
        found: dict[str, list[Change]] = {}
        for (body,) in self.within("SELECT body FROM sync_outbox WHERE state = 0 AND id IN", ids):
            change = _decode(body)
            found.setdefault(change.id, []).append(change)
        for changes in found.values():
            changes.sort(key=lambda change: change.mseq)
        return found

    def held(self, ids: Iterable[str]) -> dict[str, tuple[str, str, int]]:
        """What the centre has of these records: id → (kind, area, ver)."""
        rows = self.within("SELECT id, kind, area, ver FROM sync_held WHERE id IN", ids)
        return {id_: (kind, area, ver) for id_, kind, area, ver in rows}


class Books:
    """The one place where writes begin and end. ``clock`` survives restarts by what is kept here."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine, self.clock = engine, clock
        self._lock = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection in a transaction nobody else writes beside; the caller commits."""
        with self._lock, translated(), self.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            if not raw.in_transaction:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                # A commit that failed would leave all this open, for whoever is given the connection next.
                raw.rollback()
                raise

    @contextmanager
    def write(self) -> Iterator[Write]:
        """One transaction: all of it or, when anything is raised, none. LocalFault when the disk refuses."""
        with bulk(), self.alone() as connection:
            connection.exec_driver_sql(f"UPDATE {GATE} SET open = 1")
            write = Write(connection, self.clock)
            yield write
            write.keep_numbers()
            connection.exec_driver_sql(f"UPDATE {GATE} SET open = 0")
            connection.commit()

    def read(self, sql: str, *params: Any) -> list[Any]:
        """Rows of a query outside any write."""
        with self.reading() as read:
            return read(sql, *params)

    @contextmanager
    def reading(self) -> Iterator[Callable[..., list[Any]]]:
        """Ask several questions on one connection, each as SQL and its parameters."""
        with translated(), self.engine.connect() as connection:
            yield lambda sql, *params: list(connection.exec_driver_sql(sql, params).fetchall())

    @contextmanager
    def rows(self, sql: str, *params: Any) -> Iterator[Iterable[Any]]:
        """The rows of a query one by one, for who may not want them all."""
        with translated(), self.engine.connect() as connection:
            yield chain.from_iterable(connection.exec_driver_sql(sql, params).partitions(_ROWS))


class Texts:
    """Small texts kept beside the records, each read from the disk once. Nobody else writes them while this is open."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._known: dict[str, str | None] = {}
        self._turn = (
            0  # moves on with every write, so that what was read before one is not taken for known after it
        )

    def get(self, key: str) -> str | None:
        """A text, or None when there is none."""
        if key not in self._known:
            turn = self._turn
            found = self._books.read("SELECT value FROM sync_meta WHERE key = ?", key)
            text = str(found[0][0]) if found else None
            if turn == self._turn:
                self._known[key] = text
            return text
        return self._known[key]

    def put(self, key: str, value: str) -> None:
        """Keep a text, unless it is kept already."""
        if self._known.get(key) != value:
            with self._books.alone() as connection, self.moving(key):
                connection.exec_driver_sql(_PUT, (key, value))
                connection.commit()

    def put_within(self, write: Write, key: str, value: str) -> None:
        """Keep a text as part of a write, which must be made inside :meth:`moving`."""
        write.run(_PUT, key, value)

    @contextmanager
    def moving(self, key: str) -> Iterator[None]:
        """Wrap a write of a text: it is read anew afterwards."""
        self._turn += 1
        try:
            yield
        finally:
            self._turn += 1
            self._known.pop(key, None)


@contextmanager
def translated() -> Iterator[None]:
    """Foreign faults of the disk as ones a person can act on."""
    try:
        yield
    except DBAPIError as error:
        told = str(error.orig).lower()
        if any(word in told for word in ("full", "readonly", "read-only", "disk i/o", "unable to open")):
            raise LocalFault(
                "本机存不下了", "请清理磁盘空间，或检查磁盘是否只读，然后重试。已保存的内容都在。"
            ) from error
        if "locked" in told or "busy" in told:
            raise LocalFault(
                "本机数据正被另一个程序占用", "请稍候再试；若反复出现，请关闭其他窗口。"
            ) from error
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EROFS):
            raise LocalFault("本机存不下了", "请清理磁盘空间后重试。") from error
        raise


def decode(body: bytes) -> Change:
    """One change as the outbox keeps it."""
    return _decode(body)


def now_ms() -> int:
    """Wall time for what is only ever compared on this laptop, in milliseconds."""
    return time.time_ns() // 1_000_000
