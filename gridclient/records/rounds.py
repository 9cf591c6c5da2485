"""How visits are planned: how often whom, when nobody knocks, and sweeps over whole grids."""

from datetime import date

from gridclient.blanks import Choice
from gridclient.fields import Record, choice, choices, count, day, flag, links, note, record, text
from gridclient.records.people import CareLabel, VisitRule


class Situation(Choice):
    """What else a rule may ask about a door, beside the care labels of who lives there."""

    CENTRE = "centre", "党员中心户", "中心户"
    RENTED = "rented", "出租户", "出租"
    VACANT = "vacant", "空置房", "空置"


class CampaignState(Choice):
    """How a sweep stands."""

    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"


@record("走访规则", called="{words} {every}", key=("words",))
class DueRule(Record, table=True):
    """How often an office wants somebody visited (走访规则): who shows all labels and situations named, or everybody."""

    words: str = text("名称", longest=20, required=True, listed=True, searched=True)
    labels: list[str] = choices("关怀标签", CareLabel, listed=True, group="whom")
    situations: list[str] = choices("户的情形", Situation, listed=True, group="whom")
    every: str = choice("走访周期", VisitRule, default=VisitRule.MONTHLY, required=True, listed=True)
    retired: bool = flag("停用", listed=True)


@record("上门约定", called="{quiet}", key=("quiet",))
class VisitManners(Record, table=True):
    """When nobody knocks, and how soon nobody knocks again (上门约定): shown before a knock, never a lock."""

    quiet: str = text("不敲门的时段", longest=60, listed=True, hint="21:00-8:00、12:30-14:00")
    least_days: int | None = count("同一户间隔", unit="天", least=0, most=60, listed=True)


@record("大走访", called="{title}", key=("title", "since"))
class Campaign(Record, table=True):
    """A sweep (大走访): every household of the grids and buildings named, or of all, is due once until a day.

    Who was met since it began is counted from visits, never stored.
    """

    title: str = text("名称", longest=30, required=True, listed=True, searched=True)
    since: date | None = day("开始日期", required=True, listed=True, group="period")
    until: date | None = day("截止日期", required=True, listed=True, group="period")
    grids: list[str] = links("网格", to="org_unit", group="where")
    buildings: list[str] = links("楼栋", to="building", group="where")
    state: str = choice("状态", CampaignState, default=CampaignState.OPEN, required=True, listed=True)
    remark: str = note("要求")
