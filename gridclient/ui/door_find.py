"""From what somebody typed after ``/`` to a door: an address first, then a name, initials or the end of a number."""

from typing import Any

from gridclient.records import Building, Dwelling, Household, Resident
from gridclient.rules.doors import Address, parse
from gridclient.ui.workspace import Workspace


def found_door(workspace: Workspace, text: str, building: str = "") -> str:
    """The dwelling meant, empty when there is none; doors of ``building``, where one stands, come first."""
    address = parse(text)
    dwelling = _by_address(workspace, address, building) if address and address.door else ""
    found = [] if dwelling else workspace.desk.find(text)
    return dwelling or next((d for kind, id_ in found if (d := _dwelling_of(workspace, kind, id_))), "")


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


def _dwelling_of(workspace: Workspace, kind: str, id_: str) -> str:
    """The dwelling of a person, a household or a door; empty for anything else and for who has left."""
    replica = workspace.replica
    if kind == "dwelling":
        return id_
    if kind == "resident":
        person = replica.get(Resident, id_)
        id_ = person.household if person and not person.left_how else ""
    home = replica.get(Household, id_) if kind in ("resident", "household") else None
    return home.dwelling if home else ""
