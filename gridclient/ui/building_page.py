"""One building to be walked, drawn or listed: which one, its doors as they are stored, and how a door of it is found."""

from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from gridclient.records import Building, Dwelling
from gridclient.rules.doors import natural
from gridclient.store import homes
from gridclient.store.homes import Door
from gridclient.ui.door_find import found_door
from gridclient.ui.door_list import DoorList
from gridclient.ui.door_words import visit_state
from gridclient.ui.plan_view import PlanView
from gridclient.ui.saying import Tone
from gridclient.ui.visit_page import NOT_FOUND, VisitPage
from gridclient.ui.workspace import Workspace

TO_VISIT = frozenset({"due", "late", "never", "appointed", "nobody"})


class BuildingPage(VisitPage):
    """A visit page over one building; ``few`` doors are read at once, in less time than one notices.

    Which way the doors are shown is up to :meth:`_redraw` of each.
    """

    def __init__(
        self, workspace: Workspace, ground: DoorList | PlanView, few: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace, ground, parent)
        self.building = ""  # its id; empty while there is none
        self.reading = False  # True while the doors of a large building are on their way
        self._few, self._stale = few, False
        self._wanted = ("", "")

    def open(self, *, building: str = "", unit: str = "", dwelling: str = "", **_where: Any) -> None:
        """Show a building, at a unit or a door of it; without any, the one shown before or the first."""
        found = self.workspace.replica.get(Dwelling, dwelling) if dwelling and not building else None
        wanted = found.building if found else building or self.building or self._first_building()
        under_way = self.reading and wanted == self.building
        if wanted != self.building:
            self._turn_to(wanted)
        self._wanted = (dwelling, unit)
        if not under_way:
            self.reload()
        self._ground.setFocus()

    def reload(self) -> None:
        """Read the doors again; those of a large building arrive a moment later."""
        self._stale = self.reading
        if self.reading:
            return
        if self.workspace.replica.count(Dwelling, Dwelling.building == self.building) <= self._few:
            self._show(self._read(self.building))
        else:
            self.reading = True
            self.workspace.start(self._read_beside())

    def meet(self, dwelling: str) -> bool:
        """Stand at a door, of another building if need be."""
        if not super().meet(dwelling):
            self.open(dwelling=dwelling)
        return True

    def go_on(self, *, backwards: bool = False) -> bool:
        """Go to the next door still to visit, in stair order; False, and a word, when none is left."""
        ids = self._in_order()[:: -1 if backwards else 1]
        start = ids.index(self._ground.current) if self._ground.current in ids else -1
        ahead = ids[start + 1 :] + ids[: max(0, start)]
        onward = next((i for i in ahead if self._is_next(self._doors[i])), "")
        if not onward:
            self.workspace.say("这栋楼没有还要走访的门了", tone=Tone.GOOD)
        return self._ground.stand_at(onward)

    def showEvent(self, event: QShowEvent) -> None:
        """Read what has changed meanwhile."""
        super().showEvent(event)
        if self._stale and self.building:
            self.reload()

    def _turn_to(self, building: str) -> None:
        self.building, self._doors = building, {}
        self._redraw()

    def _read(self, building: str) -> list[Door]:
        workspace = self.workspace
        return homes.doors(workspace.replica, building, workspace.today, workspace.settings.stair_order)

    async def _read_beside(self) -> None:
        """Read until what was read is what is wanted: somebody may have gone to another building meanwhile."""
        building, found = None, list[Door]()
        try:
            while building != self.building or self._stale:
                building, self._stale = self.building, False
                found = await self.workspace.run(self._read, building)
        finally:
            self.reading = False
        if isValid(self):
            self._show(found)

    def _show(self, found: list[Door]) -> None:
        self._doors = {door.dwelling: door for door in found}
        self._redraw()
        (dwelling, unit), self._wanted = self._wanted, ("", "")
        at_unit = next((d.dwelling for d in found if unit and d.unit == unit), "")
        if not self._ground.stand_at(dwelling):
            self._ground.stand_at(at_unit)

    def _redraw(self) -> None:
        """Show the doors there are."""
        raise NotImplementedError

    def _in_order(self) -> list[str]:
        """The doors as one walks past them."""
        return list(self._doors)

    def _is_next(self, door: Door) -> bool:
        """True for a door still to visit."""
        return visit_state(door, self.workspace.today) in TO_VISIT

    def _go_to_room(self, digits: str) -> None:
        self._ground.setFocus()
        if not self._ground.jump(digits):
            self.workspace.say(f"这栋楼没有 {digits} 室", "按 / 可以找别的楼，例如 3-2-501。")

    def _seek(self, text: str) -> None:
        dwelling = found_door(self.workspace, text, self.building)
        self._ground.setFocus()
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

    def _first_building(self) -> str:
        found = self.workspace.replica.all(Building)
        return min(found, key=lambda b: natural(b.name)).id if found else ""
