"""One of each sort of list goes out of its page: rows, figures, sheets, doors, what waits, what is asked."""

from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
import pytest

from gridclient.records import Building, Household, Resident
from gridclient.store.rounds import RoundNote, note
from gridclient.store.trail import Act, Step
from gridclient.ui import matters, trail_page
from gridclient.ui.clashes import ClashesView
from gridclient.ui.figures import FiguresPage
from gridclient.ui.history_page import HistoryPage
from gridclient.ui.list_out import COPY, SAVE
from gridclient.ui.main_window import MainWindow
from gridclient.ui.matters import MattersPage
from gridclient.ui.sheet import StairSheet
from gridclient.ui.sync_centre import SyncPage
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import Workspace
from tests.support import past, unsettled
from tests.support.matters import hear
from tests.support.rosters import until
from tests.support.stage import settled
from tests.support.taking_out import (
    asking,
    exported,
    idle,
    press,
    saved,
)


async def test_rows_about_the_past_go_out_with_their_days_as_days(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    person = workspace.replica.all(Resident)[0]
    workspace.remove(person, "重复登记")
    page = await past.opened(window, "bin")

    press(SAVE, page.rows)
    heads, row = await saved(workspace, out)

    assert heads == list(page.rows.rows.heads)
    assert abs(row[0] - datetime.now()) < timedelta(minutes=5)
    assert (row[1], row[4]) == ("居民", "重复登记")
    assert (exported(workspace)[0].what, exported(workspace)[0].persons) == ("回收站（存成 Excel）", 1)


async def test_a_list_cut_short_on_the_screen_is_saved_whole(
    window: MainWindow, workspace: Workspace, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matters, "MOST", 2)
    heard = hear(workspace.replica)
    window.open_place("matters", {})
    page = window.page("matters").findChild(MattersPage)
    assert isinstance(page, MattersPage)
    await until(lambda: len(page.list.rows.told) == 2)

    menu = page.list.out.menu()
    press(SAVE, page.words)
    grid = await saved(workspace, out)

    assert menu.actions()[0].text() == f"存成 Excel：全部，多于列出的 2 行\t{SAVE}"
    assert {one.title for one in heard if one.state != "done"} <= {row[2] for row in grid[1:]}
    assert len(grid) - 1 > 2


async def test_the_log_is_saved_from_its_beginning_and_its_counts_are_numbers(
    window: MainWindow, workspace: Workspace, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_page, "MOST", 2)
    for count in (3, 4, 5):
        workspace.desk.trail.add(Step(workspace.now, "张敏", Act.PRINT, "常住人口台账", persons=count))
    page = await past.opened(window, "trail")

    press(SAVE, page.rows)
    grid = await saved(workspace, out)

    assert len(page.rows.rows.told) == 2
    assert [row[4] for row in grid[1:]] == [5, 4, 3]


async def test_figures_are_numbers_and_the_list_behind_one_is_exactly_what_it_counts(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    window.open_place("figures", {})
    page = window.page("figures")
    assert isinstance(page, FiguresPage)
    await until(lambda: bool(page.table.figures.told))
    at = next(n for n, one in enumerate(page.table.figures.told) if one and one.cells["now"].ids)
    counted = page.table.figures.told[at]
    assert counted is not None

    press(SAVE, page.table)
    table = await saved(workspace, out)
    page.table.mark(at, 2)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    shown = page.list.table
    assert shown is not None
    await until(shown.isVisible)
    press(SAVE, shown)
    grid = await saved(workspace, out)

    line = next(row for row in table if row[:2] == [counted.measure.family, counted.measure.words])
    assert line[3] == counted.cells["now"].number
    assert len(grid) - 1 == len(counted.cells["now"].ids)


async def test_a_sheet_goes_out_starred_and_whole_numbers_only_for_a_reason(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    building = next(b for b in workspace.replica.all(Building) if b.name == "1号楼")
    window.open_place("buildings", {"view": "sheet", "building": building.id, "unit": "1"})
    sheet = window.findChild(StairSheet)
    assert isinstance(sheet, StairSheet)
    await until(lambda: bool(sheet.model.rows))

    press(SAVE, sheet.view)
    starred = await saved(workspace, out)
    press("F12", sheet.view)
    press(SAVE, sheet.view)
    asked = asking(window)
    QTest.keyClick(asked.reason, Qt.Key.Key_Return)
    refused = asked.isVisible()
    asked.reason.setText("核对")
    QTest.keyClick(asked.reason, Qt.Key.Key_Return)
    whole = await saved(workspace, out)

    column = starred[0].index("身份证号")
    person = next(row.record for row in sheet.model.rows if not row.new and row.record.id_number)
    full, covered = exported(workspace)
    assert refused
    assert all("*" in row[column] for row in starred[1:] if row[column])
    assert person.id_number in {row[column] for row in whole[1:]}
    assert isinstance(
        next(row for row in whole[1:] if row[column] == person.id_number)[starred[0].index("出生日期")],
        datetime,
    )
    assert [(step.full, step.why) for step in (covered, full)] == [(False, ""), (True, "核对")]


async def test_whole_numbers_are_copied_only_for_a_reason(window: MainWindow, workspace: Workspace) -> None:
    person = next(p for p in workspace.replica.all(Resident) if p.phones)
    before = person.phones[0]
    person.phones = ["19900077777"]
    workspace.save(person)
    window.open_place("history", {"kind": "resident", "id": person.id})
    page = window.page("history")
    assert isinstance(page, HistoryPage)
    await until(lambda: bool(page.rows.rows.told))
    press("F12", page.rows)
    await past.settled(page)

    press(COPY, page.rows)
    asked = asking(window)
    untouched = "19900077777" not in QGuiApplication.clipboard().text()
    asked.reason.setText("回访")
    QTest.keyClick(asked.reason, Qt.Key.Key_Return)

    (step,) = exported(workspace)
    assert untouched
    assert before in QGuiApplication.clipboard().text()
    assert "19900077777" in QGuiApplication.clipboard().text()
    assert (step.what, step.full, step.why) == ("历史（复制）", True, "回访")


async def test_what_waits_goes_out_building_by_building_whether_unfolded_or_not(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    unsettled.sent(workspace.replica)
    unsettled.waiting(workspace.replica)
    window.open_place("sync", {})
    page = window.page("sync")
    assert isinstance(page, SyncPage)
    await idle(workspace)
    page.waiting.collapseAll()

    press(SAVE, page.waiting)
    heads, *rows = await saved(workspace, out)

    assert heads == ["楼栋", "哪一条", "做了什么", "改了哪些", "何时"]
    assert len(rows) == workspace.replica.pending() > 0
    assert all(isinstance(row[4], datetime) for row in rows)


async def test_rounds_go_out_with_the_whole_day_and_counts_that_can_be_added_up(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    at = datetime(2026, 10, 31, 19, 40).astimezone()
    note(workspace.replica, RoundNote(at, "与中心一致", up=3, down=12))
    window.open_place("sync", {"tab": "history"})
    page = window.page("sync")
    assert isinstance(page, SyncPage)

    press(SAVE, page.history.rows)
    _heads, row = await saved(workspace, out)

    assert row[:4] == [datetime(2026, 10, 31, 19, 40), "与中心一致", 3, 12]


async def test_conflicts_go_out_from_their_page(window: MainWindow, workspace: Workspace, out: Path) -> None:
    unsettled.sent(workspace.replica)
    conflicts = unsettled.conflicts(workspace.replica)
    window.open_place("sync", {"tab": "clashes"})
    view = window.findChild(ClashesView)
    assert isinstance(view, ClashesView)

    press(SAVE, view)
    _heads, *rows = await saved(workspace, out)

    assert len(rows) == len(conflicts)
    assert {row[2] for row in rows} == {"等着选"}


async def test_the_doors_of_the_day_go_out_in_the_order_they_are_walked(
    window: MainWindow, workspace: Workspace, out: Path
) -> None:
    window.open_place("today", {})
    page = window.page("today")
    assert isinstance(page, TodayPage)
    await settled(page)

    press(SAVE, page.list)
    _heads, *rows = await saved(workspace, out)

    doors = [line for line in page.list._model.lines if line.id]
    assert [tuple(row[:2]) for row in rows] == [(line.group, line.room) for line in doors]


async def test_the_people_of_a_home_are_copied_while_ctrl_e_still_edits_the_home(
    window: MainWindow, workspace: Workspace
) -> None:
    home = next(
        h
        for h in workspace.replica.all(Household)
        if workspace.replica.count(Resident, Resident.household == h.id) > 1
    )
    window.open_place("household", {"household": home.id})
    panel = window._panel_widget()
    people = panel.findChild(QTableView, "people")
    assert isinstance(people, QTableView)

    press(COPY, people)
    copied = QGuiApplication.clipboard().text().split("\n")
    press(SAVE, people)

    assert copied[0] == "姓名\t关系\t年龄\t电话"
    assert len(copied) - 1 == people.model().rowCount()
    assert window.shown == "residents"
