"""登记在别的户: people whom the file wants in another household; each is overwritten, compared or left as he is."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gridclient.exchange.moved import HOME, Answer, Difference, Move, Terms
from gridclient.ui import style
from gridclient.ui.import_files import ImportFile
from gridclient.ui.import_problems import covered
from gridclient.ui.parts import beside, button, label, shortcut
from gridclient.ui.rows import RowsView, Told

HEADS = ("怎么办", "姓名", "现在登记在", "表里写的", "哪一行")
FIELD_HEADS = ("用表里的", "栏目", "本机现在", "表里写的")
KEYS = (
    "↑↓ 换一位　1 覆盖：全照表里的改，搬到表里那一户　2 比对修改：照打勾的改　3 保留：不动　"
    "Enter 到下表打勾，空格 勾上或去掉　Esc 返回"
)
LEAST = 100  # pixels in which two rows can be seen
OVERWRITE: Answer = "overwrite"
COMPARE: Answer = "compare"
KEEP: Answer = "keep"


class MovesView(QWidget):
    """``settled(Terms)`` when people were answered for; ``left`` on Esc. 1, 2 and 3 answer for the marked one."""

    settled = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import_moves")
        self.file: ImportFile | None = None
        self._full = False
        self.title = label(role="heading", wrap=True)
        self.all_over = button("", lambda: self.answer_rest(OVERWRITE), name="all_over")
        self.all_kept = button("", lambda: self.answer_rest(KEEP), name="all_kept")
        self.back = button("回到问题  Esc", self.left.emit)
        self.rows = RowsView(HEADS, (9, 5, 14, 14, 7), people=(1,))
        self.rows.setAccessibleName("登记在别的户的人")
        self.fields = RowsView(FIELD_HEADS, (6, 8, 14, 14))
        self.fields.setAccessibleName("本机和表里的对照")
        self.fields.out.whole = lambda: self._full
        self._lay_out()
        self.setFocusProxy(self.rows)
        self.rows.selectionModel().currentRowChanged.connect(lambda *_rows: self._show_fields())
        self.rows.opened.connect(lambda _move: self.fields.setFocus())
        self.fields.opened.connect(lambda _difference: self.tick())
        for key, answer in (("1", OVERWRITE), ("2", COMPARE), ("3", KEEP)):
            for view in (self.rows, self.fields):
                shortcut(key, view, partial(self.answer, answer), alone=True)
        shortcut("Space", self.fields, self.tick, alone=True)
        shortcut("Esc", self, self.go_back)

    @property
    def moves(self) -> Sequence[Move]:
        """The people the file that is shown asks about, answered for or not."""
        return self.file.found.moves if self.file and self.file.found else ()

    @property
    def hides(self) -> bool:
        """True when something personal of them is starred out."""
        differences = [one for move in self.moves for one in move.differences]
        return any(_covered(one) != (one.held, one.offered) for one in differences)

    @property
    def persons(self) -> int:
        """How many people these are."""
        return len(self.moves)

    def show_file(self, file: ImportFile, *, full: bool) -> None:
        """Show the people of a file; with ``full``, their numbers whole."""
        self.file, self._full = file, full
        told = [self._row(move) for move in self.moves]
        if told != self.rows.rows.told:
            self.rows.show_rows(told)
        asking, count = file.open_moves, len(told)
        rest = "其余" if 0 < asking < count else "全部"
        left = f"还有 {asking} 人没选" if asking else "都选好了"
        self.title.setText(f"{file.path.name}：{count} 人在本机登记在别的户，{left}")
        self.all_over.setText(f"{rest}覆盖")
        self.all_kept.setText(f"{rest}保留")
        self._show_fields()

    def stand_at(self, sheet: str, row: int) -> None:
        """Mark the person of a row."""
        at = next((n for n, move in enumerate(self.moves) if (move.sheet, move.row) == (sheet, row)), 0)
        self.rows.selectRow(at)

    def answer(self, answer: Answer) -> None:
        """Answer for the marked person, and go on to the next one who is not answered for."""
        move: Move | None = self.rows.chosen
        if self.file is None or move is None:
            return
        self._settle(move, answer)
        asking = [row for row, one in enumerate(self.moves) if self.file.terms.answer(one.id) is None]
        row = self.rows.currentIndex().row()
        if asking:
            self.rows.selectRow(next((one for one in asking if one > row), asking[0]))

    def answer_rest(self, answer: Answer) -> None:
        """Answer for all who are not answered for, or for everybody once all are. Whoever comes up later asks again."""
        if self.file is None:
            return
        terms = self.file.terms
        asking = [move.id for move in self.moves if terms.answer(move.id) is None]
        ids = asking or [move.id for move in self.moves]
        self.settled.emit(replace(terms, moves={**terms.moves, **dict.fromkeys(ids, answer)}))

    def tick(self) -> None:
        """Take the marked field from the file, or not any more."""
        move: Move | None = self.rows.chosen
        difference: Difference | None = self.fields.chosen
        if self.file is not None and move is not None and difference is not None:
            self._settle(move, frozenset(_taken(self.file.terms, move) ^ {difference.field}))

    def go_back(self) -> None:
        """From the fields to the people, from there back to the problems."""
        if self.fields.hasFocus():
            self.rows.setFocus()
        else:
            self.left.emit()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.px(8))
        head = beside(self.title, self.all_over, self.all_kept, self.back)
        head.setStretch(0, 1)
        whole.addLayout(head)
        for view in (self.rows, self.fields):
            view.setMinimumHeight(style.px(LEAST))
            whole.addWidget(view, 1)
        whole.addWidget(label(KEYS, "hint", wrap=True))

    def _settle(self, move: Move, answer: Answer) -> None:
        terms = self.file.terms if self.file else Terms()
        self.settled.emit(replace(terms, moves={**terms.moves, move.id: answer}))

    def _show_fields(self) -> None:
        move: Move | None = self.rows.chosen
        if move is None or self.file is None:
            self.fields.show_rows([])
            return
        taken = _taken(self.file.terms, move)
        told = [self._field_row(one, taken=one.field in taken) for one in move.differences]
        if told != self.fields.rows.told:
            self.fields.show_rows(told)

    def _row(self, move: Move) -> Told:
        answer = self.file.terms.answer(move.id) if self.file else None
        tone = "warn" if answer is None else "good"
        where = f"{move.sheet} 第 {move.row} 行".strip()
        return Told((_words(answer), move.name, move.was, move.now, where), tone, move)

    def _field_row(self, one: Difference, *, taken: bool) -> Told:
        texts = (one.held, one.offered) if self._full else _covered(one)
        tick = "☑ 用" if taken else "☐ 不用"
        return Told((tick, one.label, *texts), "info" if taken else "quiet", one)


def _covered(one: Difference) -> tuple[str, str]:
    """Both values as they may be seen; where somebody lives stands in the list above as well."""
    if one.field == HOME:
        return one.held, one.offered
    slot = f"resident.{one.field}"
    return covered(slot, one.held), covered(slot, one.offered)


def _taken(terms: Terms, move: Move) -> frozenset[str]:
    """The fields that are taken, or would be by 比对修改 while nobody has answered."""
    answer = terms.answer(move.id)
    return replace(move, answer=COMPARE if answer is None else answer).taken


def _words(answer: Answer | None) -> str:
    if answer is None:
        return "! 请选"
    if isinstance(answer, frozenset):
        return f"✓ 改打勾的 {len(answer)} 处" if answer else "✓ 保留"
    return {"overwrite": "✓ 覆盖", "compare": "✓ 比对修改", "keep": "✓ 保留"}[answer]
