"""Buildings and the doors in them."""

from datetime import date
from typing import Any

from gridclient.blanks import Choice
from gridclient.fields import (
    Record,
    amount,
    choice,
    choices,
    count,
    day,
    flag,
    id_number,
    link,
    month,
    note,
    person_name,
    phone,
    record,
    rows,
    text,
)


class Use(Choice):
    """What a building is for."""

    HOUSING = "housing", "住宅", "普通住宅"
    HIGH_RISE = "high_rise", "高层住宅", "高层建筑"
    COMMERCE = "commerce", "商业", "商铺", "门市"
    OFFICE = "office", "办公"
    INDUSTRY = "industry", "工业", "厂房"
    MIXED = "mixed", "综合", "商住"
    COURTYARD = "courtyard", "院落", "村落院坝"
    OTHER = "other", "其他", "其它"


class Structure(Choice):
    """What a building is made of."""

    STEEL = "1", "钢结构", "钢"
    STEEL_CONCRETE = "2", "钢、钢筋混凝土结构", "钢·钢混"
    CONCRETE = "3", "钢筋混凝土结构", "钢混", "钢混结构", "框架"
    MIXED = "4", "混合结构", "砖混", "砖混结构", "混合"
    BRICK_WOOD = "5", "砖木结构", "砖木"
    WOOD = "6", "木结构", "木"
    SHED = "7", "简易棚"
    OTHER = "9", "其他", "其它"


class Tenure(Choice):
    """How a dwelling is lived in (ARJ codes 01–03, 99)."""

    OWN = "01", "自住", "自住房"
    RENTED = "02", "出租", "出租房"
    EMPTY = "03", "空置", "空置房", "闲置房"
    SHOP = "04", "商铺", "门面"
    COLLECTIVE = "05", "集体宿舍", "单位福利房", "集体（单位福利）房"
    OTHER = "99", "其他", "其它"


class RentUse(Choice):
    """What a rented dwelling is used for."""

    DORMITORY = "01", "宿舍"
    HOME = "02", "住房", "居住"
    SHOP = "03", "商铺", "店面"
    OFFICE = "04", "办公"
    STORE = "05", "仓库"
    PLANT = "06", "厂房", "工场"
    OTHER = "99", "其他"


class Hazard(Choice):
    """What may hurt people in a dwelling or on its stairs."""

    WIRING = "wiring", "用电线路老化", "线路老化", "插线板串接、线路老化"
    GAS = "gas", "燃气隐患", "燃气软管老化"
    CHARGING = "charging", "电动车飞线充电", "飞线充电"
    BATTERY = "battery", "电池入户充电", "电动车电池带入室内充电"
    BLOCKED = "blocked", "楼道或消防通道堵塞", "楼道堆放杂物", "消防通道堵塞"
    STUFF = "stuff", "室内堆放可燃物", "阳台堆放废品较多"
    KITCHEN = "kitchen", "厨房与卧室混用", "厨房与卧室混用，未装报警器"
    STOVE = "stove", "煤炉取暖", "老人独自使用煤炉取暖"
    OTHER = "other", "其他隐患", "其他"


class Numbering(Choice):
    """How the doors of a building are numbered."""

    FLOOR_DOOR = "floor_door", "层号+户号（1502）"
    UNIT_FLOOR_DOOR = "unit_floor_door", "单元+层号+户号（2-1502）"
    RUNNING = "running", "连续编号（1号、2号）"


@record("楼栋", called="{name}", key=("name",))
class Building(Record, table=True):
    """A building (楼栋): the stairs one steward answers for. Rural courtyards count as one building with groups."""

    estate: str = link("小区", to="org_unit", listed=True, synonyms=("所属小区",))
    grid: str = link("所属网格", to="org_unit", listed=True, synonyms=("网格",))
    number: str = text("栋号", longest=20)
    name: str = text(
        "楼栋名称",
        longest=50,
        required=True,
        listed=True,
        searched=True,
        synonyms=("楼宇名称", "所属楼栋", "楼栋"),
    )
    address: str = text("楼栋地址", longest=100, listed=True, synonyms=("楼宇地址",))
    use: str = choice("建筑用途", Use, default=Use.HOUSING, listed=True, synonyms=("楼宇类型", "类型"))
    structure: str = choice("建筑结构", Structure, listed=True)
    built: int | None = count("建成年份", least=1900, most=2100, unit="年")
    units: int | None = count(
        "单元数", default=1, least=1, most=30, listed=True, group="shape", synonyms=("楼栋单元总数",)
    )
    floors: int | None = count(
        "层数", default=6, least=1, most=120, listed=True, group="shape", synonyms=("楼栋总层数",)
    )
    doors: int | None = count("每层户数", least=1, most=60, group="shape")
    numbering: str = choice("编号规则", Numbering, default=Numbering.FLOOR_DOOR, group="shape")
    layout: list[dict[str, Any]] = rows("楼栋图", group="shape")
    owner: str = text("业主单位", longest=100, synonyms=("业主",))
    warden: str = person_name("负责人", listed=True, synonyms=("楼栋长",))
    warden_phone: str = phone("负责人电话", listed=True, synonyms=("联系电话",))
    speciality: str = text("一楼一特", longest=50, section="红色楼栋", hint="如 道德模范楼、敬老爱老楼")
    pact: bool = flag("已签楼栋公约", section="红色楼栋", listed=False)
    red_flag: str = month("流动红旗月份", section="红色楼栋")
    remark: str = note("备注")


@record("房屋", called="{unit}单元{door}", key=("building", "unit", "door"))
class Dwelling(Record, table=True):
    """A dwelling (房屋): one door. Where the paper knows no unit, ``unit`` is empty or the group of a courtyard."""

    building: str = link(
        "楼栋", to="building", required=True, listed=True, group="place", synonyms=("所属楼栋",)
    )
    unit: str = text("单元", longest=10, listed=True, group="place", synonyms=("所属单元",))
    floor: int | None = count("楼层", least=-5, most=120, unit="层", group="place", synonyms=("房屋楼层",))
    door: str = text(
        "室号", longest=20, required=True, listed=True, group="place", searched=True, synonyms=("所属房屋",)
    )
    address: str = text("详细地址", longest=120, searched=True, synonyms=("现住门（楼）详址", "地址"))
    area_m2: float | None = amount("建筑面积", unit="㎡", least=0, most=99999)
    use: str = choice("房屋用途", Use, default=Use.HOUSING)
    tenure: str = choice("使用情况", Tenure, listed=True, wanted=True, synonyms=("住房类别",))
    owner: str = person_name("产权人", listed=True, wanted=True, section="产权", synonyms=("房主", "业主"))
    owner_id: str = id_number("产权人证件号码", section="产权")
    owner_phone: str = phone("产权人电话", listed=True, section="产权", synonyms=("房主联系方式",))
    rent_use: str = choice("出租用途", RentUse, section="出租")
    rooms_let: int | None = count("出租间数", unit="间", least=0, most=200, section="出租")
    lease_until: date | None = day("租期至", section="出租")
    hazards: list[str] = choices("安全隐患", Hazard, section="安全")
    safety_letter: bool = flag("已签安全责任书", section="安全")
    remark: str = note("备注")
