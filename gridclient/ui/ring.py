"""A share as a ring with its figure and its words beside it: never the colour alone."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gridclient.ui import style


class Ring(QWidget):
    """今天已访 18/40."""

    def __init__(self, title: str, tone: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._tone = title, tone
        self._share, self._words = 0.0, ""
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Room for the ring and two short lines."""
        return QSize(style.px(142), style.px(48))

    def show_share(self, done: int, whole: int, words: str = "") -> None:
        """Show ``done`` of ``whole``; ``words`` instead of the fraction."""
        self._share = done / whole if whole else 0.0
        self._words = words or f"{done}/{whole}"
        self.setAccessibleName(f"{self._title} {self._words}")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ring, its figure and its title."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.height() - style.px(10)
        ring = QRectF(style.px(4), style.px(5), side, side)
        pen = QPen(style.colour("line"), style.px(5))
        painter.setPen(pen)
        painter.drawEllipse(ring)
        pen.setColor(style.tint(self._tone).bar)
        painter.setPen(pen)
        painter.drawArc(ring, 90 * 16, -round(self._share * 360 * 16))
        left = round(ring.right()) + style.px(10)
        painter.setPen(style.colour("text"))
        painter.setFont(style.font(size=17 if len(self._words) < 8 else 14, bold=True))
        painter.drawText(left, style.px(23), self._words)
        painter.setPen(style.colour("soft"))
        painter.setFont(style.font(size=12))
        painter.drawText(left, style.px(41), self._title)
