"""What is wrong with a window to the eye: words that are cut, or that lie on other words."""

import asyncio
from itertools import combinations

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QScrollArea, QWidget

from gridclient.ui.rows import RowsView
from gridclient.ui.short_label import ShortLabel

SLACK = 2  # pixels by which a blank may be lower than its style would like, and still show its letters
WORDS = QLabel | QAbstractButton | QLineEdit | QComboBox


async def lasting(window: QWidget) -> list[str]:
    """The faults that are still there once the layouts have come to rest."""
    for _turn in range(25):
        await asyncio.sleep(0.01)
        if not (found := faults(window)):
            break
    return found


def faults(window: QWidget) -> list[str]:
    """What is cut or lies on something else, among all that is seen outside of what scrolls."""
    seen = [
        w for w in window.findChildren(QWidget) if isinstance(w, WORDS) and w.isVisible() and not _scrolled(w)
    ]
    cut = [f"cut: {_told(w)}" for w in seen if _cut(w, window)]
    upon = [f"{_told(a)} on {_told(b)}" for a, b in combinations(seen, 2) if _upon(a, b)]
    tables = [
        w for w in window.findChildren(RowsView) if w.isVisible() and w.horizontalScrollBar().isVisible()
    ]
    return cut + upon + [f"sideways: {table.rows.heads}" for table in tables]


def _cut(widget: QWidget, window: QWidget) -> bool:
    corner = widget.mapTo(window, widget.rect().bottomRight())
    beyond = corner.x() > window.width() or corner.y() > window.height()
    least = widget.minimumSizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        low = widget.height() < widget.heightForWidth(widget.width())
    else:
        low = widget.height() < least.height() - SLACK
    narrow = widget.width() < least.width() and not isinstance(widget, ShortLabel | QLineEdit)
    return beyond or low or narrow


def _upon(one: QWidget, other: QWidget) -> bool:
    together = one.parentWidget() is other.parentWidget()
    return together and one.geometry().intersects(other.geometry())


def _told(widget: QWidget) -> str:
    text = getattr(widget, "text", str)()
    least = widget.minimumSizeHint()
    return f"{type(widget).__name__} {widget.objectName()} {text!r} {widget.geometry().getRect()} needs {least.width()}×{least.height()}"


def _scrolled(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False
