"""Rows pasted into a list: shown first, taken in one step, taken back in one step."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Building, Dwelling, Household, Resident, Steward
from gridclient.ui.page import RecordPage
from gridclient.ui.workspace import Workspace
from tests.support.rosters import until
from tests.support.stage import on_stage


def listed(qtbot: QtBot, workspace: Workspace, kind: str) -> RecordPage:
    page = RecordPage(workspace, kind)
    stage = on_stage(qtbot, page, 1200, 700)
    page.stage = stage  # type: ignore[attr-defined]
    with qtbot.waitActive(stage):
        stage.activateWindow()
    page.table.setFocus()
    return page


def paste(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def press(key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, held)


@pytest.fixture
def home(workspace: Workspace) -> Household:
    """A household that lives alone behind its door."""
    homes = workspace.replica.all(Household)
    doors = [h.dwelling for h in homes]
    return next(h for h in homes if doors.count(h.dwelling) == 1)


def address(workspace: Workspace, home: Household) -> str:
    door = workspace.replica.get(Dwelling, home.dwelling)
    assert door is not None
    building = workspace.replica.get(Building, door.building)
    assert building is not None
    return f"{building.number}-{door.unit}-{door.door}"


def test_people_pasted_into_the_list_are_shown_as_new_changed_and_not_understood(
    qtbot: QtBot, workspace: Workspace, home: Household
) -> None:
    known = next(p for p in workspace.replica.all(Resident) if p.household == home.id)
    count, size = workspace.replica.count(Resident), home.size or 0
    page = listed(qtbot, workspace, "resident")

    paste(
        "姓名\t身份证号码\t家庭住址\t手机\t与户主关系\t爱好\n"
        f"{known.name}\t{known.id_number}\t\t19900012345\t\t\n"
        f"王小芳\t\t{address(workspace, home)}\t\t女\t唱歌\n"
        f"王大芳\t\t{address(workspace, home)}\t\t户主\t\n"
        "李四\t\t99-9-9901\t\t\t\n"
    )

    found = page.pasting.proposals
    assert [p.what for p in found] == ["changed", "new", "new", "unclear"]
    assert "爱好" in page.pasting.advice.text()
    assert "找不到这一户" in found[3].problems[0]
    assert "户主变更" in found[2].problems[0]
    assert workspace.replica.count(Resident) == count
    press(Qt.Key.Key_Return)

    stored = {p.name: p for p in workspace.replica.all(Resident, Resident.household == home.id)}
    after = workspace.replica.get(Household, home.id)
    assert after is not None
    assert stored[known.name].phones == ["19900012345"]
    assert (stored["王小芳"].relation, stored["王小芳"].area) == ("30", home.area)
    assert (after.size, after.head) == (size + 2, home.head)
    assert page.table.hasFocus()


def test_a_paste_is_taken_back_in_one_step(qtbot: QtBot, workspace: Workspace, home: Household) -> None:
    count = workspace.replica.count(Resident)
    listed(qtbot, workspace, "resident")
    where = address(workspace, home)
    paste(f"姓名\t住址\n王小芳\t{where}\n王大芳\t{where}\n")
    press(Qt.Key.Key_Return)
    assert workspace.replica.count(Resident) == count + 2

    assert workspace.undo()

    after = workspace.replica.get(Household, home.id)
    assert after is not None
    assert (workspace.replica.count(Resident), after.size) == (count, home.size)


def test_any_list_takes_rows_with_heads_it_knows(qtbot: QtBot, workspace: Workspace) -> None:
    known = workspace.replica.all(Steward)[0]
    page = listed(qtbot, workspace, "steward")

    paste(f"姓名\t联系电话\t楼栋\n{known.name}\t19900012345\t\n赵六\t19900054321\t1号楼\n")
    assert [p.what for p in page.pasting.proposals] == ["changed", "new"]
    press(Qt.Key.Key_Return)

    stored = {s.name: s for s in workspace.replica.all(Steward)}
    building = workspace.replica.get(Building, stored["赵六"].building)
    assert building is not None
    assert building.name == "1号楼"
    assert stored[known.name].phone == "19900012345"


def test_two_of_one_name_are_never_guessed_between(
    qtbot: QtBot, workspace: Workspace, home: Household
) -> None:
    for _twice in range(2):
        workspace.replica.save(Resident(name="王重名", household=home.id, area=home.area))
    page = listed(qtbot, workspace, "resident")

    paste("姓名\t手机\n王重名\t19900012345\n李\t\n")

    assert page.pasting.proposals[0].what == "unclear"
    assert "分不清" in page.pasting.proposals[0].problems[0]


def test_a_namesake_with_another_number_is_somebody_else(
    qtbot: QtBot, workspace: Workspace, home: Household
) -> None:
    known = next(p for p in workspace.replica.all(Resident) if p.id_number)
    other = next(
        p.id_number for p in workspace.replica.all(Resident) if p.id_number[:17] != known.id_number[:17]
    )
    free = other[:14] + "999" + "X"
    page = listed(qtbot, workspace, "resident")

    paste(f"姓名\t身份证号\t住址\n{known.name}\t{free}\t{address(workspace, home)}\n赵\t\t\n")

    assert page.pasting.proposals[0].what == "new"


def test_what_is_no_table_is_said_and_esc_takes_nothing(
    qtbot: QtBot, workspace: Workspace, home: Household
) -> None:
    count = workspace.replica.count(Resident)
    page = listed(qtbot, workspace, "resident")
    said: list[str] = []
    workspace.said.connect(lambda message: said.append(message.title))
    paste("今天天气很好")
    assert said == ["没有认出居民的表头"]
    assert page.pasting.isHidden()

    paste(f"姓名\t住址\n王小芳\t{address(workspace, home)}\n")
    press(Qt.Key.Key_Escape)

    assert page.pasting.isHidden()
    assert workspace.replica.count(Resident) == count


@pytest.mark.usefixtures("qloop")
async def test_many_rows_are_read_and_stored_beside_the_window_in_one_step(
    qtbot: QtBot, workspace: Workspace, home: Household
) -> None:
    count, where = workspace.replica.count(Resident), address(workspace, home)
    page = listed(qtbot, workspace, "resident")
    paste("姓名\t住址\n" + "".join(f"王{number}\t{where}\n" for number in range(60)))
    await until(page.pasting.isVisible)
    press(Qt.Key.Key_Return)
    await until(lambda: workspace.past.last is not None)

    after = workspace.replica.get(Household, home.id)
    assert after is not None
    assert (workspace.replica.count(Resident), after.size) == (count + 60, (home.size or 0) + 60)
    assert workspace.undo()

    assert workspace.replica.count(Resident) == count
