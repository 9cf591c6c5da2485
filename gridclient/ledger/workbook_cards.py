"""Cards as worksheets: the same labels, values, small tables and codes as on paper."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

from gridclient.errors import Unfit
from gridclient.ledger.columns import Fitted, fit
from gridclient.ledger.furniture import CODE_SIZE
from gridclient.ledger.sheet import Block, Card, Sheet
from gridclient.ledger.words import plain_measure
from gridclient.ledger.worksheet import POINTS, Worksheet
from gridclient.rules.references import spaced

CODE = 16.5  # mm: a side of the code with the white around it, as high as title and heading
HIGHEST = 409.0  # pt: no row of a workbook is higher


class CardPage(Worksheet):
    """A card on a worksheet of its own, or the slips of one sheet of paper, over narrow columns of the same width."""

    GRID = 24
    LABEL = 4

    CODE = 3

    def write(self, cards: Sequence[Card], pages: int) -> None:
        """Write these cards one below the other, on no more pages than they have on paper."""
        self.widths([self.sheet.paper.frame[2] * i / self.GRID for i in range(self.GRID + 1)])
        row = 0
        for card in cards:
            row = self._card(card, self._next_slip(row))
        self.tab.print_area(0, 0, row - 1, self.GRID - 1)
        self.tab.fit_to_pages(1, pages)

    def _next_slip(self, row: int) -> int:
        """The row at which the next slip begins: below the line along which the paper is cut."""
        if not row:
            return row
        slip = self.sheet.paper.height * POINTS
        self.height(row, max(1.0, min(slip - self.used % slip, HIGHEST)))
        return row + 1

    def _card(self, card: Card, row: int) -> int:
        row = self._head(card, row) if card.code else self.above(self.GRID, card.heading, row)
        for block in card.blocks:
            row = self._block(row, block)
        self.signatures(row, self.GRID)
        return row + 1

    def _head(self, card: Card, row: int) -> int:
        """Title, heading and, in cells of its own beside them, the code with its digits."""
        beside, plain = self.GRID - self.CODE, self.styles.get(CODE_SIZE, border=False, align="right")
        style = self.styles.get(18.0, bold=True, border=False)
        self.across(row, self.CODE, self.GRID - 2 * self.CODE, self.sheet.title, style)
        self.tab.merge_range(row, beside, row + 1, self.GRID - 1, "", plain)
        self.code(row, beside, card.code, CODE)
        self.parts(row + 1, beside, card.heading)
        self.across(row + 2, beside - 1, self.CODE + 1, spaced(card.code), plain)
        for at, height in enumerate((30.0, 20.0, 10.0)):
            self.height(row + at, height)
        return row + 3

    def _block(self, row: int, block: Block) -> int:
        if block.title:
            self._cells(row, [(self.GRID, block.title, "center")], bold=True)
            row += 1
        step = self.GRID // block.across
        line: list[tuple[int, str, str]] = []
        least = 1
        for pair in block.pairs:
            span = min(pair.span, block.across) * step
            if sum(width for width, _w, _a in line) + span > self.GRID:
                row = self._pairs(row, line, least)
                line, least = [], 1
            least = max(least, pair.lines)
            line += [(self.LABEL, pair.label, "center"), (span - self.LABEL, pair.value, "left")]
        row = self._pairs(row, line, least)
        return self._table(row, block) if block.columns else row

    def _pairs(self, row: int, line: list[tuple[int, str, str]], least: int) -> int:
        """One line of pairs, as high as for so many lines at least; the last value reaches to the edge."""
        if not line:
            return row
        width, words, align = line[-1]
        line[-1] = (width + self.GRID - sum(one[0] for one in line), words, align)
        self._cells(row, line, least=least)
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

    def _cells(
        self, row: int, cells: Sequence[tuple[int, str, str]], *, bold: bool = False, least: int = 1
    ) -> None:
        at, lines = 0, least
        for width, words, align in cells:
            self.across(row, at, width, words, self.styles.get(10.5, bold=bold, align=align, text=True))
            room = width * self.sheet.paper.frame[2] / self.GRID - 2
            parts = (plain_measure(part, 10.5, bold) for part in words.split("\n"))
            lines = max(lines, sum(max(1, ceil(wide / max(1.0, room))) for wide in parts))
            at += width
        self.height(row, 9.0 + 14.5 * lines)


def _spans(fitted: Fitted, grid: int) -> list[int]:
    """How many units of the grid each column takes: at least one, all of them together the whole."""
    edges = [round(edge / fitted.edges[-1] * grid) for edge in fitted.edges]
    for index in range(1, len(edges)):
        edges[index] = max(edges[index], edges[index - 1] + 1)
    edges[-1] = grid
    for index in range(len(edges) - 2, 0, -1):
        edges[index] = min(edges[index], edges[index + 1] - 1)
    return [right - left for left, right in pairwise(edges)]
