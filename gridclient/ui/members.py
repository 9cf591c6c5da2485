"""The people of one household as a table: who (with care labels as signs), in what relation, how old, how to reach."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gridclient.records import Resident
from gridclient.rules.identity import age
from gridclient.ui import style
from gridclient.ui.door_words import SHORT_LABELS
from gridclient.ui.list_out import ListOut, prepared

HEADS = ("姓名", "关系", "年龄", "电话")
CHANGED = "变化"
MOST = (6, 3, 4, 6)  # letters of each column in the panel: one telephone number; 养子或继子 is cut short
ROOMY = (8, 5, 4, 7)  # and where a last column takes what they leave
WALKING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


def person_row(person: Resident, today: date, *, masked: bool) -> tuple[str, ...]:
    """One person as the table shows him or her."""
    words = {name: person.spec.field(name) for name in ("relation", "sex", "phones")}
    years = age(person.birth, today)
    sex = words["sex"].text(person.sex)[:1]
    phones = words["phones"].masked(person.phones) if masked else words["phones"].text(person.phones)
    signs = "".join(SHORT_LABELS.get(label, "") for label in person.labels)
    return (
        f"{person.name} {signs}".rstrip(),
        words["relation"].text(person.relation),
        f"{sex}{years}岁" if years is not None else sex,
        phones,
    )


class Members(QAbstractTableModel):
    """People and their prepared texts; with ``changes`` a last column tells what is about to be saved."""

    def __init__(self, *, changes: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.people: list[Resident] = []
        self._heads = (*HEADS, CHANGED) if changes else HEADS
        self._rows: list[tuple[str, ...]] = []
        self._changes = changes

    def show_people(
        self, people: Sequence[Resident], today: date, *, masked: bool = True, news: Mapping[str, str] = {}
    ) -> None:
        """Show these people; ``news`` are the pending changes by id."""
        self.beginResetModel()
        self.people = list(people)
        self._rows = [person_row(p, today, masked=masked) for p in people]
        if self._changes:
            self._rows = [(*row, news.get(p.id, "")) for row, p in zip(self._rows, people, strict=True)]
        self.endResetModel()

    def told(self) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        """The heads and the rows under them."""
        return self._heads, self._rows

    def rowCount(self, parent: Index = ROOT) -> int:
        """One row for each person."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        """The columns of the table."""
        return 0 if parent.isValid() else len(self._heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The prepared text."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The heading of a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        return None


class PeopleTable(QTableView):
    """Rows of people; ``chosen(row)`` as one walks. Keys that do not walk belong to whoever holds the table."""

    chosen = Signal(int)

    def __init__(self, model: Members, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setObjectName("people")
        self.setAccessibleName("家庭成员")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(style.px(30))
        self.out = ListOut(self, lambda _rows: prepared(*model.told(), people=(0,)))
        model.modelReset.connect(self._fit)
        self.selectionModel().currentRowChanged.connect(lambda new, _old: self.chosen.emit(new.row()))
        self._fit()

    def choose(self, row: int) -> None:
        """Stand on a row."""
        self.selectRow(row)
        self.setCurrentIndex(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk up and down; leave everything else alone."""
        if event.key() in WALKING:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts here, never a search."""

    def _fit(self) -> None:
        """Give each column what its words need; beside a narrow page the name takes the rest, else the last column."""
        columns, model = self.horizontalHeader(), self.model()
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        columns.setHighlightSections(False)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        roomy = model.columnCount() > len(HEADS)
        letter = QFontMetrics(self.font()).horizontalAdvance("国")
        for column, letters in enumerate(ROOMY if roomy else MOST):
            width = min(self._widest(column), round(letters * letter))
            self.setColumnWidth(column, width + style.px(23))
        columns.setStretchLastSection(roomy)
        if not roomy:
            columns.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _widest(self, column: int) -> int:
        metrics, model = QFontMetrics(self.font()), self.model()
        told = [str(model.index(row, column).data()) for row in range(model.rowCount())]
        return max(metrics.horizontalAdvance(text) for text in (HEADS[column], *told))

    def fit_height(self, most: int) -> None:
        """Be as high as the people need, ``most`` rows of them; more are scrolled."""
        rows, count = self.verticalHeader().defaultSectionSize(), self.model().rowCount()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * min(most, count) + 4)
