"""A place of the window with two tabs: the view one works in, and the plain records of its drawer."""

from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.blank import WhenSeen
from gridclient.ui.page import RecordsPage
from gridclient.ui.parts import button, label
from gridclient.ui.workspace import Workspace

V = TypeVar("V", bound=QWidget)
PLAIN = "登记资料"


class DrawerPlace(QWidget, Generic[V]):
    """``view`` under the tab called ``tab``; beside it ``records`` of these ``kinds``, with all their fields."""

    def __init__(
        self,
        workspace: Workspace,
        title: str,
        tab: str,
        view: V,
        kinds: tuple[str, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        style.role(self, "page")
        self.view = view
        self._records = WhenSeen(partial(RecordsPage, workspace, "", kinds))
        self._stack = QStackedWidget()
        self._tabs = QButtonGroup(self)
        row = QHBoxLayout()
        row.setContentsMargins(style.px(16), style.px(12), style.px(16), 0)
        row.setSpacing(0)
        row.addWidget(label(title, "title"))
        row.addSpacing(style.px(16))
        tabs: dict[str, QWidget] = {tab: view, PLAIN: self._records}
        for place, (words, shown) in enumerate(tabs.items()):
            made = button(words, role="segment", checkable=True)
            self._tabs.addButton(made, place)
            self._stack.addWidget(shown)
            row.addWidget(made)
        row.addStretch()
        self._tabs.idClicked.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self._stack, 1)
        self._show(0)

    @property
    def records(self) -> RecordsPage:
        """The plain records, made when they are first wanted."""
        return self._records.view

    def open(self, *, kind: str = "", **where: Any) -> None:
        """Show records of a kind as :class:`RecordsPage` does; without a kind, the view, as its own ``open`` does."""
        self._show(1 if kind else 0)
        if kind:
            self.records.open(kind=kind, **where)
        else:
            self.view.open(**where)  # type: ignore[attr-defined] # every page may have it

    def _show(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._tabs.button(place).setChecked(True)
        self.setFocusProxy(self._stack.widget(place))
