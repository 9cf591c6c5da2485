"""The form of one record, made from its declaration.

What is typed is kept as a draft within a second and comes back after a crash, Ctrl+Enter saves, Esc leaves the draft
where it is.
"""

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QHideEvent, QKeySequence
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from gridclient.blanks import Field
from gridclient.fields import RECORDS, RecordSpec
from gridclient.store.drafts import Draft, new_key
from gridclient.ui import style
from gridclient.ui.editor import Editor
from gridclient.ui.editors import MaskedEditor, editor_for
from gridclient.ui.field_form import FieldForm
from gridclient.ui.filling import follows, remark
from gridclient.ui.lookup import link_editor
from gridclient.ui.marks import MARKS, Standing, true_state
from gridclient.ui.parts import button, frame, label, later, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

DRAFT_MS = 700  # of silence before what is typed is kept
UNSAVED = "有未保存的修改，草稿已留存"
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
        self.form = FieldForm(self.spec.fields, self._editor)
        self._build()
        for blank in self.form.findChildren(QLineEdit):
            blank.installEventFilter(self)
        self._draft = later(self, DRAFT_MS, self.keep_draft)
        self.form.edited.connect(self._on_edited)
        self.form.finished.connect(self.save_button.setFocus)
        workspace.changed.connect(self._on_changed)
        Standing(workspace, self).moved.connect(self._show_head)
        for keys, slot in (
            ("Ctrl+Return", self.save),
            ("Ctrl+Enter", self.save),
            ("Esc", self.leave),
            ("Ctrl+'", self._repeat),
        ):
            shortcut(keys, self, slot)

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

    def open_record(self, record: SyncedRecord) -> None:
        """Show a stored record, and over it what was typed into it before and not saved."""
        self._open(record, new=False)

    def open_new(self, **preset: Any) -> None:
        """Show an empty record with some values filled in."""
        self._open(self._blank(preset), new=True)

    def save(self) -> bool:
        """Store what was typed; False, with the reasons beside the fields, when it may not be stored."""
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

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep the last words at once: the window may be locked, or made anew in other colours."""
        self.keep_draft()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window while a line has nothing of its own to take back."""
        wanted = isinstance(watched, QLineEdit) and event.type() == QEvent.Type.ShortcutOverride
        if wanted and event.matches(QKeySequence.StandardKey.Undo) and not watched.isUndoAvailable():  # type: ignore[attr-defined]
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _open(self, record: SyncedRecord, *, new: bool) -> None:
        self._draft.stop()
        self._record, self._new, self._touched = record, new, set()
        for name, cell in self.form.cells.items():
            cell.editor.show_value(getattr(record, name))
            cell.show_problem("")
        draft = self._kept_draft()
        self._key = draft.key if draft is not None else new_key() if new else record.id
        self._restore(draft.values if draft is not None else {})
        self._show_head()
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
        close = button("关闭 Esc", self.leave)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.state, 1)
        head.addWidget(close)
        head.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(8), style.px(8), 0, 0)
        layout.setSpacing(style.px(8))
        layout.addLayout(head)
        layout.addWidget(self._strip())
        layout.addWidget(self.form, 1)

    def _strip(self) -> QFrame:
        self.strip = style.mark(frame("strip"), "warn")
        discard = button("放弃草稿", self.discard, role="quiet")
        row = QHBoxLayout(self.strip)
        row.setContentsMargins(style.px(12), style.px(4), style.px(6), style.px(4))
        row.addWidget(label("上次没有保存的内容已放回表中。"), 1)
        row.addWidget(discard)
        self.strip.hide()
        return self.strip

    def _show_head(self) -> None:
        self.title.setText(f"新增{self.spec.title}" if self._new else self.spec.line(self._record))
        self.state.setText(UNSAVED if self._touched else "" if self._new else self._where_it_is())

    def _where_it_is(self) -> str:
        running = self.workspace.sync_state.running
        state = true_state(self.workspace.replica.state(self._record), running=running)
        return f"{MARKS[state].sign} {WHERE[state]}" if state in MARKS else WHERE[state]

    def _on_edited(self, name: str) -> None:
        self._touched.add(name)
        self._draft.start()
        self.state.setText(UNSAVED)
        self._fill_from(name)

    def _fill_from(self, name: str) -> None:
        """Fill the blanks that follow from what is typed, and say what to look at again."""
        try:
            value = self.form.editor(name).value()
        except ValueError:
            return
        today, kind = self.workspace.today, self.spec.name
        for other, told in follows(kind, name, value, today).items():
            if self.form.editor(other).value() != told:
                self.form.editor(other).show_value(told)
                self._touched.add(other)
        if name == "id_number" and "id_type" in self.form.cells:
            id_type = self.form.editor("id_type").value()
            self.form.cells[name].show_problem(remark(kind, name, value, id_type, today))

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
        """Take the focused field's value from the record saved before."""
        if self._previous is None:
            return
        for name, cell in self.form.cells.items():
            if cell.isAncestorOf(self.focusWidget()):
                cell.editor.show_value(getattr(self._previous, name))
                self._on_edited(name)
