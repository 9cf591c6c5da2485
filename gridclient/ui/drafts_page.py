"""草稿: everything half typed on this laptop, and the way back to each."""

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QWidget

from gridclient.fields import RECORDS
from gridclient.records import Building, Household
from gridclient.store.drafts import Draft
from gridclient.ui.edits_page import when
from gridclient.ui.lines import line_of
from gridclient.ui.parts import button
from gridclient.ui.past_page import PastPage
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

HEADS = ("时间", "填到一半的", "哪一条", "填了什么")
HINT = "填到一半、还没有保存的内容，都在本机。打开就接着填；不要了，在表里按“放弃草稿”。"
DOOR, LIFE, MATTER, SHEET, PLAN = (
    "door:",
    "life:",
    "matter:",
    "sheet:",
    "plan:",
)  # how the keys of other forms than records' begin


@dataclass(frozen=True)
class Way:
    """Where a draft is gone on with: a place and what to hand it; what it is, and what it is about, in words."""

    place: str
    title: str
    about: str
    where: dict[str, Any] = field(default_factory=dict)


class DraftsPage(PastPage):
    """Enter goes on with the marked draft."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "草稿", RowsView(HEADS, (7, 12, 20, 16), people=(2,)), parent)
        self.setObjectName("drafts_page")
        self.rows.setAccessibleName("草稿")
        self.head.addStretch(1)
        self.head.addWidget(button("接着填 Enter", self.go_on, role="primary", icon="edit"))
        self.rows.opened.connect(lambda _way: self.go_on())
        workspace.drafts_changed.connect(self._on_news)

    def read(self) -> list[Told]:
        replica = self.workspace.replica
        return [draft_row(replica, draft) for draft in self.workspace.desk.drafts.all()]

    def show_told(self, told: list[Told]) -> None:
        self.hint.setText(HINT)
        self.rows.show_rows(told)
        if told:
            self.body.show_view()
        else:
            self.body.show_words("没有草稿", "填到一半没有保存的内容会列在这里。")

    def go_on(self) -> None:
        """Open the form with what was typed."""
        way: Way | None = self.rows.chosen
        if way is not None:
            self.workspace.open_place(way.place, **way.where)


def draft_row(replica: Replica, draft: Draft) -> Told:
    """A draft in one line; of what is typed only which blanks, never their values."""
    way = way_of(replica, draft)
    known = RECORDS[draft.kind].by_name if draft.kind in RECORDS else {}
    blanks = "、".join(known[name].label for name in draft.values if name in known)
    return Told((when(draft.at), way.title, way.about, blanks), "", way, values={0: draft.at})


def way_of(replica: Replica, draft: Draft) -> Way:
    """How to go on with a draft."""
    key, spec = draft.key, RECORDS.get(draft.kind)
    if key.startswith(DOOR):
        door = key.removeprefix(DOOR)
        return Way("buildings", "走访", line_of(replica, "dwelling", door), {"dwelling": door})
    if key.startswith(LIFE):
        id_ = key.rpartition(":")[2]
        home = "household" if replica.get(Household, id_) is not None else "dwelling"
        return Way("household", "户籍变动", line_of(replica, home, id_), {home: id_, "focus": True})
    if key.startswith(SHEET):
        building, _slash, unit = key.removeprefix(SHEET).partition("/")
        named = replica.get(Building, building)
        about = f"{named.name if named else ''} {unit}单元".strip()
        return Way("buildings", "表格录入", about, {"view": "sheet", "building": building, "unit": unit})
    if key.startswith(PLAN):
        id_ = key.removeprefix(PLAN)
        about = str(draft.values.get("name", ""))
        return Way("buildings", "照规格建楼", about, {"view": "plan", "building": id_, "make": True})
    if key.startswith(MATTER):
        id_ = key.removeprefix(MATTER)
        return Way("records", "办理事项", line_of(replica, "matter", id_), {"kind": "matter", "id": id_})
    title = spec.title if spec else draft.kind
    if draft.is_new:
        return Way("records", f"新增{title}", "", {"kind": draft.kind, "new": True})
    about = line_of(replica, draft.kind, key) if spec else ""
    return Way("records", f"修改{title}", about, {"kind": draft.kind, "id": key})
