"""Nothing is cut, and nothing lies on anything else, however large the letters and however small the screen."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest

from gridclient.settings import Settings
from gridclient.ui import style
from gridclient.ui.buildings import BuildingsPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.support import screens
from tests.support.faults import lasting
from tests.support.rosters import until

LOOKS = {
    "plain": (Settings(), (1280, 720)),
    "large print": (Settings(large_print=True), (1280, 720)),
    "90 %": (Settings(scale=90), (1280, 720)),
    "200 % on a large screen": (Settings(scale=200), (2560, 1440)),
    "200 % on a small screen": (Settings(scale=200), (1366, 768)),
}
FORMS = "2m6ew7"  # the keys that open a form at a door
LEAST_FLOORS = 4


@contextmanager
def shown(workspace: Workspace, app: QApplication, look: str) -> Iterator[MainWindow]:
    """The window in a look, as large as its screen."""
    settings, size = LOOKS[look]
    screens.dress(app, settings, size)
    window = MainWindow(workspace)
    window.resize(*size)
    window.show()
    window.activateWindow()
    try:
        yield window
    finally:
        window.close_for_good()
        window.deleteLater()
        screens.undress(app)


async def building(window: MainWindow) -> BuildingsPage:
    """The first building, its household beside it."""
    window.open_place("buildings", {"view": "plan"})
    page = window.page("buildings")
    assert isinstance(page, BuildingsPage)
    page.plan.view.setFocus()
    await until(lambda: page.plan.loop.door is not None)
    await asyncio.sleep(0.02)
    return page


@pytest.mark.parametrize("look", LOOKS)
async def test_nothing_is_cut_where_a_grid_worker_works(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, qapp: QApplication, look: str
) -> None:
    wrong: dict[str, list[str]] = {}
    with shown(workspace, qapp, look) as window:
        window.open_place("today", {})
        await until(lambda: getattr(window.page("today"), "settled", False))
        wrong["today"] = await lasting(window)
        page = await building(window)
        wrong["plan"] = await lasting(window)
        for key in FORMS:
            page.plan.view.setFocus()
            QTest.keyClicks(page.plan.view, key)
            wrong[f"form {key}"] = await lasting(window)
            page.plan.loop.rack.close()
        for view in ("list", "sheet", "doors"):
            window.open_place("buildings", {"view": view})
            wrong[view] = await lasting(window)
        for place in ("residents", "papers"):
            window.open_place(place, {})
            wrong[place] = await lasting(window)

    assert [f"{name}: {fault}" for name, found in wrong.items() for fault in found] == []


@pytest.mark.parametrize("look", LOOKS)
async def test_a_building_shows_several_floors_above_the_answers(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, qapp: QApplication, look: str
) -> None:
    with shown(workspace, qapp, look) as window:
        view = (await building(window)).plan.view
        floor = view._geometry.row(1)[0]
        floors = (view.viewport().height() - view._head()) / floor
        whole = view.horizontalScrollBar().maximum()

    assert floors >= LEAST_FLOORS
    assert whole == 0


async def test_the_tree_gives_way_in_large_print_and_comes_when_it_is_asked_for(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, qapp: QApplication
) -> None:
    with shown(workspace, qapp, "large print") as window:
        page = await building(window)
        folded = window.tree.width(), window.tree.view.isVisible(), window.tree.rail.isVisible()
        QTest.keyClick(page.plan.view, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
        await until(window.tree.view.hasFocus)
        asked = window.tree.width(), window.tree.view.isVisible(), window.tree.rail.isVisible()
        page.plan.view.setFocus()
        again = window.tree.view.isVisible()

    assert folded[1:] == (False, True)
    assert asked[1:] == (True, False)
    assert asked[0] > 3 * folded[0]
    assert not again


@pytest.mark.parametrize(
    ("percent", "large", "screen", "scale"),
    [
        (200, False, (2560, 1440), 2.0),
        (200, False, (1920, 1080), 1.875),
        (200, True, (1366, 768), 1366 / 1024),
        (100, True, (1280, 720), 1.25),
        (100, True, (800, 600), 1.0),
        (90, False, (800, 600), 0.9),
    ],
)
def test_letters_grow_no_further_than_the_screen_has_room(
    qapp: QApplication, percent: int, large: bool, screen: tuple[int, int], scale: float
) -> None:
    style.apply(qapp, scale_percent=percent, large=large, screen=QSize(*screen))
    found, bound = style.px(1000) / 1000, style.bound()
    screens.undress(qapp)

    assert found == pytest.approx(scale, abs=0.001)
    assert (bound is not None) == (scale < percent / 100 * (style.LARGE if large else 1))
