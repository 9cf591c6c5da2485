"""A building is drawn door by door and walked with the arrow keys."""

from itertools import product

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Building, Dwelling
from gridclient.rules.drawing import Cell
from gridclient.ui.door_words import VISIT_MARKS
from gridclient.ui.plan import PlanPage
from gridclient.ui.plan_overlays import OVERLAYS
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
