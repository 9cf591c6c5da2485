"""One sheet, three papers: what the preview shows stands in the PDF and in the workbook, on as many pages."""

from collections.abc import Iterator
from pathlib import Path
import re
import shutil
import subprocess

from pypdf import PdfReader
import pytest
from python_calamine import CalamineWorkbook

from gridclient.ledger.sheet import Column, Paper, Row, Sheet, Tally
from gridclient.ui import printing

LANDSCAPE, PORTRAIT = Paper(landscape=True), Paper()
FIVE = "第一行\n第二行\n第三行\n第四行\n第五行"
LONG = "买买提·阿卜杜热合曼" * 5
COLUMNS = (
    Column("序号"),
    Column("户号", kind="id", once=True),
    Column("姓名", "基本情况"),
    Column("身份证号", "基本情况", kind="id"),
    Column("现住址（与户籍地址不一致的必须填写）", weight=1),
    Column("人数", kind="number", summed=True),
    Column("备注", weight=2, align="left"),
)

pytestmark = pytest.mark.usefixtures("qapp")


def row(number: int, note: str = "") -> Row:
    """Every third row begins a household; no cell is on a page twice."""
    cells = (f"{number + 1}", f"0101{number // 3:05d}", f"户主{number:04d}", f"519901********{number:04d}")
    return Row((*cells, "梧桐街道桂花小区3栋2单元1704室", f"{number % 7}", note), f"{number // 3}", (1,))


def sheet(title: str, rows: Iterator[Row], columns: tuple[Column, ...] = COLUMNS, **options: object) -> Sheet:
    return Sheet(
        title,
        ("（第三网格　2026年9月）",),
        ("填报单位：梧桐社区居委会", "制表日期：2026-09-30", "单位：人"),
        columns,
        tuple(rows),
        tallies=(Tally("{} 人"),),
        signatures=("制表人：________", "审核人：________", "社区（盖章）："),
        mark="岑立冬 2026-09-30 10:00",
        **options,  # type: ignore[arg-type]
    )


def wide(paper: Paper) -> Sheet:
    columns = tuple(Column(f"第{i}列", "一组" if 3 < i < 9 else "") for i in range(40))
    cells = (tuple("甲乙丙" if (i + j) % 3 else "12" for j in range(40)) for i in range(70))
    return sheet(f"四十列{paper.size}", map(Row, cells), columns, paper=paper)


SHEETS = (
    sheet("无记录", iter(()), paper=LANDSCAPE),
    sheet("一行", map(row, range(1)), paper=LANDSCAPE),
    sheet("小计", map(row, range(200)), paper=LANDSCAPE, page_total=True),
    sheet("补齐", map(row, range(40)), paper=PORTRAIT, fill_blank_rows=True),
    sheet("逐页签字", map(row, range(90)), paper=LANDSCAPE, sign_every_page=True),
    sheet("五行", (row(n, FIVE if n % 4 == 0 else "") for n in range(60)), paper=LANDSCAPE),
    sheet("长名", (row(n, LONG if n % 5 == 0 else "") for n in range(60)), paper=PORTRAIT),
    wide(Paper("A3", landscape=True)),
    wide(LANDSCAPE),
)


@pytest.mark.parametrize("shown", SHEETS, ids=lambda sheet: sheet.title)
def test_preview_pdf_and_workbook_hold_the_same_rows(shown: Sheet, tmp_path: Path) -> None:
    pages = printing.pages_of(shown)
    printing.to_pdf(pages, tmp_path / "册.pdf")
    printing.to_workbook(shown, tmp_path / "册.xlsx")
    on_screen = [plain("".join(text.text for text in page.texts)) for page in pages]
    on_paper = [plain(page.extract_text()) for page in PdfReader(tmp_path / "册.pdf").pages]
    cells = [read for read in rows_of(tmp_path / "册.xlsx") if len(read) == len(shown.columns)]

    assert [sorted(words) for words in on_paper] == [sorted(words) for words in on_screen]
    for page, words in zip(pages, on_paper, strict=True):
        assert all(f"户主{n:04d}" in words for n in page.rows if shown.columns is COLUMNS)
    start = next((i for i, read in enumerate(cells) if shown.rows and read == shown.rows[0].cells), 0)
    assert cells[start : start + len(shown.rows)] == [row.cells for row in shown.rows]
    assert shown.title in on_paper[-1]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_every_workbook_and_prints_as_many_pages(tmp_path: Path) -> None:
    for place, shown in enumerate(SHEETS):
        printing.to_workbook(shown, tmp_path / f"{place}.xlsx")
    books = sorted(tmp_path.glob("*.xlsx"))
    office = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*office, "--convert-to", "pdf", "--outdir", tmp_path, *books],
        capture_output=True,
        check=True,
        timeout=300,
    )

    for place, shown in enumerate(SHEETS):
        printed = PdfReader(tmp_path / f"{place}.pdf").pages
        assert len(printed) == len(printing.pages_of(shown)), shown.title
        assert all(shown.title in page.extract_text() for page in printed), "the title is repeated"


def test_writing_a_workbook_can_be_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, _of: int, _text: str) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        printing.to_workbook(sheet("册", map(row, range(900))), tmp_path / "册.xlsx", stop)
    assert not list(tmp_path.iterdir())


def plain(words: str) -> str:
    return re.sub(r"\s", "", words)


def rows_of(path: Path) -> list[tuple[str, ...]]:
    found = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [tuple(f"{c:g}" if isinstance(c, float) else str(c) for c in read) for read in found]
