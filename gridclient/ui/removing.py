"""What the centre wants to take away, before it goes: what and how many, and two keys."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.store.going import Going, going
from gridclient.ui import style
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.workspace import Workspace
from sync.errors import Removal


class RemovalPanel(QFrame):
    """The question. Y agrees (``agreed``), Esc keeps everything (``kept``)."""

    agreed = Signal()
    kept = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("removal")
        style.role(self, "strip")
        style.mark(self, "warn")
        self.title = label(role="heading", wrap=True)
        self.rows = RowsView(("网格", "楼栋", "种类", "条数"), (14, 14, 10, 8))
        self.rows.setAccessibleName("中心要求移除的记录")
        self.agree = button("同意移除并同步  Y", self.agreed.emit, role="danger")
        self.keep = button("先都留着  Esc", self.kept.emit, role="primary")
        acts = QHBoxLayout()
        acts.addWidget(label("拿不准就先留着，问过社区内勤再同意；留着不影响继续录入。"), 1)
        acts.addWidget(self.agree)
        acts.addWidget(self.keep)
        layout = QVBoxLayout(self)
        layout.addWidget(self.title)
        layout.addWidget(self.rows, 1)
        layout.addLayout(acts)
        self.setFocusProxy(self.rows)
        shortcut("Y", self, self.agreed.emit)
        shortcut("Esc", self, self.kept.emit)
        self._shown: Removal | None = None

    def show_removal(self, removal: Removal | None) -> None:
        """Show a question, or nothing; reads what would go when the question is new."""
        if removal is not None and removal is not self._shown:
            told = going(self.workspace.replica, removal)
            self.title.setText(removal_words(removal, told))
            self.rows.show_rows([_row(one) for one in told])
            self.show()
            self.setFocus()
        self._shown = removal
        self.setVisible(removal is not None)


def removal_words(removal: Removal, told: list[Going]) -> str:
    """The question in one sentence, with the areas that would go whole."""
    whole = dict.fromkeys(one.area for one in told if one.whole)
    areas = f"，其中整个{'、'.join(whole)}不再归本机" if whole else ""
    return (
        f"中心要求从本机移除 {removal.count} 条记录（本机共 {removal.held} 条）{areas}。现在一条都没有移除。"
    )


def _row(one: Going) -> Told:
    texts = (one.area, one.building, one.kind, f"{one.count} 条")
    return Told(texts, "warn", one, values={3: one.count})
