"""A column that scrolls when it has too little room, and otherwise looks and behaves as if it did not."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget
from shiboken6 import isValid

from gridclient.ui.parts import later


class Scrolled(QScrollArea):
    """Shows ``body``, as wide as there is room and at least as high as it needs. Keys go on to whoever is around."""

    def __init__(self, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(body)
        self._part: QWidget | None = None
        self._soon = later(self, 0, self._show_part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take no key: PgDn goes to the next door, not down this column."""
        event.ignore()

    def show_part(self, part: QWidget) -> None:
        """Bring a part into view that has just been shown, as soon as it has its room."""
        self._part = part
        self._soon.start()

    def _show_part(self) -> None:
        if self._part is not None and isValid(self._part):
            self.ensureWidgetVisible(self._part, 0, 0)
