"""查重: pairs compared field by field, made one or told apart by a person, and taken back."""

import pytest

from gridclient.records import Household, Resident, TwoPeople, Visit
from gridclient.ui.duplicates_page import DuplicatesPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.gui.test_seams import press
from tests.support.past import opened, settled, stored
from tests.support.rosters import until

NUMBER = "519901198001010017"


@pytest.fixture
def double(workspace: Workspace) -> tuple[Resident, Resident]:
    """One member of a household, and the same person with less of him known in another one."""
    homes = [h for h in workspace.replica.all(Household) if h.size and h.size > 1]
    members = (
        workspace.replica.all(Resident, Resident.household == home.id, Resident.id != home.head)[0]
        for home in homes[:2]
    )
    one, other = members
    for person, employer in ((one, "桃溪小学"), (other, "桃溪中学")):
        person.name, person.id_number, person.birth, person.employer = "王建国", NUMBER, None, employer
    one.occupation, one.phones = "教师", ["19900000011"]
    other.phones, other.native_place = ["19900000012"], "川北"
    workspace.save(
        one,
        other,
        Visit(
            household=other.household,
            visited_on=workspace.today,
            outcome="met",
            number="ZF1",
            area=other.area,
        ),
    )
    return one, other


def words(page: DuplicatesPage) -> dict[str, tuple[str, ...]]:
    return {told.texts[0].removeprefix("≠ "): told.texts[1:] for told in page.fields.rows.told}


async def test_two_records_of_one_person_are_compared_and_made_one(
    window: MainWindow, workspace: Workspace, double: tuple[Resident, Resident]
) -> None:
    page: DuplicatesPage = await opened(window, "duplicates")
    kept, other = page.two or pytest.fail("nobody is marked")
    assert {kept.id, other.id} == {person.id for person in double}
    shown = words(page)["工作单位"]
    assert sorted(shown[:2]) == ["桃溪中学", "桃溪小学"]
    assert shown[2] == shown[0]
    assert words(page)["联系电话"][2] == "两边都留"
    assert NUMBER not in str(words(page))
    assert page.fields.rows.told[0].texts[0].startswith("≠ ")

    await press("Return")
    row = [told.about.name for told in page.fields.rows.told].index("employer")
    page.fields.selectRow(row)
    await press("Space")
    assert words(page)["工作单位"][2] == shown[1]
    await press("Ctrl+Return")
    await until(lambda: not page.rows.rows.told)

    now = stored(workspace, kept)
    assert (now.employer, sorted(now.phones)) == (shown[1], ["19900000011", "19900000012"])
    assert (now.occupation, now.native_place) == ("教师", "川北")
    assert stored(workspace, other).removed
    workspace.undo()
    assert not stored(workspace, other).removed
    await until(lambda: len(page.rows.rows.told) == 1)


async def test_the_one_who_stays_can_be_changed(
    window: MainWindow, workspace: Workspace, double: tuple[Resident, Resident]
) -> None:
    page: DuplicatesPage = await opened(window, "duplicates")
    kept, other = page.two or pytest.fail("nobody is marked")

    await press("X")

    assert [person.id for person in page.two or ()] == [other.id, kept.id]


async def test_two_people_are_told_apart_for_good_and_that_is_taken_back(
    window: MainWindow, workspace: Workspace, double: tuple[Resident, Resident]
) -> None:
    page: DuplicatesPage = await opened(window, "duplicates")

    await press("N")
    await until(lambda: not page.rows.rows.told)

    (told,) = workspace.replica.all(TwoPeople)
    assert {told.one, told.other} == {person.id for person in double}
    assert page.body.currentWidget() is not page.rows
    workspace.undo()
    await until(lambda: len(page.rows.rows.told) == 1)


async def test_a_head_of_others_does_not_go_over_and_it_is_said_why(
    window: MainWindow, workspace: Workspace, double: tuple[Resident, Resident]
) -> None:
    one, other = (stored(workspace, person) for person in double)
    homes = [workspace.replica.get(Household, person.household) for person in (one, other)]
    for home, person in zip(homes, (one, other), strict=True):
        assert home is not None
        home.head = person.id
        workspace.save(home)
    page: DuplicatesPage = await opened(window, "duplicates")

    await press("Ctrl+Return")
    await settled(page)

    assert "户主" in window.messages.title.text()
    assert not stored(workspace, one).removed
    assert not stored(workspace, other).removed


async def test_whole_numbers_are_shown_on_demand_and_that_is_noted(
    window: MainWindow, workspace: Workspace, double: tuple[Resident, Resident]
) -> None:
    page: DuplicatesPage = await opened(window, "duplicates")

    await press("F12")

    assert NUMBER in words(page)["身份证号"]
    (step,) = workspace.desk.trail.steps()
    assert step.what == "居民·身份证号"


async def test_tab_leads_from_the_pairs_to_their_fields_and_back(
    window: MainWindow, workspace: Workspace, double: tuple[Resident, Resident]
) -> None:
    page: DuplicatesPage = await opened(window, "duplicates")
    page.rows.setFocus()

    await press("Tab")
    assert page.fields.hasFocus()
    await press("Shift+Tab")
    assert page.rows.hasFocus()


async def test_without_pairs_nothing_is_offered_that_would_do_nothing(
    window: MainWindow, workspace: Workspace
) -> None:
    page: DuplicatesPage = await opened(window, "duplicates")
    await until(lambda: page.body.currentWidget() is not page.rows)

    assert not any(act.isEnabled() for act in (page.turn, page.numbers, page.other, page.same))
    assert not page.keys.isVisible()
