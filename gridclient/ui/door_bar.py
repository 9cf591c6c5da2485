"""One quiet question above a door, answered by Enter or Esc, or by the mouse."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from gridclient.ui import style
from gridclient.ui.parts import button


@dataclass(frozen=True)
class Way:
    """One way on: its words and what it does."""

    words: str
    act: Callable[[], object]


class DoorBar(QFrame):
    """Shows a question with its two ways on, or a remark without any.

    ``asking`` is true while an answer is waited for; ``onward`` while Esc would lead to the next door. ``turned`` when
    it begins or ends.
    """

    turned = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.role(self, "strip")
        self.setObjectName("door_bar")
        self.onward = False
        self._ways: tuple[Way, Way] | None = None
        self.text = QLabel(wordWrap=True)
        self.yes = button("", lambda: self.answer(agreed=True), role="quiet")
        self.no = button("", lambda: self.answer(agreed=False), role="quiet")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(style.px(10), style.px(3), style.px(4), style.px(3))
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        for made in (self.yes, self.no):
            made.setFocusPolicy(self.focusPolicy())  # the focus stays with the list
        self.stack(stacked=False)
        self.hide()

    @property
    def asking(self) -> bool:
        """True while Enter and Esc belong to the question."""
        return self._ways is not None

    def stack(self, *, stacked: bool) -> None:
        """Put the two ways beneath the text where there is no room beside it."""
        self._grid.addWidget(self.text, 0, 0, 1, 3 if stacked else 1)
        for column, made in enumerate((self.yes, self.no), start=1):
            self._grid.addWidget(made, 1 if stacked else 0, column)

    def ask(self, text: str, yes: Way, no: Way, tone: str = "info", *, onward: bool = False) -> None:
        """Ask; Enter goes the way ``yes``, Esc the way ``no``."""
        self.say(text, tone)
        self._ways, self.onward = (yes, no), onward
        self.yes.setText(f"{yes.words} Enter")
        self.no.setText(f"{no.words} Esc")
        for made in (self.yes, self.no):
            made.show()
        self.turned.emit()

    def say(self, text: str, tone: str = "info") -> None:
        """Show a remark that waits for nothing."""
        self.drop()
        self.text.setText(text)
        style.mark(self, tone)
        for made in (self.yes, self.no):
            made.hide()
        self.show()

    def drop(self) -> None:
        """Ask nothing any more."""
        self._ways, self.onward = None, False
        self.hide()
        self.turned.emit()

    def answer(self, *, agreed: bool) -> None:
        """Go one of the two ways."""
        if self._ways is not None:
            way = self._ways[0 if agreed else 1]
            self.drop()
            way.act()
