"""What every editor of a form has in common, whatever kind of blank it is for."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gridclient.blanks import Field
from gridclient.ui import style

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
        if wrong != (target.property("wrong") == "true"):
            style.redress(target, "wrong", "true" if wrong else "false")

    def _hold(self, widget: QWidget, *others: QWidget) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(6))
        layout.addWidget(widget, 1)
        for other in others:
            layout.addWidget(other)
        widget.setAccessibleName(self.field.label)
        self.setFocusProxy(widget)
