"""What a ledger is to be about: where, when, filled in or for the pen, and whether with whole numbers."""

from datetime import date

from msgspec.structs import replace
from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QLabel, QWidget

from gridclient.ledger.compose import Scope
from gridclient.ledger.forms import FILLS, Fill
from gridclient.ledger.period import PERIODS, period_named
from gridclient.ledger.template import Template
from gridclient.records import Building, OrgUnit
from gridclient.rules.doors import natural
from gridclient.ui import style
from gridclient.ui.choosing import Choices
from gridclient.ui.flow import Flow
from gridclient.ui.parts import label, line
from sync.replica import Replica

REASON = "用途（必填，会记入查看记录）"
OWN = "自选日期"
INDENT = "　"


class LedgerChoices(QWidget):
    """Scope, period, form and masking. ``changed`` when another ledger follows from them."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope, self.period, self.form = Choices(), QComboBox(), QComboBox()
        self.first, self.last = QDateEdit(), QDateEdit()
        self.blanks, self.subtotals = QCheckBox("空行补齐"), QCheckBox("本页小计")
        self.full, self.reason = QCheckBox("完整号码"), line(REASON, name="reason")
        self.row = Flow(style.px(8), self)  # further choices of the page may be added
        self._lay_out()
        for box in (self.scope, self.form):
            box.activated.connect(self.changed)
        self.period.activated.connect(self._period_chosen)
        for edit in (self.first, self.last):
            edit.dateChanged.connect(self.changed)
        for check in (self.blanks, self.subtotals):
            check.clicked.connect(self.changed)
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

    @property
    def fill(self) -> Fill:
        """Filled in, or a form for the pen."""
        return self.form.currentData() or "full"

    def days(self, today: date) -> tuple[date, date] | None:
        """The first and the last day of the period; None for all time."""
        if self.period.currentText() != OWN:
            return period_named(self.period.currentText(), today)
        first, last = (_python(edit.date()) for edit in (self.first, self.last))
        return min(first, last), max(first, last)

    def settled(self) -> bool:
        """Whether a ledger may be shown: whole numbers need a reason first, which is then asked for."""
        if self.masked or self.why:
            return True
        self.reason.setFocus()
        return False

    def forget_full(self) -> None:
        """Star the numbers out again while nobody said what they are for: another ledger is asked for."""
        if not self.why:
            self.full.blockSignals(True)
            self.full.setChecked(False)
            self.full.blockSignals(False)
            self.reason.hide()

    def suit(self, template: Template, today: date) -> None:
        """Offer what this ledger can do, as it is written; the scope, the period and the form stay as chosen."""
        register = template.form == "register"
        for box in (self.blanks, self.subtotals):
            box.setVisible(register)
        self.blanks.setChecked(template.fill_blank_rows)
        self.subtotals.setChecked(template.page_total)
        self.period.setEnabled(bool(template.period))
        self._show_days()
        if self.first.date().isNull() or self.period.currentText() != OWN:
            month = period_named("本月", today) or (today, today)
            for edit, day in zip((self.first, self.last), month, strict=True):
                edit.blockSignals(True)
                edit.setDate(QDate(day.year, day.month, day.day))
                edit.blockSignals(False)

    def suited(self, template: Template) -> Template:
        """The template with 空行补齐 and 本页小计 as they are ticked."""
        return replace(
            template, fill_blank_rows=self.blanks.isChecked(), page_total=self.subtotals.isChecked()
        )

    def ask_of_rows_alone(self) -> None:
        """Ask for nothing that is about our own paper: somebody else's form is filled."""
        about_paper = [box for box in self.findChildren(QLabel) if box.buddy() is self.form]
        for widget in (*about_paper, self.form, self.blanks, self.subtotals):
            widget.hide()

    def offer(self, replica: Replica) -> None:
        """Offer every unit from the community to the microgrid, and every building; what was chosen stays chosen."""
        chosen = self.scope.currentData()
        self.scope.clear()
        self.scope.addItem("全部", Scope())
        units = sorted(((unit.code or unit.area), unit.name) for unit in replica.all(OrgUnit))
        above: list[str] = []
        for code, name in units:
            above = [one for one in above if code.startswith(one)]
            self.scope.addItem(INDENT * len(above) + name, Scope(area=code))
            above.append(code)
        for building in sorted(replica.all(Building), key=lambda b: natural(b.name)):
            self.scope.addItem(building.name, Scope(building=building.id))
        self.choose(chosen)

    def choose(self, scope: Scope | None) -> None:
        """Choose a scope, or everything when it is not offered."""
        offered = [self.scope.itemData(row) for row in range(self.scope.count())]  # Qt finds no equal ones
        self.scope.setCurrentIndex(offered.index(scope) if scope in offered else 0)

    def _lay_out(self) -> None:
        self.period.addItems([*PERIODS, OWN])
        for fill, words in FILLS.items():
            self.form.addItem(words, fill)
        for edit in (self.first, self.last):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.hide()
        self.first.setAccessibleName("从哪天")
        self.last.setAccessibleName("到哪天")
        self.reason.setMinimumWidth(style.px(220))
        self.reason.hide()
        for name, box in (("范围", self.scope), ("期间", self.period), ("填法", self.form)):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(style.px(200))
            named = label(name)
            named.setBuddy(box)
            self.row.addWidget(named)
            self.row.addWidget(box)
            if box is self.period:
                self.row.addWidget(self.first)
                self.row.addWidget(self.last)
        for widget in (self.blanks, self.subtotals, self.full, self.reason):
            self.row.addWidget(widget)

    def _period_chosen(self) -> None:
        self._show_days()
        self.changed.emit()

    def _show_days(self) -> None:
        for edit in (self.first, self.last):
            edit.setVisible(self.period.currentText() == OWN and self.period.isEnabledTo(self))

    def _full_wanted(self, full: bool) -> None:
        self.reason.setVisible(full)
        if full:
            self.reason.setFocus()
        else:
            self.changed.emit()


def _python(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
