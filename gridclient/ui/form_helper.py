"""表格助手: a department's own form is chosen, matched once, filled in a copy, and its folder opened."""

import asyncio
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.formfill.fill import Filled, Gap, fill, save, sheet_of
from gridclient.formfill.form import OfficeForm
from gridclient.formfill.match import (
    Proposal,
    match_in,
    proposed,
    read_office_form,
    recalled,
    remember,
    settled,
    to_file,
)
from gridclient.formfill.offers import registers
from gridclient.ledger.outfile import put
from gridclient.ledger.sheet import Sheet
from gridclient.store.trail import Act, Step
from gridclient.ui import style
from gridclient.ui.choosing import Choices
from gridclient.ui.dropping import drop_card, dropped, welcome
from gridclient.ui.form_match import FormMatch
from gridclient.ui.ledger_choices import LedgerChoices
from gridclient.ui.parts import button, label, later, shortcut
from gridclient.ui.rows import RowsView, Told
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

FILES = "表格 (*.xlsx)"
MATCHES = "表格对应 (*.json)"
DROP = (
    "把部门发来的空表拖到这里，或按“选择表格”",
    "程序认出每一列，从底册里填好，另存一份；原表不动，格式、下拉和签字栏都保留。",
)
HINT = "第一次核对一下每列填什么，以后同样的表不用再核对。只能填 .xlsx 表格。"
PAUSE_MS = 150  # of several choices in a row only the last is tried out
ROWS_NAMED = 8  # rows with an empty cell that are named; more are counted


class FormHelperPage(QWidget):
    """A form, what fills its columns, whose rows, and the way out. ``tried`` is set while samples are up to date."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("form_helper_page")
        self.setAcceptDrops(True)
        style.role(self, "page")
        self.form: OfficeForm | None = None
        self.proposal: Proposal | None = None
        self.path = Path()
        self.saved: Path | None = None
        self.tried = asyncio.Event()
        self._asked = 0
        self._soon = later(self, PAUSE_MS, self._try)
        self._make()
        self._lay_out()
        self._connect()
        self._show()

    def open(self, *, file: str = "", **_where: Any) -> None:
        """Read a form that was chosen elsewhere; without one, show what is here."""
        if file:
            self.take(Path(file))

    def ask(self) -> None:
        """Ask for a form."""
        chosen, _filter = QFileDialog.getOpenFileName(self, "选择部门发来的表格", "", FILES)
        if chosen:
            self.take(Path(chosen))

    def take(self, path: Path) -> None:
        """Read a form beside the window and match it as the last time, or by its heads."""
        self.workspace.start(self.read(path))

    async def read(self, path: Path) -> None:
        """Read a form; UnreadableFile in words leaves the page as it is."""
        self.choices.offer(self.workspace.replica)
        replica = self.workspace.replica
        form, proposal = await self.workspace.run(_look, path, replica, text=f"正在读 {path.name}")
        if isValid(self):
            self.form, self.path, self.saved = form, path, None
            self.gaps.hide()
            self._take_proposal(proposal)
            self.match.setFocus()

    def ask_where(self) -> None:
        """Ask where the filled copy goes, and fill it; whole numbers need their reason first."""
        if self.form is None or not self.choices.settled():
            return
        offered = self.path.with_name(f"{self.path.stem}_已填_{self.workspace.today:%Y%m%d}.xlsx")
        chosen, _filter = QFileDialog.getSaveFileName(self, "填好的表存到哪里", str(offered), FILES)
        if chosen:
            self.workspace.start(self.fill(Path(chosen)))

    async def fill(self, out: Path) -> None:
        """Compose, note it in the trail, fill a copy beside the window, and say what stayed empty."""
        form, proposal, workspace = self.form, self.proposal, self.workspace
        if form is None or proposal is None:
            return
        remember(form, proposal.match, workspace.replica)
        sheet = await workspace.run(
            self._compose, form, proposal, masked=self.choices.masked, text="正在取数"
        )
        what = f"表格助手：{form.title or form.name}"
        step = Step(
            workspace.now,
            workspace.desk.who,
            Act.EXPORT,
            what,
            sheet.persons,
            not sheet.masked,
            self.choices.why,
        )
        workspace.desk.trail.add(step)
        done = await workspace.run(
            _filled, form, proposal, sheet, self.path, out, text=f"正在填 {out.name}", progress=True
        )
        if isValid(self):
            self._show_done(done, out)

    def open_folder(self) -> None:
        """Show where the filled copy lies."""
        if self.saved is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.saved.parent)))

    def share(self) -> None:
        """Ask where to, and write the match for colleagues."""
        if self.form is None or self.proposal is None:
            return
        offered = f"表格对应_{self.path.stem}.json"
        chosen, _filter = QFileDialog.getSaveFileName(self, "导出对应，给同事用", offered, MATCHES)
        if chosen:
            put(Path(chosen), to_file(self.proposal.match))
            self.workspace.say(
                f"已存成 {Path(chosen).name}", "里面没有居民信息；同事在表格助手里导入就能用。", Tone.GOOD
            )

    def take_match(self) -> None:
        """Ask for a colleague's match and use it for this form."""
        chosen, _filter = QFileDialog.getOpenFileName(self, "导入同事的对应", "", MATCHES)
        if chosen and self.form is not None:
            proposal = match_in(self.form, Path(chosen))
            remember(self.form, proposal.match, self.workspace.replica)
            self._take_proposal(proposal)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A form may be dropped anywhere on the page."""
        welcome(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """What is dropped is read."""
        self.take(dropped(event)[0])

    def _make(self) -> None:
        self.begin = button("选择表格…  Ctrl+O", self.ask, role="primary", icon="folder", name="begin")
        self.choose = button("换一张表…  Ctrl+O", self.ask, icon="folder", name="choose")
        self.give = button("导出对应…", self.share, icon="exporting", tip="存成小文件，同事导入后不用再对应")
        self.get = button("导入对应…", self.take_match, icon="importing", tip="用同事存好的对应")
        self.name, self.standing = label(role="heading"), label(role="pill")
        self.found = label(role="hint", wrap=True)
        self.ledger, self.choices = Choices(), LedgerChoices()
        self.ledger.setAccessibleName("照哪本台账取人和户")
        self.ledger.setToolTip("行、条件和次序照这本台账")
        self.ledger.setMaximumWidth(style.px(220))
        for template in registers():
            self.ledger.addItem(template.called, template.name)
        self.choices.ask_of_rows_alone()
        self.match = FormMatch()
        self.gaps = RowsView(("列", "表头", "没有填的原因", "哪些行"), (3, 9, 16, 18))
        self.result = label(role="strong", wrap=True)
        self.folder = button("打开文件夹", self.open_folder, icon="folder")
        self.go = button("填表，另存为…  Ctrl+Enter", self.ask_where, role="primary", icon="exporting")

    def _lay_out(self) -> None:
        self.body, full = QStackedWidget(), QWidget()
        inside = QVBoxLayout(full)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(_row(self.name, self.standing, None))
        inside.addWidget(self.found)
        whose = _row(label("取数"), self.ledger, self.choices)
        whose.setStretch(2, 1)
        inside.addLayout(whose)
        inside.addWidget(self.match, 1)
        inside.addWidget(self.gaps)
        below = _row(self.result, self.folder, self.go)
        below.setStretch(0, 1)
        inside.addLayout(below)
        self.body.addWidget(drop_card("ledgers", *DROP, self.begin, HINT))
        self.body.addWidget(full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addLayout(_row(label("表格助手", "title"), None, self.get, self.give, self.choose))
        layout.addWidget(self.body, 1)

    def _connect(self) -> None:
        self.match.chosen.connect(self._settle)
        self.ledger.activated.connect(self._other_ledger)
        self.choices.changed.connect(self._changed)
        shortcut("Ctrl+O", self, self.ask)
        shortcut("Ctrl+Return", self, self.ask_where)

    def _take_proposal(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.ledger.setCurrentIndex(self.ledger.findData(proposal.match.ledger))
        self._show()
        self._changed()

    def _settle(self, place: int, path: str) -> None:
        if self.form is not None and self.proposal is not None:
            proposal = settled(self.proposal, place, path)
            remember(self.form, proposal.match, self.workspace.replica)
            self._take_proposal(proposal)

    def _other_ledger(self) -> None:
        if self.form is not None:
            self._take_proposal(proposed(self.form, self.ledger.currentData()))

    def _changed(self) -> None:
        self.tried.clear()
        self._asked += 1
        self._soon.start()

    def _try(self) -> None:
        if self.form is not None and self.proposal is not None:
            self.workspace.start(self._tried(self.form, self.proposal, self._asked))

    async def _tried(self, form: OfficeForm, proposal: Proposal, asked: int) -> None:
        sheet = await self.workspace.run(self._compose, form, proposal, masked=True)
        if isValid(self) and asked == self._asked:
            self.match.show_samples([row.cells for row in sheet.rows[:20]])
            if self.saved is None:
                self.result.setText(f"会填 {len(sheet.rows)} 行，{sheet.persons} 人")
            self.tried.set()

    def _compose(self, form: OfficeForm, proposal: Proposal, *, masked: bool) -> Sheet:
        workspace = self.workspace
        return sheet_of(
            form,
            proposal.match,
            workspace.replica,
            scope=self.choices.where,
            period=self.choices.days(workspace.today),
            masked=masked,
            today=workspace.today,
        )

    def _show(self) -> None:
        form, proposal = self.form, self.proposal
        shown = form is not None
        self.body.setCurrentIndex(int(shown))
        for widget in (self.choose, self.give, self.get):
            widget.setVisible(shown)
        self.setFocusProxy(self.match if shown else self.begin)
        self.folder.setVisible(self.saved is not None)
        if form is None or proposal is None:
            return
        self.name.setText(form.name)
        open_ = proposal.match.open
        words = f"! {open_} 列留空" if open_ else "✓ 每一列都有了"
        self.standing.setText(f"{words}　用的是记住的对应" if proposal.remembered else words)
        style.mark(self.standing, "warn" if open_ else "good")
        self.found.setText(_found_words(form))
        self.choices.period.setEnabled(bool(proposal.match.template.period))
        self.match.show_match(form, proposal)

    def _show_done(self, done: Filled, out: Path) -> None:
        self.saved = out
        self.folder.show()
        empty = sum(len(gap.rows) for gap in done.gaps)
        self.result.setText(
            f"已填 {done.rows} 行" + (f"，未填 {empty} 处，原因见上" if empty else "，没有空着的必填项")
        )
        self.gaps.show_rows(
            [Told((g.letter, g.head, g.why, _rows_words(g)), "warn", toned=2) for g in done.gaps]
        )
        self.gaps.setVisible(bool(done.gaps))
        rows = min(len(done.gaps), 4) * self.gaps.verticalHeader().defaultSectionSize()
        self.gaps.setFixedHeight(rows + self.gaps.horizontalHeader().sizeHint().height() + style.px(4))
        self.workspace.say(f"已存成 {out.name}", f"在文件夹 {out.parent}；原表还是原样。", Tone.GOOD)
        self.folder.setFocus()


def _look(path: Path, replica: Replica) -> tuple[OfficeForm, Proposal]:
    form = read_office_form(path)
    return form, recalled(form, replica) or proposed(form)


def _filled(
    form: OfficeForm, proposal: Proposal, sheet: Sheet, source: Path, out: Path, *, progress: Any
) -> Filled:
    done = fill(form, proposal.match, sheet, progress)
    save(done, source, out)
    return done


def _found_words(form: OfficeForm) -> str:
    lines = [f"工作表“{form.sheet}”，从第 {form.body} 行填起"]
    lines += [f"第 {form.foot} 行起的合计、签字会往下移"] if form.foot else []
    lines += [f"表里原有的 {form.old} 行在填好的那份里会去掉"] if form.old else []
    return "；".join(lines) + "。"


def _rows_words(gap: Gap) -> str:
    named = "、".join(str(row) for row in gap.rows[:ROWS_NAMED])
    return f"{named} 等 {len(gap.rows)} 行" if len(gap.rows) > ROWS_NAMED else f"第 {named} 行"


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addStretch(1) if widget is None else row.addWidget(widget)
    return row
