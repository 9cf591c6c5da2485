"""Pages meet ink: the same drawing for preview, printer and PDF, so that what is shown is what is printed.

No window is needed, but a QGuiApplication is. Every function may run off the window's thread.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QLineF, QMarginsF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)
from PySide6.QtPrintSupport import QPrinter

from gridclient.errors import Unfit
from gridclient.ledger.layout import layout
from gridclient.ledger.outfile import put
from gridclient.ledger.page import Line, Page, Pages
from gridclient.ledger.searchable import searchable
from gridclient.ledger.sheet import Sheet
from gridclient.ui.typecase import INK, UNIT, TypeCase

INCH = 25.4 * UNIT
PAPER = QColor(255, 255, 255)
PDF_DPI = 1200
Progress = Callable[[int, int, str], object]  # done, in all, that in words; may raise to stop


def pages_of(sheet: Sheet) -> Pages:
    """The pages of a sheet, measured with the fonts they will be painted in; Unfit when the columns cannot fit."""
    return layout(sheet, TypeCase().measure)


def to_image(page: Page, dpi: float = 96.0, case: TypeCase | None = None) -> QImage:
    """One page as a picture; a preview of many pages keeps one ``case`` for all of them."""
    size = (round(page.width / 25.4 * dpi), round(page.height / 25.4 * dpi))
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(PAPER)
    painter = QPainter(image)
    paint(page, painter, dpi, case or TypeCase())
    painter.end()
    return image


def to_pdf(pages: Pages, path: Path, progress: Progress | None = None) -> None:
    """Write a PDF whose text can be searched and copied; NoSpace or Unfit, and no file, when it cannot be written."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(pages.title)
    writer.setCreator("gridclient")
    writer.setResolution(PDF_DPI)
    case = TypeCase()
    _paint_all(pages, range(len(pages)), writer, PDF_DPI, case, progress)
    buffer.close()
    put(path, searchable(bytes(buffer.data().data()), case.written(), case.faces()))


def to_workbook(sheet: Sheet, path: Path, progress: Progress | None = None) -> None:
    """Write the same sheet as a workbook whose pages end where they end on paper; NoSpace or Unfit as for a PDF."""
    from gridclient.ledger.workbook import write_workbook  # takes long to load, and is seldom asked for

    write_workbook(sheet, path, TypeCase().measure, progress)


def to_printer(pages: Pages, printer: QPrinter, progress: Progress | None = None) -> None:
    """Print the pages, or those chosen in the print dialog; Unfit when the printer does not answer."""
    printer.setDocName(pages.title)
    printer.setFullPage(True)
    case = TypeCase()
    try:
        _paint_all(pages, _chosen(pages, printer), printer, printer.resolution(), case, progress)
    except BaseException:
        printer.abort()
        raise
    if printer.outputFormat() is QPrinter.OutputFormat.PdfFormat:
        path = Path(printer.outputFileName())
        put(path, searchable(path.read_bytes(), case.written(), case.faces()))


def paint(page: Page, painter: QPainter, dpi: float, case: TypeCase) -> None:
    """Draw one page with its left upper corner at the painter's origin."""
    painter.save()
    painter.scale(dpi / INCH, dpi / INCH)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # lines one pixel wide stay crisp
    _draw_lines(painter, page.lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing, True)
    case.draw(painter, page.texts)
    painter.restore()


def _chosen(pages: Pages, printer: QPrinter) -> range:
    first = max(printer.fromPage(), 1)
    last = min(printer.toPage() or len(pages), len(pages))
    if printer.pageOrder() == QPrinter.PageOrder.LastPageFirst:
        return range(last - 1, first - 2, -1)
    return range(first - 1, last)


def _paint_all(
    pages: Pages,
    numbers: Sequence[int],
    device: QPagedPaintDevice,
    dpi: float,
    case: TypeCase,
    progress: Progress | None,
) -> None:
    if not numbers:
        raise Unfit("没有可打印的页", "请检查打印页码范围。")
    page = pages[numbers[0]]
    _set_paper(device, page)
    painter = QPainter()
    if not painter.begin(device):
        raise Unfit("打印机没有响应", "请检查打印机是否开机、连好，或改为存成 PDF。")
    try:
        for done, number in enumerate(numbers):
            if done:
                page = pages[number]
                _set_paper(device, page)
                if not device.newPage():
                    raise Unfit("打印中断了", "请检查打印机，再从没有打出的那一页接着打。")
            paint(page, painter, dpi, case)
            if progress:
                progress(done + 1, len(numbers), f"第 {done + 1} 页，共 {len(numbers)} 页")
    finally:
        painter.end()


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
