from dataclasses import replace
from datetime import date
import errno
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from gridclient.errors import GridError, NoSpace, Unfit
from gridclient.ledger.compose import compose
from gridclient.ledger.layout import layout
from gridclient.ledger.sheet import Column, Paper, Row, Sheet, Tally
from gridclient.ledger.template import named
from gridclient.ledger.workbook import workbook_bytes, write_workbook
from gridclient.store import disk
from sync.replica import Replica

SMALL = Sheet(
    "常住人口台账",
    ("（第一网格）",),
    ("填报单位：梧桐社区", "单位：人"),
    (
        Column("户号", kind="id"),
        Column("姓名", "人"),
        Column("电话", "人", kind="id"),
        Column("人数", kind="number", summed=True),
    ),
    (
        Row(("010100001", "李䶮", "19900004479", "3"), tally=(1,)),
        Row(("010100002", "=1+1", "", "12"), tally=(1,)),
    ),
    tallies=(Tally("{} 户"),),
    signatures=("制表人：", "审核人："),
    paper=Paper(landscape=True),
    mark="岑立冬 2026-09-30",
)


def test_numbers_that_are_names_stay_text_and_formulas_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "册.xlsx"
    write_workbook(SMALL, path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()

    assert rows[0][0] == "常住人口台账"
    assert rows[5] == ["010100001", "李䶮", "19900004479", 3.0]
    assert rows[6] == ["010100002", "=1+1", "", 12.0]
    assert rows[7] == ["合计　共 2 户", "", "", 15.0]
    assert rows[8][0] == "制表人："


def test_the_workbook_prints_as_the_paper_does(tmp_path: Path) -> None:
    path = tmp_path / "册.xlsx"
    write_workbook(SMALL, path)
    tab = openpyxl.load_workbook(path).worksheets[0]

    assert tab.page_setup.paperSize == 9
    assert tab.page_setup.orientation == "landscape"
    assert tab.sheet_properties.pageSetUpPr.fitToPage
    assert (tab.page_setup.fitToWidth or 1, tab.page_setup.fitToHeight) == (1, 0)
    assert tab.print_title_rows == "$1:$5"
    assert tab.print_area.endswith("$A$1:$D$9")
    assert "第 &P 页 共 &N 页" in (tab.oddFooter.center.text or "")
    assert {"A1:D1", "B4:C4", "A4:A5", "D4:D5"} <= {str(merged) for merged in tab.merged_cells.ranges}


def test_workbook_and_paper_show_the_same_rows(replica: Replica, tmp_path: Path) -> None:
    path = tmp_path / "册.xlsx"
    for name in ("residents", "visits", "centres"):
        sheet = compose(named(name), replica, today=date(2026, 9, 30))
        write_workbook(sheet, path)
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
        read = [[f"{c:g}" if isinstance(c, float) else c for c in row] for row in rows]
        start = next(i for i, row in enumerate(read) if row == list(sheet.rows[0].cells))

        assert [tuple(row) for row in read[start : start + len(sheet.rows)]] == [r.cells for r in sheet.rows]
        assert [n for page in layout(sheet) for n in page.rows] == list(range(len(sheet.rows)))


@pytest.mark.parametrize(("narrow", "lines"), [(9, 1), (6, 2)])
def test_what_stands_above_a_table_has_room_over_narrow_columns(
    tmp_path: Path, narrow: int, lines: int
) -> None:
    columns = (*(Column("号") for _ in range(narrow)), Column("备注", weight=9))
    heading = ("填报单位：桂花社区居民委员会", "制表日期：2026-09-30", "单位：户、人")
    path = tmp_path / "册.xlsx"
    write_workbook(Sheet("册", (), heading, columns, paper=Paper(landscape=True)), path)
    tab = openpyxl.load_workbook(path).worksheets[0]

    assert [cell.value for cell in tab[2] if cell.value] == list(heading)
    assert tab.row_dimensions[2].height == 18 * lines


def test_every_card_is_a_worksheet_named_after_it(replica: Replica, tmp_path: Path) -> None:
    sheet = compose(named("centre_card"), replica, today=date(2026, 9, 30))
    path = tmp_path / "卡.xlsx"
    write_workbook(sheet, path)
    book = CalamineWorkbook.from_path(path)
    cells = {cell for row in book.get_sheet_by_index(0).to_python() for cell in row}

    assert book.sheet_names == ["ZXH-001"]
    assert {"李䶮", "010100002", "☑男性 □女性", "联系群众户（1+N）名单"} <= cells


def test_the_same_sheet_gives_a_readable_workbook_without_rows() -> None:
    assert workbook_bytes(Sheet("空", columns=SMALL.columns)).startswith(b"PK")


@pytest.mark.parametrize(
    ("number", "kind", "said"),
    [
        (errno.ENOSPC, NoSpace, "磁盘已满"),
        (errno.EROFS, NoSpace, "只读"),
        (errno.EACCES, Unfit, "正被其他程序打开"),
    ],
)
def test_a_failing_disk_is_said_in_words_and_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[GridError], said: str
) -> None:
    path = tmp_path / "册.xlsx"
    path.write_bytes(b"old")

    def fail(_fd: int) -> None:
        raise OSError(number, "refused")

    monkeypatch.setattr(disk.os, "fsync", fail)

    with pytest.raises(kind) as failed:
        write_workbook(SMALL, path)

    assert said in failed.value.title
    assert failed.value.advice
    assert [p.name for p in tmp_path.iterdir()] == ["册.xlsx"]
    assert path.read_bytes() == b"old"


def test_a_missing_folder_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="文件夹不存在"):
        write_workbook(SMALL, tmp_path / "none" / "册.xlsx")


@pytest.mark.parametrize(
    ("mark", "upright", "size"),
    [
        ("岑立冬 2026-09-30", False, 8),
        ("2026-09-30 & 2026-10-01", False, 8),
        ("TZ2026-7K3F9-0008　欧阳立冬 2026-09-30 15:04　证件号、电话已脱敏", True, 6),
    ],
)
def test_the_small_line_is_whole_and_leaves_the_middle_to_the_page_number(
    tmp_path: Path, mark: str, upright: bool, size: int
) -> None:
    path = tmp_path / "册.xlsx"
    write_workbook(replace(SMALL, mark=mark, paper=Paper(landscape=not upright)), path)

    left = openpyxl.load_workbook(path).worksheets[0].oddFooter.left

    assert ((left.text or "").strip().replace("&&", "&"), left.size) == (mark, size)
