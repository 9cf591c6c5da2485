"""A building on paper: every door once, inside the page, with its state in words and its unit and floor named."""

from itertools import combinations, product

import pytest

from gridclient.ledger.page import Page, Pages
from gridclient.ledger.plan import Told, landscape, plan_pages, plan_sheet
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.words import plain_measure
from gridclient.rules.drawing import Cell, arrange


def flats(units: int, floors: int, doors: int) -> list[Cell]:
    return [
        Cell(f"{u}-{f}-{d}", f"{f}{d:02d}", str(u), f)
        for u, f, d in product(range(1, units + 1), range(1, floors + 1), range(1, doors + 1))
    ]


def on_paper(cells: list[Cell], size: str = "A4", told: Told | None = None) -> tuple[Sheet, Pages]:
    drawing = arrange(cells)
    words = {cell.id: told or Told("欧阳建国", 3, "逾期", "独老") for cell in cells}
    sheet = plan_sheet(
        "3号楼楼栋图",
        drawing,
        words,
        overlay="走访状态",
        heading=("填报单位：桂花社区",),
        paper=landscape(size),
        mark="张敏",
    )
    return sheet, plan_pages(sheet, drawing, words, plain_measure)


def texts(page: Page) -> list[str]:
    return [text.text for text in page.texts]


@pytest.mark.parametrize(
    ("shape", "size", "pages"),
    [
        ((4, 33, 4), "A4", 2),
        ((4, 33, 4), "A3", 1),
        ((2, 33, 2), "A4", 1),
        ((3, 6, 2), "A4", 1),
        ((1, 7, 24), "A4", 3),
        ((1, 60, 4), "A4", 4),
    ],
)
def test_every_door_stands_on_one_page_with_its_state(
    shape: tuple[int, int, int], size: str, pages: int
) -> None:
    cells = flats(*shape)
    _sheet, made = on_paper(cells, size)

    assert len(made) == pages
    printed = [word for page in made for word in texts(page)]
    rooms = sorted(cell.room for cell in cells)
    assert sorted(word for word in printed if word.isdigit()) == rooms
    assert printed.count("逾期") == len(cells)


@pytest.mark.parametrize("size", ["A4", "A3"])
@pytest.mark.parametrize("shape", [(4, 33, 4), (3, 6, 2), (1, 7, 24)])
def test_no_words_overlap_and_none_leave_the_page(shape: tuple[int, int, int], size: str) -> None:
    sheet, made = on_paper(flats(*shape), size)
    left, top, width, height = sheet.paper.frame

    page = made[0]
    boxes = [text.box for text in page.texts]

    assert all(x1 >= left - 0.1 and x2 <= left + width + 0.1 for x1, _y1, x2, _y2 in boxes)
    assert all(y1 >= top - 0.1 and y2 <= top + height + 0.1 for _x1, y1, _x2, y2 in boxes)
    assert not [
        (a, b)
        for a, b in combinations(boxes, 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 0.05 and min(a[3], b[3]) - max(a[1], b[1]) > 0.05
    ]


def test_units_and_floors_are_named_on_every_page() -> None:
    _sheet, made = on_paper(flats(4, 33, 4))

    assert [[word for word in texts(page) if word.endswith("单元")] for page in made] == [
        ["1单元", "2单元"],
        ["3单元", "4单元"],
    ]
    assert all({"33层", "1层"} <= set(texts(page)) for page in made)


def test_a_merged_door_is_one_cell_on_paper() -> None:
    cells = [c for c in flats(1, 2, 2) if c.room[0] != "2"] + [Cell("m", "201-202", "1", 2)]
    _sheet, made = on_paper(cells)

    words = texts(made[0])
    assert words.count("201-202") == 1
    assert words.count("欧阳建国 3人") == 3


def test_a_name_that_does_not_fit_is_cut_and_the_state_stays() -> None:
    _sheet, made = on_paper(flats(4, 33, 4), told=Told("阿卜杜拉·买买提·艾力", 12, "从未走访"))

    words = texts(made[0])
    assert words.count("从未走访") == 2 * 33 * 4
    assert any(word.startswith("阿卜") and word.endswith("…") for word in words)


def test_shops_and_courtyards_stand_in_their_rows() -> None:
    _sheet, made = on_paper([*flats(2, 2, 2), *(Cell(f"s{n}", f"附{n}", "", 1) for n in range(1, 6))])
    assert {"门面", "附1", "附5"} <= set(texts(made[0]))

    _sheet, made = on_paper([Cell(f"{g}{n}", str(n), f"{g}组") for g in (1, 2) for n in range(1, 8)])
    assert {"1组", "2组", "7"} <= set(texts(made[0]))


def test_the_same_sheet_is_a_table_for_a_workbook() -> None:
    sheet, _pages = on_paper(flats(2, 2, 1))

    assert [(c.label, c.parent) for c in sheet.columns] == [("楼层", ""), ("1", "1单元"), ("1", "2单元")]
    assert sheet.rows[0].cells == ("2层", "201 欧阳建国 3人 逾期", "201 欧阳建国 3人 逾期")
    assert sheet.heading[-1] == "走访状态：逾期 4"
    assert sheet.persons == 12


def test_persons_are_counted_only_where_they_are_named() -> None:
    sheet, _pages = on_paper(flats(1, 1, 2), told=Told("", 3, "逾期"))

    assert sheet.persons == 0
