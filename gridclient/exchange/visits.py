"""Rows of 入户走访登记表 → visits, with the household and the door they were made at.

A visit may come before the register of residents: its household number and address make the household and the door,
which a later register completes.
"""

import re
from typing import Any

from gridclient.exchange.entry import Entry
from gridclient.exchange.lines import ERROR, WARNING, Line, demand
from gridclient.exchange.places import Places
from gridclient.exchange.register import Register, visit_key
from gridclient.exchange.taker import Taker
from gridclient.records import Visit
from gridclient.records.place import Hazard, Tenure
from gridclient.records.visit import Outcome

_MATTER = re.compile(r"[（(]\s*([A-Za-z0-9][A-Za-z0-9、,，-]*)\s*[）)]")
_PRESENT = re.compile(r"(\d{1,3})\s*[/／]\s*(\d{1,3})")  # noqa: RUF001
_CONCLUDED = frozenset(
    ("dwelling", "household", "recorded_by", "passed_on", "entered_later", "at_home", "members")
)
_COPIED = tuple(f.name for f in Visit.spec.fields if f.name not in _CONCLUDED)


class Visits(Taker):
    """Takes the rows of one visit register. ``who`` recorded what names no recorder."""

    def __init__(self, register: Register, places: Places, *, who: str) -> None:
        self.register, self.places, self.who = register, places, who

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        demand(line, required)
        if line.refused:
            return
        grid = self.places.grid(line)
        number = line.text("household.number")
        dwelling = self.places.behind(line, grid)
        household = self.places.household(number, dwelling, grid) if number else None
        if dwelling is None and household is not None:
            dwelling = self.register.at(household["dwelling"])
        if dwelling is None and household is None:
            line.tell(ERROR, "address", "no_place", "没有底册里的户号，从地址也看不出是哪栋哪室")
            return
        if household is not None:
            household.unless_known(head_name=line.text("visit.head_name"))
        if dwelling is not None and line.text("visit.outcome") == Outcome.EMPTY.value:
            dwelling.unless_known(tenure=Tenure.EMPTY.value)
        self._visit(line, grid, dwelling, household)

    def _visit(self, line: Line, grid: Entry | None, dwelling: Entry | None, household: Entry | None) -> None:
        where = household or dwelling
        door = dwelling.id if dwelling else ""
        day, hours = line.get("visit.visited_on"), line.text("visit.hours")
        area = grid["code"] if grid else where["area"] if where else self.register.home
        entry = self.register.put(Visit, *visit_key(line.text("visit.number"), day, door, hours), area=area)
        if entry.held is not None or entry["visited_on"]:
            if entry["visited_on"] != day:
                line.tell(
                    WARNING, "visit.number", "number_reused", "这个编号已有另一天的走访，这一行没有导入"
                )
            return
        entry.fill(
            dwelling=door,
            household=household.id if household else "",
            recorded_by=line.text("visit.recorded_by") or self.who,
            passed_on=_passed_on(line.text("visit.passed_on")),
            entered_later=_later(line),
            hazard_note=self._hazard_note(line),
            **_present(line.text("present")),
            **{name: value for name in _COPIED if (value := line.get(f"visit.{name}")) != ""},
        )

    def _hazard_note(self, line: Line) -> str:
        column = line.columns.get("visit.hazards")
        if column is None or Hazard.OTHER.value not in (line.get("visit.hazards") or ()):
            return ""
        return str(line.cells[column.index]).strip()[:200]


def _later(line: Line) -> bool:
    recorded, visited = line.get("visit.recorded_at"), line.get("visit.visited_on")
    return bool(recorded and visited and recorded.date() > visited)


def _passed_on(text: str) -> str:
    found = _MATTER.search(text)
    if found:
        return found[1]
    return "" if text.startswith(("否", "无")) else text


def _present(text: str) -> dict[str, Any]:
    found = _PRESENT.fullmatch(text)
    return {"at_home": int(found[1]), "members": int(found[2])} if found else {}
