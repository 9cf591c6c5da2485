"""Rows of 楼宇信息登记表, 网格员信息登记表, 楼栋长花名册 and 十户联防分组 → buildings, workers and stewards."""

from datetime import date

from gridclient.exchange.cells import identity_flaw
from gridclient.exchange.entry import Entry
from gridclient.exchange.lines import WARNING, Line, demand
from gridclient.exchange.party import party_tree
from gridclient.exchange.places import Places
from gridclient.exchange.register import Register
from gridclient.exchange.taker import Taker
from gridclient.records import Building, GridWorker, Resident, Steward
from gridclient.records.stewards import StewardRole

_OF_BUILDING = tuple(
    f.name for f in Building.spec.fields if f.name not in ("name", "estate", "grid", "layout")
)
_OF_WORKER = tuple(f.name for f in GridWorker.spec.fields if f.name not in ("grid", "areas", "head"))
_OF_STEWARD = tuple(
    f.name
    for f in Steward.spec.fields
    if f.name not in ("building", "grid", "group", "resident", "role", "household_links")
)


class Buildings(Taker):
    """Takes the rows of one building register."""

    def __init__(self, register: Register, places: Places) -> None:
        self.register, self.places = register, places

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        demand(line, required)
        if line.refused:
            return
        values = _values(line, "building", _OF_BUILDING)
        self.places.building(line.text("building.name"), self.places.grid(line), sure=True).fill(**values)


class Workers(Taker):
    """Takes the rows of one register of grid workers."""

    def __init__(self, register: Register, places: Places, *, today: date) -> None:
        self.register, self.places, self.today = register, places, today

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        demand(line, required)
        slot = "grid_worker.id_number"
        number = line.text(slot)
        flaw = identity_flaw(number, self.today) if number else None
        if flaw is not None:
            line.flaw(slot, flaw, required=slot in required)
            number = line.values.pop(slot) and ""
        if line.refused:
            return
        grid = self.places.grid(line)
        name = line.text("grid_worker.name")
        entry = self._known(number, name)
        entry.fill(**_values(line, "grid_worker", _OF_WORKER))
        if grid is not None:
            entry.fill(grid=grid.id, areas=grid["code"], area=grid["code"])
        if "网格长" in line.text("grid_worker.remark"):
            entry.fill(head=True)

    def _known(self, number: str, name: str) -> Entry:
        nameless = self.register.find(GridWorker, name)
        if number and nameless is not None and not self.register.find(GridWorker, number):
            return nameless
        return self.register.put(GridWorker, number or name, area=self.register.home)


class Stewards(Taker):
    """Takes the rows of one roll of stewards (楼栋长, 院落长 …)."""

    def __init__(self, register: Register, places: Places) -> None:
        self.register, self.places = register, places

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        demand(line, required)
        if line.refused:
            return
        grid = self.places.grid(line)
        name, role = line.text("steward.name"), line.text("steward.role") or StewardRole.BUILDING.value
        building = self._building(line, grid, name)
        group, _ = party_tree(self.register, line.text("group"), "")
        where = building.id if building else ""
        area = grid["code"] if grid else building["area"] if building else self.register.home
        entry = self.register.put(Steward, name, role, where, area=area)
        entry.fill(role=role, building=where, grid=grid.id if grid else "", group=group.id if group else "")
        entry.fill(area=area, **_values(line, "steward", _OF_STEWARD))

    def _building(self, line: Line, grid: Entry | None, name: str) -> Entry | None:
        text = line.text("building")
        if not text:
            line.tell(WARNING, "building", "no_building", "没有填楼栋")
            return None
        units = line.text("building.units").removesuffix(".0")
        building = self.places.building(
            text, grid, sure=True, units=int(units) if units.isdecimal() else None
        )
        return building.fill(warden=name, warden_phone=line.text("steward.phone"))


class Joint(Taker):
    """Takes the rows of one list of 十户联防 groups: each is answered for by a 联户长."""

    def __init__(self, register: Register, places: Places, *, today: date) -> None:
        self.register, self.places, self.today = register, places, today

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        demand(line, required)
        number = line.text("document")
        flaw = identity_flaw(number, self.today) if number else None
        if flaw is not None:
            line.flaw("document", flaw, required="document" in required)
        if line.refused:
            return
        grid = self.places.grid(line)
        area, role = grid["code"] if grid else self.register.home, StewardRole.JOINT.value
        entry = self.register.put(Steward, line.text("steward.name"), role, "", area=area)
        resident = self.register.find(Resident, number)
        if number and resident is None:
            line.tell(WARNING, "document", "waiting", "底册里还没有这个人，导入底册后再导一次就接上")
        group = "，".join(filter(None, (line.text("group_name"), line.text("group_number"))))
        told = [part for part in str(entry["remark"]).split("；") if part]
        remark = "；".join(told if group in told else [*told, group])
        if Steward.spec.field("remark").check(remark):
            line.tell(WARNING, "group_name", "bad_value", "这位联户长的备注已写满，这一组没有记进去")
            remark = ""
        entry.fill(
            role=role,
            grid=grid.id if grid else "",
            resident=resident.id if resident else "",
            remark=remark,
            **_values(line, "steward", ("name", "households")),
        )


def _values(line: Line, kind: str, names: tuple[str, ...]) -> dict[str, object]:
    return {name: value for name in names if (value := line.get(f"{kind}.{name}")) != ""}
