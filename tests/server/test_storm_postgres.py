"""The storm of tests/sync over PostgreSQL, and what a cursor sees while writers come, go and are undone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
import random

import pytest
from sqlalchemy import event

from sync.server.database import open_database
from sync.server.hub import SqlHub
from tests.server.centre import GRID, SECRET, add, ask, made, opened, sign_in
from tests.server.postgres import Cluster
from tests.sync.centres import centre
from tests.sync.deep import Stage
from tests.sync.test_storm import STORED

pytestmark = [pytest.mark.postgres, pytest.mark.expects_log]
WRITERS, TURNS = 4, 12


@pytest.fixture(scope="module")
def ground(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with ExitStack() as after:
        url = after.enter_context(cluster.database())
        yield Stage(after.enter_context(centre("postgres", tmp_path_factory.mktemp("storm"), url)))


@pytest.mark.parametrize("seed", [*range(1, 13), *STORED])
def test_no_history_loses_an_edit_divides_two_ends_or_sticks(ground: Stage, seed: int) -> None:
    ground.run(seed)


class Undone(Exception):
    """A transaction that is rolled back when all but its commit was done."""


@pytest.fixture(params=["sqlite", "postgres"])
def hubs(request: pytest.FixtureRequest, tmp_path: Path, cluster: Cluster) -> Iterator[list[SqlHub]]:
    """Several workers of one centre, each with connections of its own, every fourth of whose commits fails."""
    dice = random.Random(7)

    def falter(_connection: object) -> None:
        if dice.random() < 0.25:
            raise Undone

    with ExitStack() as after:
        url = f"sqlite:///{tmp_path / 'hub.db'}"
        if request.param == "postgres":
            url = after.enter_context(cluster.database())
        with opened(tmp_path, url=url) as office:
            for n in range(WRITERS + 1):
                add(office, f"w{n}")
        engines = [open_database(url, SECRET) for _ in range(WRITERS + 1)]
        for engine in engines:
            after.callback(engine.dispose)
        workers = [SqlHub(engine, SECRET) for engine in engines]
        for n, worker in enumerate(workers):
            worker.token = sign_in(worker, f"w{n}").token  # type: ignore[attr-defined]
        for engine in engines[:WRITERS]:
            event.listen(engine, "commit", falter)
        yield workers


def test_a_cursor_passes_over_nothing_while_writers_come_go_and_are_undone(hubs: list[SqlHub]) -> None:
    *writers, reader = hubs
    written: list[set[str]] = [set() for _ in writers]

    def write(n: int) -> None:
        for turn in range(1, TURNS + 1):
            changes = [made(2 * turn - 1, by=f"w{n}"), made(2 * turn, by=f"w{n}")]
            while True:
                try:
                    answer = ask(writers[n], writers[n].token, *changes, origin=f"w{n}")  # type: ignore[attr-defined]
                except Undone:
                    continue
                break
            assert answer.acked == 2 * turn
            written[n] |= {change.id for change in changes}

    seen: list[str] = []
    cursor = 0
    with ThreadPoolExecutor(WRITERS) as pool:
        jobs = [pool.submit(write, n) for n in range(WRITERS)]
        while True:
            # Looked at first: what is written after an answer is not in it.
            ended = all(job.done() for job in jobs)
            answer = ask(reader, reader.token, have={GRID: cursor})  # type: ignore[attr-defined]
            for stream in answer.streams:
                assert stream.since == cursor
                seen += [document.id for document in stream.records]
                cursor = stream.to
            if ended and not answer.streams:
                break
    for job in jobs:
        job.result()

    assert sorted(seen) == sorted(set().union(*written))
    assert cursor == len(seen) == WRITERS * TURNS * 2
