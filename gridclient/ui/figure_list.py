"""The list behind a number: exactly the records it counts, those that have gone since among them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.fields import RECORDS
from gridclient.ui import style
from gridclient.ui.parts import button, clear, label, shortcut
from gridclient.ui.table import RecordTable, RecordTableModel
from gridclient.ui.workspace import Workspace


class FigureList(QWidget):
    """Shows records by their ids. ``left`` on Esc; Enter on one opens it where its kind lives."""

    left = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.table: RecordTable | None = None
        self.title, self.count, self.says = (
            label(role="heading"),
            label(role="hint"),
            label(role="hint", wrap=True),
        )
        self._place = QVBoxLayout()
        head = QHBoxLayout()
        head.addWidget(button("返回  Esc", self.left.emit, icon="left", name="back"))
        head.addSpacing(style.px(8))
        head.addWidget(self.title)
        head.addWidget(self.count)
        head.addStretch(1)
        self._ways = QHBoxLayout()
        head.addLayout(self._ways)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(8))
        layout.addLayout(head)
        layout.addWidget(self.says)
        layout.addLayout(self._place, 1)
        shortcut("Esc", self, self.left.emit)

    def show_list(self, title: str, kind: str, ids: Sequence[str], says: str = "") -> None:
        """Show the records of a kind with these ids, under a title and what they are counted by."""
        clear(self._place)
        clear(self._ways)
        model = RecordTableModel(self.workspace, kind, self)
        model.show_only(only=frozenset(ids))
        self.table = RecordTable(model)
        model.setParent(self.table)
        self.table.opened.connect(lambda id_: self.workspace.open_place("records", kind=kind, id=id_))
        model.reloaded.connect(self._show_count)
        self.title.setText(f"{title}（{RECORDS[kind].title}）")
        self.says.setText(says)
        self.says.setVisible(bool(says))
        self._show_count(model.rowCount())
        self.table.out.named = f"{title}（{RECORDS[kind].title}）"
        self.table.out.narrowed = lambda: says
        self._place.addWidget(self.table)
        self._ways.addWidget(self.table.out.button())
        self.table.selectRow(0)
        self.table.setFocus()

    def _show_count(self, count: int) -> None:
        self.count.setText(f"共 {count} 条，回车打开" if count else "没有")
