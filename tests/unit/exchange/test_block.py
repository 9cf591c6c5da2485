"""Blocks copied from a workbook, and what a row of them would do."""

from datetime import date

from hypothesis import given, strategies as st
import pytest

from gridclient.exchange.block import cells_of, recognise
from gridclient.exchange.typed import Typed, meant, propose
from gridclient.fields import RECORDS
from gridclient.records import Resident
from gridclient.rules.identity import check_digit

TODAY = date(2026, 10, 31)
FIELDS = [
    RECORDS["resident"].field(name) for name in ("name", "relation", "id_number", "sex", "birth", "phones")
]


@given(st.lists(st.lists(st.text("王a1 \"'\t\n、", max_size=6), min_size=1, max_size=4), max_size=5))
def test_any_cells_a_workbook_copies_come_back_as_they_were(rows: list[list[str]]) -> None:
    def copied(cell: str) -> str:
        return f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set('\t\n"') else cell

    found = cells_of("\r\n".join("\t".join(map(copied, row)) for row in rows))

    width = max(map(len, rows), default=0)
    expected = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    while expected and not any(expected[-1]):
        expected.pop()
    assert [row[: len(want)] for row, want in zip(found, expected, strict=True)] == [
        row[: len(found[0])] for row in expected
    ]


def test_heads_are_known_by_label_and_synonym_in_any_order() -> None:
    block = recognise(cells_of("手机*\t公民身份号码\t姓 名\t爱好\n1\t2\t王芳\t钓鱼"), FIELDS)

    assert [f.name if f else "" for f in block.fields] == ["phones", "id_number", "name", ""]
    assert block.unknown == ["爱好"]
    assert block.told(block.rows[0]) == {"phones": "1", "id_number": "2", "name": "王芳"}


def test_heads_may_stand_beneath_a_title() -> None:
    block = recognise(cells_of("桂花社区居民名单\t\n姓名\t性别\n王芳\t女"), FIELDS)

    assert block.rows == (("王芳", "女"),)


def test_a_block_without_heads_fills_column_by_column_from_where_it_is_put() -> None:
    block = recognise(cells_of("女\t20080808\t19900012345\t多"), FIELDS, start=3)

    assert [f.name if f else "" for f in block.fields] == ["sex", "birth", "phones", ""]
    assert block.heads == ()


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("sex", "未知道", "没有这一项"),
        ("birth", "去年", "不是有效日期"),
        ("id_number", "5.19941E+17", "末三位已丢失"),
        ("id_number", "519901********3386", "遮住"),
        ("phones", "1990001234", "不是一个电话号码"),
    ],
)
def test_a_cell_that_means_nothing_says_so_in_a_sentence(name: str, text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        meant("resident", RECORDS["resident"].field(name), text)


def test_a_row_is_new_changed_the_same_or_unclear() -> None:
    known = Resident(name="王芳", sex="2")

    assert propose(Typed(Resident(), new=True), {"name": "李四"}, TODAY).what == "new"
    assert propose(Typed(Resident(), new=True), {"sex": "女"}, TODAY).problems == ("没有姓名",)
    assert propose(Typed(known), {"sex": "女", "name": "王 芳"}, TODAY).what == "same"
    changed = propose(Typed(known), {"phones": "19900012345", "birth": "某天"}, TODAY)
    assert (changed.what, changed.changes) == ("changed", (("联系电话", "", "199****2345"),))
    assert "不是有效日期" in changed.problems[0]
    assert propose(Typed(known), {"sex": "女"}, TODAY, "不在这里").what == "unclear"


def test_nothing_is_altered_by_looking_at_what_would_become() -> None:
    row = Typed(Resident(name="王芳"))

    propose(row, {"name": "李四"}, TODAY)

    assert row.typed == {}
    assert row.record.name == "王芳"


def test_an_identity_number_fills_what_it_tells_and_the_row_gives_only_what_is_right() -> None:
    row, spec = Typed(Resident(name="王芳")), RECORDS["resident"]
    number = "51990119730625002"
    row.put(spec.field("id_number"), number + check_digit(number), TODAY)
    row.put(spec.field("education"), "不知道", TODAY)
    person, taken = row.filled()

    assert (person.birth, person.sex) == (date(1973, 6, 25), "2")
    assert taken == {"id_number", "birth", "sex"}
    assert person.education == ""


def test_a_sex_that_the_number_contradicts_is_asked_about() -> None:
    row, spec = Typed(Resident(name="王芳")), RECORDS["resident"]
    number = "51990119730625002"
    row.put(spec.field("id_number"), number + check_digit(number), TODAY)

    row.put(spec.field("sex"), "男性", TODAY)

    assert row.odd(spec.field("sex"), TODAY) == "和身份证号里的性别不同，请核对"
    assert row.odd(spec.field("birth"), TODAY) == ""


def test_nothing_personal_is_in_what_a_log_would_show() -> None:
    row = Typed(Resident(name="王芳"))
    block = recognise(cells_of("姓名\t手机\n王芳\t19900012345"), FIELDS)
    proposal = propose(row, {"phones": "19900012345", "name": "李四"}, TODAY)

    for shown in (repr(row), repr(block), repr(proposal)):
        assert "王芳" not in shown
        assert "李四" not in shown
        assert "19900012345" not in shown
