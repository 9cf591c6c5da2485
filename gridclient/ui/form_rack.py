"""The forms under a door: one is open at a time, begun with what is stored of the door, and another may wait behind it."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gridclient.errors import Unfit
from gridclient.records import Resident
from gridclient.records.people import HouseholdKind
from gridclient.rules.household_life import Note
from gridclient.store import families
from gridclient.store.homes import Door, Home
from gridclient.ui.change_form import ChangeForm
from gridclient.ui.door_forms import AppointmentForm, DoorForm, RemarkForm, Results
from gridclient.ui.door_turns import joined, moved_in, registered
from gridclient.ui.matter_form import MatterForm
from gridclient.ui.tenant_form import TenantForm
from gridclient.ui.visit_book import now
from gridclient.ui.walk_form import WalkForm
from gridclient.ui.workspace import Workspace

ASIDE = ("remark", "matter")  # opened over a longer form, they lead back to it
LONG = ("change", "tenant")


class FormRack(QObject):
    """Signals: ``taken(name)`` asks to save a form, ``dropped`` to close it, ``edited`` to keep a draft of it.

    ``shown(name)`` tells which one is open now; empty when none is.
    """

    taken = Signal(str)
    dropped = Signal()
    edited = Signal()
    shown = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.book = workspace.visits
        self.change, self.tenant, self.walk = ChangeForm(parent), TenantForm(parent), WalkForm(parent)
        self.remark, self.appointment, self.matter = (
            RemarkForm(parent),
            AppointmentForm(parent),
            MatterForm(parent),
        )
        self.forms: dict[str, DoorForm] = {
            "change": self.change,
            "tenant": self.tenant,
            "remark": self.remark,
            "appointment": self.appointment,
            "matter": self.matter,
            "walk": self.walk,
        }
        self.name = ""
        self._behind = ""
        self._adding = False
        for name, form in self.forms.items():
            form.saved.connect(lambda name=name: self.taken.emit(name))
            form.dropped.connect(self.dropped)
            form.edited.connect(self.edited)
        self.change.person_wanted.connect(
            lambda id_: workspace.open_place("records", kind="resident", id=id_)
        )

    @property
    def current(self) -> DoorForm | None:
        """The form that is open."""
        return self.forms.get(self.name)

    def open(self, name: str, door: Door, note: str = "") -> None:
        """Open a form for a door; ``note`` is the remark so far. Where nobody lives, a change is a new tenant."""
        if name == "change" and not door.households:
            name = "tenant"
        self._behind = self.name if name in ASIDE and self.name in LONG else ""
        self._adding = self._adding and name in ASIDE
        self._begin(name, door, note)
        self._show(name)

    def close(self) -> None:
        """Close the form that is open."""
        self._show("")
        self._behind, self._adding = "", False

    def go_back(self) -> bool:
        """Show the form that waited behind this one again; False when there was none."""
        if not self._behind:
            return False
        self._show(self._behind)
        self._behind = ""
        (self.tenant if self.name == "tenant" else self.change.table).setFocus()
        return True

    def add_member(self, door: Door) -> None:
        """From the change form to a new member, saved together with what has changed so far."""
        home, family = self.book.home(door), self.change.family
        if self.change.results() is None or home.household is None:
            return
        self.tenant.begin(home.dwelling, [], self.book.walk.on, self._registered, household=family.household)
        self._show("tenant")
        self._adding = True
        self.tenant.number.setFocus()

    def results(self, name: str, door: Door) -> Results | None:
        """What a form gives to be saved with the visit; None while something is wrong, which the form then shows."""
        if name != "tenant":
            return self.forms[name].results()
        people = self.tenant.people()
        try:
            return self._arrived(people, door) if people else None
        except Unfit as unfit:
            self.tenant.show_problem(f"{unfit.title}　{unfit.advice}")
            return None

    def draft(self) -> dict[str, Any]:
        """Every open form with what is typed in it, the one in front last; empty when nothing is."""
        names = [self._behind, self.name]
        if self._adding:
            names.insert(0, "change")
        told = [[name, self.forms[name].draft()] for name in names if name]
        return {"forms": told, "adding": self._adding} if any(form[1] for form in told) else {}

    def resume(self, draft: dict[str, Any], door: Door, note: str) -> None:
        """Open again what :meth:`draft` gave."""
        for name, told in draft.get("forms", []):
            if name == "tenant" and draft["adding"]:
                self.add_member(door)
            else:
                self.open(name, door, note)
            self.forms[name].show_draft(told)

    def _arrived(self, people: list[Resident], door: Door) -> Results | None:
        replica, note = self.workspace.replica, self._note()
        if not self._adding:
            gone = self.tenant.gone.isChecked()
            return moved_in(replica, self.book.home(door), people, note, gone=gone)
        changed = self.change.results()
        if changed is None:
            return None
        came = f"新增成员 {'、'.join(p.name for p in people)}"
        words = "；".join(part for part in (changed.told.get("changes", ""), came) if part)
        records = {r.id: r for r in (*changed.records, *joined(replica, self.change.family, people, note))}
        return Results(list(records.values()), changed.told | {"changes": words})

    def _note(self) -> Note:
        walk, at = self.book.walk, now().replace(microsecond=0, tzinfo=None)
        return Note(walk.on, "、".join(walk.visitors) or walk.recorder, at)

    def _registered(self, number: str) -> str:
        kind = self.change.family.household.kind_of_household if self._adding else HouseholdKind.FLOATING
        return registered(self.workspace.replica, number, kind)

    def _begin(self, name: str, door: Door, note: str) -> None:
        today = self.workspace.today
        if name == "remark":
            self.remark.begin(note)
        elif name == "walk":
            self.walk.begin(self.book.walk, today)
        elif name == "matter":
            self.matter.begin(door, "、".join(self.book.walk.visitors), now())
        elif name == "appointment":
            self.appointment.begin(door.household, door.area, "、".join(self.book.walk.visitors), now())
        else:
            home = self.book.home(door)
            if name == "change" and home.household is not None:
                family = families.family(self.workspace.replica, home.household.id)
                self.change.show_family(family, home.members, self._note())
            else:
                self._begin_tenants(home)

    def _begin_tenants(self, home: Home) -> None:
        before = [h for h in (home.household, *home.others) if h]
        staying = [p for h in before for p in self.book.living(h)]
        gone = bool(before) and all(h.kind_of_household == HouseholdKind.FLOATING for h in before)
        self.tenant.begin(home.dwelling, staying, self.book.walk.on, self._registered, gone=gone)

    def _show(self, name: str) -> None:
        for other, form in self.forms.items():
            form.setVisible(other == name)
        self.name = name
        self.shown.emit(name)
