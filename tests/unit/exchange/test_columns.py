"""The head of a table is found by what it says, and every column says what becomes of it."""

import pytest

from gridclient.exchange.book import Book, Row, Table
from gridclient.exchange.forms import FORMS, Recognised
from gridclient.exchange.mapping import recognise
from tests.unit.exchange.workbooks import CENTRE, POPULATION, STEWARD, UNIT_ROW, VISIT


def only(table: Table) -> Recognised:
    found = recognise(Book("a.xlsx", (table,)))
    assert len(found) == 1
    return found[0]


def square(*rows: Row) -> list[Row]:
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


@pytest.mark.parametrize(
    ("title", "heads", "form"),
    [
        ("实有人口数据", POPULATION, "population"),
        ("入户走访登记表", VISIT, "visits"),
        ("党员中心户登记表", CENTRE, "centres"),
        ("楼栋长花名册", STEWARD, "stewards"),
        ("楼宇信息登记表", ["楼宇名称*", "所属网格*", "楼宇地址*", "负责人", "联系电话"], "buildings"),
        ("网格员信息登记表", ["姓名*", "所属网格", "身份证号码*", "专兼职情况*"], "grid_workers"),
        ("流动人口登记表", ["姓名*", "所属网格*", "身份证号码*", "流入原因*"], "floating"),
        ("户籍人口登记表", ["姓名*", "身份证号码*", "户号*", "人户状态*"], "registered"),
        ("摸底表", ["序号", "姓名*", "身份证号码*", "户号*", "家庭住址*"], "people"),
        ("居民诉求登记台账", ["编号", "登记日期", "诉求类别", "诉求内容"], "appeals"),
        ("矛盾纠纷排查化解台账", ["排查日期", "纠纷名称", "风险等级"], "disputes"),
    ],
)
def test_a_form_is_known_by_its_heads(title: str, heads: list[str], form: str) -> None:
    found = only(Table("表", square([title], [*heads], ["x"] * len(heads))))

    assert found.form.name == form
    assert found.head.body == 2


def test_the_order_of_the_columns_does_not_matter() -> None:
    forward = only(Table("表", square(["实有人口数据"], [*POPULATION])))
    backward = only(Table("表", square(["实有人口数据"], [*reversed(POPULATION)])))

    assert {c.head: c.slot for c in forward.head.columns} == {c.head: c.slot for c in backward.head.columns}


def test_a_head_in_the_fifth_row_over_two_rows_is_found() -> None:
    upper: Row = ["姓名*", "身份证号码*", "户号*", "人户状态*", "户籍地", "", ""]
    lower: Row = ["", "", "", "", "省*", "市*", "区县*"]
    rows = square(
        ["1.0", "户籍人口信息登记表"], ["", "填写注意事项"], [*UNIT_ROW], [], upper, lower, ["赵某"]
    )
    spans = (*((4, c, 5, c) for c in range(4)), (4, 4, 4, 6))

    found = only(Table("户籍人口登记表", rows, spans))

    assert found.form.name == "registered"
    assert found.head.rows == (4, 5)
    assert [c.slot for c in found.head.columns[4:]] == ["registered.1", "registered.2", "registered.3"]
    assert all(c.starred for c in found.head.columns)


def test_heads_are_compared_without_stars_blanks_and_full_width_brackets() -> None:
    heads: Row = ["姓　 名 \uff0a", "身份证号码*", "户 号", "现住门(楼)详址", "联系方式/手机", "家庭 住址"]

    slots = [c.slot for c in only(Table("名册", [heads])).head.columns]

    assert slots == [
        "resident.name",
        "resident.id_number",
        "household.number",
        "address",
        "resident.phones",
        "address",
    ]


def test_what_is_not_collected_and_what_nobody_knows_is_told_apart() -> None:
    heads: Row = ["姓名", "身份证号码", "户号", "宗教信仰", "血型", "楼道灯是否损坏", "序号"]

    slots = {c.head: c.slot for c in only(Table("名册", [heads])).head.columns}

    assert slots["宗教信仰"] == "!宗教信仰不收集"
    assert slots["血型"].startswith("!")
    assert slots["楼道灯是否损坏"] == ""
    assert slots["序号"] == "."


def test_a_page_of_dictionaries_is_no_form() -> None:
    rows: list[Row] = [["人口类型：", "", "性别：", "民族："], ["户籍", "", "男", "汉族"]]

    assert recognise(Book("a.xlsx", (Table("相关数据字典项", rows),))) == []


def test_every_head_of_every_form_leads_to_a_slot_somebody_reads() -> None:
    for form in FORMS:
        assert form.core <= {*form.heads.values()}, form.name
        assert {*form.needs} <= {*form.heads.values()}, form.name
