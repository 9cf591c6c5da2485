"""The storm is worth what it finds: with one safeguard taken away, it says so within a few histories."""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any

import pytest

from sync import settle
from sync.arrivals import Arrivals
from sync.farside import FarSide
from sync.memory import MemoryHub
from sync.merge import Decision, Outcome
from sync.protocol import Stream, Written
from tests.sync.deep import Stage, stage

pytestmark = pytest.mark.expects_log
AT_MOST = 60


@pytest.fixture
def ground() -> Iterator[Stage]:
    with ExitStack() as after:
        yield stage("memory", after)


def found(ground: Stage) -> str:
    """What the storm says of the first history that goes wrong; "" when none does."""
    for seed in range(1, AT_MOST):
        try:
            ground.run(seed)
        except Exception as wrong:  # noqa: BLE001 - any complaint will do
            return f"{type(wrong).__name__}: {wrong}"
    return ""


def test_nobody_asks_what_the_author_saw(ground: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(_present: Any, _base: Any, incoming: Written, **_told: Any) -> Decision:
        return Decision(Outcome.APPLY, incoming)

    monkeypatch.setattr(settle, "decide", blind)

    assert found(ground).startswith(("Lost", "Divided"))


def test_the_cursor_moves_in_a_transaction_of_its_own(ground: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = FarSide.take

    def torn(replica: FarSide, streams: list[Stream], **told: Any) -> list[bool]:
        for cursor, stream in [*((s.to, s) for s in streams), *((s.since, s) for s in streams)]:
            with replica._books.write() as write:
                write.run("UPDATE sync_stream SET cursor = ? WHERE area = ?", cursor, stream.area)
        return whole(replica, streams, **told)

    monkeypatch.setattr(FarSide, "take", torn)

    assert "differed" in found(ground) or "Divided" in found(ground)


def test_what_arrives_is_not_laid_under_what_waits(ground: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    lay = Arrivals._lay
    monkeypatch.setattr(Arrivals, "_lay", lambda arrivals, document, _waiting: lay(arrivals, document, []))

    assert "waits and is not shown" in found(ground)


def test_the_centre_answers_before_it_has_stored(ground: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    keep, turns = MemoryHub._store, count(1)

    def forget(hub: MemoryHub, done: Any) -> None:
        if next(turns) % 5:
            keep(hub, done)

    monkeypatch.setattr(MemoryHub, "_store", forget)

    assert found(ground)
