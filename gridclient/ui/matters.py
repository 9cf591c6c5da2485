"""事项 (F8): what people asked for, what of it is still open or overdue, and beside it the one that is looked at."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.records import Matter, MatterStep
from gridclient.records.matter import MatterKind
from gridclient.rules.matters import Standing, standing
from gridclient.store.matters import MatterLine, matters
from gridclient.ui import style
from gridclient.ui.blank import OrWords
from gridclient.ui.lines import lines_of
from gridclient.ui.matter_pane import MatterPane
from gridclient.ui.parts import button, containing, label, later, line, shortcut
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.step_form import Asking
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

GATHER_MS = 150  # news that arrive together are shown together
SHOWN = {"": "未办结", "overdue": "超期", "done": "已办结", "all": "全部"}
KEYS = "Enter 记一步　C 办结　R 重新打开　T 改期限　G 到这一户　F 全部资料"
WATCHED = {Matter.kind(), MatterStep.kind()}
MOST = 1000  # shown at once: nobody looks through more, and words narrow them down


@dataclass(frozen=True, slots=True)
class Listed:
    """One matter as the list shows and finds it."""

    line: MatterLine
    place: str
    stands: Standing
    words: str


class MattersPage(QWidget):
    """The list and its pane.

    Enter notes a step, C settles, R opens again, T sets another day, G goes to the household, F opens every field,
    Ctrl+N adds one, Ctrl+F or ``/`` filters.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("matters_page")
        self.pane = MatterPane(workspace)
        self.list = RowsView(("期限", "类型", "标题", "地点"), (7, 5, 13), people=(3,))
        self.list.setAccessibleName("事项")
        self.words = line("标题、地点、当事人、编号   Ctrl+F", says="筛选事项", name="filter")
        self.kinds = QComboBox()
        self._or_words = OrWords(self.list)
        self._found: list[Listed] = []
        self._wanted = ""
        self._reading = self._stale = self._moving = False
        self._gather = later(self, GATHER_MS, self.reload)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.list)

    def open(self, *, id: str = "", state: str = "", words: str = "", **_where: Any) -> None:
        """Show the list, at one matter, of one state or filtered by words."""
        self._wanted = id
        if id or state or words:
            self._states[state or "all"].setChecked(True)
            self.words.setText(words)
        self.reload()

    def reload(self) -> None:
        """Read the matters again, beside the window."""
        self._gather.stop()
        if self._reading:
            self._stale = True
            return
        self._reading, self._stale = True, False
        self.workspace.start(self._read())

    def showEvent(self, event: QShowEvent) -> None:
        """Read when the page is seen."""
        super().showEvent(event)
        self.reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One letter for each thing one does with a matter."""
        acts: dict[str, Callable[[], object]] = {
            "c": partial(self.pane.ask, Asking.CLOSE),
            "r": partial(self.pane.ask, Asking.REOPEN),
            "t": partial(self.pane.ask, Asking.DUE),
            "g": self.pane.open_home,
            "f": self._open_all,
            "/": self.words.setFocus,
        }
        act = acts.get(event.text().lower())
        if act is not None and self.list.hasFocus():
            act()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(0)
        self._group = QButtonGroup(self, exclusive=True)
        self._states = {}
        for code, word in SHOWN.items():
            made = self._states[code] = button(word, self._show_list, role="segment", checkable=True)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(made)
            head.addWidget(made)
        self._states[""].setChecked(True)
        head.addSpacing(style.px(10))
        self.kinds.setAccessibleName("按类型筛选")
        self.kinds.addItem("类型：全部", "")
        for kind in MatterKind:
            self.kinds.addItem(kind.label, kind.value)
        head.addWidget(self.kinds)
        head.addSpacing(style.px(8))
        self.words.setClearButtonEnabled(True)
        head.addWidget(self.words, 1)
        head.addSpacing(style.px(8))
        head.addWidget(self.list.out.button())
        head.addSpacing(style.px(8))
        head.addWidget(button("新增事项", self._add, role="primary", icon="add", tip="Ctrl+N"))
        both = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        both.addWidget(self._or_words)
        both.addWidget(self.pane)
        both.setSizes([600, 520])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(8), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addLayout(head)
        layout.addWidget(both, 1)
        self.hint = label(KEYS, "hint")
        layout.addWidget(self.hint)

    def _connect(self) -> None:
        self.list.selectionModel().currentRowChanged.connect(self._follow)
        self.list.opened.connect(lambda _line: self.pane.ask(Asking.STEP))
        self.pane.released.connect(self.list.setFocus)
        self.words.textChanged.connect(self._show_list)
        self.words.returnPressed.connect(self.list.setFocus)
        self.kinds.activated.connect(self._show_list)
        self.workspace.changed.connect(self._on_changed)
        shortcut("Ctrl+N", self, self._add)
        shortcut("Ctrl+F", self, self.words.setFocus)
        self.list.out.heed(self.words, self.kinds)
        self.list.out.narrowed = self._narrowed

    def _on_changed(self, news: list[Any]) -> None:
        if self.isVisible() and any(item.kind in WATCHED for item in news):
            self._gather.start()

    async def _read(self) -> None:
        workspace = self.workspace
        try:
            found = await workspace.run(read, workspace.replica, workspace.today)
        finally:
            self._reading = False
        if not isValid(self):
            return
        self._found = found
        self._show_counts()
        self._show_list()
        if self._stale:
            self.reload()

    def _show_list(self, *_what: object) -> None:
        chosen = next(code for code, made in self._states.items() if made.isChecked())
        wanted = self.words.text().casefold().split()
        fitting = [one for one in self._found if self._wants(one, chosen, wanted)]
        asked = [one for one in self._found if one.line.id == self._wanted and one not in fitting[:MOST]]
        self._keep_mark([_told(one) for one in (*asked, *fitting[:MOST])])
        more = len(fitting) - MOST
        self.list.every = partial(_all_told, fitting) if more > 0 else None
        self.hint.setText(f"还有 {more} 件没有列出，输入几个字缩小范围" if more > 0 else KEYS)
        self.pane.setVisible(bool(self._found))
        self.hint.setVisible(bool(self._found))
        if fitting:
            self._or_words.show_view()
        else:
            self._or_words.show_words(*self._nothing(chosen))

    def _show_counts(self) -> None:
        counts = Counter(one.stands.state for one in self._found)
        counts[""], counts["all"] = counts["open"] + counts["overdue"], len(self._found)
        for code, made in self._states.items():
            made.setText(f"{SHOWN[code]} {counts[code]}")

    def _narrowed(self) -> str:
        chosen = next(word for code, word in SHOWN.items() if self._states[code].isChecked())
        kind = self.kinds.currentText() if self.kinds.currentData() else ""
        return "；".join(filter(None, (chosen, kind, containing(self.words))))

    def _wants(self, one: Listed, chosen: str, words: list[str]) -> bool:
        states = {"": ("open", "overdue"), "all": ("open", "overdue", "done")}.get(chosen, (chosen,))
        kind = self.kinds.currentData()
        fits = one.stands.state in states and kind in ("", one.line.kind_of_matter)
        return fits and all(word in one.words for word in words)

    def _keep_mark(self, told: list[Told]) -> None:
        """Show these rows; the mark goes to the one asked for, else stays at its matter, else at its height."""
        shown = self.pane.matter
        wanted, self._wanted = self._wanted or (shown.id if shown else ""), ""
        self._moving = True  # a mark on its way would close the form that is open beside it
        self.list.show_rows(told)
        row = next((row for row, one in enumerate(told) if one.about == wanted), -1)
        if row >= 0:
            self.list.selectRow(row)
        self._moving = False
        self._follow()

    def _follow(self, *_rows: object) -> None:
        if not self._moving:
            self.pane.show_matter(self.list.chosen or "")

    def _nothing(self, chosen: str) -> tuple[str, str]:
        if not self._found:
            return "还没有事项", "走访时按 E 记下居民说的事，或按 Ctrl+N 新增。"
        if self.words.text().strip() or self.kinds.currentData():
            return "没有符合的", "改一改筛选，或点“全部”。"
        return {"overdue": "没有超期的事项", "": "事项都办结了"}.get(chosen, "还没有办结的事项"), ""

    def _open_all(self) -> None:
        if self.pane.matter is not None:
            self.workspace.open_place("records", kind=Matter.kind(), id=self.pane.matter.id, whole=True)

    def _add(self) -> None:
        self.workspace.open_place("records", kind=Matter.kind(), new=True)


def read(replica: Replica, today: date) -> list[Listed]:
    """Every matter with its place: as it was written down, else where its household lives."""
    found = matters(replica, today)
    homes = lines_of(replica, "household", {m.household for m in found if not m.place})
    places = [m.place or homes.get(m.household, "") for m in found]
    return [
        Listed(m, place, standing(m, today), f"{m.words} {place}".casefold())
        for m, place in zip(found, places, strict=True)
    ]


def _told(one: Listed) -> Told:
    kind = MatterKind.words(one.line.kind_of_matter)
    return Told((one.stands.words, kind, one.line.title, one.place), one.stands.tone, one.line.id)


def _all_told(found: Sequence[Listed]) -> list[Told]:
    return [_told(one) for one in found]
