"""The rows of one kind with everything their columns ask for: one statement, and one more for each gathered value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from string import Formatter
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, not_, or_

from gridclient import values
from gridclient.blanks import Field
from gridclient.fields import RECORDS
from gridclient.ledger.computed import Formed, Found, Gathered, Reader, When
from gridclient.ledger.reach import Place, Query, place
from gridclient.ledger.template import Column, Condition
from gridclient.rules.doors import natural

Raw = tuple[Any, ...]
Words = Callable[[Raw], str]
TICKED, EMPTY = "☑", "□"
UNSAID = "未"  # 未知, 未说明: not offered on paper unless it was the answer
LINES = {"dwelling": "@address"}  # how a link to this kind reads, when its own line says too little


@dataclass(frozen=True)
class Manner:
    """How values are written: masked or in full, seen on which day, for which period; of which ``area`` or ``building``."""

    masked: bool
    when: When
    area: str = ""
    building: str = ""


class Reading:
    """One pass over the living records of a kind. Ask for what each column needs, then read once."""

    def __init__(self, kind: str, reader: Reader, manner: Manner) -> None:
        self.kind = kind
        self.manner = manner
        self._reader = reader
        self._query = Query(kind)
        self._gathered: dict[Callable[[Reader, When], Found], Found] = {}
        self._checks: list[Callable[[Raw], bool]] = []

    def words(self, column: Column) -> Words:
        """A function from a row of the answer to the words of this column."""
        ways = [self._words(place(self.kind, path), column) for path in column.path.split("|") if path]
        if len(ways) == 1:
            return ways[0]
        return lambda row: next((found for way in ways if (found := way(row))), "")

    def raw(self, path: str) -> Callable[[Raw], Any]:
        """A function from a row to the bare value; of several alternatives the first that is not blank."""
        ways = [self._raw(place(self.kind, one)) for one in path.split("|")]
        if len(ways) == 1:
            return ways[0]
        return lambda row: next((found for way in ways if (found := way(row)) not in (None, "", [])), None)

    def field(self, path: str) -> Field | None:
        """The field at the end of the first alternative; None for a computed value."""
        return place(self.kind, path.split("|")[0]).field

    def column(self, path: str) -> ColumnElement[Any]:
        return self._query.column(place(self.kind, path))

    def only(self, condition: ColumnElement[bool]) -> None:
        """Read no other rows than these."""
        self._query.only(condition)

    def require(self, condition: Condition) -> None:
        """Read no other rows than those that meet a condition; one on a computed value is looked at afterwards."""
        if place(self.kind, condition.path).computed is None:
            self.only(self._required(condition))
            return
        raw = self.raw(condition.path)
        self._checks.append(lambda row: met(condition, raw(row)))

    def rows(self) -> list[Raw]:
        self._query.index(Place((), self.kind, "id"))
        rows = self._reader.rows(self._query.statement())
        return [row for row in rows if all(check(row) for check in self._checks)]

    def _required(self, condition: Condition) -> ColumnElement[bool]:
        column = self.column(condition.path)
        many = (field := self.field(condition.path)) is not None and field.many
        text = cast(column, String) if many else column
        empty: ColumnElement[bool] = column.is_(None)
        if many or _is_text(field):
            empty = or_(empty, text.in_(["", "[]", "null"]))
        parts: list[ColumnElement[bool]] = []
        if condition.any_of:
            parts.append(_one_of(text, condition.any_of, many=many))
        if condition.none_of:
            parts.append(or_(column.is_(None), not_(_one_of(text, condition.none_of, many=many))))
        if condition.blank is not None:
            parts.append(empty if condition.blank else not_(empty))
        return and_(True, *parts)

    def _raw(self, at: Place) -> Callable[[Raw], Any]:
        computed = at.computed
        if isinstance(computed, Formed):
            needs = [self._raw(at.beside(path)) for path in computed.needs]
            when, form = self.manner.when, computed.form
            return lambda row: form(when, tuple(need(row) for need in needs))
        if isinstance(computed, Gathered):
            found, part = self._found(computed.gather), computed.part
            key = self._raw(at.beside(computed.key))
            return lambda row: found.get(key(row), {}).get(part)
        index = self._query.index(at)
        return lambda row: row[index]

    def _found(self, gather: Callable[[Reader, When], Found]) -> Found:
        if gather not in self._gathered:
            self._gathered[gather] = gather(self._reader, self.manner.when)
        return self._gathered[gather]

    def _words(self, at: Place, column: Column) -> Words:
        field = at.field
        if field is not None and field.kind == "link":
            return self._line(at, field)
        raw = self._raw(at)
        write = _writer(field, column, masked=self.manner.masked)
        return lambda row: write(raw(row))

    def _line(self, at: Place, field: Field) -> Words:
        """The linked record in one line, from its own fields."""
        spec = RECORDS[field.to]
        line = LINES.get(field.to)
        if line:
            return self._words(at.beside(f"{field.name}.{line}"), Column(path=line))
        names = [name for _text, name, _spec, _how in Formatter().parse(spec.called) if name]
        parts = {n: self._words(at.beside(f"{field.name}.{n}"), Column(path=n)) for n in names}
        return lambda row: values.tidy(spec.called.format(**{n: words(row) for n, words in parts.items()}))


def met(condition: Condition, value: Any) -> bool:
    """Whether a bare value meets the condition, for figures."""
    held = value if isinstance(value, list) else [value]
    blank = value in (None, "", [])
    if condition.any_of and not any(v in condition.any_of for v in held):
        return False
    if condition.none_of and any(v in condition.none_of for v in held):
        return False
    return condition.blank is None or blank == condition.blank


def ticks(field: Field) -> Callable[[Any], str]:
    """The whole list of answers, those given ticked, as paper forms have it; none is ticked for None."""
    if field.kind == "flag":
        boxes = {None: "□是 □否", True: "☑是 □否", False: "□是 ☑否"}
        return lambda value: boxes[value if value is None else bool(value)]
    offered = [(m.value, m.label) for m in field.offers]

    def ticked(value: Any) -> str:
        given = value if isinstance(value, list) else [value]
        shown = [(c, words) for c, words in offered if c in given or not words.startswith(UNSAID)]
        return " ".join(f"{TICKED if code in given else EMPTY}{words}" for code, words in shown)

    return ticked


def sort_key(value: Any) -> tuple[Any, ...]:
    """Sorts values of one column, blank ones last, numbers in words by what they say."""
    if value in (None, ""):
        return (1,)
    if isinstance(value, str):
        return 0, _natural(value)
    return 0, value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=50_000)
def _natural(text: str) -> tuple[Any, ...]:
    return natural(text)


def _writer(field: Field | None, column: Column, *, masked: bool) -> Callable[[Any], str]:
    if field is None:
        return _plain
    if column.tick:
        return ticks(field)
    if field.private and masked:
        return lambda value: field.masked(value) if value else ""
    if column.show == "public":
        return lambda value: values.masked_name(value or "")
    if column.show == "short":
        return _short(field)
    if column.show == "month":
        return lambda value: field.text(value)[:7]
    if field.kind == "flag":
        return lambda value: "" if value is None else field.text(value)
    if field.kind == "links":
        return lambda value: str(len(value)) if value else ""
    return field.text


def _short(field: Field) -> Callable[[Any], str]:
    """The shortest spelling of a choice: 男 where the code list says 男性."""
    short = {m.value: min((m.label, *m.spellings), key=len) for m in field.offers}
    return lambda value: short.get(value, field.text(value))


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else "" if value is None else str(value)


def _one_of(text: Any, codes: tuple[Any, ...], *, many: bool) -> ColumnElement[bool]:
    return or_(*(text.contains(f'"{code}"', autoescape=True) for code in codes)) if many else text.in_(codes)


def _is_text(field: Field | None) -> bool:
    return field is None or not (field.nullable or field.kind == "flag")
