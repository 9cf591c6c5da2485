"""Ledgers are seen as they will be printed, and whoever takes one away is noted."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gridclient.ui.ledgers import LedgersPage, period
from gridclient.ui.workspace import Workspace
from tests.support.stage import Hands, on_stage


async def composed(page: LedgersPage) -> None:
    for _ in range(200):
        await asyncio.sleep(0.02)
        if page.pages is not None:
            return
    raise AssertionError("no ledger was composed")


async def test_a_known_ledger_is_two_letters_and_no_enter_away(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    page = LedgersPage(workspace)
    stage = on_stage(qtbot, page, 1000, 660)
    await composed(page)
    page.setFocus()
    Hands(page).type("zf")
    await asyncio.sleep(0.5)

    assert page.sheet is not None
    assert "走访" in page.sheet.title
    assert not page.paper.pixmap().isNull()
    stage.close()


async def test_what_is_written_is_what_is_seen_and_the_trail_says_who(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    page = LedgersPage(workspace)
    stage = on_stage(qtbot, page, 1000, 660)
    await composed(page)

    page.write_pdf(tmp_path / "一览.pdf")
    page.write_workbook(tmp_path / "一览.xlsx")

    assert (tmp_path / "一览.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "一览.xlsx").read_bytes().startswith(b"PK")
    steps = workspace.desk.trail.steps()
    assert [(s.act.value, s.who, s.full) for s in steps[:2]] == [("export", "张敏", False)] * 2
    assert page.sheet is not None
    assert steps[0].persons == page.sheet.persons
    stage.close()


async def test_whole_numbers_wait_for_a_reason(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    page = LedgersPage(workspace)
    stage = on_stage(qtbot, page, 1000, 660)
    await composed(page)

    page.full.setChecked(True)
    await asyncio.sleep(0.05)
    assert page.sheet is not None
    assert page.sheet.masked

    page.reason.setText("医保核对")
    page.compose()
    await asyncio.sleep(0.6)

    assert not page.sheet.masked
    assert workspace.desk.trail.steps()[0].why == "医保核对"
    stage.close()


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("全部", None),
        ("本月", (date(2026, 1, 1), date(2026, 1, 31))),
        ("上月", (date(2025, 12, 1), date(2025, 12, 31))),
        ("本季度", (date(2026, 1, 1), date(2026, 3, 31))),
        ("去年", (date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_periods_are_whole_months(words: str, days: tuple[date, date] | None) -> None:
    assert period(words, date(2026, 1, 15)) == days
