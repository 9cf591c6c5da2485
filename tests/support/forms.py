"""Forms as tests use them: opened in a window of their own, typed into."""

from typing import Any

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gridclient.records import Resident
from gridclient.ui.form import RecordForm
from gridclient.ui.workspace import Workspace


def opened(qtbot: QtBot, workspace: Workspace, kind: str, record: Any = None, **preset: Any) -> RecordForm:
    """Show the form of a record, or of an empty one."""
    form = RecordForm(workspace, kind)
    qtbot.addWidget(form)
    form.resize(700, 500)
    form.show()
    if record is None:
        form.open_new(**preset)
    else:
        form.open_record(record)
    return form


def someone(workspace: Workspace) -> Resident:
    """Anybody held."""
    return workspace.replica.all(Resident)[0]


def typed(qtbot: QtBot, form: RecordForm, name: str, keys: str) -> None:
    """Type real keys into a field."""
    field = form.form.editor(name)
    field.setFocus()
    qtbot.keyClicks(field.focusProxy(), keys)


def words_of(widget: QWidget) -> str:
    """Every label of a widget in one line."""
    return " ".join(label.text() for label in widget.findChildren(QLabel))
