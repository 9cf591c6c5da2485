"""导入: choose workbooks, look at what would happen, then let it happen. Nothing is written before that."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gridclient.errors import GridError
from gridclient.exchange.rehearsal import Rehearsal, known_titles
from gridclient.exchange.writing import Report
from gridclient.store.trail import Act, Step
from gridclient.ui import icons, style
from gridclient.ui.blank_forms import blank_forms
from gridclient.ui.import_files import (
    HEADS,
    SHOWN,
    ImportFile,
    columns_words,
    covers,
    examine,
    export,
    file_row,
    issue_row,
    next_words,
    ordered,
    persons,
    report_words,
    would_words,
    write_files,
)
from gridclient.ui.import_marked import MarkedCopy
from gridclient.ui.parts import beside, button, frame, label, shortcut, stacked
from gridclient.ui.rows import RowsView
from gridclient.ui.saying import Cancelled, Tone
from gridclient.ui.workspace import Workspace

FILES = "表格 (*.xlsx *.xls *.csv *.xlsm *.ods *.et);;所有文件 (*)"
SORTS = (("", "全部"), ("error", "错误"), ("warning", "提示"), ("fixed", "已规整"))
UNFINISHED = "没有核对完。请重新选择这个文件。"
ROWS = 3  # files seen at once; more are scrolled to


class ImportPage(QWidget):
    """Files, what was found in the one that is marked, and 导入. Leaving the page keeps all but uncovered content."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("import_page")
        self.setAcceptDrops(True)
        style.role(self, "page")
        self.files: list[ImportFile] = []
        self.shown: ImportFile | None = None
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
        if not paths:
            return
        if self._writing:
            self.workspace.say("正在写入上一份表格", "请等它写完，再选下一份。", Tone.WARN)
            return
        self._stop.set()
        self._stop = Event()
        self.files = [ImportFile(path) for path in dict.fromkeys(paths)]
        self._show_file(self.files[0])
        self._show()
        self._looking = self.workspace.start(self._look(self.files, self._stop, self._looking))

    def import_now(self) -> None:
        """Write what was rehearsed, beside the window."""
        if self.go.isEnabled():
            self._writing = True
            self._show()
            self.workspace.start(self._write(self.files))

    def show_past(self) -> None:
        """Show the imports made so far."""
        self.workspace.open_place("imports")

    def take_back(self) -> None:
        """Ask whether the import just made, the last one of several, is to be taken back."""
        self.workspace.open_place("imports", n=max((f.report.n for f in self.files if f.report), default=0))

    def save_issues(self) -> None:
        """Ask where to, and write every issue of the file that is shown, as masked as the screen is."""
        if self.shown is None or self.rehearsal is None:
            return
        offered = f"问题清单_{self.shown.path.stem}_{self.workspace.today:%Y%m%d}.xlsx"
        chosen, _filter = QFileDialog.getSaveFileName(self, "导出问题清单", offered, "Excel (*.xlsx)")
        if chosen:
            self.workspace.start(self._export(Path(chosen), self.rehearsal, self.whole.isChecked()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere on the page."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """What is dropped is rehearsed."""
        event.acceptProposedAction()
        self.take(*(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()))

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever comes back finds private values starred out again."""
        super().hideEvent(event)
        self._cover()

    def _make(self) -> None:
        self.begin = button("选择文件…  Ctrl+O", self.ask, role="primary", icon="folder", name="begin")
        self.choose = button("换文件…  Ctrl+O", self.ask, icon="folder", name="choose")
        self.past = button("导入记录…", self.show_past, icon="list", name="past")
        self.back = button("撤回这次导入…", self.take_back, icon="undo", name="back")
        self.list = RowsView(("状态", "文件", "认出的表", "说明"), (8, 16, 10, 20))
        self.state, self.file = label(role="pill"), label(role="heading")
        self.form, self.told = label(role="hint"), label(wrap=True)
        self.columns = label(role="hint", wrap=True)
        self.sorts = QButtonGroup(self, exclusive=True)
        for place, (_severity, word) in enumerate(SORTS):
            self.sorts.addButton(button(word, role="segment", checkable=True), place)
        self.sorts.button(0).setChecked(True)
        self.whole = button("", self._uncover, icon="show", checkable=True, tip="会记入查看记录")
        self.save = button("导出问题清单…", self.save_issues, icon="exporting", tip="会记入查看记录")
        self.marked = MarkedCopy(self.workspace, lambda: self.shown)
        self.issues = RowsView(HEADS, (6, 7, 3, 2, 8, 12, 16))
        self.nothing = label(role="hint")
        self.cut, self.result = label(role="hint"), label(role="strong", wrap=True)
        self.again = button("再导入一份  Ctrl+O", self.ask, role="primary", icon="folder")
        self.go = button("", self.import_now, role="primary", icon="importing")

    def _lay_out(self) -> None:
        self.body, self.below = QStackedWidget(), QStackedWidget()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for widget in (self.nothing, self.issues):
            self.below.addWidget(widget)
        full = QWidget()
        found = stacked(full, (self.list, self._card(), self._sorts_row(), self.below, self.cut))
        found.setStretch(3, 1)
        acts = beside(self.result, self.back, self.again, self.go)
        acts.setStretch(0, 1)
        found.addLayout(acts)
        self.body.addWidget(self._empty())
        self.body.addWidget(full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        self.blanks = blank_forms(self.workspace)
        layout.addLayout(beside(label("导入表格", "title"), None, self.blanks, self.past, self.choose))
        layout.addWidget(self.body, 1)

    def _card(self) -> QWidget:
        card = frame("card")
        inside = QVBoxLayout(card)
        inside.addLayout(beside(self.state, self.file, self.form, None))
        inside.addWidget(self.told)
        inside.addWidget(self.columns)
        return card

    def _sorts_row(self) -> QWidget:
        self.bar = QWidget()
        segments = beside(*self.sorts.buttons())
        segments.setSpacing(0)
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(segments)
        row.addStretch(1)
        row.addWidget(self.whole)
        row.addWidget(self.marked)
        row.addWidget(self.save)
        return self.bar

    def _empty(self) -> QWidget:
        card, picture, titles = frame("card"), label(), known_titles()
        picture.setPixmap(icons.pixmap("importing", style.colours().soft, style.px(48)))
        lines = (
            picture,
            label("把表格拖到这里，或按“选择文件”", "heading"),
            label("Excel、WPS 或 CSV 文件，可以一次选几个。先核对给您看，您确认以后才写入。"),
            self.begin,
            label("同一份表导入两次不会重复。能导入的表：", "hint"),
            *(label("、".join(part), "hint") for part in (titles[:5], titles[5:])),
        )
        inside = QVBoxLayout(card)
        inside.setSpacing(style.px(12))
        inside.addStretch(2)
        for line in lines:
            inside.addWidget(line, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(3)
        return card

    def _connect(self) -> None:
        self.list.selectionModel().currentRowChanged.connect(lambda *_rows: self._point())
        self.sorts.idClicked.connect(lambda _place: self._show_issues())
        shortcut("Ctrl+O", self, self.ask)
        shortcut("Ctrl+Return", self, self.import_now)
        shortcut("F12", self, self._toggle)

    async def _look(self, files: list[ImportFile], stop: Event, before: "asyncio.Task[Any] | None") -> None:
        """Rehearse file after file, once the rehearsal they replace has come to its end."""
        try:
            if before is not None and not before.done():
                await asyncio.wait([before])
            for file in files:
                await self._look_at(file, stop)
        except Cancelled:
            if not stop.is_set():
                raise
        finally:
            for file in files:
                file.problem = file.problem or (UNFINISHED if file.waits else "")
            if files is self.files:
                self._show()
        if files is self.files and self.isVisible():
            found = self.issues if self.issues.isVisible() else self.go
            (found if found.isEnabled() else self.choose).setFocus()

    async def _look_at(self, file: ImportFile, stop: Event) -> None:
        if stop.is_set():
            raise Cancelled
        try:
            file.book, file.found = await self.workspace.run(
                examine,
                file.path,
                self.workspace.replica,
                stop,
                text=f"正在读 {file.path.name}",
                progress=True,
                **self._terms(),
            )
        except Cancelled:
            raise
        except GridError as error:
            file.problem = f"{error.title}。{error.advice}"
        if not stop.is_set():
            self._show()

    async def _write(self, files: list[ImportFile]) -> None:
        self._cover()
        try:
            await self.workspace.run(
                write_files,
                files,
                self.workspace.replica,
                text="正在导入",
                progress=True,
                **self._terms(),
            )
        finally:
            self._writing = False
            self._show()
        if reports := [file.report for file in files if file.report]:
            self.workspace.say("导入完成", next_words(reports), Tone.GOOD)
            self.again.setFocus()

    async def _export(self, path: Path, found: Rehearsal, full: bool) -> None:
        issues = ordered(found.issues if full else found.masked())
        step = self._step(Act.EXPORT, f"导入问题清单 {found.title}", persons(found.issues), full=full)
        await self.workspace.run(
            export, issues, path, self.workspace.desk.trail, step, text="正在导出问题清单"
        )
        self.workspace.say(f"已存成 {path.name}", f"在文件夹 {path.parent}", Tone.GOOD)

    def _terms(self) -> dict[str, Any]:
        desk = self.workspace.desk
        return {"home": desk.home, "who": desk.who, "today": self.workspace.today}

    def _step(self, act: Act, what: str, count: int, *, full: bool) -> Step:
        return Step(self.workspace.now, self.workspace.desk.who, act, what, count, full=full)

    def _point(self) -> None:
        """Show the file that is marked in the list."""
        if self.list.chosen is not None and self.list.chosen is not self.shown:
            self._show_file(self.list.chosen)

    def _show_file(self, file: ImportFile) -> None:
        """Show another file: covered, and with issues of every sort."""
        self.shown = file
        self.whole.setChecked(False)
        self.sorts.button(0).setChecked(True)
        self._show_shown()

    def _toggle(self) -> None:
        if not self.whole.isHidden():
            self.whole.click()

    def _uncover(self, full: bool) -> None:
        """Note that private values are about to be shown, and show them; they stay covered when it cannot be noted."""
        if full and self.rehearsal is not None:
            self.whole.setChecked(False)
            count = persons(self.rehearsal.issues)
            what = f"导入 {self.rehearsal.title}"
            self.workspace.desk.trail.add(self._step(Act.UNMASK, what, count, full=True))
            self.whole.setChecked(True)
        self._show_issues()

    def _cover(self) -> None:
        if self.whole.isChecked():
            self.whole.setChecked(False)
            self._show_issues()

    def _show(self) -> None:
        """Bring everything up to date with the files."""
        files, reports = self.files, [file.report for file in self.files if file.report]
        self.body.setCurrentIndex(1 if files else 0)
        self.choose.setVisible(bool(files))
        self.setFocusProxy(self.issues if files else self.begin)
        self.list.show_rows([file_row(file) for file in files])
        self.list.setVisible(len(files) > 1)
        rows = min(len(files), ROWS) * self.list.verticalHeader().defaultSectionSize()
        self.list.setFixedHeight(rows + self.list.horizontalHeader().sizeHint().height() + style.px(4))
        ready = [file for file in files if file.ready]
        self.result.setText(f"已写入：{report_words(reports)}" if reports else would_words(files))
        done = bool(reports) and not ready
        self.again.setVisible(done)
        self.back.setVisible(done)
        self.go.setVisible(not done)
        self.go.setText(f"导入 {len(ready)} 份  Ctrl+Enter" if len(ready) > 1 else "导入  Ctrl+Enter")
        self.go.setEnabled(bool(ready) and not self._writing and not any(file.waits for file in files))
        self._show_shown()

    def _show_shown(self) -> None:
        file = self.shown
        if file is None:
            return
        tone, state = file.state
        self.state.setText(state)
        style.mark(self.state, tone)
        self.file.setText(file.path.name)
        self.form.setText(f"认出的表：{file.found.title}" if file.found else "")
        self.told.setText(file.told)
        self.columns.setText(columns_words(file.found) if file.found else "")
        self.columns.setVisible(bool(self.columns.text()))
        self._show_issues()

    def _show_issues(self) -> None:
        issues, full = self.rehearsal.issues if self.rehearsal else [], self.whole.isChecked()
        tally = Counter(issue.severity for issue in issues)
        for place, (severity, word) in enumerate(SORTS):
            count = tally[severity] if severity else len(issues)
            self.sorts.button(place).setText(f"{word} {count} 处")
            self.sorts.button(place).setEnabled(bool(count))
        chosen = ordered(issues, SORTS[self.sorts.checkedId()][0])
        seen = [issue if full else issue.masked() for issue in chosen[:SHOWN]]
        self.issues.show_rows([issue_row(issue) for issue in seen])
        self.cut.setText(f"共 {len(chosen)} 处，这里只列出前 {SHOWN} 处；“导出问题清单”里有全部。")
        self.cut.setVisible(len(chosen) > SHOWN)
        self.bar.setVisible(bool(issues))
        self.marked.offer(tally["error"], tally["warning"])
        self.below.setCurrentWidget(self.issues if issues else self.nothing)
        self.nothing.setText("没有发现问题" if self.rehearsal else "")
        self.whole.setVisible(covers(issues))
        self.whole.setText("隐藏完整内容  F12" if full else "显示完整内容  F12")
