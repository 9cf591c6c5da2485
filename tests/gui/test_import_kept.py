"""What somebody settled about a file outlives the window: other colours, the lock, a program that ended."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gridclient.exchange.blank_form import offered, workbook
from gridclient.ui import import_files
from gridclient.ui.import_steps import Stage
from gridclient.ui.importing import ImportPage
from gridclient.ui.saying import Message
from gridclient.ui.workspace import Workspace
from tests.support.rosters import GOOD_ID, NAME, ODD_ID, PHONE, looked_at, moved, roster, until
from tests.support.stage import on_stage

Made = Callable[[], ImportPage]


@pytest.fixture
def made(qtbot: QtBot, workspace: Workspace) -> Made:
    """A page, as each new window makes one."""
    stages: list[object] = []  # kept as long as the pages

    def make() -> ImportPage:
        page = ImportPage(workspace)
        stages.append(on_stage(qtbot, page, 1200, 700))
        return page

    return make


async def test_a_window_made_anew_shows_the_files_the_answers_and_the_rows_left_out(
    qloop: asyncio.AbstractEventLoop, made: Made, tmp_path: Path
) -> None:
    first = made()
    path, people = moved(tmp_path, first.workspace.replica)
    other = roster(tmp_path, "另一份.csv", f"{NAME},{ODD_ID},{PHONE}")
    first.take(path, other)
    await looked_at(first)
    first.go_to(Stage.PROBLEMS)
    first.moves.rows.selectRow(0)
    first.moves.answer("overwrite")
    first.moves.answer("compare")
    first.moves.rows.selectRow(1)
    first.moves.fields.selectRow(0)
    first.moves.tick()
    await looked_at(first)
    first.list.selectRow(1)
    first.issues.rows.selectRow(0)
    first.issues.turn_rows()
    await looked_at(first)
    first.go_to(Stage.WRITE)

    second = made()
    await looked_at(second)

    assert [file.path for file in second.files] == [path, other]
    assert [file.terms for file in second.files] == [file.terms for file in first.files]
    assert second.files[0].open_moves == len(people) - 2
    assert second.files[1].terms.skipped
    assert (second.shown, second.at) == (second.files[1], Stage.WRITE)


async def test_a_file_saved_since_is_read_again_without_what_was_settled_about_its_rows(
    qloop: asyncio.AbstractEventLoop, made: Made, tmp_path: Path
) -> None:
    first = made()
    path = roster(tmp_path, "花名册.csv", f"{NAME},{ODD_ID},{PHONE}")
    first.take(path)
    await looked_at(first)
    first.issues.rows.selectRow(0)
    first.issues.turn_rows()
    await looked_at(first)
    roster(tmp_path, "花名册.csv", f"欧阳大满,{GOOD_ID},{PHONE}", f"{NAME},{ODD_ID},{PHONE}")

    second = made()
    await looked_at(second)
    assert second.files[0].terms.skipped == frozenset()
    assert second.rehearsal is not None
    assert second.rehearsal.counts.rows_read == 2


async def test_what_is_written_or_gone_is_not_brought_back(
    qloop: asyncio.AbstractEventLoop, made: Made, tmp_path: Path
) -> None:
    first = made()
    written = roster(tmp_path, "甲.csv", f"{NAME},{GOOD_ID},{PHONE}")
    wrong = roster(tmp_path, "乙.csv", f"{NAME},{ODD_ID},{PHONE}")
    first.take(written, wrong)
    await looked_at(first)
    first.import_now()
    await until(first.again.isVisible)

    second = made()
    await looked_at(second)
    assert [file.path for file in second.files] == [wrong]
    wrong.unlink()
    third = made()
    assert third.files == []
    assert third.at is Stage.FILES


async def test_a_page_that_is_gone_while_it_writes_still_tells_the_end_and_breaks_nothing(
    qloop: asyncio.AbstractEventLoop,
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, release = Event(), Event()
    said: list[Message] = []
    failed: list[Exception] = []
    write = import_files.write_files

    def slow(*args: Any, **named: Any) -> None:
        started.set()
        assert release.wait(5)
        write(*args, **named)

    monkeypatch.setattr("gridclient.ui.importing.write_files", slow)
    workspace.said.connect(said.append)
    workspace.failed.connect(failed.append)
    page = ImportPage(workspace)
    page.take(roster(tmp_path, "甲.csv", f"{NAME},{GOOD_ID},{PHONE}"))
    await looked_at(page)
    page.import_now()
    await until(started.is_set)
    page.deleteLater()
    await asyncio.sleep(0.05)
    release.set()
    await until(lambda: bool(said))

    assert [message.title for message in said] == ["导入完成"]
    assert failed == []


async def test_an_empty_form_says_that_it_is_to_be_filled_in(
    qloop: asyncio.AbstractEventLoop, made: Made, tmp_path: Path
) -> None:
    page = made()
    path = tmp_path / "空表.xlsx"
    path.write_bytes(workbook(offered()[0]))
    page.take(path)
    await looked_at(page)

    assert page.card.state.text() == "– 空表"
    assert "填好" in page.card.told.text()


async def test_a_cancelled_look_leaves_the_keys_where_the_file_can_be_chosen_again(
    qloop: asyncio.AbstractEventLoop, made: Made, tmp_path: Path
) -> None:
    page = made()
    page.past.setFocus()
    page.workspace.busy_changed.connect(lambda busy: page.workspace.cancel() if busy.text else None)
    page.take(roster(tmp_path, "花名册.csv", f"{NAME},{ODD_ID},{PHONE}"))
    await looked_at(page)

    assert page.card.state.text() == "! 没核对完"
    assert page.choose.hasFocus()


async def test_where_somebody_lives_is_starred_out_in_neither_list(
    qloop: asyncio.AbstractEventLoop, made: Made, tmp_path: Path
) -> None:
    page = made()
    path, _people = moved(tmp_path, page.workspace.replica)
    page.take(path)
    await looked_at(page)
    page.show_problems(page.moves)

    (home,) = [row.texts for row in page.moves.fields.rows.told if row.texts[1] == "户"]
    assert home[2:] == page.moves.rows.rows.told[0].texts[2:4]
