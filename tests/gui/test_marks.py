"""One small sign on every record that the centre has not as it is here, at the cost of one query for a page of them."""

import asyncio

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import event

from gridclient.records import Building, Dwelling, Household, Resident
from gridclient.store import homes
from gridclient.ui.delegates import MARK_ROLE
from gridclient.ui.door_list import LINE
from gridclient.ui.form import RecordForm
from gridclient.ui.marks import MARKS, mark_of
from gridclient.ui.plan import PlanPage
from gridclient.ui.table import RecordTableModel
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import Workspace
from sync.replica import Replica
from tests.support import people, unsettled
from tests.support.stage import on_stage, settled


def troubled(replica: Replica) -> dict[str, str]:
    """Id → sign of four persons the centre has not as they are here; everything else it has."""
    unsettled.sent(replica)
    persons = [p for p in replica.all(Resident) if p.phones]
    unsettled.refused(replica)
    unsettled.clash(replica, persons[6], "remark", {"remark": "甲"}, {"remark": "乙"}, {"remark": ""})
    replica.acknowledge(replica.last_mseq, [])
    persons[9].remark = "新填的"
    replica.save(persons[9])
    return {persons[2].id: "⚠", persons[3].id: "⚠", persons[6].id: "≠", persons[9].id: "◌"}


def signs(model: RecordTableModel) -> dict[str, str]:
    found = {}
    for row in range(model.rowCount()):
        mark = model.data(model.index(row, 0), MARK_ROLE)
        if mark is not None:
            found[model.id_at(row)] = mark.sign
    return found


def test_rows_of_a_list_bear_their_mark_and_the_others_none(workspace: Workspace, qapp: QApplication) -> None:
    expected = troubled(workspace.replica)

    model = RecordTableModel(workspace, "resident")
    row = model.row_of(next(iter(expected)))
    told = model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole)

    assert signs(model) == expected
    assert told.endswith("，需要您处理")
    assert not any("⚠" in model.index(row, column).data() for column in range(model.columnCount()))
    model.deleteLater()


def test_a_page_of_a_list_costs_one_query_for_its_marks(workspace: Workspace, qapp: QApplication) -> None:
    troubled(workspace.replica)
    model = RecordTableModel(workspace, "resident")
    asked: list[str] = []
    event.listen(
        workspace.replica.engine, "before_cursor_execute", lambda _c, _u, sql, *_rest: asked.append(sql)
    )

    for row in range(100):
        model.data(model.index(row, 0))

    assert len([sql for sql in asked if "sync_outbox" in sql]) == 1
    model.deleteLater()


def test_a_mark_goes_when_a_round_has_ended(workspace: Workspace, qapp: QApplication) -> None:
    expected = troubled(workspace.replica)
    model = RecordTableModel(workspace, "resident")
    signs(model)
    workspace.set_sync_state(waiting=workspace.replica.pending(), conflicts=1, refused=2)

    workspace.set_sync_state(running=True)
    workspace.replica.acknowledge(workspace.replica.last_mseq, [])
    workspace.set_sync_state(running=False)
    workspace.set_sync_state(waiting=0)

    assert signs(model) == {id_: sign for id_, sign in expected.items() if sign != "◌"}
    model.deleteLater()


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        ("⚠", "⚠ 中心没有收下，按 F9 处理"),
        ("≠", "≠ 与别人的修改冲突，按 F9 处理"),
        ("◌", "◌ 本机已存，待上传"),
    ],
)
def test_the_head_of_a_form_says_where_the_record_is(
    workspace: Workspace, qapp: QApplication, sign: str, words: str
) -> None:
    expected = troubled(workspace.replica)
    id_ = next(one for one, told in expected.items() if told == sign)
    form = RecordForm(workspace, "resident")

    form.open_record(workspace.replica.get(Resident, id_))  # type: ignore[arg-type]

    assert form.state.text() == words
    form.deleteLater()


def test_what_was_sent_is_on_its_way_only_while_a_round_runs() -> None:
    assert mark_of("sent", running=True) is MARKS["sent"]
    assert mark_of("sent", running=False) is MARKS["kept"]
    assert mark_of("received", running=True) is None


def test_a_door_shows_what_most_needs_somebody_behind_it(workspace: Workspace) -> None:
    replica = workspace.replica
    expected = troubled(replica)
    door_of = {}
    for id_ in expected:
        person = replica.get(Resident, id_)
        assert person is not None
        home = replica.get(Household, person.household)
        assert home is not None
        door_of[id_] = home.dwelling

    found = {
        door.dwelling: door.standing
        for house in replica.all(Building)
        for door in homes.doors(replica, house.id, people.TODAY)
        if door.standing
    }

    states = {"⚠": "refused", "≠": "clashed", "◌": "kept"}
    assert found == {door_of[id_]: states[sign] for id_, sign in expected.items()}


def test_the_corners_of_a_building_are_explained_beside_the_legend(
    workspace: Workspace, qtbot: QtBot
) -> None:
    troubled(workspace.replica)
    page = PlanPage(workspace)
    stage = on_stage(qtbot, page)
    page.open()

    told = page.legend._corners.text()
    marked = [slot for slot in page.view.drawing.slots if slot.cell.standing]

    assert told == "◌ 待上传 1　⚠ 需要您处理 2　≠ 冲突 1"
    assert len(marked) == 4
    assert any(page.view.told(slot).endswith("，冲突") for slot in marked)
    stage.close()


async def test_the_doors_of_today_bear_their_mark(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, qtbot: QtBot
) -> None:
    replica = workspace.replica
    unsettled.sent(replica)
    page = TodayPage(workspace)
    stage = on_stage(qtbot, page)
    await settled(page)
    dwelling = replica.get(Dwelling, page.list.doors()[0])
    assert dwelling is not None
    dwelling.remark = "换了门锁"
    replica.save(dwelling)
    await settled(page)

    model = page.list.model()
    lines = [model.index(row, 0).data(LINE) for row in range(model.rowCount())]

    assert [line.id for line in lines if line.standing is MARKS["kept"]] == [dwelling.id]
    stage.close()
