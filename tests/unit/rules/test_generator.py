from dataclasses import replace

import pytest

from gridclient.records.place import Numbering
from gridclient.rules.generator import Place, Shape, doubles, lacking, lay_out, shape_of


def test_a_tower_is_laid_out_in_one_line() -> None:
    places = lay_out(Shape(2, (33,), (4,), skipped=frozenset({14})))

    assert len(places) == 2 * 32 * 4
    assert places[0] == Place("1", 1, "101")
    assert places[-1] == Place("2", 33, "3304")
    assert doubles(places) == []


def test_shops_take_the_ground_floor() -> None:
    places = lay_out(Shape(1, (3,), (2,), shops=3))

    assert [place.door for place in places] == ["附1", "附2", "附3", "201", "202", "301", "302"]
    assert {place.use for place in places[:3]} == {"commerce"}


def test_units_may_differ_in_floors_and_doors() -> None:
    places = lay_out(Shape(3, (2, 1), (2, 1)))

    assert [(p.unit, p.door) for p in places] == [
        *(("1", door) for door in ("101", "102", "201", "202")),
        ("2", "101"),
        ("3", "101"),
    ]


@pytest.mark.parametrize(
    ("numbering", "first"),
    [
        (Numbering.FLOOR_DOOR, ["101", "101"]),
        (Numbering.UNIT_FLOOR_DOOR, ["1-101", "2-101"]),
        (Numbering.RUNNING, ["1", "2"]),
    ],
)
def test_doors_are_numbered_by_the_building_s_rule(numbering: Numbering, first: list[str]) -> None:
    assert [place.door for place in lay_out(Shape(2, (1,), (1,), numbering))] == first


def test_a_door_that_appears_twice_is_named() -> None:
    assert doubles([Place("1", 1, "101"), Place("1", 2, "101")]) == ["1单元101"]


def test_only_what_is_not_there_is_lacking_and_a_merged_door_counts_as_all_its_rooms() -> None:
    places = lay_out(Shape(1, (2,), (3,)))

    found = lacking(places, [("1", "101-102"), ("1", "203"), ("2", "201")])

    assert [place.door for place in found] == ["103", "201", "202"]


def test_a_building_that_is_there_tells_its_shape() -> None:
    doors = [("甲", 1, "101"), ("甲", 1, "102"), ("甲", 7, "701"), ("乙", 2, "201"), ("", None, "附1")]

    shape = shape_of(doors, Shape())

    assert (shape.units, shape.floors, shape.doors, shape.names) == (2, (2, 7), (1, 2), ("乙", "甲"))
    assert {place.unit for place in lay_out(shape)} == {"乙", "甲"}


def test_a_building_without_units_is_laid_out_without_any() -> None:
    shape = shape_of([("", 1, "101"), ("", 3, "301")], Shape())

    assert [(p.unit, p.door) for p in lay_out(shape)] == [("", "101"), ("", "201"), ("", "301")]


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        (Shape(units=0), "单元数"),
        (Shape(floors=()), "层数"),
        (Shape(floors=(6, 200)), "层数"),
        (Shape(doors=(0,)), "户数"),
        (Shape(shops=999), "商铺"),
        (Shape(30, (120,), (60,)), "最多"),
    ],
)
def test_what_no_building_can_be_is_said_in_a_sentence(shape: Shape, word: str) -> None:
    assert word in shape.problem()
    assert not Shape().problem()


def test_a_courtyard_is_laid_out_group_by_group() -> None:
    shape = Shape(3, doors=(2, 1), courtyard=True)

    assert [(p.unit, p.floor, p.door) for p in lay_out(shape)] == [
        ("1组", None, "1"),
        ("1组", None, "2"),
        ("2组", None, "1"),
        ("3组", None, "1"),
    ]


def test_a_courtyard_that_is_there_tells_its_groups() -> None:
    doors = [("东组", None, "1"), ("东组", None, "2"), ("西组", None, "1")]

    shape = shape_of(doors, Shape(courtyard=True))

    assert (shape.units, shape.doors, shape.names) == (2, (2, 1), ("东组", "西组"))
    assert lacking(lay_out(shape), [(unit, door) for unit, _floor, door in doors]) == []


@pytest.mark.parametrize("names", [("1", "2"), ("1组", "2组")])
def test_a_group_more_follows_those_that_are_there_however_they_are_written(names: tuple[str, ...]) -> None:
    doors = [(name, None, "1") for name in names]
    shape = replace(shape_of(doors, Shape(courtyard=True)), units=3)

    assert [place.unit for place in lay_out(shape)] == [*names, "3组"]
    assert [p.unit for p in lacking(lay_out(shape), [(n, d) for n, _f, d in doors])] == ["3组"]
