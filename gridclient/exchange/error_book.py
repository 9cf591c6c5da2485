"""The person's own workbook with what is wrong marked in it: each bad cell coloured, the reason beside it.

A workbook keeps its looks, its charts and its row numbers; other files come back as a workbook of their rows. What is
put right in it may be imported again: rows that are kept already are not brought twice, and the column of reasons is not
read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
import warnings
import zipfile

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
import xlsxwriter

from gridclient.errors import UnreadableFile
from gridclient.exchange.book import Book, Cell, Table, letter
from gridclient.exchange.columns import NOTES
from gridclient.exchange.lines import ERROR, WARNING, Issue
from gridclient.exchange.mapping import recognise
from gridclient.exchange.marking import Marks, Unusual, marked
from gridclient.exchange.reader import read
from gridclient.exchange.whole_book import bodies_of

SIGNS = {ERROR: "✕", WARNING: "!"}
SPANS = 5000  # merged cells looked at; nobody merges more by hand
TURN = 200  # rows between two reports of progress
SHAPES: dict[type, str] = {str: "@", date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm"}
MARKING = "正在标出问题"
Progress = Callable[[int, int, str], None]
Rows = dict[int, list[Issue]]


def error_book(
    path: Path,
    book: Book,
    issues: Sequence[Issue],
    *,
    refused: bool,
    mappings: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> bytes:
    """The file at ``path``, read as ``book`` with ``mappings``, as a workbook with its errors and hints marked.

    With ``refused`` only rows with an error are seen; the others of a workbook are hidden, not taken out. ``progress``
    may raise at any time.
    """
    tell = progress or _silent
    told: dict[str, Rows] = defaultdict(lambda: defaultdict(list))
    for issue in issues:
        if issue.severity in SIGNS and issue.row:
            told[issue.sheet][issue.row].append(issue)
    bodies = {found.table.name: found.head.body for found in recognise(book, mappings)} | bodies_of(book)
    sheets = {
        table.name: _marks(table, bodies[table.name], told[table.name], refused=refused)
        for table in book.tables
        if table.name in bodies and (refused or told[table.name])
    }
    tell(0, 0, MARKING)
    for content in _own(path, book):
        with suppress(Unusual, ValueError, zipfile.BadZipFile):
            return marked(content, sheets, lambda done, total: tell(done, total, MARKING))
    ours = {f"表{number}": sheets.get(table.name) for number, table in enumerate(book.tables, 1)}
    told_ours = {name: marks for name, marks in ours.items() if marks is not None}
    return marked(_anew(book, tell), told_ours, lambda done, total: tell(done, total, MARKING))


def _own(path: Path, book: Book) -> Iterator[bytes]:
    """The workbook as it is, then as openpyxl writes it; nothing when it is another sort of file, or another one by now."""
    try:
        content = path.read_bytes()
        same = content.startswith(b"PK") and read(path).tables == book.tables
    except (OSError, UnreadableFile):
        return
    if same:
        yield content
        yield from _again(content)


def _again(content: bytes) -> Iterator[bytes]:
    """A workbook written in an unusual way, or with macros, as openpyxl writes it, where it can."""
    packed = BytesIO()
    with warnings.catch_warnings(), suppress(KeyError, ValueError, TypeError, OSError, AttributeError):
        warnings.simplefilter("ignore")  # of parts that are left out, none of which holds rows
        load_workbook(BytesIO(content)).save(packed)
        yield packed.getvalue()


def _marks(table: Table, body: int, rows: Rows, *, refused: bool) -> Marks:
    wrong = frozenset(row for row, issues in rows.items() if any(one.severity == ERROR for one in issues))
    places: dict[str, list[Issue]] = defaultdict(list)
    corners = _corners(table, rows)
    for row, issues in rows.items():
        for issue in issues:
            place = f"{issue.column or 'A'}{row}"
            places[corners.get(place, place)].append(issue)
    cells = {
        place: (
            ERROR if any(one.severity == ERROR for one in found) else WARNING,
            "\n".join(f"{SIGNS[one.severity]} {one.why}" for one in found),
        )
        for place, found in places.items()
    }
    reasons = {row: _reasons(issues, table, row) for row, issues in rows.items()}
    return Marks(table.width + 1, body, NOTES, reasons, cells, wrong if refused else None)


def _corners(table: Table, rows: Rows) -> dict[str, str]:
    """Place in a merged cell → the place that shows, for the rows that are marked."""
    found = {}
    for top, left, bottom, right in table.spans[:SPANS]:
        for row in (row for row in rows if top < row <= bottom + 1):
            for column in range(left, min(right, table.width) + 1):
                found[f"{letter(column)}{row}"] = f"{letter(left)}{top + 1}"
    return found


def _reasons(issues: list[Issue], table: Table, row: int) -> str:
    """What is wrong with a row, a line each; a row that does not fit under its head is told as it stood."""
    lines = [
        f"{SIGNS[issue.severity]} {' '.join(filter(None, (issue.column, issue.header)))}：{issue.why}"
        for issue in sorted(issues, key=lambda one: one.severity != ERROR)
    ]
    if row - 1 in table.ragged:
        lines.append("原来这一行：" + " | ".join(str(cell) for cell in table.rows[row - 1]))
    return "\n".join(lines)


def _anew(book: Book, tell: Progress) -> bytes:
    """The rows as they were read, in a workbook of their own; a text stays a text, whatever it looks like."""
    packed = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, options) as made:
        formats = {kind: made.add_format({"num_format": shape}) for kind, shape in SHAPES.items()}
        for number, table in enumerate(book.tables, 1):
            tab = made.add_worksheet(f"表{number}")
            tab.set_column(0, max(table.width - 1, 0), 16)
            for row, cells in enumerate(table.rows):
                if row % TURN == 0:
                    tell(row, len(table.rows), MARKING)
                tab.write_blank(row, 0, None, formats[str])  # so that the row is there, whatever stands in it
                for column, value in enumerate(cells if row not in table.ragged else ()):
                    _write(tab, row, column, value, formats)
            _merge(tab, table, formats)
    return packed.getvalue()


def _write(tab: Any, row: int, column: int, value: Cell, formats: dict[type, Any]) -> None:
    if value == "":
        return
    if isinstance(value, str):
        tab.write_string(row, column, ILLEGAL_CHARACTERS_RE.sub("", value), formats[str])
    elif isinstance(value, bool | int | float):
        tab.write(row, column, value)
    else:
        tab.write_datetime(row, column, value, formats[date if type(value) is date else datetime])


def _merge(tab: Any, table: Table, formats: dict[type, Any]) -> None:
    """Merge what was merged within the table; of cells that overlap the first."""
    for top, left, low, far in table.spans[:SPANS]:
        bottom, right = min(low, len(table.rows) - 1), min(far, table.width - 1)
        if (bottom, right) > (top, left) and bottom >= top and right >= left:
            with suppress(xlsxwriter.exceptions.OverlappingRange):
                tab.merge_range(top, left, bottom, right, "")
                _write(tab, top, left, table.rows[top][left], formats)


def _silent(_done: int, _total: int, _text: str) -> None:
    return
