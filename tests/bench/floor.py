"""The bare floor's laptop: typed rows in plain SQLite, the same JSON in zstd, one bulk write, and nothing else.

No outbox, no encryption, no stamps, no digests: what any synchronisation of these records costs at the least.
"""

import json
from pathlib import Path
import shutil
import sqlite3
import sys
from typing import Any, TypeVar

import msgspec
from requests import Session
import zstandard

from sync.shape import Shape
from tests.bench import crowd
from tests.bench.process import fresh_peak, peak
from tests.bench.records import EDITED, KINDS, invented
from tests.bench.stopwatch import EDITS, IDLE, ROUNDS, took

BATCH = 2000  # rows in a request
SHAPES = {kind.kind(): Shape(kind) for kind in KINDS}
COLUMNS = {kind: ["id", "area", *(cell.name for cell in shape.cells)] for kind, shape in SHAPES.items()}

T = TypeVar("T")


class Push(msgspec.Struct):
    """One row on its way up; the centre reads no further than its id and area."""

    id: str
    area: str
    body: msgspec.Raw


class Ask(msgspec.Struct):
    """How far a laptop has come, and how many rows it takes at once."""

    since: int
    most: int


class News(msgspec.Struct):
    """Rows in order; ``more`` asks for another request."""

    upto: int
    more: bool
    rows: list[msgspec.Raw]


def packed(message: object) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(msgspec.json.encode(message))


def unpacked(data: bytes, shape: type[T]) -> T:
    return msgspec.json.decode(
        zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 28), type=shape
    )


class Laptop:
    """Typed tables in a file, and the way to the centre. A row with ``seq`` 0 has not been sent."""

    def __init__(self, path: Path, address: str) -> None:
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.session, self.address = Session(), address
        self.sent = self.received = 0
        for kind, columns in COLUMNS.items():
            self.db.execute(
                f"CREATE TABLE IF NOT EXISTS {kind} ({', '.join(columns)}, seq, PRIMARY KEY (id))"
            )
            self.db.execute(f"CREATE INDEX IF NOT EXISTS {kind}_area ON {kind} (area)")
            self.db.execute(f"CREATE INDEX IF NOT EXISTS {kind}_new ON {kind} (seq) WHERE seq = 0")
        self.db.execute("CREATE TABLE IF NOT EXISTS cursor (n)")
        self.db.execute("INSERT INTO cursor SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM cursor)")

    def fill(self, size: int) -> None:
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for record in invented(size):
            wire = SHAPES[record.kind()].wire(record, {})
            rows.setdefault(record.kind(), []).append((record.id, record.area, *map(_stored, wire.values())))
        self._write(rows, seq=0)

    def push(self) -> None:
        for kind, columns in COLUMNS.items():
            while rows := self.db.execute(f"SELECT * FROM {kind} WHERE seq = 0 LIMIT {BATCH}").fetchall():
                named = [dict(zip(columns, row, strict=False), kind=kind) for row in rows]
                self._ask("push", [{"id": one["id"], "area": one["area"], "body": one} for one in named], int)
                self.db.execute("BEGIN")
                self.db.executemany(f"UPDATE {kind} SET seq = 1 WHERE id = ?", [(row[0],) for row in rows])
                self.db.execute("COMMIT")

    def pull(self) -> None:
        more = True
        while more:
            since = self.db.execute("SELECT n FROM cursor").fetchone()[0]
            news = self._ask("pull", Ask(since, BATCH), News)
            rows: dict[str, list[tuple[Any, ...]]] = {}
            for raw in news.rows:
                row = msgspec.json.decode(raw)
                rows.setdefault(row.pop("kind"), []).append(tuple(row.values()))
            if rows:
                self._write(rows, seq=1, upto=news.upto)
            more = news.more

    def edit(self, ids: list[str], words: str) -> None:
        self.db.executemany(
            f"UPDATE resident SET {EDITED} = ?, seq = 0 WHERE id = ?", [(words, id_) for id_ in ids]
        )

    def ids(self, number: int) -> list[str]:
        return [row[0] for row in self.db.execute("SELECT id FROM resident ORDER BY id LIMIT ?", (number,))]

    def count(self) -> int:
        return sum(self.db.execute(f"SELECT COUNT(*) FROM {kind}").fetchone()[0] for kind in COLUMNS)

    def _write(self, rows: dict[str, list[tuple[Any, ...]]], *, seq: int, upto: int = 0) -> None:
        self.db.execute("BEGIN")
        for kind, of_kind in rows.items():
            marks = ", ".join("?" * len(COLUMNS[kind]))
            self.db.executemany(f"INSERT OR REPLACE INTO {kind} VALUES ({marks}, {seq})", of_kind)
        if upto:
            self.db.execute("UPDATE cursor SET n = ?", (upto,))
        self.db.execute("COMMIT")

    def _ask(self, door: str, message: object, shape: type[T]) -> T:
        body = packed(message)
        answer = self.session.post(f"{self.address}/{door}", data=body, timeout=60)
        answer.raise_for_status()
        self.sent += len(body)
        self.received += len(answer.content)
        return unpacked(answer.content, shape)


def prepare(folder: Path, size: int) -> dict[str, Any]:
    laptop = Laptop(folder / f"full-{size}.db", "")
    seconds, _ = took(lambda: laptop.fill(size))
    laptop.db.close()
    return {"imported": seconds}


def phases(folder: Path, size: int, address: str) -> dict[str, Any]:
    """First upload, first download, some edits there and back, and rounds with nothing to say."""
    shutil.copy(folder.parent / f"full-{size}.db", folder / "first.db")
    one, other = Laptop(folder / "first.db", address), Laptop(folder / "second.db", address)
    fresh_peak()
    up, _ = took(one.push)
    found = {"up": up, "memory_up": peak(), "up_sent": one.sent, "up_received": one.received}
    fresh_peak()
    down, _ = took(other.pull)
    found |= {"down": down, "memory_down": peak(), "down_sent": other.sent, "down_received": other.received}
    one.pull()
    sent, received = one.sent, one.received
    found["idle"], _ = took(lambda: (one.push(), one.pull()), times=IDLE)
    found |= {"idle_sent": (one.sent - sent) / IDLE, "idle_received": (one.received - received) / IDLE}
    found["edits"], _ = took(
        lambda: _both(one, other), times=ROUNDS, before=lambda: one.edit(one.ids(EDITS), "改")
    )
    if other.count() != size:
        raise SystemExit(f"{other.count()} of {size} rows arrived")
    one.db.close()
    other.db.close()
    return found


def together(folder: Path, laptops: int, address: str) -> dict[str, Any]:
    """Laptops that hold everything; each has its own edits, all send at once, then all fetch."""

    def one(number: int) -> list[crowd.Step]:
        shutil.copy(folder / "second.db", folder / f"laptop-{number}.db")
        laptop = Laptop(folder / f"laptop-{number}.db", address)
        laptop.pull()
        ids = laptop.ids(laptops * EDITS)[number * EDITS : (number + 1) * EDITS]
        laptop.edit(ids, f"第{number}台")
        return [laptop.push, laptop.pull, lambda: _demand_all(laptop, laptops)]

    push, pull, _ = crowd.timed(one, laptops)
    return {"push": push, "pull": pull, "together": push + pull}


def _both(one: Laptop, other: Laptop) -> None:
    one.push()
    other.pull()


def _demand_all(laptop: Laptop, laptops: int) -> None:
    found = laptop.db.execute(f"SELECT COUNT(*) FROM resident WHERE {EDITED} LIKE '第%台'").fetchone()[0]
    if found != laptops * EDITS:
        raise ValueError(f"{found} of {laptops * EDITS} edits arrived")


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


if __name__ == "__main__":
    work = {"prepare": prepare, "phases": phases, "together": together}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])))
