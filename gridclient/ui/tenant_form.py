"""[6] new tenants, person by person: document, name, relation, telephone; no key that the program could press itself.

The same form adds a member to a household that is there already.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from gridclient import values
from gridclient.blanks import Field
from gridclient.records import Dwelling, Household, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import HouseholdKind, InflowReason, Lodging, PopulationKind
from gridclient.rules import identity
from gridclient.ui import style
from gridclient.ui.composing import Line
from gridclient.ui.door_forms import ENTER, PHONE, DoorForm
from gridclient.ui.editors import LineEditor

RELATIONS = {
    "1": Relation.HEAD,
    "2": Relation.SPOUSE,
    "3": Relation.SON,
    "4": Relation.DAUGHTER,
    "5": Relation.PARENT,
    "6": Relation.SIBLING,
    "7": Relation.OTHER_KIN,
    "8": Relation.UNRELATED,
}
KEYS = "  ".join(f"{key} {relation.label}" for key, relation in RELATIONS.items())
ASIDE = ("", "m", "e")  # a remark and a matter, which leave the people typed so far alone
NUMBER = Field("door_id", "id_number", "身份证号", hint="18位，末位 X 可小写")
NAME = Field("door_name", "name", "姓名", longest=50)
NARROW = ((0, 0, 2), (2, 0, 1), (2, 1, 1), (4, 0, 2))  # row, column and width of each blank in a pane
Known = Callable[[str], str]  # a document number → who has it already, in words; empty when nobody


class RelationLine(Line):
    """A relation picked by one digit; words may be typed as well. ``left`` once it is clear."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("relation")
        self.setAccessibleName("与户主关系")
        self.setPlaceholderText("按数字选")
        self.textEdited.connect(self._typed)
        self.returnPressed.connect(self.left)

    def code(self) -> str:
        """The code meant; empty when there is none."""
        found = Relation.named(self.text()) if self.text().strip() else None
        return str(found.value) if found else ""

    def _typed(self, text: str) -> None:
        digit = values.half_width(text)[-1:]
        if digit in RELATIONS and len(text) == 1:
            self.setText(RELATIONS[digit].label)
            self.left.emit()


class TenantForm(DoorForm):
    """People who moved in, one line for each; Enter after the last blank adds the next person.

    It gives :meth:`people`; whoever shows it knows which household they make or come to.
    """

    def __init__(self, parent: QWidget | None = None, *, narrow: bool = False) -> None:
        super().__init__(
            "Enter 下一格，填完电话再按 Enter 加下一人   Ctrl+↑ 改上一人   Ctrl+Enter 全部保存   Esc 取消",
            parent,
        )
        self.setObjectName("tenant")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.listed = QLabel(wordWrap=True)
        style.role(self.listed, "strong")
        self.body.addWidget(self.listed)
        self.number, self.name, self.phone = LineEditor(NUMBER), LineEditor(NAME), LineEditor(PHONE)
        self.relation = RelationLine()
        self.read = QLabel(wordWrap=True)
        style.role(self.read, "hint")
        self.gone = QCheckBox()
        self._lay_out(narrow=narrow)
        self.finish_layout()
        for editor, follow in ((self.number, self._took_number), (self.name, self._took_name)):
            editor.left.connect(follow)
            editor.edited.connect(self.edited)
        self.relation.left.connect(self.phone.setFocus)
        self.relation.textEdited.connect(lambda _text: self.edited.emit())
        self.phone.left.connect(self._took_phone)
        self.phone.edited.connect(self.edited)
        self._people: list[Resident] = []
        self._floating = True
        self._dwelling = Dwelling()
        self._household: Household | None = None
        self._known: Known = lambda _number: ""
        self._today = date.min

    def begin(
        self,
        dwelling: Dwelling,
        staying: Sequence[Resident],
        today: date,
        known: Known,
        *,
        household: Household | None = None,
        gone: bool = False,
        tenants: bool = True,
    ) -> None:
        """Begin with nobody. ``household`` adds to a household; otherwise a new one is made in the dwelling.

        A new one is one of ``tenants``, unless told otherwise.

        ``staying`` are the people registered behind this door; ``gone`` proposes that they have moved out.
        """
        self._dwelling, self._household, self._today, self._known = dwelling, household, today, known
        self._people = []
        told = household.kind_of_household if household is not None else ""
        self._floating = told == HouseholdKind.FLOATING if household is not None else tenants
        names = "、".join(p.name for p in staying[:3])
        self.gone.setText(f"原住户已搬走（Ctrl+O）：{names} 等 {len(staying)} 人")
        self.gone.setChecked(gone and bool(staying) and household is None)
        self.gone.setVisible(bool(staying) and household is None)
        self.show_problem("")
        self._next_person()

    def people(self) -> list[Resident]:
        """Everybody listed, with the line being typed; empty, and said why, while it is half right or nobody is there."""
        if self._typing() and not self._add_person():
            return []
        if not self._people:
            self.show_problem("还没有填人；不填请按 Esc")
        return list(self._people)

    def draft(self) -> dict[str, Any]:
        """The people listed so far and the line being typed."""
        line = {
            "number": self.number.raw(),
            "name": self.name.raw(),
            "relation": self.relation.text(),
            "phone": self.phone.raw(),
        }
        people = [
            {"number": p.id_number, "name": p.name, "relation": p.relation, "phones": p.phones}
            for p in self._people
        ]
        return {"line": line, "people": people} if people or any(line.values()) else {}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Go on where somebody stopped."""
        for told in draft.get("people", []):
            self._people.append(self._person(told["number"], told["name"], told["relation"], told["phones"]))
        self._next_person()
        line = draft.get("line", {})
        self.number.show_raw(line.get("number", ""))
        self.name.show_raw(line.get("name", ""))
        self.relation.setText(line.get("relation", "") or self.relation.text())
        self.phone.show_raw(line.get("phone", "") or self.phone.raw())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on the form itself adds the next person; Ctrl+O says whether those before have left."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in ENTER and not control and self.hasFocus():
            if self._add_person():
                self._next_person()
        elif event.key() == Qt.Key.Key_O and control and self.gone.isVisible():
            self.gone.toggle()
        elif event.key() == Qt.Key.Key_Up and control:
            self._take_back()
        elif (
            self.hasFocus()
            and event.text().isprintable()
            and event.text().lower() not in ASIDE
            and not control
        ):
            event.accept()  # an answer or a room number here would throw away the people typed so far
        else:
            super().keyPressEvent(event)

    def _lay_out(self, *, narrow: bool) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.px(8))
        grid.setVerticalSpacing(style.px(2))
        columns = (
            ("身份证号", self.number, 5),
            ("姓名", self.name, 3),
            ("与户主关系", self.relation, 3),
            ("电话", self.phone, 4),
        )
        places = NARROW if narrow else [(0, column, 1) for column in range(len(columns))]
        for (row, column, wide), (label, editor, stretch) in zip(places, columns, strict=True):
            head = QLabel(label)
            style.role(head, "hint")
            grid.addWidget(head, row, column, 1, wide)
            grid.addWidget(editor, row + 1, column, 1, wide)
            grid.setColumnStretch(column, stretch)
        self.body.addLayout(grid)
        self.body.addWidget(self.read)
        self.body.addWidget(self.gone)

    def _typing(self) -> bool:
        return bool(self.number.raw().strip() or self.name.raw().strip())

    def _next_person(self) -> None:
        first = self._people[0] if self._people else None
        self.number.show_raw("")
        self.name.show_raw("")
        alone = first is None and self._household is None
        self.relation.setText(Relation.HEAD.label if alone else "")
        self.relation.selectAll()
        self.phone.show_raw(first.phones[0] if first and first.phones else "")
        self.phone.line.selectAll()
        self.listed.setText("　".join(f"{n}. {p.name}" for n, p in enumerate(self._people, start=1)))
        self.listed.setVisible(bool(self._people))
        self.read.setText(f"关系：{KEYS}")
        self.number.setFocus()

    def _take_back(self) -> None:
        """Put the person listed last back into the blanks; what was being typed there gives way."""
        if not self._people:
            return
        person = self._people.pop()
        self._next_person()
        self.number.show_raw(person.id_number)
        self.name.show_raw(person.name)
        self.relation.setText(Relation.words(person.relation))
        self.phone.show_raw("、".join(person.phones))
        self.edited.emit()

    def _took_number(self) -> None:
        number = values.tidy_id(self.number.raw())
        self.show_problem("")
        if not number:
            self.name.setFocus()
            return
        try:
            told = identity.read(number, self._today)
        except ValueError as error:
            self.show_problem(str(error))
            return
        sex = Resident.spec.field("sex").text(told.sex)
        known = self._known(told.number)
        parts = (f"{sex} {told.birth:%Y-%m-%d} {identity.age(told.birth, self._today)}岁", told.hint, known)
        self.read.setText("　".join(part for part in parts if part))
        self.name.setFocus()

    def _took_name(self) -> None:
        self.read.setText(f"关系：{KEYS}")
        self.relation.setFocus()
        self.relation.selectAll()

    def _took_phone(self) -> None:
        if why := PHONE.check(self.phone.raw()):
            self.show_problem(why)
        else:
            self.show_problem("")
            self.read.setText("Enter 再加一人，Ctrl+Enter 保存")
            self.setFocus()

    def _add_person(self) -> bool:
        """Take the line as one more person; False with the problem shown when it cannot be."""
        name, number = values.tidy_name(self.name.raw()), values.tidy_id(self.number.raw())
        why = NAME.check(name) if name else "请填姓名"
        why = why or (identity.problem(number, self._today) if number else None)
        if why or PHONE.check(self.phone.raw()):
            self.show_problem(why or "电话里有不是号码的内容")
            return False
        self._people.append(
            self._person(number, name, self.relation.code(), values.phones_in(self.phone.raw()))
        )
        self.number.show_raw("")
        self.name.show_raw("")
        return True

    def _person(self, number: str, name: str, relation: str, phones: list[str]) -> Resident:
        person = Resident(
            name=name,
            relation=relation,
            phones=phones,
            area=self._dwelling.area,
            source="visit",
        )
        if self._floating:
            person.population, person.inflow_reason = PopulationKind.FLOATING, InflowReason.RENTED
            person.inflow_since, person.lodging = self._today, Lodging.RENTED
        if number:
            told = identity.read(number, self._today)
            person.id_number, person.id_type = told.number, told.id_type
            person.birth, person.sex = told.birth, told.sex
        return person
