"""A plain table of prepared texts, for reports and lists that nobody edits in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gridclient.ui import style

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class Told:
    """One row: its texts, the tone of the first of them, and whatever it stands for."""

    texts: tuple[str, ...]
    tone: str = ""
    about: Any = None


class RowsModel(QAbstractTableModel):
    """Heads and rows as they are shown."""

    def __init__(self, heads: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heads = tuple(heads)
        self.told: list[Told] = []

    def show_rows(self, told: Sequence[Told]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self.told = list(told)
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        """The rows told."""
        return 0 if parent.isValid() else len(self.told)

    def columnCount(self, parent: Index = ROOT) -> int:
        """The columns under the heads."""
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The text; in a row with a tone, the first column is coloured by it."""
        told = self.told[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return told.texts[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and told.tone and index.column() == 0:
            return QColor(style.tint(told.tone).text)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The heads above, nothing at the side."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.heads[section]
        return None


class RowsView(QTableView):
    """Shows rows; ``opened(about)`` on Enter and double click. ``letters`` are column widths, the last one stretches."""

    opened = Signal(object)

    def __init__(self, heads: Sequence[str], letters: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowsModel(heads, self)
        self.setModel(self.rows)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        side = self.verticalHeader()
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(style.px(30))
        above = self.horizontalHeader()
        above.setHighlightSections(False)
        above.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        letter = QFontMetrics(self.font()).horizontalAdvance("国")
        for column, count in enumerate(letters):
            self.setColumnWidth(column, count * letter + style.px(16))
        above.setStretchLastSection(True)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.rows.told[index.row()].about))

    @property
    def chosen(self) -> Any:
        """What the marked row stands for; None without a mark."""
        index = self.currentIndex()
        return self.rows.told[index.row()].about if index.isValid() else None

    @property
    def all_chosen(self) -> list[Any]:
        """What every selected row stands for, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows.told[row].about for row in rows]

    def show_rows(self, told: Sequence[Told]) -> None:
        """Show these rows; the mark stays at the same height."""
        row = max(0, self.currentIndex().row())
        self.rows.show_rows(told)
        if told:
            self.selectRow(min(row, len(told) - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row; letters belong to the page."""
        if event.key() in ENTER and self.chosen is not None:
            self.opened.emit(self.chosen)
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)
