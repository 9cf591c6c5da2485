"""The bare floor's centre: rows in, one bulk write, rows out. No accounts, no merging, no history, no proof."""

from collections.abc import Iterator
from contextlib import contextmanager
import sqlite3
import sys
import threading
from typing import Any, Protocol

import msgspec
import psycopg
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
import uvicorn

from sync.server.app import listen
from tests.bench.floor import Ask, News, Push, packed, unpacked

_TABLES = (
    "CREATE TABLE head (n BIGINT NOT NULL)",
    "INSERT INTO head VALUES (0)",
    "CREATE TABLE record (id TEXT PRIMARY KEY, area TEXT NOT NULL, seq BIGINT NOT NULL, body TEXT NOT NULL)",
    "CREATE UNIQUE INDEX record_seq ON record (seq)",
)
_TAKE = "UPDATE head SET n = n + {} RETURNING n"
_GIVE = "SELECT seq, body FROM record WHERE seq > {} ORDER BY seq LIMIT {}"
_TOLD = "ON CONFLICT (id) DO UPDATE SET area = excluded.area, seq = excluded.seq, body = excluded.body"


class Store(Protocol):
    """One bulk write and one ordered read."""

    def put(self, rows: list[Push]) -> int: ...

    def after(self, seq: int, most: int) -> list[tuple[int, str]]: ...


class OnSqlite:
    """A file in WAL mode, every commit on the disk."""

    def __init__(self, path: str) -> None:
        self._path, self._own, self._turn = path, threading.local(), threading.Lock()
        for statement in _TABLES:
            self._db.execute(statement)

    @property
    def _db(self) -> sqlite3.Connection:
        if not hasattr(self._own, "db"):
            self._own.db = sqlite3.connect(self._path, isolation_level=None)
            self._own.db.execute("PRAGMA journal_mode=WAL")
            self._own.db.execute("PRAGMA synchronous=FULL")
        return self._own.db

    def put(self, rows: list[Push]) -> int:
        with self._turn, self._writing() as db:
            last = db.execute(_TAKE.format(len(rows))).fetchone()[0]
            first = last - len(rows) + 1
            numbered = [
                (row.id, row.area, first + at, bytes(row.body).decode()) for at, row in enumerate(rows)
            ]
            db.executemany(f"INSERT INTO record VALUES (?, ?, ?, ?) {_TOLD}", numbered)
        return last

    def after(self, seq: int, most: int) -> list[tuple[int, str]]:
        return self._db.execute(_GIVE.format("?", "?"), (seq, most)).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._db.execute("BEGIN IMMEDIATE")
        yield self._db
        self._db.execute("COMMIT")


class OnPostgres:
    """A connection for each thread; rows are copied in, then inserted at once."""

    def __init__(self, url: str) -> None:
        self._url, self._own = url, threading.local()
        for statement in _TABLES:
            self._db.execute(statement)

    @property
    def _db(self) -> "psycopg.Connection[Any]":
        if not hasattr(self._own, "db"):
            self._own.db = psycopg.connect(self._url, autocommit=True)
        return self._own.db

    def put(self, rows: list[Push]) -> int:
        with self._db.transaction():
            last = self._db.execute(_TAKE.format("%s"), [len(rows)]).fetchone()[0]
            first = last - len(rows) + 1
            self._db.execute("CREATE TEMP TABLE news (LIKE record) ON COMMIT DROP")
            with self._db.cursor() as cursor, cursor.copy("COPY news FROM STDIN") as copy:
                for at, row in enumerate(rows, first):
                    copy.write_row((row.id, row.area, at, bytes(row.body).decode()))
            self._db.execute(f"INSERT INTO record SELECT * FROM news {_TOLD}")
        return last

    def after(self, seq: int, most: int) -> list[tuple[int, str]]:
        return self._db.execute(_GIVE.format("%s", "%s"), (seq, most)).fetchall()


def application(store: Store) -> Starlette:
    """Two doors: rows up, rows down."""

    async def push(request: Request) -> Response:
        body = await request.body()
        return Response(await run_in_threadpool(lambda: packed(store.put(unpacked(body, list[Push])))))

    async def pull(request: Request) -> Response:
        body = await request.body()
        return Response(await run_in_threadpool(lambda: packed(_news(store, unpacked(body, Ask)))))

    return Starlette(routes=[Route("/push", push, methods=["POST"]), Route("/pull", pull, methods=["POST"])])


def _news(store: Store, ask: Ask) -> News:
    rows = store.after(ask.since, ask.most)
    upto = rows[-1][0] if rows else ask.since
    return News(upto=upto, more=len(rows) == ask.most, rows=[msgspec.Raw(body.encode()) for _, body in rows])


def main(database: str) -> None:
    store: Store = OnPostgres(database) if database.startswith("postgresql") else OnSqlite(database)
    with listen("127.0.0.1", 0) as door:
        print(f"http://127.0.0.1:{door.getsockname()[1]}", flush=True)
        config = uvicorn.Config(application(store), log_config=None, access_log=False, ws="none")
        uvicorn.Server(config).run(sockets=[door])


if __name__ == "__main__":
    main(sys.argv[1])
