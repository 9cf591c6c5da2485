"""Keys in an order nobody planned for: leaving in the middle of a form, and the habit of Ctrl+Enter."""

from PySide6.QtWidgets import QApplication

from gridclient.records import Visit
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.gui.test_seams import press, today_of
from tests.support.rosters import until
from tests.support.stage import settled


async def test_what_was_half_typed_goes_on_in_the_same_blank_after_a_look_elsewhere(
    window: MainWindow,
) -> None:
    page = await settled(await today_of(window))
    await press("6", *"5199")
    blank = QApplication.focusWidget()

    await press("F8")
    await until(lambda: window.shown == "matters")
    away = QApplication.focusWidget()
    await press("F2", "Escape", *"01")  # Esc at the list leads back into the form

    assert away is not blank
    assert QApplication.focusWidget() is blank
    (_name, told), *_rest = page.loop.rack.draft()["forms"]
    assert told["line"]["number"] == "519901"


async def test_ctrl_enter_confirms_the_answer_that_waits_and_nothing_else(
    window: MainWindow, workspace: Workspace
) -> None:
    page = await settled(await today_of(window))
    first = page.list.current

    await press("1", "Ctrl+Return")
    moved = page.list.current
    await press("Ctrl+Return")

    (made,) = workspace.replica.all(Visit, Visit.source == "visit")
    assert made.dwelling == first
    assert moved == page.list.current != first
    assert page.list.hasFocus()
