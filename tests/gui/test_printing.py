"""What is painted: pictures, PDFs and their text. Chinese text in a PDF is read back with pypdf and pdftotext."""

import errno
from pathlib import Path
import shutil
import subprocess

from pypdf import PdfReader
from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QImage, QPageLayout
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication
import pytest

from gridclient.errors import NoSpace, Unfit
from gridclient.ledger.page import Page
from gridclient.ledger.sheet import Block, Card, Column, Pair, Paper, Row, Sheet, Tally
from gridclient.store import disk
from gridclient.ui import printing
from gridclient.ui.typecase import TypeCase

RARE = ("𠮷", "䶮", "㛃")
TOFU = "\U0010fffd"  # a private code point no font has

pytestmark = pytest.mark.usefixtures("qapp")


def register(count: int) -> Sheet:
    rows = tuple(
        Row(
            (f"0101{n:05d}", f"户主{n}", "人口 里 户籍 民族 长子", "199****4479"),
            keep=str(n // 3),
            tally=(1,),
        )
        for n in range(count)
    )
    columns = (Column("户号", kind="id"), Column("姓名"), Column("说明", weight=1), Column("电话", kind="id"))
    return Sheet(
        "常住人口台账",
        ("（第三网格）",),
        ("填报单位：梧桐社区", "单位：人"),
        columns,
        rows,
        tallies=(Tally("{} 人"),),
        signatures=("制表人：", "审核人："),
        paper=Paper(landscape=True),
        mark="岑立冬 2026-09-30",
    )


def dark(image: QImage) -> int:
    """How many pixels are not paper."""
    return sum(
        image.pixelColor(x, y).lightness() < 128 for x in range(image.width()) for y in range(image.height())
    )


def glyph(text: str) -> bytes:
    """The picture of one character as it is printed."""
    sheet = Sheet("", columns=(Column(""),), rows=(Row((text,)),), total=False)
    page = printing.pages_of(sheet)[0]
    only = Page(1, 1, 12.0, 8.0, tuple(t._replace(x=2.0, y=6.0) for t in page.texts if t.text == text), ())
    image = printing.to_image(only, 200)
    return bytes(image.constBits())


def test_a_pdf_holds_every_row_as_text_that_can_be_searched(tmp_path: Path) -> None:
    sheet, path = register(60), tmp_path / "册.pdf"
    pages = printing.pages_of(sheet)
    printing.to_pdf(pages, path)
    reader = PdfReader(path)
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "").replace(" ", "")

    assert len(reader.pages) == len(pages)
    assert reader.metadata is not None
    assert reader.metadata.title == "常住人口台账"
    assert text.count("人口里户籍民族长子") == 60
    assert all(f"户主{n}" in text and f"0101{n:05d}" in text for n in range(60))
    assert not any("\u2e80" <= c <= "\u2fdf" for c in text), "radicals instead of characters"


def test_rare_characters_are_found_in_a_pdf(tmp_path: Path) -> None:
    case = TypeCase()
    rare = "".join(c for c in "𠮷𣲗𬭊" if case.has(c))
    if not rare:
        pytest.skip("no font here draws a character beyond 16 bits")
    names = ("王" + rare, f"{rare[::-1]}里", "李\U0001f600")  # the last one is left to another font
    sheet = Sheet(f"常住{rare[0]}台账", columns=(Column("姓名"),), rows=tuple(Row((name,)) for name in names))
    printing.to_pdf(printing.pages_of(sheet), tmp_path / "册.pdf")
    text = PdfReader(tmp_path / "册.pdf").pages[0].extract_text()

    assert {f"常住{rare[0]}台账", *names[:2]} <= set(text.split())
    assert [
        word for word in text.split() if word.startswith("李") and word[1:] not in ("", "\U0001f600")
    ] == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_other_programs_read_the_same_text_and_find_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "册.pdf"
    printing.to_pdf(printing.pages_of(register(12)), path)
    read = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True)

    assert read.stdout.replace(" ", "").count("人口里户籍民族长子") == 12
    assert "常住人口台账" in read.stdout
    assert read.stderr == ""


def test_a_pdf_page_has_the_size_of_the_paper(tmp_path: Path) -> None:
    path = tmp_path / "册.pdf"
    printing.to_pdf(printing.pages_of(register(1)), path)
    box = PdfReader(path).pages[0].mediabox

    assert (float(box.width), float(box.height)) == pytest.approx((297 * 72 / 25.4, 210 * 72 / 25.4), abs=1)


def test_words_are_as_wide_when_painted_as_when_measured() -> None:
    text = "常住人口台账 519901********1234 abc"
    one, two = TypeCase().measure(text, 10.5, False), TypeCase().measure(text, 21.0, False)

    assert two == pytest.approx(2 * one)
    assert TypeCase().measure("口", 10.5, False) == pytest.approx(10.5 * 25.4 / 72, rel=0.01)


def test_the_preview_shows_the_page_with_its_frame() -> None:
    page = printing.pages_of(register(20))[0]
    image = printing.to_image(page, 50)

    assert (image.width(), image.height()) == (round(297 / 25.4 * 50), round(210 / 25.4 * 50))
    assert 2000 < dark(image) < image.width() * image.height() / 4


def test_a_rare_character_is_not_a_box_where_the_system_knows_it() -> None:
    box, case = glyph(TOFU), TypeCase()

    for character in RARE:
        if case.has(character):
            assert glyph(character) not in (box, glyph("一")), character
    assert case.has("䶮")
    assert not case.has(TOFU)


def test_a_printer_gets_the_pages_that_were_chosen(tmp_path: Path) -> None:
    pages = printing.pages_of(register(100))
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFromTo(2, 3)
    seen: list[tuple[int, int]] = []
    printing.to_printer(pages, printer, lambda done, of, _text: seen.append((done, of)))
    read = PdfReader(tmp_path / "printed.pdf")

    assert len(read.pages) == 2
    assert seen == [(1, 2), (2, 2)]
    assert f"第 2 页 共 {len(pages)} 页" in " ".join(read.pages[0].extract_text().split())
    assert printer.pageLayout().orientation() == QPageLayout.Orientation.Landscape
    assert printer.pageLayout().margins() == QMarginsF(0, 0, 0, 0)


def test_pages_beyond_the_last_are_refused_in_words(tmp_path: Path) -> None:
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFromTo(7, 9)

    with pytest.raises(Unfit, match="没有可打印的页"):
        printing.to_printer(printing.pages_of(register(1)), printer)


def test_cards_and_registers_may_lie_and_stand(tmp_path: Path) -> None:
    card = Card("ZXH-001", ("编号：ZXH-001",), (Block("基本情况", 2, (Pair("姓名", "李䶮"),)),))
    path = tmp_path / "卡.pdf"
    printing.to_pdf(printing.pages_of(Sheet("登记表", cards=(card, card))), path)
    read = PdfReader(path)

    assert len(read.pages) == 2
    assert read.pages[0].mediabox.width < read.pages[0].mediabox.height


def test_a_full_disk_leaves_no_half_written_pdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(disk.os, "fsync", fail)

    with pytest.raises(NoSpace, match="磁盘已满"):
        printing.to_pdf(printing.pages_of(register(1)), tmp_path / "册.pdf")
    assert not list(tmp_path.iterdir())


def test_painting_can_be_stopped_and_leaves_nothing(tmp_path: Path, qapp: QApplication) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, _of: int, _text: str) -> None:
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        printing.to_pdf(printing.pages_of(register(300)), tmp_path / "册.pdf", stop)
    assert not list(tmp_path.iterdir())
