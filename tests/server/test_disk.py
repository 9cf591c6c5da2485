"""A disk that is full, or read-only, at every write of either end: nothing is half stored, and all is told in words."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from sync.engine import Engine
from sync.errors import LocalFault, Offline
from sync.replica import Replica
from sync.server.hub import SqlHub
from tests.server.centre import GRID, ask, counts, made, sign_in
from tests.server.doomed import laptop
from tests.sync.toys import ToyHouse, ToyPerson

LONG = "字" * 2000


class Room:
    """How many more pages a database may take; None as many as it likes. Read-only takes none at all."""

    def __init__(self, database: Any) -> None:
        self.pages: int | None = None
        self.read_only = False
        event.listen(database, "before_cursor_execute", self._limit)

    def _limit(self, connection: Any, *_statement: Any) -> None:
        raw = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA query_only = {int(self.read_only)}")
        held = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {2_000_000_000 if self.pages is None else held + self.pages}")


def test_a_laptop_whose_disk_fills_at_any_page_saves_all_or_nothing(tmp_path: Path) -> None:
    vault, replica = laptop(tmp_path)
    room, at, full = Room(vault.engine), 0, 0
    while True:
        before = _saved(replica)
        room.pages = at
        try:
            replica.save(
                ToyHouse(area=GRID, name=LONG, tags=[LONG]),
                *(ToyPerson(area=GRID, name=LONG) for _ in range(5)),
            )
        except LocalFault:
            room.pages = None
            full += 1
            assert _saved(replica) == before
        else:
            break
        finally:
            room.pages = None
        at += 1
    assert full > 3
    assert _saved(replica) == [n + m for n, m in zip(before, (1, 5, 6), strict=True)]
    assert vault.check() == []
    vault.close()


def _saved(replica: Replica) -> list[int]:
    return [replica.count(ToyHouse), replica.count(ToyPerson), replica.pending()]


def test_a_laptop_on_a_read_only_disk_saves_nothing_and_says_so(tmp_path: Path) -> None:
    vault, replica = laptop(tmp_path)
    room = Room(vault.engine)
    room.read_only = True

    with pytest.raises(LocalFault, match=r"磁盘|存不下"):
        replica.save(ToyHouse(area=GRID, name="写不进去"))

    room.read_only = False
    assert _saved(replica) == [0, 0, 0]
    vault.close()


def test_a_round_whose_disk_fills_at_any_page_is_begun_again(hub: SqlHub, tmp_path: Path) -> None:
    token = sign_in(hub, "wang").token
    ask(hub, token, *(made(n, room=LONG) for n in range(1, 41)), origin="the-other-laptop")
    vault, replica = laptop(tmp_path)
    room, at, full = Room(vault.engine), 0, 0
    replica.save(ToyHouse(area=GRID, name="本机的"))
    engine = Engine(replica, hub, token)
    while True:
        room.pages = at
        try:
            engine.round()
        except LocalFault:
            full += 1
            room.pages = None
            assert replica.count(ToyHouse) == 1
        else:
            break
        finally:
            room.pages = None
        at += 1
    assert full > 1
    assert (replica.held(), replica.pending()) == (41, 0)
    assert engine.round().agreed
    vault.close()


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_centre_whose_disk_is_full_or_read_only_acknowledges_nothing(hub: SqlHub, fault: str) -> None:
    token = sign_in(hub, "wang").token
    ask(hub, token, made(1))
    before, room, at = counts(hub), Room(hub.engine), 0
    changes = [made(n, note=LONG) for n in range(2, 12)]
    while at < 8:
        room.pages, room.read_only = at, fault == "read-only"
        try:
            with pytest.raises(Offline, match="数据库"):
                ask(hub, token, *changes)
        finally:
            room.pages, room.read_only = None, False
        assert counts(hub) == before, at
        at += 1

    assert ask(hub, token, *changes).acked == 11
    assert counts(hub)["record"] == before["record"] + 10
