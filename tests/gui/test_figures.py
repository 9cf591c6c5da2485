"""Every figure is counted from records and opens its list."""

import asyncio

from pytestqt.qtbot import QtBot

from gridclient.records import Visit
from gridclient.store import counts
from gridclient.ui.figures import FiguresPage, counted
from gridclient.ui.workspace import Workspace
from tests.support.stage import on_stage


async def test_a_number_opens_the_list_behind_it(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    asked: list[tuple[str, dict[str, object]]] = []
    workspace.place_opened.connect(lambda place, where: asked.append((place, where)))
    page = FiguresPage(workspace)
    stage = on_stage(qtbot, page)
    for _ in range(200):
        await asyncio.sleep(0.02)
        if page.tiles:
            break

    page.tiles["residents"].click()

    assert (
        page.tiles["residents"].accessibleName() == f"居民 {counts.figures(workspace.replica)['residents']}"
    )
    assert asked == [("records", {"kind": "resident"})]
    stage.close()


def test_the_months_add_up_to_the_visits_of_a_year(workspace: Workspace) -> None:
    told = counted(workspace.replica, workspace.today)

    assert sum(bar.whole for bar in told.months) == workspace.replica.count(Visit)
    assert sum(bar.value for bar in told.ages) == told.counts["residents"]
