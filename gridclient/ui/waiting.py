"""待上传: the changes that wait, under a heading with a count for each building, folded when there are many."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from gridclient.fields import RECORDS
from gridclient.store.outgoing import Group, changes_in, groups
from gridclient.ui import style
from gridclient.ui.lines import lines_of
from sync.clock import millis_of
from sync.protocol import Change
from sync.replica import Replica

HEADS = ("楼栋和记录", "做了什么", "改了哪些", "何时")
LETTERS = (24, 9, 18, 8)
FEW = 40  # changes in all: so many are shown unfolded
MOST = 200  # listed in one building; beyond that the number says enough
ABOUT = Qt.ItemDataRole.UserRole
COUNT, FILLED = ABOUT + 1, ABOUT + 2
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class WaitingView(QTreeView):
    """Buildings, and under each its changes. Enter opens a record, ← → fold; ``opened(change)``."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("waiting")
        self.setAccessibleName("待上传的修改")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self._replica: Replica | None = None
        self._few = True
        self._model = QStandardItemModel(self)
        self._model.setHorizontalHeaderLabels(HEADS)
        self.setModel(self._model)
        letter = QFontMetrics(self.font()).horizontalAdvance("国")
        for column, count in enumerate(LETTERS):
            self.setColumnWidth(column, count * letter + style.px(16))
        self.expanded.connect(self._fill)
        self.doubleClicked.connect(self._open)

    def show_groups(self, replica: Replica, found: Sequence[Group] | None = None) -> None:
        """Read what waits again; what was unfolded stays unfolded, and the mark stays at its record."""
        found = groups(replica) if found is None else found
        few = sum(group.count for group in found) <= FEW
        rows = (
            range(self._model.rowCount()) if few == self._few else ()
        )  # what was unfolded by itself folds again
        known = {self._building(row): self.isExpanded(self._row(row)) for row in rows}
        self._few, marked = few, _key(self.currentIndex())
        self._replica = replica
        self._model.removeRows(0, self._model.rowCount())
        for group in found:
            self._model.appendRow(_heading(group))
        for row, group in enumerate(found):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
            self.setExpanded(self._row(row), known.get(group.building, few))
        self._mark(marked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens a record and folds or unfolds a building; letters belong to the page."""
        if event.key() in ENTER and self.currentIndex().isValid():
            self._open(self.currentIndex())
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        about = index.siblingAtColumn(0).data(ABOUT)
        if isinstance(about, Change):
            self.opened.emit(about)
        else:
            self.setExpanded(index.siblingAtColumn(0), not self.isExpanded(index.siblingAtColumn(0)))

    def _row(self, row: int) -> QModelIndex:
        return self._model.index(row, 0)

    def _building(self, row: int) -> str:
        return str(self._row(row).data(ABOUT))

    def _fill(self, index: QModelIndex) -> None:
        """Read the changes of a building when it is first unfolded."""
        heading = self._model.itemFromIndex(index)
        if self._replica is None or heading.data(FILLED):
            return
        heading.setData(True, FILLED)
        count = heading.data(COUNT)
        lines = rows_of(self._replica, changes_in(self._replica, heading.data(ABOUT), MOST))
        heading.removeRows(0, heading.rowCount())
        for line in lines:
            heading.appendRow(line)
        if count > MOST:
            heading.appendRow([_item(f"还有 {count - MOST} 条没有列出，都在等待上传")])

    def _mark(self, marked: str) -> None:
        for row in range(self._model.rowCount()):
            heading = self._row(row)
            below = [self._model.index(at, 0, heading) for at in range(self._model.rowCount(heading))]
            found = next((index for index in (heading, *below) if marked and _key(index) == marked), None)
            if found is not None:
                self.setCurrentIndex(found)
                return
        if self._model.rowCount():
            self.setCurrentIndex(self._row(0))


def rows_of(replica: Replica, changes: Sequence[Change]) -> list[list[QStandardItem]]:
    """The cells of each change: which record, what was done, which fields, when."""
    kinds = {change.kind for change in changes if change.kind in RECORDS}
    lines = {kind: lines_of(replica, kind, [c.id for c in changes if c.kind == kind]) for kind in kinds}
    found = []
    for change in changes:
        act, tone = act_of(change)
        title = RECORDS[change.kind].title if change.kind in RECORDS else "冲突"
        which = lines.get(change.kind, {}).get(change.id, "") or title
        cells = [_item(text) for text in (which, f"{act} {title}", changed_words(change), moment(change.at))]
        cells[0].setData(change, ABOUT)
        cells[1].setForeground(QColor(style.tint(tone).text))
        found.append(cells)
    return found


def act_of(change: Change) -> tuple[str, str]:
    """``+ 新增``, ``✎ 修改`` or ``✕ 删除``, and the tone of each."""
    if change.made:
        return "+ 新增", "good"
    if (change.groups.get("life") or {}).get("removed_at"):
        return "✕ 删除", "bad"
    return "✎ 修改", "warn"


def changed_words(change: Change) -> str:
    """The labels of the fields a change holds; nothing for a new record."""
    spec = RECORDS.get(change.kind)
    if spec is None or change.made:
        return ""
    names = [name for group in change.groups.values() for name in group]
    labels = [spec.by_name[name].label for name in names if name in spec.by_name]
    return "、".join([*labels, *(["所属网格"] if "area" in names else [])])


def moment(hlc: int) -> str:
    """The local time of a hybrid time."""
    return f"{datetime.fromtimestamp(millis_of(hlc) / 1000).astimezone():%m-%d %H:%M}"


def _heading(group: Group) -> QStandardItem:
    item = _item(f"{group.name}　{group.count} 条")
    item.setData(group.building, ABOUT)
    item.setData(group.count, COUNT)
    bold = item.font()
    bold.setBold(True)
    item.setFont(bold)
    item.appendRow([_item("")])  # makes it foldable before anything was read
    return item


def _item(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setToolTip(text)
    return item


def _key(index: QModelIndex) -> str:
    """What a row stands for, whatever its place: a building or the number of a change."""
    about: Any = index.siblingAtColumn(0).data(ABOUT) if index.isValid() else None
    return (
        f"{about.kind} {about.mseq}"
        if isinstance(about, Change)
        else f"building {about}"
        if about is not None
        else ""
    )
