"""A list taken out of the window: keys pressed on it, the question answered, what the workbook holds."""

from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView, QWidget

from gridclient.store.trail import Act, Step
from gridclient.ui.list_asking import Asking
from gridclient.ui.main_window import MainWindow
from gridclient.ui.page import RecordPage, RecordsPage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until

Grid = list[list[Any]]


def press(keys: str, where: QWidget) -> None:
    """Press keys where the focus is put."""
    where.setFocus()
    stroke = QKeySequence(keys)[0]  # type: ignore[index] # its stub forgets __getitem__
    QTest.keyClick(where, stroke.key(), stroke.keyboardModifiers())


async def idle(workspace: Workspace) -> None:
    """Wait until nothing runs beside the window."""
    await until(lambda: not workspace._tasks)


async def saved(workspace: Workspace, path: Path, tab: int = 0) -> Grid:
    """The cells of the workbook that was asked for, which is gone then."""
    await until(path.exists)
    await idle(workspace)
    return taken(path, tab)


def taken(path: Path, tab: int) -> Grid:
    book = load_workbook(path)
    path.unlink()
    return [list(row) for row in book.worksheets[tab].iter_rows(values_only=True)]


def there(path: Path) -> bool:
    return path.exists()


async def residents_of(window: MainWindow) -> RecordPage:
    window.open_place("residents", {})
    page = window.page("residents")
    assert isinstance(page, RecordsPage)
    await until(lambda: page.page.model.rowCount() > 0 and not page.page.model.reading)
    return page.page


def on_screen(view: QTableView) -> Grid:
    """The heads and the rows as somebody sees them."""
    heads, model = view.horizontalHeader(), view.model()
    columns = [c for c in sorted(range(heads.count()), key=heads.visualIndex) if not heads.isSectionHidden(c)]
    told = [[model.headerData(c, Qt.Orientation.Horizontal) for c in columns]]
    return told + [[model.index(r, c).data() for c in columns] for r in range(model.rowCount())]


def as_words(grid: Grid) -> Grid:
    """What a workbook holds, as it would stand on the screen."""
    return [
        [f"{v:%Y-%m-%d}" if isinstance(v, datetime) else "" if v is None else str(v) for v in row]
        for row in grid
    ]


def asking(window: MainWindow) -> Asking:
    (found,) = (one for one in window.findChildren(Asking) if one.isVisible())
    return found


def exported(workspace: Workspace) -> list[Step]:
    return [step for step in workspace.desk.trail.steps() if step.act is Act.EXPORT]
