"""The ways out of any list: Ctrl+E writes what is listed now into a workbook, Ctrl+Shift+C copies it with its heads.

A view has one :class:`ListOut`, which asks it what is listed. What leaves the screen is noted in the trail first; whole
numbers leave it only for a reason.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from pathlib import Path
import re

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QLineEdit, QMenu, QPushButton, QWidget

from gridclient.exchange.list_book import Listed, Value, copied, shows_numbers, workbook
from gridclient.ledger.outfile import put
from gridclient.store.trail import Act, Step
from gridclient.ui.list_asking import Asking
from gridclient.ui.parts import button, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

SAVE, COPY = "Ctrl+E", "Ctrl+Shift+C"
SAVING, COPYING = "存成 Excel", "复制"
AT_ONCE = 50  # rows copied without leaving the window's thread
NOTHING = "这里还没有可以导出的内容", "名单里有了内容再存。"
NO_FILE = re.compile(r'[\\/:*?"<>|\s]+')  # what no file may be called
Rows = Sequence[Sequence[Value]]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Extract:
    """What is about to leave a list: its heads, how many rows, and how to ``read(progress=…)`` them, on any thread.

    ``people`` are the columns that name somebody; ``more`` says that there are more rows than are shown; ``order`` and
    ``narrowed`` how it is sorted and filtered; ``whole`` that private values are not starred out.
    """

    heads: tuple[str, ...]
    count: int
    read: Callable[..., Rows]
    people: tuple[int, ...] = ()
    _: KW_ONLY
    more: bool = False
    order: str = ""
    narrowed: str = ""
    whole: bool = False
    title: str = ""


class ListOut(QObject):
    """The ways out of one view; ``extract(rows)`` gives what is listed in these rows, in all of them when none is named.

    ``named`` is what the list is called, else the name it has for a screen reader; ``narrowed`` says by what its page
    filters it; ``whole`` whether private values are shown whole.
    """

    def __init__(
        self,
        view: QAbstractItemView,
        extract: Callable[[list[int]], Extract],
        *,
        copies: bool = True,
    ) -> None:
        super().__init__(view)
        self.named = ""
        self.narrowed: Callable[[], str] = str
        self.whole: Callable[[], bool] = bool
        self._view, self._extract = view, extract
        self._key, self._copies = SAVE, copies
        self._saving: list[QShortcut] = []
        self.heed(view)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(lambda at: self._pop_up(view.viewport().mapToGlobal(at)))

    @property
    def title(self) -> str:
        """What the list is called."""
        return self.named or self._view.accessibleName() or "名单"

    @property
    def chosen(self) -> list[int]:
        """The rows chosen by hand, from the top; none where only one can be marked."""
        if self._view.selectionMode() != QAbstractItemView.SelectionMode.ExtendedSelection:
            return []
        ranges = self._view.selectionModel().selection()
        return sorted({row for one in ranges for row in range(one.top(), one.bottom() + 1)})  # type: ignore[attr-defined]

    def heed(self, *widgets: QWidget) -> None:
        """Take the keys also while one of these has the focus, as the line does by which the list is filtered."""
        for widget in widgets:
            if self._key:
                self._saving.append(shortcut(self._key, widget, self.save, alone=True))
            if self._copies:
                shortcut(COPY, widget, self.copy, alone=True)
            if isinstance(widget, QLineEdit):
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep Ctrl+E from a line, which on Linux would go to its end by it."""
        asked = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if asked and self._key and event.keyCombination() == QKeySequence(self._key)[0]:  # type: ignore[attr-defined, index]
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def yield_key(self) -> None:
        """Leave Ctrl+E to something else on the page; the list is saved by its menu and its button."""
        self._key = ""
        for key in self._saving:
            key.setEnabled(False)

    def button(self) -> QPushButton:
        """A button with the menu of the list."""
        tip = f"把列出的存成 Excel 表格（{self._key}）".replace("（）", "") + f"，或复制（{COPY}）"
        made = button("导出 ▾", icon="exporting", tip=tip, name="list_out")
        made.clicked.connect(lambda: self._pop_up(made.mapToGlobal(made.rect().bottomLeft())))
        return made

    def menu(self) -> QMenu:
        """What can be done with the list as a whole."""
        menu, every, chosen = QMenu(self._view), self._extract([]), len(self.chosen)
        key = f"\t{self._key}" if self._key else ""
        acts: list[tuple[str, Callable[[], object]]] = [
            (f"{SAVING}：{_all(every)}{key}", partial(self._save_rows, []))
        ]
        if chosen > 1:
            acts.append((f"{SAVING}：选中的 {chosen} 行", partial(self._save_rows, self.chosen)))
        if self._copies:
            rows = f"选中的 {chosen} 行" if chosen else _all(every)
            acts.append((f"{COPYING}{rows}，含表头\t{COPY}", self.copy))
        for words, act in acts:
            menu.addAction(words, act).setEnabled(bool(every.count))
        return menu

    def save(self) -> None:
        """Save every row, or when several are chosen those that are asked for."""
        every, chosen = self._take(self._extract([])), self.chosen
        some = [self._take(self._extract(chosen))] if 1 < len(chosen) < every.count else []
        self._agree(SAVING, [every, *some], self._ask_where)

    def copy(self) -> None:
        """Copy the chosen rows with their heads; all of them where only one can be marked."""
        self.copy_these(self._extract(self.chosen))

    def copy_these(self, extract: Extract) -> None:
        """Copy some cells of the list with their heads."""
        self._agree(COPYING, [self._take(extract)], self._copy)

    async def write(self, path: Path, extract: Extract, why: str = "") -> None:
        """Read what is listed, note it in the trail and write it as a workbook, all beside the window."""
        workspace = self.workspace
        write = partial(_write, workspace, extract, path, why)
        count = await workspace.run(write, text=f"正在写 {path.name}", progress=True)
        workspace.say(f"已存成 {path.name}", f"{count} 行，在文件夹 {path.parent}", Tone.GOOD)

    @property
    def workspace(self) -> Workspace:
        """That of the page on which the view stands."""
        widget: QWidget | None = self._view
        while widget is not None:
            found = getattr(widget, "workspace", None)
            if isinstance(found, Workspace):
                return found
            widget = widget.parentWidget()
        raise LookupError("a list stands on a page with a workspace")

    def _take(self, extract: Extract) -> Extract:
        """What is about to leave, with what only the page knows of it."""
        narrowed = "；".join(words for words in (extract.narrowed, self.narrowed()) if words)
        whole = extract.whole or self.whole()
        return replace(extract, narrowed=narrowed, whole=whole, title=self.title)

    def _agree(self, act: str, offers: Sequence[Extract], then: Callable[[Extract, str], None]) -> None:
        """Ask what is not said yet, which rows or what whole numbers are for; then do it."""
        every, *some = offers
        if not every.count:
            self.workspace.say(*NOTHING)
        elif not some and not every.whole:
            then(every, "")
        else:
            words = [f"{act}：{_all(every)}", *(f"{act}：选中的 {one.count} 行" for one in some)]
            asking = Asking(act, words if some else [], reason=every.whole, parent=self._view.window())
            asking.agreed.connect(lambda place, why: then(offers[place], why))
            asking.open()

    def _save_rows(self, rows: list[int]) -> None:
        self._agree(SAVING, [self._take(self._extract(rows))], self._ask_where)

    def _ask_where(self, extract: Extract, why: str) -> None:
        offered = f"{NO_FILE.sub(' ', extract.title).strip()}_{self.workspace.today:%Y%m%d}.xlsx"
        path, _filter = QFileDialog.getSaveFileName(self._view, SAVING, offered, "Excel 工作簿 (*.xlsx)")
        if path:
            self.workspace.start(self.write(Path(path), extract, why))

    def _copy(self, extract: Extract, why: str) -> None:
        if extract.count <= AT_ONCE and not extract.more:
            _paste_up(self.workspace, _cells(self.workspace, extract, why, progress=None))
        else:
            self.workspace.start(self._copy_beside(extract, why))

    async def _copy_beside(self, extract: Extract, why: str) -> None:
        workspace, words = self.workspace, f"正在复制 {extract.count} 行"
        cells = await workspace.run(_cells, workspace, extract, why, text=words, progress=True)
        _paste_up(workspace, cells)

    def _pop_up(self, at: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)


def prepared(heads: Sequence[str], rows: Rows, people: Sequence[int] = ()) -> Extract:
    """What is about to leave a list whose rows are all there."""

    def read(*, progress: Progress | None) -> Rows:  # noqa: ARG001 - there is nothing to wait for
        return rows

    return Extract(tuple(heads), len(rows), read, tuple(people), whole=shows_numbers(rows))


def shown_columns(view: QAbstractItemView, columns: Iterable[int]) -> list[int]:
    """The columns of a table in sight, in the order in which they stand there."""
    heads = view.horizontalHeader()  # type: ignore[attr-defined] # a table
    return sorted((c for c in columns if not heads.isSectionHidden(c)), key=heads.visualIndex)


def note(workspace: Workspace, extract: Extract, rows: Rows, how: str, why: str = "") -> None:
    """Note who takes how many people out of the program, and how, before it happens."""
    people = sum(any(row[column] != "" for column in extract.people) for row in rows)
    what = f"{extract.title}（{how}）"
    desk = workspace.desk
    desk.trail.add(Step(workspace.now, desk.who, Act.EXPORT, what, people, full=extract.whole, why=why))


def _all(extract: Extract) -> str:
    return f"全部，多于列出的 {extract.count} 行" if extract.more else f"全部 {extract.count} 行"


def _write(workspace: Workspace, extract: Extract, path: Path, why: str, *, progress: Progress) -> int:
    """Write the workbook; gives how many rows it has."""
    rows = extract.read(progress=progress)
    listed = Listed(extract.title, extract.heads, rows, _about(workspace, extract, len(rows), why))
    content = workbook(listed, who=workspace.desk.who, at=workspace.now, progress=progress)
    note(workspace, extract, rows, SAVING, why)
    put(path, content)
    return len(rows)


def _cells(
    workspace: Workspace, extract: Extract, why: str, *, progress: Progress | None
) -> tuple[int, str, str]:
    """How many rows are copied, and their cells as text and as HTML; noted in the trail."""
    rows = extract.read(progress=progress)
    plain, table = copied(extract.heads, rows)
    note(workspace, extract, rows, COPYING, why)
    return len(rows), plain, table


def _paste_up(workspace: Workspace, copied_cells: tuple[int, str, str]) -> None:
    """Put copied cells where every program finds them."""
    count, plain, table = copied_cells
    cells = QMimeData()
    cells.setText(plain)
    cells.setHtml(table)
    QGuiApplication.clipboard().setMimeData(cells)
    workspace.say(f"已复制 {count} 行（含表头）", "可直接粘贴到 Excel 或 WPS。", Tone.GOOD)


def _about(workspace: Workspace, extract: Extract, count: int, why: str) -> list[tuple[str, str]]:
    """What the workbook says of itself."""
    told = (
        ("名单", extract.title),
        ("单位", workspace.settings.unit or workspace.desk.unit_name),
        ("筛选", extract.narrowed),
        ("次序", extract.order),
        ("行数", f"{count} 行"),
        ("号码", "完整号码" if extract.whole else "和屏幕上一样，没有完整号码"),
        ("用途", why),
        ("导出人", workspace.desk.who),
        ("导出时间", f"{workspace.now:%Y-%m-%d %H:%M}"),
    )
    return [(word, says) for word, says in told if says]
