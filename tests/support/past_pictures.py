"""Pictures of what was: the last edits, the recycle bin, the history of a household and of one person, a kept draft."""

import asyncio
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gridclient.records import Household, Resident
from gridclient.ui.form import RecordForm
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace

Take = Callable[[QWidget, str], None]


async def of_the_past(take: Take, window: MainWindow, workspace: Workspace) -> None:
    """A few edits by hand, and every page that tells of them."""
    home = next(h for h in workspace.replica.all(Household) if h.head)
    people = workspace.replica.all(Resident, Resident.household == home.id)
    one = people[0]
    for phones, employer in ((["19900077777"], "桂花路小学"), (["19900088888"], "桂花路中学")):
        one.phones, one.employer = phones, employer
        workspace.save(one)
    with workspace.together("走访 3号楼 2单元501"):
        home.remark = "白天家里没人，晚上七点后再来"
        workspace.save(home)
        workspace.save(Resident(name="王芳", household=home.id, area=home.area))
    for person in workspace.replica.all(Resident)[-3:]:
        workspace.remove(person, "在列表中删除")
    workspace.undo()
    window.messages.hide()
    for place in ("edits", "bin"):
        window.open_place(place, {})
        await asyncio.sleep(0.6)
        take(window, f"past-{place}")
    await _twice(take, window, workspace, one)
    workspace.desk.drafts.keep("resident", one.id, {"employer": "桂花路", "phones": "19900"}, workspace.now)
    workspace.desk.drafts.keep("visit", f"door:{home.dwelling}", {}, workspace.now)
    workspace.drafts_changed.emit()
    window.open_place("drafts", {})
    await asyncio.sleep(0.6)
    take(window, "past-drafts")
    window.open_place("history", {"household": home.id})
    await asyncio.sleep(0.6)
    take(window, "past-household")
    window.open_place("history", {"kind": "resident", "id": one.id, "field": "occupation"})
    await asyncio.sleep(0.6)
    take(window, "past-nothing")
    window.open_place("records", {"kind": "resident", "id": one.id})
    form = window.page("residents").findChild(RecordForm)
    assert form is not None
    await asyncio.sleep(0.4)
    take(window, "past-draft")
    form.discard()
    workspace.desk.drafts.drop(f"door:{home.dwelling}")


async def _twice(take: Take, window: MainWindow, workspace: Workspace, one: Resident) -> None:
    """Somebody who stands in the register twice, compared field by field."""
    home = workspace.replica.all(Household)[-1]
    again = Resident(**{name: getattr(one, name) for name in ("name", "id_number", "sex", "area")})
    again.household, again.phones, again.native_place = home.id, ["19900066666"], "川北市临江县"
    workspace.save(again)
    window.messages.hide()
    window.open_place("duplicates", {})
    await asyncio.sleep(0.8)
    take(window, "past-duplicates")
    workspace.undo()
