"""The real window without a person: keys go in, pictures come out."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication
import qasync

from gridclient.desk import Desk
from gridclient.records import Building, Dwelling, Visit
from gridclient.records.visit import Outcome
from gridclient.settings import Settings
from gridclient.ui import style
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace

PLACES = ("today", "buildings", "residents", "centre", "ledgers", "sync", "figures")
SIZE = (1366, 768)
DOORS = (("3", "Return"), ("1", "Return"), ("2", "T", *"19900090999", "Ctrl+Return"))
SETTLE_S = 0.4


class Screen:
    """One window over a desk, moved by :meth:`press` and looked at by :meth:`picture`."""

    def __init__(self, window: MainWindow, loop: asyncio.AbstractEventLoop) -> None:
        self.window = window
        self._loop = loop

    def open(self, place: str, **where: object) -> None:
        """Go to a place, as its key or the tree would."""
        self._do(partial(self.window.open_place, place, where))

    def press(self, *keys: str) -> None:
        """Send keys, named as in a shortcut, to whatever has the focus."""
        self._do(partial(_press, keys, self.window))

    def settle(self, seconds: float = SETTLE_S) -> None:
        """Let what is under way come to rest."""
        self._loop.run_until_complete(asyncio.sleep(seconds))

    def _do(self, act: Callable[[], None]) -> None:
        """Act inside the running loop, where pages may start work of their own, and let that come to rest.

        In one run of the loop: between two of them Qt would go on with such work where no loop runs.
        """
        done = self._loop.create_future()
        self._loop.call_soon(partial(_settle, done, act))
        self._loop.run_until_complete(done)

    def picture(self, path: Path) -> Path:
        """Save what the window shows."""
        self.window.grab().save(str(path))
        return path


def _press(keys: Sequence[str], window: MainWindow) -> None:
    for name in keys:
        stroke = QKeySequence(name)[0]  # type: ignore[index] # its stub forgets __getitem__
        text = name.lower() if len(name) == 1 else ""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, stroke.key(), stroke.keyboardModifiers(), text)
            QApplication.sendEvent(QApplication.focusWidget() or window, key)


def _settle(done: "asyncio.Future[None]", act: Callable[[], None]) -> None:
    try:
        act()
    except Exception as error:  # noqa: BLE001 - handed to whoever waits
        done.set_exception(error)
    else:
        done.get_loop().call_later(SETTLE_S, done.set_result, None)


@contextmanager
def screen_of(desk: Desk, app: QApplication) -> Iterator[Screen]:
    """The window over a desk, shown for as long as the block lasts."""
    settings = Settings()
    style.apply(app, theme=settings.theme, scale_percent=settings.scale, large=settings.large_print)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    workspace = Workspace(desk, settings)
    window = MainWindow(workspace)
    window.resize(*SIZE)
    window.show()
    window.activateWindow()
    screen = Screen(window, loop)
    try:
        screen.settle()
        yield screen
    finally:
        loop.run_until_complete(workspace.close())
        window.close_for_good()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        loop.close()
        asyncio.set_event_loop(None)


def three_doors(desk: Desk, app: QApplication) -> list[str]:
    """Close three doors with the keys of the visit loop; the words of each visit made."""
    told = []
    with screen_of(desk, app) as screen:
        screen.open("buildings")
        screen.press("PgDown")
        known = {visit.id for visit in desk.replica.all(Visit)}
        for keys in DOORS:
            screen.press(*keys)
            for visit in desk.replica.all(Visit):
                if visit.id not in known:
                    known.add(visit.id)
                    told.append(
                        f"{_address(desk, visit)} {Outcome.words(visit.outcome)}，按键 {_strokes(keys)} 下"
                    )
    return told


def draw(desk: Desk, folder: Path, app: QApplication, places: Sequence[str] = PLACES) -> list[Path]:
    """Draw places of the window as PNG files, 1366×768."""
    with screen_of(desk, app) as screen:
        drawn = []
        for place in places:
            screen.open(place)
            drawn.append(screen.picture(folder / f"{place}.png"))
        return drawn


def _address(desk: Desk, visit: Visit) -> str:
    dwelling = desk.replica.get(Dwelling, visit.dwelling)
    building = desk.replica.get(Building, dwelling.building) if dwelling else None
    return f"{building.name}{dwelling.unit}单元{dwelling.door}" if building and dwelling else ""


def _strokes(keys: Sequence[str]) -> int:
    return len(keys)
