"""One session over an open vault: the main window, its rounds, and how it ended.

Kept light: the window itself and what it stands on are imported once the vault is open.
"""

import asyncio
from contextlib import suppress
from enum import Enum
from functools import partial
import gc
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from gridclient import paths, settings
from gridclient.settings import Settings
from gridclient.ui import icons, style

if TYPE_CHECKING:
    from gridclient.desk import Desk
    from gridclient.ui.leaving import LeavingQuestion
    from gridclient.ui.main_window import MainWindow
    from gridclient.ui.workspace import Workspace

LOOK_MS = 20_000  # how often one looks whether another day has begun
CALM_S = 3  # after unlocking; the list of today comes first


class Ended(Enum):
    """How a session ended."""

    CLOSED = 1
    LOCKED = 2
    WITHDRAWN = 3


async def worked(desk: "Desk") -> Ended:
    """Show the main window until it is closed, locked, or the office withdrew the laptop."""
    from gridclient.ui.rounds import Rounds
    from gridclient.ui.workspace import Workspace

    loop = asyncio.get_running_loop()
    workspace = Workspace(desk, settings.load(paths.settings_file()))
    rounds = Rounds(workspace)
    ended: asyncio.Future[Ended] = loop.create_future()
    shown = _Shown(workspace, ended)
    rounds.begin()
    workspace.start(_make_ready(workspace))
    clock = QTimer(workspace, interval=LOOK_MS)  # a laptop that slept over midnight knows at once
    clock.timeout.connect(workspace.turn_day)
    clock.start()
    try:
        return await ended
    finally:
        shown.hide()
        clock.stop()
        rounds.stop()
        desk.let_go_of_hub()
        await workspace.close()
        shown.close()


async def _make_ready(workspace: "Workspace") -> None:
    """Write up what the search has missed, and load what is not on the screen yet, so that nobody waits for it later."""
    from gridclient.errors import NoSpace

    with suppress(NoSpace):  # whoever saves next is told
        await workspace.run(workspace.desk.index.catch_up)
    await asyncio.sleep(CALM_S)
    await workspace.run(_load_pages)
    gc.freeze()  # the program itself stays; looking through it for garbage would only hold up the window


def _load_pages() -> None:
    """Import every page, read ledgers and icons; from a slow disk that takes seconds, which must not be the window's."""
    from gridclient import ui
    from gridclient.ledger.template import shipped

    for module in iter_modules(ui.__path__):
        import_module(f"{ui.__name__}.{module.name}")
    shipped()
    icons.read_all()


class _Shown:
    """The main window of one session, made anew when colours or sizes change."""

    def __init__(self, workspace: "Workspace", ended: "asyncio.Future[Ended]") -> None:
        self._workspace, self._ended = workspace, ended
        self._question: LeavingQuestion | None = None
        self._window = self._made("today")
        workspace.settings_changed.connect(self._on_settings)
        workspace.withdrawn.connect(partial(self._end, Ended.WITHDRAWN))

    def hide(self) -> None:
        self._window.hide()

    def close(self) -> None:
        self._window.close_for_good()
        self._window.deleteLater()

    def _made(self, place: str) -> "MainWindow":
        from gridclient.ui.main_window import MainWindow

        window = MainWindow(self._workspace)
        window.closing.connect(self._on_closing)
        window.locked.connect(self._on_locked)
        window.take_last_place()
        window.show()
        window.open_place(place, {})
        window.recount()
        return window

    def _on_settings(self, looks: bool) -> None:
        app = QApplication.instance()
        if looks and isinstance(app, QApplication):
            old = self._window
            old.hide()  # what is half typed becomes a draft
            dress(app, self._workspace.settings)
            self._window = self._made(old.shown)
            self._window.take_forms(old.open_forms())
            self._window.setGeometry(old.geometry())
            self._window.activateWindow()
            old.close_for_good()
            old.deleteLater()

    def _on_closing(self) -> None:
        """End at once when the centre has everything, or the computer is being shut down; ask otherwise."""
        from gridclient.ui.leaving import LeavingQuestion, worth_asking

        app = QApplication.instance()
        leaving = isinstance(app, QApplication) and app.isSavingSession()
        if leaving or not worth_asking(self._workspace):
            self._end(Ended.CLOSED)
        elif self._question is None or not isValid(self._question):
            self._question = LeavingQuestion(self._workspace, "退出", self._window)
            self._question.agreed.connect(partial(self._end, Ended.CLOSED))
            self._question.open()

    def _on_locked(self) -> None:
        self._end(Ended.LOCKED)

    def _end(self, how: Ended) -> None:
        if not self._ended.done():
            self._ended.set_result(how)


def dress(app: QApplication, chosen: Settings) -> None:
    """Colours and sizes as the settings say."""
    style.apply(
        app,
        theme=chosen.theme,
        scale_percent=chosen.scale,
        large=chosen.large_print,
        screen=app.primaryScreen().size(),
    )
