"""Hands for the pages about the past: open one, wait until it has read, look at its rows."""

import asyncio
from typing import Any

from gridclient.records import Resident
from gridclient.ui.main_window import MainWindow
from gridclient.ui.past_page import PastPage
from gridclient.ui.workspace import Workspace


async def opened(window: MainWindow, place: str, **where: Any) -> Any:
    """A page of the past, with what it has read."""
    window.open_place(place, where)
    page = window.page(place)
    assert isinstance(page, PastPage)
    await settled(page)
    return page


async def settled(page: PastPage) -> None:
    """Wait until the page has read what there is."""
    page.reload()
    for _not_yet in iter(lambda: page.workspace._tasks == set(), True):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0)


def texts(page: PastPage, column: int) -> list[str]:
    return [told.texts[column] for told in page.rows.rows.told]


def stored(workspace: Workspace, person: Resident) -> Resident:
    found = workspace.replica.get(Resident, person.id)
    assert found is not None
    return found


def employ(workspace: Workspace, person: Resident, *employers: str) -> None:
    for employer in employers:
        person.employer = employer
        workspace.save(person)
