"""Doors one under the other, in the order they are walked, under a heading for each stairwell."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
import re
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gridclient.ui import style
from gridclient.ui.list_out import Extract, ListOut, prepared
from gridclient.ui.plan_paint import Mark

HEADS = ("单元", "门牌", "住户", "情况")
LINE = Qt.ItemDataRole.UserRole
WALKING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


@dataclass(frozen=True)
class DoorLine:
    """One door in the list; without an id it is the heading of a stairwell."""

    id: str
    group: str
    room: str = ""
    people: str = ""
    why: str = ""
    tone: str = "quiet"
    sign: str = ""
    standing: Mark | None = None


class DoorModel(QAbstractListModel):
    """Headings and doors as prepared texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[DoorLine] = []

    def show_lines(self, doors: Sequence[DoorLine]) -> None:
        """Put a heading with its count over each stairwell."""
        self.beginResetModel()
        self.lines = []
        for group, found in groupby(doors, key=lambda line: line.group):
            own = list(found)
            self.lines += [DoorLine("", group, people=f"{len(own)} 户"), *own]
        self.endResetModel()

    def renew(self, line: DoorLine) -> None:
        """Show one door anew, where it stands."""
        row = self.row_of(line.id)
        if row >= 0:
            self.lines[row] = line
            self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, door: str) -> int:
        """The row of a door; -1 when it is not listed."""
        return next((row for row, line in enumerate(self.lines) if door and line.id == door), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        """Headings and doors together."""
        return 0 if parent.isValid() else len(self.lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be stood at."""
        if not self.lines[index.row()].id:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The line itself, and its words for a screen reader."""
        line = self.lines[index.row()]
        if role == LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            standing = line.standing.word if line.standing else ""
            return " ".join(part for part in (line.group, line.room, line.people, line.why, standing) if part)
        return None


class DoorPainter(QStyledItemDelegate):
    """Room, people, and the reason as a pill of colour with its word."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Every line is equally high."""
        return QSize(style.px(200), style.px(32))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One line."""
        line: DoorLine = index.data(LINE)
        area: QRect = option.rect  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.id:
            self._door(painter, area, line, option.state)  # type: ignore[attr-defined]
        else:
            self._heading(painter, area, line)
        painter.restore()

    def _heading(self, painter: QPainter, area: QRect, line: DoorLine) -> None:
        painter.setFont(style.font(bold=True))
        painter.setPen(style.colour("soft"))
        bottom = area.adjusted(style.px(10), 0, -style.px(12), -style.px(2))
        painter.drawText(bottom, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.group)
        painter.setFont(style.font(size=12))
        painter.drawText(bottom, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, line.people)

    def _door(self, painter: QPainter, area: QRect, line: DoorLine, state: QStyle.StateFlag) -> None:
        inner = area.adjusted(style.px(4), 1, -style.px(4), -1)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(style.colour("accent"))
            painter.setBrush(style.colour("accent_soft"))
            painter.drawRoundedRect(inner, 4, 4)
        tint = style.tint(line.tone)
        painter.fillRect(QRect(inner.left() + 2, inner.top() + 5, 3, inner.height() - 10), QColor(tint.bar))
        words = inner.adjusted(style.px(14), 0, -style.px(8), 0)
        pill = self._pill(painter, words, line)
        painter.setPen(style.colour("text"))
        painter.setFont(style.font(size=14, bold=True))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, line.room)
        left = max(style.px(62), painter.fontMetrics().horizontalAdvance(line.room) + style.px(10))
        painter.setFont(style.font())
        rest = words.adjusted(left, 0, -pill - style.px(8), 0)
        if line.standing is not None:
            painter.setPen(QColor(style.tint(line.standing.tone).bar))
            painter.drawText(
                rest, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line.standing.sign
            )
            rest.adjust(0, 0, -style.px(20), 0)
            painter.setPen(style.colour("text"))
        text = painter.fontMetrics().elidedText(line.people, Qt.TextElideMode.ElideRight, rest.width())
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, text)

    def _pill(self, painter: QPainter, area: QRect, line: DoorLine) -> int:
        tint = style.tint(line.tone)
        painter.setFont(style.font(size=12))
        text = f"{line.sign} {line.why}".strip()
        width = painter.fontMetrics().horizontalAdvance(text) + style.px(16)
        pill = QRect(area.right() - width, area.top() + style.px(5), width, area.height() - style.px(10))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tint.back))
        painter.drawRoundedRect(pill, style.px(9), style.px(9))
        painter.setPen(QColor(tint.text))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        return width


class DoorList(QListView):
    """Walk with ↑↓; every other key belongs to the page. ``current_changed(id)``, ``opened(id)``."""

    current_changed = Signal(str)
    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("door_list")
        self.setAccessibleName("今天的门")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._quiet = False
        self._model = DoorModel(self)
        self.setModel(self._model)
        self.setItemDelegate(DoorPainter(self))
        self.out = ListOut(self, self._extract)

    @property
    def current(self) -> str:
        """The id of the door one stands at; empty when the list is."""
        index = self.currentIndex()
        return self._model.lines[index.row()].id if index.isValid() else ""

    def doors(self) -> list[str]:
        """The ids of the doors listed, in order."""
        return [line.id for line in self._model.lines if line.id]

    def show_lines(self, lines: Sequence[DoorLine]) -> None:
        """List these doors; one stays at the same door, or near where it was."""
        standing, row = self.current, self.currentIndex().row()
        self._quiet = True
        self._model.show_lines(lines)
        self._quiet = False
        if standing and not self.stand_at(standing):
            near = [i for i, line in enumerate(self._model.lines) if line.id and i >= row] or [-1]
            self.stand_at(self._model.lines[near[0]].id if near[0] >= 0 else "")

    def renew(self, line: DoorLine) -> None:
        """Show one door anew, where it stands."""
        self._model.renew(line)

    def stand_at(self, door: str) -> bool:
        """Go to a door; False when it is not listed."""
        row = self._model.row_of(door)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))
        return row >= 0

    def jump(self, digits: str) -> bool:
        """Go to a room by its digits, in this stairwell first; False when it is not listed."""
        index = self.currentIndex()
        group = self._model.lines[index.row()].group if index.isValid() else ""
        for fits in (str.__eq__, str.startswith):
            found = [li for li in self._model.lines if li.id and fits(re.sub(r"\D", "", li.room), digits)]
            if found:
                return self.stand_at(next((li.id for li in found if li.group == group), found[0].id))
        return False

    def _extract(self, _rows: list[int]) -> Extract:
        doors = [line for line in self._model.lines if line.id]
        return prepared(HEADS, [(one.group, one.room, one.people, one.why) for one in doors], people=(2,))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell where one stands."""
        super().currentChanged(current, previous)
        if not self._quiet and current.isValid():
            self.scrollTo(current)
            self.current_changed.emit(self.current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk; leave everything else to the page."""
        if event.key() in WALKING and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def keyboardSearch(self, search: str) -> None:
        """Digits and letters are answers here, never a search."""

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Open the door."""
        self.opened.emit(self.current)
