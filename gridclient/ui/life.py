"""户籍变动: the menu of what may happen to a household, and the one form that is open for it, in the household's pane."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from gridclient.errors import Unfit
from gridclient.fields import Record
from gridclient.records import Household, HouseholdEvent
from gridclient.records.people import HouseholdKind, LeftHow, Turn
from gridclient.rules import ties
from gridclient.rules.household_life import Note
from gridclient.store import families
from gridclient.store.homes import Home
from gridclient.ui import style
from gridclient.ui.door_forms import DoorForm
from gridclient.ui.keeping import Keeping
from gridclient.ui.life_form import Ground
from gridclient.ui.life_moves import MergeForm, MoveForm, SplitForm
from gridclient.ui.life_newcomers import Coming, NewcomersForm
from gridclient.ui.life_people import BirthForm, HeadForm, LeaveForm
from gridclient.ui.parts import button, label
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

DRAFT = "life:"  # begins the keys under which half-typed actions are kept, before action and door
TIED = "这一户还有："


class Form(Protocol):
    """What the pane asks of a form besides what every form at a door is."""

    def begin_at(self, ground: Ground, person: str) -> None: ...
    def records(self, ground: Ground) -> list[Record]: ...
    def preview(self, ground: Ground) -> None: ...


@dataclass(frozen=True)
class Offer:
    """One line of the menu: its letter, its words, how its form is made, and when it is offered."""

    key: str
    title: str
    make: Callable[[Workspace], DoorForm]
    lived_in: bool = True
    tenants: bool = False
    follows: bool = False  # begins another part of the menu
    whole: bool = False  # what hangs on the household is named first


OFFERS = (
    Offer("D", "户主变更", HeadForm),
    Offer("Q", "迁出", partial(LeaveForm, how=LeftHow.MOVED)),
    Offer("S", "去世", partial(LeaveForm, how=LeftHow.DIED)),
    Offer("C", "出生", BirthForm),
    Offer("R", "迁入（加成员）", partial(NewcomersForm, coming=Coming.MEMBERS)),
    Offer("F", "分户", SplitForm, follows=True),
    Offer("B", "并户", MergeForm),
    Offer("Z", "整户迁移", MoveForm, whole=True),
    Offer("X", "新增一户", partial(NewcomersForm, coming=Coming.FOUNDERS), lived_in=False, follows=True),
    Offer("T", "租客入住", partial(NewcomersForm, coming=Coming.TENANTS), lived_in=False),
    Offer("W", "租客搬走", partial(LeaveForm, how=LeftHow.MOVED, everybody=True), tenants=True, whole=True),
)


class LetterMenu(QMenu):
    """A menu whose letters are its own while it is open, whatever they mean behind it."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        return super().event(event)


class LifePane(QFrame):
    """The form of one action. ``ended(household, dwelling)`` says what to show when it was saved or dropped.

    Everything an action changes is stored in one step, so that Ctrl+Z gives everything back.
    """

    began = Signal()
    ended = Signal(str, str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("life")
        self.title, self.tied = label(role="heading", wrap=True), label(wrap=True)
        self._strip = QFrame()
        style.mark(style.role(self._strip, "strip"), "warn")
        inside = QVBoxLayout(self._strip)
        inside.addWidget(self.tied)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        acts = QHBoxLayout()
        acts.addWidget(button("保存 Ctrl+Enter", self.save, role="primary", name="save"))
        acts.addWidget(button("取消 Esc", self.drop, name="drop"))
        acts.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title)
        layout.addWidget(self._strip)
        layout.addWidget(self._scroll, 1)
        layout.addLayout(acts)
        self._keep = Keeping(self, self._keep_draft)
        self._offer: Offer | None = None
        self._form: DoorForm | None = None
        self._where = ("", "")

    @property
    def form(self) -> DoorForm | None:
        """The form that is open."""
        return self._form

    def menu(self, home: Home, person: str, parent: QWidget) -> QMenu:
        """What may happen here, a letter each; the caller shows it."""
        menu = LetterMenu("户籍变动", parent)
        for offer in OFFERS:
            if offered(offer, home):
                if offer.follows and not menu.isEmpty():
                    menu.addSeparator()
                menu.addAction(f"{offer.title}(&{offer.key})", partial(self.open, offer.key, home, person))
        return menu

    def open(self, key: str, home: Home, person: str) -> None:
        """Open the form of an action by its letter; ``person`` is who was pointed at. What was half typed is there again."""
        self._offer = next(offer for offer in OFFERS if offer.key == key)
        self._where = (home.household.id if home.household else "", home.dwelling.id)
        try:
            ground = self._ground()
        except Unfit as unfit:
            self.workspace.say(unfit.title, unfit.advice, Tone.WARN)
            return
        self.title.setText(f"{self._offer.title} · {ground.place}")
        tied = ties.words(ground.family.tied) if ground.family else []
        self.tied.setText(TIED + "、".join(tied))
        self._strip.setVisible(bool(tied) and self._offer.whole)
        form = self._form = self._offer.make(self.workspace)
        self._scroll.setWidget(style.role(form, "plain"))
        form.saved.connect(self.save)
        form.dropped.connect(self.drop)
        cast(Form, form).begin_at(ground, person)
        kept = self.workspace.desk.drafts.take(self._draft_key)
        if kept:
            form.show_draft(kept.values)
        form.edited.connect(self._edited)
        cast(Form, form).preview(ground)
        self.setFocusProxy(form)
        self.began.emit()
        form.take_focus()

    def save(self) -> None:
        """Store everything the action changes, together; or say why it may not be."""
        if self._form is None or self._offer is None:
            return
        try:
            records = self._changed(cast(Form, self._form).records(self._ground()))
            _check(records)
        except Unfit as unfit:
            self._form.show_problem(f"{unfit.title}。{unfit.advice}" if unfit.advice else unfit.title)
            return
        title = self._offer.title
        with self.workspace.together(self.title.text()):
            self.workspace.save(*records)
        self._close()
        self.workspace.say(f"已存本机：{title}", "按 Ctrl+Z 全部撤回。", Tone.GOOD)
        self.ended.emit(*shown_after(records, self._where))

    def drop(self) -> None:
        """Close the form and forget what was typed."""
        self._close()
        self.ended.emit(*self._where)

    def put_aside(self) -> None:
        """Close the form; what is half typed is there again when the same is opened at the same door."""
        if self._keep.isActive():
            self._keep.stop()
            self._keep_draft()
        self._take_away()

    def _close(self) -> None:
        self._keep.stop()
        self.workspace.desk.drafts.drop(self._draft_key)
        self.workspace.drafts_changed.emit()
        self._take_away()

    def _take_away(self) -> None:
        if self._form is not None:
            self._scroll.takeWidget().deleteLater()
            self._form = None

    def _edited(self) -> None:
        if self._form is not None:
            try:
                cast(Form, self._form).preview(self._ground())
            except Unfit as unfit:
                self._form.show_problem(f"{unfit.title}。{unfit.advice}")
            self._keep.touch()

    def _keep_draft(self) -> None:
        if self._form is None:
            return
        raw = self._form.draft()
        if raw:
            self.workspace.desk.drafts.keep("household_event", self._draft_key, raw, self.workspace.now)
        else:
            self.workspace.desk.drafts.drop(self._draft_key)
        self.workspace.drafts_changed.emit()

    @property
    def _draft_key(self) -> str:
        return f"{DRAFT}{self._offer.key if self._offer else ''}:{self._where[0] or self._where[1]}"

    def _changed(self, records: list[Record]) -> list[Record]:
        """Those that differ from what is stored: nobody else's old mistakes stand in the way."""
        stored = [self.workspace.replica.get(type(record), record.id) for record in records]
        return [
            r for r, s in zip(records, stored, strict=True) if s is None or s.model_dump() != r.model_dump()
        ]

    def _ground(self) -> Ground:
        """Everything read again: somebody else may have changed it since."""
        household, dwelling = self._where
        return ground_of(self.workspace, household, dwelling)


def ground_of(workspace: Workspace, household: str, dwelling: str) -> Ground:
    """What an action on a household, or behind an empty door, stands on; Unfit when it is not there any more."""
    replica = workspace.replica
    own = families.family(replica, household) if household else None
    door = own.door if own else families.door(replica, dwelling)
    others = replica.all(Household, Household.dwelling == door.id, Household.id != household)
    return Ground(
        door,
        families.place(replica, door),
        own,
        tuple(families.family(replica, other.id) for other in others),
        Note(workspace.today, workspace.desk.who, workspace.now.replace(tzinfo=None)),
    )


def offered(offer: Offer, home: Home) -> bool:
    """True when an action makes sense at this door."""
    if home.household is None:
        return not offer.lived_in and not offer.tenants
    return not offer.tenants or home.household.kind_of_household == HouseholdKind.FLOATING


def shown_after(records: list[Record], where: tuple[str, str]) -> tuple[str, str]:
    """Household and door to show when these are stored: the new household, else the one it was about, else its door."""
    ended = {r.id for r in records if isinstance(r, Household) and r.removed}
    event = next(r for r in records if isinstance(r, HouseholdEvent))
    founded = event.turn in (Turn.FOUNDED, Turn.LET)
    household = event.household if founded or not where[0] else where[0]
    return ("", event.dwelling) if household in ended else (household, where[1])


def _check(records: list[Record]) -> None:
    """Unfit when one of them may not be stored, with the first reason."""
    for record in records:
        for name, why in record.problems().items():
            field = record.spec.by_name.get(name)
            raise Unfit(f"{record.spec.title}的{field.label if field else '资料'}有问题", why)
