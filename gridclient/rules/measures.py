"""What an office reports of a month: every figure with its definition, in the order of the report. Pure.

The facts behind them are read by ``gridclient/store/months.py``; ``docs/figures.md`` says what cannot be known.
"""

from collections.abc import Callable, Iterator

from gridclient.records.matter import MatterKind
from gridclient.records.people import HouseholdKind, LeftHow, PopulationKind
from gridclient.records.visit import Outcome
from gridclient.rules.due import EFFECTIVE
from gridclient.rules.months import (
    Count,
    Measure,
    added,
    came,
    closed_share,
    late,
    reached_share,
    there,
    went,
    whom,
)

MET = tuple(sorted(EFFECTIVE))
BORN, CARED = "born", "cared"  # tags of residents: begun with their birth; with a care label
PEOPLE = {
    PopulationKind.REGISTERED: "户籍人口",
    PopulationKind.FLOATING: "流动人口",
    PopulationKind.ABROAD: "境外人员",
    PopulationKind.UNREGISTERED: "未落户人员",
}
MATTERS = {
    MatterKind.APPEAL: ("诉求", "件"),
    MatterKind.DISPUTE: ("矛盾纠纷", "起"),
    MatterKind.HAZARD: ("隐患", "处"),
    MatterKind.WISH: ("微心愿", "个"),
}


def _of(family: str, unit: str, kind: str) -> Callable[..., Measure]:
    """Makes the measures of a family; most have one unit and list one kind."""

    def one(
        name: str,
        words: str,
        count: Count,
        says: str,
        *,
        unit: str = unit,
        kind: str = kind,
        standing: bool = False,
    ) -> Measure:
        return Measure(name, family, words, unit, kind, says, count, standing)

    return one


def _homes() -> Iterator[Measure]:
    one = _of("户", "户", "household")
    ended = "期末那天在册的户；整户迁出、租客搬走、并户的，从那天起不算。"
    yield one("homes", "总户数", there("homes"), ended, standing=True)
    for kind in (HouseholdKind.REGISTERED, HouseholdKind.FLOATING):
        says = f"总户数里户类别是{kind.label}的。"
        yield one(f"homes_{kind.value}", kind.label, there("homes", kind.value), says, standing=True)
    yield one("homes_new", "新增户", came("homes"), "这一期立户、分户、租客入住的户，按变动日期。")
    yield one("homes_gone", "减少户", went("homes"), "这一期整户迁出、租客搬走、并户的户，按变动日期。")


def _people() -> Iterator[Measure]:
    one = _of("人口", "人", "resident")
    everybody = "期末那天在册的人，从离开日期那天起不算；没有入住、流入日期的看作一直都在。"
    yield one("people", "实有人口", there("people"), everybody, standing=True)
    for kind, words in PEOPLE.items():
        says = f"实有人口里人口类型是{kind.label}的。"
        yield one(kind.value, words, there("people", kind.value), says, standing=True)
    new = "这一期迁入、出生、流入的人，按入住日期、流入时间或变动日期。"
    yield one("people_new", "新增人口", came("people"), new)
    yield one("born", "其中：出生", came("people", BORN), "新增人口里办了出生的。")
    yield one("people_gone", "减少人口", went("people"), "这一期迁出和去世的人，按离开日期。")
    yield one("died", "其中：去世", went("people", LeftHow.DIED.value), "减少人口里去世的。")


def _rented() -> Iterator[Measure]:
    one = _of("出租房", "套", "dwelling")
    back = "期末那天出租的房屋；以前的月份按登记过的租客入住、搬走往回推。"
    yield one("rented", "出租房", there("rented"), back, standing=True)
    yield one("rented_new", "新增出租", came("rented"), "这一期开始出租的房屋，按租客入住日期。")
    yield one("rented_ended", "停止出租", went("rented"), "这一期租客搬走后不再出租的房屋，按租客搬走日期。")


def _visits() -> Iterator[Measure]:
    one = _of("走访", "次", "visit")
    yield one(
        "visits",
        "走访次数",
        came("visits"),
        "这一期每一次敲门或联系，不论结果，按走访日期；补录的也按走访日期。",
    )
    for outcome in Outcome:
        says = f"走访次数里结果是{outcome.label}的。"
        yield one(f"visits_{outcome.value}", f"其中：{outcome.label}", came("visits", outcome.value), says)
    says = "这一期见面或电话联系上的户，一户只算一次。"
    yield one("visited", "走访户数", whom("visits", "homes", *MET), says, unit="户", kind="household")
    says = "期末在册的户里，这一期见面或电话联系上的占多少。"
    yield one(
        "visited_share", "走访率", reached_share("visits", "homes", *MET), says, unit="%", kind="household"
    )


def _matters(kind: MatterKind, family: str, unit: str) -> Iterator[Measure]:
    one, code = _of(family, unit, "matter"), kind.value
    yield one(f"{code}_new", "新增", came("matters", code), f"这一期收集到的{family}，按收集日期。")
    closed = f"这一期办结的{family}，包括以前收集的，按办结日期。"
    yield one(f"{code}_closed", "办结", went("matters", code), closed)
    closed = "这一期办结的，占期初没办结的与这一期新增的合计。"
    yield one(f"{code}_share", "办结率", closed_share("matters", code), closed, unit="%")
    if kind == MatterKind.WISH:  # nobody asks how late a wish is
        return
    still = "期末那天还没有办结的。"
    yield one(f"{code}_open", "期末未办结", there("matters", code), still, standing=True)
    still = "期末未办结里，办理期限已过的。"
    yield one(f"{code}_late", "其中：超期", late("matters", code), still, standing=True)


def _centres() -> Iterator[Measure]:
    one = _of("党员中心户", "次", "centre_activity")
    standing = "期末那天没有撤销的；按审定日期起算，到撤销日期为止。"
    yield one(
        "centres",
        "中心户",
        there("centres"),
        standing,
        unit="户",
        kind="party_centre_household",
        standing=True,
    )
    yield one("activities", "活动", came("activities"), "这一期在中心户开展的活动，按活动日期。")
    for name, words, unit in (
        ("attendance", "参加人次", "人次"),
        ("opinions", "收集意见", "条"),
        ("settled", "办结意见", "条"),
    ):
        yield one(name, words, added("activities", name), f"这一期各次活动登记的{words}相加。", unit=unit)


def _care() -> Iterator[Measure]:
    one = _of("关怀", "人", "resident")
    cared = "期末在册、现在有关怀标签的人；标签以前有没有，查不到。"
    yield one("cared", "关怀对象", there("people", CARED), cared, standing=True)
    yield one("care", "关怀次数", came("care"), "这一期登记的关怀，按关怀日期。", unit="次", kind="care")
    yield one("cared_for", "关怀到的人", whom("care", "people"), "这一期登记过关怀的人，一人只算一次。")


MEASURES: tuple[Measure, ...] = (
    *_homes(),
    *_people(),
    *_rented(),
    *_visits(),
    *(measure for kind, (family, unit) in MATTERS.items() for measure in _matters(kind, family, unit)),
    *_centres(),
    *_care(),
)
