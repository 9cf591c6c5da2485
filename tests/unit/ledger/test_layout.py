from collections import Counter
from itertools import pairwise

from hypothesis import given, settings, strategies as st
import pytest

from gridclient.errors import Unfit
from gridclient.ledger.layout import NOTHING, layout
from gridclient.ledger.page import Page, Pages
from gridclient.ledger.sheet import Block, Card, Column, Pair, Paper, Row, Sheet, Tally

MARK = 0x3400  # row i is recognised by the character MARK + i, which no other cell holds
HEADS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
WORDS = st.text("甲乙丙丁，。（）、 12-·𠮷", max_size=60)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    count = draw(st.integers(2, 40))
    parents = draw(st.lists(st.sampled_from(["", "", "合一", "合二"]), min_size=count, max_size=count))
    columns = tuple(
        Column(
            HEADS[i],
            parent=parents[i] if i else "",
            once=draw(st.booleans()) and i > 0,
            weight=draw(st.sampled_from([0.0, 1.0])),
            kind=draw(st.sampled_from(["text", "id"])),
            align=draw(st.sampled_from(["left", "center", "right"])),
        )
        for i in range(count)
    )
    length = draw(st.sampled_from([0, 1, 2, 7, 40]))
    texts = draw(st.lists(WORDS, min_size=1, max_size=6)) + draw(
        st.sampled_from([[], ["一\n二\n三\n四\n五"], ["丁" * 50], ["甲乙，" * 200]])
    )
    rows = tuple(
        Row(
            (chr(MARK + i), *(texts[(i // 3 * 7 + c) % len(texts)] for c in range(1, count))),
            keep=str(i // draw(st.sampled_from([3]))),
            tally=(1,),
        )
        for i in range(length)
    )
    return Sheet(
        "台账",
        ("副题",) if draw(st.booleans()) else (),
        ("左", "中", "右"),
        columns,
        rows,
        tallies=(Tally("{} 行"),),
        page_total=draw(st.booleans()),
        fill_blank_rows=draw(st.booleans()),
        sign_every_page=draw(st.booleans()),
        signatures=("制表人：", "审核人："),
        paper=Paper(landscape=True, size=draw(st.sampled_from(["A4", "A3"]))),
        mark="岑立冬 2026-09-30",
    )


def register(rows: tuple[Row, ...], columns: int = 3, **options: object) -> Sheet:
    return Sheet("台账", columns=tuple(Column(HEADS[i]) for i in range(columns)), rows=rows, **options)  # type: ignore[arg-type]


def words(page: Page) -> list[str]:
    return [text.text for text in page.texts]


def shown(pages: Pages) -> Counter[str]:
    return Counter(c for page in pages for text in words(page) for c in text)


def assert_nothing_outside(page: Page) -> None:
    for text in page.texts:
        left, top, right, bottom = text.box
        assert left >= -0.01
        assert top >= 0
        assert right <= page.width + 0.01, text
        assert bottom <= page.height
    for line in page.lines:
        assert 0 <= min(line.x1, line.x2) <= max(line.x1, line.x2) <= page.width
        assert 0 <= min(line.y1, line.y2) <= max(line.y1, line.y2) <= page.height


def assert_nothing_overlaps(page: Page) -> None:
    boxes = sorted(text.box for text in page.texts if text.text)
    for index, (left, top, right, bottom) in enumerate(boxes):
        for left2, top2, _right2, bottom2 in boxes[index + 1 :]:
            if left2 >= right - 0.01:
                break
            assert bottom <= top2 + 0.01 or bottom2 <= top + 0.01, (page.number, left, top, left2, top2)


def assert_no_line_through_words(page: Page) -> None:
    boxes = [(text.text, *text.box) for text in page.texts]
    for line in page.lines:
        for words_, left, top, right, bottom in boxes:
            crosses_x = min(line.x1, line.x2) < right - 0.05 and max(line.x1, line.x2) > left + 0.05
            crosses_y = min(line.y1, line.y2) < bottom - 0.05 and max(line.y1, line.y2) > top + 0.05
            assert not (crosses_x and crosses_y), (page.number, words_, line)


@given(sheets())
@settings(max_examples=80)
def test_every_row_is_printed_once_inside_the_page_and_nothing_overlaps(sheet: Sheet) -> None:
    pages = layout(sheet)
    seen = shown(pages)

    assert [n for page in pages for n in page.rows] == list(range(len(sheet.rows)))
    assert all(seen[chr(MARK + i)] == 1 for i in range(len(sheet.rows)))
    for page in (pages[0], pages[len(pages) // 2], pages[-1]):
        assert_nothing_outside(page)
        assert_nothing_overlaps(page)
        assert_no_line_through_words(page)
        assert {"台账", f"第 {page.number} 页 共 {len(pages)} 页"} <= set(words(page))
        assert set(HEADS[: len(sheet.columns)]) <= set(words(page))


@given(sheets())
@settings(max_examples=15)
def test_no_word_is_lost(sheet: Sheet) -> None:
    blanks = {" ", "　"}
    once = [i for i, column in enumerate(sheet.columns) if column.once]
    wanted = Counter(
        c
        for row in sheet.rows
        for i, cell in enumerate(row.cells)
        if i not in once
        for c in cell
        if c in "甲丙丁𠮷" and c not in blanks
    )
    printed = shown(layout(sheet))

    assert all(printed[c] >= count for c, count in wanted.items())


def test_a_household_stays_on_one_page_where_it_fits() -> None:
    rows = tuple(Row((chr(MARK + i), "x", "y"), keep=str(i // 4)) for i in range(200))
    pages = layout(register(rows))

    for page in pages:
        assert {n // 4 for n in page.rows} == {n // 4 for n in page.rows if n // 4 * 4 in page.rows}
        assert len(page.rows) % 4 == 0


def test_a_common_value_is_printed_once_for_its_household() -> None:
    columns = (Column("户号", once=True), Column("姓名"))
    rows = tuple(Row(("010100001", name), keep="1") for name in "甲乙丙")
    (page,) = layout(Sheet("台账", columns=columns, rows=rows))
    top, _middle, bottom = [text for text in page.texts if text.text in "甲乙丙"]
    (number,) = [text for text in page.texts if text.text == "010100001"]

    assert top.y < number.y < bottom.y


def test_no_rows_give_one_page_that_says_so() -> None:
    pages = layout(register(()))

    assert len(pages) == 1
    assert NOTHING in words(pages[0])


def test_blank_rows_fill_the_last_page() -> None:
    rows = tuple(Row((chr(MARK + i), "", "")) for i in range(3))
    plain, filled = layout(register(rows)), layout(register(rows, fill_blank_rows=True))

    def across(page: Page) -> int:
        return sum(line.y1 == line.y2 for line in page.lines)

    assert across(filled[0]) > across(plain[0]) + 15
    assert NOTHING not in words(layout(register((), fill_blank_rows=True))[0])


def test_pages_add_up_to_the_whole() -> None:
    rows = tuple(Row((chr(MARK + i), "", ""), tally=(1,)) for i in range(100))
    pages = layout(register(rows, tallies=(Tally("{} 人"),), page_total=True))
    said = [text for page in pages for text in words(page) if text.startswith("共 ")]

    assert said[-1] == "共 100 人"
    assert sum(int(text.split()[1]) for text in said[:-1]) == 100
    assert sum("合计" in words(page) for page in pages) == 1


def test_the_signature_is_on_the_last_page_only_or_on_every_page() -> None:
    rows = tuple(Row((chr(MARK + i), "", "")) for i in range(100))

    last = layout(register(rows, signatures=("制表人：",)))
    every = layout(register(rows, signatures=("制表人：",), sign_every_page=True))

    assert ["制表人：" in words(page) for page in last] == [False] * (len(last) - 1) + [True]
    assert all("制表人：" in words(page) for page in every)


@pytest.mark.parametrize("rows", range(20, 60))
def test_the_end_never_stands_alone_without_a_row(rows: int) -> None:
    made = tuple(Row((chr(MARK + i), "", ""), tally=(1,)) for i in range(rows))
    pages = layout(register(made, tallies=(Tally("{} 人"),), signatures=("制表人：",)))

    assert all(page.rows for page in pages)


def test_a_row_taller_than_a_page_is_continued() -> None:
    pages = layout(register((Row((chr(MARK), "长" * 9000, "尾")), Row((chr(MARK + 1), "", "")))))

    assert len(pages) > 2
    assert shown(pages)["长"] == 9000
    assert pages[0].rows == (0,)


def test_three_thousand_rows_keep_their_order() -> None:
    rows = tuple(Row((f"{i}", "甲乙丙", "丁")) for i in range(3000))
    numbers = [n for page in layout(register(rows)) for n in page.rows]

    assert numbers == list(range(3000))


def test_words_shrink_with_many_columns_but_stay_readable() -> None:
    cells = tuple("甲乙丙丁" for _ in range(40))
    few = layout(register((Row(("甲", "乙", "丙")),)))[0]
    many = layout(register((Row(cells),), columns=40, paper=Paper(landscape=True)))[0]

    assert max(t.size for t in few.texts if t.text == "甲") == 10.5
    assert min(t.size for t in many.texts if t.text.startswith("甲")) >= 8
    with pytest.raises(Unfit, match="列太多"):
        layout(Sheet("台账", columns=tuple(Column("甲") for _ in range(90)), rows=()))


def test_identity_numbers_are_never_broken() -> None:
    columns = (*(Column(HEADS[i]) for i in range(12)), Column("身份证号", kind="id"))
    cells = ("甲乙丙丁戊己庚辛壬癸",) * 12
    rows = (Row((*cells, "519901********1234")),)

    assert "519901********1234" in words(layout(Sheet("台账", columns=columns, rows=rows))[0])


def test_one_very_long_name_does_not_widen_its_column() -> None:
    names = ["王小明"] * 99 + ["丁" * 50]
    rows = tuple(Row((f"{n}", name, "甲" * 60)) for n, name in enumerate(names))
    pages = layout(register(rows))
    lines = [text for page in pages for text in page.texts if set(text.text) == {"丁"}]

    assert sum(len(text.text) for text in lines) == 50


def test_common_heads_stand_over_their_columns() -> None:
    columns = (Column("序号"), Column("姓名", "对象"), Column("电话", "对象"), Column("备注"))
    (page,) = layout(Sheet("台账", columns=columns, rows=()))
    at = {text.text: text for text in page.texts}

    assert at["姓名"].x < at["对象"].x < at["电话"].x
    assert at["对象"].y < at["姓名"].y
    assert at["对象"].y < at["序号"].y < at["姓名"].y


def test_a_common_head_over_one_narrow_column_is_not_cut() -> None:
    columns = tuple(Column("A", parent="合一" if i == 3 else "") for i in range(30))
    (page,) = layout(Sheet("台账", columns=columns, rows=(Row(("1" * 20,) * 3 + ("",) * 27),)))

    assert_no_line_through_words(page)


def test_lines_of_chinese_do_not_begin_with_a_comma_or_end_with_a_bracket() -> None:
    (page,) = layout(register((Row(("甲，（乙）" * 40, "丙" * 80, "丁" * 80)),)))
    lines = [text.text for text in page.texts if "甲" in text.text]

    assert len(lines) > 3
    assert not any(line.startswith(("，", "）")) for line in lines)
    assert not any(line.endswith("（") for line in lines)


def test_a_card_repeats_the_head_of_its_list_and_keeps_every_line() -> None:
    columns = (Column("序号"), Column("户主"))
    rows = tuple(Row((str(i), chr(MARK + i))) for i in range(90))
    blocks = (
        Block("基本情况", 2, (Pair("姓名", "李明"), Pair("备注", "长" * 3000, span=2))),
        Block("名单", columns=columns, rows=rows),
    )
    card = Card("ZXH-001", ("编号：ZXH-001",), blocks)
    pages = layout(Sheet("登记表", cards=(card, card), signatures=("签字：",)))
    seen = shown(pages)

    assert all(seen[chr(MARK + i)] == 2 for i in range(90))
    assert seen["长"] == 6000
    assert [page.number for page in pages] == [*range(1, len(pages) // 2 + 1)] * 2
    for page in pages:
        assert_nothing_outside(page)
        assert_nothing_overlaps(page)
        assert_no_line_through_words(page)
    listing = [page for page in pages if any(chr(MARK) <= w <= chr(MARK + 90) for w in words(page))]
    assert all("户主" in words(page) for page in listing)


def test_the_title_of_a_block_is_never_left_behind() -> None:
    for lines in range(1, 40):
        pairs = tuple(Pair("甲", "乙", span=2) for _ in range(lines))
        blocks = (Block("一", 2, pairs), Block("名单", columns=(Column("户主"),), rows=(Row(("丁",)),)))
        pages = layout(Sheet("登记表", cards=(Card("1", (), blocks),)))

        for page in pages:
            assert ("名单" in words(page)) == ("丁" in words(page))


def test_rows_of_a_page_follow_each_other_without_a_gap() -> None:
    rows = tuple(Row((chr(MARK + i), "", "")) for i in range(10))
    (page,) = layout(register(rows))
    across = sorted({round(line.y1, 3) for line in page.lines if line.y1 == line.y2})
    heights = {round(b - a, 2) for a, b in pairwise(across[1:])}

    assert len(heights) == 1
