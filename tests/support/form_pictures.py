"""Pictures of 表格助手: a department's form with its columns matched, and what came of filling it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
import tempfile

from PySide6.QtWidgets import QWidget

from gridclient.ui.form_helper import FormHelperPage
from gridclient.ui.main_window import MainWindow
from gridclient.ui.workspace import Workspace
from tests.support.office_forms import full_form

Take = Callable[[QWidget, str], None]


async def of_forms(take: Take, window: MainWindow, _workspace: Workspace) -> None:
    """A form as it was matched, a column being settled, and the copy filled."""
    window.messages.hide()
    window.open_place("form_helper", {})
    page = window.page("form_helper")
    assert isinstance(page, FormHelperPage)
    with tempfile.TemporaryDirectory() as folder:
        await page.read(full_form(Path(folder) / "老年人基本情况登记表（民政）.xlsx"))
        await asyncio.wait_for(page.tried.wait(), 20)
        take(window, "form-matched")
        page.match.words.setFocus()
        page.match.words.setText("dh")
        take(window, "form-choosing")
        await page.fill(Path(folder) / "填好.xlsx")
        take(window, "form-filled")
    window.messages.hide()
