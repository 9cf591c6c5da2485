"""What people ask for, quarrel about, wish and warn of, and everything that was done about it."""

from datetime import date, datetime

from gridclient.blanks import Choice
from gridclient.fields import (
    Record,
    choice,
    count,
    day,
    flag,
    link,
    moment,
    names,
    note,
    person_name,
    record,
    text,
)


class MatterKind(Choice):
    """What somebody came with; the order is that of the digits at the door."""

    APPEAL = "appeal", "诉求"
    DISPUTE = "dispute", "矛盾纠纷", "纠纷"
    WISH = "wish", "微心愿", "心愿"
    ORDER = "order", "服务单", "圆单"
    SNAPSHOT = "snapshot", "随手拍"
    HAZARD = "hazard", "隐患", "安全隐患"
    OPINION = "opinion", "意见建议", "意见", "建议"


class MatterSource(Choice):
    """Where it was heard."""

    VISIT = "visit", "走访", "入户走访"
    MEETING = "meeting", "会议", "楼栋居民议事会", "居民议事会"
    HOTLINE = "hotline", "热线", "12345热线"
    CALL = "call", "来电来访", "来电", "来访"
    BOX = "box", "意见箱", "民情意见箱"
    APP = "app", "小程序", "随手拍"
    ABOVE = "above", "上级交办", "上级"
    GRID = "grid", "网格发现", "网格"


class MatterCategory(Choice):
    """What it is about; an office adds its own."""

    ESTATE = "estate", "物业管理", "物业服务", "物业"
    NEIGHBOURS = "neighbours", "邻里关系", "邻里"
    FAMILY = "family", "婚姻家庭", "家庭"
    WORKS = "works", "公共设施", "设施维修"
    CLEANING = "cleaning", "环境卫生", "卫生"
    NOISE = "noise", "噪声扰民", "噪音扰民", "噪音"
    WATER = "water", "房屋漏水", "漏水"
    PARKING = "parking", "停车出行", "停车管理", "停车"
    FIRE = "fire", "消防安全", "消防"
    SECURITY = "security", "治安"
    WELFARE = "welfare", "社保医保", "社会保障", "社保", "医保"
    HARDSHIP = "hardship", "困难求助", "困难帮扶", "救助"
    WORK = "work", "就业务工", "就业"
    SCHOOLING = "schooling", "教育", "子女教育"
    HEALTH = "health", "医疗卫生", "医疗"
    LEGAL = "legal", "法律咨询", "法律"
    TITLE = "title", "房屋产权", "产权"
    PAPERS = "papers", "户籍办理", "户籍"
    CULTURE = "culture", "文体活动"
    DOGS = "dogs", "养犬管理", "养犬"
    TRANSPORT = "transport", "公共交通"
    TELECOM = "telecom", "通信网络"
    OTHER = "other", "其他"


class MatterUrgency(Choice):
    """How soon it has to be seen to."""

    USUAL = "usual", "一般"
    URGENT = "urgent", "紧急"
    INSTANT = "instant", "特急"


class DisputeGrade(Choice):
    """How grave a dispute is."""

    BLUE = "blue", "蓝"
    YELLOW = "yellow", "黄"
    ORANGE = "orange", "橙"
    RED = "red", "红"


class DisputeCategory(Choice):
    """The nineteen lines of the monthly report on disputes, in its order."""

    FAITH = "faith", "民族宗教"
    VETERANS = "veterans", "军转干部、复退军人安置"
    LAND_TAKEN = "land_taken", "征地拆迁"
    WORKS = "works", "建筑工程质量、物业管理", "物业纠纷", "物业"
    BOUNDS = "bounds", "土地、矿产、山林、水利和界线权属", "山林土地", "房屋宅基地"
    TRADE = "trade", "经济活动", "合同", "合同纠纷", "生产经营"
    LABOUR = "labour", "劳资", "劳资纠纷", "劳动争议"
    REFORM = "reform", "企业改制"
    POLLUTION = "pollution", "环境污染、生态破坏", "环境污染"
    COURTS = "courts", "司法活动"
    OFFICES = "offices", "行政执法活动"
    SCHOOLS = "schools", "大中专院校、中小学校"
    SEA = "sea", "海事渔事"
    CADRES = "cadres", "干部作风"
    VILLAGE = "village", "村（社区）务管理"
    FARMLAND = "farmland", "农村土地承包、“三资”、农民负担"
    FAMILY = "family", "婚姻、家庭、邻里", "邻里纠纷", "婚姻家庭", "邻里"
    MEDICAL = "medical", "医患", "医疗纠纷"
    OTHER = "other", "其他", "损害赔偿"


class DisputeResult(Choice):
    """What came of a dispute."""

    SETTLED = "settled", "已化解"
    UNDER_WAY = "under_way", "正在化解"
    UNSETTLED = "unsettled", "未化解"
    HANDED_ON = "handed_on", "移交"


class MatterState(Choice):
    """How a matter stands; whether it is overdue follows from its day."""

    OPEN = "open", "待办理"
    UNDER_WAY = "under_way", "办理中", "超期办理中", "正在办理"
    DONE = "done", "已办结", "办结"


class MatterAct(Choice):
    """What was done in one step."""

    COLLECTED = "collected", "收集"
    ACCEPTED = "accepted", "受理"
    JUDGED = "judged", "研判"
    SENT = "sent", "派单"
    TAKEN = "taken", "接单"
    HANDLED = "handled", "办理"
    REPORTED = "reported", "上报"
    CONSULTED = "consulted", "会商"
    URGED = "urged", "督办"
    ANSWERED = "answered", "反馈"
    RATED = "rated", "评价"
    CALLED_BACK = "called_back", "回访"
    CLOSED = "closed", "办结"
    RETURNED = "returned", "退回"
    REOPENED = "reopened", "重新打开"


@record("事项", called="{kind_of_matter} {title}", key=("number",))
class Matter(Record, table=True):
    """A matter (事项): heard at a door, at a meeting or on the hotline, and followed until it is settled."""

    number: str = text("编号", longest=30, listed=True, searched=True)
    kind_of_matter: str = choice("类型", MatterKind, default=MatterKind.APPEAL, required=True, listed=True)
    title: str = text("标题", longest=60, required=True, listed=True, searched=True)
    state: str = choice("状态", MatterState, default=MatterState.OPEN, listed=True)
    story: str = note("内容")
    heard_on: date | None = day("收集日期", required=True, listed=True)
    source_of_matter: str = choice("来源", MatterSource, default=MatterSource.VISIT, listed=True)
    household: str = link("户", to="household", listed=True)
    dwelling: str = link("房屋", to="dwelling")
    visit: str = link("走访", to="visit")
    place: str = text("地点", longest=100)
    people: list[str] = names("当事人", listed=True)
    category: str = choice("类别", MatterCategory, listed=True)
    urgency: str = choice("紧急程度", MatterUrgency, default=MatterUrgency.USUAL, listed=True)
    first_in_charge: str = person_name("首办责任人", listed=True)
    unit: str = text("承办单位", longest=60)
    due: date | None = day("办理期限", listed=True)
    common: bool = flag("共性问题")
    closed_on: date | None = day("办结日期", listed=True)
    dispute_category: str = choice("纠纷类别", DisputeCategory, section="矛盾纠纷")
    dispute_grade: str = choice("纠纷等级", DisputeGrade, section="矛盾纠纷", synonyms=("风险等级",))
    involved: int | None = count("涉及人数", unit="人", least=0, most=99999, section="矛盾纠纷")
    leader: str = person_name("责任领导", section="矛盾纠纷", hint="包案领导")
    mediation: str = text("调解组织", longest=60, section="矛盾纠纷", hint="社区调委会，说服劝导 …")
    result: str = choice("化解结果", DisputeResult, section="矛盾纠纷")
    remark: str = note("备注")


@record("办理过程", called="{at} {act}", append_only=True)
class MatterStep(Record, table=True):
    """One step of a matter (办理过程): what was done, by whom and when. Never altered: a mistake is another step."""

    matter: str = link("事项", to="matter", required=True, listed=True)
    act: str = choice("步骤", MatterAct, default=MatterAct.HANDLED, required=True, listed=True)
    done_by: str = person_name("办理人", listed=True)
    at: datetime | None = moment("时间", required=True, listed=True)
    told: str = note("办理情况", listed=True)
    due: date | None = day("限期", listed=True)
