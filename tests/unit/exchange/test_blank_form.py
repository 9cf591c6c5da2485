"""Empty forms: every one is known again, and what is filled in comes in."""

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
import pytest

from gridclient.exchange.blank_form import OFFERED, ROWS, columns, offered, workbook
from gridclient.exchange.forms import Form
from gridclient.exchange.mapping import recognise
from gridclient.exchange.reader import read
from gridclient.records import (
    Building,
    Dwelling,
    GridWorker,
    Matter,
    PartyCentreHousehold,
    Resident,
    Steward,
    Visit,
)
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring
from tests.unit.exchange.workbooks import numbered

TOLD: dict[str, tuple[type[Any], dict[str, str]]] = {
    "people": (
        Resident,
        {
            "grid": "第一网格",
            "building": "桃苑1栋",
            "dwelling.unit": "1",
            "dwelling.door": "101",
            "resident.name": "赵某",
            "resident.id_number": numbered(1),
            "resident.relation": "户主",
        },
    ),
    "dwellings": (
        Dwelling,
        {
            "building": "桃苑1栋",
            "dwelling.unit": "1",
            "dwelling.door": "101",
            "dwelling.tenure": "出租",
            "hazards_told": "飞线充电",
        },
    ),
    "buildings": (Building, {"grid": "第一网格", "building.name": "桃苑1栋", "building.warden": "岑某"}),
    "visits": (
        Visit,
        {
            "building": "桃苑1栋",
            "dwelling.unit": "1",
            "dwelling.door": "101",
            "household.number": "010100001",
            "visit.number": "ZF1",
            "visit.visited_on": "2026-10-01",
            "visit.outcome": "见面",
        },
    ),
    "centres": (
        PartyCentreHousehold,
        {
            "building": "桃苑1栋",
            "dwelling.unit": "1",
            "dwelling.door": "101",
            "household.number": "010100001",
            "party_centre_household.number": "ZX1",
            "party_centre_household.head_name": "赵某",
        },
    ),
    "stewards": (
        Steward,
        {
            "building": "桃苑1栋",
            "steward.name": "赵某",
            "steward.role": "楼栋长",
            "steward.selection": "群众推选",
        },
    ),
    "grid_workers": (GridWorker, {"grid_worker.name": "赵某", "grid_worker.engagement": "专职"}),
    "appeals": (
        Matter,
        {
            "household.number": "010100001",
            "matter.heard_on": "2026-10-01",
            "matter.story": "灯坏了",
            "matter.category": "公共设施",
        },
    ),
    "disputes": (
        Matter,
        {"matter.heard_on": "2026-10-01", "matter.title": "赵某与钱某纠纷", "matter.dispute_grade": "黄"},
    ),
}


def form_of(name: str) -> Form:
    return next(form for form in offered() if form.name == name)


@pytest.mark.parametrize("name", OFFERED)
def test_an_empty_form_is_known_again_by_its_own_heads(tmp_path: Path, name: str) -> None:
    form = form_of(name)
    path = tmp_path / "空表.xlsx"
    path.write_bytes(workbook(form))

    (found,) = recognise(read(path))

    assert found.form.name == name
    assert {column.slot for column in found.head.columns} == {one.slot for one in columns(form)}
    assert {c.slot for c in found.head.columns if c.starred} == {b.slot for b in columns(form) if b.starred}


@pytest.mark.parametrize("name", OFFERED)
def test_a_filled_form_comes_in_without_a_word(
    replica: Replica, bring: Bring, tmp_path: Path, name: str
) -> None:
    form, (table, told) = form_of(name), TOLD[name]
    book = load_workbook(BytesIO(workbook(form)))
    tab = book[form.title]
    slots = [one.slot for one in columns(form)]
    for slot, text in told.items():
        tab.cell(4, slots.index(slot) + 1, text)
    book.save(tmp_path / "填好.xlsx")

    found, _report = bring(tmp_path / "填好.xlsx")

    assert [(issue.header, issue.why) for issue in found.issues] == []
    assert replica.count(table) == 1


def test_closed_lists_are_chosen_from_and_numbers_stay_text() -> None:
    form = form_of("people")
    book = load_workbook(BytesIO(workbook(form)))
    tab, slots = book[form.title], [one.slot for one in columns(form)]
    letter = tab.cell(3, slots.index("resident.id_number") + 1).column_letter

    assert book["选项"].sheet_state == "hidden"
    assert tab.column_dimensions[letter].number_format == "@"
    lists = {str(check.sqref).split(":")[0] for check in tab.data_validations.dataValidation}
    assert tab.cell(4, slots.index("resident.sex") + 1).coordinate in lists
    assert all(str(check.sqref).endswith(str(3 + ROWS)) for check in tab.data_validations.dataValidation)
