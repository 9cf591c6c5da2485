"""Importing looks first, tells what it found row by row, and writes only when asked."""

import asyncio
from importlib.resources import as_file, files
from pathlib import Path
from threading import Event

from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu
import pytest
from pytestqt.qtbot import QtBot

from gridclient.exchange.book import Book
from gridclient.exchange.mapping import recognise
from gridclient.exchange.reader import read
from gridclient.records import Building, Resident
from gridclient.store.trail import Act, Step
from gridclient.ui import blank_forms
from gridclient.ui.importing import ImportPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.saying import Busy
from gridclient.ui.workspace import Workspace
from tests.support.rosters import (
    GOOD_ID,
    NAME,
    ODD_ID,
    PHONE,
    looked_at,
    roster,
    texts,
    unmasked,
    until,
)
from tests.support.stage import on_stage


@pytest.fixture
def page(qtbot: QtBot, workspace: Workspace) -> ImportPage:
    made = ImportPage(workspace)
    made.stage = on_stage(qtbot, made, 1200, 700)  # type: ignore[attr-defined] - kept as long as the page
    return made


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Two rows with an id that is too short, and one whose telephone number has a space before it."""
    return roster(
        tmp_path,
        "花名册.csv",
        f"{NAME},{ODD_ID},{PHONE}",
        f"欧阳大满,{ODD_ID},{PHONE}",
        f"欧阳中满,{GOOD_ID}, {PHONE}",
    )


async def test_a_roster_is_rehearsed_then_imported_and_a_second_time_changes_nothing(
    qloop: asyncio.AbstractEventLoop, page: ImportPage
) -> None:
    replica = page.workspace.replica
    before = replica.count(Building)
    with as_file(files("resources") / "sample" / "楼宇信息登记表.xlsx") as path:
        page.take(path)
        await looked_at(page)
        assert replica.count(Building) == before
        assert page.go.isEnabled()
        assert "楼宇信息登记表" in page.card.form.text()

        page.import_now()
        await until(lambda: page.report is not None)
        await until(page.again.isVisible)
        assert replica.count(Building) > before
        assert "已写入：新增" in page.result.text()
        assert not page.go.isVisible()

        page.take(path)
        await looked_at(page)
    assert not page.go.isEnabled()
    assert "本机已有" in page.card.state.text()


async def test_problems_are_listed_with_row_column_reason_and_nothing_private(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path
) -> None:
    page.take(faulty)
    await looked_at(page)

    assert page.rehearsal is not None
    assert len(texts(page)) == len(page.rehearsal.issues)
    sort, _sheet, row, column, head, held, why = texts(page)[0]
    assert (sort, row, column, head) == ("✕ 错误", "2", "B", "身份证号")
    assert "18 位" in why
    assert held.startswith("51")
    assert "*" in held
    everything = "".join("".join(row) for row in texts(page))
    assert ODD_ID not in everything
    assert PHONE not in everything


async def test_each_sort_of_problem_is_counted_and_can_be_seen_alone(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path
) -> None:
    page.take(faulty)
    await looked_at(page)

    everything, errors, hints, mended, _left = page.issues.sorts.buttons()
    assert [b.text() for b in (everything, errors, hints, mended)] == [
        "全部 3 处",
        "错误 2 处",
        "提示 0 处",
        "已规整 1 处",
    ]
    mended.click()
    assert [row[0] for row in texts(page)] == ["✓ 已规整"]
    assert not hints.isEnabled()


async def test_uncovering_is_noted_once_with_the_persons_and_f12_covers_again(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path
) -> None:
    page.take(faulty)
    await looked_at(page)
    QTest.keyClick(page.issues.rows, Qt.Key.Key_F12)

    assert ODD_ID in texts(page)[0]
    page.issues.sorts.buttons()[1].click()
    page.issues.sorts.buttons()[0].click()
    assert [(s.persons, s.full, s.what) for s in unmasked(page.workspace)] == [(3, True, "导入 居民花名册")]

    QTest.keyClick(page.issues.rows, Qt.Key.Key_F12)
    assert ODD_ID not in texts(page)[0]
    assert len(unmasked(page.workspace)) == 1


async def test_the_next_file_comes_covered_and_nothing_is_noted_for_it(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path, tmp_path: Path
) -> None:
    page.take(faulty)
    await looked_at(page)
    page.whole.click()
    page.take(roster(tmp_path, "另一份.csv", f"{NAME},{ODD_ID},{PHONE}"))
    await looked_at(page)

    assert texts(page)
    assert ODD_ID not in "".join("".join(row) for row in texts(page))
    assert not page.whole.isChecked()
    assert len(unmasked(page.workspace)) == 1


async def test_what_cannot_be_noted_stays_covered(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_step: Step) -> None:
        raise OSError

    page.take(faulty)
    await looked_at(page)
    monkeypatch.setattr(page.workspace.desk.trail, "add", full)
    page.whole.setChecked(True)  # as Qt does before it tells of a click
    with pytest.raises(OSError):
        page._uncover(True)

    assert not page.whole.isChecked()
    assert ODD_ID not in texts(page)[0]


async def test_the_last_chosen_file_wins_and_the_one_before_is_given_up(
    qloop: asyncio.AbstractEventLoop,
    page: ImportPage,
    faulty: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, release, failures = Event(), Event(), []

    def slow(path: Path) -> Book:
        if path == faulty:
            started.set()
            assert release.wait(5)
        return read(path)

    monkeypatch.setattr("gridclient.ui.import_files.read", slow)
    page.workspace.failed.connect(failures.append)
    page.take(faulty)
    first = page.files[0]
    await until(started.is_set)
    second = roster(tmp_path, "第二份.csv", f"{NAME},{GOOD_ID},{PHONE}")
    page.take(second)
    await asyncio.sleep(0.1)
    assert page.rehearsal is None
    release.set()
    await looked_at(page)
    await asyncio.sleep(0.1)

    assert [file.path for file in page.files] == [second]
    assert page.card.file.text() == "第二份.csv"
    assert page.rehearsal is not None
    assert page.rehearsal.counts.rows_read == 1
    assert first.found is None
    assert failures == []


async def test_no_file_is_taken_while_another_is_being_written(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path
) -> None:
    page.take(faulty)
    await looked_at(page)
    page.import_now()
    chosen = page.files
    page.take(faulty)

    assert page.files is chosen
    await until(lambda: page.report is not None and page.again.isVisible())


async def test_what_cannot_be_read_keeps_its_reason_and_the_others_are_imported_once(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    row = f"{NAME},{GOOD_ID},{PHONE}"
    broken = tmp_path / "坏了.xlsx"
    broken.write_bytes(b"PK\x03\x04 cut short")
    strange = tmp_path / "菜谱.csv"
    strange.write_text("菜名,价钱\n豆花,5\n", "utf-8")
    gone = tmp_path / "没有.xlsx"
    paths = [roster(tmp_path, "甲.csv", row), broken, strange, gone, roster(tmp_path, "乙.csv", row)]
    people = page.workspace.replica.count(Resident)
    page.open(paths=paths)
    await looked_at(page)

    told = {texts[1]: (texts[0], texts[3]) for texts in (row.texts for row in page.list.rows.told)}
    assert (told["坏了.xlsx"][0], told["菜谱.csv"][0]) == ("✕ 不能导入", "! 先对应")
    assert "不完整" in told["坏了.xlsx"][1]
    assert "认不出这是什么表" in told["菜谱.csv"][1]
    assert "找不到这个文件" in told["没有.xlsx"][1]
    assert page.go.text().startswith("导入 2 份")

    page.list.selectRow(1)
    assert page.card.file.text() == "坏了.xlsx"
    assert "不完整" in page.card.told.text()

    page.import_now()
    await until(page.again.isVisible)
    assert page.workspace.replica.count(Resident) == people + 1
    assert [file.state[1] for file in page.files[:2]] == ["✓ 已导入", "✕ 不能导入"]
    assert page.files[-1].state[1] == "✓ 本机已有"


async def test_cancelling_before_anything_is_written_leaves_everything_as_it_was(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path
) -> None:
    workspace = page.workspace

    def stop(busy: Busy) -> None:
        if busy.text == "正在导入":
            workspace.cancel()

    page.take(faulty)
    await looked_at(page)
    people, failures = workspace.replica.count(Resident), []
    workspace.failed.connect(failures.append)
    workspace.busy_changed.connect(stop)
    page.import_now()
    assert not page.go.isEnabled()
    await until(page.go.isEnabled)

    assert workspace.replica.count(Resident) == people
    assert page.report is None
    assert [error.title for error in failures] == ["已取消"]


async def test_a_cancelled_rehearsal_says_that_the_file_was_not_looked_at_to_its_end(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path
) -> None:
    page.workspace.busy_changed.connect(lambda busy: page.workspace.cancel() if busy.text else None)
    page.take(faulty)
    await looked_at(page)

    assert page.rehearsal is None
    assert "没有核对完" in page.card.told.text()
    assert not page.go.isEnabled()


async def test_a_long_list_says_that_it_is_cut(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridclient.ui.import_issues.SHOWN", 2)
    page.take(faulty)
    await looked_at(page)

    assert len(texts(page)) == 2
    assert "共 3 处" in page.issues.cut.text()
    assert page.issues.cut.isVisible()


async def test_hidden_sheets_are_named(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "身份证号", "联系电话"])
    sheet.append([NAME, GOOD_ID, PHONE])
    book.create_sheet("旧底册").sheet_state = "hidden"
    book.save(tmp_path / "花名册.xlsx")
    page.take(tmp_path / "花名册.xlsx")
    await looked_at(page)

    assert "隐藏的工作表，没有读：旧底册" in page.card.columns.text()
    assert page.card.columns.isVisible()


@pytest.mark.parametrize("full", [False, True])
async def test_the_list_of_problems_leaves_as_masked_as_it_is_seen_and_is_noted(
    qloop: asyncio.AbstractEventLoop,
    page: ImportPage,
    faulty: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    full: bool,
) -> None:
    out = tmp_path / "清单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(out), ""))
    page.take(faulty)
    await looked_at(page)
    if full:
        page.whole.click()
    page.issues.save.click()
    await until(out.exists)

    rows = list(load_workbook(out)["问题清单"].iter_rows(values_only=True))
    assert rows[0] == ("类别", "表", "行", "列", "表头", "内容", "原因")
    assert [row[0] for row in rows[1:]] == ["错误", "错误", "已规整"]
    assert rows[1][2] == 2
    assert (rows[1][5] == ODD_ID) is full
    step = page.workspace.desk.trail.steps()[0]
    assert (step.act, step.full, step.persons) == (Act.EXPORT, full, 3)


async def test_dropped_files_are_rehearsed(
    qloop: asyncio.AbstractEventLoop, page: ImportPage, faulty: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(faulty)), QUrl("https://example.invalid/x.xlsx")])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    page.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, Qt.KeyboardModifier.NoModifier))
    await looked_at(page)

    assert [file.path for file in page.files] == [faulty]


async def test_leaving_and_coming_back_keeps_the_rehearsal_and_covers_it(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace, faulty: Path
) -> None:
    window = MainWindow(workspace)
    qtbot.addWidget(window)
    window.show()
    window.open_place("import", {"paths": [faulty]})
    page = window.page("import")
    assert isinstance(page, ImportPage)
    await looked_at(page)
    page.whole.click()
    found = page.rehearsal
    window.open_place("residents", {})
    window.open_place("import", {})
    await asyncio.sleep(0.05)

    assert page.rehearsal is found
    assert len(texts(page)) == 3
    assert ODD_ID not in texts(page)[0]
    assert page.go.isEnabled()
    window.close_for_good()
    await workspace.close()


async def test_an_empty_form_is_stored_and_read_again(
    qloop: asyncio.AbstractEventLoop,
    page: ImportPage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = tmp_path / "空表.xlsx"
    monkeypatch.setattr(blank_forms.QFileDialog, "getSaveFileName", lambda *_asked: (str(chosen), ""))
    menu = page.blanks.findChild(QMenu)
    act = next(act for act in menu.actions() if act.text() == "走访登记表")

    act.trigger()
    await until(chosen.exists)
    await until(lambda: not page.workspace._tasks)

    (found,) = recognise(read(chosen))
    assert found.form.name == "visits"
