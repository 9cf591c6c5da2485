"""楼栋 (F3): one building door by door, coloured by what one wants to know, with the visit loop under it."""

from collections import Counter
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from gridclient.records import Building, Dwelling
from gridclient.rules.doors import natural
from gridclient.rules.drawing import Cell
from gridclient.store import homes
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.door_find import found_door
from gridclient.ui.door_words import OVERLAYS, short_marks, visit_state
from gridclient.ui.marks import MARKS, true_state
from gridclient.ui.plan_paint import Density
from gridclient.ui.plan_view import PlanView
from gridclient.ui.saying import Tone
from gridclient.ui.visit_page import NOT_FOUND, VisitPage
from gridclient.ui.workspace import Workspace

TO_VISIT = frozenset({"due", "late", "never", "appointed", "nobody"})
DENSITIES = {Density.DOTS: "点", Density.NAMES: "姓名", Density.FULL: "详细"}


class PlanPage(VisitPage):
    """One building. The household panel beside it follows as one walks.

    Arrows walk; 1–7 answer a door; three digits in one breath or ``/`` go to a room; PgDn and PgUp go to the next and
    the previous door still to visit; Enter opens the household; ``[`` and ``]`` change the density.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        self.view = PlanView()
        super().__init__(workspace, self.view, parent)
        self.setObjectName("plan_page")
        self.title, self.figures = QLabel(), QLabel()
        style.role(self.title, "title")
        style.role(self.figures, "hint")
        self.overlays = QComboBox()
        self._building = ""
        self._overlay = OVERLAYS[0]
        self._lay_out()
        self._connect()

    @property
    def building(self) -> str:
        """The id of the building shown; empty when there is none."""
        return self._building

    def open(self, *, building: str = "", unit: str = "", dwelling: str = "", **_where: Any) -> None:
        """Show a building, at a unit or a door of it; without any, the one shown before or the first."""
        found = self.workspace.replica.get(Dwelling, dwelling) if dwelling and not building else None
        building = found.building if found else building
        self._building = building or self._building or self._first_building()
        self.reload()
        at_unit = next((d.dwelling for d in self._doors.values() if unit and d.unit == unit), "")
        if not self.view.stand_at(dwelling) and at_unit:
            self.view.stand_at(at_unit)
        self.view.setFocus()

    def reload(self) -> None:
        """Read the doors of the building again."""
        order = self.workspace.settings.stair_order
        found = homes.doors(self.workspace.replica, self._building, self.workspace.today, order)
        self._doors = {door.dwelling: door for door in found}
        self._redraw()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what is shown when the page is first seen."""
        super().showEvent(event)
        if not self._doors:
            self.open()

    def go_on(self, *, backwards: bool = False) -> bool:
        """Go to the next door still to visit, in stair order; False, and a word, when none is left."""
        ids = list(self._doors)
        start = ids.index(self.view.current) if self.view.current in ids else -1
        ahead = (
            ids[start + 1 :] + ids[:start] if not backwards else ids[:start][::-1] + ids[start + 1 :][::-1]
        )
        today = self.workspace.today
        onward = next((i for i in ahead if visit_state(self._doors[i], today) in TO_VISIT), "")
        if not onward:
            self.workspace.say("这栋楼没有还要走访的门了", tone=Tone.GOOD)
        return self.view.stand_at(onward)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch()
        self.overlays.addItems([overlay.title for overlay in OVERLAYS])
        self.overlays.setMinimumWidth(self.overlays.sizeHint().width())
        self.overlays.setAccessibleName("按什么着色")
        self.overlays.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head.addWidget(self.overlays)
        self._sizes = QButtonGroup(self)
        for density, word in DENSITIES.items():
            button = QPushButton(word)
            button.setCheckable(True)
            button.setChecked(density is Density.FULL)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip("[ 更密   ] 更详细   Ctrl+滚轮")
            style.role(button, "segment")
            self._sizes.addButton(button, int(density))
            head.addWidget(button)
        self._stack(head, self.figures, self.legend, self.view)

    def _connect(self) -> None:
        self.overlays.activated.connect(self._choose_overlay)
        self._sizes.idClicked.connect(lambda number: self.view.set_density(Density(number)))
        self.view.density_changed.connect(lambda number: self._sizes.button(number).setChecked(True))
        self.legend.filtered.connect(self.view.filter_states)
        self._connect_loop()

    def _own_key(self, event: QKeyEvent) -> bool:
        """``[`` and ``]`` change the density."""
        if event.text() not in ("[", "]"):
            return False
        step = 1 if event.text() == "]" else -1
        self.view.set_density(Density(max(0, min(2, self.view.density + step))))
        return True

    def _redraw(self) -> None:
        today, overlay = self.workspace.today, self._overlay
        states = {i: overlay.state(door, today) for i, door in self._doors.items()}
        running = self.workspace.sync_state.running
        cells = [cell_of(d, states[i], running=running) for i, d in self._doors.items()]
        self.view.show_cells(cells, overlay.marks, MARKS)
        self.legend.show_counts(overlay.marks, Counter(states.values()))
        self.legend.show_corners(MARKS, Counter(cell.standing for cell in cells if cell.standing))
        self._show_title()
        self._stood(self.view.current)

    def _show_title(self) -> None:
        building = self.workspace.replica.get(Building, self._building) if self._building else None
        self.title.setText(building.name if building else "还没有楼栋")
        today = self.workspace.today
        lived = [door for door in self._doors.values() if door.households]
        seen = sum(visit_state(door, today) == "done" for door in lived)
        people = sum(door.size for door in lived)
        self.figures.setText(
            f"{len(self._doors)} 套　住户 {len(lived)} 户 {people} 人　本月已访 {seen}/{len(lived)}"
            if self._doors
            else "在“导入表格”中导入楼栋，或在“基础资料”里新增"
        )

    def _choose_overlay(self, number: int) -> None:
        self._overlay = OVERLAYS[number]
        self._redraw()
        self.view.setFocus()

    def _go_back(self, dwelling: str) -> None:
        if not self.view.stand_at(dwelling):
            self.open(dwelling=dwelling)
        self.view.setFocus()

    def _go_to_room(self, digits: str) -> None:
        self.view.setFocus()
        if not self.view.jump(digits):
            self.workspace.say(f"这栋楼没有 {digits} 室", "按 / 可以找别的楼，例如 3-2-501。")

    def _seek(self, text: str) -> None:
        dwelling = found_door(self.workspace, text, self._building)
        if dwelling:
            self.open(dwelling=dwelling)
        else:
            self.workspace.say(f"没有找到“{text}”", NOT_FOUND)
            self.view.setFocus()

    def _refresh(self, _news: list[Any]) -> None:
        if self._building:
            self.reload()

    def _on_standing(self) -> None:
        if self._building and self.isVisible():
            self.reload()

    def _first_building(self) -> str:
        found = self.workspace.replica.all(Building)
        return min(found, key=lambda b: natural(b.name)).id if found else ""


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
