"""The columns of a department's form, what each is filled with, and everything else it could be filled with."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from gridclient.formfill.form import OfficeForm
from gridclient.formfill.match import Proposal
from gridclient.formfill.offers import offers
from gridclient.ui import style
from gridclient.ui.match_picker import MatchPicker
from gridclient.ui.rows import RowsView, Told

HEADS = ("列", "表头", "填什么", "前几行会填成")
BLANK = "留空，由人手填"
SAMPLES = 3  # rows shown of what would be written
SPACE = "　"


class FormMatch(QWidget):
    """Up and down go through the columns, Enter goes to the choice; ``chosen(place, path)`` when one was made."""

    chosen = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = RowsView(HEADS, (3, 9, 12, 16))
        self.picker = MatchPicker("打字或拼音首字母找，如 dh 电话", "这一列填什么", "可以填的内容")
        self.words = self.picker.words
        self._form: OfficeForm | None = None
        self._proposal: Proposal | None = None
        self._samples: Sequence[Sequence[str]] = ()
        self._lay_out()
        self.setFocusProxy(self.columns)
        self.columns.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_column())
        self.columns.opened.connect(lambda _place: self.words.setFocus())
        self.picker.chosen.connect(self._choose)
        self.picker.left.connect(self.columns.setFocus)

    @property
    def place(self) -> int:
        """The column marked, counted from 0; -1 for none."""
        return -1 if self.columns.chosen is None else int(self.columns.chosen)

    def show_match(self, form: OfficeForm, proposal: Proposal) -> None:
        """Show a form and what its columns are filled with."""
        fresh, self._form, self._proposal = form is not self._form, form, proposal
        if fresh:
            self._samples = ()
        self._show_columns()
        if fresh:
            paths = [entry.path for entry in proposal.match.columns]
            self.columns.selectRow(paths.index("") if "" in paths else 0)
        self._show_column()

    def show_samples(self, rows: Sequence[Sequence[str]]) -> None:
        """Show what the first rows would be filled with."""
        self._samples = rows[:SAMPLES]
        self._show_columns()

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        split.addWidget(self.columns)
        split.addWidget(self.picker)
        split.setSizes([style.px(700), style.px(330)])
        split.setStretchFactor(0, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split)

    def _show_columns(self) -> None:
        form, proposal = self._form, self._proposal
        if form is None or proposal is None:
            return
        words = offers(proposal.match.template.kind)
        told = []
        for place, (column, entry) in enumerate(zip(form.columns, proposal.match.columns, strict=True)):
            filled = words.get(entry.path, entry.path) if entry.path else f"! {proposal.why[place]}"
            sample = SPACE.join(row[place] for row in self._samples if place < len(row) and row[place])
            texts = (column.letter, column.head, filled, sample if entry.path else "")
            told.append(Told(texts, "" if entry.path else "warn", place, toned=2))
        self.columns.show_rows(told)

    def _show_column(self) -> None:
        if self._form is None or self._proposal is None or self.place < 0:
            return
        column, entry = self._form.columns[self.place], self._proposal.match.columns[self.place]
        offered = {"": BLANK, **offers(self._proposal.match.template.kind)}
        self.picker.ask(f"“{column.head}”这一列填：", offered, entry.path)

    def _choose(self, path: str) -> None:
        """Settle the column marked, and go on to the next one."""
        place = self.place
        self.chosen.emit(place, path)
        self.columns.setFocus()
        if place + 1 < self.columns.rows.rowCount():
            self.columns.selectRow(place + 1)
