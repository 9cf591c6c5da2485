"""Where things belong: the grid tree 街道 → 社区 → 小区 → 网格 → 微网格, and the people who work it."""

from datetime import date

from gridclient.blanks import Choice
from gridclient.fields import (
    Record,
    choice,
    count,
    day,
    flag,
    id_number,
    link,
    note,
    person_name,
    phone,
    record,
    text,
)
from gridclient.records.codes import Education, Politics, Sex


class Level(Choice):
    """The rungs of the grid tree; a 楼栋 hangs from any of the lower three."""

    SUBDISTRICT = "subdistrict", "街道", "乡镇", "街道（乡镇）"
    COMMUNITY = "community", "社区", "村", "社区（村）"
    ESTATE = "estate", "小区", "片区"
    GRID = "grid", "网格"
    MICROGRID = "microgrid", "微网格"


class GridKind(Choice):
    """城市, 农村 or 专属网格 (GB/T 34300-2017)."""

    URBAN = "1", "城市网格", "城市"
    RURAL = "2", "农村网格", "农村"
    SPECIAL = "3", "专属网格", "专属"


class EstateKind(Choice):
    """What sort of estate it is; visits and improvements are planned by it."""

    OLD = "old", "老旧型", "老旧小区", "老旧"
    NEW = "new", "新建型", "新建小区", "新建"
    BUSINESS = "business", "商圈型", "商圈"
    RESETTLED = "resettled", "易地搬迁安置型", "安置小区", "易地搬迁"
    VILLAGE = "village", "村落院坝", "农村院落"


@record("组织单元", called="{name}", key=("level", "name", "parent"))
class OrgUnit(Record, table=True):
    """One unit of the grid tree (组织单元): its code is the area that its records carry.

    Codes follow GB/T 10114: 12 digits of the community, 3 of the grid, 2 of the micro-grid.
    """

    code: str = text(
        "区划编码", longest=20, listed=True, index=True, hint="社区12位，网格再加3位，微网格再加2位"
    )
    name: str = text("名称", longest=50, required=True, listed=True, searched=True)
    level: str = choice("层级", Level, default=Level.GRID, required=True, listed=True)
    parent: str = link("上级单元", to="org_unit", listed=True)
    kind_of_grid: str = choice("网格类型", GridKind)
    estate_kind: str = choice("小区类型", EstateKind)
    brand: str = text("品牌", longest=50, hint="一社区一品牌")
    boundary: str = note("四至范围")
    remark: str = note("备注")


class Engagement(Choice):
    """Whether working the grid is somebody's job."""

    FULL_TIME = "full", "专职"
    PART_TIME = "part", "兼职"


@record("网格员", called="{name}", key=("id_number", "name"))
class GridWorker(Record, table=True):
    """A grid worker (网格员): who answers for which grids, and how he or she grew in the work."""

    name: str = person_name("姓名", required=True, listed=True, searched=True)
    grid: str = link("所属网格", to="org_unit", listed=True, synonyms=("网格",))
    areas: str = text("负责区划", longest=200, hint="负责多个网格时填各网格编码，用顿号隔开")
    id_number: str = id_number("身份证号码", searched=True)
    sex: str = choice("性别", Sex, listed=True)
    birth: date | None = day("出生年月", synonyms=("出生日期",))
    phone: str = phone("联系电话", listed=True, searched=True, wanted=True)
    engagement: str = choice(
        "专兼职情况", Engagement, default=Engagement.FULL_TIME, listed=True, synonyms=("专兼职",)
    )
    head: bool = flag("网格长", listed=True)
    political: str = choice("政治面貌", Politics, listed=True)
    education: str = choice("文化程度", Education)
    since: date | None = day("登记时间", listed=True, synonyms=("任职时间",))
    training: str = note("培训情况", section="成长")
    honours: str = note("表彰情况", section="成长")
    promotion: str = note("晋升情况", section="成长")
    remark: str = note("备注")


class SettingScope(Choice):
    """Which list an office may extend: the code is the list's own name."""

    CARE = "CareLabel", "关怀标签"
    TOPIC = "Publicity", "政策宣传内容"
    HAZARD = "Hazard", "安全隐患"


@record("字典项", called="{words}", key=("dictionary", "code"))
class DictionaryEntry(Record, table=True):
    """One answer an office adds to a list on which the standards are silent (字典项)."""

    dictionary: str = choice("字典", SettingScope, required=True, listed=True)
    code: str = text("代码", longest=20, required=True, listed=True)
    words: str = text("名称", longest=30, required=True, listed=True)
    national_code: str = text("国标代码", longest=20, listed=True)
    order: int | None = count("顺序", least=0, most=9999)
    retired: bool = flag("停用", listed=True)
