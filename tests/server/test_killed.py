"""A process really killed, at every statement of a round, a save and an exchange: whatever died can be begun again."""

from collections.abc import Callable, Iterator
from contextlib import closing
import os
from pathlib import Path
import shutil
import sqlite3
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from sync.clock import wall_millis
from sync.engine import Engine
from sync.protocol import Exchange
from sync.server import shelf, tables
from sync.server.database import reading
from sync.server.hub import SqlHub
from tests.server.centre import GRID, add, counts, made, opened, sign_in
from tests.server.doomed import doomed, laptop
from tests.sync.toys import ToyHouse, ToyPerson

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot copy a process")

Send = Callable[..., str]
State = dict[str, Any]


@pytest.fixture(scope="module")
def send() -> Iterator[Send]:
    with doomed() as send:
        yield send


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with a centre and Wang's vault, each with news for the other, and Wang's token."""
    room = tmp_path_factory.mktemp("scene")
    with opened(room) as hub:
        for name in ("wang", "li"):
            add(hub, name)
        vault, wang = laptop(room)
        shared, going = ToyHouse(area=GRID, name="共有的"), ToyPerson(area=GRID, name="要搬走")
        wang.save(shared, going)
        token = sign_in(hub, "wang").token
        Engine(wang, hub, token).round()
        other, li = laptop(room, "li")
        far = Engine(li, hub, sign_in(hub, "li").token)
        far.round()
        theirs = li.get(ToyHouse, shared.id)
        assert theirs is not None
        theirs.name, theirs.street = "李改的", "李家巷"
        li.save(theirs, ToyPerson(area=GRID, name="李登记的"))
        far.round()
        shared.name = "王改的"
        wang.save(shared, ToyPerson(area=GRID, name="一起存的"))
        wang.remove(going, "搬走了")
        vault.close()
        other.close()
    return room, token


def test_a_round_killed_at_any_statement_of_either_end_is_begun_again_and_ends_alike(
    scene: tuple[Path, str], send: Send, tmp_path: Path
) -> None:
    origin, token = scene
    ends: list[State] = []
    for at in range(1000):
        room = Path(shutil.copytree(origin, tmp_path / str(at)))
        said = send("a_round", at, room=str(room), token=token)
        ends.append(_begun_again(room, token))
        shutil.rmtree(room)
        if said == "done":
            break
        assert said == "killed"

    assert len(ends) > 30
    assert all(end == ends[-1] for end in ends)
    assert sorted(name for name, *_ in ends[-1]["conflicts"]) == ["name"]


def _begun_again(room: Path, token: str) -> State:
    """What both ends hold after one more round; the files are sound."""
    with closing(sqlite3.connect(room / "hub.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with opened(room) as hub:
        vault, replica = laptop(room)
        assert vault.check() == []
        with vault.engine.connect() as link:
            assert link.exec_driver_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert Engine(replica, hub, token).round().agreed
        with reading(hub.engine) as db:
            documents = [shelf.document(row) for row in db.execute(select(tables.record))]
        there = {d.id: (d.ver, _said(d.body)) for d in documents if d.kind != "conflict"}
        here = {
            r.id: (r.ver, r.name, r.removed_why)
            for kind in (ToyHouse, ToyPerson)
            for r in replica.all(kind, removed=True)
        }
        asked = [(c.group_name, c.kept, c.lost) for c in replica.conflicts()]
        assert replica.pending() == 0
        vault.close()
    return {"there": there, "here": here, "conflicts": asked}


def _said(body: dict[str, Any]) -> dict[str, Any]:
    return {name: v for name, v in body.items() if v and name not in ("updated_at", "removed_at")}


def test_a_save_killed_at_any_statement_is_whole_or_was_never_made(
    scene: tuple[Path, str], send: Send, tmp_path: Path
) -> None:
    origin, _token = scene
    seen = set[tuple[int, int, int]]()
    for at in range(200):
        room = Path(shutil.copytree(origin, tmp_path / str(at)))
        said = send("a_save", at, room=str(room), area=GRID)
        vault, replica = laptop(room)
        assert vault.check() == []
        saved = [replica.count(kind, kind.name == "一起") for kind in (ToyHouse,)]
        saved += [replica.count(ToyPerson, ToyPerson.name == "存下"), replica.pending() - 3]
        seen.add((saved[0], saved[1], saved[2]))
        vault.close()
        shutil.rmtree(room)
        if said == "done":
            break

    assert seen == {(0, 0, 0), (1, 1, 2), (1, 1, 5)}


def test_a_centre_killed_at_any_statement_of_an_exchange_takes_it_once(
    either_hub: SqlHub, send: Send, tmp_path: Path
) -> None:
    token = sign_in(either_hub, "wang").token
    url = either_hub.engine.url.render_as_string(hide_password=False)
    before = counts(either_hub)
    for at in range(200):
        first = made(1, room="一室")
        changes = [first, made(2, room="二室"), _edit(first), made(4, area="510009", room="别处")]
        request = Exchange(origin=f"killed-at-{at}", now=wall_millis(), changes=changes)
        errand = {"room": str(tmp_path), "url": url, "token": token}
        said = send("an_exchange", at, request=msgspec.to_builtins(request), **errand)

        answer = either_hub.exchange(token, request)

        assert answer.acked == 4
        assert [receipt.verdict.name for receipt in answer.receipts if receipt.title] == ["REFUSED"]
        after = counts(either_hub)
        gained = {name: after[name] - before[name] for name in ("record", "journal", "receipt")}
        assert gained == {"record": 2, "journal": 1, "receipt": 4}, at
        before = after
        if said == "done":
            break
        assert said == "killed"

    assert at > 8


def _edit(change: Any) -> Any:
    groups = {"room": {"room": "改过的"}}
    return msgspec.structs.replace(change, mseq=3, tx=3, groups=groups, made=False)
