from itertools import product

import pytest

from gridclient.rules.drawing import Cell, Drawing, arrange


def flats(units: int, floors: int, doors: int) -> list[Cell]:
    return [
        Cell(f"{u}-{f}-{d}", f"{f}{d:02d}", str(u), f)
        for u, f, d in product(range(1, units + 1), range(1, floors + 1), range(1, doors + 1))
    ]


def as_text(drawing: Drawing) -> list[str]:
    lines = []
    for row, title in enumerate(drawing.rows):
        slots = [drawing.at(row, column) for column in range(drawing.columns)]
        lines.append(title + "|" + " ".join(slot.cell.room if slot else "·" for slot in slots))
    return lines


def test_floors_stand_from_the_top_and_a_missing_door_leaves_its_gap() -> None:
    cells = [c for c in flats(2, 3, 2) if c.id != "1-2-1"]

    assert as_text(arrange(cells)) == [
        "3层|301 302 301 302",
        "2层|· 202 201 202",
        "1层|101 102 101 102",
    ]


def test_shops_stand_on_the_street_below_the_flats() -> None:
    cells = [*flats(1, 1, 3), *(Cell(f"s{n}", f"附{n}") for n in range(1, 5))]

    assert as_text(arrange(cells)) == ["1层|101 102 103", "门面|附1 附2 附3", "|附4 · ·"]


def test_a_courtyard_is_read_group_by_group() -> None:
    cells = [Cell(f"{g}{n}", f"{n}号", g) for g in ("2", "东组") for n in range(1, 11)]

    drawing = arrange(cells)

    assert [row for row in drawing.rows if row] == ["2组", "东组"]
    assert drawing.bands == ()


def test_a_courtyard_that_a_roster_calls_first_floor_is_read_in_rows_and_in_order() -> None:
    yard = [
        Cell(f"{group}-{n}", str(n), str(group), floor=1) for group in (1, 2) for n in (1, 10, 11, 2, 3, 9)
    ]

    assert as_text(arrange(yard)) == [
        "1组|1 2 3 9 10",
        "|11 · · · ·",
        "2组|1 2 3 9 10",
        "|11 · · · ·",
    ]


def test_a_merged_door_takes_the_room_of_all_it_was_made_of() -> None:
    cells = [c for c in flats(1, 3, 3) if c.room not in ("201", "202", "103", "203")]
    cells += [Cell("flat", "201-202", "1", 2), Cell("duplex", "103-203", "1", 1)]

    drawing = arrange(cells)

    assert as_text(drawing) == ["3层|301 302 303", "2层|201-202 201-202 103-203", "1层|101 102 103-203"]
    assert [(s.rows, s.columns) for s in drawing.slots if s.cell.id in ("flat", "duplex")] == [(1, 2), (2, 1)]


def test_half_a_split_flat_stays_where_the_whole_one_stood() -> None:
    cells = [*flats(1, 2, 2)[:3], Cell("a", "202A", "1", 2), Cell("b", "202B", "1", 2)]

    assert as_text(arrange(cells)) == ["2层|201 202A 202B", "1层|101 102 ·"]


def test_shops_on_the_first_floor_stand_on_the_street_too() -> None:
    cells = [*flats(2, 2, 1), Cell("s", "附1", "", 1)]

    assert as_text(arrange(cells)) == ["2层|201 201", "1层|101 101", "门面|附1 ·"]


@pytest.mark.parametrize(
    ("way", "reached"), [((-1, 0), "301"), ((1, 0), "101"), ((0, 1), "203"), ((0, -1), "201-202")]
)
def test_one_walks_from_and_to_a_merged_door(way: tuple[int, int], reached: str) -> None:
    cells = [*(c for c in flats(1, 3, 3) if c.room not in ("201", "202")), Cell("m", "201-202", "1", 2)]
    drawing = arrange(cells)
    start = drawing.of("m")
    assert start is not None

    assert drawing.step(start, *way).cell.room == reached


def test_the_doors_between_two_are_those_of_the_rectangle() -> None:
    drawing = arrange(flats(1, 4, 4))
    one, other = drawing.of("1-3-2"), drawing.of("1-2-4")
    assert one
    assert other

    assert [s.cell.room for s in drawing.between(other, one)] == ["302", "303", "304", "202", "203", "204"]


def test_each_of_its_rooms_leads_to_a_merged_door() -> None:
    drawing = arrange([Cell("m", "201-202", "1", 2), Cell("x", "301", "1", 3)])

    assert [slot.cell.id for digits in ("201", "202", "30") if (slot := drawing.room(digits))] == [
        "m",
        "m",
        "x",
    ]
