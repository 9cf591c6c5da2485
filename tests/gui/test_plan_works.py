"""Buildings are made and changed by keys: seen first, stored as one step, taken back by one."""

import asyncio

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Building, Dwelling, Household, Resident, Visit
from gridclient.store import layout
from gridclient.ui.buildings import BuildingsPage
from gridclient.ui.door_find import found_door
from gridclient.ui.main_window import MainWindow
from gridclient.ui.plan import PlanPage
from gridclient.ui.plan_maker import PlanMaker
from gridclient.ui.plan_paste import PlanPaste
from gridclient.ui.workspace import Workspace
from tests.support.stage import Hands, on_stage

LIST = "房号\t户主\n701\t周静\n702\t空置\n601\t王建国"


@pytest.fixture
def page(workspace: Workspace) -> PlanPage:
    return PlanPage(workspace)


def rooms(page: PlanPage) -> list[str]:
    return [slot.cell.room for slot in page.view.cells()]


def door_at(page: PlanPage, unit: str, room: str) -> str:
    cells = (slot.cell for slot in page.view.drawing.slots)
    return next(cell.id for cell in cells if (cell.unit, cell.room) == (unit, room))


def lived(workspace: Workspace) -> set[tuple[str, str]]:
    return {(home.id, home.dwelling) for home in workspace.replica.all(Household)}


async def staged(qtbot: QtBot, page: PlanPage) -> QWidget:
    stage = on_stage(qtbot, page)
    await asyncio.sleep(0.05)  # the window becomes active
    page.open()
    return stage


async def until_made(page: PlanPage) -> None:
    while page.works.pane is not None or page.reading:  # noqa: ASYNC110 - the page tells Qt, not asyncio
        await asyncio.sleep(0.01)


async def test_a_tower_of_33_floors_and_2_units_is_made_with_nine_keys(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, page: PlanPage, workspace: Workspace
) -> None:
    stage = await staged(qtbot, page)
    hands = Hands(page.view)

    hands.press("Ctrl+N", "Enter", "2", "Enter", "3", "3", "Enter", "4", "Ctrl+Enter")
    await until_made(page)

    assert hands.count == 9 <= 15
    assert page.title.text() == "4号楼"
    assert len(page.view.drawing.slots) == 33 * 2 * 4
    assert {slot.cell.unit for slot in page.view.drawing.slots} == {"1", "2"}
    made = workspace.replica.get(Building, page.building)
    assert made is not None
    assert (made.units, made.floors, made.doors, made.estate != "") == (2, 33, 4, True)
    stage.close()


async def test_a_building_made_is_taken_back_by_one_step(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, page: PlanPage, workspace: Workspace
) -> None:
    stage = await staged(qtbot, page)
    before = workspace.replica.count(Dwelling)
    Hands(page.view).press("Ctrl+N", "Ctrl+Enter")
    await until_made(page)
    assert workspace.replica.count(Dwelling) == before + 12

    workspace.undo()

    assert workspace.replica.count(Dwelling) == before
    stage.close()


async def test_what_a_building_lacks_is_added_and_nobody_is_touched(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, page: PlanPage, workspace: Workspace
) -> None:
    stage = await staged(qtbot, page)
    homes, people = lived(workspace), workspace.replica.count(Resident)
    known = {slot.cell.id for slot in page.view.drawing.slots}
    hands = Hands(page.view)

    hands.press("Ctrl+G", "Enter", "7", "Ctrl+Enter")
    await until_made(page)

    assert rooms(page)[:4] == ["701", "702", "701", "702"]
    assert known < {slot.cell.id for slot in page.view.drawing.slots}
    assert (lived(workspace), workspace.replica.count(Resident)) == (homes, people)
    stage.close()


def test_a_smaller_shape_adds_nothing_and_keeps_what_is_outside_it(page: PlanPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    Hands(page.view).press("Ctrl+G", "Enter", "2")
    pane = page.works.pane

    assert isinstance(pane, PlanMaker)
    states = [slot.cell.state for slot in pane.view.drawing.slots]
    assert (states.count("new"), states.count("there"), states.count("kept")) == (0, 8, 16)
    stage.close()


def test_what_makes_no_building_is_said_while_it_is_typed(page: PlanPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    hands = Hands(page.view)
    hands.press("Ctrl+N", "Enter", "9", "9")
    pane = page.works.pane

    assert isinstance(pane, PlanMaker)
    assert "单元数" in pane.problem.text()
    hands.press("Ctrl+Enter", "Esc")
    assert page.works.pane is None
    assert page.view.hasFocus()
    stage.close()


def test_another_building_ends_what_was_begun_at_the_one_before(
    page: PlanPage, qtbot: QtBot, workspace: Workspace
) -> None:
    stage = on_stage(qtbot, page)
    other = next(b.id for b in workspace.replica.all(Building) if b.id != page.building)
    for begin in (page.works.generate, page.works.insert_doors):
        begin()
        page.open(building=other)
        assert page.works.pane is None
        assert not page.works.edit.isVisible()
        assert page.view.isVisible()
        assert page.loop.isVisible()
        page.open(building=page._first_building())
    stage.close()


async def test_a_courtyard_is_made_group_by_group(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, page: PlanPage, workspace: Workspace
) -> None:
    stage = await staged(qtbot, page)
    page.works.new_building()
    pane = page.works.pane
    assert isinstance(pane, PlanMaker)
    pane.fields["name"].setText("柳溪院落")
    pane.fields["units"].setText("3")
    pane.fields["doors"].setText("7")
    pane.kind.setCurrentText("院落")
    pane.kind.activated.emit(1)

    pane.save()
    await until_made(page)

    assert [row for row in page.view.drawing.rows if row] == ["1组", "2组", "3组"]
    assert len(page.view.drawing.slots) == 21
    stage.close()


def test_doors_chosen_are_merged_and_one_undo_parts_them(
    page: PlanPage, qtbot: QtBot, workspace: Workspace
) -> None:
    stage = on_stage(qtbot, page)
    page.view.stand_at(door_at(page, "1", "501"))
    homes, before = lived(workspace), rooms(page)
    hands = Hands(page.view)

    QTest.keyClick(page.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    page.works.edit.merge(page.works.dwellings())
    assert page.works.edit.rooms.text() == "501-502"
    hands.press("Enter")

    assert "501-502" in rooms(page)
    assert page.view.current == door_at(page, "1", "501-502")
    assert {home for home, _door in lived(workspace)} == {home for home, _door in homes}
    assert {door for _home, door in lived(workspace)} <= {door.id for door in workspace.replica.all(Dwelling)}

    workspace.undo()

    assert rooms(page) == before
    assert lived(workspace) == homes
    stage.close()


def test_each_room_of_a_merged_door_leads_to_it(page: PlanPage, qtbot: QtBot, workspace: Workspace) -> None:
    stage = on_stage(qtbot, page)
    doors = [workspace.replica.get(Dwelling, door_at(page, "2", room)) for room in ("401", "402")]
    page.works.edit.merge([door for door in doors if door])
    Hands(page.view).press("Enter")
    merged = door_at(page, "2", "401-402")

    assert found_door(workspace, "1-2-402") == merged
    assert found_door(workspace, "2-401", page.building) == merged
    page.view.stand_at(door_at(page, "2", "301"))
    page._go_to_room("402")
    assert page.view.current == merged
    stage.close()


async def test_ctrl_z_takes_back_an_edit_of_the_layout_before_the_visit_that_came_before_it(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, qtbot: QtBot
) -> None:
    window = MainWindow(workspace)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    workspace.open_place("buildings")
    await asyncio.sleep(0.1)
    buildings = window.page("buildings")
    assert isinstance(buildings, BuildingsPage)
    page = buildings.plan
    hands, visits = Hands(page.view), workspace.replica.count(Visit)
    hands.press("3", "Enter")
    page.view.stand_at(door_at(page, "1", "401"))
    QTest.keyClick(page.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    page.works.edit.merge(page.works.dwellings())
    hands.press("Enter")
    assert "401-402" in rooms(page)

    hands.press("Ctrl+Z")
    assert "401-402" not in rooms(page)
    assert workspace.replica.count(Visit) == visits + 1
    hands.press("Ctrl+Z")
    assert workspace.replica.count(Visit) == visits
    await workspace.close()
    window.close_for_good()


def test_a_door_is_split_and_a_household_moves_to_its_part(
    page: PlanPage, qtbot: QtBot, workspace: Workspace
) -> None:
    stage = on_stage(qtbot, page)
    lodging = next(d for d in page._doors.values() if d.households)
    page.view.stand_at(lodging.dwelling)
    page.works.edit.split(page.works.dwellings()[0])
    next(iter(page.works.edit._homes.values())).setCurrentIndex(1)

    Hands(page.view).press("Enter")

    assert {f"{lodging.door}A", f"{lodging.door}B"} <= set(rooms(page))
    other = next(d for d in page._doors.values() if d.door == f"{lodging.door}B")
    assert other.households == lodging.households
    stage.close()


def test_a_door_is_renumbered_and_a_number_taken_already_is_refused_beside_it(
    page: PlanPage, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)
    door = door_at(page, "1", "502")
    page.view.stand_at(door)
    hands = Hands(page.view)

    page.works.edit.rename(page.works.dwellings()[0])
    hands.press("5", "0", "1", "Enter")
    assert "已经有了" in page.works.edit.problem.text()
    page.works.edit.rooms.setText("503")
    hands.press("Enter")

    assert door_at(page, "1", "503") == door
    assert not page.works.edit.isVisible()
    assert page.loop.isVisible()
    stage.close()


def test_missing_doors_are_inserted_beside_where_one_stands(page: PlanPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    page.view.stand_at(door_at(page, "2", "301"))

    page.works.insert_doors()
    assert (page.works.edit.unit.text(), page.works.edit.rooms.text()) == ("2", "303")
    page.works.edit.rooms.setText("303、701~702")
    Hands(page.view).press("Enter")

    assert page.view.current == door_at(page, "2", "303")
    assert door_at(page, "2", "702")
    stage.close()


def test_only_an_empty_door_is_deleted(page: PlanPage, qtbot: QtBot, workspace: Workspace) -> None:
    stage = on_stage(qtbot, page)
    said: list[str] = []
    workspace.said.connect(lambda message: said.append(message.title))
    before = len(rooms(page))
    doors = page._doors.values()
    page.view.stand_at(next(d.dwelling for d in doors if d.households))
    page.works.edit.delete(page.works.dwellings())
    page.view.stand_at(next(d.dwelling for d in doors if not d.households))
    page.works.edit.delete(page.works.dwellings())

    assert "还登记着住户" in said[0]
    assert len(rooms(page)) == before - 1
    stage.close()


async def test_a_list_from_excel_is_seen_and_then_stored(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, page: PlanPage, workspace: Workspace
) -> None:
    stage = await staged(qtbot, page)
    head_601 = next(d for d in page._doors.values() if (d.unit, d.door) == ("1", "601")).head
    QGuiApplication.clipboard().setText(LIST)

    Hands(page.view).press("Ctrl+V")
    pane = page.works.pane
    assert isinstance(pane, PlanPaste)
    assert pane.told.text().startswith("认出 3 扇门：新增 2 套，登记 1 位户主；1 扇门已登记着别的户主")
    states = {slot.cell.room: slot.cell.state for slot in pane.view.drawing.slots if slot.cell.unit == "1"}
    assert (states["701"], states["702"], states["601"]) == ("people", "new", "there")
    Hands(pane.text).press("Ctrl+Enter")
    await until_made(page)

    seen = {d.door: d for d in page._doors.values() if d.unit == "1"}
    assert (seen["701"].head, seen["701"].size, seen["702"].tenure) == ("周静", 1, "03")
    assert seen["601"].head == head_601
    stage.close()


async def test_a_block_may_be_pasted_into_a_building_that_is_not_there_yet(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, page: PlanPage, workspace: Workspace
) -> None:
    stage = await staged(qtbot, page)
    QGuiApplication.clipboard().setText("\t1单元\t\t2单元\n2层\t201\t202\t201\n1层\t101\t102\t101")
    page.works.paste()
    pane = page.works.pane
    assert isinstance(pane, PlanPaste)
    pane.name.setText("9号楼")
    pane.name.textEdited.emit("9号楼")

    pane.save()
    await until_made(page)

    assert page.title.text() == "9号楼"
    assert [slot.cell.room for slot in page.view.cells()] == ["201", "202", "201", "101", "102", "101"]
    assert len(layout.doors_of(workspace.replica, page.building)) == 6
    stage.close()


def test_a_picture_in_the_clipboard_is_no_block_of_cells(page: PlanPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    QGuiApplication.clipboard().setText("一句话")

    assert not page.works.paste_cells()
    assert page.works.pane is None
    stage.close()


def test_the_menu_key_offers_what_makes_sense_at_the_door(page: PlanPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    shown: list[QPoint] = []
    page.view.menu_wanted.connect(shown.append)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))

    QApplication.sendEvent(page.view.viewport(), event)

    slot = page.view.drawing.of(page.view.current)
    assert slot is not None
    assert shown == [page.view.viewport().mapToGlobal(page.view.area_of(slot).bottomLeft())]
    enabled = {text.partition("(")[0] for text, _key, act, sensible in page.works._acts() if act and sensible}
    assert {"打开住户", "拆成几扇门", "改房号", "补门", "新建一栋楼", "打印楼栋图"} <= enabled
    assert not any(text.startswith("合并") for text in enabled)
    stage.close()
