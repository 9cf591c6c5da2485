"""How one kind of record lies in its table: values between Python, SQL and the wire, without the ORM.

Built once per kind. *Python* values are what a record's attributes hold, *wire* values are JSON, *stored* values are
what the SQLite driver takes and gives.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time as daytime
from functools import cache, cached_property
import json
import math
from typing import Any, cast

import msgspec
from sqlalchemy import Column, Table
from sqlalchemy.dialects import sqlite

from sync.protocol import Change, Document, Stamp, Written
from sync.record import PLACE, SyncedRecord, group_of, groups_of

_DIALECT = sqlite.dialect()
_UNFIT = "这里的内容不合格式"
_INT_LIMIT = 1 << 63  # what a database integer holds, either sign
_UPKEEP = ("id", "area", "ver", "updated_at", "updated_by", "stamps", "unknown")
_TOLD = frozenset({"updated_at", "updated_by"})  # upkeep that travels in the body of a document
_encode = msgspec.json.Encoder().encode
Convert = Callable[[Any], Any]


@dataclass
class Cell:
    """One synced column and its four conversions."""

    name: str
    place: int
    blank: Callable[[], Any]
    to_wire: Convert
    to_python: Convert
    to_stored: Convert
    from_stored: Convert
    nullable: bool

    @cached_property
    def keep(self) -> Convert:
        """From wire to stored value in one step, the usual ones at once.

        It raises TypeError, ValueError or AttributeError at a value the column cannot hold.
        """
        to_python, to_stored = self.to_python, self.to_stored

        def keep(value: Any) -> Any:
            if value is None:
                return to_stored(None if self.nullable else self.blank())
            return to_stored(to_python(value))

        def keep_whole(value: Any) -> Any:
            return value if type(value) is int and -_INT_LIMIT <= value < _INT_LIMIT else keep(value)

        def keep_json(value: Any) -> Any:
            return _encode(value).decode() if isinstance(value, list | dict) else keep(value)

        if to_stored is _same:
            return keep_whole if to_python is _whole else keep
        return keep_json if to_python is _json else keep

    @property
    def plain(self) -> bool:
        """True for a text column, which takes any text that came as JSON as it is."""
        return self.to_python is _text and self.to_stored is _same


@dataclass
class Row:
    """One record as it lies here: the wire values of every declared field, and its upkeep columns."""

    id: str
    area: str
    body: dict[str, Any]
    ver: int = 0
    updated_at: int = 0
    updated_by: str = ""
    stamps: dict[str, Any] | None = None
    unknown: dict[str, Any] | None = None

    def written(self, group: str) -> Written | None:
        """Who wrote the value of a group; None when nobody ever did."""
        found = (self.stamps or {}).get(group, (self.stamps or {}).get(""))
        return Written(*found) if found else None

    def stamp(self, group: str) -> Stamp | None:
        """Which edit the value of a group is."""
        written = self.written(group)
        return written.stamp if written else None

    def lay_over(self, change: Change, origin: str) -> None:
        """Show a pending change on top of what arrived."""
        stamps: dict[str, Any] = dict(self.stamps or {})
        for group, values in change.groups.items():
            written = change.written.get(group) or change.written.get("")
            stamps[group] = (
                list(msgspec.to_builtins(written)) if written else [origin, change.mseq, change.at]
            )
            self.area = values.get("area", self.area) if group == PLACE else self.area
            self.body.update({name: value for name, value in values.items() if group != PLACE})
        self.stamps = stamps
        self.updated_at, self.updated_by = change.at >> 16, change.by


class Shape:
    """The table of one kind: its cells, its groups, and the SQL that reads and writes whole rows."""

    def __init__(self, table: type[SyncedRecord]) -> None:
        self.table = table
        self.kind = table.kind()
        self.sql: Table = cast(Any, table).__table__
        self.groups = groups_of(table)
        self.group_of = group_of(table)
        fields = [name for names in self.groups.values() for name in names if name != PLACE]
        columns = [*_UPKEEP, *fields]
        self.cells = [_cell(table, self.sql.c[name], place) for place, name in enumerate(fields)]
        self.by_name = {cell.name: cell for cell in self.cells}
        self._blank = {cell.name: blank for cell in self.cells if not (blank := cell.blank())}
        self._blanks = [cell.to_stored(cell.blank()) for cell in self.cells]
        self._texts = {cell.name: cell.place for cell in self.cells if cell.plain}
        self._keeps = {cell.name: (cell.place, cell.keep) for cell in self.cells}
        self._varying = [cell for cell in self.cells if cell.blank() != cell.blank()]
        named = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" * len(columns))
        fresh = ", ".join(f'"{name}" = excluded."{name}"' for name in columns[1:])
        self.select = f'SELECT {named} FROM "{self.kind}"'
        self.upsert = (
            f'INSERT INTO "{self.kind}" ({named}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {fresh}'
        )

    def said(self, row: Row, group: str) -> dict[str, Any]:
        """The wire values of one group of a row; a field only newer programs know is a group of its own."""
        values = row.body | (row.unknown or {}) | {"area": row.area}
        return {name: values.get(name) for name in self.groups.get(group, (group,))}

    def read(self, stored: Sequence[Any]) -> Row:
        """The row behind what :attr:`select` gave."""
        id_, area, ver, updated_at, updated_by, stamps, unknown, *values = stored
        body = {c.name: c.from_stored(value) for c, value in zip(self.cells, values, strict=True)}
        return Row(id_, area, body, ver, updated_at, updated_by, json.loads(stamps), json.loads(unknown))

    def params(self, row: Row) -> tuple[Any, ...]:
        """The parameters of :attr:`upsert`. A value the column cannot hold goes to ``unknown`` instead."""
        unknown = dict(row.unknown or {})
        values = self._values(row.body, unknown)
        upkeep = (row.id, row.area, row.ver, row.updated_at, row.updated_by)
        return (*upkeep, _dumps(row.stamps or {}), _dumps(unknown), *values)

    def stored(self, document: Document) -> tuple[Any, ...]:
        """The parameters of :attr:`upsert` for a document as it came. A field not named is blank."""
        body, unknown = document.body, dict[str, Any]()
        values = self._values(body, unknown)
        told = (int(body.get("updated_at") or 0), str(body.get("updated_by") or ""))
        stamps = _encode(document.stamps).decode()
        return (document.id, document.area, document.ver, *told, stamps, _dumps(unknown), *values)

    def _values(self, body: Mapping[str, Any], unknown: dict[str, Any]) -> list[Any]:
        """The stored values of every cell; what none can hold goes to ``unknown``."""
        values, texts, keeps = self._blanks.copy(), self._texts, self._keeps
        for varying in self._varying:
            values[varying.place] = varying.to_stored(varying.blank())
        for name, value in body.items():
            if type(value) is str and name in texts:
                values[texts[name]] = value
                continue
            try:
                place, keep = keeps[name]
                values[place] = keep(value)
            except KeyError:
                if name not in _TOLD:
                    unknown[name] = value
            except (TypeError, ValueError, AttributeError):
                unknown[name] = value
        return values

    def filled(self, body: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Group → field → wire value of every group that says something, the place left out.

        Blank is what is empty (no text, no list, 0, false, nothing) and what the field has by itself.
        """
        blank = self._blank
        return {
            group: {name: body[name] for name in names}
            for group, names in self.groups.items()
            if group != PLACE
            and any(body[name] or name not in blank or body[name] != blank[name] for name in names)
        }

    def split(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """A document's body as the fields this kind declares and those it does not know."""
        known: dict[str, Any] = {}
        unknown: dict[str, Any] = {}
        for name, value in body.items():
            (known if name in self.by_name else unknown)[name] = value
        unknown.pop("updated_at", None)
        unknown.pop("updated_by", None)
        return known, unknown

    def wire(self, record: SyncedRecord, problems: dict[str, str]) -> dict[str, Any]:
        """Field → wire value of every declared field; what cannot be kept is named in ``problems``."""
        body: dict[str, Any] = {}
        for cell in self.cells:
            value = getattr(record, cell.name)
            try:
                if value is None and not cell.nullable:
                    problems[cell.name] = _UNFIT
                body[cell.name] = None if value is None else cell.to_wire(value)
            except (TypeError, ValueError, AttributeError):
                problems[cell.name] = _UNFIT
        return body

    def python(self, field: str, value: Any) -> Any:
        """The attribute value behind a wire value."""
        return None if value is None else self.by_name[field].to_python(value)

    def fields(self, groups: Iterable[str]) -> list[str]:
        """The fields of the groups named, ``area`` left out."""
        return [name for group in groups for name in self.groups[group] if name != PLACE]


@cache
def shape_of(table: type[SyncedRecord]) -> Shape:
    """The shape of a kind, made once however many databases are opened."""
    return Shape(table)


def _cell(table: type[SyncedRecord], column: Column[Any], place: int) -> Cell:
    info = table.model_fields[column.name]
    kind = getattr(column.type, "impl_instance", column.type).python_type
    to_wire, to_python = _CONVERTERS.get(kind, (_json, _json))
    stores = column.type.dialect_impl(_DIALECT)
    bind = stores.bind_processor(_DIALECT) or _same
    result = stores.result_processor(_DIALECT, None) or _same
    nullable = bool(column.nullable)

    def blank() -> Any:
        given = None if info.is_required() else info.get_default(call_default_factory=True)
        return kind() if given is None and not nullable else given

    def outgoing(value: Any) -> Any:
        bind(value)  # Says so when the column would not take it, as a zone-less time where a zone is kept.
        return to_wire(value)

    def from_stored(value: Any) -> Any:
        found = result(value)
        return None if found is None else to_wire(found)

    sends = outgoing if kind is datetime else to_wire
    keeps = from_stored if result is not _same or kind is bool else _same
    return Cell(column.name, place, blank, sends, to_python, bind, keeps, nullable)


def _same(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    if not value.isascii():
        value.encode()  # A lone surrogate is no text: neither SQLite nor JSON can hold it.
    return str(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    if not -_INT_LIMIT <= value < _INT_LIMIT:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError
    return float(value)


def _truth(value: Any) -> bool:
    if value not in (True, False):
        raise TypeError
    return bool(value)


def _json(value: Any) -> Any:
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    return value


def _day_out(value: Any) -> str:
    return (date.fromisoformat(value) if isinstance(value, str) else value).isoformat()[:10]


def _moment_out(value: Any) -> str:
    return str((datetime.fromisoformat(value) if isinstance(value, str) else value).isoformat())


def _time_out(value: Any) -> str:
    return str((daytime.fromisoformat(value) if isinstance(value, str) else value).isoformat())


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else "{}"


_CONVERTERS: dict[type, tuple[Convert, Convert]] = {
    str: (_text, _text),
    int: (_whole, _whole),
    float: (_number, _number),
    bool: (_truth, _truth),
    date: (_day_out, date.fromisoformat),
    datetime: (_moment_out, datetime.fromisoformat),
    daytime: (_time_out, daytime.fromisoformat),
}
