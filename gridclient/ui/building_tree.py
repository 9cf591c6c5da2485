"""The tree of estates, buildings and units beside a building, which folds to a rail where there is little room."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeView, QVBoxLayout, QWidget

from gridclient.store.homes import Node, tree
from gridclient.ui import style
from gridclient.ui.parts import label, tool
from gridclient.ui.workspace import Workspace

TREE, RAIL = 196, 34  # pixels of the tree at plain size, open and folded
QWIDGETSIZE_MAX = (1 << 24) - 1  # Qt's own bound, which PySide does not name


class TreePane(QFrame):
    """Estates, their buildings and units, each with the share of its households visited this half year.

    Folded, it is a narrow rail with its name until somebody asks for it, and again once the focus has left it.
    ``turned`` when that changes its width.
    """

    turned = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("tree")
        style.role(self, "side")
        self.model = QStandardItemModel(0, 2, self)
        self.view = QTreeView()
        self.view.setModel(self.model)
        self.view.setHeaderHidden(True)
        self.view.setRootIsDecorated(True)
        self.view.setUniformRowHeights(True)
        self.view.setIndentation(style.px(14))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        heads = self.view.header()
        heads.setStretchLastSection(False)
        heads.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        heads.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        heads.setMinimumSectionSize(style.px(30))
        self.view.setColumnWidth(1, style.px(46))
        self.rail = tool("right", "小区与楼栋，Ctrl+1", self.ask, text="小\n区\n与\n楼\n栋")
        self.rail.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        style.role(self.rail, "rail")
        self.rail.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._open = QWidget()
        inside = QVBoxLayout(self._open)
        inside.setContentsMargins(style.px(8), style.px(10), style.px(4), style.px(4))
        inside.addWidget(label("小区与楼栋", "heading"))
        inside.addWidget(label("右侧为本半年走访率", "hint"))
        inside.addWidget(self.view, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.rail, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._open, 1)
        self._folds = False
        self._show(folded=False)
        self.view.installEventFilter(self)
        self.view.selectionModel().currentChanged.connect(self._on_moved)

    @property
    def breadth(self) -> int:
        """The pixels it should have."""
        return style.px(RAIL if self._open.isHidden() else TREE)

    def fold(self, on: bool) -> None:
        """Give way to the page beside it, or stand open again; while it has the focus it stays open."""
        self._folds = on
        self._show(folded=on and not self.view.hasFocus())

    def ask(self) -> None:
        """Stand open and take the focus."""
        self._show(folded=False)
        self.view.setFocus()
        self.turned.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fold once the focus went to another place of the window."""
        if watched is self.view and isinstance(event, QFocusEvent) and event.lostFocus():
            elsewhere = event.reason() not in (
                Qt.FocusReason.PopupFocusReason,
                Qt.FocusReason.ActiveWindowFocusReason,
            )
            if self._folds and elsewhere and self.rail.isHidden():
                self._show(folded=True)
                self.turned.emit()
        return super().eventFilter(watched, event)

    async def reload(self) -> None:
        """Read the tree again off the window's thread and keep the mark where it was."""
        nodes = await self.workspace.run(tree, self.workspace.replica, self.workspace.today)
        self.show_nodes(nodes)

    def show_nodes(self, nodes: list[Node]) -> None:
        """Show a tree; the mark stays on the node it was on, and no place is opened by that."""
        marked = self.view.currentIndex().siblingAtColumn(0).data(Qt.ItemDataRole.UserRole)
        blocked = self.view.selectionModel().blockSignals(True)
        self.model.clear()
        self.model.setColumnCount(2)
        for node in nodes:
            self.model.appendRow(_items(node))
        self.view.expandToDepth(0)
        self.view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.view.setColumnWidth(1, style.px(46))
        if marked:
            self.mark(marked[1])
        self.view.selectionModel().blockSignals(blocked)

    def mark(self, id_: str) -> None:
        """Put the mark on a building or a unit."""
        for row in range(self.model.rowCount()):
            found = _find(self.model.item(row), id_)
            if found is not None:
                self.view.setCurrentIndex(found.index())
                return

    def _show(self, *, folded: bool) -> None:
        self.rail.setVisible(folded)
        self._open.setVisible(not folded)
        self.setMinimumWidth(style.px(RAIL if folded else TREE))
        self.setMaximumWidth(style.px(RAIL) if folded else QWIDGETSIZE_MAX)

    def _on_moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        kind, id_ = current.siblingAtColumn(0).data(Qt.ItemDataRole.UserRole) or ("", "")
        if kind == "building":
            self.workspace.open_place("buildings", building=id_)
        elif kind == "unit":
            building, _slash, unit = id_.partition("/")
            self.workspace.open_place("buildings", building=building, unit=unit)


def _items(node: Node) -> list[QStandardItem]:
    title = QStandardItem(node.title)
    title.setData((node.kind, node.id), Qt.ItemDataRole.UserRole)
    title.setToolTip(f"{node.title}：{node.visited}/{node.total} 户")
    share = QStandardItem(f"{node.share:.0%}" if node.total else "")
    share.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    share.setForeground(style.colour("soft"))
    share.setSelectable(False)
    for child in node.children:
        title.appendRow(_items(child))
    return [title, share]


def _find(item: QStandardItem, id_: str) -> QStandardItem | None:
    if (item.data(Qt.ItemDataRole.UserRole) or ("", ""))[1] == id_:
        return item
    children = (item.child(row) for row in range(item.rowCount()))
    return next((found for child in children if (found := _find(child, id_)) is not None), None)
