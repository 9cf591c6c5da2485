"""Whole households in the pane: 分户, 并户, 整户迁移, a new household in one form, tenants in and out."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Dwelling, Household, Matter, PartyCentreHousehold, Resident, Visit
from gridclient.rules import household_life as life
from gridclient.rules.household_life import Note
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.life_form import LifeForm
from gridclient.ui.life_moves import MoveForm
from gridclient.ui.workspace import Workspace
from tests.support.pane import (
    ENTER,
    SAVE,
    address,
    at_home,
    choose,
    empty_door,
    family_of,
    lawful,
    on_show,
    registered,
    stored,
    turns,
    with_check_digit,
)
from tests.support.stage import Hands


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> Iterator[HouseholdPanel]:
    with on_show(workspace, qtbot) as shown:
        yield shown


@pytest.fixture
def hands(panel: HouseholdPanel) -> Hands:
    return Hands(panel)


def test_part_of_a_household_splits_off_behind_another_door(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home, door = registered(workspace, 3), empty_door(workspace)
    at_home(panel, home)
    hands.press("↓")
    who = panel.model.people[1]

    choose(hands, "F")
    hands.press("Tab")
    hands.type(address(workspace, door))
    hands.press(SAVE)

    new = next(h for h in workspace.replica.all(Household) if h.dwelling == door.id)
    assert (new.head, new.size) == (who.id, 1)
    assert family_of(workspace, home.id).household.size == 2
    assert turns(panel)[0][0] == "分户"
    panel.open(household=new.id)
    assert turns(panel)[0][0] == "分户"
    assert lawful(workspace)
    assert workspace.undo()
    assert not [h for h in workspace.replica.all(Household) if h.dwelling == door.id]


def test_two_households_become_one_and_what_hung_on_the_other_is_named_before(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    other = registered(workspace, 2, but=home.id)
    matter = Matter(
        household=other.id, title="楼道灯", kind_of_matter="appeal", heard_on=workspace.today, area=other.area
    )
    workspace.replica.save(matter)
    door = workspace.replica.get(Dwelling, other.dwelling)
    assert door is not None
    at_home(panel, home)
    before = stored(workspace)

    choose(hands, "B")
    hands.type(address(workspace, door))
    form = panel.life.form
    assert isinstance(form, LifeForm)
    form.relation.setFocus()
    hands.press("3")
    told = form.told.text()
    hands.press(SAVE)

    assert "事项 1 项转到并入的户" in told
    assert family_of(workspace, home.id).household.size == 5
    gone = workspace.replica.get(Household, other.id)
    assert gone is not None
    assert gone.removed
    assert [m.household for m in workspace.replica.all(Matter)] == [home.id]
    assert turns(panel)[0][0] == "并户"
    assert lawful(workspace)
    assert workspace.undo()
    assert stored(workspace) == before


def test_a_whole_household_moves_to_another_door_with_its_number(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home, door = registered(workspace, 3), empty_door(workspace)
    at_home(panel, home)
    before, number, left = stored(workspace), home.number, home.dwelling

    choose(hands, "Z")
    hands.type(address(workspace, door))
    hands.press(SAVE)

    after = family_of(workspace, home.id)
    assert (after.household.dwelling, after.household.number) == (door.id, number)
    assert panel.home is not None
    assert panel.home.dwelling.id == door.id
    assert turns(panel)[0][0] == "整户迁移"
    old = workspace.replica.get(Dwelling, left)
    assert old is not None
    assert old.tenure == "03"
    assert workspace.undo()
    assert stored(workspace) == before


def test_a_household_that_leaves_the_community_ends_and_its_centre_is_named_before(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    centre = workspace.replica.all(PartyCentreHousehold)[0]
    home = workspace.replica.get(Household, centre.household)
    assert home is not None
    at_home(panel, home)
    before = stored(workspace)

    choose(hands, "Z")
    hands.press("Ctrl+O")
    named = panel.life.tied.text()
    form = panel.life.form
    assert isinstance(form, MoveForm)
    told = form.told.text()
    hands.press(SAVE)

    assert "党员中心户 1 项" in named
    assert "这一户随之结束" in told
    assert "党员中心户 1 项随之结束" in told
    assert "请另行安排" not in told
    assert workspace.replica.all(Household, Household.id == home.id) == []
    assert panel.home is not None
    assert panel.home.household is None
    assert turns(panel)[0][0] == "整户迁出"
    assert workspace.undo()
    assert stored(workspace) == before


def test_a_door_that_is_not_there_is_not_guessed(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    at_home(panel, registered(workspace, 3))
    before = stored(workspace)

    choose(hands, "Z")
    hands.type("9-9-901")
    hands.press(SAVE)

    assert panel.life.form is not None
    assert "没有找到这扇门" in panel.life.form.problem.text()
    assert stored(workspace) == before


def test_a_new_household_of_three_costs_a_hundred_and_ten_keys_with_its_address_kept(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    door = empty_door(workspace)
    panel.open(dwelling=door.id)
    panel.setFocus()
    numbers = ("519901199203154524", "519901199001021230", "519901201506071236")

    choose(hands, "X")
    for place, (number, name, relation) in enumerate(
        zip(numbers, ("王安", "李安", "王小"), ("1", "2", "3"), strict=True)
    ):
        hands.type(with_check_digit(number))
        hands.say(name)
        hands.press(ENTER, relation)
        if place == 0:
            hands.type("19900012345")
        else:
            hands.press(ENTER)
        if place < 2:
            hands.press(ENTER)
    hands.press(SAVE)

    assert hands.count <= 110
    (home,) = workspace.replica.all(Household, Household.dwelling == door.id)
    people = family_of(workspace, home.id).members
    assert [(p.name, p.population, p.phones) for p in people] == [
        (name, "registered", ["19900012345"]) for name in ("王安", "李安", "王小")
    ]
    assert (home.head_name, home.size, home.kind_of_household, home.area) == (
        "王安",
        3,
        "registered",
        door.area,
    )
    assert panel.home is not None
    assert panel.home.household is not None
    assert panel.home.household.id == home.id
    assert turns(panel)[0] == ("立户", f"王安、李安、王小：到 {panel.home.label}")
    assert lawful(workspace)


def test_tenants_come_and_go(panel: HouseholdPanel, hands: Hands, workspace: Workspace) -> None:
    door = empty_door(workspace)
    panel.open(dwelling=door.id)
    panel.setFocus()

    choose(hands, "T")
    hands.press(ENTER)
    hands.say("周敏")
    hands.press(ENTER, "1")
    hands.type("19900054321")
    hands.press(SAVE)
    (home,) = workspace.replica.all(Household, Household.dwelling == door.id)
    tenant = workspace.replica.get(Dwelling, door.id)
    assert tenant is not None
    assert (home.kind_of_household, tenant.tenure) == ("floating", "02")
    choose(hands, "W")
    hands.press(SAVE)

    assert workspace.replica.all(Household, Household.dwelling == door.id) == []
    assert [title for title, _text in turns(panel)] == ["租客搬走", "租客入住"]
    gone = workspace.replica.get(Dwelling, door.id)
    assert gone is not None
    assert gone.tenure == "03"


def test_who_is_registered_behind_another_door_is_moved_from_there_and_that_is_said_first(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    other = registered(workspace, 2, but=home.id)
    comer = next(m for m in family_of(workspace, other.id).members if m.id != other.head)
    at_home(panel, home)

    choose(hands, "R")
    hands.type(comer.id_number)
    form = panel.life.form
    assert form is not None
    said = form.read.text()
    hands.say(comer.name)
    hands.press(ENTER, "7", ENTER, SAVE)

    assert "从那一户转来" in said
    moved = workspace.replica.get(Resident, comer.id)
    assert moved is not None
    assert moved.household == home.id
    assert workspace.replica.count(Resident, Resident.id_number == comer.id_number) == 1
    assert family_of(workspace, home.id).household.size == 4
    assert lawful(workspace)


def test_the_visits_to_a_household_that_came_in_stay_in_the_timeline(
    panel: HouseholdPanel, workspace: Workspace
) -> None:
    visit = next(v for v in workspace.replica.all(Visit) if v.household)
    other = workspace.replica.get(Household, visit.household)
    assert other is not None
    home = registered(workspace, 3, but=other.id)
    family = family_of(workspace, home.id)
    came = family_of(workspace, other.id)
    note = Note(workspace.today, "张敏", workspace.now.replace(tzinfo=None))

    workspace.save(*life.merge(family, came, "70", note))
    at_home(panel, home)

    assert panel.home is not None
    assert visit.id in {entry.record.id for entry in panel.home.timeline}


def test_who_moved_out_before_is_taken_back_as_the_same_person(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    comer = next(m for m in family_of(workspace, home.id).members if m.id != home.head)
    comer.left_how, comer.left_on = "moved", workspace.today
    workspace.replica.save(comer)
    at_home(panel, home)

    choose(hands, "R")
    hands.type(comer.id_number)
    form = panel.life.form
    assert form is not None
    said = form.read.text()
    hands.say(comer.name)
    hands.press(ENTER, "7", ENTER, SAVE)

    assert "保存后转回" in said
    assert comer.id in {m.id for m in family_of(workspace, home.id).members}
    assert workspace.replica.count(Resident, Resident.id_number == comer.id_number) == 1
