"""历史: what happened to a record, one field of it or a household, and the old value back with one key."""

from dataclasses import replace

from gridclient.records import Resident
from gridclient.ui.form import RecordForm
from gridclient.ui.history_page import HistoryPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.rows import Told
from gridclient.ui.table import RecordTable
from gridclient.ui.workspace import Workspace
from tests.gui.test_clashes import clash
from tests.gui.test_seams import press
from tests.support.past import employ, opened, settled, stored, texts

DAY_MS = 86_400_000


async def test_the_history_tells_every_change_with_its_beginning(
    window: MainWindow, workspace: Workspace
) -> None:
    workspace.replica.author = "zhang"
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "桂花路小学", "桂花路中学")

    page: HistoryPage = await opened(window, "history", kind="resident", id=person.id)

    assert texts(page, 1)[:2] == ["我", "我"]
    assert texts(page, 3) == ["工作单位", "工作单位", "新增居民"]
    assert texts(page, 4)[:2] == ["桂花路小学", "（空）"]
    assert texts(page, 5)[:2] == ["桂花路中学", "桂花路小学"]
    assert texts(page, 6)[:2] == ["本机", "本机"]


async def test_an_old_value_comes_back_with_one_key_and_goes_again_with_undo(
    window: MainWindow, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "桂花路小学", "桂花路中学")
    await opened(window, "history", kind="resident", id=person.id)

    await press("Return")
    assert stored(workspace, person).employer == "桂花路小学"
    await press("Ctrl+Z")

    assert stored(workspace, person).employer == "桂花路中学"


async def test_numbers_are_starred_in_the_history_and_looking_is_noted(
    window: MainWindow, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    person.phones = ["19900077777"]
    workspace.save(person)
    page: HistoryPage = await opened(window, "history", kind="resident", id=person.id)
    assert texts(page, 5)[0] == "199****7777"

    await press("F12")
    await settled(page)

    assert texts(page, 5)[0] == "19900077777"
    assert [step.what for step in workspace.desk.trail.steps()] == ["居民·联系电话"]


async def test_h_at_a_household_shows_the_history_of_everybody_there_and_esc_comes_back(
    window: MainWindow, workspace: Workspace
) -> None:
    person = next(p for p in workspace.replica.all(Resident) if p.household)
    employ(workspace, person, "桂花路小学")
    window.open_place("household", {"household": person.household, "focus": True})
    before = window.shown

    await press("H")
    page = window.page("history")
    assert isinstance(page, HistoryPage)
    await settled(page)

    assert window.shown == "history"
    assert f"居民 {person.name}" in texts(page, 2)
    assert any(text.startswith("户 ") for text in texts(page, 2))
    await press("Escape")
    assert window.shown == before


async def test_ctrl_h_in_a_form_shows_its_record_and_with_shift_only_the_field(
    window: MainWindow, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "桂花路小学")
    workspace.open_place("records", kind="resident", id=person.id)
    form = window.page("residents").findChild(RecordForm)
    assert form is not None
    form.form.focus("occupation")

    await press("Ctrl+Shift+H")
    page = window.page("history")
    assert isinstance(page, HistoryPage)
    await settled(page)
    assert texts(page, 3) == []
    await press("Escape", "Ctrl+H")
    await settled(page)

    assert texts(page, 3) == ["工作单位", "新增居民"]


async def test_the_value_that_lost_in_a_conflict_is_in_the_history_and_can_be_taken(
    window: MainWindow, workspace: Workspace
) -> None:
    workspace.replica.author = "zhang"
    one = clash(workspace, "c1", "19900011111", "19900022222")
    workspace.settle(one, choose="kept")
    page: HistoryPage = await opened(window, "history", kind="resident", id=one.record_id)
    row = texts(page, 6).index("冲突中没有采用")

    page.rows.selectRow(row)
    await press("Return")

    person = workspace.replica.get(Resident, one.record_id)
    assert person is not None
    assert (texts(page, 1)[row], texts(page, 5)[row]) == ("我", "199****1111")
    assert person.phones == ["19900011111"]


async def test_a_value_that_is_no_longer_allowed_is_not_restored_and_says_why(
    window: MainWindow, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "桂花路小学")
    page: HistoryPage = await opened(window, "history", kind="resident", id=person.id)
    line = page.rows.chosen
    page.rows.rows.told[0] = Told(page.rows.rows.told[0].texts, "", replace(line, back={"name": ""}))

    await press("Return")

    assert stored(workspace, person).name == person.name
    assert window.messages.title.text() == "这个旧值现在不能用了"


async def test_nothing_of_a_record_in_the_bin_is_restored_but_itself(
    window: MainWindow, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "桂花路小学")
    workspace.remove(stored(workspace, person), "误删")
    page: HistoryPage = await opened(window, "history", kind="resident", id=person.id)
    assert texts(page, 5)[0] == "在回收站（误删）"

    await press("Down", "Return")
    assert stored(workspace, person).employer == "桂花路小学"
    await press("Up", "Return")

    assert not stored(workspace, person).removed


async def test_ctrl_h_in_a_list_shows_the_history_of_the_marked_record(
    window: MainWindow, workspace: Workspace
) -> None:
    person = workspace.replica.all(Resident)[0]
    employ(workspace, person, "桂花路小学")
    workspace.open_place("records", kind="resident")
    table = window.page("residents").findChild(RecordTable)
    assert table is not None
    table.mark(person.id)
    table.setFocus()

    await press("Ctrl+H")
    page = window.page("history")
    assert isinstance(page, HistoryPage)
    await settled(page)

    assert texts(page, 3) == ["工作单位", "新增居民"]
