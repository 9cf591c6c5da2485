"""One side of a conflict as a card: whose value it is, from when, and what it says."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.parts import label


class SideCard(QFrame):
    """One side. ``pressed`` by the mouse, when it has a ``key`` by which it can be chosen."""

    pressed = Signal()

    def __init__(self, title: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.role(self, "choice" if key else "card")
        self.head, self.who = label(title, "heading"), label(role="hint")
        self.key, self.now = label(key, "key"), label("现在的", "pill")
        self.values = QGridLayout()
        layout = QVBoxLayout(self)
        top = QHBoxLayout()
        top.addWidget(self.head)
        top.addWidget(self.now)
        top.addStretch()
        top.addWidget(self.key)
        layout.addLayout(top)
        self.key.setVisible(bool(key))
        layout.addWidget(self.who)
        layout.addLayout(self.values)
        layout.addStretch()
        self._labels: list[QLabel] = []

    def show_side(self, title: str, who: str, lines: Sequence[tuple[str, str]], *, now: bool = False) -> None:
        """Show whose it is, who and when, and each field with its value; ``now`` when the record reads so."""
        self.head.setText(title)
        self.who.setText(who)
        self.now.setVisible(now)
        for old in self._labels:
            self.values.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._labels = []
        for row, (name, value) in enumerate(lines):
            pair = (label(name, "hint"), label(value, "heading", wrap=True))
            pair[0].setContentsMargins(0, style.px(3), 0, 0)  # on the line of the bigger value
            for column, made in enumerate(pair):
                self.values.addWidget(made, row, column, Qt.AlignmentFlag.AlignTop)
            self._labels += pair
        self.values.setColumnStretch(1, 1)
        self.setAccessibleName(f"{title} {who} " + "，".join(f"{n} {v}" for n, v in lines))

    def set_chosen(self, chosen: bool) -> None:
        """Draw the side that will be kept."""
        style.mark(self, "chosen" if chosen else "")
        title = self.head.text().removeprefix("✓ ")
        self.head.setText(f"✓ {title}" if chosen else title)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """Choose this side."""
        if self.key.text() and self.isEnabled():
            self.pressed.emit()
