"""What the forms for the turns of a household's life have in common: the day, the question who follows, what would change."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QWidget

from gridclient.blanks import Field
from gridclient.errors import Unfit
from gridclient.fields import Record
from gridclient.records import Dwelling, Resident
from gridclient.rules.consequences import consequences, news
from gridclient.rules.family import Family
from gridclient.rules.household_life import Note
from gridclient.ui.door_find import found_door
from gridclient.ui.door_forms import DoorForm
from gridclient.ui.editors import LineEditor
from gridclient.ui.parts import label, line
from gridclient.ui.people_list import PeopleList
from gridclient.ui.workspace import Workspace

DAY = Field("happened_on", "day", "日期")


@dataclass(frozen=True)
class Ground:
    """What an action stands on, read when its form opens and once more when it is saved.

    ``family`` is None at a door nobody lives behind; ``others`` are the other families behind the same door.
    """

    door: Dwelling
    place: str
    family: Family | None
    others: tuple[Family, ...]
    note: Note


class LifeForm(DoorForm):
    """One action. It never saves: :meth:`records` says what is to be stored, or raises Unfit with why it may not be."""

    people: PeopleList | None = None

    def __init__(self, workspace: Workspace, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(keys, parent)
        self.workspace = workspace
        self.rows = QFormLayout()
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self.told = label(role="hint", wrap=True, name="told")
        self._sought = ("", "")  # what was typed for a door, and the door it means
        self.day = LineEditor(DAY)
        self.day.edited.connect(self.edited)
        self.day.left.connect(self.focusNextChild)
        self.remark = self.blank("备注")

    def begin_at(self, ground: Ground, _person: str) -> None:
        """Begin at a household, or a door; ``_person`` is the id of who was pointed at."""
        self._sought = ("", "")
        self.remark.clear()
        self.show_problem("")
        self.day.show_value(ground.note.on)

    def records(self, ground: Ground) -> list[Record]:
        """Everything to be stored; Unfit when it may not be."""
        raise NotImplementedError

    def preview(self, ground: Ground) -> None:
        """Tell what would happen if it were saved as it stands; a question it raises is asked at once."""
        try:
            family, records = home_of(ground), self.records(ground)
        except Unfit as unfit:
            self.show_news({}, [])
            self.show_problem(f"{unfit.title}{unfit.advice}" if unfit.title.endswith("？") else "")
        else:
            self.show_news(news(family, records), consequences(family, records))
            self.show_problem("")

    def show_news(self, by_person: dict[str, str], lines: list[str]) -> None:
        """Show what would change: for each person by id, and besides."""
        if self.people is not None:
            self.people.tell(by_person)
        self.told.setText("\n".join(f"· {line}" for line in lines))
        self.told.setVisible(bool(lines))

    def happened_on(self, ground: Ground) -> date:
        """The day typed; Unfit when it is none, or is still to come."""
        try:
            day: date | None = self.day.value()
        except ValueError as wrong:
            raise Unfit("日期没有看懂", str(wrong)) from None
        if day is None or day > ground.note.on:
            raise Unfit("日期请写成 20260930", "不能晚于今天。")
        return day

    def note(self, ground: Ground) -> Note:
        """Who writes it down, with the day and the remark typed."""
        return Note(self.happened_on(ground), ground.note.by, ground.note.at, self.remark.text().strip())

    def draft(self) -> dict[str, Any]:
        """What is typed so far; a form with more blanks adds its own."""
        return {"remark": self.remark.text()} if self.remark.text().strip() else {}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Go on where somebody stopped."""
        self.remark.setText(str(draft.get("remark", "")))

    def door_typed(self, blank: QLineEdit, ground: Ground) -> Dwelling | None:
        """The door meant by what is typed; None when there is none like it here."""
        text = blank.text().strip()
        if text and text != self._sought[0]:
            self._sought = (text, found_door(self.workspace, text, ground.door.building))
        found = self._sought[1] if text else ""
        return self.workspace.replica.get(Dwelling, found) if found else None

    def blank(self, says: str, hint: str = "") -> QLineEdit:
        """A line to type into, which the form keeps and previews as one types."""
        made = line(hint, says=says)
        made.textEdited.connect(lambda _text: self.edited.emit())
        made.returnPressed.connect(self.focusNextChild)
        return made

    def row(self, says: str, widget: QWidget) -> None:
        """Put a blank under the others, with its name before it."""
        name = QLabel(says)
        name.setBuddy(widget)
        self.rows.addRow(name, widget)

    def lay_out(self, *above: QWidget, dated: bool = True) -> None:
        """Put the form together: what is given, the blanks with the day last, what would change."""
        if dated:
            self.row("日期", self.day)
            self.row("备注", self.remark)
        for widget in above:
            self.body.addWidget(widget)
        self.body.addLayout(self.rows)
        self.body.addWidget(self.told)
        self.finish_layout()
        self.body.addStretch(1)


class PickForm(LifeForm):
    """An action on some of the people: marks, and by H who is the head afterwards."""

    people: PeopleList

    def __init__(self, workspace: Workspace, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(workspace, keys, parent)
        self.people = PeopleList(self)
        self.people.marked.connect(self.edited)
        self.people.head_wanted.connect(self.choose_head)
        self.setFocusProxy(self.people)
        self.heir = ""

    def begin_at(self, ground: Ground, person: str) -> None:
        """Show the people with nobody marked but who was pointed at."""
        super().begin_at(ground, person)
        self.heir = ""
        members = home_of(ground).members
        marked = [person] if person in {m.id for m in members} else []
        self.people.show_people(seated(home_of(ground)), ground.note.on, marked=marked, at=person)

    def choose_head(self, person: str) -> None:
        """Somebody is to follow as the head; asked again, not."""
        self.heir = "" if self.heir == person else person
        self.edited.emit()

    def draft(self) -> dict[str, Any]:
        """Who is marked, and who is to follow, besides what is typed."""
        chosen = self.people.chosen()
        return super().draft() | ({"chosen": chosen, "heir": self.heir} if chosen or self.heir else {})

    def show_draft(self, draft: dict[str, Any]) -> None:
        super().show_draft(draft)
        self.heir = str(draft.get("heir", ""))
        self.people.mark(draft.get("chosen", []))


def home_of(ground: Ground) -> Family:
    """The family an action is about; Unfit when nobody lives there any more."""
    if ground.family is None:
        raise Unfit("这一户已经没有人了", "请从列表中重新选择。")
    return ground.family


def seated(family: Family) -> list[Resident]:
    """The members with the head first, then as they are told to the head, the elder first."""
    head = family.head
    return sorted(
        family.members,
        key=lambda p: (p is not head, p.relation or "ZZ", p.birth or date.max, p.id),
    )
