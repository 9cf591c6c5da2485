"""The figures of a month as a table: every number that counts something opens its list by Enter or a click."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gridclient.ledger.month_report import SPANS, parts_of
from gridclient.rules.months import Counted, Told
from gridclient.ui import style

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


class FigureTable(QTableWidget):
    """``opened(measure, span name, counted)`` when a number is asked for its list; ``pointed(measure)`` as the mark moves."""

    opened = Signal(object, str, object)
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self._told: list[Told | None] = []  # by row; None: the head of a family
        for column, words in enumerate(HEADS.values()):
            head = QTableWidgetItem(words)
            head.setTextAlignment(_side(column))
            self.setHorizontalHeaderItem(column, head)
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
        self.cellClicked.connect(self._open)
        self.currentCellChanged.connect(self._on_moved)

    def show_told(self, told: Sequence[Told]) -> None:
        """Show these figures, each family under its name; the mark stays where it is."""
        at = (max(self.currentRow(), 1), max(self.currentColumn(), COLUMNS.index("now")))
        self._told = _with_heads(told)
        self.clearSpans()
        self.setRowCount(len(self._told))
        for row, one in enumerate(self._told):
            if one is None:
                below = self._told[row + 1]
                self._show_head(row, below.measure.family if below else "")
            else:
                self._show_row(row, one)
        self.setCurrentCell(min(at[0], self.rowCount() - 1), at[1])

    def counted(self, row: int, column: int) -> Counted | None:
        """What stands in a cell; None where it counts nothing of its own."""
        one = self._told[row] if 0 <= row < len(self._told) else None
        return one.cells.get(COLUMNS[column]) if one and 0 <= column < len(COLUMNS) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the list behind the number."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentRow(), self.currentColumn())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room: the words take more than a number."""
        super().resizeEvent(event)
        widths = (*WIDTHS, *[1.0] * (len(COLUMNS) - len(WIDTHS)))
        for column, width in enumerate(widths):
            self.setColumnWidth(column, int(self.viewport().width() * width / sum(widths)))

    def _open(self, row: int, column: int) -> None:
        counted, one = self.counted(row, column), self._told[row] if 0 <= row < len(self._told) else None
        if counted is not None and counted.ids and one is not None:
            self.opened.emit(one.measure, COLUMNS[column], counted)

    def _on_moved(self, row: int, _column: int, _row_before: int, _column_before: int) -> None:
        one = self._told[row] if 0 <= row < len(self._told) else None
        if one is not None:
            self.pointed.emit(one.measure)

    def _show_head(self, row: int, family: str) -> None:
        item = QTableWidgetItem(family)
        item.setFont(style.font(bold=True))
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.setItem(row, 0, item)
        self.setSpan(row, 0, 1, len(COLUMNS))

    def _show_row(self, row: int, one: Told) -> None:
        parts = parts_of(one)
        for column, name in enumerate(COLUMNS):
            inset = ("　　" if parts[name].startswith(PART_OF) else "　") if not column else ""
            item = QTableWidgetItem(inset + parts[name].removeprefix(PART_OF))
            item.setTextAlignment(_side(column))
            counts = name in SPANS and name in one.cells and bool(one.cells[name].ids)
            item.setForeground(style.colour("accent" if counts else "text" if column < 2 else "soft"))
            item.setToolTip("回车或点一下，打开名单" if counts else one.measure.says)
            self.setItem(row, column, item)


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
