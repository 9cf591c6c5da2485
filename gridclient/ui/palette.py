"""Ctrl+K: one line that finds people, doors and commands, from anywhere in the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from gridclient.fields import RECORDS
from gridclient.rules.names import spoken
from gridclient.rules.references import misread, referred
from gridclient.store.search import Hit
from gridclient.ui import icons, style
from gridclient.ui.lines import lines_of
from gridclient.ui.parts import label, later, line
from gridclient.ui.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
PAUSE_MS = 20  # letters typed faster than this are one question
MOST, FEW = 30, 5  # people and doors; of each other kind
FIRST = 6  # answers before the commands that fit, so that these are in sight among any number of people
ICONS = {
    "resident": "person",
    "dwelling": "visit",
    "building": "buildings",
    "party_centre_household": "centre",
    "frozen_ledger": "ledgers",
}
OTHERS = ("building", "party_centre_household", "frozen_ledger")
HIT_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Command:
    """Something to do, by name; ``key`` is shown for next time."""

    title: str
    act: Callable[[], None]
    icon: str = "right"
    key: str = ""

    def matches(self, words: str) -> bool:
        """True when what is typed is part of the title, or of its pinyin or first letters from any word on."""
        plain = words.lower().strip()
        return plain in self.title.lower() or (plain.isascii() and self._sounds(plain))

    def _sounds(self, plain: str) -> bool:
        said = spoken(self.title)
        from_any_word = range(len(said) if len(plain) > 1 else 1)
        return any(
            "".join(said[at:]).startswith(plain) or "".join(s[0] for s in said[at:]).startswith(plain)
            for at in from_any_word
        )


@dataclass(frozen=True)
class Answer:
    """One line of the answer."""

    title: str
    side: str
    icon: str
    act: Callable[[], None]


class Hits(QAbstractListModel):
    """The answers to what is typed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[Answer] = []

    def show_hits(self, hits: Sequence[Answer]) -> None:
        self.beginResetModel()
        self._hits = list(hits)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.title
        return hit if role == HIT_ROLE else None


class Palette(QFrame):
    """The line and its answers, laid over the window. Enter does, Esc closes, the arrows walk."""

    def __init__(self, workspace: Workspace, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._came_from: QWidget | None = None
        self.answered = ""  # the words whose answers are shown
        self._looking = self._wanted_first = False
        self.workspace, self.commands = workspace, tuple(commands)
        self.setObjectName("palette")
        style.role(self, "card")
        self.line = line(
            "姓名、拼音首字母、证件或手机末四位、3-2-501、户码，或要做的事", says="搜索", role="big"
        )
        self.model = Hits(self)
        self.view = QListView()
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setModel(self.model)
        self.view.setItemDelegate(_HitDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMinimumHeight(1)  # the palette is as high as its answers
        self.hint = label("", "hint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(12), style.px(12), style.px(12), style.px(10))
        layout.setSpacing(style.px(8))
        layout.addWidget(self.line)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.hint)
        self._pause = later(self, PAUSE_MS, self.look)
        self.line.textChanged.connect(self._typed)
        self.line.installEventFilter(self)
        self.view.clicked.connect(self._do)
        self.hide()

    def ask(self, words: str = "") -> None:
        """Open over the middle of the window, ready for typing."""
        window = self._over
        if not self.isVisible():
            self._came_from = QApplication.focusWidget()
        width = min(style.px(620), window.width() - style.px(40))
        self.setGeometry((window.width() - width) // 2, style.px(54), width, self._height())
        self.line.setText(words)
        self.look()
        self.show()
        self.raise_()
        self.line.setFocus()
        self.line.selectAll()

    def look(self) -> None:
        """Answer what is typed: commands while the line is empty, else people, doors, and commands that match.

        Answers are found beside the window; of ten letters typed fast, only the last question's are shown.
        """
        self._pause.stop()
        words = self._words()
        if not words:
            self._show("", [self._command(command) for command in self.commands])
        elif not self._looking:
            self._looking = True
            self.workspace.start(self._look())

    async def _look(self) -> None:
        words = ""
        try:
            while (wanted := self._words()) and wanted != words:
                words = wanted
                hits = await self.workspace.run(self._found, words)
        finally:
            self._looking = False
        if isValid(self) and wanted:
            self._show(words, hits)

    def _show(self, words: str, hits: list[Answer]) -> None:
        self.answered = words
        self.model.show_hits(hits)
        self.view.setCurrentIndex(self.model.index(0))
        self.resize(self.width(), self._height())
        self.hint.setText("↑ ↓ 选择    Enter 打开    Esc 关闭" if hits else _why_nothing(words))
        first, self._wanted_first = self._wanted_first, False
        if first and hits and self.isVisible():
            self._do(self.view.currentIndex())

    def _height(self) -> int:
        """As high as its answers, within the window."""
        rows = self.model.rowCount() * self.view.sizeHintForRow(0) if self.model.rowCount() else 0
        fixed = sum(part.sizeHint().height() for part in (self.line, self.hint)) + style.px(44)
        return min(fixed + rows, style.px(440), self._over.height() - style.px(90))

    def _words(self) -> str:
        return self.line.text().strip()

    def _typed(self) -> None:
        """Look once the typing pauses; whoever goes on typing no longer wants the first answer."""
        self._wanted_first = False
        self._pause.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.view.underMouse():
            self.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._leave()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._wanted_first = self._words() != self.answered
            if self._wanted_first:
                self.look()
            else:
                self._do(self.view.currentIndex())
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            row = self.view.currentIndex().row() + step
            self.view.setCurrentIndex(self.model.index(row % max(1, self.model.rowCount())))
        else:
            return False
        return True

    def _do(self, index: QModelIndex) -> None:
        hit = index.data(HIT_ROLE)
        self._leave()
        if isinstance(hit, Answer):
            hit.act()

    def _leave(self) -> None:
        """Close, and give the focus back to where it was."""
        came_from, self._came_from = self._came_from, None
        self.hide()
        if came_from is not None and isValid(came_from) and came_from.isVisible():
            came_from.setFocus()

    @staticmethod
    def _command(command: Command) -> Answer:
        return Answer(command.title, command.key, command.icon, command.act)

    def _found(self, words: str) -> list[Answer]:
        """Everything that fits; reads only, beside the window."""
        replica, desk = self.workspace.replica, self.workspace.desk
        answers = [
            Answer(
                f"{hit.title}    {hit.detail}",
                RECORDS[hit.kind].title,
                ICONS[hit.kind],
                partial(self._open, hit),
            )
            for hit in desk.find(words, MOST)
        ]
        for kind in OTHERS:
            known = desk.ids_for(kind, words, FEW)
            named = lines_of(replica, kind, known)
            answers += [
                Answer(named[id_], RECORDS[kind].title, ICONS[kind], partial(self._open_record, kind, id_))
                for id_ in known
                if id_ in named
            ]
        fitting = [self._command(command) for command in self.commands if command.matches(words)]
        return answers[:FIRST] + fitting + answers[FIRST:]

    def _open(self, hit: Hit) -> None:
        """Stand at the door, so that keys and panel mean the same one; without a door there is only the record."""
        if hit.dwelling:
            self.workspace.open_place("buildings", dwelling=hit.dwelling)
        if hit.household:
            self.workspace.open_place("household", id=hit.household)
        elif not hit.dwelling:
            self._open_record(hit.kind, hit.id)

    def _open_record(self, kind: str, id_: str) -> None:
        self.workspace.open_place("records", kind=kind, id=id_)


def _why_nothing(words: str) -> str:
    if misread(words):
        return "没有找到：户码有一位不对，请再扫一次，或改用门牌号、姓名。"
    if referred(words):
        return "没有找到这个户码：这一户可能已并户、迁出，或不在本机。"
    return "没有找到。可试姓名的一部分、拼音首字母或门牌号。"


class _HitDelegate(QStyledItemDelegate):
    """Icon and title at the left, kind or key at the right."""

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        self.initStyleOption(option, index)
        hit: Answer = index.data(HIT_ROLE)
        option.text = ""
        widget = option.widget
        widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        size, inner = style.px(18), option.rect.adjusted(style.px(8), 0, -style.px(8), 0)
        picture = icons.pixmap(hit.icon, style.colours().soft, size)
        painter.drawPixmap(QPoint(inner.left(), inner.center().y() - size // 2 + 1), picture)
        side = option.fontMetrics.horizontalAdvance(hit.side) + style.px(8)
        room = QRect(
            inner.left() + size + style.px(10),
            inner.top(),
            inner.width() - size - side - style.px(12),
            inner.height(),
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(style.colour("text"))
        title = option.fontMetrics.elidedText(hit.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(style.colour("soft"))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, hit.side)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(super().sizeHint(option, index).width(), style.px(34))
