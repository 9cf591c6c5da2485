"""Pictures of frozen ledgers: the line that asks who made one, the list with its paper, and what differs by now."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QWidget

from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.filing import Origin, Signing, freeze
from gridclient.ledger.template import named
from gridclient.records import FrozenLedger, Resident
from gridclient.ui.frozen_page import FrozenPage
from gridclient.ui.ledgers import LedgersPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.printing import pages_of
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until

Take = Callable[[QWidget, str], None]
AT = datetime(2026, 10, 30, 16, 20)


def filed(workspace: Workspace, name: str = "residents", *, why: str = "") -> FrozenLedger:
    """A frozen ledger of the whole invented community; ``why`` shows its numbers."""
    template, scope = named(name), Scope()
    sheet = compose(
        template,
        workspace.replica,
        scope=scope,
        masked=not why,
        who="张敏",
        today=AT.date(),
        unit_name=workspace.desk.unit_name,
        at=AT,
    )
    signing = Signing("张敏", AT, "李建国", why)
    return freeze(
        workspace.replica,
        sheet,
        Origin(template, scope),
        signing,
        home=workspace.desk.home,
        count=lambda one: len(pages_of(one)),
    )


async def of_frozen(take: Take, window: MainWindow, workspace: Workspace) -> None:
    """Nothing frozen yet, three of them, one compared with now, one withdrawn, one with whole numbers."""
    window.messages.hide()
    window.open_place("frozen", {})
    await asyncio.sleep(0.5)
    take(window, "frozen-none")
    first = filed(workspace)
    filed(workspace, "household_card")
    full = filed(workspace, "dwellings", why="消防核对")
    people = workspace.replica.all(Resident)
    people[3].employer = "桂花路小学"
    workspace.save(people[3])
    workspace.remove(people[-1], "迁出")
    window.messages.hide()
    page = window.page("frozen")
    assert isinstance(page, FrozenPage)
    window.open_place("frozen", {"id": first.id})
    await until(lambda: page.view.sheet is not None)
    await asyncio.sleep(0.4)
    take(window, "frozen-list")
    page.compare()
    await until(page.cells.isVisible)
    await asyncio.sleep(0.2)
    take(window, "frozen-differences")
    page.compare()
    page.withdraw()
    await asyncio.sleep(0.2)
    take(window, "frozen-withdrawing")
    page.withdrawing._leave()
    window.open_place("frozen", {"id": full.id})
    await asyncio.sleep(0.5)
    take(window, "frozen-full")
    await asking(take, window)


async def asking(take: Take, window: MainWindow) -> None:
    """The line that asks, under the ledger that is shown."""
    ledgers = window.page("ledgers")
    assert isinstance(ledgers, LedgersPage)
    window.open_place("ledgers", {"ledger": "residents"})
    await until(lambda: ledgers.view.sheet is not None)
    await asyncio.sleep(0.3)
    ledgers.freezing.ask()
    await asyncio.sleep(0.2)
    take(window, "frozen-asking")
    ledgers.freezing.leave()
