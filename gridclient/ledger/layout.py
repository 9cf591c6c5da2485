"""A sheet on paper: which row stands where on which page, down to the last line. Pure; all lengths are mm.

A household's rows stay together where they fit, no row is cut by the end of a page unless it is taller than a whole
one, and the head is repeated on every page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from gridclient.errors import Unfit
from gridclient.ledger import codes
from gridclient.ledger.cards import card_pages
from gridclient.ledger.columns import Fitted, fit
from gridclient.ledger.figures import Figures, figures
from gridclient.ledger.flow import Chunk, Group, grouped, paginate
from gridclient.ledger.furniture import Furniture
from gridclient.ledger.page import Canvas, Page, Pages
from gridclient.ledger.sheet import Row, Sheet
from gridclient.ledger.words import Measure, Ruler, plain_measure

AIR = 1.6  # mm above and below the words of a row
PEN = 8.5  # mm: the least height of a row that is written in
SUM_LABEL = 16.0  # mm: the least room for the word 合计
NOTHING = "（无记录）"
PAGE_SUM = "本页小计"


def layout(sheet: Sheet, measure: Measure = plain_measure) -> Pages:
    """The pages of a sheet; ``measure`` is that of whoever paints them. Unfit when the columns cannot fit."""
    return card_pages(sheet, measure) if sheet.cards else _Register(sheet, measure).pages()


@dataclass(frozen=True)
class Places:
    """Where the rows of a register stand, for whoever prints them from cells; lengths are mm.

    ``heights`` are those of the rows, ``begins`` the first row of every page but the first, ``heads`` the heights of the
    upper and the lower row of heads (the upper one 0 without common heads), ``spare`` how many blank rows of the height
    ``least`` fill the last page.
    """

    fitted: Fitted
    heads: tuple[float, float]
    heights: tuple[float, ...]
    begins: tuple[int, ...]
    spare: int
    least: float


def places(sheet: Sheet, measure: Measure = plain_measure) -> Places:
    """Where the rows of a register stand on its pages; Unfit when the columns cannot fit."""
    return _Register(sheet, measure).places()


class _Register:
    """A table over many pages."""

    def __init__(self, sheet: Sheet, measure: Measure) -> None:
        self.sheet = sheet
        self.furniture = Furniture(sheet, measure)
        self.fitted: Fitted = fit(sheet, measure, self.furniture.width)
        self.bold = Ruler(measure, self.fitted.body.size, bold=True)
        self.inners = [self.fitted.inner(i) for i in range(len(sheet.columns))]
        self.head = _Head(sheet, self.fitted)
        self.least = self.fitted.body.line + (2 * AIR if self.fitted.body.size > 9 else AIR)
        self.least = max(self.least, PEN) if sheet.pen else self.least
        if any(column.kind == "code" for column in sheet.columns):
            codes.load()
        self.code = ceil((codes.LEAST - AIR / 2) / self.fitted.body.line)  # lines of rows kept together
        top = self.furniture.top() + self.head.height
        signature = self.furniture.signature_height
        self.whole = figures(sheet, "合计", sheet.rows)
        labels = ("合计", PAGE_SUM) if sheet.page_total else ("合计",)
        self.sum_height = max(self._sum_height(replace(self.whole, label=label)) for label in labels)
        self.room = self.furniture.bottom - top
        self.room -= signature if sheet.sign_every_page else 0
        self.room -= self.sum_height if sheet.page_total else 0
        self.tail = 0 if sheet.sign_every_page else signature
        self.tail += self.sum_height if self._has_total else 0
        if self.room - self.tail < self.least:
            raise Unfit("表头和签字栏太高，纸上排不下", "请缩短列名、减少列，或改用 A3。")

    @property
    def _has_total(self) -> bool:
        return self.sheet.total and bool(self.whole.words or any(self.whole.sums))

    def pages(self) -> Pages:
        plan = paginate(self._groups(), self.room, self.tail)
        return Pages(self.sheet.title, len(plan), lambda number: self._page(number, plan))

    def places(self) -> Places:
        plan = paginate(self._groups(), self.room, self.tail)
        heights = [0.0] * len(self.sheet.rows)
        begins: list[int] = []
        for chunks in plan:
            begins += [s.number for chunk in chunks for s in chunk.strips if s.begins][:1]
            for chunk in chunks:
                for strip in chunk.strips:
                    heights[strip.number] += strip.height + chunk.spare
        used = sum(chunk.height for chunk in plan[-1])
        spare = max(0, int((self.room - self.tail - used) / self.least)) if self.sheet.fill_blank_rows else 0
        heads = (self.head.upper, self.head.height - self.head.upper)
        return Places(self.fitted, heads, tuple(heights), tuple(begins[1:]), spare, self.least)

    def _groups(self) -> Iterable[Group]:
        once = frozenset(i for i, column in enumerate(self.sheet.columns) if column.once)
        line, number = self.fitted.body.line, 0
        for rows in self.sheet.blocks():
            broken = [self._broken(row, together=len(rows) > 1) for row in rows]
            least = max(self.least, self._coded) if len(rows) == 1 else self.least
            yield grouped(broken, number, once=once, line=line, least=least, room=self.room)
            number += len(rows)

    @property
    def _coded(self) -> float:
        """The height a row has for its code; 0 without."""
        return codes.LEAST + AIR if any(c.kind == "code" for c in self.sheet.columns) else 0.0

    def _broken(self, row: Row, *, together: bool) -> tuple[tuple[str, ...], ...]:
        ruler = self.fitted.body if row.role == "body" else self.bold
        code = self.code if together else 1
        return tuple(
            (text, *("",) * (code - 1)) if column.kind == "code" and text else ruler.wrap(text, inner)
            for text, inner, column in zip(row.cells, self.inners, self.sheet.columns, strict=True)
        )

    def _page(self, number: int, plan: Sequence[Sequence[Chunk]]) -> Page:
        canvas, last = Canvas(), number == len(plan) - 1
        table_top = y = self.furniture.draw_top(canvas, number, len(plan))
        y = self.head.draw(canvas, self.furniture.left, y)
        columns_end = y
        for chunk in plan[number]:
            y = columns_end = self._draw_chunk(canvas, chunk, y)
        if last and self.sheet.fill_blank_rows:
            y = columns_end = self._fill(canvas, y)
        elif not self.sheet.rows:
            y = self._draw_nothing(canvas, y)
        self.head.draw_edges(canvas, self.furniture.left, table_top, columns_end)
        y = self._draw_sums(canvas, y, plan[number], last=last, single=len(plan) == 1)
        canvas.frame(self.furniture.left, table_top, self.furniture.width, y - table_top)
        if last or self.sheet.sign_every_page:
            self.furniture.draw_signature(canvas, y)
        rows = tuple(s.number for chunk in plan[number] for s in chunk.strips if s.begins)
        paper = self.sheet.paper
        return Page(
            number + 1, len(plan), paper.width, paper.height, tuple(canvas.texts), tuple(canvas.lines), rows
        )

    def _draw_chunk(self, canvas: Canvas, chunk: Chunk, y: float) -> float:
        top, bottom = y, y + chunk.height
        for place, strip in enumerate(chunk.strips):
            height = strip.height + chunk.spare
            bold = self.sheet.rows[strip.number].role != "body"
            for index, lines in enumerate(strip.lines):
                if lines and index not in chunk.once:
                    self._draw_cell(canvas, index, lines, (y, height), bold=bold)
            y += height
            for left, right in self._ruled(chunk, last=place == len(chunk.strips) - 1):
                canvas.rule(self.furniture.left + left, y, self.furniture.left + right, y)
        for index in chunk.once:
            self._draw_cell(canvas, index, chunk.strips[0].lines[index], (top, chunk.height))
        return bottom

    def _draw_cell(
        self,
        canvas: Canvas,
        index: int,
        lines: Sequence[str],
        at: tuple[float, float],
        *,
        bold: bool = False,
    ) -> None:
        left = self.furniture.left + self.fitted.edges[index] + self.fitted.pad
        ruler = self.bold if bold else self.fitted.body
        align = self.sheet.columns[index].align
        if self.sheet.columns[index].kind == "code" and lines[0]:
            spare = self.fitted.inner(index) - codes.LEAST
            codes.draw(canvas, lines[0], left + spare / 2, at[0] + (at[1] - codes.LEAST) / 2, codes.LEAST)
            return
        canvas.words(lines, ruler, (left, at[0], self.fitted.inner(index), at[1]), align=align)

    def _ruled(self, chunk: Chunk, *, last: bool) -> Iterable[tuple[float, float]]:
        """Where a line runs below a row: not through a cell that belongs to several rows."""
        edges = self.fitted.edges
        if last or not chunk.once:
            yield 0.0, edges[-1]
            return
        start: float | None = None
        for index in range(len(edges) - 1):
            if index in chunk.once and start is not None:
                yield start, edges[index]
                start = None
            elif index not in chunk.once and start is None:
                start = edges[index]
        if start is not None:
            yield start, edges[-1]

    def _fill(self, canvas: Canvas, y: float) -> float:
        end = self.furniture.bottom - self.tail
        end -= self.sum_height if self.sheet.page_total else 0
        end -= self.furniture.signature_height if self.sheet.sign_every_page else 0
        while y + self.least <= end:
            y += self.least
            canvas.rule(self.furniture.left, y, self.furniture.left + self.furniture.width, y)
        return y

    def _draw_nothing(self, canvas: Canvas, y: float) -> float:
        canvas.words((NOTHING,), self.fitted.body, (self.furniture.left, y, self.furniture.width, self.least))
        canvas.rule(
            self.furniture.left,
            y + self.least,
            self.furniture.left + self.furniture.width,
            y + self.least,
        )
        return y + self.least

    def _draw_sums(
        self, canvas: Canvas, y: float, shown: Sequence[Chunk], *, last: bool, single: bool
    ) -> float:
        if self.sheet.page_total and not single:
            rows = [self.sheet.rows[s.number] for chunk in shown for s in chunk.strips if s.begins]
            y = self._draw_figures(canvas, y, figures(self.sheet, PAGE_SUM, rows))
        if last and self._has_total:
            y = self._draw_figures(canvas, y, self.whole)
        return y

    def _sum_cells(self, shown: Figures) -> list[tuple[int, int, str]]:
        """The cells of a line of figures: first column, count of columns, words."""
        count = len(shown.sums)
        first = next((i for i, text in enumerate(shown.sums) if text and i), None)
        if first is None:
            edges = self.fitted.edges
            first = next((i for i in range(1, count) if edges[i] >= SUM_LABEL), count)
            cells = [(0, first, shown.label)]
            return [*cells, (first, count - first, shown.words)] if first < count else cells
        label = "　".join(words for words in (shown.label, shown.words) if words)
        return [(0, first, label), *((i, 1, shown.sums[i]) for i in range(first, count))]

    def _sum_height(self, shown: Figures) -> float:
        lines = (
            len(self.bold.wrap(words, self.fitted.inner(first, count)))
            for first, count, words in self._sum_cells(shown)
        )
        return max(self.least, max(lines) * self.bold.line + AIR)

    def _draw_figures(self, canvas: Canvas, y: float, shown: Figures) -> float:
        left = self.furniture.left
        for first, count, words in self._sum_cells(shown):
            inner = self.fitted.inner(first, count)
            x = left + self.fitted.edges[first]
            box = (x + self.fitted.pad, y, inner, self.sum_height)
            canvas.words(self.bold.wrap(words, inner), self.bold, box)
            if first:
                canvas.rule(x, y, x, y + self.sum_height)
        bottom = y + self.sum_height
        canvas.rule(left, bottom, left + self.furniture.width, bottom)
        return bottom


class _Head:
    """The head of the table, of one row or of two with common heads."""

    def __init__(self, sheet: Sheet, fitted: Fitted) -> None:
        self.fitted = fitted
        self.heads = sheet.heads()
        self.labels = [c.label for c in sheet.columns]
        self.parents = [c.parent for c in sheet.columns]
        ruler = fitted.head
        self.lines = [ruler.balanced(label, fitted.inner(i)) for i, label in enumerate(self.labels)]
        upper = [len(ruler.wrap(words, fitted.inner(at, n))) for words, at, n in self.heads if words]
        under = [len(lines) for lines, parent in zip(self.lines, self.parents, strict=True) if parent]
        alone = max((len(x) for x, p in zip(self.lines, self.parents, strict=True) if not p), default=0)
        air = 2 * AIR
        self.upper = max(upper) * ruler.line + air if upper else 0.0
        self.height = max(alone * ruler.line + air, self.upper + max(under, default=0) * ruler.line + air)

    def draw(self, canvas: Canvas, left: float, top: float) -> float:
        """Set the words and the lines across; gives the place below."""
        ruler, pad, bottom = self.fitted.head, self.fitted.pad, top + self.height
        for words, first, count in self.heads:
            x, inner = left + self.fitted.edges[first], self.fitted.inner(first, count)
            if words:
                canvas.words(ruler.wrap(words, inner), ruler, (x + pad, top, inner, self.upper))
                canvas.rule(x, top + self.upper, left + self.fitted.edges[first + count], top + self.upper)
            for index in range(first, first + count):
                y = top + (self.upper if words else 0.0)
                box = (left + self.fitted.edges[index] + pad, y, self.fitted.inner(index), bottom - y)
                canvas.words(self.lines[index], ruler, box)
        canvas.rule(left, bottom, left + self.fitted.edges[-1], bottom)
        return bottom

    def draw_edges(self, canvas: Canvas, left: float, top: float, bottom: float) -> None:
        """Rule the lines between the columns, down to where the rows end."""
        inside = {at + i for words, at, count in self.heads if words for i in range(1, count)}
        for index in range(1, len(self.labels)):
            x = left + self.fitted.edges[index]
            canvas.rule(x, top + (self.upper if index in inside else 0.0), x, bottom)
