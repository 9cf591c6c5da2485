"""A ledger page as data: what stands on the paper, before anyone knows how wide a character is.

Preview, printer, PDF and workbook are all made from one :class:`Sheet`, so they cannot differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field as part
from itertools import groupby
from typing import Literal

import msgspec

Align = Literal["left", "center", "right"]
CellKind = Literal["text", "number", "id", "tick", "code"]
Role = Literal["body", "subtotal"]

SIZES = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}  # portrait, mm


@dataclass(frozen=True)
class Paper:
    """The sheet of paper: ``margins`` are top, right, bottom, left in mm; ``binding`` widens the left one (装订边).

    So many ``slips`` of equal height stand one above the other on it; ``height`` and ``frame`` are those of one.
    """

    size: Literal["A4", "A3"] = "A4"
    landscape: bool = False
    margins: tuple[float, float, float, float] = (14.0, 12.0, 10.0, 12.0)
    binding: float = 8.0
    slips: int = 1

    @property
    def width(self) -> float:
        return SIZES[self.size][1 if self.landscape else 0]

    @property
    def height(self) -> float:
        return SIZES[self.size][0 if self.landscape else 1] / self.slips

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """What may be written on: left, top, width and height in mm."""
        top, right, bottom, left = self.margins
        left += self.binding
        return left, top, self.width - left - right, self.height - top - bottom


@dataclass(frozen=True)
class Column:
    """One column. ``parent`` merges it with its neighbours under a common head; ``weight`` is its share of spare width
    (0: as its content needs); ``once`` prints its value once for all rows kept together; ``summed`` adds it up. Of the
    kind ``code`` it holds references, which are drawn as square codes.
    """

    label: str
    parent: str = ""
    weight: float = 0.0
    align: Align = "center"
    kind: CellKind = "text"
    once: bool = False
    summed: bool = False


@dataclass(frozen=True)
class Row:
    """One line of the table. Neighbours with the same ``keep`` stay on one page; ``tally`` counts for the totals;
    ``ref`` tells a line of the same record again in another sheet.
    """

    cells: tuple[str, ...]
    keep: str = ""
    tally: tuple[int, ...] = ()
    role: Role = "body"
    ref: str = ""


@dataclass(frozen=True)
class Tally:
    """One figure of the total line: ``words`` holds ``{}`` for it; a ``quiet`` one is left out when zero."""

    words: str
    quiet: bool = False


@dataclass(frozen=True)
class Pair:
    """A label and its value on a card; ``span`` counts pairs of the grid, ``lines`` is the least height."""

    label: str
    value: str
    span: int = 1
    lines: int = 1


@dataclass(frozen=True)
class Block:
    """One part of a card: a grid of pairs, ``across`` to a line, or a small table with its own columns and rows.

    A table that may ``grow`` goes on with blank rows to the end of the page.
    """

    title: str = ""
    across: int = 2
    pairs: tuple[Pair, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    grow: bool = False


@dataclass(frozen=True)
class Card:
    """One form about one record; it begins on a page, or a slip, of its own and is numbered by itself.

    ``code`` is the reference of the household it is about, drawn beside the title.
    """

    name: str
    heading: tuple[str, ...]
    blocks: tuple[Block, ...]
    code: str = ""


@dataclass(frozen=True)
class Sheet:
    """A whole ledger: a register (``columns`` and ``rows``) or a stack of ``cards``.

    ``heading`` is the line above the table, spread from left to right. ``mark`` is the small line with user and time.
    ``persons`` is how many persons it shows, ``masked`` whether their private values are starred: both go into the log.
    The rows of a sheet for the ``pen`` are high enough to write in.
    """

    title: str
    subtitles: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    cards: tuple[Card, ...] = ()
    tallies: tuple[Tally, ...] = ()
    total: bool = True
    page_total: bool = False
    signatures: tuple[str, ...] = ()
    sign_every_page: bool = False
    fill_blank_rows: bool = False
    paper: Paper = part(default_factory=Paper)
    mark: str = ""
    masked: bool = True
    persons: int = 0
    pen: bool = False

    @property
    def two_heads(self) -> bool:
        """True when some columns stand under a common head."""
        return any(c.parent for c in self.columns)

    def blocks(self) -> Iterator[tuple[Row, ...]]:
        """Rows that belong together, in order; a row without a ``keep`` is alone."""
        numbered = enumerate(self.rows)
        for _key, found in groupby(numbered, lambda one: one[1].keep or one[0]):
            yield tuple(row for _n, row in found)

    def heads(self) -> list[tuple[str, int, int]]:
        """The upper head row: words, first column and how many columns; words are empty over a column of its own."""
        return merged_heads(self.columns)


def merged_heads(columns: tuple[Column, ...]) -> list[tuple[str, int, int]]:
    """Neighbouring columns with the same ``parent`` as (parent, first, count); others alone with an empty parent."""
    found: list[tuple[str, int, int]] = []
    for index, column in enumerate(columns):
        if column.parent and found and found[-1][0] == column.parent:
            words, first, count = found[-1]
            found[-1] = (words, first, count + 1)
        else:
            found.append((column.parent, index, 1))
    return found


def freeze(sheet: Sheet) -> bytes:
    """The sheet as JSON, to be kept with its number: reprinted a year later it gives the same pages."""
    return msgspec.json.encode(sheet)


def thaw(frozen: bytes) -> Sheet:
    """The sheet that :func:`freeze` put away; msgspec.DecodeError when these bytes are none."""
    return msgspec.json.decode(frozen, type=Sheet)
