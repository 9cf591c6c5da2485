"""Editors for closed lists: one of a list, several of it, yes or no. All by keyboard, none through an input method."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from gridclient.blanks import Field
from gridclient.ui import style
from gridclient.ui.editor import ENTER, Editor
from gridclient.ui.initials import initials


class Choices(QComboBox):
    """A closed list picked by its first letters (pinyin), its code or its number; the wheel scrolls the form instead."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(14)
        self._typed = ""

    def offer(self, field: Field) -> None:
        """Offer the answers of a field's list, and none of them first."""
        self.addItem("", "")
        for member in field.offers:
            if member.value:
                self.addItem(member.label, member.value)
            else:
                self.setItemText(0, member.label)

    def wheelEvent(self, event: QEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: Any) -> None:
        self._typed = ""
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() in ENTER:
            event.ignore()
            if event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
                event.accept()
                self.entered.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._typed = ""
            self._pick(0)
        elif (
            text
            and text.isascii()
            and text.isalnum()
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self._find(text.lower())
        else:
            super().keyPressEvent(event)

    def _find(self, key: str) -> None:
        for typed in (self._typed + key, key):
            found = [row for row in range(self.count()) if str(self.itemData(row)) == typed]
            found = found or [row for row in range(self.count()) if self._matches(row, typed)]
            if found:
                self._typed = typed
                self._pick(found[0])
                return

    def _matches(self, row: int, typed: str) -> bool:
        if typed.isdigit():
            return str(row) == typed
        return initials(self.itemText(row)).startswith(typed)

    def _pick(self, row: int) -> None:
        self.setCurrentIndex(row)
        self.activated.emit(row)


class ChoiceEditor(Editor):
    """One of a closed list; a code this program does not know stays in the list as it is."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = Choices()
        self.box.offer(field)
        self._hold(self.box)
        self.box.activated.connect(self._picked)
        self.box.entered.connect(self.left)

    def value(self) -> str:
        return str(self.box.currentData() or "")

    def show_value(self, value: Any) -> None:
        code = str(value or "")
        row = self.box.findData(code)
        if row < 0:
            self.box.addItem(self.field.text(code), code)
            row = self.box.count() - 1
        self.box.setCurrentIndex(row)

    def _picked(self, _row: int) -> None:
        self.edited.emit()


class ChoicesEditor(Editor):
    """Several of a closed list, as ticks."""

    wide = True

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(style.px(2))
        self._across = 0
        self.boxes: dict[str, QCheckBox] = {}
        for member in (m for m in field.offers if m.value):
            box = self.boxes[member.value] = QCheckBox(member.label)
            box.toggled.connect(self._ticked)
            box.installEventFilter(self)
        self._arrange(3)
        self._unknown: list[str] = []
        self._quiet = False
        if self.boxes:
            self.setFocusProxy(next(iter(self.boxes.values())))

    def value(self) -> list[str]:
        return [code for code, box in self.boxes.items() if box.isChecked()] + self._unknown

    def show_value(self, value: Any) -> None:
        self._quiet = True
        for code, box in self.boxes.items():
            box.setChecked(code in (value or []))
        self._unknown = [code for code in value or [] if code not in self.boxes]
        self._quiet = False

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        return _enter_leaves(event, self.left.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        widest = max((box.sizeHint().width() for box in self.boxes.values()), default=1) + style.px(8)
        self._arrange(max(1, event.size().width() // widest))

    def _arrange(self, across: int) -> None:
        if across == self._across:
            return
        self._grid.setColumnStretch(self._across, 0)
        self._across = across
        for place, box in enumerate(self.boxes.values()):
            self._grid.addWidget(box, place // across, place % across)
        self._grid.setColumnStretch(across, 1)

    def _ticked(self, _on: bool) -> None:
        if not self._quiet:
            self.edited.emit()


class FlagEditor(Editor):
    """Yes or no, as one tick."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = QCheckBox("是")
        self._hold(self.box)
        self.box.installEventFilter(self)
        self.box.clicked.connect(self._clicked)

    def value(self) -> bool:
        return self.box.isChecked()

    def show_value(self, value: Any) -> None:
        self.box.setChecked(bool(value))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        return _enter_leaves(event, self.left.emit)

    def _clicked(self, _on: bool) -> None:
        self.edited.emit()


def _enter_leaves(event: QEvent, leave: Callable[[], None]) -> bool:
    """True when the event was a plain Enter, which goes on to the next field."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.key() not in ENTER:
        return False
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return False
    leave()
    return True
