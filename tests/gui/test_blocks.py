"""Nothing on any page holds the window's thread: a big community is read beside it, and little is done at once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
import shutil
import threading
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest

from gridclient.desk import Desk
from gridclient.records import Building
from gridclient.settings import Settings
from gridclient.store import homes
from gridclient.store.vault import LIGHT
from gridclient.ui import centre_households, messages, table
from gridclient.ui.clashes import ClashesView
from gridclient.ui.door_list import DoorList
from gridclient.ui.form import RecordForm
from gridclient.ui.main_window import MainWindow
from sync.replica import Replica
from tests.bench.pulse import Pulse
from tests.support.community import vault_with
from tests.support.people import PASSPHRASE, TODAY
from tests.support.rosters import until
from tests.support.screens import FixedDay

PEOPLE = 1_300  # the tower alone: 528 doors, and twice as many people
ROWS = 700  # read for one page on the window's thread: what fits on the screen several times over
BUSY_S = 0.2  # of the thread's own work without a pause, where 20 ms are meant


@pytest.fixture(scope="module")
def big_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return vault_with(tmp_path_factory.mktemp("big") / "big.vault", PEOPLE, TODAY, LIGHT)


@pytest.fixture
def window(
    qloop: asyncio.AbstractEventLoop,
    big_vault: Path,
    tmp_path: Path,
    dressed: QApplication,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    for ending in ("", ".key"):
        shutil.copy(f"{big_vault}{ending}", tmp_path / f"big.vault{ending}")
    desk = Desk.open(tmp_path / "big.vault", PASSPHRASE)
    workspace = FixedDay(desk, Settings())
    made = MainWindow(workspace)
    made.resize(1280, 720)
    made.show()
    yield made
    made.close_for_good()
    made.deleteLater()
    messages.listen(None)
    workspace.let_go()
    desk.close()
    workspace.deleteLater()


class Readings:
    """Counts the rows read on the window's thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows = 0
        window = threading.current_thread()
        for name in ("rows", "all"):
            real = getattr(Replica, name)

            def counted(*asked: Any, _real: Any = real, **named: Any) -> Any:
                found = _real(*asked, **named)
                if threading.current_thread() is window:
                    self.rows += len(found)
                return found

            monkeypatch.setattr(Replica, name, counted)


async def arrived(window: MainWindow) -> None:
    """Wait until nothing is read beside the window any more."""
    await asyncio.sleep(0.05)
    await until(lambda: not window.workspace._tasks)


async def test_no_place_reads_the_community_on_the_windows_thread(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lists in (table, centre_households):  # what is short at once may be read at once; here nothing is
        monkeypatch.setattr(lists, "SHORT", 100)
    readings, much = Readings(monkeypatch), {}
    for name in window.places:
        readings.rows = 0
        window.open_place(name, {})
        await arrived(window)
        if readings.rows > ROWS:
            much[name] = readings.rows

    assert much == {}


async def test_what_a_page_shows_first_is_made_before_the_forms_and_views_behind_it(
    window: MainWindow,
) -> None:
    for name, hidden in (("residents", RecordForm), ("centre", RecordForm), ("sync", ClashesView)):
        window.open_place(name, {})

        assert window.page(name).findChildren(hidden) == [], name

    window.open_place("residents", {})
    await until(
        lambda: bool(window.page("residents").findChildren(RecordForm))
    )  # while somebody reads the list


async def test_the_first_rows_of_a_long_list_are_there_when_it_is_painted(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "SHORT", 100)
    window.open_place("residents", {})
    await arrived(window)
    readings = Readings(monkeypatch)

    shown = window.page("residents").page.table
    shown.viewport().repaint()

    assert shown.records.rowCount() > PEOPLE
    assert readings.rows == 0


async def test_a_building_asked_for_is_read_once_and_no_other(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, real = list[str](), homes.doors

    def noted(replica: Replica, building: str, *asked: Any) -> list[homes.Door]:
        read.append(building)
        return real(replica, building, *asked)

    monkeypatch.setattr(homes, "doors", noted)
    last = max(window.workspace.replica.all(Building), key=lambda building: int(building.number))

    window.workspace.open_place("buildings", building=last.id)
    await arrived(window)

    assert read == [last.id]


async def test_going_to_a_place_and_from_door_to_door_is_a_moments_work(window: MainWindow) -> None:
    for name in window.places:  # made once, as pages are
        window.open_place(name, {})
        await arrived(window)
    pulse, busy = Pulse(), {}
    for name in window.places:
        pulse.begin()
        window.open_place(name, {})
        await arrived(window)
        busy[name] = pulse.busiest_s
    window.open_place("today", {})
    await arrived(window)
    doors = window.page("today").findChild(DoorList)
    await until(lambda: bool(doors.doors()))
    doors.setFocus()
    for keys in ([Qt.Key.Key_Down], [Qt.Key.Key_3, Qt.Key.Key_Return], [Qt.Key.Key_PageDown]):
        pulse.begin()
        for key in keys:
            QTest.keyClick(doors, key)
        await arrived(window)
        busy[f"door {keys}"] = pulse.busiest_s
    pulse.stop()

    assert {name: round(s, 3) for name, s in busy.items() if s > BUSY_S} == {}
