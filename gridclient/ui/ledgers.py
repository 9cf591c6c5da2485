"""台账 (F7): choose a ledger, see its pages as they will be printed, and put it on paper, into a PDF or a workbook."""

from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.template import Template, templates
from gridclient.store.trail import Act, Step
from gridclient.ui import style
from gridclient.ui.ledger_choices import LedgerChoices
from gridclient.ui.ledger_list import LedgerList
from gridclient.ui.paper_view import PaperView
from gridclient.ui.parts import label, later
from gridclient.ui.workspace import Workspace

PAUSE_MS = 60  # a ledger passed on the way to another is not composed


class LedgersPage(QWidget):
    """The ledgers, what the chosen one is about, and its pages."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("ledgers_page")
        style.role(self, "page")
        self.templates = templates()
        self.list = LedgerList([template.called for template in self.templates])
        self.choices = LedgerChoices()
        self.view = PaperView(workspace, self)
        self.summary = label(role="hint")
        self._soon = later(self, PAUSE_MS, self._compose)
        self._lay_out()
        self.list.chosen.connect(lambda _row: self.compose())
        self.choices.changed.connect(self.compose)
        self.view.composed.connect(self._show_summary)
        self.setFocusProxy(self.list)

    @property
    def template(self) -> Template | None:
        """The ledger chosen; None while there is none."""
        return self.templates[self.list.row] if self.list.row >= 0 else None

    def open(self, *, ledger: str = "", building: str = "", **_where: Any) -> None:
        """Show a ledger by its name, of one building if one is given."""
        self.choices.offer(self.workspace.replica)
        if building:
            self.choices.choose(Scope(building=building))
        row = next((r for r, t in enumerate(self.templates) if t.name == ledger), -1)
        if row >= 0:
            self.list.choose(row)
        if building and self.template is not None:
            self.compose()  # the ledger may have been marked before
        self.list.setFocus()

    def compose(self) -> None:
        """Compose the chosen ledger beside the window; only the last one asked for is shown."""
        self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the first ledger."""
        super().showEvent(event)
        if not self.choices.scope.count():
            self.choices.offer(self.workspace.replica)
        if self.template is None:
            self.list.choose(0)

    def _lay_out(self) -> None:
        self.list.setFixedWidth(style.px(190))
        above = QHBoxLayout()
        above.addWidget(self.choices, 1)
        above.addWidget(self.summary)
        right = QVBoxLayout()
        right.addLayout(above)
        right.addWidget(self.view, 1)
        left = QVBoxLayout()
        left.addWidget(label("台账", "title"))
        left.addWidget(label("打首字母就选中，如 zf 走访", "hint"))
        left.addWidget(self.list, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        whole.setSpacing(style.px(14))
        whole.addLayout(left)
        whole.addLayout(right, 1)

    def _compose(self) -> None:
        template, choices = self.template, self.choices
        if template is None or not choices.settled():
            return
        workspace, desk = self.workspace, self.workspace.desk
        if not choices.masked:
            step = Step(workspace.now, desk.who, Act.UNMASK, template.called, full=True, why=choices.why)
            desk.trail.add(step)
        choices.period.setEnabled(bool(template.period))
        self.view.present(
            compose,
            template,
            workspace.replica,
            text=f"正在编制 {template.called}",
            why=choices.why,
            scope=choices.where,
            period=choices.days(workspace.today) if template.period else None,
            masked=choices.masked,
            who=self.view.printed_by,
        )

    def _show_summary(self) -> None:
        sheet = self.view.sheet
        if sheet is not None:
            count = len(sheet.rows) or len(sheet.cards)
            masked = "已脱敏" if sheet.masked else "完整号码"
            self.summary.setText(f"{count} 行　{sheet.persons} 人　{masked}")
