"""A sheet as an xlsx workbook: the same title, heads, rows and totals as on paper, ready to print on the same paper.

Every cell of a register keeps its own value, common ones are not merged: a workbook is sorted, filtered and read in
again, paper is not. Numbers that are names (identity, telephone, household, door) are text.
"""

from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path
import re
from typing import Any

import xlsxwriter

from gridclient.errors import Unfit
from gridclient.ledger.columns import Fitted, fit
from gridclient.ledger.figures import Figures, figures
from gridclient.ledger.outfile import put
from gridclient.ledger.sheet import Block, Card, Column, Sheet
from gridclient.ledger.words import plain_measure

CHARACTER = 1.95  # mm: one unit of Excel's column width in 宋体 11
PAPERS = {"A4": 9, "A3": 8}
MOST_ROWS = 1_048_000
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
FONT = "宋体"


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
    styles = _Styles(book)
    if sheet.cards:
        for name, card in _named(sheet.cards):
            _CardPage(book.add_worksheet(name), sheet, styles).write(card)
    else:
        _Register(book.add_worksheet(_tab(sheet.title)), sheet, styles).write()
    book.close()
    return buffer.getvalue()


class _Styles:
    """The few cell styles, made once for each workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def get(
        self,
        size: float,
        *,
        bold: bool = False,
        border: bool = True,
        align: str = "center",
        text: bool = False,
    ) -> Any:
        key = (size, bold, border, align, text)
        if key not in self._made:
            look: dict[str, Any] = {"font_name": FONT, "font_size": size, "bold": bold, "align": align}
            look |= {"valign": "vcenter", "text_wrap": True, "border": 1 if border else 0}
            look |= {"num_format": "@"} if text else {}
            self._made[key] = self._book.add_format(look)
        return self._made[key]


class _Paper:
    """What a register and a card have in common: the paper, the lines above and the signatures below."""

    def __init__(self, tab: Any, sheet: Sheet, styles: _Styles) -> None:
        self.tab = tab
        self.sheet = sheet
        self.styles = styles
        self._set_page()

    def _set_page(self) -> None:
        paper, tab = self.sheet.paper, self.tab
        top, right, bottom, left = (side / 25.4 for side in paper.margins)
        tab.set_paper(PAPERS[paper.size])
        if paper.landscape:
            tab.set_landscape()
        tab.set_margins(left + paper.binding / 25.4, right, top, bottom + 0.25)
        tab.fit_to_pages(1, 0)
        tab.center_horizontally()
        mark = self.sheet.mark.replace("&", "&&")
        tab.set_footer(f"&L&8{mark}&C&9第 &P 页 共 &N 页", {"margin": bottom})

    def above(self, count: int, heading: Sequence[str]) -> int:
        """Title and lines over ``count`` columns; gives the next free row."""
        row = 0
        lines = [(self.sheet.title, 18.0, True, 30.0)]
        lines += [(words, 12.0, False, 18.0) for words in self.sheet.subtitles]
        for words, size, bold, height in lines:
            self.across(row, 0, count, words, self.styles.get(size, bold=bold, border=False))
            self.tab.set_row(row, height)
            row += 1
        if heading:
            self._parts(row, count, heading)
            self.tab.set_row(row, 18.0)
            row += 1
        return row

    def signatures(self, row: int, count: int) -> None:
        if self.sheet.signatures:
            self._parts(row, count, self.sheet.signatures)
            self.tab.set_row(row, 26.0)

    def across(self, row: int, first: int, count: int, words: str, style: Any) -> None:
        """One cell over so many columns."""
        if count > 1:
            self.tab.merge_range(row, first, row, first + count - 1, "", style)
        self.tab.write_string(row, first, words, style)

    def _parts(self, row: int, count: int, parts: Sequence[str]) -> None:
        """Parts of one line, each over its share of the columns; joined when there are fewer columns than parts."""
        parts = parts if len(parts) <= count else ("　　".join(parts),)
        edges = [round(i * count / len(parts)) for i in range(len(parts) + 1)]
        for number, words in enumerate(parts):
            last = number == len(parts) - 1 and number > 0
            style = self.styles.get(10.5, border=False, align="right" if last else "left")
            self.across(row, edges[number], edges[number + 1] - edges[number], words, style)

    def widths(self, fitted: Fitted) -> None:
        for index, width in enumerate(fitted.widths):
            self.tab.set_column(index, index, round(width / CHARACTER, 2))

    def heads(self, row: int, columns: Sequence[Column], size: float) -> None:
        style = self.styles.get(size, bold=True)
        for index, column in enumerate(columns):
            self.tab.write_string(row, index, column.label, style)

    def body(
        self, row: int, columns: Sequence[Column], cells: Sequence[str], size: float, *, bold: bool = False
    ) -> None:
        for index, (column, words) in enumerate(zip(columns, cells, strict=True)):
            if column.kind == "number" and NUMBER.fullmatch(words):
                style = self.styles.get(size, bold=bold, align=column.align)
                self.tab.write_number(row, index, float(words), style)
            else:
                style = self.styles.get(size, bold=bold, align=column.align, text=True)
                self.tab.write_string(row, index, words, style)


class _Register(_Paper):
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
        whole = figures(sheet, "合计", sheet.rows)
        if sheet.total and (whole.words or any(whole.sums)):
            self._figures(row, whole, size)
            row += 1
        self.signatures(row, count)
        self.tab.print_area(0, 0, row, count - 1)

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


class _CardPage(_Paper):
    """A card on a worksheet of its own, laid over narrow columns of the same width."""

    GRID = 24
    LABEL = 4

    def write(self, card: Card) -> None:
        unit = self.sheet.paper.frame[2] / self.GRID / CHARACTER
        self.tab.set_column(0, self.GRID - 1, round(unit, 2))
        row = self.above(self.GRID, card.heading)
        for block in card.blocks:
            row = self._block(row, block)
        self.signatures(row, self.GRID)
        self.tab.print_area(0, 0, row, self.GRID - 1)

    def _block(self, row: int, block: Block) -> int:
        if block.title:
            self._cells(row, [(self.GRID, block.title, "center")], bold=True)
            row += 1
        step = self.GRID // block.across
        line: list[tuple[int, str, str]] = []
        for pair in block.pairs:
            span = min(pair.span, block.across) * step
            if sum(width for width, _w, _a in line) + span > self.GRID:
                row = self._pairs(row, line)
                line = []
            line += [(self.LABEL, pair.label, "center"), (span - self.LABEL, pair.value, "left")]
        row = self._pairs(row, line)
        return self._table(row, block) if block.columns else row

    def _pairs(self, row: int, line: list[tuple[int, str, str]]) -> int:
        """One line of pairs; the last value reaches to the edge."""
        if not line:
            return row
        width, words, align = line[-1]
        line[-1] = (width + self.GRID - sum(one[0] for one in line), words, align)
        self._cells(row, line)
        return row + 1

    def _table(self, row: int, block: Block) -> int:
        if len(block.columns) > self.GRID:
            raise Unfit("卡片里的表列太多", f"请减少到 {self.GRID} 列以内。")
        spans = _spans(
            fit(Sheet("", columns=block.columns, rows=block.rows), plain_measure, self.sheet.paper.frame[2]),
            self.GRID,
        )
        self._cells(
            row, [(n, c.label, "center") for n, c in zip(spans, block.columns, strict=True)], bold=True
        )
        for line in block.rows:
            row += 1
            cells = zip(spans, line.cells, block.columns, strict=True)
            self._cells(row, [(n, words, c.align) for n, words, c in cells])
        return row + 1

    def _cells(self, row: int, cells: Sequence[tuple[int, str, str]], *, bold: bool = False) -> None:
        at, lines = 0, 1
        for width, words, align in cells:
            self.across(row, at, width, words, self.styles.get(10.5, bold=bold, align=align, text=True))
            room = width * self.sheet.paper.frame[2] / self.GRID - 2
            lines = max(lines, -(-int(plain_measure(words, 10.5, bold)) // max(1, int(room))))
            at += width
        self.tab.set_row(row, 9.0 + 14.5 * lines)


def _spans(fitted: Fitted, grid: int) -> list[int]:
    """How many units of the grid each column takes: at least one, all of them together the whole."""
    edges = [round(edge / fitted.edges[-1] * grid) for edge in fitted.edges]
    for index in range(1, len(edges)):
        edges[index] = max(edges[index], edges[index - 1] + 1)
    edges[-1] = grid
    for index in range(len(edges) - 2, 0, -1):
        edges[index] = min(edges[index], edges[index + 1] - 1)
    return [right - left for left, right in pairwise(edges)]


def _named(cards: Sequence[Card]) -> list[tuple[str, Card]]:
    """Cards with names a worksheet may bear, each different."""
    used: set[str] = set()
    found = []
    for number, card in enumerate(cards, 1):
        name = _tab(card.name)
        if name.casefold() in used:
            name = f"{name[:24]} {number}"
        used.add(name.casefold())
        found.append((name, card))
    return found


def _tab(name: str) -> str:
    return FORBIDDEN.sub("", name)[:31].strip() or "台账"
