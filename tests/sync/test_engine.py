"""One round: what it does when the line, the centre or the laptop misbehaves."""

from collections.abc import Iterator
from contextlib import suppress
import gc
import random
import threading

import msgspec
import pytest

from sync.bulk import bulk
from sync.engine import Cancelled, Engine
from sync.errors import Offline, Removal
from sync.memory import MemoryHub
from sync.pace import LEAST, MOST, Pace
from sync.parcel import Queued, fitting
from sync.protocol import HOLDINGS_LIMIT, Change
from sync.record import PLACE
from tests.sync.centre import made
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


@pytest.mark.parametrize("after", range(60))
def test_a_round_cut_at_any_statement_is_finished_by_the_next(
    hub: MemoryHub, laptop: Laptop, after: int
) -> None:
    other = Laptop(hub, "li")
    other.replica.save(*(ToyPerson(area=GRID, name=str(n)) for n in range(5)))
    other.round()
    laptop.replica.save(*(ToyPerson(area=GRID, name=str(n)) for n in range(5)))
    laptop.statements_left = after
    try:
        laptop.round()
    except Cut:
        laptop.statements_left = None
        laptop.start(laptop.kinds)
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
    first = laptop.engine.pace.budget
    laptop.line.faults = ["request lost"]
    with pytest.raises(Offline):
        laptop.round()
    halved = laptop.engine.pace.budget
    laptop.round()
    idle = laptop.engine.pace.budget
    laptop.replica.import_many([ToyPerson(area=GRID, name="n" * 400) for _ in range(2000)])
    laptop.round()

    assert (halved, idle) == (first // 2, first // 2)
    assert laptop.engine.pace.budget > first
    assert Engine(laptop.replica, laptop.line, "").pace.budget == laptop.engine.pace.budget


def test_a_slow_line_is_asked_for_less_and_a_quick_one_for_more_within_bounds() -> None:
    pace = Pace(LEAST)
    for _exchange in range(9):
        pace.moved(0.01, full=True)
    most = pace.budget
    pace.moved(60.0, full=True)
    slower = pace.budget
    for _exchange in range(9):
        pace.stalled()

    assert (most, slower, pace.budget) == (MOST, MOST // 2, LEAST)


def test_the_garbage_collector_waits_and_goes_on_whatever_happens() -> None:
    was = gc.isenabled()  # a window of an earlier test may have taken the collecting over
    gc.enable()
    try:
        with suppress(Cut), bulk():
            with bulk():
                inside = gc.isenabled()
            after = gc.isenabled()
            raise Cut
        told = (inside, after, gc.isenabled())
    finally:
        (gc.enable if was else gc.disable)()

    assert told == (False, False, True)


def _queue(*changes: Change) -> list[Queued]:
    return [Queued(c.mseq, c.tx, c.id, msgspec.json.encode(c)) for c in changes]


def test_a_request_ends_where_a_save_ends() -> None:
    one, two, three = (made(n, name="甲" * 50) for n in (1, 2, 3))
    together = msgspec.structs.replace(three, tx=2)
    queue = _queue(one, two, together)

    assert [q.mseq for q in fitting(queue, 1)] == [1]
    assert [q.mseq for q in fitting(queue[1:], 1)] == [2, 3]
    assert [q.mseq for q in fitting(queue, len(one.id) * 10_000)] == [1, 2, 3]


def test_a_record_is_not_moved_in_the_request_that_makes_it() -> None:
    first = made(1, name='"area":{')
    moved = Change(
        mseq=2, tx=2, kind=first.kind, id=first.id, area=GRID, groups={PLACE: {"area": NEXT}}, at=1, by="wang"
    )

    assert [q.mseq for q in fitting(_queue(first, moved), 10_000)] == [1]
    assert [q.mseq for q in fitting(_queue(moved), 10_000)] == [2]


def test_a_save_larger_than_any_request_is_not_stuck(hub: MemoryHub, laptop: Laptop) -> None:
    laptop.replica.save(*(ToyPerson(area=GRID, name="长" * 20_000) for _ in range(60)))
    sizes: list[int] = []
    ask = hub.exchange
    hub.exchange = lambda token, asked: sizes.append(len(msgspec.json.encode(asked))) or ask(token, asked)  # type: ignore[method-assign,func-returns-value]

    assert laptop.round().agreed
    assert laptop.replica.pending() == 0
    assert max(sizes) < HOLDINGS_LIMIT


@pytest.mark.parametrize("after", range(0, 240, 8))
def test_a_round_cut_while_the_next_request_is_under_way_is_finished_by_the_next(
    hub: MemoryHub, laptop: Laptop, after: int
) -> None:
    other = Laptop(hub, "li")
    other.replica.import_many(ToyPerson(area=GRID, name="n" * 2000) for _ in range(120))
    other.round()
    laptop.replica.import_many(ToyPerson(area=GRID, name="m" * 2000) for _ in range(120))
    laptop.engine.pace.budget = LEAST
    laptop.line.faults = ["", "", "answer lost"] if after % 16 else []
    laptop.statements_left = after
    with suppress(Cut, Offline):
        laptop.round()
    laptop.statements_left, laptop.line.faults = None, []

    assert laptop.round().agreed
    assert laptop.replica.count(ToyPerson) == 240
    assert laptop.replica.pending() == 0
    assert laptop.replica.digest(GRID) == laptop.replica.have()[GRID].digest
    other.close()


def test_the_next_page_is_asked_for_while_this_one_is_stored(hub: MemoryHub, laptop: Laptop) -> None:
    other = Laptop(hub, "li")
    other.replica.import_many(ToyPerson(area=GRID, name="n" * 2000) for _ in range(300))
    other.round()
    asked_by: list[str] = []
    ask = hub.exchange
    hub.exchange = lambda token, asked: asked_by.append(threading.current_thread().name) or ask(token, asked)  # type: ignore[method-assign,func-returns-value]
    laptop.engine.pace.budget = LEAST

    done = laptop.round()

    assert done.down == 300
    assert len(asked_by) == done.exchanges > 2
    assert all(name.startswith("turns") for name in asked_by[1:])
    other.close()


def test_a_round_stops_between_pages_and_goes_on_from_there(hub: MemoryHub, laptop: Laptop) -> None:
    other = Laptop(hub, "li")
    other.replica.import_many(ToyPerson(area=GRID, name="n" * 2000) for _ in range(120))
    other.round()
    laptop.engine.pace.budget = LEAST
    with pytest.raises(Cancelled):
        laptop.round(cancelled=lambda: laptop.replica.count(ToyPerson) > 0)
    first = laptop.replica.count(ToyPerson)

    done = laptop.round()

    assert 0 < first < 120
    assert (first + done.down, done.agreed) == (120, True)
    other.close()


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
