"""One small editor per kind of blank: shows a value, takes what a person types, says what is wrong with it.

Every editor has the same few members, so a form never asks which one it holds: ``edited`` (something was typed),
``left`` (Enter: go on to the next), :meth:`value`, :meth:`show_value`, and :meth:`raw`/:meth:`show_raw` for drafts,
which keep what was typed even when it means nothing yet.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from gridclient import values
from gridclient.blanks import Field
from gridclient.ui import style
from gridclient.ui.initials import initials
from gridclient.ui.parts import label, tool

HINTS = {"day": "20080808", "month": "200808", "moment": "20080808 09:30", "phones": "几个号码用顿号隔开"}
COMPLETE = {"id_number": 18, "phone": 11}  # this many characters and the editor is left by itself
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Editor(QWidget):
    """What every editor is: a widget that gives and takes the value of one field."""

    edited = Signal()
    left = Signal()
    wide = False  # takes a whole row of the form

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.setObjectName(field.name)

    def value(self) -> Any:
        """The value meant; ValueError with a sentence for the person when what was typed means nothing."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show a stored value; ``edited`` is not emitted."""
        raise NotImplementedError

    def raw(self) -> Any:
        """What is typed, as a JSON value, whatever it means."""
        return self.value()

    def show_raw(self, raw: Any) -> None:
        """Show again what :meth:`raw` gave."""
        self.show_value(raw)

    def set_wrong(self, wrong: bool) -> None:
        """Draw the border of a field with a problem."""
        target = self.focusProxy() or self
        target.setProperty("wrong", "true" if wrong else "false")
        target.style().unpolish(target)
        target.style().polish(target)

    def _hold(self, widget: QWidget, *others: QWidget) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(6))
        layout.addWidget(widget, 1)
        for other in others:
            layout.addWidget(other)
        widget.setAccessibleName(self.field.label)
        self.setFocusProxy(widget)


class _Line(QLineEdit):
    """A line that keeps Enter for the form and knows whether an input method is composing."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.composing = False

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in ENTER and plain:
            if not self.composing:
                self.entered.emit()
            event.accept()
        elif event.key() in ENTER:
            event.ignore()  # Ctrl+Enter belongs to the form
        else:
            super().keyPressEvent(event)


class LineEditor(Editor):
    """One line of text, read by the field's own parser: names, numbers, days, telephones, document numbers."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.line = _Line()
        self.line.setPlaceholderText(field.hint or HINTS.get(field.kind, ""))
        if field.longest and field.kind in ("text", "name"):
            self.line.setMaxLength(field.longest)
        unit = [label(field.unit, "hint")] if field.unit else []
        self._hold(self.line, *unit)
        self.line.textEdited.connect(self._typed)
        self.line.entered.connect(self.left)

    def value(self) -> Any:
        return self.field.parse(self.line.text())

    def show_value(self, value: Any) -> None:
        self.line.setText(self.field.text(value))
        self.line.setCursorPosition(0)

    def raw(self) -> str:
        return self.line.text()

    def show_raw(self, raw: Any) -> None:
        self.line.setText(str(raw))

    def _typed(self, text: str) -> None:
        self.edited.emit()
        if len(values.half_width(text)) == COMPLETE.get(self.field.kind) and self._sure(text):
            self.left.emit()

    def _sure(self, text: str) -> bool:
        plain = values.half_width(text)
        at_end = self.line.cursorPosition() == len(text)
        return at_end and (plain[:-1] + plain[-1].replace("x", "0").replace("X", "0")).isdigit()


class MaskedEditor(LineEditor):
    """A private line: starred out until somebody asks to see it; ``before_showing`` notes it, or raises to refuse."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.before_showing: Callable[[], None] | None = None
        self._stored: Any = None
        self._hidden = False
        self._show = tool("show", f"显示完整的{field.label}（会记入查看记录）", self.unmask, text="显示")
        self._show.hide()
        layout = self.layout()
        assert layout is not None  # noqa: S101 - made by _hold
        layout.addWidget(self._show)

    @property
    def masked(self) -> bool:
        """True while the value is starred out."""
        return self._hidden

    def value(self) -> Any:
        return self._stored if self._hidden else super().value()

    def show_value(self, value: Any) -> None:
        self._stored = value
        self._set_hidden(bool(value))

    def raw(self) -> str:
        return self.field.text(self._stored) if self._hidden else super().raw()

    def show_raw(self, raw: Any) -> None:
        self._set_hidden(False)
        super().show_raw(raw)

    def unmask(self) -> None:
        """Show the whole value and let it be edited."""
        if self._hidden:
            if self.before_showing is not None:
                self.before_showing()
            self._set_hidden(False)
            self.line.setFocus()

    def _set_hidden(self, hidden: bool) -> None:
        self._hidden = hidden
        self.line.setReadOnly(hidden)
        self._show.setVisible(hidden)
        text = self.field.masked(self._stored) if hidden else self.field.text(self._stored)
        self.line.setText(text)
        self.line.setCursorPosition(0)


class NoteEditor(Editor):
    """Several lines; Enter is a new line here, Tab goes on."""

    wide = True

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = QPlainTextEdit()
        self.box.setTabChangesFocus(True)
        self.box.setPlaceholderText(field.hint)
        self.box.setFixedHeight(style.px(64))
        self._hold(self.box)
        self._quiet = False
        self.box.textChanged.connect(self._typed)

    def value(self) -> str:
        return str(self.field.parse(self.box.toPlainText()))

    def show_value(self, value: Any) -> None:
        self._quiet = True
        self.box.setPlainText(value or "")
        self._quiet = False

    def raw(self) -> str:
        return self.box.toPlainText()

    def _typed(self) -> None:
        if not self._quiet:
            self.edited.emit()


class _Choices(QComboBox):
    """A closed list picked by its first letters (pinyin) or by its number; the wheel scrolls the form instead."""

    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(14)
        self._typed = ""

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
            found = [row for row in range(self.count()) if self._matches(row, typed)]
            if found:
                self._typed = typed
                self._pick(found[0])
                return

    def _matches(self, row: int, typed: str) -> bool:
        if typed.isdigit():
            return str(row) == typed or str(self.itemData(row)) == typed
        return initials(self.itemText(row)).startswith(typed)

    def _pick(self, row: int) -> None:
        self.setCurrentIndex(row)
        self.activated.emit(row)


class ChoiceEditor(Editor):
    """One of a closed list; a code this program does not know stays in the list as it is."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = _Choices()
        self.box.addItem("", "")
        for member in field.options or ():
            if member.value:
                self.box.addItem(member.label, member.value)
            else:
                self.box.setItemText(0, member.label)
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
        for member in (m for m in field.options or () if m.value):
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
        self.box.clicked.connect(partial(self._clicked))

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


KINDS: dict[str, type[Editor]] = {
    "note": NoteEditor,
    "choice": ChoiceEditor,
    "choices": ChoicesEditor,
    "flag": FlagEditor,
}


def editor_for(field: Field, parent: QWidget | None = None) -> Editor:
    """The editor of a field's kind; links are :mod:`gridclient.ui.lookup`'s."""
    if field.private:
        return MaskedEditor(field, parent)
    return KINDS.get(field.kind, LineEditor)(field, parent)
