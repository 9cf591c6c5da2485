"""楼栋 in its views: F5 goes round and stands at the same door; the sheet has the room of the panel."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest

from gridclient.records import Dwelling, Household, Visit
from gridclient.ui.building_list import BuildingList
from gridclient.ui.buildings import BuildingsPage, ViewSwitch
from gridclient.ui.door_words import VISIT_MARKS, visit_state
from gridclient.ui.workspace import Workspace
from tests.support.stage import on_stage


@pytest.fixture
def page(workspace: Workspace, qtbot) -> BuildingsPage:  # type: ignore[no-untyped-def]
    made = BuildingsPage(workspace)
    made.stage = on_stage(qtbot, made, 1000, 700)  # type: ignore[attr-defined]
    with qtbot.waitActive(made.stage):  # type: ignore[attr-defined]
        made.stage.activateWindow()  # type: ignore[attr-defined]
    made.open()
    return made


def door_in(workspace: Workspace, unit: str) -> Dwelling:
    lived = {home.dwelling for home in workspace.replica.all(Household)}
    return next(d for d in workspace.replica.all(Dwelling) if d.unit == unit and d.id in lived)


def press(key: Qt.Key) -> None:
    QTest.keyClick(QApplication.focusWidget(), key)


def test_f5_goes_round_the_views_and_stays_at_the_door(page: BuildingsPage, workspace: Workspace) -> None:
    door = door_in(workspace, "2")
    page.open(dwelling=door.id)

    press(Qt.Key.Key_F5)
    assert page.list.isVisible()
    assert page.list.where["dwelling"] == door.id
    press(Qt.Key.Key_F5)
    assert page.sheet.isVisible()
    assert page.sheet.where == {"building": door.building, "unit": "2", "dwelling": door.id}
    press(Qt.Key.Key_F5)
    assert page.doors.isVisible()
    assert page.doors.where["dwelling"] == door.id
    press(Qt.Key.Key_F5)

    assert page.plan.isVisible()
    assert page.plan.view.current == door.id
    assert page.plan.view.hasFocus()


def test_the_sheet_asks_for_the_room_of_the_panel(page: BuildingsPage) -> None:
    told: list[bool] = []
    page.widened.connect(told.append)

    for _view in range(4):
        press(Qt.Key.Key_F5)

    assert told == [True, False]


def test_the_tree_leads_to_another_unit_without_leaving_the_sheet(
    page: BuildingsPage, workspace: Workspace
) -> None:
    door = door_in(workspace, "1")
    page.open(view="sheet", building=door.building, unit="1")

    page.open(building=door_in(workspace, "2").building, unit="2")

    assert page.shown == "sheet"
    assert page.sheet.unit == "2"


def test_a_door_is_answered_in_the_list_with_two_keys(page: BuildingsPage, workspace: Workspace) -> None:
    door = door_in(workspace, "1")
    page.open(view="list", dwelling=door.id)
    before = workspace.replica.count(Visit)

    QTest.keyClicks(QApplication.focusWidget(), "1")
    press(Qt.Key.Key_Return)

    assert workspace.replica.count(Visit) == before + 1
    assert isinstance(page.currentWidget(), BuildingList)
    assert page.list.list.current != door.id


def test_a_sheet_asked_for_first_of_all_shows_the_building_of_the_plan(
    workspace: Workspace, page: BuildingsPage
) -> None:
    fresh = BuildingsPage(workspace)
    fresh.setParent(page.stage)  # type: ignore[attr-defined]
    fresh.show()

    fresh.open(view="sheet")

    assert fresh.sheet.building == page.plan.building
    assert fresh.sheet.model.rows


def test_a_low_window_leaves_its_room_to_the_doors_and_f5_still_goes_round(page: BuildingsPage) -> None:
    switch = page.plan.findChild(ViewSwitch)
    assert switch is not None
    assert switch.isVisible()

    page.resize(1000, 400)
    assert not switch.isVisible()
    press(Qt.Key.Key_F5)

    assert page.list.isVisible()


def test_a_door_at_rest_says_so_in_the_list_and_gives_no_reason_to_knock(
    page: BuildingsPage, workspace: Workspace
) -> None:
    door = door_in(workspace, "1")
    page.open(view="list", building=door.building)
    told = {state: set[str]() for state in VISIT_MARKS}
    for one in page.list._doors.values():
        state = visit_state(one, workspace.today)
        told[state].add(page.list._line(one, state).why)

    assert told["done"] == {"已访"}
    assert told["later"] == {"未到期"}
    assert told["empty"] == {"空置"}
    assert "从未走访" in told["never"]
