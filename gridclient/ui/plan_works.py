"""Where a building is made and changed: under its drawing for one edit, in place of it for a whole building."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from gridclient.records import Building, Dwelling
from gridclient.ui.plan_edit import LayoutStrip
from gridclient.ui.plan_maker import PlanMaker
from gridclient.ui.plan_paste import PlanPaste
from gridclient.ui.plan_print import PlanPaper
from gridclient.ui.plan_view import PlanView
from gridclient.ui.workspace import Workspace

Pane = PlanMaker | PlanPaste | PlanPaper


class PlanWorks(QWidget):
    """Edits, the generator and the paste of one building.

    ``opened(whole)`` when one of them asks for its place: under the drawing, or with ``whole`` all of the page;
    ``closed(building, dwelling)`` when it is done with, empty where nothing was made; ``home_wanted`` is the page's to
    do. ``overlay`` names what the colours tell.
    """

    opened = Signal(bool)
    closed = Signal(str, str)
    home_wanted = Signal()

    def __init__(self, workspace: Workspace, view: PlanView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace, self.view = workspace, view
        self.building = self.overlay = ""
        self.pane: Pane | None = None
        self.edit = LayoutStrip(workspace)
        self.edit.asked.connect(lambda: self.opened.emit(False))
        self.edit.done.connect(lambda dwelling: self.closed.emit("", dwelling))
        self.edit.dropped.connect(lambda: self.closed.emit("", ""))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.edit)

    def leave(self, building: str) -> None:
        """Work on another building from now on; what was begun at the one before is dropped."""
        self.building = building
        if self.pane is not None or self.edit.isVisible():
            self.edit.hide()
            self._close("")

    def dwellings(self) -> list[Dwelling]:
        """The doors chosen, as they are stored now."""
        found = (self.workspace.replica.get(Dwelling, id_) for id_ in self.view.chosen)
        return [dwelling for dwelling in found if dwelling is not None and not dwelling.removed]

    def insert_doors(self) -> None:
        """Ask which doors are missing beside the one where one stands."""
        building = self._stored()
        if building is not None:
            self.edit.insert(building, next(iter(self.dwellings()), None))

    def generate(self) -> None:
        """Make the doors a building lacks; a first building when there is none."""
        self._make(self._stored())

    def new_building(self) -> None:
        """Make a building beside the one shown."""
        self._make(None)

    def paste(self) -> None:
        """Show what was copied before anything is made of it."""
        pane, here = PlanPaste(self.workspace), next(iter(self.dwellings()), None)
        self._show(pane)
        pane.begin(self._stored(), QGuiApplication.clipboard().text(), here.unit if here else "")

    def paste_cells(self) -> bool:
        """Paste when what was copied are cells, and no picture of a door; True when they were."""
        data = QGuiApplication.clipboard().mimeData()
        text = data.text().strip("\r\n") if data.hasText() else ""
        cells = "\t" in text or "\n" in text
        if cells:
            self.paste()
        return cells

    def print_out(self) -> None:
        """Show the building as it will be printed, coloured as it is now."""
        if self.view.drawing.slots:
            pane = PlanPaper(self.workspace)
            self._show(pane)
            pane.begin(self.view.title, self.view.drawing, self.view.marks, self.overlay)

    def show_menu(self, point: QPoint) -> QMenu:
        """Open the menu of what can be done to the doors chosen; what makes no sense now is greyed."""
        menu = QMenu(self)
        for text, key, act, sensible in self._acts():
            if act is None:
                menu.addSeparator()
                continue
            action = menu.addAction(f"{text}\t{key}" if key else text)
            action.setEnabled(sensible)
            action.triggered.connect(lambda _checked=False, act=act: act())
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)
        return menu

    def _acts(self) -> list[tuple[str, str, Callable[[], object] | None, bool]]:
        count, edit = len(self.view.chosen), self.edit
        house, one = bool(self.building), count == 1
        several = f"合并所选的 {count} 扇门(&H)" if count > 1 else "合并（先按 Shift+方向键选几扇门）(&H)"
        return [
            ("打开住户(&O)", "Enter", self.home_wanted.emit, one),
            ("", "", None, False),
            (several, "", lambda: edit.merge(self.dwellings()), count > 1),
            ("拆成几扇门(&C)", "", lambda: edit.split(self.dwellings()[0]), one),
            ("改房号(&G)", "", lambda: edit.rename(self.dwellings()[0]), one),
            ("补门(&B)", "", self.insert_doors, house),
            ("删除空门(&D)", "", lambda: edit.delete(self.dwellings()), count > 0),
            ("", "", None, False),
            ("照规格补全这栋楼(&S)", "Ctrl+G", self.generate, house),
            ("新建一栋楼(&N)", "Ctrl+N", self.new_building, True),
            ("从 Excel 粘贴(&V)", "Ctrl+V", self.paste, True),
            ("打印楼栋图(&P)", "Ctrl+P", self.print_out, house and count > 0),
        ]

    def _make(self, building: Building | None) -> None:
        pane = PlanMaker(self.workspace)
        self._show(pane)
        pane.begin(building, self._stored())

    def _show(self, pane: Pane) -> None:
        self._drop_pane()
        self.edit.hide()
        self.pane = pane
        pane.made.connect(self._close)
        pane.dropped.connect(lambda: self._close(""))
        layout = self.layout()
        if layout is not None:
            layout.addWidget(pane)
        pane.show()
        self.opened.emit(True)

    def _close(self, building: str) -> None:
        self._drop_pane()
        self.closed.emit(building, "")

    def _drop_pane(self) -> None:
        if self.pane is not None:
            self.pane.hide()
            self.pane.deleteLater()
            self.pane = None

    def _stored(self) -> Building | None:
        return self.workspace.replica.get(Building, self.building) if self.building else None
