"""Following links: ``household.dwelling.door`` from a resident to the door, as one statement with joins."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, select

from gridclient.blanks import Field
from gridclient.fields import RECORDS
from gridclient.ledger.computed import COMPUTED, Computed

PART = "="  # begins the name of a part of a report's line, which no record holds
OWN = ("id", "area", "created_at", "updated_at", "created_by", "updated_by")


@dataclass(frozen=True)
class Place:
    """Where a path leads: the links followed, the kind arrived at, and the field or computed value there.

    Of a computed value ``field`` is the one as which it is written, if it borrows one.
    """

    links: tuple[str, ...]
    kind: str
    name: str
    field: Field | None = None
    computed: Computed | None = None

    def beside(self, path: str) -> "Place":
        """The place of ``path`` seen from the record this place is on."""
        there = place(self.kind, path)
        return Place((*self.links, *there.links), there.kind, there.name, there.field, there.computed)


def place(kind: str, path: str) -> Place:
    """Where one path leads; KeyError with the name that is not known."""
    if path.startswith(PART):
        return Place((), kind, path)
    *links, name = path.split(".")
    at = kind
    for link in links:
        at = followed(at, link)
    if name.startswith("@"):
        found = COMPUTED.get(at, {}).get(name[1:]) or COMPUTED["*"].get(name[1:])
        if found is None:
            raise KeyError(name)
        return Place(tuple(links), at, name, _like(found), found)
    field = RECORDS[at].by_name.get(name)
    if field is None and name not in OWN:
        raise KeyError(name)
    return Place(tuple(links), at, name, field)


def label(kind: str, path: str) -> str:
    """What forms call the value at the first alternative of a path; empty for an empty path."""
    if not path:
        return ""
    there = place(kind, path.split("|")[0])
    return there.computed.label if there.computed else there.field.label if there.field else there.name


def check(kind: str, path: str) -> None:
    """Nothing when every alternative of ``path`` leads somewhere; KeyError with the name that is not known."""
    for one in path.split("|"):
        place(kind, one)


def followed(kind: str, link: str) -> str:
    """The kind a link field points at; KeyError when it is no link."""
    field = RECORDS[kind].by_name.get(link)
    if field is None or field.kind != "link":
        raise KeyError(link)
    return field.to


def ways_to(kind: str, goal: str, most: int = 4) -> list[str]:
    """The shortest paths of links from a kind to ``goal``; empty when there are none within ``most`` steps."""
    ends: list[tuple[str, tuple[str, ...]]] = [(kind, ())]
    for _step in range(most):
        ends = [
            (field.to, (*links, field.name))
            for at, links in ends
            for field in RECORDS[at].fields
            if field.kind == "link" and field.to in RECORDS
        ]
        if found := [".".join(links) for at, links in ends if at == goal]:
            return found
    return []


class Query:
    """One statement over a kind and whatever its links reach; ask for columns, then for the statement."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._base = _table(kind).alias("base")
        self._tables: dict[tuple[str, ...], tuple[FromClause, str]] = {(): (self._base, kind)}
        self._from: FromClause = self._base
        self._columns: list[ColumnElement[Any]] = []
        self._places: dict[tuple[tuple[str, ...], str], int] = {}
        self._where: list[ColumnElement[bool]] = [self._base.c.removed_at.is_(None)]

    def index(self, at: Place) -> int:
        """The position of this value in the rows of the answer."""
        key = (at.links, at.name)
        if key not in self._places:
            self._places[key] = len(self._columns)
            self._columns.append(self.column(at))
        return self._places[key]

    def column(self, at: Place) -> ColumnElement[Any]:
        """The column itself, for conditions."""
        table, _kind = self._reached(at.links)
        found: ColumnElement[Any] = table.c[at.name]
        return found

    def only(self, condition: ColumnElement[bool]) -> None:
        self._where.append(condition)

    def statement(self) -> Select[Any]:
        return select(*self._columns).select_from(self._from).where(*self._where)

    def _reached(self, links: tuple[str, ...]) -> tuple[FromClause, str]:
        if links not in self._tables:
            before, kind = self._reached(links[:-1])
            kind = followed(kind, links[-1])
            table = _table(kind).alias("_".join(links))
            self._from = self._from.outerjoin(table, table.c.id == before.c[links[-1]])
            self._tables[links] = (table, kind)
        return self._tables[links]


def _like(computed: Computed) -> Field | None:
    kind, _dot, name = computed.like.partition(".")
    return RECORDS[kind].by_name[name] if name else None


def _table(kind: str) -> Any:
    return getattr(RECORDS[kind].table, "__table__")  # noqa: B009 - SQLModel does not declare it
