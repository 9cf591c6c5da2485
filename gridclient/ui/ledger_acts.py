"""What can be done with the chosen ledger besides printing it: change it, hand it on, take one in, delete it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from gridclient.ledger import kept
from gridclient.ledger.kept import ENDING, PREFIX, Kept
from gridclient.ledger.template import Template
from gridclient.records import KeptLedger
from gridclient.store.planning import own_area, writable
from gridclient.ui.parts import button, label
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

FILES = "台账样式 (*.toml)"
WHY = "在台账中心删除"
BACK = "按 Ctrl+Z 取回；30 天内也可以在“回收站”（Ctrl+K）里恢复。"


class LedgerActs(QWidget):
    """``edit_wanted`` when the ledger is to be changed, ``taken_in(name)`` when a shared one came in."""

    edit_wanted = Signal()
    taken_in = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self._template: Template | None = None
        self._kept: Kept | None = None
        self.unread = label(role="problem", wrap=True)
        self.unread.hide()
        self.menu = QMenu(self)
        self.share = self.menu.addAction("导出这张的样式，给别人用…", self._ask_where)
        self.take = self.menu.addAction("导入别人的样式文件…", self._ask_which)
        self.delete = self.menu.addAction("删除这张我的台账", self.remove)
        self.menu.addSeparator()
        self.menu.addAction("表格助手：填部门发来的表", lambda: workspace.open_place("form_helper"))
        self.menu.addAction("打印和导出记录", lambda: workspace.open_place("trail"))
        self.edit = button(
            "调整  Ctrl+T", self.edit_wanted.emit, icon="edit", tip="改栏目、筛选、抬头、纸张，存成我的台账"
        )
        self.more = button("更多", icon="more")
        self.more.setMenu(self.menu)
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        row.addWidget(self.more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.unread)
        layout.addLayout(row)

    def suit(self, template: Template | None, chosen: Kept | None) -> None:
        """Offer what fits the chosen ledger; only one of the office's own can be deleted."""
        self._template, self._kept = template, chosen
        self.edit.setEnabled(template is not None)
        self.share.setEnabled(template is not None)
        own = chosen is not None and bool(writable(self.workspace.replica, chosen.record.area))
        self.delete.setEnabled(own)

    def tell(self, unread: list[Kept]) -> None:
        """Say which of the office's own ledgers this program cannot read."""
        told = "、".join(f"“{one.record.title}”" for one in unread)
        self.unread.setText(f"{told} 本机打不开" if unread else "")
        self.unread.setToolTip("\n".join(one.why for one in unread))
        self.unread.setVisible(bool(unread))

    def remove(self) -> None:
        """Put the chosen one of the office's own into the recycle bin."""
        if self._kept is not None:
            title = self._kept.record.title
            self.workspace.remove(self._kept.record, WHY)
            self.workspace.say(f"“{title}”已放入回收站", BACK)

    async def write(self, path: Path) -> None:
        """Write the chosen ledger's template into a file."""
        if self._template is not None:
            await self.workspace.run(kept.write_file, self._template, path)
            self.workspace.say(
                f"样式已存成 {path.name}", "里面没有居民信息；对方在“更多”里导入就能用。", Tone.GOOD
            )

    async def read(self, path: Path) -> None:
        """Keep the template of a shared file under a title nobody has yet."""
        template = await self.workspace.run(kept.read_file, path)
        title = kept.free_title(
            template.called[:36], (one.title for one in self.workspace.replica.all(KeptLedger))
        )
        area = own_area(self.workspace.replica, self.workspace.desk.home)
        record = kept.keep(template, title, area)
        self.workspace.save(record)
        self.workspace.say(f"已存为我的台账“{title}”", "按 Ctrl+Z 撤回。", Tone.GOOD)
        self.taken_in.emit(PREFIX + record.id)

    def _ask_where(self) -> None:
        if self._template is not None:
            offered = f"{self._template.called}{ENDING}"
            chosen, _filter = QFileDialog.getSaveFileName(self, "导出台账样式", offered, FILES)
            if chosen:
                self.workspace.start(self.write(Path(chosen)))

    def _ask_which(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileName(self, "导入台账样式", "", FILES)
        if chosen:
            self.workspace.start(self.read(Path(chosen)))
