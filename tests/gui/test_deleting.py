"""Deleting in a list: what hangs on a record is said before it goes, and comes back with it."""

import asyncio
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gridclient.fields import RECORDS
from gridclient.records import (
    Building,
    Dwelling,
    Household,
    Matter,
    PartyCentreHousehold,
    Resident,
    Steward,
    Visit,
)
from gridclient.records.party import CentreState
from gridclient.ui.page import RecordPage
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord
from tests.support.rosters import until
from tests.support.stage import on_stage


def lived_in(workspace: Workspace) -> Household:
    """A household with people, visits, a matter nobody has settled, and a centre."""
    replica = workspace.replica
    visited = {visit.household for visit in replica.all(Visit, Visit.household != "")}
    person = next(p for p in replica.all(Resident) if p.household in visited)
    found = replica.get(Household, person.household)
    assert found is not None
    matter = Matter(title="楼道灯坏", household=found.id, heard_on=date(2026, 10, 1), area=found.area)
    centre = PartyCentreHousehold(
        household=found.id, head_name="何平", state=CentreState.ACTIVE, area=found.area
    )
    workspace.save(matter, centre)
    return found


def living(workspace: Workspace) -> dict[str, int]:
    return {kind: workspace.replica.count(spec.table) for kind, spec in RECORDS.items()}


async def deleting(qtbot: QtBot, workspace: Workspace, record: SyncedRecord) -> tuple[RecordPage, object]:
    """A list in which Delete was pressed on a record."""
    page = RecordPage(workspace, record.kind())
    stage = on_stage(qtbot, page, 1100, 700)
    with qtbot.waitActive(stage):
        stage.activateWindow()
    page.table.mark(record.id)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    return page, stage


async def test_what_hangs_on_a_household_is_said_before_it_is_deleted(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    home = lived_in(workspace)
    people = workspace.replica.count(Resident, Resident.household == home.id)
    visits = workspace.replica.count(Visit, Visit.household == home.id)
    before = living(workspace)

    page, _stage = await deleting(qtbot, workspace, home)
    await until(page.deleting.isVisible)

    told = page.deleting.told.text()
    assert workspace.line_of("household", home.id) in page.deleting.title.text()
    assert f"居民 {people} 人" in told
    assert f"走访 {visits} 次" in told
    assert "事项 1 件" in told
    assert "1 件事项还没办结" in told
    assert "党员中心户 1 " in told
    assert living(workspace) == before


async def test_a_household_and_all_that_hangs_on_it_are_one_step_of_undo(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    home = lived_in(workspace)
    before = living(workspace)
    page, _stage = await deleting(qtbot, workspace, home)
    await until(page.deleting.isVisible)

    QTest.keyClick(page.deleting.keep, Qt.Key.Key_D)
    await until(lambda: workspace.replica.count(Household, Household.id == home.id) == 0)
    left = [
        workspace.replica.count(table, table.household == home.id)
        for table in (Resident, Visit, Matter, PartyCentreHousehold)
    ]
    workspace.undo()

    assert left == [0, 0, 0, 0]
    assert living(workspace) == before


async def test_enter_and_esc_keep_what_something_hangs_on(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    home = lived_in(workspace)
    before = living(workspace)
    page, _stage = await deleting(qtbot, workspace, home)

    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        page.remove()
        await until(page.deleting.isVisible)
        QTest.keyClick(page.deleting.keep, key)
        hidden = page.deleting.isHidden()

        assert hidden
        assert page.table.hasFocus()
    assert living(workspace) == before


async def test_a_building_goes_with_its_doors_and_everybody_behind_them(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    building = workspace.replica.all(Building)[0]
    doors = workspace.replica.count(Dwelling, Dwelling.building == building.id)
    before = living(workspace)
    page, _stage = await deleting(qtbot, workspace, building)
    await until(page.deleting.isVisible)
    told = page.deleting.told.text()

    page.deleting.go.click()
    await until(lambda: workspace.replica.count(Dwelling, Dwelling.building == building.id) == 0)
    await until(lambda: workspace.last_edit is not None)
    workspace.undo()

    assert f"房屋 {doors} 套" in told
    assert "居民 " in told
    assert living(workspace) == before


async def test_a_resident_with_a_post_is_asked_about_and_the_post_stays(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    steward = workspace.replica.all(Steward)[0]
    steward.resident = person.id
    workspace.save(steward)

    page, _stage = await deleting(qtbot, workspace, person)
    await until(page.deleting.isVisible)

    assert "会留下，但不再连着" in page.deleting.told.text()
    assert Steward.spec.title in page.deleting.told.text()


async def test_what_nothing_hangs_on_is_deleted_without_a_question(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    building = workspace.replica.all(Building)[0]
    door = Dwelling(building=building.id, unit="1", door="9901", area=building.area)
    workspace.save(door)

    page, _stage = await deleting(qtbot, workspace, door)
    await until(lambda: workspace.replica.count(Dwelling, Dwelling.id == door.id) == 0)

    assert page.deleting.isHidden()
    assert workspace.replica.get(Dwelling, door.id) is not None
