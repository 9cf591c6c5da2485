"""导入: choose a workbook, look at what would happen, then let it happen. Nothing is written before that."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from gridclient.exchange.lines import Issue
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import Rehearsal, Report, commit, known_titles, rehearse, titles
from gridclient.store.trail import Act, Step
from gridclient.ui import style
from gridclient.ui.parts import button, frame, label
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

FILES = "表格 (*.xlsx *.xls *.csv *.xlsm *.ods *.et);;所有文件 (*)"
TONES = {"error": ("bad", "✕ 不能导入"), "warning": ("warn", "! 请核对"), "fixed": ("good", "✓ 已改好")}
RANK = {"error": 0, "warning": 1, "fixed": 2}
SHOWN = 5000  # issues listed; a file with more is broken in a way that the first ones tell


class ImportPage(QWidget):
    """Four steps on one page: file, form, issues, import. ``rehearsal`` and ``report`` are what the last steps found."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("import_page")
        style.role(self, "page")
        self.rehearsal: Rehearsal | None = None
        self.report: Report | None = None
        self.file = label("还没有选文件", "strong")
        self.choose = button("选择文件…  Ctrl+O", self.ask, icon="folder")
        self.choose.setShortcut("Ctrl+O")
        self.form, self.counts = label(role="heading", wrap=True), label(wrap=True)
        self.columns, self.result = label(role="hint", wrap=True), label(wrap=True)
        self.issues = RowsView(("怎么办", "表", "行", "列", "表头", "内容", "原因"), (6, 6, 3, 2, 7, 9, 16))
        self.whole = button("显示完整内容", self._show_issues, checkable=True, tip="会记入查看记录")
        self.go = button("导入  Ctrl+Enter", self.import_now, role="primary")
        self.go.setShortcut("Ctrl+Return")
        self._lay_out()
        self._show()
        self.setFocusProxy(self.choose)

    def open(self, *, file: str = "", **_where: Any) -> None:
        """Rehearse a file that was dropped or chosen elsewhere."""
        if file:
            self.take(Path(file))

    def ask(self) -> None:
        """Ask for a file."""
        chosen, _filter = QFileDialog.getOpenFileName(self, "选择要导入的表格", "", FILES)
        if chosen:
            self.take(Path(chosen))

    def take(self, path: Path) -> None:
        """Read a file and rehearse its import beside the window; it can be cancelled."""
        self.file.setText(path.name)
        self.rehearsal = self.report = None
        self._show()
        self.workspace.start(self._rehearse(path))

    def import_now(self) -> None:
        """Write what was rehearsed, beside the window."""
        if self.rehearsal is not None and self.rehearsal.batch and self.report is None:
            self.workspace.start(self._commit(self.rehearsal))

    def _lay_out(self) -> None:
        top = frame("card")
        row = QHBoxLayout(top)
        row.addWidget(label("1 选文件", "hint"))
        row.addWidget(self.file, 1)
        row.addWidget(self.choose)
        found = frame("card")
        told = QVBoxLayout(found)
        for widget in (self.form, self.counts, self.columns):
            told.addWidget(widget)
        acts = QHBoxLayout()
        acts.addWidget(self.whole)
        acts.addWidget(self.result, 1)
        acts.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(label("导入表格", "title"))
        layout.addWidget(top)
        layout.addWidget(found)
        layout.addWidget(self.issues, 1)
        layout.addLayout(acts)

    async def _rehearse(self, path: Path) -> None:
        desk = self.workspace.desk
        book = await self.workspace.run(read, path, text=f"正在读 {path.name}")
        self.rehearsal = await self.workspace.run(
            rehearse,
            self.workspace.replica,
            book,
            text="正在核对",
            progress=True,
            home=desk.home,
            who=desk.who,
            today=self.workspace.today,
        )
        self._show()
        (self.go if self.go.isEnabled() else self.issues).setFocus()

    async def _commit(self, rehearsal: Rehearsal) -> None:
        self.go.setEnabled(False)
        try:
            self.report = await self.workspace.run(
                commit, self.workspace.replica, rehearsal, text="正在导入", progress=True
            )
        finally:
            self._show()
        self.workspace.say("导入完成", self.result.text(), Tone.GOOD)

    def _show(self) -> None:
        found, report = self.rehearsal, self.report
        self.form.setText(f"认出的表：{found.title}" if found else f"能导入的表：{'、'.join(known_titles())}")
        self.counts.setText(
            counts_words(found) if found else "选一个 Excel、WPS 或 CSV 文件；先核对，确认后才写入。"
        )
        self.columns.setText(columns_words(found) if found else "")
        self.columns.setVisible(bool(self.columns.text()))
        self._show_issues()
        new, changed = (found.created, found.updated) if found else ({}, {})
        would = "　".join(w for w in (_words("新增", new), _words("更新", changed)) if w)
        if report is not None:
            self.result.setText(report_words(report))
        elif found is not None:
            self.result.setText(f"导入后：{would}" if would else "没有要写入的内容")
        else:
            self.result.setText("")
        self.go.setEnabled(bool(found and found.batch and not found.refused and report is None))

    def _show_issues(self) -> None:
        found, full = self.rehearsal, self.whole.isChecked()
        if full and found and found.issues:
            desk, title = self.workspace.desk, f"导入 {found.title}"
            desk.trail.add(
                Step(self.workspace.now, desk.who, Act.UNMASK, title, len(found.issues), full=True)
            )
        issues = (found.issues if full else found.masked()) if found else []
        ordered = sorted(issues, key=lambda issue: RANK.get(issue.severity, 3))
        self.issues.show_rows([issue_row(issue) for issue in ordered[:SHOWN]])
        self.whole.setVisible(bool(issues))


def issue_row(issue: Issue) -> Told:
    """One issue as a row: what to do, where, what stood there and why."""
    tone, words = TONES.get(issue.severity, ("quiet", issue.severity))
    return Told(
        (words, issue.sheet, str(issue.row), issue.column, issue.header, issue.raw, issue.why), tone, issue
    )


def counts_words(found: Rehearsal) -> str:
    """How many rows of what sort; why a form is not kept at all."""
    if found.refused:
        return found.refused
    counts = found.counts
    parts = [
        f"读到 {counts.rows_read} 行",
        f"可导入 {counts.importable} 行",
        f"不能导入 {counts.rows_with_errors} 行" if counts.rows_with_errors else "",
        f"请核对 {counts.rows_with_warnings} 行" if counts.rows_with_warnings else "",
        f"自动改好 {counts.rows_fixed_only} 行" if counts.rows_fixed_only else "",
        f"跳过 {counts.rows_skipped} 行" if counts.rows_skipped else "",
    ]
    return "　".join(part for part in parts if part)


def columns_words(found: Rehearsal) -> str:
    """Which columns are left out, with the reason, and which nobody knows."""
    lines = []
    if found.left_out:
        lines.append("不采集的列：" + "、".join(f"{c.header}（{c.why}）" for c in found.left_out))
    if found.unknown:
        lines.append(
            "不认识的列：" + "、".join(header for _sheet, _column, header in found.unknown if header)
        )
    if found.sheets:
        lines.append("没有用到的工作表：" + "、".join(found.sheets))
    return "\n".join(lines)


def report_words(report: Report) -> str:
    """What an import did."""
    parts = [_words("新增", report.created), _words("更新", report.updated)]
    parts.append(f"{report.skipped} 行没有导入" if report.skipped else "")
    parts.append(f"{report.passed} 处已被别人改过，保留现值" if report.passed else "")
    return "　".join(part for part in parts if part) or "没有变化：这些内容本机已经有了"


def _words(act: str, counts: dict[str, int]) -> str:
    return f"{act} {titles(counts)}" if counts else ""
