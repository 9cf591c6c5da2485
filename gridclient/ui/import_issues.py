"""查看问题: what is wrong, where and why; rows nobody wants are left out, and come back; the list as a workbook."""

from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QButtonGroup, QFileDialog, QStackedWidget, QWidget

from gridclient.exchange.lines import Issue
from gridclient.exchange.rehearsal import Rehearsal
from gridclient.store.trail import Act, Step
from gridclient.ui import style
from gridclient.ui.flow import Flow
from gridclient.ui.import_columns import row_words
from gridclient.ui.import_files import ImportFile
from gridclient.ui.import_marked import MarkedCopy
from gridclient.ui.import_problems import HEADS, SHOWN, covers, export, issue_row, ordered, persons
from gridclient.ui.parts import beside, button, label, shortcut, stacked
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

LEFT = "left"  # the sort of the rows a person does not want
SORTS = (("", "全部"), ("error", "错误"), ("warning", "提示"), ("fixed", "已规整"), (LEFT, "不导入"))
BACK = "您选了不导入；按 Delete 恢复"
LEAVE, BRING = "不导入这一行  Delete", "恢复这一行  Delete"


class IssuesStep(QWidget):
    """``settled(Terms)`` when rows of the file that is shown were left out, or are to come in again.

    ``hides`` says that something personal in the list is starred out.
    """

    settled = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.file: ImportFile | None = None
        self.issues: list[Issue] = []  # of the rows that are wanted
        self.hides, self._full = False, False
        self._found: Rehearsal | None = None
        self._skipped: frozenset[tuple[str, int]] = frozenset()
        self.sorts = QButtonGroup(self, exclusive=True)
        for place, (_severity, word) in enumerate(SORTS):
            self.sorts.addButton(button(word, role="segment", checkable=True), place)
        self.sorts.button(0).setChecked(True)
        self.turn = button(LEAVE, self.turn_rows, icon="remove", name="turn")
        self.save = button("导出问题清单…", self.save_issues, icon="exporting", tip="会记入查看记录")
        self.marked = MarkedCopy(workspace, lambda: self.file)
        self.rows = RowsView(HEADS, (6, 7, 3, 2, 8, 12, 16))
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.rows.setAccessibleName("问题")
        self.rows.out.whole = lambda: self._full
        self.nothing = label(role="hint")
        self.cut = label(role="hint")
        self._lay_out()
        self.setFocusProxy(self.rows)
        self.sorts.idClicked.connect(lambda _place: self._show_issues())
        self.rows.selectionModel().selectionChanged.connect(lambda *_rows: self._point())
        shortcut("Delete", self.rows, self.turn_rows, alone=True)

    @property
    def persons(self) -> int:
        """How many persons' private values stand in the list."""
        return persons(self.issues)

    def show_file(self, file: ImportFile, *, full: bool) -> None:
        """Show what was found in a file; with ``full``, without stars. Another file is shown with all its problems."""
        if file is not self.file:
            self.sorts.button(0).setChecked(True)
        same = file.found is self._found and file.terms.skipped == self._skipped
        if same and file is self.file and full == self._full:
            return
        self.file, self._full = file, full
        self._found, self._skipped = file.found, file.terms.skipped
        if not same:
            self._gather()
        self._show_issues()

    def turn_rows(self) -> None:
        """Leave the marked rows out of the import, or let them in again."""
        file, marked = self.file, {(issue.sheet, issue.row) for issue in self._marked() if issue.row}
        if file is None or not marked:
            return
        left = file.terms.skipped
        self.settled.emit(replace(file.terms, skipped=left - marked if marked <= left else left | marked))

    def save_issues(self) -> None:
        """Ask where to, and write every issue, as masked as the screen is."""
        if self.file is None or self.file.found is None:
            return
        offered = f"问题清单_{self.file.path.stem}_{self.workspace.today:%Y%m%d}.xlsx"
        chosen, _filter = QFileDialog.getSaveFileName(self, "导出问题清单", offered, "Excel (*.xlsx)")
        if chosen:
            self.workspace.start(self._export(Path(chosen), self.file.found, self._full))

    def _lay_out(self) -> None:
        sorts, self.bar = QWidget(), QWidget()
        segments = beside(*self.sorts.buttons())
        segments.setSpacing(0)
        segments.setContentsMargins(0, 0, 0, 0)
        sorts.setLayout(segments)
        row = Flow(style.px(8), self.bar)
        for widget in (sorts, self.turn, self.marked, self.save):
            row.addWidget(widget)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.below = QStackedWidget()
        for widget in (self.nothing, self.rows):
            self.below.addWidget(widget)
        stacked(self, (self.bar, self.below, self.cut)).setStretch(1, 1)

    def _marked(self) -> list[Issue]:
        chosen: list[Issue] = self.rows.all_chosen
        return chosen

    def _gather(self) -> None:
        """Keep what was found in the rows that are wanted: of a big file it takes a while to go through."""
        every, left = self._found.issues if self._found else [], self._skipped
        self.issues = [issue for issue in every if (issue.sheet, issue.row) not in left] if left else every
        self.hides = covers(self.issues)

    def _left(self) -> list[Issue]:
        """The rows a person does not want, each as a line of the list."""
        if self.file is None:
            return []
        sheets = {sheet.table.name: sheet for sheet in self.file.sheets}
        return [
            Issue(name, row, "", "", LEFT, "", BACK, row_words(sheets[name], row) if name in sheets else "")
            for name, row in sorted(self.file.terms.skipped)
        ]

    def _show_issues(self) -> None:
        issues, left = self.issues, self._left()
        tally = Counter(issue.severity for issue in issues)
        counts = {"": len(issues), LEFT: len(left)} | tally
        if not counts.get(SORTS[self.sorts.checkedId()][0]):
            self.sorts.button(0).setChecked(True)
        for place, (severity, word) in enumerate(SORTS):
            count = counts.get(severity, 0)
            self.sorts.button(place).setText(f"{word} {count} {'行' if severity == LEFT else '处'}")
            self.sorts.button(place).setEnabled(bool(count))
        self.sorts.button(len(SORTS) - 1).setVisible(bool(left))
        severity = SORTS[self.sorts.checkedId()][0]
        chosen = left if severity == LEFT else ordered(issues, severity)
        seen = _rows(chosen[:SHOWN], full=self._full)
        self.rows.show_rows(seen)
        self.rows.every = partial(_rows, chosen, full=self._full) if len(chosen) > SHOWN else None
        self.cut.setText(f"共 {len(chosen)} 处，这里只列出前 {SHOWN} 处；“导出问题清单”里有全部。")
        self.cut.setVisible(len(chosen) > SHOWN)
        self.bar.setVisible(bool(issues or left))
        self.save.setVisible(bool(issues))
        self.marked.offer(tally["error"], tally["warning"])
        self.below.setCurrentWidget(self.rows if seen else self.nothing)
        self.nothing.setText("没有发现问题" if self.file is not None and self.file.found else "")
        self._point()

    def _point(self) -> None:
        marked = self._marked()
        self.turn.setEnabled(any(issue.row for issue in marked))
        left = self.file.terms.skipped if self.file else frozenset()
        back = bool(marked) and all((issue.sheet, issue.row) in left for issue in marked)
        self.turn.setText(BRING if back else LEAVE)

    async def _export(self, path: Path, found: Rehearsal, full: bool) -> None:
        issues = ordered(found.issues if full else found.masked())
        workspace, what = self.workspace, f"导入问题清单 {found.title}"
        step = Step(workspace.now, workspace.desk.who, Act.EXPORT, what, persons(found.issues), full=full)
        await workspace.run(export, issues, path, workspace.desk.trail, step, text="正在导出问题清单")
        workspace.say(f"已存成 {path.name}", f"在文件夹 {path.parent}", Tone.GOOD)


def _rows(issues: list[Issue], *, full: bool) -> list[Told]:
    return [issue_row(issue if full else issue.masked()) for issue in issues]
