"""What a ledger is to be about: where, when, and whether with whole numbers."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from gridclient.ledger.compose import Scope
from gridclient.ledger.period import PERIODS, period_named
from gridclient.records import Building, OrgUnit
from gridclient.records.area import Level
from gridclient.rules.doors import natural
from gridclient.ui import style
from gridclient.ui.parts import label, line
from sync.replica import Replica

REASON = "用途（必填，会记入查看记录）"


class LedgerChoices(QWidget):
    """Scope, period and masking in one row. ``changed`` when another ledger follows from them."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope, self.period = QComboBox(), QComboBox()
        self.full, self.reason = QCheckBox("完整号码"), line(REASON, name="reason")
        self._lay_out()
        self.scope.activated.connect(self.changed)
        self.period.activated.connect(self.changed)
        self.full.toggled.connect(self._full_wanted)
        self.reason.returnPressed.connect(self.changed)

    @property
    def where(self) -> Scope:
        """Which records."""
        return self.scope.currentData() or Scope()

    @property
    def masked(self) -> bool:
        """Whether private values are starred."""
        return not self.full.isChecked()

    @property
    def why(self) -> str:
        """The reason given for whole numbers; empty while they are masked."""
        return "" if self.masked else self.reason.text().strip()

    def days(self, today: date) -> tuple[date, date] | None:
        """The first and the last day of the period; None for all time."""
        return period_named(self.period.currentText(), today)

    def settled(self) -> bool:
        """Whether a ledger may be shown: whole numbers need a reason first, which is then asked for."""
        if self.masked or self.why:
            return True
        self.reason.setFocus()
        return False

    def offer(self, replica: Replica) -> None:
        """Offer every grid and building; what was chosen stays chosen."""
        chosen = self.scope.currentData()
        self.scope.clear()
        self.scope.addItem("全部", Scope())
        for unit in replica.all(OrgUnit, OrgUnit.level == Level.GRID.value):
            self.scope.addItem(unit.name, Scope(area=unit.code or unit.area))
        for building in sorted(replica.all(Building), key=lambda b: natural(b.name)):
            self.scope.addItem(building.name, Scope(building=building.id))
        self.choose(chosen)

    def choose(self, scope: Scope | None) -> None:
        """Choose a scope, or everything when it is not offered."""
        offered = [self.scope.itemData(row) for row in range(self.scope.count())]  # Qt finds no equal ones
        self.scope.setCurrentIndex(offered.index(scope) if scope in offered else 0)

    def _lay_out(self) -> None:
        self.period.addItems(PERIODS)
        self.reason.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for name, box in (("范围", self.scope), ("期间", self.period)):
            box.setAccessibleName(name)
            box.setMinimumWidth(style.px(96))
            row.addWidget(label(name))
            row.addWidget(box)
        row.addWidget(self.full)
        row.addWidget(self.reason, 1)
        row.addStretch()

    def _full_wanted(self, full: bool) -> None:
        self.reason.setVisible(full)
        if full:
            self.reason.setFocus()
        else:
            self.changed.emit()
