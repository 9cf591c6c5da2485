"""From what somebody typed after ``/`` to a door: an address first, then a name, initials or the end of a number."""

from typing import Any

from sqlalchemy import or_
from sqlmodel import col

from gridclient.records import Building, Dwelling
from gridclient.rules.doors import Address, parse
from gridclient.rules.numbering import JOINED, rooms_of
from gridclient.ui.workspace import Workspace

MERGED = "%___-___%"  # 1701-1702, and not 2-1702


def found_door(workspace: Workspace, text: str, building: str = "") -> str:
    """The dwelling meant, empty when there is none; doors of ``building``, where one stands, come first."""
    address = parse(text)
    dwelling = _by_address(workspace, address, building) if address and address.door else ""
    found = [] if dwelling else workspace.desk.find(text)
    return dwelling or next((hit.dwelling for hit in found if hit.dwelling), "")


def _by_address(workspace: Workspace, address: Address, building: str) -> str:
    door = col(Dwelling.door)
    where: list[Any] = [or_(door == address.door, door.like(MERGED), door.contains(JOINED))]
    if address.unit:
        where.append(Dwelling.unit == address.unit)
    found = [
        d for d in workspace.replica.all(Dwelling, *where) if address.door in (d.door, *rooms_of(d.door))
    ]
    if address.number or address.estate:
        fitting = {b.id for b in workspace.replica.all(Building) if _is_meant(b, address)}
        found = [d for d in found if d.building in fitting]
    here = [d for d in found if d.building == building]
    return next((d.id for d in here or found), "")


def _is_meant(building: Building, address: Address) -> bool:
    if address.number and building.number:
        return building.number == address.number
    return building.name.startswith((f"{address.number}号", f"{address.number}栋", address.building))
