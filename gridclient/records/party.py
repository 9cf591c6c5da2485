"""The party tree 街道党工委 → 社区党委 → 网格党支部 → 楼栋党小组 → 党员中心户, and the 1+N it keeps in touch with."""

from datetime import date

from gridclient.blanks import Choice
from gridclient.fields import (
    Record,
    choice,
    count,
    day,
    flag,
    link,
    month,
    note,
    person_name,
    phone,
    record,
    text,
)


class PartyLevel(Choice):
    """The rungs of the party tree."""

    WORKING_COMMITTEE = "working", "街道党工委", "党工委"
    COMMITTEE = "committee", "社区党委", "党委"
    BRANCH = "branch", "网格党支部", "党支部", "支部"
    GROUP = "group", "楼栋党小组", "党小组"


class Seat(Choice):
    """Where a party organisation sits: on a place, or in a firm or an association."""

    TERRITORIAL = "place", "属地"
    PROPERTY = "property", "物业企业", "物业"
    SOCIETY = "society", "社会组织"
    UNIT = "unit", "驻区单位"


class ChosenBy(Choice):
    """推选方式."""

    FULL = "full", "个人报名、党员推荐、党小组建议、党支部审定"
    GROUP = "group", "党小组推荐、党支部审定"
    APPOINTED = "appointed", "党支部指定"


class Grade(Choice):
    """年度评议等次."""

    EXCELLENT = "1", "优秀"
    GOOD = "2", "合格"
    FAIR = "3", "基本合格"
    POOR = "4", "不合格"


class CentreState(Choice):
    """Whether a centre household still serves."""

    ACTIVE = "active", "正常"
    PAUSED = "paused", "暂停"
    ENDED = "ended", "撤销", "已撤销"


class Frequency(Choice):
    """How often the N of 1+N are looked in on."""

    WEEKLY = "week", "每周"
    MONTHLY = "month", "每月"
    QUARTERLY = "quarter", "每季度", "每季"
    AS_NEEDED = "need", "按需"


@record("党组织", called="{name}", key=("name", "level"))
class PartyOrg(Record, table=True):
    """A party organisation (党组织); many-to-many with grids, so it names an area only when it has one."""

    name: str = text("名称", longest=60, required=True, listed=True, searched=True)
    level: str = choice("层级", PartyLevel, default=PartyLevel.GROUP, required=True, listed=True)
    parent: str = link("上级党组织", to="party_org", listed=True)
    unit: str = link("所在单元", to="org_unit", listed=True)
    seat: str = choice("类型", Seat, default=Seat.TERRITORIAL, listed=True)
    secretary: str = person_name("书记（组长）", listed=True)
    secretary_phone: str = phone("书记（组长）电话")
    founded: date | None = day("成立日期")
    remark: str = note("备注")


@record("党员", called="{name}", key=("resident",))
class PartyMember(Record, table=True):
    """A party member (党员): the resident, and the party side of that person."""

    resident: str = link("居民", to="resident", listed=True)
    name: str = person_name("姓名", required=True, listed=True, searched=True)
    org: str = link("所在党组织", to="party_org", listed=True)
    joined: str = month("入党时间", listed=True)
    full_since: str = month("转正时间")
    probationary: bool = flag("预备党员", listed=True)
    duty: str = text("党内职务", longest=50, listed=True)
    mobile: bool = flag("流动党员", listed=True)
    double: bool = flag("双报到", section="双报到", listed=True)
    double_unit: str = text("报到单位", longest=100, section="双报到")
    double_post: str = text("认领岗位", longest=100, section="双报到")
    remark: str = note("备注")


@record("党员中心户", called="{number} {head_name}", key=("number",))
class PartyCentreHousehold(Record, table=True):
    """A party centre household (党员中心户): the home in which a few stairwells meet, and that looks after its N."""

    number: str = text("编号", longest=20, listed=True, searched=True)
    household: str = link("户", to="household", required=True, listed=True)
    head: str = link("户主党员", to="resident", group="head")
    head_name: str = person_name(
        "户主（党员）姓名",
        required=True,
        listed=True,
        searched=True,
        group="head",
        synonyms=("户主姓名", "姓名"),
    )
    phone: str = phone("联系电话", listed=True)
    group: str = link("楼栋党小组", to="party_org", listed=True)
    leader: str = person_name("负责人", listed=True)
    members: int | None = count("家庭党员数", unit="人", least=0, most=20, listed=True)
    member_contacts: int | None = count(
        "联系党员", unit="人", least=0, most=99, listed=True, synonyms=("联系党员（人）",)
    )
    chosen_by: str = choice("推选方式", ChosenBy, section="审定")
    approved_by: str = link("审定支部", to="party_org", section="审定", listed=True, group="approved")
    approved_on: date | None = day("审定日期", section="审定", group="approved")
    plate_on: date | None = day("挂牌日期", section="审定", group="plate")
    plate_number: str = text("挂牌编号", longest=30, section="审定", listed=True, group="plate")
    equipment: str = text("活动场所/设备", longest=100, section="活动", synonyms=("活动场所",))
    grade: str = choice("年度评议等次", Grade, section="评议", listed=True, group="grade")
    grade_year: int | None = count("评议年度", least=2000, most=2100, section="评议", group="grade")
    state: str = choice("状态", CentreState, default=CentreState.ACTIVE, listed=True, group="state")
    ended_on: date | None = day("撤销日期", section="评议", group="state")
    ended_why: str = note("调整或撤销原因", section="评议", group="state")
    remark: str = note("备注")


@record("联系 1+N", called="联系户", key=("centre", "household"))
class Pairing(Record, table=True):
    """One line of a 1+N list: who keeps in touch with which household. Uncovered households are computed."""

    centre: str = link("党员中心户", to="party_centre_household", listed=True)
    member: str = link("党员", to="party_member", listed=True)
    contact: str = person_name("联系人", listed=True)
    household: str = link("联系户", to="household", required=True, listed=True)
    frequency: str = choice("联系频次", Frequency, default=Frequency.MONTHLY, listed=True)
    since: date | None = day("开始日期", listed=True)
    until: date | None = day("结束日期")
    remark: str = note("备注")


@record("中心户活动", called="{held_on} {theme}", key=("centre", "held_on", "theme"))
class CentreActivity(Record, table=True):
    """One gathering in a centre household (中心户活动)."""

    centre: str = link("党员中心户", to="party_centre_household", required=True, listed=True)
    held_on: date | None = day("日期", required=True, listed=True)
    theme: str = text("主题", longest=100, required=True, listed=True, searched=True)
    attendance: int | None = count("参加人数", unit="人", least=0, most=9999, listed=True)
    minutes: str = note("记录")
    opinions: int | None = count("收集意见数", unit="条", least=0, most=9999, listed=True)
    settled: int | None = count("办结数", unit="条", least=0, most=9999, listed=True)
    yearly: int | None = count("本年活动次数", unit="次", least=0, most=999)
