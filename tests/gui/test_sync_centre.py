"""The sync centre says what waits, by building, and what a round did."""

from datetime import datetime

from pytestqt.qtbot import QtBot

from gridclient.records import Household, Resident
from gridclient.store.rounds import RoundNote, note
from gridclient.ui.sync_centre import SyncPage, history_rows, waiting_rows
from gridclient.ui.workspace import Workspace
from tests.support.stage import on_stage


def edited(workspace: Workspace) -> Resident:
    """A person whose number was changed after everything before had been sent."""
    replica = workspace.replica
    replica.acknowledge(replica.last_mseq, [])
    person = next(p for p in replica.all(Resident) if p.phones)
    person.phones = ["19900055555"]
    replica.save(person)
    return person


def test_what_waits_is_told_by_building_in_the_words_of_the_form(workspace: Workspace) -> None:
    edited(workspace)

    rows = waiting_rows(workspace.replica, workspace.replica.outbox())

    assert len(rows) == 1
    assert rows[0].texts[0].endswith("号楼")
    assert rows[0].texts[1] == "✎ 修改 居民"
    assert rows[0].texts[3] == "联系电话"


def test_a_new_household_is_told_from_an_edit(workspace: Workspace) -> None:
    edited(workspace)
    old = workspace.replica.all(Household)[0]
    workspace.replica.save(Household(dwelling=old.dwelling, head_name="新户", area=old.area))

    acts = {row.texts[1] for row in waiting_rows(workspace.replica, workspace.replica.outbox())}

    assert acts == {"✎ 修改 居民", "+ 新增 户"}


def test_the_page_counts_what_waits_and_asks_to_sign_in(workspace: Workspace, qtbot: QtBot) -> None:
    edited(workspace)
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)

    assert page.tabs.tabText(0) == "待上传 1"
    assert page.sign.isVisible()
    assert not page.sync.isEnabled()
    stage.close()


def test_a_round_that_ended_is_kept_with_what_it_moved(workspace: Workspace, qtbot: QtBot) -> None:
    edited(workspace)
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)

    workspace.set_sync_state(running=True, text="正在同步…")
    workspace.replica.acknowledge(workspace.replica.last_mseq, [])
    note(workspace.replica, RoundNote(datetime(2026, 10, 31, 19, 30), "与中心一致", up=1))
    workspace.set_sync_state(running=False, agreed=True, text="与中心一致 ✓")

    rows = history_rows(workspace.replica)
    assert [row.texts for row in rows] == [("10-31 19:30", "与中心一致", "1", "0", "0", "0")]
    assert page.agreed.text() == "与中心一致 ✓"
    stage.close()
