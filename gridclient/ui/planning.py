"""走访安排: how often whom, when nobody knocks, and the sweeps: what the list of the day is made by, in plain words."""

from typing import Any

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from gridclient.records.rounds import Campaign, DueRule, VisitManners
from gridclient.store import planning
from gridclient.ui import style
from gridclient.ui.manners_card import MannersCard
from gridclient.ui.parts import label
from gridclient.ui.rules_card import RulesCard
from gridclient.ui.sweeps_card import SweepsCard
from gridclient.ui.workspace import Workspace

TWO_COLUMNS = 800  # pixels at plain size
KINDS = frozenset(kind.kind() for kind in (Campaign, DueRule, VisitManners))
SHARED = "改好就生效，随同步发给全社区的网格员；Ctrl+Z 撤回。"
OFFICE = "规则和上门约定由社区统一定，这台电脑只能看；要改请告诉社区内勤。"


class PlanningPage(QWidget):
    """Three cards: rules, manners, sweeps. Whatever is changed here is a record and syncs."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.setObjectName("planning_page")
        style.role(self, "page")
        self.told = label(role="hint", wrap=True)
        self.rules, self.manners = RulesCard(workspace), MannersCard(workspace)
        self.sweeps = SweepsCard(workspace)
        body = QWidget()
        style.role(body, "plain")
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, body)
        self._columns.setContentsMargins(0, 0, style.px(4), 0)
        self._columns.setSpacing(style.px(10))
        for cards in ((self.rules,), (self.sweeps, self.manners)):
            column = QVBoxLayout()
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._columns.addLayout(column, 1)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(self._scroll.focusPolicy().NoFocus)
        self._scroll.setWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(16), style.px(12), style.px(16), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(label("走访安排", "title"))
        layout.addWidget(self.told)
        layout.addWidget(self._scroll, 1)
        workspace.changed.connect(self._on_changed)

    def reload(self) -> None:
        """Show everything as it is stored."""
        replica, home = self.workspace.replica, self.workspace.desk.home
        area = planning.writable(replica, home)
        self.told.setText(SHARED if area else OFFICE)
        self.rules.show_rules(replica.all(DueRule), area)
        self.manners.show_manners(replica.all(VisitManners), area)
        self.sweeps.reload()

    def showEvent(self, event: QShowEvent) -> None:
        """Read everything whenever one comes here."""
        super().showEvent(event)
        self.reload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns when there is room, else one."""
        super().resizeEvent(event)
        ways = QBoxLayout.Direction
        wide = event.size().width() >= style.px(TWO_COLUMNS)
        self._columns.setDirection(ways.LeftToRight if wide else ways.TopToBottom)

    def _on_changed(self, news: list[Any]) -> None:
        if self.isVisible() and any(one.kind in KINDS for one in news):
            self.reload()
