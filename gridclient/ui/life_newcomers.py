"""The form for people who come: a new household with its members, tenants who move in, somebody who joins a household."""

from enum import Enum
from typing import Any

from PySide6.QtWidgets import QFormLayout, QWidget

from gridclient.errors import Unfit
from gridclient.fields import Record
from gridclient.records import Household
from gridclient.records.people import HouseholdKind, LeftHow
from gridclient.rules import household_life as life
from gridclient.rules.family import Family
from gridclient.store.families import of_numbers
from gridclient.ui.door_turns import back, registered
from gridclient.ui.life_form import Ground, home_of
from gridclient.ui.parts import label, line
from gridclient.ui.tenant_form import TenantForm
from gridclient.ui.workspace import Workspace


class Coming(Enum):
    """Who comes."""

    FOUNDERS = "found"
    TENANTS = "let"
    MEMBERS = "join"


class NewcomersForm(TenantForm):
    """One line for each person, all behind one door. The 户号 of a new household lies off the path: most are not known."""

    def __init__(self, workspace: Workspace, coming: Coming, parent: QWidget | None = None) -> None:
        super().__init__(parent, narrow=True)
        self.setObjectName(coming.value)
        self.workspace, self._coming = workspace, coming
        self._kind = HouseholdKind.FLOATING if coming == Coming.TENANTS else HouseholdKind.REGISTERED
        self.household_number = line("九位户号，可以以后再填", says="户号")
        self.household_number.textEdited.connect(lambda _text: self.edited.emit())
        rows = QFormLayout()
        self.place = label(role="strong", wrap=True)
        rows.addRow("住在", self.place)
        if coming == Coming.FOUNDERS:
            rows.addRow("户号", self.household_number)
        self.body.insertLayout(0, rows)
        self.body.addStretch(1)

    def begin_at(self, ground: Ground, _person: str) -> None:
        """Begin with nobody, behind this door."""
        before = [*([ground.family] if ground.family else []), *ground.others]
        staying = [m for family in before for m in family.members]
        joining = self._coming == Coming.MEMBERS
        self.household_number.clear()
        self.place.setText(ground.place)
        self.begin(
            ground.door,
            [] if joining else staying,
            ground.note.on,
            self._told,
            household=home_of(ground).household if joining else None,
            gone=self._coming == Coming.TENANTS and all(family.floating for family in before),
            tenants=self._coming == Coming.TENANTS,
        )

    def records(self, ground: Ground) -> list[Record]:
        """The new people with their household, and those who left for them; Unfit when it may not be."""
        typed = self.people()
        if not typed:
            raise Unfit(self.problem.text() or "还没有填人")
        people = back(self.workspace.replica, typed)
        known = of_numbers(self.workspace.replica, [p.id_number for p in people])
        if self._coming == Coming.MEMBERS:
            return life.join(home_of(ground), people, ground.note, known=known)
        household = Household(kind_of_household=self._kind.value, source="entry")
        household.number = self.household_number.text().strip()
        gone = self._gone(ground)
        ended = {family.household.id for family in gone}
        staying = [family for family in known if family.household.id not in ended]
        left = [r for f in gone for r in self._left(f, ground)]
        return [*life.found(ground.door, ground.place, household, people, ground.note, known=staying), *left]

    def preview(self, _ground: Ground) -> None:
        """Nothing happens to anybody else."""

    def draft(self) -> dict[str, Any]:
        """The people, and the number of the household."""
        raw, number = super().draft(), self.household_number.text()
        return raw | ({"household_number": number} if number else {})

    def show_draft(self, draft: dict[str, Any]) -> None:
        """Go on where somebody stopped."""
        self.household_number.setText(str(draft.get("household_number", "")))
        super().show_draft(draft)

    def _gone(self, ground: Ground) -> list[Family]:
        if not self.gone.isChecked():
            return []
        return [*([ground.family] if ground.family else []), *ground.others]

    def _left(self, family: Family, ground: Ground) -> list[Record]:
        everybody = [m.id for m in family.members]
        records = life.leave(family, everybody, LeftHow.MOVED.value, ground.note)
        return [r for r in records if r.id != ground.door.id]  # the door is lived in again

    def _told(self, number: str) -> str:
        return registered(self.workspace.replica, number, self._kind_here())

    def _kind_here(self) -> str:
        return self._household.kind_of_household if self._household is not None else self._kind.value
