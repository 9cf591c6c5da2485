"""The doors of one building one under the other, with the visit loop under them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from gridclient.records import Building, Dwelling
from gridclient.store import homes
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.door_find import found_door
from gridclient.ui.door_list import DoorLine, DoorList
from gridclient.ui.door_words import VISIT_MARKS, people_words, reason, visit_state
from gridclient.ui.flow import Flow
from gridclient.ui.marks import mark_of
from gridclient.ui.parts import label
from gridclient.ui.saying import Tone
from gridclient.ui.visit_page import NOT_FOUND, VisitPage
from gridclient.ui.workspace import Workspace

FEW = 80  # doors that are read at once, in less time than one notices
LEAST = 520  # pixels of the page at plain size with room for more than doors
TO_VISIT = frozenset({"due", "late", "never", "appointed", "nobody"})


class BuildingList(VisitPage):
    """One building as a list. ↑↓ walk, 1–7 answer a door, PgDn goes to the next one still to visit."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        self.list = DoorList()
        super().__init__(workspace, self.list, parent)
        self.setObjectName("building_list")
        self.list.setAccessibleName("这栋楼的门")
        self.title, self.figures = label("", "title"), label("", "hint")
        self.building = ""
        self._reading = self._stale = False
        self._wanted = ("", "")
        self._shown: frozenset[str] = frozenset()
        self.head = QWidget()
        head = Flow(style.px(10), self.head)
        head.addWidget(self.title)
        head.addWidget(self.figures)
        self._stack(self.head, self.legend, self.list)
        self.legend.filtered.connect(self._filter)
        self._connect_loop()

    @property
    def where(self) -> dict[str, str]:
        """The building, and the unit and door one stands at."""
        door = self._doors.get(self.list.current)
        unit = door.unit if door else ""
        return {"building": self.building, "unit": unit, "dwelling": self.list.current}

    def open(self, *, building: str = "", unit: str = "", dwelling: str = "", **_where: Any) -> None:
        """Show a building, at a unit or a door of it."""
        found = self.workspace.replica.get(Dwelling, dwelling) if dwelling and not building else None
        wanted = found.building if found else building or self.building
        if wanted != self.building:
            self.building, self._doors = wanted, {}
        self._wanted = (dwelling, unit)
        self.reload()
        self.list.setFocus()

    def reload(self) -> None:
        """Read the doors again; those of a large building arrive a moment later."""
        self._stale = False
        if self._reading:
            self._stale = True
        elif self.workspace.replica.count(Dwelling, Dwelling.building == self.building) <= FEW:
            self._show(self._read(self.building))
        else:
            self._reading = True
            self.workspace.start(self._read_beside())

    def go_on(self, *, backwards: bool = False) -> bool:
        """Go to the next door still to visit, in stair order; False, and a word, when none is left."""
        ids = self.list.doors()[:: -1 if backwards else 1]
        start = ids.index(self.list.current) if self.list.current in ids else -1
        ahead, today = ids[start + 1 :] + ids[: max(0, start)], self.workspace.today
        onward = next((i for i in ahead if visit_state(self._doors[i], today) in TO_VISIT), "")
        if not onward:
            self.workspace.say("这栋楼没有还要走访的门了", tone=Tone.GOOD)
        return self.list.stand_at(onward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the doors where there is hardly enough."""
        super().resizeEvent(event)
        for widget in (self.figures, self.legend):
            widget.setVisible(event.size().height() >= style.px(LEAST))

    def showEvent(self, event: QShowEvent) -> None:
        """Read what has changed meanwhile."""
        super().showEvent(event)
        if self._stale:
            self.reload()

    def _read(self, building: str) -> list[Door]:
        workspace = self.workspace
        return homes.doors(workspace.replica, building, workspace.today, workspace.settings.stair_order)

    async def _read_beside(self) -> None:
        building, found = None, list[Door]()
        try:
            while building != self.building or self._stale:
                building, self._stale = self.building, False
                found = await self.workspace.run(self._read, building)
        finally:
            self._reading = False
        if isValid(self):
            self._show(found)

    def _show(self, found: list[Door]) -> None:
        self._doors = {door.dwelling: door for door in found}
        self._redraw()
        (dwelling, unit), self._wanted = self._wanted, ("", "")
        at_unit = next((d.dwelling for d in found if unit and d.unit == unit), "")
        if not self.list.stand_at(dwelling) and not self.list.stand_at(at_unit) and not self.list.current:
            self.list.stand_at(next(iter(self.list.doors()), ""))

    def _redraw(self) -> None:
        today = self.workspace.today
        states = {i: visit_state(door, today) for i, door in self._doors.items()}
        building = self.workspace.replica.get(Building, self.building) if self.building else None
        self.title.setText(building.name if building else "还没有楼栋")
        self.figures.setText(f"{len(self._doors)} 套　{sum(d.size for d in self._doors.values())} 人")
        self.legend.show_counts(VISIT_MARKS, Counter(states.values()))
        shown = (i for i in self._doors if not self._shown or states[i] in self._shown)
        self.list.show_lines([self._line(self._doors[i], states[i]) for i in shown])
        self._stood(self.list.current)

    def _line(self, door: Door, state: str) -> DoorLine:
        mark, running = VISIT_MARKS[state], self.workspace.sync_state.running
        return DoorLine(
            id=door.dwelling,
            group=door.label.removesuffix(door.door) or "其他",
            room=door.door,
            people=people_words(door),
            why=reason(door, self.workspace.today) or mark.word,
            tone=mark.tone,
            sign=mark.sign,
            standing=mark_of(door.standing, running=running),
        )

    def _filter(self, states: Sequence[str]) -> None:
        if frozenset(states) != self._shown:
            self._shown = frozenset(states)
            self._redraw()

    def _go_to_room(self, digits: str) -> None:
        self.list.setFocus()
        if not self.list.jump(digits):
            self.workspace.say(f"这栋楼没有 {digits} 室", "按 / 可以找别的楼，例如 3-2-501。")

    def _seek(self, text: str) -> None:
        dwelling = found_door(self.workspace, text, self.building)
        self.list.setFocus()
        if dwelling:
            self.open(dwelling=dwelling)
        else:
            self.workspace.say(f"没有找到“{text}”", NOT_FOUND)

    def _refresh(self, _news: list[Any]) -> None:
        self._on_standing()

    def _on_standing(self) -> None:
        if self.building and self.isVisible():
            self.reload()
        else:
            self._stale = True
