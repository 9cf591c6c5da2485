"""A paper comes back: its code is read where it was printed, and what a scanner types leads to the household."""

from datetime import date
from pathlib import Path
import shutil
import subprocess

import openpyxl
from pypdf import PdfReader
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.ledger import codes
from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.forms import Fill
from gridclient.ledger.furniture import CODE
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.template import named
from gridclient.ledger.workbook import write_workbook
from gridclient.records import Household, Resident, Visit
from gridclient.rules.references import SIGN, reference, spaced
from gridclient.ui import printing
from gridclient.ui.home_papers import HomePapersPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.plan import PlanPage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until
from tests.support.stage import Hands

DPI = 300.0
REMARK = "\n".join(f"第{n}行：夜班，白天休息，请晚上七点以后上门。" for n in "一二三四五")


def card(workspace: Workspace, home: Household, name: str = "household_card", fill: Fill = "full") -> Sheet:
    scope = Scope(ids=frozenset({home.id}))
    return compose(named(name), workspace.replica, scope=scope, fill=fill, today=date(2026, 11, 22))


def read_back(image: QImage, left: float, top: float, side: float) -> tuple[tuple[bool, ...], ...]:
    """The modules of a code on a picture of a page, dark where true; millimetres."""
    unit = side / codes.MODULES

    def dark(row: int, column: int) -> bool:
        x, y = left + (column + 0.5) * unit, top + (row + 0.5) * unit
        return image.pixelColor(round(x / 25.4 * DPI), round(y / 25.4 * DPI)).lightness() < 128

    return tuple(tuple(dark(r, c) for c in range(codes.MODULES)) for r in range(codes.MODULES))


def scan(digits: str) -> None:
    """What a scanner does: it types where the focus is, and ends with Enter."""
    hands = Hands(QApplication.activeWindow())
    hands.type(SIGN + digits)
    hands.press("Enter")


@pytest.fixture
def home(workspace: Workspace) -> Household:
    """A household of twelve with a long remark, behind a door it shares with another."""
    (first, *_rest) = workspace.replica.all(Household)
    there = workspace.replica.all(Resident, Resident.household == first.id)
    more = [
        Resident(
            household=first.id, area=first.area, name=f"欧阳{n}", employer="老年活动中心筹备委员会办公室"
        )
        for n in "甲乙丙丁戊己庚辛壬癸子丑"[len(there) :]
    ]
    first.remark = REMARK
    workspace.replica.save(
        first, *more, Household(dwelling=first.dwelling, area=first.area, head_name="周满")
    )
    return first


def test_the_code_in_the_preview_is_the_code_of_the_household(workspace: Workspace, home: Household) -> None:
    sheet = card(workspace, home)
    image = printing.to_image(printing.pages_of(sheet)[0], DPI)
    left, top, width, _height = sheet.paper.frame

    assert read_back(image, left + width - CODE, top, CODE) == codes.modules(reference(home.id))


def test_a_large_household_is_whole_on_paper_and_in_the_workbook(
    workspace: Workspace, home: Household, tmp_path: Path
) -> None:
    sheet = card(workspace, home)
    pages = printing.pages_of(sheet)
    printing.to_pdf(pages, tmp_path / "卡.pdf")
    write_workbook(sheet, tmp_path / "卡.xlsx")
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "卡.pdf").pages)
    plain = "".join(text.split())
    tab = openpyxl.load_workbook(tmp_path / "卡.xlsx").worksheets[0]
    cells = {str(cell) for row in tab.iter_rows(values_only=True) for cell in row if cell}
    values = {pair.value for block in sheet.cards[0].blocks for pair in block.pairs}
    values |= {cell for block in sheet.cards[0].blocks for row in block.rows for cell in row.cells}

    assert sum(len(block.rows) for block in sheet.cards[0].blocks if block.title == "家庭成员") == 12
    assert all("".join(value.split()) in plain for value in values)
    assert values - {""} <= cells
    for page in pages:
        for _left, top, right, bottom in (words.box for words in page.texts):
            assert 0 <= top < bottom <= page.height
            assert right <= page.width


def test_small_and_empty_households_have_a_page_each(workspace: Workspace, home: Household) -> None:
    every = compose(named("household_card"), workspace.replica, today=date(2026, 11, 22))
    pages = printing.pages_of(every)
    firsts = [page for page in pages if page.number == 1]

    assert len(firsts) == len(every.cards) == workspace.replica.count(Household)
    for page, one in zip(firsts, every.cards, strict=True):
        assert spaced(one.code) in [text.text for text in page.texts]


@pytest.mark.skipif(
    not (shutil.which("zbarimg") and shutil.which("pdftoppm")), reason="no reader of codes here"
)
def test_another_program_reads_every_code_of_the_slips(
    workspace: Workspace, home: Household, tmp_path: Path
) -> None:
    sheet = card(workspace, home, "visits", "known")
    printing.to_pdf(printing.pages_of(sheet), tmp_path / "册.pdf")
    subprocess.run(["pdftoppm", "-r", "150", "-png", "册.pdf", "p"], check=True, cwd=tmp_path)
    found = subprocess.run(
        ["zbarimg", "-q", "-Sdisable", "-Sqrcode.enable", *(p.name for p in tmp_path.glob("p*.png"))],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip

    assert f"QR-Code:{SIGN}{reference(home.id)}" in found.stdout.splitlines()


async def test_a_scanned_code_opens_its_household_and_not_its_neighbours(
    window: MainWindow, workspace: Workspace, home: Household, qtbot: QtBot
) -> None:
    (other,) = workspace.replica.all(Household, Household.head_name == "周满")
    went: list[tuple[str, dict[str, object]]] = []
    workspace.place_opened.connect(lambda place, where: went.append((place, where)))
    window.palette_.ask()

    scan(reference(other.id))
    await until(lambda: not window.palette_.isVisible())

    assert ("buildings", {"dwelling": home.dwelling}) in went
    assert went[-1] == ("household", {"id": other.id})


async def test_a_misread_code_opens_nothing(
    window: MainWindow, workspace: Workspace, home: Household
) -> None:
    went: list[str] = []
    workspace.place_opened.connect(lambda place, _where: went.append(place))
    digits = reference(home.id)
    window.palette_.ask()

    scan(digits[:-1] + str((int(digits[-1]) + 1) % 10))
    await until(lambda: bool(window.palette_.answered))
    await until(lambda: "户码有一位不对" in window.palette_.hint.text())

    assert went == []


def test_a_code_scanned_at_a_list_of_doors_is_looked_for_and_no_visit_comes_of_it(
    plan: PlanPage, hands: Hands
) -> None:
    replica = plan.workspace.replica
    homes = replica.all(Household)
    before = replica.count(Visit)
    wanted = next(one for one in homes if one.dwelling != plan.view.current)

    scan(reference(wanted.id))

    assert plan.view.current == wanted.dwelling
    assert replica.count(Visit) == before


async def test_the_papers_of_a_household_are_one_key_from_its_panel(
    window: MainWindow, workspace: Workspace, home: Household, tmp_path: Path
) -> None:
    window.open_place("household", {"id": home.id, "focus": True})
    Hands(window).press("Ctrl+P")
    page = window.page("home_papers")
    assert isinstance(page, HomePapersPage)
    await until(lambda: page.view.sheet is not None)

    assert page.view.sheet is not None
    assert [card.code for card in page.view.sheet.cards] == [reference(home.id)]
    page.choose(1)
    await until(lambda: page.view.sheet is not None and "登记表" in page.view.sheet.title)
    await page.view.write_pdf(tmp_path / "表.pdf")

    assert page.view.sheet.pen
    assert workspace.desk.trail.steps()[0].persons == 12


async def test_esc_leaves_the_papers_for_where_one_came_from(window: MainWindow, home: Household) -> None:
    window.open_place("buildings", {"dwelling": home.dwelling})
    window.open_place("home_papers", {"id": home.id})
    page = window.page("home_papers")
    assert isinstance(page, HomePapersPage)
    await until(lambda: page.view.sheet is not None)

    Hands(window).press("Esc")

    assert window.shown == "buildings"
