"""A plain table of prepared texts, for reports and lists that nobody edits in place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gridclient.exchange.list_book import Value, shows_numbers
from gridclient.ui import style
from gridclient.ui.list_out import Extract, ListOut
from gridclient.ui.widths import shared

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MEASURED = 100  # rows whose texts decide how wide a column is
LEAST = 4  # letters a column keeps where there is too little room


@dataclass(frozen=True)
class Told:
    """One row: its texts, whatever it stands for, and its tone, shown by the text that says the state in words.

    ``values`` are, by column, the number or the day that a text tells: what a workbook is given instead.
    """

    texts: tuple[str, ...]
    tone: str = ""
    about: Any = None
    toned: int = 0  # the column of that text
    values: Mapping[int, Value] = field(default_factory=dict, hash=False)


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
        """The text; in a row with a tone, the one that says the state is coloured by it."""
        told = self.told[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return told.texts[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and told.tone and index.column() == told.toned:
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
    """Shows rows; ``opened(about)`` on Enter and double click. ``letters`` are the usual widths of the columns.

    Columns share the room by what they hold, until somebody drags one. ``people`` are those that name somebody. Where
    not all rows are shown, ``every`` gives all there are, on any thread.
    """

    opened = Signal(object)

    def __init__(
        self,
        heads: Sequence[str],
        letters: Sequence[int],
        parent: QWidget | None = None,
        *,
        people: Sequence[int] = (),
    ) -> None:
        super().__init__(parent)
        self.rows = RowsModel(heads, self)
        self.setModel(self.rows)
        self.every: Callable[[], Sequence[Told]] | None = None
        self._people = tuple(people)
        self.out = ListOut(self, self._extract)
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
        above.setMinimumSectionSize(style.px(20))
        above.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._letters = (*letters, *[LEAST] * (len(heads) - len(letters)))
        self._sharing = self._dragged = False
        above.sectionResized.connect(self._on_resized)
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
        self._share()
        if told:
            self.selectRow(min(row, len(told) - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new room."""
        super().resizeEvent(event)
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the row; letters belong to the page."""
        if event.key() in ENTER and self.chosen is not None:
            self.opened.emit(self.chosen)
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _extract(self, rows: list[int]) -> Extract:
        told = [self.rows.told[row] for row in rows] if rows else list(self.rows.told)
        more = not rows and self.every is not None
        read = partial(_values, self.every if more and self.every else told)
        whole = shows_numbers(one.texts for one in told)
        return Extract(self.rows.heads, len(told), read, self._people, more=more, whole=whole)

    def _share(self) -> None:
        """Give every column its width; columns somebody dragged stay, and the last takes what is left."""
        letter, edge, room = (
            QFontMetrics(self.font()).horizontalAdvance("国"),
            style.px(26),
            self.viewport().width(),
        )
        least = LEAST * letter + edge
        if self._dragged:
            widths = [self.columnWidth(column) for column in range(len(self.rows.heads) - 1)]
            widths.append(max(least, room - sum(widths)))
        else:
            usual = [count * letter + style.px(16) for count in self._letters]
            widths = shared(room, usual, [width + edge for width in self._text_widths()], least)
        self._sharing = True
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self._sharing = False

    def _text_widths(self) -> list[int]:
        """The longest text of each column, its bold head included, in pixels."""
        plain, bold = QFontMetrics(self.font()), QFontMetrics(style.font(bold=True))
        widths = [bold.horizontalAdvance(head) for head in self.rows.heads]
        for told in self.rows.told[:MEASURED]:
            widths = [max(w, plain.horizontalAdvance(t)) for w, t in zip(widths, told.texts, strict=True)]
        return widths

    def _on_resized(self, _column: int, _before: int, _now: int) -> None:
        if not self._sharing:
            self._dragged = True
            self._share()


def _values(
    told: Sequence[Told] | Callable[[], Sequence[Told]],
    *,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[list[Value]]:
    """What rows tell, each text as the number or day it stands for."""
    if progress is not None:
        progress(0, 0, "正在读取名单")
    rows = told() if callable(told) else told
    return [[one.values.get(column, text) for column, text in enumerate(one.texts)] for one in rows]
