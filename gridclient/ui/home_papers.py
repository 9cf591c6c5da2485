"""这一户的表: the papers of one household, as they will be printed: its card, and the forms to carry to its door."""

from functools import partial
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.forms import Fill
from gridclient.ledger.template import named
from gridclient.ui import style
from gridclient.ui.flow import Flow
from gridclient.ui.paper_view import PaperView
from gridclient.ui.parts import button, label, shortcut
from gridclient.ui.workspace import Workspace

PAPERS: tuple[tuple[str, Fill, str], ...] = (
    ("household_card", "full", "一户一卡"),
    ("visit_form", "known", "入户走访登记表（预填）"),
    ("visit_slip", "known", "走访单（预填）"),
)
NOBODY = "先站在一扇有住户的门上，再按户面板里的“打印”。"


class HomePapersPage(QWidget):
    """The papers of one household. Alt+1, Alt+2 … choose one, Esc goes back."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("home_papers")
        style.role(self, "page")
        self.title = label("这一户的表", "title")
        self.hint = label(NOBODY, "hint")
        self.view = PaperView(workspace, self)
        self.view.hide()
        self.papers = QButtonGroup(self)
        self.household = ""
        self._lay_out()
        self.papers.idClicked.connect(lambda _number: self.compose())
        shortcut("Esc", self, self.go_back)
        self.setFocusProxy(self.view)

    def open(self, *, id: str = "", **_where: Any) -> None:
        """Show the papers of a household; without one, those of the last."""
        self.household = id or self.household
        self.compose()
        self.view.setFocus()

    def choose(self, number: int) -> None:
        """Show another paper, by its place in :data:`PAPERS`."""
        self.papers.button(number).setChecked(True)
        self.compose()

    def compose(self) -> None:
        """Make the paper chosen beside the window."""
        self.view.setVisible(bool(self.household))
        self.hint.setVisible(not self.household)
        if not self.household:
            return
        name, fill, words = PAPERS[self.papers.checkedId()]
        workspace = self.workspace
        self.title.setText(f"这一户的表　{workspace.line_of('household', self.household)}")
        self.view.present(
            compose,
            named(name),
            workspace.replica,
            text=f"正在编制 {words}",
            scope=Scope(ids=frozenset({self.household})),
            fill=fill,
            who=self.view.printed_by,
        )

    def go_back(self) -> None:
        """Go to where one came from."""
        self.workspace.open_place("back")

    def _lay_out(self) -> None:
        top = QWidget()
        head = Flow(style.px(8), top)
        head.addWidget(self.title)
        for number, (_name, _fill, words) in enumerate(PAPERS):
            made = button(words, role="segment", checkable=True, tip=f"Alt+{number + 1}")
            self.papers.addButton(made, number)
            head.addWidget(made)
            shortcut(f"Alt+{number + 1}", self, partial(self.choose, number))
        self.papers.button(0).setChecked(True)
        head.addWidget(button("返回 Esc", self.go_back))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(top)
        layout.addWidget(self.hint)
        layout.addWidget(self.view, 1)
