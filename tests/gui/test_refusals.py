"""What the centre did not take keeps its reason and its values until somebody has decided."""

import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Resident
from gridclient.ui.refusals import RefusalsView
from gridclient.ui.workspace import Workspace
from sync.protocol import Receipt, Verdict
from tests.support import unsettled
from tests.support.stage import Hands, on_stage


@pytest.fixture
def view(workspace: Workspace, qtbot: QtBot) -> RefusalsView:
    unsettled.sent(workspace.replica)
    unsettled.refused(workspace.replica)
    made = RefusalsView(workspace)
    made.show_refusals(workspace.replica.refused())
    return made


def marked(view: RefusalsView) -> Resident:
    refusal = view.refusal
    assert refusal is not None
    found = view.workspace.replica.get(Resident, refusal.change.id)
    assert found is not None
    return found


def test_the_reason_the_advice_and_what_was_typed_are_told(view: RefusalsView) -> None:
    told = [row.texts for row in view.rows.rows.told]

    assert [texts[1] for texts in told] == ["这个网格已不归您负责", "您没有修改这个网格的权限"]
    assert all("号楼" in texts[0] and texts[2].endswith("。") for texts in told)
    assert view.typed.text() == "您填的：婚姻状况 已婚"


def test_r_sends_it_again_with_the_values_that_were_refused(
    workspace: Workspace, view: RefusalsView, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, view)
    view.rows.setFocus()
    person = marked(view)

    Hands(view).press("R")

    assert person.marital != "20"
    assert marked(view).marital == "20"
    (queued,) = workspace.replica.outbox()
    assert queued.groups == {"marital": {"marital": "20"}}
    assert len(workspace.replica.refused()) == 1
    stage.close()


def test_letting_go_is_taken_back_with_ctrl_z(workspace: Workspace, view: RefusalsView, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, view)
    view.rows.setFocus()
    before = workspace.replica.refused()

    Hands(view).press("Delete")
    let_go = workspace.replica.refused()
    Hands(view).press("Ctrl+Z")

    assert len(let_go) == 1
    assert workspace.replica.refused() == before
    stage.close()


def test_enter_opens_the_form_with_what_was_refused_and_saving_settles_it(
    workspace: Workspace, view: RefusalsView, qtbot: QtBot
) -> None:
    from gridclient.ui.form import RecordForm

    stage = on_stage(qtbot, view)
    view.rows.setFocus()
    person, opened = marked(view), []
    workspace.place_opened.connect(lambda place, where: opened.append((place, where)))

    Hands(view).press("Enter")
    form = RecordForm(workspace, "resident")
    form.open_record(person)
    offered = form.form.editor("marital").value()
    form.save()

    assert opened == [("records", {"kind": "resident", "id": person.id})]
    assert offered == "20"
    assert marked(view).marital == "20"
    assert [r.change.id for r in workspace.replica.refused()] != [person.id]
    assert len(workspace.replica.refused()) == 1
    form.deleteLater()
    stage.close()


def test_private_values_are_starred_out(workspace: Workspace, qtbot: QtBot) -> None:
    replica = workspace.replica
    unsettled.sent(replica)
    person = next(p for p in replica.all(Resident) if p.phones)
    person.phones = ["19900055555"]
    (change,) = replica.save(person)
    replica.acknowledge(change.mseq, [Receipt(mseq=change.mseq, verdict=Verdict.REFUSED, title="没有权限")])
    view = RefusalsView(workspace)

    view.show_refusals(replica.refused())

    assert "19900055555" not in view.typed.text()
    assert "199****5555" in view.typed.text()
    view.deleteLater()
