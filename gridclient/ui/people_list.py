"""The people of a household to pick from: Space marks one, H says who is the head, and beside each what would change."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from gridclient.records import Resident
from gridclient.ui import style
from gridclient.ui.members import person_row

ROWS = 8  # shown before the list scrolls
MARKED, PLAIN = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class PeopleList(QListWidget):
    """People with a mark each. ``marked`` when a mark changed, ``pointed(id)`` as one walks, ``head_wanted(id)`` by H."""

    marked = Signal()
    pointed = Signal(str)
    head_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pick")
        self.setAccessibleName("家庭成员")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._words: list[str] = []
        self.itemChanged.connect(lambda _item: self.marked.emit())
        self.currentRowChanged.connect(lambda _row: self.pointed.emit(self.current()))

    def show_people(
        self, people: Sequence[Resident], today: date, *, marked: Collection[str] | None, at: str = ""
    ) -> None:
        """Show these people, ``marked`` ones marked (no marks at all when None), and stand on the one called ``at``."""
        self.blockSignals(True)
        self.clear()
        self._words = []
        for person in people:
            name, relation, age, _phone = person_row(person, today, masked=True)
            self._words.append("　".join(part for part in (name, relation, age) if part))
            item = QListWidgetItem(self._words[-1])
            item.setData(Qt.ItemDataRole.UserRole, person.id)
            if marked is not None:
                item.setCheckState(MARKED if person.id in marked else PLAIN)
            self.addItem(item)
        rows = [row for row, person in enumerate(people) if person.id == at]
        self.setCurrentRow(rows[0] if rows else 0)
        self.blockSignals(False)
        self.setFixedHeight(style.px(28) * min(ROWS, max(1, len(people))) + style.px(8))

    def chosen(self) -> list[str]:
        """The ids of those marked."""
        return [self._id(row) for row in range(self.count()) if self.item(row).checkState() == MARKED]

    def mark(self, ids: Collection[str]) -> None:
        """Mark these and nobody else."""
        self.blockSignals(True)
        for row in range(self.count()):
            self.item(row).setCheckState(MARKED if self._id(row) in ids else PLAIN)
        self.blockSignals(False)
        self.marked.emit()

    def current(self) -> str:
        """The id of the person one stands on; empty when there is none."""
        return self._id(self.currentRow()) if 0 <= self.currentRow() < self.count() else ""

    def tell(self, news: Mapping[str, str]) -> None:
        """Write beside each what would change, by id."""
        self.blockSignals(True)
        for row, words in enumerate(self._words):
            change = news.get(self._id(row), "")
            self.item(row).setText(f"{words}　▸ {change}" if change else words)
            self.item(row).setToolTip(self.item(row).text())
        self.blockSignals(False)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and arrows belong to the list, H says who is the head; letters never search."""
        key = event.key()
        if event.text().lower() == "h" and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.head_wanted.emit(self.current())
        elif (event.text().isprintable() and event.text().strip()) or key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts here, never a search."""

    def _id(self, row: int) -> str:
        return str(self.item(row).data(Qt.ItemDataRole.UserRole))
