"""What one blank tells about others while it is typed: an identity number knows the sex and the birthday."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from gridclient import values
from gridclient.exchange import typed
from gridclient.fields import spec_of
from gridclient.records.codes import DocumentType, Sex
from gridclient.rules import identity
from gridclient.rules.duplicates import Person
from sync.record import SyncedRecord
from sync.replica import Replica

NUMBER = ("resident", "id_number")
TOLD_APART_BY = frozenset({"id_number", "name", "birth", "phones", "household"})
# What people of one household have in common, and a duplicated member begins with.
OF_HOUSEHOLD = (
    "household",
    "population",
    "nation",
    "native_place",
    "registered_region",
    "registered_address",
    "police",
    "hukou",
    "presence",
    "permanent",
    "inflow_reason",
    "inflow_since",
    "inflow_from",
    "lodging",
    "stayed",
    "staying",
)


def remark(kind: str, name: str, value: Any, beside: Mapping[str, Any], today: date, before: str = "") -> str:
    """What to look at again in a value that may still be stored; empty when there is nothing.

    ``beside`` holds the other values typed or stored, ``before`` the value stored. No digit is repeated in it.
    """
    if (kind, name) != NUMBER or not value or beside.get("id_type") not in ("", DocumentType.RESIDENT):
        return ""
    number = values.tidy_id(str(value))
    wrong = identity.problem(number, today)
    if wrong is None:
        return identity.read(number, today).hint
    return "；".join(part for part in (wrong, _where(number, beside, before)) if part)


def follows(kind: str, name: str, value: Any, today: date) -> Mapping[str, Any]:
    """Field → value that follows from the one typed into ``name``; empty when nothing does."""
    return typed.follows(str(value or ""), today) if (kind, name) == NUMBER else {}


def aside(kind: str, name: str, value: Any, today: date) -> str:
    """What a value says besides: a birthday, how old somebody is; empty for most."""
    years = identity.age(value, today) if (kind, name) == ("resident", "birth") else None
    return f"{years} 岁" if years is not None else ""


def shared(record: SyncedRecord) -> dict[str, Any]:
    """What another record of the same place or household begins with; nothing private, no name, no number."""
    spec = spec_of(record)
    if spec.name == "resident":
        return {name: getattr(record, name) for name in OF_HOUSEHOLD}
    own = {f.name for f in spec.fields if f.private or f.hidden or f"{{{f.name}}}" in spec.called}
    return {f.name: getattr(record, f.name) for f in spec.fields if f.name not in own | {*spec.key}}


def newest(replica: Replica, table: type[SyncedRecord]) -> SyncedRecord | None:
    """The record of a kind that was written last on this laptop; None when there is none."""
    query = (
        select(col(table.id)).where(col(table.removed_at).is_(None)).order_by(col(table.updated_at).desc())
    )
    found = replica.rows(query.limit(1))
    return replica.get(table, found[0][0]) if found else None


def person_of(id_: str, told: Mapping[str, Any], dwelling: str) -> Person:
    """A resident being typed, as far as he is known; ``dwelling`` is the id of the door."""
    return Person(
        id_,
        told.get("name") or "",
        told.get("id_number") or "",
        told.get("birth"),
        tuple(told.get("phones") or ()),
        dwelling,
    )


def _where(number: str, beside: Mapping[str, Any], before: str) -> str:
    """Where to look for the wrong digit, from what else is known of the person."""
    off = identity.apart(number, before) if before else []
    if 1 <= len(off) <= 2:
        return f"和原来存的号码比，第 {'、'.join(map(str, off))} 位不同"
    birth, sex = beside.get("birth"), beside.get("sex")
    if birth is None or len(number) != 18 or not number[:17].isdecimal():
        return "请对照证件逐位核对"
    if number[6:14] != f"{birth:%Y%m%d}":
        return "第 7 至 14 位和表里的出生日期不同"
    if sex in (Sex.MALE, Sex.FEMALE) and (int(number[16]) % 2 == 1) != (sex == Sex.MALE):
        return "第 17 位和表里的性别不同"
    return "出生日期对得上，请看前 6 位和后 4 位"
