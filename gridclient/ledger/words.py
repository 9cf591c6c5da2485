"""How wide words are, and where a line of Chinese may be broken. Pure; lengths are mm, sizes are pt."""

from collections.abc import Callable, Iterator
import re
import unicodedata

Measure = Callable[
    [str, float, bool], float
]  # text, size in pt, bold → width in mm; proportional to the size

PT = 25.4 / 72  # mm
LEADING = 1.3  # line height in em
SLACK = 1e-3  # mm: what was measured to fit must not be broken by rounding
TOKENS = re.compile(r"[□☑][^□☑\s]*|[!-~]+|[ \u3000]+|.[\ufe00-\ufe0f\U000e0100-\U000e01ef]?", re.DOTALL)
PIECES = re.compile(r"[☑□].|[^-/,;:_.@☑□]*[-/,;:_.@]+|[^-/,;:_.@☑□]+")
NOT_LAST = frozenset("（《【“‘□☑")
NOT_FIRST = frozenset("，。、；：？！）》】”’%·")


def plain_measure(text: str, size_pt: float, bold: bool) -> float:
    """A good guess without any font: Chinese characters are one em wide, Latin ones a little over half."""
    del bold
    wide = sum(1.0 if _is_wide(c) else 0.56 for c in text if not unicodedata.combining(c))
    return wide * size_pt * PT


class Ruler:
    """Measures and breaks words at one size and weight, remembering what it has measured."""

    def __init__(self, measure: Measure, size: float, *, bold: bool = False) -> None:
        self.size = size
        self.bold = bold
        self.line = size * PT * LEADING
        self._measure = measure
        self._known: dict[str, float] = {}

    def width(self, text: str) -> float:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._measure(text, self.size, self.bold)
        return known

    def wrap(self, text: str, width: float) -> tuple[str, ...]:
        """The lines of ``text`` in ``width`` mm; none for an empty text. No character is ever dropped but blanks at
        a break, and a line holds one character at least, however narrow the cell.
        """
        if not text:
            return ()
        width += SLACK
        if "\n" not in text and self.width(text) <= width:
            return (text,)
        return tuple(line for part in text.splitlines() for line in self._broken(part, width))

    def balanced(self, text: str, width: float) -> tuple[str, ...]:
        """A label in lines of about the same length: 文化/程度 and not 文化程/度."""
        lines = self.wrap(text, width)
        share = -(-len(text) // len(lines)) if lines else 0
        even = tuple(text[i : i + share] for i in range(0, len(text), share)) if len(lines) > 1 else lines
        fits = len(even) <= len(lines) and all(self.width(line) <= width + SLACK for line in even)
        return even if fits and not any(c.isascii() or c in "，。（）、" for c in text) else lines

    def baseline(self, top: float, height: float, lines: int) -> float:
        """The first baseline of so many lines centred between ``top`` and ``top + height``."""
        return top + (height - lines * self.line) / 2 + self.line / 2 + 0.37 * self.size * PT

    def _broken(self, text: str, width: float) -> Iterator[str]:
        line: list[str] = []
        used = 0.0
        for token in self._tokens(text, width):
            wide = self.width(token)
            if line and used + wide > width:
                stays = token not in NOT_FIRST and line[-1] not in NOT_LAST
                stays = stays or len(line) == 1 or self.width(line[-1]) + wide > width
                carried = [] if stays else [line.pop()]
                yield "".join(line).rstrip()
                line, used = carried, sum(map(self.width, carried))
            if line or not token.isspace():
                line.append(token)
                used += wide
        yield "".join(line).rstrip()

    def _tokens(self, text: str, width: float) -> Iterator[str]:
        for token in TOKENS.findall(text):
            if len(token) == 1 or self.width(token) <= width:
                yield token
                continue
            for piece in PIECES.findall(token):
                yield from [piece] if self.width(piece) <= width else piece


def _is_wide(c: str) -> bool:
    return ord(c) > 0x2000 or unicodedata.east_asian_width(c) in "WFA"
