"""The visit loop: stand at a door, press what it answered, Enter, and be at the next.

Digits are answers while the list or the building has the focus. 1, 3, 4 and 5 wait for Enter; 2, 6 and 7 open their form
at once. Three digits in one breath are a room number instead, and ``/`` asks for any door or person: rooms that begin
with 6 or 7 are found that way, because those digits open a form that takes digits itself.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.records import Household
from gridclient.records.people import HouseholdKind
from gridclient.records.visit import VisitTask
from gridclient.store.homes import Door, Home
from gridclient.ui.door_forms import ENTER, AppointmentForm, ChangeForm, DoorForm, RemarkForm, Results
from gridclient.ui.door_strip import DoorStrip
from gridclient.ui.door_words import due_words, last_words, people_words
from gridclient.ui.knocks import BY_KEY, Run
from gridclient.ui.photos import photographs
from gridclient.ui.saying import Tone
from gridclient.ui.tenant_form import TenantForm
from gridclient.ui.visit_book import now
from gridclient.ui.walk_form import WalkForm
from gridclient.ui.workspace import Workspace


class VisitLoop(QWidget):
    """Everything one does at a door.

    Signals: ``closed(dwelling)`` go on to the next door; ``undone(dwelling)`` go back to this one;
    ``room_typed(digits)`` stand at that room; ``released`` give the list its focus back.
    """

    closed = Signal(str)
    undone = Signal(str)
    room_typed = Signal(str)
    sought = Signal(str)
    released = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.book = workspace.visits
        self.strip = DoorStrip(self)
        self.change, self.tenant = ChangeForm(self), TenantForm(self)
        self.remark, self.appointment = RemarkForm(self), AppointmentForm(self)
        self.walk = WalkForm(self)
        self.forms: dict[str, DoorForm] = {
            "change": self.change,
            "tenant": self.tenant,
            "remark": self.remark,
            "appointment": self.appointment,
            "walk": self.walk,
        }
        self.strip.hold(list(self.forms.values()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.strip)
        self._connect()
        self._door: Door | None = None
        self._key, self._note, self._form = "", "", ""
        self._since = now()
        self._behind, self._run = "", Run()
        self._held = Results()
        self._question: tuple[Callable[[], None], Callable[[], None]] | None = None
        self.show_door(None)

    @property
    def door(self) -> Door | None:
        """The door one stands at."""
        return self._door

    @property
    def armed(self) -> str:
        """The answer that was pressed; empty when none was."""
        return self._key

    @property
    def form(self) -> DoorForm | None:
        """The form that is open."""
        return self.forms.get(self._form)

    def show_door(self, door: Door | None) -> None:
        """Stand at a door; what was half typed there before is offered again."""
        same = door is not None and self._door is not None and door.dwelling == self._door.dwelling
        self._door = door
        if same and self._form:
            self._show_head()
            return
        self._close_form()
        self._answer_nothing()
        self._since, self._note = now(), ""
        self._show_head()
        draft = self.book.draft(door) if door else {}
        if draft:
            self._ask(
                "上次这一户有没保存的内容：Enter 接着填，Esc 丢掉",
                lambda: self._resume(draft),
                self._forget_draft,
                "warn",
            )
        elif not same:
            self._ask_nothing()

    def key(self, event: QKeyEvent) -> bool:
        """A key pressed at the list or the building; True when the loop has used it."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() == Qt.Key.Key_Z:
            self.take_back()
            return True
        if control or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return photographs(self.workspace, self._door, event)
        if self._question and event.key() in (*ENTER, Qt.Key.Key_Escape):
            self._answer_question(event.key() != Qt.Key.Key_Escape)
            return True
        return self._plain_key(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What an open form has no use for means the same as at the list; Enter belongs to the line it was typed in."""
        if event.key() not in ENTER and not self.key(event):
            super().keyPressEvent(event)

    def press(self, key: str) -> None:
        """Answer with one of the seven keys: wait for Enter, or open the form that goes with it."""
        if self._door is None:
            return
        self._ask_nothing()
        self._key = key
        self.strip.show_answer(key)
        if form := BY_KEY[key].form:
            self._open(form)
        elif self._form:
            self._close_form()
            self.released.emit()

    def confirm(self) -> None:
        """Close the door with the answer that waits."""
        if self._key and not BY_KEY[self._key].form:
            self._save(Results())

    def take_back(self) -> None:
        """Undo the last door: its visit goes to the recycle bin, what changed with it is as before."""
        door = self.book.take_back()
        if door is None:
            self.workspace.say("没有可以撤回的走访")
            return
        self._ask_nothing()
        self.workspace.say(f"已撤回 {door.label} 的走访", tone=Tone.GOOD)
        self.undone.emit(door.dwelling)

    def _connect(self) -> None:
        self.strip.answered.connect(self.press)
        self.strip.confirmed.connect(self.confirm)
        self.strip.sought.connect(self._seek)
        self.strip.seek_ended.connect(self._end_seeking)
        for name, form in self.forms.items():
            form.saved.connect(lambda name=name: self._take(name))
            form.dropped.connect(self._drop)
            form.edited.connect(self._keep_draft)
        self.change.member_wanted.connect(self._add_member)
        self.change.person_wanted.connect(
            lambda id_: self.workspace.open_place("records", kind="resident", id=id_)
        )

    def _plain_key(self, event: QKeyEvent) -> bool:
        text, key = event.text(), event.key()
        if self._typed_room(text):
            return True
        if text in BY_KEY:
            self.press(text)
        elif key in ENTER and self._key:
            self.confirm()
        elif key == Qt.Key.Key_Escape and self.form:
            self.form.take_focus()
        elif key == Qt.Key.Key_Escape and (self._key or self._question):
            self._answer_nothing()
        elif text.lower() == "m" and self._door:
            self._open("remark")
        elif text == "/":
            self.strip.ask_for_door()
        elif text.lower() == "w" and self._door and not self._form:
            self._open("walk")
        elif text.lower() == "b":
            self._mark_later()
        else:
            return photographs(self.workspace, self._door, event)
        return True

    def _typed_room(self, text: str) -> bool:
        """Count digits typed in one breath; True when they have become a room number."""
        if len(text) != 1 or not text.isascii() or not text.isdigit():
            self._run.end()
            return False
        room = self._run.add(text, monotonic())
        if room:
            self._close_form()
            self._answer_nothing()
            self.room_typed.emit(room)
        return bool(room)

    def _open(self, name: str) -> None:
        door = self._door
        if door is None:
            return
        if name == "change" and not door.households:
            name = "tenant"
        self._behind = self._form if name == "remark" and self._form == "change" else ""
        self._begin(name, door)
        self._show_form(name)

    def _begin(self, name: str, door: Door) -> None:
        if name == "remark":
            self.remark.begin(self._note)
        elif name == "walk":
            self.walk.begin(self.book.walk, self.workspace.today)
        elif name == "appointment":
            who = "、".join(self.book.walk.visitors)
            self.appointment.begin(door.household, door.area, who, now())
        else:
            home = self.book.home(door)
            if name == "change" and home.household is not None:
                self.change.show_household(home.household, home.members, self.workspace.today)
            else:
                self._begin_tenants(home)

    def _begin_tenants(self, home: Home) -> None:
        before = [h for h in (home.household, *home.others) if h]
        staying = [p for h in before for p in self.book.living(h)]
        gone = bool(before) and all(h.kind_of_household == HouseholdKind.FLOATING for h in before)
        today = self.workspace.today
        self.tenant.begin(home.dwelling, staying, today, self.book.known, before=before, gone=gone)

    def _show_form(self, name: str) -> None:
        for other, form in self.forms.items():
            form.setVisible(other == name)
        self._form = name

    def _close_form(self) -> None:
        self._show_form("")
        self._behind, self._held = "", Results()
        self.strip.wanted.hide()

    def _add_member(self) -> None:
        """From the change form to a new member: what has changed so far is held and saved together with it."""
        held = self.change.results()
        if self._door is None or held is None:
            return
        home = self.book.home(self._door)
        if home.household is None:
            return
        changed = next((r for r in held.records if r.id == home.household.id), home.household)
        self._held = Results([r for r in held.records if r is not changed], told=held.told)
        self.tenant.begin(
            home.dwelling, [], self.workspace.today, self.book.known, household=cast(Household, changed)
        )
        self._show_form("tenant")
        self.tenant.number.setFocus()

    def _take(self, name: str) -> None:
        """A form asked to be saved."""
        results = self.forms[name].results()
        if results is None:
            return
        if name == "walk":
            self.book.walk = self.walk.walk() or self.book.walk
            self._show_walk()
            self._drop()
            return
        if name != "remark":
            self._save(results)
            return
        self._note = str(results.told["remark"])
        self.strip.show_remark(self._note)
        if self._key and not BY_KEY[self._key].form:
            self._save(Results())
        elif self._behind:
            self._show_form(self._behind)
            self.change.table.setFocus()
        else:
            self._close_form()
            self._keep_draft()
            self.released.emit()

    def _drop(self) -> None:
        if self._form == "remark" and self._behind:
            self._show_form(self._behind)
            self.change.table.setFocus()
            return
        self._close_form()
        self._answer_nothing()
        self._forget_draft()
        self.released.emit()

    def _save(self, results: Results) -> None:
        """Close the door, then offer what else is due in the household."""
        door = self._door
        if door is None:
            return
        told = [Results(told={"remark": self._note}), self._held, results]
        rest = self.book.close(door, BY_KEY[self._key or "2"], self.book.home(door), self._since, told)
        self._forget_draft()
        self._note = ""
        self._close_form()
        self._answer_nothing()
        self.released.emit()
        if rest:
            words = "、".join(f"{task.title or '走访'}（{task.due:%m-%d}）" for task in rest)
            self._ask(
                f"本户还有：{words}　Enter 一并完成，Esc 下一户",
                lambda: self._finish(door, rest),
                lambda: self._go_on(door),
            )
        else:
            self._go_on(door)

    def _finish(self, door: Door, tasks: list[VisitTask]) -> None:
        self.book.finish(tasks)
        self._go_on(door)

    def _go_on(self, door: Door) -> None:
        hurried = self.book.hurried()
        self.closed.emit(door.dwelling)
        if hurried:
            self.strip.bar.ask("一分钟登记了 6 户，是照着纸补录吗？按 B 标为补录；不是就接着走")

    def _mark_later(self) -> None:
        later = self.book.mark_later()
        self._show_walk()
        self._ask_nothing()
        self.workspace.say("最近这几户和以后的走访标为补录，再按 B 停止" if later else "不再标为补录")

    def _seek(self, text: str) -> None:
        """A room of this building by its digits; anything else is the page's to find."""
        self._end_seeking()
        if text.strip().isdigit():
            self.room_typed.emit(text.strip())
        elif text.strip():
            self.sought.emit(text.strip())

    def _end_seeking(self) -> None:
        self.strip.wanted.hide()
        self.released.emit()

    def _answer_nothing(self) -> None:
        self._key = ""
        self.strip.show_answer("")
        self.strip.show_remark(self._note)

    def _ask(self, text: str, yes: Callable[[], None], no: Callable[[], None], tone: str = "info") -> None:
        self._question = (yes, no)
        self.strip.bar.ask(text, tone)

    def _ask_nothing(self) -> None:
        self._question = None
        self.strip.bar.hide()

    def _answer_question(self, agreed: bool) -> None:
        assert self._question is not None  # noqa: S101 - asked for by key() only
        yes, no = self._question
        self._ask_nothing()
        (yes if agreed else no)()

    def _resume(self, draft: dict[str, Any]) -> None:
        self._note = str(draft.get("note", ""))
        self.strip.show_remark(self._note)
        self._key = str(draft.get("key", ""))
        self.strip.show_answer(self._key)
        if draft.get("form") in self.forms:
            self._open(draft["form"])
            self.forms[self._form].show_draft(draft.get("told", {}))

    def _keep_draft(self) -> None:
        told = self.form.draft() if self.form else {}
        if self._door and (told or self._note):
            raw = {"key": self._key, "form": self._form, "told": told, "note": self._note}
            self.book.keep_draft(self._door, raw)

    def _forget_draft(self) -> None:
        if self._door:
            self.book.forget_draft(self._door)

    def _show_head(self) -> None:
        door, today = self._door, self.workspace.today
        self.strip.set_answerable(door is not None)
        if door is None:
            self.strip.show_head("没有选中的门", "用方向键走到一户", "", "", "quiet")
        else:
            self.strip.show_head(door.label, people_words(door), last_words(door, today), *due_words(door))
        self._show_walk()

    def _show_walk(self) -> None:
        later = "　补录" if self.book.walk.later else ""
        self.strip.walk.setText(
            f"走访 {self.book.walk.on:%m-%d}　走访人 {'、'.join(self.book.walk.visitors) or '未填'}{later}　W 改"
        )
