"""Leaving with work the centre lacks: one question, one key, nothing lost, and no waiting for a network."""

import asyncio
from collections.abc import Callable
import threading
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.ui.leaving import LeavingQuestion, sentence, worth_asking
from gridclient.ui.workspace import Workspace
from sync.engine import Round
from sync.errors import Offline


@pytest.fixture
def known(workspace: Workspace, dressed: QApplication) -> Workspace:
    """A laptop that has a centre."""
    workspace.replica.set_meta("hub", "https://hub.example")
    return workspace


def asked(workspace: Workspace, qtbot: QtBot) -> tuple[LeavingQuestion, list[str]]:
    """The question, open, and what came of it."""
    question = LeavingQuestion(workspace, "退出")
    told: list[str] = []
    question.agreed.connect(lambda: told.append("agreed"))
    question.rejected.connect(lambda: told.append("stayed"))
    question.show()
    question.activateWindow()
    return question, told


async def true(what: Callable[[], bool]) -> None:
    for _attempt in range(300):
        if what():
            return
        await asyncio.sleep(0.01)


async def focused(question: LeavingQuestion) -> None:
    await true(lambda: question.sync.hasFocus() or question.leave.hasFocus())


def test_the_sentence_says_how_many_and_that_they_are_safe() -> None:
    assert sentence(12) == "还有 12 条修改没有上传；都已存在本机，联网后会自动上传。"
    assert sentence(12, 3).startswith("还有 12 条修改、3 张照片没有上传；")
    assert sentence(0, 3).startswith("还有 3 张照片没有上传；")


def test_nobody_is_asked_when_nothing_waits_or_there_is_no_centre(workspace: Workspace) -> None:
    without_centre = worth_asking(workspace)
    workspace.replica.set_meta("hub", "https://hub.example")
    waiting = worth_asking(workspace)
    workspace.replica.acknowledge(workspace.replica.last_mseq, [])

    assert (without_centre, waiting, worth_asking(workspace)) == (False, True, False)


@pytest.mark.parametrize(("key", "outcome"), [(Qt.Key.Key_Q, "agreed"), (Qt.Key.Key_Escape, "stayed")])
async def test_one_key_leaves_and_one_stays(
    qloop: asyncio.AbstractEventLoop, known: Workspace, qtbot: QtBot, key: Qt.Key, outcome: str
) -> None:
    question, told = asked(known, qtbot)
    await focused(question)

    qtbot.keyClick(question.sync, key)
    await true(lambda: bool(told))

    assert told == [outcome]
    assert not question.isVisible()


async def test_enter_sends_first_and_then_leaves(
    qloop: asyncio.AbstractEventLoop, known: Workspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    rounds: list[str] = []

    def sync(**_named: Any) -> Round:
        rounds.append("round")
        return Round(up=3, agreed=True)

    monkeypatch.setattr(known.desk, "sync", sync)
    question, told = asked(known, qtbot)
    await focused(question)

    qtbot.keyClick(question.sync, Qt.Key.Key_Return)
    await true(lambda: bool(told))

    assert (rounds, told) == (["round"], ["agreed"])


async def test_without_a_network_the_next_enter_leaves(
    qloop: asyncio.AbstractEventLoop, known: Workspace, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def lost(**_named: Any) -> Round:
        raise Offline("现在连接不上中心")

    monkeypatch.setattr(known.desk, "sync", lost)
    question, told = asked(known, qtbot)
    await focused(question)
    qtbot.keyClick(question.sync, Qt.Key.Key_Return)
    await true(lambda: "连接不上" in question.told.text())
    before = list(told)

    qtbot.keyClick(question.leave, Qt.Key.Key_Return)
    await true(lambda: bool(told))

    assert (before, told) == ([], ["agreed"])


async def test_a_laptop_known_to_be_offline_leaves_with_enter_at_once(
    qloop: asyncio.AbstractEventLoop, known: Workspace, qtbot: QtBot
) -> None:
    known.set_sync_state(online=False)
    question, told = asked(known, qtbot)
    await focused(question)

    qtbot.keyClick(question.leave, Qt.Key.Key_Return)
    await true(lambda: bool(told))

    assert told == ["agreed"]


@pytest.mark.parametrize(("key", "outcome"), [(Qt.Key.Key_Q, "agreed"), (Qt.Key.Key_Escape, "stayed")])
async def test_a_slow_line_holds_nobody(
    qloop: asyncio.AbstractEventLoop,
    known: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    key: Qt.Key,
    outcome: str,
) -> None:
    over, ended = threading.Event(), threading.Event()

    def slow(*, cancelled: Callable[[], bool]) -> Round:
        over.wait(10)
        assert cancelled()
        ended.set()
        return Round()

    monkeypatch.setattr(known.desk, "sync", slow)
    question, told = asked(known, qtbot)
    await focused(question)
    qtbot.keyClick(question.sync, Qt.Key.Key_Return)
    await asyncio.sleep(0.05)

    qtbot.keyClick(question.leave, key)
    await true(lambda: bool(told))
    left = list(told)
    over.set()
    await true(ended.is_set)
    await asyncio.sleep(0.05)

    assert left == told == [outcome]
