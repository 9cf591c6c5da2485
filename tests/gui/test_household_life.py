"""户籍变动 in the household's pane: its menu, what happens to people, one undoable step, told in the timeline."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget
import pytest
from pytestqt.qtbot import QtBot

from gridclient.errors import NoSpace
from gridclient.records import HouseholdEvent, Resident, Steward
from gridclient.store import homes
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.life import OFFERS
from gridclient.ui.main_window import MainWindow
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import Workspace
from tests.support.pane import (
    ENTER,
    MENU,
    SAVE,
    at_home,
    choose,
    empty_door,
    family_of,
    lawful,
    on_show,
    registered,
    stored,
    turns,
)
from tests.support.stage import Hands, settled


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> Iterator[HouseholdPanel]:
    with on_show(workspace, qtbot) as shown:
        yield shown


@pytest.fixture
def hands(panel: HouseholdPanel) -> Hands:
    return Hands(panel)


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
    QApplication.processEvents()
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


def test_what_is_half_typed_is_there_again_after_a_look_elsewhere(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)
    choose(hands, "Q")
    hands.press("↓", " ", "Tab")
    hands.say("成都")

    panel.open(household=registered(workspace, 2).id)
    assert panel.life.form is None
    at_home(panel, home)
    choose(hands, "Q")

    form = panel.life.form
    assert form is not None
    assert form.to.text() == "成都"
    assert form.people.chosen() == [member.id for member in panel.model.people[:2]]
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


async def test_from_the_list_one_letter_opens_the_menu_and_the_list_has_the_keys_again(
    window: MainWindow, workspace: Workspace
) -> None:
    window.open_place("today", {})
    page = window.page("today")
    assert isinstance(page, TodayPage)
    await settled(page)
    page.list.setFocus()
    door = page.loop.door
    assert door is not None
    before = workspace.replica.count(HouseholdEvent)
    hands = Hands(page)

    choose(hands, "T")
    hands.press("Esc")
    hands.press("j")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    menu.close()

    assert page.list.hasFocus()
    assert workspace.replica.count(HouseholdEvent) == before


def test_what_somebody_who_leaves_is_besides_is_named_and_the_remark_is_kept(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace
) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)
    who = panel.model.people[1]
    steward = Steward(name=who.name, role="unit", resident=who.id, area=home.area)
    workspace.replica.save(steward)
    hands.press("↓")

    choose(hands, "Q")
    form = panel.life.form
    assert form is not None
    told = form.told.text()
    hands.press("Tab", ENTER, ENTER)
    hands.say("随子女")
    hands.press(SAVE)

    assert f"{who.name}还是单元长，请另行安排" in told
    assert turns(panel)[0][1].endswith("（随子女）")


def test_a_disk_that_takes_nothing_leaves_the_form_as_it_was(
    panel: HouseholdPanel, hands: Hands, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home(panel, registered(workspace, 3))
    before = stored(workspace)
    choose(hands, "D")
    form = panel.life.form

    def full(*_records: object) -> None:
        raise NoSpace("磁盘满了")

    monkeypatch.setattr(workspace, "save", full)
    with pytest.raises(NoSpace):
        panel.life.save()

    assert panel.life.form is form
    assert stored(workspace) == before


def test_a_household_that_went_meanwhile_is_said_so(panel: HouseholdPanel, workspace: Workspace) -> None:
    home = registered(workspace, 3)
    at_home(panel, home)
    shown = panel.home
    assert shown is not None
    said: list[str] = []
    workspace.said.connect(lambda message: said.append(message.title))
    workspace.replica.remove(home, "并户")

    panel.life.open("D", shown, "")

    assert said == ["这一户已经不在本机"]
    assert panel.life.form is None


def test_an_old_mistake_in_somebody_elses_record_stands_in_nobodys_way(
    panel: HouseholdPanel, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = registered(workspace, 3)
    wrong = family_of(workspace, home.id).members[2]
    monkeypatch.setattr(
        Resident, "problems", lambda person: {"phones": "缺一位"} if person.id == wrong.id else {}
    )
    at_home(panel, home)
    who = next(m for m in panel.model.people if m.id not in (wrong.id, home.head))

    assert panel.home is not None
    panel.life.open("Q", panel.home, who.id)
    panel.life.save()

    assert panel.life.form is None
    assert family_of(workspace, home.id).household.size == 2
    last = workspace.last_edit
    assert last is not None
    assert last.what.startswith("迁出 · ")
