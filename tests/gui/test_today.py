"""Today's round: every door that is due, in stair order, with its reason; what is closed stays in sight."""

import asyncio
from datetime import datetime, time, timedelta

import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Campaign, DueRule, Dwelling, Household, OrgUnit, Resident, Visit
from gridclient.store import homes
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until
from tests.support.stage import Hands, line_of, on, settled


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> TodayPage:
    return TodayPage(workspace)


async def test_every_pressing_door_is_listed_in_stair_order(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)

    due = [door.dwelling for door in homes.round_of(workspace.replica, workspace.today)]

    assert page.list.doors() == due
    assert page.list.current == due[0]
    stage.close()


async def test_a_closed_door_stays_in_the_list_with_its_outcome(page: TodayPage, qtbot: QtBot) -> None:
    stage = await on(qtbot, page)
    first, listed = page.list.current, page.list.doors()

    Hands(page.list).press("1", "Enter")

    assert page.list.doors() == listed
    assert page.list.current == listed[1]
    assert (line_of(page, first).sign, line_of(page, first).why) == ("✓", "见面")
    assert page.visited.accessibleName() == f"今天已访 1/{len(listed)}"
    stage.close()


async def test_todays_doors_are_there_again_after_a_restart(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)
    listed = page.list.doors()
    Hands(page.list).press("1", "Enter", "3", "Enter")

    again = TodayPage(workspace)
    second = await on(qtbot, again)

    assert again.list.doors() == listed
    assert again.list.current == listed[2]
    stage.close()
    second.close()


async def test_ctrl_z_goes_back_to_the_door_taken_back(page: TodayPage, qtbot: QtBot) -> None:
    stage = await on(qtbot, page)
    first, why = page.list.current, line_of(page, page.list.current).why

    Hands(page.list).press("3", "Enter", "Ctrl+Z")

    assert page.list.current == first
    assert line_of(page, first).why == why
    assert page.visited.accessibleName().startswith("今天已访 0/")
    stage.close()


async def test_the_legend_leaves_only_the_doors_asked_for(page: TodayPage, qtbot: QtBot) -> None:
    stage = await on(qtbot, page)
    whole = len(page.list.doors())

    page.legend._buttons["never"].click()

    assert 0 < len(page.list.doors()) < whole
    stage.close()


async def test_an_office_looks_at_one_grid_at_a_time(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    replica, other = workspace.replica, workspace.desk.home + "008"
    replica.save(OrgUnit(name="第八网格", level="grid", code=other, area=other))
    moved = [d for d in replica.all(Dwelling) if d.door == "101"]
    for dwelling in moved:
        dwelling.area = other
    replica.save(*moved)
    stage = await on(qtbot, page)
    whole = len(page.list.doors())
    assert page.grid.isVisible()

    page.grid.setCurrentText("第八网格")
    page.grid.activated.emit(page.grid.currentIndex())

    assert 0 < len(page.list.doors()) < whole
    assert {page._doors[i].area for i in page.list.doors()} == {other}
    assert page.list.current in page.list.doors()
    assert page.visited.accessibleName() == f"今天已访 0/{len(page.list.doors())}"
    page.reload()
    await settled(page)
    assert page.grid.currentText() == "第八网格"
    said = []
    workspace.said.connect(lambda message: said.append(message.title))
    for _door in page.list.doors():
        Hands(page.list).press("3", "Enter")
    assert said[-1] == "选出来的门都走完了"
    stage.close()


async def test_the_stairs_are_walked_the_way_that_is_chosen(page: TodayPage, qtbot: QtBot) -> None:
    stage = await on(qtbot, page)
    rooms = {}
    for way in ("down", "up", "snake"):
        page.order.setCurrentIndex(page.order.findData(way))
        page.order.activated.emit(page.order.currentIndex())
        await settled(page)
        first = page.list._model.lines[0].group
        rooms[way] = [li.room for li in page.list._model.lines if li.id and li.group == first]

    assert rooms["up"][0] == min(rooms["up"], key=int)
    assert rooms["down"][0][0] == max(rooms["up"], key=int)[0]
    assert sorted(rooms["snake"]) == sorted(rooms["down"]) == sorted(rooms["up"])
    assert rooms["snake"] != rooms["down"]
    stage.close()


async def test_a_rule_changed_by_the_office_changes_the_list(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)
    before = set(page.list.doors())

    workspace.save(DueRule(words="一般户", every="week", area=workspace.desk.home))
    await settled(page)

    assert before < set(page.list.doors())
    stage.close()


async def test_a_sweep_brings_its_doors_and_tells_how_far_it_is(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    today = workspace.today
    sweep = Campaign(title="冬季敲门", since=today, until=today + timedelta(days=9), area=workspace.desk.home)
    workspace.save(sweep)
    living = workspace.replica.count(Household)
    stage = await on(qtbot, page)

    assert {i for i, door in page._doors.items() if door.sweeps}
    assert f"已见 0/{living} 户" in page.sweep.text()
    page.list.stand_at(next(i for i in page.list.doors() if page._doors[i].household))
    Hands(page.list).press("1", "Enter")
    await until(lambda: f"已见 1/{living} 户" in page.sweep.text())
    stage.close()


async def test_who_was_there_lately_and_the_quiet_hours_are_said_before_the_knock(
    page: TodayPage, workspace: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime.combine(workspace.today, time(21, 40)).astimezone()
    monkeypatch.setattr(type(workspace), "now", property(lambda _self: night))
    door = next(d for d in homes.round_of(workspace.replica, workspace.today) if d.household)
    workspace.replica.save(
        Visit(
            visited_on=workspace.today - timedelta(days=1),
            visitors=["李强"],
            outcome="refused",
            dwelling=door.dwelling,
            household=door.household,
            area=door.area,
        )
    )
    stage = await on(qtbot, page)

    page.list.stand_at(door.dwelling)

    assert page.caution.isVisible()
    assert "不敲门的时段（21:00-8:00）" in page.caution.text()
    assert "李强 10-30（昨天）来过（拒访）" in page.caution.text()
    stage.close()


async def test_once_the_doors_chosen_are_closed_the_others_are_shown_again(
    page: TodayPage, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)
    whole = len(page.list.doors())
    page.legend._buttons["again"].click()
    chosen = page.list.doors()
    for _door in chosen:
        Hands(page.list).press("3", "Enter")

    assert len(page.list.doors()) == whole
    assert page.list.current not in chosen
    stage.close()


async def test_an_empty_laptop_says_what_to_do(page: TodayPage, workspace: Workspace, qtbot: QtBot) -> None:
    replica = workspace.replica
    for record in (*replica.all(Resident), *replica.all(Household), *replica.all(Dwelling)):
        replica.remove(record)
    stage = await on(qtbot, page)

    assert "导入" in page.summary.text()
    stage.close()


@pytest.mark.parametrize(("key", "paper"), [("s", "log"), ("Ctrl+P", "list")])
async def test_the_papers_of_the_day_are_one_key_away(
    page: TodayPage, workspace: Workspace, qtbot: QtBot, key: str, paper: str
) -> None:
    stage = await on(qtbot, page)
    opened = []
    workspace.place_opened.connect(lambda place, where: opened.append((place, where)))

    Hands(page.list).press(key)

    assert opened[-1] == ("papers", {"paper": paper, "grid": ""})
    stage.close()
