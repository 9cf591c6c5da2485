"""The ground the GUI tests stand on."""

import asyncio
import threading

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
import pytest
from pytestqt.qtbot import QtBot

from tests.support import guards
from tests.support.compose import compose


def test_chinese_is_typed_as_an_input_method_commits_it(qtbot: QtBot) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)

    compose(line, "幸福里3栋")

    assert line.text() == "幸福里3栋"


def test_text_is_drawn_in_the_font_every_machine_has(qapp: QApplication) -> None:
    assert QFontInfo(qapp.font()).family() == "Noto Sans SC"


async def test_a_coroutine_runs_on_the_windows_thread(qloop: asyncio.AbstractEventLoop) -> None:
    elsewhere = await asyncio.to_thread(threading.current_thread)

    assert threading.current_thread() is threading.main_thread()
    assert elsewhere is not threading.main_thread()


async def test_a_coroutine_lets_the_window_live(qloop: asyncio.AbstractEventLoop, qtbot: QtBot) -> None:
    label = QWidget()
    qtbot.addWidget(label)
    QTimer.singleShot(1, lambda: label.setObjectName("alive"))

    await asyncio.sleep(0.05)

    assert label.objectName() == "alive"


def test_a_forgotten_window_and_a_forgotten_timer_are_found(qapp: QApplication) -> None:
    window = QWidget(windowTitle="忘关的窗口")
    window.show()
    timer = QTimer(interval=60_000)
    timer.start()

    left = guards.windows_and_timers(set())

    assert left == ["window QWidget '忘关的窗口'", "timer of 60000 ms, parent None"]
    assert guards.windows_and_timers(set()) == []


@pytest.mark.parametrize("_again", range(3))
def test_a_parented_timer_dies_with_its_window(qtbot: QtBot, _again: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    QTimer(window, interval=10).start()
