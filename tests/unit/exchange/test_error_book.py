"""What is wrong stands in the person's own workbook; put right there and imported again, only what is missing comes."""

from pathlib import Path
import re
import zipfile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
import pytest
import xlsxwriter

from gridclient.errors import GridError
from gridclient.exchange.error_book import error_book
from gridclient.exchange.reader import read
from gridclient.records import Resident
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring, rehearsed
from tests.unit.exchange.workbooks import POPULATION, numbered, person, population

GOOD, SHORT = numbered(1), numbered(2)[:15]
NUMBER = POPULATION.index("公民身份号码")


def marked(replica: Replica, path: Path, *, refused: bool = False) -> Path:
    """The marked copy of a file."""
    found = rehearsed(replica, path)
    copy = path.with_name("问题.xlsx")
    copy.write_bytes(error_book(path, read(path), found.issues, refused=refused))
    return copy


def people(path: Path) -> Path:
    """One good row and one whose number Excel has cut to fifteen digits."""
    return population(path, person("赵某", GOOD), person("钱某", SHORT))


def notes_of(sheet: Worksheet) -> str:
    """The letter of the column of reasons."""
    (cell,) = [one for row in sheet.iter_rows() for one in row if one.value == "导入问题"]
    return str(cell.column_letter)


def bad_cell(copy: Path) -> tuple[Workbook, str]:
    book = load_workbook(copy)
    (place,) = [
        cell.coordinate
        for row in book.worksheets[0].iter_rows()
        for cell in row
        if cell.comment is not None and "✕" in cell.comment.text
    ]
    return book, place


def test_a_bad_cell_is_coloured_and_says_why_in_a_comment_and_beside_its_row(
    replica: Replica, tmp_path: Path
) -> None:
    book, place = bad_cell(marked(replica, people(tmp_path / "a.xlsx")))
    sheet = book.worksheets[0]
    cell = sheet[place]

    assert cell.value == SHORT
    assert cell.fill.fgColor.rgb.endswith("F8C9C4")
    assert cell.comment is not None
    notes = [one.value for one in sheet[notes_of(sheet)] if one.value]
    assert notes[0] == "导入问题"
    assert any("✕" in str(told) and "公民身份号码" in str(told) for told in notes[1:])


def test_the_looks_of_the_persons_own_workbook_are_kept(replica: Replica, tmp_path: Path) -> None:
    path = people(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book.worksheets[0]["A1"].font = Font(name="楷体", size=22)
    book.worksheets[0].column_dimensions["B"].width = 33
    book.save(path)

    copy = load_workbook(marked(replica, path)).worksheets[0]

    assert (copy["A1"].font.name, copy["A1"].font.size) == ("楷体", 22)
    assert copy.column_dimensions["B"].width == 33


def test_put_right_and_imported_again_only_what_was_missing_comes(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    path = people(tmp_path / "a.xlsx")
    copy = marked(replica, path)
    bring(path)
    assert [one.name for one in replica.all(Resident)] == ["赵某"]

    book, place = bad_cell(copy)
    book.worksheets[0][place] = numbered(2)
    book.save(copy)
    found, report = bring(copy)

    assert report.created == {"resident": 1}
    assert (found.counts.rows_with_errors, found.unknown) == (0, [])
    assert sorted(one.name for one in replica.all(Resident)) == ["赵某", "钱某"]


def test_only_the_refused_rows_are_seen_and_none_is_lost(replica: Replica, tmp_path: Path) -> None:
    path = people(tmp_path / "a.xlsx")
    copy = marked(replica, path, refused=True)
    sheet = load_workbook(copy).worksheets[0]

    seen = [row for row in range(1, sheet.max_row + 1) if not sheet.row_dimensions[row].hidden]
    words = [cell.value for row in seen for cell in sheet[row]]
    assert "钱某" in words
    assert "赵某" not in words
    assert "公民身份号码" in "".join(str(word) for word in words)
    assert rehearsed(replica, copy).counts == rehearsed(replica, path).counts


@pytest.mark.parametrize("name", ["a.csv", "a.xls"])
def test_other_files_come_back_as_a_workbook_of_their_rows(
    replica: Replica, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    head, rows = (
        "姓名,身份证号,联系电话,所属楼栋,所属单元,室号",
        (f"赵某,{GOOD},=1+1,1栋,1,0101", f"钱某,{SHORT},,1栋,1,102"),
    )
    if name.endswith("csv"):
        path.write_text("\n".join((head, *rows)), "utf-8")
    else:
        cells = ["".join(f"<td>{cell}</td>" for cell in line.split(",")) for line in (head, *rows)]
        path.write_text(f"<table>{''.join(f'<tr>{line}</tr>' for line in cells)}</table>", "utf-8")

    copy = marked(replica, path)

    sheet = load_workbook(copy).worksheets[0]
    assert [cell.value for cell in sheet[2]][:6] == ["赵某", GOOD, "=1+1", "1栋", "1", "0101"]
    assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}
    assert sheet["B3"].comment is not None
    assert "✕" in str(sheet["G3"].value)
    again = rehearsed(replica, copy)
    assert [(i.row, i.column, i.kind) for i in again.issues] == [
        (i.row, i.column, i.kind) for i in rehearsed(replica, path).issues
    ]


def test_a_row_torn_apart_is_told_and_not_pressed_under_the_head(replica: Replica, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"姓名,身份证号,联系电话\n赵某,{GOOD},\n钱某,{numbered(2)}\n", "utf-8")

    sheet = load_workbook(marked(replica, path)).worksheets[0]

    assert [cell.value for cell in sheet[3]][:3] == [None, None, None]
    assert "钱某" in str(sheet[3][3].value)
    counts = rehearsed(replica, tmp_path / "问题.xlsx").counts
    assert (counts.rows_read, counts.rows_skipped) == (1, 1)


def full_of_parts(path: Path) -> Path:
    """A roster with a chart, a formula, a list to choose from, a comment on the bad cell and one elsewhere."""
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("名册")
        wide = made.add_format({"bg_color": "#DDEEFF", "num_format": "@"})
        sheet.set_column(0, 16_383, 11)
        for column, head in enumerate(
            ("姓名", "身份证号", "联系电话", "所属楼栋", "所属单元", "室号", "备注")
        ):
            sheet.write_string(0, column, head)
        for row, number in enumerate((GOOD, SHORT), 1):
            for column, cell in enumerate((f"赵{'甲乙'[row - 1]}", number, "", "1栋", "1", f"10{row}")):
                sheet.write_string(row, column, cell, wide)
            sheet.write_formula(row, 6, '="见"&F2', None, f"见{row}")
        sheet.write_comment("B3", "请核对")
        sheet.write_comment("A1", "全名")
        sheet.data_validation("D2:D9", {"validate": "list", "source": ["1栋", "2栋"]})
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "=名册!$F$2:$F$3"})
        sheet.insert_chart("I2", chart)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def rewritten(path: Path, to: Path, part: str, old: str, new: str) -> Path:
    with zipfile.ZipFile(to, "w") as packed:
        for name, content in parts(path).items():
            told = re.sub(old, new, content.decode()) if name == part else content
            packed.writestr(name, told)
    return to


def test_charts_lists_and_results_of_formulas_are_kept_byte_for_byte(
    replica: Replica, tmp_path: Path
) -> None:
    path = full_of_parts(tmp_path / "a.xlsx")
    before, after = parts(path), parts(marked(replica, path))

    changed = {name for name in before if before[name] != after[name]}
    assert {name for name in changed if "chart" in name or "drawing1.xml" in name} == set()
    assert set(before) <= set(after)
    sheet = after["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r"<f>.*?</f><v>(.*?)</v>", sheet) == ["见1", "见2"]
    assert "<dataValidation " in sheet
    assert sheet.index("<drawing") < sheet.index("<legacyDrawing")


def test_a_comment_of_the_person_stays_and_the_reason_follows_it(replica: Replica, tmp_path: Path) -> None:
    sheet = load_workbook(marked(replica, full_of_parts(tmp_path / "a.xlsx"))).worksheets[0]

    assert sheet["A1"].comment is not None
    assert sheet["A1"].comment.text == "全名"
    assert sheet["B3"].comment is not None
    assert sheet["B3"].comment.text.startswith("请核对\n✕")
    assert (sheet["B3"].value, sheet["B3"].fill.fgColor.rgb, sheet["B3"].number_format) == (
        SHORT,
        "FFF8C9C4",
        "@",
    )
    assert sheet["B2"].fill.fgColor.rgb == "FFDDEEFF"
    assert sheet.column_dimensions["H"].width == 60
    assert sheet.column_dimensions["I"].width == pytest.approx(11.7, abs=0.1)


def test_a_marked_copy_marked_again_tells_what_is_still_wrong(replica: Replica, tmp_path: Path) -> None:
    copy = marked(replica, people(tmp_path / "a.xlsx"))
    again = marked(replica, copy.rename(tmp_path / "b.xlsx"))

    heads = [cell.value for row in load_workbook(again).worksheets[0].iter_rows() for cell in row]
    assert heads.count("导入问题") == 2
    assert rehearsed(replica, again).counts == rehearsed(replica, tmp_path / "b.xlsx").counts


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData><!-- eigen -->"),
        ("xl/worksheets/sheet1.xml", r'<row r="\d+"', "<row"),
        ("xl/workbook.xml", "<workbook ", '<workbook xmlns:q="http://purl.oclc.org/ooxml/" '),
    ],
)
def test_a_workbook_written_in_another_way_is_marked_as_well(
    replica: Replica, tmp_path: Path, part: str, old: str, new: str
) -> None:
    path = rewritten(people(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", part, old, new)

    book, place = bad_cell(marked(replica, path))
    assert book.worksheets[0][place].value == SHORT


def test_a_merged_cell_is_marked_where_it_shows(replica: Replica, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    rows = f"<tr><td>赵某</td><td rowspan=2>{SHORT}</td><td>1栋</td></tr><tr><td>钱某</td><td>1栋</td></tr>"
    path.write_text(f"<table><tr><td>姓名</td><td>身份证号</td><td>所属楼栋</td></tr>{rows}</table>", "utf-8")

    sheet = load_workbook(marked(replica, path)).worksheets[0]

    assert [str(span) for span in sheet.merged_cells.ranges] == ["B2:B3"]
    assert sheet["B2"].value == SHORT
    assert sheet["B2"].comment is not None


@pytest.mark.parametrize("changed", [True, False])
def test_a_file_that_is_gone_or_changed_meanwhile_comes_back_as_the_rows_that_were_read(
    replica: Replica, tmp_path: Path, changed: bool
) -> None:
    path = people(tmp_path / "a.xlsx")
    found, book = rehearsed(replica, path), read(path)
    path.unlink()
    if changed:
        population(path, person("孙某", numbered(9)), person("赵某", GOOD), person("钱某", SHORT))

    copy = tmp_path / "b.xlsx"
    copy.write_bytes(error_book(path, book, found.issues, refused=False))

    assert load_workbook(copy).worksheets[0].title == "表1"
    assert bad_cell(copy)[0].worksheets[0].max_row == 4


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_marking_can_be_stopped(replica: Replica, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("csv"):
        path.write_text(f"姓名,身份证号,所属楼栋\n赵某,{SHORT},1栋\n", "utf-8")
    else:
        people(path)
    found, book, told = rehearsed(replica, path), read(path), []

    def stop(done: int, total: int, text: str) -> None:
        told.append((done, total, text))
        if total:
            raise GridError("已取消")

    with pytest.raises(GridError):
        error_book(path, book, found.issues, refused=False, progress=stop)
    assert told[0] == (0, 0, "正在标出问题")
