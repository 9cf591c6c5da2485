"""原表标出问题: a copy of the file being looked at with its bad cells marked, all rows or only those not imported."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from gridclient.exchange.book import Book
from gridclient.exchange.error_book import MARKING, Progress, error_book
from gridclient.exchange.rehearsal import Rehearsal
from gridclient.ledger.outfile import put
from gridclient.store.trail import Act, Step
from gridclient.ui import icons, style
from gridclient.ui.import_files import ImportFile
from gridclient.ui.saying import Cancelled, Tone
from gridclient.ui.workspace import Workspace

WHY = "在原表上标出问题"
SAVED = "红色的格子改好后存盘，再导入这一份；已经导入的不会重复。"


class MarkedCopy(QPushButton):
    """A button with a menu; ``shown`` gives the file that is looked at. The copy holds whole numbers, as the file does."""

    def __init__(
        self, workspace: Workspace, shown: Callable[[], ImportFile | None], parent: QWidget | None = None
    ) -> None:
        super().__init__("在原表上标出问题 ▾", parent)
        self.workspace, self._shown = workspace, shown
        self.setObjectName("marked")
        self.setIcon(icons.icon("exporting", style.colours().soft))
        self.setToolTip("另存一份，不动原来的表。会记入查看记录。")
        self.choices = menu = QMenu(self)
        menu.addAction("只留没有导入的行", lambda: self.ask(refused=True))
        menu.addAction("全部行", lambda: self.ask(refused=False))
        self.clicked.connect(lambda: menu.popup(self.mapToGlobal(self.rect().bottomLeft())))

    def offer(self, errors: int, hints: int) -> None:
        """Be there for a file with so many errors and hints: without any there is nothing to mark."""
        self.setVisible(bool(errors or hints))
        self.choices.actions()[0].setEnabled(bool(errors))

    def ask(self, *, refused: bool) -> None:
        """Ask where to, and save the copy there beside the window."""
        file = self._shown()
        if file is None or file.found is None or file.book is None:
            return
        offered = f"{file.path.stem}_问题_{self.workspace.today:%Y%m%d}.xlsx"
        chosen, _filter = QFileDialog.getSaveFileName(self, WHY, offered, "Excel (*.xlsx)")
        if chosen:
            self.workspace.start(self._save(file, file.book, file.found, Path(chosen), refused=refused))

    async def _save(
        self, file: ImportFile, book: Book, found: Rehearsal, path: Path, *, refused: bool
    ) -> None:
        count = found.counts.rows_with_errors if refused else found.counts.rows_read
        who, what = self.workspace.desk.who, f"{found.title} {file.path.name}"
        step = Step(self.workspace.now, who, Act.EXPORT, what, count, full=True, why=WHY)
        trail, mappings = self.workspace.desk.trail, file.terms.mappings

        def write(progress: Progress) -> None:
            content = error_book(
                file.path, book, found.issues, refused=refused, mappings=mappings, progress=progress
            )
            trail.add(step)
            put(path, content)

        try:
            await self.workspace.run(write, text=MARKING, progress=True)
        except Cancelled:
            return
        self.workspace.say(f"已存成 {path.name}", SAVED, Tone.GOOD)
