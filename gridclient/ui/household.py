"""The household panel: who lives behind a door, what is missing or due, and everything that happened there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.errors import Unfit
from gridclient.rules.due import Urgency
from gridclient.store import homes
from gridclient.store.attended import attended
from gridclient.store.homes import Home
from gridclient.ui import style
from gridclient.ui.door_words import URGENT
from gridclient.ui.home_words import facts_of, party_of, reminders_of
from gridclient.ui.life import LifePane
from gridclient.ui.members import Members, PeopleTable
from gridclient.ui.parts import button, later, shortcut
from gridclient.ui.photos import PhotoStrip, Source
from gridclient.ui.scrolled import Scrolled
from gridclient.ui.timeline import Timeline
from gridclient.ui.workspace import Workspace

PRINTS = "一户一卡、走访登记表、走访单  Ctrl+P"


class HouseholdPanel(QFrame):
    """One home. ``opened(household)`` after another one is shown; empty when nobody lives there.

    J opens what may happen to the household, Ctrl+N adds a member, Ctrl+E edits the household, G notes care, P adds
    photos, Ctrl+P prints its card and forms, F12 shows the whole numbers, which is noted in the trail.
    """

    opened = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("household")
        style.role(self, "side")
        self.setMinimumWidth(style.px(280))
        self.setAcceptDrops(True)
        self.body = style.role(QWidget(), "plain")
        self._scrolled = Scrolled(self.body)
        self.title, self.facts, self.due = QLabel(), QLabel(), QLabel()
        self.reminders, self.party = QLabel(), QLabel()
        for label in (self.title, self.facts, self.reminders, self.party):
            label.setWordWrap(True)
        self.model = Members(parent=self)
        self.people = PeopleTable(self.model, self)
        self.photos = PhotoStrip(workspace, self, keys=self.body)
        self.timeline = Timeline(self)
        self.reveal = QPushButton("显示号码 F12")
        self.turn, self.edit = QPushButton("户籍变动 J"), QPushButton("改户资料")
        self.life = LifePane(workspace, self)
        self.history = button(
            "历史 H", self.show_history, role="quiet", tip="这一户改过什么，谁改的；旧的值可以恢复"
        )
        self.care = button("记关怀 G", self.note_care, role="quiet", tip="帮了谁、帮了什么、下次哪天")
        self.prints = button("打印", self.show_papers, role="quiet", tip=PRINTS)
        # A door that is closed is news, and so is the next one it leads to: only the last of them is read.
        self._renew = later(self, 0, self.reload)
        self._home: Home | None = None
        self._revealed = False
        self._asked = ("", "")
        self._came_from: QWidget | None = None
        self._back_to: QWidget | None = None
        self._stack()
        self._lay_out()
        self._connect()
        self._show_nothing()

    @property
    def home(self) -> Home | None:
        """The home shown, or about to be; None when there is none."""
        if self._renew.isActive():
            self.reload()
        return self._home

    def open(
        self,
        *,
        id: str = "",
        household: str = "",
        dwelling: str = "",
        focus: bool = False,
        photos: Sequence[Source] | None = None,
        turn: bool = False,
        follow: bool = False,
        **_where: Any,
    ) -> None:
        """Show a household, or the door when nobody lives behind it; ``focus`` goes there, and Esc comes back.

        ``follow`` is for going from door to door: the page that is walked on is painted first, and this in the next turn.
        ``photos`` are added to it; when there are none among them, files are asked for. ``turn`` opens the menu of what
        may happen to it; with nothing named, to the one shown.
        """
        household = household or id
        if turn and not (household or dwelling):
            household, dwelling = self._asked
        if (household or dwelling) != (self._asked[0] or self._asked[1]):
            self._revealed = False
            self._end_life(focus=False)
        self._asked = (household, dwelling)
        if follow:
            self._renew.start()
        else:
            self.reload()
        if focus:
            self._came_from = QApplication.focusWidget()
            self._take_focus()
        if photos is not None and self.home is not None:
            self.photos.take_in(photos)
        if turn:
            self._back_to = QApplication.focusWidget()
            self.turn_of_life()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Photos may be dropped anywhere on the home."""
        self.photos.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the photos dropped."""
        self.photos.dropEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to where one came from."""
        if event.key() == Qt.Key.Key_Escape and self._came_from is not None and isValid(self._came_from):
            self._came_from.setFocus()
        else:
            super().keyPressEvent(event)

    def _on_news(self, _news: object) -> None:
        self._renew.start()

    def reload(self) -> None:
        """Read the home again."""
        self._renew.stop()
        household, dwelling = self._asked
        replica, today = self.workspace.replica, self.workspace.today
        try:
            if household:
                self._home = homes.home(replica, household, today)
            else:
                self._home = homes.empty_home(replica, dwelling, today) if dwelling else None
        except Unfit:  # moved away or merged while it was being shown: there is nothing to show any more
            self._home = None
        if self._home is None:
            self._show_nothing()
        else:
            self._show(self._home)
        self.opened.emit(household)

    def turn_of_life(self) -> None:
        """Open the menu of what may happen to the household."""
        if self.home is None or self.life.form is not None:
            return
        row = self.people.currentIndex().row() if self.people.hasFocus() else -1
        person = self.model.people[row].id if 0 <= row < len(self.model.people) else ""
        menu = self.life.menu(self.home, person, self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.turn.mapToGlobal(self.turn.rect().bottomLeft()))

    def show_numbers(self) -> None:
        """Show the telephone numbers in full, or star them out again; looking is noted in the trail."""
        if self.home is None or not self.home.members:
            return
        self._revealed = not self._revealed
        if self._revealed:
            self.workspace.note_seen("resident", "phones")
        self._show_people(self.home)

    def note_care(self) -> None:
        """Note who of this household was helped with what; the person marked is offered, else the first who has labels."""
        home = self.home
        if home is None or home.household is None:
            return
        row = self.people.currentIndex().row() if self.people.hasFocus() else -1
        labelled = next((p.id for p in home.members if p.labels), "")
        person = self.model.people[row].id if 0 <= row < len(self.model.people) else labelled
        day, who = self.workspace.today, self.workspace.desk.who
        preset = {"household": home.household.id, "resident": person, "given_on": day, "given_by": who}
        self.workspace.open_place("records", kind="care", new=True, **preset)

    def show_history(self) -> None:
        """Show what was changed in this household, at its door and by its people."""
        home = self.home
        if home is not None and home.household is not None:
            self.workspace.open_place("history", household=home.household.id)
        elif home is not None:
            self.workspace.open_place("history", kind="dwelling", id=home.dwelling.id)

    def show_papers(self) -> None:
        """Show the card of this household and its forms, ready to be printed."""
        if self.home is not None and self.home.household is not None:
            self.workspace.open_place("home_papers", id=self.home.household.id)

    def _stack(self) -> None:
        """The home, or in its place the form of what happens to it."""
        whole = QVBoxLayout(self)
        whole.setContentsMargins(style.px(12), style.px(12), style.px(12), style.px(10))
        whole.addWidget(self._scrolled, 1)
        whole.addWidget(self.life, 1)
        self.life.hide()

    def _lay_out(self) -> None:
        for label, role in (
            (self.title, "heading"),
            (self.facts, "hint"),
            (self.due, "pill"),
            (self.party, "hint"),
        ):
            style.role(label, role)
        self._box = QFrame()
        style.role(self._box, "strip")
        inside = QVBoxLayout(self._box)
        inside.setContentsMargins(style.px(10), style.px(6), style.px(10), style.px(6))
        inside.addWidget(self.reminders)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.due)
        buttons = QHBoxLayout()
        for act in (self.turn, self.edit, self.reveal):
            buttons.addWidget(act)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(8))
        layout.addLayout(head)
        layout.addWidget(self.facts)
        layout.addWidget(self._box)
        layout.addWidget(self.people)
        layout.addLayout(buttons)
        layout.addWidget(self.party)
        layout.addWidget(self.photos)
        past = QLabel("时间线")
        style.role(past, "strong")
        heading = QHBoxLayout()
        heading.addWidget(past, 1)
        heading.addWidget(self.prints)
        heading.addWidget(self.care)
        heading.addWidget(self.history)
        layout.addLayout(heading)
        layout.addWidget(self.timeline, 1)

    def _connect(self) -> None:
        self.reveal.clicked.connect(self.show_numbers)
        self.turn.clicked.connect(self.turn_of_life)
        self.life.began.connect(self._begin_life)
        self.life.ended.connect(self._after_life)
        self.edit.clicked.connect(self._edit)
        self.photos.asked.connect(lambda: self._scrolled.show_part(self.photos.question))
        self.people.doubleClicked.connect(lambda index: self._open_person(index.row()))
        self.workspace.changed.connect(self._on_news)
        for keys, slot in (
            ("J", self.turn_of_life),
            ("Ctrl+N", self._add_member),
            ("H", self.show_history),
            ("G", self.note_care),
            ("Ctrl+P", self.show_papers),
            ("Ctrl+E", self._edit),
            ("F12", self.show_numbers),
        ):
            shortcut(keys, self.body, slot)
        self.setFocusProxy(self.body)
        for view in (self.people, self.timeline):
            view.out.yield_key()  # Ctrl+E edits the household
        for keys in ("Return", "Enter"):
            shortcut(
                keys, self.people, lambda: self._open_person(self.people.currentIndex().row()), alone=True
            )

    def _show_nothing(self) -> None:
        self.title.setText("户")
        self.facts.setText("在楼栋图或名单中走到一户，这里就显示这一户。")
        for widget in (
            self.due,
            self._box,
            self.people,
            self.party,
            self.reveal,
            self.turn,
            self.edit,
            self.care,
            self.history,
            self.prints,
            self.photos,
        ):
            widget.hide()
        self.timeline.show_entries([])

    def _show(self, home: Home) -> None:
        self.title.setText(home.label)
        self.facts.setText(facts_of(home))
        tone, word = URGENT[home.due.urgency]
        late = f" {home.due.late} 天" if home.due.urgency == Urgency.OVERDUE else ""
        self.due.setText(f"{word}{late}")
        self.due.setToolTip(home.due.words)
        style.mark(self.due, tone)
        self.due.show()
        cared = attended(self.workspace.replica, home, self.workspace.today)
        reminders = reminders_of(home, cared.reminders)
        self.reminders.setText("\n".join(reminders))
        self.reminders.setMinimumHeight(self.reminders.fontMetrics().lineSpacing() * len(reminders))
        style.mark(self.reminders, "warn")
        self._box.setVisible(bool(reminders))
        style.mark(self._box, "warn")
        self.party.setText(party_of(home))
        self.party.setVisible(bool(self.party.text()))
        self._show_people(home)
        self.turn.show()
        self.history.show()
        for act in (self.care, self.prints):
            act.setVisible(home.household is not None)
        self.edit.setVisible(True)
        self.edit.setText("改户资料" if home.household else "改房屋资料")
        lived = home.household.id if home.household else ""
        self.photos.show_owner({"household": lived} if lived else {"dwelling": home.dwelling.id})
        self.photos.show()
        past = sorted([*home.timeline, *cared.past], key=lambda entry: entry.day or date.min, reverse=True)
        self.timeline.show_entries(past, nothing="还没有走访记录")

    def _show_people(self, home: Home) -> None:
        row = self.people.currentIndex().row()
        self.model.show_people(home.members, self.workspace.today, masked=not self._revealed)
        self.people.choose(min(row, len(home.members) - 1))
        self.people.setVisible(bool(home.members))
        self.people.fit_height(6)
        self.reveal.setVisible(bool(home.members))
        self.reveal.setText("隐藏号码 F12" if self._revealed else "显示号码 F12")

    def _begin_life(self) -> None:
        self._scrolled.hide()
        self.life.show()
        self.setFocusProxy(self.life)

    def _end_life(self, *, focus: bool) -> None:
        """Show the home again; what was half typed is kept for the next time."""
        self.life.put_aside()
        self.life.hide()
        self._scrolled.show()
        self.setFocusProxy(self.body)
        if focus:
            self._take_focus()

    def _take_focus(self) -> None:
        if self.life.form is not None:
            self.life.setFocus()
        elif self.people.isVisible():
            self.people.setFocus()
            self.people.choose(0)
        else:
            self.edit.setFocus()

    def _after_life(self, household: str, dwelling: str) -> None:
        """Show where the people are now, and be again where the menu was asked for."""
        back, self._back_to = self._back_to, None
        self._asked = (household, dwelling if not household else "")
        self._end_life(focus=back is None or not isValid(back))
        self.reload()
        if back is not None and isValid(back):
            back.setFocus()

    def _add_member(self) -> None:
        if self.home and self.home.household:
            self.workspace.open_place("records", kind="resident", new=True, household=self.home.household.id)

    def _edit(self) -> None:
        if self.home is None:
            return
        if self.home.household:
            self.workspace.open_place("records", kind="household", id=self.home.household.id)
        else:
            self.workspace.open_place("records", kind="dwelling", id=self.home.dwelling.id)

    def _open_person(self, row: int) -> None:
        if 0 <= row < len(self.model.people):
            self.workspace.open_place("records", kind="resident", id=self.model.people[row].id)
