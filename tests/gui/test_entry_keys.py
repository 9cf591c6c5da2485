"""Entry in the whole window: the sheet's keys are its own while it has the focus, and each is counted."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gridclient.records import Building, Household, Resident
from gridclient.ui.main_window import MainWindow
from gridclient.ui.sheet import StairSheet
from gridclient.ui.sheet_model import FIELDS
from gridclient.ui.workspace import Workspace
from tests.support.compose import compose
from tests.support.rosters import until
from tests.support.sheets import COLUMN, number, person, stand, vacant

PINYIN = 5  # keys an input method takes for one character


class Keys:
    """Sends keys to the widget with the focus, the way the window system would, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    async def press(self, *names: str) -> None:
        for name in names:
            stroke = QKeySequence(name)[0]  # type: ignore[index] # its stub forgets __getitem__
            text = name if len(name) == 1 else ""
            QTest.sendKeyEvent(
                QTest.KeyAction.Click, focused(), stroke.key(), text, stroke.keyboardModifiers()
            )
            self.count += 1
            await asyncio.sleep(0)

    async def say(self, words: str) -> None:
        compose(focused(), words)
        self.count += PINYIN * len(words)
        await asyncio.sleep(0)


def focused():  # type: ignore[no-untyped-def]
    found = QApplication.focusWidget()
    assert found is not None
    return found


async def sheet_of(window: MainWindow, workspace: Workspace, keys: Keys) -> StairSheet:
    """The sheet of the first building, reached by keys."""
    building = next(b for b in workspace.replica.all(Building) if b.name == "1号楼")
    window.open_place("buildings", {"building": building.id})
    await until(lambda: bool(window.page("buildings").plan.view.current))
    await keys.press("F5", "F5")
    sheet = window.page("buildings").sheet
    await until(lambda: bool(sheet.model.rows))
    keys.count = 0
    return sheet


async def test_a_person_in_an_empty_flat_costs_no_more_than_the_words_and_eight_keys(
    window: MainWindow, workspace: Workspace
) -> None:
    keys = Keys()
    sheet = await sheet_of(window, workspace, keys)
    row = vacant(sheet)
    stand(sheet, row, "name")

    await keys.say("王芳")
    await keys.press("Tab", "h", "z", "Tab", *number())
    await keys.press("Tab", "Tab", *"19900012345", "Return")

    stored = workspace.replica.get(Resident, row.record.id)
    assert stored is not None
    assert (stored.name, stored.relation, stored.phones) == ("王芳", "02", ["19900012345"])
    assert (stored.id_number, stored.sex) == (number(), "1")
    assert keys.count <= 2 * PINYIN + 18 + 11 + 8
    sheet._gather.stop()


async def test_f2_and_ctrl_z_are_the_sheet_s_while_it_has_the_focus(
    window: MainWindow, workspace: Workspace
) -> None:
    keys = Keys()
    sheet = await sheet_of(window, workspace, keys)
    row = person(sheet)
    stand(sheet, row, "employer")
    await keys.press("a", "b", "Return")
    stand(sheet, row, "employer")

    await keys.press("F2", "c", "Return")
    assert window.shown == "buildings"
    assert row.text(FIELDS[COLUMN["employer"]]) == "abc"
    await keys.press("Ctrl+Z")
    assert row.text(FIELDS[COLUMN["employer"]]) == "ab"
    await keys.press("Ctrl+Z")

    assert workspace.replica.get(Resident, row.record.id).employer == ""  # type: ignore[union-attr]
    sheet._gather.stop()


async def test_the_panel_makes_room_for_the_sheet_and_comes_back(
    window: MainWindow, workspace: Workspace
) -> None:
    keys = Keys()
    sheet = await sheet_of(window, workspace, keys)
    panel = window._panel

    assert panel is not None
    assert panel.isHidden()
    assert sheet.width() > 800
    await keys.press("F5", "F5")

    assert panel.isVisible()
    sheet._gather.stop()


async def test_a_roster_from_excel_is_in_the_list_after_two_keys(
    window: MainWindow, workspace: Workspace
) -> None:
    keys, count = Keys(), workspace.replica.count(Resident)
    home = next(h for h in workspace.replica.all(Household) if h.number)
    window.open_place("residents", {})
    page = window.page("residents").page
    page.table.setFocus()
    QGuiApplication.clipboard().setText(
        f"姓名\t户号\t性别\n王芳\t{home.number}\t女\n赵敏\t{home.number}\t女\n"
    )

    await keys.press("Ctrl+V", "Return")

    assert workspace.replica.count(Resident) == count + 2
    assert keys.count == 2
    assert page.table.hasFocus()
    await keys.press("Ctrl+Z")
    assert workspace.replica.count(Resident) == count


async def test_the_form_of_a_person_already_known_leads_to_him_with_one_key(
    window: MainWindow, workspace: Workspace
) -> None:
    keys, known = Keys(), workspace.replica.all(Resident)[0]
    window.open_place("records", {"kind": "resident", "new": True})
    form = window.page("residents").page.pane.form
    form.form.focus("id_number")
    await keys.press(*known.id_number)
    await until(lambda: bool(form.likes.found))

    await keys.press("Alt+O")

    assert form.record.id == known.id
    assert not form.dirty
    assert focused().focusPolicy() != Qt.FocusPolicy.NoFocus
