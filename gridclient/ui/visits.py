"""The visit loop: stand at a door, press what it answered, Enter, and be at the next.

Digits are answers while the list or the building has the focus. 1, 3, 4 and 5 wait for Enter; 2, 6 and 7 open their form
at once. Three digits in one breath are a room number instead, and ``/`` asks for any door or person: rooms that begin
with 6 or 7 are found that way, because those digits open a form that takes digits itself.
"""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.rules.references import referred
from gridclient.store.homes import Door
from gridclient.ui.door_bar import Way
from gridclient.ui.door_forms import ENTER, DoorForm, Results
from gridclient.ui.door_strip import DoorStrip
from gridclient.ui.door_words import due_words, last_words, people_words
from gridclient.ui.form_rack import FormRack
from gridclient.ui.keeping import Keeping
from gridclient.ui.knocks import BY_KEY, Run
from gridclient.ui.photos import photographs
from gridclient.ui.saying import Tone
from gridclient.ui.visit_book import now
from gridclient.ui.what_else import Rest
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
        self.rack = FormRack(workspace, self)
        self.strip.hold(list(self.rack.forms.values()))
        self._draft = Keeping(self, self.keep_draft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.strip)
        self._connect()
        self._door: Door | None = None
        self._key, self._note = "", ""
        self._since = now()
        self._run = Run()
        self._unkept = False
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
        return self.rack.current

    def show_door(self, door: Door | None) -> None:
        """Stand at a door; what was half typed there before is offered again. The same door read anew changes nothing."""
        same = door is not None and self._door is not None and door.dwelling == self._door.dwelling
        if not same:
            self.keep_draft()
        self._door = door
        if not same:
            self._arrive()
        self._show_head()

    def keep_draft(self) -> None:
        """Keep what is half typed at this door, so that a crash costs nothing."""
        if not self._unkept:
            return
        self._unkept = False
        self._draft.stop()
        told = self.rack.draft()
        if self._door and (told or self._note):
            self.book.keep_draft(self._door, told | {"key": self._key, "note": self._note})

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the last words at once: the window may be locked, or closed."""
        self.keep_draft()
        super().hideEvent(event)

    def key(self, event: QKeyEvent) -> bool:
        """A key pressed at the list or the building; True when the loop has used it."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() == Qt.Key.Key_Z:
            self.take_back()
            return True
        if control and event.key() in ENTER:
            self.confirm()  # as in every form; never what Enter alone means where nothing waits
            return True
        if control or event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return photographs(self.workspace, self._door, event)
        bar = self.strip.bar
        if bar.asking and event.key() in (*ENTER, Qt.Key.Key_Escape):
            bar.answer(agreed=event.key() != Qt.Key.Key_Escape)
            return True
        if bar.onward and event.text() in BY_KEY:
            bar.answer(agreed=False)  # an answer is meant for the next door: this one has had its own
        return self._plain_key(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What an open form has no use for means the same as at the list; Enter belongs to the line it was typed in."""
        if event.key() not in ENTER and not self.key(event):
            super().keyPressEvent(event)

    def press(self, key: str) -> None:
        """Answer with one of the seven keys: wait for Enter, or open the form that goes with it."""
        if self._door is None:
            return
        self.strip.bar.drop()
        self._key = key
        self.strip.show_answer(key)
        if form := BY_KEY[key].form:
            self._open(form)
        elif self.form:
            self.rack.close()
            self.released.emit()

    def confirm(self) -> None:
        """Close the door with the answer that waits."""
        if self._key and not BY_KEY[self._key].form:
            self._save(Results())

    def take_back(self) -> None:
        """Undo the last thing done at a door: a visit with all that changed with it, a matter, or the mark 补录."""
        done = self.book.take_back()
        if done is None:
            self.workspace.say("没有可以撤回的走访")
            return
        self.strip.bar.drop()
        self._show_walk()
        self.workspace.said.emit(self.book.taken_back(done))
        self.undone.emit(done.door.dwelling)

    def _connect(self) -> None:
        self.strip.answered.connect(self.press)
        self.strip.aside_wanted.connect(self._open)
        self.strip.confirmed.connect(self.confirm)
        self.strip.sought.connect(self._seek)
        self.strip.seek_ended.connect(self._end_seeking)
        self.rack.shown.connect(self.strip.show_form)
        self.rack.taken.connect(self._take)
        self.rack.dropped.connect(self._drop)
        self.rack.edited.connect(self._keep_soon)
        self.rack.change.member_wanted.connect(self._add_member)

    def _arrive(self) -> None:
        """Begin at a door: nothing is pressed, nothing is noted, and a draft of it is offered."""
        self.rack.close()
        self._since, self._note = now(), ""
        self._answer_nothing()
        self.strip.bar.drop()
        draft = self.book.draft(self._door) if self._door else {}
        if draft:
            yes, no = Way("接着填", lambda: self._resume(draft)), Way("丢掉", self._forget_draft)
            self.strip.bar.ask("上次这一户有没保存的内容", yes, no, "warn")

    def _plain_key(self, event: QKeyEvent) -> bool:
        text, key = event.text(), event.key()
        if self.form and self.form.draft() and text.isdigit():
            self.form.show_problem("先按 Ctrl+Enter 保存，或按 Esc 取消")
            return True  # an answer or a room would throw away what is changed here
        if self._typed_room(text):
            return True
        act = self._acts().get(text.lower())
        if text in BY_KEY:
            self.press(text)
        elif key in ENTER and self._key:
            self.confirm()
        elif key == Qt.Key.Key_Escape and self.form:
            self.form.take_focus()
        elif key == Qt.Key.Key_Escape and (self._key or self.strip.bar.isVisible()):
            self._answer_nothing()
            self.strip.bar.drop()
        elif act is not None:
            act()
        else:
            return photographs(self.workspace, self._door, event)
        return True

    def _acts(self) -> dict[str, Callable[[], None]]:
        """The letters that mean something here and now."""
        acts: dict[str, Callable[[], None]] = {"/": self.strip.ask_for_door, "b": self._mark_later}
        if self._door:
            acts |= {"m": lambda: self._open("remark"), "e": lambda: self._open("matter")}
        if self._door and not self.form:
            acts["w"] = lambda: self._open("walk")
            acts["j"] = partial(self.workspace.open_place, "household", turn=True)
        return acts

    def _typed_room(self, text: str) -> bool:
        """Count digits typed in one breath; True when they have become a room number."""
        if len(text) != 1 or not text.isascii() or not text.isdigit():
            self._run.end()
            return False
        room = self._run.add(text, monotonic())
        if room:
            self.rack.close()
            self._answer_nothing()
            self.room_typed.emit(room)
        return bool(room)

    def _open(self, name: str) -> None:
        if self._door is not None:
            self.rack.open(name, self._door, self._note)

    def _add_member(self) -> None:
        if self._door is not None:
            self.rack.add_member(self._door)

    def _take(self, name: str) -> None:
        """A form asked to be saved."""
        results = self.rack.results(name, self._door) if self._door else None
        if results is None:
            return
        if name == "walk":
            self.book.walk = self.rack.walk.walk() or self.book.walk
            self._show_walk()
            self._drop()
        elif name == "remark":
            self._note = str(results.told["remark"])
            self.strip.show_remark(self._note)
            self._aside(Results())
        elif name == "matter" and self._door and not self._waiting:
            self.book.hear(self._door, results.records)
            self.workspace.say("已记下这件事项", "在事项（F8）里办理；Ctrl+Z 撤回。", Tone.GOOD)
            self._aside(results)
        else:
            self._save(results)

    @property
    def _waiting(self) -> bool:
        """True while an answer waits for nothing but Enter."""
        return bool(self._key) and not BY_KEY[self._key].form

    def _aside(self, results: Results) -> None:
        """After a remark or a matter: close the door when its answer waits, else go back to where one was."""
        if self._waiting:
            self._save(results)
        elif self.rack.go_back():
            self._keep_soon()
        else:
            self.rack.close()
            self._forget_draft()
            self._keep_soon()
            self.released.emit()

    def _drop(self) -> None:
        if self.rack.go_back():
            self._keep_soon()
            return
        self.rack.close()
        self._answer_nothing()
        self._forget_draft()
        if self._note:
            self._keep_soon()
        self.released.emit()

    def _save(self, results: Results) -> None:
        """Close the door, then offer what else is due behind it."""
        door = self._door
        if door is None:
            return
        told = [Results(told={"remark": self._note}), results]
        rest = self.book.close(door, BY_KEY[self._key or "2"], self.book.home(door), self._since, told)
        self._forget_draft()
        self._since, self._note = now(), ""
        self.rack.close()
        self._answer_nothing()
        self.released.emit()
        self._offer(door, rest)

    def _offer(self, door: Door, rest: Rest) -> None:
        """First what is due in the household just visited, then the other households behind the door, then the next."""
        if rest.words:
            yes = Way("一并完成", lambda: self._finish(door, rest))
            no = Way("下一户", lambda: self._offer_others(door, rest))
            self.strip.bar.ask(f"本户还有：{rest.words}", yes, no, onward=True)
        else:
            self._offer_others(door, rest)

    def _finish(self, door: Door, rest: Rest) -> None:
        self.book.finish(rest)
        self._offer_others(door, rest)

    def _offer_others(self, door: Door, rest: Rest) -> None:
        if rest.others:
            yes, no = Way("接着走访", self.book.hurried), Way("下一户", lambda: self._go_on(door))
            words = f"同一门内还有到期的户：{'、'.join(rest.others)}"
            self.strip.bar.ask(words, yes, no, onward=True)
        else:
            self._go_on(door)

    def _go_on(self, door: Door) -> None:
        hurried = self.book.hurried()
        self.closed.emit(door.dwelling)
        if hurried:
            self.strip.bar.say("一分钟登记了 6 户，是照着纸补录吗？按 B 标为补录；不是就接着走")

    def _mark_later(self) -> None:
        later = self.book.mark_later()
        self._show_walk()
        self.strip.bar.drop()
        self.workspace.say("最近这几户和以后的走访标为补录，再按 B 停止" if later else "不再标为补录")

    def _seek(self, text: str) -> None:
        """A room of this building by its digits; anything else is the page's to find."""
        self._end_seeking()
        if text.strip().isdigit() and not referred(text):
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

    def _resume(self, draft: dict[str, Any]) -> None:
        self._note = str(draft.get("note", ""))
        self.strip.show_remark(self._note)
        self._key = str(draft.get("key", ""))
        self.strip.show_answer(self._key)
        if self._door:
            self.rack.resume(draft, self._door, self._note)

    def _forget_draft(self) -> None:
        self._draft.stop()
        self._unkept = False
        if self._door:
            self.book.forget_draft(self._door)

    def _keep_soon(self) -> None:
        self._unkept = True
        self._draft.touch()

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
        self.strip.show_walk(
            f"走访 {self.book.walk.on:%m-%d}　走访人 {'、'.join(self.book.walk.visitors) or '未填'}{later}　W 改"
        )
