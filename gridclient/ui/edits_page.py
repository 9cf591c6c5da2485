"""最近的修改: the last fifty saves of this person on this laptop, what each did, and taking one back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from gridclient.fields import RECORDS
from gridclient.rules.undoing import Part
from gridclient.store.belonging import area_names
from gridclient.store.edits import STEPS, Edit
from gridclient.ui import style
from gridclient.ui.edit_words import AWAY, about_words, act_words, edit_words
from gridclient.ui.lines import lines_of
from gridclient.ui.parts import button, label
from gridclient.ui.past import is_refused
from gridclient.ui.past_page import PastPage
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.undoing import CHANGED, turn
from gridclient.ui.value_words import BLANK, value_words
from gridclient.ui.workspace import Workspace
from sync.record import PLACE
from sync.replica import Refusal, Replica

HEADS = ("时间", "做了什么", "哪一条", "能不能撤回")
PARTS = 40  # changed fields told of one step
HINT = f"您在本机最近保存的 {STEPS} 步，关机重开后也在。撤回本身也是一次修改，照常上传；别人后来改过的内容不会动。"


class EditsPage(PastPage):
    """Enter takes the chosen step back, or does it again; Ctrl+Z takes back the newest, wherever one is."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "最近的修改", RowsView(HEADS, (7, 18, 18, 12), people=(2,)), parent)
        self.setObjectName("edits_page")
        self.rows.setAccessibleName("最近的修改")
        self.turn = button("撤回 Enter", self.turn_chosen, role="primary", icon="undo")
        self.parts = RowsView(("哪一条", "栏目", "原来", "后来"), (18, 8, 14, 14), people=(0,))
        self.parts.setAccessibleName("这一步改了什么")
        self.parts.setSelectionMode(RowsView.SelectionMode.NoSelection)
        self.parts.setMaximumHeight(style.px(220))
        self.head.addStretch(1)
        self.head.addWidget(self.turn)
        self.foot.addWidget(label("这一步改了什么", "strong"))
        self.foot.addWidget(self.parts)
        self.rows.opened.connect(lambda _edit: self.turn_chosen())
        self.rows.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_parts())

    def read(self) -> list[Told]:
        past, refusals = self.workspace.past, self.workspace.replica.refused()
        return [
            edit_row(self.workspace, edit, newest=edit == past.last, refusals=refusals) for edit in past.mine
        ]

    def show_told(self, told: list[Told]) -> None:
        self.hint.setText(HINT)
        self.rows.show_rows(told)
        self._show_parts()
        if told:
            self.body.show_view()
        else:
            self.body.show_words("还没有修改", "在本机保存的内容会列在这里，可以一步一步撤回。")

    def turn_chosen(self) -> None:
        """Take the chosen step back, or do it again; an older one only while nothing of it has changed since."""
        edit: Edit | None = self.rows.chosen
        edit = self.workspace.past.edits.now(edit) if edit is not None else None
        if edit is None:
            return
        turn(self.workspace, edit, again=edit.undone, whole=edit != self.workspace.past.last)

    def _show_parts(self) -> None:
        edit: Edit | None = self.rows.chosen
        self.turn.setEnabled(edit is not None)
        self.turn.setText("重做 Enter" if edit is not None and edit.undone else "撤回 Enter")
        self.parts.show_rows(part_rows(self.workspace.replica, edit) if edit is not None else [])


def edit_row(workspace: Workspace, edit: Edit, *, newest: bool, refusals: Collection[Refusal] = ()) -> Told:
    """A step in one line, with whether it can be taken back."""
    left = [] if edit.undone else workspace.past.look(edit)
    if edit.undone:
        state, tone = "已撤回，可以重做", "quiet"
    elif any(is_refused(part, refusals) for part in edit.parts):
        state, tone = "中心没有收下，按 F9 处理", "bad"
    elif left and not newest:
        state, tone = CHANGED.removeprefix("这一步"), "quiet"
    else:
        state, tone = "可以撤回" if not left else "可以撤回没人动过的部分", "good"
    about = about_words(workspace.replica, edit)
    texts = (when(edit.at), edit_words(edit), about, state)
    return Told(texts, tone, edit, toned=3, values={0: edit.at})


def part_rows(replica: Replica, edit: Edit) -> list[Told]:
    """What a step did, one changed field a row, private values starred out."""
    shown, lines = edit.first[:PARTS], dict[str, str]()
    for kind in {part.kind for part in shown} & RECORDS.keys():
        lines |= lines_of(replica, kind, [part.id for part in shown if part.kind == kind])
    rows = [row for part in shown for row in _part_rows(replica, part, lines.get(part.id, ""))]
    more = len(edit.first) - PARTS
    return rows[:PARTS] + ([Told((f"还有 {more} 条记录", "", "", ""))] if more > 0 else [])


def when(at: datetime) -> str:
    """今天 09:12, else 11-21 09:12."""
    today = datetime.now().astimezone().date()
    return f"今天 {at:%H:%M}" if at.date() == today else f"{at:%m-%d %H:%M}"


def field_value(
    replica: Replica, kind: str, name: str, value: Any, *, masked: bool = True
) -> tuple[str, str]:
    """A field's label and its value in words; that a record is in the recycle bin, and its grid, are told too."""
    if name == "removed_at":
        return "记录", "在回收站" if value else "在用"
    if name == PLACE:
        return "所属网格", area_names(replica).get(value, value) or BLANK
    field = RECORDS[kind].by_name.get(name) if kind in RECORDS else None
    return (
        (field.label, value_words(replica, kind, field, value, masked=masked))
        if field
        else (name, str(value))
    )


def told_field(kind: str, name: str) -> bool:
    """True for fields a person is told about: those of the form, the place, and the removal."""
    field = RECORDS[kind].by_name.get(name) if kind in RECORDS else None
    return name in (PLACE, "removed_at") or (field is not None and not field.hidden)


def _part_rows(replica: Replica, part: Part, line: str) -> list[Told]:
    line = (line or AWAY) if part.kind in RECORDS else "冲突"
    if part.made:
        return [Told((line, act_words(part), "", ""))]
    rows = []
    for name, now in part.now.items():
        if told_field(part.kind, name) and now != part.was.get(name):
            words, was = field_value(replica, part.kind, name, part.was.get(name))
            rows.append(Told((line, words, was, field_value(replica, part.kind, name, now)[1])))
    return rows or [Told((line, act_words(part), "", ""))]
