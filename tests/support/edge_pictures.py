"""Pictures of what a window says at its edges, of a full 1+N, of the palette, and of a roster looked through before it is imported."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
import tempfile

from PySide6.QtWidgets import QWidget

from gridclient.records import Household, Pairing, PartyCentreHousehold
from gridclient.ui.importing import ImportPage
from gridclient.ui.imports_page import ImportsPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.saying import Busy, Tone
from gridclient.ui.workspace import Workspace
from tests.support.rosters import GOOD_ID, NAME, ODD_ID, PHONE, looked_at, roster, until
from tests.unit.exchange.workbooks import numbered

Take = Callable[[QWidget, str], None]
MESSAGES = {
    "info": (Tone.INFO, "现在就是这个值，不用再改", ""),
    "good": (Tone.GOOD, "已写入 128 条", "按 Ctrl+Z 撤回。"),
    "warn": (Tone.WARN, "这一步后来又改过，不能单独撤回", "1号楼 1单元101 的联系电话后来改过。"),
    "bad": (Tone.BAD, "磁盘已满，没有保存", "请先清出一些空间，再按 Ctrl+Enter 保存；填的内容都还在。"),
}


async def of_edges(take: Take, window: MainWindow, workspace: Workspace) -> None:
    """Everything that has no place of its own."""
    await _of_words(take, window, workspace)
    await _of_a_centre(take, window, workspace)
    await _of_an_import(take, window)


async def _of_words(take: Take, window: MainWindow, workspace: Workspace) -> None:
    """Messages of every tone, work under way, the status line, and the palette before and without an answer."""
    window.open_place("today", {})
    for name, (tone, title, advice) in MESSAGES.items():
        workspace.say(title, advice, tone)
        await asyncio.sleep(0.1)
        take(window, f"edge-message-{name}")
    window.messages.hide()
    window.busy.show_busy(Busy("正在导入 花名册.xlsx", 40, 128, cancellable=True))
    take(window, "edge-busy")
    window.busy.show_busy(Busy())
    before = workspace.sync_state
    for name, state in {
        "offline": replace(before, signed_in=True, online=False),
        "running": replace(before, signed_in=True, online=True, running=True, text="正在上传 12/40"),
        "exposed": replace(before, signed_in=True, online=True, exposed=True, photos=3),
        "quiet": replace(before, signed_in=True, online=True, waiting=0, agreed=True),
    }.items():
        window.top.show_sync(state)
        window.status.show_sync(state)
        await asyncio.sleep(0.1)
        take(window, f"edge-{name}")
    window.top.show_sync(before)
    window.status.show_sync(before)
    for name, words in (("commands", ""), ("nothing", "没有这个人")):
        window.palette_.ask(words)
        await until(lambda words=words: window.palette_.answered == words)
        take(window, f"edge-palette-{name}")
    window.palette_.hide()


async def _of_a_centre(take: Take, window: MainWindow, workspace: Workspace) -> None:
    centre = workspace.replica.all(PartyCentreHousehold)[0]
    homes = [home for home in workspace.replica.all(Household) if home.id != centre.household][:6]
    workspace.save(
        *(
            Pairing(
                centre=centre.id,
                household=home.id,
                contact=centre.head_name,
                since=workspace.today,
                area=centre.area,
            )
            for home in homes
        )
    )
    window.open_place("centre", {"id": centre.id})
    await asyncio.sleep(0.4)
    take(window, "edge-centre")


async def _of_an_import(take: Take, window: MainWindow) -> None:
    window.open_place("import", {})
    page = window.page("import")
    assert isinstance(page, ImportPage)
    with tempfile.TemporaryDirectory() as place:
        good, odd = f"{NAME},{GOOD_ID},{PHONE}", f"欧阳大满,{ODD_ID},{PHONE}"
        page.take(roster(Path(place), "花名册.csv", good, odd, f"欧阳中满,{GOOD_ID}, {PHONE}"))
        await looked_at(page)
        await asyncio.sleep(0.3)
        take(window, "edge-import")
        rows = (f"欧阳大满,{numbered(2)},19900012345", f"欧阳中满,{numbered(3)},19900012346")
        page.take(roster(Path(place), "桂花社区花名册.csv", *rows))
        await looked_at(page)
        page.import_now()
        await until(page.back.isVisible)
        await asyncio.sleep(0.3)
        take(window, "edge-imported")
        page.back.click()
        imports = window.page("imports")
        assert isinstance(imports, ImportsPage)
        await until(imports.question.isVisible)
        await asyncio.sleep(0.3)
        take(window, "edge-imports")
