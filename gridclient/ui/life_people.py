"""The forms for what happens to people of a household: 迁出 and 去世, 户主变更, 出生."""

from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from gridclient.errors import Unfit
from gridclient.fields import Record
from gridclient.records import Resident
from gridclient.records.codes import Relation, Sex
from gridclient.records.people import LeftHow, PopulationKind
from gridclient.rules import household_life as life
from gridclient.rules.household_life import Note
from gridclient.store.families import of_numbers
from gridclient.ui import filling
from gridclient.ui.door_turns import back
from gridclient.ui.editors import editor_for
from gridclient.ui.life_form import Ground, LifeForm, PickForm, home_of, seated
from gridclient.ui.workspace import Workspace

CHILD = ("name", "sex", "birth", "relation", "id_number")
PROPOSED = {Sex.MALE.value: Relation.SON, Sex.FEMALE.value: Relation.DAUGHTER}


class LeaveForm(PickForm):
    """Some of the people moved out or died. With ``everybody`` all are marked to begin with."""

    def __init__(
        self, workspace: Workspace, how: LeftHow, *, everybody: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace, "↑↓ 走   空格 选人   H 接任户主", parent)
        self.setObjectName(f"leave-{how.value}")
        self._how, self._everybody = how, everybody
        self.to = self.blank("去向", "成都、本街道另一社区 …")
        if how == LeftHow.MOVED:
            self.row("去向", self.to)
        self.lay_out(self.people)

    def begin_at(self, ground: Ground, person: str) -> None:
        super().begin_at(ground, person)
        self.to.clear()
        if self._everybody:
            self.people.mark([m.id for m in home_of(ground).members])

    def records(self, ground: Ground) -> list[Record]:
        chosen = self.people.chosen()
        heir = "" if self.heir in chosen else self.heir
        to = self.to.text().strip()
        return life.leave(home_of(ground), chosen, self._how.value, self.note(ground), to=to, heir=heir)

    def draft(self) -> dict[str, Any]:
        """Where to, and the remark."""
        return super().draft() | ({"to": self.to.text()} if self.to.text().strip() else {})

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Show it again."""
        super().show_draft(draft)
        self.to.setText(str(draft.get("to", "")))


class HeadForm(PickForm):
    """Another head: whoever one stands on."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "↑↓ 走到新户主", parent)
        self.setObjectName("head")
        self.people.pointed.connect(lambda _id: self.edited.emit())
        self.lay_out(self.people)

    def begin_at(self, ground: Ground, person: str) -> None:
        super().begin_at(ground, person)
        family = home_of(ground)
        was = family.head
        people = seated(family)
        next_ = next((p.id for p in people if was is None or p.id != was.id), "")
        at = person if person and (was is None or person != was.id) else next_
        self.people.show_people(people, ground.note.on, marked=None, at=at)

    def choose_head(self, _person: str) -> None:
        """H here is the same as standing there."""
        self.edited.emit()

    def records(self, ground: Ground) -> list[Record]:
        return life.change_head(home_of(ground), self.people.current(), self.note(ground))


class BirthForm(LifeForm):
    """A child was born: name, sex, birthday, what it is to the head; the document may come later."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Enter 下一格；身份证号可以以后再填", parent)
        self.setObjectName("birth")
        self.editors = {name: editor_for(Resident.spec.field(name)) for name in CHILD}
        for name, editor in self.editors.items():
            self.row(editor.field.label, editor)
            editor.edited.connect(partial(self._follow, name))
            editor.left.connect(partial(self._next, name))
        self.setFocusProxy(self.editors["name"])
        self.lay_out(dated=False)

    def begin_at(self, ground: Ground, _person: str) -> None:
        super().begin_at(ground, _person)
        self.editors["birth"].show_value(ground.note.on)

    def records(self, ground: Ground) -> list[Record]:
        family, child = home_of(ground), Resident(population=PopulationKind.REGISTERED.value)
        for name in CHILD:
            setattr(child, name, self._read(name))
        if not child.name or child.birth is None:
            raise Unfit("姓名和出生日期要填", "还没取名的，先写“待取名”。")
        if child.birth > ground.note.on:
            raise Unfit("出生日期不能晚于今天", "请核对日期。")
        if not child.relation:
            child.relation = PROPOSED.get(child.sex, Relation.CHILD).value
        if family.floating:
            child.population = PopulationKind.FLOATING.value
        known = of_numbers(self.workspace.replica, [child.id_number])
        note = Note(child.birth, ground.note.by, ground.note.at)
        return life.join(family, back(self.workspace.replica, [child]), note, born=True, known=known)

    def preview(self, _ground: Ground) -> None:
        """A birth changes nobody else."""
        self.show_news({}, [])

    def draft(self) -> dict[str, Any]:
        """What is typed so far."""
        raw = {name: self.editors[name].raw() for name in CHILD}
        return raw if raw["name"] or raw["id_number"] else {}

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Go on where somebody stopped."""
        for name in CHILD:
            if draft.get(name):
                self.editors[name].show_raw(draft[name])

    def _read(self, name: str) -> Any:
        try:
            return self.editors[name].value()
        except ValueError as wrong:
            raise Unfit(f"{self.editors[name].field.label}没有看懂", str(wrong)) from None

    def _follow(self, name: str) -> None:
        """A document number tells sex and birthday."""
        raw = self.editors[name].raw()
        for other, value in filling.follows("resident", name, raw, self.workspace.today).items():
            if other in self.editors:
                self.editors[other].show_value(value)
        self.edited.emit()

    def _next(self, name: str) -> None:
        self.editors[CHILD[(CHILD.index(name) + 1) % len(CHILD)]].setFocus()
