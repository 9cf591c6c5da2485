"""Pictures of a list on its way out: its menu, and what is asked before it leaves the screen."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from gridclient.ui.list_asking import Asking
from gridclient.ui.main_window import MainWindow
from gridclient.ui.page import RecordsPage
from gridclient.ui.workspace import Workspace

Take = Callable[[QWidget, str], None]


async def of_lists(take: Take, window: MainWindow, _workspace: Workspace) -> None:
    """Residents, several of them chosen; then the same question about whole numbers."""
    window.open_place("residents", {})
    page = window.page("residents")
    assert isinstance(page, RecordsPage)
    table = page.page.table
    await asyncio.sleep(0.4)
    table._choose({page.page.model.id_at(row) for row in range(5)})
    menu = table.out.menu()
    menu.popup(table.mapToGlobal(QPoint(60, 60)))
    take(menu, "list-menu")
    words = [action.text().partition("\t")[0] for action in menu.actions()[:2]]
    menu.close()
    menu.deleteLater()
    for name, choices, reason in (("which", words, False), ("why", [], True), ("both", words, True)):
        asking = Asking("存成 Excel", choices, reason=reason, parent=window)
        asking.open()
        await asyncio.sleep(0.2)
        take(asking, f"list-{name}")
        asking.reject()
    table.clearSelection()
