"""Households and the people in them."""

from datetime import date, datetime

from gridclient.blanks import Choice
from gridclient.fields import (
    Record,
    choice,
    choices,
    count,
    day,
    flag,
    id_number,
    link,
    moment,
    names,
    note,
    person_name,
    phones,
    record,
    text,
)
from gridclient.records.codes import DocumentType, Education, Marital, Nation, Politics, Relation, Sex


class HouseholdKind(Choice):
    """Registered here, moved in from elsewhere, or a collective."""

    REGISTERED = "registered", "户籍户", "户籍"
    FLOATING = "floating", "流动户", "流动"
    COLLECTIVE = "collective", "集体户", "集体"


class CareLabel(Choice):
    """Why a household or a person is visited more often: service, never control."""

    LIVING_ALONE = "alone", "独居老人", "独居"
    EMPTY_NEST = "empty_nest", "空巢老人", "空巢"
    ELDERLY = "elderly", "高龄老人", "高龄", "80岁以上"
    DISABLED = "disabled", "残疾人", "残疾"
    HARDSHIP = "hardship", "困难家庭", "困难", "低保"
    VETERAN = "veteran", "优抚对象", "优抚", "退役军人"
    PREGNANT = "pregnant", "孕产妇", "孕产"
    INFANT = "infant", "婴幼儿"
    LEFT_BEHIND = "left_behind", "留守人员", "留守儿童", "留守"
    FLOATING = "floating", "流动人员"


class VisitRule(Choice):
    """How often a household wishes or needs to be visited, when not by its labels."""

    BY_LABEL = "", "按标签"
    WEEKLY = "week", "每周"
    MONTHLY = "month", "每月"
    QUARTERLY = "quarter", "每季"
    HALF_YEARLY = "half_year", "每半年"
    YEARLY = "year", "每年"


class PopulationKind(Choice):
    """The four sides of 实有人口."""

    REGISTERED = "registered", "户籍", "户籍人口", "常住"
    FLOATING = "floating", "流动", "流动人口"
    ABROAD = "abroad", "境外", "境外人员"
    UNREGISTERED = "unregistered", "未落户"


class Presence(Choice):
    """人户状态."""

    BOTH = "both", "人户同在", "人户一致"
    AWAY = "away", "户在人不在"
    ELSEWHERE = "elsewhere", "人在户不在", "人户分离"


class AwayReason(Choice):
    """Why someone left for a while."""

    WORK = "work", "务工经商", "务工", "经商"
    STUDY = "study", "求学入托", "上学", "求学"
    KIN = "kin", "探亲靠友"
    DEMOLISHED = "demolished", "房屋拆迁"
    OTHER_HOME = "other_home", "他处另有住房"
    OTHER = "other", "其他", "其它"


class InflowReason(Choice):
    """流入原因."""

    WORK = "work", "务工经商", "务工", "经商"
    FARM = "farm", "务农"
    STUDY = "study", "求学入托", "上学"
    BOUGHT = "bought", "购房居住"
    RENTED = "rented", "建（租）房居住", "租房居住"
    KIN = "kin", "投亲靠友"
    WITH_FAMILY = "with_family", "随同流动"
    OTHER = "other", "其他", "其它"


class Lodging(Choice):
    """暂住处所."""

    RENTED = "rented", "租赁房屋", "租房"
    BUILT = "built", "自建房屋", "自建"
    BOUGHT = "bought", "购买房屋", "购房"
    EMPLOYER = "employer", "单位内部"
    SITE = "site", "工地"
    RESIDENT = "resident", "居民家中"
    HOTEL = "hotel", "旅馆"
    STALL = "stall", "个体摊点"
    OTHER = "other", "其他", "其它"


class StayLength(Choice):
    """How long someone has lived here, or means to."""

    SHORT = "short", "一个月以下", "临时"
    MEDIUM = "medium", "一个月至一年", "短期"
    LONG = "long", "一年以上", "长期"


class LeftHow(Choice):
    """How someone ceased to belong to the household."""

    MOVED = "moved", "迁出", "已搬走"
    DIED = "died", "去世", "死亡"


class Turn(Choice):
    """What happened to a household as a whole, or who came to it and who left."""

    FOUNDED = "founded", "立户", "新增一户"
    MOVED = "moved", "整户迁移"
    GONE = "gone", "整户迁出"
    SPLIT = "split", "分户"
    MERGED = "merged", "并户"
    HEAD = "head", "户主变更"
    JOINED = "joined", "迁入"
    LEFT = "left", "迁出"
    DIED = "died", "去世"
    BORN = "born", "出生"
    LET = "let", "租客入住"
    VACATED = "vacated", "租客搬走"


@record("户", called="{number} {head_name}", key=("number",))
class Household(Record, table=True):
    """A household (户): the unit of every visit. Last and next visit are computed from visits, never stored."""

    dwelling: str = link("房屋", to="dwelling", required=True, listed=True)
    number: str = text("户号", longest=20, listed=True, searched=True, hint="九位户号，可以以 0 开头")
    head: str = link("户主", to="resident", group="head")
    head_name: str = person_name("户主姓名", listed=True, searched=True, group="head", synonyms=("户主",))
    kind_of_household: str = choice("户类别", HouseholdKind, default=HouseholdKind.REGISTERED, listed=True)
    size: int | None = count("人口数", unit="人", least=0, most=99, listed=True)
    labels: list[str] = choices("关怀标签", CareLabel, listed=True)
    visit_rule: str = choice("走访周期", VisitRule)
    steward: str = person_name("联系人", synonyms=("楼栋长", "联户长"))
    party_household: bool = flag("党员户", listed=True)
    titles: str = text("家庭称号", longest=60, hint="五好家庭、平安家庭 …")
    agreed_photo: bool = flag("同意拍照")
    remark: str = note("备注")


@record("居民", called="{name}", key=("id_type", "id_number"))
class Resident(Record, table=True):
    """A resident (居民): one person, in one household. 宗教信仰 and health are not collected."""

    household: str = link("户", to="household", required=True, listed=True)
    name: str = person_name("姓名", required=True, listed=True, searched=True)
    former_name: str = person_name("曾用名", searched=True)
    population: str = choice("人口类型", PopulationKind, default=PopulationKind.REGISTERED, listed=True)
    id_type: str = choice("证件类型", DocumentType, default=DocumentType.RESIDENT, group="identity")
    id_number: str = id_number(
        "身份证号",
        group="identity",
        listed=True,
        searched=True,
        wanted=True,
        index=True,
        synonyms=("身份证号码", "公民身份号码", "证件号码", "身份证"),
    )
    sex: str = choice("性别", Sex, listed=True, wanted=True)
    birth: date | None = day("出生日期", listed=True, wanted=True, synonyms=("出生年月", "生日"))
    nation: str = choice("民族", Nation, listed=True, wanted=True)
    relation: str = choice("与户主关系", Relation, listed=True, wanted=True, group="relation")
    relation_note: str = text("与户主关系备注", longest=30, group="relation")
    owner_relation: str = text("与产权人关系", longest=30)
    phones: list[str] = phones(
        "联系电话",
        listed=True,
        searched=True,
        wanted=True,
        synonyms=("联系方式", "联系手机", "手机", "电话", "手机号码"),
    )
    marital: str = choice("婚姻状况", Marital, wanted=True)
    education: str = choice("文化程度", Education, wanted=True, synonyms=("学历",))
    political: str = choice("政治面貌", Politics, listed=True, wanted=True)
    employer: str = text("工作单位", longest=100, synonyms=("服务处所", "工作单位或就读学校", "就读学校"))
    occupation: str = text("职业", longest=30)
    labels: list[str] = choices("关怀标签", CareLabel, listed=True)
    native_place: str = text("籍贯", longest=60, section="户籍")
    registered_region: str = text("户籍地", longest=80, section="户籍", group="registered")
    registered_address: str = text(
        "户籍地址",
        longest=120,
        section="户籍",
        group="registered",
        synonyms=("户籍门（楼）详址", "户籍详址", "户籍详细地址"),
    )
    police: str = text("户籍派出所", longest=50, section="户籍")
    hukou: str = text("户口类别", longest=30, section="户籍")
    presence: str = choice("人户状态", Presence, section="户籍")
    permanent: bool = flag("是否常住", default=True, section="户籍")
    moved_in: date | None = day("入住日期", section="户籍", synonyms=("入住时间",))
    away: bool = flag("是否外出", section="外出", group="away")
    away_reason: str = choice("外出原因", AwayReason, section="外出", group="away")
    away_since: date | None = day("外出时间", section="外出", group="away")
    away_to: str = text("外出去向", longest=120, section="外出", group="away", synonyms=("外出详址",))
    inflow_reason: str = choice("流入原因", InflowReason, section="流入", group="inflow")
    inflow_since: date | None = day("流入时间", section="流入", group="inflow")
    inflow_from: str = text("流入来源", longest=120, section="流入", group="inflow")
    lodging: str = choice("暂住处所", Lodging, section="流入")
    permit: str = text("登记证情况", longest=30, section="流入", group="permit")
    permit_number: str = text("登记证编号", longest=40, section="流入", group="permit")
    permit_day: date | None = day("登记日期", section="流入", group="permit")
    permit_until: date | None = day("预计到期日期", section="流入", group="permit")
    stayed: str = choice("已居住时限", StayLength, section="流入")
    staying: str = choice("预居住时限", StayLength, section="流入")
    income: str = text("经济来源", longest=30, section="流入")
    left_how: str = choice("离开方式", LeftHow, section="离开", group="left")
    left_on: date | None = day("离开日期", section="离开", group="left", synonyms=("迁出日期", "去世日期"))
    left_to: str = text("去向", longest=100, section="离开", group="left")
    remark: str = note("备注")


@record("不是同一人", called="{found_on} {found_by}", key=("one", "other"))
class TwoPeople(Record, table=True):
    """Two residents who look alike and are two people (不是同一人), as somebody found who asked; nobody is asked again."""

    one: str = link("居民", to="resident", required=True, listed=True)
    other: str = link("另一位居民", to="resident", required=True, listed=True)
    found_by: str = person_name("核对人", listed=True)
    found_on: date | None = day("核对日期", listed=True)


@record(
    "户籍变动",
    called="{happened_on} {turn}",
    key=("household", "turn", "happened_on"),
    append_only=True,
)
class HouseholdEvent(Record, table=True):
    """A turn in the life of a household (户籍变动): who, when, from where to where. Written once, by the action itself."""

    turn: str = choice("变动", Turn, required=True, listed=True)
    happened_on: date | None = day("变动日期", required=True, listed=True)
    people: list[str] = names("有关人员", listed=True)
    before: str = text("由", longest=200, listed=True)
    after: str = text("到", longest=200, listed=True)
    household: str = link("户", to="household", required=True, listed=True)
    other: str = link("另一户", to="household")
    dwelling: str = link("房屋", to="dwelling", listed=True)
    recorded_by: str = person_name("登记人", listed=True)
    recorded_at: datetime | None = moment("登记时间")
    remark: str = note("备注")
