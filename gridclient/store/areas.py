"""The tree of places: estate → building → unit, each with how many of its households were visited in the period."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import col

from gridclient.records.area import OrgUnit
from gridclient.records.people import Household, VisitRule
from gridclient.records.place import Building, Dwelling
from gridclient.records.visit import Visit
from gridclient.rules.doors import WORDED_GROUP, natural
from gridclient.rules.due import EFFECTIVE, period_start
from gridclient.store.doorways import alive
from sync.replica import Replica

LOOSE = "未归小区"
UNITLESS = "其他"


@dataclass(frozen=True, slots=True)
class Node:
    """One branch. ``kind`` is estate, building or unit; a unit's ``id`` is ``building/unit``. Counts are households."""

    id: str
    kind: str
    title: str
    visited: int
    total: int
    children: tuple["Node", ...] = ()

    @property
    def share(self) -> float:
        """0–1 of the households visited; 1.0 where nobody lives."""
        return self.visited / self.total if self.total else 1.0


Counts = dict[str, dict[str, tuple[int, int]]]  # building → unit → (visited, total)


def tree(replica: Replica, today: date, every: str = VisitRule.HALF_YEARLY.value) -> list[Node]:
    """Every estate with its buildings and their units, in natural order.

    A household counts as visited when it was met or phoned since the month, quarter, half year or year began.
    """
    counts = _counts(replica, period_start(today, every), today)
    o, b = OrgUnit, Building
    titles = dict(replica.rows(select(col(o.id), col(o.name)).where(alive(o))))
    estates: defaultdict[str, list[Node]] = defaultdict(list)
    for id_, name, estate in replica.rows(select(col(b.id), col(b.name), col(b.estate)).where(alive(b))):
        estates[estate if estate in titles else ""].append(_building(id_, name, counts.get(id_, {})))
    known = [_over(id_, "estate", titles.get(id_, LOOSE), nodes) for id_, nodes in estates.items()]
    return sorted(known, key=lambda node: (not node.id, natural(node.title)))


def _building(id_: str, name: str, units: dict[str, tuple[int, int]]) -> Node:
    nodes = [
        Node(f"{id_}/{unit}", "unit", _unit_title(unit), *units[unit]) for unit in sorted(units, key=natural)
    ]
    shown = nodes if len(nodes) > 1 or (nodes and nodes[0].title != UNITLESS) else []
    visited, total = sum(n.visited for n in nodes), sum(n.total for n in nodes)
    return Node(id_, "building", name, visited, total, tuple(shown))


def _over(id_: str, kind: str, title: str, nodes: list[Node]) -> Node:
    nodes = sorted(nodes, key=lambda node: natural(node.title))
    return Node(id_, kind, title, sum(n.visited for n in nodes), sum(n.total for n in nodes), tuple(nodes))


def _unit_title(unit: str) -> str:
    if not unit:
        return UNITLESS
    return unit if unit.endswith(WORDED_GROUP) else f"{unit}单元"


def _counts(replica: Replica, since: date, today: date) -> Counts:
    d, h, v = Dwelling, Household, Visit
    seen = replica.rows(
        select(col(v.household), col(v.dwelling))
        .where(alive(v), col(v.visited_on).between(since, today), col(v.outcome).in_(sorted(EFFECTIVE)))
        .distinct()
    )
    families, doors = {row[0] for row in seen}, {row[1] for row in seen if not row[0]}
    homes = replica.rows(
        select(col(d.building), col(d.unit), col(d.id), col(h.id))
        .outerjoin(h, (col(h.dwelling) == col(d.id)) & alive(h))
        .where(alive(d))
    )
    counts: Counts = defaultdict(dict)
    for building, unit, dwelling, family in homes:
        visited, total = counts[building].get(unit, (0, 0))
        met = family is not None and (family in families or dwelling in doors)
        counts[building][unit] = (visited + met, total + (family is not None))
    return counts
