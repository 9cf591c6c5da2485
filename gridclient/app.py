"""The composition root of the window: builds the application, unlocks, shows, and ends tidily. It decides nothing.

The unlock window stands before the store and the records are imported; they load in a thread meanwhile.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
import gc
import logging
from logging.handlers import RotatingFileHandler
import os
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QLocale, QTimer, QtMsgType, QTranslator, qInstallMessageHandler
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication
import qasync

from gridclient import paths, settings
from gridclient.settings import Settings
from gridclient.ui import icons, messages, style
from gridclient.ui.session import Ended, dress, worked
from gridclient.ui.unlock import UnlockWindow

if TYPE_CHECKING:
    from gridclient.desk import Desk

log = logging.getLogger(__name__)

COLLECT_MS = 40  # often and little: what a worker has read by the thousand is looked through here
COLLECT_AT = (4000, 5, 40)  # objects made since, youngest collections since, and middle ones
WORKERS = 2
# How long a busy worker keeps the window waiting, each time the window comes back from Qt, some hundred times while a page
# is made: with Python's 5 ms the page beside a worker takes 1.9 s, with half a millisecond 0.3 s, with this 0.1 s.
TURN_S = 0.0001


def run(vault: Path | None = None, argv: list[str] | None = None) -> int:
    """Open the window and stay until it is closed; the exit code."""
    keep_log()
    ask_for_the_right_input_method()
    app = application(argv if argv is not None else sys.argv[:1])
    chosen = settings.load(paths.settings_file())
    dress(app, chosen)
    pin_garbage(app)
    sys.setswitchinterval(TURN_S)
    sys.excepthook = messages.hook
    qInstallMessageHandler(_qt_said)
    code: int = _run_loop(app, _main(chosen, vault))
    logging.shutdown()
    return code


def application(argv: list[str]) -> QApplication:
    """The one QApplication, speaking Chinese, with a font that has the glyphs; the same one whoever asks again."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    app = QApplication(argv)
    app.setApplicationName("gridclient")
    app.setApplicationDisplayName("网格员工作台")
    app.setDesktopFileName("gridclient")
    app.setQuitOnLastWindowClosed(False)
    add_shipped_fonts()
    speak_chinese(app)
    app.setWindowIcon(icons.icon("app", style.DAY.accent))
    return app


def without_window() -> QApplication:
    """The application for painting paper and pictures: the one there is, else one that needs no screen."""
    if QApplication.instance() is None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return application(["gridclient"])


def speak_chinese(app: QApplication) -> None:
    """Qt's own buttons and menus in Chinese, as far as its translations are installed."""
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        app.installTranslator(translator)


def add_shipped_fonts() -> None:
    """Make the fonts that come with the program known, for systems without a Chinese one and for rare names."""
    folder = paths.resource("fonts")
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name.endswith((".otf", ".ttf")):
            QFontDatabase.addApplicationFontFromData(file.read_bytes())


def ask_for_the_right_input_method() -> None:
    """Speak to fcitx the way it understands: Qt's wheels have no plug-in for it, but fcitx answers as ibus too."""
    wanted = os.environ.get("XMODIFIERS", "") + os.environ.get("QT_IM_MODULE", "")
    if sys.platform.startswith("linux") and "fcitx" in wanted:
        os.environ["QT_IM_MODULE"] = "ibus"


def pin_garbage(app: QApplication) -> None:
    """Collect garbage on the window's thread only: elsewhere it would destroy widgets under Qt's feet."""
    gc.disable()
    timer = QTimer(app, interval=COLLECT_MS)
    timer.timeout.connect(_collect)
    timer.start()


def keep_log() -> None:
    """Write what goes wrong to a file in the log folder; a full disk must not keep the window from opening."""
    with suppress(OSError):
        folder = paths.log_folder()
        folder.mkdir(parents=True, exist_ok=True)
        kept = RotatingFileHandler(
            folder / "gridclient.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
        )
        kept.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logging.getLogger().addHandler(kept)
        logging.getLogger().setLevel(logging.INFO)


def _run_loop(app: QApplication, work: Coroutine[Any, Any, int]) -> int:
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="app")
    loop.set_default_executor(pool)  # never qasync's own, whose threads Python may collect widgets in
    loop.set_exception_handler(_loop_said)
    try:
        return int(loop.run_until_complete(work))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        loop.close()
        asyncio.set_event_loop(None)


async def _main(chosen: Settings, vault: Path | None) -> int:
    """Unlock, work, and, when the window was locked, begin again."""
    path, note = vault or _last_vault(chosen), ""
    if paths.wiping_mark(path).exists():
        return await _wiped(_finish_wiping, path)
    while True:
        desk = await unlocked(path, note)
        if desk is None:
            return 0
        path = desk.vault.path
        if path != vault:  # one named on the command line is meant for this once
            _remember_vault(path)
        try:
            if desk.done_for:  # what was handed in last time, and not wiped
                how = Ended.WITHDRAWN
            else:
                how = await worked(desk)
            if how is Ended.WITHDRAWN and desk.done_for:
                return await _wiped(_wipe, desk)
            note = _note_of(desk)
        finally:
            desk.close()
        if how is Ended.CLOSED:
            return 0


def _note_of(desk: "Desk") -> str:
    """What is said at the lock about work the centre does not have."""
    waiting = desk.replica.pending() if desk.address else 0
    return f"还有 {waiting} 条修改没有上传；都已存在本机，解锁后联网会自动上传。" if waiting else ""


def _wipe(desk: "Desk") -> str:
    return desk.wipe()


def _finish_wiping(path: Path) -> str:
    from gridclient.store.wipe import finish

    finish(path)
    return ""


async def _wiped(wipe: Callable[..., str], what: "Desk | Path") -> int:
    """Destroy the data, say what happened to this laptop, and end."""
    from gridclient.errors import GridError
    from gridclient.ui.wiped import WipedWindow

    try:
        window = WipedWindow(await asyncio.to_thread(wipe, what))
    except GridError as error:  # the next start goes on with it
        window = WipedWindow(f"{error.title}。{error.advice}下次打开程序时会接着清除。", whole=False)
    over = asyncio.get_running_loop().create_future()
    window.finished.connect(over.set_result)
    window.show()
    await over
    window.deleteLater()
    return 0


def _last_vault(chosen: Settings) -> Path:
    """The vault opened last, while it or the mark of its end is still there; else the usual one."""
    last = Path(chosen.vault)
    there = chosen.vault and (last.exists() or paths.wiping_mark(last).exists())
    return last if there else paths.vault_file()


def _remember_vault(path: Path) -> None:
    """Offer this vault at the next start; a full disk must not keep anybody from working."""
    from gridclient.errors import NoSpace

    file = paths.settings_file()
    with suppress(NoSpace, ValueError):
        settings.save(settings.load(file).with_value("vault", str(path.absolute())), file)


async def unlocked(path: Path, note: str = "") -> "Desk | None":
    """Show the unlock window, with a note, until a vault is open; None when it was closed instead."""
    window = UnlockWindow(path, note=note)
    done: asyncio.Future[Desk | None] = asyncio.get_running_loop().create_future()
    opening = _Opening(window, done)
    window.show()
    asyncio.get_running_loop().run_in_executor(None, _load_store)
    try:
        return await done
    finally:
        await opening.settle()
        window.hide()
        window.deleteLater()


class _Opening:
    """Opens what the unlock window asks for, off the window's thread, one attempt at a time."""

    def __init__(self, window: UnlockWindow, done: "asyncio.Future[Desk | None]") -> None:
        self._window, self._done = window, done
        self._task: asyncio.Task[None] | None = None
        window.wanted.connect(self._open)
        window.new_wanted.connect(self._create)
        window.rejected.connect(self._give_up)

    async def settle(self) -> None:
        """Wait for an attempt under way and let go of what it opened too late."""
        if self._task is not None:
            await asyncio.wait([self._task])

    def _open(self, path: Path, passphrase: str) -> None:
        self._try("正在解锁…", _open_desk, path, passphrase)

    def _create(self, path: Path, passphrase: str, who: str, unit: str, code: str) -> None:
        self._try("正在准备…", _create_desk, path, passphrase, who, unit, code)

    def _give_up(self) -> None:
        if not self._done.done():
            self._done.set_result(None)

    def _try(self, text: str, function: Any, *args: Any) -> None:
        if self._task is None or self._task.done():
            self._window.set_busy(text)
            self._task = asyncio.get_running_loop().create_task(self._attempt(function, *args))

    async def _attempt(self, function: Any, *args: Any) -> None:
        from gridclient.errors import GridError
        from sync.errors import SyncError

        try:
            desk = await asyncio.to_thread(function, *args)
        except (GridError, SyncError) as error:
            self._window.refuse(error.title, error.advice)
        except Exception as error:  # noqa: BLE001 - whatever happens, the person can try again
            self._window.set_busy("")
            messages.report(error)
        else:
            if self._done.done():
                desk.close()
            else:
                self._done.set_result(desk)


def _load_store() -> None:
    """Import what opening a vault, the first page and the first search need while somebody types the passphrase."""
    from sqlalchemy.orm import configure_mappers

    from gridclient.desk import tables
    from gridclient.rules.names import spoken
    import gridclient.ui.household
    import gridclient.ui.main_window
    import gridclient.ui.today  # noqa: F401 - same
    from sync.replica import replica_tables

    replica_tables(tables())
    configure_mappers()
    spoken("今日")


def _open_desk(path: Path, passphrase: str) -> "Desk":
    from gridclient.desk import Desk

    return Desk.open(path, passphrase)


def _create_desk(path: Path, passphrase: str, who: str, unit: str, code: str) -> "Desk":
    from gridclient.desk import Desk

    desk = Desk.create(path, passphrase, home=code, unit_name=unit)
    desk.introduce(who)
    return desk


def _collect() -> None:
    counts = gc.get_count()
    for generation in (2, 1, 0):
        if counts[generation] > COLLECT_AT[generation]:
            gc.collect(generation)
            return


def _loop_said(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, Exception):
        messages.report(error)
    else:
        log.warning("event loop: %s", context.get("message", ""))


def _qt_said(kind: QtMsgType, _context: object, text: str) -> None:
    if kind in (QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
        log.error("Qt: %s", text)
    elif kind == QtMsgType.QtWarningMsg:
        log.warning("Qt: %s", text)
