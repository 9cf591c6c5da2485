"""What storms have brought to light of rounds that ended at a bad moment, each as the shortest story that shows it."""

from itertools import count

from sync.memory import MemoryHub
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.toys import ToyHouse

COMMUNITY = "520101001001"
GRID, NEXT = COMMUNITY + "001", COMMUNITY + "002"


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
