"""Keys in the whole window, as a keyboard sends them: shortcuts first, then whatever has the focus."""

import asyncio

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest

from gridclient.records import Dwelling, Household, Resident, Visit
from gridclient.ui.buildings import BuildingsPage
from gridclient.ui.form import RecordForm
from gridclient.ui.main_window import MainWindow
from gridclient.ui.page import RecordsPage
from gridclient.ui.plan import PlanPage
from gridclient.ui.saying import Tone
from gridclient.ui.today import TodayPage
from gridclient.ui.workspace import Workspace
from tests.gui.test_clashes import clash
from tests.support.rosters import until
from tests.support.stage import settled


async def press(*keys: str) -> None:
    """Send keys to the widget with the focus, the way the window system would."""
    for name in keys:
        await asyncio.sleep(0.02)
        stroke = QKeySequence(name)[0]  # type: ignore[index] # its stub forgets __getitem__
        text = name.lower() if len(name) == 1 else ""
        QTest.sendKeyEvent(
            QTest.KeyAction.Click, QApplication.focusWidget(), stroke.key(), text, stroke.keyboardModifiers()
        )
        await asyncio.sleep(0.01)


async def today_of(window: MainWindow) -> TodayPage:
    """The day's list, with the focus in it."""
    window.open_place("today", {})
    await asyncio.sleep(0.1)
    page = window.page("today")
    assert isinstance(page, TodayPage)
    page.list.setFocus()
    return await settled(page)


def made_by(workspace: Workspace, before: list[Visit]) -> list[Visit]:
    known = {visit.id for visit in before}
    return [visit for visit in workspace.replica.all(Visit) if visit.id not in known]


@pytest.mark.parametrize("key", ["Return", "Ctrl+Return"])
async def test_an_appointment_closes_one_door_and_the_list_keeps_the_focus(
    window: MainWindow, workspace: Workspace, key: str
) -> None:
    page, before = await today_of(window), workspace.replica.all(Visit)

    await press("7", key)

    assert [visit.outcome for visit in made_by(workspace, before)] == ["postponed"]
    assert page.list.hasFocus()


async def test_enter_that_asks_for_a_door_is_not_pressed_again_at_the_list(window: MainWindow) -> None:
    page = await today_of(window)

    await press("/", *"zzzz", "Return")

    assert window.shown == "today"
    assert page.list.hasFocus()


@pytest.mark.parametrize("key", ["1", "2", "6", "7", "M", "W", "/"])
async def test_esc_ends_what_was_begun_at_a_door(window: MainWindow, key: str) -> None:
    page = await today_of(window)

    await press(key, "Escape")

    assert (page.loop.form, page.loop.armed) == (None, "")
    assert page.list.hasFocus()


async def test_esc_closes_the_palette_and_gives_the_focus_back(window: MainWindow) -> None:
    page = await today_of(window)

    await press("Ctrl+K", "Escape")

    assert not window.palette_.isVisible()
    assert page.list.hasFocus()


async def test_esc_comes_back_from_the_household_and_from_the_tree(window: MainWindow) -> None:
    page = await today_of(window)

    for keys in (("Return", "Escape"), ("Ctrl+3", "Escape"), ("Ctrl+1", "Escape")):
        await press(*keys)
        assert page.list.hasFocus(), keys


async def test_esc_that_nobody_wants_closes_the_message(window: MainWindow, workspace: Workspace) -> None:
    await today_of(window)
    workspace.say("磁盘满了", tone=Tone.BAD)

    await press("Escape")

    assert not window.messages.isVisible()


async def test_esc_leaves_a_form_with_its_draft(window: MainWindow, workspace: Workspace) -> None:
    workspace.open_place("records", kind="resident", new=True)
    await asyncio.sleep(0.05)
    await press("A", "Escape")

    pane = window.page("residents").findChild(RecordForm)
    assert pane is not None
    assert not pane.isVisible()
    assert len(workspace.desk.drafts.all("resident")) == 1


async def test_the_last_door_is_taken_back_on_whichever_page_it_was_closed(
    window: MainWindow, workspace: Workspace
) -> None:
    page, before = await today_of(window), workspace.replica.all(Visit)
    await press("1", "Return")
    window.open_place("buildings", {})
    await asyncio.sleep(0.1)
    await press("PgDown", "3", "Return")
    first, second = made_by(workspace, before)

    await press("F2", "Ctrl+Z")
    assert made_by(workspace, before) == [first]
    assert page.list.hasFocus()
    await press("Ctrl+Z")

    assert made_by(workspace, before) == []
    assert (first.outcome, second.outcome) == ("met", "nobody")


async def test_what_was_saved_after_a_door_is_taken_back_before_it(
    window: MainWindow, workspace: Workspace
) -> None:
    before = workspace.replica.all(Visit)
    await today_of(window)
    await press("1", "Return")
    person = workspace.replica.all(Resident)[0]
    person.employer = "桂花路小学"
    workspace.save(person)

    await press("Ctrl+Z")
    kept = workspace.replica.get(Resident, person.id)
    assert kept is not None
    assert kept.employer == ""
    assert len(made_by(workspace, before)) == 1
    await press("Ctrl+Z")

    assert made_by(workspace, before) == []


async def test_undo_away_from_the_list_takes_a_whole_door_back(
    window: MainWindow, workspace: Workspace
) -> None:
    before, living = workspace.replica.all(Visit), workspace.replica.count(Household)
    page = await today_of(window)
    people = workspace.replica.count(Resident, Resident.left_how == "")
    await press("6", "Tab", "A", "Ctrl+O", "Ctrl+Return")
    assert workspace.replica.count(Resident, Resident.left_how == "") < people

    await press("Ctrl+1", "Ctrl+Z")

    assert made_by(workspace, before) == []
    assert workspace.replica.count(Household) == living
    assert workspace.replica.count(Resident, Resident.left_how == "") == people
    assert page.loop.book.last is None


async def test_the_days_figures_at_the_bottom_and_on_the_page_agree(
    window: MainWindow, workspace: Workspace
) -> None:
    page = await today_of(window)

    await press("3", "Return", "1", "Return")
    window.recount()
    await asyncio.sleep(0.7)

    share = page.visited.accessibleName().removeprefix("今天已访 ")
    assert share.startswith("2/")
    assert window.status.round.text() == f"今日 {share} 户"


async def test_page_up_goes_to_the_door_before_that_is_still_open(window: MainWindow) -> None:
    page = await today_of(window)
    start = page.list.current

    await press("PgDown", "PgDown", "PgUp")

    assert page.list.current == page.list.doors()[page.list.doors().index(start) + 1]


async def test_digits_after_the_last_blank_of_a_tenant_are_no_answer(window: MainWindow) -> None:
    page = await today_of(window)
    await press("6", *"519900199001010015", "A", "Return", "Return", "Return")
    assert page.loop.rack.tenant.hasFocus()

    await press(*"199")

    assert page.loop.form is page.loop.rack.tenant
    assert page.loop.rack.tenant.name.raw() == "a"


async def test_a_form_left_open_on_another_page_is_not_dropped_by_the_first_esc(window: MainWindow) -> None:
    page = await today_of(window)
    await press("6", *"5199", "F4", "F2")

    await press("Escape")
    assert page.loop.form is page.loop.rack.tenant
    assert page.loop.rack.tenant.isAncestorOf(QApplication.focusWidget())
    await press("Escape")

    assert (page.loop.form, page.loop.armed) == (None, "")


async def test_ctrl_k_stands_at_the_door_the_panel_shows(window: MainWindow, workspace: Workspace) -> None:
    await today_of(window)
    person = next(p for p in reversed(workspace.replica.all(Resident)) if p.household)
    household = workspace.replica.get(Household, person.household)
    assert household is not None
    window.palette_.ask(person.id_number or person.name)

    await press("Return")
    await until(lambda: not window.palette_.isVisible())

    plan = window.page("buildings").plan
    assert isinstance(plan, PlanPage)
    assert plan.loop.door is not None
    assert plan.loop.door.dwelling == household.dwelling
    assert plan.view.hasFocus()


async def test_the_status_bar_counts_a_draft_as_soon_as_it_is_kept(window: MainWindow) -> None:
    await today_of(window)

    await press("7", "Home", "1")
    await until(lambda: window.status.drafts.text() == "草稿 1")

    assert window.status.drafts.text() == "草稿 1"
    await press("Escape")
    await until(lambda: window.status.drafts.text() == "草稿 0")
    assert window.status.drafts.text() == "草稿 0"


async def test_undo_right_after_a_new_record_was_saved_takes_it_back_and_closes_the_form(
    window: MainWindow, workspace: Workspace
) -> None:
    count = workspace.replica.count(Resident)
    household = workspace.replica.all(Household)[0]
    workspace.open_place("records", kind="resident", new=True, household=household.id)
    form = window.page("residents").findChild(RecordForm)
    assert form is not None
    form.form.editor("name").setFocus()
    await press("A", "Ctrl+Return")
    assert workspace.replica.count(Resident) == count + 1

    await press("Ctrl+Z")

    assert workspace.replica.count(Resident) == count
    assert not form.isVisible()


async def test_undo_in_a_line_takes_back_what_was_typed(window: MainWindow, workspace: Workspace) -> None:
    person = workspace.replica.all(Resident)[0]
    workspace.open_place("records", kind="resident", id=person.id)
    form = window.page("residents").findChild(RecordForm)
    assert form is not None
    form.form.editor("name").setFocus()

    await press("End", "A", "Ctrl+Z")

    assert form.form.editor("name").raw() == person.name


async def test_a_laptop_without_anything_says_what_to_do_next(
    window: MainWindow, workspace: Workspace
) -> None:
    replica = workspace.replica
    for record in (*replica.all(Resident), *replica.all(Household), *replica.all(Dwelling)):
        replica.remove(record)
    page = await today_of(window)
    window.open_place("residents", {})
    await asyncio.sleep(0.1)

    residents = window.page("residents")
    assert isinstance(residents, RecordsPage)
    assert "导入" in page.summary.text()
    assert "导入" in residents.page.count.text()


async def test_a_clash_is_settled_with_two_keys_after_the_key_of_the_sync_centre(
    window: MainWindow, workspace: Workspace
) -> None:
    await today_of(window)
    clash(workspace, "a" * 32, "19900011111", "19900022222")

    await press("F9", "Left", "Return")

    assert workspace.replica.conflicts() == []


async def test_a_household_opened_from_elsewhere_stays_shown_and_the_building_stands_at_its_door(
    window: MainWindow, workspace: Workspace
) -> None:
    home = [h for h in workspace.replica.all(Household) if h.size > 1][-1]
    window.open_place("residents", {})
    await asyncio.sleep(0.05)

    workspace.open_place("household", household=home.id)
    await asyncio.sleep(0.3)
    plan = window.findChild(PlanPage)
    shown = window._panel.home  # type: ignore[union-attr]

    assert plan is not None
    assert plan.view.current == home.dwelling
    assert plan.loop.door is not None
    assert plan.loop.door.dwelling == home.dwelling
    assert shown.household.id == home.id


@pytest.mark.parametrize("place", ["today", "buildings"])
async def test_whoever_is_shown_beside_a_page_lives_behind_the_door_its_keys_are_meant_for(
    window: MainWindow, workspace: Workspace, place: str
) -> None:
    homes = [h for h in workspace.replica.all(Household) if h.dwelling]
    beside = Household(dwelling=homes[-1].dwelling, number="009", head_name="又一户", area=homes[-1].area)
    workspace.save(beside)
    window.open_place(place, {})
    await asyncio.sleep(0.3)

    for home in (homes[0], beside, homes[-1]):
        workspace.open_place("household", household=home.id)
        await asyncio.sleep(0.3)
        page = window.page(window.shown)
        loop = page.plan.loop if isinstance(page, BuildingsPage) else page.loop  # type: ignore[attr-defined]
        assert loop.door is not None
        assert loop.door.dwelling == home.dwelling
        assert window._panel.home.household.id == home.id  # type: ignore[union-attr]
