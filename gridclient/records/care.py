"""Who is looked after, with what, and when again: service at the door, never control."""

from datetime import date

from gridclient.blanks import Choice
from gridclient.fields import Record, amount, choice, day, link, note, person_name, record, text


class CareKind(Choice):
    """Why somebody is looked after."""

    ELDERLY = "elderly", "高龄", "高龄老人"
    ALONE = "alone", "独居", "独居老人"
    DISABLED = "disabled", "残疾", "残疾人"
    HARDSHIP = "hardship", "困难", "困难家庭"
    VETERAN = "veteran", "优抚", "优抚对象"
    PREGNANT = "pregnant", "孕产", "孕产妇"
    INFANT = "infant", "婴幼儿"
    LEFT_BEHIND = "left_behind", "留守", "留守人员"
    OTHER = "other", "其他"


@record("关怀", called="{given_on} {what}", key=("resident", "given_on", "kind_of_care"))
class Care(Record, table=True):
    """A care entry (关怀): one person was helped with one thing on one day, and when somebody comes again."""

    what: str = text(
        "内容", longest=100, required=True, listed=True, searched=True, hint="量血压、送药、代缴 …"
    )
    next_day: date | None = day("下次日期", listed=True)
    resident: str = link("关怀对象", to="resident", listed=True)
    kind_of_care: str = choice("类别", CareKind, listed=True)
    given_on: date | None = day("日期", required=True, listed=True)
    given_by: str = person_name("关怀人", listed=True)
    household: str = link("户", to="household", required=True, listed=True)
    visit: str = link("走访", to="visit")
    grade: str = text("等级", longest=20, section="对象情况", hint="残疾二级、低保 …")
    certificate: str = text("证书编号", longest=40, private=True, section="对象情况")
    allowance: float | None = amount("补贴", unit="元/月", least=0, most=99999, section="对象情况")
    guardian: str = person_name("监护人", section="对象情况")
    helper: str = person_name("帮扶人", section="对象情况")
    since: date | None = day("享受开始", section="对象情况")
    until: date | None = day("享受截止", section="对象情况")
    remark: str = note("备注")
