"""The person's own workbook with what is wrong marked in it: each bad cell coloured, the reason beside it.

A workbook keeps its looks and its row numbers; other files come back as a workbook of their rows. What is put right in
it may be imported again: rows that are kept already are not brought twice, and the column of reasons is not read.
"""

from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
import warnings
import zipfile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gridclient.exchange.book import Book, Cell, Table
from gridclient.exchange.columns import NOTES
from gridclient.exchange.lines import ERROR, WARNING, Issue
from gridclient.exchange.mapping import recognise
from gridclient.exchange.whole_book import bodies_of

SIGNS = {ERROR: "✕", WARNING: "!"}
FILLS = {ERROR: PatternFill("solid", fgColor="F8C9C4"), WARNING: PatternFill("solid", fgColor="FCE8B2")}
WRAPPED = Alignment(wrap_text=True, vertical="top")
NOTES_WIDTH = 60  # characters
COMMENT_SIZE = (320, 120)  # pixels
WORKBOOKS = (".xlsx", ".xlsm")
Rows = dict[int, list[Issue]]


def error_book(path: Path, book: Book, issues: Sequence[Issue], *, refused: bool) -> bytes:
    """The file at ``path``, read as ``book``, as a workbook with its errors and hints marked.

    With ``refused`` only rows with an error are seen; the others of a workbook are hidden, not taken out.
    """
    own = _own(path)
    copy = own or _anew(book)
    sheets = (
        {sheet.title: sheet for sheet in own.worksheets}
        if own
        else dict(zip([table.name for table in book.tables], copy.worksheets, strict=True))
    )
    told: dict[str, Rows] = defaultdict(lambda: defaultdict(list))
    for issue in issues:
        if issue.severity in SIGNS and issue.row:
            told[issue.sheet][issue.row].append(issue)
    bodies = {found.table.name: found.head.body for found in recognise(book)} | bodies_of(book)
    for table in book.tables:
        if table.name in bodies and table.name in sheets:
            sheet = sheets[table.name]
            _mark(sheet, table, bodies[table.name], told[table.name])
            if refused:
                _hide(sheet, table, bodies[table.name], told[table.name])
    packed = BytesIO()
    copy.save(packed)
    return packed.getvalue()


def _own(path: Path) -> Workbook | None:
    """The workbook as it is; None when the file is of another sort, or of a sort that cannot be written again."""
    if path.suffix.lower() not in WORKBOOKS or not zipfile.is_zipfile(path):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts that are left out, none of which holds rows
        try:
            return load_workbook(path)
        except (KeyError, ValueError, TypeError, OSError):
            return None


def _anew(book: Book) -> Workbook:
    copy = Workbook()
    copy.remove(copy.worksheets[0])
    for number, table in enumerate(book.tables, 1):
        sheet = copy.create_sheet(f"表{number}")
        for row, cells in enumerate(table.rows, 1):
            for column, value in enumerate(cells if row - 1 not in table.ragged else (), 1):
                if value != "":
                    _write(sheet.cell(row, column), value)
        for top, left, bottom, right in table.spans:
            sheet.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
        for column in range(1, table.width + 1):
            sheet.column_dimensions[get_column_letter(column)].width = 16
    return copy


def _write(cell: Any, value: Cell) -> None:
    """Put a value into a cell; a text stays a text, however much it looks like a number or a formula."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"


def _mark(sheet: Worksheet, table: Table, body: int, rows: Rows) -> None:
    notes = table.width + 1
    head = sheet.cell(body, notes, NOTES)
    head.font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(notes)].width = NOTES_WIDTH
    for row, issues in rows.items():
        cell = sheet.cell(row, notes)
        _write(cell, _reasons(issues, table, row))
        cell.alignment = WRAPPED
        places: dict[str, list[Issue]] = defaultdict(list)
        for issue in issues:
            places[issue.column or "A"].append(issue)
        for column, found in places.items():
            _mark_cell(sheet, f"{column}{row}", found)


def _reasons(issues: list[Issue], table: Table, row: int) -> str:
    """What is wrong with a row, a line each; a row that does not fit under its head is told as it stood."""
    lines = [
        f"{SIGNS[issue.severity]} {' '.join(filter(None, (issue.column, issue.header)))}：{issue.why}"
        for issue in sorted(issues, key=lambda one: one.severity != ERROR)
    ]
    if row - 1 in table.ragged:
        lines.append("原来这一行：" + " | ".join(str(cell) for cell in table.rows[row - 1]))
    return "\n".join(lines)


def _mark_cell(sheet: Worksheet, place: str, issues: list[Issue]) -> None:
    cell: Any = sheet[place]
    if isinstance(cell, MergedCell):
        span = next(one for one in sheet.merged_cells.ranges if place in one)
        cell = sheet.cell(span.min_row, span.min_col)
    worst = ERROR if any(issue.severity == ERROR for issue in issues) else WARNING
    cell.fill = FILLS[worst]
    words = [cell.comment.text] if cell.comment else []
    words += [f"{SIGNS[issue.severity]} {issue.why}" for issue in issues]
    cell.comment = Comment("\n".join(words), "导入", COMMENT_SIZE[1], COMMENT_SIZE[0])


def _hide(sheet: Worksheet, table: Table, body: int, rows: Rows) -> None:
    wrong = {row for row, issues in rows.items() if any(issue.severity == ERROR for issue in issues)}
    for row in range(body + 1, len(table.rows) + 1):
        sheet.row_dimensions[row].hidden = row not in wrong
