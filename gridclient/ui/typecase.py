"""The type a page is set with: which fonts, how wide each character is, and its glyphs side by side.

Everything is in drawing units of a hundredth of a millimetre. Fonts are neither hinted nor kerned, so words are as wide
on every device as they were measured.
"""

from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate, repeat

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGlyphRun, QPainter, QRawFont

from gridclient.ledger.page import Text
from gridclient.ledger.words import PT

UNIT = 100  # drawing units in a millimetre
REFERENCE = 1000  # px: the size at which characters are measured
INK = QColor(0, 0, 0)
FAINT = QColor(120, 120, 120)
MOST_RUNS = 20_000  # words kept as glyphs
FAMILIES = (
    "SimSun",
    "宋体",
    "NSimSun",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Noto Serif SC",
    "Songti SC",
    "STSong",
    "AR PL UMing CN",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "SimSun-ExtB",
    "MingLiU-ExtB",
    "HanaMinB",
)


class TypeCase:
    """Fonts and glyphs for one painting. It belongs to the thread that made it and must not outlive the application."""

    def __init__(self) -> None:
        installed = set(QFontDatabase.families())
        self._families = [name for name in FAMILIES if name in installed] or [QFont().family()]
        self._fonts: dict[tuple[int, bool], QFont] = {}
        self._raw: dict[tuple[int, bool], QRawFont] = {}
        self._metrics: dict[bool, QFontMetricsF] = {}
        self._advances: dict[tuple[str, bool], float] = {}
        self._runs: dict[tuple[str, int, bool], QGlyphRun | None] = {}
        self._used: dict[tuple[str, bool], None] = {}  # in the order of their first use

    def measure(self, text: str, size: float, bold: bool) -> float:
        """The width of ``text`` in mm at ``size`` pt; the same on every device."""
        return sum(self._advance(c, bold) for c in text) * size * PT

    def has(self, character: str) -> bool:
        """Whether any font of this machine draws the character; one that none knows is printed as a box."""
        return self._metric(bold=False).inFontUcs4(ord(character))

    def draw(self, painter: QPainter, texts: Iterable[Text]) -> None:
        """Set words on a painter whose unit is a hundredth of a millimetre."""
        style: tuple[float, bool, bool] | None = None
        for x, y, _width, words, size, bold, faint in texts:
            pixels = round(size * PT * UNIT)
            if style != (size, bold, faint):
                style = (size, bold, faint)
                painter.setFont(self._font(pixels, bold))
                painter.setPen(FAINT if faint else INK)
            run = self._glyphs(words, pixels, bold)
            if run is None:
                painter.drawText(QPointF(x * UNIT, y * UNIT), words)
            else:
                painter.drawGlyphRun(QPointF(x * UNIT, y * UNIT), run)

    def written(self) -> Callable[[int], int]:
        """Which of the characters drawn stands behind a code point that only shares its glyph."""
        used = {character for character, _bold in self._used}
        fonts = [self._alone(name, bold=False) for name in self._families]
        shapes = [{g[0]: ord(c) for c in used if len(g := f.glyphIndexesForString(c)) == 1} for f in fonts]

        @cache
        def meant(code: int) -> int:
            if chr(code) in used:
                return code
            for font, shape in zip(fonts, shapes, strict=True):
                glyphs = font.glyphIndexesForString(chr(code))
                if glyphs and glyphs[0] in shape:
                    return shape[glyphs[0]]
            return code

        return meant

    def faces(self) -> list[list[str]]:
        """The characters drawn so far with each font, one for each glyph, in the order of their first use."""
        fonts = {
            (name, bold): self._alone(name, bold=bold) for name in self._families for bold in (False, True)
        }
        found: dict[tuple[str, bool], dict[int, str]] = {}
        for character, bold in self._used:
            for name in self._families:
                glyphs = fonts[name, bold].glyphIndexesForString(character)
                if glyphs and glyphs[0]:
                    own = bold and fonts[name, bold].weight() >= QFont.Weight.DemiBold
                    found.setdefault((name, own), {}).setdefault(glyphs[0], character)
                    break
        return [list(face.values()) for face in found.values()]

    def _glyphs(self, words: str, pixels: int, bold: bool) -> QGlyphRun | None:
        key = (words, pixels, bold)
        if key not in self._runs:
            if len(self._runs) >= MOST_RUNS:
                self._runs.clear()
            self._runs[key] = self._set(words, pixels, bold)
            self._used.update(dict.fromkeys(zip(words, repeat(bold), strict=False)))
        return self._runs[key]

    def _set(self, words: str, pixels: int, bold: bool) -> QGlyphRun | None:
        """The words as glyphs: Chinese needs no shaping, and painting is more than twice as fast.

        None where the first font does not hold every character or has no bold of its own: Qt finds a way then.
        """
        if (pixels, bold) not in self._raw:
            self._raw[pixels, bold] = QRawFont.fromFont(self._font(pixels, bold))
        font = self._raw[pixels, bold]
        glyphs = font.glyphIndexesForString(words)
        if len(glyphs) != len(words) or 0 in glyphs or (bold and font.weight() < QFont.Weight.DemiBold):
            return None
        edges = accumulate((self._advance(c, bold) * pixels for c in words[:-1]), initial=0.0)
        run = QGlyphRun()
        run.setRawFont(font)
        run.setGlyphIndexes(glyphs)
        run.setPositions([QPointF(edge, 0.0) for edge in edges])
        return run

    @staticmethod
    def _alone(family: str, *, bold: bool) -> QRawFont:
        """One family without those that stand in for what it lacks."""
        font = _plain_font([family], REFERENCE)
        font.setBold(bold)
        return QRawFont.fromFont(font)

    def _font(self, pixels: int, bold: bool) -> QFont:
        if (pixels, bold) not in self._fonts:
            font = _plain_font(self._families, pixels)
            font.setBold(bold)
            self._fonts[pixels, bold] = font
        return self._fonts[pixels, bold]

    def _metric(self, *, bold: bool) -> QFontMetricsF:
        if bold not in self._metrics:
            self._metrics[bold] = QFontMetricsF(self._font(REFERENCE, bold))
        return self._metrics[bold]

    def _advance(self, character: str, bold: bool) -> float:
        """The width of one character in em."""
        found = self._advances.get((character, bold))
        if found is None:
            found = self._metric(bold=bold).horizontalAdvance(character) / REFERENCE
            self._advances[character, bold] = found
        return found


def _plain_font(families: list[str], pixels: int) -> QFont:
    font = QFont(families)
    font.setPixelSize(pixels)
    font.setKerning(False)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
