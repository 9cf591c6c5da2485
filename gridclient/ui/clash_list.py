"""The conflicts at the left of their page: each record once, and under it the fields that differ."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from gridclient.ui import style
from gridclient.ui.clash_words import record_words, what_words
from gridclient.ui.list_out import ListOut, prepared
from sync.conflict import Conflict
from sync.replica import Replica

PLACE = Qt.ItemDataRole.UserRole
HEADS = ("哪一条", "哪一栏", "处理了没有")
LETTERS = 18  # the width of the list


class ClashList(QTreeView):
    """Shows where one stands; the mouse may choose another: ``picked(place)``. Keys belong to the page."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.role(self, "framed")
        self.setAccessibleName("冲突一览")
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(style.px(12))
        self.setItemsExpandable(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFixedWidth(LETTERS * QFontMetrics(self.font()).horizontalAdvance("国"))
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.clicked.connect(self._pick)
        self._told: list[tuple[str, str, str]] = []
        self.out = ListOut(self, lambda _rows: prepared(HEADS, self._told, people=(0,)))

    def show_conflicts(self, replica: Replica, conflicts: Sequence[Conflict]) -> None:
        """List these, those of one record next to each other already."""
        self._model.clear()
        words, place = record_words(replica, conflicts), 0
        states = {True: "等着选", False: "已处理"}
        self._told = [(words[one.record_id], what_words(one), states[one.open]) for one in conflicts]
        for record, group in groupby(conflicts, key=lambda one: one.record_id):
            heading = QStandardItem(words[record].replace("　", " "))
            heading.setSelectable(False)
            heading.setToolTip(heading.text())
            bold = heading.font()
            bold.setBold(True)
            heading.setFont(bold)
            for conflict in group:
                item = QStandardItem(f"{'≠' if conflict.open else '✓'} {what_words(conflict)}")
                item.setData(place, PLACE)
                heading.appendRow(item)
                place += 1
            self._model.appendRow(heading)
        self.expandAll()

    def stand_at(self, place: int) -> None:
        """Mark one of them."""
        for row in range(self._model.rowCount()):
            heading = self._model.index(row, 0)
            for below in range(self._model.rowCount(heading)):
                index = self._model.index(below, 0, heading)
                if index.data(PLACE) == place:
                    self.setCurrentIndex(index)
                    self.scrollTo(index)

    def _pick(self, index: QModelIndex) -> None:
        if index.data(PLACE) is not None:
            self.picked.emit(index.data(PLACE))


def by_record(conflicts: Sequence[Conflict]) -> list[Conflict]:
    """The same conflicts, those of one record together where its first one stood."""
    first: dict[str, int] = {}
    for place, conflict in enumerate(conflicts):
        first.setdefault(conflict.record_id, place)
    return sorted(conflicts, key=lambda one: first[one.record_id])
