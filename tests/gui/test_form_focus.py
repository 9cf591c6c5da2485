"""Tab in a record's form: every blank in its order, and out of the form again."""

import asyncio

from PySide6.QtWidgets import QApplication, QWidget

from gridclient.ui.main_window import MainWindow
from tests.gui.test_seams import press

MOST = 120  # presses of Tab; the window has fewer places for the focus


async def test_tab_goes_through_every_blank_of_a_form_in_its_order_and_out_again(window: MainWindow) -> None:
    window.open_place("records", {"kind": "household", "new": True})
    await asyncio.sleep(0.05)
    form = window.page("residents").page.pane.form
    start, met = QApplication.focusWidget(), list[QWidget]()
    for _press in range(MOST):
        met.append(QApplication.focusWidget())
        await press("Tab")
        if QApplication.focusWidget() is start:
            break

    names = list(dict.fromkeys(name for widget in met if (name := form.form.name_at(widget))))

    assert names == list(form.form.cells)
    assert form.save_button in met
    assert window.page("residents").page.table in met
