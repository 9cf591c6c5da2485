"""One line of text for a record, many records at a time: what a list shows where it holds a link.

A door is told by its building, a household and a person by their door; every step is one query for all of them.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Table, select

from gridclient.fields import RECORDS, spec_of
from sync.record import SyncedRecord
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
    spec, records = RECORDS[kind], _records(replica, kind, set(ids) - {""})
    via = THROUGH.get(kind, "")
    if not via:
        return {record.id: spec.line(record) for record in records}
    places = lines_of(replica, spec.field(via).to, {getattr(record, via) for record in records})
    return {record.id: _placed(record, places.get(getattr(record, via), "")) for record in records}


def _placed(record: SyncedRecord, place: str) -> str:
    spec = spec_of(record)
    if spec.name == "dwelling":
        return f"{place} {spec.line(record) if getattr(record, 'unit', '') else getattr(record, 'door', '')}".strip()
    own = getattr(record, "head_name", "") if spec.name == "household" else spec.line(record)
    own = own or spec.line(record)
    at = place.rpartition(" · ")[2] if spec.name == "resident" else place
    return f"{own} · {at}" if at else own


def _records(replica: Replica, kind: str, ids: Iterable[str]) -> list[SyncedRecord]:
    table, wanted = RECORDS[kind].table, sorted(ids)
    sql: Table = table.__table__  # type: ignore[attr-defined]
    names = [column.name for column in sql.columns if column.name not in ("stamps", "unknown")]
    found = []
    for at in range(0, len(wanted), STEP):
        query = select(*(sql.c[name] for name in names)).where(sql.c.id.in_(wanted[at : at + STEP]))
        found += [table(**dict(zip(names, row, strict=True))) for row in replica.rows(query)]
    return found
