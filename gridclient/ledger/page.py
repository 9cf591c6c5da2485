"""One page as texts and lines in millimetres, ready for any painter, and the canvas on which it is made."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field as part
from typing import NamedTuple, overload

from gridclient.ledger.sheet import Align
from gridclient.ledger.words import PT, Ruler

THIN = 0.18  # mm: half a point
THICK = 0.53  # mm: the outer frame, a point and a half
ASCENT = 0.88  # em above the baseline, as Song typefaces have it
DESCENT = 0.12


class Text(NamedTuple):
    """Words on the page: left end and baseline in mm, width as measured, size in pt; ``faint`` is printed grey."""

    x: float
    y: float
    width: float
    text: str
    size: float
    bold: bool = False
    faint: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in mm."""
        em = self.size * PT
        return self.x, self.y - ASCENT * em, self.x + self.width, self.y + DESCENT * em


class Line(NamedTuple):
    """A straight line from one point to another, ``width`` mm thick."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float = THIN


@dataclass(frozen=True)
class Page:
    """One page; ``rows`` are the places in ``Sheet.rows`` of the rows that begin on it."""

    number: int
    of: int
    width: float
    height: float
    texts: tuple[Text, ...]
    lines: tuple[Line, ...]
    rows: tuple[int, ...] = ()


class Pages(Sequence[Page]):
    """All pages of a sheet, drawn when asked for: a preview of 800 pages costs no more than one of three."""

    def __init__(self, title: str, count: int, draw: Callable[[int], Page]) -> None:
        self.title = title
        self._count = count
        self._draw = draw

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Page: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Page]: ...
    def __getitem__(self, index: int | slice) -> Page | Sequence[Page]:
        if isinstance(index, slice):
            return [self._draw(i) for i in range(self._count)[index]]
        return self._draw(range(self._count)[index])

    def __iter__(self) -> Iterator[Page]:
        return map(self._draw, range(self._count))


@dataclass
class Canvas:
    """Where a page is put together."""

    texts: list[Text] = part(default_factory=list)
    lines: list[Line] = part(default_factory=list)

    def words(
        self,
        lines: Sequence[str],
        ruler: Ruler,
        box: tuple[float, float, float, float],
        *,
        align: Align = "center",
        faint: bool = False,
    ) -> None:
        """Set lines of words into a box (left, top, width, height), in the middle of its height."""
        left, top, width, height = box
        y = ruler.baseline(top, height, len(lines))
        for words in lines:
            wide = ruler.width(words)
            x = left if align == "left" else left + (width - wide) * (1.0 if align == "right" else 0.5)
            self.texts.append(Text(x, y, wide, words, ruler.size, ruler.bold, faint))
            y += ruler.line

    def rule(self, x1: float, y1: float, x2: float, y2: float, width: float = THIN) -> None:
        self.lines.append(Line(x1, y1, x2, y2, width))

    def frame(self, left: float, top: float, width: float, height: float) -> None:
        """The thick outer frame; the lines overlap at the corners so that no notch stays open."""
        right, bottom, more = left + width, top + height, THICK / 2
        for y in (top, bottom):
            self.rule(left - more, y, right + more, y, THICK)
        for x in (left, right):
            self.rule(x, top - more, x, bottom + more, THICK)
