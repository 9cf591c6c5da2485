"""A building as it will be printed: on A4 or A3, with whole names, family names or none."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from gridclient.ledger.plan import Told, landscape, plan_pages, plan_sheet
from gridclient.rules.drawing import Cell, Drawing
from gridclient.ui import style
from gridclient.ui.flow import Flow
from gridclient.ui.paper_view import PaperView
from gridclient.ui.parts import button
from gridclient.ui.plan_paint import Mark
from gridclient.ui.typecase import TypeCase
from gridclient.ui.workspace import Workspace

NAMES = {"full": "印姓名", "family": "只印姓", "none": "不印姓名"}


class PlanPaper(PaperView):
    """The building on paper. ``made`` never: nothing is stored; ``dropped`` on Esc."""

    made = Signal(str)
    dropped = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setObjectName("plan_paper")
        self.size_box, self.names = QComboBox(), QComboBox()
        for size in ("A4", "A3"):
            self.size_box.addItem(f"{size} 横向", size)
        for code, words in NAMES.items():
            self.names.addItem(words, code)
        above = QWidget()
        choices = Flow(style.px(8), above)
        choices.addWidget(button("← 返回  Esc", self.dropped.emit))
        for box, words in ((self.size_box, "纸张"), (self.names, "姓名")):
            box.setAccessibleName(words)
            box.setMinimumWidth(box.sizeHint().width())
            box.activated.connect(self.compose)
            choices.addWidget(box)
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, above)
        self._title = self._overlay = ""
        self._drawing, self._marks = Drawing(), dict[str, Mark]()

    def begin(self, title: str, drawing: Drawing, marks: Mapping[str, Mark], overlay: str) -> None:
        """Show a building as it is coloured now; ``overlay`` names what the colours are about."""
        self._title, self._overlay = title, overlay
        self._drawing, self._marks = drawing, dict(marks)
        self.compose()
        self.size_box.setFocus()

    def compose(self) -> None:
        """Put the building on the paper chosen."""
        workspace, names = self.workspace, self.names.currentData()
        told = {slot.cell.id: self._told(slot.cell, names) for slot in self._drawing.slots}
        unit = workspace.settings.unit or workspace.desk.unit_name
        sheet = plan_sheet(
            self._title,
            self._drawing,
            told,
            overlay=self._overlay,
            heading=(f"填报单位：{unit}", f"制表日期：{workspace.today:%Y-%m-%d}"),
            paper=landscape(self.size_box.currentData()),
            mark=f"{self.printed_by} {workspace.now:%Y-%m-%d %H:%M}".strip(),
        )
        self.show_sheet(sheet, plan_pages(sheet, self._drawing, told, TypeCase().measure))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back to the building."""
        if event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
        else:
            super().keyPressEvent(event)

    def _told(self, cell: Cell, names: str) -> Told:
        heads = [head for head in cell.head.split("、") if head]
        shown = {"full": heads, "family": [f"{head[0]}*" for head in heads], "none": []}[names]
        return Told("、".join(shown), cell.persons, self._marks[cell.state].word, "".join(cell.marks))
