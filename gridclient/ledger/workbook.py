"""A sheet as an xlsx workbook: the same title, heads, rows and totals as on paper, ready to print on the same paper.

Every cell of a register keeps its own value, common ones are not merged: a workbook is sorted, filtered and read in
again, paper is not. Numbers that are names (identity, telephone, household, door) are text.
"""

from collections.abc import Sequence
from io import BytesIO
from math import ceil
from pathlib import Path
import re
from typing import Any

import xlsxwriter

from gridclient.errors import Unfit
from gridclient.ledger import codes
from gridclient.ledger.cards import page_counts
from gridclient.ledger.columns import fit
from gridclient.ledger.figures import Figures, figures
from gridclient.ledger.layout import spare_rows
from gridclient.ledger.outfile import put
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.words import plain_measure
from gridclient.ledger.workbook_cards import CardPage
from gridclient.ledger.worksheet import Styles, Worksheet

MOST_ROWS = 1_048_000
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
PEN_ROW = 24.0  # pt: a row that is written in
CODE_ROW = 34.0  # pt: a row with a code


def write_workbook(sheet: Sheet, path: Path) -> None:
    """Write the sheet to ``path``, whole or not at all; NoSpace or Unfit with a sentence when it cannot be."""
    put(path, workbook_bytes(sheet))


def workbook_bytes(sheet: Sheet) -> bytes:
    """The workbook as it would lie on the disk; Unfit when it has more rows than Excel can hold."""
    if len(sheet.rows) > MOST_ROWS:
        raise Unfit("行数太多，Excel 装不下", "请按楼栋或网格分开导出。")
    buffer = BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": sheet.title, "comments": sheet.mark})
    if sheet.cards:
        _write_cards(book, sheet)
    else:
        _Register(book.add_worksheet(_tab(sheet.title)), sheet, Styles(book)).write()
    book.close()
    return buffer.getvalue()


def _write_cards(book: Any, sheet: Sheet) -> None:
    """A worksheet for each card, or for the slips of one sheet of paper."""
    styles, slips, counts = Styles(book), sheet.paper.slips, page_counts(sheet, plain_measure)
    starts = range(0, len(sheet.cards), slips)
    for start, name in zip(starts, _names([sheet.cards[at].name for at in starts]), strict=True):
        pages = ceil(sum(counts[start : start + slips]) / slips)
        cards = sheet.cards[start : start + slips]
        CardPage(book.add_worksheet(name), sheet, styles).write(cards, pages)


class _Register(Worksheet):
    """A table."""

    def write(self) -> None:
        sheet, columns = self.sheet, self.sheet.columns
        fitted = fit(sheet, plain_measure, sheet.paper.frame[2])
        self.widths(fitted)
        size, count = fitted.body.size, len(columns)
        row = self._two_heads(self.above(count, sheet.heading), fitted.head.size)
        self.tab.repeat_rows(0, row - 1)
        self.tab.freeze_panes(row, 0)
        if sheet.rows:
            self.tab.autofilter(row - 1, 0, row - 1 + len(sheet.rows), count - 1)
        for line in sheet.rows:
            self.body(row, columns, line.cells, size, bold=line.role != "body")
            row += 1
        self._codes(row - len(sheet.rows))
        row = self._spare(row, count, size)
        whole = figures(sheet, "合计", sheet.rows)
        if sheet.total and (whole.words or any(whole.sums)):
            self._figures(row, whole, size)
            row += 1
        self.signatures(row, count)
        self.tab.print_area(0, 0, row, count - 1)

    def _codes(self, first: int) -> None:
        """The codes beside the rows they belong to: once for rows kept together."""
        places = [i for i, column in enumerate(self.sheet.columns) if column.kind == "code"]
        if self.sheet.pen or places:
            for number in range(len(self.sheet.rows)):
                self.tab.set_row(first + number, CODE_ROW if places else PEN_ROW)
        seen = None
        for number, line in enumerate(self.sheet.rows):
            if not line.keep or line.keep != seen:
                for index in places:
                    if line.cells[index]:
                        self.code(first + number, index, line.cells[index], codes.LEAST + 2.0)
            seen = line.keep

    def _spare(self, row: int, count: int, size: float) -> int:
        """Blank rows to the end of the page, as many as on paper; the next free row."""
        spare = spare_rows(self.sheet)
        for at in range(row, row + spare):
            self.tab.set_row(at, PEN_ROW)
            for index in range(count):
                self.tab.write_blank(at, index, None, self.styles.get(size))
        if spare and not self.sheet.rows:
            self.tab.fit_to_pages(1, 1)
        return row + spare

    def _two_heads(self, row: int, size: float) -> int:
        """The head of the table, in two rows when some columns have a common one; gives the first row of the body."""
        columns, style = self.sheet.columns, self.styles.get(size, bold=True)
        if not self.sheet.two_heads:
            self.heads(row, columns, size)
            self.tab.set_row(row, 30.0)
            return row + 1
        self.heads(row + 1, columns, size)
        for words, first, count in self.sheet.heads():
            if words:
                self.across(row, first, count, words, style)
            else:
                self.tab.merge_range(row, first, row + 1, first, "", style)
                self.tab.write_string(row, first, columns[first].label, style)
        for at in (row, row + 1):
            self.tab.set_row(at, 22.0)
        return row + 2

    def _figures(self, row: int, shown: Figures, size: float) -> None:
        style = self.styles.get(size, bold=True)
        first = next((i for i, words in enumerate(shown.sums) if words and i), len(shown.sums))
        label = "　".join(words for words in (shown.label, shown.words) if words)
        self.across(row, 0, first, label, style)
        for index in range(first, len(shown.sums)):
            words = shown.sums[index]
            if words:
                self.tab.write_number(row, index, float(words), style)
            else:
                self.tab.write_blank(row, index, None, style)
        self.tab.set_row(row, 20.0)


def _names(wanted: Sequence[str]) -> list[str]:
    """Names a worksheet may bear, each different."""
    used: set[str] = set()
    found = []
    for number, words in enumerate(wanted, 1):
        name = _tab(words)
        if name.casefold() in used:
            name = f"{name[:24]} {number}"
        used.add(name.casefold())
        found.append(name)
    return found


def _tab(name: str) -> str:
    return FORBIDDEN.sub("", name)[:31].strip() or "台账"
