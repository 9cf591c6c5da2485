"""A line of text that gives way: what does not fit is cut, and told in full where the mouse rests."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from gridclient.ui import style


class ShortLabel(QLabel):
    """One line, never wider than the room there is."""

    def __init__(self, role: str = "hint", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        style.role(self, role)

    def minimumSizeHint(self) -> QSize:
        """Some room at least, if there is so much to say: the rest is cut."""
        least = super().minimumSizeHint()
        return QSize(min(style.px(60), least.width()), least.height())

    def setText(self, text: str) -> None:
        """Show a line, and keep it whole for the mouse and for a screen reader."""
        super().setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text, cut at its end where it is too long."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
