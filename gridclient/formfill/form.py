"""A department's own form as it was found: its head, where its rows begin and end, and what its lists allow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field as part
from hashlib import sha256
from io import BytesIO
from pathlib import Path
import re
from typing import Any
import warnings

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.worksheet import Worksheet

from gridclient.errors import UnreadableFile
from gridclient.exchange.book import Table, letter
from gridclient.exchange.columns import Head, plain, plainest_head
from gridclient.exchange.reader import read
from gridclient.formfill.graft import newer_lists

TOTAL = re.compile(r"^(小计|合计|总计|本页|累计|共计)|(小计|合计)$")
SIGNED = re.compile(r"^(?!示?例|样例)[^\d:：]{1,20}[:：]")
WIDE = 3  # columns merged in one row: a sentence below the table, no row of it
AS_XLSX = "请在 Excel 或 WPS 中打开它，点“文件”→“另存为”，类型选“Excel 工作簿（*.xlsx）”，再选那一份。"
Find = Callable[[Table], Head | None]


@dataclass(frozen=True)
class FormColumn:
    """One column of a form: where it stands, its head as printed, and the words its drop-down list allows."""

    index: int
    head: str
    starred: bool = False
    options: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        return letter(self.index)


@dataclass(frozen=True)
class OfficeForm:
    """A form that can be filled. Rows count from 1: the first one for data, and the first one below them (0: none).

    ``old`` is how many rows of data it came with; they are not kept in a filled copy.
    """

    name: str
    sheet: str
    title: str
    columns: tuple[FormColumn, ...]
    body: int
    foot: int
    old: int
    content: bytes = part(repr=False)

    @property
    def digest(self) -> str:
        """What its head is known by, next month too."""
        return sha256("\n".join(plain(c.head) for c in self.columns).encode()).hexdigest()[:24]


def read_form(path: Path, find: Callable[[Table], tuple[float, Head] | None]) -> OfficeForm:
    """The sheet of a workbook that ``find`` says most about; UnreadableFile when it is no .xlsx or has no head."""
    book = read(path)
    content = path.read_bytes()
    if not content.startswith(b"PK") or path.suffix.lower() not in (".xlsx", ""):
        raise UnreadableFile("表格助手只能填 .xlsx 表格", AS_XLSX)
    told = [(found, table) for table in book.tables if (found := find(table))]
    tried = told or [((0.0, head), table) for table in book.tables if (head := plainest_head(table))]
    if not tried:
        raise UnreadableFile("没有找到表头", "表头应当在前 15 行里，至少有两个连着的列名。")
    (_score, head), table = max(tried, key=lambda one: one[0][0])
    return _form(path.name, content, table, head)


def opened(content: bytes) -> Workbook:
    """The workbook, without a word about what openpyxl leaves out (that is put back when a copy is written)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(BytesIO(content))


def _form(name: str, content: bytes, table: Table, head: Head) -> OfficeForm:
    book = opened(content)
    tab = book[table.name]
    under = [bottom for top, _l, bottom, _r in table.spans if top in head.rows]
    body, above = max([*head.rows, *under]) + 2, table.rows[: head.rows[0]]
    rows = list(tab.iter_rows(min_row=body, values_only=True))
    foot = _foot(tab, rows, body, max(c.index for c in head.columns) + 1)
    lists = [(f, MultiCellRange(cells)) for f, cells in newer_lists(content, table.name) if cells]
    lists += [(r.formula1 or "", r.sqref) for r in tab.data_validations.dataValidation if r.type == "list"]
    columns = tuple(
        FormColumn(c.index, c.head, c.starred, _options(book, tab, lists, f"{c.letter}{body}"))
        for c in head.columns
    )
    titles = [str(cell) for row in above for cell in row if isinstance(cell, str) and 3 < len(cell) < 60]
    old = sum(map(_holds, rows[: foot - body] if foot else rows))
    return OfficeForm(name, table.name, titles[0] if titles else "", columns, body, foot, old, content)


def _foot(tab: Worksheet, rows: Sequence[Sequence[Any]], body: int, width: int) -> int:
    """The first row that is a total, a signature or a sentence; 0 when the table goes on to its end."""
    wide = {
        merged.min_row
        for merged in tab.merged_cells.ranges
        if merged.min_row == merged.max_row
        and merged.min_col == 1
        and merged.size["columns"] >= min(WIDE, width)
    }
    for row, values in enumerate(rows, body):
        first = next((str(v).strip() for v in values if v is not None and str(v).strip()), "")
        if TOTAL.search(plain(first)) or SIGNED.match(first) or (first and row in wide):
            return row
    return 0


def _holds(values: Sequence[Any]) -> bool:
    """Whether a row holds data and not only its number or formulas."""
    told = [v for v in values if v is not None and str(v).strip() and not str(v).startswith("=")]
    return len(told) > 1 or bool(told and not isinstance(told[0], int))


def _options(
    book: Workbook, tab: Worksheet, lists: Sequence[tuple[str, MultiCellRange]], cell: str
) -> tuple[str, ...]:
    """The words that the drop-down list of a cell allows; none when it has no list or one that is computed."""
    return next((_listed(book, tab, formula) for formula, cells in lists if cell in cells), ())


def _listed(book: Workbook, tab: Worksheet, formula: str) -> tuple[str, ...]:
    if formula.startswith('"'):
        return tuple(word.strip() for word in formula.strip('"').split(",") if word.strip())
    formula = formula.lstrip("=")
    if formula in book.defined_names:
        formula = book.defined_names[formula].attr_text or ""
    sheet, _bang, cells = formula.rpartition("!")
    there = sheet.strip("'").replace("''", "'") or tab.title
    if there not in book.sheetnames or not re.fullmatch(r"\$?[A-Z]+\$?\d+(:\$?[A-Z]+\$?\d+)?", cells):
        return ()
    left, top, right, bottom = range_boundaries(cells)
    found = book[there].iter_rows(top, bottom, left, right, values_only=True)
    return tuple(str(v).strip() for row in found for v in row if v is not None and str(v).strip())
