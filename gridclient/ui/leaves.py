"""Pages one behind the other, of which only the one shown asks for room."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget


class Leaves(QStackedWidget):
    """A stack no wider and no higher at least than the page shown needs: those behind it do not push the others out."""

    def minimumSizeHint(self) -> QSize:
        """The least room of the page shown."""
        return self.currentWidget().minimumSizeHint() if self.count() else super().minimumSizeHint()
