"""The doors of one building one under the other, with the visit loop under them."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from gridclient.records import Building
from gridclient.store.homes import Door
from gridclient.ui import style
from gridclient.ui.building_page import BuildingPage
from gridclient.ui.door_list import DoorLine, DoorList
from gridclient.ui.door_words import VISIT_MARKS, people_words, reason, visit_state
from gridclient.ui.flow import Flow
from gridclient.ui.marks import mark_of
from gridclient.ui.parts import label
from gridclient.ui.workspace import Workspace

FEW = 80
LEAST = 520  # pixels of the page at plain size with room for more than doors
SETTLED = frozenset({"done", "later", "empty"})  # doors at which no reason to knock is looked for


class BuildingList(BuildingPage):
    """One building as a list. ↑↓ walk, 1–7 answer a door, PgDn goes to the next one still to visit."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        self.list = DoorList()
        super().__init__(workspace, self.list, FEW, parent)
        self.setObjectName("building_list")
        self.list.setAccessibleName("这栋楼的门")
        self.title, self.figures = label("", "title"), label("", "hint")
        self._shown: frozenset[str] = frozenset()
        self.head = QWidget()
        head = Flow(style.px(10), self.head)
        head.addWidget(self.title)
        head.addWidget(self.figures)
        self._stack(self.head, self.legend, self.list)
        self.legend.filtered.connect(self._filter)
        self._connect_loop()
        self.list.out.narrowed = self._narrowed

    @property
    def where(self) -> dict[str, str]:
        """The building, and the unit and door one stands at."""
        door = self._doors.get(self.list.current)
        unit = door.unit if door else ""
        return {"building": self.building, "unit": unit, "dwelling": self.list.current}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room to the doors where there is hardly enough."""
        super().resizeEvent(event)
        for widget in (self.figures, self.legend):
            widget.setVisible(event.size().height() >= style.px(LEAST))

    def _show(self, found: list[Door]) -> None:
        super()._show(found)
        if not self.list.current:
            self.list.stand_at(next(iter(self.list.doors()), ""))

    def _in_order(self) -> list[str]:
        return self.list.doors()

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
            why=mark.word if state in SETTLED else reason(door, self.workspace.today) or mark.word,
            tone=mark.tone,
            sign=mark.sign,
            standing=mark_of(door.standing, running=running),
        )

    def _narrowed(self) -> str:
        states = "、".join(mark.word for code, mark in VISIT_MARKS.items() if code in self._shown)
        return "；".join(filter(None, (self.title.text(), states)))

    def _filter(self, states: Sequence[str]) -> None:
        if frozenset(states) != self._shown:
            self._shown = frozenset(states)
            self._redraw()
