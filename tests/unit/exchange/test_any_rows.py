"""Whatever stands in the cells of a sheet: every row is told once, and what is importable can be written, once."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from gridclient.errors import GridError, Unfit
from gridclient.exchange.book import Book, Cell, Row, Table, squared
from gridclient.exchange.forms import FORMS, Form, Recognised
from gridclient.exchange.mapping import recognise
from gridclient.exchange.rehearsal import Rehearsal, rehearse
from gridclient.exchange.writing import commit
from gridclient.records import (
    Building,
    Dwelling,
    Matter,
    OrgUnit,
    PartyCentreHousehold,
    PartyMember,
    Resident,
    Steward,
)
from gridclient.rules.identity import problem
from sync.replica import Replica
from tests.unit.exchange.conftest import TODAY, opened
from tests.unit.exchange.workbooks import HOME, numbered

WORDS = (
    "", "", " ", "\u3000", "\u200b", "同上", "合计", "填表人：赵某", "#REF!", "=A1+1", '="00123"', "无", "是", "男", "户主",
    "户籍", "群众", "见面", "自有", "赵某", "钱某", "阿某·买某", "𠮷某", "19900000001", "0830-1234567/19900000002\uff10", "1990000",
    "2026-09-01", "2026-13-40", "26.9.1", "1/2/2026", "2026年9月", "45000", "\u0662\u0660\u0662\u0666-09-01", "2026-09-01 25:61", "0000-00-00",
    "桃苑1栋1单元101室", "桃苑²栋1单元²²²", "2组15号", "第一网格", "²网格", "²", "第百网格", "1001网格", "999999999999网格",
    "5199021980021400", "1e3", "-5", "½", "010100001", "99999999999999999999/3", "。", "；" * 30,
)  # fmt: skip
OTHERS: tuple[Cell, ...] = (
    0, -1, 1.5, 1e308, 10**20, 12345, True, False, date(1, 1, 1), date(9999, 12, 31), date(2026, 9, 1),
    datetime(2026, 9, 1, 9, 10, 11, 123456), datetime(9999, 12, 31, 23, 59, 59), time(9, 10), timedelta(days=-3),
)  # fmt: skip


def anything(chance: Random) -> Cell:
    """A cell: a word of an office, a number, a day, a document number hurt in some way, any signs, a long text."""
    number = numbered(chance.randint(1, 5), chance.choice(["19800214", "18990101", "20300101"]))
    hurt: tuple[Cell, ...] = (number, number[:17] + "X", number[:6] + number[8:17], float(number[:17]))
    signs = "".join(chr(chance.choice([chance.randrange(32, 0xD800), chance.randrange(32)])) for _ in "four")
    long = chance.choice("甲1") * chance.choice([31, 61, 121, 2001, 10_000])
    return chance.choice([*chance.choices(WORDS, k=12), *chance.choices(OTHERS, k=3), *hurt, signs, long])


def sheet(chance: Random, form: Form, name: str) -> Table:
    """A sheet of this form, with the columns it cannot be without and some others, in any order."""
    needed = [[head for head, slot in form.heads.items() if slot == need] for need in form.core]
    heads = [chance.choice(words) for words in needed] + chance.sample([*form.heads], min(8, len(form.heads)))
    chance.shuffle(heads)
    rows: list[list[Any]] = [[form.title]] * chance.randint(0, 1)
    rows.append([chance.choice([head, f"{head}*"]) for head in heads])
    rows += [[anything(chance) for _ in heads] for _ in range(chance.randint(0, 6))]
    width = max(map(len, rows))
    bottom, left = len(rows) - 1, chance.randrange(width)
    spans = ((bottom - 1, left, bottom, left),) if chance.random() < 0.3 else ()
    ragged = frozenset({bottom} if chance.random() < 0.1 else ())
    return Table(name, squared([row + [""] * (width - len(row)) for row in rows]), spans, ragged)


def found_in(replica: Replica, book: Book) -> Rehearsal:
    return rehearse(replica, book, home=HOME, who="岑某", today=TODAY)


def laptop(empty: Path, folder: Path) -> Replica:
    """A laptop with nothing in it."""
    path = folder / "laptop.db"
    path.write_bytes(empty.read_bytes())
    return opened(path)


@given(st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_any_cells_are_told_or_written_and_written_only_once(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, chance: Random
) -> None:
    tables = tuple(sheet(chance, chance.choice(FORMS), f"表{n}") for n in range(chance.randint(1, 2)))
    replica = laptop(empty, tmp_path_factory.mktemp("any"))
    try:
        _promises_hold(replica, Book("任意.xlsx", tables))
    finally:
        replica.engine.dispose()


def _promises_hold(replica: Replica, book: Book) -> None:
    try:
        found = found_in(replica, book)
    except GridError:
        return
    counts = found.counts
    bodies = {(one.table.name, row + 1) for one in recognise(book) for row in _body(one)}
    skipped = [(one.sheet, one.row) for one in found.skipped]
    assert counts.rows_read == counts.importable + counts.rows_with_errors
    assert len(bodies) == counts.rows_read + len(skipped)
    assert len({*skipped}) == len(skipped)
    assert {(issue.sheet, issue.row) for issue in found.issues} <= bodies - {*skipped}

    commit(replica, found)

    told = {number for t in book.tables for row in t.rows for number in _numbers(row)}
    for resident in replica.all(Resident):
        number = resident.id_number
        assert len(number) != 18 or resident.population == "abroad" or problem(number, TODAY) is None
        assert not number or number in told or number[:6] + number[8:17] in told
    assert found_in(replica, book).batch == []


def _body(one: Recognised) -> range:
    return range(one.head.body, len(one.table.rows))


def _numbers(row: Row) -> set[str]:
    """What may have been taken for document numbers: signs as they stand in the cells, letters large."""
    return {"".join(str(cell).split()).upper().strip('="') for cell in row}


def made_of(replica: Replica, form: str, heads: list[str], *rows: list[Any]) -> Rehearsal:
    """What came of these rows under the title of a form."""
    filled = [[form] + [""] * (len(heads) - 1), heads, *rows]
    found = found_in(replica, Book("a.xlsx", (Table(form, filled),)))
    commit(replica, found)
    return found


def kinds(found: Rehearsal) -> list[tuple[str, str, str]]:
    return [(issue.severity, issue.kind, issue.column) for issue in found.issues]


@pytest.mark.parametrize(
    ("form", "heads", "row", "column"),
    [
        (
            "网格员信息登记表",
            ["姓名", "专兼职*", "所属网格", "备注"],
            ["", "专职", "第一网格", "新来"],
            "A",
        ),
        ("楼栋长花名册", ["楼栋*", "姓名", "产生方式", "备注"], ["桃苑1栋", "", "推选", "新任"], "B"),
        ("居民花名册", ["姓名", "身份证号码*", "住址"], ["", numbered(1), "桃苑1栋1单元101室"], "A"),
        ("诉求登记台账", ["登记日期", "诉求类别*", "诉求内容"], ["", "环境卫生", "路灯不亮"], "A"),
        ("诉求登记台账", ["登记日期", "诉求类别*", "诉求内容"], ["2026-09-01", "", ""], "C"),
    ],
)
def test_what_no_record_can_do_without_is_asked_for_though_another_head_has_the_star(
    replica: Replica, form: str, heads: list[str], row: list[Any], column: str
) -> None:
    assert ("error", "required_missing", column) in kinds(made_of(replica, form, heads, row))


def test_a_day_that_cannot_be_read_refuses_the_row_of_a_record_that_needs_it(replica: Replica) -> None:
    found = made_of(
        replica, "诉求登记台账", ["登记日期", "诉求类别", "诉求内容"], ["2026-09", "", "路灯不亮"]
    )

    assert kinds(found) == [("warning", "date_partial", "A"), ("error", "required_missing", "A")]
    assert replica.count(Matter) == 0


def test_a_matter_without_a_number_is_the_same_matter_in_the_same_file_again(replica: Replica) -> None:
    heads = ["登记日期", "诉求人", "诉求类别", "诉求内容"]
    rows = [
        ["2026-09-01", "赵某", "", "路灯不亮"],
        ["2026-09-01", "钱某", "", "路灯不亮"],
        ["2026-09-02", "赵某", "", "。"],
    ]
    made_of(replica, "诉求登记台账", heads, *rows)

    assert replica.count(Matter) == 3
    assert made_of(replica, "诉求登记台账", heads, *rows).batch == []


def test_a_centre_household_without_a_number_is_the_same_one_in_the_same_file_again(replica: Replica) -> None:
    heads = ["编号", "户主（党员）姓名*", "住址", "入党时间"]
    rows = [["", "赵某", "桃苑1栋1单元101室", "1999-02"], ["", "钱某", "桃苑1栋1单元102室", "1999-02"]]
    made_of(replica, "党员中心户登记表", heads, *rows)

    assert replica.count(PartyCentreHousehold) == 2
    assert made_of(replica, "党员中心户登记表", heads, *rows).batch == []


@pytest.mark.parametrize(
    "name", ["²网格", "²", "5199021980021400", "0网格", "第0网格", "1000网格", "第百网格"]
)
def test_a_grid_of_any_name_gets_a_code_of_its_community(replica: Replica, name: str) -> None:
    made_of(
        replica,
        "居民花名册",
        ["姓名", "身份证号码", "住址", "所属网格"],
        _someone(1, "桃苑1栋1单元101室", name),
    )

    (grid,) = [unit for unit in replica.all(OrgUnit) if unit.level == "grid"]
    assert (grid.name, grid.code) == (name, f"{HOME}001")


def test_a_column_of_people_taken_for_grids_is_refused_in_words(replica: Replica) -> None:
    heads = ["姓名", "身份证号码", "住址", "所属网格"]
    rows = [_someone(n, "桃苑1栋1单元101室", f"赵某{n}") for n in range(1000)]

    with pytest.raises(Unfit, match="网格太多"):
        made_of(replica, "居民花名册", heads, *rows)


@pytest.mark.parametrize("door", ["19900", "5199021980021400", "²²²²"])
def test_a_door_tells_no_floor_that_no_house_has(replica: Replica, door: str) -> None:
    made_of(replica, "住房信息登记表", ["楼栋", "单元", "室号", "住房类别"], ["桃苑1栋", "1", door, "自住房"])

    assert [(one.door, one.floor) for one in replica.all(Dwelling)] == [(door, None)]


def test_texts_too_long_for_what_they_become_part_of_do_not_stop_the_others(replica: Replica) -> None:
    heads = ["分组编号", "分组名称", "联户长*"]
    found = made_of(replica, "十户联防分组信息登记表", heads, ["1", "甲" * 61, "赵某"], ["2", "二组", "钱某"])

    assert kinds(found) == [("warning", "bad_value", "B")]
    assert sorted(one.remark for one in replica.all(Steward)) == ["1", "二组，2"]


def test_a_building_may_be_called_by_a_long_number_and_its_community_by_none(replica: Replica) -> None:
    heads = ["所属社区", "姓名", "身份证号码", "所属楼栋", "室号"]
    made_of(replica, "居民花名册", heads, ["桃溪" * 40, "赵某", numbered(1), f"{'1' * 25}栋", "101"])

    assert [(one.name, one.number) for one in replica.all(Building)] == [(f"{'1' * 25}栋", "")]
    assert [one.name for one in replica.all(OrgUnit) if one.level == "community"] == [HOME]


def _someone(serial: int, address: str, grid: str) -> list[Any]:
    return ["赵某", numbered(serial), address, grid]


def test_two_heads_of_one_name_in_one_group_are_two_members(replica: Replica) -> None:
    people = [["赵某", numbered(n), f"桃苑1栋1单元10{n}室", f"01010000{n}"] for n in (1, 2)]
    made_of(replica, "居民花名册", ["姓名", "身份证号码", "住址", "户号"], *people)
    heads = ["编号", "户主（党员）姓名", "户号", "楼栋党小组", "住址"]
    rows = [[f"ZX{n}", "赵某", f"01010000{n}", "第一楼栋党小组", f"桃苑1栋1单元10{n}室"] for n in (1, 2)]
    made_of(replica, "党员中心户登记表", heads, *rows)

    assert len({one.resident for one in replica.all(PartyMember)} - {""}) == 2
    assert made_of(replica, "党员中心户登记表", heads, *rows).batch == []
