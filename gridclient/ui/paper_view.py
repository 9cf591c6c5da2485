"""A sheet as it will be printed, and the ways out of it: onto paper, into a PDF, into a workbook."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gridclient.ledger.page import Pages
from gridclient.ledger.sheet import Sheet
from gridclient.store.trail import Act, Step
from gridclient.ui import printing, style
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

DPI, LEAST_DPI = 110.0, 64.0


class PaperView(QWidget):
    """Ctrl+P prints, Ctrl+D writes a PDF, Ctrl+E a workbook, PgDn and PgUp go through the pages, anywhere in its parent.

    ``composed`` when a sheet is there. ``bar`` is the row above the page, in which whoever composes puts choices.
    """

    composed = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.workspace = workspace
        self.number, self.paper, self.bar = label(role="hint"), label(), QHBoxLayout()
        self._sheet: Sheet | None = None
        self._pages: Pages | None = None
        self._page = 0
        self._lay_out_paper()
        for keys, act in (
            ("Ctrl+P", self.print_out),
            ("Ctrl+D", self.save_pdf),
            ("Ctrl+E", self.save_workbook),
            ("PgDown", lambda: self.go_on(1)),
            ("PgUp", lambda: self.go_on(-1)),
        ):
            shortcut(keys, parent or self, act)

    @property
    def sheet(self) -> Sheet | None:
        """The sheet as composed; None while there is none."""
        return self._sheet

    def show_sheet(self, sheet: Sheet, pages: Pages) -> None:
        """Show a sheet from its first page."""
        self._sheet, self._pages, self._page = sheet, pages, 0
        self._show_page()
        self.composed.emit()

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
        """Ask where, and write the same sheet as a workbook there."""
        self._ask("Excel 工作簿", ".xlsx", self.write_workbook)

    def write_pdf(self, path: Path) -> None:
        """Note it in the trail, then write the pages as a PDF."""
        if self._pages is not None:
            self._note(Act.EXPORT)
            printing.to_pdf(self._pages, path)
            self.workspace.say(f"已存成 {path.name}", f"在文件夹 {path.parent}", Tone.GOOD)

    def write_workbook(self, path: Path) -> None:
        """Note it in the trail, then write the same sheet as a workbook."""
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

    def _lay_out_paper(self) -> None:
        ways = QHBoxLayout()
        ways.addLayout(self.bar)
        ways.addWidget(self.number)
        ways.addStretch()
        ways.addWidget(button("Excel  Ctrl+E", self.save_workbook))
        ways.addWidget(button("PDF  Ctrl+D", self.save_pdf))
        ways.addWidget(button("打印  Ctrl+P", self.print_out, role="primary", icon="print"))
        self.paper.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._desk = QScrollArea()
        self._desk.setWidget(self.paper)
        self._desk.setWidgetResizable(True)
        self._desk.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, style.px(10), 0, 0)
        layout.addLayout(ways)
        layout.addWidget(self._desk, 1)

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
            step = Step(self.workspace.now, desk.who, act, sheet.title, sheet.persons, copies=copies)
            desk.trail.add(step)
