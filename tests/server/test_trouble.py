"""The power goes, the disk is full, the database is held: nothing is acknowledged that is not stored."""

from contextlib import closing
from pathlib import Path
import sqlite3
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import event

from sync.errors import Offline, Refused
from sync.protocol import Change
from sync.server.database import open_database
from sync.server.hub import SqlHub
from tests.server.centre import GRID, OTHER, SECRET, Role, add, ask, counts, made, sign_in


class Cut(Exception):
    """The power went, in the middle of a statement."""


class Power:
    """Counts the statements of a hub, and goes off before the one chosen."""

    def __init__(self, hub: SqlHub) -> None:
        self.left: int | None = None
        event.listen(hub.engine, "before_cursor_execute", self._count)

    def _count(self, *_statement: Any) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Cut


def test_a_power_cut_before_any_statement_stores_all_or_nothing(either_hub: SqlHub) -> None:
    hub = either_hub
    add(hub, "clerk", f"{GRID},{OTHER}", Role.CLERK)
    token, power = sign_in(hub, "clerk").token, Power(hub)
    first = made(1, by="clerk")
    ask(hub, token, first, made(2, by="clerk"))
    before, at = counts(hub), 0
    changes = [_moved(3, first), made(4, by="clerk"), made(5, area="510009", by="clerk")]

    while True:
        power.left = at
        try:
            answer = ask(hub, token, *changes)
        except Cut:
            after = counts(hub)
            assert after == before or after["receipt"] == 5, at
            at += 1
        else:
            power.left = None
            break

    assert at > 9
    assert answer.acked == 5
    assert [receipt.verdict.name for receipt in answer.receipts] == ["APPLIED", "APPLIED", "REFUSED"]
    assert counts(hub)["record"] == 3


def _moved(mseq: int, record: Change) -> Change:
    known = {name: getattr(record, name) for name in Change.__struct_fields__}
    return Change(**known | {"mseq": mseq, "tx": mseq, "groups": {"area": {"area": OTHER}}, "made": False})


def test_a_full_disk_acknowledges_nothing_and_says_so(hub: SqlHub) -> None:
    token = sign_in(hub, "wang").token
    ask(hub, token, made(1))
    before = counts(hub)
    hub.engine.dispose()
    event.listen(hub.engine, "connect", _fill)

    with pytest.raises(Offline, match="数据库") as full:
        ask(hub, token, *[made(n, note="字" * 1000) for n in range(2, 500)])

    assert "磁盘" in full.value.advice
    assert counts(hub) == before


def _fill(connection: Any, _entry: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 10}")


def test_a_file_that_is_no_database_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "hub.db"
    file.write_text("不是数据库" * 1000, encoding="utf-8")

    with pytest.raises(Offline, match="数据库"):
        open_database(f"sqlite:///{file}", SECRET)


def test_a_database_of_a_newer_program_is_left_alone(hub: SqlHub, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "hub.db")) as db, db:
        db.execute("UPDATE meta SET schema = 99")

    with pytest.raises(Refused, match="更新的版本"):
        open_database(f"sqlite:///{tmp_path / 'hub.db'}", SECRET)


def test_a_starting_window_loads_no_http() -> None:
    asked = "import sys, sync.remote; print({'requests', 'urllib3', 'sync.server'} & set(sys.modules))"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert told.strip() == "set()"
