"""The sync centre without a mouse: every page and every key of it is reached, and the focus is never lost."""

import asyncio

from PySide6.QtWidgets import QApplication, QWidget
import pytest

from gridclient.records import Household, Resident
from gridclient.ui.main_window import MainWindow
from gridclient.ui.sync_centre import TABS, SyncPage
from gridclient.ui.waiting import FEW
from gridclient.ui.workspace import Workspace
from sync.errors import Removal
from tests.gui.test_seams import press
from tests.support import unsettled


@pytest.fixture(autouse=True)
def unsettled_things(workspace: Workspace) -> None:
    unsettled.everything(workspace.replica)


async def opened(window: MainWindow, tab: str) -> SyncPage:
    window.open_place("sync", {"tab": tab})
    await asyncio.sleep(0.1)
    page = window.page("sync")
    assert isinstance(page, SyncPage)
    return page


async def walked(window: MainWindow) -> list[QWidget]:
    """Where Tab goes until it comes back to where it began."""
    start = QApplication.focusWidget()
    found = [start]
    for _step in range(30):
        await press("Tab")
        if QApplication.focusWidget() is start:
            return found
        found.append(QApplication.focusWidget())
    raise AssertionError("Tab does not come back")


async def test_ctrl_tab_goes_through_every_page_and_the_keys_go_with_it(window: MainWindow) -> None:
    page = await opened(window, "waiting")

    shown, lost = [], []
    for _tab in TABS:
        await press("Ctrl+Tab")
        shown.append(TABS[page.tabs.currentIndex()])
        looked_at, focused = page.tabs.currentWidget(), QApplication.focusWidget()
        if not (looked_at is focused or looked_at.isAncestorOf(focused)):
            lost.append((shown[-1], focused.objectName()))

    assert shown == [*TABS[1:], TABS[0]]
    assert lost == [("waiting", "address")]


@pytest.mark.parametrize("tab", TABS)
async def test_tab_reaches_whatever_can_be_pressed_on_a_page(
    window: MainWindow, workspace: Workspace, tab: str
) -> None:
    unsettled.signed_in(workspace.replica)
    page = await opened(window, tab)

    reached = await walked(window)

    assert page.sync in reached
    assert page.tabs.tabBar() in reached
    assert {"refused": page.refused.rows, "statement": page.statement.period}.get(tab, reached[0]) in reached


async def test_tab_reaches_the_way_to_sign_in_from_every_page(window: MainWindow) -> None:
    page = await opened(window, "history")

    reached = await walked(window)

    assert [page.sign.address, page.sign.account, page.sign.password, page.sign.go] == [
        part for part in reached if page.sign.isAncestorOf(part)
    ]


async def test_an_answered_question_gives_the_keys_back_to_the_page(
    window: MainWindow, workspace: Workspace
) -> None:
    unsettled.signed_in(workspace.replica)
    page = await opened(window, "waiting")
    gone = frozenset(person.id for person in workspace.replica.all(Resident)[:40])
    workspace.set_sync_state(removal=Removal(len(gone), workspace.replica.held(), gone))
    page.setFocus()

    await press("Escape")

    assert page.removal.isHidden()
    assert page.tabs.isAncestorOf(QApplication.focusWidget())


async def test_a_page_of_the_statement_is_read_to_its_end_before_the_next_one(window: MainWindow) -> None:
    page = await opened(window, "statement")
    there = asyncio.Event()
    page.statement.composed.connect(there.set)
    page.statement.compose()
    await there.wait()

    told = []
    for key in ("PgDown",) * 9 + ("PgUp",) * 9:
        await press(key)
        bar = page.statement._desk.verticalScrollBar()
        told.append((page.statement.number.text()[:5], bar.value() == bar.maximum()))

    last = max(words for words, _end in told)
    assert ("第 1 页", True) in told
    assert told[8] == (last, True)
    assert told[-1] == ("第 1 页", False)


async def test_a_building_with_many_changes_is_read_beside_the_window(
    window: MainWindow, workspace: Workspace
) -> None:
    home = workspace.replica.all(Household)[0]
    made = [Household(dwelling=home.dwelling, head_name="新户", area=home.area) for _n in range(FEW + 1)]
    workspace.replica.import_many(made)
    page = await opened(window, "waiting")
    model, first = page.waiting.model(), page.waiting.model().index(0, 0)
    page.waiting.setCurrentIndex(first)

    there = asyncio.Event()
    model.rowsInserted.connect(lambda *_rows: there.set() if model.rowCount(first) > FEW else None)

    page.waiting.expand(first)
    at_once = model.index(0, 0, first).data()
    await there.wait()

    assert at_once == "正在读取…"
    assert page.waiting.isExpanded(first)
    assert page.waiting.currentIndex() == first
