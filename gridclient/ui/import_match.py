"""对应: which form a sheet is, what its columns are read as, and what the words mean that no list has."""

from collections.abc import Mapping as Reading, Sequence
from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as replaced
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from gridclient.exchange.columns import Column
from gridclient.exchange.forms import FORMS
from gridclient.exchange.mapping import (
    Mapping,
    Matched,
    Word,
    mappings_in,
    matched,
    offers,
    remember,
    to_file,
)
from gridclient.ledger.outfile import put
from gridclient.ui import style
from gridclient.ui.choosing import Choices
from gridclient.ui.flow import Flow
from gridclient.ui.import_columns import (
    SAMPLES,
    answers,
    column_rows,
    columns_of,
    hides,
    lacking,
    offered,
    standing,
    word_row,
)
from gridclient.ui.import_files import ImportFile
from gridclient.ui.match_picker import MatchPicker
from gridclient.ui.parts import button, label
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

FILES = "导入对应 (*.json)"
COLUMN_HEADS = ("列", "表头", "前几行", "读成")
WORD_HEADS = ("表头", "表里写的", "几行", "当作")
LEAST = 70  # pixels in which one row can be seen
ALIKE = "选一次，所有这样写的行都照办。"
WORDS_LISTED = 200  # a column with more odd words is read as something it is not
WORDS_SEEN = 5  # rows of words seen at once; more are scrolled to


class MatchStep(QWidget):
    """``settled(Terms)`` whenever a person decided something about the file that is shown.

    Up and down go through the columns or the words, Enter goes to the choice, Enter again takes it.
    """

    settled = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.sheets, self.form = Choices(), Choices()
        self.sheets.setAccessibleName("工作表")
        self.sheets.setSizeAdjustPolicy(Choices.SizeAdjustPolicy.AdjustToContents)
        self.form.setAccessibleName("这是哪种表")
        for form in FORMS:
            self.form.addItem(form.title, form.name)
        self.form.addItem("不导入这一页", "")
        self.standing, self.lacking = label(role="pill"), label(role="problem", wrap=True)
        self.give = button("导出对应…", self.share, icon="exporting", tip="存成小文件，同事用了不必再对应")
        self.get = button("用同事的对应…", self.take_mappings, icon="importing")
        self.columns = RowsView(COLUMN_HEADS, (3, 9, 14, 13))
        self.columns.setAccessibleName("表里的列")
        self.columns.out.whole = lambda: self._full
        self.words_title = label(role="strong")
        self.words = RowsView(WORD_HEADS, (8, 11, 4, 12))
        self.words.setAccessibleName("不认识的写法")
        for view in (self.columns, self.words):
            view.setMinimumHeight(style.px(LEAST))
        self.picker = MatchPicker("打字或拼音首字母找，如 xm 姓名", "读成什么", "可以选的")
        self.file: ImportFile | None = None
        self._full, self._at_words, self._showing = False, False, False
        self._question: tuple[str, Reading[str, str], str] | None = None
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.columns)

    @property
    def sheet(self) -> Matched | None:
        """The sheet that is shown."""
        sheets = self.file.sheets if self.file else []
        place = self.sheets.currentIndex()
        return sheets[place] if 0 <= place < len(sheets) else None

    @property
    def hides(self) -> bool:
        """True when something personal among the samples is starred out."""
        return self.sheet is not None and hides(self.sheet)

    @property
    def persons(self) -> int:
        """How many people's values may stand among the samples of a column."""
        return SAMPLES

    def show_file(self, file: ImportFile, *, full: bool) -> None:
        """Show a file as it is matched now; with ``full``, samples without stars."""
        fresh, self.file, self._full = file is not self.file, file, full
        names = [sheet.table.name or file.path.stem for sheet in file.sheets]
        if fresh or names != [self.sheets.itemText(at) for at in range(self.sheets.count())]:
            self.sheets.clear()
            self.sheets.addItems(names)
            self.sheets.setCurrentIndex(_first_open(file.sheets))
            self._at_words = False
        self.sheets.setVisible(len(names) > 1)
        self._show_sheet(fresh=fresh)

    def stand_at(self, slot: str, text: str) -> None:
        """Mark the word of a slot that stands in a text."""
        words = list(self.file.words)[:WORDS_LISTED] if self.file else []
        fit = [at for at, word in enumerate(words) if word.slot == slot and word.word in text]
        self.words.selectRow(fit[0] if fit else 0)
        self.words.setFocus()

    def share(self) -> None:
        """Ask where to, and write what was settled for colleagues; nothing personal is in it."""
        if self.file is None or not self.file.terms.mappings:
            return
        offered = f"导入对应_{self.file.path.stem}.json"
        chosen, _filter = QFileDialog.getSaveFileName(self, "导出对应，给同事用", offered, FILES)
        if chosen:
            put(Path(chosen), to_file(self.file.terms.mappings))
            told = "里面没有居民信息；同事在“对应”里按“用同事的对应”就能用。"
            self.workspace.say(f"已存成 {Path(chosen).name}", told, Tone.GOOD)

    def take_mappings(self) -> None:
        """Ask for a colleague's mappings, keep them, and use those that fit this file."""
        chosen, _filter = QFileDialog.getOpenFileName(self, "用同事的对应", "", FILES)
        if not chosen or self.file is None or self.file.book is None:
            return
        told = mappings_in(Path(chosen))
        remember(self.workspace.replica, told)
        mappings = {**self.file.terms.mappings, **told}
        if {sheet.digest for sheet in matched(self.file.book, mappings)} & told.keys():
            self._settle(mappings)
            self.workspace.say("用上了同事的对应", "以后同样表头的表也照这样读。", Tone.GOOD)
        else:
            self.workspace.say("记下了，但这份表的表头不一样", "遇到同样表头的表会用上。", Tone.WARN)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The choice is about the list one stands in."""
        if event.type() == QEvent.Type.FocusIn:
            self._at_words = watched is self.words
            self._ask()
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        above = QWidget()
        top = Flow(style.px(8), above)
        kind = label("这是哪种表")
        for widget in (self.sheets, kind, self.form, self.standing, self.get, self.give):
            top.addWidget(widget)
        left, lists = QWidget(), QVBoxLayout()
        lists.setContentsMargins(0, 0, 0, 0)
        lists.setSpacing(style.px(6))
        lists.addWidget(self.columns, 1)
        lists.addWidget(self.words_title)
        lists.addWidget(self.words, 1)
        left.setLayout(lists)
        split = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        split.addWidget(left)
        split.addWidget(self.picker)
        split.setSizes([style.px(700), style.px(330)])
        split.setStretchFactor(0, 1)
        below = QHBoxLayout()
        below.addWidget(split)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.px(6))
        whole.addWidget(above)
        whole.addWidget(self.lacking)
        whole.addLayout(below, 1)

    def _connect(self) -> None:
        self.sheets.activated.connect(lambda _place: self._show_sheet(fresh=True))
        self.form.activated.connect(self._choose_form)
        self.picker.chosen.connect(self._choose)
        self.picker.left.connect(self._go_back)
        for view in (self.columns, self.words):
            view.installEventFilter(self)
            view.selectionModel().currentRowChanged.connect(lambda *_rows: self._ask())
            view.opened.connect(lambda _about: self.picker.setFocus())

    def _show_sheet(self, *, fresh: bool = False) -> None:
        sheet, file = self.sheet, self.file
        if file is None or sheet is None:
            return
        form = sheet.form.name if sheet.form else "" if sheet.unwanted else None
        self.form.setCurrentIndex(-1 if form is None else self.form.findData(form))
        tone, state = standing(sheet)
        self.standing.setText(state)
        style.mark(self.standing, tone)
        self.lacking.setText(lacking(sheet))
        self.lacking.setVisible(bool(self.lacking.text()))
        self.give.setEnabled(bool(file.terms.mappings))
        told = column_rows(sheet, full=self._full)
        odd = [word_row(word, code) for word, code in list(file.words.items())[:WORDS_LISTED]]
        self._showing = True
        _refresh(self.columns, told)
        _refresh(self.words, odd)
        if fresh:
            self.columns.selectRow(_open_row(told, 0, 0))
            self.words.selectRow(_open_row(odd, 0, 0))
        self._showing = False
        only_words = bool(file.open_words) and all(not row.tone for row in told)
        self.setFocusProxy(self.words if only_words else self.columns)
        self._show_words_title(len(file.words), file.open_words)
        self._ask()

    def _show_words_title(self, count: int, asking: int) -> None:
        rest = f"还有 {asking} 个没选" if asking else "都选好了"
        cut = f"这里列出前 {WORDS_LISTED} 个；这么多，多半是列对错了。" if count > WORDS_LISTED else ALIKE
        self.words_title.setText(f"不认识的写法：{count} 个，{rest}。{cut}")
        rows = min(count, WORDS_SEEN) * self.words.verticalHeader().defaultSectionSize()
        self.words.setMaximumHeight(rows + self.words.horizontalHeader().sizeHint().height() + style.px(4))
        for widget in (self.words_title, self.words):
            widget.setVisible(bool(count))
        self._at_words &= bool(count)

    def _ask(self) -> None:
        """Put the question about the marked row, unless it is the one that stands there."""
        if self._showing or (question := self._asked()) == self._question:
            return
        self._question = question
        self.picker.setVisible(question is not None)
        if question is not None:
            self.picker.ask(*question)

    def _asked(self) -> tuple[str, Reading[str, str], str] | None:
        sheet, file = self.sheet, self.file
        if file is None or sheet is None:
            return None
        if self._at_words and isinstance(word := self.words.chosen, Word):
            return f"“{word.word}”当作：", *answers(word, file.words.get(word))
        column = _column(sheet, self.columns.chosen)
        if column is None or sheet.form is None:
            return None
        return f"“{column.head}”这一列读成：", *offered(sheet, column)

    def _choose(self, value: str) -> None:
        """Settle the marked column or word, and go on to the next one that asks."""
        if self.file is None or self.sheet is None:
            return
        view = self.words if self._at_words else self.columns
        row, told = view.currentIndex().row(), view.rows.told
        if self._at_words:
            self._settle_word(view.chosen, value)
        else:
            self._settle_column(view.chosen, value)
        view.setFocus()
        view.selectRow(_open_row(told, row + 1, min(row + 1, len(told) - 1)))

    def _settle_column(self, index: int, slot: str) -> None:
        sheet = self.sheet
        column = _column(sheet, index) if sheet else None
        if sheet is not None and column is not None:
            self._settle_sheet(sheet, self._mapping(sheet).with_column(column.head, slot))

    def _settle_word(self, word: Word, code: str) -> None:
        """Settle a word in every sheet it stands in."""
        if self.file is None:
            return
        mappings = dict(self.file.terms.mappings)
        for one in self.file.same_words(word):
            sheet = next((sheet for sheet in self.file.sheets if sheet.digest == one.digest), None)
            if sheet is not None:
                kept = mappings.get(one.digest) or self._mapping(sheet)
                mappings[one.digest] = kept.with_word(one.slot, one.word, code)
        self._settle(mappings)

    def _choose_form(self, _place: int) -> None:
        """Read the sheet as another form; what was settled about its columns stays as far as that form has them."""
        sheet, name = self.sheet, self.form.currentData()
        form = next((one for one in FORMS if one.name == name), None)
        if sheet is None or (form == sheet.form and (form or sheet.unwanted)):
            return
        before = self._mapping(sheet)
        known = {"", *offers(form)} if form else {*before.columns.values()}
        columns = {head: slot for head, slot in before.columns.items() if slot in known}
        self._settle_sheet(sheet, replaced(before, form=name, columns=columns))

    def _settle_sheet(self, sheet: Matched, mapping: Mapping) -> None:
        mappings = self.file.terms.mappings if self.file else {}
        self._settle({**mappings, sheet.digest: mapping})

    def _settle(self, mappings: Reading[str, Mapping]) -> None:
        if self.file is not None:
            self.settled.emit(replace(self.file.terms, mappings=mappings))

    def _mapping(self, sheet: Matched) -> Mapping:
        kept = self.file.terms.mappings.get(sheet.digest) if self.file else None
        return kept or Mapping(sheet.form.name if sheet.form else "")

    def _go_back(self) -> None:
        (self.words if self._at_words else self.columns).setFocus()


def _column(sheet: Matched, index: int | None) -> Column | None:
    return next((column for column in columns_of(sheet) if column.index == index), None)


def _first_open(sheets: Sequence[Matched]) -> int:
    """The first sheet that lacks something, else the first that can be read."""
    lacks = (at for at, sheet in enumerate(sheets) if sheet.form and sheet.lacking)
    reads = (at for at, sheet in enumerate(sheets) if sheet.usable)
    return next(lacks, next(reads, 0))


def _open_row(told: Sequence[Told], start: int, otherwise: int) -> int:
    """The first row from ``start`` on that asks for something."""
    return next((row for row in range(start, len(told)) if told[row].tone == "warn"), otherwise)


def _refresh(view: RowsView, told: list[Told]) -> None:
    """Show rows where they differ from those shown: nobody's place is lost for nothing."""
    if told != view.rows.told:
        view.show_rows(told)
