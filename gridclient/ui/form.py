"""The form of one record, made from its declaration.

What is typed is kept as a draft within a second and comes back after a crash, Ctrl+Enter saves, Esc leaves the draft
where it is. Beside a person stands who is here already that he may be.
"""

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from gridclient.blanks import Field
from gridclient.fields import RECORDS, RecordSpec
from gridclient.store.drafts import Draft, new_key
from gridclient.ui import style
from gridclient.ui.editor import Editor
from gridclient.ui.editors import MaskedEditor, complete, editor_for
from gridclient.ui.field_form import FieldForm
from gridclient.ui.filling import TOLD_APART_BY, aside, follows, newest, remark, shared
from gridclient.ui.keeping import Keeping, strip
from gridclient.ui.likes import Likes, merge
from gridclient.ui.lookup import link_editor
from gridclient.ui.marks import MARKS, Standing, true_state
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

CONTROL = Qt.KeyboardModifier.ControlModifier
ROOMY = 880  # pixels at plain size: from here on there is room beside the form
UNSAVED = "有未保存的修改，草稿已留存"
WRITTEN = "写下后不再改；写错了，另记一条"
WHERE = {
    "kept": "本机已存，待上传",
    "sent": "正在上传",
    "received": "中心已收",
    "refused": "中心没有收下，按 F9 处理",
    "clashed": "与别人的修改冲突，按 F9 处理",
}


class RecordForm(QWidget):
    """Edits one record of a kind. ``saved(record)`` after it was stored, ``closed`` when Esc or 关闭 was pressed."""

    saved = Signal(object)
    closed = Signal()

    def __init__(self, workspace: Workspace, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("form")
        self.workspace = workspace
        self.spec: RecordSpec = RECORDS[kind]
        self._record: SyncedRecord = self._blank({})
        self._new = True
        self._touched: set[str] = set()
        self._key = new_key()
        self._previous: SyncedRecord | None = None
        self.form = FieldForm(self.spec.fields, self._editor, self)
        self.likes = Likes(workspace)
        self._build()
        for blank in self.form.findChildren(QLineEdit):
            blank.installEventFilter(self)
        self._draft = Keeping(self, self.keep_draft)
        self.form.edited.connect(self._on_edited)
        self.form.finished.connect(self.save_button.setFocus)
        workspace.changed.connect(self._on_changed)
        Standing(workspace, self).moved.connect(self._show_head)
        for keys, slot in (
            ("Ctrl+Return", self.save),
            ("Ctrl+Enter", self.save),
            ("Esc", self.leave),
            ("Ctrl+'", self._repeat),
            ("Ctrl+D", self.duplicate),
            ("Ctrl+H", self.show_history),
            ("Ctrl+Shift+H", partial(self.show_history, here=True)),
            ("Alt+O", partial(self.likes.choose, same=False)),
            ("Alt+S", partial(self.likes.choose, same=True)),
        ):
            shortcut(keys, self, slot)
        for keys in ("Return", "Enter"):
            shortcut(keys, self.save_button, self.save, alone=True)
        self.likes.opened.connect(self.keep_draft)
        self.likes.same.connect(self.become)

    @property
    def record(self) -> SyncedRecord:
        """The record as it was when it was opened."""
        return self._record

    @property
    def is_new(self) -> bool:
        """True while the record has never been stored."""
        return self._new

    @property
    def dirty(self) -> bool:
        """True while something typed is not saved."""
        return bool(self._touched)

    @property
    def written(self) -> bool:
        """True for a stored record of a kind that is only ever added to; what the centre refused may be put right."""
        stored = self.spec.append_only and not self._new
        return stored and self.workspace.replica.state(self._record) != "refused"

    def open_record(self, record: SyncedRecord) -> None:
        """Show a stored record, and over it what was typed into it before and not saved."""
        self._open(record, new=False)

    def open_new(self, **preset: Any) -> None:
        """Show an empty record with some values filled in."""
        self._open(self._blank(preset), new=True)

    def save(self) -> bool:
        """Store what was typed; False, with the reasons beside the fields, when it may not be stored."""
        if self.written:
            self.workspace.say(WRITTEN, "按 Ctrl+D，照着这条另记一条。")
            return False
        record, problems = self._filled()
        problems = problems or record.problems()
        self.form.show_problems(problems)
        if problems:
            return False
        self._draft.stop()
        self.workspace.save(record)
        self.forget_draft()
        self._previous = record
        self._open(record, new=False)
        self.workspace.say("已存本机", tone=Tone.GOOD)
        self.saved.emit(record)
        return True

    def leave(self) -> None:
        """Close without asking: the draft stays and comes back."""
        if self.dirty:
            self.keep_draft()
        self.closed.emit()

    def keep_draft(self) -> None:
        """Keep what is typed, so that a crash costs nothing."""
        self._draft.stop()
        if self._touched:
            raw = {name: self.form.editor(name).raw() for name in self._touched}
            self.workspace.desk.drafts.keep(self.spec.name, self._key, raw, self.workspace.now)
            self.workspace.drafts_changed.emit()

    def forget_draft(self) -> None:
        """Throw the draft away; what is stored stays."""
        self._touched.clear()
        self.strip.hide()
        self.workspace.desk.drafts.drop(self._key)
        self.workspace.drafts_changed.emit()

    def discard(self) -> None:
        """Throw away what was typed and show what is stored."""
        self.forget_draft()
        stored = self.workspace.replica.get(self.spec.table, self._record.id)
        self._open(self._blank({}) if stored is None else stored, new=stored is None)

    def duplicate(self) -> None:
        """Begin another record with what this one shares with its like; what is typed is saved first."""
        if self.dirty and not self.save():
            return
        preset = shared(self._record)
        self._open(self._blank(preset), new=True, afresh=True)
        self.workspace.say(f"又一条{self.spec.title}", "同住的人共有的内容已经带过来，填上不同的就行。")

    def become(self, id_: str) -> None:
        """The person typed is here already: a new one goes on in his record, of two stored ones this one is kept."""
        stored = self.workspace.replica.get(self.spec.table, id_)
        if stored is None or (not self._new and not self.save()):
            return
        if not self._new:
            merge(self.workspace, self._record, stored)
            return
        typed = {name: self.form.editor(name).raw() for name in self._touched}
        self.forget_draft()
        self.open_record(stored)
        self._restore({n: raw for n, raw in typed.items() if raw and raw != self.form.editor(n).raw()})
        self.keep_draft()
        self._show_head()
        self.workspace.say("这是原来登记的那一条", "刚才填的内容放在表里，还没有保存；核对后按 Ctrl+Enter。")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= style.px(ROOMY)
        ways = QBoxLayout.Direction
        self._body.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        self.likes.setMaximumWidth(style.px(270) if wide else 16777215)
        self.likes.show_all(wide)

    def show_history(self, _clicked: bool = False, *, here: bool = False) -> None:
        """Show what happened to this record; with ``here``, to the field one is in."""
        if not self._new:
            field = self.form.name_at(self.focusWidget()) if here else ""
            self.workspace.open_place("history", kind=self.spec.name, id=self._record.id, field=field)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the last words at once: the window may be locked, or made anew in other colours."""
        self.keep_draft()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at what is left behind, and keep a line from using keys that are the form's or the window's."""
        if event.type() == QEvent.Type.FocusOut and isinstance(watched, QLineEdit):
            self._look_at(self.form.name_at(watched))
        override = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if override and event.key() == Qt.Key.Key_D and event.modifiers() == CONTROL:  # type: ignore[attr-defined]
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _open(self, record: SyncedRecord, *, new: bool, afresh: bool = False) -> None:
        self._draft.stop()
        if not self._new and self._record.id != record.id:
            self._previous = self._record
        self._record, self._new, self._touched = record, new, set()
        self.likes.clear()
        for name, cell in self.form.cells.items():
            cell.editor.show_value(getattr(record, name))
            cell.show_problem("")
            cell.show_aside(aside(self.spec.name, name, getattr(record, name), self.workspace.today))
        draft = None if afresh or self.written else self._kept_draft()
        self._key = draft.key if draft is not None else new_key() if new else record.id
        self._restore(draft.values if draft is not None else {})
        self._show_head()
        if "id_number" in self.form.cells:
            self._look_at("id_number")
        if self.written:
            self.again.setFocus()
        else:
            self.form.focus()

    def _restore(self, raw: dict[str, Any]) -> None:
        known = {name: value for name, value in raw.items() if name in self.form.cells}
        for name, value in known.items():
            self.form.editor(name).show_raw(value)
            self._touched.add(name)
        self.strip.setVisible(bool(known))

    def _kept_draft(self) -> Draft | None:
        """What was typed before and not saved; for an empty record, the newest of its kind."""
        drafts = self.workspace.desk.drafts
        if not self._new:
            return drafts.take(self._record.id)
        return next((draft for draft in drafts.all(self.spec.name) if draft.is_new), None)

    def _filled(self) -> tuple[Any, dict[str, str]]:
        """The record as it was read, with what was typed laid over it, and sentences on what could not be read.

        The replica tells from it what the person was looking at, so nothing that arrived meanwhile is taken back.
        """
        record: Any = self._record
        problems = {}
        for name in self.form.cells if self._new else self._touched:
            try:
                setattr(record, name, self.form.editor(name).value())
            except ValueError as error:
                problems[name] = str(error)
        if self._new and not record.area:
            record.area = self.workspace.area_of(record)
        return record, problems

    def _blank(self, preset: dict[str, Any]) -> SyncedRecord:
        return self.spec.table(**preset)

    def _editor(self, field: Field) -> Editor:
        made = link_editor(self.workspace, field) if field.kind in ("link", "links") else editor_for(field)
        if isinstance(made, MaskedEditor):
            made.before_showing = partial(self.workspace.note_seen, self.spec.name, field.name)
        return made

    def _build(self) -> None:
        self.title = label("", "heading")
        self.state = label("", "hint")
        self.save_button = button("保存 Ctrl+Enter", self.save, role="primary", name="save")
        self.again = button("另记一条 Ctrl+D", self.duplicate, role="primary", name="again")
        self.past = button(
            "历史 Ctrl+H",
            self.show_history,
            role="quiet",
            tip="这条记录改过什么；只看光标所在的栏目按 Ctrl+Shift+H",
        )
        close = button("关闭 Esc", self.leave)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.state, 1)
        head.addWidget(self.past)
        head.addWidget(close)
        head.addWidget(self.save_button)
        head.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(8), style.px(8), 0, 0)
        layout.setSpacing(style.px(8))
        layout.addLayout(head)
        self.strip = strip("上次没有保存的内容已放回表中。", self.discard)
        layout.addWidget(self.strip)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._body.addWidget(self.form, 1)
        self._body.addWidget(self.likes)
        layout.addLayout(self._body, 1)

    def _show_head(self) -> None:
        written = self.written
        self.form.lock(written)
        for part, shown in (
            (self.past, not self._new),
            (self.save_button, not written),
            (self.again, written),
        ):
            part.setVisible(shown)
        self.title.setText(f"新增{self.spec.title}" if self._new else self.spec.line(self._record))
        self.state.setText(UNSAVED if self._touched else "" if self._new else self._where_it_is())

    def _where_it_is(self) -> str:
        running = self.workspace.sync_state.running
        state = true_state(self.workspace.replica.state(self._record), running=running)
        words = f"{MARKS[state].sign} {WHERE[state]}" if state in MARKS else WHERE[state]
        return f"{words}　{WRITTEN}" if self.written else words

    def _on_edited(self, name: str) -> None:
        self._touched.add(name)
        self._draft.touch()
        self.state.setText(UNSAVED)
        self._fill_from(name)

    def _fill_from(self, name: str) -> None:
        """Fill the blanks that follow from what is typed, and say what to look at again."""
        try:
            value = self.form.editor(name).value()
        except ValueError:
            return
        today, kind = self.workspace.today, self.spec.name
        told = {name: value, **follows(kind, name, value, today)}
        for other, known in told.items():
            cell = self.form.cells[other]
            if other != name and cell.editor.value() != known:
                cell.editor.show_value(known)
                self._touched.add(other)
            cell.show_aside(aside(kind, other, known, today))
        if name == "id_number" and complete(self.spec.field(name), str(value)):
            self._look_at(name)
        if kind == "resident" and name in TOLD_APART_BY:
            self.likes.ask_about(self._record.id, self.form.told())

    def _look_at(self, name: str) -> None:
        """Say what is wrong, or to be looked at again, in a field somebody leaves; what is empty waits for the saving."""
        cell = self.form.cells.get(name)
        if cell is None:
            return
        try:
            value = cell.editor.value()
        except ValueError as error:
            cell.show_problem(str(error))
            return
        why = (cell.editor.field.check(value) if value else "") or self._remark(name, value)
        if why or name in self._touched:
            cell.show_problem(why)

    def _remark(self, name: str, value: Any) -> str:
        before = "" if self._new else str(getattr(self._record, name) or "")
        return remark(self.spec.name, name, value, self.form.told(), self.workspace.today, before)

    def _on_changed(self, news: list[Any]) -> None:
        """Show what came from elsewhere in the fields nobody is typing into."""
        if self._new or not any(item.id == self._record.id for item in news):
            return
        stored = self.workspace.replica.get(self.spec.table, self._record.id)
        if stored is None:
            return
        if stored.removed and not self._touched:
            self.closed.emit()
            return
        if not self._touched:
            self._record = stored
        for name in self.form.cells.keys() - self._touched:
            editor = self.form.editor(name)
            if not isinstance(editor, MaskedEditor) or editor.masked or not editor.value():
                editor.show_value(getattr(stored, name))
        self._show_head()

    def _repeat(self) -> None:
        """Take the focused field's value from the record before this one: seen here, else written last of all."""
        self._previous = self._previous or newest(self.workspace.replica, self.spec.table)
        name = self.form.name_at(self.focusWidget())
        if name and self._previous is not None:
            self.form.editor(name).show_value(getattr(self._previous, name))
            self._on_edited(name)
