"""The sync centre says what waits, by building, what a round did, and what both sides hold."""

import asyncio
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Household, OrgUnit, Resident
from gridclient.store.proof import proofs
from gridclient.store.rounds import RoundNote, note
from gridclient.ui.blank import OrWords
from gridclient.ui.rounds_view import whole_verdict
from gridclient.ui.sync_centre import SyncPage
from gridclient.ui.waiting import WaitingView, told_of
from gridclient.ui.workspace import Workspace
from sync.errors import Removal
from tests.support import unsettled
from tests.support.stage import Hands, on_stage


def edited(workspace: Workspace) -> Resident:
    """A person whose number was changed after everything before had been sent."""
    replica = workspace.replica
    replica.acknowledge(replica.last_mseq, [])
    person = next(p for p in replica.all(Resident) if p.phones)
    person.phones = ["19900055555"]
    replica.save(person)
    return person


def drawn(view: WaitingView) -> list[str]:
    """The rows in sight, those under a building indented."""
    model, lines = view.model(), []
    for row in range(model.rowCount()):
        heading = model.index(row, 0)
        lines.append(f"{'-' if view.isExpanded(heading) else '+'} {heading.data()}")
        below = range(model.rowCount(heading)) if view.isExpanded(heading) else ()
        lines += [f"  {model.index(at, 1, heading).data()}" for at in below]
    return lines


def many(workspace: Workspace) -> None:
    """More new households than are shown unfolded, in three buildings."""
    replica = workspace.replica
    replica.acknowledge(replica.last_mseq, [])
    homes = replica.all(Household)[:60]
    replica.import_many([Household(dwelling=h.dwelling, head_name="新户", area=h.area) for h in homes])


def test_what_waits_is_told_by_building_in_the_words_of_the_form(
    workspace: Workspace, qapp: QApplication
) -> None:
    edited(workspace)

    (line,) = told_of(workspace.replica, workspace.replica.outbox())
    view = WaitingView()
    view.show_groups(workspace.replica)

    assert line.texts[1:3] == ("✎ 修改 居民", "联系电话")
    assert drawn(view) == ["- 1号楼　1 条", "  ✎ 修改 居民"]


def test_a_new_household_is_told_from_an_edit_and_from_a_removal(
    workspace: Workspace, qapp: QApplication
) -> None:
    person = edited(workspace)
    old = workspace.replica.all(Household)[0]
    workspace.replica.save(Household(dwelling=old.dwelling, head_name="新户", area=old.area))
    workspace.replica.remove(person, "重复")

    acts = [line.texts[1] for line in told_of(workspace.replica, workspace.replica.outbox())]

    assert acts == ["✎ 修改 居民", "+ 新增 户", "✕ 删除 居民"]


def test_many_changes_begin_folded_and_open_with_an_arrow(workspace: Workspace, qtbot: QtBot) -> None:
    many(workspace)
    view = WaitingView()
    view.show_groups(workspace.replica)
    stage = on_stage(qtbot, view)
    view.setFocus()
    folded = drawn(view)

    Hands(view).press("→")
    unfolded = drawn(view)
    workspace.replica.save(OrgUnit(name="又一个", level="estate", area=workspace.desk.home))
    view.show_groups(workspace.replica)
    kept = drawn(view)
    Hands(view).press("←")

    assert all(line.startswith("+") for line in folded)
    assert unfolded[0] == folded[0].replace("+", "-")
    assert unfolded[1] == "  + 新增 户"
    assert kept[: len(unfolded)] == unfolded
    assert kept[-1] == "+ 其他　1 条"
    assert drawn(view)[0] == folded[0]
    stage.close()


async def test_a_first_upload_is_counted_beside_the_window(
    qloop: asyncio.AbstractEventLoop, qtbot: QtBot, workspace: Workspace
) -> None:
    homes = workspace.replica.all(Household)
    workspace.replica.import_many(
        [
            Household(dwelling=homes[n % 30].dwelling, head_name="新户", area=homes[0].area)
            for n in range(1200)
        ]
    )
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)
    before = drawn(page.waiting)

    there = asyncio.Event()
    page.waiting.model().rowsInserted.connect(lambda *_rows: there.set())
    await there.wait()

    assert before == []
    assert drawn(page.waiting)[0].startswith("+ 1号楼")
    stage.close()


def test_what_unfolded_by_itself_folds_when_it_grows(workspace: Workspace, qapp: QApplication) -> None:
    edited(workspace)
    view = WaitingView()
    view.show_groups(workspace.replica)
    few = drawn(view)
    homes = workspace.replica.all(Household)[:45]
    workspace.replica.import_many([Household(dwelling=h.dwelling, area=h.area) for h in homes])

    view.show_groups(workspace.replica)

    assert few[0].startswith("-")
    assert all(line.startswith("+") for line in drawn(view))


def test_enter_opens_the_record_that_waits(workspace: Workspace, qtbot: QtBot) -> None:
    person = edited(workspace)
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)
    page.open(tab="waiting")
    page.waiting.setFocus()
    opened: list[tuple[str, dict[str, str]]] = []
    workspace.place_opened.connect(lambda place, where: opened.append((place, where)))

    Hands(page).press("↓", "Enter")

    assert opened == [("records", {"kind": "resident", "id": person.id})]
    stage.close()


def test_the_page_counts_what_waits_and_asks_to_sign_in(workspace: Workspace, qtbot: QtBot) -> None:
    edited(workspace)
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)

    assert page.tabs.tabText(0) == "待上传 1"
    assert page.sign.isVisible()
    assert not page.sync.isEnabled()
    stage.close()


@pytest.mark.parametrize(
    ("tab", "words"),
    [(0, "没有待上传的修改"), (1, "没有需要您处理的"), (3, "还没有同步过"), (4, "还没有和中心核对过")],
)
def test_an_empty_page_says_what_is_true(workspace: Workspace, qtbot: QtBot, tab: int, words: str) -> None:
    workspace.replica.acknowledge(workspace.replica.last_mseq, [])
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)

    page.tabs.setCurrentIndex(tab)
    shown = next(view for view in page.tabs.widget(tab).findChildren(OrWords) or [page.tabs.widget(tab)])

    assert isinstance(shown, OrWords)
    assert shown.currentIndex() == 1
    assert shown.title.text() == words
    assert shown.advice.text().endswith("。")
    stage.close()


def test_a_round_that_ended_is_kept_with_what_it_moved(workspace: Workspace, qtbot: QtBot) -> None:
    edited(workspace)
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)

    workspace.set_sync_state(running=True, text="正在同步…")
    workspace.replica.acknowledge(workspace.replica.last_mseq, [])
    note(workspace.replica, RoundNote(datetime(2026, 10, 31, 19, 30), "与中心一致", up=1, sent=900))
    workspace.set_sync_state(running=False, agreed=True, text="与中心一致 ✓")
    qtbot.waitUntil(lambda: bool(page.history.rows.rows.told))

    (told,) = page.history.rows.rows.told
    assert told.texts[:8] == ("10-31 19:30", "与中心一致", "1 条", "", "", "", "900 字节", "")
    assert told.texts[8].startswith(workspace.replica.origin[:4].upper())
    assert page.agreed.text() == "与中心一致 ✓"
    stage.close()


def test_both_codes_of_every_area_stand_side_by_side(workspace: Workspace, qtbot: QtBot) -> None:
    unsettled.sent(workspace.replica)
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)
    page.open(tab="proof")

    rows = {told.texts[0]: told.texts for told in page.proof.rows.rows.told}

    assert rows.keys() == {"桂花社区", "第三网格"}
    assert all(texts[3] == texts[4] and texts[1] == "✓ 本机与中心逐条一致" for texts in rows.values())
    assert "逐条一致" in page.proof.verdict.text()
    edited(workspace)
    assert "1 条修改还没有上传" in whole_verdict(proofs(workspace.replica), workspace.replica.pending())
    stage.close()


def question(workspace: Workspace) -> Removal:
    """The centre wants thirty people gone."""
    unsettled.sent(workspace.replica)
    people = workspace.replica.all(Resident)[:30]
    return Removal(30, workspace.replica.held(), frozenset(person.id for person in people))


def test_what_would_go_is_shown_and_one_key_keeps_everything(workspace: Workspace, qtbot: QtBot) -> None:
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)
    held = workspace.replica.count(Resident)

    workspace.set_sync_state(removal=question(workspace))
    told = [row.texts for row in page.removal.rows.rows.told]
    asked = page.removal.title.text()
    QTest.keyClick(page.removal.rows, Qt.Key.Key_Escape)

    assert [(area, building, kind) for area, building, kind, _count in told] == [
        ("第三网格", "1号楼", "居民")
    ]
    assert told[0][3] == "30 条"
    assert asked.startswith("中心要求从本机移除 30 条记录")
    assert not page.removal.isVisible()
    assert page.tabs.isVisible()
    assert workspace.sync_state.removal is None
    assert workspace.replica.count(Resident) == held
    stage.close()


def test_one_key_agrees_to_what_is_shown(workspace: Workspace, qtbot: QtBot) -> None:
    page = SyncPage(workspace)
    stage = on_stage(qtbot, page)
    workspace.set_sync_state(removal=question(workspace))

    with qtbot.waitSignal(page.removal.agreed):
        page.removal.agreed.disconnect(page._agree_to_removal)
        QTest.keyClick(page.removal.rows, Qt.Key.Key_Y)

    assert page.removal.isVisible()
    stage.close()
