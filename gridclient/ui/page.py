"""The page of any record kinds: which kind, a line to filter by, the list, and beside it the form of one record."""

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gridclient.blanks import Field
from gridclient.fields import RECORDS, RecordSpec
from gridclient.records import Photo
from gridclient.ui import style
from gridclient.ui.deleting import Deleting
from gridclient.ui.list_pasting import ListPaste
from gridclient.ui.parts import button, label, later, line, shortcut
from gridclient.ui.record_pane import RecordPane
from gridclient.ui.table import RecordTable, RecordTableModel
from gridclient.ui.workspace import Workspace

PHOTO = Photo.kind()
FILTERS = 2  # closed lists offered in the filter bar
IMPORTED = frozenset({"resident", "household", "building", "dwelling"})  # kinds that mostly come as workbooks
PASTED = "导入一份 Excel 表格；只有几行的，复制过来按 Ctrl+V"
FEW = 12  # answers a list may have to be offered there
CALM_MS = 300  # after a list was shown: its form is made ready


class RecordPage(QWidget):
    """One kind: filter bar, list, and the form of the record that is open."""

    def __init__(self, workspace: Workspace, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.spec: RecordSpec = RECORDS[kind]
        self.setObjectName(f"records-{kind}")
        self.model = RecordTableModel(workspace, kind, self)
        self.table = RecordTable(self.model)
        self.pane = RecordPane(workspace, kind)
        self.pane.hide()
        self.words = line(f"筛选{self.spec.title}：{_searched_words(self.spec)}   Ctrl+F", name="filter")
        self.words.setClearButtonEnabled(True)
        self.count = label("正在读取…", "hint")
        self.filters = [_filter_box(field) for field in _filter_fields(self.spec)]
        self._split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._split.addWidget(self.table)
        self._split.addWidget(self.pane)
        self._split.setSizes([560, 620])
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(8))
        layout.addLayout(self._bar())
        self.deleting = Deleting(workspace, kind)
        layout.addWidget(self.deleting)
        layout.addWidget(self._split, 1)
        self._split.setFocusProxy(self.table)
        self._ready = later(self, CALM_MS, self._make_ready)
        self._connect()
        if not self.model.reading:
            self._show_count(self.model.rowCount())

    @cached_property
    def pasting(self) -> ListPaste:
        """What takes the place of the list while something pasted is looked at, made when something is."""
        made = ListPaste(self.workspace, self.spec.name, self._split)
        self._layout.addWidget(made)
        return made

    def open(self, *, id: str = "", words: str = "", new: bool = False, **preset: Any) -> None:
        """Show one record, an empty one with ``preset`` filled in, or those that match ``words``."""
        if words:
            self.words.setText(words)
        if id:
            self.table.mark(id)
            self._open(id)
        elif new:
            self.add(**preset)

    def add(self, **preset: Any) -> None:
        """Open the form of an empty record; a photo is added where what it shows is shown."""
        if self.spec.name == PHOTO:
            self.workspace.say("请在住户、楼栋或居民的页面添加照片", "走到一户按 P，或打开“照片”页签。")
            return
        self.pane.open_new(**preset)
        self.pane.show()

    def remove(self) -> None:
        """Put the chosen records into the recycle bin with what hangs on them, asked about first; one Ctrl+Z is enough."""
        self.deleting.ask([self.model.id_at(row) for row in self.table.chosen_rows()])

    def showEvent(self, event: QShowEvent) -> None:
        """The list first; the form is made while somebody reads it."""
        super().showEvent(event)
        self._ready.start()

    def _make_ready(self) -> None:
        if not self.model.reading:
            self.pane.form  # noqa: B018 - made by being asked for
        else:
            self._ready.start()

    def _bar(self) -> QHBoxLayout:
        self.words.setMinimumWidth(style.px(220))
        self.words.setAccessibleName(f"筛选{self.spec.title}")
        add = button(
            f"新增{self.spec.title}", self._add_clicked, role="primary", icon="add", tip="Ctrl+N", name="add"
        )
        bar = QHBoxLayout()
        bar.setSpacing(style.px(8))
        bar.addWidget(self.words, 1)
        for box in self.filters:
            bar.addWidget(box)
        bar.addWidget(self.count)
        bar.addStretch(0)
        bar.addWidget(self.table.out.button())
        if self.spec.name in IMPORTED:
            bar.addWidget(button("导入表格", self._import, icon="importing", tip=PASTED, name="import"))
        bar.addWidget(add)
        return bar

    def _connect(self) -> None:
        self.words.textChanged.connect(self._refilter)
        self.words.returnPressed.connect(self.table.setFocus)
        for box in self.filters:
            box.activated.connect(self._refilter)
        self.model.reloaded.connect(self._show_count)
        self.table.opened.connect(self._open)
        self.table.pointed.connect(self._follow)
        self.pane.closed.connect(self._close)
        self.deleting.deleted.connect(self._close)
        self.deleting.dropped.connect(self.table.setFocus)
        for keys, slot in (
            ("Ctrl+N", self._add_clicked),
            ("Ctrl+F", self.words.setFocus),
        ):
            shortcut(keys, self, slot)
        self.table.out.heed(self.words, *self.filters)
        shortcut("/", self.table, self.words.setFocus, alone=True)
        shortcut("Delete", self.table, self.remove, alone=True)
        shortcut("Ctrl+H", self.table, self._show_history)
        shortcut("Ctrl+V", self.table, self._paste, alone=True)

    def _paste(self) -> None:
        self.pasting.read_clipboard()

    def _refilter(self) -> None:
        self.model.show_only(*self._chosen(), words=self.words.text())

    def _chosen(self) -> list[tuple[str, Any]]:
        pairs = [(box.objectName(), box.currentData()) for box in self.filters]
        return [(name, code) for name, code in pairs if code]

    def _show_count(self, count: int) -> None:
        filtered = bool(self.words.text().strip() or self._chosen())
        nothing = "没有符合的，改一改筛选" if filtered else f"还没有{self.spec.title}，按 Ctrl+N 新增"
        more = "或导入表格" if self.spec.name in IMPORTED and not filtered else ""
        self.count.setText(f"共 {count} 条" if count else nothing + more)

    def _open(self, id_: str) -> None:
        record = self.workspace.replica.get(self.spec.table, id_)
        if record is not None:
            self.pane.open_record(record)
            self.pane.show()

    def _follow(self, id_: str) -> None:
        """Let an open form follow the mark, without taking the keys away from the list."""
        if self.pane.isVisible() and not self.pane.form.dirty and self.table.hasFocus():
            self._open(id_)
            self.table.setFocus()

    def _show_history(self) -> None:
        for row in self.table.chosen_rows()[:1]:
            self.workspace.open_place("history", kind=self.spec.name, id=self.model.id_at(row))

    def _import(self) -> None:
        self.workspace.open_place("import")

    def _add_clicked(self) -> None:
        self.add()

    def _close(self) -> None:
        self.pane.hide()
        self.table.setFocus()


class RecordsPage(QWidget):
    """Several kinds that belong together, one at a time; the kind is chosen above the list."""

    def __init__(
        self, workspace: Workspace, title: str, kinds: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace, self.kinds = workspace, tuple(kinds)
        style.role(self, "page")
        self._pages: dict[str, RecordPage] = {}
        self._stack = QStackedWidget()
        self._buttons = QButtonGroup(self, exclusive=True)
        bar = QHBoxLayout()
        bar.setSpacing(0)
        if title:
            bar.addWidget(label(title, "title"))
            bar.addSpacing(style.px(16))
        for kind in self.kinds:
            bar.addWidget(self._button(kind))
        bar.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(10))
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)
        self.show_kind(self.kinds[0])

    @property
    def page(self) -> RecordPage:
        """The page of the kind shown now."""
        return self.page_of(self.kinds[self._buttons.checkedId()])

    def page_of(self, kind: str) -> RecordPage:
        """The page of a kind, made when it is first asked for."""
        if kind not in self._pages:
            self._pages[kind] = RecordPage(self.workspace, kind, self._stack)
            self._stack.addWidget(self._pages[kind])
        return self._pages[kind]

    def show_kind(self, kind: str) -> None:
        """Bring one of the kinds to the front."""
        self._buttons.button(self.kinds.index(kind)).setChecked(True)
        self._stack.setCurrentWidget(self.page_of(kind))
        self.setFocusProxy(self.page_of(kind).table)

    def open(self, *, kind: str = "", **where: Any) -> None:
        """Show a kind and, of it, a record (``id``), a search (``words``) or a new one (``new``)."""
        if kind in self.kinds:
            self.show_kind(kind)
        self.page.open(**where)

    def _button(self, kind: str) -> QPushButton:
        made = button(RECORDS[kind].title, partial(self._switch, kind), role="segment", checkable=True)
        self._buttons.addButton(made, self.kinds.index(kind))
        return made

    def _switch(self, kind: str, _checked: bool = False) -> None:
        self.show_kind(kind)


def _filter_fields(spec: RecordSpec) -> list[Field]:
    few = [f for f in spec.listed if f.kind == "choice" and f.options and len(f.options) <= FEW]
    return few[:FILTERS]


def _filter_box(field: Field) -> QComboBox:
    box = QComboBox()
    box.setObjectName(field.name)
    box.setAccessibleName(f"按{field.label}筛选")
    box.addItem(f"{field.label}：全部", "")
    for member in field.offers:
        if member.value:
            box.addItem(member.label, member.value)
    return box


def _searched_words(spec: RecordSpec) -> str:
    return " / ".join(f.label for f in spec.fields if f.searched) or "内容"
