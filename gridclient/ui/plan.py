"""楼栋 (F3): one building door by door, coloured by what one wants to know, with the visit loop under it."""

from collections import Counter
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from gridclient.records import Building
from gridclient.rules.drawing import Cell
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.building_page import BuildingPage
from gridclient.ui.door_words import short_marks, visit_state
from gridclient.ui.flow import Flow
from gridclient.ui.marks import MARKS, true_state
from gridclient.ui.parts import button, label, later, shortcut
from gridclient.ui.plan_overlays import OVERLAYS
from gridclient.ui.plan_paint import Density
from gridclient.ui.plan_view import PlanView
from gridclient.ui.plan_works import PlanWorks
from gridclient.ui.workspace import Workspace

DENSITIES = {Density.DOTS: "点", Density.NAMES: "姓名", Density.FULL: "详细"}
FEW = 150  # doors of a building: so many are read at once, in less time than one notices
LEAST, SHORT = 520, 470  # pixels of the page at plain size with room for everything, and for the legend still
NOTHING = "按 Ctrl+N 新建一栋，按 Ctrl+V 从 Excel 粘贴，或用“导入表格”"


class PlanPage(BuildingPage):
    """One building. The household panel beside it follows as one walks.

    Arrows walk; 1–7 answer a door; three digits in one breath or ``/`` go to a room; PgDn and PgUp go to the next and
    the previous door still to visit; Enter opens the household; ``[`` and ``]`` change the density, C and Shift+C what
    the colours tell, Alt and a digit leave only the doors of one state. The menu key offers what can be done to doors.
    ``widened(on)`` when the page needs the room of the panel beside it, or no longer does.
    """

    widened = Signal(bool)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        self.view = PlanView()
        super().__init__(workspace, self.view, FEW, parent)
        self.setObjectName("plan_page")
        self.title, self.figures = QLabel(), QLabel()
        style.role(self.title, "title")
        style.role(self.figures, "hint")
        self.overlays = QComboBox()
        self._overlay = OVERLAYS[0]
        self._soon = later(self, 0, self.open)
        self.works = PlanWorks(workspace, self.view)
        self._lay_out()
        self._connect()

    @property
    def settled(self) -> bool:
        """True unless the doors of a building are on their way."""
        return not (self.reading or self._soon.isActive())

    @property
    def wide(self) -> bool:
        """True while a whole building is made, pasted or printed, which needs the room of the panel beside it."""
        return self.works.pane is not None

    def open(
        self, *, building: str = "", unit: str = "", dwelling: str = "", make: bool = False, **_where: Any
    ) -> None:
        """Show a building, at a unit or a door of it; without any, the one shown before or the first.

        With ``make`` ask what it lacks, or without a building for a new one.
        """
        self._soon.stop()
        super().open(building=building, unit=unit, dwelling=dwelling)
        if make:
            (self.works.generate if building else self.works.new_building)()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is shown when the page is first seen, and after something happened elsewhere."""
        super().showEvent(event)
        if not self._doors:
            self._soon.start()  # unless somebody says at once which building

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the figures to the tip of the title, and the sizes to their keys, where there is little room for doors."""
        super().resizeEvent(event)
        self._fit()

    def colour_by(self, number: int) -> None:
        """Let the colours tell something else; ``number`` is a place in the list of overlays."""
        self._overlay = OVERLAYS[number % len(OVERLAYS)]
        self.overlays.setCurrentIndex(OVERLAYS.index(self._overlay))
        self._redraw()
        self.view.setFocus()

    def _open_works(self, whole: bool) -> None:
        """Give an edit the place of the visit loop, a whole building that of everything."""
        self.works.show()
        self.loop.hide()
        self.legend.hide()
        self.head.setVisible(not whole)
        self.view.setVisible(not whole)
        for key in self._keys:
            key.setEnabled(not whole)
        self.widened.emit(whole)
        self.works.setSizePolicy(
            QSizePolicy.Policy.Preferred,
            QSizePolicy.Policy.Expanding if whole else QSizePolicy.Policy.Preferred,
        )

    def _close_works(self, building: str, dwelling: str) -> None:
        self.works.hide()
        for widget in (self.head, self.view, self.loop):
            widget.show()
        self._fit()
        for key in self._keys:
            key.setEnabled(True)
        self.widened.emit(False)
        if dwelling:
            self.view.choose(())
        if building or dwelling:
            self.open(building=building, dwelling=dwelling)
        self.view.setFocus()

    def _fit(self) -> None:
        high = self.height()
        for widget in (self.figures, self.densities):
            widget.setVisible(high >= style.px(LEAST))
        least = SHORT if self.loop.form is None else LEAST  # a form is worth more than the legend
        self.legend.setVisible(high >= style.px(least) and not self.loop.isHidden())

    def _stored(self) -> Building | None:
        return self.workspace.replica.get(Building, self.building) if self.building else None

    def _show_acts(self) -> None:
        self.works.show_menu(self.acts.mapToGlobal(self.acts.rect().bottomLeft()))

    def _lay_out(self) -> None:
        self.overlays.addItems([overlay.title for overlay in OVERLAYS])
        self.overlays.setMinimumWidth(self.overlays.sizeHint().width())
        self.overlays.setAccessibleName("按什么着色")
        self.overlays.setToolTip("C 换一种着色，Shift+C 换回上一种")
        self.overlays.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.head = QWidget()
        flow = Flow(style.px(8), self.head)
        self.acts = button("改图 ▾", self._show_acts, tip="菜单键或鼠标右键", name="acts")
        self.acts.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.densities, self.percent = self._density_buttons(), label(role="hint")
        self.percent.hide()
        for widget in (
            self.title,
            self.figures,
            self.overlays,
            self.densities,
            self.percent,
            self.acts,
        ):
            flow.addWidget(widget)
        self._stack(self.head, self.legend, self.view, self.works)
        self.works.hide()

    def _show_zoom(self, percent: int) -> None:
        self.percent.setText(f"{percent}%")
        self.percent.setToolTip("Ctrl+0 回到原大")
        self.percent.setVisible(percent != 100)

    def _density_buttons(self) -> QWidget:
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._sizes = QButtonGroup(self)
        for density, word in DENSITIES.items():
            tip = "[ 更密   ] 更详细   Ctrl+加号、减号、滚轮放大缩小   Ctrl+0 原大"
            made = button(word, role="segment", tip=tip, checkable=True)
            made.setChecked(density is Density.FULL)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._sizes.addButton(made, int(density))
            row.addWidget(made)
        return group

    def _connect(self) -> None:
        self.overlays.activated.connect(self.colour_by)
        self._sizes.idClicked.connect(lambda number: self.view.set_density(Density(number)))
        self.view.density_changed.connect(lambda number: self._sizes.button(number).setChecked(True))
        self.view.zoomed.connect(self._show_zoom)
        self.view.menu_wanted.connect(self.works.show_menu)
        self.legend.filtered.connect(self.view.filter_states)
        works = self.works
        works.opened.connect(self._open_works)
        works.closed.connect(self._close_works)
        works.home_wanted.connect(lambda: self._open_home(self.view.current))
        self._keys = [
            shortcut(keys, self, act)
            for keys, act in (
                ("Ctrl+G", works.generate),
                ("Ctrl+N", works.new_building),
                ("Ctrl+P", works.print_out),
            )
        ]
        self.loop.rack.shown.connect(lambda _name: self._fit())
        self._connect_loop()

    def _own_key(self, event: QKeyEvent) -> bool:
        """Keys that change what is shown: density, colours, the states left in sight."""
        held, text = event.modifiers(), event.text()
        if held & Qt.KeyboardModifier.AltModifier:
            digit = event.key() - Qt.Key.Key_0
            if 0 <= digit <= 9:
                self.legend.toggle(digit)
            return 0 <= digit <= 9
        if held & Qt.KeyboardModifier.ControlModifier:
            return event.matches(QKeySequence.StandardKey.Paste) and self.works.paste_cells()
        if text and text in "[]":
            self.view.set_density(Density(max(0, min(2, self.view.density + (1 if text == "]" else -1)))))
        elif text in ("c", "C"):
            self.colour_by(OVERLAYS.index(self._overlay) + (1 if text == "c" else -1))
        else:
            return False
        return True

    def _show(self, found: list[Door]) -> None:
        self._doors = {door.dwelling: door for door in found}
        (dwelling, unit), self._wanted = self._wanted, ("", "")
        at_unit = next((d.dwelling for d in found if unit and d.unit == unit), "")
        self._redraw(dwelling if dwelling in self._doors else at_unit)

    def _turn_to(self, building: str) -> None:
        self.works.leave(building)
        super()._turn_to(building)

    def _is_next(self, door: Door) -> bool:
        """True for a door still to visit; while the legend shows some states only, for a door of those."""
        today, shown = self.workspace.today, self.view.filtered
        return self._overlay.state(door, today) in shown if shown else super()._is_next(door)

    def _redraw(self, at: str = "") -> None:
        """Draw the doors anew, and stand at one of them, or at the same as before."""
        today, overlay = self.workspace.today, self._overlay
        states = {i: overlay.state(door, today) for i, door in self._doors.items()}
        running = self.workspace.sync_state.running
        cells = [cell_of(d, states[i], running=running) for i, d in self._doors.items()]
        with QSignalBlocker(self.view):  # the page hears once where it stands, not on the way there
            self.view.show_cells(cells, overlay.marks, MARKS, at=at)
        self.works.overlay = overlay.title
        self.legend.show_counts(overlay.marks, Counter(states.values()))
        self.legend.show_corners(MARKS, Counter(cell.standing for cell in cells if cell.standing))
        self._show_title()
        self._stood(self.view.current)

    def _show_title(self) -> None:
        building = self._stored()
        self.title.setText(building.name if building else "还没有楼栋")
        self.view.title = f"{building.name}楼栋图" if building else "楼栋图"
        today = self.workspace.today
        lived = [door for door in self._doors.values() if door.households]
        seen = sum(visit_state(door, today) == "done" for door in lived)
        people = sum(door.size for door in lived)
        self.figures.setText(
            f"{len(self._doors)} 套　住户 {len(lived)} 户 {people} 人　本月已访 {seen}/{len(lived)}"
            if self._doors
            else ""
            if building
            else NOTHING
        )

    def _go_back(self, dwelling: str) -> None:
        if not self.view.stand_at(dwelling):
            self.open(dwelling=dwelling)
        self.view.setFocus()


def cell_of(door: Door, state: str, *, running: bool = False) -> Cell:
    """A door as the drawing shows it; ``running`` while a round is under way."""
    return Cell(
        id=door.dwelling,
        room=door.door,
        unit=door.unit,
        floor=door.floor,
        head=door.head,
        persons=door.size,
        state=state,
        marks=short_marks(door),
        standing=true_state(door.standing, running=running),
    )
