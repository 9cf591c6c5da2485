"""Fixtures every test may ask for, and the guards every test passes through.

Qt is imported only by the fixtures that need it, so the unit and sync tests also prove that their subjects do without.
"""

from collections.abc import Iterator
import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
import pytest

from tests.support import guards, scratch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

ROOT = Path(__file__).parents[1]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")
scratch.in_memory()

# The same examples on every run and machine; `HYPOTHESIS_PROFILE=deep` goes looking for new ones.
settings.register_profile(
    "ci", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", deadline=None, max_examples=3000, stateful_step_count=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that at the end no worker waits for the other one."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Fail a test during which something was logged that a person on call would have to look at."""
    with guards.warnings_logged() as logged:
        result = yield
    if logged and not item.get_closest_marker("expects_log"):
        pytest.fail("logged without @pytest.mark.expects_log:\n" + "\n".join(logged), pytrace=False)
    return result


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an ``async def`` test on the Qt loop; it must ask for ``qloop``."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    if "qloop" not in pyfuncitem.funcargs:
        pytest.fail("an async test asks for the qloop fixture", pytrace=False)
    from tests.support import loop

    loop.run_test(pyfuncitem)
    return True


@pytest.fixture(autouse=True)
def _nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a running timer or a visible window to the next one."""
    threads, seen = guards.running_threads(), "qapp" in request.fixturenames
    windows = guards.windows() if seen else set()
    if seen:
        guards.set_aside()
    yield
    left = guards.windows_and_timers(windows) if seen else []
    if not request.node.get_closest_marker("expects_thread"):
        left += guards.threads_since(threads)
    if left:
        pytest.fail("left behind: " + ", ".join(left), pytrace=False)


@pytest.fixture(scope="session")
def qapp(qapp: "QApplication") -> Iterator["QApplication"]:
    """The one application, with a Chinese font and with garbage collected on its own thread only."""
    from tests.support import application

    with application.prepared(qapp):
        yield qapp


@pytest.fixture
def qloop(qapp: "QApplication") -> Iterator["QEventLoop"]:
    """The asyncio loop on top of Qt's; cancels what the test leaves running."""
    from tests.support import loop

    with loop.running(qapp) as running:
        yield running


@pytest.fixture(scope="session")
def trial_data() -> Path:
    """The folder of real-looking rosters and templates, where there is one."""
    folder = Path(os.environ.get("GRIDCLIENT_TRIAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no trial data: set GRIDCLIENT_TRIAL_DATA to its folder")
    return folder
