"""[2] what changed: the people of a household, a new number, who has left, who is the head now."""

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gridclient import values
from gridclient.records import Household, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import LeftHow
from gridclient.ui.door_forms import ENTER, PHONE, DoorForm, Results
from gridclient.ui.editors import LineEditor
from gridclient.ui.members import Members, PeopleTable
from sync.record import SyncedRecord

KEPT = (
    "phones",
    "left_how",
    "relation",
)  # fields of a person this form alters, besides the day somebody left


class ChangeForm(DoorForm):
    """The people of the household with one letter for each thing that changes.

    ``member_wanted`` asks for the form of a new member, ``person_wanted(id)`` for everything about one.
    """

    member_wanted = Signal()
    person_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "↑↓ 选人   T 电话   Q 离开   H 设为户主   A 加人   F 全部资料   M 备注   E 事项   Ctrl+Enter 保存   Esc 取消",
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
        """Who has changed and how, the number being typed and whose it is."""
        if not self.changed:
            return {}
        people = [
            {name: getattr(p, name) for name in KEPT} | {"id": p.id, "left_on": p.left_on and f"{p.left_on}"}
            for p in self._people
            if p.id in self._news
        ]
        row = self.table.currentIndex().row()
        told = {"people": people, "news": self._news, "head": self._household.head}
        return told | {"phone": self.phone.raw(), "row": row}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Change again what was changed, and go back to the number that was being typed."""
        told = {kept["id"]: kept for kept in draft.get("people", [])}
        for person in (p for p in self._people if p.id in told):
            for name in KEPT:
                setattr(person, name, told[person.id][name])
            person.left_on = values.day_of(told[person.id]["left_on"] or "")
            self._news[person.id] = draft["news"][person.id]
        head = next((p for p in self._people if p.id == draft.get("head")), None)
        if head is not None:
            self._household.head, self._household.head_name = head.id, head.name
        self._refresh(0)
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


def _unlikely(number: str) -> str:
    digits = sum(c.isdigit() for c in number)
    return "" if digits >= 7 else "号码不完整，请再看一下"
