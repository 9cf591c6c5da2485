"""The one road: expected errors become a line, bugs become a report, and neither tells a personal value."""

from collections.abc import Iterator
import logging

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from gridclient.errors import NoSpace
from gridclient.ui import messages
from gridclient.ui.messages import BusyBar, MessageBar
from gridclient.ui.saying import Busy, Cancelled, Message, Tone
from sync.errors import Offline
from tests.support.stage import on_stage

NAME = "王思远"


@pytest.fixture
def heard() -> Iterator[list[Message]]:
    told: list[Message] = []
    messages.listen(told.append)
    yield told
    messages.listen(None)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


@pytest.mark.parametrize("kind", [NoSpace, Offline])
def test_an_expected_error_is_told_with_its_advice(heard: list[Message], kind: type[Exception]) -> None:
    messages.report(kind("磁盘满了", "请清理磁盘。"))

    assert heard == [Message("磁盘满了", "请清理磁盘。", Tone.BAD)]


def test_what_somebody_cancelled_is_no_bad_news(heard: list[Message]) -> None:
    messages.report(Cancelled())

    assert heard == [Message("已取消")]


@pytest.mark.expects_log
def test_a_bug_is_owned_up_to_once_without_a_personal_value(
    qtbot: QtBot, heard: list[Message], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        messages.report(raised(KeyError(NAME)))
        messages.report(raised(KeyError(NAME)))

    dialog = messages._Road.dialog
    assert dialog is not None
    text = dialog.text.toPlainText()
    dialog.accept()

    assert "builtins.KeyError" in text
    assert "test_messages.py" in text
    assert NAME not in text + caplog.text
    assert messages._Road.dialog is None
    assert heard == []


def test_a_bug_is_owned_up_to_again_after_the_window_of_an_earlier_one_is_gone(
    qtbot: QtBot, heard: list[Message]
) -> None:
    messages.show_bug("第一份报告")
    earlier = messages._Road.dialog
    assert earlier is not None
    delete(earlier)

    messages.show_bug("第二份报告")

    again = messages._Road.dialog
    assert again is not None
    assert "第二份报告" in again.text.toPlainText()
    again.accept()


def test_a_report_tells_what_led_to_it() -> None:
    error = ValueError(NAME)
    error.__cause__ = raised(OSError(NAME))

    text = messages.report_text(error)

    assert "builtins.OSError" in text
    assert "builtins.ValueError" in text
    assert NAME not in text


def test_good_news_go_by_themselves(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(messages.SECONDS, Tone.GOOD, 0.05)
    bar = MessageBar()
    qtbot.addWidget(bar)

    bar.show_message(Message("已存本机", tone=Tone.GOOD))

    assert bar.isVisible()
    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=2000)


def test_cancelling_by_mouse_or_by_key_leaves_the_keys_where_they_are(qtbot: QtBot) -> None:
    page, cancelled = QWidget(), list[bool]()
    layout = QVBoxLayout(page)
    bar, line = BusyBar(lambda: cancelled.append(True)), QLineEdit()
    layout.addWidget(bar)
    layout.addWidget(line)
    stage = on_stage(qtbot, page)
    stage.activateWindow()
    line.setFocus()
    bar.show_busy(Busy("正在导入", 1, 3, cancellable=True))
    QTest.mouseClick(bar.findChild(QPushButton, "cancel"), Qt.MouseButton.LeftButton)
    assert line.hasFocus()
    QTest.keyClick(line, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(cancelled) == 2)
    bar.show_busy(Busy())

    assert line.hasFocus()
