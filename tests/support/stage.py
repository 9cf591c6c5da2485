"""A page on a stage: shown and active like in the window, at a size of its own; and hands that press keys and count."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gridclient.ui.door_list import DoorLine
from gridclient.ui.today import TodayPage
from tests.support.compose import compose
from tests.support.rosters import until

NAMED = {
    "Delete": Qt.Key.Key_Delete,
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "PgDn": Qt.Key.Key_PageDown,
    "Tab": Qt.Key.Key_Tab,
    "↑": Qt.Key.Key_Up,
    "↓": Qt.Key.Key_Down,
    "←": Qt.Key.Key_Left,
    "→": Qt.Key.Key_Right,
    "Z": Qt.Key.Key_Z,
    "P": Qt.Key.Key_P,
}
PINYIN = 5  # keys an input method takes for one character


def on_stage(qtbot: QtBot, page: QWidget, width: int = 900, height: int = 700) -> QWidget:
    """Show ``page`` in an active window; the stage has no layout, since offscreen windows do not know size hints.

    The caller keeps what is returned for as long as the page is looked at.
    """
    stage = QWidget()
    qtbot.addWidget(stage)
    stage.resize(width, height)
    page.setParent(stage)
    page.setGeometry(0, 0, width, height)
    stage.show()
    page.show()
    stage.activateWindow()
    if asyncio._get_running_loop() is None:  # a coroutine lets the loop do it: tasks cannot run inside tasks
        QApplication.processEvents()
    return stage


async def settled(page: TodayPage) -> TodayPage:
    """Wait until the list of the day, which is read beside the window, is shown as it is stored."""
    for _attempt in range(1000):
        if page.settled:
            return page
        await asyncio.sleep(0.01)
    raise AssertionError("the round was never read")


async def on(qtbot: QtBot, page: TodayPage) -> QWidget:
    """Show today's page with the keys at its list."""
    stage = on_stage(qtbot, page)
    await settled(page)
    stage.activateWindow()
    page.list.setFocus()
    await until(page.list.hasFocus)
    return stage


def line_of(page: TodayPage, dwelling: str) -> DoorLine:
    """The line of a door in the list of today."""
    return next(line for line in page.list._model.lines if line.id == dwelling)


class Hands:
    """Presses keys wherever the focus is, and counts them."""

    def __init__(self, page: QWidget) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        """Press named keys (``Ctrl+Enter``, ``↓``) or type characters, one after the other."""
        for key in keys:
            target = QApplication.focusWidget() or self.page
            control = key.startswith("Ctrl+")
            held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
            plain = key.removeprefix("Ctrl+")
            if plain in NAMED:
                QTest.keyClick(target, NAMED[plain], held)
            else:
                QTest.keyClicks(target, plain, held)
            self.count += 1

    def type(self, characters: str) -> None:
        """Type character by character."""
        self.press(*characters)

    def say(self, words: str) -> None:
        """Chinese, as an input method commits it."""
        target = QApplication.focusWidget()
        assert target is not None
        compose(target, words)
        self.count += PINYIN * len(words)
