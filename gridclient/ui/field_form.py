"""Any list of fields as a form: sections, two columns when there is room, problems beside their fields."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gridclient.blanks import Field
from gridclient.ui import style
from gridclient.ui.editor import Editor
from gridclient.ui.editors import editor_for
from gridclient.ui.parts import frame, label

TWO_COLUMNS = 620  # pixels at plain size

Maker = Callable[[Field], Editor]


class Cell(QWidget):
    """One field of a form: its label, its editor, and beneath them what is wrong, once something is."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        field = editor.field
        title = label(f"{field.label} *" if field.required else field.label, wrap=True)
        title.setFixedWidth(style.px(104))
        title.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        title.setBuddy(editor)
        title.setToolTip("必填" if field.required else "")
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(style.px(10))
        grid.setVerticalSpacing(style.px(2))
        grid.addWidget(title, 0, 0)
        grid.addWidget(editor, 0, 1)
        grid.setColumnStretch(1, 1)

    @cached_property
    def problem(self) -> QLabel:
        """The line beneath the editor, made when something is wrong."""
        made = label("", "problem", wrap=True)
        self._grid.addWidget(made, 1, 1, 1, 2)
        return made

    @cached_property
    def aside(self) -> QLabel:
        """The line beside the editor, made when the value says something."""
        made = label("", "hint")
        self._grid.addWidget(made, 0, 2)
        return made

    def show_problem(self, why: str) -> None:
        """Put a sentence beneath the editor, or take it away."""
        if why or "problem" in vars(self):
            self.problem.setText(f"⚠ {why}" if why else "")
            self.problem.setVisible(bool(why))
        self.editor.set_wrong(bool(why))

    def show_aside(self, words: str) -> None:
        """Put what the value says besides next to it, or take it away."""
        if words or "aside" in vars(self):
            self.aside.setText(words)
            self.aside.setVisible(bool(words))


class FieldForm(QScrollArea):
    """Fields in their sections. ``edited(name)`` tells what was typed into; ``finished`` that Enter left the last."""

    edited = Signal(str)
    finished = Signal()

    def __init__(
        self, fields: Iterable[Field], maker: Maker = editor_for, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cells: dict[str, Cell] = {}
        self._columns, self._locked = 0, False
        self._grids: list[tuple[QGridLayout, list[Cell]]] = []
        body = style.role(QWidget(), "plain")
        self.setWidget(body)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, style.px(4), 0)
        layout.setSpacing(style.px(10))
        # From the outside in: whatever gets another parent is dressed anew with everything in it.
        for section, own in _sections(fields).items():
            layout.addWidget(card := frame("card"))
            self._fill(card, section, own, maker)
        self._below = QVBoxLayout()
        self._below.setSpacing(style.px(10))
        layout.addLayout(self._below)
        layout.addStretch(1)
        self._arrange(1)

    def hold(self, *cards: QWidget) -> None:
        """Put these beneath the last section, to be scrolled with it."""
        for card in cards:
            self._below.addWidget(card)

    def editor(self, name: str) -> Editor:
        return self.cells[name].editor

    def told(self) -> dict[str, Any]:
        """The values of all fields that can be read as they stand."""
        told = {}
        for name, cell in self.cells.items():
            with suppress(ValueError):
                told[name] = cell.editor.value()
        return told

    def lock(self, locked: bool) -> None:
        """Let nobody type into any field, or everybody again; what is locked stays as easy to read, without hints."""
        if locked == self._locked:
            return
        self._locked = locked
        for cell in self.cells.values():
            cell.editor.setEnabled(not locked)
        blanks: list[QLineEdit | QPlainTextEdit] = [*self.findChildren(QLineEdit)]
        for blank in [*blanks, *self.findChildren(QPlainTextEdit)]:
            if locked:
                blank.setProperty("hint", blank.placeholderText())
            blank.setPlaceholderText("" if locked else blank.property("hint"))
        style.mark(self, "written" if locked else "")

    def name_at(self, widget: QWidget | None) -> str:
        """The field a widget belongs to; empty for one that belongs to none."""
        held = (name for name, cell in self.cells.items() if widget is not None and cell.isAncestorOf(widget))
        return next(held, "")

    def show_problems(self, problems: dict[str, str]) -> None:
        """Put each sentence beneath its field, and the focus on the first field that has one."""
        for name, cell in self.cells.items():
            cell.show_problem(problems.get(name, ""))
        first = next((name for name in self.cells if name in problems), None)
        if first is not None:
            self.focus(first)

    def focus(self, name: str = "") -> None:
        """Put the cursor into a field, the first one when none is named, and bring it into view."""
        cell = self.cells.get(name) or next(iter(self.cells.values()), None)
        if cell is not None:
            cell.editor.setFocus()
            if cell is next(iter(self.cells.values())):
                self.verticalScrollBar().setValue(0)
            else:
                self.ensureWidgetVisible(cell, 0, style.px(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(2 if event.size().width() >= style.px(TWO_COLUMNS) else 1)

    def _fill(self, card: QFrame, title: str, fields: list[Field], maker: Maker) -> None:
        box = QVBoxLayout(card)
        box.setContentsMargins(style.px(12), style.px(10), style.px(16), style.px(12))
        box.setSpacing(style.px(8))
        if title:
            box.addWidget(label(title, "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.px(18))
        grid.setVerticalSpacing(style.px(7))
        box.addLayout(grid)
        self._grids.append((grid, [self._cell(field, maker, card) for field in fields]))

    def _cell(self, field: Field, maker: Maker, card: QWidget) -> Cell:
        editor = maker(field)
        cell = self.cells[field.name] = Cell(editor, card)
        editor.edited.connect(partial(self._edited, field.name))
        editor.left.connect(partial(self._left, field.name))
        return cell

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for grid, cells in self._grids:
            row = column = 0
            for cell in cells:
                wide = cell.editor.wide or columns == 1
                if wide and column:
                    row, column = row + 1, 0
                grid.addWidget(cell, row, column, 1, columns if wide else 1, Qt.AlignmentFlag.AlignTop)
                column = 0 if wide else (column + 1) % columns
                row += 1 if not column else 0
            for place in range(2):
                grid.setColumnStretch(place, 1 if place < columns else 0)

    def _edited(self, name: str) -> None:
        self.cells[name].show_problem("")
        self.edited.emit(name)

    def _left(self, name: str) -> None:
        order = list(self.cells)
        place = order.index(name) + 1
        if place < len(order):
            self.focus(order[place])
        else:
            self.finished.emit()


def _sections(fields: Iterable[Field]) -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for field in fields:
        if not field.hidden:
            found.setdefault(field.section, []).append(field)
    return found
