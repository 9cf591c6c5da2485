"""What the tests of the window stand on: the invented community, unlocked, in the product's own dress."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
import pytest
from pytestqt.qtbot import QtBot

from gridclient.desk import Desk
from gridclient.records import Building
from gridclient.settings import Settings
from gridclient.ui.main_window import MainWindow
from gridclient.ui.plan import PlanPage
from gridclient.ui.sheet import StairSheet
from gridclient.ui.workspace import Workspace
from tests.support import screens
from tests.support.people import desk_at
from tests.support.stage import Hands, on_stage


@pytest.fixture(autouse=True)
def _no_key_is_held() -> Iterator[None]:
    """After Ctrl and a letter, what is marked next would be added to what was marked before."""
    yield
    if QApplication.instance() is not None and QGuiApplication.keyboardModifiers():
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control)


@pytest.fixture
def workspace(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace over a vault of its own; settings and logs go to the test's folder."""
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    with screens.workspace_at(tmp_path) as made:
        yield made


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The laptop of somebody who walks: visits are made today, so its day is that of the machine."""
    desk = desk_at(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application with the product's style sheet, taken off again afterwards."""
    screens.dress(qapp, Settings())
    yield qapp
    screens.undress(qapp)


@pytest.fixture
def window(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, dressed: QApplication
) -> Iterator[MainWindow]:
    """The whole window on the smallest screen it is made for, active."""
    made = MainWindow(workspace)
    made.resize(1280, 720)
    made.show()
    made.activateWindow()
    yield made
    made.close_for_good()
    made.deleteLater()


@pytest.fixture
def plan(desk: Desk, qapp: QApplication, qtbot: QtBot) -> Iterator[PlanPage]:
    """The first building, walked from door to door."""
    workspace = Workspace(desk, Settings())
    page = PlanPage(workspace)
    stage = on_stage(qtbot, page)
    page.open()
    yield page
    stage.close()
    workspace.let_go()


@pytest.fixture
def hands(plan: PlanPage) -> Hands:
    """Hands that press keys at that building, and count them."""
    return Hands(plan)


@pytest.fixture
def sheet(workspace: Workspace, qtbot: QtBot) -> Iterator[StairSheet]:
    """The first stairwell of the first building, standing at an empty door."""
    made = StairSheet(workspace)
    stage = on_stage(qtbot, made, 1100, 700)
    building = next(b for b in workspace.replica.all(Building) if b.name == "1号楼")
    made.open(building=building.id, unit="1")
    with qtbot.waitActive(stage):
        stage.activateWindow()
    yield made
    made._gather.stop()


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where whoever asks for a file name is answered to save."""
    path = tmp_path / "名单.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    return path
