"""Standing at a door of the building shown, for tests of what is told there."""

from gridclient.desk import Desk
from gridclient.records import Visit
from gridclient.store import homes
from gridclient.store.homes import Door
from gridclient.ui.plan import PlanPage

ENTER, CTRL_ENTER, CTRL_Z = "Enter", "Ctrl+Enter", "Ctrl+Z"


def visits(desk: Desk) -> list[Visit]:
    """The visits made in this test: those of the community were typed in from paper."""
    return [v for v in desk.replica.all(Visit) if v.source == "visit"]


def stand(plan: PlanPage, *, members: int = 3, empty: bool = False) -> Door:
    """Stand at the first home of so many members, or at the first door behind which nobody lives."""
    for door in homes.doors(plan.workspace.replica, plan.building, plan.workspace.today):
        if (not door.households) if empty else (len(door.households) == 1 and door.size == members):
            plan.view.stand_at(door.dwelling)
            return door
    raise AssertionError("no such home in the sample")
