"""The question before a record is deleted on which others hang: what goes with it, what stays, and two ways."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.fields import RECORDS
from gridclient.store.hanging import Hanging, hanging
from gridclient.ui import style
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

WHY = "在列表中删除"
MANY = 20  # records: from so many on they are deleted beside the window
UNITS = {"resident": "人", "visit": "次", "household": "户", "dwelling": "套", "matter": "件", "photo": "张"}
BETTER = {
    "household": "搬走了请在住户页按 J 选“整户迁移”，登重了选“并户”，走访和事项就留得住。",
    "resident": "搬走或去世请在住户页按 J 登记，历史才留得住。",
}
BACK = "按 Ctrl+Z 取回；30 天内也可以在“回收站”（Ctrl+K）里恢复。"


class Deleting(QFrame):
    """Deletes what hangs on nothing at once, and asks about the rest. D deletes all of it in one step, Esc nothing.

    ``deleted`` when something was, ``dropped`` when it was decided against.
    """

    deleted = Signal()
    dropped = Signal()

    def __init__(self, workspace: Workspace, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace, self._kind = workspace, kind
        self.setObjectName("deleting")
        style.role(self, "strip")
        style.mark(self, "warn")
        self.title, self.told = label(role="heading", wrap=True), label(wrap=True)
        self.go = button("", self._agree, role="danger", name="delete")
        self.keep = button("先不删  Esc", self._drop, role="primary")
        self.keep.setAutoDefault(True)
        self._records: list[SyncedRecord] = []
        self._hanging = Hanging()
        acts = QHBoxLayout()
        acts.addWidget(self.told, 1)
        acts.addWidget(self.go)
        acts.addWidget(self.keep)
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addLayout(acts)
        self.setFocusProxy(self.keep)
        shortcut("D", self, self._agree)
        shortcut("Esc", self, self._drop)
        self.hide()

    def ask(self, ids: Sequence[str]) -> None:
        """Delete these records, or ask first, once it is known what hangs on them."""
        self.workspace.start(self._ask(ids))

    async def _ask(self, ids: Sequence[str]) -> None:
        replica, table = self.workspace.replica, RECORDS[self._kind].table
        found = await self.workspace.run(hanging, replica, self._kind, ids)
        stored = (replica.get(table, id_) for id_ in ids)
        self._records = [record for record in stored if record is not None and not record.removed]
        self._hanging = found
        if self._records and found:
            self._show()
        elif self._records:
            await self._delete()

    def _show(self) -> None:
        which = _which(self.workspace, self._kind, [record.id for record in self._records])
        self.title.setText(f"要删除{which}吗？")
        self.told.setText(sentence(self._kind, self._hanging))
        self.go.setText("一起删除  D" if self._hanging.along else "删除  D")
        self.show()
        self.keep.setFocus()

    def _agree(self) -> None:
        self.hide()
        self.workspace.start(self._delete())

    def _drop(self) -> None:
        self.hide()
        self.dropped.emit()

    async def _delete(self) -> None:
        records, also = self._records, self._hanging
        self._records = []
        more = f"，连同 {also.count} 条" if also.along else ""
        told = f"{len(records)} 条{RECORDS[self._kind].title}"
        every = [*records, *also.records(self.workspace.replica)]
        if len(every) > MANY:
            await self.workspace.run(self._remove, every, text=f"正在删除 {len(every)} 条…")
        else:
            self._remove(every)
        self.workspace.say(f"{told}已放入回收站{more}", BACK)
        self.deleted.emit()

    def _remove(self, records: Iterable[SyncedRecord]) -> None:
        with self.workspace.together():
            for record in records:
                self.workspace.remove(record, WHY)


def sentence(kind: str, found: Hanging) -> str:
    """What goes with the records, what stays without them, and what may be meant instead."""
    along = "、".join(_counted(own, len(ids)) for own, ids in _in_order(found))
    open_ = f"（{found.unsettled} 件事项还没办结）" if found.unsettled else ""
    lines = [f"会一起删除：{along}{open_}。"] if along else []
    beside = "、".join(_named(own, blank, count) for (own, blank), count in found.beside.items())
    lines += [f"会留下，但不再连着它：{beside}。"] if beside else []
    return "".join([*lines, BETTER.get(kind, "")])


def _in_order(found: Hanging) -> list[tuple[str, frozenset[str]]]:
    """Kinds as they are declared: people before what was noted of them."""
    return [(own, found.along[own]) for own in RECORDS if own in found.along]


def _counted(kind: str, count: int) -> str:
    return f"{RECORDS[kind].title} {count} {UNITS.get(kind, '条')}"


def _named(kind: str, blank: str, count: int) -> str:
    spec = RECORDS[kind]
    told = spec.field(blank).label
    return f"{_counted(kind, count)}" + ("" if told in spec.title else f"（{told}）")


def _which(workspace: Workspace, kind: str, ids: Sequence[str]) -> str:
    title = RECORDS[kind].title
    line = workspace.line_of(kind, ids[0])
    return f"{title}“{line}”" if len(ids) == 1 and line else f"这 {len(ids)} 条{title}"
