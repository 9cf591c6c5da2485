"""文件: where files are dropped or chosen, and what can be brought in."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gridclient.exchange.rehearsal import known_titles
from gridclient.ui import icons, style
from gridclient.ui.parts import frame, label

EACH = 7  # forms named in a line


def drop_card(begin: QPushButton) -> QWidget:
    """A card that says what to do, with the button that asks for files."""
    card, picture, titles = frame("card"), label(), known_titles()
    picture.setPixmap(icons.pixmap("importing", style.colours().soft, style.px(40)))
    lines = (
        picture,
        label("把表格拖到这里，或按“选择文件”", "heading"),
        label("Excel、WPS 或 CSV 文件，可以一次选几个。先核对给您看，您确认以后才写入。"),
        begin,
        label("同一份表导入两次不会重复。能导入的表：", "hint"),
        *(label("、".join(titles[at : at + EACH]), "hint") for at in range(0, len(titles), EACH)),
    )
    inside = QVBoxLayout(card)
    inside.setSpacing(style.px(8))
    inside.addStretch(2)
    for line in lines:
        inside.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
    inside.addStretch(3)
    return card
