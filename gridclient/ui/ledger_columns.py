"""The columns of a ledger: which, in which order, under which heads, how wide and how written."""

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gridclient.ledger.offered import (
    OWN_WORDS,
    Offer,
    Section,
    called,
    field_at,
    offered,
    sections,
    with_columns,
)
from gridclient.ledger.template import Column, Template
from gridclient.ui import style
from gridclient.ui.offer_picker import OfferPicker
from gridclient.ui.parts import button, line, shortcut, tool

WRITINGS = {"": "照原样", "short": "写短（男）", "month": "只写年月", "public": "公示（李*明）"}
BY_KIND = {"choice": ("", "short"), "day": ("", "month"), "name": ("", "public")}
ROOMS = {"按内容": 0.0, "宽一点": 0.5, "宽": 1.0, "很宽": 2.0, "最宽": 4.0}
ADDED = tuple(Offer(path, OWN_WORDS[path]) for path in ("", "#"))


class LedgerColumns(QWidget):
    """``edited(Template)`` after each change. Alt+↑ and Alt+↓ move the chosen column, Delete takes it out."""

    edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.template: Template | None = None
        self.section, self.columns = QComboBox(), QListWidget()
        self.columns.setAccessibleName("栏目")
        self.picker = OfferPicker()
        self.name, self.parent_name = line(says="列名"), line("没有就空着", says="上级表头")
        self.room, self.writing = QComboBox(), QComboBox()
        self.once, self.sum, self.tick = (
            QCheckBox("同户只印一次"),
            QCheckBox("合计"),
            QCheckBox("印全部选项打勾"),
        )
        self._filling = False
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.columns)

    @property
    def part(self) -> Section | None:
        """The part of the ledger whose columns are shown."""
        found = sections(self.template) if self.template is not None else []
        return found[max(0, self.section.currentIndex())] if found else None

    def show_template(self, template: Template) -> None:
        """Show a template; the part and the column chosen stay chosen."""
        self.template = template
        chosen = max(0, self.section.currentIndex())
        found = sections(template)
        self.section.blockSignals(True)
        self.section.clear()
        self.section.addItems([f"{one.title}{'（名单）' if one.listed else ''}" for one in found])
        self.section.setCurrentIndex(min(chosen, len(found) - 1))
        self.section.blockSignals(False)
        self.section.setVisible(len(found) > 1)
        self._show_columns(self.columns.currentRow())

    def add(self) -> None:
        """Offer every value that is there; each one picked comes after the chosen column."""
        part = self.part
        if part is not None and self.template is not None:
            self.picker.offer([*offered(part.kind, self.template.report), *ADDED])
            self.stack.setCurrentWidget(self.picker)
            self.picker.setFocus()

    def shift(self, step: int) -> None:
        """Move the chosen column up (-1) or down (1)."""
        part, row = self.part, self.columns.currentRow()
        if part is not None and row >= 0 and 0 <= row + step < len(part.columns):
            columns = list(part.columns)
            columns.insert(row + step, columns.pop(row))
            self._put(columns, row + step)

    def take_out(self) -> None:
        """Take the chosen column out; the last one stays."""
        part, row = self.part, self.columns.currentRow()
        if part is not None and row >= 0 and len(part.columns) > 1:
            self._put([one for at, one in enumerate(part.columns) if at != row], row)

    def back(self) -> bool:
        """Show the columns; whether some were being added."""
        adding = self.stack.currentIndex() > 0
        if adding:
            self.stack.setCurrentIndex(0)
            self.columns.setFocus()
        return adding

    def _lay_out(self) -> None:
        acts = QHBoxLayout()
        acts.addWidget(button("加一栏", self.add, icon="add", role="primary"))
        acts.addWidget(tool("up", "上移  Alt+↑", lambda: self.shift(-1)))
        acts.addWidget(tool("down", "下移  Alt+↓", lambda: self.shift(1)))
        acts.addWidget(tool("remove", "去掉这一栏  Delete", self.take_out))
        acts.addStretch()
        chosen, column = QWidget(), QVBoxLayout()
        chosen.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.columns, 1)
        column.addLayout(acts)
        column.addLayout(self._form())
        self.stack = QStackedWidget()
        self.stack.addWidget(chosen)
        self.stack.addWidget(self.picker)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.section)
        layout.addWidget(self.stack, 1)

    def _form(self) -> QFormLayout:
        self.room.setAccessibleName("宽度")
        self.writing.setAccessibleName("写法")
        self.form = form = QFormLayout()
        form.setVerticalSpacing(style.px(4))
        form.addRow("列名", self.name)
        form.addRow("上级表头", self.parent_name)
        beside = QHBoxLayout()
        beside.addWidget(self.room, 1)
        beside.addWidget(self.writing, 1)
        form.addRow("宽度写法", beside)
        ticks = QHBoxLayout()
        for check in (self.once, self.sum, self.tick):
            ticks.addWidget(check)
        ticks.addStretch()
        form.addRow(ticks)
        return form

    def _connect(self) -> None:
        self.section.activated.connect(lambda _row: self._show_columns(0))
        self.columns.currentRowChanged.connect(lambda _row: self._show_column())
        self.columns.itemDoubleClicked.connect(lambda _item: self.name.setFocus())
        self.picker.picked.connect(self._add)
        self.name.textEdited.connect(lambda text: self._change(label=text))
        self.parent_name.textEdited.connect(lambda text: self._change(parent=text.strip()))
        self.room.activated.connect(lambda _row: self._change(weight=self.room.currentData()))
        self.writing.activated.connect(lambda _row: self._change(show=self.writing.currentData()))
        for name in ("once", "sum", "tick"):
            check: QCheckBox = getattr(self, name)
            check.clicked.connect(partial(self._tick, name))
        shortcut("Alt+Up", self, lambda: self.shift(-1))
        shortcut("Alt+Down", self, lambda: self.shift(1))
        shortcut("Delete", self.columns, self.take_out, alone=True)

    def _add(self, offer: Offer) -> None:
        part = self.part
        if part is not None:
            at = self.columns.currentRow() + 1
            label = (
                offer.words
                if offer.path.startswith("=")
                else called(part.kind, offer.path).rpartition(" · ")[2]
            )
            made = Column(
                path=offer.path, label="" if not offer.path else label, weight=0.0 if offer.path else 1.0
            )
            self._put([*part.columns[:at], made, *part.columns[at:]], at)

    def _change(self, **values: object) -> None:
        part, row = self.part, self.columns.currentRow()
        if part is not None and row >= 0 and not self._filling:
            columns = list(part.columns)
            columns[row] = replace(columns[row], **values)
            self._put(columns, row, refill=False)

    def _tick(self, name: str, on: bool) -> None:
        self._change(**{name: on})

    def _put(self, columns: list[Column], row: int, *, refill: bool = True) -> None:
        if self.template is None or self.part is None:
            return
        self.template = with_columns(self.template, self.part, tuple(columns))
        if refill:
            self._show_columns(row)
        else:
            self.columns.item(row).setText(_line(self.part, columns[row]))
        self.edited.emit(self.template)

    def _show_columns(self, row: int) -> None:
        part = self.part
        self.columns.blockSignals(True)
        self.columns.clear()
        if part is not None:
            self.columns.addItems([_line(part, column) for column in part.columns])
        self.columns.setCurrentRow(max(0, min(row, self.columns.count() - 1)))
        self.columns.blockSignals(False)
        self._show_column()

    def _show_column(self) -> None:
        part, row = self.part, self.columns.currentRow()
        if part is None or not 0 <= row < len(part.columns):
            return
        column, self._filling = part.columns[row], True
        field = field_at(part.kind, column.path) if column.path else None
        self.name.setText(
            column.label or (called(part.kind, column.path).rpartition(" · ")[2] if column.path else "")
        )
        self.parent_name.setText(column.parent)
        self._show_room(column.weight)
        self.writing.clear()
        for code in BY_KIND.get(field.kind if field else "", ("",)):
            self.writing.addItem(WRITINGS[code], code)
        self.writing.setCurrentIndex(max(0, self.writing.findData(column.show)))
        self.writing.setVisible(self.writing.count() > 1)
        self.tick.setVisible(field is not None and field.kind in ("choice", "choices", "flag"))
        register, table = part.block < 0, part.block < 0 or part.listed
        self.form.setRowVisible(self.parent_name, table)
        self.room.setVisible(table)
        self.sum.setVisible(register)
        self.once.setVisible(register and bool(self.template and self.template.group))
        for name in ("once", "sum", "tick"):
            getattr(self, name).setChecked(getattr(column, name))
        self._filling = False

    def _show_room(self, weight: float) -> None:
        self.room.clear()
        for words, value in ROOMS.items():
            self.room.addItem(words, value)
        if weight not in ROOMS.values():
            self.room.addItem("照现在", weight)
        self.room.setCurrentIndex(self.room.findData(weight))


def _line(part: Section, column: Column) -> str:
    name = column.label or called(part.kind, column.path)
    return f"{column.parent} ▸ {name}" if column.parent else name or "（空栏）"
