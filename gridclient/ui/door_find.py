"""From what somebody typed after ``/`` to a door: an address first, then a name, initials or the end of a number."""

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import col

from gridclient.records import Building, Dwelling
from gridclient.rules.doors import Address, parse
from gridclient.rules.numbering import JOINED, rooms_of
from gridclient.store.doorways import alive
from gridclient.ui.workspace import Workspace

MERGED = "%___-___%"  # 1701-1702, and not 2-1702


def found_door(workspace: Workspace, text: str, building: str = "") -> str:
    """The dwelling meant, empty when there is none; doors of ``building``, where one stands, come first."""
    address = parse(text)
    dwelling = _by_address(workspace, address, building) if address and address.door else ""
    found = [] if dwelling else workspace.desk.find(text)
    return dwelling or next((hit.dwelling for hit in found if hit.dwelling), "")


def _by_address(workspace: Workspace, address: Address, building: str) -> str:
    d = Dwelling
    fits = [alive(d), col(d.door).in_([address.door, *_merged(workspace, address.door)])]
    fits += [col(d.unit) == address.unit] if address.unit else []
    if address.number or address.estate:
        meant = _meant(workspace, address)
        fits.append(col(d.building).in_(meant))
        building = building if building in meant else ""
    return _first(workspace, fits, building)


def _merged(workspace: Workspace, room: str) -> list[str]:
    """The numbers of the doors that were made of this room and others."""
    door = col(Dwelling.door)
    every = select(door).where(or_(door.like(MERGED), door.contains(JOINED)), alive(Dwelling)).distinct()
    return [name for (name,) in workspace.replica.rows(every) if room in rooms_of(name)]


def _first(workspace: Workspace, fits: list[ColumnElement[bool]], building: str) -> str:
    """The first door that fits, of this building if it has one."""
    doors = select(col(Dwelling.id)).where(*fits).order_by(col(Dwelling.id)).limit(1)
    here = doors.where(col(Dwelling.building) == building)
    found = (workspace.replica.rows(here) if building else []) or workspace.replica.rows(doors)
    return found[0][0] if found else ""


def _meant(workspace: Workspace, address: Address) -> list[str]:
    """The buildings an address may mean."""
    b = Building
    every = workspace.replica.rows(select(col(b.id), col(b.name), col(b.number)).where(alive(b)))
    return [id_ for id_, name, number in every if _is_meant(name, number, address)]


def _is_meant(name: str, number: str, address: Address) -> bool:
    if address.number and number:
        return number == address.number
    return name.startswith((f"{address.number}号", f"{address.number}栋", address.building))
