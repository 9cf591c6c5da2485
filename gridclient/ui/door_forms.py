"""The short forms at a door: what changed, a remark, an appointment. Each gives back what is to be saved.

A form never saves. It holds copies; the loop stores them together with the visit, so that one Ctrl+Z takes all back.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from gridclient import values
from gridclient.blanks import Field
from gridclient.records import Household, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import LeftHow
from gridclient.records.visit import TaskReason, VisitTask
from gridclient.ui import style
from gridclient.ui.editors import LineEditor
from gridclient.ui.knocks import Appointment, appointment_of
from gridclient.ui.members import Members, PeopleTable
from sync.record import SyncedRecord

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PHONE = Field("door_phone", "phone", "电话", hint="11位手机号")


@dataclass
class Results:
    """What a form adds to the visit: records to save with it, records that end, and further fields of the visit."""

    records: list[SyncedRecord] = field(default_factory=list)
    ended: list[SyncedRecord] = field(default_factory=list)
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


class ChangeForm(DoorForm):
    """[2] what changed: the people of the household, a new number, who has left, who is the head now.

    ``member_wanted`` asks for the form of a new member, ``person_wanted(id)`` for everything about one.
    """

    member_wanted = Signal()
    person_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "↑↓ 选人   T 电话   Q 离开   H 设为户主   A 加人   F 全部资料   M 备注   Ctrl+Enter 保存   Esc 取消",
            parent,
        )
        self.setObjectName("change")
        self.model = Members(changes=True, parent=self)
        self.table = PeopleTable(self.model, self)
        self.body.addWidget(self.table)
        self._label = QLabel()
        self.phone = LineEditor(PHONE)
        row = QHBoxLayout()
        row.addWidget(self._label)
        row.addWidget(self.phone, 1)
        self.body.addLayout(row)
        self.finish_layout()
        self.phone.left.connect(self._take_phone)
        self.phone.edited.connect(self.edited)
        self._keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_T: self._ask_phone,
            Qt.Key.Key_Q: self._ask_leaving,
            Qt.Key.Key_H: self._make_head,
            Qt.Key.Key_A: self.member_wanted.emit,
            Qt.Key.Key_F: self._open_person,
        }
        self._leaving = False
        self._today = date.min
        self._household = Household()
        self._news: dict[str, str] = {}
        self._asking(phone=False)

    def show_household(self, household: Household, people: list[Resident], today: date) -> None:
        """Begin with the household as it is stored; these copies are the form's own from now on."""
        self._household, self._today = household, today
        self._people, self._news = people, {}
        self.show_problem("")
        self._asking(phone=False)
        self._refresh(0)
        self.table.setFocus()

    @property
    def changed(self) -> bool:
        """True once anything here differs from what is stored."""
        return bool(self._news) or bool(self.phone.raw())

    def results(self) -> Results | None:
        """The changed people and household; a number still in its field is taken along."""
        if self.phone.raw() and not self._take_phone():
            return None
        touched = [p for p in self._people if p.id in self._news]
        told = "；".join(f"{p.name}：{self._news[p.id]}" for p in touched)
        staying = [p for p in self._people if not p.left_how]
        if touched and self._household.size is not None:
            self._household.size = len(staying)
        records: list[SyncedRecord] = [*touched, self._household] if touched else []
        return Results(records, told={"changes": told} if told else {})

    def draft(self) -> dict[str, Any]:
        """The number being typed and whose it is."""
        return {"phone": self.phone.raw(), "row": self.table.currentIndex().row()} if self.phone.raw() else {}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Go back to the number that was being typed."""
        if draft.get("phone") and 0 <= int(draft.get("row", -1)) < len(self._people):
            self.table.choose(int(draft["row"]))
            self._ask_phone()
            self.phone.show_raw(draft["phone"])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One letter for each thing that changes; while somebody is leaving, Enter and S say how."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if self._leaving and plain and key in (*ENTER, Qt.Key.Key_S, Qt.Key.Key_Escape):
            self._leave(LeftHow.DIED if key == Qt.Key.Key_S else LeftHow.MOVED, key != Qt.Key.Key_Escape)
        elif self.phone.isVisible() and key == Qt.Key.Key_Escape:
            self._asking(phone=False)
            self.table.setFocus()
        elif plain and key in self._keys and self._person() is not None:
            self._keys[key]()
        else:
            super().keyPressEvent(event)

    def _person(self) -> Resident | None:
        row = self.table.currentIndex().row()
        return self._people[row] if 0 <= row < len(self._people) else None

    def _ask_phone(self) -> None:
        person = self._person()
        if person:
            self._label.setText(f"{person.name} 的新号码")
            self._asking(phone=True)
            self.phone.setFocus()

    def _take_phone(self) -> bool:
        person, number = self._person(), values.tidy_phone(self.phone.raw())
        if why := PHONE.check(number) or _unlikely(number):
            self.show_problem(why)
            return False
        if person:
            person.phones = [number, *(p for p in person.phones[1:] if p != number)]
            self._note(person, "换了号码")
        self._asking(phone=False)
        self.table.setFocus()
        return True

    def _ask_leaving(self) -> None:
        person = self._person()
        if person:
            self._leaving = True
            self.show_problem("")
            self._label.setText(
                f"{person.name} 离开本户：Enter 迁出（{self._today:%m-%d}）   S 去世   Esc 不是"
            )
            self._label.show()

    def _leave(self, how: LeftHow, really: bool) -> None:
        person = self._person()
        if really and person:
            person.left_how, person.left_on = how, self._today
            self._note(person, how.label)
            self._replace_head(person)
        self._asking(phone=False)

    def _replace_head(self, gone: Resident) -> None:
        staying = [p for p in self._people if not p.left_how]
        if gone.id == self._household.head and staying:
            self._set_head(staying[0])

    def _make_head(self) -> None:
        person = self._person()
        if person and not person.left_how:
            self._set_head(person)

    def _set_head(self, person: Resident) -> None:
        for other in self._people:
            if other is not person and other.relation == Relation.HEAD and not other.left_how:
                other.relation = ""
                self._note(other, "关系待补")
        self._household.head, self._household.head_name = person.id, person.name
        person.relation = Relation.HEAD
        self._note(person, "设为户主")

    def _open_person(self) -> None:
        person = self._person()
        if person:
            self.person_wanted.emit(person.id)

    def _note(self, person: Resident, words: str) -> None:
        known = [part for part in self._news.get(person.id, "").split("、") if part and part != words]
        self._news[person.id] = "、".join([*known, words])
        self.show_problem("")
        self._refresh(self._people.index(person))
        self.edited.emit()

    def _asking(self, *, phone: bool) -> None:
        self._leaving = False
        if not phone:
            self.phone.show_raw("")
        self.phone.setVisible(phone)
        self._label.setVisible(phone)

    def _refresh(self, row: int) -> None:
        self.model.show_people(self._people, self._today, masked=True, news=self._news)
        self.table.fit_height(5)
        self.table.choose(row)


class RemarkForm(DoorForm):
    """[M] a remark to go with the visit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Ctrl+Enter 记下   Esc 取消", parent)
        self.setObjectName("remark")
        self.box = QPlainTextEdit(tabChangesFocus=True)
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
        self.line = QLineEdit()
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
        """The planned visit, and the day as the visit's next one."""
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
        return Results([task], told={"next_day": meant.on})

    def draft(self) -> dict[str, Any]:
        """The words as they stand."""
        return {"when": self.line.text()}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Show the words again."""
        self.line.setText(str(draft.get("when", "")))

    def _meant(self) -> Appointment | None:
        return appointment_of(self.line.text(), self._now)

    def _read(self, _text: str) -> None:
        meant = self._meant() if self._household else None
        self.meant.setText(f"→ {meant.words}" if meant else "")
        self.show_problem("")


def _unlikely(number: str) -> str:
    digits = sum(c.isdigit() for c in number)
    return "" if digits >= 7 else "号码不完整，请再看一下"
