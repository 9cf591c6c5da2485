"""A list as a workbook and as copied cells."""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
import pytest

from gridclient.exchange.list_book import ABOUT, Listed, Value, copied, shows_numbers, tab_name, workbook
from gridclient.exchange.mapping import recognise
from gridclient.exchange.reader import read

AT = datetime(2026, 11, 22, 9, 12)
HEADS = ("姓名", "身份证号", "出生日期", "年龄", "登记时间", "备注")
ROWS: list[list[Value]] = [
    ["王一", "519901199203154523", date(1992, 3, 15), 34, datetime(2026, 11, 1, 8, 30), "=1+1"],
    ["王二", "", "", "", "", "一" * 200],
]


def made(
    heads: Sequence[str] = HEADS,
    rows: Sequence[Sequence[Value]] = tuple(ROWS),
    about: Sequence[tuple[str, str]] = (),
) -> bytes:
    return workbook(Listed("居民", heads, rows, about), who="张敏", at=AT)


def test_heads_stand_in_the_first_row_and_stay_and_can_be_filtered() -> None:
    tab = load_workbook(BytesIO(made()))["居民"]

    assert [cell.value for cell in tab[1]] == list(HEADS)
    assert tab.freeze_panes == "A2"
    assert tab.auto_filter.ref == "A1:F3"
    assert tab.print_title_rows == "$1:$1"


def test_numbers_and_days_are_such_and_everything_else_is_text() -> None:
    tab = load_workbook(BytesIO(made()))["居民"]

    name, document, birth, age, at, remark = tab[2]

    assert (document.value, document.data_type, document.number_format) == ("519901199203154523", "s", "@")
    assert (birth.value, birth.number_format) == (datetime(1992, 3, 15), "yyyy-mm-dd")
    assert (age.value, age.data_type) == (34, "n")
    assert at.value == datetime(2026, 11, 1, 8, 30)
    assert (remark.value, remark.data_type) == ("=1+1", "s")
    assert name.font.name == "宋体"


def test_columns_are_as_wide_as_their_texts_need_up_to_a_bound() -> None:
    sizes = load_workbook(BytesIO(made()))["居民"].column_dimensions

    assert sizes["B"].width > 18
    assert 40 < sizes["F"].width < 60


def test_what_the_list_is_stands_on_a_sheet_of_its_own() -> None:
    book = load_workbook(BytesIO(made(about=[("筛选", "人口类型：流动"), ("导出人", "张敏")])))

    told = [[cell.value for cell in row] for row in book[ABOUT].iter_rows()]

    assert book.sheetnames == ["居民", ABOUT]
    assert told == [["筛选", "人口类型：流动"], ["导出人", "张敏"]]
    assert (book.properties.title, book.properties.creator) == ("居民", "张敏")


def test_a_list_of_residents_is_known_again_by_the_import(tmp_path: Path) -> None:
    path = tmp_path / "居民.xlsx"
    path.write_bytes(made(about=[("名单", "居民")]))

    (found,) = recognise(read(path))

    assert found.form.name == "people"
    assert {"resident.name", "resident.id_number", "resident.birth"} <= found.head.slots


def test_a_day_excel_does_not_know_is_written_as_text() -> None:
    tab = load_workbook(BytesIO(made(["日期", "时间"], [[date(1899, 12, 31), datetime(1880, 1, 1, 9)]])))[
        "居民"
    ]

    assert [cell.value for cell in tab[2]] == ["1899-12-31", "1880-01-01 09:00"]


def test_somebody_who_cancels_is_heard_within_some_hundred_rows() -> None:
    heard: list[tuple[int, int]] = []

    def stop(done: int, total: int, _text: str) -> None:
        heard.append((done, total))
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        workbook(Listed("居民", ["姓名"], [["王一"]] * 5000), who="", at=AT, progress=stop)

    assert heard == [(0, 5000), (500, 5000)]


def test_copied_cells_keep_to_their_places_and_numbers_stay_text_in_excel() -> None:
    plain, table = copied(["姓名", "电话"], [["王\t一\n", "19900012345"], ["<李>", 3]])

    assert plain == "姓名\t电话\n王 一 \t19900012345\n<李>\t3"
    assert 'td {mso-number-format:"\\@"}' in table
    assert "<td>19900012345</td>" in table
    assert "<td>&lt;李&gt;</td><td class=n>3</td>" in table


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("身份证号 519901199203154523 已核对", True),
        ("51990119920315452x", True),
        ("打 19900012345 找他", True),
        ("519901********4523", False),
        ("199****2345", False),
        ("户号 000000052，户码 519900012345", False),
        ("2026-11-22 09:12", False),
    ],
)
def test_a_number_with_nothing_starred_out_is_seen_in_any_text(text: str, whole: bool) -> None:
    assert shows_numbers([["甲", 3, date(2026, 11, 22)], ["乙", text]]) == whole


@pytest.mark.parametrize(
    ("title", "name"), [("历史 [3]：王/李", "历史  3 ：王 李"), ("'", "名单"), ("一" * 40, "一" * 31)]
)
def test_a_worksheet_bears_a_name_excel_takes(title: str, name: str) -> None:
    assert tab_name(title) == name
