"""What the tests of the window stand on: the invented community, unlocked, in the product's own dress."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication
import pytest

from gridclient.settings import Settings
from gridclient.ui.workspace import Workspace
from tests.support import screens


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
