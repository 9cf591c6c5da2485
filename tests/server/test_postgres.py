"""On PostgreSQL the hub keeps what every hub promises, and several workers share one database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path
import threading
import time
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from sync.errors import Refused, SignInNeeded
from sync.protocol import Answer, Stamp, Verdict
from sync.server import tables
from sync.server.database import open_database, reading
from sync.server.hub import SqlHub
from sync.server.rights import Role
from tests.server.centre import BESIDE, COMMUNITY, GRID, SECRET, add, ask, counts, made, opened, sign_in
from tests.server.postgres import Cluster
from tests.sync.centre import Witness
from tests.sync.centres import centre
from tests.sync.hub_contract import HubContract

pytestmark = pytest.mark.postgres


class TestPostgresHub(HubContract):
    @pytest.fixture
    def centre(self, tmp_path: Path, cluster: Cluster) -> Iterator[Witness]:
        with cluster.database() as url, centre("postgres", tmp_path, url) as opened:
            yield opened


@pytest.fixture
def workers(tmp_path: Path, cluster: Cluster) -> Iterator[list[SqlHub]]:
    """Four workers of one centre, each with connections of its own, and two people who know one another's grid."""
    with cluster.database() as url:
        with ThreadPoolExecutor(4) as pool:
            engines = list(pool.map(lambda _n: open_database(url, SECRET), range(4)))
        with opened(tmp_path, url=url) as hub:
            add(hub, "wang")
            add(hub, "li", BESIDE)
        yield [SqlHub(engine, SECRET) for engine in engines]
        for engine in engines:
            engine.dispose()


def test_workers_that_start_at_once_find_one_centre(workers: list[SqlHub]) -> None:
    tokens = [sign_in(worker, "wang").token for worker in workers]

    assert (
        len({ask(worker, token).epoch for worker, token in zip(workers, reversed(tokens), strict=True)}) == 1
    )


def test_one_request_sent_to_every_worker_is_taken_once(workers: list[SqlHub]) -> None:
    token = sign_in(workers[0], "wang").token
    changes = [made(n) for n in range(1, 21)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda worker: ask(worker, token, *changes), workers))

    assert [answer.acked for answer in answers] == [20] * 4
    assert counts(workers[0]) == {"record": 20, "journal": 1, "history": 0, "receipt": 20, "area": 1}


def test_a_record_offered_in_two_areas_at_once_is_kept_once(workers: list[SqlHub]) -> None:
    tokens = [sign_in(workers[0], name).token for name in ("wang", "li")]
    ids = [made(1).id for _ in range(40)]

    def offer(n: int) -> None:
        area, by = ((GRID, "wang"), (BESIDE, "li"))[n]
        for mseq, id_ in enumerate(ids, start=1):
            ask(workers[n], tokens[n], made(mseq, area=area, by=by, id_=id_), origin=by)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(offer, range(2)))

    with reading(workers[0].engine) as db:
        held = db.execute(select(tables.record.c.id)).scalars().all()
        heads = {row.code: row.n for row in db.execute(select(tables.area))}
    assert sorted(held) == sorted(ids)
    assert sum(heads.values()) == 40


def test_records_handed_over_both_ways_at_once_end_where_they_were_sent(workers: list[SqlHub]) -> None:
    sides = [("wang", GRID, BESIDE, made(1)), ("li", BESIDE, GRID, made(1, area=BESIDE, by="li"))]
    tokens = [sign_in(workers[0], name).token for name, *_ in sides]
    for token, (name, _here, _there, record) in zip(tokens, sides, strict=True):
        ask(workers[0], token, record, origin=name)

    def hand_over(n: int) -> None:
        name, _here, there, record = sides[n]
        known = {field: getattr(record, field) for field in record.__struct_fields__}
        moved = type(record)(
            **known | {"mseq": 2, "tx": 2, "groups": {"area": {"area": there}}, "made": False}
        )
        assert ask(workers[n], tokens[n], moved, origin=name).acked == 2

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(hand_over, range(2)))

    with reading(workers[0].engine) as db:
        held = {row.id: row.area for row in db.execute(select(tables.record))}
    assert held == {record.id: there for _name, _here, there, record in sides}


def test_an_edit_follows_a_record_that_leaves_while_the_edit_is_taken(workers: list[SqlHub]) -> None:
    add(workers[0], "clerk", COMMUNITY, Role.CLERK)
    wang, clerk = (sign_in(workers[0], name).token for name in ("wang", "clerk"))
    record = made(1)
    ask(workers[0], wang, record, origin="wang")
    known = {field: getattr(record, field) for field in record.__struct_fields__} | {"made": False}
    edit = type(record)(**known | {"mseq": 2, "tx": 2, "groups": {"phone": {"phone": "19900012345"}}})
    seen = {"area": Stamp("wang", 1)}
    move = type(record)(**known | {"by": "clerk", "base": seen, "groups": {"area": {"area": BESIDE}}})
    left: list[Answer] = []

    def leave(*call: Any) -> None:
        if not left and "FROM area" in call[2] and "FOR UPDATE" in call[2]:
            left.append(ask(workers[1], clerk, move, origin="clerk"))

    event.listen(workers[0].engine, "before_cursor_execute", leave)
    answer = ask(workers[0], wang, edit, origin="wang")

    assert answer.receipts[0].verdict is Verdict.APPLIED
    with reading(workers[0].engine) as db:
        row = db.execute(select(tables.record).where(tables.record.c.id == record.id)).one()
    assert (row.area, "19900012345" in row.body) == (BESIDE, True)


def test_a_reader_misses_nothing_while_four_workers_write_and_every_third_write_is_undone(
    workers: list[SqlHub],
) -> None:
    token, over = sign_in(workers[0], "wang").token, threading.Event()
    for worker in workers:
        _falter(worker)

    with ThreadPoolExecutor(7) as pool:
        reader = pool.submit(_read_until, over, workers[3], token)
        writers = [pool.submit(_write, workers[n % 4], token, f"laptop-{n}") for n in range(6)]
        pushed = [id_ for writer in writers for id_ in writer.result()]
        over.set()
        seen, cursor = reader.result()

    held = counts(workers[0])
    assert sorted(seen) == sorted(pushed)
    assert cursor == held["record"] == held["receipt"] == 6 * 20
    assert held["journal"] == 6 * 10


class _Undone(Exception):
    """A commit that failed."""


def _falter(worker: SqlHub) -> None:
    """Let every third write of a worker fail at the very last moment, and every other one dawdle there."""
    writes = count(1)

    @event.listens_for(worker.engine, "commit")
    def _commit(db: Connection) -> None:
        if db.get_execution_options().get("writes"):
            number = next(writes)
            time.sleep(0.003 * (number % 2))
            if number % 3 == 0:
                raise _Undone


def _write(hub: SqlHub, token: str, origin: str) -> list[str]:
    """Ten requests of two new records each, sent until they are acknowledged; the ids."""
    pushed = []
    for last in range(2, 22, 2):
        changes, acked = [made(last - 1), made(last)], 0
        while acked < last:
            with suppress(_Undone):
                acked = ask(hub, token, *changes, origin=origin).acked
        pushed += [change.id for change in changes]
    return pushed


def _read_until(over: threading.Event, hub: SqlHub, token: str) -> tuple[list[str], int]:
    """What a laptop reads while others write, and once more when they have done; where its cursor is then."""
    seen, cursor, last = list[str](), 0, False
    while not last:
        last = over.is_set()
        for stream in ask(hub, token, origin="reader", budget=1 << 16, have={GRID: cursor}).streams:
            seen += [record.id for record in stream.records]
            cursor = stream.to
    return seen, cursor


def test_who_writes_in_one_grid_keeps_nobody_waiting_in_another(workers: list[SqlHub]) -> None:
    wang, li = (sign_in(workers[0], name).token for name in ("wang", "li"))
    held, go = threading.Event(), threading.Event()

    @event.listens_for(workers[0].engine, "commit")
    def _hold(db: Connection) -> None:
        if db.get_execution_options().get("writes"):
            held.set()
            assert go.wait(20)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(ask, workers[0], wang, made(1), origin="wang")
        assert held.wait(20)
        beside = ask(workers[1], li, made(1, area=BESIDE, by="li"), origin="li")
        unseen = ask(workers[2], wang, origin="reader")
        second = pool.submit(ask, workers[3], wang, made(1), origin="wang-too")
        go.set()
        told = [done.result() for done in (first, second)]

    assert beside.acked == 1
    assert unseen.streams == []
    assert [answer.acked for answer in told] == [1, 1]
    assert {answer.streams[0].to for answer in told} == {1, 2}


def test_wrong_passwords_at_once_do_not_slip_past_the_limit(workers: list[SqlHub]) -> None:
    def guess(n: int) -> type[Exception]:
        try:
            sign_in(workers[n % 4], "wang", f"guess number {n}")
        except (SignInNeeded, Refused) as no:
            return type(no)
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(12)))

    assert told.count(SignInNeeded) == 5
