"""Families are read whole with what hangs on them, and a household that moves is handed over to the grid it moves to."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from gridclient.errors import Unfit
from gridclient.fields import RECORDS
from gridclient.records import (
    Building,
    Dwelling,
    Household,
    HouseholdEvent,
    Matter,
    Pairing,
    Resident,
    VisitTask,
)
from gridclient.rules import household_life as life
from gridclient.rules.family import breaches
from gridclient.rules.household_life import Note
from gridclient.store import families
from gridclient.store.vault import LIGHT, Vault
from sync.engine import Engine
from sync.memory import MemoryHub
from sync.protocol import SignIn
from sync.replica import Replica

HOME = "519901001001"
B1, B2, D1, D2 = (f"{n:032x}" for n in range(1, 5))
HERE, THERE = HOME + "003", HOME + "004"
NOTE = Note(date(2026, 10, 31), "张敏", datetime(2026, 10, 31, 9, 0))


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    yield from laptop(tmp_path, "office")


def laptop(folder: Path, author: str) -> Iterator[Replica]:
    vault = Vault.create(folder / f"{author}.vault", "a passphrase", LIGHT)
    yield Replica(vault.engine, [spec.table for spec in RECORDS.values()], author=author)
    vault.close()


@pytest.fixture
def home(replica: Replica) -> Household:
    """王建国 and his wife behind 101 of one grid; 201 of the grid beside it is empty."""
    replica.save(
        Building(id=B1, name="1栋", area=HERE),
        Building(id=B2, name="2栋", area=THERE),
        Dwelling(id=D1, building=B1, unit="1", door="101", area=HERE, tenure="01"),
        Dwelling(id=D2, building=B2, unit="1", door="201", area=THERE, tenure="03"),
    )
    people = [Resident(name="王建国", relation="02", id_number="1"), Resident(name="李芳", relation="10")]
    door = families.door(replica, D1)
    replica.save(
        *life.found(door, families.place(replica, door), Household(number="000012345"), people, NOTE)
    )
    return replica.all(Household)[0]


def test_a_family_is_read_with_what_still_hangs_on_it(replica: Replica, home: Household) -> None:
    hangs = VisitTask(household=home.id, due=NOTE.on, area=HERE)
    over = [
        VisitTask(household=home.id, due=NOTE.on, state="done", area=HERE),
        Pairing(household=home.id, until=NOTE.on, area=HERE),
        Matter(household=home.id, title="楼道灯", heard_on=NOTE.on, state="done", area=HERE),
    ]
    dead = Resident(household=home.id, name="赵桂英", left_how="died", left_on=NOTE.on, area=HERE)
    replica.save(hangs, *over, dead)

    family = families.family(replica, home.id)

    assert [m.name for m in family.members] == ["王建国", "李芳"]
    assert [r.id for r in family.tied] == [hangs.id]
    assert (family.place, family.alone) == ("1栋1单元101", True)
    assert breaches([family]) == []


def test_a_household_that_is_not_there_any_more_is_said_so(replica: Replica, home: Household) -> None:
    replica.remove(home, "并户")

    with pytest.raises(Unfit, match="已经不在本机"):
        families.family(replica, home.id)
    with pytest.raises(Unfit, match="房屋已经不在"):
        families.door(replica, "nowhere")


def test_families_are_found_by_the_numbers_of_who_lives_there(replica: Replica, home: Household) -> None:
    assert [f.household.id for f in families.of_numbers(replica, ["1", ""])] == [home.id]
    assert families.of_numbers(replica, ["", "2"]) == []


def test_a_household_that_moves_is_handed_over_to_the_grid_it_moves_to(
    replica: Replica, home: Household, tmp_path: Path
) -> None:
    hub = MemoryHub()
    laptops = [replica]
    kept = [laptop(tmp_path, name) for name in ("here", "there")]
    laptops += [next(one) for one in kept]
    for one, areas in zip(laptops, ([HOME], [HERE], [THERE]), strict=True):
        hub.add_account(one.author, "x", areas)
    engines = [
        Engine(one, hub, hub.sign_in(SignIn(account=one.author, password="x", device="d")).token)
        for one in laptops
    ]

    def meet() -> None:
        for engine in (*engines, *engines):
            engine.round()

    meet()
    _office, here, there = laptops
    before = here.count(Resident)
    door = families.door(replica, D2)
    replica.save(*life.move(families.family(replica, home.id), door, families.place(replica, door), NOTE))
    meet()

    assert (before, here.count(Resident), there.count(Resident)) == (2, 0, 2)
    assert here.count(Household) == 0
    (moved,) = there.all(Household)
    assert (moved.dwelling, moved.number, moved.area) == (D2, "000012345", THERE)
    assert [e.turn for e in here.all(HouseholdEvent, order=HouseholdEvent.created_at)] == ["founded", "moved"]
    assert [one.refused() for one in laptops] == [[], [], []]
    for one in kept:
        next(one, None)


def test_who_is_away_is_known_by_number_unless_living_somewhere_again(
    replica: Replica, home: Household
) -> None:
    gone = Resident(household=home.id, name="李芳", id_number="8", left_how="moved", area=HERE)
    again = Resident(household=home.id, name="王建国", id_number="1", left_how="moved", area=HERE)
    replica.save(gone, again)

    assert [p.id for p in families.away(replica, ["8", "1", ""])] == [gone.id]
