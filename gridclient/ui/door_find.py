"""From what somebody typed after ``/`` to a door: an address first, then a person."""

from typing import Any

from gridclient.records import Building, Dwelling, Household, Resident
from gridclient.rules.doors import Address, parse
from gridclient.ui.workspace import Workspace


def found_door(workspace: Workspace, text: str, building: str = "") -> str:
    """The dwelling meant by an address, a name, initials or a number's end; empty when there is none.

    ``building`` is where one stands: a bare room number is looked for there first.
    """
    address = parse(text)
    dwelling = _by_address(workspace, address, building) if address and address.door else ""
    return dwelling or _by_person(workspace, text)


def _by_address(workspace: Workspace, address: Address, building: str) -> str:
    where: list[Any] = [Dwelling.door == address.door]
    if address.unit:
        where.append(Dwelling.unit == address.unit)
    found = workspace.replica.all(Dwelling, *where)
    if address.number or address.estate:
        fitting = {b.id for b in workspace.replica.all(Building) if _is_meant(b, address)}
        found = [d for d in found if d.building in fitting]
    here = [d for d in found if d.building == building]
    return next((d.id for d in here or found), "")


def _is_meant(building: Building, address: Address) -> bool:
    if address.number and building.number:
        return building.number == address.number
    return building.name.startswith((f"{address.number}号", f"{address.number}栋", address.building))


def _by_person(workspace: Workspace, text: str) -> str:
    for id_ in workspace.ids_for("resident", text, 8):
        person = workspace.replica.get(Resident, id_)
        household = workspace.replica.get(Household, person.household) if person else None
        if household is not None and person is not None and not person.left_how:
            return household.dwelling
    return ""
