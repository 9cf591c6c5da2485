"""The small parts every page is made of, in one line each."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gridclient.ui import icons, style
from gridclient.ui.composing import Line


def label(text: str = "", role: str = "", *, wrap: bool = False, name: str = "") -> QLabel:
    """A line of text; ``role`` as in :mod:`gridclient.ui.style`."""
    made = QLabel(text)
    made.setWordWrap(wrap)
    made.setObjectName(name)
    return style.role(made, role) if role else made


def button(
    text: str,
    act: Any = None,
    *,
    role: str = "",
    icon: str = "",
    tip: str = "",
    name: str = "",
    checkable: bool = False,
) -> QPushButton:
    """A button; ``act`` is called without arguments or with the checked state, as it likes."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setToolTip(tip)
    made.setCheckable(checkable)
    made.setAutoDefault(False)
    made.setIconSize(style.icon_size(16))
    if icon:
        now = style.colours()
        made.setIcon(icons.icon(icon, now.accent_text if role == "primary" else now.soft, greyed=now.faint))
    if act is not None:
        made.clicked.connect(act)
    return style.role(made, role) if role else made


def tool(icon: str, says: str, act: Any = None, *, text: str = "") -> QToolButton:
    """A small flat button with an icon; ``says`` is its tip and its name for a screen reader."""
    made = QToolButton()
    made.setIconSize(style.icon_size(16))
    made.setIcon(icons.icon(icon, style.colours().soft))
    made.setToolTip(says)
    made.setAccessibleName(says)
    if text:
        made.setText(text)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    if act is not None:
        made.clicked.connect(act)
    return style.role(made, "quiet")


def shortcut(keys: str, owner: QWidget, act: Callable[[], object], *, alone: bool = False) -> QShortcut:
    """A key that works while the focus is inside ``owner``, or, with ``alone``, only on ``owner`` itself.

    PySide forgets a context handed to the constructor beside a callable: the key would be the whole window's.
    """
    contexts = Qt.ShortcutContext
    made = QShortcut(QKeySequence(keys), owner)
    made.setContext(contexts.WidgetShortcut if alone else contexts.WidgetWithChildrenShortcut)
    made.activated.connect(act)
    return made


def line(hint: str = "", *, says: str = "", name: str = "", role: str = "") -> QLineEdit:
    """A line to type into; ``says`` is its name for a screen reader."""
    made = Line()
    made.setPlaceholderText(hint)
    made.setAccessibleName(says or hint)
    made.setObjectName(name)
    return style.role(made, role) if role else made


def containing(typed: QLineEdit) -> str:
    """What a list is filtered by with a line typed into, in words; empty when it is blank."""
    return f"含“{typed.text().strip()}”" if typed.text().strip() else ""


def beside(*widgets: QWidget | None) -> QHBoxLayout:
    """Widgets side by side; None takes the room that is left."""
    made = QHBoxLayout()
    made.setSpacing(style.px(8))
    for widget in widgets:
        if widget is None:
            made.addStretch(1)
        else:
            made.addWidget(widget)
    return made


def stacked(owner: QWidget, widgets: Sequence[QWidget]) -> QVBoxLayout:
    """Widgets one above the other, as the whole of ``owner``."""
    made = QVBoxLayout(owner)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(style.px(8))
    for widget in widgets:
        made.addWidget(widget)
    return made


def later(owner: QObject, pause_ms: int, act: Callable[[], None]) -> QTimer:
    """A timer that calls ``act`` once, when nothing has restarted it for a while."""
    made = QTimer(owner)
    made.setSingleShot(True)
    made.setInterval(pause_ms)
    made.timeout.connect(act)
    return made


def frame(role: str, name: str = "") -> QFrame:
    """A plain frame of a role: ``card``, ``strip``, ``side`` …"""
    made = QFrame()
    made.setObjectName(name)
    return style.role(made, role)


def clear(layout: QLayout) -> None:
    """Take every widget out of a layout and let go of it."""
    while layout.count():
        widget = layout.takeAt(0).widget()
        widget.setParent(None)
        widget.deleteLater()
