"""The day is closed on paper: figures, the list for the doors still open, the log to be signed."""

import asyncio
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QDate
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Dwelling, Household, OrgUnit, Visit
from gridclient.store import homes
from gridclient.store.homes import Door
from gridclient.store.trail import Act
from gridclient.ui.papers import PapersPage
from gridclient.ui.workspace import Workspace
from tests.support.stage import Hands, on_stage


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> PapersPage:
    return PapersPage(workspace)


def knock(workspace: Workspace, door: Door, outcome: str, *by: str, back: int = 0) -> None:
    workspace.replica.save(
        Visit(
            visited_on=workspace.today - timedelta(days=back),
            visitors=list(by),
            outcome=outcome,
            dwelling=door.dwelling,
            household=door.household,
            head_name=door.head,
            area=door.area,
        )
    )


async def shown(page: PapersPage, act=None) -> None:
    """Wait until the paper is there that ``act`` asks for."""
    done = asyncio.Event()
    page.view.composed.connect(done.set)
    if act is not None:
        act()
    await asyncio.wait_for(done.wait(), 10)
    page.view.composed.disconnect(done.set)


def doors(workspace: Workspace) -> list[Door]:
    return [d for d in homes.round_of(workspace.replica, workspace.today) if d.household]


def cells(page: PapersPage, column: int) -> list[str]:
    assert page.view.sheet is not None
    return [row.cells[column] for row in page.view.sheet.rows]


def log_rows(page: PapersPage) -> list[tuple[str, ...]]:
    assert page.view.sheet is not None
    return [row.cells for row in page.view.sheet.cards[0].blocks[1].rows]


async def test_the_log_holds_the_visits_of_the_day_and_of_one_person(
    page: PapersPage, workspace: Workspace, qtbot: QtBot
) -> None:
    first, second, third = doors(workspace)[:3]
    knock(workspace, first, "met", "张敏")
    knock(workspace, second, "nobody", "张敏", "李强")
    knock(workspace, third, "refused", "赵芳")
    stage = on_stage(qtbot, page)
    await shown(page, lambda: page.open(paper="log"))

    assert page.who.currentText() == "张敏"
    assert [row[2] for row in log_rows(page)] == [first.label, second.label]
    assert page.figures["敲门户数"].text() == "2"
    page.who.setCurrentIndex(0)
    await shown(page, lambda: page.who.activated.emit(0))
    assert len(log_rows(page)) == 3
    assert page.figures["拒访"].text() == "1"
    stage.close()


async def test_another_day_has_its_own_log(page: PapersPage, workspace: Workspace, qtbot: QtBot) -> None:
    door = doors(workspace)[0]
    knock(workspace, door, "nobody", "张敏", back=3)
    stage = on_stage(qtbot, page)
    await shown(page, lambda: page.open(paper="log"))
    before = workspace.today - timedelta(days=3)

    await shown(page, lambda: page.on.setDate(QDate(before.year, before.month, before.day)))

    assert door.label in [row[2] for row in log_rows(page)]
    stage.close()


async def test_the_list_holds_the_doors_still_open_of_one_building(
    page: PapersPage, workspace: Workspace, qtbot: QtBot
) -> None:
    closed = homes.round_of(workspace.replica, workspace.today)[0]
    knock(workspace, closed, "nobody", "张敏")
    stage = on_stage(qtbot, page)
    await shown(page, lambda: page.open(paper="list"))
    due = homes.round_of(workspace.replica, workspace.today)

    assert cells(page, 2) == [door.door for door in due if door.dwelling != closed.dwelling]
    page.where.setCurrentText("2号楼")
    await shown(page, lambda: page.where.activated.emit(page.where.currentIndex()))
    assert set(cells(page, 1)) == {"2号楼1单元", "2号楼2单元", "2号楼3单元"}
    stage.close()


async def test_the_list_of_one_grid_is_asked_for_by_its_code(
    page: PapersPage, workspace: Workspace, qtbot: QtBot
) -> None:
    replica, other = workspace.replica, workspace.desk.home + "008"
    replica.save(OrgUnit(name="第八网格", level="grid", code=other, area=other))
    moved = [dwelling for dwelling in replica.all(Dwelling) if dwelling.door == "101"]
    for dwelling in moved:
        dwelling.area = other
    replica.save(*moved)
    stage = on_stage(qtbot, page)

    await shown(page, lambda: page.open(paper="list", grid=other))

    assert page.where.currentText() == "第八网格"
    assert set(cells(page, 2)) == {"101"}
    stage.close()


async def test_a_paper_chosen_while_the_day_is_read_shows_what_is_read(
    page: PapersPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)
    await shown(page, lambda: page.open(paper="log"))
    knock(workspace, doors(workspace)[0], "nobody", "张敏")

    page.reload()
    page._papers.button(1).click()
    for _attempt in range(500):
        await asyncio.sleep(0.01)
        if page.figures["敲门户数"].text() == "1":
            break

    assert page.figures["敲门户数"].text() == "1"
    assert page.paper == "list"
    stage.close()


async def test_what_leaves_the_screen_is_noted_first(
    page: PapersPage, workspace: Workspace, qtbot: QtBot, tmp_path: Path
) -> None:
    stage = on_stage(qtbot, page)
    await shown(page, lambda: page.open(paper="list"))

    await page.view.write_pdf(tmp_path / "清单.pdf")
    await page.view.write_workbook(tmp_path / "清单.xlsx")

    assert (tmp_path / "清单.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "清单.xlsx").stat().st_size > 1000
    steps = workspace.desk.trail.steps()
    assert [(step.act, step.what) for step in steps] == [(Act.EXPORT, "桂花社区走访清单")] * 2
    assert steps[0].persons > 0
    stage.close()


async def test_the_keys_of_a_paper_work_anywhere_on_the_page(
    page: PapersPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    stage = on_stage(qtbot, page)
    await shown(page, lambda: page.open(paper="log"))
    monkeypatch.setattr(type(page.view), "_ask", lambda _self, what, _ending, _write: asked.append(what))

    page.who.setFocus()
    Hands(page).press("Ctrl+D")
    page.view.setFocus()
    Hands(page).press("Ctrl+E")

    assert asked == ["PDF", "Excel 工作簿"]
    stage.close()


async def test_the_statement_is_one_button_away(page: PapersPage, workspace: Workspace, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    await shown(page, page.open)
    opened = []
    workspace.place_opened.connect(lambda place, where: opened.append((place, where)))

    page.statement.click()

    assert opened == [("sync", {"tab": "statement"})]
    stage.close()


async def test_a_laptop_with_nothing_on_it_has_papers_too(
    page: PapersPage, workspace: Workspace, qtbot: QtBot
) -> None:
    for family in workspace.replica.all(Household):
        workspace.replica.remove(family)
    for visit in workspace.replica.all(Visit):
        workspace.replica.remove(visit)
    stage = on_stage(qtbot, page)

    await shown(page, lambda: page.open(paper="log"))

    assert [row[0] for row in log_rows(page)] == ["无"]
    stage.close()
