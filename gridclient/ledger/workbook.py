"""A sheet as an xlsx workbook: the same title, heads, rows and totals as on paper, ready to print on the same paper.

Every cell of a register keeps its own value, common ones are not merged: a workbook is sorted, filtered and read in
again, paper is not. Numbers that are names (identity, telephone, household, door) are text. Rows are as high as on paper
and pages end where they end there.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from math import ceil
from pathlib import Path
import re
from typing import Any

import xlsxwriter

from gridclient.errors import Unfit
from gridclient.ledger import codes
from gridclient.ledger.cards import page_counts
from gridclient.ledger.figures import Figures, figures
from gridclient.ledger.layout import Places, places
from gridclient.ledger.outfile import put
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.words import Measure, plain_measure
from gridclient.ledger.workbook_cards import CardPage
from gridclient.ledger.worksheet import BOOK, POINTS, Styles, Worksheet

MOST_ROWS = 1_048_000
MOST_BREAKS = 1023
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
HIGHEST = 409.0  # pt: no row of a workbook is higher
STEP = 0.75  # pt: Excel rounds heights to pixels
SMALLER = 0.5  # pt: words stay in their lines also where another font is a little wider
OFTEN = 200  # rows between two words on how far it is
Progress = Callable[[int, int, str], object]  # rows written, rows in all, that in words; may raise to stop


def write_workbook(
    sheet: Sheet, path: Path, measure: Measure = plain_measure, progress: Progress | None = None
) -> None:
    """Write the sheet to ``path``, whole or not at all; NoSpace or Unfit with a sentence when it cannot be.

    With the ``measure`` of the paper, its pages are those of the paper.
    """
    put(path, workbook_bytes(sheet, measure, progress))


def workbook_bytes(sheet: Sheet, measure: Measure = plain_measure, progress: Progress | None = None) -> bytes:
    """The workbook as it would lie on the disk; Unfit when it has more rows than Excel can hold."""
    if len(sheet.rows) > MOST_ROWS:
        raise Unfit("行数太多，Excel 装不下", "请按楼栋或网格分开导出。")
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, BOOK)
    book.set_properties({"title": sheet.title, "comments": sheet.mark})
    if sheet.cards:
        _write_cards(book, sheet)
    else:
        tab = book.add_worksheet(_tab(sheet.title))
        _Register(tab, sheet, Styles(book), _placed(sheet, measure)).write(progress)
    book.close()
    return buffer.getvalue()


def _placed(sheet: Sheet, measure: Measure) -> Places:
    """Where the rows stand when each has its own cells, and none in common with its neighbours."""
    columns = tuple(replace(c, once=c.once and c.kind == "code") for c in sheet.columns)
    return places(replace(sheet, columns=columns), measure)


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

    def __init__(self, tab: Any, sheet: Sheet, styles: Styles, placed: Places) -> None:
        super().__init__(tab, sheet, styles)
        self.placed = placed
        self.size = placed.fitted.body.size - SMALLER
        self.whole = figures(sheet, "合计", sheet.rows)

    def write(self, progress: Progress | None) -> None:
        """Write title, heads, rows, figures and signatures, and where the pages end."""
        sheet, count = self.sheet, len(self.sheet.columns)
        self.widths(self.placed.fitted.edges)
        first = self._two_heads(self.above(count, sheet.heading), self.placed.fitted.head.size - SMALLER)
        self.tab.repeat_rows(0, first - 1)
        self.tab.freeze_panes(first, 0)
        if sheet.rows:
            self.tab.autofilter(first - 1, 0, first - 1 + len(sheet.rows), count - 1)
        self._rows(first, progress)
        self._codes(first)
        row = self._spare(first + len(sheet.rows), count)
        if sheet.total and (self.whole.words or any(self.whole.sums)):
            self._figures(row, self.whole)
            row += 1
        self.signatures(row, count)
        self.tab.print_area(0, 0, row, count - 1)
        self.tab.set_h_pagebreaks([first + number for number in self.placed.begins[:MOST_BREAKS]])

    def _rows(self, first: int, progress: Progress | None) -> None:
        of = len(self.sheet.rows)
        for number, (line, height) in enumerate(zip(self.sheet.rows, self.placed.heights, strict=True)):
            self._high(first + number, height)
            bold = line.role != "body"
            self.body(first + number, self.sheet.columns, line.cells, self.size, bold=bold)
            if progress and number % OFTEN == 0:
                progress(number, of, f"第 {number + 1} 行，共 {of} 行")

    def _high(self, row: int, height: float) -> None:
        """Make a row as high as so many mm on paper, and not a pixel higher."""
        self.tab.set_row(row, min(height * POINTS // STEP * STEP, HIGHEST))

    def _codes(self, first: int) -> None:
        """The codes beside the rows they belong to: once for rows kept together."""
        places = [i for i, column in enumerate(self.sheet.columns) if column.kind == "code"]
        seen = None
        for number, line in enumerate(self.sheet.rows if places else ()):
            if not line.keep or line.keep != seen:
                for index in places:
                    if line.cells[index]:
                        self.code(first + number, index, line.cells[index], codes.LEAST)
            seen = line.keep

    def _spare(self, row: int, count: int) -> int:
        """Blank rows to the end of the page, as many as on paper; the next free row."""
        for at in range(row, row + self.placed.spare):
            self._high(at, self.placed.least)
            for index in range(count):
                self.tab.write_blank(at, index, None, self.styles.get(self.size))
        return row + self.placed.spare

    def _two_heads(self, row: int, size: float) -> int:
        """The head of the table, in two rows when some columns have a common one; gives the first row of the body."""
        columns, style = self.sheet.columns, self.styles.get(size, bold=True)
        upper, lower = self.placed.heads
        if not self.sheet.two_heads:
            self.heads(row, columns, size)
            self._high(row, lower)
            return row + 1
        self.heads(row + 1, columns, size)
        for words, first, count in self.sheet.heads():
            if words:
                self.across(row, first, count, words, style)
            else:
                self.tab.merge_range(row, first, row + 1, first, "", style)
                self.tab.write_string(row, first, columns[first].label, style)
        self._high(row, upper)
        self._high(row + 1, lower)
        return row + 2

    def _figures(self, row: int, shown: Figures) -> None:
        style = self.styles.get(self.size, bold=True)
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
