"""What the list of the day is made by is changed in plain words, and is a record that syncs."""

import asyncio
from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QPushButton
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Campaign, DueRule, Household, VisitManners
from gridclient.store import planning
from gridclient.ui.planning import OFFICE, SHARED, PlanningPage
from gridclient.ui.workspace import Workspace
from sync.protocol import Scope
from tests.support.people import GRID
from tests.support.stage import on_stage


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> PlanningPage:
    return PlanningPage(workspace)


def choose(page: PlanningPage, words: str, every: str) -> None:
    box = page.rules.periods[words]
    box.setCurrentIndex(box.findText(every))
    box.activated.emit(box.currentIndex())


async def counted(page: PlanningPage) -> None:
    """Wait until the sweeps, which are counted beside the window, are shown."""
    for _attempt in range(500):
        await asyncio.sleep(0.01)
        if page.sweeps.settled:
            return
    raise AssertionError("the sweeps were never counted")


async def test_a_period_is_changed_where_it_stands_and_taken_back(
    page: PlanningPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)
    await counted(page)
    stage.activateWindow()
    await asyncio.sleep(0.02)
    page.rules.periods["独居老人"].setFocus()

    choose(page, "独居老人", "每周")

    assert page.rules.periods["独居老人"].hasFocus()
    (record,) = workspace.replica.all(DueRule)
    assert (record.labels, record.situations, record.every, record.area) == (
        ["alone"],
        [],
        "week",
        workspace.desk.home,
    )
    assert page.rules.periods["独居老人"].currentText() == "每周"
    workspace.undo()
    assert page.rules.periods["独居老人"].currentText() == "每月"
    await counted(page)
    stage.close()


async def test_a_rule_is_put_out_of_use_and_taken_up_again(
    page: PlanningPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)

    choose(page, "出租户", "不单独走访")
    assert "出租户" not in {rule.words for rule in planning.rules(workspace.replica)}
    choose(page, "出租户", "每月")

    (rule,) = (r for r in planning.rules(workspace.replica) if r.words == "出租户")
    assert (rule.needs, rule.every) == (("rented",), "month")
    assert workspace.replica.count(DueRule) == 1
    assert page.rules.periods["一般户"].findText("不单独走访") == -1
    await counted(page)
    stage.close()


async def test_a_rule_of_one_s_own_is_added(page: PlanningPage, workspace: Workspace, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    new = page.rules
    new.first.setCurrentText("残疾人")
    new.second.setCurrentText("出租户")
    new.every.setCurrentText("每季")

    new.add.click()

    assert page.rules.periods["残疾人、出租户"].currentText() == "每季"
    (record,) = workspace.replica.all(DueRule)
    assert (record.labels, record.situations) == (["disabled"], ["rented"])
    await counted(page)
    stage.close()


async def test_a_rule_for_nobody_is_not_added(page: PlanningPage, workspace: Workspace, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)

    page.rules.add.click()

    assert workspace.replica.count(DueRule) == 0
    await counted(page)
    stage.close()


async def test_the_hours_are_kept_when_they_can_be_read(
    page: PlanningPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)
    card = page.manners
    card.quiet.setText("晚上不去")
    card.quiet.editingFinished.emit()
    assert "时段请写成" in card.problem.text()
    assert workspace.replica.count(VisitManners) == 0

    card.quiet.setText("20:00—9:00")
    card.least.setValue(5)
    card.quiet.editingFinished.emit()

    (record,) = workspace.replica.all(VisitManners)
    assert (record.quiet, record.least_days) == ("20:00-9:00", 5)
    assert not card.problem.isVisible()
    waiting = workspace.replica.pending()
    card.quiet.editingFinished.emit()
    assert workspace.replica.pending() == waiting
    await counted(page)
    stage.close()


async def test_a_sweep_begins_over_what_is_ticked_and_is_ended(
    page: PlanningPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)
    card = page.sweeps
    await counted(page)
    card.title.setText("冬季敲门")
    card.until.setDate(QDate(2026, 11, 9))
    card.where.item(1).setCheckState(Qt.CheckState.Checked)

    card.start.click()
    await counted(page)

    (sweep,) = workspace.replica.all(Campaign)
    assert (sweep.since, sweep.until, sweep.grids) == (workspace.today, date(2026, 11, 9), [])
    assert len(sweep.buildings) == 1
    (told,) = card.told
    assert told.startswith("冬季敲门（至 11-09）　已见 0/")
    assert int(told.split("/")[1].split(" ")[0]) < workspace.replica.count(Household)
    card.findChild(QPushButton, "end").click()
    await counted(page)
    assert "已结束" in card.told[0]
    stage.close()


async def test_a_sweep_needs_a_name_and_days_in_their_order(
    page: PlanningPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)
    said = []
    workspace.said.connect(lambda message: said.append(message.title))

    page.sweeps.start.click()
    page.sweeps.title.setText("冬季敲门")
    page.sweeps.until.setDate(QDate(2020, 1, 1))
    page.sweeps.start.click()

    assert said == ["还不能开始大走访"] * 2
    assert workspace.replica.count(Campaign) == 0
    await counted(page)
    stage.close()


async def test_who_holds_one_grid_sees_the_rules_and_sweeps_the_grid(
    page: PlanningPage, workspace: Workspace, qtbot: QtBot
) -> None:
    workspace.replica.set_scope(Scope(gen=1, areas=[GRID]))
    stage = on_stage(qtbot, page)

    assert page.told.text() == OFFICE != SHARED
    assert not any(box.isEnabled() for box in page.rules.periods.values())
    assert not page.rules.add.isEnabled()
    assert not page.manners.quiet.isEnabled()
    page.sweeps.title.setText("本网格")
    page.sweeps.start.click()
    assert [sweep.area for sweep in workspace.replica.all(Campaign)] == [GRID]
    await counted(page)
    stage.close()
