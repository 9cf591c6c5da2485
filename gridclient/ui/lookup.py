"""Editors for links: a record is chosen by typing part of its name, its initials, its door or the end of a number."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from gridclient.blanks import Field
from gridclient.fields import RECORDS
from gridclient.ui import style
from gridclient.ui.composing import Line
from gridclient.ui.editor import ENTER, Editor
from gridclient.ui.parts import label, later, tool
from gridclient.ui.workspace import Workspace

Index = QModelIndex | QPersistentModelIndex
SHOWN = 12
PAUSE_MS = 60


class Suggestions(QAbstractListModel):
    """The records found for what is typed: their ids and their lines."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: list[tuple[str, str]] = []

    def show_found(self, found: list[tuple[str, str]]) -> None:
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._found):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._found[index.row()][1]
        return self._found[index.row()][0] if role == Qt.ItemDataRole.UserRole else None


class LinkEditor(Editor):
    """One linked record, by typing."""

    def __init__(self, workspace: Workspace, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._workspace = workspace
        self._id = ""
        self.line = Line()
        self.line.setPlaceholderText(f"输入{RECORDS[field.to].title}的名称、拼音或号码")
        self.line.installEventFilter(self)
        clear = tool("close", f"清除{field.label}", self._clear)
        clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._hold(self.line, clear)
        self.popup = _Popup(self, self.line, self._choose)
        self._pause = later(self, PAUSE_MS, self.look)
        self.line.textEdited.connect(self._typed)

    def value(self) -> str:
        if self.line.text().strip() and not self._id:
            raise ValueError(f"请从列表中选择{self.field.label}")
        return self._id

    def show_value(self, value: Any) -> None:
        self._id = str(value or "")
        self.line.setText(self._workspace.line_of(self.field.to, self._id) if self._id else "")
        self.line.setCursorPosition(0)

    def raw(self) -> Any:
        """The id chosen, or the words typed while nothing is."""
        words = self.line.text().strip()
        return {"words": words} if words and not self._id else self._id

    def show_raw(self, raw: Any) -> None:
        """Show the record chosen, or the words again, from which Enter goes on looking."""
        words = raw.get("words", "") if isinstance(raw, dict) else ""
        self.show_value("" if isinstance(raw, dict) else raw)
        if words:
            self.line.setText(words)

    def look(self) -> None:
        """Search for what is typed and show what was found."""
        self._pause.stop()
        words = self.line.text().strip()
        self.popup.show_found(self._workspace.find(self.field.to, words, SHOWN) if words else [])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.popup.underMouse():
            self.popup.hide()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._pressed(event)
        return super().eventFilter(watched, event)

    def _pressed(self, event: QKeyEvent) -> bool:
        if event.key() in ENTER:
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                return False
            if self._pause.isActive() or not (self._id or self.popup.isVisible()):
                self.look()
            if not self.popup.choose_current():
                self.left.emit()
            return True
        return self.popup.pressed(event)

    def _typed(self, _text: str) -> None:
        self._id = ""
        self._pause.start()
        self.edited.emit()

    def _choose(self, id_: str, line: str) -> None:
        self._id = id_
        self.line.setText(line)
        self.edited.emit()
        self.left.emit()

    def _clear(self) -> None:
        self.line.clear()
        self._id = ""
        self.edited.emit()


class LinksEditor(LinkEditor):
    """Several linked records: chosen one after another, taken away from the end by Backspace."""

    wide = True

    def __init__(self, workspace: Workspace, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(workspace, field, parent)
        self._ids: list[str] = []
        self._chosen = label("", "hint", wrap=True)
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)  # noqa: S101 - made by _hold
        layout.insertWidget(0, self._chosen, 1)

    def value(self) -> Any:
        super().value()
        return list(self._ids)

    def show_value(self, value: Any) -> None:
        self._ids = [str(id_) for id_ in value or []]
        self._show()

    def raw(self) -> Any:
        """The ids chosen, and the words typed for one more."""
        words = self.line.text().strip()
        return {"ids": list(self._ids), "words": words} if words else list(self._ids)

    def show_raw(self, raw: Any) -> None:
        """Show what was chosen, and the words again."""
        told = raw if isinstance(raw, dict) else {"ids": raw}
        self.show_value(told["ids"])
        self.line.setText(told.get("words", ""))

    def _pressed(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Backspace and not self.line.text() and self._ids:
            self._ids.pop()
            self._show()
            self.edited.emit()
            return True
        return super()._pressed(event)

    def _choose(self, id_: str, line: str) -> None:
        del line
        if id_ not in self._ids:
            self._ids.append(id_)
        self._show()
        self.edited.emit()

    def _clear(self) -> None:
        self._ids.clear()
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        self._id = ""
        self.line.clear()
        self._chosen.setText("、".join(self._workspace.line_of(self.field.to, id_) for id_ in self._ids))


class _Popup(QFrame):
    """The list under a line; the line keeps the focus, so an input method goes on composing."""

    chosen = Signal(str, str)

    def __init__(self, owner: QWidget, line: Line, choose: Callable[[str, str], None]) -> None:
        super().__init__(owner, Qt.WindowType.ToolTip)
        self._line = line
        self.setFocusProxy(line)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        style.role(self, "card")
        self.model = Suggestions(self)
        self.view = QListView()
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setModel(self.model)
        self.view.setUniformItemSizes(True)
        self.view.clicked.connect(self._pick)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.view)
        self.chosen.connect(choose)
        self.hide()

    def show_found(self, found: list[tuple[str, str]]) -> None:
        self.model.show_found(found)
        if not found:
            self.hide()
            return
        self.view.setCurrentIndex(self.model.index(0))
        height = min(len(found), 8) * style.px(30) + style.px(6)
        self.resize(max(self._line.width(), style.px(240)), height)
        self.move(self._line.mapToGlobal(QPoint(0, self._line.height() + 2)))
        self.show()

    def choose_current(self) -> bool:
        """Take the marked suggestion; False when there is none to take."""
        if not self.isVisible():
            return False
        self._pick(self.view.currentIndex())
        return True

    def pressed(self, event: QKeyEvent) -> bool:
        """True when the key moved through the list or closed it."""
        if not self.isVisible():
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            return True
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step:
            row = (self.view.currentIndex().row() + step) % self.model.rowCount()
            self.view.setCurrentIndex(self.model.index(row))
        return bool(step)

    def _pick(self, index: QModelIndex) -> None:
        self.hide()
        self.chosen.emit(str(index.data(Qt.ItemDataRole.UserRole)), str(index.data()))


def link_editor(workspace: Workspace, field: Field) -> Editor:
    """The editor of a link field."""
    return (LinksEditor if field.many else LinkEditor)(workspace, field)
