"""A building goes on paper as it is coloured, with whole names, family names or none."""

import asyncio
from pathlib import Path

from openpyxl import load_workbook
from pypdf import PdfReader
import pytest
from pytestqt.qtbot import QtBot

from gridclient.ui.plan import PlanPage
from gridclient.ui.plan_print import PlanPaper
from gridclient.ui.workspace import Workspace
from tests.support.stage import Hands, on_stage


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> PlanPage:
    return PlanPage(workspace)


async def test_the_plan_is_printed_as_it_is_coloured_with_names_or_without(
    page: PlanPage, qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    stage = on_stage(qtbot, page)
    page.colour_by(1)
    await asyncio.sleep(0.05)
    hands = Hands(page.view)
    hands.press("Ctrl+P")
    pane = page.works.pane
    assert isinstance(pane, PlanPaper)
    assert pane.sheet is not None
    assert pane.sheet.heading[-1].startswith("上次走访：")
    head = next(d.head for d in page._doors.values() if d.head)

    printed = {}
    for place, code in enumerate(("full", "family", "none")):
        pane.names.setCurrentIndex(place)
        pane.compose()
        await pane.write_pdf(tmp_path / f"{code}.pdf")
        printed[code] = PdfReader(tmp_path / f"{code}.pdf").pages[0].extract_text()

    assert head in printed["full"]
    assert f"{head[0]}*" in printed["family"]
    assert not any(head in text for code, text in printed.items() if code != "full")
    assert "1单元" in printed["none"]
    noted = [step.persons for step in workspace.desk.trail.steps()]
    assert len(noted) == 3
    assert sorted(noted)[0] == 0 < sorted(noted)[1]
    hands.press("Esc")
    assert page.view.isVisible()
    stage.close()


async def test_a3_is_chosen_and_the_workbook_has_a_row_for_each_floor(
    page: PlanPage, qtbot: QtBot, workspace: Workspace, tmp_path: Path
) -> None:
    stage = on_stage(qtbot, page)
    page.open()
    page.works.print_out()
    pane = page.works.pane
    assert isinstance(pane, PlanPaper)

    pane.size_box.setCurrentIndex(1)
    pane.compose()
    await pane.write_workbook(tmp_path / "plan.xlsx")

    assert pane.sheet is not None
    assert (pane.sheet.paper.width, pane.sheet.paper.height) == (420.0, 297.0)
    rows = list(load_workbook(tmp_path / "plan.xlsx").active.iter_rows(values_only=True))
    floors = [row[0] for row in rows if row[0] and str(row[0]).endswith("层")]
    assert floors[-6:] == ["6层", "5层", "4层", "3层", "2层", "1层"]
    stage.close()
