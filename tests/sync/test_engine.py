"""One round: what it does when the line, the centre or the laptop misbehaves."""

from collections.abc import Iterator
from contextlib import suppress
import random

import pytest

from sync.engine import Cancelled, Engine
from sync.errors import Offline, Removal
from sync.memory import MemoryHub
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.toys import ToyHouse, ToyPerson

GRID, NEXT = "520101001", "520101002"


@pytest.fixture
def hub() -> MemoryHub:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, ["520101"])
    hub.add_account("li", PASSWORD, ["520101"])
    return hub


@pytest.fixture
def laptop(hub: MemoryHub) -> Iterator[Laptop]:
    laptop = Laptop(hub, "wang")
    yield laptop
    laptop.close()


def test_one_laptop_a_lossy_line_nothing_i_typed_may_be_taken_away(laptop: Laptop) -> None:
    dice = random.Random(7)
    typed: dict[str, str] = {}
    for turn in range(120):
        houses = laptop.replica.all(ToyHouse, order=ToyHouse.id)
        house = dice.choice(houses) if houses and dice.random() < 0.7 else ToyHouse(area=GRID)
        house.name = typed[house.id] = f"第{turn}次"
        laptop.replica.save(house)
        laptop.line.faults = [dice.choice(["request lost", "answer lost", "sent twice", "answer lost"])]
        laptop.statements_left = dice.choice([None, dice.randrange(40)])
        with suppress(Offline, Cut):
            laptop.round()
        laptop.line.faults, laptop.statements_left = [], None

        assert {h.id: h.name for h in laptop.replica.all(ToyHouse)} == typed

    assert laptop.round().agreed
    assert {h.id: h.name for h in laptop.replica.all(ToyHouse)} == typed
    assert laptop.replica.conflicts() == []


@pytest.mark.parametrize("after", range(0, 60, 2))
def test_a_round_cut_at_any_statement_is_finished_by_the_next(
    hub: MemoryHub, laptop: Laptop, after: int
) -> None:
    other = Laptop(hub, "li")
    other.replica.save(*(ToyPerson(area=GRID, name=str(n)) for n in range(5)))
    other.round()
    laptop.replica.save(*(ToyPerson(area=GRID, name=str(n)) for n in range(5)))
    laptop.statements_left = after
    with suppress(Cut):
        laptop.round()
    laptop.statements_left = None

    assert laptop.round().agreed
    assert laptop.replica.count(ToyPerson) == 10
    assert laptop.replica.pending() == 0
    other.close()


def test_a_removal_of_many_records_is_asked_about_first(hub: MemoryHub, laptop: Laptop) -> None:
    other = Laptop(hub, "li")
    people = [ToyPerson(area=GRID, name=str(n)) for n in range(100)]
    laptop.replica.save(*people)
    laptop.round()
    other.round()
    for person in people[:30]:
        person.area = NEXT
    laptop.replica.save(*people[:30])
    laptop.round()
    hub.assign("li", [GRID])

    with pytest.raises(Removal) as asked:
        other.round()
    kept = other.replica.count(ToyPerson)
    other.round(agreed_removal=True)

    assert (asked.value.count, asked.value.held, kept) == (30, 100, 100)
    assert other.replica.count(ToyPerson) == 70
    other.close()


def test_a_copied_laptop_takes_another_identity_and_both_keep_their_work(
    hub: MemoryHub, laptop: Laptop
) -> None:
    laptop.replica.save(ToyPerson(area=GRID, name="共有"))
    laptop.round()
    twin = Laptop(hub, "wang", image=laptop.image())
    laptop.replica.save(ToyPerson(area=GRID, name="本机"))
    twin.replica.save(ToyPerson(area=GRID, name="副本"))

    for one in (laptop, twin, laptop):
        assert one.round().agreed

    assert laptop.replica.origin != twin.replica.origin
    for one in (laptop, twin):
        assert {p.name for p in one.replica.all(ToyPerson)} == {"共有", "本机", "副本"}
    twin.close()


def test_a_restored_laptop_finds_out_although_it_has_nothing_to_send(hub: MemoryHub, laptop: Laptop) -> None:
    image = laptop.image()
    laptop.replica.save(ToyPerson(area=GRID, name="甲"))
    laptop.round()
    origin = laptop.replica.origin

    back = Laptop(hub, "wang", image=image)
    assert back.round().agreed

    assert back.replica.origin != origin
    assert [p.name for p in back.replica.all(ToyPerson)] == ["甲"]
    back.close()


@pytest.mark.expects_log
def test_a_centre_that_lost_everything_gets_everything_back(hub: MemoryHub, laptop: Laptop) -> None:
    empty = hub.snapshot()
    people = [ToyPerson(area=GRID, name=str(n)) for n in range(50)]
    laptop.replica.import_many(people)
    laptop.round()
    with laptop.replica._books.write() as write:
        write.run("DELETE FROM sync_outbox")

    hub.restore(empty)
    done = laptop.round()

    assert (done.recovered, done.agreed) == (50, True)
    assert sum(len(area.records) for area in hub.holds.areas.values()) == 50


@pytest.mark.expects_log
def test_a_centre_that_went_back_unannounced_is_noticed(hub: MemoryHub, laptop: Laptop) -> None:
    laptop.replica.save(ToyPerson(area=GRID, name="早"))
    laptop.round()
    backup = hub.snapshot()
    laptop.replica.save(ToyPerson(area=GRID, name="晚"))
    laptop.round()
    hub.holds = backup

    assert laptop.round().agreed

    assert backup.epoch != hub.holds.epoch
    assert {d.body["name"] for area in hub.holds.areas.values() for d in area.records.values()} == {
        "早",
        "晚",
    }


def test_a_round_can_be_stopped_between_exchanges(laptop: Laptop) -> None:
    with pytest.raises(Cancelled):
        laptop.round(cancelled=lambda: True)


def test_the_budget_follows_the_line(laptop: Laptop) -> None:
    first = laptop.engine.budget
    laptop.line.faults = ["request lost"]
    with pytest.raises(Offline):
        laptop.round()
    halved = laptop.engine.budget
    laptop.round()

    assert halved == first // 2
    assert laptop.engine.budget == first
    assert Engine(laptop.replica, laptop.line, "").budget == first


def test_progress_is_told_after_every_exchange(laptop: Laptop) -> None:
    laptop.replica.import_many([ToyPerson(area=GRID, name="n" * 400) for _ in range(2000)])
    told: list[int] = []

    laptop.round(progress=lambda done: told.append(done.up))

    assert told == sorted(told)
    assert told[-1] == 2000
    assert len(told) > 1


@pytest.mark.expects_log
def test_a_record_that_keeps_differing_raises_the_alarm_instead_of_going_round(
    hub: MemoryHub, laptop: Laptop
) -> None:
    person = ToyPerson(area=GRID, name="甲")
    laptop.replica.save(person)
    laptop.round()

    alarms = []
    for _day in range(3):
        with laptop.replica._books.write() as write:
            write.run("UPDATE sync_held SET ver = 1")
            write.run("UPDATE sync_stream SET digest = '0000000000000001'")
        alarms.append(laptop.round().alarm)

    assert alarms == [False, False, True]
