"""Cards on paper: one page where it can be one, filled to its end, and nothing lost on the way."""

from dataclasses import replace

import pytest

from gridclient.ledger.cards import SETTINGS, page_counts
from gridclient.ledger.layout import layout
from gridclient.ledger.page import Page, Pages
from gridclient.ledger.sheet import Block, Card, Column, Pair, Paper, Row, Sheet
from gridclient.ledger.words import PT, plain_measure

COLUMNS = (Column("序号", kind="number"), Column("内容", weight=1.0, align="left"))
EMPTY = Row(("", ""))


def rows(count: int, blank: int = 0) -> tuple[Row, ...]:
    return (*(Row((str(n), f"第{n}件事")) for n in range(1, count + 1)), *[EMPTY] * blank)


def sheet(*tables: tuple[Row, ...], grow: bool = False, slips: int = 1, remark: str = "") -> Sheet:
    blocks = tuple(Block("名单", columns=COLUMNS, rows=table, grow=grow) for table in tables)
    card = Card(
        "甲",
        ("编号：甲",),
        (*blocks, Block(across=2, pairs=(Pair("备注", remark, span=2),))),
        code="123456789012",
    )
    return Sheet("登记表", cards=(card,), signatures=("签字：", "盖章："), paper=Paper(slips=slips))


def words(pages: Pages) -> list[str]:
    return [text.text for page in pages for text in page.texts]


def smallest(page: Page) -> float:
    """The size of the smallest words in the frame, in pt."""
    return min(text.size for text in page.texts if text.text.startswith("第") and "页" not in text.text)


def assert_sound(pages: Pages) -> None:
    """Every word is on the paper, and no two words stand on each other."""
    for page in pages:
        boxes = sorted(text.box for text in page.texts)
        for number, (left, top, right, bottom) in enumerate(boxes):
            assert left >= 0
            assert top >= 0
            assert right <= page.width
            assert bottom <= page.height
            for other in boxes[number + 1 :]:
                apart = other[0] >= right - 0.05 or other[1] >= bottom - 0.05 or other[3] <= top + 0.05
                assert apart, (left, top, right, bottom, other)


@pytest.mark.parametrize("count", [1, 10, 24, 26, 28, 30, 33, 36])
def test_a_card_fits_one_page_as_long_as_it_can_be_read(count: int) -> None:
    pages = layout(sheet(rows(count)))

    assert len(pages) == 1
    assert [w for w in words(pages) if w.endswith("件事")] == [f"第{n}件事" for n in range(1, count + 1)]
    assert smallest(pages[0]) >= SETTINGS[-1].size
    assert_sound(pages)


def test_a_card_with_room_is_not_made_small() -> None:
    assert smallest(layout(sheet(rows(12)))[0]) == SETTINGS[0].size


def test_spare_lines_give_way_before_words_become_smaller() -> None:
    pages = layout(sheet(rows(14, blank=20)))

    assert len(pages) == 1
    assert smallest(pages[0]) == SETTINGS[0].size


def test_a_card_for_two_pages_is_not_made_small_in_vain() -> None:
    pages = layout(sheet(rows(45)))

    assert len(pages) == 2
    assert smallest(pages[0]) == SETTINGS[0].size
    assert_sound(pages)


@pytest.mark.parametrize("count", [0, 3, 20])
def test_a_table_that_may_grow_ends_where_the_signatures_begin(count: int) -> None:
    one = sheet(rows(count, blank=1), grow=True)
    (page,) = layout(one)
    frame = max(max(line.y1, line.y2) for line in page.lines)
    signature = next(text for text in page.texts if text.text == "签字：")

    assert 0 < signature.box[1] - frame < 12
    assert_sound(layout(one))


def test_every_card_of_a_sheet_has_the_same_columns() -> None:
    short, long = sheet(rows(2)).cards[0], sheet((Row(("1", "很长的内容，" * 12)), *rows(1))).cards[0]
    pages = layout(replace(sheet(), cards=(short, long)))
    edges = [sorted({round(line.x1, 3) for line in page.lines if line.x1 == line.x2}) for page in pages]

    assert edges[0] == edges[1]


def test_a_remark_of_many_lines_is_whole() -> None:
    remark = "\n".join(f"第{n}条：夜班，白天休息，请晚上七点以后上门。" for n in range(1, 6))
    pages = layout(sheet(rows(3), remark=remark))

    assert [w for w in words(pages) if "七点以后" in w] == remark.split("\n")
    assert_sound(pages)


def test_a_slip_that_does_not_fit_takes_the_next_one_too() -> None:
    one = sheet(rows(20), slips=2)
    pages = layout(one)

    assert page_counts(one, plain_measure) == [2]
    assert len(pages) == 1
    assert sum(w.endswith("件事") for w in words(pages)) == 20
    assert_sound(pages)


def test_the_code_stands_beside_the_title_and_touches_no_word() -> None:
    (page,) = layout(sheet(rows(3)))
    _left, top, _width, _height = Paper().frame
    modules = [line for line in page.lines if 0.6 < line.width < 0.8]
    title = next(text for text in page.texts if text.text == "登记表")

    assert len(modules) > 80
    assert min(line.y1 - line.width / 2 for line in modules) >= top - PT
    assert title.box[2] < min(line.x1 for line in modules)
    assert all(
        t.box[2] < min(m.x1 for m in modules) or t.box[1] > max(m.y1 for m in modules) for t in page.texts
    )
