"""The household's pane on a stage, for tests of what happens to households: where to stand, what to press, what was kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gridclient.records import Building, Dwelling, Household, Matter, PartyCentreHousehold, Resident
from gridclient.records.people import HouseholdKind
from gridclient.rules.family import Family, breaches
from gridclient.rules.identity import check_digit
from gridclient.store import families
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord
from tests.support.stage import Hands, on_stage

KEPT = (Household, Resident, Dwelling, PartyCentreHousehold, Matter)
ENTER, SAVE, MENU = "Enter", "Ctrl+Enter", "j"


@contextmanager
def on_show(workspace: Workspace, qtbot: QtBot) -> Iterator[HouseholdPanel]:
    """The pane, as wide as it stands in the window."""
    panel = HouseholdPanel(workspace)
    stage = on_stage(qtbot, panel, 350, 700)
    yield panel
    stage.close()


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


def family_of(workspace: Workspace, household: str) -> Family:
    return families.family(workspace.replica, household)


def lawful(workspace: Workspace) -> bool:
    every = [family_of(workspace, h.id) for h in workspace.replica.all(Household)]
    return breaches(every) == []


def at_home(panel: HouseholdPanel, household: Household) -> None:
    panel.open(household=household.id, focus=True)


def with_check_digit(body: str) -> str:
    return body[:17] + check_digit(body[:17])
