"""Rows of 住房信息登记表 and other lists of homes → buildings and doors, with owner, tenure and hazards."""

from datetime import date
import re

from gridclient.exchange.cells import WITHOUT, identity_flaw
from gridclient.exchange.lines import ERROR, WARNING, Line, demand
from gridclient.exchange.places import Places
from gridclient.exchange.register import Register
from gridclient.exchange.taker import Taker
from gridclient.records import Building, Dwelling
from gridclient.records.place import Hazard, Tenure

_PLACED = frozenset(("building", "unit", "floor", "door", "address", "hazards"))
_COPIED = tuple(f.name for f in Dwelling.spec.fields if f.name not in _PLACED)
_SAFE = frozenset((*WITHOUT, "安全", "无隐患", "否", "正常"))


class Dwellings(Taker):
    """Takes the rows of one list of homes."""

    def __init__(self, register: Register, places: Places, *, today: date) -> None:
        self.register, self.places, self.today = register, places, today

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        demand(line, required, frozenset({"dwelling.door"}))  # an address may tell it
        self._owner(line)
        if line.refused:
            return
        grid = self.places.grid(line)
        dwelling = self.places.behind(line, grid) or self.places.at(line.text("estate"), grid)
        if dwelling is None:
            line.tell(ERROR, "dwelling.door", "no_place", "从住址看不出是哪栋哪室")
            return
        values = {name: value for name in _COPIED if (value := line.get(f"dwelling.{name}")) != ""}
        codes, told = _hazards(line)
        own = line.text("dwelling.remark")
        remark = "；".join(filter(None, (own, told)))
        if Dwelling.spec.field("remark").check(remark):
            line.tell(WARNING, "hazards_told", "bad_value", "备注已写满，隐患的原话没有记进去")
            remark = own
        usual = {
            "owner_phone": next(iter(line.get("unit_phone") or ()), ""),
            "owner": line.text("owning_unit"),
        }
        dwelling.fill(**(values | {"hazards": codes, "remark": remark})).unless_known(**usual)
        building = self.register.one(Building, dwelling["building"])
        if building is not None:
            building.unless_known(structure=line.text("building.structure"))

    def _owner(self, line: Line) -> None:
        """Leave out a number that is nobody's; a unit that owns a collective home has one of another sort."""
        slot = "dwelling.owner_id"
        number, unit = line.text(slot), line.text("dwelling.tenure") == Tenure.COLLECTIVE.value
        flaw = identity_flaw(number, self.today) if number and not unit else None
        if flaw is not None:
            line.flaw(slot, flaw, required=False)
            del line.values[slot]


def _hazards(line: Line) -> tuple[list[str], str]:
    """The hazards a list knows, and what was written when it names another one."""
    written = line.text("hazards_told")
    if written in _SAFE:
        return [], ""
    named = [Hazard.named(part) for part in re.split(r"[、，,；;/]", written) if part]
    if all(named):
        return [code.value for code in named if code], ""
    return [*{code.value: None for code in named if code}, Hazard.OTHER.value], f"隐患：{written}"
