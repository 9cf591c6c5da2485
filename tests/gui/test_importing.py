"""Importing looks first, tells what it found row by row, and writes only when asked."""

import asyncio
from collections.abc import Callable
from importlib.resources import as_file, files

from pytestqt.qtbot import QtBot

from gridclient.records import Building, Resident
from gridclient.ui.importing import ImportPage
from gridclient.ui.workspace import Workspace
from tests.support.stage import on_stage


async def until(true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come true")


async def test_a_roster_is_rehearsed_then_imported_and_a_second_time_changes_nothing(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    page = ImportPage(workspace)
    stage = on_stage(qtbot, page)
    before = workspace.replica.count(Building)
    with as_file(files("resources") / "sample" / "楼宇信息登记表.xlsx") as path:
        page.take(path)
        await until(lambda: page.rehearsal is not None)
        assert workspace.replica.count(Building) == before
        assert page.go.isEnabled()
        assert "楼" in page.form.text()

        page.import_now()
        await until(lambda: page.report is not None)
        assert workspace.replica.count(Building) > before
        assert "新增" in page.result.text()

        page.take(path)
        await until(lambda: page.rehearsal is not None)
    assert not page.go.isEnabled()
    stage.close()


async def test_problems_are_listed_with_row_column_and_reason_and_nothing_private(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    page = ImportPage(workspace)
    stage = on_stage(qtbot, page)
    with as_file(files("resources") / "sample" / "实有人口一张表.xlsx") as path:
        page.take(path)
        await until(lambda: page.rehearsal is not None)

    assert page.rehearsal is not None
    people = workspace.replica.count(Resident)
    page.import_now()
    await until(lambda: page.report is not None)
    assert workspace.replica.count(Resident) > people
    assert len(page.issues.rows.told) == len(page.rehearsal.issues)
    stage.close()
