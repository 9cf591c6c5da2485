"""Which rows a ledger has, in plain words, and in which order."""

from typing import TypeVar

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gridclient.ledger.offered import (
    EMPTY,
    FILLED,
    WAYS,
    Offer,
    called,
    condition,
    condition_words,
    field_at,
    offered,
)
from gridclient.ledger.template import Condition, Template
from gridclient.ui import style
from gridclient.ui.offer_picker import OfferPicker
from gridclient.ui.parts import button, label, line, shortcut, tool

UP, DOWN = "↑ 从小到大", "↓ 从大到小"
T = TypeVar("T")
LISTED = ("choice", "choices", "flag")


class LedgerRows(QWidget):
    """Conditions all of which a row must meet, and what rows are sorted by. ``edited(Template)`` after each change."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template: Template | None = None
        self.where, self.order = QListWidget(), QListWidget()
        self.where.setAccessibleName("筛选条件")
        self.order.setAccessibleName("排序")
        self.picker, self.stack = OfferPicker(), QStackedWidget()
        self.asked, self.way = label(role="strong", wrap=True), QComboBox()
        self.answer, self.answers = line("多个用顿号隔开", says="条件的内容"), QListWidget()
        self._path, self._sorting = "", False
        self._lay_out()
        self.picker.picked.connect(self._picked)
        self.way.currentTextChanged.connect(lambda _way: self._show_answers())
        self.answer.returnPressed.connect(self.put)
        shortcut("Delete", self.where, self.take_out, alone=True)
        shortcut("Delete", self.order, self.unsort, alone=True)
        self.setFocusProxy(self.where)

    def show_template(self, template: Template) -> None:
        """Show a template's conditions and its order."""
        self.template = template
        _show(self.where, [condition_words(template.kind, one) for one in template.where])
        _show(
            self.order,
            [
                f"{called(template.kind, path)}　{DOWN if path.startswith('-') else UP}"
                for path in template.order
            ],
        )

    def ask(self) -> None:
        """Ask for another condition: of which value first."""
        self._open(sorting=False)

    def sort(self) -> None:
        """Ask for another value to sort by."""
        self._open(sorting=True)

    def back(self) -> bool:
        """Show what there is; whether something was being added."""
        adding = self.stack.currentIndex() > 0
        if adding:
            self.stack.setCurrentIndex(0)
            self.where.setFocus()
        return adding

    def put(self) -> None:
        """Add the condition that is written; nothing happens while it has no answer."""
        if self.template is None:
            return
        ticked = [self.answers.item(row) for row in range(self.answers.count())]
        codes = [i.text() for i in ticked if i.checkState() == Qt.CheckState.Checked]
        words = codes if self.answers.isVisibleTo(self) else self.answer.text().replace(",", "、").split("、")
        made = condition(self.template.kind, self._path, self.way.currentText(), tuple(words))
        if made is not None:
            self._put(where=(*self.template.where, made))
            self.back()

    def take_out(self) -> None:
        """Take the chosen condition out."""
        row = self.where.currentRow()
        if self.template is not None and row >= 0:
            self._put(where=_without(self.template.where, row))

    def unsort(self) -> None:
        """Sort by the chosen value no longer."""
        row = self.order.currentRow()
        if self.template is not None and row >= 0:
            self._put(order=_without(self.template.order, row))

    def turn(self) -> None:
        """Sort by the chosen value the other way round."""
        row = self.order.currentRow()
        if self.template is not None and row >= 0:
            order = list(self.template.order)
            order[row] = order[row].removeprefix("-") if order[row].startswith("-") else f"-{order[row]}"
            self._put(order=tuple(order))

    def shift(self, step: int) -> None:
        """Let the chosen value count before (-1) or after (1) its neighbour."""
        row = self.order.currentRow()
        if self.template is not None and row >= 0 and 0 <= row + step < len(self.template.order):
            order = list(self.template.order)
            order.insert(row + step, order.pop(row))
            self._put(order=tuple(order))
            self.order.setCurrentRow(row + step)

    def _lay_out(self) -> None:
        first, layout = QWidget(), QVBoxLayout(self)
        column = QVBoxLayout(first)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label("只要这些（条条都要符合）", "strong"))
        column.addWidget(self.where, 1)
        column.addLayout(
            _acts(
                button("加条件", self.ask, icon="add"),
                tool("remove", "去掉这一条  Delete", self.take_out),
            )
        )
        column.addWidget(label("排序（先按第一项）", "strong"))
        column.addWidget(self.order, 1)
        column.addLayout(
            _acts(
                button("加排序", self.sort, icon="add"),
                button("反过来", self.turn),
                tool("up", "上移", lambda: self.shift(-1)),
                tool("down", "下移", lambda: self.shift(1)),
                tool("remove", "去掉这一项  Delete", self.unsort),
            )
        )
        for widget in (first, self.picker, self._question()):
            self.stack.addWidget(widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _question(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.px(6))
        self.way.addItems(WAYS)
        self.way.setAccessibleName("怎样")
        for widget in (self.asked, self.way, self.answer, self.answers):
            column.addWidget(widget)
        column.addLayout(
            _acts(button("加上  Enter", self.put, role="primary"), button("不加  Esc", self.back))
        )
        column.addStretch()
        shortcut("Return", made, self.put)
        return made

    def _open(self, *, sorting: bool) -> None:
        if self.template is not None:
            self._sorting = sorting
            self.picker.offer([one for one in offered(self.template.kind) if one.path != "#"])
            self.stack.setCurrentIndex(1)
            self.picker.setFocus()

    def _picked(self, offer: Offer) -> None:
        if self.template is None:
            return
        if self._sorting:
            self._put(order=(*self.template.order, offer.path))
            self.back()
            return
        self._path = offer.path
        self.asked.setText(offer.words)
        self.way.setCurrentIndex(0)
        self._offer_answers()
        self.stack.setCurrentIndex(2)
        (self.answers if self.answers.count() else self.answer).setFocus()

    def _offer_answers(self) -> None:
        self.answer.clear()
        self.answers.clear()
        field = field_at(self.template.kind, self._path) if self.template is not None else None
        if field is None or field.kind not in LISTED:
            self._show_answers()
            return
        words = ["是", "否"] if field.kind == "flag" else [one.label for one in field.offers if one.value]
        for one in words:
            item = QListWidgetItem(one, self.answers)
            item.setCheckState(Qt.CheckState.Unchecked)
        self.answers.setCurrentRow(0)
        self._show_answers()

    def _show_answers(self) -> None:
        asks = self.way.currentText() not in (FILLED, EMPTY)
        self.answers.setVisible(asks and self.answers.count() > 0)
        self.answer.setVisible(asks and not self.answers.count())

    def _put(
        self, *, where: tuple[Condition, ...] | None = None, order: tuple[str, ...] | None = None
    ) -> None:
        if self.template is not None:
            now = self.template
            changed = replace(now, where=now.where if where is None else where)
            self.show_template(replace(changed, order=now.order if order is None else order))
            self.edited.emit(self.template)


def _show(view: QListWidget, words: list[str]) -> None:
    row = max(0, view.currentRow())
    view.clear()
    view.addItems(words)
    view.setCurrentRow(min(row, len(words) - 1))


def _acts(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row


def _without(items: tuple[T, ...], row: int) -> tuple[T, ...]:
    return (*items[:row], *items[row + 1 :])
