"""How cells are painted: states as a tinted pill with their word in it, everything else as plain text."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gridclient.blanks import Field
from gridclient.ui import style
from gridclient.ui.plan_paint import Mark

Index = QModelIndex | QPersistentModelIndex
TONE_ROLE = Qt.ItemDataRole.UserRole + 1
MARK_ROLE = Qt.ItemDataRole.UserRole + 2

# What a code of a list means to the eye; the word is always there as well.
TONES: dict[str, dict[str, str]] = {
    "PopulationKind": {"registered": "info", "floating": "violet", "abroad": "warn", "unregistered": "warn"},
    "HouseholdKind": {"registered": "info", "floating": "violet", "collective": "quiet"},
    "Tenure": {"01": "good", "02": "info", "03": "quiet", "04": "violet", "05": "violet", "99": "quiet"},
    "Outcome": {
        "met": "good",
        "phoned": "good",
        "nobody": "warn",
        "refused": "bad",
        "postponed": "info",
        "moved": "quiet",
        "empty": "quiet",
    },
    "CentreState": {"active": "good", "paused": "warn", "ended": "quiet"},
    "TaskState": {"open": "warn", "done": "good", "cancelled": "quiet"},
    "Grade": {"1": "good", "2": "info", "3": "warn", "4": "bad"},
    "Level": {
        "subdistrict": "violet",
        "community": "info",
        "estate": "quiet",
        "grid": "good",
        "microgrid": "quiet",
    },
    "CareLabel": {},
}


def tone_of(field: Field, value: Any) -> str:
    """The tone of a cell, or empty when it is plain text."""
    if field.choices not in TONES or not value:
        return ""
    if field.many:
        return "warn"
    return TONES[field.choices].get(str(value), "quiet")


class CellDelegate(QStyledItemDelegate):
    """Paints one cell of a list."""

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        mark: Mark | None = None if index.column() else index.data(MARK_ROLE)
        if mark is not None:
            self._mark(painter, option, mark)
            option.rect.adjust(_sign_width(option), 0, 0, 0)
        tone = index.data(TONE_ROLE)
        if not tone:
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        widget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        _pill(painter, option, text, tone)

    def _mark(self, painter: QPainter, option: Any, mark: Mark) -> None:
        """Paint where the record stands, before its first cell."""
        drawn, width = QStyleOptionViewItem(option), _sign_width(option)
        drawn.text, drawn.rect = "", option.rect.adjusted(0, 0, width - option.rect.width(), 0)  # type: ignore[attr-defined]
        option.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, drawn, painter, option.widget
        )
        painter.save()
        painter.setPen(QColor(style.tint(mark.tone).bar))
        painter.drawText(drawn.rect, Qt.AlignmentFlag.AlignCenter, mark.sign)  # type: ignore[attr-defined]
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), style.px(32))


def _sign_width(option: Any) -> int:
    return int(option.fontMetrics.horizontalAdvance("国")) + style.px(6)


def _pill(painter: QPainter, option: Any, text: str, tone: str) -> None:
    tint = style.tint(tone)
    metrics = option.fontMetrics
    space = option.rect.width() - style.px(14)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, space - style.px(14))
    height = metrics.height() + style.px(4)
    where = QRectF(
        option.rect.left() + style.px(6),
        option.rect.center().y() - height / 2 + 0.5,
        min(space, metrics.horizontalAdvance(shown) + style.px(16)),
        height,
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(where, height / 2, height / 2)
    painter.fillPath(path, QColor(tint.back))
    painter.setPen(QColor(tint.text))
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, shown)
    painter.restore()
