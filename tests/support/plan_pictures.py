"""Pictures of a building: its colours and sizes, the edits of its layout, how it is made, pasted and printed."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gridclient.records import Building
from gridclient.rules.generator import Shape, lay_out
from gridclient.store import layout
from gridclient.ui.buildings import BuildingsPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.plan import PlanPage
from gridclient.ui.plan_overlays import OVERLAYS
from gridclient.ui.plan_paint import Density
from gridclient.ui.workspace import Workspace

Take = Callable[[QWidget, str], None]
COPIED = (
    "\t1单元\t\t2单元\n8层\t801 周静\t802 空置\t801\n7层\t701\t702 赵磊\t物业用房\n6层\t601\t602 李敏敏\t601"
)


async def of_plans(take: Take, window: MainWindow, workspace: Workspace) -> None:
    """Walk through one building, change it, and leave everything as it was."""
    window.open_place("buildings", {"view": "plan"})
    await asyncio.sleep(0.5)
    buildings = window.page("buildings")
    assert isinstance(buildings, BuildingsPage)
    page = buildings.plan
    for number, overlay in enumerate(OVERLAYS):
        page.colour_by(number)
        await asyncio.sleep(0.1)
        take(window, f"plan-{overlay.name}")
    page.colour_by(0)
    await _edits(take, window, page)
    await _making(take, window, page)
    await _tower(take, window, page, workspace)


async def _edits(take: Take, window: MainWindow, page: PlanPage) -> None:
    edit = page.works.edit
    QTest.keyClick(page.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    edit.merge(page.works.dwellings())
    await _shown(take, window, "plan-merge")
    edit.confirm()
    edit.split(page.works.dwellings()[0])
    edit.rooms.setText("501 502")
    edit.confirm()
    await _shown(take, window, "plan-split")
    edit.drop()
    page.works.insert_doors()
    await _shown(take, window, "plan-insert")
    edit.drop()
    menu = page.works.show_menu(page.mapToGlobal(page.rect().center()))
    await _shown(take, menu, "plan-menu")
    menu.close()
    page.workspace.undo()


async def _making(take: Take, window: MainWindow, page: PlanPage) -> None:
    window.activateWindow()  # the menu was the active window
    page.works.new_building()
    await asyncio.sleep(0.1)
    for keys in ("2", "33 18", "4", "4 13-14", "6"):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
        QTest.keyClicks(window.focusWidget(), keys)
    await _shown(take, window, "plan-new")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    page.works.generate()
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    QTest.keyClicks(window.focusWidget(), "5")
    await _shown(take, window, "plan-lacking")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    QGuiApplication.clipboard().setText(COPIED)
    page.works.paste()
    await _shown(take, window, "plan-paste")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)


async def _tower(take: Take, window: MainWindow, page: PlanPage, workspace: Workspace) -> None:
    """A tower in its three densities, zoomed, and on paper."""
    tower = Building(name="高层1栋", area=workspace.desk.home)
    workspace.replica.import_many([tower, *layout.made(tower, lay_out(Shape(4, (33,), (4,), shops=6)))])
    page.open(building=tower.id)
    await asyncio.sleep(1.0)
    for density in Density:
        page.view.set_density(density)
        await _shown(take, window, f"plan-tower-{density.name.lower()}")
    page.view.set_zoom(150)
    await _shown(take, window, "plan-tower-zoom")
    page.view.set_zoom(100)
    page.works.print_out()
    await _shown(take, window, "plan-paper")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)


async def _shown(take: Take, widget: QWidget, name: str) -> None:
    await asyncio.sleep(0.3)
    take(widget, name)
