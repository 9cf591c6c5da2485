"""五级组织体系表: street, community, estate, grid and micro-grid, who answers for each, and the party beside them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Select, func, literal, select, union_all

from gridclient.ledger.computing import Reader, alive, columns_of, together
from gridclient.ledger.line import Line
from gridclient.ledger.of_places import COMMUNITY, LEADS
from gridclient.records import (
    Building,
    GridWorker,
    Household,
    OrgUnit,
    PartyCentreHousehold,
    PartyOrg,
    Resident,
    Steward,
)
from gridclient.records.area import Level
from gridclient.records.party import CentreState, PartyLevel
from gridclient.rules.doors import natural

if TYPE_CHECKING:
    from gridclient.ledger.reading import Reading

COUNTED = ("buildings", "stewards", "centres", "households", "people")
UNIT_PARTS = (
    *("subdistrict", "community", "committee", "secretary", "estate", "grid", "head", "workers", "branch"),
    *("groups", "micro", "micro_head", *COUNTED),
)
REST = "（未划微网格）"


class _Unit(NamedTuple):
    id: str
    code: str
    name: str
    level: str
    parent: str


class _Worker(NamedTuple):
    name: str
    grid: str
    head: bool
    area: str


class _Org(NamedTuple):
    id: str
    name: str
    level: str
    parent: str
    unit: str
    area: str
    secretary: str


@dataclass(frozen=True)
class _Tree:
    """Everything the table is made of, each by the code of the area it stands in; ``by_id`` and ``orgs`` by id."""

    units: dict[str, _Unit]
    by_id: dict[str, _Unit]
    workers: dict[str, list[_Worker]]
    estates: dict[str, list[str]]
    orgs: dict[str, _Org]
    groups: dict[str, list[str]]
    counts: dict[str, dict[str, int]]


def unit_lines(reading: "Reading", reader: Reader) -> Iterator[Line]:
    """A line for each micro-grid, and for each grid that has none or keeps records outside of them."""
    tree, own = _read(reader), reading.raw("id")
    wanted = {own(row) for row in reading.rows()}
    grids = [u for u in tree.units.values() if u.level == Level.GRID and u.id in wanted]
    for grid in sorted(grids, key=lambda u: (u.code, natural(u.name))):
        micros = [u for u in tree.units.values() if u.level == Level.MICROGRID and _under(u, grid, tree)]
        above = _above(tree, grid)
        keep = grid.code if micros else f"{above['community']} {above['estate']}"
        for micro in sorted(micros, key=lambda u: (u.code, natural(u.name))):
            parts = {"micro": micro.name, "micro_head": _heads(tree.workers.get(micro.code, ()))}
            yield Line({**above, **parts, **_counts(tree, micro.code)}, keep)
        if not micros or any(tree.counts.get(grid.code, {}).values()):
            parts = {"micro": REST if micros else "", "micro_head": ""}
            yield Line({**above, **parts, **_counts(tree, grid.code)}, keep)


def _above(tree: _Tree, grid: _Unit) -> dict[str, str]:
    """What all lines of a grid have in common."""
    chain = list(_chain(tree, grid))
    named = {unit.level: unit.name for unit in chain}
    codes = [unit.code for unit in chain if unit.code]
    committee = next((o for o in tree.orgs.values() if _is(o, PartyLevel.COMMITTEE, codes)), None)
    branches, groups = _party(tree, grid.code)
    workers = tree.workers.get(grid.code, [])
    return {
        "subdistrict": named.get(Level.SUBDISTRICT.value, ""),
        "community": named.get(Level.COMMUNITY.value, ""),
        "committee": committee.name if committee else "",
        "secretary": committee.secretary if committee else "",
        "estate": named.get(Level.ESTATE.value) or together(tree.estates.get(grid.code, [])),
        "grid": grid.name,
        "head": _heads(workers),
        "workers": together([w.name for w in workers]),
        "branch": together([_led(o) for o in branches]),
        "groups": together([_led(o) for o in groups]),
    }


def _chain(tree: _Tree, unit: _Unit) -> Iterator[_Unit]:
    """The unit and everything above it: by its parent, or where none is named by its code."""
    seen: set[str] = set()
    at: _Unit | None = unit
    while at is not None and at.id not in seen:
        seen.add(at.id)
        yield at
        above = tree.units.get(at.code[:COMMUNITY]) if len(at.code) > COMMUNITY else None
        at = tree.by_id.get(at.parent) or above


def _under(unit: _Unit, grid: _Unit, tree: _Tree) -> bool:
    return bool(unit.code) and (unit.code.startswith(grid.code) or tree.by_id.get(unit.parent) is grid)


def _party(tree: _Tree, code: str) -> tuple[list[_Org], list[_Org]]:
    """The branches and the groups of a grid: those that sit there, those its centre households and stewards name, and
    the branches above them.
    """
    here = [
        o
        for o in tree.orgs.values()
        if code in (o.area, tree.by_id[o.unit].code if o.unit in tree.by_id else "")
    ]
    here += [tree.orgs[id_] for id_ in tree.groups.get(code, []) if id_ in tree.orgs]
    groups = {o.id: o for o in here if o.level == PartyLevel.GROUP}
    branches = {o.id: o for o in here if o.level == PartyLevel.BRANCH}
    branches |= {o.parent: tree.orgs[o.parent] for o in groups.values() if o.parent in tree.orgs}
    return _named(branches.values()), _named(groups.values())


def _named(orgs: Iterable[_Org]) -> list[_Org]:
    return sorted(orgs, key=lambda o: natural(o.name))


def _is(org: _Org, level: PartyLevel, codes: list[str]) -> bool:
    return org.level == level and org.area in codes


def _led(org: _Org) -> str:
    """``东苑党支部（书记 岑立冬）``."""
    leads = "组长" if org.level == PartyLevel.GROUP else "书记"
    return f"{org.name}（{leads} {org.secretary}）" if org.secretary else org.name


def _heads(workers: Iterable[_Worker]) -> str:
    return together([w.name for w in workers if w.head])


def _counts(tree: _Tree, code: str) -> dict[str, str]:
    counts = tree.counts.get(code, {})
    return {name: str(counts.get(name, 0)) for name in COUNTED}


def _read(reader: Reader) -> _Tree:
    unit, worker, org = columns_of(OrgUnit), columns_of(GridWorker), columns_of(PartyOrg)
    by_id = {u[0]: _Unit(*u) for u in reader.rows(_all(unit, _Unit._fields))}
    workers: defaultdict[str, list[_Worker]] = defaultdict(list)
    asked = _all(worker, _Worker._fields).order_by(worker.head.desc(), worker.since, worker.id)
    for one in (_Worker(*row) for row in reader.rows(asked)):
        workers[by_id[one.grid].code if one.grid in by_id else one.area].append(one)
    orgs = {row[0]: _Org(*row) for row in reader.rows(_all(org, _Org._fields))}
    estates, groups = _links(reader, by_id)
    units = {u.code or u.id: u for u in by_id.values()}
    return _Tree(units, by_id, workers, estates, orgs, groups, _counted(reader))


def _all(columns: Any, names: Iterable[str]) -> Select[Any]:
    return select(*(columns[name] for name in names)).where(alive(columns))


def _links(reader: Reader, by_id: dict[str, _Unit]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Area → names of its estates, as its buildings have it; area → party groups its centres and stewards belong to."""
    building, centre, steward = columns_of(Building), columns_of(PartyCentreHousehold), columns_of(Steward)
    asked = union_all(
        select(literal("estate"), building.area, building.estate).where(alive(building)).distinct(),
        select(literal("group"), centre.area, centre.group).where(alive(centre)).distinct(),
        select(literal("group"), steward.area, steward.group).where(alive(steward)).distinct(),
    )
    estates: defaultdict[str, list[str]] = defaultdict(list)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for what, area, id_ in reader.rows(asked):
        if what == "group":
            groups[area].append(id_)
        elif id_ in by_id:
            estates[area].append(by_id[id_].name)
    return estates, groups


def _counted(reader: Reader) -> dict[str, dict[str, int]]:
    """Area → how many buildings, stewards, centre households, households and people it has."""
    building, steward, centre = columns_of(Building), columns_of(Steward), columns_of(PartyCentreHousehold)
    home, person = columns_of(Household), columns_of(Resident)
    conditions = (
        (building, alive(building)),
        (steward, steward.role.in_(LEADS) & steward.ended_on.is_(None) & alive(steward)),
        (centre, (centre.state == CentreState.ACTIVE.value) & alive(centre)),
        (home, alive(home)),
        (person, person.left_on.is_(None) & alive(person)),
    )
    asked = [
        select(literal(name), c.area, func.count()).where(fits).group_by(c.area)
        for name, (c, fits) in zip(COUNTED, conditions, strict=True)
    ]
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, area, count in reader.rows(union_all(*asked)):
        found[area][name] = count
    return found
