"""One cell becomes one value, or it is said what is wrong with it."""

from datetime import date, datetime
from typing import Any

import pytest

from gridclient.exchange.book import Cell
from gridclient.exchange.cells import Flaw, identity_flaw, mended, reading, written
from gridclient.exchange.lines import Issue
from tests.unit.exchange.workbooks import numbered

NUMBER = numbered(1)


def kind_of_flaw(slot: str, cell: Cell, head: str = "") -> str:
    with pytest.raises(Flaw) as caught:
        reading(slot, head=head)(cell)
    return caught.value.kind


@pytest.mark.parametrize(
    ("slot", "cell", "value"),
    [
        ("resident.name", "阿卜杜拉\uff0e买买提", "阿卜杜拉·买买提"),
        ("resident.name", "赵　某", "赵某"),
        ("resident.name", "NGUYEN THI HOA", "NGUYEN THI HOA"),
        ("resident.sex", " 男 ", "1"),
        ("resident.political", "中国共产党党员", "01"),
        ("resident.birth", date(1980, 2, 14), date(1980, 2, 14)),
        ("resident.birth", "1980年2月14日", date(1980, 2, 14)),
        ("resident.phones", 19900001234.0, ["19900001234"]),
        ("resident.phones", "19900001234、19900005678", ["19900001234", "19900005678"]),
        ("resident.phones", "无", []),
        ("resident.permanent", "否", False),
        ("household.number", '="010100001"', "010100001"),
        ("visit.recorded_at", datetime(2026, 9, 1, 17, 50), datetime(2026, 9, 1, 17, 50)),
        ("visit.hazards", "厨房与卧室混用，未装报警器", ["kitchen"]),
        ("visit.hazards", "楼板开裂", ["other"]),
        ("visit.told", "反诈宣传；安装国家反诈中心APP", ["fraud"]),
        ("steward.birth", "1974-10", "1974-10"),
        ("party_centre_household.members", 2.0, 2),
        ("resident.id_number", "519902198002140016", "519902198002140016"),
    ],
)
def test_what_offices_write_is_understood(slot: str, cell: Cell, value: Any) -> None:
    assert reading(slot)(cell) == value


@pytest.mark.parametrize(
    ("slot", "cell", "kind"),
    [
        ("resident.id_number", 5.19902198002141e17, "id_truncated"),
        ("resident.id_number", 519902198002140000, "id_truncated"),
        ("resident.id_number", "5.19902E+17", "id_truncated"),
        ("resident.id_number", "519902198002145000", "id_truncated"),
        ("resident.birth", "1980-02-30", "date_invalid"),
        ("resident.birth", "1980-02", "date_partial"),
        ("resident.birth", 29265.0, "date_serial"),
        ("resident.political", "看情况", "bad_value"),
        ("resident.phones", "1990000123", "phone_format"),
        ("resident.phones", "找他儿子", "phone_format"),
        ("resident.phones", "199****0001", "masked"),
        ("resident.id_number", "519902********0010", "masked"),
        ("resident.name", "赵*", "masked"),
        ("household.number", "0" * 30, "bad_value"),
        ("visit.recorded_at", "昨天", "date_invalid"),
        ("building", "很" * 60, "bad_value"),
    ],
)
def test_what_cannot_be_taken_is_named_and_never_guessed(slot: str, cell: Cell, kind: str) -> None:
    assert kind_of_flaw(slot, cell) == kind


def test_a_column_of_months_does_not_ask_for_days() -> None:
    assert kind_of_flaw("resident.birth", "1980-02", head="出生年月") == ""


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "id_checksum"),
        (NUMBER[:-1], "id_length"),
        ("51990219800214001A", "id_format"),
        ("519902198002300015", "id_date"),
        (numbered(2, birth="20991231"), "id_date"),
    ],
)
def test_a_wrong_document_number_is_wrong_for_one_reason(number: str, kind: str) -> None:
    flaw = identity_flaw(number, date(2026, 10, 31))

    assert flaw is not None
    assert flaw.kind == kind


def test_a_region_nobody_knows_is_no_mistake() -> None:
    assert identity_flaw(numbered(3, region="099999"), date(2026, 10, 31)) is None


@pytest.mark.parametrize(
    ("slot", "cell", "kind"),
    [
        ("resident.id_number", f"'{NUMBER}", "apostrophe"),
        ("resident.id_number", f" {NUMBER}", "space"),
        ("resident.id_number", f"\u200b{NUMBER}", "zero_width"),
        ("resident.name", "赵 某", "space"),
        ("resident.name", "买买提・艾力", "middle_dot"),
        ("household.number", '="0101"', "excel_text_trick"),
        ("household.number", "\uff10\uff11\uff10\uff11", "fullwidth"),
        ("resident.phones", "+8619900001234", "phone_prefix"),
        ("resident.phones", "199-0000-1234", "phone_separator"),
        ("resident.phones", "19900001234/19900005678", "phone_multi"),
        ("resident.birth", "1980.2.14", "date_format"),
    ],
)
def test_what_was_put_right_is_told(slot: str, cell: str, kind: str) -> None:
    told = mended(cell, reading(slot)(cell), slot)

    assert told is not None
    assert told[0] == kind


def test_what_needed_nothing_is_not_mentioned() -> None:
    assert mended(NUMBER, NUMBER, "resident.id_number") is None
    assert mended("1980-02-14", date(1980, 2, 14), "resident.birth") is None


def test_cells_become_text_as_a_person_would_copy_them() -> None:
    assert written(3.0) == "3"
    assert written(3.5) == "3.5"
    assert written(True) == "是"
    assert written(date(2026, 9, 1)) == "2026-09-01"


def test_an_issue_shows_no_personal_value_once_masked() -> None:
    def issue(slot: str, raw: str) -> str:
        return Issue("表", 4, "A", "", "error", "", "", raw, slot).masked().raw

    assert issue("resident.id_number", NUMBER) == f"{NUMBER[:6]}********{NUMBER[-4:]}"
    assert issue("resident.phones", "19900001234") == "199****1234"
    assert issue("resident.name", "赵小某") == "赵*某"
    assert issue("resident.political", "看情况") == "看情况"
    assert NUMBER not in repr(Issue("表", 4, "A", "", "error", "", "", NUMBER, "resident.id_number"))
