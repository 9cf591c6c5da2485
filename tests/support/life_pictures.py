"""Pictures of 户籍变动: its menu, every form in the household's pane, and a home with a past."""

import asyncio
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gridclient.records import Dwelling, Household, PartyCentreHousehold
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.support.people import id_number


async def of_lives(take: Any, window: MainWindow, workspace: Workspace) -> None:
    """Every form with something in it; nothing is stored but one change of head and one who left."""
    replica = workspace.replica
    lived = {h.dwelling for h in replica.all(Household)}
    empty = next(d for d in replica.all(Dwelling) if d.id not in lived)
    home = next(h for h in replica.all(Household) if h.size == 4)
    centre = replica.all(PartyCentreHousehold)[0].household
    window.open_place("buildings", {})
    await asyncio.sleep(0.3)
    window.open_place("household", {"household": home.id, "focus": True})
    await asyncio.sleep(0.4)
    panel: Any = window._panel
    menu = panel.life.menu(panel.home, "", panel)
    menu.popup(panel.turn.mapToGlobal(panel.turn.rect().bottomLeft()))
    take(menu, "life-menu")
    menu.close()
    members = [p.id for p in panel.model.people]
    for name, key, person in (
        ("head", "D", ""),
        ("leave", "Q", members[1]),
        ("died", "S", members[0]),
        ("born", "C", ""),
        ("join", "R", ""),
        ("split", "F", members[2]),
        ("merge", "B", ""),
    ):
        panel.life.open(key, panel.home, person)
        if name == "merge":
            _type(panel.life.form.where, address(workspace, lived - {home.dwelling}))
            panel.life.form.relation.setText("子")
        await asyncio.sleep(0.2)
        take(window, f"life-{name}")
        panel.life.drop()
    panel.life.open("D", panel.home, "")
    panel.life.save()
    panel.life.open("Q", panel.home, members[2])
    panel.life.form.to.setText("成都")
    panel.life.save()
    window.messages.hide()
    await asyncio.sleep(0.2)
    take(window, "life-past")
    window.open_place("household", {"household": centre})
    panel.life.open("Z", panel.home, "")
    panel.life.form.out.setChecked(True)
    await asyncio.sleep(0.2)
    take(window, "life-gone")
    panel.life.drop()
    window.open_place("household", {"dwelling": empty.id})
    panel.life.open("X", panel.home, "")
    QTest.keyClicks(panel.life.form.number.line, id_number(date(1992, 3, 15), "1", 226))
    await asyncio.sleep(0.2)
    take(window, "life-founded")
    panel.life.drop()


def address(workspace: Workspace, doors: set[str]) -> str:
    """How somebody would write the first of these doors."""
    door = workspace.replica.get(Dwelling, sorted(doors)[0])
    assert door is not None
    return f"1-{door.unit}-{door.door}"


def _type(blank: Any, text: str) -> None:
    blank.setFocus(Qt.FocusReason.OtherFocusReason)
    QTest.keyClicks(blank, text)
