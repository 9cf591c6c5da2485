"""A day of visits: the doors to knock on with those closed already, which doors news is about, and what came of the day."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from gridclient.records.area import Level, OrgUnit
from gridclient.records.people import Household, Resident
from gridclient.records.place import Building, Dwelling
from gridclient.records.visit import TaskState, Visit, VisitTask
from gridclient.rules.doors import label, natural
from gridclient.rules.progress import Progress, Sweep
from gridclient.store import homes, planning
from gridclient.store.doorways import alive
from gridclient.store.homes import Door
from sync.record import SyncedRecord
from sync.replica import News, Replica

LOOKED_AT = 15  # buildings: 1, 2, 4 and 8 at a time


@dataclass(frozen=True)
class Day:
    """``doors`` by the id of their dwelling, as they are walked; ``knocked`` maps a dwelling to the outcome of its last
    visit of the day; ``whole`` is how many doors there are in each area; ``sweeps`` run today; ``grids`` are the names
    and codes of those that have any of the doors.
    """

    doors: dict[str, Door]
    knocked: dict[str, str]
    whole: Mapping[str, int]
    sweeps: tuple[tuple[Sweep, Progress], ...] = ()
    grids: tuple[tuple[str, str], ...] = ()

    def count(self, area: str = "") -> int:
        """How many doors there are in an area and beneath it, on the list or not."""
        return sum(count for code, count in self.whole.items() if code.startswith(area))


@dataclass(frozen=True)
class Coming:
    """An open appointment: when, where in words, and what for."""

    due: date
    at: datetime | None
    place: str
    title: str


def read(replica: Replica, today: date, order: str) -> Day:
    """Every door that is due, swept, appointed or was knocked on today."""
    done = knocked(replica, today)
    every = homes.doors_where(replica, alive(Dwelling), today)
    doors = _listed(every, done, today, order)
    whole = Counter(door.area for door in every)
    return Day(doors, done, whole, standings(replica, today), _grids(replica, doors.values()))


def beginning(replica: Replica, today: date, order: str) -> Day:
    """What :func:`read` begins with, so that somebody can begin too: the first buildings with a door; nothing is counted.

    Empty when there is none in the first :data:`LOOKED_AT` buildings.
    """
    done = knocked(replica, today)
    named = replica.rows(select(col(Building.id), col(Building.name)).where(alive(Building)))
    ids = [id_ for id_, _name in sorted(named, key=lambda one: natural(one[1] or ""))]
    start, many = 0, 1
    while start < min(len(ids), LOOKED_AT):
        here = col(Dwelling.building).in_(ids[start : start + many])
        if doors := _listed(homes.doors_where(replica, here, today), done, today, order):
            return Day(doors, done, {})
        start, many = start + many, many * 2
    return Day({}, done, {})


def is_asked(door: Door, today: date) -> bool:
    """True for a door that belongs into the day's list."""
    return door.wanted or (door.appointment is not None and door.appointment <= today)


def standings(replica: Replica, today: date) -> tuple[tuple[Sweep, Progress], ...]:
    """How far each sweep is that runs today."""
    sweeps = planning.running(replica, today)
    return tuple((sweep, planning.progress_of(replica, sweep, today)) for sweep in sweeps)


def knocked(replica: Replica, today: date, dwellings: Collection[str] = ()) -> dict[str, str]:
    """Dwelling → outcome of its last visit today; of some dwellings, or of all."""
    query = select(col(Visit.dwelling), col(Visit.outcome)).where(
        col(Visit.visited_on) == today, alive(Visit)
    )
    if dwellings:
        query = query.where(col(Visit.dwelling).in_(dwellings))
    return dict(tuple(row) for row in replica.rows(query.order_by(col(Visit.id))))


def doors_about(replica: Replica, news: Iterable[News]) -> frozenset[str] | None:
    """The dwellings whose doors look different after news; None when it may be any."""
    found: set[str] = set()
    for kind, ids in _by_kind(news).items():
        ways = _WAYS.get(kind)
        if ways is None:
            return None
        found.update(row[0] for row in replica.rows(ways(ids)))
    return frozenset(found - {""})


def visits(replica: Replica, on: date) -> list[tuple[Visit, str]]:
    """Every visit made on a day with its place in words, in the order in which they were stored."""
    made = replica.all(Visit, col(Visit.visited_on) == on, order=(col(Visit.recorded_at), col(Visit.id)))
    places = _places(replica, {visit.dwelling for visit in made})
    return [(visit, places.get(visit.dwelling, "")) for visit in made]


def coming(replica: Replica, after: date) -> list[Coming]:
    """The appointments still open after a day, the next ones first."""
    t, h = VisitTask, Household
    found = replica.rows(
        select(col(t.due), col(t.at), col(t.title), col(h.dwelling))
        .join(h, col(h.id) == col(t.household))
        .where(alive(t), col(t.state) == TaskState.OPEN.value, col(t.due) > after)
        .order_by(col(t.due), col(t.at), col(t.id))
    )
    places = _places(replica, {row[3] for row in found})
    return [Coming(due, at, places.get(dwelling, ""), title) for due, at, title, dwelling in found]


def _listed(every: Iterable[Door], done: Collection[str], today: date, order: str) -> dict[str, Door]:
    asked = (door for door in every if is_asked(door, today) or door.dwelling in done)
    return {door.dwelling: door for door in homes.in_order(asked, order)}


def _grids(replica: Replica, doors: Iterable[Door]) -> tuple[tuple[str, str], ...]:
    o, areas = OrgUnit, {door.area for door in doors}
    query = select(col(o.name), col(o.code)).where(alive(o), col(o.level) == Level.GRID.value)
    found = {code: name for name, code in replica.rows(query) if code}
    own = ((name, code) for code, name in found.items() if any(area.startswith(code) for area in areas))
    return tuple(sorted(own, key=lambda one: natural(one[0])))


def _places(replica: Replica, dwellings: Collection[str]) -> dict[str, str]:
    d, b = Dwelling, Building
    query = (
        select(col(d.id), col(d.unit), col(d.door), col(b.name))
        .outerjoin(b, col(b.id) == col(d.building))
        .where(col(d.id).in_(dwellings))
    )
    return {id_: label(name or "", unit, door) for id_, unit, door, name in replica.rows(query)}


Asked = Callable[[Collection[str]], Select[Any]]


def _own(table: type[SyncedRecord], name: str) -> Asked:
    """Dwellings named by the records themselves."""
    return lambda ids: select(getattr(table, name)).where(col(table.id).in_(ids))


def _of_family(table: type[SyncedRecord]) -> Asked:
    """Dwellings of the households that the records name."""
    return lambda ids: (
        select(col(Household.dwelling))
        .join(table, table.household == col(Household.id))  # type: ignore[attr-defined]
        .where(col(table.id).in_(ids))
    )


_WAYS: dict[str, Asked] = {
    Dwelling.kind(): _own(Dwelling, "id"),
    Household.kind(): _own(Household, "dwelling"),
    Visit.kind(): _own(Visit, "dwelling"),
    Resident.kind(): _of_family(Resident),
    VisitTask.kind(): _of_family(VisitTask),
}


def _by_kind(news: Iterable[News]) -> dict[str, set[str]]:
    """Ids by kind, kinds left out that no door shows."""
    found: dict[str, set[str]] = {}
    for one in news:
        if one.kind not in UNSEEN:
            found.setdefault(one.kind, set()).add(one.id)
    return found


UNSEEN = frozenset({"photo", "matter", "matter_step", "care", "household_event", "grid_worker"})
