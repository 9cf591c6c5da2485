"""最近的修改, 回收站 and 草稿: what was, who did it, and bringing it back."""

import asyncio
import threading

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QLineEdit
import pytest

from gridclient.records import Household, Resident, Visit
from gridclient.store.edits import Edits
from gridclient.ui.bin_page import BinPage
from gridclient.ui.edits_page import EditsPage
from gridclient.ui.form import RecordForm
from gridclient.ui.main_window import MainWindow
from gridclient.ui.past_page import PastPage
from gridclient.ui.undoing import MANY, undo
from gridclient.ui.workspace import Workspace
from sync.clock import wall_millis
from sync.protocol import Receipt, Verdict
from sync.replica import Replica
from tests.gui.test_seams import press, today_of
from tests.support import screens
from tests.support.past import employ, opened, settled, stored, texts
from tests.support.rosters import until

DAY_MS = 86_400_000


def refuse_all(replica: Replica) -> None:
    """The centre takes everything made before the last change, and not that."""
    receipt = Receipt(
        mseq=replica.last_mseq, verdict=Verdict.REFUSED, title="没有权限", advice="请联系内勤。"
    )
    replica.acknowledge(replica.last_mseq, [receipt])


async def test_the_last_edits_are_listed_with_what_when_and_whether_they_go_back(
    window: MainWindow, workspace: Workspace
) -> None:
    one, other = workspace.replica.all(Resident)[:2]
    employ(workspace, one, "一", "二")
    employ(workspace, other, "三")

    page: EditsPage = await opened(window, "edits")

    assert texts(page, 1) == ["修改居民：工作单位"] * 3
    assert [text.partition(" ")[0] for text in texts(page, 2)] == [other.name, one.name, one.name]
    assert texts(page, 3) == ["可以撤回", "可以撤回", "后来又改过，不能单独撤回"]
    assert [told.texts[1:] for told in page.parts.rows.told] == [("工作单位", "（空）", "三")]


async def test_enter_takes_the_marked_edit_back_and_enter_again_does_it_again(
    window: MainWindow, workspace: Workspace
) -> None:
    one, other = workspace.replica.all(Resident)[:2]
    employ(workspace, one, "一")
    employ(workspace, other, "二")
    page: EditsPage = await opened(window, "edits")

    await press("Down", "Return")
    assert (stored(workspace, one).employer, stored(workspace, other).employer) == ("", "二")
    await settled(page)
    assert texts(page, 3) == ["可以撤回", "已撤回，可以重做"]
    await press("Return")

    assert stored(workspace, one).employer == "一"


async def test_an_edit_that_was_changed_since_is_not_taken_back_alone_and_says_why(
    window: MainWindow, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "一", "二")
    await opened(window, "edits")

    await press("Down", "Return")

    assert stored(workspace, person).employer == "二"
    assert "后来由您自己改过" in window.messages.advice.text()


async def test_an_edit_the_centre_refused_is_called_refused_and_not_changed_since(
    window: MainWindow, workspace: Workspace
) -> None:
    one, other = workspace.replica.all(Resident)[:2]
    employ(workspace, one, "一")
    refuse_all(workspace.replica)
    employ(workspace, other, "二")

    page: EditsPage = await opened(window, "edits")
    told = texts(page, 3)
    await press("Down", "Return")

    assert told == ["可以撤回", "中心没有收下，按 F9 处理"]
    assert "后来" not in window.messages.title.text() + window.messages.advice.text()
    assert "中心没有收下" in window.messages.advice.text()


async def test_ctrl_z_and_ctrl_y_work_on_every_page(window: MainWindow, workspace: Workspace) -> None:
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "一")
    for place in ("buildings", "ledgers", "bin", "figures"):
        window.open_place(place, {})
        await asyncio.sleep(0.05)

        await press("Ctrl+Z")
        assert stored(workspace, person).employer == ""
        await press("Ctrl+Y" if place != "bin" else "Ctrl+Shift+Z")

        assert stored(workspace, person).employer == "一"


async def test_a_step_of_many_records_is_taken_back_beside_the_window_and_once(
    window: MainWindow, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = workspace.replica.all(Resident)[:MANY]
    for person in people:
        person.employer = "一"
    workspace.save(*people)
    threads, save = list[threading.Thread](), Replica.save

    def noted(replica: Replica, *records: Resident, **named: str) -> object:
        threads.append(threading.current_thread())
        return save(replica, *records, **named)

    monkeypatch.setattr(Replica, "save", noted)

    undo(workspace)
    undo(workspace)
    await until(lambda: not workspace.past.turning)

    assert [thread is threading.current_thread() for thread in threads] == [False]
    assert {stored(workspace, person).employer for person in people} == {""}
    assert window.messages.title.text().startswith("已撤回")


async def test_the_bin_tells_who_removed_what_when_and_why(window: MainWindow, workspace: Workspace) -> None:
    workspace.replica.author = "zhang"
    person = workspace.replica.all(Resident)[0]
    workspace.remove(person, "重复登记")

    page: BinPage = await opened(window, "bin")

    (row,) = page.rows.rows.told
    assert row.texts[1] == "居民"
    assert row.texts[2].startswith(person.name)
    assert row.texts[3:] == ("我", "重复登记")


async def test_what_was_removed_more_than_thirty_days_ago_is_hidden_and_kept(
    window: MainWindow, workspace: Workspace
) -> None:
    old, recent = workspace.replica.all(Resident)[:2]
    for person, days in ((old, 31), (recent, 29)):
        person.removed_at, person.removed_why = wall_millis() - days * DAY_MS, "搬走"
    workspace.replica.save(old, recent)

    page: BinPage = await opened(window, "bin")

    assert [told.about.id for told in page.rows.rows.told] == [recent.id]
    assert stored(workspace, old).name == old.name


async def test_several_records_are_restored_in_one_step(window: MainWindow, workspace: Workspace) -> None:
    people = workspace.replica.all(Resident)[:3]
    for person in people:
        workspace.remove(person, "误删")
    page: BinPage = await opened(window, "bin")
    page.rows.selectAll()

    await press("Return")

    assert [stored(workspace, person).removed for person in people] == [False] * 3
    workspace.undo()
    assert [stored(workspace, person).removed for person in people] == [True] * 3


async def test_the_bin_is_searched_by_any_word_and_by_initials(
    window: MainWindow, workspace: Workspace
) -> None:
    one, other = workspace.replica.all(Resident)[:2]
    one.name, other.name = "欧阳春", "王建国"
    workspace.save(one, other)
    workspace.remove(one, "误删")
    workspace.remove(other, "重复登记")
    page: BinPage = await opened(window, "bin")

    page.words.setText("重复")
    assert [told.about.id for told in page.rows.rows.told] == [other.id]
    page.words.setText("居民 oyc")

    assert [told.about.id for told in page.rows.rows.told] == [one.id]


async def test_a_restored_person_whose_household_is_still_removed_is_said(
    window: MainWindow, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    household = workspace.replica.get(Household, person.household)
    assert household is not None
    workspace.remove(household, "误删")
    workspace.remove(person, "误删")
    page: BinPage = await opened(window, "bin")
    row = next(n for n, told in enumerate(page.rows.rows.told) if told.about.id == person.id)
    flags = QItemSelectionModel.SelectionFlag
    page.rows.setCurrentIndex(page.rows.rows.index(row, 0))
    page.rows.selectionModel().select(page.rows.rows.index(row, 0), flags.ClearAndSelect | flags.Rows)

    page.restore()

    assert not stored(workspace, person).removed
    assert "所属的户还在回收站里" in window.messages.advice.text()


async def test_a_door_closed_before_a_restart_is_taken_back_as_a_whole_after_it(
    window: MainWindow, workspace: Workspace
) -> None:
    visits, people = (
        workspace.replica.count(Visit),
        workspace.replica.count(Resident, Resident.left_how == ""),
    )
    await today_of(window)
    await press("6", "Tab", "A", "Ctrl+O", "Ctrl+Return")
    assert workspace.replica.count(Visit) == visits + 1

    again = MainWindow(screens.FixedDay(workspace.desk, workspace.settings))
    again.workspace.past.edits = Edits(workspace.desk.vault.engine)
    undo(again.workspace)

    assert workspace.replica.count(Visit) == visits
    assert workspace.replica.count(Resident, Resident.left_how == "") == people
    assert again.messages.title.text().startswith("已撤回：走访 ")
    again.messages.hide()
    again.workspace.let_go()
    again.close_for_good()
    again.deleteLater()


@pytest.mark.parametrize("place", ["residents", "bin"])
async def test_a_line_takes_ctrl_z_while_it_has_something_of_its_own_to_take_back(
    window: MainWindow, workspace: Workspace, place: str
) -> None:
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "一")
    window.open_place(place, {})
    line = next(one for one in window.page(place).findChildren(QLineEdit) if one.isVisible())
    line.setFocus()

    await press("A", "Ctrl+Z")
    assert (line.text().endswith("a"), stored(workspace, person).employer) == (False, "一")
    await press("Ctrl+Z")
    assert stored(workspace, person).employer == ""
    await press("Ctrl+Shift+Z")
    assert (line.text().endswith("a"), stored(workspace, person).employer) == (True, "")

    await press("Ctrl+Shift+Z")

    assert stored(workspace, person).employer == "一"


async def test_the_count_of_drafts_leads_to_their_list(window: MainWindow, workspace: Workspace) -> None:
    person = workspace.replica.all(Resident)[0]
    workspace.desk.drafts.keep("resident", person.id, {"employer": "桂花路"}, workspace.now)

    window.status.drafts.click()
    page = window.page("drafts")
    assert isinstance(page, PastPage)
    await settled(page)
    await press("Return")

    form = window.page("residents").findChild(RecordForm)
    assert form is not None
    assert form.form.editor("employer").raw() == "桂花路"
    form.discard()
