"""Pictures of 统计: the list behind a number, the overview, and the monthly report as it is printed."""

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gridclient.ui.figures import CHARTS, PAPER
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until

Take = Callable[[QWidget, str], None]


async def of_figures(take: Take, window: MainWindow, _workspace: Workspace) -> None:
    """The three views beside the table of the month."""
    window.open_place("figures", {})
    page = window.page("figures")
    figures = page.table.figures
    await until(lambda: figures.rowCount() > 0)
    rows = range(figures.rowCount())
    row = next(row for row in rows if figures.index(row, 0).data().strip() == "走访次数")
    page.table.clicked.emit(figures.index(row, 2))
    await asyncio.sleep(0.3)
    take(window, "figures-list")
    page.show_view(CHARTS)
    await asyncio.sleep(0.2)
    take(window, "figures-overview")
    page.show_view(PAPER)
    await until(lambda: page.paper.sheet is not None)
    take(window, "figures-paper")
