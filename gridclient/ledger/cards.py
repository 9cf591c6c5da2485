"""Cards on paper: one form per record, a grid of labels and values with small tables between them. Pure; mm.

A card that would run a little over its page is set closer, then without spare lines for the pen, then smaller: a second
page with three lines on it is no form. One that leaves room gets more lines in the table that may grow,
and higher ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from gridclient.ledger.columns import Fitted, fit
from gridclient.ledger.furniture import Furniture
from gridclient.ledger.page import Canvas, Page, Pages
from gridclient.ledger.sheet import Align, Block, Card, Column, Pair, Row, Sheet
from gridclient.ledger.slips import on_sheets
from gridclient.ledger.words import Measure, Ruler

PAD = 1.4
STRETCH = 1.6  # mm: a line becomes no higher than this to fill the page
MOST_WORDS = 20_000  # whose width is remembered
LABEL = (22.0, 34.0)  # narrowest and widest label


@dataclass(frozen=True)
class Setting:
    """How close a card is set: size in pt, the least height of a line, its height beyond the words, and the share of
    the spare lines that stay; one always does.
    """

    size: float
    least: float
    air: float
    spare: float = 1.0


SETTINGS = (
    Setting(10.5, 8.4, 2.4),
    Setting(10.5, 7.2, 1.6),
    Setting(10.5, 7.2, 1.6, spare=0.5),
    Setting(10.5, 7.2, 1.6, spare=0.0),
    Setting(10.0, 6.8, 1.4, spare=0.0),
    Setting(9.5, 6.4, 1.2, spare=0.0),
    Setting(9.0, 5.6, 1.0, spare=0.0),
)


@dataclass(frozen=True)
class Cell:
    """Words in one cell of a band, from ``left`` on, ``width`` mm wide."""

    left: float
    width: float
    lines: tuple[str, ...]
    ruler: Ruler
    align: Align = "left"
    pad: float = PAD


@dataclass(frozen=True)
class Band:
    """One line of the form across the page; ``head`` is repeated above it when it opens a page. More of a band that
    may ``grow`` follow it where there is room.
    """

    cells: tuple[Cell, ...]
    height: float
    head: tuple["Band", ...] = ()
    with_next: bool = False
    grow: bool = False


def card_pages(sheet: Sheet, measure: Measure) -> Pages:
    """Every card on pages, or on slips, of its own, numbered by itself."""
    sets = _sets(sheet, measure)
    places = [(one, number) for one in sets for number in range(len(one.pages))]
    pages = Pages(sheet.title, len(places), lambda index: places[index][0].page(places[index][1]))
    return on_sheets(pages, sheet.paper)


def page_counts(sheet: Sheet, measure: Measure) -> list[int]:
    """How many pages, or slips, each card needs."""
    return [len(one.pages) for one in _sets(sheet, measure)]


def _sets(sheet: Sheet, measure: Measure) -> list["_CardSet"]:
    types = [_Type(sheet, measure, setting) for setting in SETTINGS]
    return [_closest(sheet, card, types) for card in sheet.cards]


def _closest(sheet: Sheet, card: Card, types: Sequence["_Type"]) -> "_CardSet":
    """The card in the roomiest setting in which it has one page, else the fewest there are."""
    tried: list[_CardSet] = []
    for one in types:
        tried.append(_CardSet(sheet, card, one))
        if len(tried[-1].pages) == 1:
            return tried[-1]
    return min(tried, key=lambda made: len(made.pages))


class _Type:
    """What all cards of a sheet are set with in one setting: measured once, and the same columns in every card."""

    def __init__(self, sheet: Sheet, measure: Measure, setting: Setting) -> None:
        self.sheet = sheet
        self.measure = lru_cache(maxsize=MOST_WORDS)(measure)
        self.setting = setting
        self.body = Ruler(self.measure, setting.size)
        self.bold = Ruler(self.measure, setting.size, bold=True)
        self._fitted: dict[tuple[Column, ...], Fitted] = {}

    def fitted(self, columns: tuple[Column, ...]) -> Fitted:
        """How wide the columns of a table are, for what stands in them on any card."""
        if columns not in self._fitted:
            tables = (b.rows for card in self.sheet.cards for b in card.blocks if b.columns == columns)
            rows = tuple(row for rows in tables for row in rows if any(row.cells))
            inner = Sheet("", columns=columns, rows=rows)
            width = self.sheet.paper.frame[2]
            self._fitted[columns] = fit(inner, self.measure, width, head_size=self.setting.size)
        return self._fitted[columns]


class _CardSet:
    """The pages of one card in one setting."""

    def __init__(self, sheet: Sheet, card: Card, type_: _Type) -> None:
        self.paper = sheet.paper
        self.setting, self.fitted = type_.setting, type_.fitted
        self.body, self.bold = type_.body, type_.bold
        self.furniture = Furniture(sheet, type_.measure, card.heading, card.code)
        self.room = self.furniture.bottom - self.furniture.top()
        names = [self.body.width(pair.label) + 2 * PAD for block in card.blocks for pair in block.pairs]
        self.label = min(max(LABEL[0], *names, 0.0), LABEL[1])
        bands = [piece for block in card.blocks for band in self._block(block) for piece in self._cut(band)]
        self.pages = self._filled(bands)

    def page(self, number: int) -> Page:
        canvas, furniture = Canvas(), self.furniture
        top = y = furniture.draw_top(canvas, number, len(self.pages))
        for band in self.pages[number]:
            y = self._draw(canvas, band, y)
        canvas.frame(furniture.left, top, furniture.width, max(y, top + self.setting.least) - top)
        if number == len(self.pages) - 1:
            furniture.draw_signature(canvas, y)
        size = (self.paper.width, self.paper.height)
        return Page(number + 1, len(self.pages), *size, tuple(canvas.texts), tuple(canvas.lines))

    def _draw(self, canvas: Canvas, band: Band, y: float) -> float:
        left, bottom = self.furniture.left, y + band.height
        for cell in band.cells:
            box = (left + cell.left + cell.pad, y, cell.width - 2 * cell.pad, band.height)
            canvas.words(cell.lines, cell.ruler, box, align=cell.align)
            if cell.left:
                canvas.rule(left + cell.left, y, left + cell.left, bottom)
        canvas.rule(left, bottom, left + self.furniture.width, bottom)
        return bottom

    def _filled(self, bands: Sequence[Band]) -> list[list[Band]]:
        pages: list[list[Band]] = [[]]
        for index, band in enumerate(bands):
            used = sum(b.height for b in pages[-1])
            if pages[-1] and used + self._needed(bands, index) > self.room:
                pages.append(list(band.head))
            pages[-1].append(band)
        used = sum(b.height for b in pages[-1])
        if len(pages[-1]) > 1 and used + self.furniture.signature_height > self.room:
            last = pages[-1].pop()
            pages.append([*last.head, last])
        self._grow(pages[-1])
        self._stretch(pages[-1])
        return pages

    def _grow(self, page: list[Band]) -> None:
        """Fill what is left of the last page with blank lines of the table that may grow."""
        at = next((n for n in range(len(page) - 1, -1, -1) if page[n].grow), None)
        if at is None:
            return
        left = self.room - self.furniture.signature_height - sum(band.height for band in page)
        empty = self._emptied(page[at])
        page[at + 1 : at + 1] = [empty] * max(0, int(left / empty.height))

    def _stretch(self, page: list[Band]) -> None:
        """Give every line of the last page a little more height where the page is nearly full."""
        left = self.room - self.furniture.signature_height - sum(band.height for band in page)
        more = min(left / max(1, len(page)), STRETCH)
        page[:] = [replace(band, height=band.height + more) for band in page]

    def _emptied(self, band: Band) -> Band:
        return self._band(tuple(replace(cell, lines=()) for cell in band.cells), head=band.head)

    def _needed(self, bands: Sequence[Band], index: int) -> float:
        """The height of a band with all that must not be parted from it: a title alone at the end is no title."""
        height = bands[index].height
        while bands[index].with_next and index + 1 < len(bands):
            index += 1
            height += bands[index].height
        return min(height, self.room)

    def _cut(self, band: Band) -> Iterator[Band]:
        """A band taller than a page in pieces that are not."""
        room = self.room - sum(b.height for b in band.head)
        if band.height <= room:
            yield band
            return
        line = self.body.line
        whole = int((room - self.setting.air) / line)
        most = max(len(cell.lines) for cell in band.cells)
        for start in range(0, most, whole):
            cells = tuple(replace(c, lines=c.lines[start : start + whole]) for c in band.cells)
            yield self._band(cells, head=band.head)

    def _band(
        self, cells: tuple[Cell, ...], *, lines: int = 1, head: tuple[Band, ...] = (), with_next: bool = False
    ) -> Band:
        tallest = max((len(cell.lines) * cell.ruler.line for cell in cells), default=0.0)
        air = self.setting.air
        height = max(self.setting.least, tallest + air, lines * self.body.line + air)
        return Band(cells, height, head, with_next)

    def _block(self, block: Block) -> Iterator[Band]:
        if block.title:
            cell = Cell(0.0, self.furniture.width, (block.title,), self.bold, "center")
            yield self._band((cell,), with_next=True)
        yield from self._grid(block)
        if block.columns:
            yield from self._table(block)

    def _grid(self, block: Block) -> Iterator[Band]:
        step = self.furniture.width / block.across
        for row in _lines_of(block):
            cells: list[Cell] = []
            place = 0
            for pair in row:
                span = block.across - place if pair is row[-1] else pair.span
                cells += self._pair(pair, place * step, span * step)
                place += span
            yield self._band(tuple(cells), lines=max(pair.lines for pair in row))

    def _pair(self, pair: Pair, left: float, width: float) -> tuple[Cell, Cell]:
        label = self.label
        name = self.body.wrap(pair.label, label - 2 * PAD)
        value = self.body.wrap(pair.value, width - label - 2 * PAD)
        return (
            Cell(left, label, name, self.body, "center"),
            Cell(left + label, width - label, value, self.body),
        )

    def _table(self, block: Block) -> Iterator[Band]:
        fitted = self.fitted(block.columns)
        labels = [column.label for column in block.columns]
        head = self._table_band(labels, ["center"] * len(labels), fitted, bold=True)
        head = replace(head, with_next=bool(block.rows))
        yield head
        aligns = [column.align for column in block.columns]
        for row in self._shown(block):
            band = self._table_band(row.cells, aligns, fitted)
            yield replace(band, head=(replace(head, with_next=False),), grow=block.grow)

    def _shown(self, block: Block) -> list[Row]:
        """The rows of a table, and of the blank ones after them as many as the setting leaves."""
        written = [row for row in block.rows if any(row.cells)]
        blank = block.rows[len(written) :]
        return [*written, *blank[: max(1, round(len(blank) * self.setting.spare))]]

    def _table_band(
        self, words: Sequence[str], aligns: Sequence[Align], fitted: Fitted, *, bold: bool = False
    ) -> Band:
        ruler, edges = fitted.head if bold else fitted.body, fitted.edges
        broken = ruler.balanced if bold else ruler.wrap
        cells = (
            Cell(left, right - left, broken(text, right - left - 2 * fitted.pad), ruler, align, fitted.pad)
            for (left, right), text, align in zip(pairwise(edges), words, aligns, strict=True)
        )
        return self._band(tuple(cells))


def _lines_of(block: Block) -> Iterator[list[Pair]]:
    """The pairs of each line of the grid; one that does not fit any more begins the next."""
    line: list[Pair] = []
    used = 0
    for pair in block.pairs:
        span = min(pair.span, block.across)
        if line and used + span > block.across:
            yield line
            line, used = [], 0
        line.append(replace(pair, span=span))
        used += span
    if line:
        yield line
