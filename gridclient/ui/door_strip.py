"""What stands under the list and the building while one goes from door to door: who lives here, and seven answers."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gridclient.ui import style
from gridclient.ui.composing import Line
from gridclient.ui.door_bar import DoorBar
from gridclient.ui.flow import Flow
from gridclient.ui.knocks import ANSWERS, BY_KEY
from gridclient.ui.short_label import ShortLabel

HINTS = "Enter 确认　P 照片　/ 找门找人　PgDn 下一户　Ctrl+Z 撤回　J 户籍变动"
BRIEF = "/ 找门找人　PgDn 下一户　Ctrl+Z 撤回"  # the others stand on the buttons of the household beside it
ASIDES = {"remark": "M 备注", "matter": "E 事项"}
FOOT = 430  # pixels at plain size below which a question and its two ways do not
NARROW = 640  # pixels at plain size below which the head does not fit into one line


class DoorStrip(QFrame):
    """The head line of a door, its answers as buttons, room for a form, and a thin bar for a quiet question.

    It shows and tells what was pressed: ``answered(key)``, ``aside_wanted(form)`` and ``confirmed`` by the mouse,
    ``sought(text)`` when a door or person was asked for, ``seek_ended`` when not.
    """

    answered = Signal(str)
    aside_wanted = Signal(str)
    confirmed = Signal()
    sought = Signal(str)
    seek_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("door_strip")
        style.role(self, "card")
        self.place, self.due, self.answer = QLabel(), QLabel(), QLabel()
        self.people, self.last, self.remark = ShortLabel(""), ShortLabel(), ShortLabel()
        self.hint, self.walk = ShortLabel(), ShortLabel()
        style.mark(style.role(self.answer, "pill"), "info")
        for label, role in ((self.place, "heading"), (self.due, "pill")):
            style.role(label, role)
        self.wanted = Line()
        self.bar = DoorBar(self)
        self._narrow = self._forming = False
        self._buttons: dict[str, QPushButton] = {}
        self._asides: list[QPushButton] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(style.px(14), style.px(8), style.px(14), style.px(8))
        self._layout.setSpacing(style.px(6))
        self._layout.addWidget(self.bar)
        self._layout.addLayout(self._head())
        self._layout.addLayout(self._answers())
        self._layout.addLayout(self._foot())
        self._arrange()
        self.bar.turned.connect(self._show_parts)

    def show_head(self, place: str, people: str, last: str, due: str, tone: str) -> None:
        """The first line: where, who, when last, and why now."""
        for label, text in ((self.place, place), (self.people, people), (self.last, last), (self.due, due)):
            label.setText(text)
            label.setVisible(bool(text))
        style.mark(self.due, tone)
        self.setAccessibleName("，".join(part for part in (place, people, last, due) if part))

    def show_answer(self, key: str) -> None:
        """Press one answer down; none when the key is empty."""
        for own, button in self._buttons.items():
            button.setChecked(own == key)
        self._show_parts()

    def show_form(self, name: str) -> None:
        """Make room for a form: the answer it belongs to is told in the head; all are back once ``name`` is empty."""
        self._forming = bool(name)
        self._show_parts()

    def show_remark(self, text: str) -> None:
        """The remark that will go with the visit."""
        line = " ".join(text.split())
        self.remark.setText(f"备注：{line[:40]}{'…' if len(line) > 40 else ''}" if line else "")
        self.remark.setVisible(bool(line))

    def show_walk(self, text: str) -> None:
        """Whose walk it is, and of which day."""
        self.walk.setText(text)
        self._fit_hints()

    def set_answerable(self, possible: bool) -> None:
        """Grey the answers while there is no door."""
        for button in (*self._buttons.values(), *self._asides):
            button.setEnabled(possible)

    def hold(self, forms: Sequence[QWidget]) -> None:
        """Give the forms their room, all hidden."""
        for form in forms:
            form.hide()
            self._layout.addWidget(form)

    def ask_for_door(self) -> None:
        """Open the line in which a door or a person is asked for."""
        self.wanted.clear()
        self.wanted.show()
        self.wanted.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the head into two lines, and tell fewer keys, where there is no room for one."""
        super().resizeEvent(event)
        room = event.size().width()
        self.bar.stack(stacked=room < style.px(FOOT))
        self._fit_hints()
        if (room < style.px(NARROW)) != self._narrow:
            self._narrow = not self._narrow
            self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends the search for a door."""
        if event.key() == Qt.Key.Key_Escape and self.wanted.isVisible():
            self.seek_ended.emit()
        else:
            super().keyPressEvent(event)

    def _head(self) -> QVBoxLayout:
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        for row in (self._upper, self._lower):
            row.setSpacing(style.px(12))
        self.wanted.setObjectName("find_door")
        self.wanted.setAccessibleName("找门或找人")
        self.wanted.setPlaceholderText("3-2-501 / 1502 / wjg，Enter 去，Esc 不找")
        self.wanted.setMinimumWidth(style.px(230))
        self.wanted.hide()
        self.wanted.returnPressed.connect(lambda: self.sought.emit(self.wanted.text()))
        both = QVBoxLayout()
        both.setSpacing(style.px(4))
        both.addLayout(self._upper)
        both.addLayout(self._lower)
        return both

    def _answers(self) -> Flow:
        row = Flow(style.px(6))
        for answer in ANSWERS:
            button = self._buttons[answer.key] = QPushButton(f"{answer.key} {answer.words}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            style.role(button, "answer")
            button.clicked.connect(lambda _on, key=answer.key: self.answered.emit(key))
            row.addWidget(button)
        for form, words in ASIDES.items():
            button = QPushButton(words)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            style.role(button, "answer")
            button.clicked.connect(lambda _on, form=form: self.aside_wanted.emit(form))
            self._asides.append(button)
            row.addWidget(button)
        return row

    def _show_parts(self) -> None:
        key = next((own for own, button in self._buttons.items() if button.isChecked()), "")
        busy = self._forming or self.bar.asking
        for button in self._buttons.values():
            button.setVisible(not self._forming)
        for button in self._asides:
            button.setVisible(not busy)
        self.answer.setText(BY_KEY[key].words if key else "")
        self.answer.setVisible(self._forming and bool(key))
        self.enter.setVisible(key in BY_KEY and not BY_KEY[key].form and not self._forming)
        self.hint.setVisible(not key and not busy)
        self.walk.setVisible(not busy)

    def _arrange(self) -> None:
        for row in (self._upper, self._lower):
            while row.count():
                row.takeAt(0)
        below = self._lower if self._narrow else self._upper
        self._upper.addWidget(self.place)
        self._upper.addWidget(self.people)
        self._upper.addWidget(self.answer)
        below.addWidget(self.last)
        below.addWidget(self.due)
        below.addWidget(self.remark)
        self._upper.addStretch(1)
        self._lower.addStretch(1)
        self._upper.addWidget(self.wanted)

    def _fit_hints(self) -> None:
        sides = self._layout.contentsMargins()
        room = (
            self.width()
            - sides.left()
            - sides.right()
            - self._foot_row.spacing()
            - self.walk.sizeHint().width()
        )
        wide = self.hint.fontMetrics().horizontalAdvance(HINTS)
        self.hint.setText(HINTS if wide <= room else BRIEF)

    def _foot(self) -> QHBoxLayout:
        self._foot_row = QHBoxLayout()
        self._foot_row.setSpacing(style.px(12))
        self.enter = QPushButton("Enter 确认")
        self.enter.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        style.role(self.enter, "enter")
        self.enter.clicked.connect(self.confirmed)
        self.enter.hide()
        self._foot_row.addWidget(self.hint)
        self._foot_row.addStretch(1)
        self._foot_row.addWidget(self.enter)
        self._foot_row.addWidget(self.walk)
        return self._foot_row
