"""A ledger is frozen from where it is shown, found again by its number, printed as it was, and compared with now."""

import asyncio

import pytest
from pytestqt.qtbot import QtBot

from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.filing import Origin, thaw
from gridclient.ledger.template import named
from gridclient.records import FrozenLedger, FrozenPart, Resident
from gridclient.store import frozen
from gridclient.ui.freezing import Asked, Freezing
from gridclient.ui.frozen_page import FrozenPage
from gridclient.ui.ledgers import LedgersPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.printing import pages_of
from gridclient.ui.workspace import Workspace
from tests.support.frozen_pictures import filed
from tests.support.rosters import until
from tests.support.stage import Hands, on_stage


@pytest.fixture
def page(qloop: asyncio.AbstractEventLoop, workspace: Workspace) -> FrozenPage:
    return FrozenPage(workspace)


async def opened(page: FrozenPage, ledger: FrozenLedger) -> None:
    """Wait until this ledger is the one marked."""
    page.open(id=ledger.id)
    await until(lambda: page.ledger is not None and page.ledger.id == ledger.id and page._opened == ledger.id)


async def test_the_list_says_what_was_signed_and_the_paper_is_the_one_of_then(
    page: FrozenPage, qtbot: QtBot, workspace: Workspace
) -> None:
    ledger = filed(workspace)
    then = thaw(workspace.replica, ledger)
    person = workspace.replica.all(Resident)[0]
    person.name = "改名"
    workspace.save(person)
    stage = on_stage(qtbot, page, 1100, 660)

    await opened(page, ledger)
    await until(lambda: page.view.sheet is not None)

    assert page.view.sheet == then
    texts = page.rows.rows.told[0].texts
    assert texts[0] == ledger.number
    assert texts[3:6] == ("张敏", "李建国", "2026-10-30 16:20")
    assert texts[6:] == (str(then.persons), "已遮住")
    stage.close()


async def test_printing_it_again_is_noted_with_its_number(
    page: FrozenPage, qtbot: QtBot, workspace: Workspace, tmp_path
) -> None:
    ledger = filed(workspace)
    stage = on_stage(qtbot, page, 1100, 660)
    await opened(page, ledger)
    await until(lambda: page.view.sheet is not None)

    await page.view.write_pdf(tmp_path / "定稿.pdf")

    step = workspace.desk.trail.steps()[0]
    assert (step.act.value, step.why) == ("export", f"重印 {ledger.number}")
    stage.close()


async def test_c_shows_what_differs_by_now_and_again_the_paper(
    page: FrozenPage, qtbot: QtBot, workspace: Workspace
) -> None:
    ledger = filed(workspace)
    person = workspace.replica.all(Resident)[0]
    before, person.name = person.name, "欧阳改名"
    workspace.save(person)
    stage = on_stage(qtbot, page, 1100, 660)
    await opened(page, ledger)
    page.rows.setFocus()

    Hands(page).type("c")
    await until(page.cells.isVisible)

    assert "变了" in page.told.text()
    shown = [told.texts for told in page.cells.rows.told]
    assert ("变了", "姓名", before, "欧阳改名") in [(t[0], *t[3:]) for t in shown]
    Hands(page).type("c")
    assert page.paper.isVisible()
    assert not page.cells.isVisible()
    stage.close()


async def test_whole_numbers_are_shown_after_enter_and_that_is_noted(
    page: FrozenPage, qtbot: QtBot, workspace: Workspace
) -> None:
    other, ledger = filed(workspace), filed(workspace, why="消防核对")
    stage = on_stage(qtbot, page, 1100, 660)
    await opened(page, other)
    await until(lambda: page.view.sheet is not None)
    await opened(page, ledger)
    page.rows.setFocus()
    assert page.view.sheet is None  # nor the one before, which Ctrl+P would print
    assert not workspace.desk.trail.steps()

    Hands(page).press("Enter")
    await until(lambda: page.view.sheet is not None)

    step = workspace.desk.trail.steps()[0]
    assert (step.act.value, step.full, step.why) == ("unmask", True, "消防核对")
    assert ledger.number in step.what
    stage.close()


async def test_a_damaged_one_says_so_where_its_paper_would_be(
    page: FrozenPage, qtbot: QtBot, workspace: Workspace
) -> None:
    ledger = filed(workspace)
    part = workspace.replica.all(FrozenPart)[0]
    part.content = "A" * len(part.content)
    workspace.replica.save(part)
    stage = on_stage(qtbot, page, 1100, 660)

    await opened(page, ledger)
    await until(lambda: "损坏" in page.paper.title.text())

    assert page.view.sheet is None
    stage.close()


async def test_one_is_withdrawn_with_a_reason_only_and_comes_back_with_undo(
    page: FrozenPage, qtbot: QtBot, workspace: Workspace
) -> None:
    ledger = filed(workspace)
    stage = on_stage(qtbot, page, 1100, 660)
    await opened(page, ledger)
    page.withdraw()

    page.withdrawing.why.returnPressed.emit()
    assert frozen.ledgers(workspace.replica)
    page.withdrawing.why.setText("表头写错")
    page.withdrawing.why.returnPressed.emit()

    gone = workspace.replica.get(FrozenLedger, ledger.id)
    assert gone is not None
    assert gone.removed_why == "表头写错"
    assert not frozen.ledgers(workspace.replica)
    workspace.undo()
    assert [one.number for one in frozen.ledgers(workspace.replica)] == [ledger.number]
    stage.close()


async def test_what_is_frozen_is_what_was_shown_when_it_was_asked_for(
    page: FrozenPage, qtbot: QtBot, workspace: Workspace
) -> None:
    template = named("residents")
    sheet = compose(template, workspace.replica, who="张敏", today=workspace.today)
    line = Freezing(workspace, lambda: Asked(sheet, Origin(template, Scope()), "张敏"), page)
    places: list[tuple[str, dict[str, str]]] = []
    workspace.place_opened.connect(lambda place, where: places.append((place, where)))
    stage = on_stage(qtbot, page, 1100, 660)
    line.ask()
    assert line.by.text() == "张敏"
    line.by.clear()
    line.freeze()
    assert "制表人" in line.wrong.text()
    assert not frozen.ledgers(workspace.replica)
    person = workspace.replica.all(Resident)[0]
    person.name = "改名"
    workspace.save(person)

    line.by.setText("王小敏")
    line.freeze()
    await until(lambda: bool(places))

    (ledger,) = frozen.ledgers(workspace.replica)
    assert places == [("frozen", {"id": ledger.id})]
    assert thaw(workspace.replica, ledger).rows == sheet.rows
    assert ledger.made_by == "王小敏"
    stage.close()


async def test_from_the_ledger_that_is_shown_three_keys_lead_to_its_number(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    ledgers = LedgersPage(workspace)
    stage = on_stage(qtbot, ledgers, 1100, 660)
    ledgers.open(ledger="residents")
    await until(lambda: ledgers.view.sheet is not None and "常住" in ledgers.view.sheet.title)
    shown = ledgers.view.sheet
    assert shown is not None

    Hands(ledgers).press("Ctrl+G")
    assert ledgers.freezing.isVisible()
    Hands(ledgers).press("Enter")
    await until(lambda: bool(frozen.ledgers(workspace.replica)))

    (ledger,) = frozen.ledgers(workspace.replica)
    assert thaw(workspace.replica, ledger).rows == shown.rows
    assert ledger.made_by == ledgers.view.printed_by
    assert ledger.pages == len(pages_of(thaw(workspace.replica, ledger)))
    await until(lambda: not ledgers.freezing.isVisible())
    stage.close()


async def test_ctrl_k_leads_from_a_number_to_its_paper(window: MainWindow, workspace: Workspace) -> None:
    filed(workspace, "dwellings")
    ledger = filed(workspace)
    window.palette_.ask(ledger.number)
    await until(lambda: window.palette_.answered == ledger.number)

    Hands(window).press("Enter")

    page = window.page("frozen")
    assert isinstance(page, FrozenPage)
    await until(lambda: page.view.sheet is not None and ledger.number in page.view.sheet.mark)
    assert window.shown == "frozen"
    assert page.ledger is not None
    assert page.ledger.number == ledger.number


def test_the_search_finds_it_by_its_number_and_by_who_made_it(workspace: Workspace) -> None:
    ledger = filed(workspace)

    assert workspace.ids_for("frozen_ledger", ledger.number) == [ledger.id]
    assert workspace.ids_for("frozen_ledger", "张敏") == [ledger.id]
    assert ledger.number in workspace.line_of("frozen_ledger", ledger.id)
