"""楼栋 (F3) in its views: the drawing of a building, its doors as a list, its people and its flats as sheets. F5 goes round."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.building_list import LEAST, BuildingList
from gridclient.ui.leaves import Leaves
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.plan import PlanPage
from gridclient.ui.sheet import StairSheet
from gridclient.ui.workspace import Workspace

VIEWS = {"plan": "楼栋图", "list": "列表", "sheet": "表格录入", "doors": "房屋表格"}


class ViewSwitch(QWidget):
    """The views as buttons, the one shown pressed down. ``chosen(view)`` by the mouse."""

    chosen = Signal(str)

    def __init__(self, shown: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for view, words in VIEWS.items():
            made = button(
                words, partial(self._press, view), role="segment", tip="F5 换一种看法", checkable=True
            )
            made.setChecked(view == shown)
            made.setEnabled(view != shown)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(made)
        row.addWidget(label("F5", "key"))

    def _press(self, view: str, _checked: bool = False) -> None:
        self.chosen.emit(view)


class BuildingsPage(Leaves):
    """One building as ``plan``, ``list``, ``sheet`` of its people or of its ``doors``; the place one stands at goes along from view to view.

    ``widened(on)`` when a view needs the room of the panel beside it, or no longer does.
    """

    widened = Signal(bool)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("buildings_page")
        self._switches: dict[str, ViewSwitch] = {}
        self.plan = PlanPage(workspace)
        self.plan.widened.connect(lambda _on: self.widened.emit(self.wide))
        self._add(self.plan, "plan")
        self.setFocusProxy(self.plan)
        self._others: dict[str, QWidget] = {}
        self.shown = "plan"
        shortcut("F5", self, self.go_round)

    @property
    def wide(self) -> bool:
        """True while the view shown needs the room of the panel beside it."""
        return self.shown in ("sheet", "doors") or (self.shown == "plan" and self.plan.wide)

    @property
    def settled(self) -> bool:
        """True unless the doors of a building are on their way."""
        return self.plan.settled

    @property
    def list(self) -> BuildingList:
        """The doors one under the other, made when first asked for."""
        made = self._others.get("list")
        if not isinstance(made, BuildingList):
            made = self._others["list"] = BuildingList(self.workspace)
            self._add(made, "list")
        return made

    @property
    def sheet(self) -> StairSheet:
        """The sheet of one stairwell, made when first asked for."""
        made = self._others.get("sheet")
        if not isinstance(made, StairSheet):
            made = self._others["sheet"] = StairSheet(self.workspace)
            self._add(made, "sheet")
        return made

    @property
    def doors(self) -> StairSheet:
        """The sheet of the flats of one stairwell, made when first asked for."""
        made = self._others.get("doors")
        if not isinstance(made, StairSheet):
            made = self._others["doors"] = StairSheet(self.workspace, doors=True)
            self._add(made, "doors")
        return made

    def open(self, *, view: str = "", **where: Any) -> None:
        """Show a building, a unit or a door of it in a view; without one, in the view shown last."""
        self._show(view or self.shown)
        page = self.currentWidget()
        if isinstance(page, BuildingList | StairSheet) and not (page.building or any(where.values())):
            if not self.plan.building:
                self.plan.open()
            where = {"building": self.plan.building}
        if isinstance(page, PlanPage | BuildingList | StairSheet):
            page.open(**where)

    def meet(self, dwelling: str) -> bool:
        """Stand at the door of a home that is shown beside; a sheet stays where it is."""
        page = self.currentWidget()
        return page.meet(dwelling) if isinstance(page, PlanPage | BuildingList) else True

    def go_round(self) -> None:
        """The next view, at the same door."""
        views = list(VIEWS)
        self._go(views[(views.index(self.shown) + 1) % len(views)])

    def _go(self, view: str) -> None:
        page = self.currentWidget()
        on_plan = {"building": self.plan.building, "dwelling": self.plan.view.current}
        self.open(view=view, **(page.where if isinstance(page, BuildingList | StairSheet) else on_plan))

    def _add(self, page: PlanPage | BuildingList | StairSheet, view: str) -> None:
        switch = ViewSwitch(view)
        switch.chosen.connect(self._go)
        head = page.head.layout()
        assert head is not None  # noqa: S101 - each page lays its head out
        head.addWidget(switch)
        self._switches[view] = switch
        switch.setVisible(view not in ("plan", "list") or self.height() >= style.px(LEAST))
        self.addWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the doors where there is hardly enough: F5 works all the same."""
        super().resizeEvent(event)
        for view in self._switches.keys() & {"plan", "list"}:
            self._switches[view].setVisible(event.size().height() >= style.px(LEAST))

    def _show(self, view: str) -> None:
        page: PlanPage | BuildingList | StairSheet = self.plan
        if view != "plan":
            page = self.list if view == "list" else self.sheet if view == "sheet" else self.doors
        was, self.shown = self.wide, view
        self.setCurrentWidget(page)
        self.setFocusProxy(page)
        if self.wide != was:
            self.widened.emit(self.wide)
