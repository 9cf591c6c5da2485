"""Copying from and pasting into a stairwell's sheet."""

from PySide6.QtGui import QGuiApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Building, Dwelling, Resident
from gridclient.ui.sheet import StairSheet
from gridclient.ui.sheet_model import FIELDS
from gridclient.ui.workspace import Workspace
from tests.support import people
from tests.support.rosters import until
from tests.support.sheets import COLUMN, number, paste, person, press, stand, vacant
from tests.support.stage import on_stage


def test_private_numbers_are_starred_out_until_asked_for_and_that_is_noted(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row = next(r for r in sheet.model.rows if not r.new and r.record.id_number)
    stand(sheet, row, "id_number")
    shown = sheet.view.currentIndex().data()

    press("F12")

    assert "*" in shown
    assert sheet.view.currentIndex().data() == row.record.id_number
    assert [step.what for step in workspace.desk.trail.steps()] == ["居民·身份证号"]


def test_what_is_copied_goes_to_excel_with_heads_and_stars(sheet: StairSheet) -> None:
    row = next(r for r in sheet.model.rows if not r.new and r.record.id_number)
    stand(sheet, row, "name")
    press("Shift+→", "Shift+→")

    press("Ctrl+Shift+C")

    heads, cells = QGuiApplication.clipboard().text().split("\n")
    assert heads.split("\t") == ["姓名", "与户主关系", "身份证号"]
    assert cells.split("\t")[0] == row.record.name
    assert "*" in cells.split("\t")[2]


def test_a_starred_number_pasted_back_is_not_taken(sheet: StairSheet) -> None:
    row = next(r for r in sheet.model.rows if not r.new and r.record.id_number)
    stand(sheet, row, "id_number")

    paste("519901********3386")

    assert "遮住" in sheet.model.flaw(row, FIELDS[COLUMN["id_number"]])[1]


def test_a_block_from_excel_is_shown_before_it_is_taken(sheet: StairSheet, workspace: Workspace) -> None:
    row, known, count = vacant(sheet), person(sheet), workspace.replica.count(Resident)
    block = (
        "房号\t姓名\t性别\t公民身份号码\t手机\t爱好\n"
        f"{row.door}室\t王 芳\t女\t{number(4)}\t199 0001 2345\t钓鱼\n"
        f"{known.door}\t{known.record.name}\t\t\t19900054321\t\n"
        f"9901\t李四\t男\t\t\t\n"
        f"{row.door}\t赵五\t未知道\t\t\t\n"
    )
    stand(sheet, known, "name")

    paste(block)

    assert sheet.preview.isVisible()
    assert [p.what for p in sheet.preview.proposals] == ["new", "changed", "unclear", "new"]
    assert "爱好" in sheet.preview.advice.text()
    assert "没有这一项" in sheet.preview.proposals[3].problems[0]
    assert workspace.replica.count(Resident) == count
    press("↓", "↓", "↓")
    assert "没有这一项" in sheet.preview.whole.text()
    press("Enter")

    found = {p.name: p for p in workspace.replica.all(Resident)}
    assert workspace.replica.count(Resident) == count + 2
    assert (found["王芳"].id_number, found["王芳"].phones) == (number(4), ["19900012345"])
    assert found["王芳"].household == found["赵五"].household
    assert workspace.replica.get(Resident, known.record.id).phones == ["19900054321"]  # type: ignore[union-attr]


def test_a_block_taken_is_taken_back_in_one_step_and_esc_takes_nothing(
    sheet: StairSheet, workspace: Workspace
) -> None:
    row, count = vacant(sheet), workspace.replica.count(Resident)
    block = f"室号\t姓名\n{row.door}\t王芳\n{row.door}\t赵五\n"
    paste(block)
    press("Esc")
    assert workspace.replica.count(Resident) == count
    paste(block)
    press("Enter")
    assert workspace.replica.count(Resident) == count + 2

    press("Ctrl+Z")

    assert workspace.replica.count(Resident) == count


def test_a_row_without_heads_is_put_in_from_the_cell_one_stands_at(sheet: StairSheet) -> None:
    row = vacant(sheet)
    stand(sheet, row, "name")

    paste(f"王芳\t配偶\t{number(4)}")

    assert (row.typed["name"], row.typed["relation"], row.typed["id_number"]) == ("王芳", "配偶", number(4))


def test_a_number_excel_has_shortened_is_refused_in_words(sheet: StairSheet) -> None:
    row = vacant(sheet)
    stand(sheet, row, "id_number")

    paste("5.19941E+17")

    assert "末三位已丢失" in sheet.model.flaw(row, FIELDS[COLUMN["id_number"]])[1]


@pytest.mark.usefixtures("qloop")
async def test_a_large_stairwell_and_a_long_paste_leave_the_window_alive(
    workspace: Workspace, qtbot: QtBot
) -> None:
    building = Building(name="9号楼", number="9", area=people.GRID)
    doors = [
        Dwelling(building=building.id, unit="1", floor=f, door=f"{f}{n:02d}", area=people.GRID)
        for f in range(1, 34)
        for n in range(1, 4)
    ]
    workspace.replica.import_many([building, *doors])
    count = workspace.replica.count(Resident)
    sheet = StairSheet(workspace)
    stage = on_stage(qtbot, sheet, 1000, 700)
    stage.activateWindow()
    sheet.open(building=building.id, unit="1", dwelling=doors[3].id)
    await until(lambda: len(sheet.model.rows) == len(doors))
    assert sheet.where["dwelling"] == doors[3].id

    sheet.paste("室号\t姓名\n" + "".join(f"{d.door}\t王{n}\n" for n, d in enumerate(doors)))
    await until(sheet.preview.isVisible)
    sheet.preview._accept()
    await until(lambda: workspace.replica.count(Resident) == count + len(doors))
    await until(lambda: bool(sheet.model.steps) and bool(sheet.model.steps[-1].stored))
    sheet._undo()

    assert workspace.replica.count(Resident) == count
    assert all(row.blank for row in sheet.model.rows)
    sheet._gather.stop()
