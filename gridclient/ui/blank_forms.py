"""空表: an empty form to be filled in Excel or WPS and brought back by the same page."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton

from gridclient.errors import GridError
from gridclient.exchange.blank_form import offered, workbook
from gridclient.exchange.forms import Form
from gridclient.ledger.outfile import put
from gridclient.ui.parts import button
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace


def blank_forms(workspace: Workspace) -> QPushButton:
    """A button whose menu offers every form there is an empty one of."""
    tip = "存一份空表，填好再导入：带 * 的必填，有下拉的从下拉里选"
    made = button("空表 ▾", tip=tip)
    menu = QMenu(made)
    for form in offered():
        menu.addAction(form.title, partial(_save, workspace, form))
    made.clicked.connect(lambda: menu.popup(made.mapToGlobal(made.rect().bottomLeft())))
    return made


def _save(workspace: Workspace, form: Form) -> None:
    chosen, _filter = QFileDialog.getSaveFileName(
        None, f"存空表：{form.title}", f"{form.title}_空表.xlsx", "Excel (*.xlsx)"
    )
    if chosen:
        workspace.start(_written(workspace, form, Path(chosen)))


async def _written(workspace: Workspace, form: Form, path: Path) -> None:
    try:
        await workspace.run(lambda: put(path, workbook(form)))
    except GridError as error:
        workspace.say(error.title, error.advice, Tone.WARN)
    else:
        workspace.say(f"空表已存为“{path.name}”", "填好后拖到这里，先看问题再导入。", Tone.GOOD)
