"""What the tests of the window stand on: the invented community, unlocked, in the product's own dress."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Building
from gridclient.settings import Settings
from gridclient.ui.sheet import StairSheet
from gridclient.ui.workspace import Workspace
from tests.support import screens
from tests.support.stage import on_stage


@pytest.fixture
def workspace(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """A workspace over a vault of its own; settings and logs go to the test's folder."""
    monkeypatch.setenv("GRIDCLIENT_HOME", str(tmp_path / "home"))
    with screens.workspace_at(tmp_path) as made:
        yield made


@pytest.fixture
def dressed(qapp: QApplication) -> Iterator[QApplication]:
    """The application with the product's style sheet, taken off again afterwards."""
    screens.dress(qapp, Settings())
    yield qapp
    screens.undress(qapp)


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
