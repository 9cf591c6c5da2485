"""What a person does on a laptop: saving, reading, removing; and that nothing goes around the outbox."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
import threading
from typing import Any

from hypothesis import given, strategies as st
import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from sync.errors import Invalid, LocalFault
from sync.memory import MemoryHub
from sync.protocol import Stamp, Verdict
from sync.replica import News
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.toys import ToyHouse, ToyPerson

GRID = "520101001"


@pytest.fixture
def hub() -> MemoryHub:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    return hub


@pytest.fixture
def laptop(hub: MemoryHub) -> Iterator[Laptop]:
    laptop = Laptop(hub, "wang")
    yield laptop
    laptop.close()


def test_a_save_is_one_change_per_record_that_differs(laptop: Laptop) -> None:
    house, person = ToyHouse(area=GRID, name="一栋"), ToyPerson(area=GRID, name="甲")
    first = laptop.replica.save(house, person)
    house.storeys = 6

    second = laptop.replica.save(house, person)

    assert [(c.kind, c.tx, c.made) for c in first] == [("toy_house", 1, True), ("toy_person", 1, True)]
    assert [(c.groups, c.was, c.base) for c in second] == [
        (
            {"storeys": {"storeys": 6}},
            {"storeys": {"storeys": None}},
            {"storeys": Stamp(laptop.replica.origin, 1)},
        )
    ]
    assert laptop.replica.save(house, person) == []


def test_fields_of_one_group_travel_together(laptop: Laptop) -> None:
    house = ToyHouse(area=GRID, street="同心路", number="1")
    laptop.replica.save(house)
    house.number = "2"

    (change,) = laptop.replica.save(house)

    assert change.groups == {"address": {"street": "同心路", "number": "2"}}


def test_what_a_new_record_leaves_blank_does_not_travel_and_is_blank_everywhere(
    hub: MemoryHub, laptop: Laptop
) -> None:
    house = ToyHouse(area=GRID, name="一栋", height=0.0, number="3")
    (made,) = laptop.replica.save(house)
    laptop.round()
    other = Laptop(hub, "wang")
    other.round()
    arrived = other.replica.get(ToyHouse, house.id)

    assert made.groups.keys() == {"name", "height", "address", "made"}
    assert arrived is not None
    clocked = {"ver", "updated_at", "stamps"}  # Two clocks may be a millisecond apart.
    assert arrived.model_dump(exclude=clocked) == house.model_dump(exclude=clocked)
    other.close()


def test_a_blank_nobody_named_that_two_people_fill_is_asked_about(hub: MemoryHub, laptop: Laptop) -> None:
    house = ToyHouse(area=GRID, name="一栋")
    laptop.replica.save(house)
    laptop.round()
    other = Laptop(hub, "wang")
    other.round()
    theirs = other.replica.get(ToyHouse, house.id)
    assert theirs is not None
    house.storeys, theirs.storeys = 6, 7
    laptop.replica.save(house)
    other.replica.save(theirs)
    for one in (laptop, other, laptop):
        one.round()

    (conflict,) = laptop.replica.conflicts()
    assert conflict.before == {"storeys": None}
    assert {conflict.kept["storeys"], conflict.lost["storeys"]} == {6, 7}
    other.close()


def test_what_arrived_while_a_form_was_open_is_not_taken_back(hub: MemoryHub, laptop: Laptop) -> None:
    other = Laptop(hub, "wang")
    house = ToyHouse(area=GRID, name="一栋")
    laptop.replica.save(house)
    laptop.round()
    other.round()
    in_the_form = laptop.replica.get(ToyHouse, house.id)
    elsewhere = other.replica.get(ToyHouse, house.id)
    assert in_the_form is not None
    assert elsewhere is not None
    elsewhere.storeys = 7
    other.replica.save(elsewhere)
    other.round()
    laptop.round()

    in_the_form.name = "二栋"
    (change,) = laptop.replica.save(in_the_form)

    assert list(change.groups) == ["name"]
    assert in_the_form.storeys == 7
    other.close()


def test_a_record_that_may_not_be_stored_is_refused_in_words_and_nothing_is_written(laptop: Laptop) -> None:
    good, bad = ToyHouse(area=GRID, name="好"), ToyHouse(area=GRID, storeys=-1)

    with pytest.raises(Invalid) as refused:
        laptop.replica.save(good, bad)

    assert refused.value.problems == {bad.id: {"storeys": "层数不能是负数"}}
    assert laptop.replica.count(ToyHouse) == laptop.replica.pending() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\ud800"),
        ("storeys", 1 << 63),
        ("height", float("nan")),
        ("tags", [float("inf")]),
        ("tags", ["\udfff"]),
        ("built_on", "not a day"),
        ("lived_in", None),
    ],
)
def test_a_value_no_database_can_hold_is_refused_beside_its_field(
    laptop: Laptop, field: str, value: Any
) -> None:
    house = ToyHouse(area=GRID)
    setattr(house, field, value)

    with pytest.raises(Invalid) as refused:
        laptop.replica.save(house)

    assert list(refused.value.problems[house.id]) == [field]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    name=TEXT | st.sampled_from(["", "\x00", "é", "é", "𠮷", "\u202e", "\uff41"]),
    storeys=st.none() | st.integers(0, (1 << 63) - 1),
    height=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    built_on=st.none() | st.dates(),
    tags=st.lists(TEXT | st.none() | st.integers(-(1 << 70), 1 << 70) | st.booleans(), max_size=3),
)
def test_values_arrive_as_they_were_typed(
    name: str, storeys: int | None, height: float | None, built_on: date | None, tags: list[Any]
) -> None:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    one, two = Laptop(hub, "wang"), Laptop(hub, "wang")
    typed = {"name": name, "storeys": storeys, "height": height, "built_on": built_on, "tags": tags}
    house = ToyHouse(area=GRID, **typed)
    one.replica.save(house)

    assert one.round().agreed
    assert two.round().agreed

    for laptop in (one, two):
        arrived = laptop.replica.get(ToyHouse, house.id)
        assert arrived is not None
        assert {field: getattr(arrived, field) for field in typed} == typed
        laptop.close()


def test_a_write_around_the_replica_is_aborted(laptop: Laptop) -> None:
    laptop.replica.save(ToyHouse(area=GRID, name="一栋"))

    with Session(laptop.database) as session:
        house = session.exec(select(ToyHouse)).one()
        house.name = "绕过"
        with pytest.raises(IntegrityError, match="through the replica"):
            session.commit()


def test_the_recycle_bin_hides_and_gives_back(laptop: Laptop) -> None:
    person = ToyPerson(area=GRID, name="甲")
    laptop.replica.save(person)

    laptop.replica.remove(person, "重复")
    hidden = laptop.replica.all(ToyPerson), laptop.replica.count(ToyPerson)
    binned = laptop.replica.all(ToyPerson, removed=True)
    laptop.replica.restore(person)

    assert hidden == ([], 0)
    assert [p.removed_why for p in binned] == ["重复"]
    assert laptop.replica.count(ToyPerson) == 1


def test_readers_filter_order_and_count(laptop: Laptop) -> None:
    laptop.replica.import_many([ToyPerson(area=GRID, name=name, phone="1") for name in "cab"])

    assert [
        p.name for p in laptop.replica.all(ToyPerson, col(ToyPerson.name) > "a", order=ToyPerson.name)
    ] == ["b", "c"]
    assert laptop.replica.count(ToyPerson, col(ToyPerson.name) == "a") == 1
    assert sorted(laptop.replica.rows(select(ToyPerson.name))) == [("a",), ("b",), ("c",)]


def test_everybody_who_listens_hears_of_saves_and_arrivals_alike(hub: MemoryHub, laptop: Laptop) -> None:
    other, heard = Laptop(hub, "wang"), list[News]()
    stop = other.replica.subscribe(heard.extend)
    person = ToyPerson(area=GRID, name="甲")
    laptop.replica.save(person)
    laptop.round()

    other.round()
    mine = ToyPerson(area=GRID, name="乙")
    other.replica.save(mine)
    stop()
    other.replica.save(ToyPerson(area=GRID, name="丙"))

    assert heard == [News("toy_person", person.id, remote=True), News("toy_person", mine.id)]
    other.close()


def test_a_record_says_how_far_it_has_come(laptop: Laptop) -> None:
    person = ToyPerson(area=GRID, name="甲")
    laptop.replica.save(person)
    before = laptop.replica.state(person)
    laptop.line.faults = ["answer lost"]
    with pytest.raises(Exception, match="线路"):
        laptop.round()
    between = laptop.replica.state(person)
    laptop.round()

    assert (before, between, laptop.replica.state(person)) == ("kept", "sent", "received")


def test_a_refused_edit_stays_with_its_reason_and_the_row_shows_what_was_before(
    hub: MemoryHub, laptop: Laptop
) -> None:
    hub.add_account("office", PASSWORD, ["5201"])
    office = Laptop(hub, "office")
    above = ToyPerson(area="5201", name="上级的")
    office.replica.save(above)
    office.round()
    laptop.round()
    seen = laptop.replica.get(ToyPerson, above.id)
    assert seen is not None
    seen.name = "我改的"
    laptop.replica.save(seen)

    done = laptop.round()

    (refusal,) = laptop.replica.refused()
    assert (done.refused, laptop.replica.pending(), refusal.change.groups) == (
        1,
        0,
        {"name": {"name": "我改的"}},
    )
    assert refusal.title
    assert laptop.replica.get(ToyPerson, above.id).name == "上级的"  # type: ignore[union-attr]
    laptop.replica.dismiss(refusal)
    assert laptop.replica.refused() == []
    office.close()


def test_a_record_refused_at_first_is_made_again_when_it_was_put_right(laptop: Laptop) -> None:
    person = ToyPerson(area="529999", name="走错了")
    laptop.replica.save(person)
    assert laptop.round().refused == 1

    person.area = GRID
    (change,) = laptop.replica.save(person)
    laptop.round()

    assert change.made
    assert laptop.replica.refused() == []
    assert [r.verdict for _told, r in laptop.line.hub.holds.answered.values()] == [  # type: ignore[attr-defined]
        *(Verdict.REFUSED, Verdict.APPLIED),
    ]


def test_two_threads_may_save_at_once(laptop: Laptop) -> None:
    def work(name: str) -> None:
        for number in range(20):
            laptop.replica.save(ToyPerson(area=GRID, name=f"{name}{number}"))

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [change.mseq for change in laptop.replica.outbox()] == list(range(1, 41))


@pytest.mark.parametrize("after", range(9))
def test_a_save_cut_anywhere_leaves_nothing_half_done(laptop: Laptop, after: int) -> None:
    laptop.statements_left = after
    with suppress(Cut):
        laptop.replica.save(ToyPerson(area=GRID, name="甲"), ToyPerson(area=GRID, name="乙"))
    laptop.statements_left = None

    assert laptop.replica.count(ToyPerson) == laptop.replica.pending()
    assert laptop.replica.count(ToyPerson) in (0, 2)
    laptop.replica.save(ToyPerson(area=GRID, name="丙"))


def test_a_save_whose_commit_failed_is_gone_for_every_later_reader(laptop: Laptop) -> None:
    def fail(_connection: Any) -> None:
        raise Cut

    event.listen(laptop.database, "commit", fail)
    with pytest.raises(Cut):
        laptop.replica.save(ToyHouse(area=GRID, name="没有存成"))
    event.remove(laptop.database, "commit", fail)

    with laptop.database.connect() as connection:
        assert not connection.connection.dbapi_connection.in_transaction
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM toy_house").scalar() == 0
    laptop.replica.save(ToyHouse(area=GRID, name="存成了"))
    assert [house.name for house in laptop.replica.all(ToyHouse)] == ["存成了"]


def test_a_read_only_disk_is_told_in_words(laptop: Laptop) -> None:
    with laptop.database.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")

    with pytest.raises(LocalFault) as fault:
        laptop.replica.save(ToyPerson(area=GRID, name="甲"))

    assert "存不下" in fault.value.title


def test_an_import_gives_every_record_a_change_of_its_own(laptop: Laptop) -> None:
    count = laptop.replica.import_many([ToyPerson(area=GRID, name=str(n)) for n in range(2500)])

    changes = laptop.replica.outbox()
    assert count == len(changes) == 2500
    assert all(change.tx == change.mseq for change in changes)


def test_small_texts_are_kept_beside_the_records(laptop: Laptop) -> None:
    laptop.replica.set_meta("token", "abc")

    assert (laptop.replica.meta("token"), laptop.replica.meta("nothing", "else")) == ("abc", "else")
