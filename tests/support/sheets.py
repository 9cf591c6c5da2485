"""A stairwell's sheet as tests use it: real keys where the focus is, rows by what is in them."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gridclient.ui.sheet import StairSheet
from gridclient.ui.sheet_model import FIELDS, Row
from tests.support import people
from tests.support.compose import compose

COLUMN = {field.name: place for place, field in enumerate(FIELDS)}


def focused() -> QWidget:
    """Where keys go."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(*keys: str) -> None:
    """Named keys (``Ctrl+Z``), or the letters and digits of a word, where the focus is."""
    named = {
        "Enter": Qt.Key.Key_Return,
        "Tab": Qt.Key.Key_Tab,
        "Delete": Qt.Key.Key_Delete,
        "Esc": Qt.Key.Key_Escape,
        "'": Qt.Key.Key_Apostrophe,
        "↓": Qt.Key.Key_Down,
        "→": Qt.Key.Key_Right,
        "F2": Qt.Key.Key_F2,
        "F12": Qt.Key.Key_F12,
        "Left": Qt.Key.Key_Left,
    }
    for key in keys:
        control, plain = key.startswith("Ctrl+"), key.removeprefix("Ctrl+").removeprefix("Shift+")
        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        if "Shift+" in key:
            held |= Qt.KeyboardModifier.ShiftModifier
        if plain in named:
            QTest.keyClick(focused(), named[plain], held)
        elif control:
            QTest.keyClick(focused(), Qt.Key(ord(plain)), held)
        else:
            for sign in plain:
                QTest.keyClick(focused(), sign)


def say(words: str) -> None:
    """Chinese, as an input method commits it."""
    compose(focused(), words)


def stand(sheet: StairSheet, row: Row, name: str) -> None:
    """Stand at a cell."""
    sheet.view.stand_at(sheet.model.rows.index(row), COLUMN[name])


def vacant(sheet: StairSheet) -> Row:
    """A door nobody is written behind."""
    return next(row for row in sheet.model.rows if row.blank)


def person(sheet: StairSheet) -> Row:
    """Somebody who lives here."""
    return next(row for row in sheet.model.rows if not row.new)


def number(serial: int = 7) -> str:
    """A right number of somebody born on the first day of 1980."""
    return people.id_number(date(1980, 1, 1), "1", serial)


def paste(text: str) -> None:
    """Ctrl+V with this in the clipboard."""
    QGuiApplication.clipboard().setText(text)
    press("Ctrl+V")
