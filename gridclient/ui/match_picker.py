"""One answer out of many to one question: type some letters or pinyin, go up and down, press Enter."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.initials import initials
from gridclient.ui.parts import label, line
from gridclient.ui.rows import RowsView, Told


class MatchPicker(QFrame):
    """``chosen(value)`` on Enter in the line or on an answer, ``left`` on Esc."""

    chosen = Signal(str)
    left = Signal()

    def __init__(self, hint: str, says: str, head: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.role(self, "card")
        self.title = label("", "heading")
        self.words = line(hint, says=says, name="wanted")
        self.found = RowsView((head,), (18,))
        self.found.horizontalHeader().hide()
        self._offered: Mapping[str, str] = {}
        self._now = ""
        inside = QVBoxLayout(self)
        inside.addWidget(self.title)
        inside.addWidget(self.words)
        inside.addWidget(self.found, 1)
        self.setFocusProxy(self.words)
        self.words.textChanged.connect(self._find)
        self.words.returnPressed.connect(self._choose)
        self.found.opened.connect(lambda _value: self._choose())

    def ask(self, title: str, offered: Mapping[str, str], now: str = "") -> None:
        """Ask for one of value → words, ``now`` being marked until somebody types."""
        self.title.setText(title)
        self.title.setToolTip(title)
        self._offered, self._now = offered, now
        self.words.blockSignals(True)
        self.words.clear()
        self.words.blockSignals(False)
        self._find()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down in the line go through what it found; Esc leads back."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step and self.words.hasFocus():
            row = self.found.currentIndex().row() + step
            self.found.selectRow(max(0, min(self.found.rows.rowCount() - 1, row)))
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _find(self) -> None:
        wanted = self.words.text().strip().lower()
        found = [
            (value, said)
            for value, said in self._offered.items()
            if not wanted or wanted in said.lower() or wanted in initials(said)
        ]
        self.found.show_rows([Told((said,), about=value) for value, said in found])
        now = next((row for row, (value, _said) in enumerate(found) if value == self._now), 0)
        if found:
            self.found.selectRow(0 if wanted else now)

    def _choose(self) -> None:
        if self.found.chosen is not None:
            self.chosen.emit(self.found.chosen)
