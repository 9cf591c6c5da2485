"""Nothing is cut in the places of the office, by day and in large print, on the smallest screen."""

import asyncio

from PySide6.QtWidgets import QApplication
import pytest

from gridclient.records import Household, Pairing, PartyCentreHousehold
from gridclient.settings import Settings
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.support import matters, screens, unsettled
from tests.support.faults import lasting

SIZE = (1280, 720)
PLACES = (
    *("centre", "ledgers", "matters", "figures", "settings", "planning", "basics", "import"),
    *("drafts", "edits", "bin", "whole"),
)
TABS = ("waiting", "refused", "clashes", "history", "proof", "statement")


@pytest.mark.parametrize("large", [False, True], ids=["plain", "large print"])
async def test_nothing_is_cut_in_the_places_of_the_office(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, qapp: QApplication, large: bool
) -> None:
    screens.dress(qapp, Settings(large_print=large), SIZE)
    fill(workspace)
    window = MainWindow(workspace)
    window.resize(*SIZE)
    window.show()
    try:
        wrong = {}
        for place in PLACES:
            window.open_place(place, {})
            wrong[place] = await lasting(window)
        for tab in TABS:
            window.open_place("sync", {"tab": tab})
            wrong[tab] = await lasting(window)
    finally:
        window.close_for_good()
        window.deleteLater()
        screens.undress(qapp)

    assert [f"{name}: {fault}" for name, found in wrong.items() for fault in found] == []


def fill(workspace: Workspace) -> None:
    """Matters, conflicts, refusals, a 1+N: something to show in every list."""
    replica = workspace.replica
    matters.hear(replica)
    unsettled.everything(replica)
    centre = replica.all(PartyCentreHousehold)[0]
    homes = [home for home in replica.all(Household) if home.id != centre.household][:4]
    replica.save(
        *(
            Pairing(centre=centre.id, household=h.id, contact=centre.head_name, area=centre.area)
            for h in homes
        )
    )
