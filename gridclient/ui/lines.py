"""One line of text for a record, many records at a time: what a list shows where it holds a link.

A door is told by its building, a household and a person by their door; every step is one query for all of them.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Table, select

from gridclient.fields import RECORDS, RecordSpec
from sync.replica import Replica

THROUGH = {
    "dwelling": "building",
    "household": "dwelling",
    "resident": "household",
    "visit": "dwelling",
    "visit_task": "household",
    "care": "resident",
}  # kind → the link that places it
STEP = 500  # ids asked for in one query


def line_of(replica: Replica, kind: str, id_: str) -> str:
    """One record's line; empty when it is not here."""
    return lines_of(replica, kind, [id_]).get(id_, "")


def lines_of(replica: Replica, kind: str, ids: Collection[str]) -> dict[str, str]:
    """Id → line for every record of ``kind`` that is held; 王建国 · 3号楼 2单元501 for a person."""
    spec, via = RECORDS[kind], THROUGH.get(kind, "")
    rows = _rows(replica, spec, via, set(ids) - {""})
    to = spec.field(via).to if via else ""
    places = lines_of(replica, to, {row[via] or "" for row in rows}) if via else {}
    return {row["id"]: _placed(spec, row, places.get(row[via] or "", "") if via else "") for row in rows}


def _placed(spec: RecordSpec, row: Mapping[str, Any], place: str) -> str:
    if spec.name == "dwelling":
        return f"{place} {spec.line_from(row) if row['unit'] else row['door']}".strip()
    own = (row["head_name"] if spec.name == "household" else "") or spec.line_from(row)
    at = place.rpartition(" · ")[2] if spec.name == "resident" else place
    return f"{own} · {at}" if at else own


def _rows(replica: Replica, spec: RecordSpec, via: str, ids: Iterable[str]) -> list[dict[str, Any]]:
    """What the lines are made of, and the link through which each is placed; no records are made for that."""
    table: Table = spec.table.__table__  # type: ignore[attr-defined]
    names, wanted = dict.fromkeys(("id", *spec.naming, *([via] if via else []))), sorted(ids)
    found: list[dict[str, Any]] = []
    for at in range(0, len(wanted), STEP):
        query = select(*(table.c[name] for name in names)).where(table.c.id.in_(wanted[at : at + STEP]))
        found += [dict(zip(names, row, strict=True)) for row in replica.rows(query)]
    return found
