"""Files that are dropped on a page or chosen on it: a card that says so, and which files a drag carries."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gridclient.ui import icons, style
from gridclient.ui.parts import frame, label


def drop_card(icon: str, heading: str, advice: str, begin: QPushButton, *hints: str) -> QWidget:
    """A card that says what may be dropped, with the button that asks for it and a few hints beneath."""
    card, picture = frame("card"), label()
    picture.setPixmap(icons.pixmap(icon, style.colours().soft, style.px(40)))
    lines = (
        picture,
        label(heading, "heading"),
        label(advice),
        begin,
        *(label(hint, "hint") for hint in hints),
    )
    inside = QVBoxLayout(card)
    inside.setSpacing(style.px(8))
    inside.addStretch(2)
    for line in lines:
        inside.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
    inside.addStretch(3)
    return card


def welcome(event: QDragEnterEvent) -> None:
    """Let files of this machine be dropped."""
    if any(url.isLocalFile() for url in event.mimeData().urls()):
        event.acceptProposedAction()


def dropped(event: QDropEvent) -> list[Path]:
    """The files of this machine that were dropped."""
    event.acceptProposedAction()
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
