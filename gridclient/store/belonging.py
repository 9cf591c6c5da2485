"""Where any record belongs: its building by the links it is declared with, and what people call an area."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, func, literal, select
from sqlmodel import col

from gridclient.fields import RECORDS
from gridclient.records.area import OrgUnit
from gridclient.records.place import Building
from gridclient.rules.filing import drawer_of
from sync.record import EVERYONE
from sync.replica import Replica

LADDER = (
    "building",
    "dwelling",
    "household",
    "resident",
    "party_centre_household",
)  # each leads to those before it
STEP = 500  # ids in one statement
COMMON = "公用资料"


def building_by(
    source: FromClause, id_: ColumnElement[Any], kind: str
) -> tuple[FromClause, ColumnElement[Any]]:
    """``source`` joined with what leads from records of ``kind``, whose id is ``id_``, to the id of their building.

    The second part is that id, ``""`` for a record that belongs to none, or is not here.
    """
    if kind not in RECORDS:
        return source, literal("")
    own = _table(kind).alias()
    joined, ends = _climb(source.outerjoin(own, own.c.id == id_), own, kind)
    return joined, func.coalesce(*(func.nullif(end, "") for end in ends), "") if ends else literal("")


def buildings_of(replica: Replica, kind: str, ids: Collection[str]) -> dict[str, str]:
    """Id → building id for records of one kind; ``""`` for those that belong to none."""
    if kind not in RECORDS:
        return dict.fromkeys(ids, "")
    own, wanted, found = _table(kind), sorted(set(ids)), dict.fromkeys(ids, "")
    joined, building = building_by(own, own.c.id, kind)
    for at in range(0, len(wanted), STEP):
        query = select(own.c.id, building).select_from(joined).where(own.c.id.in_(wanted[at : at + STEP]))
        found |= dict(tuple(row) for row in replica.rows(query))
    return found


def building_names(replica: Replica) -> dict[str, str]:
    """Building id → its name."""
    return dict(tuple(row) for row in replica.rows(select(col(Building.id), col(Building.name))))


def area_names(replica: Replica) -> dict[str, str]:
    """Area code → what people call it; a code nobody named is left out. The frozen ledgers of an area have their own."""
    query = select(col(OrgUnit.code), col(OrgUnit.name)).where(col(OrgUnit.removed_at).is_(None))
    named = [(code, name) for code, name in replica.rows(query) if code]
    filed = [(drawer_of(code), f"{name}（定稿台账）") for code, name in named]
    return {EVERYONE: COMMON, **dict(filed), **dict(named)}


def _climb(source: FromClause, here: Any, kind: str) -> tuple[FromClause, list[ColumnElement[Any]]]:
    if kind == LADDER[0]:
        return source, [here.c.id]
    rank = LADDER.index(kind) if kind in LADDER else len(LADDER)
    links = [(f.to, f.name) for f in RECORDS[kind].fields if f.kind == "link" and f.to in LADDER[:rank]]
    ends: list[ColumnElement[Any]] = []
    for to, name in sorted(links, key=lambda link: LADDER.index(link[0])):
        if to == LADDER[0]:
            ends.append(here.c[name])
            continue
        other = _table(to).alias()
        source, more = _climb(source.outerjoin(other, other.c.id == here.c[name]), other, to)
        ends += more
    return source, ends


def _table(kind: str) -> Table:
    table: Table = RECORDS[kind].table.__table__  # type: ignore[attr-defined]
    return table
