"""From what somebody typed after ``/`` to a door: an address, a name, initials or the end of a number."""

from gridclient.store.search import find
from gridclient.ui.workspace import Workspace


def found_door(workspace: Workspace, text: str, building: str = "") -> str:
    """The dwelling meant; doors of ``building``, where one stands, come first. Empty when there is none."""
    hits = [hit for hit in find(workspace.desk.index, text) if hit.dwelling]
    here = [hit for hit in hits if hit.building == building]
    return next((hit.dwelling for hit in here or hits), "")
