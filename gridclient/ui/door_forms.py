"""What a form at a door is, and the two shortest: a remark, an appointment. Each gives back what is to be saved.

A form never saves. It holds copies; the loop stores them together with the visit, so that one Ctrl+Z takes all back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gridclient.blanks import Field
from gridclient.records.visit import TaskReason, VisitTask
from gridclient.ui import style
from gridclient.ui.composing import Box, Line
from gridclient.ui.knocks import Appointment, appointment_of
from sync.record import SyncedRecord

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PHONE = Field("door_phone", "phone", "电话", hint="11位手机号")


@dataclass
class Results:
    """What a form adds to the visit: records to save with it, and further fields of the visit."""

    records: Sequence[SyncedRecord] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)


class DoorForm(QFrame):
    """A form under a door: Ctrl+Enter asks to save it, Esc drops it, ``edited`` asks to keep a draft of it."""

    saved = Signal()
    dropped = Signal()
    edited = Signal()

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, style.px(4), 0, 0)
        self.body.setSpacing(style.px(6))
        self.problem = QLabel(wordWrap=True)
        style.role(self.problem, "problem")
        self.problem.hide()
        self.hint = QLabel(hint, wordWrap=True)
        style.role(self.hint, "hint")

    def finish_layout(self) -> None:
        """Put the problem and the keys under what the form itself is made of."""
        self.body.addWidget(self.problem)
        self.body.addWidget(self.hint)

    def results(self) -> Results | None:
        """What is to be saved; None while something is wrong, which the form then shows."""
        raise NotImplementedError

    def draft(self) -> dict[str, Any]:
        """What is typed, as JSON values."""
        return {}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Show again what :meth:`draft` gave."""

    def take_focus(self) -> None:
        """Give the focus to the blank that had it last."""
        inside: QWidget | None = self.focusWidget()
        (self if inside is None else inside).setFocus()

    def show_problem(self, sentence: str) -> None:
        """Say what is wrong, or take it back."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter saves, Esc drops; anything else goes up to the door."""
        if event.key() in ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.saved.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
        else:
            super().keyPressEvent(event)


class RemarkForm(DoorForm):
    """[M] a remark to go with the visit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Ctrl+Enter 记下   Esc 取消", parent)
        self.setObjectName("remark")
        self.box = Box(tabChangesFocus=True)
        self.box.setAccessibleName("备注")
        self.box.setPlaceholderText("这一户的备注，随本次走访保存")
        self.box.setFixedHeight(style.px(56))
        self.body.addWidget(self.box)
        self.finish_layout()
        self.box.textChanged.connect(self.edited)

    def begin(self, text: str) -> None:
        """Go on with what was noted before."""
        self.box.setPlainText(text)
        self.box.setFocus()

    def results(self) -> Results:
        """The remark as a field of the visit."""
        return Results(told={"remark": self.box.toPlainText().strip()})

    def draft(self) -> dict[str, Any]:
        """The text as it stands."""
        return {"remark": self.box.toPlainText()}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Show the text again."""
        self.box.setPlainText(str(draft.get("remark", "")))


class AppointmentForm(DoorForm):
    """[7] when to come back; the words are read as people say them and told back before they are saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("例：明天 19:00 · 周六上午 · 11-25 14:00 · 3天后    Enter 保存   Esc 取消", parent)
        self.setObjectName("appointment")
        row = QHBoxLayout()
        row.addWidget(QLabel("约在"))
        self.line = Line()
        self.line.setAccessibleName("约定时间")
        self.meant = QLabel()
        row.addWidget(self.line, 1)
        row.addWidget(self.meant, 1)
        self.body.addLayout(row)
        self.finish_layout()
        self.line.textChanged.connect(self._read)
        self.line.textEdited.connect(lambda _text: self.edited.emit())
        self._now = datetime.fromtimestamp(0).astimezone()
        self._household, self._area, self._who = "", "", ""

    def begin(self, household: str, area: str, who: str, now: datetime) -> None:
        """Offer tomorrow evening."""
        self._household, self._area, self._who, self._now = household, area, who, now
        self.line.setText("明天 19:00")
        self.line.selectAll()
        self.line.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter saves, with Ctrl or without, and only once."""
        if event.key() in ENTER:
            self.saved.emit()
        else:
            super().keyPressEvent(event)

    def results(self) -> Results | None:
        """The planned visit, and the day as the visit's next one; where nobody lives, the day alone."""
        meant = self._meant()
        if meant is None:
            self.show_problem("没有看懂时间，请写成 明天 19:00 或 11-25 14:00")
            return None
        task = VisitTask(
            household=self._household,
            title="约定走访",
            reason=TaskReason.APPOINTMENT,
            due=meant.on,
            at=meant.at,
            who=self._who,
            area=self._area,
            source="visit",
        )
        return Results([task] if self._household else [], told={"next_day": meant.on})

    def draft(self) -> dict[str, Any]:
        """The words as they stand."""
        return {"when": self.line.text()}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Show the words again."""
        self.line.setText(str(draft.get("when", "")))

    def _meant(self) -> Appointment | None:
        return appointment_of(self.line.text(), self._now)

    def _read(self, _text: str) -> None:
        meant = self._meant()
        self.meant.setText(f"→ {meant.words}" if meant else "")
        self.show_problem("")
