"""Ledgers are seen as they will be printed, and whoever takes one away is noted."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Building
from gridclient.ui.ledgers import LedgersPage
from gridclient.ui.workspace import Workspace
from tests.support.stage import Hands, on_stage


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> LedgersPage:
    return LedgersPage(workspace)


async def composed(page: LedgersPage, act: Callable[[], object]) -> None:
    """Wait until the ledger is there that ``act`` asks for."""
    done = asyncio.Event()
    page.view.composed.connect(done.set)
    act()
    await asyncio.wait_for(done.wait(), 10)
    page.view.composed.disconnect(done.set)


async def test_a_known_ledger_is_two_letters_and_no_enter_away(page: LedgersPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page, 1000, 660)
    await composed(page, page.compose)
    page.setFocus()
    await composed(page, lambda: Hands(page).type("zf"))

    assert page.view.sheet is not None
    assert "走访" in page.view.sheet.title
    assert not page.view.paper.pixmap().isNull()
    stage.close()


async def test_a_ledger_passed_on_the_way_is_not_composed(page: LedgersPage, qtbot: QtBot) -> None:
    made: list[str] = []
    page.view.composed.connect(lambda: made.append(page.view.sheet.title if page.view.sheet else ""))
    stage = on_stage(qtbot, page, 1000, 660)

    await composed(page, lambda: [page.list.choose(row) for row in range(4)])

    last = page.template
    assert last is not None
    assert len(made) == 1
    assert made[0].endswith(last.title)
    stage.close()


async def test_a_ledger_that_is_marked_already_is_composed_anew_for_another_building(
    page: LedgersPage, qtbot: QtBot, workspace: Workspace
) -> None:
    stage = on_stage(qtbot, page, 1000, 660)
    name = next(t.name for t in page.templates if "房屋" in t.called or "居民" in t.called)
    await composed(page, lambda: page.open(ledger=name))
    every = page.view.sheet
    building = workspace.replica.all(Building)[0]

    await composed(page, lambda: page.open(ledger=name, building=building.id))

    assert every is not None
    assert page.view.sheet is not None
    assert 0 < len(page.view.sheet.rows) < len(every.rows)
    stage.close()


async def test_what_is_written_is_what_is_seen_and_the_trail_says_who(
    page: LedgersPage, qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    stage = on_stage(qtbot, page, 1000, 660)
    await composed(page, page.compose)

    await page.view.write_pdf(tmp_path / "一览.pdf")
    await page.view.write_workbook(tmp_path / "一览.xlsx")

    assert (tmp_path / "一览.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "一览.xlsx").read_bytes().startswith(b"PK")
    steps = workspace.desk.trail.steps()
    assert [(s.act.value, s.who, s.full) for s in steps[:2]] == [("export", "张敏", False)] * 2
    assert page.view.sheet is not None
    assert steps[0].persons == page.view.sheet.persons
    stage.close()


async def test_whole_numbers_wait_for_a_reason_which_goes_with_the_paper(
    page: LedgersPage, qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    stage = on_stage(qtbot, page, 1000, 660)
    await composed(page, page.compose)

    page.choices.full.setChecked(True)
    asked = page.choices.settled()
    assert not asked
    assert page.view.sheet is not None
    assert page.view.sheet.masked

    page.choices.reason.setText("医保核对")
    await composed(page, lambda: Hands(page).press("Enter"))
    page.choices.reason.setText("改了主意")
    await page.view.write_workbook(tmp_path / "一览.xlsx")

    assert not page.view.sheet.masked
    assert "完整号码" in page.summary.text()
    steps = workspace.desk.trail.steps()
    assert [(s.act.value, s.full, s.why) for s in steps] == [
        ("export", True, "医保核对"),
        ("unmask", True, "医保核对"),
    ]
    stage.close()
