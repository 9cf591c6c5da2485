"""Files made to hurt, or broken in ways that would: each is refused in words or read sensibly, in little room and time."""

from datetime import date
import os
from pathlib import Path
import re
import subprocess
import sys
import zipfile

import pytest

from gridclient.errors import UnreadableFile
from gridclient.exchange import measure, old_book, plain
from gridclient.exchange.reader import read
from tests.unit.exchange import hostile

ROOT = Path(__file__).parents[3]
CELL = "<c{}><v>1</v></c>"
LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
ALLOWED_MB = 500


def told(path: Path) -> str:
    """What is said of a file that is refused."""
    with pytest.raises(UnreadableFile) as caught:
        read(path)
    return f"{caught.value.title}。{caught.value.advice}"


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>',
        '<row r="1048576"><c s="a>b" r="XFD1048576"><v>1</v></c></row>',
        '<x:row xmlns:x="a" r="9"><x:c r="XFD99999"><x:v>1</x:v></x:c></x:row>',
        '<row r="1048576">' + CELL.format("") * 3 + "</row>",
        "<row>" + CELL.format("") * 16_500 + "</row>",
        '<row r="99999"><c r="SR99999"><v>1</v></c></row>',
    ],
)
def test_a_cell_far_away_is_refused_however_it_is_written(tmp_path: Path, row: str) -> None:
    assert "范围太大" in told(hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD + row))


@pytest.mark.parametrize("claim", ["A1:XFD1048576", "A1:ZZZZZZ99999999999"])
def test_a_sheet_that_only_claims_a_million_columns_is_read(tmp_path: Path, claim: str) -> None:
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD, before=f'<dimension ref="{claim}"/>')

    assert read(path).tables[0].rows == [["姓名", "户号"], ["赵某", "010100001"]]


def test_a_format_without_a_value_does_not_widen_a_sheet(tmp_path: Path) -> None:
    blank = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'

    assert len(read(hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD + blank)).tables[0].rows) == 2


def test_a_formula_is_read_as_its_result_and_one_without_is_named(tmp_path: Path) -> None:
    counted = '<row r="3"><c r="A3" t="str"><f>B3</f><v>钱某</v></c><c r="B3"><f>1+1</f><v>2</v></c></row>'
    empty = '<row r="4"><c r="A4"><f>B4</f></c><c r="B4" t="str"><f>""</f><v></v></c></row>'

    assert read(hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD + counted)).tables[0].rows[2] == [
        "钱某",
        2,
    ]
    said = told(hostile.workbook(tmp_path / "b.xlsx", hostile.GOOD + counted + empty))
    assert "“表”的 A4 只有公式，没有值" in said


def test_a_formula_without_a_result_on_a_hidden_sheet_is_nobodys_concern(tmp_path: Path) -> None:
    bare = '<row r="1"><c r="A1"><f>1+1</f></c></row>'

    assert read(hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD, hidden=bare)).hidden == ("暗",)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_entities_that_multiply_are_refused(tmp_path: Path, part: str) -> None:
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD)
    laughing = hostile.repacked(
        path, tmp_path / "b.xlsx", part, lambda told: told.replace("?>", f"?>{LAUGHS}", 1)
    )

    assert "损坏" in told(laughing)


def test_a_part_that_unpacks_to_a_flood_is_refused_whatever_size_it_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "UNPACKED_LIMIT", 1 << 20)
    flood = hostile.GOOD + " " * (2 << 20)
    path = hostile.workbook(tmp_path / "a.xlsx", flood)
    assert "太大" in told(path)

    path.write_bytes(hostile.claiming(path.read_bytes(), "xl/worksheets/sheet1.xml", 1000))
    assert told(path)


def test_a_sheet_of_blanks_alone_is_no_sheet(tmp_path: Path) -> None:
    path = hostile.workbook(tmp_path / "a.xlsx", "")
    assert "损坏" in told(
        hostile.repacked(path, tmp_path / "b.xlsx", "xl/worksheets/sheet1.xml", lambda _told: " " * 99)
    )


def test_one_long_text_in_many_cells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "TEXT_LIMIT", 10_000)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 60))

    assert read(hostile.workbook(tmp_path / "a.xlsx", rows)).tables
    assert "太大" in told(hostile.workbook(tmp_path / "b.xlsx", rows, texts=["字" * 200]))


def test_texts_that_claim_to_be_four_thousand_million_are_refused(tmp_path: Path) -> None:
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD)
    lying = hostile.repacked(
        path,
        tmp_path / "b.xlsx",
        "xl/sharedStrings.xml",
        lambda told: told.replace("<sst ", '<sst uniqueCount="4294967295" '),
    )

    assert "太大" in told(lying)


def test_too_many_parts_or_a_workbook_within_a_workbook_are_refused(tmp_path: Path) -> None:
    many, nested = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    many.write_bytes(b"PK\3\4" + b"PK\1\2" * 20_001)
    with zipfile.ZipFile(nested, "w") as packed:
        packed.writestr("inner.xlsx", hostile.workbook(tmp_path / "c.xlsx", hostile.GOOD).read_bytes())

    assert "太大" in told(many)
    assert "不是表格" in told(nested)


def test_a_binary_workbook_asks_to_be_saved_anew(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsb", "w") as packed:
        packed.writestr("xl/workbook.bin", b"\x83\x01\0")

    assert ".xlsx" in told(tmp_path / "a.xlsb")


def test_a_cell_merged_over_the_whole_sheet_and_many_merged_cells_are_read(tmp_path: Path) -> None:
    whole = hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD, after=hostile.merged(["A1:XFD1048576"]))
    assert read(whole).tables[0].rows[1] == ["赵某", "010100001"]

    many = hostile.merged([f"C{n}:D{n}" for n in range(1, 20_000)])
    assert (
        len(read(hostile.workbook(tmp_path / "b.xlsx", hostile.GOOD, after=many)).tables[0].spans) == 19_999
    )


def test_texts_in_pieces_dates_since_1904_and_every_sort_of_value_are_read(tmp_path: Path) -> None:
    rich = '<r><t>姓</t></r><r><rPr><b/></rPr><t>名</t></r><rPh sb="0" eb="1"><t>xm</t></rPh>'
    cells = (
        '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3" t="b"><v>1</v></c><c r="C3" t="str"><v>012</v></c>'
        '<c r="D3" s="1"><v>30000</v></c><c r="E3"><v>1e400</v></c></row>'
    )
    path = hostile.workbook(
        tmp_path / "a.xlsx", hostile.GOOD + cells, texts=[rich, "<t>户号</t>"], since_1904=True
    )

    rows = read(path).tables[0].rows
    assert rows[0][:2] == ["姓名", "户号"]
    assert rows[2] == ["#N/A", True, "012", date(1986, 2, 19), "inf"]


@pytest.mark.parametrize("name", ["Workbook", "Book"])
@pytest.mark.parametrize("padded", [True, False])
def test_an_old_workbook_with_a_cell_far_away_is_refused(tmp_path: Path, name: str, padded: bool) -> None:
    near, far = tmp_path / "a.xls", tmp_path / "b.xls"
    near.write_bytes(hostile.compound(name, hostile.biff([(0, 0), (1, 1)]), padded=padded))
    far.write_bytes(hostile.compound(name, hostile.biff([(0, 0), (65_535, 255)]), padded=padded))

    assert read(near).tables[0].rows[1][1] == 1
    assert "范围太大" in told(far)


def test_an_old_workbook_that_claims_all_there_is_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(hostile.compound("Workbook", hostile.biff([(0, 0)], claims=(0xFFFFFFFF, 0xFFFF))))

    assert "范围太大" in told(path)


def test_one_long_text_in_many_cells_of_an_old_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_book, "TEXT_LIMIT", 10_000)
    short, long = tmp_path / "a.xls", tmp_path / "b.xls"
    short.write_bytes(hostile.compound("Workbook", hostile.biff([], texts=["字" * 100] * 60)))
    long.write_bytes(hostile.compound("Workbook", hostile.biff([], texts=["字" * 200] * 60)))

    assert read(short).tables[0].rows[59][0] == "字" * 100
    assert "太大" in told(long)


def test_an_old_workbook_that_claims_more_texts_than_it_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(hostile.compound("Workbook", hostile.biff([], texts=["字"], claimed=0x7FFFFFFF)))

    assert "太大" in told(path)


@pytest.mark.parametrize("circle", [0, 1])
def test_an_old_file_that_runs_in_a_circle_is_refused(tmp_path: Path, circle: int) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(hostile.circling(hostile.compound("Workbook", hostile.biff([(0, 0)])), circle))

    assert "损坏" in told(path)


def test_old_and_new_files_with_a_password_ask_to_take_it_off(tmp_path: Path) -> None:
    new, old = tmp_path / "a.xlsx", tmp_path / "a.xls"
    new.write_bytes(hostile.compound("EncryptedPackage", bytes(5000)))
    old.write_bytes(hostile.compound("Workbook", hostile.biff([(0, 0)], locked=True)))

    assert "密码" in told(new)
    assert "密码" in told(old)


@pytest.mark.parametrize(
    "content",
    [
        "," * 2_000_000,
        "赵" * 2_000_000,
        '"a\n",' * 500_000,
        "姓名,户号\n" + "赵某,1\n" * 100_001,
        "," * 511 + "\n" + "赵\n" * 3_000,
        (("," * 511) + "\n") * 3_000,
    ],
)
def test_a_text_of_too_many_cells_is_refused_before_they_are_laid_out(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, "utf-8")

    assert "太大" in told(path)


def test_a_text_with_an_open_quote_or_a_nul_is_refused(tmp_path: Path) -> None:
    quote, nul = tmp_path / "a.csv", tmp_path / "b.csv"
    quote.write_text('姓名,户号\n"' + "赵某,010100001\n" * 20_000, "utf-8")
    nul.write_bytes("姓名,户号\n赵\0某,1\n".encode())

    assert "读不懂" in told(quote)
    assert "不是表格" in told(nul)


def test_lines_may_end_in_every_way_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名,户号\r\n赵某,1\n钱某,2\r孙某,3\r\n".encode())

    assert [row[0] for row in read(path).tables[0].rows] == ["姓名", "赵某", "钱某", "孙某"]


@pytest.mark.parametrize(
    "page",
    [
        "<tr><td colspan=512>赵</td><td>某",
        "<tr><td rowspan=512 colspan=300>赵</td>" * 3 + "<tr><td rowspan=9 colspan=300>赵</td></tr>" * 3,
        "<tr><td>" + "</table><table><tr><td>a" * 1_001,
        "<tr><td " + 'a="1" ' * 200_000,
        "<tr><td><!--" + "-" * 1_200_000,
    ],
)
def test_a_page_of_too_much_is_refused(tmp_path: Path, page: str) -> None:
    path = tmp_path / "a.xls"
    path.write_text(f"<html><table>{page}", "utf-8")

    assert "太大" in told(path)


def test_a_page_of_too_many_tags_or_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<html><table>" + "<tr><td>赵" * 300, "utf-8")
    assert len(read(path).tables[0].rows) == 300

    for limit in ("TURN_LIMIT", "CELLS_LIMIT", "ROW_LIMIT"):
        with monkeypatch.context() as patched:
            patched.setattr(plain, limit, 250)
            assert "太大" in told(path), limit


def test_a_table_within_a_cell_is_one_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(
        "<table><tr><td>外<table><tr><td>里</td></tr></table></td><td>旁</td></tr><tr><td>下</table>", "utf-8"
    )

    outer, inner = read(path).tables
    assert [row[0] for row in outer.rows] == ["外", "下"]
    assert inner.rows == [["里"]]


def test_a_file_too_large_to_be_a_text_is_not_read_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,户号\n赵某,1\n", "utf-8")
    monkeypatch.setattr("gridclient.exchange.reader.TEXT_LIMIT", 10)

    assert "太大" in told(path)


def test_a_file_that_goes_away_while_it_is_read_is_said_to_be_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD)
    look = Path.stat

    def and_gone(one: Path, **named: bool) -> object:
        found = look(one, **named)
        if one == path:
            path.unlink()
        return found

    monkeypatch.setattr(Path, "stat", and_gone)
    assert "找不到" in told(path)


def test_a_file_nobody_may_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD)

    def forbidden(_path: Path, _mode: str) -> object:
        raise PermissionError

    monkeypatch.setattr(Path, "open", forbidden)
    assert "权限" in told(path)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes among files there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")

    assert "打不开" in told(tmp_path / "a.csv")


def test_a_file_larger_than_any_register_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridclient.exchange.reader.SIZE_LIMIT", 100)

    assert "太大" in told(hostile.workbook(tmp_path / "a.xlsx", hostile.GOOD))


def test_an_old_workbook_of_too_many_cells_in_one_place_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_book, "CELLS_LIMIT", 100)
    path = tmp_path / "a.xls"
    path.write_bytes(hostile.compound("Workbook", hostile.biff([(0, 0)] * 101)))

    assert "太大" in told(path)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="what a process used at most is told otherwise there")
def test_the_largest_workbook_that_is_read_stays_within_the_room_allowed(tmp_path: Path) -> None:
    row = "".join(f'<c t="s"><v>{column % 2}</v></c>' for column in range(30))
    path = hostile.workbook(tmp_path / "a.xlsx", f"<row>{row}</row>" * (measure.CELLS_LIMIT // 30))
    code = f"from tests.unit.exchange.test_hostile_files import used; print(used({str(path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert int(done.stdout) < ALLOWED_MB


def used(path: str) -> int:
    """The most memory it took to read a file, in MB."""
    assert len(read(Path(path)).tables[0].rows) == measure.CELLS_LIMIT // 30
    status = Path("/proc/self/status")
    if status.exists():  # what the system says of a process includes what the one that began it had used
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))[0]) // 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
