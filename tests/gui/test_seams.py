"""Keys in the whole window, as a keyboard sends them: shortcuts first, then whatever has the focus."""

import asyncio
from collections.abc import Iterator

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest

from gridclient.records import Visit
from gridclient.ui.form import RecordForm
from gridclient.ui.main_window import MainWindow
from gridclient.ui.saying import Tone
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import Workspace


@pytest.fixture
def window(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, dressed: QApplication
) -> Iterator[MainWindow]:
    made = MainWindow(workspace)
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    yield made
    made.close_for_good()
    made.deleteLater()


async def press(*keys: str) -> None:
    """Send keys to the widget with the focus, the way the window system would."""
    for name in keys:
        stroke = QKeySequence(name)[0]  # type: ignore[index] # its stub forgets __getitem__
        text = name.lower() if len(name) == 1 else ""
        QTest.sendKeyEvent(
            QTest.KeyAction.Click, QApplication.focusWidget(), stroke.key(), text, stroke.keyboardModifiers()
        )
        await asyncio.sleep(0.01)


async def today_of(window: MainWindow) -> TodayPage:
    """The day's list, with the focus in it."""
    window.open_place("today", {})
    await asyncio.sleep(0.1)
    page = window.page("today")
    assert isinstance(page, TodayPage)
    page.list.setFocus()
    return page


def made_by(workspace: Workspace, before: list[Visit]) -> list[Visit]:
    known = {visit.id for visit in before}
    return [visit for visit in workspace.replica.all(Visit) if visit.id not in known]


@pytest.mark.parametrize("key", ["Return", "Ctrl+Return"])
async def test_an_appointment_closes_one_door_and_the_list_keeps_the_focus(
    window: MainWindow, workspace: Workspace, key: str
) -> None:
    page, before = await today_of(window), workspace.replica.all(Visit)

    await press("7", key)

    assert [visit.outcome for visit in made_by(workspace, before)] == ["postponed"]
    assert page.list.hasFocus()


async def test_enter_that_asks_for_a_door_is_not_pressed_again_at_the_list(window: MainWindow) -> None:
    page = await today_of(window)

    await press("/", *"zzzz", "Return")

    assert window.shown == "today"
    assert page.list.hasFocus()


@pytest.mark.parametrize("key", ["1", "2", "6", "7", "M", "W", "/"])
async def test_esc_ends_what_was_begun_at_a_door(window: MainWindow, key: str) -> None:
    page = await today_of(window)

    await press(key, "Escape")

    assert (page.loop.form, page.loop.armed) == (None, "")
    assert page.list.hasFocus()


async def test_esc_closes_the_palette_and_gives_the_focus_back(window: MainWindow) -> None:
    page = await today_of(window)

    await press("Ctrl+K", "Escape")

    assert not window.palette_.isVisible()
    assert page.list.hasFocus()


async def test_esc_comes_back_from_the_household_and_from_the_tree(window: MainWindow) -> None:
    page = await today_of(window)

    for keys in (("Return", "Escape"), ("Ctrl+3", "Escape"), ("Ctrl+1", "Escape")):
        await press(*keys)
        assert page.list.hasFocus(), keys


async def test_esc_that_nobody_wants_closes_the_message(window: MainWindow, workspace: Workspace) -> None:
    await today_of(window)
    workspace.say("磁盘满了", tone=Tone.BAD)

    await press("Escape")

    assert not window.messages.isVisible()


async def test_esc_leaves_a_form_with_its_draft(window: MainWindow, workspace: Workspace) -> None:
    workspace.open_place("records", kind="resident", new=True)
    await asyncio.sleep(0.05)
    await press("A", "Escape")

    pane = window.page("residents").findChild(RecordForm)
    assert pane is not None
    assert not pane.isVisible()
    assert len(workspace.desk.drafts.all("resident")) == 1
