"""A window left open past midnight: another day begins, and nothing that is half typed is lost."""

import asyncio
from datetime import date, timedelta

import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Visit
from gridclient.records.visit import Outcome
from gridclient.ui.papers import PapersPage
from gridclient.ui.round_words import day_words
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import DAY, Workspace
from sync.replica import News
from tests.support.people import TODAY
from tests.support.rosters import until
from tests.support.screens import FixedDay
from tests.support.stage import Hands, on_stage, settled

NEXT = TODAY + timedelta(days=1)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The calendar on the wall: its last sheet is the day."""
    days = [TODAY]
    monkeypatch.setattr(FixedDay, "today", property(lambda _self: days[-1]))
    return days


def made(workspace: Workspace) -> list[Visit]:
    return sorted(workspace.replica.all(Visit, Visit.source == "visit"), key=lambda visit: visit.id)


def test_another_day_is_told_once(wall: list[date], workspace: Workspace) -> None:
    told: list[News] = []
    workspace.changed.connect(told.extend)

    workspace.turn_day()
    before = list(told)
    wall.append(NEXT)
    workspace.turn_day()
    workspace.turn_day()

    assert before == []
    assert [news.kind for news in told] == [DAY]


async def test_the_list_the_counts_and_the_visits_are_of_the_new_day(
    qloop: asyncio.AbstractEventLoop, wall: list[date], workspace: Workspace, qtbot: QtBot
) -> None:
    page = TodayPage(workspace)
    _stage = on_stage(qtbot, page)
    await settled(page)
    page.list.setFocus()
    await until(page.list.hasFocus)
    hands = Hands(page.list)
    hands.press("3", "Enter")
    knocked = page.visited.accessibleName()

    wall.append(NEXT)
    workspace.turn_day()
    await until(lambda: page.title.text() == day_words(NEXT) and page.settled)
    anew = page.visited.accessibleName()
    hands.press("3", "Enter")

    assert "今天已访 1/" in knocked
    assert "今天已访 0/" in anew
    assert [visit.visited_on for visit in made(workspace)] == [TODAY, NEXT]
    assert page.loop.strip.walk.text().startswith(f"走访 {NEXT:%m-%d}")


async def test_what_is_half_typed_at_midnight_goes_on_at_the_same_door(
    qloop: asyncio.AbstractEventLoop, wall: list[date], workspace: Workspace, qtbot: QtBot
) -> None:
    page = TodayPage(workspace)
    _stage = on_stage(qtbot, page)
    await settled(page)
    page.list.setFocus()
    await until(page.list.hasFocus)
    hands, here = Hands(page.list), page.list.current
    made_today = Visit(
        dwelling=here,
        household=page._doors[here].household,
        visited_on=TODAY,
        outcome=Outcome.MET.value,
        number="ZF1",
        area=page._doors[here].area,
    )
    workspace.save(made_today)  # tomorrow nobody will ask for this door
    hands.press("m")
    hands.say("门铃坏了")

    wall.append(NEXT)
    workspace.turn_day()
    await until(lambda: page.title.text() == day_words(NEXT) and page.settled)
    still, typed = page.list.current, page.loop.form
    hands.press("Ctrl+Enter")
    page.list.setFocus()
    hands.press("1", "Enter")

    assert still == here
    assert typed is page.loop.rack.forms["remark"]
    assert [(v.dwelling, v.remark, v.visited_on) for v in made(workspace)] == [(here, "门铃坏了", NEXT)]


def test_a_walk_typed_from_paper_keeps_its_day(wall: list[date], workspace: Workspace) -> None:
    book = workspace.visits
    book.mark_later()
    wall.append(NEXT)
    typed = book.walk.on
    book.mark_later()

    assert typed == TODAY
    assert book.walk.on == NEXT


async def test_the_papers_are_of_the_new_day_whether_looked_at_or_not(
    qloop: asyncio.AbstractEventLoop, wall: list[date], workspace: Workspace, qtbot: QtBot
) -> None:
    page = PapersPage(workspace)
    stage = on_stage(qtbot, page)
    at_first = page.day

    wall.append(NEXT)
    workspace.turn_day()
    looked_at = page.day
    page.hide()
    wall.append(NEXT + timedelta(days=1))
    workspace.turn_day()
    page.show()

    assert [at_first, looked_at, page.day] == [TODAY, NEXT, NEXT + timedelta(days=1)]
    await until(lambda: page._told is not None)
    stage.close()
