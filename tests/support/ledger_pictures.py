"""Pictures of the centre of ledgers: its list, a ledger being changed part by part, and the log of what left."""

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gridclient.store.trail import Act, Step
from gridclient.ui.ledgers import LedgersPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace

Take = Callable[[QWidget, str], None]


async def of_ledgers(take: Take, window: MainWindow, workspace: Workspace) -> None:
    """Open the centre, change a ledger without keeping it, and leave everything as it was."""
    window.open_place("ledgers", {"ledger": "residents"})
    page = window.page("ledgers")
    assert isinstance(page, LedgersPage)
    await asyncio.sleep(0.6)
    take(window, "ledger-list")
    page.choices.period.setCurrentText("自选日期")
    page.choices.full.setChecked(True)
    page.open(ledger="visits")
    await asyncio.sleep(0.3)
    take(window, "ledger-choices")
    page.choices.full.setChecked(False)
    page.open(ledger="residents")
    page.edit()
    await asyncio.sleep(0.6)
    for number, name in enumerate(("columns", "rows", "frame", "paper")):
        page.editor._turn_to(number)
        await asyncio.sleep(0.1)
        take(window, f"ledger-{name}")
    page.editor._turn_to(0)
    page.editor.columns.add()
    page.editor.columns.picker.line.setText("sh")
    await asyncio.sleep(0.1)
    take(window, "ledger-adding")
    page.editor.columns.back()
    page.editor._turn_to(1)
    page.editor.rows.ask()
    page.editor.rows.picker.line.setText("关怀")
    page.editor.rows.picker.pick()
    await asyncio.sleep(0.1)
    take(window, "ledger-condition")
    page.editor.rows.back()
    page.editor.columns.take_out()
    page.editor.name.setText("第三网格花名册")
    page.editor.save()
    await asyncio.sleep(0.6)
    take(window, "ledger-mine")
    page.acts.menu.popup(page.acts.more.mapToGlobal(page.acts.more.rect().topLeft()))
    await asyncio.sleep(0.1)
    take(page.acts.menu, "ledger-menu")
    page.acts.menu.close()
    await _cards(take, window, page)
    workspace.undo()
    for act, full, why in (
        (Act.PRINT, False, ""),
        (Act.UNMASK, True, "医保核对"),
        (Act.EXPORT, True, "医保核对"),
    ):
        workspace.desk.trail.add(Step(workspace.now, "张敏", act, "桂花社区常住人口台账", 149, full, why))
    window.open_place("trail", {})
    await asyncio.sleep(0.3)
    take(window, "ledger-trail")


async def _cards(take: Take, window: MainWindow, page: LedgersPage) -> None:
    page.open(ledger="household_card")
    page.edit()
    await asyncio.sleep(2)
    take(window, "ledger-card")
    page.editor.drop()
