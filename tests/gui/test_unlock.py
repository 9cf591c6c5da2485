"""The first window: open, or lay down, and always a sentence when it does not work."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient import app as program, paths, settings
from gridclient.settings import Settings
from gridclient.ui import unlock
from gridclient.ui.main_window import MainWindow
from gridclient.ui.unlock import UnlockWindow
from tests.support import people
from tests.support.application import add_fonts

PASSPHRASE = people.PASSPHRASE


def existing(folder: Path) -> Path:
    people.desk_at(folder).close()
    return folder / "people.vault"


def test_enter_unlocks(qtbot: QtBot, tmp_path: Path) -> None:
    window = UnlockWindow(existing(tmp_path))
    qtbot.addWidget(window)
    qtbot.keyClicks(window.old.passphrase, "secret")

    with qtbot.waitSignal(window.wanted) as wanted:
        qtbot.keyClick(window.old.passphrase, Qt.Key.Key_Return)

    assert wanted.args == [tmp_path / "people.vault", "secret"]


def test_nothing_typed_is_said_and_nothing_is_tried(qtbot: QtBot, tmp_path: Path) -> None:
    window = UnlockWindow(existing(tmp_path))
    qtbot.addWidget(window)

    with qtbot.assertNotEmitted(window.wanted):
        window.old.button.click()

    assert window.old.problem.text() == "⚠ 请输入口令"


def test_a_refusal_stands_beside_the_passphrase(qtbot: QtBot, tmp_path: Path) -> None:
    window = UnlockWindow(existing(tmp_path))
    qtbot.addWidget(window)
    window.set_busy("正在解锁…")

    window.refuse("口令不对", "请检查大小写。")

    assert window.old.problem.text() == "⚠ 口令不对。请检查大小写。"
    assert window.old.button.isEnabled()


def test_caps_lock_is_noticed(qtbot: QtBot, tmp_path: Path) -> None:
    window = UnlockWindow(existing(tmp_path))
    qtbot.addWidget(window)
    window.show()

    qtbot.keyClick(window.old.passphrase, "A")  # a capital without Shift
    noticed = window.old.caps.isVisible()
    qtbot.keyClick(window.old.passphrase, "b")

    assert noticed
    assert not window.old.caps.isVisible()


@pytest.mark.parametrize(
    ("who", "code", "one", "two", "why"),
    [
        ("", "", "abcdef", "abcdef", "姓名"),
        ("张敏", "12", "abcdef", "abcdef", "12 位"),
        ("张敏", "", "abc", "abc", "至少 6 个"),
        ("张敏", "", "abcdef", "abcdeg", "不一样"),
        ("张敏", "519901001001", "abcdef", "abcdef", ""),
    ],
)
def test_the_first_time_asks_for_what_is_needed(
    qtbot: QtBot, tmp_path: Path, who: str, code: str, one: str, two: str, why: str
) -> None:
    window = UnlockWindow(tmp_path / "new.vault")
    qtbot.addWidget(window)
    new = window.new
    for line, text in ((new.who, who), (new.code, code), (new.passphrase, one), (new.again, two)):
        line.setText(text)
    sent: list[object] = []
    window.new_wanted.connect(lambda *told: sent.append(told))

    new.button.click()

    assert why in new.problem.text()
    assert bool(sent) == (not why)


def test_the_first_time_says_that_nobody_can_recover_the_passphrase() -> None:
    assert "无法找回" in unlock.LOST


async def test_a_wrong_passphrase_may_be_tried_again(
    qloop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    path = existing(tmp_path)
    opening = asyncio.ensure_future(program.unlocked(path))
    await asyncio.sleep(0.05)
    window = shown()

    window.wanted.emit(path, "wrong one")
    await told_something(window)
    told = window.old.problem.text()
    window.wanted.emit(path, PASSPHRASE)
    desk = await opening

    assert "口令不对" in told
    assert desk is not None
    assert desk.who == "张敏"
    desk.close()


async def test_a_first_time_lays_down_a_vault_that_knows_its_person(
    qloop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    path = tmp_path / "data" / "grid.vault"
    opening = asyncio.ensure_future(program.unlocked(path))
    await asyncio.sleep(0.05)

    shown().new_wanted.emit(path, PASSPHRASE, "张敏", "桂花社区", people.HOME)
    desk = await opening

    assert desk is not None
    assert (desk.who, desk.unit_name, desk.home) == ("张敏", "桂花社区", people.HOME)
    desk.close()
    assert path.exists()


async def test_closing_the_unlock_window_ends_the_program(
    qloop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    opening = asyncio.ensure_future(program.unlocked(existing(tmp_path)))
    await asyncio.sleep(0.05)

    shown().reject()

    assert await opening is None


async def test_a_session_opens_locks_and_closes_cleanly(
    qloop: asyncio.AbstractEventLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    existing(tmp_path)
    desk = people.Desk.open(tmp_path / "people.vault", PASSPHRASE)
    session = asyncio.ensure_future(program.worked(desk))
    await asyncio.sleep(0.8)

    window = main_window()
    window.locked.emit()
    again = await session
    desk.close()

    assert again
    assert window.shown == "today"


async def test_the_first_search_finds_the_index_written_up(
    qloop: asyncio.AbstractEventLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    existing(tmp_path)
    desk = people.Desk.open(tmp_path / "people.vault", PASSPHRASE)
    session = asyncio.ensure_future(program.worked(desk))
    await asyncio.sleep(0.8)

    missing = desk.index.catch_up()
    main_window().locked.emit()
    await session
    desk.close()

    assert missing == 0


async def test_the_vault_opened_last_is_offered_at_the_next_start(
    qloop: asyncio.AbstractEventLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    path = existing(tmp_path)
    running = asyncio.ensure_future(program._main(Settings(), None))
    await asyncio.sleep(0.05)
    shown().wanted.emit(path, PASSPHRASE)
    await asyncio.sleep(1)
    main_window().closing.emit()
    ended = await running

    chosen = settings.load(paths.settings_file())
    opening = asyncio.ensure_future(program._main(chosen, None))
    await asyncio.sleep(0.05)
    offered = shown().vault
    shown().reject()
    await opening

    assert ended == 0
    assert offered == path


def test_a_vault_that_is_gone_is_not_offered(tmp_path: Path) -> None:
    assert program._last_vault(Settings(vault=str(tmp_path / "gone.vault"))) == paths.vault_file()


def test_qts_own_words_are_chinese(qapp: QApplication) -> None:
    program.speak_chinese(qapp)
    add_fonts(qapp)

    assert QApplication.translate("QPlatformTheme", "Cancel") == "取消"


@pytest.mark.parametrize(("modifiers", "module"), [("@im=fcitx", "ibus"), ("@im=ibus", ""), ("", "")])
def test_fcitx_is_spoken_to_as_ibus(monkeypatch: pytest.MonkeyPatch, modifiers: str, module: str) -> None:
    import os

    monkeypatch.setenv("XMODIFIERS", modifiers)
    monkeypatch.setenv("QT_IM_MODULE", "")

    program.ask_for_the_right_input_method()

    assert os.environ["QT_IM_MODULE"] == module


async def told_something(window: UnlockWindow) -> None:
    for _attempt in range(200):
        if window.old.problem.isVisible():
            return
        await asyncio.sleep(0.02)


def main_window() -> MainWindow:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible())


def shown() -> UnlockWindow:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, UnlockWindow) and w.isVisible())
