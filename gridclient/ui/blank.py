"""A view that says what is true, and what to do, while it has nothing to show."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.parts import label


class OrWords(QStackedWidget):
    """Either the view, or a headline with a sentence in its place; the focus goes to the view either way."""

    def __init__(self, view: QWidget, parent: QWidget | None = None) -> None:
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
