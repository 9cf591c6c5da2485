"""The forms known here, as data: which heads they have, which columns must be there, what must be filled in.

Heads come from the declared records (label and synonyms) and from the forms themselves; :func:`best_of` picks the form
that a sheet speaks best.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gridclient.exchange.book import Table
from gridclient.exchange.columns import Head, find_head, plain
from gridclient.fields import spec_of
from gridclient.records import (
    Building,
    Dwelling,
    GridWorker,
    Matter,
    PartyCentreHousehold,
    Resident,
    Steward,
    Visit,
)
from sync.record import SyncedRecord

FAITH = "!宗教信仰不收集"
HEALTH = "!健康信息不收集"
COUNTED = "!由程序按底册计算"
ELSEWHERE = "!以居民底册为准"
SILENT = "."


@dataclass(frozen=True)
class Form:
    """One paper form: ``marks`` are words of its title, ``core`` slots it cannot be without.

    ``needs`` must be filled in each row when no head carries a star.
    """

    name: str
    title: str
    marks: tuple[str, ...]
    core: frozenset[str]
    needs: tuple[str, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Recognised:
    """One sheet whose form is known: the sheet, the form and the head found.

    ``digest`` is what the head is known by; ``words`` are slot → word as written → code, as a person settled them.
    """

    table: Table
    form: Form
    head: Head
    digest: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)


def best_of(table: Table) -> Recognised | None:
    """The sheet with the form it speaks best; None when it carries none that is known here."""
    best = max(_attempts(table), key=lambda attempt: attempt[0], default=None)
    return best[1] if best else None


def _attempts(table: Table) -> Iterable[tuple[float, Recognised]]:
    for form in FORMS:
        head = find_head(table, form.heads)
        if head is not None and form.core <= head.slots:
            above = "".join(str(cell) for row in table.rows[: head.rows[0]] for cell in row if cell)
            titled = any(mark in plain(above) or mark in table.name for mark in form.marks)
            yield head.known + 5 * titled, Recognised(table, form, head)


def _declared(table: type[SyncedRecord]) -> dict[str, str]:
    """Head → slot for the label and synonyms of every declared field that is no link."""
    spec = spec_of(table)
    fields = [f for f in spec.fields if not f.hidden and f.kind not in ("link", "links")]
    return {plain(head): f"{spec.name}.{f.name}" for f in fields for head in (f.label, *f.synonyms)}


def _spelled(**slots: str) -> dict[str, str]:
    """Head → slot from slot='head head …'; a double underscore in the keyword stands for a dot."""
    return {plain(head): slot.replace("__", ".") for slot, heads in slots.items() for head in heads.split()}


def _region(slot: str, *groups: str) -> dict[str, str]:
    """The three columns 省 · 市 · 区县 under one heading, in the spellings met."""
    parts = (("省", "省份"), ("市", "市州", "地市"), ("区县", "县(区)", "县", "市/县/区", "区"))
    return {
        plain(f"{group}/{name}"): f"{slot}.{level}"
        for group in groups
        for level, names in enumerate(parts, 1)
        for name in names
    }


_WHERE = _spelled(
    community="所属社区 社区 社区(村) 村(社区)",
    grid="所属网格 网格 网格名称",
    estate="所属小区 小区 小区名称 住址/小区 现住址/小区 现住址/小区名称",
    building="所属楼栋 楼栋 楼栋名称 楼宇名称 住址/楼栋 现住址/楼栋 现住址/幢 幢",
    building__units="楼栋单元总数 单元数",
    building__floors="楼栋总层数 总层数",
    dwelling__unit="所属单元 单元 住址/单元 现住址/单元",
    dwelling__floor="房屋楼层 楼层",
    dwelling__door="所属房屋 室号 房号 住址/室号 现住址/室 现住址/室号 室",
    household__number="户号 户编号 户口编号",
    household__head_name="户主姓名 户主",
    address="现住门(楼)详址 现住址 现居住地址 家庭住址 居住地址 住址 地址 详细地址",
    remark="备注 说明",
)
_NUMBERING = {plain(head): SILENT for head in ("序号", "编 号", "行号")}
_NOT_KEPT = {
    **{plain(head): FAITH for head in ("宗教信仰", "信仰")},
    **{plain(head): HEALTH for head in ("血型", "身高", "身高(CM)", "体重", "健康状况", "病史")},
    **{plain(head): "!电子邮箱不登记" for head in ("电子邮箱", "电子邮件")},
    plain("是否有婚育证明"): "!婚育证明不登记",
    plain("所在楼栋中心点"): "!地图坐标不登记",
}
_PERSON = {
    **_declared(Resident),
    **_WHERE,
    **_spelled(
        resident__name="姓名 人员姓名 居民姓名",
        resident__population="人口类型",
        sort_of_home="户类别",
        resident__phones="联系电话 联系手机 住宅电话 固定电话 联系方式 手机 电话 家庭电话 联系方式/手机 联系方式/固定电话",
        resident__relation="与户主关系 户主关系 与户主的关系",
        resident__education="文化水平",
        resident__birth="出生年月日",
        household_titles="家庭称号",
        five_good="家庭称号/五好家庭",
        peaceful="家庭称号/平安家庭",
        stay="临时居所",
        head_id="户主公民身份号码 户主身份证号码 户主身份证号",
    ),
    **_region("registered", "户籍地", "户籍所在地", "户籍地址"),
    **_region("away_to", "外出去向"),
    **_region("inflow_from", "流入来源"),
    **_NUMBERING,
    **_NOT_KEPT,
}

_MATTER = {
    **_WHERE,
    **_declared(Matter),
    **_spelled(matter__number="编号", matter__remark="备注", address="住址 地址"),
    plain("联系电话"): ELSEWHERE,
    plain("序号"): SILENT,
}

FORMS: tuple[Form, ...] = (
    Form(
        "population",
        "实有人口一张表",
        ("实有人口",),
        frozenset({"resident.name", "resident.id_number", "household.number", "building", "dwelling.door"}),
        ("resident.name", "resident.id_number", "household.number"),
        _PERSON,
    ),
    Form(
        "registered",
        "户籍人口登记表",
        ("户籍人口",),
        frozenset({"resident.name", "resident.id_number", "household.number", "resident.presence"}),
        ("resident.name", "resident.id_number"),
        _PERSON,
    ),
    Form(
        "floating",
        "流动人口登记表",
        ("流动人口",),
        frozenset({"resident.name", "resident.id_number", "resident.inflow_reason"}),
        ("resident.name", "resident.id_number"),
        _PERSON,
    ),
    Form(
        "people",
        "居民花名册",
        ("花名册", "摸底表", "登记表", "人员"),
        frozenset({"resident.name", "resident.id_number"}),
        ("resident.name", "resident.id_number"),
        _PERSON,
    ),
    Form(
        "buildings",
        "楼宇信息登记表",
        ("楼宇信息",),
        frozenset({"building.name", "building.warden"}),
        ("building.name",),
        _declared(Building) | _spelled(grid="所属网格 网格", estate="所属小区 小区") | _NUMBERING,
    ),
    Form(
        "dwellings",
        "住房信息登记表",
        ("住房信息", "房屋信息", "出租房"),
        frozenset({"dwelling.door", "dwelling.tenure"}),
        ("dwelling.door", "dwelling.tenure"),
        _declared(Dwelling)
        | _WHERE
        | _spelled(
            estate="住房地址/小区/地址 小区/地址 小区",
            building="住房地址/幢 所属楼栋 楼栋 幢",
            dwelling__unit="住房地址/单元 所属单元 单元",
            dwelling__door="住房地址/室 所属房屋 室号 房号 室",
            dwelling__tenure="住房类别 使用情况",
            dwelling__owner="房主姓名\\法人代表 房主姓名 房主 产权人",
            dwelling__owner_id="(房主\\法人)身份证号码 房主身份证号码",
            dwelling__owner_phone="(房主\\法人)手机 房主手机 房主电话",
            dwelling__area_m2="住房面积 面积",
            dwelling__remark="备注",
            building__structure="住房结构",
            hazards_told="隐患情况",
            owning_unit="所属单位",
            unit_phone="(房主\\单位)电话",
        )
        | {
            plain(head): "!水电气暖不登记"
            for head in ("基础设施/水", "基础设施/电", "基础设施/气", "基础设施/暖")
        }
        | {plain(head): ELSEWHERE for head in ("户号", "户编号", "户口编号", "户主姓名", "户主")}
        | {plain("出租房档案号"): "!出租房档案号不登记", plain("隐患等级"): "!只记隐患是哪一类"}
        | {plain("房间数"): "!只记出租间数", plain("实住人数"): COUNTED, plain("住房地址类型"): SILENT}
        | {plain("住房地址/住房地址类型"): SILENT, plain("住房编号"): SILENT, plain("序号"): SILENT},
    ),
    Form(
        "grid_workers",
        "网格员信息登记表",
        ("网格员",),
        frozenset({"grid_worker.name", "grid_worker.engagement"}),
        ("grid_worker.name",),
        _declared(GridWorker) | _spelled(grid="所属网格 网格") | _NUMBERING,
    ),
    Form(
        "centres",
        "党员中心户登记表",
        ("党员中心户",),
        frozenset({"party_centre_household.number", "party_centre_household.head_name"}),
        ("party_centre_household.number", "party_centre_household.head_name"),
        _declared(PartyCentreHousehold)
        | _WHERE
        | _spelled(
            party_centre_household__head_name="户主(党员)姓名 户主姓名",
            party_centre_household__remark="备注",
            party_member__joined="入党时间",
            group="楼栋党小组 党小组",
            branch="审定支部 党支部",
            paired="联系群众户(户号)",
            paired_count="联系群众户数",
            centre_activity__yearly="今年活动次数",
            centre_activity__held_on="最近活动日期",
            centre_activity__theme="最近活动主题",
            centre_activity__attendance="最近参加人数",
            centre_activity__opinions="收集意见数",
            centre_activity__settled="办结数",
        )
        | {plain("性别"): ELSEWHERE, plain("出生年月"): ELSEWHERE}
        | {plain("序号"): SILENT},
    ),
    Form(
        "visits",
        "走访登记表",
        ("走访登记", "入户走访"),
        frozenset({"visit.visited_on", "visit.outcome"}),
        ("visit.visited_on", "visit.outcome"),
        _WHERE
        | _declared(Visit)
        | _spelled(
            household__number="户号 户编号",
            visit__head_name="户主 户主姓名",
            visit__visitors="走访人 走访人(网格员)",
            present="在家人数/家庭人口",
            visit__passed_on="是否转事件 转事件编号",
            visit__remark="备注",
            document="证件号码 身份证号码 公民身份号码",
        )
        | {plain("被访人签字"): "!签字留在纸上", plain("走访人签字"): "!签字留在纸上", plain("序号"): SILENT},
    ),
    Form(
        "stewards",
        "楼栋长花名册",
        ("楼栋长", "单元长", "联户长"),
        frozenset({"steward.name", "steward.selection"}),
        ("steward.name",),
        _WHERE
        | _declared(Steward)
        | _spelled(group="楼栋党小组 党小组", steward__address="住址", steward__remark="备注")
        | {plain("片区"): "!网格树里没有片区这一层", plain("户数"): COUNTED, plain("人数"): COUNTED}
        | {plain("序号"): SILENT},
    ),
    Form(
        "joint",
        "十户联防分组信息登记表",
        ("十户联防",),
        frozenset({"steward.name", "group_name"}),
        ("steward.name", "group_name"),
        _spelled(
            grid="所属网格 网格",
            group_number="分组编号",
            group_name="分组名称",
            steward__households="户数",
            steward__name="联户长 联户长姓名",
            document="联户长证件号 联户长身份证号码",
        )
        | {plain("所属接警中心"): "!接警中心由公安登记"}
        | _NUMBERING,
    ),
    Form(
        "appeals",
        "诉求登记台账",
        ("诉求登记", "诉求台账"),
        frozenset({"matter.heard_on", "matter.story", "matter.category"}),
        ("matter.heard_on", "matter.story"),
        _MATTER
        | _spelled(
            matter__heard_on="登记日期 收集日期",
            matter__category="诉求类别",
            matter__story="诉求内容",
            matter__unit="承办单位/承办人 承办单位",
            matter__due="办理时限 办理期限",
            matter__common="是否共性诉求 共性诉求",
            visit_number="走访编号",
            party="诉求人",
            recorder="登记人",
            judged="研判去向",
            done="办理情况",
            called_back_by="回访方式",
            called_back_on="回访日期",
            content="满意度",
        ),
    ),
    Form(
        "disputes",
        "矛盾纠纷排查化解台账",
        ("矛盾纠纷",),
        frozenset({"matter.heard_on", "matter.title", "matter.dispute_grade"}),
        ("matter.heard_on", "matter.title"),
        _MATTER
        | _spelled(
            matter__number="纠纷编号",
            matter__heard_on="排查日期",
            matter__title="纠纷名称",
            matter__dispute_category="类别 纠纷类别",
            matter__story="简要情况",
            matter__unit="责任单位",
            matter__first_in_charge="化解责任人",
            matter__due="化解时限",
            matter__closed_on="化解日期",
            visit_number="来源(走访编号)",
            party="当事人甲",
            other_party="当事人乙",
            address="甲住址",
            recorder="排查人",
            mediation="调解组织",
            mediation_way="调解方式",
            done="化解措施及进展",
            called_back="回访情况",
        )
        | {
            plain(head): ELSEWHERE
            for head in ("甲性别", "甲年龄", "甲电话", "乙性别", "乙年龄", "乙住址", "乙电话")
        }
        | {plain("规模"): "!由涉及人数看出"},
    ),
)
