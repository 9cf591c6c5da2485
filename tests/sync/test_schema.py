"""A database of an older program is brought up to the declared classes without losing a value."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, create_engine, inspect

from sync.memory import MemoryHub
from sync.protocol import Exchange
from sync.schema import bring_up
from tests.sync.centre import made
from tests.sync.laptops import PASSWORD, Laptop
from tests.sync.toys import ToyHouse, ToyPerson

GRID = "520101001"


@pytest.fixture
def database() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    yield engine
    engine.dispose()


def older() -> Table:
    return Table("thing", MetaData(), Column("id", String, primary_key=True))


def newer() -> Table:
    return Table(
        "thing",
        MetaData(),
        Column("id", String, primary_key=True),
        Column("name", String, nullable=False, default="o'clock", index=True),
        Column("count", Integer),
    )


def test_missing_columns_and_indexes_are_added_and_old_rows_get_the_blank(database: Engine) -> None:
    bring_up(database, [older()])
    with database.begin() as connection:
        connection.exec_driver_sql("INSERT INTO thing VALUES ('a')")

    added = bring_up(database, [newer()])

    assert added == [("thing", "name"), ("thing", "count")]
    with database.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM thing").fetchall() == [("a", "o'clock", None)]
    assert [index["name"] for index in inspect(database).get_indexes("thing")] == ["ix_thing_name"]


def test_nothing_is_ever_dropped(database: Engine) -> None:
    bring_up(database, [newer()])

    bring_up(database, [older()])

    assert [column["name"] for column in inspect(database).get_columns("thing")] == ["id", "name", "count"]


def test_an_existing_database_is_copied_once_before_it_changes(database: Engine) -> None:
    copies: list[str] = []
    bring_up(database, [older()], before_change=lambda: copies.append("empty"))
    bring_up(database, [newer()], before_change=lambda: copies.append("changed"))
    bring_up(database, [newer()], before_change=lambda: copies.append("again"))

    assert copies == ["changed"]


def test_a_kind_an_older_program_did_not_know_has_its_rows_after_the_update() -> None:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    new = Laptop(hub, "wang")
    house = ToyHouse(area=GRID, name="一栋")
    new.replica.save(house)
    new.round()
    old = Laptop(hub, "wang", kinds=(ToyPerson,))
    assert old.round().agreed

    updated = Laptop(hub, "wang", image=old.image())

    assert updated.replica.get(ToyHouse, house.id).name == "一栋"  # type: ignore[union-attr]
    assert updated.round().agreed
    for laptop in (new, old, updated):
        laptop.close()


def test_a_field_an_older_program_did_not_know_has_its_value_after_the_update() -> None:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    laptop = Laptop(hub, "wang")
    with laptop.database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE toy_person DROP COLUMN phone")
        connection.exec_driver_sql("UPDATE sync_gate SET open = 1")
        told = made(1, name="甲")
        connection.exec_driver_sql(
            "INSERT INTO toy_person (id, area, ver, created_at, created_by, source, updated_at, updated_by, removed_why,"
            " stamps, unknown, name, house) VALUES (?, ?, 1, 0, '', '', 0, '', '', '{}', ?, '甲', '')",
            (told.id, GRID, '{"phone": "19900000006", "nickname": "小甲"}'),
        )
        connection.exec_driver_sql("UPDATE sync_gate SET open = 0")
        connection.exec_driver_sql("UPDATE sync_schema SET fingerprint = 'older'")

    updated = Laptop(hub, "wang", image=laptop.image())

    person = updated.replica.get(ToyPerson, told.id)
    assert person is not None
    assert (person.phone, person.unknown) == ("19900000006", {"nickname": "小甲"})
    laptop.close()
    updated.close()


def test_a_value_of_another_sort_is_kept_aside_and_blocks_nothing() -> None:
    hub = MemoryHub()
    hub.add_account("wang", PASSWORD, [GRID])
    laptop = Laptop(hub, "wang")
    strange = made(1, name="甲", phone=["不是", "文字"], house="")
    hub.exchange(laptop.engine.token, Exchange(origin="newer", now=0, changes=[strange]))

    assert laptop.round().agreed

    person = laptop.replica.get(ToyPerson, strange.id)
    assert person is not None
    assert (person.name, person.phone, person.unknown) == ("甲", "", {"phone": ["不是", "文字"]})
    laptop.close()
