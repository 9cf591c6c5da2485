"""What waits to be sent, building by building, without reading what nobody looks at."""

from collections import Counter
from dataclasses import dataclass
from heapq import merge

from sqlalchemy import ColumnElement, func, select

from gridclient.rules.doors import natural
from gridclient.store.belonging import building_by, building_names
from sync.outbox import OUTBOX, PENDING, decode
from sync.protocol import Change
from sync.replica import Replica

ELSEWHERE = "其他"


@dataclass(frozen=True)
class Group:
    """The changes waiting in one building; ``building`` is its id, ``""`` for what belongs to none."""

    building: str
    name: str
    count: int


def groups(replica: Replica) -> list[Group]:
    """Every building with changes that wait, in natural order, what belongs to none at the end."""
    names, counts = building_names(replica), Counter[str]()
    for kind in _kinds(replica):
        source, building = building_by(OUTBOX, OUTBOX.c.id, kind)
        place = building.label("place")
        query = select(place, func.count()).select_from(source).where(*_waiting(kind)).group_by("place")
        for id_, count in replica.rows(query):
            counts[id_ if id_ in names else ""] += count
    found = [Group(id_, names.get(id_, ELSEWHERE), count) for id_, count in counts.items()]
    return sorted(found, key=lambda group: (not group.building, natural(group.name)))


def changes_in(replica: Replica, building: str, limit: int) -> list[Change]:
    """The oldest changes waiting in one building; ``""`` asks for those that belong to none."""
    names, found = building_names(replica), []
    for kind in _kinds(replica):
        source, place = building_by(OUTBOX, OUTBOX.c.id, kind)
        here = place == building if building else place.not_in(names)
        query = select(OUTBOX.c.mseq, OUTBOX.c.body).select_from(source).where(*_waiting(kind), here)
        found.append(replica.rows(query.order_by(OUTBOX.c.mseq).limit(limit)))
    return [decode(body) for _mseq, body in list(merge(*found, key=lambda row: row[0]))[:limit]]


def _kinds(replica: Replica) -> list[str]:
    query = select(OUTBOX.c.kind).where(OUTBOX.c.state == PENDING).distinct()
    return sorted(kind for (kind,) in replica.rows(query))


def _waiting(kind: str) -> tuple[ColumnElement[bool], ...]:
    return OUTBOX.c.state == PENDING, OUTBOX.c.kind == kind
