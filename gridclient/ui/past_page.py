"""What the pages about the past have in common: rows read beside the window, walked by arrows, left by Esc."""

from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.ui import style
from gridclient.ui.blank import OrWords
from gridclient.ui.parts import button, label, later, shortcut
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.workspace import Workspace

GATHER_MS = 150  # news that arrive together are read once


class PastPage(QWidget):
    """A page of rows. ``head`` holds what stands beside the title, ``foot`` what stands beneath the rows."""

    def __init__(
        self, workspace: Workspace, title: str, rows: RowsView, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace, self.rows = workspace, rows
        rows.out.named = title
        style.role(self, "page")
        self.title = label(title, "title")
        self.hint = label("正在读取…", "hint", wrap=True)
        self.body = OrWords(rows)
        self.head, self.foot = QHBoxLayout(), QVBoxLayout()
        self._turn = 0
        self._gather = later(self, GATHER_MS, self.reload)
        bar = QHBoxLayout()
        bar.setSpacing(style.px(8))
        bar.addWidget(self.title)
        bar.addSpacing(style.px(12))
        bar.addLayout(self.head, 1)
        bar.addWidget(rows.out.button())
        bar.addWidget(button("返回 Esc", self.go_back))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addLayout(bar)
        layout.addWidget(self.hint)
        layout.addWidget(self.body, 1)
        layout.addLayout(self.foot)
        shortcut("Esc", self, self.go_back)
        workspace.changed.connect(self._on_news)
        workspace.edits_changed.connect(self._on_news)

    def read(self) -> list[Told]:
        """The rows as they are now; called off the window's thread."""
        raise NotImplementedError

    def show_told(self, told: list[Told]) -> None:
        """Show what was read."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read the rows again beside the window."""
        self._gather.stop()
        self._turn += 1
        self.workspace.start(self._reload(self._turn))

    def go_back(self) -> None:
        """Go to where one came from."""
        self.workspace.open_place("back")

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is true now."""
        super().showEvent(event)
        self.reload()

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Hand the keys to the rows. Not by a focus proxy: Tab would go past whatever is in front of them."""
        if self.body.currentWidget() is self.rows:
            self.rows.setFocus()

    async def _reload(self, turn: int) -> None:
        told = await self.workspace.run(self.read)
        if turn == self._turn:
            held = self._has_keys()
            self.show_told(told)
            if held and (self.hasFocus() or not self._has_keys()):
                self._take_keys()

    def _has_keys(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is self or (focus is not None and self.isAncestorOf(focus))

    def _take_keys(self) -> None:
        """Stand in the rows, or on the page itself while they are hidden: what is hidden takes no keys."""
        (self.rows if self.body.currentWidget() is self.rows else self).setFocus()

    def _on_news(self, _news: object = None) -> None:
        if self.isVisible():
            self._gather.start()
