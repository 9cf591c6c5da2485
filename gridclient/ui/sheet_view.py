"""A sheet that is typed into like a workbook: keys, cell editors, and how a cell that is wrong is painted."""

from functools import partial
from typing import Any, cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gridclient.blanks import Field
from gridclient.ui import style
from gridclient.ui.choosing import Choices
from gridclient.ui.composing import Line
from gridclient.ui.editor import ENTER
from gridclient.ui.editors import complete
from gridclient.ui.initials import initials
from gridclient.ui.list_out import ListOut
from gridclient.ui.sheet_model import DOOR, FLAW_ROLE, SheetModel
from gridclient.ui.sheet_out import whole_sheet

Index = QModelIndex | QPersistentModelIndex
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
WIDTHS = {"door": 70, "name": 92, "relation": 96, "id_number": 176, "sex": 74, "birth": 104, "phones": 128, "nation": 74, "political": 92, "education": 92, "marital": 84, "population": 84, "employer": 150, "labels": 130, "owner_phone": 128, "owner_id": 176, "hazards": 130, "remark": 200}  # fmt: skip
MISSING_WIDTH, OTHER_WIDTH = 170, 96
BEGUN = "begun"
SIGNS = {"bad": "⚠", "warn": "？"}
LATIN_ONLY = (
    "choice",
    "id_number",
    "phone",
    "phones",
    "day",
    "count",
    "amount",
)  # nothing an input method is wanted for


class SheetLine(Line):
    """A line in a cell; knows whether it was begun by typing."""

    def __init__(self, parent: QWidget, *, latin: bool) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, not latin)
        self.replacing = True  # arrows leave the cell; after F2 they move inside it


class SheetDelegate(QStyledItemDelegate):
    """Makes the editors, takes their texts, and paints signs. ``moved(rows, columns)`` when an editor is left by a key.

    ``filled(text)`` when Ctrl+Enter puts the text into everything chosen.
    """

    moved = Signal(int, int, bool)
    filled = Signal(str)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = cast(SheetModel, index.model()).fields[index.column()]
        if field.kind == "choice":
            box = Choices()
            box.setParent(parent)
            box.offer(field)
            box.entered.connect(lambda: self._leave(box, 1, 0, by_enter=True))
            return box
        line = SheetLine(parent, latin=field.kind in LATIN_ONLY or field.name == "door")
        line.textEdited.connect(lambda text: self._typed(line, field, text))
        return line

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Begin with what stands in the cell; news that arrive while somebody types leave the editor alone."""
        if editor.property(BEGUN):
            return
        editor.setProperty(BEGUN, True)
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, Choices):
            if editor.findText(text) < 0:  # an answer of a newer program, or one no longer offered
                editor.addItem(text)
            editor.setCurrentIndex(editor.findText(text))
        elif isinstance(editor, SheetLine):
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        model.setData(index, self.text_of(editor, cast(SheetModel, index.model()).fields[index.column()]))

    def text_of(self, editor: QWidget, field: Field) -> str:
        """What an editor holds, first letters of answers put into words."""
        if isinstance(editor, Choices):
            return editor.currentText()
        text = cast(SheetLine, editor).text()
        return _in_words(field, text) if field.kind == "choices" else text

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            editor = cast(QWidget, watched)
            if self._key(editor, event):
                return True
        return super().eventFilter(watched, event)

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        """The cell, and where something is wrong with it a tint and a sign at its end."""
        tone = (index.data(FLAW_ROLE) or ("", ""))[0]
        if tone:
            painter.fillRect(option.rect, QColor(style.tint(tone).back))
        super().paint(painter, option, index)
        if tone:
            painter.save()
            painter.setPen(QColor(style.tint(tone).text))
            at = option.rect.adjusted(0, 0, -style.px(4), 0)
            painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, SIGNS[tone])
            painter.restore()

    def _key(self, editor: QWidget, event: QKeyEvent) -> bool:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        back = -1 if held & SHIFT else 1
        if key in ENTER and held & CONTROL:
            view = cast(SheetView, self.parent())
            field = view.sheet.fields[view.currentIndex().column()]
            self.filled.emit(self.text_of(editor, field))
            self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        elif key in ENTER:
            self._leave(editor, back, 0, by_enter=True)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._leave(editor, 0, -1 if key == Qt.Key.Key_Backtab else back)
        elif isinstance(editor, SheetLine) and key in ARROWS and not held and editor.replacing:
            self._leave(editor, *ARROWS[Qt.Key(key)])
        else:
            return False
        return True

    def _leave(self, editor: QWidget, rows: int, columns: int, *, by_enter: bool = False) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self.moved.emit(rows, columns, by_enter)

    def _typed(self, line: SheetLine, field: Field, text: str) -> None:
        """Go on by itself once nothing can follow."""
        if line.replacing and line.cursorPosition() == len(text) and complete(field, text):
            self._leave(line, 0, 1)


class SheetView(QTableView):
    """The sheet. Arrows walk, any sign begins to type, F2 edits what is there, Tab and Enter go on, Delete empties.

    ``left(row)`` when the mark goes to another row, ``wanted(name)`` for what only the page can do:
    ``undo``, ``add``, ``double``, ``save``, ``reveal``.
    """

    left = Signal(int)
    wanted = Signal(str)

    def __init__(self, model: SheetModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = model
        self.setObjectName("sheet")
        self.setAccessibleName("表格录入")
        self.setModel(model)
        self._cells = SheetDelegate(self)
        self._cells.moved.connect(self._step)
        self._cells.filled.connect(self.fill)
        self.setItemDelegate(self._cells)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.AnyKeyPressed | triggers.DoubleClicked)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setWordWrap(False)
        self.setTabKeyNavigation(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._began = 0  # the column where a run of Tab began; Enter goes back to it, as in a workbook
        rows, heads = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(style.px(30))
        rows.setMinimumWidth(style.px(30))
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setHighlightSections(False)
        for column, field in enumerate(self.sheet.fields):
            self.setColumnWidth(column, style.px(WIDTHS.get(field.name, OTHER_WIDTH)))
        self.setColumnWidth(len(self.sheet.fields), style.px(MISSING_WIDTH))
        self.out = ListOut(self, partial(whole_sheet, self), copies=False)
        named = sum(self.columnWidth(column) for column in range(2))
        self.horizontalScrollBar().valueChanged.connect(lambda place: model.name_rows(on=place > named // 2))

    def stand_at(self, row: int, column: int) -> None:
        """Put the mark on a cell and bring it into view."""
        index = self.sheet.index(row, column)
        if index.isValid():
            only = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, only)
            self.scrollTo(index)
            self._began = column

    def fill(self, text: str) -> None:
        """Put one text into every chosen cell that can be typed into."""
        self.sheet.put([(i.row(), i.column(), text) for i in self._chosen()])
        self.wanted.emit("save")

    def empty(self) -> None:
        """Empty every chosen cell that can be typed into."""
        self.sheet.put([(i.row(), i.column(), "") for i in self._chosen()])

    def event(self, event: QEvent) -> bool:
        """Keep F2 and Ctrl+Z from the window while they mean something here."""
        if event.type() == QEvent.Type.ShortcutOverride:
            key = cast(QKeyEvent, event)
            undo = key.matches(QKeySequence.StandardKey.Undo) and bool(self.sheet.steps)
            if undo or key.key() == Qt.Key.Key_F2:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        editor = self.indexWidget(self.currentIndex())
        if isinstance(editor, SheetLine) and editor.composing:  # the keys are the input method's
            return
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held & CONTROL and self._with_control(event):
            return
        if key == Qt.Key.Key_F2:
            self.edit_here()
        elif key in ENTER and not held & CONTROL:
            self._step(-1 if held & SHIFT else 1, 0, by_enter=True)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._step(0, -1 if key == Qt.Key.Key_Backtab or held & SHIFT else 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.empty()
        elif key == Qt.Key.Key_F12:
            self.wanted.emit("reveal")
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)
            if key in ARROWS or key in (Qt.Key.Key_Home, Qt.Key.Key_End):
                self._began = self.currentIndex().column()

    def edit_here(self) -> None:
        """Edit what stands in the cell; a starred-out value is asked for first."""
        index = self.currentIndex()
        field = self.sheet.fields[index.column()] if 0 <= index.column() < len(self.sheet.fields) else None
        if field is not None and field.private and "*" in str(index.data() or ""):
            self.wanted.emit("reveal")
        self.edit(index)
        editor = self.indexWidget(index)
        if isinstance(editor, SheetLine):
            editor.replacing = False
            editor.deselect()
            editor.end(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cell one stands at in sight."""
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Begin to type; words that come without having been composed in the cell are not lost."""
        before = self.state()
        super().inputMethodEvent(event)
        editor = self.indexWidget(self.currentIndex())
        if before != self.State.EditingState and event.commitString() and isinstance(editor, SheetLine):
            QCoreApplication.sendEvent(editor, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._began = self.currentIndex().column()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tell which row was left; an input method is only wanted where Chinese is typed."""
        super().currentChanged(current, previous)
        if current.isValid() and current.column() < len(self.sheet.fields):
            field = self.sheet.fields[current.column()]
            chinese = field.kind not in LATIN_ONLY and field.name != "door"
            self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, chinese)
        if previous.isValid() and previous.row() != current.row():
            self.left.emit(previous.row())

    def _with_control(self, event: QKeyEvent) -> bool:
        """A key held with Ctrl; False when it is none of the sheet's."""
        acts = {
            Qt.Key.Key_Z: "undo",
            Qt.Key.Key_N: "add",
            Qt.Key.Key_D: "double",
            Qt.Key.Key_C: "copy",
            Qt.Key.Key_X: "cut",
            Qt.Key.Key_V: "paste",
            Qt.Key.Key_Apostrophe: "repeat",
            **dict.fromkeys(ENTER, "save"),
        }
        act = acts.get(Qt.Key(event.key()))
        if act is None:
            return False
        if act == "repeat":
            self._repeat()
        else:
            heads = bool(event.modifiers() & SHIFT)
            self.wanted.emit("copy_heads" if act == "copy" and heads else act)
        return True

    def _repeat(self) -> None:
        """Take what stands above into every chosen cell."""
        told = []
        for index in self._chosen():
            above = self.sheet.rows[index.row() - 1] if index.row() else None
            if above is not None:
                field = self.sheet.fields[index.column()]
                told.append((index.row(), index.column(), above.door if field is DOOR else above.text(field)))
        self.sheet.put(told)

    def _chosen(self) -> list[QModelIndex]:
        chosen = self.selectedIndexes() or [self.currentIndex()]
        return [i for i in chosen if i.isValid() and i.flags() & Qt.ItemFlag.ItemIsEditable]

    def _step(self, rows: int, columns: int, by_enter: bool = False) -> None:
        """Go to a neighbour; at the end of a row Tab goes on in the next one."""
        at = self.currentIndex()
        row, column, began = at.row() + rows, at.column() + columns, self._began
        if columns:
            row, column = row + column // len(self.sheet.fields), column % len(self.sheet.fields)
        elif by_enter and rows > 0:
            column = began
        if 0 <= row < len(self.sheet.rows):
            self.stand_at(row, column)
            self._began = began if columns else column
        elif row >= len(self.sheet.rows):
            self.wanted.emit("end")
        self.setFocus()


def _in_words(field: Field, text: str) -> str:
    """``dj、cj`` → 独居老人、残疾人: answers may be told by their first letters."""
    parts = text.replace("，", "、").replace(",", "、").split("、")
    return "、".join(_one_in_words(field, part.strip()) for part in parts if part.strip())


def _one_in_words(field: Field, part: str) -> str:
    if not part.isascii() or not part.isalpha():
        return part
    found = (
        offer.label
        for offer in field.offers
        if offer.value and initials(offer.label).startswith(part.lower())
    )
    return next(found, part)
