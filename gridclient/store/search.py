"""Questions in words: the ids of a list in its order, the cells of one stretch of it, and the one search box.

A list is shown from a vector of ids and fetched a stretch at a time, so that it scrolls over any number of records.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
import re
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select, true
from sqlmodel import col

from gridclient import values
from gridclient.blanks import Field
from gridclient.fields import RecordSpec, spec_of
from gridclient.records.people import Household, Resident
from gridclient.records.place import Building, Dwelling
from gridclient.rules.doors import label, natural, parse
from gridclient.rules.names import order_key
from gridclient.rules.references import bearers, referred
from gridclient.store.doorways import alive
from gridclient.store.index import Index as Index
from sync.replica import Replica

STEP = 500  # ids in one statement
DIGIT = re.compile(r"\d")
REACH = 4  # so many times the hits shown are looked at to put the best first


@dataclass(frozen=True)
class Search:
    """What a list shows: records of ``kind`` with every word in a searched field, in ``area`` or beneath it.

    ``where`` pairs fields with a value, or with a tuple of which any will do; in a field of several values one of them
    must be it. ``order`` names fields, the first first; none: the kind's usual order. ``removed`` shows the recycle bin,
    ``only`` nothing but the records of these ids, wherever they are.
    """

    kind: str
    words: str = ""
    area: str = ""
    where: tuple[tuple[str, Any], ...] = ()
    order: tuple[str, ...] = ()
    descending: bool = False
    removed: bool = False
    only: frozenset[str] | None = None

    @property
    def spec(self) -> RecordSpec:
        return spec_of(self.kind)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: a person or a door. ``title`` is a name or an address, ``detail`` where or who.

    ``household``, ``dwelling`` and ``building`` are ids to go to; ``number`` is the masked identity number.
    """

    kind: str
    id: str
    title: str
    detail: str
    household: str = ""
    dwelling: str = ""
    building: str = ""
    number: str = ""


def columns(search: Search) -> tuple[Field, ...]:
    """The fields a list of this kind has, from left to right."""
    return search.spec.listed


def ids(replica: Replica, search: Search) -> list[str]:
    """The ids of everything that fits, in order."""
    table, spec = search.spec.table, search.spec
    fields = [spec.field(name) for name in search.order or _usual(spec)]
    statement = select(col(table.id), *(getattr(table, f.name) for f in fields)).where(condition(search))
    found = replica.rows(statement.order_by(col(table.id)))
    if search.only is not None:
        found = [row for row in found if row[0] in search.only]
    keys = [_key_of(f, lines(replica, f.to) if f.to else {}) for f in fields]
    found.sort(key=lambda row: tuple(key(value) for key, value in zip(keys, row[1:], strict=True)))
    ordered = [row[0] for row in found]
    return ordered[::-1] if search.descending else ordered


def count(replica: Replica, search: Search) -> int:
    """How many fit, without listing them."""
    if search.only is not None:
        return len(ids(replica, search))
    found = replica.rows(select(func.count()).select_from(search.spec.table).where(condition(search)))
    return int(found[0][0])


def page(
    replica: Replica, search: Search, some: Sequence[str], *, full: bool = False
) -> list[tuple[str, ...]]:
    """The listed columns in words of the records ``some``, in their order; blanks for one that is gone.

    Private values are masked unless ``full``; who asks for them notes it in the trail first.
    """
    table, fields = search.spec.table, columns(search)
    picked = [getattr(table, f.name) for f in fields]
    rows: dict[str, tuple[Any, ...]] = {}
    for at in range(0, len(some), STEP):
        fitting = col(table.id).in_(some[at : at + STEP])
        rows |= {row[0]: row[1:] for row in replica.rows(select(col(table.id), *picked).where(fitting))}
    linked = [_lines_for(replica, f, [row[n] for row in rows.values()]) for n, f in enumerate(fields)]
    empty = ("",) * len(fields)
    return [
        tuple(
            _cell(f, value, linked[n], full)
            for n, (f, value) in enumerate(zip(fields, rows[id_], strict=True))
        )
        if id_ in rows
        else empty
        for id_ in some
    ]


def condition(search: Search) -> ColumnElement[bool]:
    """The whole search as one SQL condition on the kind's table."""
    table = search.spec.table
    parts = [col(table.removed_at).is_not(None) if search.removed else alive(table)]
    if search.only is not None:
        parts = [true()]
    if search.area and search.area != "*":
        parts.append(col(table.area).startswith(search.area))
    parts += [_fits(search.spec, name, value) for name, value in search.where]
    parts += [_says(search.spec, word) for word in values.tidy(search.words).split()]
    return and_(*parts)


def lines(replica: Replica, kind: str, some: Iterable[str] | None = None) -> dict[str, str]:
    """id → the line by which a record is linked to; of every record, or of ``some``. A dwelling's is its address."""
    if kind == Dwelling.kind():
        return _addresses(replica, some)
    spec = spec_of(kind)
    fields = [spec.field(name) for name in dict.fromkeys(re.findall(r"{(\w+)}", spec.called))]
    statement = select(col(spec.table.id), *(getattr(spec.table, f.name) for f in fields))
    words: dict[str, str] = {}
    for id_, *told in _each(replica, statement, spec.table, some):
        named = {f.name: f.text(value) for f, value in zip(fields, told, strict=True)}
        words[id_] = values.tidy(spec.called.format(**named)) or spec.title
    return words


def find(index: Index, words: str, limit: int = 50) -> list[Hit]:
    """People and doors that fit every word, best first: doors for an address, then whose name the words are or begin.

    The reference on a household's papers gives its door, with that household behind it.
    """
    if hits := _referred(index.replica, words):
        return hits
    found = index.matches(words, limit * REACH)
    people = [match.id for match in found if match.kind == Resident.kind()]
    doors = [match.id for match in found if match.kind == Dwelling.kind()]
    hits = _people(index.replica, people) + _doors(index.replica, doors)
    place, plain = {match.id: match.place for match in found}, values.tidy_name(words)
    address = parse(words) is not None

    def rank(hit: Hit) -> tuple[Any, ...]:
        named = hit.title != plain, place[hit.id]
        return address and hit.kind != Dwelling.kind(), *named, natural(hit.detail), hit.title

    hits.sort(key=rank)
    return hits[:limit]


def _referred(replica: Replica, words: str) -> list[Hit]:
    """Where the household lives whose papers bear this reference; nothing for other words."""
    digits = referred(words)
    if not digits:
        return []
    h = Household
    some = bearers(digits, [id_ for (id_,) in replica.rows(select(col(h.id)).where(alive(h)))])
    told = {
        row[0]: row for row in _each(replica, select(col(h.id), col(h.dwelling), col(h.head_name)), h, some)
    }
    doors = {hit.id: hit for hit in _doors(replica, [row[1] for row in told.values()])}
    return [
        replace(doors[home], household=id_, detail=head) for id_, home, head in told.values() if home in doors
    ]


def _usual(spec: RecordSpec) -> tuple[str, ...]:
    """Doors and buildings by their numbers; everything that happened by its day; the rest by its name."""
    if spec.name == Dwelling.kind():
        return ("building", "unit", "floor", "door")
    by_kind = [f.name for kind in ("day", "name", "text") for f in spec.listed if f.kind == kind]
    named = [name for name in ("name", "number", "head_name") if name in spec.by_name]
    return (*named[:1],) if named and spec.drawer != "visit" else (*by_kind[:1],)


def _key_of(f: Field, linked: Mapping[str, str]) -> Any:
    """How values of a field are compared: blanks last, numbers in texts as numbers, Chinese as its pinyin."""

    known: dict[str, tuple[Any, ...]] = {}

    def key(value: Any) -> tuple[Any, ...]:
        if value is None or value in ("", []):
            return (1,)
        if isinstance(value, int | float | date):
            return 0, value
        words = linked.get(value, "") if f.to and isinstance(value, str) else f.text(value)
        if words not in known:
            known[words] = 0, _spoken(words)
        return known[words]

    return key


def _spoken(words: str) -> tuple[Any, ...]:
    if not DIGIT.search(words):  # names and the like: most of what is sorted
        return ((1, 0, order_key(words)),)
    return tuple((rank, number, order_key(part)) for rank, number, part in natural(words))


def _fits(spec: RecordSpec, name: str, value: Any) -> ColumnElement[bool]:
    column = getattr(spec.table, name)
    wanted = value if isinstance(value, tuple | list | set | frozenset) else (value,)
    if spec.field(name).many:
        # A JSON list of codes or ids: each stands between quotation marks.
        return or_(false(), *(cast(column, String).contains(f'"{one}"', autoescape=True) for one in wanted))
    return or_(
        column.in_([one for one in wanted if one is not None]),
        *([column.is_(None)] if None in wanted else []),
    )


def _says(spec: RecordSpec, word: str) -> ColumnElement[bool]:
    """One word stands in any searched field, or in the words of what the record is linked to by its first link."""
    texts = [cast(getattr(spec.table, f.name), String) for f in spec.fields if f.searched]
    plain = values.half_width(word)
    found = [column.icontains(plain, autoescape=True) for column in texts]
    return or_(*found) if found else true()


def _lines_for(replica: Replica, f: Field, told: Iterable[Any]) -> dict[str, str]:
    if not f.to:
        return {}
    wanted = {one for value in told for one in (value if isinstance(value, list) else [value]) if one}
    return lines(replica, f.to, wanted)


def _cell(f: Field, value: Any, linked: Mapping[str, str], full: bool) -> str:
    if f.to:
        named = value if isinstance(value, list) else [value]
        return "、".join(linked.get(one, "") for one in named if one)
    return f.text(value) if full or not f.private else f.masked(value)


def _each(
    replica: Replica, statement: Any, table: Any, some: Iterable[str] | None, name: str = "id"
) -> list[tuple[Any, ...]]:
    """The rows of a statement whose ``name`` is among ``some``; all of them for None."""
    if some is None:
        return replica.rows(statement)
    known, column = list(some), getattr(table, name)
    return [
        row
        for at in range(0, len(known), STEP)
        for row in replica.rows(statement.where(column.in_(known[at : at + STEP])))
    ]


def _addresses(replica: Replica, some: Iterable[str] | None) -> dict[str, str]:
    d, b = Dwelling, Building
    statement = select(col(d.id), func.coalesce(col(b.name), ""), col(d.unit), col(d.door))
    joined = statement.outerjoin(b, col(b.id) == col(d.building))
    return {id_: label(name, unit, door) for id_, name, unit, door in _each(replica, joined, d, some)}


def _people(replica: Replica, some: Sequence[str]) -> list[Hit]:
    r, h, d, b = Resident, Household, Dwelling, Building
    named = (r.id, r.name, r.id_number, h.id, d.id, b.id, b.name, d.unit, d.door)
    statement = (
        select(*(col(c) for c in named))
        .outerjoin(h, col(h.id) == col(r.household))
        .outerjoin(d, col(d.id) == col(h.dwelling))
        .outerjoin(b, col(b.id) == col(d.building))
    )
    return [
        Hit(
            "resident",
            id_,
            name,
            label(house or "", unit or "", door or ""),
            family or "",
            home or "",
            building or "",
            values.masked_id(number),
        )
        for id_, name, number, family, home, building, house, unit, door in _each(replica, statement, r, some)
    ]


def _doors(replica: Replica, some: Sequence[str]) -> list[Hit]:
    """A door says who lives behind it: its households' heads."""
    h = Household
    address = _addresses(replica, some)
    buildings = dict(_each(replica, select(col(Dwelling.id), col(Dwelling.building)), Dwelling, some))
    families = select(col(h.dwelling), col(h.id), col(h.head_name)).where(alive(h))
    living: dict[str, list[Any]] = {}
    for row in _each(replica, families, h, some, "dwelling"):
        living.setdefault(row[0], []).append(row)
    return [
        Hit(
            "dwelling",
            id_,
            address[id_],
            "、".join(family[2] for family in living.get(id_, []) if family[2]),
            living[id_][0][1] if id_ in living else "",
            id_,
            buildings[id_],
        )
        for id_ in some
        if id_ in address
    ]
