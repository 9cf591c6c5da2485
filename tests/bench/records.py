"""The records every contender carries: invented households, the people in them, and visits; the same for all."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

from gridclient.fields import Record
from gridclient.records import Household, Resident, Visit
from sync.record import new_id
from sync.shape import Shape
from tests.support.people import id_number

COMMUNITY = "519901001001"
GRIDS = [
    f"{COMMUNITY}{n:03d}" for n in range(1, 6)
]  # as many however much is held: areas have a cost of their own
KINDS: tuple[type[Record], ...] = (Household, Resident, Visit)
EDITED = "remark"  # what an edit changes, in records of every kind
PER_HOME = 5  # one household, three residents, one visit

_TODAY = date(2026, 11, 20)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗单曾仇解"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
_STREETS = ("桂花巷", "新民路", "建设街", "河滨路", "三元街")
_WORK = ("第二小学", "自由职业", "农贸市场", "中心医院", "水务公司", "退休", "物流园", "在家")
_WORDS = ("水管漏水", "电梯异响", "楼道灯不亮", "子女在外务工", "老人独居", "想办老年证", "邻里噪音", "无")


def invented(size: int) -> list[Record]:
    """So many records of an invented community, each household followed by its people and its visit."""
    return list(islice(_homes(Random(7)), size))


def values_of(records: list[Record]) -> list[dict[str, Any]]:
    """The same records as JSON for whoever knows nothing of ours: id, kind, area, and every field that says something."""
    shapes = {kind.kind(): Shape(kind) for kind in KINDS}
    return [
        {"id": record.id, "kind": record.kind(), "area": record.area}
        | {
            name: value
            for name, value in shapes[record.kind()].wire(record, {}).items()
            if value not in ("", None, [])
        }
        for record in records
    ]


def _homes(dice: Random) -> Iterator[Record]:
    home = 0
    while True:
        home += 1
        yield from _home(dice, home)


def _home(dice: Random, number: int) -> Iterator[Record]:
    area = GRIDS[number % len(GRIDS)]
    surname, street = dice.choice(_SURNAMES), dice.choice(_STREETS)
    household = Household(
        area=area,
        dwelling=new_id(),
        number=f"{number:09d}",
        head_name=surname + dice.choice(_GIVEN),
        size=3,
        labels=dice.sample(["alone", "elderly", "disabled", "veteran"], dice.randrange(3)),
        steward=dice.choice(_SURNAMES) + dice.choice(_GIVEN),
        remark=dice.choice(_WORDS),
    )
    yield household
    for person in range(3):
        yield _resident(dice, household, surname, street, number * 3 + person)
    yield _visit(dice, household, number)


def _resident(dice: Random, household: Household, surname: str, street: str, number: int) -> Resident:
    sex = str(dice.randrange(1, 3))
    birth = date(1940, 1, 1) + timedelta(days=dice.randrange(28_000))
    return Resident(
        area=household.area,
        household=household.id,
        name=surname + "".join(dice.sample(_GIVEN, 2)),
        id_number=id_number(birth, sex, number),
        sex=sex,
        birth=birth,
        nation="01",
        relation=dice.choice(["02", "10", "20", "30"]),
        phones=[f"199000{number % 100_000:05d}"],
        marital=dice.choice(["10", "20"]),
        education=dice.choice(["20", "30", "60", "70"]),
        political="13",
        employer=dice.choice(_WORK),
        native_place="虚构省虚构市",
        registered_address=f"{street}{number % 300 + 1}号{number % 6 + 1}单元{number % 18 + 1:02d}02",
        remark=dice.choice(_WORDS),
    )


def _visit(dice: Random, household: Household, number: int) -> Visit:
    return Visit(
        area=household.area,
        number=f"ZF{number:08d}",
        visited_on=_TODAY - timedelta(days=dice.randrange(300)),
        hours=f"{dice.randrange(9, 17):02d}:10-{dice.randrange(9, 17):02d}:35",
        visitors=[dice.choice(_SURNAMES) + dice.choice(_GIVEN)],
        household=household.id,
        head_name=household.head_name,
        outcome="met",
        met=household.head_name,
        members=3,
        needs=dice.choice(_WORDS),
        told=dice.sample(["fraud", "fire", "gas"], 2),
        satisfaction="1",
    )
