"""What storms have brought to light of rounds that ended at a bad moment, each as the shortest story that shows it."""

from itertools import count

import pytest

from sync.memory import MemoryHub
from sync.protocol import Exchange
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.toys import ToyHouse, ToyPerson

COMMUNITY = "520101001001"
GRID, NEXT, FAR = COMMUNITY + "001", COMMUNITY + "002", "520999009009009"


def test_what_was_taken_of_a_withdrawn_area_goes_wherever_the_power_went() -> None:
    hub = MemoryHub()
    hub.add_account("zhao", PASSWORD, [GRID, NEXT])
    zhao = Laptop(hub, "zhao")
    zhao.replica.save(ToyHouse(area=NEXT, name="刚登记"))
    hub.assign("zhao", [GRID])

    for statements in count():
        laptop = Laptop(hub, "zhao", image=zhao.image(), token=zhao.token)
        laptop.power.left = statements
        try:
            laptop.round()
            break
        except Cut:
            laptop.power.left = None
            laptop.start(laptop.kinds)
            laptop.round()
            assert laptop.replica.all(ToyHouse) == []
        finally:
            laptop.close()
    assert statements > 20
    zhao.close()


@pytest.mark.parametrize("copied", [False, True])
def test_what_arrived_beneath_an_edit_that_is_refused_is_shown(*, copied: bool) -> None:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    wang = Laptop(hub, "wang")
    wang.replica.save(ToyPerson(area=GRID, name="原来的", phone="19900000001"))
    wang.round()
    other = Laptop(hub, "wang", image=wang.image() if copied else b"")
    other.round()
    ((person,), (form,)) = (laptop.replica.all(ToyPerson) for laptop in (other, wang))
    person.name = "别处改的"
    other.replica.save(person)
    other.round()

    def type_on() -> None:
        for name in ("改了", "又改了"):
            form.name = name
            wang.replica.save(form, ToyHouse(area=FAR, name="不归王管"))

    wang.line.meanwhile = type_on
    done = wang.round()

    (shown,) = wang.replica.all(ToyPerson)
    assert (done.refused, done.repaired, shown.name) == (4, 0, "别处改的")
    wang.close()
    other.close()


@pytest.mark.expects_log
def test_a_laptop_that_left_an_area_is_sent_what_it_tells_a_restored_centre_again() -> None:
    hub = MemoryHub()
    hub.add_account("zhao", PASSWORD, [GRID, NEXT])
    before = hub.snapshot()
    zhao = Laptop(hub, "zhao")
    zhao.replica.save(ToyHouse(area=NEXT, name="登记过的"))
    zhao.round()
    hub.assign("zhao", [GRID])
    zhao.round()

    hub.restore(before)
    hub.assign("zhao", [GRID, NEXT])
    zhao.round()

    assert [house.name for house in zhao.replica.all(ToyHouse)] == ["登记过的"]
    zhao.close()


def test_a_change_the_centre_took_before_and_another_replaced_does_not_cover_what_stands() -> None:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID, NEXT])
    wang, other = Laptop(hub, "wang"), Laptop(hub, "wang")
    moving, house = ToyHouse(area=GRID, name="先登记"), ToyHouse(area=GRID, name="王填的")
    wang.replica.save(moving)
    moving.area = NEXT
    wang.replica.save(moving, house)
    told = Exchange(origin=wang.replica.origin, now=wang.wall(), changes=wang.replica.outbox())
    hub.exchange(wang.token, told)  # Both requests of a round were taken, and neither answer came back.
    other.round()
    theirs = other.replica.get(ToyHouse, house.id)
    assert theirs is not None
    theirs.name = "别人看过后改的"
    other.replica.save(theirs)
    other.round()

    done = wang.round()

    shown = wang.replica.get(ToyHouse, house.id)
    assert shown is not None
    assert (shown.name, done.agreed, done.repaired) == ("别人看过后改的", True, 0)
    wang.close()
    other.close()
