"""The people who answer for a stairwell, and the strength that can be called in."""

from datetime import date

from gridclient.blanks import Choice
from gridclient.fields import (
    Record,
    amount,
    choice,
    count,
    day,
    flag,
    link,
    links,
    month,
    names,
    note,
    person_name,
    phone,
    record,
    text,
)
from gridclient.records.codes import Education, Nation, Politics, Sex


class StewardRole(Choice):
    """Which stairs, rows or shops someone answers for."""

    BUILDING = "building", "楼栋长"
    UNIT = "unit", "单元长"
    COURTYARD = "courtyard", "院落长"
    JOINT = "joint", "联户长", "十户长"
    NEIGHBOUR = "neighbour", "邻长"
    RED_BUTLER = "butler", "楼栋红管家", "红管家"
    HUNDRED = "hundred", "党群百夫长", "百夫长"


class Selection(Choice):
    """产生方式."""

    NOMINATED = "nominated", "组织提名+群众推选"
    ELECTED = "elected", "群众推选", "选举"
    APPOINTED = "appointed", "组织指定", "指定"
    VOLUNTEERED = "volunteered", "自荐"


class HelperKind(Choice):
    """Where a helper comes from."""

    SENT = "sent", "下沉干部"
    REPORTED = "reported", "报到党员", "在职党员"
    CONCURRENT = "concurrent", "兼职委员"
    VOLUNTEER = "volunteer", "志愿者"
    SAGE = "sage", "新乡贤", "乡贤"
    FIVE_OLD = "five_old", "五老"
    EXPERT = "expert", "专家"
    LAWYER = "lawyer", "法律顾问", "律师"
    MEDIATOR = "mediator", "人民调解员", "调解员"


class Readiness(Choice):
    """平时 or 急时."""

    EVERYDAY = "everyday", "平时"
    EMERGENCY = "emergency", "急时"
    BOTH = "both", "平急都可"


@record("楼栋长", called="{name}", key=("name", "role", "building"))
class Steward(Record, table=True):
    """A steward (楼栋长, 单元长, 联户长 …): the person a stairwell turns to first."""

    name: str = person_name("姓名", required=True, listed=True, searched=True)
    role: str = choice("职务", StewardRole, default=StewardRole.BUILDING, required=True, listed=True)
    resident: str = link("居民", to="resident")
    building: str = link("楼栋", to="building", listed=True)
    unit: str = text("单元", longest=10, listed=True)
    grid: str = link("网格", to="org_unit", listed=True, synonyms=("所属网格",))
    group: str = link("楼栋党小组", to="party_org")
    sex: str = choice("性别", Sex, listed=True)
    nation: str = choice("民族", Nation)
    birth: str = month("出生年月", listed=True)
    political: str = choice("政治面貌", Politics, listed=True)
    education: str = choice("文化程度", Education, listed=True)
    phone: str = phone("联系电话", listed=True, searched=True, wanted=True)
    address: str = text("住址", longest=100, listed=True)
    selection: str = choice("产生方式", Selection, listed=True)
    since: str = month("任职时间", listed=True)
    until: str = month("任期至")
    households: int | None = count("包联户数", unit="户", least=0, most=9999, listed=True)
    household_links: list[str] = links("包联户", to="household", hidden=True)
    party: bool = flag("是否党员", listed=True)
    veteran: bool = flag("是否退役军人", listed=True)
    volunteer: bool = flag("是否志愿者", listed=True)
    allowance: float | None = amount(
        "补贴", unit="元/月", least=0, most=99999, listed=True, synonyms=("补贴（元/月）",)
    )
    ended_on: date | None = day("离任日期")
    remark: str = note("备注")


@record("力量", called="{name}", key=("name", "kind_of_helper", "unit"))
class Helper(Record, table=True):
    """Somebody who can be called in (力量): sent cadres, volunteers, experts, mediators."""

    name: str = person_name("姓名", required=True, listed=True, searched=True)
    kind_of_helper: str = choice("类别", HelperKind, default=HelperKind.VOLUNTEER, required=True, listed=True)
    unit: str = text("单位", longest=100, listed=True)
    team: str = text("编组", longest=50, listed=True)
    phone: str = phone("联系电话", listed=True, searched=True)
    specialities: list[str] = names("专长", listed=True)
    grid: str = link("服务网格", to="org_unit", listed=True)
    readiness: str = choice("平急状态", Readiness, default=Readiness.EVERYDAY, listed=True)
    since: date | None = day("开始日期")
    remark: str = note("备注")
