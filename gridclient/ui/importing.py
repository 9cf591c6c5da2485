"""导入: files are chosen, matched and looked at, and then written when told to. Nothing is written before that."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFocusEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.exchange.lines import Issue
from gridclient.exchange.mapping import remember
from gridclient.exchange.moved import Terms
from gridclient.exchange.rehearsal import Rehearsal
from gridclient.exchange.writing import Report
from gridclient.store.trail import Act, Step
from gridclient.ui import style
from gridclient.ui.blank_forms import blank_forms
from gridclient.ui.dropping import dropped, welcome
from gridclient.ui.import_acts import Acts
from gridclient.ui.import_card import FileCard, drop_place
from gridclient.ui.import_counts import done_words
from gridclient.ui.import_files import UNFINISHED, ImportFile, file_row, write_files
from gridclient.ui.import_issues import IssuesStep
from gridclient.ui.import_kept import brought_back, keep
from gridclient.ui.import_looking import desk_of, look_at, undone
from gridclient.ui.import_match import MatchStep
from gridclient.ui.import_moves import MovesView
from gridclient.ui.import_notices import Notices
from gridclient.ui.import_steps import Stage, StepBar
from gridclient.ui.import_write import WriteStep
from gridclient.ui.leaves import Leaves
from gridclient.ui.parts import beside, button, label, shortcut, stacked
from gridclient.ui.rows import RowsView
from gridclient.ui.saying import Cancelled, Tone
from gridclient.ui.workspace import Workspace

FILES = "表格 (*.xlsx *.xls *.csv *.xlsm *.ods *.et);;所有文件 (*)"
ROWS = 3  # files seen at once; more are scrolled to


class ImportPage(QWidget):
    """Files, and of the one that is marked how it is read and what was found. Leaving the page covers, and keeps, all."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("import_page")
        self.setAcceptDrops(True)
        style.role(self, "page")
        self.files: list[ImportFile] = []
        self.shown: ImportFile | None = None
        self.at = Stage.FILES
        self._stop = Event()
        self._looking: asyncio.Task[Any] | None = None
        self._writing = False
        self._make()
        self._lay_out()
        self._connect()
        self._show()

    @property
    def rehearsal(self) -> Rehearsal | None:
        """What was found in the file that is shown."""
        return self.shown.found if self.shown else None

    @property
    def report(self) -> Report | None:
        """What importing the file that is shown has done."""
        return self.shown.report if self.shown else None

    def open(self, *, file: str = "", paths: Sequence[str | Path] = (), **_where: Any) -> None:
        """Rehearse files that were dropped or chosen elsewhere; without any, show what is here."""
        self.take(*(Path(path) for path in ([file] if file else paths)))

    def ask(self) -> None:
        """Ask for files."""
        chosen, _filter = QFileDialog.getOpenFileNames(self, "选择要导入的表格（可以选几个）", "", FILES)
        self.take(*map(Path, chosen))

    def take(self, *paths: Path) -> None:
        """Read files and rehearse their import beside the window; a rehearsal under way gives way to them."""
        if not paths or self._busy():
            return
        self.files = [ImportFile(path) for path in dict.fromkeys(paths)]
        self.at = Stage.PROBLEMS
        self.problems.setCurrentWidget(self.issues)
        self._show_file(self.files[0])
        self._keep()
        self._look(arriving=True)

    def settle(self, terms: Terms) -> None:
        """Read the file that is shown on other terms, remembered for its heads, and rehearse it again beside the window."""
        file = self.shown
        if file is None or self._busy():
            return
        before = file.terms.mappings
        file.settle(terms)
        self._keep()
        self._look(arriving=False)
        remember(self.workspace.replica, {d: m for d, m in terms.mappings.items() if before.get(d) != m})

    def go_to(self, stage: Stage) -> None:
        """Show a step of the file that is shown."""
        self.whole.setChecked(False)
        self.at = stage
        self._keep()
        self._show()
        self._focus()

    def show_problems(self, part: QWidget) -> None:
        """Show the problems: all of them, or the people who are kept in another household."""
        self.problems.setCurrentWidget(part)
        self.go_to(Stage.PROBLEMS)

    def import_now(self) -> None:
        """Write what was rehearsed, beside the window; whoever is to be asked about is asked about first."""
        if not self.go.isEnabled():
            return
        if (asking := _asking(self.files)) is not None:
            self._ask_about(asking)
            return
        self._writing = True
        self._show()
        self.workspace.start(self._write(self.files))

    def take_back(self) -> None:
        """Ask whether the import just made, the last one of several, is to be taken back."""
        self.workspace.open_place("imports", n=max((f.written.n for f in self.files if f.written), default=0))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the page."""
        welcome(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """What is dropped is rehearsed."""
        self.take(*dropped(event))

    def focusInEvent(self, _event: QFocusEvent) -> None:
        """Hand the keys to the step that is shown. Not by a focus proxy: Tab would go past what stands above it."""
        self._focus()

    def showEvent(self, event: QShowEvent) -> None:
        """A page that is new begins with what a window before this one left half done."""
        super().showEvent(event)
        if not self.files:
            self._bring_back()
        elif undone(self.files, self.workspace):
            self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever comes back finds private values starred out again."""
        super().hideEvent(event)
        self._cover()

    def _make(self) -> None:
        self.begin = button("选择文件…  Ctrl+O", self.ask, role="primary", icon="folder", name="begin")
        self.choose = button("换文件…  Ctrl+O", self.ask, icon="folder", name="choose")
        self.past = button(
            "导入记录…", lambda: self.workspace.open_place("imports"), icon="list", name="past"
        )
        self.blanks = blank_forms(self.workspace)
        self.steps = StepBar(self)
        self.whole = button("", self._uncover, icon="show", checkable=True, tip="会记入查看记录")
        self.list = RowsView(("状态", "文件", "认出的表", "说明"), (8, 16, 10, 20))
        self.card, self.notices = FileCard(), Notices()
        self.match, self.issues = MatchStep(self.workspace), IssuesStep(self.workspace)
        self.moves, self.writing = MovesView(), WriteStep()
        self.acts = Acts(self.import_now, self.take_back, self.ask)
        self.result, self.back = self.acts.result, self.acts.back
        self.again, self.go = self.acts.again, self.acts.go

    def _lay_out(self) -> None:
        self.problems, self.stages = Leaves(), Leaves()
        self.problems.addWidget(self.issues)
        self.problems.addWidget(self.moves)
        looked = QWidget()
        stacked(looked, (self.notices, self.problems)).setStretch(1, 1)
        for widget in (drop_place(self.begin), self.match, looked, self.writing):
            self.stages.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addLayout(beside(label("导入表格", "title"), None, self.blanks, self.past, self.choose))
        layout.addLayout(beside(self.steps, None, self.whole))
        layout.addWidget(self.list)
        layout.addWidget(self.card)
        layout.addWidget(self.stages, 1)
        layout.addWidget(self.acts)

    def _connect(self) -> None:
        self.list.selectionModel().currentRowChanged.connect(lambda *_rows: self._point())
        self.steps.went.connect(self._step_to)
        for part in (self.match, self.issues, self.moves):
            part.settled.connect(self.settle)
        self.issues.rows.opened.connect(self._open_issue)
        self.writing.rows.opened.connect(self._open_file)
        self.moves.left.connect(lambda: self.show_problems(self.issues))
        self.notices.match_wanted.connect(lambda: self.go_to(Stage.MATCH))
        self.notices.moves_wanted.connect(lambda: self.show_problems(self.moves))
        self.notices.answered.connect(self.moves.answer_rest)
        shortcut("Ctrl+O", self, self.ask)
        shortcut("Ctrl+Return", self, self.import_now)
        shortcut("F12", self, self._toggle)

    def _keep(self) -> None:
        keep(self.workspace.replica, self.files, self.shown, self.at)

    def _bring_back(self) -> None:
        self.files, place, stage = brought_back(self.workspace.replica)
        if self.files:
            self.at = stage
            self._look(arriving=True)
            self.list.selectRow(place)

    def _busy(self) -> bool:
        """Say so when a file is being written: nothing may change under it."""
        if self._writing:
            self.workspace.say("正在写入上一份表格", "请等它写完。", Tone.WARN)
        return self._writing

    def _look(self, *, arriving: bool) -> None:
        """Look at every file that waits, beside the window; what is under way gives way to it."""
        self._stop.set()
        self._stop = Event()
        self.destroyed.connect(self._stop.set)
        self._show()
        self._looking = self.workspace.start(self._looked(self.files, self._stop, self._looking, arriving))

    async def _looked(
        self, files: list[ImportFile], stop: Event, before: "asyncio.Task[Any] | None", arriving: bool
    ) -> None:
        """Rehearse file after file, once the rehearsal they replace has come to its end."""
        try:
            if before is not None and not before.done():
                await asyncio.wait([before])
            for file in files:
                if file.waits:
                    await look_at(file, self.workspace, stop)
                    self._show()
        except Cancelled:
            if not stop.is_set():
                raise
        finally:
            if not stop.is_set():
                for file in files:
                    if file.waits:
                        file.turn_down(UNFINISHED)
                self._show()
                if arriving:
                    self._arrive()

    def _arrive(self) -> None:
        """Stand where the first file that was chosen asks for something, if somebody is looking."""
        if self.shown is not None and self.shown.strange:
            self.at = Stage.MATCH
            self._show()
        if self.isVisible():
            self._focus()

    def _step_to(self, stage: Stage) -> None:
        """Show a step from its beginning."""
        self.problems.setCurrentWidget(self.issues)
        self.go_to(stage)

    def _open_issue(self, issue: Issue) -> None:
        """Go to where a problem is answered: at the person kept in another household, or at the word no list has."""
        file = self.shown
        if file is None or file.found is None:
            return
        if issue.kind == "elsewhere":
            self.show_problems(self.moves)
            self.moves.stand_at(issue.sheet, issue.row)
        elif any(word.slot == issue.slot for word in file.words):
            self.go_to(Stage.MATCH)
            self.match.stand_at(issue.slot, issue.raw)

    def _open_file(self, file: ImportFile) -> None:
        """Go to where a file asks for something, or to its problems."""
        self.list.selectRow(self.files.index(file))
        self.go_to(Stage.MATCH if file.strange else Stage.PROBLEMS)

    def _ask_about(self, file: ImportFile) -> None:
        self.list.selectRow(self.files.index(file))
        self.show_problems(self.moves)
        told = f"{file.path.name}：{file.open_moves} 人在本机登记在别的户"
        self.workspace.say(told, "请先选覆盖、比对修改还是保留，再导入。", Tone.WARN)

    async def _write(self, files: list[ImportFile]) -> None:
        self._cover()
        run, replica = self.workspace.run, self.workspace.replica
        keep(replica, (), None, self.at)  # what is being written waits for nobody any more
        try:
            await run(write_files, files, replica, text="正在导入", progress=True, **desk_of(self.workspace))
        finally:
            self._writing = False
            if isValid(self):
                self._keep()
                self._show()
        if reports := [file.report for file in files if file.report]:
            self.workspace.say(*done_words(reports))
        if reports and isValid(self):
            self.go_to(Stage.WRITE)
            self.again.setFocus()
        if isValid(self) and (asking := _asking(files)) is not None:
            self._ask_about(asking)

    def _point(self) -> None:
        """Show the file that is marked in the list."""
        if self.list.chosen is not None and self.list.chosen is not self.shown:
            self._show_file(self.list.chosen)

    def _show_file(self, file: ImportFile) -> None:
        """Show another file: covered, and with issues of every sort."""
        self.shown = file
        self.whole.setChecked(False)
        self._show_shown()

    def _part(self) -> MatchStep | IssuesStep | MovesView | None:
        """What is shown of the file, if it may hold something personal."""
        if self.at is Stage.MATCH:
            return self.match
        if self.at is not Stage.PROBLEMS:
            return None
        return self.moves if self.problems.currentWidget() is self.moves else self.issues

    def _focus(self) -> None:
        """Hand the keys to the step that is shown, or to what comes next where it has nothing."""
        part = self._part()
        if part is None:
            (self.begin if self.at is Stage.FILES else self.writing).setFocus()
        elif part is not self.issues or self.issues.rows.isVisible():
            part.setFocus()
        else:
            (self.go if self.go.isEnabled() else self.choose).setFocus()

    def _toggle(self) -> None:
        if not self.whole.isHidden():
            self.whole.click()

    def _uncover(self, full: bool) -> None:
        """Note that private values are about to be shown, and show them; they stay covered when it cannot be noted."""
        part = self._part()
        if full and part is not None:
            self.whole.setChecked(False)
            what = f"导入 {self.rehearsal.title if self.rehearsal else '没有认出的表'}"
            now, who = self.workspace.now, self.workspace.desk.who
            self.workspace.desk.trail.add(Step(now, who, Act.UNMASK, what, part.persons, full=True))
            self.whole.setChecked(True)
        self._show_shown()

    def _cover(self) -> None:
        if self.whole.isChecked():
            self.whole.setChecked(False)
            self._show_shown()

    def _show(self) -> None:
        """Bring everything up to date with the files."""
        files = self.files
        self.stages.setCurrentIndex(self.at)
        self.choose.setVisible(bool(files))
        self.list.show_rows([file_row(file) for file in files])
        several = len(files) > 1 and self._part() not in (None, self.moves)
        self.list.setVisible(several or (bool(files) and self.at is Stage.FILES))
        rows = min(len(files), ROWS) * self.list.verticalHeader().defaultSectionSize()
        self.list.setFixedHeight(rows + self.list.horizontalHeader().sizeHint().height() + style.px(4))
        self.writing.show_files(files)
        self.acts.show_files(files, writing=self._writing)
        self._show_shown()

    def _show_shown(self) -> None:
        file = self.shown
        self.steps.show_file(file, self.at)
        part = self._part()
        if file is None:
            self.card.hide()
            self.whole.hide()
            return
        self.card.show_file(file, columns=self.at is Stage.PROBLEMS)
        listed = len(self.files) > 1 and self.card.brief
        self.card.setVisible(part not in (None, self.moves) and not listed)
        self._show_part(file, part)

    def _show_part(self, file: ImportFile, part: MatchStep | IssuesStep | MovesView | None) -> None:
        full = self.whole.isChecked()
        if self.at is Stage.PROBLEMS:
            self.notices.show_file(file, at_moves=part is self.moves)
            self.moves.show_file(file, full=full)
        if part is not None and part is not self.moves:
            part.show_file(file, full=full)
        self.whole.setVisible(part is not None and part.hides)
        self.whole.setText("隐藏完整内容  F12" if full else "显示完整内容  F12")


def _asking(files: Sequence[ImportFile]) -> ImportFile | None:
    """The first file with people nobody has answered for."""
    return next((file for file in files if file.ready and file.open_moves), None)
