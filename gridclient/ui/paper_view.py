"""A sheet as it will be printed, and the ways out of it: onto paper, into a PDF, into a workbook."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.ledger.page import Pages
from gridclient.ledger.sheet import Sheet
from gridclient.store.trail import Act, Step
from gridclient.ui import printing, style
from gridclient.ui.parts import button, label, later, shortcut, tool
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace

DPI = 110.0  # a page on the screen is about as large as on the table
ROOMY = 680  # pixels at plain size: from here on the buttons name their keys
LEAST_DPI = 62.0  # and never so small that it cannot be read; then it is scrolled


@dataclass(frozen=True)
class Shown:
    """A sheet on its pages; ``why`` is the reason given for what is not masked on it."""

    sheet: Sheet
    pages: Pages
    why: str = ""


class PaperView(QWidget):
    """Ctrl+P prints, Ctrl+D writes a PDF, Ctrl+E a workbook, PgDn and PgUp go through the pages, anywhere in its parent.

    ``composed`` when a sheet is there, ``taken`` when it goes onto paper or into a file. ``bar`` is the row above the
    page, in which whoever composes puts choices; ``ways`` are the buttons with a key, named with it where there is room.
    """

    composed = Signal()
    taken = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.workspace = workspace
        self.number, self.paper, self.bar = label(role="hint"), label(), QHBoxLayout()
        self._shown: Shown | None = None
        self._page, self._asked = 0, 0
        self.least_dpi = LEAST_DPI
        self.awaited = False  # another sheet than the one shown is on its way
        self._then: Callable[[], None] | None = None  # what was asked for while it is
        self._at_last = later(self, 0, self._do_then)
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
        return self._shown.sheet if self._shown else None

    @property
    def printed_by(self) -> str:
        """Who makes papers at this laptop (制表人)."""
        return self.workspace.settings.printed_by or self.workspace.desk.who

    def expect(self) -> None:
        """Say that another sheet is on its way: who prints or saves from now on means that one."""
        self._asked += 1
        self.awaited, self._then = True, None

    def present(
        self, make: Callable[..., Sheet], *args: Any, text: str = "", why: str = "", **named: Any
    ) -> None:
        """Show what ``make(*args, **named)`` gives, made beside the window; of several asked for only the last.

        It is also given what every paper tells of its making: ``unit_name``, ``today`` and the time ``at``.
        """
        then = self._then
        self.expect()
        self._then = then
        workspace = self.workspace
        unit = workspace.settings.unit or workspace.desk.unit_name
        made = partial(_made, make, *args, unit_name=unit, today=workspace.today, at=workspace.now, **named)
        self.workspace.start(self._present(made, text, why, self._asked))

    def show_sheet(self, sheet: Sheet, pages: Pages, why: str = "") -> None:
        """Show a sheet from its first page; ``why`` as in :class:`Shown`."""
        self._shown, self._page = Shown(sheet, pages, why), 0
        self.awaited = False
        self._show_page()
        self.composed.emit()
        self._at_last.start()

    def clear(self) -> None:
        """Show no sheet: then none is printed or written either."""
        self._asked += 1
        self._shown, self.awaited = None, False
        self.paper.clear()
        self.number.clear()

    def print_out(self) -> None:
        """Ask which printer, note it in the trail, and print beside the window."""
        if self._late(self.print_out) or self._shown is None:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(f"打印 {self._shown.sheet.title}")
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.workspace.start(self._print(self._shown, printer))

    def save_pdf(self) -> None:
        """Ask where, and write the pages as a PDF there."""
        self._ask("PDF", ".pdf", self.write_pdf)

    def save_workbook(self) -> None:
        """Ask where, and write the same sheet as a workbook there."""
        self._ask("Excel 工作簿", ".xlsx", self.write_workbook)

    async def write_pdf(self, path: Path) -> None:
        """Note it in the trail, then write the pages as a PDF beside the window."""
        if self._shown is not None:
            self._note(self._shown, Act.EXPORT)
            await self.workspace.run(
                printing.to_pdf, self._shown.pages, path, text=f"正在写 {path.name}", progress=True
            )
            self._say_saved(path)

    async def write_workbook(self, path: Path) -> None:
        """Note it in the trail, then write the same sheet as a workbook beside the window."""
        if self._shown is not None:
            self._note(self._shown, Act.EXPORT)
            await self.workspace.run(
                printing.to_workbook, self._shown.sheet, path, text=f"正在写 {path.name}", progress=True
            )
            self._say_saved(path)

    def go_on(self, step: int) -> None:
        """Go down (1) or up (-1) what is in sight of a page, and to the next page at its end."""
        bar = self._desk.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + step * bar.pageStep())
        if bar.value() == before and self._shown and 0 <= self._page + step < len(self._shown.pages):
            self.turn(step)
            bar.setValue(bar.minimum() if step > 0 else bar.maximum())

    def turn(self, step: int) -> None:
        """Show another page."""
        if self._shown:
            self._page = max(0, min(len(self._shown.pages) - 1, self._page + step))
            self._show_page()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the page fit the width there is."""
        super().resizeEvent(event)
        self._name_ways()
        self._show_page()

    def _lay_out_paper(self) -> None:
        ways = QHBoxLayout()
        ways.addLayout(self.bar)
        ways.addWidget(tool("left", "上一页  PgUp", lambda: self.turn(-1)))
        ways.addWidget(self.number)
        ways.addWidget(tool("right", "下一页  PgDn", lambda: self.turn(1)))
        ways.addStretch()
        self.ways = {
            button("", self.save_workbook, icon="exporting", tip="Ctrl+E"): ("Excel", "Ctrl+E"),
            button("", self.save_pdf, icon="exporting", tip="Ctrl+D"): ("PDF", "Ctrl+D"),
            button("", self.print_out, role="primary", icon="print", tip="Ctrl+P"): ("打印", "Ctrl+P"),
        }
        for way in self.ways:
            ways.addWidget(way)
        self.paper.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._desk = QScrollArea()
        self._desk.setWidget(self.paper)
        self._desk.setWidgetResizable(True)
        self._desk.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # A bar that came with a long page would cover what was measured without it.
        self._desk.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, style.px(10), 0, 0)
        layout.addLayout(ways)
        layout.addWidget(self._desk, 1)

    def _name_ways(self) -> None:
        """Name the keys on the buttons where there is room for them."""
        roomy = self.width() >= style.px(ROOMY)
        for way, (words, keys) in self.ways.items():
            way.setText(f"{words}  {keys}" if roomy else words)

    async def _present(
        self, made: Callable[[], tuple[Sheet, Pages]], text: str, why: str, asked: int
    ) -> None:
        try:
            sheet, pages = await self.workspace.run(made, text=text)
        except Exception:
            if isValid(self) and asked == self._asked:
                self.clear()  # what was shown before is not what was asked for
            raise
        if isValid(self) and asked == self._asked:
            self.show_sheet(sheet, pages, why)

    def _show_page(self) -> None:
        if self._shown is None:
            return
        pages = self._shown.pages
        ratio, page = self.devicePixelRatioF(), pages[self._page]
        room = self._desk.viewport().width() - style.px(4)
        dpi = max(self.least_dpi, min(DPI * style.px(100) / 100, room / page.width * 25.4))
        picture = QPixmap.fromImage(printing.to_image(page, dpi * ratio))
        picture.setDevicePixelRatio(ratio)
        self.paper.setPixmap(picture)
        self.paper.setAccessibleName(f"{self._shown.sheet.title} 第 {self._page + 1} 页")
        self.number.setText(f"第 {self._page + 1} 页，共 {len(pages)} 页")

    def _ask(self, what: str, ending: str, write: Callable[[Path], Coroutine[Any, Any, None]]) -> None:
        if self._late(partial(self._ask, what, ending, write)) or self._shown is None:
            return
        offered = f"{self._shown.sheet.title}_{self.workspace.today:%Y%m%d}{ending}"
        chosen, _filter = QFileDialog.getSaveFileName(self, f"存成 {what}", offered, f"{what} (*{ending})")
        if chosen:
            self.workspace.start(write(Path(chosen)))

    def _late(self, act: Callable[[], None]) -> bool:
        """Whether the sheet that is meant is still on its way; ``act`` then follows when it is there."""
        self._then = act if self.awaited else None
        return self.awaited

    def _do_then(self) -> None:
        act, self._then = self._then, None
        if act is not None:
            act()

    async def _print(self, shown: Shown, printer: QPrinter) -> None:
        self._note(shown, Act.PRINT, printer.copyCount())
        await self.workspace.run(
            printing.to_printer, shown.pages, printer, text=f"正在打印 {shown.sheet.title}", progress=True
        )
        self.workspace.say(f"已送到打印机：{len(shown.pages)} 页", tone=Tone.GOOD)

    def _note(self, shown: Shown, act: Act, copies: int = 1) -> None:
        sheet, desk = shown.sheet, self.workspace.desk
        full = not sheet.masked
        step = Step(self.workspace.now, desk.who, act, sheet.title, sheet.persons, full, shown.why, copies)
        desk.trail.add(step)
        self.taken.emit()

    def _say_saved(self, path: Path) -> None:
        self.workspace.say(f"已存成 {path.name}", f"在文件夹 {path.parent}", Tone.GOOD)


def _made(make: Callable[..., Sheet], *args: Any, **named: Any) -> tuple[Sheet, Pages]:
    sheet = make(*args, **named)
    return sheet, printing.pages_of(sheet)
