"""A workbook as it was found: sheets of rows of cells, nothing interpreted yet."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta
Row = list[Cell]
Span = tuple[int, int, int, int]  # first row, first column, last row, last column; all from 0, all inclusive


@dataclass(frozen=True)
class Table:
    """One visible sheet: ``rows[0][0]`` is A1; an empty cell is ``""``, a failed formula ``#N/A``. Rows are equally wide.

    ``spans`` are merged cells; only the first cell of a span holds its value. ``ragged`` lists the rows of a text file
    whose number of cells is not that of its first row.
    """

    name: str
    rows: list[Row]
    spans: tuple[Span, ...] = ()
    ragged: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0


@dataclass(frozen=True)
class Book:
    """All visible sheets of a file, in order. ``hidden`` names the sheets that were left out."""

    name: str
    tables: tuple[Table, ...]
    hidden: tuple[str, ...] = ()
    encoding: str = field(default="")


def letter(column: int) -> str:
    """The letters of a column counted from 0: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def levelled(rows: list[Row]) -> list[Row]:
    """The rows without empty rows and columns at the ends, all equally wide."""
    kept = len(rows)
    while kept and not _used(rows[kept - 1]):
        kept -= 1
    return squared(rows[:kept])


def squared(rows: list[Row]) -> list[Row]:
    """The rows without empty columns at the end, all equally wide."""
    width = max((_used(row) for row in rows), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def _used(row: Row) -> int:
    width = len(row)
    while width and row[width - 1] == "":
        width -= 1
    return width
