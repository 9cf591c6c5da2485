"""When to keep a draft: within a second of a key, and at once when another blank is begun, so a crash costs one field."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from gridclient.ui import style
from gridclient.ui.parts import button, frame, label

DRAFT_MS = 700  # from the first key that is not kept
TYPED_INTO = (QLineEdit, QPlainTextEdit)


class Keeping(QTimer):
    """Calls ``keep`` for what somebody types in ``owner``; active while something is not kept."""

    def __init__(self, owner: QWidget, keep: Callable[[], None]) -> None:
        super().__init__(owner)
        self.setSingleShot(True)
        self.setInterval(DRAFT_MS)
        self.timeout.connect(keep)
        self._keep = keep
        self._blank: QWidget | None = None

    def touch(self) -> None:
        """Note one edit, in the blank that has the focus; what is no typing (a tick, a choice, a key) is kept at once."""
        blank, waiting = QApplication.focusWidget(), self.isActive()
        if not waiting:
            self.start()
        if not isinstance(blank, TYPED_INTO) or (waiting and blank is not self._blank):
            self._keep()
            self.stop()
        self._blank = blank


def strip(words: str, discard: Callable[[], None]) -> QFrame:
    """Says, once it is shown, that a draft was put back, with the way to throw it away."""
    made = style.mark(frame("strip"), "warn")
    row = QHBoxLayout(made)
    row.setContentsMargins(style.px(12), style.px(4), style.px(6), style.px(4))
    row.addWidget(label(words), 1)
    row.addWidget(button("放弃草稿", discard, role="quiet"))
    made.hide()
    return made
