"""A program that is closed in the middle of a long read: ``python -m tests.gui.quitter FOLDER``, offscreen.

It says ``closed`` when its window and its loop are gone, and ``read`` when the read that was under way has ended.
"""

import asyncio
import os
from pathlib import Path
import sys
import threading

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtWidgets import QApplication
from sqlalchemy import text

from gridclient import app as program
from gridclient.desk import Desk
from gridclient.settings import Settings
from gridclient.ui.main_window import MainWindow
from gridclient.ui.session import worked
from gridclient.ui.workspace import Workspace
from tests.support import people, screens
from tests.support.rosters import until

LONG = text(
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT count(*) FROM n"
)
CLOSED = threading.Event()


def read(workspace: Workspace, begun: threading.Event) -> None:
    begun.set()
    CLOSED.wait(
        60
    )  # so that what is left of the read is after the end of the window, however slow the machine
    assert workspace.replica.rows(LONG)
    print("read", flush=True)


def window() -> MainWindow | None:
    return next((w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)), None)


async def sit(folder: Path) -> int:
    desk, begun = Desk.open(folder / "people.vault", people.PASSPHRASE), threading.Event()
    session = asyncio.ensure_future(worked(desk))
    await until(lambda: window() is not None)
    shown = window()
    assert shown is not None
    shown.workspace.start(shown.workspace.run(read, shown.workspace, begun))
    await until(begun.is_set)
    shown.close()
    del shown
    await session
    desk.close()
    return 0


def main() -> int:
    app = program.application(["quitter"])
    screens.dress(app, Settings())
    program.pin_garbage(app)
    code = program._run_loop(app, sit(Path(sys.argv[1])))
    print("closed", flush=True)
    CLOSED.set()
    return code


if __name__ == "__main__":
    sys.exit(main())
