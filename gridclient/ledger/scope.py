"""Which records a ledger is about: an area and everything below it, a building, or chosen ones."""

from dataclasses import dataclass

from sqlalchemy import or_

from gridclient.ledger.reach import ways_to
from gridclient.ledger.reading import Reading


@dataclass(frozen=True)
class Scope:
    """Which records: those of an ``area`` and all below it, those of one ``building`` (its id), or only these ``ids``."""

    area: str = ""
    building: str = ""
    ids: frozenset[str] | None = None
    words: str = ""


EVERYTHING = Scope()


def limit(reading: Reading, scope: Scope, ways: str = "") -> None:
    """Read only what lies in the area and the building; ``ways`` lead to the building, parted by ``|``."""
    kind = reading.kind
    if scope.area:
        codes = ("area", "code") if kind == "org_unit" else ("area",)
        reading.only(or_(*(reading.column(code).startswith(scope.area, autoescape=True) for code in codes)))
    if scope.building:
        found = ways.split("|") if ways else ways_to(kind, "building")
        own = ["id"] if kind == "building" else []
        reading.only(or_(False, *(reading.column(way) == scope.building for way in (*own, *found))))
