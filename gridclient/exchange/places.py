"""Where the rows of a form belong: community, grid, building, door and household, found or made in the register."""

from functools import cache
import re
from typing import Any

from gridclient.exchange.entry import Entry
from gridclient.exchange.lines import WARNING, Line
from gridclient.exchange.register import Register
from gridclient.records import Building, Dwelling, Household
from gridclient.records.place import Numbering
from gridclient.rules import doors

_PREFIX = re.compile(r"^.*?(?:街道|镇|乡)(?=.*\d)|^.*?(?:社区|村委会|居委会)")
_ESTATE = re.compile(r"^(.*?)(?:[0-9A-Za-z]+(?:栋|幢|座|号楼|楼|#)?|商业街.*|临街.*)$")
_UNIT = re.compile(r"^第?([0-9A-Za-z一二三四五六七八九十]+)单元$")
_DOOR = re.compile(r"^(.*\d[0-9A-Za-z-]*)(?:室|号|户|房)$")


class Places:
    """The places of one import. ``told`` is the community's name as the form gives it."""

    def __init__(self, register: Register, told: str) -> None:
        self.register = register
        self.community = register.community(told)
        self._done: set[tuple[str, ...]] = set()
        self._stranger = False

    def grid(self, line: Line) -> Entry | None:
        """The grid a row names; None when it names none."""
        self._check_community(line)
        name = line.text("grid")
        return self.register.grid(name, self.community) if name else None

    def building(self, name: str, grid: Entry | None, *, sure: bool = False, **more: Any) -> Entry:
        """A building by its name. ``sure`` lets the form say which grid it belongs to, else that is only a first guess."""
        area = grid["code"] if grid else self.register.home
        entry = self.register.put(Building, name, area=area)
        if not entry["name"]:
            estate = self.register.estate(estate_of(name), self.community)
            entry.fresh |= {"units": None, "floors": None}
            entry.fill(name=name, number=_number(name), estate=estate.id)
        step = (entry.id, area, str(sure), *map(str, more.values()))
        if step in self._done:
            return entry
        self._done.add(step)
        if grid is not None:
            belongs = {"grid": grid.id, "area": area}
            entry.fill(**belongs) if sure else entry.unless_known(**belongs)
        return entry.fill(**more)

    def dwelling(self, building: Entry, unit: str, door: str, floor: int | None = None) -> Entry:
        """A door of a building; ``unit`` and ``door`` in the spelling of :func:`door_of`."""
        door = self.register.door(building.id, unit, door)
        entry = self.register.put(Dwelling, building.id, unit, door, area=building["area"])
        if not entry["door"]:
            address = doors.label(building["name"], unit, door)
            entry.fill(building=building.id, unit=unit, door=door, address=address)
            if (not unit or unit.endswith("组")) and building.held is None:
                building.unless_known(numbering=Numbering.RUNNING.value)
        if entry["area"] != building["area"]:
            entry.fill(area=building["area"])
        return entry.unless_known(floor=_floor(door, unit) if floor is None else floor)

    def behind(self, line: Line, grid: Entry | None) -> Entry | None:
        """The door a row is about, from its columns or its written address; None when neither tells."""
        name, door = _building_name(line), line.text("dwelling.door")
        address = parsed(line.text("address"))
        if name and door:
            unit, number = door_of(line.text("dwelling.unit"), door)
            if address is not None and address.building == name and address.door:
                unit, number = address.unit, address.door
            more = {"units": _count(line, "building.units"), "floors": _count(line, "building.floors")}
            building = self.building(name, grid, sure=True, **more)
            return self.dwelling(building, unit, number, _count(line, "dwelling.floor"))
        return self.at(line.text("address"), grid)

    def at(self, address: str, grid: Entry | None) -> Entry | None:
        """The door of a written address; None when no building and door can be made out."""
        found = parsed(address)
        if found is None or not found.building or not found.door or not _fits(found):
            return None
        return self.dwelling(self.building(found.building, grid), found.unit, found.door)

    def household(self, number: str, dwelling: Entry | None, grid: Entry | None) -> Entry | None:
        """A household by its number, else the only one behind the door; made when there is a door. None otherwise."""
        entry = self.register.find(Household, number)
        if entry is None and dwelling is not None:
            behind = [h for h in self.register.homes(dwelling.id) if not number or not h["number"]]
            if len(behind) == 1:
                entry = behind[0]
        if entry is None and dwelling is not None:
            entry = self.register.put(Household, number, area=grid["code"] if grid else dwelling["area"])
        if entry is None:
            return None
        if number and not entry["number"]:
            self.register.number(entry, number)
        if dwelling is not None and entry["dwelling"] != dwelling.id:
            self.register.settle(entry, dwelling)
        return entry

    def _check_community(self, line: Line) -> None:
        told = line.text("community")
        if told and not self._stranger and told != self.community["name"]:
            self._stranger = True
            why = "表里写的社区与本机的社区名称不同，这张表会并入本社区，请核对"
            line.tell(WARNING, "community", "other_community", why)


def door_entry(register: Register, address: str) -> Entry | None:
    """The door of a written address, when it is known already."""
    found = parsed(address)
    building = register.find(Building, found.building) if found else None
    if not found or building is None:
        return None
    return register.find(
        Dwelling, building.id, found.unit, register.door(building.id, found.unit, found.door)
    )


def estate_of(building: str) -> str:
    """杏花苑1栋 → 杏花苑, 槐荫苑商业街 → 槐荫苑; a name without a number is its own estate."""
    match = _ESTATE.match(building)
    return (match[1] if match and match[1] else building).strip()


def door_of(unit: str, door: str) -> tuple[str, str]:
    """Unit and door as they are stored: 1单元 → 1, 502室 → 502."""
    found = _UNIT.match(unit)
    number = _DOOR.match(door)
    return doors.number_of(found[1] if found else unit), number[1] if number else door


@cache
def parsed(address: str) -> doors.Address | None:
    """A written address taken apart, without street and community in front of it."""
    text = address
    while match := _PREFIX.match(text):
        text = text[match.end() :]
    return doors.parse(text) if text else None


def _fits(address: doors.Address) -> bool:
    """False for a text that was no address after all: its parts are longer than any name of a place."""
    return len(address.building) <= 30 and len(address.unit) <= 10 and len(address.door) <= 20


def _floor(door: str, unit: str) -> int | None:
    """The floor a door tells by its number; None for a number no house is high enough for."""
    floor = doors.floor_of(door, unit)
    return None if floor is None or Dwelling.spec.field("floor").check(floor) else floor


def _building_name(line: Line) -> str:
    name, estate = line.text("building"), line.text("estate")
    if not name:
        return ""
    if name.isdecimal():
        name = f"{name}栋"
    return name if name.startswith(estate) else estate + name


def _number(name: str) -> str:
    match = re.search(r"(?<![0-9A-Za-z])([0-9A-Za-z]{1,20})(?:栋|幢|座|号楼|楼|#)$", name)
    return match[1] if match else ""


def _count(line: Line, slot: str) -> int | None:
    text = line.text(slot).removesuffix("层").removesuffix("个")
    return int(float(text)) if re.fullmatch(r"-?\d+(\.0)?", text) else None
