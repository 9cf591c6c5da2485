"""导出全部资料: a reason first, then a file that is noted, and that the import page knows again."""

import asyncio
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
import pytest

from gridclient.exchange.reader import read
from gridclient.exchange.whole_book import is_ours
from gridclient.exchange.whole_out import Wanted, whole
from gridclient.records import Resident
from gridclient.store.trail import Act, Step
from gridclient.ui.importing import ImportPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.saying import Busy
from gridclient.ui.whole_page import EVERYTHING, WholePage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import looked_at, until


async def shown(window: MainWindow) -> WholePage:
    window.open_place("whole", {})
    page = window.page("whole")
    assert isinstance(page, WholePage)
    await until(lambda: page.told.text() != "")
    return page


def exports(workspace: Workspace) -> list[Step]:
    return [step for step in workspace.desk.trail.steps() if step.act is Act.EXPORT]


def lies(path: Path) -> bool:
    return path.exists()


def changed(workspace: Workspace, path: Path) -> Path:
    """The whole book, the first resident of which has found work."""
    wanted = Wanted("核对", "张敏", workspace.now.replace(tzinfo=None))
    path.write_bytes(whole(workspace.replica, wanted).content)
    book = load_workbook(path)
    tab = book["居民"]
    tab.cell(3, [cell.value for cell in tab[2]].index("工作单位") + 1).value = "桂花小学"
    book.save(path)
    return path


def employed(workspace: Workspace) -> list[str]:
    return [one.employer for one in workspace.replica.all(Resident) if one.employer]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file is to go, whatever is offered; what was offered stands in ``offered.txt`` beside it."""

    def choose(_parent: object, _title: str, offered: str, _filter: str) -> tuple[str, str]:
        (tmp_path / "offered.txt").write_text(offered, "utf-8")
        return str(tmp_path / "留底"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    return tmp_path / "留底.xlsx"


async def test_it_asks_what_for_before_it_asks_where_to(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, file: Path
) -> None:
    page = await shown(window)
    assert page.scope.currentText() == EVERYTHING
    assert "居民 149" in page.told.text()
    QTest.keyClick(page.reason, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)

    assert page.problem.isVisible()
    assert page.reason.hasFocus()
    assert not lies(file.parent / "offered.txt")
    QTest.keyClicks(page.reason, "x")
    assert not page.problem.isVisible()


async def test_the_file_is_written_and_noted_with_its_reason(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, file: Path
) -> None:
    page = await shown(window)
    page.reason.setText("年底留底")
    QTest.keyClick(page.reason, Qt.Key.Key_Return)
    page.ask()
    await until(lambda: window.messages.isVisible() and page.go.isEnabled())

    assert len(exports(workspace)) == 1, "pressed twice it is written once"
    assert is_ours(read(file))
    assert (file.parent / "offered.txt").read_text("utf-8") == "桂花社区_全部资料_20261031.xlsx"
    step = exports(workspace)[0]
    assert (step.what, step.persons, step.full, step.why) == ("全部资料", 149, True, "年底留底")
    assert page.why == "", "the next one is for something else"


async def test_a_part_is_counted_and_named(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, file: Path
) -> None:
    page = await shown(window)
    whole = page.told.text()
    page.scope.setCurrentIndex(page.scope.findText("第三网格", Qt.MatchFlag.MatchContains))
    page.scope.activated.emit(page.scope.currentIndex())
    page.reason.setText("交接")
    page.ask()
    await until(file.exists)
    await until(page.go.isEnabled)

    assert whole.startswith("将导出：居民 149")
    assert exports(workspace)[0].what == "全部资料（第三网格）"
    assert (file.parent / "offered.txt").read_text("utf-8").startswith("第三网格_")


async def test_whoever_cancels_it_gets_no_file_and_nothing_is_noted(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, file: Path
) -> None:
    page = await shown(window)

    def stop(busy: Busy) -> None:
        if busy.cancellable:
            workspace.cancel()

    workspace.busy_changed.connect(stop)
    page.reason.setText("留底")
    page.ask()
    await until(lambda: window.messages.isVisible() and page.go.isEnabled())

    assert not lies(file)
    assert exports(workspace) == []


async def test_what_was_changed_in_excel_is_written_back_by_the_import_page(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace, tmp_path: Path
) -> None:
    path = changed(workspace, tmp_path / "全部资料.xlsx")
    window.open_place("import", {})
    page = window.page("import")
    assert isinstance(page, ImportPage)
    page.take(path)
    await looked_at(page)

    found = page.files[0].found
    assert found is not None
    assert (found.title, found.updated, found.issues) == ("全部资料", {"resident": 1}, [])
    assert not page.files[0].matchable
    page.import_now()
    await until(lambda: page.files[0].report is not None)
    assert employed(workspace) == ["桂花小学"]


async def test_it_is_found_by_its_name(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace
) -> None:
    window.palette_.ask("导出全部")
    await until(lambda: window.palette_.answered == "导出全部")

    assert window.palette_.model.index(0).data() == "打开 导出全部资料"
    window.palette_.hide()
