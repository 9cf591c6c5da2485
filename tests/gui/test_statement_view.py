"""The statement is shown as it will be printed, and whatever leaves the screen is noted first."""

import asyncio
from datetime import timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.store.rounds import RoundNote, note
from gridclient.store.trail import Act
from gridclient.ui.statement_view import CHOSEN, StatementView
from gridclient.ui.workspace import Workspace
from tests.support import unsettled
from tests.support.stage import on_stage


@pytest.fixture
def view(workspace: Workspace, qapp: QApplication) -> StatementView:
    unsettled.sent(workspace.replica)
    unsettled.rounds(workspace.replica)
    unsettled.conflicts(workspace.replica)
    return StatementView(workspace)


async def composed(view: StatementView) -> None:
    done = asyncio.Event()
    view.composed.connect(done.set)
    view.compose()
    await done.wait()


async def test_the_page_is_shown_and_written_with_a_line_in_the_trail(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace, view: StatementView, tmp_path: Path
) -> None:
    stage = on_stage(qtbot, view)
    await composed(view)

    await view.write_pdf(tmp_path / "对账单.pdf")
    await view.write_workbook(tmp_path / "对账单.xlsx")

    assert view.sheet is not None
    assert view.sheet.title == "桂花社区数据同步对账单"
    assert view.number.text().startswith("第 1 页")
    assert (tmp_path / "对账单.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "对账单.xlsx").stat().st_size > 1000
    steps = workspace.desk.trail.steps()
    assert [(step.act, step.what, step.persons) for step in steps] == [
        (Act.EXPORT, "桂花社区数据同步对账单", view.sheet.persons)
    ] * 2
    stage.close()


def test_days_are_chosen_in_words_or_one_by_one(
    qtbot: QtBot, workspace: Workspace, view: StatementView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StatementView, "compose", lambda _self: None)
    today = workspace.today
    view.period.setCurrentText("近七天")
    week = view.days()
    view.period.setCurrentText(CHOSEN)
    view.first.setDate(today - timedelta(days=1))  # type: ignore[arg-type]
    view.last.setDate(today - timedelta(days=3))  # type: ignore[arg-type]

    assert week == (today - timedelta(days=6), today)
    assert view.days() == (today - timedelta(days=3), today - timedelta(days=1))


async def test_pages_are_turned_and_none_beyond_the_ends(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace, view: StatementView
) -> None:
    for number in range(60):
        note(
            workspace.replica,
            RoundNote(unsettled.NOW - timedelta(minutes=number), "与中心一致", up=number + 1),
        )
    stage = on_stage(qtbot, view)
    view.period.setCurrentText("近三十天")
    await composed(view)

    view.turn(1)
    second = view.number.text()
    view.turn(99)
    last = view.number.text()
    view.turn(-99)

    assert second.startswith("第 2 页")
    assert last.split("，")[0].removeprefix("第 ") == last.split("共 ")[1].split("　")[0]
    assert view.number.text().startswith("第 1 页")
    stage.close()
