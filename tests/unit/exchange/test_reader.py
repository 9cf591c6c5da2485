"""Whatever lies on the stick: it is read, or it is said in words why not."""

from pathlib import Path
import struct
import zipfile

import pytest

from gridclient.errors import UnreadableFile
from gridclient.exchange.book import letter
from gridclient.exchange.reader import read
from tests.unit.exchange.workbooks import book

ROWS = [["姓名", "户号"], ["赵某", "010100001"], ["钱某", "010100002"]]


def refused(path: Path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read(path)
    assert caught.value.title
    assert caught.value.advice
    return caught.value


def test_a_household_number_keeps_its_leading_zero(tmp_path: Path) -> None:
    table = read(book(tmp_path / "a.xlsx", {"表": ROWS})).tables[0]

    assert table.rows[1] == ["赵某", "010100001"]


def test_hidden_sheets_are_left_out_and_named(tmp_path: Path) -> None:
    found = read(book(tmp_path / "a.xlsx", {"表": ROWS, "bean": [["name"]]}, hidden=["bean"]))

    assert [table.name for table in found.tables] == ["表"]
    assert found.hidden == ("bean",)


def test_cells_stand_where_the_sheet_has_them_even_below_empty_rows(tmp_path: Path) -> None:
    table = read(book(tmp_path / "a.xlsx", {"表": [[], [], ["", "", "x"]]})).tables[0]

    assert table.rows == [["", "", ""], ["", "", ""], ["", "", "x"]]


def test_what_a_file_is_called_does_not_matter(tmp_path: Path) -> None:
    real = book(tmp_path / "a.xlsx", {"表": ROWS})
    wrong = real.rename(tmp_path / "a.xls")

    assert read(wrong).tables[0].rows[1][0] == "赵某"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_in_every_encoding_met(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes('姓名,说明\r\n祝玥㛃,"有逗号, 有""引号""\n和换行"\r\n'.encode(encoding))

    assert read(path).tables[0].rows[1] == ["祝玥㛃", '有逗号, 有"引号"\n和换行']


def test_a_comma_without_quotes_marks_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,户号\n赵某,1\n钱某,2,多一格\n", encoding="utf-8")

    assert read(path).tables[0].ragged == {2}


def test_a_web_page_called_xls_is_read_as_its_table(tmp_path: Path) -> None:
    path = tmp_path / "平台导出.xls"
    path.write_text(
        "<html><xml><x:Name>导出数据</x:Name></xml><table><tr><td colspan=2>名册</td></tr>"
        "<tr><th>姓名</th><th>户号</th></tr><tr><td rowspan=2>赵&amp;某</td><td>1</td></tr>"
        "<tr><td>2</td></tr></table></html>",
        encoding="utf-8",
    )

    table = read(path).tables[0]

    assert table.name == "导出数据"
    assert table.rows == [["名册", ""], ["姓名", "户号"], ["赵&某", "1"], ["", "2"]]
    assert (2, 0, 3, 0) in table.spans


def test_a_web_page_without_a_table_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<html><p>请重新登录</p></html>", encoding="utf-8")

    assert "网页" in refused(path).title


def test_a_file_cut_short_says_that_it_is_incomplete(tmp_path: Path) -> None:
    whole = book(tmp_path / "a.xlsx", {"表": ROWS}).read_bytes()
    path = tmp_path / "b.xlsx"
    path.write_bytes(whole[: len(whole) * 6 // 10])

    assert "不完整" in refused(path).title


def test_a_missing_an_empty_and_a_foreign_file_are_each_named_for_what_they_are(tmp_path: Path) -> None:
    empty, picture, letterbox = (tmp_path / name for name in ("空.xlsx", "照片.xlsx", "通知.xlsx"))
    empty.write_bytes(b"")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with zipfile.ZipFile(letterbox, "w") as packed:
        packed.writestr("word/document.xml", "<w/>")

    assert refused(tmp_path / "没有.xlsx").title == "找不到这个文件"
    assert refused(empty).title == "这个文件是空的"
    assert refused(picture).title == refused(letterbox).title == "这个文件不是表格"
    assert refused(tmp_path).title == "这是一个文件夹"


def test_a_sheet_without_content_says_so(tmp_path: Path) -> None:
    assert refused(book(tmp_path / "a.xlsx", {"表": []})).title == "表里没有内容"


def test_an_old_workbook_of_nonsense_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(_compound("Something"))

    assert "损坏" in refused(path).title


def test_columns_are_lettered_as_excel_letters_them() -> None:
    assert [letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def _compound(stream: str) -> bytes:
    """The smallest OLE file: one sector of allocation, one of directory with a stream of this name."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<I", 0) + b"\xff" * (436 - 4)
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * (512 - 8)
    return head.ljust(512, b"\xff") + table + _entry("Root Entry", 5) + _entry(stream, 2) + bytes(256)


def _entry(name: str, kind: int) -> bytes:
    text = name.encode("utf-16-le")
    return (text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2, kind, 1) + b"\xff" * 12).ljust(
        128, b"\0"
    )
