"""楼栋图: one painted widget in which a person walks from door to door with the arrow keys."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from gridclient.rules.drawing import Cell, Drawing, Slot, arrange, unit_title
from gridclient.ui import plan_access
from gridclient.ui.plan_paint import ZOOMS, Brush, Density, Geometry, Mark, Sizes, resized

EDGE = 4  # pixels beyond the last door
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
Marks = Mapping[str, Mark]


class PlanView(QAbstractScrollArea):
    """The doors of one building, floor column and unit headings frozen.

    Signals: ``current_changed(id)`` when one stands at another door; ``opened(id)`` on Enter and double click;
    ``menu_wanted(point)`` on the screen; ``zoomed(percent)``.
    Arrows walk, with Shift they choose several doors; Home and End go to the ends of a floor, Ctrl+↑↓ to the top and
    bottom; Ctrl+plus, Ctrl+minus, Ctrl+0 and Ctrl+wheel zoom. Every other key goes to the page around it. The input
    method is off: digits belong to the doors.
    """

    current_changed = Signal(str)
    opened = Signal(str)
    density_changed = Signal(int)
    menu_wanted = Signal(QPoint)
    zoomed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: Marks = {}
        self._corners: Marks = {}
        self._density = Density.FULL
        self._drawing = Drawing()
        self._current = ""
        self._filtered: frozenset[str] = frozenset()
        self._chosen: tuple[str, ...] = ()
        self._anchor = ""
        self._zoom = 100
        self.title = "楼栋图"
        self.faces: dict[str, plan_access.DoorFace] = {}
        plan_access.install()
        self.setObjectName("plan")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(False)
        self._remake()

    @property
    def drawing(self) -> Drawing:
        """The building as it is laid out now."""
        return self._drawing

    @property
    def current(self) -> str:
        """The id of the door one stands at; empty in an empty building."""
        return self._current

    @property
    def density(self) -> Density:
        """How much of each door is told."""
        return self._density

    @property
    def chosen(self) -> tuple[str, ...]:
        """The ids of the doors chosen, row by row; the one where one stands when no others are."""
        return self._chosen or ((self._current,) if self._current else ())

    @property
    def marks(self) -> Marks:
        """How each state looks."""
        return self._marks

    @property
    def filtered(self) -> frozenset[str]:
        """The states left in sight; empty when all are."""
        return self._filtered

    @property
    def zoom(self) -> int:
        """The size in percent."""
        return self._zoom

    def cells(self) -> list[Slot]:
        """Every door as one reads: row by row, from the left."""
        return sorted(self._drawing.slots, key=lambda slot: (slot.row, slot.column))

    def area_of(self, slot: Slot) -> QRect:
        """Where a door lies in the viewport, in sight or not."""
        return self._geometry.door(slot).translated(self._origin())

    def show_cells(
        self, cells: Iterable[Cell], marks: Marks, corners: Marks | None = None, *, at: str = ""
    ) -> None:
        """Draw these doors and stand at ``at``, else where one stood, else at the first; ``corners`` explain ``standing``."""
        self._marks, self._corners = marks, corners or {}
        self._drawing = arrange(cells)
        self._chosen = tuple(id_ for id_ in self._chosen if self._drawing.of(id_))
        plan_access.forget_gone(self)
        self._remake()
        if not self.stand_at(at) and self._drawing.of(self._current) is None:
            self._current = ""
            if self._drawing.slots and self.focusPolicy() != Qt.FocusPolicy.NoFocus:
                self.stand_at(self.cells()[0].cell.id)
        self._tell()

    def set_density(self, density: Density) -> None:
        """Tell more or less of each door."""
        if density is not self._density:
            self._density = density
            self._remake()
            self._reveal()
            self.density_changed.emit(int(density))

    def set_zoom(self, percent: int) -> None:
        """Make everything so large; the door one stands at stays in sight."""
        percent = max(ZOOMS[0], min(ZOOMS[-1], percent))
        if percent != self._zoom:
            self._zoom = percent
            self._remake()
            self._reveal()
            self.zoomed.emit(percent)

    def zoom_step(self, step: int) -> None:
        """Make everything a step larger (1) or smaller (-1)."""
        near = min(range(len(ZOOMS)), key=lambda place: abs(ZOOMS[place] - self._zoom))
        self.set_zoom(ZOOMS[max(0, min(len(ZOOMS) - 1, near + step))])

    def choose(self, doors: Iterable[str]) -> None:
        """Choose several doors, for an edit of the layout; none lets go of them."""
        self._chosen = tuple(id_ for id_ in doors if self._drawing.of(id_))
        self._anchor = self._chosen[0] if self._chosen else ""
        self.viewport().update()
        self._tell()

    def filter_states(self, states: Iterable[str]) -> None:
        """Fade every door whose state is not among these; none means all are shown."""
        self._filtered = frozenset(states)
        self.viewport().update()

    def stand_at(self, door: str) -> bool:
        """Go to a door and bring it into sight; False when it is not in this building."""
        if self._drawing.of(door) is None:
            return False
        if door != self._current:
            self._current = door
            self._tell()
            self.current_changed.emit(door)
        self._reveal()
        self.viewport().update()
        return True

    def jump(self, digits: str) -> bool:
        """Go to the room that is, or begins with, these digits; False when there is none."""
        slot = self._drawing.room(digits, self._slot())
        return self.stand_at(slot.cell.id) if slot else False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, choose, zoom; leave everything else to the page."""
        slot, key, held = self._slot(), Qt.Key(event.key()), event.modifiers()
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        if control and self._zoom_key(key):
            return
        if slot is None:
            event.ignore()
        elif key in STEPS:
            self._walk_or_choose(
                slot, *STEPS[key], far=control, choose=bool(held & Qt.KeyboardModifier.ShiftModifier)
            )
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._walk(slot, 0, 1 if key == Qt.Key.Key_End else -1, far=True)
        elif key == Qt.Key.Key_Escape and self._chosen:
            self.choose(())
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Stand at the door that was pressed; with Shift choose up to it, with Ctrl it alone."""
        slot, held = self.under(event.position().toPoint()), event.modifiers()
        if slot and held & Qt.KeyboardModifier.ShiftModifier:
            self._choose_to(slot)
        elif slot and held & Qt.KeyboardModifier.ControlModifier:
            was = set(self.chosen)
            self.choose(s.cell.id for s in self.cells() if (s.cell.id in was) != (s is slot))
        elif slot:
            if slot.cell.id not in self._chosen or event.button() == Qt.MouseButton.LeftButton:
                self.choose(())
            self.stand_at(slot.cell.id)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the door."""
        slot = self.under(event.position().toPoint())
        if slot:
            self.opened.emit(slot.cell.id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu: at the mouse, or by the menu key under the door one stands at."""
        slot = self._slot()
        point = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and slot:
            point = self.viewport().mapToGlobal(self.area_of(slot).bottomLeft())
        self.menu_wanted.emit(point)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, zoom."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_step(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say a door in full where the mouse rests."""
        if event.type() == QEvent.Type.ToolTip:
            slot = self.under(event.pos())  # type: ignore[attr-defined]
            QToolTip.showText(event.globalPos(), self.told(slot) if slot else "")  # type: ignore[attr-defined]
            return True
        return super().viewportEvent(event)

    def told(self, slot: Slot) -> str:
        """One door in words, for a tool tip and for a screen reader."""
        cell, mark = slot.cell, self._marks[slot.cell.state]
        place = " ".join(part for part in (unit_title(cell.unit), cell.room) if part)
        people = f"{cell.head or '无户主'} {cell.persons}人" if cell.head or cell.persons else ""
        standing = self._corners[cell.standing].word if cell.standing else ""
        return "，".join(part for part in (place, people, mark.word, *cell.marks, standing) if part)

    def state_words(self, slot: Slot) -> str:
        """The state of one door in the colours shown."""
        return self._marks[slot.cell.state].word

    def paintEvent(self, event: QPaintEvent) -> None:
        """Doors first, then the frozen headings over them."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush = Brush(self._font, self._density, self._marks, self._corners)
        painter.fillRect(event.rect(), brush.page)
        self._paint_doors(painter, brush, event.rect())
        self._paint_headings(painter, brush)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the scroll bars true."""
        super().resizeEvent(event)
        self._measure()
        self._reveal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the frame of the door solid."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Draw the frame of the door dashed."""
        super().focusOutEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._remake()

    def _remake(self) -> None:
        self._font = resized(self.font(), self._zoom / 100)
        self._measure()
        self.viewport().update()

    def _measure(self) -> None:
        """Give doors their size: a little narrower where all of a floor fits then, unless somebody zoomed."""
        self._sizes = Sizes.of(self._font, self._density)
        if self._zoom == 100:
            room = self.viewport().width() - self._sizes.side - EDGE
            self._sizes = self._sizes.squeezed(self._drawing, room)
        self._geometry = Geometry(self._drawing, self._sizes)
        self._set_ranges()

    def _set_ranges(self) -> None:
        extent, seen = self._geometry.extent, self.viewport().size()
        wide, high = seen.width() - self._sizes.side, seen.height() - self._head()
        self.horizontalScrollBar().setRange(0, max(0, extent.width() + EDGE - wide))
        self.horizontalScrollBar().setPageStep(max(1, wide))
        self.horizontalScrollBar().setSingleStep(self._sizes.width)
        self.verticalScrollBar().setRange(0, max(0, extent.height() + EDGE - high))
        self.verticalScrollBar().setPageStep(max(1, high))
        self.verticalScrollBar().setSingleStep(self._sizes.height)

    def _head(self) -> int:
        return self._sizes.head if self._drawing.bands else 6

    def _origin(self) -> QPoint:
        left = self._sizes.side - self.horizontalScrollBar().value()
        return QPoint(left, self._head() - self.verticalScrollBar().value())

    def _slot(self) -> Slot | None:
        return self._drawing.of(self._current)

    def under(self, point: QPoint) -> Slot | None:
        """The door at a point of the viewport; None between the doors and in the headings."""
        if point.x() < self._sizes.side or point.y() < self._head():
            return None
        return self._geometry.under((point - self._origin()).toPointF())

    def _zoom_key(self, key: Qt.Key) -> bool:
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_step(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom_step(-1)
        elif key == Qt.Key.Key_0:
            self.set_zoom(100)
        else:
            return False
        return True

    def _walk_or_choose(self, slot: Slot, rows: int, columns: int, *, far: bool, choose: bool) -> None:
        if choose:
            self._anchor = self._anchor or slot.cell.id
        elif self._chosen:
            self.choose(())
        self._walk(slot, rows, columns, far=far)
        reached = self._slot()
        if choose and reached:
            self._choose_to(reached)

    def _choose_to(self, slot: Slot) -> None:
        """Choose every door between where the choice began and this one, and stand there."""
        anchor = self._drawing.of(self._anchor) or self._slot() or slot
        self.stand_at(slot.cell.id)
        self.choose(s.cell.id for s in self._drawing.between(anchor, slot))
        self._anchor = anchor.cell.id

    def _walk(self, slot: Slot, rows: int, columns: int, *, far: bool) -> None:
        onward = self._drawing.step(slot, rows, columns)
        while far and onward is not slot:
            slot, onward = onward, self._drawing.step(onward, rows, columns)
        self.stand_at(onward.cell.id)

    def _reveal(self) -> None:
        slot = self._slot()
        if slot is None:
            return
        door, seen = self._geometry.door(slot), self.viewport().size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        wide, high = seen.width() - self._sizes.side, seen.height() - self._head()
        across.setValue(min(max(across.value(), door.right() + 6 - wide), max(0, door.left() - 4)))
        down.setValue(min(max(down.value(), door.bottom() + 6 - high), max(0, door.top() - 4)))

    def _paint_doors(self, painter: QPainter, brush: Brush, dirty: QRect) -> None:
        origin, chosen = self._origin(), set(self._chosen)
        for slot in self._drawing.slots:
            area = self._geometry.door(slot).translated(origin)
            if area.intersects(dirty):
                cell = slot.cell
                faded = bool(self._filtered) and cell.state not in self._filtered
                brush.door(painter, area, cell, faded=faded, chosen=cell.id in chosen)
        current = self._slot()
        if current:
            area = self._geometry.door(current).translated(origin)
            brush.frame(painter, area, focused=self.hasFocus())

    def _paint_headings(self, painter: QPainter, brush: Brush) -> None:
        origin, head, side = self._origin(), self._head(), self._sizes.side
        width, height = self.viewport().width(), self.viewport().height()
        painter.fillRect(QRect(0, 0, side - 4, height), brush.page)
        for row, title in enumerate(self._drawing.rows):
            top, tall = self._geometry.row(row)
            if -tall < top + origin.y() < height:
                brush.heading(painter, QRect(0, top + origin.y(), side - 6, tall), title)
        painter.fillRect(QRect(0, 0, width, head), brush.page)
        painter.setClipRect(QRect(side, 0, width - side, head))
        for band in self._drawing.bands:
            left, wide = self._geometry.band(band.column, band.columns)
            area = QRect(left + origin.x(), 0, wide, head)
            brush.heading(painter, area, band.title, bold=True)

    def _tell(self) -> None:
        slot = self._slot()
        more = f"，已选 {len(self._chosen)} 扇门" if len(self._chosen) > 1 else ""
        self.setAccessibleName(self.told(slot) + more if slot else "楼栋图，没有房屋")
        if slot:
            plan_access.tell_focus(self, slot)
