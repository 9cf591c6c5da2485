"""导出全部资料: a reason first, then a file that is noted, and that the import page knows again."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
import pytest

from gridclient.exchange.reader import read
from gridclient.exchange.whole_book import is_ours
from gridclient.store.trail import Act, Step
from gridclient.ui.main_window import MainWindow
from gridclient.ui.saying import Busy
from gridclient.ui.whole_page import EVERYTHING, WholePage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until


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
    await until(lambda: window.messages.isVisible() and page.go.isEnabled())

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


async def test_it_is_found_by_its_name(
    qloop: asyncio.AbstractEventLoop, window: MainWindow, workspace: Workspace
) -> None:
    window.palette_.ask("导出全部")
    await until(lambda: window.palette_.answered == "导出全部")

    assert window.palette_.model.index(0).data() == "打开 导出全部资料"
    window.palette_.hide()
