"""A screen reader finds every door of a painted building as a cell: its name, its state, its place."""

from collections.abc import Iterator
from dataclasses import replace
import gc

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication
import pytest
from pytestqt.qtbot import QtBot

from gridclient.ui.door_words import VISIT_MARKS
from gridclient.ui.plan_view import PlanView
from tests.gui.test_plan import flats

NAME, VALUE, PLACE = QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> Iterator[PlanView]:
    view = PlanView()
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.title = "3号楼楼栋图"
    view.show_cells([replace(cell, state="late") for cell in flats(2, 33, 2)], VISIT_MARKS)
    view.show()
    view.activateWindow()
    QApplication.processEvents()
    view.setFocus()
    yield view
    QAccessible.setActive(False)


def table(view: PlanView) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(view)


def cell_at(view: PlanView, door: str) -> QAccessibleInterface:
    cells = [slot.cell.id for slot in view.cells()]
    return table(view).child(cells.index(door))


def test_a_building_is_a_table_whose_cells_are_its_doors(view: PlanView) -> None:
    found = table(view)

    assert found.role() == QAccessible.Role.Table
    assert found.text(NAME) == "3号楼楼栋图"
    assert found.text(PLACE) == "132 扇门，33 行 4 列"
    assert found.childCount() == 132
    assert found.child(132) is None


def test_a_cell_tells_who_lives_there_how_it_stands_and_where_it_is(view: PlanView) -> None:
    cell = cell_at(view, "2-15-1")

    assert cell.role() == QAccessible.Role.Cell
    assert cell.text(NAME) == "2单元 1501，王安 3人，逾期，老"
    assert cell.text(VALUE) == "逾期"
    assert cell.text(PLACE) == "2单元 15层 第 19 行第 3 列，共 33 行 4 列"
    assert cell.parent().text(NAME) == "3号楼楼栋图"
    assert table(view).indexOfChild(cell) == 18 * 4 + 2


def test_where_one_stands_has_the_focus_and_what_is_out_of_sight_says_so(view: PlanView) -> None:
    view.stand_at("1-33-2")

    here, far = cell_at(view, "1-33-2"), cell_at(view, "1-1-1")

    assert here.state().focused
    assert not here.state().offscreen
    assert not far.state().focused
    assert far.state().offscreen
    assert table(view).focusChild().text(NAME) == here.text(NAME)
    view.choose(["1-33-1", "1-33-2"])
    assert cell_at(view, "1-33-1").state().selected


def test_a_cell_lies_where_it_is_painted(view: PlanView) -> None:
    view.stand_at("1-33-2")
    slot = view.drawing.of("1-33-2")
    assert slot is not None

    area = cell_at(view, "1-33-2").rect()

    assert area.topLeft() == view.viewport().mapToGlobal(view.area_of(slot).topLeft())
    assert table(view).childAt(area.center().x(), area.center().y()).text(NAME).startswith("1单元 3302")
    assert table(view).childAt(area.left(), area.top() - 2) is None


def test_a_door_that_is_gone_is_no_cell_any_more(view: PlanView, qapp: QApplication) -> None:
    cell = cell_at(view, "2-15-1")
    assert cell.isValid()

    view.show_cells([replace(c, state="late") for c in flats(1, 2, 2)], VISIT_MARKS)

    assert not cell.isValid()
    assert cell.text(NAME) == ""
    assert table(view).childCount() == 4
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert cell_at(view, "1-2-2").text(NAME).startswith("1单元 202")


def test_walking_and_reading_may_go_on_while_drawings_come_and_go(qapp: QApplication, qtbot: QtBot) -> None:
    QAccessible.setActive(True)
    try:
        for floors in range(2, 8):
            view = PlanView()
            view.resize(500, 300)
            view.show_cells([replace(c, state="late") for c in flats(2, floors, 2)], VISIT_MARKS)
            view.show()
            view.setFocus()
            cells = [table(view).child(place).text(NAME) for place in range(table(view).childCount())]
            assert len(set(cells)) == floors * 4
            view.stand_at("2-1-2")
            view.close()
            view.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            del view
            gc.collect()
    finally:
        QAccessible.setActive(False)
