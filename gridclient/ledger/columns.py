"""How wide each column becomes and how large its words are, from what stands in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from gridclient.errors import Unfit
from gridclient.ledger.sheet import Column, Sheet
from gridclient.ledger.words import PT, Measure, Ruler

SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)  # body, pt
HEAD_SIZE = 12.0
WIDEST = 60.0  # mm: no column asks for more by itself
CROWDED = 1.3  # a size at which the table wants this much more than the page has is too large
TINY = 1e-6


@dataclass(frozen=True)
class Fitted:
    """Columns as they stand on the page: ``edges`` are their left ends and the last right end, from 0, in mm."""

    body: Ruler
    head: Ruler
    widths: tuple[float, ...]
    edges: tuple[float, ...]
    pad: float

    def inner(self, column: int, count: int = 1) -> float:
        """The width for words in so many columns from this one."""
        return self.edges[column + count] - self.edges[column] - 2 * self.pad


@dataclass(frozen=True)
class Wish:
    """What one column needs, in mm at one pt: no less than ``least``, ``enough`` to stay on one line mostly."""

    least: float
    enough: float
    head: float


def fit(sheet: Sheet, measure: Measure, width: float) -> Fitted:
    """Choose size and widths; Unfit when not even one character fits into each column."""
    wishes = [_wish(column, _texts(sheet, index), measure) for index, column in enumerate(sheet.columns)]
    pad = 1.2 if len(wishes) <= 12 else 0.8 if len(wishes) <= 24 else 0.5
    size = next((s for s in SIZES if _comfortable(wishes, s, pad, width)), SIZES[-1])
    head = min(HEAD_SIZE, size + 1.5) if len(wishes) <= 9 else min(HEAD_SIZE, size + 0.5)
    least = [max(w.least * size, w.head * head) + 2 * pad for w in wishes]
    enough = [max(w.enough * size + 2 * pad, low) for w, low in zip(wishes, least, strict=True)]
    widths = _shared(least, enough, [c.weight for c in sheet.columns], width, size * PT * 1.1 + 2 * pad)
    edges = (0.0, *accumulate(widths))
    return Fitted(Ruler(measure, size), Ruler(measure, head, bold=True), tuple(widths), edges, pad)


def _texts(sheet: Sheet, index: int) -> set[str]:
    return {line for row in sheet.rows for line in row.cells[index].split("\n")}


def _wish(column: Column, texts: set[str], measure: Measure) -> Wish:
    """Widths at one point. One very long name among thousands does not make its column wide: it is wrapped."""
    widths = sorted(measure(text, 10.0, False) / 10 for text in texts) or [0.0]
    unbroken = column.kind in ("id", "number")
    enough = widths[-1] if unbroken or len(widths) < 20 else widths[int(len(widths) * 0.97) - 1]
    least = widths[-1] if unbroken else min(enough, 2.2 * PT)
    label = len(column.label)
    letters = ceil(label / (1 if label <= 2 else 2 if label <= 6 else 3))
    head = max((measure(c, 10.0, True) / 10 for c in column.label), default=0.0) * letters
    return Wish(min(least, WIDEST / 10), min(enough, WIDEST / 10), head * 1.02)


def _comfortable(wishes: Sequence[Wish], size: float, pad: float, width: float) -> bool:
    enough = sum(max(w.enough, w.head) * size + 2 * pad for w in wishes)
    least = sum(max(w.least, w.head) * size + 2 * pad for w in wishes)
    return least <= width and enough <= width * CROWDED


def _shared(
    least: list[float], enough: list[float], weights: list[float], width: float, letter: float
) -> list[float]:
    """Share the width: first what each must have, then what it would like, then the rest by weight."""
    if letter * len(least) > width + TINY:
        raise Unfit("列太多，纸上排不下", "请减少列，或改用 A3 横向。")
    spare = width - sum(enough)
    if spare >= 0:
        by = [0.6 * _part(w, weights) + 0.4 * _part(e, enough) for w, e in zip(weights, enough, strict=True)]
        return [e + spare * _part(b, by) for e, b in zip(enough, by, strict=True)]
    if sum(least) <= width:
        return _between(least, enough, width)
    return _between([letter] * len(least), [max(low, letter) for low in least], width)


def _between(low: list[float], high: list[float], width: float) -> list[float]:
    """Widths between both bounds that add up: short columns get all they ask for, long texts share what is left."""
    floor, ceiling = 0.0, max(high)
    for _step in range(40):
        level = (floor + ceiling) / 2
        found = [min(max(level, a), b) for a, b in zip(low, high, strict=True)]
        floor, ceiling = (floor, level) if sum(found) > width else (level, ceiling)
    return [min(max(floor, a), b) for a, b in zip(low, high, strict=True)]


def _part(value: float, of: list[float]) -> float:
    whole = sum(of)
    return value / whole if whole > TINY else 0.0
