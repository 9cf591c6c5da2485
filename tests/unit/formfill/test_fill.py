"""A department's form comes back filled and looking as it did, and nothing is ever written into the form itself."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
import pytest

from gridclient.errors import Unfit, UnreadableFile
from gridclient.formfill.fill import EVERYWHERE, Filled, fill, save, sheet_of
from gridclient.formfill.match import (
    from_file,
    proposed,
    read_office_form,
    recalled,
    remember,
    settled,
    to_file,
)
from gridclient.ledger.compose import Scope
from sync.replica import Replica
from tests.support.office_forms import PICTURE, full_form, plain_form, with_logo, with_newer_list

TODAY = date(2026, 11, 22)


def filled(path: Path, replica: Replica, *, masked: bool = False, scope: Scope = EVERYWHERE) -> Filled:
    form = read_office_form(path)
    match = proposed(form, "residents").match
    sheet = sheet_of(form, match, replica, today=TODAY, masked=masked, scope=scope)
    return fill(form, match, sheet)


def cells(done: Filled, at: str) -> list[object]:
    tab = load_workbook(BytesIO(done.content)).worksheets[0]
    return [row[0].value for row in tab[at]]


def test_each_column_is_matched_by_its_head_also_under_a_merged_one_and_over_links(tmp_path: Path) -> None:
    found = proposed(read_office_form(full_form(tmp_path / "表.xlsx")))

    paths = {entry.head: entry.path for entry in found.match.columns}
    assert paths["姓名*"] == "name"
    assert paths["住址/楼栋"] == "household.dwelling.building.name"
    assert paths["年龄"] == "@age"
    assert paths["序号"] == "#"


def test_what_is_not_kept_here_is_left_for_a_person_with_the_reason(tmp_path: Path) -> None:
    found = proposed(read_office_form(full_form(tmp_path / "表.xlsx")))

    assert dict(zip((e.head for e in found.match.columns), found.why, strict=True)) == {
        **{entry.head: "" for entry in found.match.columns},
        "宗教信仰": "宗教信仰不收集",
        "领导批示": "底册里没有这一项",
    }


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        (["姓名", "性别", "身份证号码", "户主电话"], "resident"),
        (["户号", "户主", "人口数", "户主联系电话", "住址"], "household"),
        (["楼栋名称", "单元数", "层数", "建筑结构"], "building"),
        (["走访日期", "走访人", "走访结果", "户号"], "visit"),
    ],
)
def test_the_rows_of_a_form_are_guessed_from_its_heads(tmp_path: Path, heads: list[str], kind: str) -> None:
    found = proposed(read_office_form(plain_form(tmp_path / "表.xlsx", heads)))

    assert found.match.template.kind == kind
    assert found.match.open == 0


def test_of_two_columns_with_one_meaning_the_first_is_filled(tmp_path: Path) -> None:
    path = plain_form(tmp_path / "表.xlsx", ["姓名", "联系电话", "手机", "批示", "意见"])

    assert proposed(read_office_form(path), "residents").why == (
        "",
        "",
        "和前面一列相同，没有再填",
        "底册里没有这一项",
        "底册里没有这一项",
    )


def test_rows_begin_below_a_head_of_two_rows_also_where_its_second_says_nothing_to_us(tmp_path: Path) -> None:
    path = full_form(tmp_path / "表.xlsx")
    book = load_workbook(path)
    book.worksheets[0]["E5"], book.worksheets[0]["F5"] = "甲项", "乙项"
    book.save(path)

    assert read_office_form(path).body == 6


def test_rows_begin_below_the_head_and_what_stood_there_is_gone(tmp_path: Path, replica: Replica) -> None:
    done = filled(full_form(tmp_path / "表.xlsx"), replica)

    assert cells(done, "B6:B9") == ["李䶮", "王㛃", "=陈秀英", "古丽"]
    assert cells(done, "D6:D7") == ["519901195001010338", "519901195001011338"]
    assert cells(done, "A6:A9") == [1, 2, 3, 4]


def test_what_looks_like_a_formula_in_our_records_stays_a_name(tmp_path: Path, replica: Replica) -> None:
    tab = load_workbook(BytesIO(filled(full_form(tmp_path / "表.xlsx"), replica).content)).worksheets[0]

    assert tab["B8"].data_type == "s"


def test_total_and_signature_move_down_and_their_formulas_count_the_new_rows(
    tmp_path: Path, replica: Replica
) -> None:
    book = load_workbook(BytesIO(filled(full_form(tmp_path / "表.xlsx"), replica).content))
    tab = book.worksheets[0]

    assert (tab["A10"].value, tab["G10"].value) == ("合计", "=SUM(G6:G9)")
    assert tab["G10"].fill.fgColor.rgb.endswith("FFFF00")
    assert str(tab["A11"].value).startswith("制表人")
    assert tab.row_dimensions[11].height == 40
    assert "A11:J11" in {one.coord for one in tab.merged_cells.ranges}
    assert book["字典"]["C1"].value == "=登记表!G10"


def test_a_form_with_more_room_than_rows_keeps_its_empty_rows(tmp_path: Path, replica: Replica) -> None:
    done = filled(full_form(tmp_path / "表.xlsx", rows=10), replica)

    assert cells(done, "A10:A16") == [None, None, None, None, None, None, "合计"]


def test_every_row_looks_like_the_first_one(tmp_path: Path, replica: Replica) -> None:
    tab = load_workbook(BytesIO(filled(full_form(tmp_path / "表.xlsx"), replica).content)).worksheets[0]

    assert {tab.cell(row, 2).font.name for row in range(6, 10)} == {"仿宋"}
    assert {tab.cell(row, 10).border.left.style for row in range(6, 10)} == {"thin"}
    assert {tab.row_dimensions[row].height for row in range(6, 10)} == {27}


def test_what_stands_beside_the_table_stays(tmp_path: Path, replica: Replica) -> None:
    path = full_form(tmp_path / "表.xlsx", rows=10)
    book = load_workbook(path)
    book.worksheets[0]["M6"], book.worksheets[0]["M7"] = "选项一", "选项二"
    book.save(path)

    assert cells(filled(path, replica), "M6:M7") == ["选项一", "选项二"]


def test_a_form_whose_total_follows_its_head_gets_rows_without_sums(tmp_path: Path, replica: Replica) -> None:
    path = plain_form(tmp_path / "表.xlsx", ["姓名", "性别", "年龄"], ["合计", None, "=SUM(C1:C1)"])
    done = filled(path, replica)

    assert cells(done, "A2:A6") == ["李䶮", "王㛃", "=陈秀英", "古丽", "合计"]
    assert cells(done, "C2:C5") == [76, 76, 76, 76]


def test_an_example_is_no_signature(tmp_path: Path) -> None:
    path = plain_form(tmp_path / "表.xlsx", ["姓名", "性别", "年龄"], ["例：张三", "男", 70])

    assert read_office_form(path).foot == 0


def test_formulas_of_the_first_row_go_on_in_every_row(tmp_path: Path, replica: Replica) -> None:
    path = plain_form(tmp_path / "表.xlsx", ["姓名", "年龄", "明年"], ["例", 70, "=B2+1"])

    assert cells(filled(path, replica), "C2:C4") == ["=B2+1", "=B3+1", "=B4+1"]


def test_widths_lists_rules_and_the_way_it_prints_stay(tmp_path: Path, replica: Replica) -> None:
    tab = load_workbook(BytesIO(filled(full_form(tmp_path / "表.xlsx"), replica).content)).worksheets[0]

    assert tab.column_dimensions["D"].width == 24
    assert {str(rule.sqref) for rule in tab.data_validations.dataValidation} == {"C6:C202", "H6:H9"}
    assert [str(look.sqref) for look in tab.conditional_formatting] == ["G6:G9"]
    assert (tab.print_title_rows, tab.page_setup.orientation) == ("$4:$5", "landscape")
    assert tab.print_area.endswith("$A$1:$J$11")


def test_a_list_gets_its_own_words_and_what_it_does_not_offer_stays_empty_and_is_told(
    tmp_path: Path, replica: Replica
) -> None:
    done = filled(full_form(tmp_path / "表.xlsx"), replica)

    assert cells(done, "C6:C7") == ["男", "女"]
    assert cells(done, "H6:H9") == ["初中毕业", "高中", None, None]
    assert [(gap.letter, gap.why, gap.rows) for gap in done.gaps] == [
        ("H", "底册里没有填", (8,)),
        ("H", "表里的下拉选项没有“大专”", (9,)),
    ]


def test_numbers_are_masked_unless_asked_for(tmp_path: Path, replica: Replica) -> None:
    assert cells(filled(full_form(tmp_path / "表.xlsx"), replica, masked=True), "D6:D6") == [
        "519901********0338"
    ]


def test_only_the_building_asked_for_is_written(tmp_path: Path, replica: Replica) -> None:
    done = filled(full_form(tmp_path / "表.xlsx"), replica, scope=Scope(building="b2"))

    assert cells(done, "B6:B8") == ["=陈秀英", "古丽", None]


def test_a_logo_stays_on_the_form(tmp_path: Path, replica: Replica) -> None:
    done = filled(with_logo(full_form(tmp_path / "表.xlsx")), replica)

    with ZipFile(BytesIO(done.content)) as book:
        assert book.read("xl/media/image1.png") == PICTURE
        assert b"drawing1.xml" in book.read("xl/worksheets/_rels/sheet1.xml.rels")
        assert b"<drawing " in book.read("xl/worksheets/sheet1.xml")


def test_a_list_on_another_sheet_as_newer_excels_write_it_is_kept_and_reaches_the_last_row(
    tmp_path: Path, replica: Replica
) -> None:
    path = with_newer_list(full_form(tmp_path / "表.xlsx"), "B6:B7", "字典!$A$1:$A$3")
    done = filled(path, replica)

    assert read_office_form(path).columns[1].options == ("初中毕业", "高中", "本科")
    assert "表里的下拉选项没有这个内容" in [gap.why for gap in done.gaps]
    with ZipFile(BytesIO(done.content)) as book:
        content = book.read("xl/worksheets/sheet1.xml").decode()
    assert "字典!$A$1:$A$3" in content
    assert "sqref>B6:B9<" in content


def test_a_form_of_days_and_numbers_gets_days_and_numbers(tmp_path: Path, replica: Replica) -> None:
    path = plain_form(tmp_path / "表.xlsx", ["姓名", "出生日期", "身份证号码"], ["例", date(2020, 1, 1), "x"])
    tab = load_workbook(BytesIO(filled(path, replica).content)).active

    assert tab["B2"].value.date() == date(1950, 1, 1)
    assert tab["C2"].number_format == "@"


def test_nothing_is_written_into_the_form_itself(tmp_path: Path, replica: Replica) -> None:
    path = full_form(tmp_path / "表.xlsx")
    before = path.read_bytes()
    done = filled(path, replica)

    with pytest.raises(Unfit, match="原表"):
        save(done, path, path)
    save(done, path, tmp_path / "填好.xlsx")

    assert path.read_bytes() == before
    assert (tmp_path / "填好.xlsx").read_bytes() == done.content


def test_filling_can_be_stopped(tmp_path: Path, replica: Replica) -> None:
    form = read_office_form(full_form(tmp_path / "表.xlsx"))
    match = proposed(form, "residents").match

    def stop(_done: int, _total: int, _text: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        fill(form, match, sheet_of(form, match, replica, today=TODAY), stop)


def test_a_match_is_remembered_for_every_form_with_the_same_head(tmp_path: Path, replica: Replica) -> None:
    form = read_office_form(full_form(tmp_path / "九月.xlsx"))
    chosen = settled(proposed(form, "residents"), 9, "household.remark")
    remember(form, chosen.match, replica)

    again = recalled(read_office_form(full_form(tmp_path / "十月.xlsx", rows=5)), replica)

    assert again is not None
    assert again.match.columns[9].path == "household.remark"
    other = read_office_form(plain_form(tmp_path / "别的.xlsx", ["姓名", "电话"]))
    assert recalled(other, replica) is None


def test_a_colleague_takes_a_match_in_from_a_file(tmp_path: Path) -> None:
    form = read_office_form(full_form(tmp_path / "表.xlsx"))
    chosen = settled(proposed(form, "residents"), 9, "household.remark")

    assert from_file(form, to_file(chosen.match)).match == chosen.match
    with pytest.raises(Unfit, match="不是一份"):
        from_file(form, b"{}")
    other = read_office_form(plain_form(tmp_path / "别的.xlsx", ["甲方", "乙方"]))
    with pytest.raises(Unfit, match="另一张表"):
        from_file(other, to_file(chosen.match))


def test_a_form_of_words_nobody_knows_can_be_matched_by_hand(tmp_path: Path) -> None:
    form = read_office_form(plain_form(tmp_path / "表.xlsx", ["项目甲", "项目乙", "项目丙"]))

    assert [column.head for column in form.columns] == ["项目甲", "项目乙", "项目丙"]
    assert proposed(form).match.open == 3


def test_an_old_workbook_is_refused_with_the_way_to_a_new_one(trial_data: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_office_form(trial_data / "templates" / "HOUSEINFO.xls")

    assert "另存为" in refused.value.advice


def test_the_departments_own_forms_are_matched_but_for_a_few_columns(trial_data: Path) -> None:
    names = {
        "templates/实有人口一张表.xlsx": 2,
        "roster/楼栋长花名册.xlsx": 4,
        "roster/党员中心户登记表.xlsx": 0,
        "roster/楼宇信息登记表.xlsx": 0,
        "roster/网格员信息登记表.xlsx": 0,
    }
    open_ = {name: proposed(read_office_form(trial_data / name)).match.open for name in names}

    assert all(open_[name] <= most for name, most in names.items()), open_
