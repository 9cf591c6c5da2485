"""Doors and homes: what stands behind a door, when it was last visited and when it is due.

Every question costs a handful of statements, whatever the number of doors.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field as part
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from gridclient.errors import Unfit
from gridclient.records.codes import Relation
from gridclient.records.party import CentreState, Pairing, PartyCentreHousehold, PartyMember
from gridclient.records.people import Household, Resident
from gridclient.records.place import Building, Dwelling
from gridclient.records.visit import TaskState, Visit, VisitTask
from gridclient.rules import completeness
from gridclient.rules.doors import label, natural, stair_key
from gridclient.rules.due import EFFECTIVE, SEEN_EMPTY, Due, Rule, due, facts
from gridclient.rules.progress import Sweep
from gridclient.settings import StairOrder
from gridclient.store import doorways, planning, timeline
from gridclient.store.areas import Node as Node, tree as tree
from gridclient.store.doorways import NOBODY, Doorways
from gridclient.store.timeline import Entry as Entry
from sync.replica import Replica

WORST_FIRST = ("clashed", "refused", "kept", "sent")


@dataclass(frozen=True, slots=True)
class Door:
    """One door as a list, a round and the drawing of a building show it.

    ``households`` are the ids behind it, the most pressing first; ``head`` their heads joined by 、; ``size`` the
    people registered; ``completeness`` is 0–1. ``standing`` is where the record behind it that most needs somebody
    stands towards the centre, empty when that has everything. ``appointment`` is the next open task's day, ``at`` its
    hour if agreed. ``visited_by`` knocked last; ``sweeps`` are the titles of those that still want somebody here met.
    ``unmet`` counts the knocks since anything else came of one than that nobody was home.
    """

    dwelling: str
    building: str
    area: str
    unit: str
    floor: int | None
    door: str
    label: str
    tenure: str
    use: str
    households: tuple[str, ...]
    head: str
    size: int
    labels: tuple[str, ...]
    last_visit: date | None
    last_outcome: str
    last_effective: date | None
    due: Due
    party: bool
    centre: bool
    completeness: float
    standing: str
    appointment: date | None = None
    at: datetime | None = None
    why: str = ""
    building_name: str = ""
    visited_by: tuple[str, ...] = ()
    sweeps: tuple[str, ...] = ()
    unmet: int = 0

    @property
    def stairwell(self) -> str:
        """The building and the unit in words: 3号楼2单元, 柳溪院落1组, 槐荫苑商业街."""
        return label(self.building_name, self.unit, "")

    @property
    def wanted(self) -> bool:
        """True while a rule or a sweep wants somebody to knock."""
        return self.due.pressing or bool(self.sweeps)

    @property
    def unsent(self) -> bool:
        """True while the centre has not everything behind this door as it is here."""
        return bool(self.standing)

    @property
    def household(self) -> str:
        """The id of the household that is due first; empty when nobody lives here."""
        return self.households[0] if self.households else ""


@dataclass(frozen=True, slots=True)
class Home:
    """Everything the household panel shows. ``members`` begin with the head; ``gone`` moved out or died.

    ``contacts`` are people who keep in touch by 1+N, in words. ``missing`` maps a record's id to what is not known yet.
    ``others`` are further households behind the same door.
    """

    dwelling: Dwelling
    building: Building | None
    household: Household | None
    label: str
    members: list[Resident]
    gone: list[Resident]
    timeline: list[Entry]
    tasks: list[VisitTask]
    centre: PartyCentreHousehold | None
    pairings: list[Pairing]
    contacts: list[str]
    due: Due
    missing: dict[str, list[str]] = part(default_factory=dict)
    completeness: float = 1.0
    others: list[Household] = part(default_factory=list)


def doors(replica: Replica, building: str, today: date, order: str = StairOrder.TOP_DOWN.value) -> list[Door]:
    """Every door of one building, in stair order."""
    found = doors_where(replica, col(Dwelling.building) == building, today)
    return sorted(found, key=lambda d: stair_key(d.unit, d.floor, d.door, order))


def doors_where(replica: Replica, where: ColumnElement[bool], today: date) -> list[Door]:
    """Every door that fits a condition on Dwelling, in no order."""
    return _doors(doorways.gather(replica, where, today), replica, today)


def in_order(doors: Iterable[Door], order: str) -> list[Door]:
    """Doors building by building, each in stair order."""
    return sorted(doors, key=lambda d: (natural(d.building_name), stair_key(d.unit, d.floor, d.door, order)))


def round_of(
    replica: Replica,
    today: date,
    areas: Sequence[str] = (),
    order: str = StairOrder.TOP_DOWN.value,
    *,
    building: str = "",
) -> list[Door]:
    """Every door that is due, swept or appointed by ``today``, building by building in stair order.

    ``areas`` are area codes with everything beneath them; none means all this laptop holds.
    """
    found = doors_where(replica, doorways.within(Dwelling, areas, building), today)
    return in_order((door for door in found if door.wanted or _appointed(door, today)), order)


def home(replica: Replica, household: str, today: date) -> Home:
    """The home of one household; Unfit when it is not there any more."""
    found = replica.get(Household, household)
    dwelling = replica.get(Dwelling, found.dwelling) if found else None
    if found is None or dwelling is None or found.removed:
        raise Unfit("这一户已经不在本机", "它可能已被合并、移出本网格或放入回收站。请从列表中重新选择。")
    return _home(replica, dwelling, found, today)


def empty_home(replica: Replica, dwelling: str, today: date) -> Home:
    """The home behind a door without a household; with one, that of its first household."""
    found = replica.get(Dwelling, dwelling)
    if found is None or found.removed:
        raise Unfit("这套房屋已经不在本机", "它可能已被合并或放入回收站。请从列表中重新选择。")
    living = replica.all(Household, Household.dwelling == dwelling)
    return _home(replica, found, living[0] if living else None, today)


def _appointed(door: Door, today: date) -> bool:
    return door.appointment is not None and door.appointment <= today


def _doors(ways: Doorways, replica: Replica, today: date) -> list[Door]:
    asked = planning.rules(replica), planning.running(replica, today)
    return [_door(ways, way, asked, today) for way in ways.dwellings]


def _door(ways: Doorways, way: Any, asked: tuple[tuple[Rule, ...], tuple[Sweep, ...]], today: date) -> Door:
    """Fold one dwelling, its households, their members, visits and tasks into a line."""
    rules, sweeps = asked
    living = ways.living.get(way.id, [])
    people = [ways.people.get(family.id, NOBODY) for family in living]
    knocks = _knocks(ways, way.id, [family.id for family in living])
    lasts = {family.id: _latest(_knocks(ways, way.id, [family.id]), EFFECTIVE) for family in living}
    dues = {family.id: _due_of(ways, way, family, lasts[family.id], rules, today) for family in living}
    ranked = sorted(living, key=lambda family: dues[family.id].rank)
    last = max(knocks, key=lambda knock: knock.mark, default=None)
    task = min((t for f in living for t in ways.tasks.get(f.id, [])), key=lambda t: t.due, default=None)
    return Door(
        **_place(ways, way),
        households=tuple(family.id for family in ranked),
        head="、".join(family.head_name for family in ranked if family.head_name),
        size=sum(len(p.ids) for p in people) or sum(family.size or 0 for family in living),
        labels=tuple(dict.fromkeys(x for f in living for x in ways.labels_of(f))),
        last_visit=last.day if last else None,
        last_outcome=last.outcome if last else "",
        unmet=doorways.in_a_row(knocks),
        last_effective=_latest(knocks, EFFECTIVE if living else SEEN_EMPTY),
        due=dues[ranked[0].id] if ranked else _due_empty(way, knocks, rules, today),
        party=any(family.party_household for family in living),
        centre=any(family.id in ways.centres for family in living),
        completeness=completeness.share((one.filled, one.asked) for one in (way, *people)),
        standing=_worst(
            ways,
            (way.id, *(f.id for f in living), *(i for p in people for i in p.ids), *(k.id for k in knocks)),
        ),
        appointment=task.due if task else None,
        at=task.at if task else None,
        why=task.title if task else "",
        visited_by=last.by if last else (),
        sweeps=tuple(
            s.title for s in sweeps if any(s.owes(way.area, way.building, d) for d in lasts.values())
        ),
    )


def _place(ways: Doorways, way: Any) -> dict[str, Any]:
    building = ways.buildings.get(way.building, "")
    return {
        "dwelling": way.id,
        "building": way.building,
        "building_name": building,
        "area": way.area,
        "unit": way.unit,
        "floor": way.floor,
        "door": way.door,
        "label": label(building, way.unit, way.door),
        "tenure": way.tenure,
        "use": way.use,
    }


def _worst(ways: Doorways, ids: Iterable[str]) -> str:
    found = {ways.standing[id_] for id_ in ids if id_ in ways.standing} if ways.standing else ()
    return next((state for state in WORST_FIRST if state in found), "")


def _knocks(ways: Doorways, dwelling: str, living: Sequence[str]) -> list[Any]:
    """The last visits, one per outcome, that concern who lives here now; any at this door when nobody does."""
    at_door = ways.at_door.get(dwelling, [])
    if not living:
        return at_door
    of_families = [knock for family in living for knock in ways.of_family.get(family, [])]
    return of_families + [knock for knock in at_door if not knock.household]


def _due_of(ways: Doorways, way: Any, family: Any, last: date | None, rules: Any, today: date) -> Due:
    known = facts(
        ways.labels_of(family),
        kind=family.kind_of_household,
        tenure=way.tenure,
        centre=family.id in ways.centres,
    )
    return due(last, known, today, own_rule=family.visit_rule, rules=rules)


def _due_empty(way: Any, knocks: Iterable[Any], rules: Any, today: date) -> Due:
    known = facts((), tenure=way.tenure) | doorways.vacancy(way)
    return due(_latest(knocks, SEEN_EMPTY), known, today, rules=rules)


def _latest(knocks: Iterable[Any], outcomes: frozenset[str]) -> date | None:
    return max((knock.day for knock in knocks if knock.outcome in outcomes), default=None)


def _home(replica: Replica, dwelling: Dwelling, household: Household | None, today: date) -> Home:
    building = replica.get(Building, dwelling.building)
    living = replica.all(Household, Household.dwelling == dwelling.id)
    key = household.id if household else ""
    people = replica.all(Resident, Resident.household == key) if household else []
    members = sorted((p for p in people if not p.left_how), key=lambda p: _seat(p, household))
    visits = timeline.visits(replica, dwelling.id, key)
    turns = timeline.events(replica, dwelling.id, key)
    centre, pairings, contacts = _contacts(replica, key)
    missing = _missing(dwelling, members, today)
    tallies = [completeness.tally("resident", p.model_dump(), today) for p in members]
    return Home(
        dwelling=dwelling,
        building=building,
        household=household,
        label=label(building.name if building else "", dwelling.unit, dwelling.door),
        members=members,
        gone=[p for p in people if p.left_how],
        timeline=timeline.timeline(
            [*visits, *timeline.brought(replica, turns, key)], turns, [p for p in people if p.left_how]
        ),
        tasks=_tasks(replica, key),
        centre=centre,
        pairings=pairings,
        contacts=contacts,
        due=_due_home(replica, dwelling, household, members, visits, centre, today),
        missing=missing,
        completeness=completeness.share(
            [*tallies, completeness.tally("dwelling", dwelling.model_dump(), today)]
        ),
        others=[other for other in living if other.id != key],
    )


def _seat(person: Resident, household: Household | None) -> tuple[bool, str, date, str]:
    """The head first, then by kinship code, then the elder."""
    head = person.relation == Relation.HEAD or (household is not None and person.id == household.head)
    return not head, person.relation or "ZZ", person.birth or date.max, person.id


def _tasks(replica: Replica, household: str) -> list[VisitTask]:
    if not household:
        return []
    found = replica.all(VisitTask, VisitTask.household == household, VisitTask.state == TaskState.OPEN.value)
    return sorted(found, key=lambda t: (t.due or date.max, t.id))


def _contacts(
    replica: Replica, household: str
) -> tuple[PartyCentreHousehold | None, list[Pairing], list[str]]:
    """The centre household this one is, the 1+N lines that reach it, and their people in words."""
    if not household:
        return None, [], []
    centres = replica.all(
        PartyCentreHousehold,
        PartyCentreHousehold.household == household,
        PartyCentreHousehold.state == CentreState.ACTIVE.value,
    )
    pairings = replica.all(Pairing, Pairing.household == household)
    held = replica.all(PartyCentreHousehold, col(PartyCentreHousehold.id).in_([p.centre for p in pairings]))
    party = replica.all(PartyMember, col(PartyMember.id).in_([p.member for p in pairings]))
    words = {c.id: f"{c.head_name}（中心户）" for c in held} | {m.id: f"{m.name}（党员）" for m in party}
    contacts = [words.get(p.centre) or words.get(p.member) or p.contact for p in pairings]
    return (centres[0] if centres else None), pairings, [c for c in contacts if c]


def _missing(dwelling: Dwelling, members: Iterable[Resident], today: date) -> dict[str, list[str]]:
    known: list[Dwelling | Resident] = [dwelling, *members]
    found = {r.id: completeness.missing(r.kind(), r.model_dump(), today) for r in known}
    return {key: labels for key, labels in found.items() if labels}


def _due_home(
    replica: Replica,
    dwelling: Dwelling,
    household: Household | None,
    members: Iterable[Resident],
    visits: Iterable[Visit],
    centre: PartyCentreHousehold | None,
    today: date,
) -> Due:
    rules = planning.rules(replica)
    enough = EFFECTIVE if household else SEEN_EMPTY
    last = max((v.visited_on for v in visits if v.visited_on and v.outcome in enough), default=None)
    if household is None:
        return due(last, facts((), tenure=dwelling.tenure) | doorways.vacancy(dwelling), today, rules=rules)
    labels = {*household.labels, *(label for p in members for label in p.labels)}
    known = facts(labels, kind=household.kind_of_household, tenure=dwelling.tenure, centre=centre is not None)
    return due(last, known, today, own_rule=household.visit_rule, rules=rules)
