"""The household panel: who lives here, what is missing, what happened; numbers only to whoever is noted."""

import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Household, Pairing, PartyCentreHousehold
from gridclient.ui.centre_households import CentresPage
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.workspace import Workspace
from tests.support.stage import on_stage


@pytest.fixture
def panel(workspace: Workspace) -> HouseholdPanel:
    return HouseholdPanel(workspace)


def of_size(workspace: Workspace, size: int) -> Household:
    return next(h for h in workspace.replica.all(Household) if h.size == size)


def test_a_home_is_shown_with_its_people_head_first(panel: HouseholdPanel, workspace: Workspace) -> None:
    home = of_size(workspace, 3)

    panel.open(household=home.id)

    assert panel.home is not None
    assert panel.title.text() == panel.home.label
    assert len(panel.model.people) == 3
    assert panel.model.people[0].id == home.head


def test_numbers_are_starred_out_until_somebody_asks_and_that_is_noted(
    panel: HouseholdPanel, workspace: Workspace
) -> None:
    panel.open(household=of_size(workspace, 3).id)
    hidden = panel.model.index(0, 3).data()

    panel.show_numbers()

    assert "****" in hidden
    assert panel.model.index(0, 3).data() == "、".join(panel.model.people[0].phones)
    assert workspace.desk.trail.steps()[0].act == "unmask"


def test_another_home_is_starred_out_again(panel: HouseholdPanel, workspace: Workspace) -> None:
    panel.open(household=of_size(workspace, 3).id)
    panel.show_numbers()

    panel.open(household=of_size(workspace, 2).id)

    assert "****" in panel.model.index(0, 3).data()


def test_an_empty_door_says_so(panel: HouseholdPanel, workspace: Workspace, qtbot: QtBot) -> None:
    lived = {h.dwelling for h in workspace.replica.all(Household)}
    from gridclient.records import Dwelling

    empty = next(d for d in workspace.replica.all(Dwelling) if d.id not in lived)
    stage = on_stage(qtbot, panel, 340, 640)

    panel.open(dwelling=empty.id)

    assert "没有登记住户" in panel.facts.text()
    assert not panel.people.isVisible()
    stage.close()


def test_the_panel_hears_of_changes_made_elsewhere(panel: HouseholdPanel, workspace: Workspace) -> None:
    home = of_size(workspace, 3)
    panel.open(household=home.id)
    person = panel.model.people[1]
    person.name = "新名字"

    workspace.save(person)

    assert panel.model.index(1, 0).data().startswith("新名字")


def test_centre_households_tell_whom_they_reach_and_who_is_reached_by_nobody(
    workspace: Workspace, qtbot: QtBot
) -> None:
    centre = workspace.replica.all(PartyCentreHousehold)[0]
    reached = [h for h in workspace.replica.all(Household) if h.id != centre.household][:4]
    workspace.replica.save(*(Pairing(centre=centre.id, household=h.id, area=h.area) for h in reached))
    page = CentresPage(workspace)
    stage = on_stage(qtbot, page)

    every = workspace.replica.count(Household)

    assert len(page.paired.rows.told) == 4
    assert len(page.missed.rows.told) == every - 5
    assert f"还没人联系 {every - 5} 户" in page.figures.text()
    stage.close()
