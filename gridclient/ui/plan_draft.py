"""Doors of a building as they would be, seen before they are stored."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridclient.records import Building
from gridclient.rules.drawing import Cell
from gridclient.ui import style
from gridclient.ui.legend import Legend
from gridclient.ui.parts import button, label
from gridclient.ui.plan_paint import Density, Mark
from gridclient.ui.plan_view import PlanView
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace


class PlanDraft(QWidget):
    """What is asked, the drawing that follows from it, and the button that stores it.

    ``made(building)`` when it is stored, ``dropped`` on Esc. Ctrl+Enter stores, Enter goes to the next blank.
    """

    made = Signal(str)
    dropped = Signal()

    def __init__(
        self, workspace: Workspace, go: str, density: Density, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.told, self.problem = label(role="hint", wrap=True), label(role="problem", wrap=True)
        self.view, self.legend = PlanView(), Legend()
        self.go = button(f"{go}  Ctrl+Enter", self.save, role="primary", name="go")
        self.view.set_density(density)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.problem.setMinimumHeight(self.problem.fontMetrics().height())
        self.legend.filtered.connect(self.view.filter_states)

    def save(self) -> None:
        """Store what is drawn, beside the window, as one step."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next blank, Ctrl+Enter stores, Esc drops."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.dropped.emit()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        elif enter:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def _stack(self, *asked: QWidget | QLayout) -> None:
        """Lay what is asked out above the drawing, and the ways on beneath it."""
        ways = QHBoxLayout()
        ways.addWidget(self.problem, 1)
        ways.addWidget(button("取消  Esc", self.dropped.emit))
        ways.addWidget(self.go)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(style.px(8))
        for part in (*asked, self.told, self.legend):
            if isinstance(part, QWidget):
                whole.addWidget(part)
            else:
                whole.addLayout(part)
        whole.addWidget(self.view, 1)
        whole.addLayout(ways)

    def _draw(self, cells: Sequence[Cell], marks: Mapping[str, Mark]) -> Counter[str]:
        """Draw the doors; gives how many there are of each state."""
        counts = Counter(cell.state for cell in cells)
        self.view.show_cells(cells, marks)
        self.legend.show_counts(marks, counts)
        return counts

    def _keep(self, house: Building, store: Callable[[], object], doing: str, done: str) -> None:
        """Call ``store`` beside the window, and say ``doing`` and ``done`` of it."""
        self.go.setEnabled(False)
        self.workspace.start(self._kept(house, store, doing, done))

    async def _kept(self, house: Building, store: Callable[[], object], doing: str, done: str) -> None:
        try:
            await self.workspace.run(store, text=doing)
        finally:
            if isValid(self):
                self.go.setEnabled(True)
        self.workspace.say(f"{house.name}：{done}", "按 Ctrl+Z 撤回。", Tone.GOOD)
        if isValid(self):
            self.made.emit(house.id)
