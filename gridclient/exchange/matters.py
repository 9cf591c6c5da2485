"""Rows of 诉求登记台账 and 矛盾纠纷排查化解台账 → matters, and what was done about each as its steps.

A matter may come before the registers of residents and visits: household and door are made as for a visit, the visit it
came from is found again by :mod:`gridclient.exchange.joining`.
"""

from datetime import datetime, time

from gridclient.exchange.entry import Entry
from gridclient.exchange.lines import Line, demand
from gridclient.exchange.places import Places
from gridclient.exchange.register import Register, matter_key
from gridclient.exchange.taker import Taker
from gridclient.records import Matter, MatterStep
from gridclient.records.matter import DisputeResult, MatterAct, MatterKind, MatterSource, MatterState
from gridclient.rules.matters import title_of
from gridclient.values import DAY_PARTS, day_of, tidy_name

KINDS = {"appeals": MatterKind.APPEAL.value, "disputes": MatterKind.DISPUTE.value}
ENDED = (DisputeResult.SETTLED.value, DisputeResult.HANDED_ON.value)
_CONCLUDED = frozenset(
    (
        "kind_of_matter",
        "title",
        "state",
        "source_of_matter",
        "household",
        "dwelling",
        "visit",
        "people",
        "mediation",
        "first_in_charge",
    )
)
_COPIED = tuple(f.name for f in Matter.spec.fields if f.name not in _CONCLUDED)


class Matters(Taker):
    """Takes the rows of one register of matters. ``form`` says of which kind they are."""

    def __init__(self, register: Register, places: Places, form: str) -> None:
        self.register, self.places, self.kind = register, places, KINDS[form]

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        demand(line, required if line.text("matter.title") else required | {"matter.story"})
        if line.refused:
            return
        grid = self.places.grid(line)
        dwelling = self.places.behind(line, grid)
        number = line.text("household.number")
        household = self.places.household(number, dwelling, grid) if number else None
        where = household or dwelling
        area = grid["code"] if grid else where["area"] if where else self.register.home
        matter = self._matter(line, area)
        matter.fill(
            household=household.id if household else "",
            dwelling=dwelling.id if dwelling else household["dwelling"] if household else "",
        )
        waits = (matter.id, line.text("visit_number"))
        if waits[1] and not matter["visit"] and waits not in self.register.waiting:
            self.register.waiting.append(waits)
        self._steps(line, matter, area)

    def _matter(self, line: Line, area: str) -> Entry:
        story = line.text("matter.story")
        title = line.text("matter.title") or title_of(story) or story[:1]
        named = dict.fromkeys(tidy_name(line.text(slot)) for slot in ("party", "other_party"))
        people = [name for name in named if name]
        key = matter_key(line.text("matter.number"), self.kind, line.get("matter.heard_on"), title, people)
        matter = self.register.put(Matter, *key, area=area)
        away = self.kind == MatterKind.DISPUTE and not line.text("visit_number")
        found = MatterSource.GRID if away else MatterSource.VISIT
        ways = (line.text("mediation"), line.text("mediation_way"))
        return matter.fill(
            kind_of_matter=self.kind,
            title=title,
            state=_state(line),
            source_of_matter=line.text("matter.source_of_matter") or found.value,
            people=people,
            mediation="，".join(way for way in ways if way)[:60],
            first_in_charge=line.text("matter.first_in_charge") or line.text("recorder"),
            **{name: value for name in _COPIED if (value := line.get(f"matter.{name}")) != ""},
        )

    def _steps(self, line: Line, matter: Entry, area: str) -> None:
        """What the row tells of the way it went, each with the day the row gives for it."""
        heard, closed = line.get("matter.heard_on"), line.get("matter.closed_on")
        charge, finder = line.text("matter.first_in_charge"), line.text("recorder")
        back = "：".join(filter(None, (line.text("called_back_by"), line.text("content"))))
        back = back or line.text("called_back")
        noted = DAY_PARTS.match(back)
        called = day_of(line.text("called_back_on") or (noted[0] if noted else "")) or closed
        steps = (
            (MatterAct.COLLECTED, heard, finder, ""),
            (MatterAct.JUDGED, heard, "", line.text("judged")),
            (MatterAct.HANDLED, closed or heard, charge, line.text("done")),
            (MatterAct.CLOSED, closed, charge, line.text("result_words")),
            (MatterAct.CALLED_BACK, called, "", back),
        )
        for turn, (act, day, who, told) in enumerate(steps):
            if day and (told or act in (MatterAct.COLLECTED, MatterAct.CLOSED)):
                self._step(matter, act, datetime.combine(day, time(second=turn)), who, told, area)

    def _step(self, matter: Entry, act: MatterAct, at: datetime, who: str, told: str, area: str) -> None:
        """One step; on one day the seconds, which no paper shows, keep the steps in their order."""
        step = self.register.put(MatterStep, matter.id, act.value, str(at), told, area=area)
        step.fill(matter=matter.id, act=act.value, done_by=who, at=at, told=told)


def _state(line: Line) -> str:
    """As the row says; a dispute is over once it is settled or handed on."""
    told = line.text("matter.state")
    if told:
        return told
    ended = line.text("matter.result") in ENDED or line.get("matter.closed_on")
    return (MatterState.DONE if ended else MatterState.UNDER_WAY).value
