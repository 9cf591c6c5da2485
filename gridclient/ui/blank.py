"""What stands in the place of a view: words while it has nothing to show, nothing at all until it is looked at."""

from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.parts import label

W = TypeVar("W", bound=QWidget)


class OrWords(QStackedWidget, Generic[W]):
    """Either the view, or a headline with a sentence in its place; the focus goes to the view either way."""

    def __init__(self, view: W, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.title, self.advice = label(role="heading"), label(role="hint", wrap=True)
        for line in (self.title, self.advice):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words = QWidget()
        column = QVBoxLayout(words)
        column.setSpacing(style.px(6))
        column.addStretch(2)
        column.addWidget(self.title)
        column.addWidget(self.advice)
        column.addStretch(3)
        self.addWidget(view)
        self.addWidget(words)
        self.setFocusProxy(view)

    def show_words(self, title: str, advice: str = "") -> None:
        """Show a headline and a sentence instead of the view."""
        self.title.setText(title)
        self.advice.setText(advice)
        self.setCurrentIndex(1)

    def show_view(self) -> None:
        """Show the view."""
        self.setCurrentIndex(0)


class WhenSeen(QStackedWidget, Generic[W]):
    """The place of a view that ``make`` makes when it is first looked at or asked for."""

    def __init__(self, make: Callable[[], W], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make

    @property
    def made(self) -> bool:
        """True once there is a view."""
        return "view" in vars(self)

    @cached_property
    def view(self) -> W:
        """The view."""
        made = self._make()
        self.addWidget(made)
        return made

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Hand the keys on. Not by a focus proxy: Tab would never leave some views."""
        self.view.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the view."""
        self.view  # noqa: B018 - made by being asked for
        super().showEvent(event)
