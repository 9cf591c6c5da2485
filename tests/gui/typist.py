"""A program in which somebody types until it is killed: ``python -m tests.gui.typist`` reads one errand a line.

Each errand is done by a copy of this process, made by fork: the real window, offscreen, over the vault in a folder. Its
process number comes first, then one line for each key once the window has dealt with it: which blank, and how many keys
that blank has had. When nothing is left to type it waits to be killed. ``ended`` follows when it is gone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
import json
import os
from pathlib import Path
import subprocess
import sys
import traceback

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gridclient import app as program
from gridclient.desk import Desk
from gridclient.settings import Settings
from gridclient.ui.form import RecordForm
from gridclient.ui.main_window import MainWindow
from gridclient.ui.today import TodayPage
from tests.support import people, screens
from tests.support.loop import running

ENTER = "\r"
PERSON = {  # blanks of a resident's form, as somebody goes through them
    "name": "Wang Xiaoming",
    "id_number": "519901200002290030",
    "household": "wangj",
    "phones": "19900012345",
    "employer": "No. 3 School",
    "remark": "back on Sundays",
}
TENANTS = {  # one line after another; a digit chooses the relation, Enter begins the next person
    "number": "519901199001010038",
    "name": f"Li{ENTER}",
    "relation": "1",
    "phone": "19900054321",
    "next": ENTER,
    "number of the second": "519901199202020064",
    "name of the second": f"He{ENTER}",
    "relation of the second": "2",
    "phone of the second": "19900099999",
}
SCENES = {"person": PERSON, "tenants": TENANTS}
Find = Callable[[str], QWidget | None]  # a blank by name; None for the one that has the focus by now


async def person(window: MainWindow) -> Find:
    """A new resident's form."""
    window.open_place("records", {"kind": "resident", "new": True})
    form = window.page("residents").findChild(RecordForm)
    assert form is not None

    def find(name: str) -> QWidget | None:
        form.form.focus(name)
        return None

    return find


async def tenants(window: MainWindow) -> Find:
    """The form of new tenants at the first door of the day."""
    window.open_place("today", {})
    page = window.page("today")
    assert isinstance(page, TodayPage)
    await until(lambda: page.loop.door is not None)
    page.list.setFocus()
    tell(f"at {page.loop.door.dwelling if page.loop.door else ''}")
    QTest.keyClicks(page.list, "6")
    return lambda _name: None


READY: dict[str, Callable[[MainWindow], Awaitable[Find]]] = {"person": person, "tenants": tenants}


async def type_it(scene: str, window: MainWindow) -> None:
    find = await READY[scene](window)
    await until(lambda: QApplication.focusWidget() is not None)
    for name, keys in SCENES[scene].items():
        find(name)
        for count, key in enumerate(keys, start=1):
            await press(key)
            tell(f"{name}\t{count}")
    tell("typed")
    await asyncio.Future()


async def press(key: str) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    if key == ENTER:
        QTest.keyClick(target, Qt.Key.Key_Return)
    else:
        QTest.keyClicks(target, key)
    await asyncio.sleep(0)


async def until(ready: Callable[[], bool]) -> None:
    for _not_yet in iter(ready, True):
        await asyncio.sleep(0.01)


def tell(line: str) -> None:
    """One line at once: what a killed process has said, it has said."""
    os.write(1, f"{line}\n".encode())


def work(scene: str, folder: Path) -> None:
    app = program.application(["typist"])
    screens.dress(app, Settings())
    with running(app) as loop:
        desk = Desk.open(folder / "people.vault", people.PASSPHRASE)
        window = MainWindow(screens.FixedDay(desk, Settings()))
        window.show()
        window.activateWindow()
        loop.run_until_complete(type_it(scene, window))


@contextmanager
def typists() -> Iterator[Callable[[str, Path], Iterator[str]]]:
    """Send errands: ``send(scene, folder)`` gives what the copy says, its process number first, until it is gone."""
    command = [sys.executable, "-m", "tests.gui.typist"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        heard = parent.stdout

        def send(scene: str, folder: Path) -> Iterator[str]:
            print(json.dumps([scene, str(folder)]), file=parent.stdin, flush=True)
            while (line := heard.readline().rstrip("\n")) != "ended":
                assert line, "the typist is gone"
                yield line

        yield send
        parent.stdin.close()


def main() -> None:
    for line in sys.stdin:
        scene, folder = json.loads(line)
        child = os.fork()
        if not child:
            try:
                tell(str(os.getpid()))
                work(scene, Path(folder))
            except BaseException:  # noqa: BLE001 - the copy ends here, whatever happened
                traceback.print_exc()
            os._exit(1)
        os.waitpid(child, 0)
        tell("ended")


if __name__ == "__main__":
    main()
