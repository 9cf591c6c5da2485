"""What the centre did not take asks somebody, who sends it again, lets it go, or takes that back."""

from collections.abc import Iterator

import pytest

from sync.conflict import Conflict
from sync.memory import MemoryHub
from sync.replica import Refusal
from tests.sync.laptops import PASSWORD, Laptop
from tests.sync.toys import ToyPerson

ABOVE, GRID = "5201", "520101001"


@pytest.fixture
def hub() -> MemoryHub:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    hub.add_account("office", PASSWORD, [ABOVE])
    return hub


@pytest.fixture
def laptop(hub: MemoryHub) -> Iterator[Laptop]:
    laptop = Laptop(hub, "wang")
    yield laptop
    laptop.close()


def refused(hub: MemoryHub, laptop: Laptop, name: str = "我改的") -> tuple[ToyPerson, Refusal]:
    """A person of the area above, renamed by somebody who may only read it."""
    office = Laptop(hub, "office")
    above = ToyPerson(area=ABOVE, name="上级的")
    office.replica.save(above)
    office.round()
    office.close()
    laptop.round()
    seen = laptop.replica.get(ToyPerson, above.id)
    assert seen is not None
    seen.name = name
    laptop.replica.save(seen)
    laptop.round()
    (refusal,) = laptop.replica.refused()
    return seen, refusal


def name_of(laptop: Laptop, id_: str) -> str:
    found = laptop.replica.get(ToyPerson, id_)
    assert found is not None
    return found.name


def test_a_refused_edit_sent_again_is_a_new_change_of_the_record_as_it_stands(
    hub: MemoryHub, laptop: Laptop
) -> None:
    person, refusal = refused(hub, laptop)
    hub.add_account("wang", PASSWORD, [GRID, ABOVE])

    (again,) = laptop.replica.retry(refusal)
    shown = name_of(laptop, person.id)
    done = laptop.round()

    assert shown == "我改的"
    assert again.mseq > refusal.change.mseq
    assert again.was == {"name": {"name": "上级的"}}
    assert (done.refused, laptop.replica.refused(), name_of(laptop, person.id)) == (0, [], "我改的")


def test_what_reads_so_already_is_not_sent_again(hub: MemoryHub, laptop: Laptop) -> None:
    _person, refusal = refused(hub, laptop, name="上级的二")
    office = Laptop(hub, "office")
    office.round()
    theirs = office.replica.get(ToyPerson, refusal.change.id)
    assert theirs is not None
    theirs.name = "上级的二"
    office.replica.save(theirs)
    office.round()
    office.close()
    laptop.round()

    assert laptop.replica.retry(refusal) == []
    assert (laptop.replica.pending(), laptop.replica.refused()) == (0, [])


def test_a_record_never_taken_is_made_again_with_all_that_was_refused_of_it(
    hub: MemoryHub, laptop: Laptop
) -> None:
    person = ToyPerson(area="529999", name="走错了")
    laptop.replica.save(person)
    person.phone = "19900000001"
    laptop.replica.save(person)
    assert laptop.round().refused == 2
    hub.add_account("wang", PASSWORD, [GRID, "529999"])

    (made,) = laptop.replica.retry(laptop.replica.refused()[0])
    laptop.round()

    assert made.made
    assert made.groups["phone"] == {"phone": "19900000001"}
    assert laptop.replica.refused() == []


def test_a_change_of_a_record_that_is_gone_goes_as_it_was(hub: MemoryHub, laptop: Laptop) -> None:
    person, refusal = refused(hub, laptop)
    laptop.replica.leave(ABOVE)

    (again,) = laptop.replica.retry(refusal)

    assert (again.id, again.groups, again.base) == (person.id, refusal.change.groups, refusal.change.base)
    assert again.mseq == laptop.replica.last_mseq


def test_letting_go_of_a_refused_record_can_be_taken_back(laptop: Laptop) -> None:
    person = ToyPerson(area="529999", name="走错了")
    laptop.replica.save(person)
    laptop.round()
    (refusal,) = laptop.replica.refused()
    laptop.replica.dismiss(refusal)
    gone = laptop.replica.get(ToyPerson, person.id)

    laptop.replica.recall(refusal)

    assert gone is None
    assert name_of(laptop, person.id) == "走错了"
    assert laptop.replica.refused() == [refusal]


def test_each_record_is_told_where_it_stands_in_one_query(hub: MemoryHub, laptop: Laptop) -> None:
    person, _refusal = refused(hub, laptop)
    taken, sent, kept, asked = (ToyPerson(area=GRID, name=name) for name in "甲乙丙丁")
    laptop.replica.save(taken)
    laptop.replica.save(asked)
    laptop.round()
    laptop.replica.save(sent)
    laptop.line.faults = ["answer lost"]
    with pytest.raises(Exception, match="线路中断"):
        laptop.round()
    laptop.replica.save(kept)
    laptop.replica.save(Conflict(area=GRID, record_kind="toy_person", record_id=asked.id, group_name="name"))

    laptop.statements_left = 1
    found = laptop.replica.states([r.id for r in (person, taken, sent, kept, asked)])
    laptop.statements_left = None

    assert list(found.values()) == ["refused", "received", "sent", "kept", "clashed"]


def test_both_values_of_a_conflict_can_be_kept_as_one(laptop: Laptop) -> None:
    person = ToyPerson(area=GRID, name="甲", phone="1")
    asked = Conflict(
        area=GRID,
        record_kind="toy_person",
        record_id=person.id,
        group_name="phone",
        kept={"phone": "1"},
        lost={"phone": "2"},
    )
    laptop.replica.save(person, asked)

    laptop.replica.settle(asked, "both", {"phone": "1、2"})

    found = laptop.replica.get(ToyPerson, person.id)
    assert found is not None
    assert (found.phone, asked.choice, laptop.replica.conflicts()) == ("1、2", "both", [])
