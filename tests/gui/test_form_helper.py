"""A department's form is matched once, tried out on masked samples, filled in a copy, and the copying is noted."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog
import pytest
from pytestqt.qtbot import QtBot

from gridclient.store.trail import Act
from gridclient.ui.form_helper import FormHelperPage
from gridclient.ui.workspace import Workspace
from tests.support.office_forms import full_form, plain_form
from tests.support.stage import Hands, on_stage


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> FormHelperPage:
    return FormHelperPage(workspace)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return full_form(tmp_path / "老年人登记表.xlsx")


async def tried(page: FormHelperPage, act: Callable[[], object] | None = None) -> None:
    """Wait until the samples are those that follow from ``act``."""
    if act is not None:
        act()
    await asyncio.wait_for(page.tried.wait(), 10)


def row(page: FormHelperPage, head: str) -> int:
    return next(n for n, told in enumerate(page.match.columns.rows.told) if told.texts[1] == head)


async def test_a_form_shows_its_columns_what_fills_them_and_masked_samples(
    page: FormHelperPage, qtbot: QtBot, path: Path
) -> None:
    stage = on_stage(qtbot, page, 1000, 660)
    await page.read(path)
    await tried(page)

    told = page.match.columns.rows.told
    assert told[row(page, "姓名*")].texts[2] == "姓名"
    assert told[row(page, "领导批示")].texts[2] == "! 底册里没有这一项"
    assert "********" in told[row(page, "身份证号*")].texts[3]
    stage.close()


async def test_a_column_is_settled_by_a_few_letters_and_remembered(
    page: FormHelperPage, qtbot: QtBot, path: Path, workspace: Workspace
) -> None:
    stage = on_stage(qtbot, page, 1000, 660)
    await page.read(path)
    page.match.columns.selectRow(row(page, "领导批示"))
    hands = Hands(page)
    page.match.columns.setFocus()

    hands.press("Enter")
    hands.type("xm")
    await tried(page, lambda: hands.press("Enter"))

    assert page.proposal is not None
    assert page.proposal.match.columns[9].path == "name"
    other = FormHelperPage(workspace)
    qtbot.addWidget(other)
    await other.read(path)
    await tried(other)
    assert other.proposal is not None
    assert other.proposal.remembered
    assert other.proposal.match.columns[9].path == "name"
    stage.close()


async def test_a_filled_copy_is_masked_and_noted(
    page: FormHelperPage, qtbot: QtBot, path: Path, tmp_path: Path, workspace: Workspace
) -> None:
    stage = on_stage(qtbot, page, 1000, 660)
    await page.read(path)
    await tried(page)

    await page.fill(tmp_path / "填好.xlsx")

    tab = load_workbook(tmp_path / "填好.xlsx").worksheets[0]
    assert "*" in str(tab["D6"].value)
    step = workspace.desk.trail.steps(limit=1)[0]
    assert (step.act, step.full) == (Act.EXPORT, False)
    assert step.persons > 0
    assert "老年人基本情况登记表" in step.what
    assert page.gaps.rows.told
    stage.close()


async def test_whole_numbers_wait_for_a_reason_which_is_noted(
    page: FormHelperPage,
    qtbot: QtBot,
    path: Path,
    tmp_path: Path,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_about: (asked.append("?") or "", ""))
    stage = on_stage(qtbot, page, 1000, 660)
    await page.read(path)
    page.choices.full.setChecked(True)

    page.ask_where()
    assert asked == []
    page.choices.reason.setText("街道要求")
    page.ask_where()
    assert asked == ["?"]
    await tried(page)
    await page.fill(tmp_path / "填好.xlsx")

    assert "*" not in str(load_workbook(tmp_path / "填好.xlsx").worksheets[0]["D6"].value)
    step = workspace.desk.trail.steps(limit=1)[0]
    assert (step.full, step.why) == (True, "街道要求")
    stage.close()


async def test_the_folder_of_the_copy_can_be_opened(
    page: FormHelperPage, qtbot: QtBot, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    stage = on_stage(qtbot, page, 1000, 660)
    await page.read(path)
    await tried(page)
    assert page.folder.isHidden()

    await page.fill(tmp_path / "填好.xlsx")
    page.folder.click()

    assert opened == [str(tmp_path)]
    stage.close()


async def test_another_ledger_matches_the_form_anew(
    page: FormHelperPage, qtbot: QtBot, tmp_path: Path
) -> None:
    stage = on_stage(qtbot, page, 1000, 660)
    await page.read(plain_form(tmp_path / "表.xlsx", ["户号", "户主", "人口数", "住址"]))
    await tried(page)

    page.ledger.setCurrentIndex(page.ledger.findData("residents"))
    await tried(page, lambda: page.ledger.activated.emit(page.ledger.currentIndex()))

    assert page.proposal is not None
    assert [entry.path for entry in page.proposal.match.columns][:2] == [
        "household.number",
        "household.head_name",
    ]
    stage.close()


async def test_a_match_goes_to_a_colleague_and_comes_back(
    page: FormHelperPage, qtbot: QtBot, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "对应.json")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_about: (file, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_about: (file, ""))
    stage = on_stage(qtbot, page, 1000, 660)
    await page.read(path)
    page.match.chosen.emit(9, "remark")
    page.share()
    page.match.chosen.emit(9, "")

    await tried(page, page.take_match)

    assert page.proposal is not None
    assert page.proposal.match.columns[9].path == "remark"
    stage.close()
