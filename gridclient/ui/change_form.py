"""[2] what changed: the people of a household, a new number, who has left, who is the head now."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gridclient import values
from gridclient.errors import Unfit
from gridclient.fields import Record
from gridclient.records import Resident
from gridclient.records.people import LeftHow
from gridclient.records.visit import Outcome
from gridclient.rules import household_life as life
from gridclient.rules.consequences import news
from gridclient.rules.family import Family, copied
from gridclient.rules.household_life import Note
from gridclient.ui.door_forms import ENTER, PHONE, DoorForm, Results
from gridclient.ui.editors import LineEditor
from gridclient.ui.members import Members, PeopleTable

LEAVING = "↑↓ 选接任户主的人，H 确定   Esc 不是"


class ChangeForm(DoorForm):
    """The people of the household with one letter for each thing that changes.

    Who leaves and who becomes the head follows the laws of a household's life, and is told in its timeline.
    ``member_wanted`` asks for the form of a new member, ``person_wanted(id)`` for everything about one.
    """

    member_wanted = Signal()
    person_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "↑↓ 选人   T 电话   Q 离开   H 设户主   A 加人   F 资料   M 备注   E 事项   Ctrl+Enter 保存   Esc 取消",
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
            Qt.Key.Key_F: self._open_person,
        }
        self._leaving = ""
        self._how = ""
        self._acts: list[list[str]] = []
        self._changed: dict[str, Record] = {}
        self._people: list[Resident] = []
        self._asking(phone=False)

    def show_family(self, family: Family, people: Sequence[Resident], note: Note) -> None:
        """Begin with the family as it is stored, ``people`` in the order they are shown in."""
        self._stored = self.family = family
        self._note, self._people = note, list(people)
        self._acts, self._changed = [], {}
        self.show_problem("")
        self._asking(phone=False)
        self._refresh(0)
        self.table.setFocus()

    @property
    def records(self) -> list[Record]:
        """Everything that differs from what is stored, and what tells of it."""
        return list(self._changed.values())

    def results(self) -> Results | None:
        """The changed records; a number still in its field is taken along. Who has all moved out is no more met here."""
        if self.phone.raw() and not self._take_phone():
            return None
        news = self._news()
        told: dict[str, Any] = {}
        if news:
            told["changes"] = "；".join(f"{p.name}：{news[p.id]}" for p in self._people if p.id in news)
        if self.family.household.removed and any(p.left_how == LeftHow.MOVED for p in self._people):
            told["outcome"] = Outcome.MOVED.value
        return Results(list(self.records), told)

    def draft(self) -> dict[str, Any]:
        """What was done so far, the number being typed and whose it is."""
        if not (self._acts or self.phone.raw()):
            return {}
        return {"acts": self._acts, "phone": self.phone.raw(), "row": self.table.currentIndex().row()}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Do again what was done, and go back to the number that was being typed."""
        for act in draft.get("acts", []):
            self._act(*act)
        if draft.get("phone") and 0 <= int(draft.get("row", -1)) < len(self._people):
            self.table.choose(int(draft["row"]))
            self._ask_phone()
            self.phone.show_raw(draft["phone"])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One letter for each thing that changes; while somebody is leaving, Enter and S say how."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        key = Qt.Key(event.key())
        if self._leaving and plain and key == Qt.Key.Key_Escape:
            self._asking(phone=False)
        elif self._leaving and not self._how and plain and key in (*ENTER, Qt.Key.Key_S):
            self._leave(LeftHow.DIED if key == Qt.Key.Key_S else LeftHow.MOVED)
        elif self.phone.isVisible() and key == Qt.Key.Key_Escape:
            self._asking(phone=False)
            self.table.setFocus()
        elif plain and key == Qt.Key.Key_A:
            self.member_wanted.emit()
        elif plain and key in self._keys and self._person() is not None:
            self._keys[key]()
        else:
            super().keyPressEvent(event)

    def _act(self, what: str, person: str, *more: str) -> bool:
        """Change the family by one turn; False, with the reason shown, when it may not be."""
        try:
            if what == "phone":
                records = self._with_phone(person, *more)
            elif what == "head":
                records = life.change_head(self.family, person, self._note)
            else:
                how, heir = more
                records = life.leave(self.family, [person], how, self._note, heir=heir)
        except Unfit as unfit:
            self.show_problem(f"{unfit.title}　{unfit.advice}")
            return False
        self._acts.append([what, person, *more])
        self._take(records)
        return True

    def _take(self, records: list[Record]) -> None:
        self._changed |= {record.id: record for record in records}
        changed: Any = self._changed
        members = tuple(changed.get(m.id, m) for m in self.family.members)
        self._people = [changed.get(p.id, p) for p in self._people]
        self.family = replace(
            self.family,
            household=changed.get(self.family.household.id, self.family.household),
            door=changed.get(self.family.door.id, self.family.door),
            members=tuple(m for m in members if not m.left_how),
        )
        self.show_problem("")
        self._refresh(self.table.currentIndex().row())
        self.edited.emit()

    def _news(self) -> dict[str, str]:
        told = news(self._stored, self.records)
        for _what, person, *_number in (act for act in self._acts if act[0] == "phone"):
            told[person] = "，".join(part for part in (told.get(person, ""), "换了号码") if part)
        return told

    def _with_phone(self, person: str, number: str) -> list[Record]:
        found = copied(next(m for m in self.family.members if m.id == person))
        found.phones = [number, *(p for p in found.phones[1:] if p != number)]
        return [found]

    def _person(self) -> Resident | None:
        """Who is marked, unless he or she has left."""
        row = self.table.currentIndex().row()
        found = self._people[row] if 0 <= row < len(self._people) else None
        return None if found is None or found.left_how else found

    def _ask_phone(self) -> None:
        person = self._person()
        if person:
            self._asking(phone=True)
            self._label.setText(f"{person.name} 的新号码")
            self.phone.setFocus()

    def _take_phone(self) -> bool:
        person, number = self._person(), values.tidy_phone(self.phone.raw())
        if why := PHONE.check(number) or _unlikely(number):
            self.show_problem(why)
            return False
        self.phone.show_raw("")
        if person:
            self._act("phone", person.id, number)
        self._asking(phone=False)
        self.table.setFocus()
        return True

    def _ask_leaving(self) -> None:
        person = self._person()
        if person:
            self._asking(phone=False)
            self._leaving = person.id
            self.show_problem("")
            day = f"{self._note.on:%m-%d}"
            self._label.setText(f"{person.name} 离开本户：Enter 迁出（{day}）   S 去世   Esc 不是")
            self._label.show()

    def _leave(self, how: LeftHow, heir: str = "") -> None:
        """Let go who is leaving; a head others stay behind is followed by somebody, who is asked for first."""
        if not heir and self.family.needs_heir([self._leaving]):
            self._how = how.value
            self._label.setText(f"户主离开后由谁接任？   {LEAVING}")
            return
        if self._act("leave", self._leaving, how.value, heir):
            self._asking(phone=False)

    def _make_head(self) -> None:
        person = self._person()
        if person is None:
            return
        if self._how:
            self._leave(LeftHow(self._how), person.id)
        else:
            self._act("head", person.id)

    def _open_person(self) -> None:
        person = self._person()
        if person:
            self.person_wanted.emit(person.id)

    def _asking(self, *, phone: bool) -> None:
        self._leaving = self._how = ""
        if not phone:
            self.phone.show_raw("")
        self.phone.setVisible(phone)
        self._label.setVisible(phone)

    def _refresh(self, row: int) -> None:
        self.model.show_people(self._people, self._note.on, masked=True, news=self._news())
        self.table.fit_height(5)
        self.table.choose(max(0, row))


def _unlikely(number: str) -> str:
    digits = sum(c.isdigit() for c in number)
    return "" if digits >= 7 else "号码不完整，请再看一下"
