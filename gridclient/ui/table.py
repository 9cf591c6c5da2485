"""Lists of any kind of record: all the ids at once, the cells a page at a time.

The scroll bar is true, any jump costs one page, and what is painted was put into words when its page was read.
Sorting and filtering read the ids again, those of a long list beside the window; the old rows stay until they are there.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from shiboken6 import isValid
from sqlalchemy import Table, select

from gridclient.blanks import Field
from gridclient.fields import RECORDS, RecordSpec
from gridclient.store.search import Search, ids
from gridclient.ui import style
from gridclient.ui.delegates import MARK_ROLE, TONE_ROLE, CellDelegate
from gridclient.ui.list_out import Extract, ListOut, shown_columns
from gridclient.ui.marks import Standing
from gridclient.ui.parts import later
from gridclient.ui.record_rows import Row, names_people, narrowed_words, order_words, rows_of, values_of
from gridclient.ui.widths import shared
from gridclient.ui.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
PAGE, PAGES = 128, 40
SEEN = 2  # pages of a long list read beside the window together with its ids
SIGN = 24  # pixels at plain size for where a record stands, or for the rim of a state
SHORT = 2000  # records of a kind: so many are read and sorted at once, in less time than one notices
ID_ROLE = Qt.ItemDataRole.UserRole
SHOWN, TIP, SPOKEN = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
TOLD = frozenset((SHOWN, TIP, SPOKEN, MARK_ROLE, TONE_ROLE, ID_ROLE))
GATHER_MS = 120  # news that arrive together are shown together
WIDTHS = {"name": 84, "id_number": 168, "phone": 116, "phones": 124, "day": 92, "month": 76, "moment": 126, "flag": 64, "count": 70, "amount": 84, "choice": 104, "choices": 132, "link": 190, "note": 180, "text": 120, "names": 100}  # fmt: skip


class RecordTableModel(QAbstractTableModel):
    """The records of one kind that meet the conditions, in the order asked for. ``reloaded(count)`` after each reading."""

    reloaded = Signal(int)

    def __init__(
        self,
        workspace: Workspace,
        kind: str,
        parent: QWidget | None = None,
        *,
        where: Sequence[tuple[str, Any]] = (),
    ) -> None:
        super().__init__(parent)
        self.workspace, self.spec = workspace, RECORDS[kind]
        self.fields: tuple[Field, ...] = _in_order(self.spec)
        self._sql: Table = self.spec.table.__table__  # type: ignore[attr-defined]
        self._always = tuple(where)
        self._search = Search(kind, where=self._always)
        self._ids: list[str] = []
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self.reading = False  # True while the ids of a long list are on their way
        self._overtaken = False
        self._watched = {kind} | {field.to for field in self.fields if field.to}
        self._gather = later(self, GATHER_MS, self.reload)
        workspace.changed.connect(self._on_changed)
        Standing(workspace, self).moved.connect(self._remark)
        self.reload()

    def show_only(self, *where: tuple[str, Any], words: str = "", only: frozenset[str] | None = None) -> None:
        """Keep the records whose fields hold these values and whose searched fields hold every word; those of ``only``."""
        self._search = replace(self._search, words=words, where=(*self._always, *where), only=only)
        self.reload()

    def reload(self) -> None:
        """Read the ids again; the view keeps its place by id. Those of a long list arrive a moment later."""
        self._gather.stop()
        if self.reading:
            self._overtaken = True
        elif self._is_short():
            self._show(ids(self.workspace.replica, self._search))
        else:
            self.reading = True
            self.workspace.start(self._read_beside())

    def id_at(self, row: int) -> str:
        """The id in a row; empty outside the list."""
        return self._ids[row] if 0 <= row < len(self._ids) else ""

    def row_of(self, id_: str) -> int:
        """The row of an id; -1 when it is not in the list."""
        try:
            return self._ids.index(id_)
        except ValueError:
            return -1

    def rows_of(self, ids: set[str]) -> list[int]:
        """The rows of those of these ids that are in the list."""
        return [row for row, id_ in enumerate(self._ids) if id_ in ids]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.fields)

    def data(self, index: Index, role: int = SHOWN) -> Any:
        if role not in TOLD or not index.isValid() or index.row() >= len(self._ids):
            return None
        if role == SHOWN:
            return self._row(index.row()).cells[index.column()]
        if role in (TIP, SPOKEN):
            row = self._row(index.row())
            marked = f"，{row.mark.word}" if row.mark and not index.column() else ""
            return row.cells[index.column()] + marked
        if role == MARK_ROLE:
            return None if index.column() else self._row(index.row()).mark
        if role == TONE_ROLE:
            return self._row(index.row()).tones[index.column()]
        if role == ID_ROLE:
            return self._ids[index.row()]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = SHOWN) -> Any:
        if role != SHOWN or section < 0:
            return None
        if orientation == Qt.Orientation.Vertical:
            return section + 1
        return self.fields[section].label if section < len(self.fields) else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        known = 0 <= column < len(self.fields)
        names = (self.fields[column].name,) if known else ()
        self._search = replace(
            self._search, order=names, descending=known and order == Qt.SortOrder.DescendingOrder
        )
        self.reload()

    @property
    def search(self) -> Search:
        """What is listed, and in which order."""
        return self._search

    @property
    def ids(self) -> list[str]:
        """The ids listed, in order."""
        return list(self._ids)

    def _is_short(self) -> bool:
        return len(self.workspace.replica.rows(select(self._sql.c.id).limit(SHORT + 1))) <= SHORT

    async def _read_beside(self) -> None:
        """Read until what was read is what is wanted: of ten letters typed fast, only the last result is shown."""
        try:
            self._overtaken = True
            while self._overtaken:
                self._overtaken = False
                seen = list(self._pages)[-SEEN:] or [0]
                found, pages = await self.workspace.run(self._read, self._search, seen)
        finally:
            self.reading = False
        if isValid(self):
            self._show(found, pages)

    def _read(self, search: Search, seen: Sequence[int]) -> tuple[list[str], dict[int, list[Row]]]:
        """The ids, and the rows of the pages that are likely to be looked at."""
        found = ids(self.workspace.replica, search)
        return found, {number: self._read_page(_paged(found, number)) for number in seen}

    def _show(self, found: list[str], pages: Mapping[int, list[Row]] = MappingProxyType({})) -> None:
        self.beginResetModel()
        self._ids, self._pages = found, OrderedDict(pages)
        self.endResetModel()
        self.reloaded.emit(len(found))

    def _row(self, row: int) -> Row:
        number, place = divmod(row, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._read_page(_paged(self._ids, number))
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        return page[place]

    def _read_page(self, ids: Sequence[str]) -> list[Row]:
        return rows_of(self.workspace, self.spec, self.fields, ids)

    def _remark(self) -> None:
        """Read again where the records in sight stand."""
        self._pages.clear()
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, 0))

    def _on_changed(self, news: list[Any]) -> None:
        if any(item.kind in self._watched or item.kind == "conflict" for item in news):
            self._gather.start()


class RecordTable(QTableView):
    """The view of such a list. ``opened(id)`` by Enter or a double click, ``pointed(id)`` when the mark moves."""

    opened = Signal(str)
    pointed = Signal(str)

    def __init__(self, model: RecordTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.records = model
        self.setObjectName("table")
        self.setModel(model)
        self.setItemDelegate(CellDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setSortingEnabled(False)
        self._set_heads()
        self._usual = _usual_widths(model.fields)
        self._fitting = self._dragged = False
        for column, width in enumerate(self._usual):
            self.setColumnWidth(column, width)
        self.horizontalHeader().sectionResized.connect(self._on_resized)
        model.reloaded.connect(self._fit)
        self.out = ListOut(self, self._extract)
        self.out.named = model.spec.title
        self._marked = self._wanted = ""
        self._chosen: set[str] = set()
        self._in_view, self._place = True, 0
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._on_moved)

    @property
    def current_id(self) -> str:
        """The id of the marked row; empty when none is."""
        return self.records.id_at(self.currentIndex().row())

    def chosen_rows(self) -> list[int]:
        """The selected rows, top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def mark(self, id_: str) -> None:
        """Put the mark on a record and bring it into view, as soon as the list is there."""
        row = self.records.row_of(id_)
        self._wanted = id_ if row < 0 and self.records.reading else ""
        if row >= 0:
            self.selectRow(row)
            self.scrollTo(self.records.index(row, 0), QAbstractItemView.ScrollHint.EnsureVisible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_id:
            self.opened.emit(self.current_id)
        else:
            super().keyPressEvent(event)

    def _set_heads(self) -> None:
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(style.px(32))
        rows.setMinimumWidth(style.px(40))
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setSectionsMovable(True)
        heads.setHighlightSections(False)
        heads.setSortIndicatorShown(True)
        heads.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        heads.sortIndicatorChanged.connect(self.records.sort)
        heads.setSectionsClickable(True)
        # Qt asks a head of its column's every row whether all are selected: most of a second for a long list.
        heads.setSelectionModel(QItemSelectionModel(self.records, heads))

    def _extract(self, rows: list[int]) -> Extract:
        model, ids = self.records, self.records.ids
        fields = [model.fields[column] for column in shown_columns(self, range(len(model.fields)))]
        wanted = [ids[row] for row in rows if row < len(ids)] if rows else ids
        return Extract(
            tuple(field.label for field in fields),
            len(wanted),
            partial(values_of, model.workspace.replica, model.spec, fields, wanted),
            tuple(column for column, field in enumerate(fields) if names_people(field)),
            order=order_words(model.search),
            narrowed=narrowed_words(model.workspace.replica, model.search),
        )

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.records.id_at(index.row()))

    def _on_moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.pointed.emit(self.records.id_at(current.row()))

    def _fit(self) -> None:
        """Where there is room to spare, widen the columns in which a cell is cut, until somebody drags one."""
        if self._dragged or not self.isVisible():
            return
        room, widths = self.viewport().width(), self._usual
        if sum(widths) < room:
            beside = style.px(SIGN)
            needed = [self.sizeHintForColumn(column) + beside for column in range(len(widths))]
            widths = shared(room, widths, needed, 0)
        self._fitting = True
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self._fitting = False

    def _on_resized(self, _column: int, _before: int, _now: int) -> None:
        self._dragged = self._dragged or not self._fitting

    def _remember(self) -> None:
        self._marked = self.current_id
        self._chosen = {self.records.id_at(row) for row in self.chosen_rows()}
        self._in_view = self.viewport().rect().intersects(self.visualRect(self.currentIndex()))
        self._place = self.verticalScrollBar().value()

    def _restore(self) -> None:
        """Mark and choose again what was; the list moves only where the mark was in view."""
        if self._wanted:
            self.mark(self._wanted)
        elif self._marked and self._in_view:
            self.mark(self._marked)
        elif (row := self.records.row_of(self._marked)) >= 0:
            kept = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self.records.index(row, 0), kept)
            self.executeDelayedItemsLayout()
            self.verticalScrollBar().setValue(self._place)
        if len(self._chosen) > 1:
            self._choose(self._chosen)

    def _choose(self, ids: set[str]) -> None:
        chosen = QItemSelection()
        for row in self.records.rows_of(ids):
            index = self.records.index(row, 0)
            chosen.select(index, index)
        added = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().select(chosen, added)


def _paged(ids: Sequence[str], number: int) -> Sequence[str]:
    return ids[number * PAGE : (number + 1) * PAGE]


def _usual_widths(fields: Sequence[Field]) -> list[int]:
    """How wide the columns are in a table without room to spare, in pixels."""
    widths = [max(WIDTHS.get(field.kind, 110), 15 * len(field.label) + 22) for field in fields]
    return [style.px(width + (0 if column else SIGN)) for column, width in enumerate(widths)]


def _in_order(spec: RecordSpec) -> tuple[Field, ...]:
    """The listed fields, those by which people call a record first."""
    called = [f for f in spec.listed if f"{{{f.name}}}" in spec.called]
    return (*called, *(f for f in spec.listed if f not in called))
