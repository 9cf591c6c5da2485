"""The rows of a whole book on their way back: which record each is, which cells somebody touched, and what all others hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridclient.blanks import Field
from gridclient.exchange.book import Cell
from gridclient.exchange.cells import Flaw
from gridclient.exchange.columns import NOTES, Column
from gridclient.exchange.lines import ERROR, WARNING, Line, Skipped
from gridclient.exchange.whole_book import BODY, HEADS, UNKNOWN, Marked, Told, layout_of, told_by
from gridclient.exchange.whole_cells import (
    BLANK,
    LINKS,
    exactly,
    nothing,
    print_of,
    python,
    seal,
    typed,
    wire,
    written,
)

FAULTS = (ValueError, TypeError, LookupError, OverflowError)  # of values somebody has spoilt
Values = dict[str, Any]


@dataclass
class Seen:
    """One row: its line, what its hidden cells tell, and the fields somebody changed in Excel."""

    line: Line
    told: Told
    touched: tuple[Field, ...]

    @property
    def id(self) -> str:
        """The id of the record; empty for a row somebody added."""
        return self.told.own["id"]


class Sheet:
    """Reads the rows of one sheet. ``skipped`` are the rows that are none, ``known`` counts those with an id."""

    def __init__(self, sheet: Marked, today: date) -> None:
        self.sheet, self.kind, self.today = sheet, sheet.kind, today
        self.spec = layout_of(sheet.kind).spec
        self.skipped: list[Skipped] = []
        self.known = 0
        self.fields = tuple(f for f in self.spec.fields if f.name in sheet.columns)
        self._sealed = [self.spec.by_name.get(name) for name in sheet.sealed]
        self._columns = {self.slot(f): self._column(f) for f in self.fields}
        self._exactly: dict[tuple[str, str], Any] = {}

    def slot(self, f: Field) -> str:
        """What a field is called in an issue."""
        return f"{self.kind}.{f.name}"

    def rows(self) -> Iterator[Seen]:
        """Every row with something in it, top to bottom."""
        table = self.sheet.table
        for row in range(BODY, len(table.rows)):
            told = told_by(self.sheet, table.rows[row])
            line = Line(table.name, row, {}, self._columns, table.rows[row])
            texts = [written(table.rows[row][place]) for place in self.sheet.columns.values()]
            if not told.own["id"] and not any(texts):
                self.skipped.append(Skipped(table.name, row + 1, "空行"))
                continue
            self.known += bool(told.own["id"])
            untouched = told.torn or not told.own["id"] or told.print == self.print_of(line)
            yield Seen(line, told, () if untouched else tuple(self._touched(line, told)))

    def print_of(self, line: Line) -> str:
        """The print of a row as it stands now."""
        places = (self.sheet.columns.get(name) for name in self.sheet.sealed)
        return print_of(["" if place is None else written(line.cells[place]) for place in places])

    def cell(self, line: Line, f: Field) -> Cell:
        """The cell of a field."""
        return line.cells[self.sheet.columns[f.name]]

    def values(self, seen: Seen) -> Values:
        """Field → the value it was handed out with, of every field in the book; FAULTS when its cells were spoilt."""
        exact = seen.told.exact
        found: Values = {UNKNOWN: exact[UNKNOWN]} if UNKNOWN in exact else {}
        for f in self.spec.fields:
            if f.name in exact:
                found[f.name] = python(f, exact[f.name][0])
            elif f.hidden:
                found[f.name] = nothing(f)
            elif f.name in self.sheet.columns and f not in seen.touched:
                found[f.name] = self._value(f, written(self.cell(seen.line, f)))
        return found

    def typed(self, line: Line, fields: tuple[Field, ...]) -> Values:
        """Field → what somebody wrote there; what cannot be read is told."""
        found: Values = {}
        for f in fields:
            try:
                found[f.name] = typed(f, self.kind, self.cell(line, f), self.today)
            except Flaw as flaw:
                severity = WARNING if flaw.lenient and flaw.value is not None else ERROR
                line.tell(severity, self.slot(f), flaw.kind or "bad_value", flaw.why or f"{f.label}没有写全")
                if severity == WARNING:
                    found[f.name] = flaw.value
        return found

    def seal_of(self, seen: Seen, f: Field) -> str:
        """The seal of the value a field was handed out with."""
        if f.name in seen.told.exact:
            return seal(seen.told.exact[f.name][0])
        return seen.told.seals.get(f.name, BLANK)

    def lost(self) -> list[str]:
        """The heads of columns somebody has deleted."""
        gone = [f for f in self._sealed if f is not None and f.name not in self.sheet.columns]
        return [f.label for f in gone]

    def strange(self) -> list[tuple[str, str]]:
        """The letter and the head of columns nobody here knows."""
        heads = self.sheet.table.rows[HEADS] if len(self.sheet.table.rows) > HEADS else []
        known = {*self.sheet.own.values(), *self.sheet.exact, *(c.index for c in self._columns.values())}
        columns = (Column(i, str(head), "", False) for i, head in enumerate(heads) if head and i not in known)
        return [(column.letter, column.head) for column in columns if column.head != NOTES]

    def _touched(self, line: Line, told: Told) -> Iterator[Field]:
        for f in self.fields:
            if f.name not in told.seals:
                continue
            text = written(self.cell(line, f))
            if f.name in told.exact:
                kept = told.exact[f.name]
                if not isinstance(kept, list) or len(kept) != 2 or kept[1] != seal(text):
                    yield f
            elif f.kind in LINKS:
                if text:
                    yield f
            elif self._seal(f, text) != told.seals[f.name]:
                yield f

    def _seal(self, f: Field, text: str) -> str:
        try:
            return seal(wire(f, self._value(f, text)))
        except FAULTS:
            return ""

    def _value(self, f: Field, text: str) -> Any:
        if f.kind not in ("choice", "choices", "flag", "count", "day"):
            return exactly(f, text)
        key = (f.name, text)
        if key not in self._exactly:
            self._exactly[key] = exactly(f, text)
        value = self._exactly[key]
        return [*value] if isinstance(value, list) else value

    def _column(self, f: Field) -> Column:
        place = self.sheet.columns[f.name]
        heads = self.sheet.table.rows[HEADS] if len(self.sheet.table.rows) > HEADS else []
        return Column(place, str(heads[place]) if heads else f.label, self.slot(f), f.required)


def exported(told: Mapping[str, Any], name: str) -> int:
    """One of the figures a record bears, as it was handed out; 0 when it tells none."""
    text = str(told.get(name, ""))
    return int(text) if text.isascii() and text.isdigit() else 0
