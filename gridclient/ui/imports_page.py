"""导入记录: the imports of the last thirty days, and taking one back whole, after saying what that would do."""

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.exchange.taking_back import Taken, foresee, take_back
from gridclient.store.imports import Batch, Imports
from gridclient.ui import style
from gridclient.ui.import_words import HEADS, LETTERS, batch_row, foreseen_words, taken_words
from gridclient.ui.parts import button, frame, label, shortcut
from gridclient.ui.past_page import PastPage
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Cancelled, Tone
from gridclient.ui.workspace import Workspace

HINT = (
    "三十天内的导入都可以整批撤回：带来的记录放进回收站，改过的内容改回原样；后来有人改过的不动。"
    "撤回以后，改好的表还能再导入。"
)
STOPPED = "已停下，还没撤完", "撤了的不会丢；再按 Enter 接着撤。"


class ImportsPage(PastPage):
    """Enter asks about the marked import, Y takes it back, Esc leaves it as it is."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "导入记录", RowsView(HEADS, LETTERS), parent)
        self.setObjectName("imports_page")
        self.rows.setAccessibleName("导入记录")
        self.imports = Imports(workspace.replica.engine)
        self.ask_button = button("撤回这次导入… Enter", self.ask, role="primary", icon="undo")
        self.question = frame("strip", "taking_back")
        style.mark(self.question, "warn")
        self.heading, self.told = label(role="heading", wrap=True), label(wrap=True)
        self.go = button("撤回  Y", self.agree, role="danger", name="go")
        self.keep = button("先不撤  Esc", self.drop, role="primary", name="keep")
        self._asked: Batch | None = None
        self._wanted, self._working = 0, False
        self._lay_out_question()
        self.head.addStretch(1)
        self.head.addWidget(self.ask_button)
        self.hint.setText(HINT)
        self.rows.opened.connect(lambda _batch: self.ask())
        self.rows.selectionModel().currentRowChanged.connect(lambda *_rows: self._point())
        shortcut("Y", self.question, self.agree)

    @property
    def batch(self) -> Batch | None:
        """The import marked."""
        chosen: Batch | None = self.rows.chosen
        return chosen

    def open(self, *, n: int = 0, **_where: Any) -> None:
        """Show the imports; with ``n`` ask at once whether that one is to be taken back."""
        self._wanted = n
        self.reload()

    def read(self) -> list[Told]:
        batches = self.imports.all(self.workspace.now)
        return [replace(batch_row(batch), values={0: batch.at}) for batch in batches]

    def show_told(self, told: list[Told]) -> None:
        self.rows.show_rows(told)
        if told:
            self.body.show_view()
        else:
            self.body.show_words("三十天内没有导入过", "导入的每一份表都会列在这里，可以整批撤回。")
        place = next((row for row, one in enumerate(told) if one.about.n == self._wanted), None)
        if place is not None:
            self._wanted = 0
            self.rows.selectRow(place)
            self.ask()
        self._point()

    def ask(self) -> None:
        """Say what taking the marked import back would do, and ask."""
        if self.batch is not None and not self.batch.over and not self._working:
            self.workspace.start(self._ask(self.batch))

    def agree(self) -> None:
        """Take back what was asked about."""
        batch = self._asked
        if batch is not None and self.go.isEnabled():
            self.drop()
            self.workspace.start(self._take_back(batch))

    def drop(self) -> None:
        """Leave everything as it is."""
        self._asked = None
        self.question.hide()
        self._point()
        self.rows.setFocus()

    def go_back(self) -> None:
        """Withdraw the question, or go to where one came from."""
        if self._asked is not None:
            self.drop()
        else:
            super().go_back()

    async def _ask(self, batch: Batch) -> None:
        found: Taken | None = await self._work(foresee, batch, "正在核对能撤回什么")
        if found is None:
            return
        self._asked = batch
        self.heading.setText(f"撤回“{batch.file}”的导入吗？")
        self.told.setText(foreseen_words(self.workspace.replica, found))
        self.go.setEnabled(bool(found))
        self.question.show()
        self._point()
        self.keep.setFocus()

    async def _take_back(self, batch: Batch) -> None:
        done: Taken | None = await self._work(take_back, batch, "正在撤回导入")
        self.workspace.edits_changed.emit()
        if done is None:
            self.workspace.say(*STOPPED, Tone.WARN)
        else:
            told = taken_words(self.workspace.replica, done)
            self.workspace.say(f"已撤回“{batch.file}”", told, Tone.WARN if done.left else Tone.GOOD)

    async def _work(self, act: Any, batch: Batch, text: str) -> Taken | None:
        """Do something with an import beside the window, one thing at a time; None when it was cancelled."""
        self._working = True
        self._point()
        try:
            found: Taken = await self.workspace.run(
                act, self.workspace.replica, self.imports, batch, text=text, progress=True
            )
        except Cancelled:
            return None
        finally:
            self._working = False
            self._point()
            if self.isVisible():
                self.rows.setFocus()  # 取消 had the keys, or what was under way
        return found

    def _point(self) -> None:
        batch = self.batch
        free = not self._working and self._asked is None
        self.ask_button.setEnabled(batch is not None and not batch.over and free)
        if self._asked is not None and batch is not None and batch != self._asked:
            self.drop()

    def _lay_out_question(self) -> None:
        acts = QHBoxLayout()
        acts.addWidget(self.told, 1)
        acts.addWidget(self.go)
        acts.addWidget(self.keep)
        inside = QVBoxLayout(self.question)
        inside.addWidget(self.heading)
        inside.addLayout(acts)
        self.foot.addWidget(self.question)
        self.question.hide()
