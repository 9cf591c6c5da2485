"""台账 (F7): choose a ledger, see its pages as they will be printed, and put it on paper, into a PDF or a workbook."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gridclient.ledger.compose import Scope, compose, period_of
from gridclient.ledger.page import Pages
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.template import Template, templates
from gridclient.ledger.workbook import write_workbook
from gridclient.records import Building, OrgUnit
from gridclient.records.area import Level
from gridclient.rules.doors import natural
from gridclient.store.trail import Act, Step
from gridclient.ui import printing, style
from gridclient.ui.initials import initials
from gridclient.ui.parts import button, label, line, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

DPI = 110.0  # a page on the screen is about as large as on the table
LEAST_DPI = 64.0  # and never so small that it cannot be read; then it is scrolled
BREATH_S = 1.0  # letters closer together than this belong to one ledger's name
PERIODS = ("全部", "本月", "上月", "本季度", "今年", "去年")
REASON = "用途（必填，会记入查看记录）"


class LedgerList(QListView):
    """Titles of ledgers; letters typed in one breath go to the first whose initials begin so. ``chosen(row)``."""

    chosen = Signal(int)

    def __init__(self, titles: list[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ledger_list")
        self.setAccessibleName("台账")
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSpacing(style.px(2))
        self._letters, self._last_s = "", 0.0
        self._titles = titles
        self.setModel(QStringListModel(titles, self))
        self.selectionModel().currentRowChanged.connect(lambda new, _old: self.chosen.emit(new.row()))

    def keyboardSearch(self, search: str) -> None:
        """Go to a ledger by the first letters of its words."""
        now = monotonic()
        fresh = now - self._last_s > BREATH_S
        self._letters, self._last_s = ("" if fresh else self._letters) + search.lower(), now
        row = next((r for r, t in enumerate(self._titles) if initials(t).startswith(self._letters)), -1)
        if row >= 0:
            self.setCurrentIndex(self.model().index(row, 0))


class LedgersPage(QWidget):
    """Ledgers, their pages, and the ways out: Ctrl+P prints, Ctrl+D writes a PDF, Ctrl+E a workbook."""

    composed = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("ledgers_page")
        style.role(self, "page")
        self.templates = templates()
        self.list = LedgerList([template.called for template in self.templates])
        self.scope, self.period = QComboBox(), QComboBox()
        self.full = QCheckBox("完整号码")
        self.reason = line(REASON, name="reason")
        self.summary, self.number = label(role="hint"), label(role="hint")
        self.paper = label()
        self._sheet: Sheet | None = None
        self._pages: Pages | None = None
        self._page, self._wanted = 0, 0
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.list)

    @property
    def sheet(self) -> Sheet | None:
        """The ledger as composed; None while there is none."""
        return self._sheet

    @property
    def pages(self) -> Pages | None:
        """Its pages; None while there are none."""
        return self._pages

    def open(self, *, ledger: str = "", building: str = "", **_where: Any) -> None:
        """Show a ledger by its name, of one building if one is given."""
        self._fill_scopes()
        if building:
            self.scope.setCurrentIndex(max(0, self.scope.findData(Scope(building=building))))
        row = next((r for r, t in enumerate(self.templates) if t.name == ledger), -1)
        if row >= 0:
            self.list.setCurrentIndex(self.list.model().index(row, 0))
        self.list.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the first ledger."""
        super().showEvent(event)
        if not self.scope.count():
            self._fill_scopes()
        if not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.list.model().index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """PgDn and PgUp turn the page."""
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.turn(1 if event.key() == Qt.Key.Key_PageDown else -1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the page fit the width there is."""
        super().resizeEvent(event)
        self._show_page()

    def turn(self, step: int) -> None:
        """Show another page of the preview."""
        if self._pages:
            self._page = max(0, min(len(self._pages) - 1, self._page + step))
            self._show_page()

    def compose(self) -> None:
        """Compose the chosen ledger beside the window; only the last one asked for is shown."""
        template = self._template()
        if template is None or not self._may_show():
            return
        self._wanted += 1
        self.workspace.start(self._compose(template, self._wanted))

    def print_out(self) -> None:
        """Ask which printer, note it in the trail, and print."""
        if self._pages is None or self._sheet is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(f"打印 {self._sheet.title}")
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self._note(Act.PRINT, printer.copyCount())
            printing.to_printer(self._pages, printer)
            self.workspace.say(f"已送到打印机：{len(self._pages)} 页", tone=Tone.GOOD)

    def save_pdf(self) -> None:
        """Ask where, and write the pages as a PDF there."""
        self._ask("PDF", ".pdf", self.write_pdf)

    def save_workbook(self) -> None:
        """Ask where, and write the same ledger as a workbook there."""
        self._ask("Excel 工作簿", ".xlsx", self.write_workbook)

    def write_pdf(self, path: Path) -> None:
        """Note it in the trail, then write the pages as a PDF."""
        if self._pages is not None:
            self._note(Act.EXPORT, 1)
            printing.to_pdf(self._pages, path)
            self.workspace.say(f"已存成 {path.name}", f"在文件夹 {path.parent}", Tone.GOOD)

    def write_workbook(self, path: Path) -> None:
        """Note it in the trail, then write the same ledger as a workbook."""
        if self._sheet is not None:
            self._note(Act.EXPORT, 1)
            write_workbook(self._sheet, path)
            self.workspace.say(f"已存成 {path.name}", f"在文件夹 {path.parent}", Tone.GOOD)

    def _lay_out(self) -> None:
        self.list.setFixedWidth(style.px(190))
        self.period.addItems(PERIODS)
        for box, name in ((self.scope, "范围"), (self.period, "期间")):
            box.setAccessibleName(name)
            box.setMinimumWidth(style.px(96))
        self.reason.hide()
        choices = QHBoxLayout()
        for name, box in (("范围", self.scope), ("期间", self.period)):
            choices.addWidget(label(name))
            choices.addWidget(box)
        choices.addWidget(self.full)
        choices.addWidget(self.reason, 1)
        choices.addStretch()
        acts = QHBoxLayout()
        acts.addWidget(button("上一页", lambda: self.turn(-1), tip="PgUp"))
        acts.addWidget(self.number)
        acts.addWidget(button("下一页", lambda: self.turn(1), tip="PgDn"))
        acts.addWidget(self.summary)
        acts.addStretch()
        acts.addWidget(button("Excel  Ctrl+E", self.save_workbook, icon="exporting"))
        acts.addWidget(button("PDF  Ctrl+D", self.save_pdf, icon="exporting"))
        acts.addWidget(button("打印  Ctrl+P", self.print_out, role="primary", icon="print"))
        self._lay_out_desk()
        right = QVBoxLayout()
        right.addLayout(choices)
        right.addLayout(acts)
        right.addWidget(self._desk, 1)
        left = QVBoxLayout()
        left.addWidget(label("台账", "title"))
        left.addWidget(label("打首字母就选中，如 zf 走访", "hint"))
        left.addWidget(self.list, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        whole.setSpacing(style.px(14))
        whole.addLayout(left)
        whole.addLayout(right, 1)

    def _lay_out_desk(self) -> None:
        self.paper.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._desk = QScrollArea()
        self._desk.setWidget(self.paper)
        self._desk.setWidgetResizable(True)
        self._desk.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _connect(self) -> None:
        self.list.chosen.connect(lambda _row: self.compose())
        self.scope.activated.connect(lambda _row: self.compose())
        self.period.activated.connect(lambda _row: self.compose())
        self.full.toggled.connect(self._full_wanted)
        self.reason.returnPressed.connect(self.compose)
        acts = (("Ctrl+P", self.print_out), ("Ctrl+D", self.save_pdf), ("Ctrl+E", self.save_workbook))
        for keys, act in acts:
            shortcut(keys, self, act)

    def _fill_scopes(self) -> None:
        chosen = self.scope.currentData()
        self.scope.clear()
        self.scope.addItem("全部", Scope())
        replica = self.workspace.replica
        for unit in replica.all(OrgUnit, OrgUnit.level == Level.GRID.value):
            self.scope.addItem(unit.name, Scope(area=unit.code or unit.area))
        for building in sorted(replica.all(Building), key=lambda b: natural(b.name)):
            self.scope.addItem(building.name, Scope(building=building.id))
        self.scope.setCurrentIndex(max(0, self.scope.findData(chosen)))

    def _template(self) -> Template | None:
        index = self.list.currentIndex()
        return self.templates[index.row()] if index.isValid() else None

    def _may_show(self) -> bool:
        """Whole numbers need a reason first."""
        if not self.full.isChecked() or self.reason.text().strip():
            return True
        self.reason.setFocus()
        return False

    def _full_wanted(self, full: bool) -> None:
        self.reason.setVisible(full)
        if full:
            self.reason.setFocus()
        else:
            self.compose()

    async def _compose(self, template: Template, wanted: int) -> None:
        today = self.workspace.today
        settings, desk = self.workspace.settings, self.workspace.desk
        if self.full.isChecked():
            title = template.called
            desk.trail.add(
                Step(_now(), desk.who, Act.UNMASK, title, full=True, why=self.reason.text().strip())
            )
        self.period.setEnabled(bool(template.period))
        sheet, pages = await self.workspace.run(
            _made,
            template,
            self.workspace.replica,
            text=f"正在编制 {template.called}",
            scope=self.scope.currentData() or Scope(),
            period=period(self.period.currentText(), today) if template.period else None,
            masked=not self.full.isChecked(),
            who=settings.printed_by or desk.who,
            today=today,
            unit_name=settings.unit or desk.unit_name,
            at=_now(),
        )
        if wanted == self._wanted:
            self._sheet, self._pages, self._page = sheet, pages, 0
            self._show_page()
            self.composed.emit()

    def _show_page(self) -> None:
        if self._pages is None or self._sheet is None:
            return
        ratio, page = self.devicePixelRatioF(), self._pages[self._page]
        room = self._desk.viewport().width() - style.px(4)
        dpi = max(LEAST_DPI, min(DPI * style.px(100) / 100, room / page.width * 25.4))
        picture = QPixmap.fromImage(printing.to_image(page, dpi * ratio))
        picture.setDevicePixelRatio(ratio)
        self.paper.setPixmap(picture)
        self.paper.setAccessibleName(f"{self._sheet.title} 第 {self._page + 1} 页")
        self.number.setText(f"{self._page + 1} / {len(self._pages)} 页")
        count = len(self._sheet.rows) or len(self._sheet.cards)
        masked = "已脱敏" if self._sheet.masked else "完整号码"
        self.summary.setText(f"{count} 行　{self._sheet.persons} 人　{masked}")

    def _ask(self, what: str, ending: str, write: Callable[[Path], None]) -> None:
        if self._sheet is None:
            return
        offered = f"{self._sheet.title}_{self.workspace.today:%Y%m%d}{ending}"
        chosen, _filter = QFileDialog.getSaveFileName(self, f"存成 {what}", offered, f"{what} (*{ending})")
        if chosen:
            write(Path(chosen))

    def _note(self, act: Act, copies: int) -> None:
        sheet, desk = self._sheet, self.workspace.desk
        assert sheet is not None  # noqa: S101 - asked for by the ways out only
        why = self.reason.text().strip() if not sheet.masked else ""
        full = not sheet.masked
        desk.trail.add(Step(_now(), desk.who, act, sheet.title, sheet.persons, full, why, copies))


def period(words: str, today: date) -> tuple[date, date] | None:
    """First and last day of a period in words; None for all time."""
    month = period_of(today.year, today.month)
    if words == "本月":
        return month
    if words == "上月":
        before = month[0] - timedelta(days=1)
        return period_of(before.year, before.month)
    if words == "本季度":
        first = (today.month - 1) // 3 * 3 + 1
        return period_of(today.year, first)[0], period_of(today.year, first + 2)[1]
    year = {"今年": today.year, "去年": today.year - 1}.get(words)
    return (date(year, 1, 1), date(year, 12, 31)) if year else None


def _made(template: Template, replica: Any, **asked: Any) -> tuple[Sheet, Pages]:
    sheet = compose(template, replica, **asked)
    return sheet, printing.pages_of(sheet)


def _now() -> datetime:
    return datetime.now().astimezone()
