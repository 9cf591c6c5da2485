"""Pictures of what one does at a door, and of the place where matters are worked on."""

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.ui.home_papers import HomePapersPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.matters_place import MattersPlace
from gridclient.ui.plan import PlanPage
from gridclient.ui.workspace import Workspace
from tests.support import matters
from tests.support.compose import compose

if TYPE_CHECKING:
    from tests.support.screenshots import Camera

FORMS = {"change": "2", "remark": "m", "tenant": "6", "matter": "e", "appointment": "7", "walk": "w"}


async def at_the_door(camera: "Camera", window: MainWindow, workspace: Workspace) -> None:
    """Every form under a door, and what is offered once it is closed."""
    care = matters.care_for(workspace.replica)
    window.open_place("buildings", {})
    await asyncio.sleep(0.3)
    window.open_place("household", {"household": care.household})
    await asyncio.sleep(0.6)
    place = window.page("buildings")
    page = place if isinstance(place, PlanPage) else place.findChild(PlanPage)
    assert isinstance(page, PlanPage)
    for name, key in FORMS.items():
        page.view.setFocus()
        press(key)
        if name == "matter":
            press("1")
            compose(focus(), "楼道灯坏了两盏，晚上看不见。想请物业这周换一下。")
        await asyncio.sleep(0.1)
        camera.take(window, f"door-{name}")
        while page.loop.form is not None:
            press("\x1b")
    dwelling = next(d.dwelling for d in page._doors.values() if care.household in d.households)
    page.view.stand_at(dwelling)
    page.view.setFocus()
    press("1")
    press("\r")
    await asyncio.sleep(0.2)
    camera.take(window, "door-rest")
    press("\r")
    window.open_place("household", {"household": care.household, "focus": True})
    await asyncio.sleep(0.3)
    camera.take(window, "door-care")
    press("g")
    await asyncio.sleep(0.4)
    camera.take(window, "door-care-form")
    papers = window.page("home_papers")
    assert isinstance(papers, HomePapersPage)
    window.open_place("home_papers", {"id": care.household})
    for number, name in enumerate(("card", "visit-form", "slip")):
        papers.choose(number)
        await asyncio.sleep(1.0)
        camera.take(window, f"door-papers-{name}")


async def of_matters(camera: "Camera", window: MainWindow, workspace: Workspace) -> None:
    """The list of matters, empty and full, a step being typed, and one that is settled."""
    window.open_place("matters", {})
    await asyncio.sleep(0.3)
    camera.take(window, "matters-empty")
    matters.hear(workspace.replica)
    place = window.page("matters")
    assert isinstance(place, MattersPlace)
    await asyncio.sleep(0.6)
    camera.take(window, "matters-list")
    place.view.list.setFocus()
    press("\r")
    press("2")
    compose(focus(), "请物业和楼上住户周六上午一起看")
    await asyncio.sleep(0.1)
    camera.take(window, "matters-step")
    press("\x1b")
    place.view.open(state="done")
    await asyncio.sleep(0.3)
    camera.take(window, "matters-done")


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(character: str) -> None:
    """One key to whatever has the focus; ``\\r`` is Enter, ``\\x1b`` Esc."""
    named = {"\r": Qt.Key.Key_Return, "\x1b": Qt.Key.Key_Escape}
    if character in named:
        QTest.keyClick(focus(), named[character])
    else:
        QTest.keyClicks(focus(), character)
