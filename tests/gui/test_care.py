"""Care in the pane of a home: what was given, when somebody comes again, and one key to note it."""

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gridclient.records import Resident
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.timeline import MOMENT
from gridclient.ui.workspace import Workspace
from tests.support import matters
from tests.support.people import TODAY
from tests.support.stage import Hands, on_stage


def told(panel: HouseholdPanel) -> list[str]:
    model = panel.timeline.model()
    return [model.index(row, 0).data(MOMENT).text for row in range(model.rowCount())]


def test_the_pane_tells_who_was_helped_with_what_and_when_again(
    workspace: Workspace, qapp: QApplication, qtbot: QtBot
) -> None:
    care = matters.care_for(workspace.replica, days=5)
    person = workspace.replica.get(Resident, care.resident)
    assert person is not None
    panel = HouseholdPanel(workspace)
    stage = on_stage(qtbot, panel)

    panel.open(household=care.household)

    assert f"关怀 11-05：{person.name} 量血压" in panel.reminders.text()
    assert f"{person.name} 量血压　下次 11-05" in told(panel)
    stage.close()


def test_a_matter_that_is_open_is_remembered_at_its_home(
    workspace: Workspace, qapp: QApplication, qtbot: QtBot
) -> None:
    heard = matters.hear(workspace.replica)
    panel = HouseholdPanel(workspace)
    stage = on_stage(qtbot, panel)

    panel.open(household=heard[0].household)
    assert "矛盾纠纷：楼上漏水，卫生间顶棚渗水（超期 3 天）" in panel.reminders.text()
    panel.open(household=heard[-1].household)
    assert "音响" not in panel.reminders.text()
    assert "希望小区晚上早点关音响　已办结 10-30" in told(panel)
    stage.close()


def test_one_key_opens_the_form_for_the_person_that_is_marked(
    workspace: Workspace, qapp: QApplication, qtbot: QtBot
) -> None:
    care = matters.care_for(workspace.replica)
    asked: list[tuple[str, dict[str, object]]] = []
    workspace.place_opened.connect(lambda place, where: asked.append((place, where)))
    panel = HouseholdPanel(workspace)
    stage = on_stage(qtbot, panel)
    panel.open(household=care.household, focus=True)

    Hands(panel).press("g")

    person = panel.model.people[0].id
    assert asked == [
        (
            "records",
            {
                "kind": "care",
                "new": True,
                "household": care.household,
                "resident": person,
                "given_on": TODAY,
                "given_by": "张敏",
            },
        )
    ]
    stage.close()
