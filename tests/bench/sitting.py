"""One sitting at a laptop, in a process of its own: ``python -m tests.bench.sitting VAULT ROSTER BEGAN WHAT``.

Unlocks, searches, walks from door to door, looks at every place, by keys as far as there are any; prints as JSON, for
each thing done, the seconds until it was on the screen and the longest block of the window's thread meanwhile.
"""

import asyncio
from collections.abc import Callable
import json
import os
from pathlib import Path
from statistics import median
import sys
import time
from time import perf_counter, thread_time
from typing import Any, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QTableView, QWidget

from gridclient import app as program
from gridclient.settings import Settings
from gridclient.ui.session import dress, worked
from gridclient.ui.unlock import UnlockWindow
from tests.bench.process import peak
from tests.bench.pulse import Pulse
from tests.support import application
from tests.support.loop import running
from tests.support.people import PASSPHRASE

PATIENCE_S, SETTLED_S = 120, 0.7  # what arrives together is gathered for 0.4 s
CALM_S = 10  # the figures at the bottom and the other pages are read and loaded after the list of today
READ_S = 40  # the list of today and the figures at the bottom, of 200,000 people
DOORS, STEPS = 12, 60
WORDS = ("王", "wangjianguo", "wjg", "zeng", "建国", "4321", "1-2-501", "z")
W = TypeVar("W", bound=QWidget)


class FirstPaint(QObject):
    """Notes when the unlock window was first painted."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.at = 0.0
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window's own paint, once."""
        if not self.at and event.type() == QEvent.Type.Paint and isinstance(watched, UnlockWindow):
            self.at = time.monotonic()
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        return False


class Sitting:
    """Does what a person does and notes, by name, the seconds it took, the longest block, and the busiest one.

    A block is felt; what of it the window's own thread was at work is told apart from waiting for others.
    """

    def __init__(self, roster: Path, pulse: Pulse) -> None:
        self._roster, self._pulse = roster, pulse
        self.found: dict[str, float] = {}
        self.blocks: dict[str, float] = {}
        self.busy: dict[str, float] = {}

    async def whole(self) -> None:
        """Everything, from the passphrase to the ledger; the import has a sitting of its own."""
        await self.unlock()
        await asyncio.sleep(CALM_S)
        await self.search()
        await self.doors()
        await self.plan()
        await self.places()
        await self.ledger()

    async def only_import(self) -> None:
        """The start, and once it has come to rest a roster looked at and written."""
        await self.unlock()
        await asyncio.sleep(CALM_S)
        self.found["memory before"] = peak()
        await self.rehearsal()
        await self.writing()
        self.found["memory"] = peak()

    async def only_search(self) -> None:
        """The start, and the search once what is read after it has been read."""
        await self.unlock()
        await asyncio.sleep(READ_S)
        await self.search()

    async def unlock(self) -> None:
        """Type the passphrase; over when the doors of today are on the screen."""
        from gridclient.ui.door_list import DoorList
        from gridclient.ui.main_window import MainWindow

        unlocking = _shown(UnlockWindow)
        await asyncio.sleep(2)  # somebody types; the store is imported meanwhile
        assert unlocking is not None
        line = QApplication.focusWidget()
        assert line is not None
        QTest.keyClicks(line, PASSPHRASE)
        await self._timed(
            "unlock",
            lambda: QTest.keyClick(line, Qt.Key.Key_Return),
            lambda: (doors := _shown(DoorList)) is not None and bool(doors.doors()) and _painted(doors),
        )
        window = _shown(MainWindow)
        assert window is not None
        self.window = window

    async def search(self) -> None:
        """Ctrl+K and words of all kinds; from the last key to the list, the slowest of them."""
        palette, slowest = self.window.palette_, 0.0
        palette.ask()
        for word in WORDS:
            palette.line.clear()
            await asyncio.sleep(SETTLED_S)
            _type(palette.line, word[:-1])
            slowest = max(
                slowest,
                await self._timed(
                    "search",
                    lambda word=word: _type(palette.line, word[-1]),  # type: ignore[misc]
                    lambda word=word: palette.answered == word and _painted(palette.view),  # type: ignore[misc]
                ),
            )
        self.found["search"] = slowest
        QTest.keyClick(palette.line, Qt.Key.Key_Escape)

    async def doors(self) -> None:
        """From door to door in 今日: with ↓, then with 3 and Enter; over when list, loop and panel show the next."""
        from gridclient.ui.door_list import DoorList
        from gridclient.ui.household import HouseholdPanel
        from gridclient.ui.visits import VisitLoop

        found = _shown(DoorList), _shown(VisitLoop), _shown(HouseholdPanel)
        doors, loop, panel = (widget for widget in found if widget is not None)
        assert isinstance(doors, DoorList)
        doors.setFocus()
        for name, keys in (("door", [Qt.Key.Key_Down]), ("save", [Qt.Key.Key_3, Qt.Key.Key_Return])):
            taken = []
            for _turn in range(DOORS):
                before = doors.current
                taken.append(
                    await self._timed(
                        name,
                        lambda keys=keys: [QTest.keyClick(doors, key) for key in keys],  # type: ignore[misc]
                        lambda before=before: (  # type: ignore[misc]
                            doors.current != before
                            and loop.door.dwelling == doors.current  # type: ignore[attr-defined]
                            and panel.home.dwelling.id == doors.current  # type: ignore[attr-defined]
                            and _painted(doors)
                            and _painted(panel)
                        ),
                    )
                )
            self.found[name] = median(taken)

    async def plan(self) -> None:
        """The tower of 4 units × 33 floors × 4 doors, painted for the first time, then scrolled."""
        from gridclient.records import Building
        from gridclient.ui.plan_view import PlanView

        (tower,) = self.window.workspace.replica.all(Building, Building.number == "1")
        await self._timed(
            "plan",
            lambda: self.window.workspace.open_place("buildings", building=tower.id),
            lambda: (plan := _shown(PlanView)) is not None and len(plan.cells()) == 528 and _painted(plan),
        )
        plan = _shown(PlanView)
        assert plan is not None
        await self._scroll("scroll plan", plan)

    async def places(self) -> None:
        """Every place of the window, and a scroll through the list of everybody."""
        for name, place in self.window.places.items():
            await self._timed(
                f"place {place.title}",
                lambda name=name: self.window.workspace.open_place(name),  # type: ignore[misc]
                lambda name=name: self.window.shown == name and _painted(self.window.page(name)),  # type: ignore[misc]
            )
        self.window.workspace.open_place("residents")
        table = next(t for t in self.window.page("residents").findChildren(QTableView) if t.isVisible())
        await self._until(lambda: table.model().rowCount() > 1000)
        await self._scroll("scroll list", table)

    async def ledger(self) -> None:
        """The residents of the tower as a ledger."""
        from gridclient.ui.ledgers import LedgersPage

        self.window.workspace.open_place("ledgers")
        page = self.window.page("ledgers")
        assert isinstance(page, LedgersPage)
        await self._until(lambda: page.view.sheet is not None)
        scope = next(
            n for n in range(page.choices.scope.count()) if page.choices.scope.itemText(n) == "1号楼"
        )
        page.choices.scope.setCurrentIndex(scope)
        await self._timed(
            "ledger",
            page.compose,
            lambda: (
                page.view.sheet is not None and 1000 < len(page.view.sheet.rows) < 3000 and _painted(page)
            ),
        )
        assert page.view.sheet is not None
        self.found["ledger rows"] = len(page.view.sheet.rows)

    async def rehearsal(self) -> None:
        """The rehearsal of a roster, until its issues are listed."""
        from gridclient.ui.importing import ImportPage

        page = self.window.page("import")
        assert isinstance(page, ImportPage)
        await self._timed(
            "import",
            lambda: self.window.workspace.open_place("import", file=str(self._roster)),
            lambda: page.rehearsal is not None and _painted(page),
        )

    async def writing(self) -> None:
        """The same roster written, until the page says what it brought."""
        from gridclient.ui.importing import ImportPage

        page = self.window.page("import")
        assert isinstance(page, ImportPage)
        await self._timed("written", page.import_now, lambda: page.report is not None and _painted(page))
        assert page.report is not None
        assert not page.report.stopped
        self.found["records written"] = sum(page.report.created.values())

    async def _scroll(self, name: str, area: QAbstractScrollArea) -> None:
        """Steps down, each painted at once; the median step, and the longest as a block."""
        await asyncio.sleep(SETTLED_S)
        bar, taken, worked = area.verticalScrollBar(), [], []
        far = max(bar.singleStep(), (bar.maximum() - bar.minimum()) // (STEPS * 4))
        for _step in range(STEPS):
            began, cpu = perf_counter(), thread_time()
            bar.setValue(bar.value() + far)
            area.viewport().repaint()
            taken.append(perf_counter() - began)
            worked.append(thread_time() - cpu)
            await asyncio.sleep(0)
        self.found[name], self.blocks[name], self.busy[name] = median(taken), max(taken), max(worked)

    async def _timed(self, name: str, act: Callable[[], Any], over: Callable[[], bool]) -> float:
        """Seconds from ``act`` until ``over``; blocks count until the dust has settled."""
        self._pulse.begin()
        began = perf_counter()
        act()
        await self._until(over)
        seconds = self.found[name] = perf_counter() - began
        await asyncio.sleep(SETTLED_S)
        self.blocks[name] = max(self.blocks.get(name, 0.0), self._pulse.longest_s)
        self.busy[name] = max(self.busy.get(name, 0.0), self._pulse.busiest_s)
        return seconds

    async def _until(self, over: Callable[[], bool]) -> None:
        deadline = perf_counter() + PATIENCE_S
        while not over():
            if perf_counter() > deadline:
                raise TimeoutError
            await asyncio.sleep(0.001)


def _shown(kind: type[W]) -> W | None:
    """The one widget of a kind that is on the screen."""
    return next((w for w in QApplication.allWidgets() if isinstance(w, kind) and w.isVisible()), None)


def _painted(widget: QWidget) -> bool:
    """Paint what is to be painted now."""
    (widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget).repaint()
    return True


def _type(line: QWidget, words: str) -> None:
    """Keys, or what an input method commits."""
    if words.isascii():
        QTest.keyClicks(line, words)
    else:
        from tests.support.compose import compose

        compose(line, words)


def main(vault: Path, roster: Path, began: float, what: str) -> None:
    app = program.application(["gridclient"])
    application.add_fonts(app)
    dress(app, Settings())
    program.pin_garbage(app)
    sys.setswitchinterval(program.TURN_S)
    first = FirstPaint(app)
    with running(app) as loop:
        sitting = Sitting(roster, Pulse())
        loop.run_until_complete(_lived(vault, sitting, what))
    sitting.found["start"] = first.at - began
    print(json.dumps({"seconds": sitting.found, "blocks": sitting.blocks, "busy": sitting.busy}), flush=True)
    os._exit(0)  # what a worker still reads is nobody's concern


async def _lived(vault: Path, sitting: Sitting, what: str) -> None:
    """Live through all of it, or through the start and what is asked for."""
    task = asyncio.ensure_future(
        {"start": sitting.unlock, "search": sitting.only_search, "import": sitting.only_import}.get(
            what, sitting.whole
        )()
    )
    desk = await program.unlocked(vault)
    assert desk is not None
    session = asyncio.ensure_future(worked(desk))
    try:
        await task
    finally:
        session.cancel()
        await asyncio.wait([session])
        desk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
