"""One small editor per kind of blank: shows a value, takes what a person types, says what is wrong with it.

Every editor has the same few members, so a form never asks which one it holds: ``edited`` (something was typed),
``left`` (Enter: go on to the next), :meth:`value`, :meth:`show_value`, and :meth:`raw`/:meth:`show_raw` for drafts,
which keep what was typed even when it means nothing yet.
"""

from collections.abc import Callable
import re
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QWidget,
)

from gridclient import values
from gridclient.blanks import Field
from gridclient.ui import style
from gridclient.ui.choosing import ChoiceEditor, ChoicesEditor, FlagEditor
from gridclient.ui.composing import Box, Line
from gridclient.ui.editor import ENTER, Editor
from gridclient.ui.parts import label, tool

HINTS = {"day": "20080808", "month": "200808", "moment": "20080808 09:30", "phones": "几个号码用顿号隔开"}
MOBILE = re.compile(r"1\d{10}")


def complete(field: Field, text: str) -> bool:
    """True when nothing can follow what is typed: the 18th sign of an identity number, the 11th digit of a mobile."""
    if field.kind == "id_number":
        number = values.tidy_id(text)
        return len(number) == 18 and number[:17].isdecimal() and (number[17].isdecimal() or number[17] == "X")
    return field.kind in ("phone", "phones") and bool(MOBILE.fullmatch(values.tidy_phone(text)))


class _Line(Line):
    """A line that keeps Enter for the form."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in ENTER and plain:
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
        unit = [label(field.unit, "hint")] if field.unit else []
        self._before = ""
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
        longer, self._before = len(text) > len(self._before), text
        self.edited.emit()
        if longer and self.line.cursorPosition() == len(text) and complete(self.field, text):
            self.left.emit()


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
        self.box = Box()
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
