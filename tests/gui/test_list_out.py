"""Any list goes out: Ctrl+E writes what is listed now into a workbook, Ctrl+Shift+C copies it with its heads."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit
import pytest

from gridclient.records import Resident
from gridclient.ui import list_out
from gridclient.ui.composing import Line
from gridclient.ui.list_out import COPY, SAVE
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until
from tests.support.taking_out import (
    as_words,
    asking,
    exported,
    idle,
    on_screen,
    press,
    residents_of,
    saved,
    there,
)


async def test_a_list_of_records_is_saved_as_it_is_filtered_sorted_and_laid_out(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    page = await residents_of(window)
    page.filters[0].setCurrentIndex(page.filters[0].findData("floating"))
    page.filters[0].activated.emit(0)
    page.model.sort([f.name for f in page.model.fields].index("birth"), Qt.SortOrder.DescendingOrder)
    page.table.horizontalHeader().moveSection(3, 0)

    press(SAVE, page.words)
    grid = await saved(workspace, out)

    assert as_words(grid) == on_screen(page.table)
    assert len(grid) - 1 == workspace.replica.count(Resident, Resident.population == "floating") > 0
    assert isinstance(grid[1][grid[0].index("出生日期")], datetime)
    assert "********" in grid[1][grid[0].index("身份证号")]


async def test_a_line_that_wants_the_key_for_itself_as_on_linux_does_not_get_it(
    window: MainWindow, workspace: Workspace, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def greedy(line: QLineEdit, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return QLineEdit.event(line, event)

    monkeypatch.setattr(Line, "event", greedy, raising=False)
    page = await residents_of(window)

    press(SAVE, page.words)
    grid = await saved(workspace, out)

    assert len(grid) - 1 == page.model.rowCount()


async def test_the_workbook_says_what_it_is_and_the_trail_who_took_it(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    page = await residents_of(window)
    page.words.setText("王")

    press(SAVE, page.table)
    about = dict(await saved(workspace, out, tab=1))  # type: ignore[arg-type] # pairs

    (step,) = exported(workspace)
    assert about["名单"] == "居民"
    assert about["筛选"] == "含“王”"
    assert about["行数"] == f"{page.model.rowCount()} 行"
    assert (step.what, step.persons, step.full) == ("居民（存成 Excel）", page.model.rowCount(), False)


async def test_of_several_chosen_rows_it_is_asked_whether_all_or_these_are_meant(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    page = await residents_of(window)
    page.table._choose({page.model.id_at(row) for row in (1, 3)})

    press(SAVE, page.table)
    asked = asking(window)
    await until(asked.isActiveWindow)
    words = [choice.text() for choice in asked.choices]
    QTest.keyClick(asked.choices[0], Qt.Key.Key_Down)
    QTest.keyClick(asked.choices[1], Qt.Key.Key_Return)
    grid = await saved(workspace, out)

    every = page.model.rowCount()
    assert words == [f"存成 Excel：全部 {every} 行", "存成 Excel：选中的 2 行"]
    assert [row[0] for row in grid[1:]] == [page.model.index(row, 0).data() for row in (1, 3)]


async def test_more_rows_than_a_page_of_the_list_are_copied_beside_the_window(
    window: MainWindow, workspace: Workspace
) -> None:
    page = await residents_of(window)
    page.table.selectAll()
    QGuiApplication.clipboard().clear()

    press(COPY, page.table)
    await until(lambda: QGuiApplication.clipboard().text().startswith("姓名\t"))

    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) - 1 == page.model.rowCount() > list_out.AT_ONCE
    assert "mso-number-format" in QGuiApplication.clipboard().mimeData().html()
    assert exported(workspace)[0].what == "居民（复制）"


async def test_a_list_that_was_cancelled_leaves_no_file_and_no_line_in_the_trail(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    page = await residents_of(window)
    workspace.busy_changed.connect(lambda busy: None if busy.idle else workspace.cancel())

    press(SAVE, page.table)
    await idle(workspace)

    assert not there(out)
    assert exported(workspace) == []


async def test_a_file_that_cannot_be_written_is_told_in_a_sentence(
    window: MainWindow, workspace: Workspace, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await residents_of(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(out.parent), ""))

    press(SAVE, page.table)
    await until(lambda: window.messages.isVisible() and not workspace._tasks)

    assert "这个名字已是一个文件夹" in window.messages.title.text()


async def test_an_empty_list_is_not_saved_and_says_so(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    page = await residents_of(window)
    page.words.setText("没有这个人")

    press(SAVE, page.table)

    assert "还没有可以导出的内容" in window.messages.title.text()
    assert not workspace._tasks


async def test_a_menu_on_the_list_offers_the_same(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    page = await residents_of(window)
    page.table._choose({page.model.id_at(row) for row in (0, 1, 2)})

    page.table.customContextMenuRequested.emit(QPoint(5, 5))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    words = [action.text() for action in menu.actions()]
    menu.actions()[1].trigger()
    menu.hide()
    grid = await saved(workspace, out)

    every = page.model.rowCount()
    assert words == [
        f"存成 Excel：全部 {every} 行\t{SAVE}",
        "存成 Excel：选中的 3 行",
        f"复制选中的 3 行，含表头\t{COPY}",
    ]
    assert len(grid) - 1 == 3
