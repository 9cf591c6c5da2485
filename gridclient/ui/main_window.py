"""The one window: navy bar, top bar, messages, tree | page | household, and the truth at the bottom."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from gridclient import paths
from gridclient.fields import RECORDS
from gridclient.store.day import knocked
from gridclient.store.homes import round_of
from gridclient.ui import messages, style
from gridclient.ui.banner import Banner
from gridclient.ui.beside import door_of, hand_over, meet
from gridclient.ui.building_tree import TREE, TreePane
from gridclient.ui.frame import StatusLine, TopBar
from gridclient.ui.leaves import Leaves
from gridclient.ui.messages import BusyBar, MessageBar
from gridclient.ui.navigation import PLACES, NavigationBar, Place, household_panel, place_of
from gridclient.ui.palette import Command, Palette
from gridclient.ui.parts import later
from gridclient.ui.saying import SyncState
from gridclient.ui.undoing import SparedKeys, redo, undo
from gridclient.ui.workspace import Workspace

ROOM = 480  # pixels at plain size a page has to have beside the tree
GATHER_MS = 400  # news that arrive together are counted together
INPUT = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.MouseMove)


class MainWindow(QMainWindow):
    """Shows places. ``closing`` when somebody closes it, ``locked`` when it is to be locked; both are up to the app."""

    closing = Signal()
    locked = Signal()

    def __init__(self, workspace: Workspace, places: Sequence[Place] = PLACES) -> None:
        super().__init__()
        self.workspace = workspace
        self.places = {place.name: place for place in places}
        self.setObjectName("main")
        self.setWindowTitle(f"网格员工作台 · {workspace.desk.unit_name}".rstrip(" ·"))
        self.setMinimumSize(1000, 600)
        self.resize(1366, 768)
        self.shown = ""
        self._may_close = False
        self._panel: QWidget | None = None
        self._pages: dict[str, QWidget] = {}
        self._history: list[tuple[str, QWidget | None]] = []  # a place, and what had the focus there
        self._counting: set[asyncio.Task[None]] = set()
        self._due: frozenset[str] | None = None
        self._tree_stale = True
        self._build()
        self._idle = later(self, workspace.settings.lock_minutes * 60_000, self.locked.emit)
        self._gather = later(self, GATHER_MS, self.recount)
        self._recount_drafts = later(self, GATHER_MS, self._show_drafts)
        self._connect()
        self._add_keys()
        self._spared = SparedKeys(self)
        self._show_who()
        self._on_sync(workspace.sync_state)

    def open_place(self, name: str, where: dict[str, Any]) -> None:
        """Bring a place to the front and hand it ``where``.

        ``household`` opens the panel, ``search`` the palette, ``back`` goes to the place before.
        """
        if name == "search":
            self.palette_.ask(str(where.get("words", "")))
        elif name == "back":
            self._back()
        elif name == "household":
            self._show_household(where)
        else:
            wanted = place_of(where.get("kind", "")) if name == "records" else name
            self._show_place(self.places[wanted])
            hand_over(self._pages[wanted], where)

    def page(self, name: str) -> QWidget:
        """The page of a place, made when it is first asked for."""
        if name not in self._pages:
            page = self._pages[name] = self.places[name].make(self.workspace)
            self.stack.addWidget(page)
            if hasattr(page, "widened"):
                page.widened.connect(lambda _on: self._show_panel(self.places[name]))
        return self._pages[name]

    def take_last_place(self) -> None:
        """Stand where the window stood when it was last closed, as far as a screen still shows all of it."""
        kept = _sizes().value("geometry")
        usual = self.geometry()
        if isinstance(kept, QByteArray) and self.restoreGeometry(kept):
            shown = any(s.availableGeometry().contains(self.geometry()) for s in QGuiApplication.screens())
            if not (shown or self.isMaximized() or self.isFullScreen()):
                self.setGeometry(usual)

    def recount(self) -> None:
        """Bring the figures at the bottom and the tree up to date, off the window's thread."""
        task = self.workspace.start(self._recount())
        self._counting.add(task)
        task.add_done_callback(self._counting.discard)

    def open_forms(self) -> list[tuple[str, dict[str, Any]]]:
        """The places with a half-typed form, and what to hand them so that another window shows it again."""
        from gridclient.ui.form import RecordForm  # comes with the first page that has one

        return [
            (name, {"kind": form.spec.name, **({"new": True} if form.is_new else {"id": form.record.id})})
            for name, page in self._pages.items()
            for form in page.findChildren(RecordForm)
            if form.dirty
        ]

    def take_forms(self, forms: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Open half-typed forms of a window before this one, from their drafts; the place shown stays."""
        for name, where in forms:
            hand_over(self.page(name), where)

    def close_for_good(self) -> None:
        """Close without asking the app again; what is still being counted is no longer shown."""
        self._may_close = True
        for task in self._counting:
            task.cancel()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            messages.listen(None)
            self._keep_sizes()
            event.accept()
        else:
            event.ignore()
            self.closing.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        self._idle.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.palette_.hide()
        if self.shown and self._fold_tree():
            self._show_panel(self.places[self.shown])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nothing in the page wants closes the message, else goes back to the page."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.messages.isVisible():
            self.messages.hide()
        else:
            self._focus_page()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in INPUT:
            self._idle.start()
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self.navigation = NavigationBar(tuple(self.places.values()))
        self.top = TopBar()
        self.banner = Banner(self.workspace)
        self.messages = MessageBar()
        self.busy = BusyBar(self.workspace.cancel)
        self.tree = TreePane(self.workspace)
        self.stack = Leaves()
        self.split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.split.addWidget(self.tree)
        self.split.addWidget(self.stack)
        self.split.setStretchFactor(1, 1)
        self.tree.hide()
        self.status = StatusLine()
        self.setStatusBar(self.status)
        notes = QVBoxLayout()
        notes.setContentsMargins(style.px(12), style.px(4), style.px(12), style.px(4))
        notes.setSpacing(style.px(6))
        notes.addWidget(self.banner)
        notes.addWidget(self.messages)
        notes.addWidget(self.busy)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.top)
        right.addLayout(notes)
        right.addWidget(self.split, 1)
        body = QWidget()
        style.role(body, "page")
        whole = QHBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.navigation)
        whole.addLayout(right, 1)
        self.setCentralWidget(body)
        self.palette_ = Palette(self.workspace, self.commands(), body)

    def commands(self) -> list[Command]:
        """What Ctrl+K can do besides finding: every place, a new record of the usual kinds, and a few acts."""
        go = [
            Command(
                f"打开 {place.title}", partial(self.workspace.open_place, place.name), place.icon, place.key
            )
            for place in self.places.values()
        ]
        new = [
            Command(f"新增{RECORDS[kind].title}", partial(self._add, kind), "add")
            for kind in ("resident", "household", "building", "dwelling", "party_centre_household")
        ]
        acts = [
            Command(
                "表格录入", partial(self.workspace.open_place, "buildings", view="sheet"), "buildings", "F5"
            ),
            Command("立即同步", self.workspace.sync_now, "sync", "Ctrl+R"),
            Command("撤回上一次保存", partial(undo, self.workspace), "undo", "Ctrl+Z"),
            Command("重做撤回的修改", partial(redo, self.workspace), "undo", "Ctrl+Y"),
            Command("锁定", self.locked.emit, "lock", "Ctrl+L"),
            Command("户籍变动", partial(self.workspace.open_place, "household", turn=True), "residents", "J"),
        ]
        return [*go, *new, *acts]

    def _connect(self) -> None:
        workspace = self.workspace
        self.navigation.chosen.connect(workspace.open_place)
        self.tree.turned.connect(lambda: self._show_panel(self.places[self.shown]))
        self.top.search_wanted.connect(self.palette_.ask)
        self.status.drafts_wanted.connect(partial(workspace.open_place, "drafts"))
        self.top.sync_wanted.connect(partial(workspace.open_place, "sync"))
        workspace.place_opened.connect(self.open_place)
        workspace.said.connect(self.messages.show_message)
        workspace.failed.connect(messages.report)
        workspace.busy_changed.connect(self.busy.show_busy)
        workspace.sync_changed.connect(self._on_sync)
        workspace.changed.connect(self._on_changed)
        workspace.drafts_changed.connect(self._recount_drafts.start)
        messages.listen(self.messages.show_message)

    def _add_keys(self) -> None:
        keys: dict[str, Callable[..., Any]] = {
            place.key: partial(self.workspace.open_place, place.name)
            for place in self.places.values()
            if place.key
        }
        keys |= {
            "Ctrl+K": self.palette_.ask,
            "Ctrl+L": self.locked.emit,
            "Ctrl+R": self.workspace.sync_now,
            "Ctrl+Z": partial(undo, self.workspace),
            "Ctrl+Y": partial(redo, self.workspace),
            "Ctrl+Shift+Z": partial(redo, self.workspace),
            "Ctrl+1": self.tree.ask,
            "Ctrl+2": self._focus_page,
            "Ctrl+3": self._focus_panel,
            "Alt+Left": self._back,
        }
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self, act).setAutoRepeat(False)  # a key held down undoes once

    def _show_place(self, place: Place) -> None:
        page = self.page(place.name)
        if self.shown and self.shown != place.name:
            self._history.append((self.shown, QApplication.focusWidget()))
        self.shown = place.name
        self.stack.setCurrentWidget(page)
        self.navigation.show_place(place.name)
        self.tree.setVisible(place.tree)
        if place.tree and self._tree_stale:
            self.recount()
        self._show_panel(place)
        page.setFocus()

    def _show_panel(self, place: Place) -> None:
        """Show the panel beside a place that has it, unless its page needs all the room."""
        wide = getattr(self._pages[place.name], "wide", False)
        if place.panel and not wide:
            self._panel_widget().show()
        elif self._panel is not None:
            self._panel.hide()
        self._share_width(place, panel=place.panel and not wide)

    def _share_width(self, place: Place, *, panel: bool) -> None:
        beside = style.px(350) if panel else 0
        self._fold_tree()
        tree = self.tree.breadth if place.tree else 0
        rest = max(style.px(400), self.split.width() - tree - beside)
        self.split.setSizes([tree, rest, beside])

    def _fold_tree(self) -> bool:
        """Fold the tree where it and the panel leave a page too little; True when that is new."""
        before, panel = self.tree.breadth, self._panel
        beside = style.px(350) if panel is not None and not panel.isHidden() else 0
        self.tree.fold(self.width() - self.navigation.width() - style.px(TREE) - beside < style.px(ROOM))
        return self.tree.breadth != before

    def _panel_widget(self) -> QWidget:
        if self._panel is None:
            self._panel = household_panel(self.workspace)
            self._panel.setMinimumWidth(style.px(330))
            self.split.addWidget(self._panel)
            self.split.setStretchFactor(2, 0)
        return self._panel

    def _show_household(self, where: dict[str, Any]) -> None:
        if not self.shown or not self.places[self.shown].panel:
            self._show_place(self.places["buildings"])
        dwelling = door_of(self.workspace, where)
        if dwelling and not meet(self._pages[self.shown], dwelling):
            self._show_place(self.places["buildings"])
            meet(self._pages["buildings"], dwelling)
        panel = self._panel_widget()
        panel.show()
        hand_over(panel, where)

    def _add(self, kind: str) -> None:
        self.workspace.open_place("records", kind=kind, new=True)

    def _back(self) -> None:
        """Go to the place before, and to where one stood in it."""
        if self._history:
            name, focus = self._history.pop()
            self.shown = ""
            self._show_place(self.places[name])
            if focus is not None and isValid(focus) and focus.isVisible():
                focus.setFocus()

    def _focus_page(self) -> None:
        page = self.stack.currentWidget()
        if page is not None:
            page.setFocus()

    def _focus_panel(self) -> None:
        if self._panel is not None and self._panel.isVisible():
            self._panel.setFocus()

    def _show_who(self) -> None:
        desk = self.workspace.desk
        self.top.show_who(desk.unit_name, desk.who)

    def _on_changed(self, news: list[Any]) -> None:
        self.status.show_saved(self.workspace.now)
        self._tree_stale = True
        # A visit of one's own makes no other door due.
        if any(one.remote or one.kind != "visit" for one in news):
            self._due = None
        self._gather.start()

    def _on_sync(self, state: SyncState) -> None:
        self.top.show_sync(state)
        self.status.show_sync(state)
        self.banner.show_state(state)

    async def _recount(self) -> None:
        workspace, page = self.workspace, self._pages.get(self.shown)
        if page is not None and page.isVisible() and not getattr(page, "settled", True):
            self._gather.start()  # the page first: read at once, both would take twice as long
            return
        if self._due is None:
            self._due = await workspace.run(_due_doors, workspace)
        done = await workspace.run(knocked, workspace.replica, workspace.today)
        self.status.show_round(len(done), len((self._due or frozenset()) | done.keys()))
        self._show_drafts()
        if self.tree.isVisible():
            self._tree_stale = False
            await self.tree.reload()

    def _show_drafts(self) -> None:
        self.status.show_drafts(len(self.workspace.desk.drafts.all()))

    def _keep_sizes(self) -> None:
        _sizes().setValue("geometry", self.saveGeometry())


def _sizes() -> QSettings:
    return QSettings(str(paths.config_folder() / "window.ini"), QSettings.Format.IniFormat)


def _due_doors(workspace: Workspace) -> frozenset[str]:
    return frozenset(door.dwelling for door in round_of(workspace.replica, workspace.today))
