"""What happened in a home, newest first: a dot for each visit, who came, what came of it, what was noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gridclient.records import Care, HouseholdEvent, Matter, Visit
from gridclient.records.matter import MatterState
from gridclient.rules.due import EFFECTIVE
from gridclient.store.homes import Entry
from gridclient.ui import style
from gridclient.ui.list_out import Extract, ListOut, prepared

HEADS = ("日期", "事情", "谁", "内容")
MOMENT = Qt.ItemDataRole.UserRole
LEAST = 96  # pixels at plain size that it keeps in a full column
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


@dataclass(frozen=True)
class Moment:
    """One entry as it is painted."""

    day: str
    title: str
    by: str
    text: str
    tone: str


def moment_of(entry: Entry) -> Moment:
    """An entry in words; only somebody met or phoned is painted as good news."""
    day = f"{entry.day:%Y-%m-%d}" if entry.day else "日期不详"
    visit = entry.record
    if isinstance(visit, HouseholdEvent):
        return Moment(day, entry.title, visit.recorded_by, entry.text, "info")
    if isinstance(visit, Care):
        return Moment(day, entry.title, visit.given_by, entry.text, "good")
    if isinstance(visit, Matter):
        tone = "quiet" if visit.state == MatterState.DONE else "warn"
        return Moment(day, entry.title, visit.first_in_charge, entry.text, tone)
    if not isinstance(visit, Visit):
        return Moment(day, entry.title, "", entry.text, "quiet")
    by = "、".join(visit.visitors)
    later = "　补录" if visit.entered_later else ""
    hours = f" {visit.hours}" if visit.hours else ""
    text = "　".join(
        part for part in (entry.text, visit.remark if visit.remark != entry.text else "") if part
    )
    tone = "good" if visit.outcome in EFFECTIVE else "violet"
    return Moment(day + hours, entry.title, by + later, text, tone)


class _Moments(QAbstractListModel):
    """The moments, prepared."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.moments: list[Moment] = []

    def show_moments(self, moments: list[Moment]) -> None:
        """Show these."""
        self.beginResetModel()
        self.moments = moments
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """One row for each moment."""
        return 0 if parent.isValid() else len(self.moments)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The moment, and its words for a screen reader and a tool tip."""
        moment = self.moments[index.row()]
        if role == MOMENT:
            return moment
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return " ".join(p for p in (moment.day, moment.title, moment.by, moment.text) if p)
        return None


class _Painter(QStyledItemDelegate):
    """A line downwards with a dot, two lines of words beside it."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Two lines where something was noted, else one."""
        return QSize(style.px(120), style.px(42 if index.data(MOMENT).text else 26))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One moment."""
        moment: Moment = index.data(MOMENT)
        area: QRect = option.rect  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, y = area.left() + style.px(7), area.top() + style.px(12)
        painter.setPen(QPen(style.colour("line"), 2))
        painter.drawLine(x, area.top(), x, area.bottom())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(style.tint(moment.tone).bar))
        painter.drawEllipse(QPoint(x, y), style.px(4), style.px(4))
        words = area.adjusted(style.px(20), style.px(3), -style.px(4), 0)
        self._first(painter, QRect(words.left(), words.top(), words.width(), style.px(19)), moment)
        if moment.text:
            painter.setPen(style.colour("soft"))
            painter.setFont(style.font(size=12))
            rest = QRect(words.left(), words.top() + style.px(19), words.width(), style.px(18))
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, _cut(painter, moment.text, rest.width()))
        painter.restore()

    def _first(self, painter: QPainter, area: QRect, moment: Moment) -> None:
        painter.setFont(style.font(size=12))
        painter.setPen(style.colour("soft"))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, moment.day)
        left = painter.fontMetrics().horizontalAdvance(moment.day) + style.px(8)
        painter.setPen(QColor(style.tint(moment.tone).text))
        painter.setFont(style.font(bold=True))
        painter.drawText(area.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, moment.title)
        left += painter.fontMetrics().horizontalAdvance(moment.title) + style.px(8)
        painter.setPen(style.colour("text"))
        painter.setFont(style.font(size=12))
        by = _cut(painter, moment.by, area.width() - left)
        painter.drawText(area.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, by)


class Timeline(QListView):
    """The past of one home."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setAccessibleName("时间线")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = ""
        self._days: list[date | str] = []
        self._model = _Moments(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.out = ListOut(self, self._extract)

    def sizeHint(self) -> QSize:
        """A few moments; more where there is room."""
        return QSize(style.px(200), style.px(LEAST))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Say so where nothing has happened yet."""
        super().paintEvent(event)
        if self.nothing:
            painter = QPainter(self.viewport())
            painter.setPen(style.colour("soft"))
            painter.setFont(style.font(size=12))
            area = self.viewport().rect().adjusted(style.px(4), style.px(6), -style.px(4), 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, self.nothing)
            painter.end()

    def show_entries(self, entries: Sequence[Entry], *, nothing: str = "") -> None:
        """Show the past, newest first; ``nothing`` stands there when there is none."""
        self.nothing = "" if entries else nothing
        self.setAccessibleDescription(self.nothing)
        self._days = [entry.day or "" for entry in entries]
        self._model.show_moments([moment_of(entry) for entry in entries])

    def _extract(self, _rows: list[int]) -> Extract:
        pairs = zip(self._days, self._model.moments, strict=True)
        return prepared(HEADS, [(day, one.title, one.by, one.text) for day, one in pairs])


def _cut(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(
        " ".join(text.split()), Qt.TextElideMode.ElideRight, max(0, width)
    )
