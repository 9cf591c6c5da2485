"""大走访: the sweeps with how far each is, and a new one over chosen grids and buildings."""

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import (
    QDateEdit,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from gridclient.records import Building, Campaign, OrgUnit
from gridclient.records.area import Level
from gridclient.records.rounds import CampaignState
from gridclient.rules.doors import natural
from gridclient.rules.progress import Progress, Sweep
from gridclient.store import planning
from gridclient.ui import style
from gridclient.ui.parts import button, clear, label, line
from gridclient.ui.round_words import sweep_words
from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.replica import Replica

DAYS = 30  # a sweep lasts as long unless somebody says otherwise
SHOWN = 6
HINT = "选中的网格和楼栋里，每一户到截止那天都要见到一次；都不选就是全部。"
Standing = tuple[Campaign, Sweep, Progress]
Offered = tuple[str, str, str]  # a grid or building by its name, its kind and its id


class SweepsCard(QFrame):
    """Sweeps, the newest first, and the blanks of a new one."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        style.role(self, "card")
        self.title = line("名称，如 冬季敲门行动", says="大走访名称")
        self.since, self.until = QDateEdit(), QDateEdit()
        self.where = style.role(QListWidget(), "framed")
        self.start = button("开始大走访", self._start, role="primary")
        self._list = QVBoxLayout()
        self._list.setSpacing(style.px(6))
        self._asked = self._shown = 0
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.px(14), style.px(10), style.px(14), style.px(12))
        layout.setSpacing(style.px(8))
        layout.addWidget(label("大走访", "heading"))
        layout.addWidget(label(HINT, "hint", wrap=True))
        layout.addLayout(self._list)
        self._lay_out_new(layout)

    @property
    def settled(self) -> bool:
        """True while every sweep is shown as it is stored."""
        return self._shown == self._asked

    @property
    def told(self) -> list[str]:
        """What is said of each sweep."""
        return [found.text() for found in self.findChildren(QLabel, "sweep")]

    def end(self, campaign: Campaign) -> None:
        """End a sweep before its last day; its doors are no longer wanted for it."""
        campaign.state = CampaignState.CLOSED.value
        self.workspace.save(campaign)

    def reload(self) -> None:
        """Read the sweeps and count how far they are, beside the window."""
        self._asked += 1
        self.workspace.start(self._reload(self._asked))

    def _lay_out_new(self, layout: QVBoxLayout) -> None:
        self.title.setMaxLength(30)
        row = QHBoxLayout()
        for edit, words in ((self.since, "从"), (self.until, "到")):
            edit.setCalendarPopup(True)
            edit.setDisplayFormat("yyyy-MM-dd")
            edit.setAccessibleName(f"{words}哪天")
            row.addWidget(label(words))
            row.addWidget(edit)
        today = self.workspace.today
        self.since.setDate(QDate(today.year, today.month, today.day))
        self.until.setDate(self.since.date().addDays(DAYS))
        row.addStretch(1)
        self.where.setAccessibleName("网格和楼栋")
        self.where.setFixedHeight(style.px(110))
        last = QHBoxLayout()
        last.addWidget(self.where, 1)
        last.addWidget(self.start, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(self.title)
        layout.addLayout(row)
        layout.addLayout(last)

    def _offer(self, places: list[Offered]) -> None:
        for name, *which in places:
            item = QListWidgetItem(name, self.where)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, which)

    def _chosen(self, kind: str) -> list[str]:
        items = (self.where.item(row) for row in range(self.where.count()))
        told = (
            item.data(Qt.ItemDataRole.UserRole)
            for item in items
            if item.checkState() is Qt.CheckState.Checked
        )
        return [id_ for own, id_ in told if own == kind]

    def _start(self) -> None:
        since, until = (_python(edit.date()) for edit in (self.since, self.until))
        if not self.title.text().strip() or until < since:
            self.workspace.say("还不能开始大走访", "请写上名称；截止日期不能早于开始日期。", Tone.WARN)
            return
        campaign = Campaign(
            title=self.title.text().strip(),
            since=since,
            until=until,
            grids=self._chosen(OrgUnit.kind()),
            buildings=self._chosen(Building.kind()),
            area=planning.own_area(self.workspace.replica, self.workspace.desk.home),
        )
        self.workspace.save(campaign)
        self.workspace.say(f"“{campaign.title}”开始了", "这些户已经排进今日的名单。", Tone.GOOD)
        self.title.clear()
        for row in range(self.where.count()):
            self.where.item(row).setCheckState(Qt.CheckState.Unchecked)

    async def _reload(self, asked: int) -> None:
        today = self.workspace.today
        places, found = await self.workspace.run(_read, self.workspace.replica, today)
        if isValid(self) and asked == self._asked:
            if not self.where.count():
                self._offer(places)
            self._show(found, today)

    def _show(self, found: list[Standing], today: date) -> None:
        self._shown = self._asked
        clear(self._list)
        for campaign, sweep, progress in found:
            self._list.addWidget(self._line(campaign, sweep, progress, today))

    def _line(self, campaign: Campaign, sweep: Sweep, progress: Progress, today: date) -> QWidget:
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.px(2))
        row = QHBoxLayout()
        row.addWidget(label(_words(campaign, sweep, progress, today), wrap=True, name="sweep"), 1)
        if campaign.state == CampaignState.OPEN and today <= sweep.until:
            row.addWidget(button("结束", lambda: self.end(campaign), name="end"))
        column.addLayout(row)
        bar = QProgressBar()
        bar.setRange(0, 100)
        bar.setValue(round(progress.share * 100))
        bar.setAccessibleName(f"{sweep.title} {progress.share:.0%}")
        column.addWidget(bar)
        return line


def _read(replica: Replica, today: date) -> tuple[list[Offered], list[Standing]]:
    grids = sorted(replica.all(OrgUnit, OrgUnit.level == Level.GRID.value), key=lambda u: natural(u.name))
    buildings = sorted(replica.all(Building), key=lambda b: natural(b.name))
    places = [(u.name, u.kind(), u.id) for u in grids] + [(b.name, b.kind(), b.id) for b in buildings]
    campaigns = sorted(replica.all(Campaign), key=lambda c: (c.until or date.min, c.id), reverse=True)
    sweeps = [(campaign, planning.sweep_of(replica, campaign)) for campaign in campaigns[:SHOWN]]
    return places, [(c, sweep, planning.progress_of(replica, sweep, today)) for c, sweep in sweeps]


def _words(campaign: Campaign, sweep: Sweep, progress: Progress, today: date) -> str:
    if campaign.state == CampaignState.CLOSED or sweep.until < today:
        return (
            f"{sweep.title}　已结束　{sweep.since:%m-%d} 至 {sweep.until:%m-%d}　"
            f"见到 {progress.covered}/{progress.total} 户 {progress.share:.0%}"
        )
    if sweep.since > today:
        return f"{sweep.title}　{sweep.since:%m-%d} 开始，共 {progress.total} 户"
    return sweep_words(sweep, progress, today)


def _python(chosen: QDate) -> date:
    return date(chosen.year(), chosen.month(), chosen.day())
