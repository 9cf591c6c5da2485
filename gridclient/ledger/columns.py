"""How wide each column becomes and how large its words are, from what stands in it. Pure."""

from dataclasses import dataclass
from itertools import accumulate
from math import ceil
import re

from gridclient.errors import Unfit
from gridclient.ledger.figures import figures
from gridclient.ledger.sheet import Column, Sheet
from gridclient.ledger.words import PT, Measure, Ruler

SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0)  # body, pt
HEAD_SIZE = 12.0
WIDEST = 60.0  # mm: no column asks for more by itself
CODE = 12.0  # mm: what the column of codes asks for, white around them included
SAMPLE = 60  # rows looked at to choose the size
READABLE = (
    (1.3, 9.0),
    (2.0, 9.0),
    (2.2, 8.5),
)  # so many lines in a row on average are borne at no less than so many pt
WORD = re.compile(r"[0-9A-Za-z*]+(?:[-.][0-9A-Za-z*]+)*")
LETTER = 1.1 * PT  # mm for each pt: one Chinese character, with a little air
LONG_WORD = 20  # characters: longer ones may be broken
SHORT_TEXT = 4
HEAD_LINES = 7  # of a label
MANY = 20  # different texts from which on the few longest ones may be wrapped
USUALLY_ENOUGH = 1.05  # of what nearly all need: digits are not all of one width
PEN = 1.6  # mm for each pt and each weight: room to write in a column that is empty in every row
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
    """What one column needs, in mm at one pt: no less than ``least``, ``enough`` to stay on one line mostly.

    A ``rigid`` one cannot do with less, while words can be broken further.
    """

    least: float
    enough: float
    head: float
    rigid: bool = False


def fit(sheet: Sheet, measure: Measure, width: float, head_size: float = HEAD_SIZE) -> Fitted:
    """Choose size and widths; Unfit when not even one character fits into each column."""
    sums = figures(sheet, "", sheet.rows).sums
    wishes = [_wish(column, _texts(sheet, i), measure, sums[i]) for i, column in enumerate(sheet.columns)]
    weights = [column.weight for column in sheet.columns]
    pad = 1.2 if len(wishes) <= 12 else 0.8 if len(wishes) <= 24 else 0.5
    sizes = [size for size in SIZES if sum(_floor(wishes, size, pad)) <= width + TINY]
    if not sizes:
        raise Unfit("列太多，纸上排不下", "请减少列，或改用 A3 横向。")
    heads = {size: _head_size(size, len(wishes), head_size) for size in sizes}
    whole = [size for size in sizes if sum(_least(wishes, size, heads[size], pad)) <= width]
    by_size = {size: _widths(wishes, weights, (size, heads[size]), pad, width) for size in whole or sizes}
    size = _readable(sheet, measure, _low(sheet, measure, by_size, heads, pad), pad)
    widths = by_size[size]
    head = Ruler(measure, heads[size], bold=True)
    return Fitted(Ruler(measure, size), head, tuple(widths), (0.0, *accumulate(widths)), pad)


def _head_size(size: float, columns: int, most: float) -> float:
    return min(most, size + (1.5 if columns <= 9 else 0.5))


def _widths(
    wishes: list[Wish], weights: list[float], sizes: tuple[float, float], pad: float, width: float
) -> list[float]:
    size, head = sizes
    least = _least(wishes, size, head, pad)
    enough = [max(w.enough * size + 2 * pad, low) for w, low in zip(wishes, least, strict=True)]
    return _shared(least, enough, weights, width, _floor(wishes, size, pad))


def _floor(wishes: list[Wish], size: float, pad: float) -> list[float]:
    """The widths that hold one character each, or a code."""
    return [(w.least if w.rigid else LETTER) * size + 2 * pad for w in wishes]


def _least(wishes: list[Wish], size: float, head: float, pad: float) -> list[float]:
    """The widths at which no number, short name or label is broken."""
    return [max(w.least * size, w.head * head) + 2 * pad for w in wishes]


def _low(
    sheet: Sheet,
    measure: Measure,
    by_size: dict[float, list[float]],
    heads: dict[float, float],
    pad: float,
) -> dict[float, list[float]]:
    """The sizes at which the head is no tower itself; the smallest when it is one at each."""
    labels = [measure(column.label, 10.0, True) / 10 for column in sheet.columns]
    low = {
        size: widths
        for size, widths in by_size.items()
        if _lines(labels, heads[size], widths, pad) <= HEAD_LINES
    }
    return low or {min(by_size): by_size[min(by_size)]}


def _readable(sheet: Sheet, measure: Measure, by_size: dict[float, list[float]], pad: float) -> float:
    """The largest size at which rows do not become towers; the smallest when they do at every size."""
    step = max(1, len(sheet.rows) // SAMPLE)
    drawn = [column.kind == "code" for column in sheet.columns]
    sample = [
        [
            0.0 if code else measure(cell, 10.0, False) / 10
            for cell, code in zip(row.cells, drawn, strict=True)
        ]
        for row in sheet.rows[::step]
    ]
    towers = {
        size: sum(_lines(cells, size, widths, pad) for cells in sample) / max(1, len(sample))
        for size, widths in by_size.items()
    }
    for lines, least in READABLE:
        for size in by_size:
            if size >= least and towers[size] <= lines:
                return size
    return min(by_size)


def _lines(cells: list[float], size: float, widths: list[float], pad: float) -> int:
    return max((ceil(c * size / (w - 2 * pad + TINY)) for c, w in zip(cells, widths, strict=True)), default=1)


def _texts(sheet: Sheet, index: int) -> set[str]:
    return {line for row in sheet.rows for line in row.cells[index].split("\n")}


def _wish(column: Column, texts: set[str], measure: Measure, total: str) -> Wish:
    """Widths at one point. One very long name among thousands does not make its column wide: it is wrapped."""
    if column.kind == "code":
        return Wish(CODE / min(SIZES), CODE / min(SIZES), 0.0, rigid=True)
    widths = sorted(measure(text, 10.0, False) / 10 for text in texts) or [0.0]
    if not widths[-1]:
        widths = [min(column.weight, 1.0) * PEN]
    unbroken = column.kind in ("id", "number")
    if column.kind == "number":
        widths.append(max(measure(text, 10.0, True) / 10 for text in (total, *texts)))
    enough = widths[-1]
    if not unbroken and len(widths) >= MANY:
        enough = min(enough, USUALLY_ENOUGH * widths[int(len(widths) * 0.97) - 1])
    longest = _longest_pair if column.kind == "tick" else _longest_word
    least = widths[-1] if unbroken else min(enough, max(2.2 * PT, longest(texts, measure)))
    label = len(column.label)
    letters = ceil(label / (1 if label <= 2 else 2 if label <= 6 else 3))
    head = max((measure(c, 10.0, True) / 10 for c in column.label), default=0.0) * letters
    head = max(head, *(measure(c, 10.0, True) / 10 for c in column.parent or " "))
    most = enough if column.kind == "tick" else WIDEST / 10
    return Wish(min(least, most), min(enough, most), head * 1.02)


def _longest_word(texts: set[str], measure: Measure) -> float:
    """The widest number, Latin word or short name, which only looks like itself on one line."""
    words = {word for text in texts if not text.isalpha() for word in WORD.findall(text)}
    words |= {text for text in texts if len(text) <= SHORT_TEXT}
    return max((measure(word, 10.0, False) / 10 for word in words if len(word) <= LONG_WORD), default=0.0)


def _longest_pair(texts: set[str], measure: Measure) -> float:
    """The widest two neighbouring answers of a list with boxes: fewer to a line would make a tower of it."""
    answers = [text.split() for text in texts]
    pairs = (" ".join(found[i : i + 2]) for found in answers for i in range(max(1, len(found) - 1)))
    return max((measure(pair, 10.0, False) / 10 for pair in pairs), default=0.0)


def _shared(
    least: list[float], enough: list[float], weights: list[float], width: float, floor: list[float]
) -> list[float]:
    """Share the width: first what each must have, then what it would like, then the rest by weight."""
    spare = width - sum(enough)
    if spare >= 0:
        by = [0.6 * _part(w, weights) + 0.4 * _part(e, enough) for w, e in zip(weights, enough, strict=True)]
        return [e + spare * _part(b, by) for e, b in zip(enough, by, strict=True)]
    if sum(least) <= width:
        return _between(least, enough, [1 + w for w in weights], width)
    return _between(floor, list(map(max, least, floor)), [1.0] * len(least), width)


def _between(low: list[float], high: list[float], weights: list[float], width: float) -> list[float]:
    """Widths between both bounds that add up: short columns get all they ask for, long texts share what is left."""

    def at(level: float) -> list[float]:
        return [min(max(level * w, a), b) for a, b, w in zip(low, high, weights, strict=True)]

    floor, ceiling = 0.0, max(high)
    for _step in range(40):
        level = (floor + ceiling) / 2
        floor, ceiling = (floor, level) if sum(at(level)) > width else (level, ceiling)
    return at(floor)


def _part(value: float, of: list[float]) -> float:
    whole = sum(of)
    return value / whole if whole > TINY else 0.0
