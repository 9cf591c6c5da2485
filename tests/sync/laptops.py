"""Laptops for tests: real replicas on real SQLite, a line that can fail, and a disk that can be cut at any statement."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
import sqlite3
from typing import Any, TypeVar

from sqlalchemy import Engine as Database, create_engine, event
from sqlalchemy.pool import StaticPool

from sync.clock import Clock, wall_millis
from sync.engine import Engine, Round
from sync.errors import Offline
from sync.protocol import (
    Answer,
    BucketAnswer,
    BucketQuery,
    Exchange,
    HandedIn,
    HandIn,
    Hub,
    Signed,
    SignIn,
)
from sync.record import SyncedRecord
from sync.replica import Replica
from tests.sync.toys import KINDS

T = TypeVar("T")

PASSWORD = "an-invented-password"


class Cut(Exception):
    """The power went, in the middle of a statement."""


class Power:
    """Goes off before a statement, or a commit, of a database: ``left`` says after how many, None never."""

    def __init__(self, database: Database | None = None) -> None:
        self.left: int | None = None
        if database is not None:
            event.listen(database, "before_cursor_execute", self._count)
            event.listen(database, "commit", self._count)

    def _count(self, *_statement: Any) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Cut


@dataclass
class Line:
    """A hub at the far end of a line. ``faults`` says what happens to the next calls, first one first.

    ``meanwhile`` is done once, while the next answer is on its way.
    """

    hub: Hub
    faults: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def sign_in(self, request: SignIn) -> Signed:
        return self.hub.sign_in(request)

    def exchange(self, token: str, request: Exchange) -> Answer:
        return self._carry(lambda: self.hub.exchange(token, request))

    def repair(self, token: str, request: BucketQuery) -> BucketAnswer:
        return self._carry(lambda: self.hub.repair(token, request))

    def hand_in(self, token: str, request: HandIn) -> HandedIn:
        return self._carry(lambda: self.hub.hand_in(token, request))

    def _carry(self, call: Callable[[], T]) -> T:
        fault = self.faults.pop(0) if self.faults else ""
        try:
            answer = call() if fault != "request lost" else None
            if fault == "sent twice":
                answer = call()
        except Cut:
            answer = None  # The centre's power went: nobody answers.
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if answer is None or fault == "answer lost":
            raise Offline("线路中断")
        return answer


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
        token: str = "",
    ) -> None:
        self.line = Line(hub)
        self.account = account
        self.wall = wall
        self.database = _opened(image)
        self.power = Power(self.database)
        signed = SignIn(account=account, password=PASSWORD, device=f"{account}'s")
        self.token = token or hub.sign_in(signed).token
        self.start(kinds)

    def start(self, kinds: tuple[type[SyncedRecord], ...]) -> None:
        """Start the program, or another one, on what the disk holds."""
        self.kinds = kinds
        clock = Clock(wall=self.wall)
        self.replica = Replica(self.database, kinds, author=self.account, clock=clock)
        self.engine = Engine(self.replica, self.line, self.token)

    def round(self, **options: Any) -> Round:
        return self.engine.round(**options)

    def image(self) -> bytes:
        """The whole disk, as a backup of it would be."""
        raw: Any = self.database.raw_connection()
        with closing(raw):
            return bytes(raw.dbapi_connection.serialize())

    @property
    def statements_left(self) -> int | None:
        """After how many statements the power goes; None never."""
        return self.power.left

    @statements_left.setter
    def statements_left(self, left: int | None) -> None:
        self.power.left = left

    def close(self) -> None:
        self.database.dispose()


def _opened(image: bytes) -> Database:
    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(":memory:", check_same_thread=False)
        if image:
            raw.deserialize(image)
        return raw

    return create_engine("sqlite://", creator=connect, poolclass=StaticPool)
