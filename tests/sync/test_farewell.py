"""A withdrawn laptop hands in all that the centre does not have, whatever happens to the line or to the laptop."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from sync import farewell
from sync.errors import Garbled, Offline, Refused, Revoked
from sync.memory import MemoryHub
from sync.protocol import Change, HandedIn, HandIn
from tests.sync.centre import FAR, GRID
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.toys import ToyHouse


@pytest.fixture
def hub() -> MemoryHub:
    made = MemoryHub()
    made.add_account("wang", PASSWORD, [GRID])
    return made


@pytest.fixture
def laptop(hub: MemoryHub) -> Iterator[Laptop]:
    """A laptop with a change the centre has, one it refused, and three that wait; then it was withdrawn."""
    made = Laptop(hub, "wang")
    made.replica.save(ToyHouse(name="一栋", area=GRID))
    made.replica.save(ToyHouse(name="不归我的", area=FAR))
    made.round()
    for name in ("二栋", "三栋", "四栋"):
        made.replica.save(ToyHouse(name=name, area=GRID))
    hub.revoke(made.token)
    yield made
    made.close()


def names(hub: MemoryHub) -> list[str]:
    """The houses under seal, by the number of their change."""
    found: list[Change] = [c for origin in hub.sealed.values() for _mseq, c in sorted(origin.items())]
    return [change.groups["name"]["name"] for change in found]


def hand_in(laptop: Laptop) -> int:
    return farewell.hand_in(laptop.replica, laptop.line, laptop.token)


def test_what_waits_and_what_was_refused_is_handed_in_and_nothing_else(
    laptop: Laptop, hub: MemoryHub
) -> None:
    assert hand_in(laptop) == 4
    assert names(hub) == ["不归我的", "二栋", "三栋", "四栋"]
    assert farewell.owed(laptop.replica) == []


def test_handing_in_again_hands_in_what_was_saved_since(laptop: Laptop, hub: MemoryHub) -> None:
    hand_in(laptop)
    laptop.replica.save(ToyHouse(name="五栋", area=GRID))

    assert len(farewell.owed(laptop.replica)) == 1
    assert hand_in(laptop) == 1
    assert names(hub)[-1] == "五栋"


@pytest.mark.parametrize("fault", ["request lost", "answer lost", "sent twice"])
def test_a_lossy_line_loses_nothing(laptop: Laptop, hub: MemoryHub, fault: str) -> None:
    laptop.line.faults = [fault]
    with suppress(Offline):
        hand_in(laptop)

    hand_in(laptop)

    assert names(hub) == ["不归我的", "二栋", "三栋", "四栋"]
    assert farewell.owed(laptop.replica) == []


def test_a_kill_at_any_statement_loses_nothing(
    laptop: Laptop, hub: MemoryHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(farewell, "BATCH", 1)  # every change goes alone
    statements = 0
    while True:
        laptop.statements_left = statements
        try:
            hand_in(laptop)
        except Cut:
            laptop.statements_left = None
            assert {"二栋", "三栋", "四栋"} <= {*names(hub), *_owed(laptop)}
            laptop.start(laptop.kinds)
            laptop.replica.set_meta("handed_in", "")
            statements += 1
        else:
            break
    laptop.statements_left = None

    assert statements > 4
    assert names(hub) == ["不归我的", "二栋", "三栋", "四栋"]
    assert farewell.owed(laptop.replica) == []


def test_a_cut_between_two_batches_goes_on_behind_the_first(
    laptop: Laptop, hub: MemoryHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(farewell, "BATCH", 1)
    laptop.line.faults = ["", "", "request lost"]
    with pytest.raises(Offline):
        hand_in(laptop)
    first = names(hub)

    assert first == ["不归我的", "二栋"]
    assert len(farewell.owed(laptop.replica)) == 2
    assert hand_in(laptop) == 2


def test_changes_of_a_former_identity_are_handed_in_under_it(laptop: Laptop, hub: MemoryHub) -> None:
    former = laptop.replica.origin
    laptop.replica.renumber()

    hand_in(laptop)

    assert set(hub.sealed) == {former, laptop.replica.origin}
    assert sorted(names(hub)) == sorted(["不归我的", "二栋", "三栋", "四栋"])


def test_an_answer_that_acknowledges_less_than_was_sent_is_not_believed(laptop: Laptop) -> None:
    class Deaf(MemoryHub):
        def hand_in(self, token: str, request: HandIn) -> HandedIn:
            return HandedIn(upto=request.changes[-1].mseq - 1)

    with pytest.raises(Garbled):
        farewell.hand_in(laptop.replica, Deaf(), laptop.token)

    assert len(farewell.owed(laptop.replica)) == 4


def test_a_laptop_let_in_again_sends_what_it_had_handed_in(laptop: Laptop, hub: MemoryHub) -> None:
    hand_in(laptop)
    hub.tokens[laptop.token] = "wang"

    farewell.begin_anew(laptop.replica)

    assert len(farewell.owed(laptop.replica)) == 4
    assert laptop.round().agreed
    with pytest.raises(Refused):
        hand_in(laptop)


def test_withdrawn_means_that_no_round_is_had(laptop: Laptop) -> None:
    with pytest.raises(Revoked):
        laptop.round()


def _owed(laptop: Laptop) -> list[str]:
    return [change.groups["name"]["name"] for _origin, change in farewell.owed(laptop.replica)]
