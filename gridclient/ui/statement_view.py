"""对账单: choose the days, see the page as it will be printed, and put it on paper, into a PDF or a workbook."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QFileDialog,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gridclient.ledger.page import Pages
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.statement import statement_sheet
from gridclient.store.statement import KEPT_DAYS, read
from gridclient.store.trail import Act, Step
from gridclient.ui import printing, style
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

DPI, LEAST_DPI = 110.0, 64.0
DAYS = {"今天": 0, "近三天": 2, "近七天": 6, "近三十天": KEPT_DAYS - 1}
CHOSEN = "自选日期"


class StatementView(QWidget):
    """Ctrl+P prints, Ctrl+D writes a PDF, Ctrl+E a workbook, PgDn and PgUp go through the pages. ``composed`` when it is there."""

    composed = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("statement")
        self.period, self.first, self.last = QComboBox(), QDateEdit(), QDateEdit()
        self.number, self.paper = label(role="hint"), label()
        self._sheet: Sheet | None = None
        self._pages: Pages | None = None
        self._page = 0
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.period)

    @property
    def sheet(self) -> Sheet | None:
        """The statement as composed; None while there is none."""
        return self._sheet

    def days(self) -> tuple[date, date]:
        """The days chosen, both included."""
        back = DAYS.get(self.period.currentText())
        today = self.workspace.today
        if back is not None:
            return today - timedelta(days=back), today
        first, last = (_python(edit.date()) for edit in (self.first, self.last))
        return min(first, last), max(first, last)

    def compose(self) -> None:
        """Read the days chosen beside the window and show the page."""
        self.workspace.start(self._compose())

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

    def write_pdf(self, path: Path) -> None:
        """Note it in the trail, then write the pages as a PDF."""
        if self._pages is not None:
            self._note(Act.EXPORT)
            printing.to_pdf(self._pages, path)
            self.workspace.say(f"已存成 {path.name}", f"在文件夹 {path.parent}", Tone.GOOD)

    def write_workbook(self, path: Path) -> None:
        """Note it in the trail, then write the same statement as a workbook."""
        if self._sheet is not None:
            from gridclient.ledger.workbook import (
                write_workbook,
            )  # takes long to load, and is seldom asked for

            self._note(Act.EXPORT)
            write_workbook(self._sheet, path)
            self.workspace.say(f"已存成 {path.name}", f"在文件夹 {path.parent}", Tone.GOOD)

    def go_on(self, step: int) -> None:
        """Go down (1) or up (-1) what is in sight of a page, and to the next page at its end."""
        bar = self._desk.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + step * bar.pageStep())
        if bar.value() == before and self._pages and 0 <= self._page + step < len(self._pages):
            self.turn(step)
            bar.setValue(bar.minimum() if step > 0 else bar.maximum())

    def turn(self, step: int) -> None:
        """Show another page."""
        if self._pages:
            self._page = max(0, min(len(self._pages) - 1, self._page + step))
            self._show_page()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the page fit the width there is."""
        super().resizeEvent(event)
        self._show_page()

    def _lay_out(self) -> None:
        self.period.addItems([*DAYS, CHOSEN])
        self.period.setAccessibleName("期间")
        today = self.workspace.today
        for edit, name in ((self.first, "从哪天"), (self.last, "到哪天")):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setAccessibleName(name)
            edit.setDate(QDate(today.year, today.month, today.day))
            edit.hide()
        bar = QHBoxLayout()
        bar.addWidget(label("期间"))
        for widget in (self.period, self.first, self.last, self.number):
            bar.addWidget(widget)
        bar.addStretch()
        bar.addWidget(
            button("Excel  Ctrl+E", lambda: self._ask("Excel 工作簿", ".xlsx", self.write_workbook))
        )
        bar.addWidget(button("PDF  Ctrl+D", lambda: self._ask("PDF", ".pdf", self.write_pdf)))
        bar.addWidget(button("打印  Ctrl+P", self.print_out, role="primary", icon="print"))
        self.paper.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._desk = QScrollArea()
        self._desk.setWidget(self.paper)
        self._desk.setWidgetResizable(True)
        self._desk.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, style.px(10), 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self._desk, 1)

    def _connect(self) -> None:
        self.period.activated.connect(self._period_chosen)
        for edit in (self.first, self.last):
            edit.dateChanged.connect(self.compose)
        for keys, act in (
            ("Ctrl+P", self.print_out),
            ("Ctrl+D", lambda: self._ask("PDF", ".pdf", self.write_pdf)),
            ("Ctrl+E", lambda: self._ask("Excel 工作簿", ".xlsx", self.write_workbook)),
            ("PgDown", lambda: self.go_on(1)),
            ("PgUp", lambda: self.go_on(-1)),
        ):
            shortcut(keys, self, act)

    def _period_chosen(self) -> None:
        own = self.period.currentText() == CHOSEN
        for edit in (self.first, self.last):
            edit.setVisible(own)
        self.compose()

    async def _compose(self) -> None:
        first, last = self.days()
        desk, settings = self.workspace.desk, self.workspace.settings
        who = settings.printed_by or desk.who
        names = {self.workspace.replica.author: who}
        told = await self.workspace.run(read, self.workspace.replica, first, last, who=who, names=names)
        unit = settings.unit or desk.unit_name
        sheet = statement_sheet(told, unit_name=unit, today=self.workspace.today, at=self.workspace.now)
        if (first, last) == self.days():
            self._sheet, self._pages, self._page = sheet, printing.pages_of(sheet), 0
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
        self.number.setText(f"第 {self._page + 1} 页，共 {len(self._pages)} 页　PgUp PgDn 翻看")

    def _ask(self, what: str, ending: str, write: Callable[[Path], None]) -> None:
        if self._sheet is None:
            return
        offered = f"{self._sheet.title}_{self.workspace.today:%Y%m%d}{ending}"
        chosen, _filter = QFileDialog.getSaveFileName(self, f"存成 {what}", offered, f"{what} (*{ending})")
        if chosen:
            write(Path(chosen))

    def _note(self, act: Act, copies: int = 1) -> None:
        sheet, desk = self._sheet, self.workspace.desk
        if sheet is not None:
            now = datetime.now().astimezone()
            desk.trail.add(Step(now, desk.who, act, sheet.title, sheet.persons, copies=copies))


def _python(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
