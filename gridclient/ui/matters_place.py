"""The place of matters: the list one works by, and beside it the records of its drawers with all their fields."""

from typing import Any

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gridclient.records import Matter
from gridclient.ui import style
from gridclient.ui.matters import MattersPage
from gridclient.ui.page import RecordsPage
from gridclient.ui.parts import button, label
from gridclient.ui.workspace import Workspace

TABS = "办理", "登记资料"


class MattersPlace(QWidget):
    """办理 shows what is open and how it goes on; 登记资料 holds matters, their steps and care as plain records."""

    def __init__(self, workspace: Workspace, kinds: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace, self._kinds = workspace, kinds
        self.setObjectName("matters_place")
        style.role(self, "page")
        self.matters = MattersPage(workspace)
        self._records: RecordsPage | None = None
        self._stack = QStackedWidget()
        self._stack.addWidget(self.matters)
        row = QHBoxLayout()
        row.setContentsMargins(style.px(16), style.px(12), style.px(16), 0)
        row.setSpacing(0)
        row.addWidget(label("事项", "title"))
        row.addSpacing(style.px(16))
        self._group = QButtonGroup(self, exclusive=True)
        for place, words in enumerate(TABS):
            made = button(words, role="segment", checkable=True)
            self._group.addButton(made, place)
            row.addWidget(made)
        row.addStretch(1)
        self._group.idClicked.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)
        self._show(0)

    @property
    def records(self) -> RecordsPage:
        """The plain records, made when they are first wanted."""
        if self._records is None:
            self._records = RecordsPage(self.workspace, "", self._kinds)
            self._stack.addWidget(self._records)
        return self._records

    def open(self, *, kind: str = "", whole: bool = False, new: bool = False, **where: Any) -> None:
        """Show a matter where it is worked on; ``whole`` or ``new`` opens its form, other kinds their lists."""
        plain = bool(kind) and (kind != Matter.kind() or whole or new)
        self._show(1 if plain else 0)
        if plain:
            self.records.open(kind=kind, new=new, **where)
        else:
            self.matters.open(**where)

    def _show(self, place: int) -> None:
        shown = self.records if place else self.matters
        self._stack.setCurrentWidget(shown)
        self._group.button(place).setChecked(True)
        self.setFocusProxy(shown)
