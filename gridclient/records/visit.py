"""Knocking on doors: what was planned, and what was found."""

from datetime import date, datetime

from gridclient.blanks import Choice
from gridclient.fields import (
    Record,
    choice,
    choices,
    count,
    day,
    flag,
    link,
    moment,
    names,
    note,
    person_name,
    phone,
    record,
    text,
)
from gridclient.records.place import Hazard


class Outcome(Choice):
    """What came of a knock; only 见面 and 电话 count as an effective visit, the others as attempts or findings."""

    MET = "met", "见面", "在家", "已见面"
    NOBODY = "nobody", "无人", "门锁"
    REFUSED = "refused", "拒访"
    POSTPONED = "postponed", "改约"
    MOVED = "moved", "已搬走"
    EMPTY = "empty", "空置"
    PHONED = "phoned", "电话联系", "电话"


class Way(Choice):
    """走访方式."""

    DOOR = "door", "入户"
    PHONE = "phone", "电话"
    VIDEO = "video", "视频"
    MESSAGE = "message", "微信"


class VisitKind(Choice):
    """走访类型."""

    ROUTINE = "routine", "日常"
    SPECIAL = "special", "专项"
    RETURN = "return", "回访"
    FESTIVAL = "festival", "节日慰问"
    CHECK = "check", "核查"
    SMALL = "small", "微走访"


class Satisfaction(Choice):
    """满意度."""

    SATISFIED = "1", "满意"
    FAIR = "2", "基本满意"
    DISSATISFIED = "3", "不满意"


class Publicity(Choice):
    """政策宣传内容."""

    FRAUD = "fraud", "反诈宣传", "反诈", "安装国家反诈中心APP"
    INSURANCE = "insurance", "医保缴费提醒", "医保"
    PENSION = "pension", "养老认证提醒", "养老认证"
    FIRE = "fire", "消防安全宣传", "消防"
    GAS = "gas", "燃气安全宣传", "燃气"
    WASTE = "waste", "垃圾分类宣传", "垃圾分类"
    DOGS = "dogs", "文明养犬宣传", "文明养犬"
    EPIDEMIC = "epidemic", "秋冬传染病防控宣传", "传染病防控"
    OTHER = "other", "其他宣传", "其他"


class TaskReason(Choice):
    """Why a visit is planned."""

    RULE = "rule", "到期"
    APPOINTMENT = "appointment", "约定"
    CAMPAIGN = "campaign", "大走访"
    RETURN = "return", "回访"


class TaskState(Choice):
    """How a planned visit stands."""

    OPEN = "open", "待走访"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"


@record("走访任务", called="{due} {title}", key=("household", "reason", "due"))
class VisitTask(Record, table=True):
    """A planned visit (走访任务): an appointment or a campaign; ordinary due dates are computed, not stored."""

    household: str = link("户", to="household", required=True, listed=True)
    title: str = text("事由", longest=60, listed=True)
    reason: str = choice("来由", TaskReason, default=TaskReason.APPOINTMENT, listed=True)
    due: date | None = day("应访日期", required=True, listed=True)
    at: datetime | None = moment("约定时间")
    who: str = person_name("走访人", listed=True)
    state: str = choice("状态", TaskState, default=TaskState.OPEN, listed=True)
    remark: str = note("备注")


@record("走访", called="{visited_on} {outcome}", key=("number",), append_only=True)
class Visit(Record, table=True):
    """A visit (走访记录): one knock, whatever came of it. Who typed it in need not be who knocked."""

    number: str = text("编号", longest=30, listed=True, searched=True)
    visited_on: date | None = day("走访日期", required=True, listed=True)
    hours: str = text("起止时间", longest=20, listed=True, hint="09:10-09:25")
    visitors: list[str] = names("走访人", listed=True)
    companions: list[str] = names("陪同人")
    way: str = choice("走访方式", Way, default=Way.DOOR, listed=True)
    kind_of_visit: str = choice("走访类型", VisitKind, default=VisitKind.ROUTINE, listed=True)
    dwelling: str = link("房屋", to="dwelling", listed=True)
    household: str = link("户", to="household", listed=True)
    head_name: str = person_name("户主")
    outcome: str = choice("走访结果", Outcome, required=True, listed=True)
    met: str = person_name("走访对象姓名", listed=True, synonyms=("走访对象",))
    met_relation: str = text("与户主关系", longest=30)
    met_phone: str = phone("联系电话")
    at_home: int | None = count("在家人数", unit="人", least=0, most=99)
    members: int | None = count("家庭人口", unit="人", least=0, most=99)
    changes: str = note("家庭基本情况变化", listed=True)
    needs: str = note("居民诉求", listed=True)
    disputes: str = note("矛盾纠纷")
    hazards: list[str] = choices("安全隐患", Hazard, listed=True)
    hazard_note: str = text("隐患说明", longest=200)
    told: list[str] = choices("政策宣传内容", Publicity)
    answer: str = note("办理措施/答复")
    passed_on: str = text("转事件编号", longest=60, synonyms=("是否转事件（事件编号）",))
    unusual: bool = flag("是否有异常")
    next_day: date | None = day("下次走访日期", listed=True)
    satisfaction: str = choice("满意度", Satisfaction, listed=True)
    photo_agreed: bool = flag("同意拍照")
    recorded_by: str = person_name("登记人", listed=True)
    recorded_at: datetime | None = moment("登记时间")
    entered_later: bool = flag("补录", listed=True)
    remark: str = note("备注")
