"""上门约定: the hours at which nobody knocks, and the days between two visits of one household."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QGridLayout, QSpinBox, QVBoxLayout, QWidget

from gridclient.records.rounds import VisitManners
from gridclient.rules import manners
from gridclient.ui import style
from gridclient.ui.parts import label, line
from gridclient.ui.workspace import Workspace

SPANS = "21:00-8:00、12:30-14:00；不填就是不限"
HINT = "站到门前时提醒，不拦着：老人急事随时可以去。"


class MannersCard(QFrame):
    """Two blanks, stored when one leaves them."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        style.role(self, "card")
        self.quiet, self.least = line(SPANS, says="不敲门的时段"), QSpinBox()
        self.problem = label("", "problem", wrap=True)
        self.least.setAccessibleName("同一户至少间隔几天")
        self.least.setRange(0, 60)
        self.least.setSuffix(" 天")
        self._record: VisitManners | None = None
        self._area = ""
        blanks = QGridLayout()
        for row, (words, widget) in enumerate((("不敲门的时段", self.quiet), ("同一户间隔", self.least))):
            blanks.addWidget(label(words), row, 0)
            blanks.addWidget(widget, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(14), style.px(10), style.px(14), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(label("上门约定", "heading"))
        layout.addWidget(label(HINT, "hint", wrap=True))
        layout.addLayout(blanks)
        layout.addWidget(self.problem)
        self.problem.hide()
        self.quiet.editingFinished.connect(self._keep)
        self.least.editingFinished.connect(self._keep)

    def show_manners(self, own: Sequence[VisitManners], area: str) -> None:
        """Show what was agreed; without an ``area`` to write in it is only shown."""
        self._area = area
        self._record = max(own, key=lambda r: (r.updated_at, r.id), default=None)
        told = manners.agreed(own)
        self.quiet.setText(told.words)
        self.least.setValue(told.least_days)
        for widget in (self.quiet, self.least):
            widget.setEnabled(bool(area))

    def _keep(self) -> None:
        try:
            spans = manners.spans_of(self.quiet.text())
        except ValueError as error:
            self.problem.setText(f"⚠ {error}")
            self.problem.show()
            return
        self.problem.hide()
        meant = manners.Manners(spans, self.least.value())
        record = self._record or VisitManners(area=self._area)
        if meant == manners.agreed([self._record] if self._record else []):
            return
        record.quiet, record.least_days = meant.words, meant.least_days
        self.workspace.save(record)
