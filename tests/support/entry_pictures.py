"""Pictures of entry: who may be the same person beside a form, the list and the sheet of a stairwell, a paste before it is taken."""

import asyncio
from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from gridclient.records import Building, Resident
from gridclient.ui.main_window import MainWindow
from gridclient.ui.sheet import StairSheet
from gridclient.ui.workspace import Workspace

Take = Callable[[QWidget, str], None]


async def of_entry(take: Take, window: MainWindow, workspace: Workspace) -> None:
    """Walk through the ways to type people in."""
    known = next(p for p in workspace.replica.all(Resident) if p.phones)
    window.open_place("records", {"kind": "resident", "new": True, "household": known.household})
    form = window.page("residents").page.pane.form
    wrong = known.id_number[:11] + str((int(known.id_number[11]) + 1) % 10) + known.id_number[12:]
    for name, text in (("name", known.name), ("id_number", wrong), ("phones", known.phones[0])):
        form.form.editor(name).show_raw(text)
        form._on_edited(name)
    form._look_at("id_number")
    await _settled()
    take(window, "entry-likes")
    form.discard()
    building = next(b for b in workspace.replica.all(Building) if b.name == "1号楼")
    for view in ("list", "doors", "sheet"):
        window.open_place("buildings", {"view": view, "building": building.id, "unit": "1"})
        await _settled()
        take(window, f"entry-{view}")
    sheet = window.page("buildings").sheet
    _type(sheet, known, wrong)
    await _settled()
    take(window, "entry-sheet-typed")
    door, other = sheet.model.rows[0], next(r for r in sheet.model.rows if not r.new)
    sheet.paste(
        "房号\t姓名\t性别\t身份证号码\t手机\t爱好\n"
        f"{door.door}\t王芳\t女\t\t19900012345\t钓鱼\n"
        f"{other.door}\t{other.record.name}\t\t\t19900054321\t\n"
        f"9901\t李四\t男\t\t\t\n{door.door}\t赵五\t未知道\t5.19941E+17\t\t\n"
    )
    await _settled()
    take(window, "entry-paste")
    sheet.preview.cancelled.emit()
    window.open_place("residents", {})
    page = window.page("residents").page
    page.pane.hide()
    QGuiApplication.clipboard().setText(
        "姓名\t住址\t与户主关系\t手机\t备 注\n"
        f"{known.name}\t\t\t19900054321\t\n王芳\t1-1-101\t女\t19900012345\t\n"
        "李四\t99-9-9901\t\t\t\n赵敏\t1-1-101\t户主\t1990001\t白天不在家\n"
    )
    page.pasting.read_clipboard()
    await _settled()
    take(window, "entry-list-paste")
    page.pasting.cancelled.emit()
    window.page("residents").open(kind="household", id=known.household)
    window.page("residents").page.remove()
    await _settled()
    take(window, "entry-deleting")
    window.page("residents").page.deleting.keep.click()
    window.open_place("buildings", {"view": "plan"})


def _type(sheet: StairSheet, known: Resident, number: str) -> None:
    row = next((n for n, r in enumerate(sheet.model.rows) if r.blank), 0)
    sheet.model.put([(row, 1, known.name), (row, 3, number), (row, 5, "19801340"), (row, 2, "配偶")])
    sheet.view.stand_at(row, 5)


async def _settled() -> None:
    await asyncio.sleep(0.6)
