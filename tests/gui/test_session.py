"""A session ends, is locked or changes its colours without losing a letter of what is half typed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
import errno
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gridclient import app as program, paths, settings
from gridclient.records import Resident
from gridclient.settings import Settings
from gridclient.store import wipe
from gridclient.ui import style
from gridclient.ui.form import RecordForm
from gridclient.ui.leaving import LeavingQuestion
from gridclient.ui.main_window import MainWindow
from gridclient.ui.session import Ended
from gridclient.ui.unlock import UnlockWindow
from gridclient.ui.wiped import LEFT, WipedWindow
from tests.support import people, screens
from tests.support.compose import compose


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    people.desk_at(tmp_path).close()
    return tmp_path / "people.vault"


@pytest.fixture
def undressed(qapp: QApplication) -> Iterator[None]:
    """A session dresses the application; here it is undone."""
    yield
    screens.undress(qapp)


@asynccontextmanager
async def session(vault: Path) -> AsyncIterator[tuple[people.Desk, "asyncio.Future[Ended]"]]:
    desk = people.Desk.open(vault, people.PASSPHRASE)
    running = asyncio.ensure_future(program.worked(desk))
    try:
        await true(lambda: bool(windows(MainWindow)))
        yield desk, running
    finally:
        if not running.done():
            windows(MainWindow)[0].locked.emit()
        await running
        desk.close()


def windows(kind: type) -> list:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


async def true(what: Callable[[], bool]) -> None:
    for _attempt in range(500):
        if what():
            return
        await asyncio.sleep(0.01)


def typing(window: MainWindow, desk: people.Desk) -> tuple[RecordForm, str]:
    """A person's form with a word just typed, whose draft is not due yet; and the person's id."""
    person = desk.replica.all(Resident)[0]
    window.open_place("records", {"kind": "resident", "id": person.id})
    form = window.page("residents").page.pane.form
    editor = form.form.editor("employer")
    line = editor if isinstance(editor, QLineEdit) else editor.findChild(QLineEdit)
    line.setFocus()
    compose(line, "刚打的字")
    return form, person.id


def typed(form: RecordForm) -> str:
    return str(form.form.editor("employer").raw())


async def test_locking_keeps_the_last_letter(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None
) -> None:
    async with session(vault) as (desk, running):
        window = windows(MainWindow)[0]
        form, person = typing(window, desk)
        text = typed(form)
        window.locked.emit()
        how = await running
        draft = desk.drafts.take(person)

    assert "刚打的字" in text
    assert how is Ended.LOCKED
    assert draft is not None
    assert draft.values["employer"] == text


async def test_other_colours_keep_the_form_open_and_what_is_typed_in_it(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None
) -> None:
    async with session(vault) as (desk, _running):
        old = windows(MainWindow)[0]
        form, person = typing(old, desk)
        text = typed(form)
        old.open_place("settings", {})

        old.page("settings").form.editor("theme").show_value("dark")
        old.page("settings").form.edited.emit("theme")
        await true(lambda: style.colours().dark and windows(MainWindow) != [old])
        new = windows(MainWindow)[0]
        again = new.page("residents").page.pane.form

        assert new is not old
        assert new.shown == "settings"
        assert (again.record.id, typed(again), again.dirty) == (person, text, True)
    assert settings.load(paths.settings_file()).theme == "dark"


async def test_the_window_before_other_colours_hears_of_nothing_any_more(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None, qtbot: QtBot
) -> None:
    heard: list[object] = []
    async with session(vault) as (desk, _running):
        old = windows(MainWindow)[0]
        old.open_place("buildings", {})
        old.open_place("settings", {})
        old.page("settings").form.editor("theme").show_value("dark")
        old.page("settings").form.edited.emit("theme")
        await true(lambda: not isValid(old))
        with qtbot.captureExceptions() as failures:
            workspace = windows(MainWindow)[0].workspace
            workspace.changed.connect(heard.append)
            person = desk.replica.all(Resident)[0]
            person.employer = "桃溪中学"
            workspace.save(person)
            await true(lambda: bool(heard))

    assert failures == []


async def test_other_colours_keep_a_record_that_does_not_exist_yet(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None
) -> None:
    async with session(vault) as (_desk, _running):
        old = windows(MainWindow)[0]
        old.open_place("records", {"kind": "resident", "new": True})
        form = old.page("residents").page.pane.form
        form.form.editor("name").show_raw("王小明")
        form.form.edited.emit("name")

        old.workspace.set_settings(Settings(theme="dark"), looks=True)
        await true(lambda: windows(MainWindow) != [old])
        again = windows(MainWindow)[0].page("residents").page.pane.form

        assert again.is_new
        assert again.form.editor("name").raw() == "王小明"
        assert len(old.workspace.desk.drafts.all("resident")) == 1


@pytest.mark.parametrize(("key", "form"), [("6", "tenant"), ("m", "remark")])
async def test_what_is_half_typed_at_a_door_is_there_again_in_other_colours(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None, qtbot: QtBot, key: str, form: str
) -> None:
    async with session(vault) as (desk, _running):
        old = windows(MainWindow)[0]
        page = old.page("today")
        old.activateWindow()
        await true(lambda: page.loop.door is not None)
        page.list.setFocus()
        qtbot.keyClicks(page.list, key)
        compose(QApplication.focusWidget(), "5199")

        old.workspace.set_settings(Settings(theme="dark"), looks=True)
        await true(lambda: windows(MainWindow) != [old])
        kept = [draft.values["forms"][-1][0] for draft in desk.drafts.all("visit")]
        new = windows(MainWindow)[0].page("today")
        again = new.loop
        await true(lambda: "没保存的内容" in again.strip.bar.text.text())
        new.list.setFocus()
        await true(new.list.hasFocus)
        qtbot.keyClick(new.list, Qt.Key.Key_Return)

        assert kept == [form]
        assert again.form is again.rack.forms[form]
        assert "5199" in str(again.form.draft())


async def test_a_setting_chosen_just_before_the_lock_is_kept(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None
) -> None:
    async with session(vault) as (_desk, running):
        window = windows(MainWindow)[0]
        window.open_place("settings", {})
        window.page("settings").form.editor("lock_minutes").show_value(33)
        window.page("settings").form.edited.emit("lock_minutes")
        window.locked.emit()
        await running

    assert settings.load(paths.settings_file()).lock_minutes == 33


async def test_closing_asks_once_while_something_waits_and_the_answer_counts(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None, qtbot: QtBot
) -> None:
    async with session(vault) as (desk, running):
        window = windows(MainWindow)[0]
        desk.replica.set_meta("hub", "https://hub.example")
        window.close()
        window.close()
        first = windows(LeavingQuestion)
        first[0].reject()
        await asyncio.sleep(0.05)
        stayed = not running.done()
        window.close()
        windows(LeavingQuestion)[0].leave.click()
        how = await running

    assert len(first) == 1
    assert stayed
    assert how is Ended.CLOSED


async def test_the_lock_says_what_waits_behind_it(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None
) -> None:
    main = asyncio.ensure_future(program._main(Settings(), vault))
    await true(lambda: bool(windows(UnlockWindow)))
    first = windows(UnlockWindow)[0]
    notes = [first.old.note.isVisible()]
    first.wanted.emit(vault, people.PASSPHRASE)
    await true(lambda: bool(windows(MainWindow)))
    window = windows(MainWindow)[0]
    window.workspace.replica.set_meta("hub", "https://hub.example")
    waiting = window.workspace.replica.pending()

    window.locked.emit()
    await true(lambda: bool(windows(UnlockWindow)))
    locked = windows(UnlockWindow)[0]
    text = locked.old.note.text()
    locked.reject()
    await main

    assert notes == [False]
    assert text == f"还有 {waiting} 条修改没有上传；都已存在本机，解锁后联网会自动上传。"


async def test_a_withdrawn_laptop_ends_with_a_plain_word_and_an_empty_folder(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None, qtbot: QtBot
) -> None:
    main = asyncio.ensure_future(program._main(Settings(), vault))
    await true(lambda: bool(windows(UnlockWindow)))
    windows(UnlockWindow)[0].wanted.emit(vault, people.PASSPHRASE)
    await true(lambda: bool(windows(MainWindow)))
    window = windows(MainWindow)[0]
    replica = window.workspace.replica
    replica.acknowledge(replica.last_mseq, [])
    window.workspace.desk.drafts.keep("visit", "v1", {"note": "half typed"}, window.workspace.now)
    replica.set_meta("withdrawn", "2026-11-22T18:00:00+08:00")

    window.workspace.withdrawn.emit()
    await true(lambda: bool(windows(WipedWindow)))
    told = windows(WipedWindow)[0]
    words = " ".join(label.text() for label in told.findChildren(type(window.banner.title)))
    qtbot.keyClick(told, Qt.Key.Key_Return)
    code = await main

    assert code == 0
    assert "已经清除" in words
    assert "草稿 1 份" in words
    assert "社区内勤" in words
    assert list(vault.parent.glob("people.vault*")) == []


async def test_a_disk_that_refuses_the_wiping_is_told_and_it_goes_on_at_the_next_start(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.wiping_mark(vault).write_bytes(b"\n")
    with monkeypatch.context() as broken:
        broken.setattr(wipe, "_overwrite", refusing)
        main = asyncio.ensure_future(program._main(Settings(), vault))
        await true(lambda: bool(windows(WipedWindow)))
        window = windows(WipedWindow)[0]
        words = [label.text() for label in window.findChildren(QLabel)]
        window.accept()
        await main

    assert words[0] == LEFT
    assert "磁盘是只读的" in words[2]
    assert paths.wiping_mark(vault) in list(vault.parent.iterdir())


def refusing(_file: Path) -> None:
    raise OSError(errno.EROFS, "Read-only file system")


async def test_what_was_handed_in_and_not_wiped_is_wiped_at_the_next_start(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None
) -> None:
    desk = people.Desk.open(vault, people.PASSPHRASE)
    desk.replica.acknowledge(desk.replica.last_mseq, [])
    desk.replica.set_meta("withdrawn", "2026-11-22T18:00:00+08:00")
    desk.close()
    main = asyncio.ensure_future(program._main(Settings(), vault))
    await true(lambda: bool(windows(UnlockWindow)))

    windows(UnlockWindow)[0].wanted.emit(vault, people.PASSPHRASE)
    await true(lambda: bool(windows(WipedWindow)))
    shown = windows(MainWindow)
    windows(WipedWindow)[0].accept()
    await main

    assert shown == []
    assert list(vault.parent.glob("people.vault*")) == []


def test_a_vault_is_found_again_by_the_mark_of_its_end(tmp_path: Path) -> None:
    gone = tmp_path / "gone.vault"
    before = program._last_vault(Settings(vault=str(gone)))
    paths.wiping_mark(gone).write_bytes(b"\n")

    assert before == paths.vault_file()
    assert program._last_vault(Settings(vault=str(gone))) == gone


async def test_wiping_cut_short_is_finished_without_asking_for_a_passphrase(
    qloop: asyncio.AbstractEventLoop, vault: Path, undressed: None
) -> None:
    paths.wiping_mark(vault).write_bytes(b"\n")
    main = asyncio.ensure_future(program._main(Settings(), vault))

    await true(lambda: bool(windows(WipedWindow)))
    asked = windows(UnlockWindow)
    windows(WipedWindow)[0].accept()
    await main

    assert asked == []
    assert list(vault.parent.glob("people.vault*")) == []
