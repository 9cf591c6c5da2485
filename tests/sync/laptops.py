"""Laptops for tests: real replicas on real SQLite, a line that can fail, and a disk that can be cut at any statement."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
import sqlite3
from typing import Any

from sqlalchemy import Engine as Database, create_engine, event
from sqlalchemy.pool import StaticPool

from sync.clock import Clock, wall_millis
from sync.engine import Engine, Round
from sync.errors import Offline
from sync.protocol import Answer, BucketAnswer, BucketQuery, Exchange, Hub, Signed, SignIn
from sync.record import SyncedRecord
from sync.replica import Replica
from tests.sync.toys import KINDS

PASSWORD = "an-invented-password"


class Cut(Exception):
    """The power went, in the middle of a statement."""


@dataclass
class Line:
    """A hub at the far end of a line. ``faults`` says what happens to the next calls, first one first."""

    hub: Hub
    faults: list[str] = field(default_factory=list)

    def sign_in(self, request: SignIn) -> Signed:
        return self.hub.sign_in(request)

    def exchange(self, token: str, request: Exchange) -> Answer:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "request lost":
            raise Offline("线路中断")
        answer = self.hub.exchange(token, request)
        if fault == "sent twice":
            answer = self.hub.exchange(token, request)
        if fault == "answer lost":
            raise Offline("线路中断")
        return answer

    def repair(self, token: str, request: BucketQuery) -> BucketAnswer:
        return self.hub.repair(token, request)


class Laptop:
    """One laptop of one account, in memory, with a lossy line to a hub."""

    def __init__(
        self,
        hub: Hub,
        account: str,
        *,
        image: bytes = b"",
        kinds: tuple[type[SyncedRecord], ...] = KINDS,
        wall: Callable[[], int] = wall_millis,
    ) -> None:
        self.line = Line(hub)
        self.account = account
        self.wall = wall
        self.kinds = kinds
        self.database = _opened(image)
        self.statements_left: int | None = None
        event.listen(self.database, "before_cursor_execute", self._count)
        self.replica = Replica(self.database, kinds, author=account, clock=Clock(wall=wall))
        token = hub.sign_in(SignIn(account=account, password=PASSWORD, device=f"{account}'s")).token
        self.engine = Engine(self.replica, self.line, token)

    def round(self, **options: Any) -> Round:
        return self.engine.round(**options)

    def image(self) -> bytes:
        """The whole disk, as a backup of it would be."""
        raw: Any = self.database.raw_connection()
        with closing(raw):
            return bytes(raw.dbapi_connection.serialize())

    def close(self) -> None:
        self.database.dispose()

    def _count(self, *_statement: Any) -> None:
        if self.statements_left is not None:
            self.statements_left -= 1
            if self.statements_left < 0:
                raise Cut


def _opened(image: bytes) -> Database:
    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(":memory:", check_same_thread=False)
        if image:
            raw.deserialize(image)
        return raw

    return create_engine("sqlite://", creator=connect, poolclass=StaticPool)
