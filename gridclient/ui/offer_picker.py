"""Finds one value among all that a row leads to: type first letters, pinyin or words, and press Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gridclient.ledger.offered import Offer
from gridclient.rules.names import spoken
from gridclient.ui.parts import label, line

MOST = 200  # answers shown


class OfferPicker(QWidget):
    """``picked(Offer)`` on Enter or a click. It stays open, so that several are picked in a row."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: Sequence[Offer] = ()
        self.line = line("打字找，如 sjh 手机号、室号", says="找栏目")
        self.found = QListWidget()
        self.found.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        layout.addWidget(self.found, 1)
        layout.addWidget(label("↑↓ 选，Enter 加上，Esc 完成", "hint"))
        self.setFocusProxy(self.line)
        self.line.textChanged.connect(self._find)
        self.line.installEventFilter(self)
        self.found.itemClicked.connect(lambda _item: self.pick())

    def offer(self, offers: Sequence[Offer]) -> None:
        """Offer these, from the first one on."""
        self._offers = offers
        self.line.clear()
        self._find()

    def pick(self) -> None:
        """Take the marked one."""
        item = self.found.currentItem()
        if item is not None:
            self.picked.emit(item.data(Qt.ItemDataRole.UserRole))
            self.line.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows walk through what was found while the line keeps the focus."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key, row = event.key(), self.found.currentRow()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if key == Qt.Key.Key_Down else -1
                self.found.setCurrentRow(max(0, min(self.found.count() - 1, row + step)))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.pick()
                return True
        return super().eventFilter(watched, event)

    def _find(self) -> None:
        words = self.line.text().strip().lower()
        self.found.clear()
        for offer in [one for one in self._offers if fits(one.words, words)][:MOST]:
            item = QListWidgetItem(offer.words)
            item.setData(Qt.ItemDataRole.UserRole, offer)
            self.found.addItem(item)
        self.found.setCurrentRow(0)


def fits(words: str, typed: str) -> bool:
    """Whether what is typed is part of the words, or begins the first letters or the pinyin from one of its words on."""
    if typed in words.lower():
        return True
    if not typed.isascii():
        return False
    said = spoken(words)
    starts = range(len(said))
    return any(
        "".join(s[0] for s in said[at:]).startswith(typed) or "".join(said[at:]).startswith(typed)
        for at in starts
    )
