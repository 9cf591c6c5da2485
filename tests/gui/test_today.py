"""Today's round: every door that is due, in stair order, with its reason; what is closed stays in sight."""

import pytest
from pytestqt.qtbot import QtBot

from gridclient.store import homes
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import Workspace
from tests.support.stage import Hands, on_stage


@pytest.fixture
def page(workspace: Workspace) -> TodayPage:
    return TodayPage(workspace)


def test_every_pressing_door_is_listed_in_stair_order(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)

    due = [door.dwelling for door in homes.round_of(workspace.replica, workspace.today)]

    assert page.list.doors() == due
    assert page.list.current == due[0]
    stage.close()


def test_a_closed_door_stays_in_the_list_with_its_outcome(page: TodayPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    first, listed = page.list.current, page.list.doors()

    Hands(page.list).press("1", "Enter")

    assert page.list.doors() == listed
    assert page.list.current == listed[1]
    line = next(line for line in page.list._model.lines if line.id == first)
    assert (line.sign, line.why) == ("✓", "见面")
    assert page.visited.accessibleName() == f"今天已访 1/{len(listed)}"
    stage.close()


def test_todays_doors_are_there_again_after_a_restart(
    page: TodayPage, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, page)
    listed = page.list.doors()
    Hands(page.list).press("1", "Enter", "3", "Enter")

    again = TodayPage(workspace)
    second = on_stage(qtbot, again)

    assert again.list.doors() == listed
    assert again.list.current == listed[2]
    stage.close()
    second.close()


def test_ctrl_z_goes_back_to_the_door_taken_back(page: TodayPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    first = page.list.current
    hands = Hands(page.list)

    hands.press("3", "Enter", "Ctrl+Z")

    assert page.list.current == first
    assert page.visited.accessibleName().startswith("今天已访 0/")
    stage.close()


def test_the_legend_leaves_only_the_doors_asked_for(page: TodayPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    whole = len(page.list.doors())

    page.legend._buttons["never"].click()

    assert 0 < len(page.list.doors()) < whole
    stage.close()
