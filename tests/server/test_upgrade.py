"""A database that an earlier program made goes on working, by itself or as a backup put back."""

from pathlib import Path
import sqlite3

import pytest

from sync.errors import Forked
from sync.protocol import Verdict
from sync.server.backup import found, restore
from sync.server.hub import SqlHub
from tests.server.centre import OTHER, add, ask, made, opened, sign_in

_AS_SCHEMA_1 = """
DROP TABLE taken;
ALTER TABLE receipt ADD COLUMN hash BLOB NOT NULL DEFAULT x'00';
INSERT INTO receipt (origin, mseq, verdict, title, advice) VALUES ('laptop-one', 1, 0, '', '');
UPDATE meta SET schema = 1;
"""


def _made_earlier(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.executescript(_AS_SCHEMA_1)
    db.close()


def _goes_on(hub: SqlHub, token: str) -> None:
    with pytest.raises(Forked):
        ask(hub, token, made(1))
    answer = ask(hub, token, made(3), made(4, area=OTHER))
    assert [receipt.verdict for receipt in answer.receipts] == [Verdict.APPLIED, Verdict.REFUSED]
    assert answer.acked == 4


def test_a_database_of_schema_1_is_brought_up_to_date(tmp_path: Path) -> None:
    with opened(tmp_path) as hub:
        add(hub, "wang")
        token = sign_in(hub, "wang").token
        ask(hub, token, made(1), made(2, area=OTHER))
    _made_earlier(tmp_path / "hub.db")

    with opened(tmp_path) as hub:
        _goes_on(hub, token)
    with opened(tmp_path) as hub:
        assert ask(hub, token).acked == 4


def test_a_running_centre_goes_on_with_a_backup_of_schema_1(tmp_path: Path) -> None:
    with opened(tmp_path) as hub:
        add(hub, "wang")
        token = sign_in(hub, "wang").token
        ask(hub, token, made(1), made(2))
        with sqlite3.connect(tmp_path / "old.db") as old, sqlite3.connect(tmp_path / "hub.db") as now:
            now.backup(old)
        old.close()
        now.close()
        _made_earlier(tmp_path / "old.db")

        with found(tmp_path / "old.db") as backup:
            restore(hub.engine, backup, keep_in=tmp_path)

        _goes_on(hub, token)
