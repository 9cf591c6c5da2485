"""The ledgers there are, one below the other; a known one is two letters away."""

from time import monotonic

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from gridclient.ui import style
from gridclient.ui.initials import initials

BREATH_S = 1.0  # letters closer together than this belong to one ledger's name


class LedgerList(QListView):
    """Titles of ledgers; letters typed in one breath go to the first whose initials begin so. ``chosen(row)``."""

    chosen = Signal(int)

    def __init__(self, titles: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ledger_list")
        self.setAccessibleName("台账")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSpacing(style.px(2))
        self._letters, self._last_s = "", 0.0
        self._titles = titles
        self.setModel(QStringListModel(titles, self))
        self.selectionModel().currentRowChanged.connect(lambda new, _old: self.chosen.emit(new.row()))

    @property
    def row(self) -> int:
        """The row chosen; -1 while none is."""
        return self.currentIndex().row()

    def choose(self, row: int) -> None:
        """Go to a row."""
        self.setCurrentIndex(self.model().index(row, 0))

    def keyboardSearch(self, search: str) -> None:
        """Go to a ledger by the first letters of its words."""
        now = monotonic()
        fresh = now - self._last_s > BREATH_S
        self._letters, self._last_s = ("" if fresh else self._letters) + search.lower(), now
        row = next((r for r, t in enumerate(self._titles) if initials(t).startswith(self._letters)), -1)
        if row >= 0:
            self.choose(row)
