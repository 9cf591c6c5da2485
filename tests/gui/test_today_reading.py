"""When the round of today is read, and what is read anew once something happened."""

import asyncio
import threading
from typing import Any

from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from gridclient.records import Household, Resident, Visit
from gridclient.store import day
from gridclient.ui import building_tree, main_window
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import Workspace
from sync.replica import News
from tests.support.rosters import until
from tests.support.stage import Hands, line_of, on, on_stage, settled


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> TodayPage:
    return TodayPage(workspace)


async def test_the_round_is_never_read_on_the_window_s_thread(
    page: TodayPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []
    whole = day.read

    def noted(*asked: Any) -> day.Day:
        threads.append(threading.current_thread())
        return whole(*asked)

    monkeypatch.setattr(day, "read", noted)
    stage = await on(qtbot, page)
    page.reload()
    await settled(page)

    assert len(threads) == 2
    assert threading.main_thread() not in threads
    stage.close()


async def test_the_first_doors_are_there_before_all_of_them_are_read(
    page: TodayPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, go = day.read, threading.Event()

    def held(*asked: Any) -> day.Day:
        assert go.wait(30)
        return whole(*asked)

    monkeypatch.setattr(day, "read", held)
    stage = on_stage(qtbot, page)
    await until(lambda: bool(page.list.doors()))
    first, begun = page.list.current, page.list.doors()
    assert page.summary.text() == "正在读取今天的名单…"
    assert page.loop.door is not None
    go.set()
    await settled(page)

    assert page.list.doors()[: len(begun)] == begun
    assert len(page.list.doors()) > len(begun)
    assert page.list.current == first
    stage.close()


async def test_a_closed_door_costs_the_same_few_statements_however_long_the_list(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)
    asked: list[str] = []
    here = page.list.current

    def count(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(workspace.replica.engine, "before_cursor_execute", count)
    page._renew({here})
    one = len(asked)
    page._renew(set(page.list.doors()[:5]))
    event.remove(workspace.replica.engine, "before_cursor_execute", count)

    assert one == len(asked) - one <= 15
    stage.close()


async def test_a_door_closed_while_the_round_is_read_is_not_shown_as_open_again(
    page: TodayPage, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)
    first = page.list.current

    page.reload()
    Hands(page.list).press("1", "Enter")
    await settled(page)

    assert line_of(page, first).why == "见面"
    stage.close()


async def test_what_the_centre_sends_is_shown_soon(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)
    here = page.list.current
    visit = Visit(dwelling=here, visited_on=workspace.today, outcome="nobody", area=workspace.desk.home)
    workspace.replica.save(visit)
    workspace.changed.emit([News("visit", visit.id, remote=True)])

    await settled(page)

    assert line_of(page, here).why == "无人"
    stage.close()


async def test_a_name_changed_beside_the_list_is_shown_at_its_door(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)
    here = next(i for i in page.list.doors() if page._doors[i].household)
    family = workspace.replica.get(Household, page._doors[here].household)
    assert family is not None
    family.head_name = "欧阳改名"

    workspace.save(family)

    assert "欧阳改名" in line_of(page, here).people
    await settled(page)
    assert "欧阳改名" in line_of(page, here).people
    stage.close()


async def test_what_is_noted_beside_a_door_makes_nobody_read_the_round_again(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = await on(qtbot, page)

    workspace.changed.emit([News("matter", "0" * 32), News("photo", "1" * 32)])

    assert page.settled
    stage.close()


async def test_a_visit_of_one_s_own_makes_nobody_read_every_door_again(
    qloop: asyncio.AbstractEventLoop,
    workspace: Workspace,
    dressed: QApplication,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    due, tree = main_window._due_doors, building_tree.tree

    def due_noted(own: Workspace) -> frozenset[str]:
        read.append("due")
        return due(own)

    monkeypatch.setattr(main_window, "_due_doors", due_noted)
    monkeypatch.setattr(building_tree, "tree", lambda *asked: read.append("tree") or tree(*asked))
    window = main_window.MainWindow(workspace)
    window.show()
    window.activateWindow()
    window.open_place("today", {})
    page = window.page("today")
    assert isinstance(page, TodayPage)
    await settled(page)
    window.recount()
    await until(lambda: window.status.round.text().startswith("今日 0/"))
    page.list.setFocus()
    await until(page.list.hasFocus)

    Hands(page.list).press("3", "Enter")
    await until(lambda: window.status.round.text().startswith("今日 1/"))
    after_a_visit = list(read)
    person = workspace.replica.all(Resident)[0]
    person.employer += "新"
    workspace.save(person)
    await until(lambda: len(read) > 1)
    window.open_place("buildings", {})
    await until(lambda: "tree" in read)

    assert after_a_visit == ["due"]
    window.close_for_good()
    window.deleteLater()
