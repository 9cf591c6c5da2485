"""A building is drawn door by door and walked with the arrow keys."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import product

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Building, Dwelling
from gridclient.rules.drawing import Cell
from gridclient.rules.generator import Shape, lay_out
from gridclient.store import layout
from gridclient.ui.door_words import VISIT_MARKS
from gridclient.ui.plan import PlanPage
from gridclient.ui.plan_overlays import OVERLAYS, last_state
from gridclient.ui.plan_paint import Density
from gridclient.ui.plan_view import PlanView
from gridclient.ui.workspace import Workspace
from tests.support.stage import Hands, on_stage


def flats(units: int, floors: int, doors: int) -> list[Cell]:
    states = list(VISIT_MARKS)
    return [
        Cell(f"{u}-{f}-{d}", f"{f}{d:02d}", str(u), f, "王安", 3, states[(u + f + d) % len(states)], ("老",))
        for u, f, d in product(range(1, units + 1), range(1, floors + 1), range(1, doors + 1))
    ]


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> PlanView:
    view = PlanView()
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show_cells(flats(4, 33, 4), VISIT_MARKS)
    return view


@pytest.mark.parametrize("density", list(Density))
def test_a_tower_is_drawn_in_every_density(qapp: QApplication, qtbot: QtBot, density: Density) -> None:
    view = PlanView()
    qtbot.addWidget(view)
    view.resize(1366, 768)
    view.set_density(density)
    blank = view.grab().toImage()

    view.show_cells(flats(4, 33, 4), VISIT_MARKS)

    assert view.grab().toImage() != blank
    assert view.stand_at("4-33-4")


def test_arrows_walk_and_ctrl_goes_to_the_ends(view: PlanView) -> None:
    view.stand_at("1-33-1")

    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.current == "1-32-2"

    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.current == "4-1-4"


def test_a_room_is_found_in_the_unit_where_one_stands(view: PlanView) -> None:
    view.stand_at("3-1-1")

    assert view.jump("1502")
    assert view.current == "3-15-2"
    assert not view.jump("9999")


def test_the_door_one_stands_at_is_told_in_words(view: PlanView) -> None:
    view.stand_at("2-5-3")

    assert view.accessibleName().startswith("2单元 503，王安 3人，")


def test_every_state_of_every_overlay_has_a_sign_and_a_word() -> None:
    for overlay in OVERLAYS:
        words = [mark.word for mark in overlay.marks.values()]
        signs = [mark.sign for mark in overlay.marks.values()]
        assert all(words)
        assert len(set(words)) == len(words)
        assert len(set(signs)) == len(signs)


@pytest.fixture
def page(workspace: Workspace) -> PlanPage:
    return PlanPage(workspace)


def test_the_legend_counts_every_door_and_filters(page: PlanPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    buttons = page.legend._buttons

    told = sum(int(button.text().split()[-1]) for button in buttons.values())
    next(iter(buttons.values())).click()

    assert told == len(page.view.drawing.slots)
    assert page.view._filtered == {next(iter(buttons))}
    stage.close()


def test_page_down_goes_to_the_next_door_still_to_visit(page: PlanPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    first = page.view.current

    Hands(page.view).press("PgDn")

    assert page.view.current != first
    assert page.loop.door is not None
    assert page.loop.door.due.pressing
    stage.close()


def test_enter_opens_the_household(page: PlanPage, qtbot: QtBot, workspace: Workspace) -> None:
    stage = on_stage(qtbot, page)
    asked: list[tuple[str, dict[str, object]]] = []
    workspace.place_opened.connect(lambda place, where: asked.append((place, where)))

    Hands(page.view).press("Enter")

    assert asked[-1][0] == "household"
    assert asked[-1][1]["dwelling"] == page.view.current
    stage.close()


def test_a_building_without_floors_is_drawn_too(page: PlanPage, workspace: Workspace, qtbot: QtBot) -> None:
    yard = Building(name="柳溪院落", use="courtyard", area=workspace.desk.home)
    doors = [
        Dwelling(building=yard.id, unit="1组", door=str(n), area=workspace.desk.home) for n in range(1, 13)
    ]
    workspace.replica.save(yard, *doors)
    stage = on_stage(qtbot, page)

    page.open(building=yard.id)

    assert len(page.view.drawing.slots) == 12
    assert page.title.text() == "柳溪院落"
    stage.close()


def test_ctrl_and_plus_zoom_and_ctrl_0_goes_back(view: PlanView) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    slot = view.drawing.of("1-33-1")
    assert slot
    plain = view.area_of(slot).size()

    QTest.keyClick(view, Qt.Key.Key_Plus, control)
    assert view.zoom == 115
    assert view.area_of(slot).width() > plain.width()
    QTest.keyClick(view, Qt.Key.Key_Minus, control)
    QTest.keyClick(view, Qt.Key.Key_Minus, control)
    assert view.area_of(slot).width() < plain.width()
    QTest.keyClick(view, Qt.Key.Key_0, control)
    assert view.area_of(slot).size() == plain


def test_zoom_has_its_ends_and_the_wheel_reaches_them(view: PlanView, qtbot: QtBot) -> None:
    point = QPointF(200, 200)
    for turn, end in ((120, 250), (-120, 70)):
        for _ in range(12):
            wheel = QWheelEvent(
                point,
                point,
                QPoint(),
                QPoint(0, turn),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.ControlModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            QApplication.sendEvent(view.viewport(), wheel)
        assert view.zoom == end


def test_the_floors_and_units_stay_in_sight_while_one_scrolls(qapp: QApplication, qtbot: QtBot) -> None:
    view = PlanView()
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.show_cells(flats(4, 33, 4), VISIT_MARKS)
    view.show()
    before = view.grab().toImage()

    view.stand_at("4-1-4")

    corner = view.grab().toImage()
    head = view._head() - 1
    assert view.verticalScrollBar().value() > 0
    assert view.horizontalScrollBar().value() > 0
    assert before.copy(0, 0, view._sizes.side - 8, head) == corner.copy(0, 0, view._sizes.side - 8, head)
    slot = view.drawing.of("4-1-4")
    assert slot
    area = view.area_of(slot)
    assert area.left() >= view._sizes.side
    assert area.top() >= view._head()


def test_shift_and_arrows_choose_a_rectangle_and_esc_lets_go(view: PlanView) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    view.stand_at("1-5-2")

    QTest.keyClick(view, Qt.Key.Key_Right, shift)
    QTest.keyClick(view, Qt.Key.Key_Down, shift)
    assert view.chosen == ("1-5-2", "1-5-3", "1-4-2", "1-4-3")
    assert "已选 4 扇门" in view.accessibleName()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.chosen == ("1-4-3",)


def test_ctrl_and_the_mouse_choose_single_doors(view: PlanView) -> None:
    view.show()
    for door, held in (
        ("1-33-1", Qt.KeyboardModifier.NoModifier),
        ("1-33-3", Qt.KeyboardModifier.ControlModifier),
        ("1-32-2", Qt.KeyboardModifier.ShiftModifier),
    ):
        slot = view.drawing.of(door)
        assert slot
        QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, held, view.area_of(slot).center())
        if door == "1-33-3":
            assert view.chosen == ("1-33-1", "1-33-3")

    assert view.chosen == ("1-33-1", "1-33-2", "1-32-1", "1-32-2")


def test_colours_change_with_c_and_alt_and_a_digit_leaves_one_state(page: PlanPage, qtbot: QtBot) -> None:
    stage = on_stage(qtbot, page)
    Hands(page.view).press("c")
    assert page.overlays.currentText() == "上次走访"
    first = next(iter(page.legend._buttons))

    QTest.keyClick(page.view, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert page.view.filtered == {first}
    Hands(page.view).press("PgDn")
    slot = page.view.drawing.of(page.view.current)
    assert slot
    assert slot.cell.state == first
    QTest.keyClick(page.view, Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    assert not page.view.filtered
    Hands(page.view).press("C")
    assert page.overlays.currentText() == "走访状态"
    stage.close()


@pytest.mark.parametrize(
    ("days", "state"),
    [(None, "never"), (0, "month"), (31, "month"), (60, "quarter"), (180, "half"), (400, "long")],
)
def test_when_last_visited_is_told_in_five_steps(
    page: PlanPage, qtbot: QtBot, workspace: Workspace, days: int | None, state: str
) -> None:
    stage = on_stage(qtbot, page)
    today = workspace.today
    last = None if days is None else today - timedelta(days=days)
    door = replace(next(iter(page._doors.values())), last_effective=last)

    assert last_state(door, today) == state
    assert state in OVERLAYS[1].marks
    stage.close()


async def test_a_large_building_is_read_beside_the_window_and_one_stands_where_one_asked(
    qloop: asyncio.AbstractEventLoop, page: PlanPage, workspace: Workspace, qtbot: QtBot
) -> None:
    tower = Building(name="高层", area=workspace.desk.home)
    doors = layout.made(tower, lay_out(Shape(4, (33,), (4,))))
    workspace.replica.import_many([tower, *doors])
    small, wanted = page._first_building(), doors[300]
    stage = on_stage(qtbot, page)

    page.open(building=tower.id, dwelling=wanted.id)
    assert page.reading
    assert page.loop.door is None
    while page.reading:  # noqa: ASYNC110 - the page tells Qt, not asyncio
        await asyncio.sleep(0.01)
    assert len(page.view.drawing.slots) == 528
    assert page.view.current == wanted.id

    page.open(building=small)
    page.open(building=tower.id)
    page.open(building=small)
    while page.reading:  # noqa: ASYNC110 - same
        await asyncio.sleep(0.01)
    assert page.title.text() == "1号楼"
    assert len(page.view.drawing.slots) == 24
    stage.close()
