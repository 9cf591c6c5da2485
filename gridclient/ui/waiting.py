"""待上传: the changes that wait, under a heading with a count for each building, folded when there are many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from gridclient.exchange.list_book import Value
from gridclient.fields import RECORDS
from gridclient.store.outgoing import Group, changes_in, groups
from gridclient.ui import style
from gridclient.ui.lines import lines_of
from gridclient.ui.list_out import Extract, ListOut
from sync.clock import millis_of
from sync.protocol import Change
from sync.replica import Replica

HEADS = ("楼栋和记录", "做了什么", "改了哪些", "何时")
OUT_HEADS = ("楼栋", "哪一条", *HEADS[1:])
LETTERS = (24, 9, 18, 8)
FEW = 40  # changes in all that are shown unfolded; more of one building take longer than one waits for a key
MOST = 200  # listed in one building; beyond that the number says enough
ABOUT = Qt.ItemDataRole.UserRole
COUNT, FILLED = ABOUT + 1, ABOUT + 2
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True)
class Line:
    """One change in words: which record, what was done, which fields, when."""

    change: Change
    texts: tuple[str, ...]
    tone: str


class WaitingView(QTreeView):
    """Buildings, and under each its changes. Enter opens a record, ← → fold; ``opened(change)``.

    ``wanted(building)`` asks for the lines of a building that is unfolded, to be handed to :meth:`fill`: there are so
    many of them that whoever hears it had better read them beside the window.
    """

    opened = Signal(object)
    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("waiting")
        style.role(self, "framed")
        self.setAccessibleName("待上传的修改")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self._replica: Replica | None = None
        self._few = True
        self._lines: dict[str, list[Line]] = {}
        self._groups: tuple[Group, ...] = ()
        self.out = ListOut(self, self._extract)
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
        self._replica, self._groups = replica, tuple(found)
        self._lines = {group.building: self._lines.get(group.building, []) for group in found}
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

    def fill(self, building: str, lines: list[Line]) -> None:
        """Show the lines of a building, if it is there still."""
        row = next((row for row in range(self._model.rowCount()) if self._building(row) == building), None)
        if row is None:
            return
        heading, marked = self._model.item(row), _key(self.currentIndex())
        self._lines[building] = lines
        heading.removeRows(0, heading.rowCount())
        if not lines:
            heading.appendRow([_item("正在读取…")])
        for line in lines:
            heading.appendRow(_cells(line))
        if heading.data(COUNT) > MOST:
            heading.appendRow([_item(f"还有 {heading.data(COUNT) - MOST} 条没有列出，都在等待上传")])
        self._mark(marked)

    def _fill(self, index: QModelIndex) -> None:
        """Read a few changes at once when their building is first unfolded; ask for many, with the last ones meanwhile."""
        heading = self._model.itemFromIndex(index)
        if self._replica is None or heading.data(FILLED):
            return
        heading.setData(True, FILLED)
        building = heading.data(ABOUT)
        if heading.data(COUNT) <= FEW:
            self.fill(building, lines_in(self._replica, building))
        else:
            self.fill(building, self._lines[building])
            self.wanted.emit(building)

    def _extract(self, _rows: list[int]) -> Extract:
        """Every change that waits, also those of buildings that are folded."""
        count = sum(group.count for group in self._groups)
        read = partial(_every, self._replica, self._groups)
        return Extract(OUT_HEADS, count, read, people=(1,))

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


def lines_in(replica: Replica, building: str) -> list[Line]:
    """The oldest changes that wait in a building; may be called beside the window."""
    return told_of(replica, changes_in(replica, building, MOST))


def told_of(replica: Replica, changes: Sequence[Change]) -> list[Line]:
    """Each change in words; a few queries for each kind among them."""
    kinds = {change.kind for change in changes if change.kind in RECORDS}
    lines = {kind: lines_of(replica, kind, [c.id for c in changes if c.kind == kind]) for kind in kinds}
    found = []
    for change in changes:
        act, tone = act_of(change)
        title = RECORDS[change.kind].title if change.kind in RECORDS else "冲突"
        which = lines.get(change.kind, {}).get(change.id, "") or title
        found.append(Line(change, (which, f"{act} {title}", changed_words(change), moment(change.at)), tone))
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
    """The day and the minute of a hybrid time."""
    return f"{local_time(hlc):%m-%d %H:%M}"


def local_time(hlc: int) -> datetime:
    """A hybrid time as the clock on the wall shows it."""
    return datetime.fromtimestamp(millis_of(hlc) / 1000).astimezone()


def _every(
    replica: Replica | None, found: Sequence[Group], *, progress: Callable[[int, int, str], None] | None
) -> list[list[Value]]:
    """Every change of these buildings in words, the time it was made at its end."""
    rows: list[list[Value]] = []
    for number, group in enumerate(found):
        if progress is not None:
            progress(number, len(found), "正在读取待上传的修改")
        if replica is not None:
            lines = told_of(replica, changes_in(replica, group.building, group.count))
            rows += [[group.name, *line.texts[:-1], local_time(line.change.at)] for line in lines]
    return rows


def _heading(group: Group) -> QStandardItem:
    item = _item(f"{group.name}　{group.count} 条")
    item.setData(group.building, ABOUT)
    item.setData(group.count, COUNT)
    bold = item.font()
    bold.setBold(True)
    item.setFont(bold)
    item.appendRow([_item("")])  # makes it foldable before anything was read
    return item


def _cells(line: Line) -> list[QStandardItem]:
    cells = [_item(text) for text in line.texts]
    cells[0].setData(line.change, ABOUT)
    cells[1].setForeground(QColor(style.tint(line.tone).text))
    return cells


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
