"""Pages meet ink: the same drawing for preview, printer and PDF, so that what is shown is what is printed.

Everything is drawn in hundredths of a millimetre; fonts are not hinted and not kerned, so words are as wide on every
device as they were measured. No window is needed, but a QGuiApplication is.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QLineF, QMarginsF, QPointF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QRawFont,
)
from PySide6.QtPrintSupport import QPrinter

from gridclient.errors import Unfit
from gridclient.ledger.layout import layout
from gridclient.ledger.outfile import put
from gridclient.ledger.page import Line, Page, Pages, Text
from gridclient.ledger.searchable import searchable
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.words import PT

UNIT = 100  # drawing units in a millimetre
INCH = 25.4 * UNIT
REFERENCE = 1000  # px: the size at which characters are measured
INK = QColor(0, 0, 0)
FAINT = QColor(120, 120, 120)
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
Progress = Callable[
    [int, int], object
]  # pages painted, pages in all; an exception raised in it stops the painting


def pages_of(sheet: Sheet) -> Pages:
    """The pages of a sheet, measured with the fonts they will be painted in."""
    return layout(sheet, measure)


def measure(text: str, size: float, bold: bool) -> float:
    """The width of ``text`` in mm at ``size`` pt; the same on every device."""
    return sum(_advance(c, bold) for c in text) * size * PT


def has_glyph(character: str) -> bool:
    """Whether any font of this machine draws the character; one that none knows is printed as a box."""
    return _metrics(bold=False).inFontUcs4(ord(character))


def to_image(page: Page, dpi: float = 96.0) -> QImage:
    """One page as a picture with white paper."""
    size = (round(page.width / 25.4 * dpi), round(page.height / 25.4 * dpi))
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(255, 255, 255))
    painter = QPainter(image)
    paint(page, painter, dpi)
    painter.end()
    return image


def to_pdf(pages: Pages, path: Path, progress: Progress | None = None) -> None:
    """Write a PDF whose text can be searched and copied; NoSpace or Unfit, and no file, when it cannot be written."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(pages.title)
    writer.setCreator("gridclient")
    writer.setResolution(1200)
    used = _paint_all(pages, range(len(pages)), writer, writer.resolution(), progress)
    buffer.close()
    put(path, searchable(bytes(buffer.data().data()), _written(used)))


def to_printer(pages: Pages, printer: QPrinter, progress: Progress | None = None) -> None:
    """Print the pages, or those chosen in the print dialog; Unfit when the printer does not answer."""
    printer.setDocName(pages.title)
    printer.setFullPage(True)
    first = max(printer.fromPage(), 1)
    last = min(printer.toPage() or len(pages), len(pages))
    if printer.pageOrder() == QPrinter.PageOrder.LastPageFirst:
        numbers = range(last - 1, first - 2, -1)
    else:
        numbers = range(first - 1, last)
    used = _paint_all(pages, numbers, printer, printer.resolution(), progress)
    if printer.outputFormat() is QPrinter.OutputFormat.PdfFormat:
        path = Path(printer.outputFileName())
        put(path, searchable(path.read_bytes(), _written(used)))


def paint(page: Page, painter: QPainter, dpi: float) -> None:
    """Draw one page with its left upper corner at the painter's origin."""
    painter.save()
    painter.scale(dpi / INCH, dpi / INCH)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _draw_lines(painter, page.lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
    _draw_texts(painter, page.texts)
    painter.restore()


def _paint_all(
    pages: Pages, numbers: Sequence[int], device: QPagedPaintDevice, dpi: float, progress: Progress | None
) -> set[str]:
    """Paint these pages; gives the characters on them."""
    if not numbers:
        raise Unfit("没有可打印的页", "请检查打印页码范围。")
    page = pages[numbers[0]]
    _set_paper(device, page)
    painter = QPainter()
    if not painter.begin(device):
        raise Unfit("打印机没有响应", "请检查打印机是否开机、连好，或改为存成 PDF。")
    used: set[str] = set()
    try:
        for done, number in enumerate(numbers):
            if done:
                page = pages[number]
                _set_paper(device, page)
                device.newPage()
            paint(page, painter, dpi)
            used.update(*(text.text for text in page.texts))
            if progress:
                progress(done + 1, len(numbers))
    finally:
        painter.end()
    return used


def _set_paper(device: QPagedPaintDevice, page: Page) -> None:
    short, long = sorted((page.width, page.height))
    size = QPageSize(QSizeF(short, long), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    turned = page.width > page.height
    way = QPageLayout.Orientation.Landscape if turned else QPageLayout.Orientation.Portrait
    wanted = QPageLayout(size, way, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    wanted.setMode(QPageLayout.Mode.FullPageMode)
    device.setPageLayout(wanted)


def _draw_lines(painter: QPainter, lines: Iterable[Line]) -> None:
    by_width: dict[float, list[QLineF]] = {}
    for x1, y1, x2, y2, width in lines:
        by_width.setdefault(width, []).append(QLineF(x1 * UNIT, y1 * UNIT, x2 * UNIT, y2 * UNIT))
    for width, found in by_width.items():
        painter.setPen(QPen(INK, width * UNIT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLines(found)


def _draw_texts(painter: QPainter, texts: Iterable[Text]) -> None:
    style: tuple[float, bool, bool] | None = None
    for x, y, _width, words, size, bold, faint in texts:
        if style != (size, bold, faint):
            style = (size, bold, faint)
            painter.setFont(_font(round(size * PT * UNIT), bold))
            painter.setPen(FAINT if faint else INK)
        painter.drawText(QPointF(x * UNIT, y * UNIT), words)


def _written(used: set[str]) -> Callable[[int], int]:
    """Which of the characters on the pages stands behind a code point that only shares its glyph."""
    fonts = [QRawFont.fromFont(_font(REFERENCE, bold=False, family=name)) for name in _families()]
    shapes = [
        {
            glyph: ord(c)
            for c in used
            if len(glyphs := font.glyphIndexesForString(c)) == 1 and (glyph := glyphs[0])
        }
        for font in fonts
    ]

    @cache
    def written(code: int) -> int:
        if chr(code) in used:
            return code
        for font, shape in zip(fonts, shapes, strict=True):
            glyphs = font.glyphIndexesForString(chr(code))
            if glyphs and glyphs[0] in shape:
                return shape[glyphs[0]]
        return code

    return written


@cache
def _families() -> list[str]:
    installed = set(QFontDatabase.families())
    return [name for name in FAMILIES if name in installed] or [QFont().family()]


@cache
def _font(pixels: int, bold: bool, family: str = "") -> QFont:
    font = QFont([family] if family else _families())
    font.setPixelSize(pixels)
    font.setBold(bold)
    font.setKerning(False)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def _metrics(bold: bool) -> QFontMetricsF:
    return QFontMetricsF(_font(REFERENCE, bold))


@cache
def _advance(character: str, bold: bool) -> float:
    """The width of one character in em."""
    return _metrics(bold).horizontalAdvance(character) / REFERENCE
