"""A round says what the centre told of each area, and what exactly it would take away."""

import pytest

from sync.errors import Removal
from sync.memory import MemoryHub
from tests.sync.laptops import PASSWORD, Laptop
from tests.sync.toys import ToyHouse

GRID, NEXT = "520101001", "520101002"


@pytest.fixture
def hub() -> MemoryHub:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, ["520101"])
    hub.add_account("li", PASSWORD, ["520101"])
    return hub


def test_a_round_tells_the_digest_of_each_area_also_when_nothing_moved(hub: MemoryHub) -> None:
    laptop = Laptop(hub, "wang")
    laptop.replica.save(ToyHouse(area=GRID, name="一栋"), ToyHouse(area=NEXT, name="二栋"))

    first, idle = laptop.round(), laptop.round()

    own = {area: laptop.replica.digest(area) for area in (GRID, NEXT)}
    assert first.told == idle.told == own
    laptop.close()


def test_what_would_go_is_named_before_it_goes(hub: MemoryHub) -> None:
    laptop, other = Laptop(hub, "wang"), Laptop(hub, "li")
    houses = [ToyHouse(area=GRID, name=str(n)) for n in range(50)]
    laptop.replica.save(*houses, ToyHouse(area=NEXT, name="留下的"))
    laptop.round()
    other.round()
    for house in houses[:30]:
        seen = other.replica.get(ToyHouse, house.id)
        assert seen is not None
        other.replica.remove(seen, "拆了")
    other.round()

    with pytest.raises(Removal) as asked:
        laptop.round()
    hub.accounts["wang"].areas = [NEXT]
    with pytest.raises(Removal) as whole:
        laptop.round()

    assert asked.value.ids == {house.id for house in houses[:30]}
    assert whole.value.areas == (GRID,)
    assert laptop.replica.count(ToyHouse) == 51
    laptop.close()
    other.close()
