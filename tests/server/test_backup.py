"""A backup is one whole file that any centre takes back, and a laptop notices nothing but a new epoch."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
import sqlite3
import stat
import threading
import tracemalloc

import pytest
from sqlalchemy import event, func, insert, select

from sync import digest
from sync.clock import wall_millis
from sync.errors import Offline, Refused, Revoked
from sync.protocol import Exchange, HandIn
from sync.server import backup as backups, tables
from sync.server.audit import acts
from sync.server.backup import back_up, found, restore
from sync.server.database import reading, writing
from sync.server.hub import SqlHub
from tests.server.centre import OTHER, add, ask, counts, made, opened, sign_in

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=KINDS)
def other_hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlHub]:
    """A second centre, with nothing in it yet, on either kind of database."""
    with ExitStack() as stack:
        url = ""
        if request.param == "postgres":
            url = stack.enter_context(request.getfixturevalue("cluster").database())
        (tmp_path / "other").mkdir()
        yield stack.enter_context(opened(tmp_path / "other", url=url))


def contents(hub: SqlHub) -> dict[str, list[tuple[object, ...]]]:
    """Everything held, but for what a backup and a restore leave of themselves."""
    with reading(hub.engine) as db:
        return {
            table.name: sorted(
                (
                    tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                    for row in db.execute(select(table))
                ),
                key=repr,
            )
            for table in tables.metadata.sorted_tables
            if table not in (tables.audit, tables.meta, tables.knock)
        }


def put_back(hub: SqlHub, file: Path) -> Path | None:
    with found(file) as backup:
        return restore(hub.engine, backup, keep_in=file.parent, actor="li")


def lived_in(hub: SqlHub) -> str:
    """Give a centre one of everything; the token of a laptop at work."""
    add(hub, "li")
    lost = sign_in(hub, "li").token
    hub.accounts().revoke(hub.accounts().devices("li")[0].id)
    hub.hand_in(lost, HandIn(origin="lost", now=wall_millis(), changes=[made(1, by="li")]))
    token = sign_in(hub, "wang").token
    ask(hub, token, made(1, room="字\x00'\"\\"), made(2, area=OTHER), *(made(n) for n in range(3, 40)))
    return token


def test_a_backup_goes_from_any_centre_into_any_other(
    either_hub: SqlHub, other_hub: SqlHub, tmp_path: Path
) -> None:
    token = lived_in(either_hub)
    before, epoch = contents(either_hub), ask(either_hub, token).epoch

    count = back_up(either_hub.engine, tmp_path / "copy.gridhub", actor="li")
    kept = put_back(other_hub, tmp_path / "copy.gridhub")

    assert (count, kept) == (38, None)
    assert contents(other_hub) == before
    assert ask(other_hub, token, epoch=epoch).epoch != epoch
    assert [r.verdict.name for r in ask(other_hub, token, made(40)).receipts] == ["APPLIED"]
    assert [r.verdict.name for r in other_hub.quarantine().accept(1)] == ["APPLIED"]
    add(other_hub, "zhao")
    assert [act.act for act in acts(other_hub.engine)][-3:] == [
        "restore",
        "quarantine.accept",
        "account.create",
    ]
    assert acts(either_hub.engine)[-1].act == "backup"


def test_what_was_there_is_kept_and_can_be_put_back_itself(either_hub: SqlHub, tmp_path: Path) -> None:
    token = lived_in(either_hub)
    back_up(either_hub.engine, tmp_path / "early.gridhub")
    ask(either_hub, token, made(40))
    late = contents(either_hub)["record"]

    kept = put_back(either_hub, tmp_path / "early.gridhub")

    assert counts(either_hub)["record"] == 38
    assert kept is not None
    put_back(either_hub, kept)
    assert contents(either_hub)["record"] == late


def test_every_restore_begins_an_epoch_with_a_number_above_all_before(
    either_hub: SqlHub, tmp_path: Path
) -> None:
    back_up(either_hub.engine, tmp_path / "copy.gridhub")
    numbers = []

    for _turn in range(3):
        put_back(either_hub, tmp_path / "copy.gridhub")
        with reading(either_hub.engine) as db:
            numbers.append(db.execute(select(tables.meta.c.epoch_no)).scalar_one())

    assert sorted(set(numbers)) == numbers


def test_whoever_was_shut_out_since_stays_shut_out(either_hub: SqlHub, tmp_path: Path) -> None:
    token = sign_in(either_hub, "wang").token
    add(either_hub, "li")
    back_up(either_hub.engine, tmp_path / "copy.gridhub")
    either_hub.accounts().revoke(either_hub.accounts().devices("wang")[0].id)
    either_hub.accounts().disable("li")

    put_back(either_hub, tmp_path / "copy.gridhub")

    with pytest.raises(Revoked):
        either_hub.exchange(token, Exchange(origin="laptop-one", now=0))
    assert [a.name for a in either_hub.accounts().all() if a.disabled] == ["li"]


def test_what_the_office_did_since_the_backup_is_not_forgotten(either_hub: SqlHub, tmp_path: Path) -> None:
    either_hub.accounts().assign("wang", [OTHER])
    back_up(either_hub.engine, tmp_path / "copy.gridhub")
    either_hub.accounts(actor="li").disable("wang")

    put_back(either_hub, tmp_path / "copy.gridhub")

    told = [act.act for act in acts(either_hub.engine)]
    assert told == ["account.create", "account.assign", "backup", "account.disable", "backup", "restore"]


def test_a_backup_that_is_damaged_anywhere_changes_nothing(either_hub: SqlHub, tmp_path: Path) -> None:
    lived_in(either_hub)
    back_up(either_hub.engine, tmp_path / "copy.gridhub")
    whole = (tmp_path / "copy.gridhub").read_bytes()
    before = contents(either_hub)
    spoilt = [whole[:at] for at in (0, 3, 100, len(whole) // 2, len(whole) - 1)]
    spoilt += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(20, len(whole), 97)]

    for number, data in enumerate(spoilt):
        file = tmp_path / f"spoilt-{number}"
        file.write_bytes(data)
        with pytest.raises(Refused):
            put_back(either_hub, file)

    assert contents(either_hub) == before


def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(
    either_hub: SqlHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived_in(either_hub)
    back_up(either_hub.engine, tmp_path / "copy.gridhub")
    add(either_hub, "zhao")
    before = contents(either_hub)

    def fail(*_call: object) -> None:
        raise OSError("the disk was taken away")

    monkeypatch.setattr(backups, "_keep", fail)
    with pytest.raises(Refused, match="读不出来"):
        put_back(either_hub, tmp_path / "copy.gridhub")

    assert contents(either_hub) == before


def test_a_backup_is_of_one_moment_whatever_laptops_do_meanwhile(either_hub: SqlHub, tmp_path: Path) -> None:
    token = lived_in(either_hub)
    written: list[int] = []

    def meanwhile(*call: object) -> None:
        # While the accounts are read, a laptop on another connection brings a record: areas and records come later.
        if not written and "FROM account" in str(call[2]):
            written.append(1)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(ask, either_hub, token, made(40)).result()

    event.listen(either_hub.engine, "before_cursor_execute", meanwhile)
    count = back_up(either_hub.engine, tmp_path / "copy.gridhub")
    event.remove(either_hub.engine, "before_cursor_execute", meanwhile)

    assert (count, counts(either_hub)["record"], written) == (38, 39, [1])
    put_back(either_hub, tmp_path / "copy.gridhub")
    with reading(either_hub.engine) as db:
        assert db.execute(select(func.sum(tables.area.c.n))).scalar_one() == 38
        assert (
            db.execute(
                select(tables.origin.c.last).where(tables.origin.c.origin == "laptop-one")
            ).scalar_one()
            == 39
        )


def test_a_restore_among_laptops_at_work_leaves_areas_and_records_in_step(
    either_hub: SqlHub, tmp_path: Path
) -> None:
    token = lived_in(either_hub)
    back_up(either_hub.engine, tmp_path / "copy.gridhub")
    over = threading.Event()

    def work(origin: str) -> int:
        """Bring records until the restores are over, one after the other; how many were acknowledged."""
        taken = 0
        while not over.is_set():
            with suppress(Offline):
                taken += bool(ask(either_hub, token, made(1), origin=f"{origin}-{taken}").acked)
        return taken

    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(work, f"laptop-{n}") for n in range(3)]
        try:
            for _turn in range(3):
                put_back(either_hub, tmp_path / "copy.gridhub")
        finally:
            over.set()
    assert all(one.result() for one in working)

    with reading(either_hub.engine) as db:
        held = db.execute(select(tables.record.c.id, tables.record.c.ver)).all()
        area = db.execute(select(tables.area)).one()
    assert area.n == len(held) >= 38
    assert area.digest == digest.to_text(digest.area_digest((row.id, row.ver) for row in held))


def test_a_copy_of_the_sqlite_file_is_taken_as_a_backup(
    hub: SqlHub, other_hub: SqlHub, tmp_path: Path
) -> None:
    lived_in(hub)
    with sqlite3.connect(tmp_path / "hub.db") as now, sqlite3.connect(tmp_path / "copy.db") as copy:
        now.backup(copy)
    now.close()
    copy.close()

    put_back(other_hub, tmp_path / "copy.db")

    assert contents(other_hub) == contents(hub)


def test_a_database_of_something_else_is_no_backup(hub: SqlHub, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as db:
        db.execute("CREATE TABLE record (id)")
    db.close()

    with pytest.raises(Refused, match="完好的中心"):
        put_back(hub, tmp_path / "other.db")


def test_a_backup_is_closed_to_others_and_replaces_no_file(hub: SqlHub, tmp_path: Path) -> None:
    back_up(hub.engine, tmp_path / "copy.gridhub")

    with pytest.raises(Refused, match="已经存在"):
        back_up(hub.engine, tmp_path / "copy.gridhub")
    with pytest.raises(Refused, match="没有完成"):
        back_up(hub.engine, tmp_path / "none" / "copy.gridhub")

    assert stat.S_IMODE((tmp_path / "copy.gridhub").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_memory_does_not_grow_with_what_a_centre_holds(hub: SqlHub, tmp_path: Path) -> None:
    body = bytes(range(256)) * 512
    row = {"device": "d", "first": 1, "last": 1, "sha256": b"s", "received_at": 0}
    with writing(hub.engine) as db:
        for n in range(160):
            db.execute(insert(tables.journal).values(**row, origin=f"o{n}", body=body))  # 20 MB in all

    tracemalloc.start()
    try:
        back_up(hub.engine, tmp_path / "copy.gridhub")
        put_back(hub, tmp_path / "copy.gridhub")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < 12 * 1024 * 1024
