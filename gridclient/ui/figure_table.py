"""The figures of a month as a table: every number that counts something opens its list by Enter or a click."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gridclient.exchange.list_book import Value
from gridclient.ledger.month_report import SPANS, parts_of
from gridclient.rules.months import Counted, Told
from gridclient.ui import style
from gridclient.ui.list_out import Extract, ListOut, prepared

HEADS = {
    "words": "项目",
    "unit": "单位",
    "now": "本月",
    "before": "上月",
    "against_before": "环比",
    "year": "本年累计",
    "last": "去年同月",
    "against_last": "同比",
}
COLUMNS = tuple(HEADS)
WIDTHS = (2.2, 0.6)  # of the words and the unit, by that of a number
PART_OF = "其中："  # a part stands further in instead


Index = QModelIndex | QPersistentModelIndex


class FigureModel(QAbstractTableModel):
    """The figures by row; None is the head of a family."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.told: list[Told | None] = []

    def show_told(self, told: Sequence[Told]) -> None:
        """Show these, each family under its name."""
        self.beginResetModel()
        self.told = _with_heads(told)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.told)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The head of a family is read and never marked."""
        return Qt.ItemFlag.ItemIsEnabled if self._one(index) is None else super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self._one(index)
        if one is None:
            return self._head(index, role)
        name = COLUMNS[index.column()]
        counts = name in SPANS and name in one.cells and bool(one.cells[name].ids)
        if role == Qt.ItemDataRole.DisplayRole:
            words = parts_of(one)[name]
            inset = ("　　" if words.startswith(PART_OF) else "　") if not index.column() else ""
            return inset + words.removeprefix(PART_OF)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            return style.colour("accent" if counts else "text" if index.column() < 2 else "soft")
        if role == Qt.ItemDataRole.ToolTipRole:
            return "回车或点一下，打开名单" if counts else one.measure.says
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical or section < 0:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return HEADS[COLUMNS[section]] if role == Qt.ItemDataRole.DisplayRole else None

    def _one(self, index: Index) -> Told | None:
        return self.told[index.row()] if index.isValid() and index.row() < len(self.told) else None

    def _head(self, index: Index, role: int) -> Any:
        below = self.told[index.row() + 1] if index.row() + 1 < len(self.told) else None
        if role == Qt.ItemDataRole.DisplayRole and below is not None and not index.column():
            return below.measure.family
        return style.font(bold=True) if role == Qt.ItemDataRole.FontRole else None


class FigureTable(QTableView):
    """``opened(measure, span name, counted)`` when a number is asked for its list; ``pointed(measure)`` as the mark moves."""

    opened = Signal(object, str, object)
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figures = FigureModel(self)
        self.setModel(self.figures)
        self.out = ListOut(self, self._extract)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(style.px(28))
        self.horizontalHeader().setHighlightSections(False)
        self.clicked.connect(self._open)
        self.selectionModel().currentChanged.connect(self._on_moved)

    def show_told(self, told: Sequence[Told]) -> None:
        """Show these figures; the mark stays where it is."""
        at = self.currentIndex()
        row, column = max(at.row(), 1), max(at.column(), COLUMNS.index("now"))
        self.clearSpans()
        self.figures.show_told(told)
        for place, one in enumerate(self.figures.told):
            if one is None:
                self.setSpan(place, 0, 1, len(COLUMNS))
        self.mark(min(row, self.figures.rowCount() - 1), column)

    def mark(self, row: int, column: int) -> None:
        """Put the mark on a cell."""
        self.setCurrentIndex(self.figures.index(row, column))

    def counted(self, row: int, column: int) -> Counted | None:
        """What stands in a cell; None where it counts nothing of its own."""
        one = self.figures.told[row]
        return one.cells.get(COLUMNS[column]) if one is not None else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the list behind the number."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room: the words take more than a number."""
        super().resizeEvent(event)
        widths = (*WIDTHS, *[1.0] * (len(COLUMNS) - len(WIDTHS)))
        for column, width in enumerate(widths):
            self.setColumnWidth(column, int(self.viewport().width() * width / sum(widths)))

    def _extract(self, _rows: list[int]) -> Extract:
        told = [one for one in self.figures.told if one is not None]
        return prepared(("类别", *HEADS.values()), [_figures(one) for one in told])

    def _open(self, index: Index) -> None:
        one = self.figures.told[index.row()] if index.isValid() else None
        counted = self.counted(index.row(), index.column()) if one is not None else None
        if one is not None and counted is not None and counted.ids:
            self.opened.emit(one.measure, COLUMNS[index.column()], counted)

    def _on_moved(self, index: Index, _before: Index) -> None:
        one = self.figures.told[index.row()] if index.isValid() else None
        if one is not None:
            self.pointed.emit(one.measure)


def _figures(one: Told) -> list[Value]:
    """A line of the table, its counts as numbers."""
    parts = parts_of(one)
    counts = {name: cell.number for name, cell in one.cells.items() if cell.of is None}
    return [one.measure.family, *(counts.get(name, parts[name]) for name in COLUMNS)]


def _side(column: int) -> Qt.AlignmentFlag:
    """Words and units stand left, numbers right."""
    side = Qt.AlignmentFlag.AlignRight if column > 1 else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _with_heads(told: Sequence[Told]) -> list[Told | None]:
    rows: list[Told | None] = []
    for place, one in enumerate(told):
        if not place or told[place - 1].measure.family != one.measure.family:
            rows.append(None)
        rows.append(one)
    return rows
