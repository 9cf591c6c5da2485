"""The keystrokes the product promises for each case at a door, pressed one by one in the whole window and counted."""

import asyncio

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
import pytest

from gridclient.records import Household, Matter, MatterStep, Resident, Visit
from gridclient.rules.names import initials
from gridclient.store.homes import Door
from gridclient.ui.main_window import MainWindow
from gridclient.ui.plan import PlanPage
from gridclient.ui.today import TodayPage
from tests.support.compose import compose
from tests.support.rosters import until
from tests.support.stage import PINYIN, settled

CTRL_ENTER = "Ctrl+Return"
NUMBERS = ("519901199203154523", "519901199001021239", "519901201506071231")
PLACES = pytest.mark.parametrize("place", ["today", "buildings"])


class Walk:
    """One page of the window under two hands; every key pressed is counted."""

    def __init__(self, window: MainWindow, place: str) -> None:
        self.window, self.place, self.count = window, place, 0
        shown = window.page(place)
        page = shown if isinstance(shown, TodayPage | PlanPage) else shown.findChild(PlanPage)
        assert isinstance(page, TodayPage | PlanPage)
        self.page: TodayPage | PlanPage = page
        self.replica = window.workspace.replica
        self._known = {v.id for v in self.replica.all(Visit)}

    @property
    def door(self) -> Door:
        """Where one stands."""
        door = self.page.loop.door
        assert door is not None
        return door

    @property
    def ground(self) -> QWidget:
        """Where one walks: the list of the day, or the building."""
        return self.page.list if isinstance(self.page, TodayPage) else self.page.view

    @property
    def visits(self) -> list[Visit]:
        """The visits made since the walk began."""
        return [v for v in self.replica.all(Visit) if v.id not in self._known]

    async def press(self, *keys: str) -> None:
        """Press keys as the keyboard would send them, to whatever has the focus."""
        for name in keys:
            stroke = QKeySequence(name)[0]  # type: ignore[index] # its stub forgets __getitem__
            text = name.lower() if len(name) == 1 else ""
            held = stroke.keyboardModifiers()
            focus = QApplication.focusWidget()
            QTest.sendKeyEvent(QTest.KeyAction.Click, focus, stroke.key(), text, held)
            self.count += 1
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)

    async def say(self, words: str) -> None:
        """Chinese words by an input method, which takes some keys for each character."""
        compose(QApplication.focusWidget(), words)
        self.count += PINYIN * len(words)

    def stand_where(self, fits: str) -> Door:
        """Stand at the first door that is ``three`` at home, or ``empty``."""
        ground = self.page.list if isinstance(self.page, TodayPage) else self.page.view
        wanted = {
            "three": lambda d: len(d.households) == 1 and d.size == 3,
            "empty": lambda d: not d.households,
        }
        door = next(d for d in self.page._doors.values() if wanted[fits](d))
        assert ground.stand_at(door.dwelling)
        assert self.door.dwelling == door.dwelling
        return door


async def at(window: MainWindow, place: str) -> Walk:
    """A walk that begins at a place, with the focus in it."""
    window.open_place(place, {})
    walk = Walk(window, place)
    if isinstance(walk.page, TodayPage):
        await settled(walk.page)
    await until(lambda: walk.page.loop.door is not None and walk.ground.hasFocus())
    return walk


@PLACES
@pytest.mark.parametrize(
    ("key", "outcome"), [("1", "met"), ("3", "nobody"), ("4", "refused"), ("5", "empty")]
)
async def test_a_door_where_nothing_has_changed_is_closed_with_two_keys(
    window: MainWindow, place: str, key: str, outcome: str
) -> None:
    walk = await at(window, place)
    first = walk.door.dwelling

    await walk.press(key, "Return")

    assert walk.count == 2
    assert [(v.dwelling, v.outcome) for v in walk.visits] == [(first, outcome)]
    await until(lambda: walk.door.dwelling != first)
    assert walk.door.dwelling != first


@PLACES
async def test_a_changed_phone_costs_three_keys_and_its_eleven_digits(window: MainWindow, place: str) -> None:
    walk = await at(window, place)
    home = walk.stand_where("three").household

    await walk.press("2", "T", *"19900055555", CTRL_ENTER)

    assert walk.count == 3 + 11
    assert [v.household for v in walk.visits] == [home]
    numbers = [p.phones[:1] for p in walk.replica.all(Resident, Resident.household == home)]
    assert ["19900055555"] in numbers


@PLACES
async def test_a_member_who_moved_out_costs_six_keys_at_most(window: MainWindow, place: str) -> None:
    walk = await at(window, place)
    home = walk.stand_where("three").household

    await walk.press("2", "Down", "Q", "Return", CTRL_ENTER)

    assert walk.count <= 6
    assert [v.household for v in walk.visits] == [home]
    gone = [p for p in walk.replica.all(Resident, Resident.household == home) if p.left_how]
    assert [p.left_how for p in gone] == ["moved"]


@PLACES
async def test_a_new_tenant_costs_forty_five_keys_at_most(window: MainWindow, place: str) -> None:
    walk = await at(window, place)
    door = walk.stand_where("empty") if place == "buildings" else walk.door

    await walk.press("6", *NUMBERS[0])
    await walk.say("王安")
    await walk.press("Return", "1", *"19900012345", CTRL_ENTER)

    assert walk.count <= 45
    tenant = walk.replica.all(Resident, Resident.name == "王安")[0]
    home = walk.replica.get(Household, tenant.household)
    assert home is not None
    assert (tenant.id_number, tenant.phones, home.head) == (NUMBERS[0], ["19900012345"], tenant.id)
    assert [(v.dwelling, v.household) for v in walk.visits] == [(door.dwelling, home.id)]


@PLACES
async def test_a_household_of_three_costs_a_hundred_and_ten_keys_at_most(
    window: MainWindow, place: str
) -> None:
    walk = await at(window, place)

    await walk.press("6")
    for number, name, relation in zip(NUMBERS, ("王安", "李安", "王小"), "123", strict=True):
        await walk.press(*number)
        await walk.say(name)
        await walk.press("Return", relation, *("19900012345" if relation == "1" else ["Return"]))
        if relation != "3":
            await walk.press("Return")
    await walk.press(CTRL_ENTER)

    assert walk.count <= 110
    made = [p for p in walk.replica.all(Resident) if p.name in ("王安", "李安", "王小")]
    assert len(made) == 3
    assert len({p.household for p in made}) == 1
    assert {p.phones[0] for p in made} == {"19900012345"}


@PLACES
async def test_a_remark_costs_two_keys_and_its_text(window: MainWindow, place: str) -> None:
    walk = await at(window, place)
    await walk.press("1")
    answer = walk.count

    await walk.press("M")
    await walk.say("楼道灯坏")
    await walk.press(CTRL_ENTER)

    assert walk.count - answer == 2 + 4 * PINYIN
    assert [v.remark for v in walk.visits] == ["楼道灯坏"]


@PLACES
async def test_the_last_door_is_corrected_with_one_key(window: MainWindow, place: str) -> None:
    walk = await at(window, place)
    first = walk.door.dwelling
    await walk.press("3", "Return")
    await until(lambda: walk.door.dwelling != first)
    before = walk.count

    await walk.press("Ctrl+Z")

    assert walk.count - before == 1
    assert walk.visits == []
    await until(lambda: walk.door.dwelling == first)
    assert walk.door.dwelling == first


@PLACES
async def test_any_door_is_nine_keys_away(window: MainWindow, place: str) -> None:
    walk = await at(window, place)

    await walk.press("/", *"3-1-402", "Return")

    assert walk.count == 9
    there = Walk(window, window.shown)
    await until(lambda: there.door.label == "3号楼1单元402")
    assert there.door.label == "3号楼1单元402"


@PLACES
async def test_any_person_is_five_keys_away(window: MainWindow, place: str) -> None:
    walk = await at(window, place)
    everybody = [p for p in walk.replica.all(Resident) if not p.left_how]
    letters = [initials(p.name) for p in everybody]
    person = next(
        p
        for p, own in zip(everybody, letters, strict=True)
        if len(own) == 3 and sum(other.startswith(own) for other in letters) == 1
    )

    await walk.press("/", *initials(person.name), "Return")

    assert walk.count == 5
    home = walk.replica.get(Household, person.household)
    assert home is not None
    there = Walk(window, window.shown)
    await until(lambda: there.door.dwelling == home.dwelling)
    assert there.door.dwelling == home.dwelling


@PLACES
@pytest.mark.parametrize(("key", "kind"), [("1", "appeal"), ("7", "opinion")])
async def test_a_matter_heard_at_the_door_costs_three_keys_and_its_text(
    window: MainWindow, place: str, key: str, kind: str
) -> None:
    walk = await at(window, place)
    door = walk.door

    await walk.press("E", key)
    await walk.say("楼道灯坏")
    await walk.press(CTRL_ENTER)

    assert walk.count == 3 + 4 * PINYIN
    [matter] = walk.replica.all(Matter)
    assert (matter.kind_of_matter, matter.title, matter.household) == (kind, "楼道灯坏", door.household)
    [step] = walk.replica.all(MatterStep)
    assert (step.matter, step.act, step.done_by) == (matter.id, "collected", "张敏")
    assert walk.door.dwelling == door.dwelling
    await walk.press("1", "Return")
    [visit] = walk.visits
    [matter] = walk.replica.all(Matter)
    assert (visit.dwelling, matter.visit) == (door.dwelling, visit.id)
