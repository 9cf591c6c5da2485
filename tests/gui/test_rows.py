"""Plain tables: nothing is cut that fits, and a state is coloured where its word stands."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics
import pytest

from gridclient.ui import style
from gridclient.ui.rows import RowsView, Told

PLACE = "2026-10-31 见面 · 幸福里 1号楼 1单元101"


@pytest.fixture
def view(qtbot):
    made = RowsView(("时间", "哪一条", "说明"), (8, 8, 8))
    qtbot.addWidget(made)
    made.resize(700, 200)
    made.show()
    return made


def test_a_name_that_fits_the_table_is_not_cut(view):
    view.show_rows([Told(("10-31", PLACE, "可以撤回"))])
    wide = QFontMetrics(view.font()).horizontalAdvance(PLACE)
    assert view.columnWidth(1) > wide
    assert not view.horizontalScrollBar().isVisible()


def test_a_narrow_table_needs_no_scrolling_sideways(view):
    view.show_rows([Told(("10-31", PLACE, "可以撤回"))])
    view.resize(360, 200)
    assert not view.horizontalScrollBar().isVisible()
    assert sum(view.columnWidth(c) for c in range(3)) == view.viewport().width()


def test_a_column_for_one_letter_pushes_nothing_out(qtbot):
    made = RowsView(("行", "列", "说明"), (1, 1, 8))
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    made.show_rows([Told(("3", "B", "身份证号应为 18 位"))])
    assert not made.horizontalScrollBar().isVisible()


def test_a_column_somebody_dragged_stays_as_it_is(view):
    view.setColumnWidth(1, 111)
    view.show_rows([Told(("10-31", PLACE, "可以撤回"))])
    view.resize(800, 200)
    assert view.columnWidth(1) == 111


def test_a_state_is_coloured_where_its_word_stands(view):
    view.show_rows([Told(("10-31", PLACE, "可以撤回"), "good", toned=2)])
    model, colour = view.rows, Qt.ItemDataRole.ForegroundRole
    assert model.data(model.index(0, 2), colour) == QColor(style.tint("good").text)
    assert model.data(model.index(0, 0), colour) is None
