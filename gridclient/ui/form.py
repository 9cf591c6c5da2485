"""Forms made from declarations: sections, two columns when there is room, problems beside their fields.

:class:`FieldForm` shows any list of fields. :class:`RecordForm` edits one record: what is typed is kept as a draft
within a second and comes back after a crash, Ctrl+Enter saves, Esc leaves the draft where it is.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gridclient.blanks import Field
from gridclient.fields import RECORDS, RecordSpec
from gridclient.store.drafts import Draft, new_key
from gridclient.ui import style
from gridclient.ui.editors import Editor, MaskedEditor, editor_for
from gridclient.ui.lookup import link_editor
from gridclient.ui.parts import button, frame, label, later
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

DRAFT_MS = 700  # of silence before what is typed is kept
TWO_COLUMNS = 620  # pixels at plain size
UNSAVED = "有未保存的修改，草稿已留存"
WHERE = {"kept": "本机已存，待上传", "sent": "正在上传", "received": "中心已收"}

Maker = Callable[[Field], Editor]


class Cell(QWidget):
    """One field of a form: its label, its editor, and beneath them what is wrong."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self.editor = editor
        field = editor.field
        star = f" <span style='color:{style.tint('bad').bar}'>*</span>" if field.required else ""
        title = label(field.label + star, wrap=True)
        title.setFixedWidth(style.px(104))
        title.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        title.setBuddy(editor)
        title.setToolTip("必填" if field.required else "")
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(style.px(10))
        grid.setVerticalSpacing(style.px(2))
        grid.addWidget(title, 0, 0)
        grid.addWidget(editor, 0, 1)
        grid.addWidget(self.problem, 1, 1)
        grid.setColumnStretch(1, 1)

    def show_problem(self, why: str) -> None:
        """Put a sentence beneath the editor, or take it away."""
        self.problem.setText(f"⚠ {why}" if why else "")
        self.problem.setVisible(bool(why))
        self.editor.set_wrong(bool(why))


class FieldForm(QScrollArea):
    """Fields in their sections. ``edited(name)`` tells what was typed into; ``finished`` that Enter left the last."""

    edited = Signal(str)
    finished = Signal()

    def __init__(
        self, fields: Iterable[Field], maker: Maker = editor_for, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cells: dict[str, Cell] = {}
        self._columns = 0
        self._grids: list[tuple[QGridLayout, list[Cell]]] = []
        body = QWidget()
        style.role(body, "plain")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, style.px(4), 0)
        layout.setSpacing(style.px(10))
        for section, own in _sections(fields).items():
            layout.addWidget(self._section(section, own, maker))
        layout.addStretch(1)
        self.setWidget(body)
        self._arrange(1)

    def editor(self, name: str) -> Editor:
        return self.cells[name].editor

    def show_problems(self, problems: dict[str, str]) -> None:
        """Put each sentence beneath its field, and the focus on the first field that has one."""
        for name, cell in self.cells.items():
            cell.show_problem(problems.get(name, ""))
        first = next((name for name in self.cells if name in problems), None)
        if first is not None:
            self.focus(first)

    def focus(self, name: str = "") -> None:
        """Put the cursor into a field, the first one when none is named, and bring it into view."""
        cell = self.cells.get(name) or next(iter(self.cells.values()), None)
        if cell is not None:
            cell.editor.setFocus()
            if cell is next(iter(self.cells.values())):
                self.verticalScrollBar().setValue(0)
            else:
                self.ensureWidgetVisible(cell, 0, style.px(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if event.size().width() >= style.px(TWO_COLUMNS) else 1)

    def _section(self, title: str, fields: list[Field], maker: Maker) -> QFrame:
        card = frame("card")
        box = QVBoxLayout(card)
        box.setContentsMargins(style.px(12), style.px(10), style.px(16), style.px(12))
        box.setSpacing(style.px(8))
        if title:
            box.addWidget(label(title, "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.px(18))
        grid.setVerticalSpacing(style.px(7))
        box.addLayout(grid)
        self._grids.append((grid, [self._cell(field, maker) for field in fields]))
        return card

    def _cell(self, field: Field, maker: Maker) -> Cell:
        editor = maker(field)
        cell = self.cells[field.name] = Cell(editor)
        editor.edited.connect(partial(self._edited, field.name))
        editor.left.connect(partial(self._left, field.name))
        return cell

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for grid, cells in self._grids:
            row = column = 0
            for cell in cells:
                wide = cell.editor.wide or columns == 1
                if wide and column:
                    row, column = row + 1, 0
                grid.addWidget(cell, row, column, 1, columns if wide else 1, Qt.AlignmentFlag.AlignTop)
                column = 0 if wide else (column + 1) % columns
                row += 1 if not column else 0
            for place in range(2):
                grid.setColumnStretch(place, 1 if place < columns else 0)

    def _edited(self, name: str) -> None:
        self.cells[name].show_problem("")
        self.edited.emit(name)

    def _left(self, name: str) -> None:
        order = list(self.cells)
        place = order.index(name) + 1
        if place < len(order):
            self.focus(order[place])
        else:
            self.finished.emit()


def _sections(fields: Iterable[Field]) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for field in fields:
        if not field.hidden:
            found.setdefault(field.section, []).append(field)
    return found


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
        self._draft = later(self, DRAFT_MS, self.keep_draft)
        self.form.edited.connect(self._on_edited)
        self.form.finished.connect(self.save_button.setFocus)
        workspace.changed.connect(self._on_changed)
        for keys, slot in (
            ("Ctrl+Return", self.save),
            ("Ctrl+Enter", self.save),
            ("Esc", self.leave),
            ("Ctrl+'", self._repeat),
        ):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    @property
    def record(self) -> SyncedRecord:
        """The record as it was when it was opened."""
        return self._record

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

    def forget_draft(self) -> None:
        """Throw the draft away; what is stored stays."""
        self._touched.clear()
        self.strip.hide()
        self.workspace.desk.drafts.drop(self._key)

    def discard(self) -> None:
        """Throw away what was typed and show what is stored."""
        self.forget_draft()
        stored = self.workspace.replica.get(self.spec.table, self._record.id)
        self._open(self._blank({}) if stored is None else stored, new=stored is None)

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
        return WHERE[self.workspace.replica.state(self._record)]

    def _on_edited(self, name: str) -> None:
        self._touched.add(name)
        self._draft.start()
        self.state.setText(UNSAVED)

    def _on_changed(self, news: list[Any]) -> None:
        """Show what came from elsewhere in the fields nobody is typing into."""
        if self._new or not any(item.id == self._record.id for item in news):
            return
        stored = self.workspace.replica.get(self.spec.table, self._record.id)
        if stored is None:
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
