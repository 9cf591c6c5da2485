"""The household panel: who lives here, what is missing, what happened; numbers only to whoever is noted."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Household, Pairing, PartyCentreHousehold, Resident, Visit
from gridclient.store import homes
from gridclient.ui.centre_households import CentresPage
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.scrolled import Scrolled
from gridclient.ui.workspace import Workspace
from tests.support.stage import on_stage


@pytest.fixture
def panel(workspace: Workspace) -> HouseholdPanel:
    return HouseholdPanel(workspace)


def of_size(workspace: Workspace, size: int) -> Household:
    return next(h for h in workspace.replica.all(Household) if h.size == size)


def test_a_home_is_shown_with_its_people_head_first(panel: HouseholdPanel, workspace: Workspace) -> None:
    home = of_size(workspace, 3)

    panel.open(household=home.id)

    assert panel.home is not None
    assert panel.title.text() == panel.home.label
    assert len(panel.model.people) == 3
    assert panel.model.people[0].id == home.head


def test_numbers_are_starred_out_until_somebody_asks_and_that_is_noted(
    panel: HouseholdPanel, workspace: Workspace
) -> None:
    panel.open(household=of_size(workspace, 3).id)
    hidden = panel.model.index(0, 3).data()

    panel.show_numbers()

    assert "****" in hidden
    assert panel.model.index(0, 3).data() == "、".join(panel.model.people[0].phones)
    assert workspace.desk.trail.steps()[0].act == "unmask"


def test_another_home_is_starred_out_again(panel: HouseholdPanel, workspace: Workspace) -> None:
    panel.open(household=of_size(workspace, 3).id)
    panel.show_numbers()

    panel.open(household=of_size(workspace, 2).id)

    assert "****" in panel.model.index(0, 3).data()


def test_an_empty_door_says_so(panel: HouseholdPanel, workspace: Workspace, qtbot: QtBot) -> None:
    lived = {h.dwelling for h in workspace.replica.all(Household)}
    from gridclient.records import Dwelling

    empty = next(d for d in workspace.replica.all(Dwelling) if d.id not in lived)
    stage = on_stage(qtbot, panel, 340, 640)

    panel.open(dwelling=empty.id)

    assert "没有登记住户" in panel.facts.text()
    assert not panel.people.isVisible()
    stage.close()


def test_the_panel_hears_of_changes_made_elsewhere(panel: HouseholdPanel, workspace: Workspace) -> None:
    home = of_size(workspace, 3)
    panel.open(household=home.id)
    person = panel.model.people[1]
    person.name = "新名字"

    workspace.save(person)
    QApplication.processEvents()

    assert panel.model.index(1, 0).data().startswith("新名字")


def test_a_door_closed_and_the_next_one_shown_is_read_once(
    panel: HouseholdPanel, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = workspace.replica.all(Household)[:2]
    panel.open(household=first.id)
    read: list[str] = []
    ask = homes.home
    monkeypatch.setattr(homes, "home", lambda replica, id_, day: read.append(id_) or ask(replica, id_, day))

    first.remark = "记了一句"
    workspace.save(first)
    panel.open(household=second.id)
    QApplication.processEvents()

    assert read == [second.id]


def test_centre_households_tell_whom_they_reach_and_who_is_reached_by_nobody(
    workspace: Workspace, qtbot: QtBot
) -> None:
    centre = workspace.replica.all(PartyCentreHousehold)[0]
    reached = [h for h in workspace.replica.all(Household) if h.id != centre.household][:4]
    workspace.replica.save(*(Pairing(centre=centre.id, household=h.id, area=h.area) for h in reached))
    page = CentresPage(workspace)
    stage = on_stage(qtbot, page)

    every = workspace.replica.count(Household)

    assert len(page.paired.rows.told) == 4
    assert len(page.missed.rows.told) == every - 5
    assert f"还没人联系 {every - 5} 户" in page.figures.text()
    stage.close()


def test_who_in_what_relation_how_old_and_how_to_reach_fit_side_by_side(
    panel: HouseholdPanel, workspace: Workspace, dressed: QApplication, qtbot: QtBot
) -> None:
    home = of_size(workspace, 3)
    people = workspace.replica.all(Resident, Resident.household == home.id)
    for person, relation in zip(people, ("02", "27", "21"), strict=True):
        person.relation, person.phones = relation, ["19900012345", "0830-1234567"]
    workspace.replica.save(*people)
    stage = on_stage(qtbot, panel, 350, 640)

    panel.open(household=home.id)

    table = panel.people
    metrics = table.fontMetrics()
    whole = [
        metrics.horizontalAdvance(text) + 22 for text in ("欧阳建国", "独生子", "男103岁", "199****2345")
    ]
    assert stage.isVisible()
    assert sum(table.columnWidth(n) for n in range(4)) <= table.viewport().width()
    assert [n for n in (0, 1, 3) if table.columnWidth(n) < whole[n]] == []
    assert table.columnWidth(2) >= max(
        metrics.horizontalAdvance(panel.model.index(n, 2).data()) for n in range(3)
    )


def test_a_home_nobody_visited_says_so(panel: HouseholdPanel, workspace: Workspace) -> None:
    visited = {visit.household for visit in workspace.replica.all(Visit)}
    homes = workspace.replica.all(Household)

    panel.open(household=next(h.id for h in homes if h.id not in visited))
    never = panel.timeline.nothing
    panel.open(household=next(h.id for h in homes if h.id in visited))

    assert never == "还没有走访记录"
    assert panel.timeline.nothing == ""


def test_a_household_without_a_head_or_with_two_says_so_and_how_to_mend_it(
    panel: HouseholdPanel, workspace: Workspace
) -> None:
    home = of_size(workspace, 3)
    people = workspace.replica.all(Resident, Resident.household == home.id)
    panel.open(household=home.id)
    before = panel.reminders.text()

    for person in people:
        person.relation = "02"
    workspace.replica.save(*people)
    QApplication.processEvents()
    two = panel.reminders.text()
    for person in people:
        person.relation = ""
    workspace.replica.save(*people)
    QApplication.processEvents()
    none = panel.reminders.text()

    assert "户主" not in before
    assert "这一户登记了 3 位户主：按 J 再按 D 选一位" in two
    assert "这一户还没有登记户主：按 J 再按 D 选一位" in none


def test_in_a_low_panel_nothing_is_squeezed_and_the_question_about_photos_is_in_sight(
    panel: HouseholdPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    stage = on_stage(qtbot, panel, 300, 260)
    home = of_size(workspace, 3)
    panel.open(household=home.id)
    QApplication.processEvents()

    panel.photos.add([QImage(8, 8, QImage.Format.Format_RGB32)])
    QApplication.processEvents()

    question, seen = panel.photos.question, panel.photos.question.visibleRegion().boundingRect()
    assert question.height() >= question.minimumSizeHint().height()
    assert seen.height() == question.height()
    assert panel.reminders.height() >= panel.reminders.heightForWidth(panel.reminders.width())
    stage.close()


def test_page_down_in_a_low_panel_is_left_to_the_list_of_doors(
    panel: HouseholdPanel, workspace: Workspace, qtbot: QtBot
) -> None:
    hands = on_stage(qtbot, panel, 300, 260)
    panel.open(household=of_size(workspace, 3).id, focus=True)
    QApplication.processEvents()
    scrolled = panel.body.parentWidget().parentWidget()
    assert isinstance(scrolled, Scrolled)
    assert scrolled.verticalScrollBar().maximum() > 0

    QTest.keyClick(panel.people, Qt.Key.Key_PageDown)

    assert scrolled.verticalScrollBar().value() == 0
    hands.close()
