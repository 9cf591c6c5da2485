"""户籍变动 in the household's pane: one letter each, legal, one undoable step, and kept in the timeline in words."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import (
    Building,
    Dwelling,
    Household,
    HouseholdEvent,
    Matter,
    PartyCentreHousehold,
    Resident,
)
from gridclient.records.people import HouseholdKind
from gridclient.rules.family import breaches
from gridclient.rules.identity import check_digit
from gridclient.store import families, homes
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.life import OFFERS
from gridclient.ui.life_form import LifeForm
from gridclient.ui.life_moves import MoveForm
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord
from tests.support.stage import Hands, on_stage

KEPT = (Household, Resident, Dwelling, PartyCentreHousehold, Matter)
ENTER, SAVE, MENU = "Enter", "Ctrl+Enter", "j"


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> Iterator[HouseholdPanel]:
    panel = HouseholdPanel(workspace)
    stage = on_stage(qtbot, panel, 350, 700)
    yield panel
    stage.close()


@pytest.fixture
def hands(panel: HouseholdPanel) -> Hands:
    return Hands(panel)


def registered(workspace: Workspace, size: int, *, but: str = "") -> Household:
    return next(
        h
        for h in workspace.replica.all(Household)
        if h.size == size and h.kind_of_household == HouseholdKind.REGISTERED and h.id != but
    )


def empty_door(workspace: Workspace) -> Dwelling:
    lived = {h.dwelling for h in workspace.replica.all(Household)}
    return next(d for d in workspace.replica.all(Dwelling) if d.id not in lived)


def stored(workspace: Workspace) -> dict[str, dict[str, object]]:
    """Every live record an action may touch, without what the vault keeps about edits."""
    upkeep = {"ver", "updated_at", "updated_by", "stamps", "unknown"}
    every: list[SyncedRecord] = [r for kind in KEPT for r in workspace.replica.all(kind)]
    return {r.id: r.model_dump(exclude=upkeep) for r in every}


def address(workspace: Workspace, door: Dwelling) -> str:
    building = workspace.replica.get(Building, door.building)
    assert building is not None
    return f"{building.number}-{door.unit}-{door.door}"


def choose(hands: Hands, letter: str) -> None:
    """Open the menu and press a letter in it, as a person does."""
    hands.press(MENU)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, letter.lower())
    hands.count += 1


def turns(panel: HouseholdPanel) -> list[tuple[str, str]]:
    assert panel.home is not None
    return [(e.title, e.text) for e in panel.home.timeline if e.kind == "household_event"]


def family_of(workspace: Workspace, household: str) -> families.Family:
    return families.family(workspace.replica, household)


def lawful(workspace: Workspace) -> bool:
    every = [family_of(workspace, h.id) for h in workspace.replica.all(Household)]
    return breaches(every) == []


def at_home(panel: HouseholdPanel, household: Household) -> None:
    panel.open(household=household.id, focus=True)


def with_check_digit(body: str) -> str:
    return body[:17] + check_digit(body[:17])


def test_every_action_has_a_letter_of_its_own_that_the_menu_shows(
    panel: HouseholdPanel, workspace: Workspace
) -> None:
    at_home(panel, registered(workspace, 3))
    assert panel.home is not None
    menu = panel.life.menu(panel.home, "", panel)

    words = [action.text() for action in menu.actions() if action.text()]

    assert len({offer.key for offer in OFFERS}) == len(OFFERS)
    assert words[:4] == ["户主变更(&D)", "迁出(&Q)", "去世(&S)", "出生(&C)"]
    assert "租客搬走(&W)" not in words
    menu.deleteLater()


def test_an_empty_door_offers_only_who_may_come(panel: HouseholdPanel, workspace: Workspace) -> None:
    panel.open(dwelling=empty_door(workspace).id)
    assert panel.home is not None
    menu = panel.life.menu(panel.home, "", panel)

    assert [a.text() for a in menu.actions() if a.text()] == ["新增一户(&X)", "租客入住(&T)"]
    menu.deleteLater()


def test_the_mouse_reaches_the_same_menu(panel: HouseholdPanel, workspace: Workspace, qtbot: QtBot) -> None:
    at_home(panel, registered(workspace, 3))

    qtbot.mouseClick(panel.turn, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.actions()[0].trigger()
    menu.close()

    assert panel.life.form is not None
    assert panel.life.isVisible()
    assert not panel.body.isVisible()


def test_the_head_changes_with_four_keys_and_everybody_is_told_to_the_new_one(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    was = home.head_name
    at_home(panel, home)

    choose(hands, "D")
    hands.press(SAVE)

    after = family_of(workspace, home.id)
    assert hands.count == 3
    assert after.household.head_name != was
    assert panel.model.people[0].id == after.household.head
    assert turns(panel)[0] == (
        "户主变更",
        f"{after.household.head_name}：由 {was} 到 {after.household.head_name}",
    )
    assert lawful(workspace)


def test_what_would_change_is_told_before_it_is_saved(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)

    choose(hands, "D")

    form = panel.life.form
    assert form is not None
    told = [form.people.item(row).text() for row in range(3)]
    assert any(line.endswith("→ 户主") for line in told)
    assert any("▸ 户主 →" in line for line in told)


def test_who_moves_out_is_picked_with_space_and_told_of(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)
    hands.press("↓")
    who = panel.model.people[1]

    choose(hands, "Q")
    hands.press("Tab")
    hands.say("成都")
    hands.press(SAVE)

    left = workspace.replica.get(Resident, who.id)
    assert left is not None
    assert (left.left_how, left.left_on, left.left_to) == ("moved", workspace.today, "成都")
    assert family_of(workspace, home.id).household.size == 2
    assert panel.home is not None
    assert turns(panel) == [("迁出", f"{who.name}：由 {panel.home.label} 到 成都")]


def test_a_household_that_loses_its_head_asks_who_follows(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)
    head = panel.model.people[0]

    choose(hands, "S")
    form = panel.life.form
    assert form is not None
    asked = form.problem.text()
    hands.press(SAVE)
    assert panel.life.form is form
    hands.press("↓", "h", SAVE)

    after = family_of(workspace, home.id)
    assert "由谁接任" in asked
    dead = workspace.replica.get(Resident, head.id)
    assert dead is not None
    assert dead.left_how == "died"
    assert not dead.removed
    assert after.household.head != head.id
    assert [title for title, _text in turns(panel)] == ["户主变更", "去世"]
    assert lawful(workspace)
    assert head.id not in {m.id for m in panel.model.people}
    door = next(
        d
        for d in homes.doors(workspace.replica, panel.home.dwelling.building, workspace.today)
        if d.household == home.id
    )
    assert door.size == 2


def test_ctrl_z_gives_everything_back(panel: HouseholdPanel, hands: Hands, workspace: Workspace) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)
    before = stored(workspace)

    choose(hands, "S")
    hands.press("↓", "h", SAVE)
    assert stored(workspace) != before
    assert workspace.undo()

    assert stored(workspace) == before
    assert workspace.replica.all(HouseholdEvent) == []
    assert turns(panel) == []


def test_a_child_is_born(panel: HouseholdPanel, hands: Hands, workspace: Workspace) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)

    choose(hands, "C")
    hands.say("王小宝")
    hands.press(ENTER, "2")
    hands.press(ENTER, "Ctrl+a")
    hands.type("20261001")
    hands.press(SAVE)

    child = next(m for m in family_of(workspace, home.id).members if m.name == "王小宝")
    assert (child.sex, f"{child.birth}", child.relation) == ("2", "2026-10-01", "30")
    assert turns(panel)[0][0] == "出生"
    assert lawful(workspace)


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


def test_what_is_half_typed_is_there_again_after_a_look_elsewhere(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)
    choose(hands, "Q")
    hands.press("Tab")
    hands.say("成都")

    panel.open(household=registered(workspace, 2).id)
    assert panel.life.form is None
    at_home(panel, home)
    choose(hands, "Q")

    form = panel.life.form
    assert form is not None
    assert form.to.text() == "成都"
    hands.press("Esc")
    assert panel.life.form is None
    assert workspace.desk.drafts.all("household_event") == []


def test_somebody_elses_edit_meanwhile_is_kept(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)
    choose(hands, "D")
    child = family_of(workspace, home.id).members[-1]
    child.employer = "新单位"
    workspace.replica.save(child)

    hands.press(SAVE)

    stored_child = workspace.replica.get(Resident, child.id)
    assert stored_child is not None
    assert stored_child.employer == "新单位"


def test_nothing_of_the_home_is_reached_while_a_form_is_open(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    at_home(panel, registered(workspace, 3))
    opened: list[str] = []
    workspace.place_opened.connect(lambda place, _where: opened.append(place))
    choose(hands, "Q")
    form: QWidget | None = panel.life.form

    hands.press("Ctrl+N", "Ctrl+E", MENU)

    assert opened == []
    assert panel.life.form is form
