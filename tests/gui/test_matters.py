"""事项 (F8): what is open, overdue and done; steps, 办结 and 重新打开 by the keys that stand beneath the list."""

import pytest

from gridclient.records import Matter, MatterStep, Visit
from gridclient.ui.main_window import MainWindow
from gridclient.ui.matters import MattersPage
from gridclient.ui.matters_place import MattersPlace
from gridclient.ui.workspace import Workspace
from tests.support import matters
from tests.support.rosters import until
from tests.support.stage import Hands


@pytest.fixture(autouse=True)
def heard(workspace: Workspace) -> None:
    matters.hear(workspace.replica)


async def shown(window: MainWindow) -> MattersPage:
    """The list, read, with the focus in it."""
    window.open_place("matters", {})
    place = window.page("matters")
    assert isinstance(place, MattersPlace)
    await until(lambda: bool(place.view.list.rows.told))
    place.view.list.setFocus()
    return place.view


def titles(page: MattersPage) -> list[str]:
    return [told.texts[2] for told in page.list.rows.told]


async def test_what_is_open_comes_first_by_its_day_and_what_is_done_is_elsewhere(window: MainWindow) -> None:
    page = await shown(window)

    assert titles(page) == [
        "楼上漏水，卫生间顶棚渗水",
        "楼道灯坏了两盏",
        "想给孙女找一套旧课本",
        "单元门口堆着纸箱",
    ]
    assert [told.texts[0] for told in page.list.rows.told] == [
        "超期 3 天",
        "今天到期",
        "还有 5 天",
        "没有定期限",
    ]
    page._states["done"].click()
    assert titles(page) == ["希望小区晚上早点关音响"]
    page._states["overdue"].click()
    assert titles(page) == ["楼上漏水，卫生间顶棚渗水"]
    page._states["all"].click()
    assert len(titles(page)) == 5


async def test_words_and_kind_narrow_the_list_and_an_empty_one_says_what_to_do(window: MainWindow) -> None:
    page = await shown(window)
    hands = Hands(page)

    hands.press("/")
    hands.say("灯")
    assert titles(page) == ["楼道灯坏了两盏"]
    page.kinds.setCurrentIndex(page.kinds.findData("wish"))
    page.kinds.activated.emit(page.kinds.currentIndex())

    assert titles(page) == []
    assert page._or_words.title.text() == "没有符合的"


async def test_a_step_is_noted_with_three_keys_and_its_text(window: MainWindow, workspace: Workspace) -> None:
    page = await shown(window)
    chosen, hands = page.list.chosen, Hands(page)
    before = workspace.replica.count(MatterStep)

    hands.press("Enter", "2")
    hands.say("请物业一起看")
    hands.press("Ctrl+Enter")

    assert hands.count == 3 + 6 * 5
    steps = workspace.replica.all(MatterStep, MatterStep.matter == chosen)
    assert len(steps) == 3
    assert workspace.replica.count(MatterStep) == before + 1
    step = max(steps, key=lambda s: s.id)
    assert (step.act, step.told, step.done_by) == ("consulted", "请物业一起看", "张敏")
    assert page.list.hasFocus()
    await until(lambda: len(page.pane.steps.rows.told) == 3)
    assert page.pane.steps.rows.told[0].texts[1:] == ("会商", "张敏", "请物业一起看")


async def test_a_matter_is_settled_opened_again_and_settling_is_undone_with_one_key(
    window: MainWindow, workspace: Workspace
) -> None:
    page = await shown(window)
    chosen, hands = page.list.chosen, Hands(page)

    def state() -> str:
        found = workspace.replica.get(Matter, chosen)
        assert found is not None
        return found.state

    hands.press("c", "Ctrl+Enter")
    assert state() == "done"
    await until(lambda: chosen not in [told.about for told in page.list.rows.told])
    page.open(id=chosen)
    await until(lambda: page.list.chosen == chosen)
    page.list.setFocus()
    hands.press("r")
    hands.say("又漏了")
    hands.press("Ctrl+Enter")
    assert state() == "under_way"
    acts = [s.act for s in workspace.replica.all(MatterStep, MatterStep.matter == chosen)]
    assert sorted(acts) == sorted(["collected", "handled", "closed", "reopened"])
    hands.press("Ctrl+Z")

    assert state() == "done"
    assert workspace.replica.count(MatterStep, MatterStep.matter == chosen) == 3


async def test_a_day_is_set_in_plain_words(window: MainWindow, workspace: Workspace) -> None:
    page = await shown(window)
    chosen, hands = page.list.chosen, Hands(page)

    hands.press("t")
    hands.type("20261231")
    assert page.pane.form.isVisible()
    page.pane.form.day.setText("后天")
    hands.press("Enter")

    found = workspace.replica.get(Matter, chosen)
    assert found is not None
    assert found.due is not None
    assert (found.due - workspace.now.date()).days == 2


async def test_a_half_typed_step_is_there_again_in_another_window(
    window: MainWindow, workspace: Workspace
) -> None:
    page = await shown(window)
    chosen, hands = page.list.chosen, Hands(page)
    hands.press("Enter", "1")
    hands.say("正在")
    await until(lambda: bool(workspace.desk.drafts.all("matter")))

    again = MattersPage(workspace)
    again.pane.show_matter(chosen)

    assert again.pane.form.told == "正在"
    assert not again.pane.form.isHidden()
    again.deleteLater()


async def test_nothing_is_noted_without_words_and_a_settled_matter_takes_no_step(
    window: MainWindow, workspace: Workspace
) -> None:
    page = await shown(window)
    before, hands = workspace.replica.count(MatterStep), Hands(page)

    hands.press("Enter", "1", "Ctrl+Enter")
    assert page.pane.form.problem.isVisible()
    hands.press("Esc")
    page._states["done"].click()
    page.list.setFocus()
    hands.press("Enter")

    assert page.pane.form.isHidden()
    assert workspace.replica.count(MatterStep) == before


async def test_the_household_of_a_matter_and_all_its_fields_are_one_key_away(
    window: MainWindow, workspace: Workspace
) -> None:
    page = await shown(window)
    matter = workspace.replica.get(Matter, page.list.chosen)
    assert matter is not None
    hands = Hands(page)

    hands.press("f")
    place = window.page("matters")
    assert isinstance(place, MattersPlace)
    assert place.records.page.pane.form.record.id == matter.id
    page = await shown(window)
    hands.press("g")

    assert window.shown == "buildings"
    assert window._panel is not None
    assert window._panel.home.household.id == matter.household
    assert workspace.replica.count(Visit) > 0
