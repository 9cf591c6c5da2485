"""对账单: choose the days, see the page as it will be printed, and put it on paper, into a PDF or a workbook."""

from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QWidget

from gridclient.ledger.sheet import Sheet
from gridclient.ledger.statement import statement_sheet
from gridclient.store.statement import KEPT_DAYS, read
from gridclient.ui.paper_view import PaperView
from gridclient.ui.parts import label
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

DAYS = {"今天": 0, "近三天": 2, "近七天": 6, "近三十天": KEPT_DAYS - 1}
CHOSEN = "自选日期"


class StatementView(PaperView):
    """The statement of the days chosen, read beside the window."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setObjectName("statement")
        self.period, self.first, self.last = QComboBox(), QDateEdit(), QDateEdit()
        self._lay_out()
        self.period.activated.connect(self._period_chosen)
        for edit in (self.first, self.last):
            edit.dateChanged.connect(self.compose)
        self.setFocusProxy(self.period)

    def days(self) -> tuple[date, date]:
        """The days chosen, both included."""
        back = DAYS.get(self.period.currentText())
        today = self.workspace.today
        if back is not None:
            return today - timedelta(days=back), today
        first, last = (_python(edit.date()) for edit in (self.first, self.last))
        return min(first, last), max(first, last)

    def compose(self) -> None:
        """Read the days chosen beside the window and show the page."""
        first, last = self.days()
        replica, who = self.workspace.replica, self.printed_by
        self.present(_told, replica, first, last, who=who, names={replica.author: who})

    def _lay_out(self) -> None:
        self.period.addItems([*DAYS, CHOSEN])
        self.period.setAccessibleName("期间")
        today = self.workspace.today
        for edit, name in ((self.first, "从哪天"), (self.last, "到哪天")):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setAccessibleName(name)
            edit.setDate(QDate(today.year, today.month, today.day))
            edit.hide()
        self.bar.addWidget(label("期间"))
        for widget in (self.period, self.first, self.last):
            self.bar.addWidget(widget)

    def _period_chosen(self) -> None:
        own = self.period.currentText() == CHOSEN
        for edit in (self.first, self.last):
            edit.setVisible(own)
        self.compose()


def _told(
    replica: Replica, first: date, last: date, *, who: str, names: dict[str, str], **about: Any
) -> Sheet:
    return statement_sheet(read(replica, first, last, who=who, names=names), **about)


def _python(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())
