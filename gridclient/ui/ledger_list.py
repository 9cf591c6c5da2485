"""The ledgers there are, on their shelves one below the other; a known one is two letters away."""

from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from gridclient.ledger.template import Template
from gridclient.ui import style
from gridclient.ui.ledger_shelves import Shelf, meant

BREATH_S = 1.0  # letters closer together than this belong to one ledger's name
ROW_ROLE = Qt.ItemDataRole.UserRole


class LedgerList(QListView):
    """Titles of ledgers; letters typed in one breath go to the one they mean best. ``chosen(row)`` of the templates.

    ``typed(letters)`` tells what was typed in this breath, ``entered`` that somebody pressed Enter.
    """

    chosen = Signal(int)
    typed = Signal(str)
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ledger_list")
        self.setAccessibleName("台账")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._letters, self._last_s = "", 0.0
        self._templates: Sequence[Template] = ()
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self.selectionModel().currentRowChanged.connect(self._on_row)

    @property
    def row(self) -> int:
        """The template chosen, by its place; -1 while none is."""
        found = self.currentIndex().data(ROW_ROLE)
        return -1 if found is None else int(found)

    def show_shelves(self, templates: Sequence[Template], shelves: Sequence[Shelf]) -> None:
        """Show these ledgers; nothing is chosen any more."""
        self._templates = templates
        self._items.clear()
        for shelf in shelves:
            self._items.appendRow(_heading(shelf.title))
            for row in shelf.rows:
                self._items.appendRow(_entry(row, templates[row]))

    def choose(self, row: int) -> None:
        """Go to a template by its place, where it stands first."""
        for at in range(self._items.rowCount()):
            if self._items.item(at).data(ROW_ROLE) == row:
                self.setCurrentIndex(self._items.index(at, 0))
                return

    def keyboardSearch(self, search: str) -> None:
        """Go to a ledger by the first letters or the pinyin of its words."""
        now = monotonic()
        fresh = now - self._last_s > BREATH_S
        self._letters, self._last_s = ("" if fresh else self._letters) + search.lower(), now
        order = [self._items.item(at).data(ROW_ROLE) for at in range(self._items.rowCount())]
        row = meant(self._templates, [one for one in order if one is not None], self._letters)
        if row >= 0:
            self.choose(row)
        self.typed.emit(self._letters if row >= 0 else f"{self._letters}（没有）")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on; letters search, also those of a shelf's heading."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def _on_row(self) -> None:
        if self.row >= 0:
            self.chosen.emit(self.row)


def _heading(title: str) -> QStandardItem:
    made = QStandardItem(title)
    made.setFlags(Qt.ItemFlag.NoItemFlags)
    made.setFont(style.font(bold=True))
    return made


def _entry(row: int, template: Template) -> QStandardItem:
    made = QStandardItem(f"　{template.called}")
    made.setEditable(False)
    made.setToolTip(template.called)
    made.setAccessibleText(template.called)
    made.setData(row, ROW_ROLE)
    return made
