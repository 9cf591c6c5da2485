"""The drawing of a building for a screen reader: a table whose cells are the doors, each with name, state and place.

Qt learns of it only when somebody asks: without a screen reader none of this is made. Every door that was asked for is
stood for by an object of its own, because Qt forgets what it knows of an object when that is destroyed, and of nothing else.
"""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QAccessibleObject
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import isValid

from gridclient.rules.drawing import Slot, unit_title

if TYPE_CHECKING:
    from gridclient.ui.plan_view import PlanView

_state = {"installed": False}


class DoorFace(QObject):
    """One door as Qt's accessibility knows it; a child of the drawing."""

    def __init__(self, view: "PlanView", door: str) -> None:
        super().__init__(view)
        self.view, self.door = view, door

    @property
    def slot(self) -> Slot | None:
        """Where the door stands now; None when it is gone."""
        return self.view.drawing.of(self.door)


def install() -> None:
    """Tell Qt who speaks for drawings and doors; once for a process."""
    if not _state["installed"]:
        _state["installed"] = True
        QAccessible.installFactory(_interface_of)


def face_of(view: "PlanView", door: str) -> DoorFace:
    """The object that stands for a door, made when it is first asked for."""
    known = view.faces.get(door)
    if known is None or not isValid(known):
        known = view.faces[door] = DoorFace(view, door)
    return known


def forget_gone(view: "PlanView") -> None:
    """Let go of doors that are not in the drawing any more."""
    for door in [door for door in view.faces if view.drawing.of(door) is None]:
        view.faces.pop(door).deleteLater()


def tell_focus(view: "PlanView", slot: Slot) -> None:
    """Say that one stands at another door, to whoever reads the screen aloud."""
    if QAccessible.isActive() and view.hasFocus():
        event = QAccessibleEvent(face_of(view, slot.cell.id), QAccessible.Event.Focus)
        QAccessible.updateAccessibility(event)


class PlanInterface(QAccessibleWidget):
    """A building: a table whose children are its doors, row by row."""

    def __init__(self, view: "PlanView") -> None:
        super().__init__(view, QAccessible.Role.Table)
        self._view = view

    def childCount(self) -> int:
        return len(self._view.cells())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override] # there may be none
        cells = self._view.cells()
        return self._face(cells[index]) if 0 <= index < len(cells) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        owner = child.object()
        doors = [slot.cell.id for slot in self._view.cells()]
        return doors.index(owner.door) if isinstance(owner, DoorFace) and owner.door in doors else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override] # same
        slot = self._view.under(self._view.viewport().mapFromGlobal(QPoint(x, y)))
        return self._face(slot) if slot else None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override] # same
        slot = self._view.drawing.of(self._view.current)
        return self._face(slot) if slot and self._view.hasFocus() else None

    def text(self, kind: QAccessible.Text) -> str:
        if kind == QAccessible.Text.Name:
            return self._view.title
        drawing = self._view.drawing
        if kind == QAccessible.Text.Description:
            return f"{len(drawing.slots)} 扇门，{len(drawing.rows)} 行 {drawing.columns} 列"
        return str(super().text(kind))

    def _face(self, slot: Slot) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(face_of(self._view, slot.cell.id))


class DoorInterface(QAccessibleObject):
    """A door: a cell with its name, its state in words, and where it stands."""

    def __init__(self, face: DoorFace) -> None:
        super().__init__(face)
        self._owner = face

    def isValid(self) -> bool:
        return bool(isValid(self._owner)) and self._owner.slot is not None

    def parent(self) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self._owner.view)

    def childCount(self) -> int:
        return 0

    def child(self, _index: int) -> None:  # type: ignore[override] # there is none
        return None

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.Cell

    def rect(self) -> QRect:
        view, slot = self._owner.view, self._owner.slot
        if slot is None:
            return QRect()
        area = view.area_of(slot)
        return QRect(view.viewport().mapToGlobal(area.topLeft()), area.size())

    def state(self) -> QAccessible.State:
        state, view, slot = QAccessible.State(), self._owner.view, self._owner.slot
        flags: Any = state  # its bits are attributes its stub does not know
        if slot is None:
            flags.invalid = True
            return state
        here = slot.cell.id == view.current
        flags.focusable, flags.selectable = True, True
        flags.focused, flags.active = here and view.hasFocus(), here
        flags.selected = slot.cell.id in view.chosen
        flags.offscreen = not view.viewport().rect().intersects(view.area_of(slot))
        return state

    def text(self, kind: QAccessible.Text) -> str:
        slot = self._owner.slot
        if slot is None:
            return ""
        if kind == QAccessible.Text.Name:
            return self._owner.view.told(slot)
        if kind == QAccessible.Text.Value:
            return self._owner.view.state_words(slot)
        return self._place(slot) if kind == QAccessible.Text.Description else ""

    def _place(self, slot: Slot) -> str:
        drawing = self._owner.view.drawing
        floor = drawing.rows[slot.row]
        stairs = unit_title(slot.cell.unit)
        place = f"第 {slot.row + 1} 行第 {slot.column + 1} 列，共 {len(drawing.rows)} 行 {drawing.columns} 列"
        return " ".join(part for part in (stairs, floor, place) if part)


def _interface_of(_kind: str, owner: QObject) -> QAccessibleInterface | None:
    from gridclient.ui.plan_view import PlanView  # it imports this module

    if isinstance(owner, PlanView):
        return PlanInterface(owner)
    return DoorInterface(owner) if isinstance(owner, DoorFace) else None
