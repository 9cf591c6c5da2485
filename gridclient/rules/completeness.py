"""How much of what should be known is known: counted from the ``wanted`` marks of the declarations. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from gridclient.blanks import Field
from gridclient.fields import spec_of
from gridclient.records.people import PopulationKind
from gridclient.rules.identity import age

GROWN = 16
# Children have no telephone of their own, no spouse and no party, and their school leaving is still to come.
NOT_OF_CHILDREN = frozenset({"phones", "marital", "education", "political"})
BLANKS: tuple[Any, ...] = (None, "", [])
NUMBER = "id_number"  # a newborn that is not registered yet has none


@cache
def wanted(kind: str) -> tuple[Field, ...]:
    """The fields of a kind that count."""
    return tuple(f for f in spec_of(kind).fields if f.wanted)


def asked_of(kind: str, values: Mapping[str, Any], today: date | None = None) -> tuple[Field, ...]:
    """The fields that count for this one: what its age or its population kind makes pointless is left out."""
    birth = values.get("birth")
    child = today is not None and birth is not None and (age(birth, today) or 0) < GROWN
    return _asked(kind, child, values.get("population") == PopulationKind.UNREGISTERED)


def missing(kind: str, values: Mapping[str, Any], today: date | None = None) -> list[str]:
    """The labels of what is asked for and not there, in form order."""
    return [f.label for f in asked_of(kind, values, today) if blank(values.get(f.name))]


def tally(kind: str, values: Mapping[str, Any], today: date | None = None) -> tuple[int, int]:
    """(filled, asked) of one record."""
    asked = asked_of(kind, values, today)
    return len(asked) - sum([values.get(f.name) in BLANKS for f in asked]), len(asked)


def share(tallies: Iterable[tuple[int, int]]) -> float:
    """0–1 over several records; 1.0 when nothing is asked."""
    filled = total = 0
    for one, asked in tallies:
        filled, total = filled + one, total + asked
    return filled / total if total else 1.0


def children_born_after(today: date) -> str:
    """The day, as YYYY-MM-DD, after which whoever is a child today was born; 29 February stands in any year."""
    return f"{today.year - GROWN:04}-{today:%m-%d}"


def blank(value: Any) -> bool:
    """True for None, an empty text and an empty list; No is an answer."""
    return value in BLANKS


@cache
def _asked(kind: str, child: bool, unregistered: bool) -> tuple[Field, ...]:
    excused = (NOT_OF_CHILDREN if child else frozenset()) | ({NUMBER} if unregistered else frozenset())
    return tuple(f for f in wanted(kind) if f.name not in excused)
