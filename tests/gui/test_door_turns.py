"""Who leaves, follows and moves in, as it is told at a door: lawful, in the timeline, one step of undo."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.desk import Desk
from gridclient.records import Dwelling, Household, HouseholdEvent, Resident, Visit
from gridclient.settings import Settings
from gridclient.store import homes
from gridclient.store.homes import Door
from gridclient.ui.plan import PlanPage
from gridclient.ui.workspace import Workspace
from tests.support.people import desk_at
from tests.support.stage import Hands, on_stage

ENTER, CTRL_ENTER, CTRL_Z = "Enter", "Ctrl+Enter", "Ctrl+Z"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = desk_at(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def page(desk: Desk, qapp: QApplication, qtbot: QtBot) -> Iterator[PlanPage]:
    workspace = Workspace(desk, Settings())
    page = PlanPage(workspace)
    stage = on_stage(qtbot, page)
    page.open()
    yield page
    stage.close()
    workspace.let_go()


@pytest.fixture
def hands(page: PlanPage) -> Hands:
    return Hands(page)


def visits(desk: Desk) -> list[Visit]:
    return [v for v in desk.replica.all(Visit) if v.source == "visit"]


def stand(page: PlanPage, *, members: int = 3, empty: bool = False) -> Door:
    """Stand at the first home of so many members, or at the first door behind which nobody lives."""
    for door in homes.doors(page.workspace.replica, page.building, page.workspace.today):
        if (not door.households) if empty else (len(door.households) == 1 and door.size == members):
            page.view.stand_at(door.dwelling)
            return door
    raise AssertionError("no such home in the sample")


def events(desk: Desk) -> list[str]:
    found = sorted(desk.replica.all(HouseholdEvent), key=lambda e: e.id)
    return [e.turn for e in found]


def test_a_head_who_leaves_is_followed_by_somebody_who_is_asked_for(
    page: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(page)
    before = desk.replica.get(Household, door.household)
    assert before is not None

    hands.press("2", "q", "s")
    assert "由谁接任" in page.loop.rack.change._label.text()
    heir = page.loop.rack.change._people[1]
    hands.press("↓", "h", CTRL_ENTER)

    after = desk.replica.get(Household, door.household)
    assert after is not None
    assert (after.head, after.head_name, after.size) == (heir.id, heir.name, 2)
    people = desk.replica.all(Resident, Resident.household == door.household)
    assert [p.relation for p in people if not p.left_how].count("02") == 1
    assert [p.left_how for p in people if p.id == before.head] == ["died"]
    assert sorted(events(desk)) == ["died", "head"]
    assert "去世" in visits(desk)[0].changes
    hands.press(CTRL_Z)
    assert (events(desk), visits(desk)) == ([], [])


def test_when_everybody_has_moved_out_the_household_ends_and_the_visit_says_so(
    page: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(page, members=1)

    hands.press("2", "q", ENTER, CTRL_ENTER)

    home = desk.replica.get(Household, door.household)
    assert home is not None
    assert home.removed
    assert [v.outcome for v in visits(desk)] == ["moved"]
    dwelling = desk.replica.get(Dwelling, door.dwelling)
    assert dwelling is not None
    assert dwelling.tenure == "03"


def test_tenants_who_come_after_others_have_left_are_one_step_and_lawful(
    page: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(page)
    hands.press("6", "Ctrl+O")
    hands.type("519901199203154523")
    hands.say("王安")
    hands.press(ENTER, "1")
    hands.type("19900012345")
    hands.press(CTRL_ENTER)

    [home] = desk.replica.all(Household, Household.dwelling == door.dwelling)
    assert (home.head_name, home.kind_of_household, home.size) == ("王安", "floating", 1)
    dwelling = desk.replica.get(Dwelling, door.dwelling)
    assert dwelling is not None
    assert dwelling.tenure == "02"
    assert [v.household for v in visits(desk)] == [home.id]
    hands.press(CTRL_Z)
    [home] = desk.replica.all(Household, Household.dwelling == door.dwelling)
    assert home.id == door.household


def test_whoever_is_registered_as_a_tenant_elsewhere_is_moved_and_never_entered_twice(
    page: PlanPage, hands: Hands, desk: Desk
) -> None:
    for door in (stand(page), stand(page, empty=True)):
        page.view.stand_at(door.dwelling)
        hands.press("6")
        hands.type("519901199203154523")
        hands.say("王安")
        hands.press(ENTER, "1")
        hands.type("19900012345")
        hands.press(CTRL_ENTER)

    [person] = desk.replica.all(Resident, Resident.id_number == "519901199203154523")
    home = desk.replica.get(Household, person.household)
    assert home is not None
    assert home.dwelling == door.dwelling
