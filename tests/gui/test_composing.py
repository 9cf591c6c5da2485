"""What an input method has not finished belongs to it: no key of ours saves, answers or closes meanwhile."""

from pathlib import Path
import re

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
import pytest
from pytestqt.qtbot import QtBot

from gridclient.blanks import Field
from gridclient.fields import RECORDS
from gridclient.records import Visit
from gridclient.ui import composing
from gridclient.ui.door_list import DoorList
from gridclient.ui.editors import editor_for
from gridclient.ui.form import RecordForm
from gridclient.ui.lookup import link_editor
from gridclient.ui.plan import PlanPage
from gridclient.ui.plan_view import PlanView
from gridclient.ui.unlock import UnlockWindow, _NewForm
from gridclient.ui.workspace import Workspace
from tests.support.compose import compose
from tests.support.stage import on_stage

KEYS = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Escape,
    Qt.Key.Key_1,
    Qt.Key.Key_7,
    Qt.Key.Key_Down,
    Qt.Key.Key_Space,
)
TYPED = (QLineEdit, QPlainTextEdit)


def half_made(blank: QWidget) -> None:
    QCoreApplication.sendEvent(blank, QInputMethodEvent("wang'jian", []))


def every_key(blank: QWidget) -> None:
    for key in KEYS:
        QTest.keyClick(blank, key)
    QTest.keyClick(blank, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def text_of(blank: QWidget) -> str:
    return blank.toPlainText() if isinstance(blank, QPlainTextEdit) else blank.text()  # type: ignore[attr-defined]


def kinds() -> list[Field]:
    """One field of every kind there is."""
    fields = [field for spec in RECORDS.values() for field in spec.fields if not field.hidden]
    return list({(field.kind, field.private, field.many): field for field in fields}.values())


def test_a_blank_of_every_kind_leaves_its_keys_to_the_input_method(
    qtbot: QtBot, workspace: Workspace
) -> None:
    for field in kinds():
        editor = link_editor(workspace, field) if field.to else editor_for(field)
        stage = on_stage(qtbot, editor)
        left: list[bool] = []
        editor.left.connect(lambda left=left: left.append(True))
        blanks = [blank for blank in editor.findChildren(QWidget) if isinstance(blank, TYPED)]
        for blank in blanks:
            blank.setFocus()
            half_made(blank)

            every_key(blank)
            assert (left, text_of(blank)) == ([], ""), field.name

            compose(blank, "")
            QTest.keyClick(blank, Qt.Key.Key_Return)
            assert left == [True] * isinstance(blank, QLineEdit), field.name
        inside = editor.focusProxy() or editor
        assert blanks or not inside.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled), field.name
        stage.close()


def test_a_form_is_neither_saved_nor_closed_over_a_word_half_made(qtbot: QtBot, workspace: Workspace) -> None:
    form = RecordForm(workspace, "resident")
    stage = on_stage(qtbot, form)
    form.open_new()
    done: list[str] = []
    form.saved.connect(lambda _record: done.append("saved"))
    form.closed.connect(lambda: done.append("closed"))
    name = form.form.editor("name").line
    name.setFocus()
    half_made(name)

    every_key(name)

    assert done == []
    assert QApplication.focusWidget() is name
    compose(name, "王建国")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert done == ["closed"]
    stage.close()


@pytest.mark.parametrize("key", ["m", "7", "/", "w", "6", "e"])
def test_at_a_door_nothing_is_answered_or_closed_over_a_word_half_made(
    qtbot: QtBot, workspace: Workspace, key: str
) -> None:
    page = PlanPage(workspace)
    stage = on_stage(qtbot, page)
    page.open()
    before, door = workspace.replica.count(Visit), page.loop.door
    QTest.keyClicks(page.view, key)
    blanks = [blank for blank in page.loop.findChildren(QWidget) if takes_words(blank)]
    state = (page.loop.armed, page.loop.form)
    for blank in blanks:
        blank.setFocus()
        half_made(blank)
        words = text_of(blank)

        every_key(blank)

        assert (page.loop.armed, page.loop.form, page.loop.door) == (*state, door)
        assert (text_of(blank), QApplication.focusWidget()) == (words, blank)
        assert workspace.replica.count(Visit) == before
        compose(blank, "")
    assert blanks
    stage.close()


def takes_words(blank: QWidget) -> bool:
    composes = blank.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    return isinstance(blank, TYPED) and blank.isVisible() and composes


def test_the_list_and_the_building_take_no_words(qtbot: QtBot) -> None:
    for ground in (DoorList(), PlanView()):
        qtbot.addWidget(ground)

        assert not ground.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_no_blank_but_the_passphrase_is_without_that_guard() -> None:
    plain = re.compile(
        r"(?:QLineEdit|QPlainTextEdit|QTextEdit)\(\)|class \w+\((?:QLineEdit|QPlainTextEdit)\)"
    )
    folder = Path(composing.__file__).parent
    found = {made for path in folder.glob("*.py") for made in plain.findall(path.read_text("utf-8"))}

    assert found == {"class Line(QLineEdit)", "class Box(QPlainTextEdit)", "class Passphrase(QLineEdit)"}


def test_a_new_user_s_name_is_not_left_over_a_word_half_made(qtbot: QtBot, tmp_path: Path) -> None:
    window = UnlockWindow(tmp_path / "none.vault")
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    form = window.findChild(_NewForm)
    assert form is not None
    form.who.setFocus()
    half_made(form.who)

    QTest.keyClick(form.who, Qt.Key.Key_Return)
    still = form.who.hasFocus()
    compose(form.who, "张敏")
    QTest.keyClick(form.who, Qt.Key.Key_Return)

    assert still
    assert form.who.text() == "张敏"
    assert not form.who.hasFocus()
