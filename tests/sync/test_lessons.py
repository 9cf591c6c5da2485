"""What storms have brought to light, each as the shortest story that shows it."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from sync.clock import wall_millis
from sync.conflict import Conflict
from sync.errors import Offline
from sync.memory import MemoryHub
from sync.protocol import Stream
from tests.sync import newer
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.toys import ToyHouse, ToyPerson

COMMUNITY = "520101001001"
GRID, NEXT = COMMUNITY + "001", COMMUNITY + "002"


@pytest.fixture
def hub() -> MemoryHub:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    hub.add_account("li", PASSWORD, [GRID, NEXT])
    return hub


@pytest.fixture
def wang(hub: MemoryHub) -> Iterator[Laptop]:
    laptop = Laptop(hub, "wang")
    yield laptop
    laptop.close()


def test_a_record_made_again_on_two_copies_of_a_laptop_asks(hub: MemoryHub, wang: Laptop) -> None:
    person = ToyPerson(area=NEXT, name="没有被接受")
    wang.replica.save(person)
    wang.round()
    twin = Laptop(hub, "wang", image=wang.image(), token=wang.token)
    hub.assign("wang", [GRID, NEXT])

    for laptop, name in ((wang, "甲改的"), (twin, "乙改的")):
        again = laptop.replica.get(ToyPerson, person.id)
        assert again is not None
        again.name = name
        laptop.replica.save(again)
        laptop.round()

    (asked,) = twin.replica.conflicts()
    assert {asked.kept["name"], asked.lost["name"]} == {"甲改的", "乙改的"}
    twin.close()


def test_what_was_taken_of_an_area_withdrawn_meanwhile_does_not_stay() -> None:
    ticks = count(
        wall_millis()
    )  # one clock for both ends: however slow the machine, saved is before withdrawn
    hub = MemoryHub(lambda: next(ticks))
    hub.add_account("zhao", PASSWORD, [GRID, NEXT])
    zhao = Laptop(hub, "zhao", wall=lambda: next(ticks))
    zhao.replica.save(ToyHouse(area=NEXT, name="刚登记"))
    hub.assign("zhao", [GRID])

    done = zhao.round()

    assert (done.refused, zhao.replica.all(ToyHouse)) == (0, [])
    zhao.close()


def test_a_part_nobody_ever_named_can_be_chosen_as_blank(hub: MemoryHub, wang: Laptop) -> None:
    person = ToyPerson(area=GRID, name="没有电话")
    wang.replica.save(person)
    wang.round()
    asked = Conflict(area=GRID, record_kind="toy_person", record_id=person.id, group_name="phone")
    asked.kept, asked.lost = {"phone": "19900000001"}, {"phone": None}
    wang.replica.save(asked)

    wang.replica.settle(asked, "lost")

    assert wang.replica.get(ToyPerson, person.id).phone == ""  # type: ignore[union-attr]


@pytest.mark.expects_log
def test_a_restored_centre_is_given_back_fields_only_a_newer_program_knows(
    hub: MemoryHub, wang: Laptop
) -> None:
    before = hub.snapshot()
    latest = Laptop(hub, "li", kinds=(newer.ToyHouse, ToyPerson))
    house = newer.ToyHouse(area=GRID, name="新程序的", colour="红砖")
    latest.replica.save(house)
    latest.round()
    wang.round()

    hub.restore(before)
    wang.round()

    given_back = hub.document(house.id)
    assert given_back is not None
    assert given_back.body["colour"] == "红砖"
    assert wang.replica.count(Conflict) == 0
    latest.close()


@pytest.mark.expects_log
def test_what_waits_stays_on_top_of_what_a_restored_centre_is_asked_again(
    hub: MemoryHub, wang: Laptop
) -> None:
    before = hub.snapshot()
    person = ToyPerson(area=NEXT, name="没有被接受")
    wang.replica.save(person)
    wang.round()
    person.name = "改过再交"
    wang.replica.save(person)
    hub.restore(before)
    wang.line.faults += ["", "request lost"]

    with pytest.raises(Offline):
        wang.round()

    assert wang.replica.get(ToyPerson, person.id).name == "改过再交"  # type: ignore[union-attr]


def test_edits_refused_one_after_the_other_are_all_put_back(hub: MemoryHub, wang: Laptop) -> None:
    hub.add_account("office", PASSWORD, [COMMUNITY[:6]])
    office = Laptop(hub, "office")
    above = ToyPerson(area=COMMUNITY[:6], name="上级的")
    office.replica.save(above)
    office.round()
    wang.round()
    for name in ("第一次改", "第二次改"):
        seen = wang.replica.get(ToyPerson, above.id)
        assert seen is not None
        seen.name = name
        wang.replica.save(seen)

    wang.round()

    assert wang.replica.get(ToyPerson, above.id).name == "上级的"  # type: ignore[union-attr]
    office.close()


@pytest.mark.expects_log
def test_what_was_taken_goes_again_though_older_changes_are_no_longer_kept(hub: MemoryHub) -> None:
    before = hub.snapshot()
    hub.add_account("zhao", PASSWORD, [GRID, NEXT])
    zhao = Laptop(hub, "zhao")
    zhao.replica.save(ToyHouse(area=GRID, name="早已交过"))
    zhao.round()
    with zhao.replica._books.write() as write:
        write.run("DELETE FROM sync_outbox")
    house = ToyHouse(area=NEXT, name="交过，网格随后收回")
    zhao.replica.save(house)
    zhao.round()
    hub.assign("zhao", [GRID])
    zhao.round()
    hub.restore(before)

    zhao.round()

    kept = hub.document(house.id)
    assert kept is not None
    assert kept.body["name"] == "交过，网格随后收回"
    zhao.close()


@pytest.mark.expects_log
def test_two_copies_of_a_laptop_gave_one_number_twice_and_a_restored_centre_keeps_both(
    hub: MemoryHub, wang: Laptop
) -> None:
    person = ToyPerson(area=GRID, name="两台都有")
    wang.replica.save(person)
    wang.round()
    twin, before = Laptop(hub, "wang", image=wang.image(), token=wang.token), hub.snapshot()
    person.name = "甲改的"
    wang.replica.save(person)
    wang.round()
    hub.restore(before)
    theirs = twin.replica.get(ToyPerson, person.id)
    assert theirs is not None
    theirs.name = "乙改的"
    twin.replica.save(theirs)
    for laptop in (twin, twin, wang, twin):
        laptop.round()

    told = {trace.new.get("name") for trace in hub.holds.traces}

    assert told >= {"甲改的", "乙改的"}
    assert {laptop.replica.get(ToyPerson, person.id).name for laptop in (wang, twin)} == {"乙改的"}  # type: ignore[union-attr]
    twin.close()


def test_a_dismissal_taken_back_shows_what_waits_of_the_record_as_well(wang: Laptop) -> None:
    person = ToyPerson(area=NEXT, name="没有被接受")
    wang.replica.save(person)
    wang.line.meanwhile = lambda: wang.replica.save(_renamed(person, "路上又改了"))
    wang.line.faults += ["", "request lost"]
    with pytest.raises(Offline):
        wang.round()
    (refusal,) = wang.replica.refused()

    wang.replica.dismiss(refusal)
    wang.replica.recall(refusal)

    assert wang.replica.get(ToyPerson, person.id).name == "路上又改了"  # type: ignore[union-attr]


def _renamed(person: ToyPerson, name: str) -> ToyPerson:
    person.name = name
    return person


@pytest.mark.expects_log
def test_one_stamp_of_two_copies_of_a_laptop_hides_neither_value(hub: MemoryHub, wang: Laptop) -> None:
    person = ToyPerson(area=GRID, name="原来的")
    wang.replica.save(person)
    wang.round()
    before = hub.snapshot()
    twin = Laptop(hub, "wang", image=wang.image(), token=wang.token)
    person.name = "甲改的"
    wang.replica.save(person)
    wang.round()
    hub.restore(before)
    (other,) = twin.replica.all(ToyPerson)
    other.name = "乙改的"
    twin.replica.save(other)
    twin.round()

    person.name = "甲又改的"
    wang.replica.save(person)
    wang.round()

    (asked,) = wang.replica.conflicts()
    assert {asked.kept["name"], asked.lost["name"]} == {"甲又改的", "乙改的"}
    twin.close()


def test_a_new_name_leaves_alone_what_a_copy_wrote_under_the_same_number(
    hub: MemoryHub, wang: Laptop
) -> None:
    person = ToyPerson(area=GRID, name="原来的")
    wang.replica.save(person)
    wang.round()
    twin, cursor = Laptop(hub, "wang", image=wang.image(), token=wang.token), wang.replica.have()[GRID].cursor
    person.name = "甲改的"
    wang.replica.save(person)
    wang.round()
    (other,) = twin.replica.all(ToyPerson)
    other.phone = "19900000002"
    twin.replica.save(other)
    news = hub.document(person.id)
    assert news is not None
    twin.replica.apply(Stream(area=GRID, since=cursor, to=cursor + 1, records=[news]))

    twin.replica.renumber()

    (row,) = twin.replica.all(ToyPerson)
    assert tuple(row.stamps["name"][:2]) == (wang.replica.origin, 2)
    assert row.stamps["phone"][0] == twin.replica.origin
    assert twin.round().agreed
    assert (twin.replica.all(ToyPerson)[0].name, twin.replica.pending()) == ("甲改的", 0)
    twin.close()


@pytest.mark.expects_log
def test_changes_asked_again_have_no_number_missing_between_them(hub: MemoryHub, wang: Laptop) -> None:
    houses = [ToyHouse(area=GRID, name=name) for name in ("一", "二", "三")]
    wang.round()
    for house in houses:
        wang.replica.save(house)
    before = hub.snapshot()
    wang.round()
    with wang.replica._books.write() as write:
        write.run("DELETE FROM sync_outbox WHERE mseq = 2")
    hub.restore(before)
    wang.line.faults += ["", "request lost"]

    with pytest.raises(Offline):
        wang.round()
    asked = [change.mseq for change in wang.replica.outbox()]
    wang.round()

    assert asked == [1, 2]
    assert all(hub.document(house.id) for house in houses)


@pytest.mark.expects_log
def test_what_was_taken_and_never_came_back_is_offered_though_a_copy_took_its_number(
    hub: MemoryHub, wang: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang.round()
    before, twin = hub.snapshot(), Laptop(hub, "wang", image=wang.image(), token=wang.token)
    house = ToyHouse(area=GRID, name="收到了，还没有回来")
    wang.replica.save(house)
    whole = wang.replica.take

    def acknowledged_only(_streams: list[Stream], **told: Any) -> list[bool]:
        whole([], **told)  # as while somebody is asked whether much may go
        raise Cut

    with monkeypatch.context() as torn:
        torn.setattr(wang.replica, "take", acknowledged_only)
        with pytest.raises(Cut):
            wang.round()
    hub.restore(before)
    twin.replica.save(ToyHouse(area=GRID, name="另一台的"))
    twin.round()

    wang.round()

    assert hub.document(house.id) is not None
    twin.close()
