"""导出全部资料: everything this laptop holds as one workbook, which 导入表格 reads back without loss."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.exchange.whole_out import Wanted, counts
from gridclient.records import OrgUnit
from gridclient.ui import style
from gridclient.ui.choosing import Choices
from gridclient.ui.ledger_choices import INDENT, REASON
from gridclient.ui.parts import beside, button, frame, label, line, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.whole_file import ENDING, counted, put_whole
from gridclient.ui.workspace import Workspace

EVERYTHING = "本机全部"
WORDS = (
    "存成一个 Excel 文件，每种资料一页。可以留底、交接，也可以带到另一台电脑上导入，一条不少。",
    "在 Excel 里改了格子、加了行，在“导入表格”里选这个文件就能写回；删掉的行不会删除。",
    "照片、定稿台账和回收站里的不在里面。文件里有完整的证件号码和电话，请妥善保管，用完删除。",
)
MOST = 8  # kinds whose counts are told


class WholePage(QWidget):
    """Which part, what for, and where to. Ctrl+E asks for the file, Esc goes back."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("whole_page")
        style.role(self, "page")
        self.scope = Choices()
        self.scope.setAccessibleName("范围")
        self.reason = line(REASON, says="用途", name="reason")
        self.told, self.problem = label(role="hint", wrap=True), label(role="problem", wrap=True)
        self.go = button("导出…  Ctrl+E", self.ask, role="primary", icon="exporting", name="go")
        self._asked = 0
        self._lay_out()
        self.scope.activated.connect(lambda _row: self._count())
        self.reason.returnPressed.connect(self.ask)
        self.reason.textChanged.connect(lambda _text: self.problem.hide())
        shortcut("Ctrl+E", self, self.ask)
        shortcut("Esc", self, lambda: workspace.open_place("back"))
        self.setFocusProxy(self.reason)

    @property
    def why(self) -> str:
        """What it is for."""
        return self.reason.text().strip()

    def showEvent(self, event: QShowEvent) -> None:
        """Offer what is here now, and say how much there is."""
        super().showEvent(event)
        self._offer()
        self._count()

    def ask(self) -> None:
        """Ask where to, once somebody has said what for, and none is being written."""
        if not self.go.isEnabled():
            return
        self.problem.setText("请先写明用途，例如“年底留底”。")
        self.problem.setVisible(not self.why)
        if not self.why:
            self.reason.setFocus()
            return
        desk = self.workspace.desk
        unit = self.workspace.settings.unit or desk.unit_name
        code, where = self.scope.currentData() or "", self.scope.currentText().strip(INDENT)
        now = self.workspace.now.replace(tzinfo=None)
        wanted = Wanted(self.why, desk.who, now, unit, code, where if code else "")
        name = "_".join(filter(None, (where if code else unit, "全部资料", f"{self.workspace.today:%Y%m%d}")))
        chosen, _filter = QFileDialog.getSaveFileName(
            self, "导出全部资料", f"{name}{ENDING}", f"Excel (*{ENDING})"
        )
        if chosen:
            path = Path(chosen)
            self.go.setEnabled(False)
            whole = path if path.suffix.lower() == ENDING else path.with_name(path.name + ENDING)
            self.workspace.start(self.write(wanted, whole))

    async def write(self, wanted: Wanted, path: Path) -> None:
        """Make, note and write it beside the window."""
        try:
            made = await self.workspace.run(
                put_whole,
                self.workspace.replica,
                self.workspace.desk.trail,
                wanted,
                path,
                text="正在导出全部资料",
                progress=True,
            )
        finally:
            if isValid(self):
                self.go.setEnabled(True)
        told = f"{counted(made.counts, MOST)}；在文件夹 {path.parent}"
        self.workspace.say(f"已存成 {path.name}", told, Tone.GOOD)
        if isValid(self):
            self.reason.clear()  # the next one is for something else

    def _offer(self) -> None:
        chosen = self.scope.currentData()
        self.scope.clear()
        self.scope.addItem(EVERYTHING, "")
        above: list[str] = []
        for code, name in sorted(
            (unit.code, unit.name) for unit in self.workspace.replica.all(OrgUnit) if unit.code
        ):
            above = [one for one in above if code.startswith(one)]
            self.scope.addItem(INDENT * len(above) + name, code)
            above.append(code)
        self.scope.setCurrentIndex(max(0, self.scope.findData(chosen)))

    def _count(self) -> None:
        self._asked += 1
        self.workspace.start(self._tell_counts(self._asked, self.scope.currentData() or ""))

    async def _tell_counts(self, asked: int, scope: str) -> None:
        found: Mapping[str, int] = await self.workspace.run(counts, self.workspace.replica, scope)
        if isValid(self) and asked == self._asked:
            self.told.setText(f"将导出：{counted(found, MOST) or '没有资料'}")

    def _lay_out(self) -> None:
        card, form = frame("card"), QGridLayout()
        form.setHorizontalSpacing(style.px(12))
        form.setVerticalSpacing(style.px(10))
        for row, (words, widget) in enumerate((("范围", self.scope), ("用途", self.reason))):
            form.addWidget(label(words), row, 0)
            form.addWidget(widget, row, 1)
        form.addWidget(self.problem, 2, 1)
        form.addWidget(self.told, 3, 1)
        form.setColumnStretch(1, 1)
        self.problem.hide()
        inside = QVBoxLayout(card)
        inside.setContentsMargins(style.px(16), style.px(14), style.px(16), style.px(14))
        inside.setSpacing(style.px(12))
        for words in WORDS:
            inside.addWidget(label(words, wrap=True))
        inside.addSpacing(style.px(6))
        inside.addLayout(form)
        inside.addLayout(beside(None, self.go))
        card.setMaximumWidth(style.px(860))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(10))
        back = button("返回  Esc", lambda: self.workspace.open_place("back"))
        layout.addLayout(beside(label("导出全部资料", "title"), None, back))
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignTop)
        layout.addStretch(1)
