"""The flats of a stairwell typed in like a workbook, with real keys."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Building, Dwelling
from gridclient.ui.sheet import StairSheet
from gridclient.ui.workspace import Workspace
from tests.support.sheets import paste, press, say
from tests.support.stage import on_stage


@pytest.fixture
def doors(workspace: Workspace, qtbot: QtBot) -> Iterator[StairSheet]:
    """The flats of the first stairwell of the first building."""
    made = StairSheet(workspace, doors=True)
    stage = on_stage(qtbot, made, 1100, 700)
    building = next(b for b in workspace.replica.all(Building) if b.name == "1号楼")
    made.open(building=building.id, unit="1")
    with qtbot.waitActive(stage):
        stage.activateWindow()
    yield made
    made._gather.stop()


def column(sheet: StairSheet, name: str) -> int:
    return [field.name for field in sheet.model.fields].index(name)


def stored(workspace: Workspace, sheet: StairSheet, number: str) -> Dwelling:
    return workspace.replica.all(
        Dwelling,
        Dwelling.building == sheet.building,
        Dwelling.unit == sheet.unit,
        Dwelling.door == number,
    )[0]


def test_owner_use_and_telephone_of_a_flat_are_typed_and_stored_when_the_row_is_left(
    doors: StairSheet, workspace: Workspace
) -> None:
    number = doors.model.rows[0].record.door
    doors.view.stand_at(0, column(doors, "tenure"))

    press("cz", "Tab")
    say("王芳")
    press("Tab", "19900012345")
    doors.view.stand_at(1, 0)

    flat = stored(workspace, doors, number)
    assert (flat.tenure, flat.owner, flat.owner_phone) == ("02", "王芳", "19900012345")


def test_a_new_flat_tells_its_floor_and_a_number_twice_is_refused_in_words(
    doors: StairSheet, workspace: Workspace
) -> None:
    count = workspace.replica.count(Dwelling)
    press("Ctrl+N", "601", "Ctrl+Enter")
    at = doors.view.currentIndex().row()
    assert doors.model.wrong(doors.model.rows[at], doors.model.fields[0]) == "这个单元已经有 601 室"
    assert workspace.replica.count(Dwelling) == count

    press("701", "Ctrl+Enter")

    flat = stored(workspace, doors, "701")
    assert (flat.floor, flat.area) == (7, doors.model.rows[0].record.area)
    press("Ctrl+Z")
    assert workspace.replica.count(Dwelling) == count


def test_a_block_of_owners_from_excel_finds_its_flats_by_their_numbers(
    doors: StairSheet, workspace: Workspace
) -> None:
    one, two = (row.record.door for row in doors.model.rows[:2])
    paste(f"房号\t业主\t房主联系方式\n{two}室\t王芳\t19900012345\n{one}\t赵敏\t\n")
    assert [p.what for p in doors.preview.proposals] == ["changed", "changed"]
    press("Enter")

    assert (stored(workspace, doors, one).owner, stored(workspace, doors, two).owner) == ("赵敏", "王芳")
    press("Ctrl+Z")
    assert stored(workspace, doors, two).owner != "王芳"
