"""Makes the sample community that ships in ``resources/sample``: 桃溪社区, invented from one seed.

``python -m tests.support.sample resources/sample`` writes its workbooks in the usual office forms. Nobody in them
exists: identity numbers use a division code that is not in use (5199..), telephone numbers a block that is not given out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
import random
import sys
from typing import Any

import xlsxwriter

from tests.support.sample_heads import HEADS

COMMUNITY, SUBDISTRICT = "桃溪社区", "青山街道"
TODAY = date(2026, 11, 20)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
MALE = "建国志强文斌海涛永福家明世杰伟东立军少华国栋晓峰振宇浩然子轩俊熙宇航泽楷"
FEMALE = "秀英桂兰淑珍丽华玉梅晓燕雅婷思雨佳怡欣悦子涵梓萱若曦雨桐诗涵美玲春花"
BUILDINGS = (
    ("桃溪苑1栋", "第一网格", 3, 6, 2),
    ("桃溪苑2栋", "第一网格", 2, 11, 2),
    ("桃溪苑3栋", "第二网格", 1, 18, 2),
)
WORKERS = (("第一网格", "宋晓燕", "女", date(1989, 4, 12)), ("第二网格", "陆志强", "男", date(1983, 9, 3)))
OUTCOMES = ("见面",) * 13 + ("无人",) * 4 + ("改约",) * 2 + ("拒访",)


@dataclass
class Person:
    """One invented resident."""

    name: str
    sex: str
    birth: date
    number: str
    relation: str
    phone: str = ""
    political: str = "群众"


@dataclass
class Home:
    """One invented household behind one door."""

    building: tuple[str, str, int, int, int]
    unit: int
    floor: int
    door: str
    number: str
    floating: bool = False
    people: list[Person] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.building[0]}{self.unit}单元{self.door}室"


class Maker:
    """Draws everything from one random source, so that the same seed makes the same community."""

    def __init__(self, seed: int = 20261120) -> None:
        self.random = random.Random(seed)
        self.serial = 100
        self.phones = 19900090000

    def identity(self, birth: date, sex: str) -> str:
        """An 18-digit number with a right check digit (GB 11643) and a division that is not in use."""
        self.serial += 2
        order = self.serial % 900 + (1 if sex == "男" else 0)
        body = f"519905{birth:%Y%m%d}{order:03d}"
        total = sum(int(c) * (2 ** (17 - i) % 11) for i, c in enumerate(body))
        return body + "10X98765432"[total % 11]

    def person(self, relation: str, sex: str, age: int, surname: str = "") -> Person:
        birth = TODAY.replace(day=1) - timedelta(days=age * 365 + self.random.randrange(360))
        pool = MALE if sex == "男" else FEMALE
        at = self.random.randrange(0, len(pool) - 1, 2)
        name = (surname or self.random.choice(SURNAMES)) + pool[at : at + self.random.choice((1, 2, 2))]
        one = Person(name, sex, birth, self.identity(birth, sex), relation)
        if 14 <= age <= 82:
            self.phones += self.random.randrange(3, 40)
            one.phone = str(self.phones)
        return one

    def family(self) -> Iterator[Person]:
        age = self.random.randrange(28, 84)
        head = self.person("户主", self.random.choice("男男女"), age)
        if self.random.random() < 0.16:
            head.political = "中国共产党党员"
        yield head
        if age < 78 and self.random.random() < 0.75:
            yield self.person("配偶", "女" if head.sex == "男" else "男", age - self.random.randrange(-2, 4))
        for _ in range(self.random.choice((0, 1, 1, 2)) if age < 60 else 0):
            yield self.person(
                "子女", self.random.choice("男女"), max(0, age - 27 - self.random.randrange(5)), head.name[0]
            )
        if age < 55 and self.random.random() < 0.15:
            yield self.person("父母", self.random.choice("男女"), age + 26, head.name[0])

    def homes(self) -> list[Home]:
        homes = []
        for nth, building in enumerate(BUILDINGS, 1):
            doors = [
                (u, f, d)
                for u in range(1, building[2] + 1)
                for f in range(1, building[3] + 1)
                for d in (1, 2)
            ]
            lived = [door for door in doors if self.random.random() < 0.9]
            for order, (unit, floor, door) in enumerate(lived, 1):
                home = Home(
                    building,
                    unit,
                    floor,
                    f"{floor}{door:02d}",
                    f"{1 + (building[1] == '第二网格'):02d}{nth:02d}{order:05d}",
                )
                home.floating = self.random.random() < 0.12
                home.people = list(self.family())
                homes.append(home)
        return homes


def roster(homes: list[Home]) -> list[list[Any]]:
    """The rows of 实有人口一张表."""
    rows = []
    for home in homes:
        name, grid, units, floors, _ = home.building
        for one in home.people:
            far = "江南省云水市白鹭区" if home.floating else "江南省云水市青山区"
            here = f"{SUBDISTRICT}{COMMUNITY}{home.address}"
            rows.append(
                [one.name, "流动" if home.floating else "户籍", one.sex, one.birth, one.number, one.phone, "汉族", far[:5],
                 "已婚" if one.relation in ("户主", "配偶") else "未婚", one.political, education(one), "", "",
                 f"{far}长堤路{int(home.number) % 90 + 1}号" if home.floating else here, here, "是", COMMUNITY, grid, name,
                 str(units), str(home.unit), str(floors), str(home.floor), home.door, home.number, far,
                 home.people[0].number, ""]
            )  # fmt: skip
    return rows


def education(one: Person) -> str:
    """What somebody born then usually has: 文化程度 as the roster writes it."""
    age = TODAY.year - one.birth.year
    grades = (
        (3, "学龄前"),
        (12, "小学"),
        (15, "初中"),
        (18, "高中"),
        (22, "大专"),
        (40, "大学本科"),
        (58, "高中"),
        (70, "初中"),
    )
    return next((words for limit, words in grades if age <= limit), "小学")


def relation(one: Person, home: Home) -> str:
    """The relation to the head, with 子 and 女 told apart."""
    if one.relation == "子女":
        return "子" if one.sex == "男" else "女"
    return one.relation if one.relation != "父母" else ("父亲" if one.sex == "男" else "母亲")


def registered(homes: list[Home]) -> list[list[Any]]:
    """The rows of 户籍人口登记表: who is what to the head of the household."""
    return [
        [one.name, home.building[1], one.sex, one.birth, one.number, home.number, relation(one, home), "汉族",
         one.political, education(one), "已婚" if one.relation in ("户主", "配偶") else "未婚", "人户同在",
         f"{SUBDISTRICT}{COMMUNITY}{home.address}", one.phone]
        for home in homes if not home.floating for one in home.people
    ]  # fmt: skip


def stewards(homes: list[Home]) -> list[list[Any]]:
    """The rows of 楼栋长花名册: one steward a building, living in it."""
    rows = []
    for nth, building in enumerate(BUILDINGS, 1):
        inside = [home for home in homes if home.building == building]
        home = next(home for home in inside if home.people[0].relation == "户主" and home.people[0].phone)
        one = home.people[0]
        rows.append(
            [nth, COMMUNITY, building[1], building[0], building[2], len(inside), sum(len(h.people) for h in inside),
             one.name, one.sex, "汉族", f"{one.birth:%Y-%m}", one.political, education(one), one.phone, home.address,
             "楼栋长", "组织提名+群众推选", "2024-03", len(inside), "否" if one.political == "群众" else "是", "否", "是", 100, ""]
        )  # fmt: skip
    return rows


def centres(homes: list[Home]) -> list[list[Any]]:
    """The rows of 党员中心户登记表: party heads, each in touch with six neighbours of the same building."""
    rows: list[list[Any]] = []
    taken: set[str] = set()
    for home in homes:
        head = home.people[0]
        if head.political == "群众" or home.number in taken or len(rows) == 6:
            continue
        near = [
            h.number for h in homes if h.building == home.building and h.number not in taken | {home.number}
        ][:6]
        taken |= {*near, home.number}
        order = len(rows) + 1
        group = f"{'一二三'[BUILDINGS.index(home.building)]}"
        rows.append(
            [f"ZXH-{order:03d}", home.building[1], f"第{group}楼栋党小组", head.name, head.sex, f"{head.birth:%Y-%m}",
             f"{head.birth.year + 24}-07", head.phone, home.address, home.number, "党小组推荐、党支部审定", "桃溪苑党支部",
             date(2025, 6, 20), date(2025, 7, 1), f"2025-{order:02d}", 1, 3, len(near), "、".join(near),
             "自家客厅，有电视机", head.name, 4, date(2026, 10, 16), "楼道堆物清理议事", 9, 5, 4, "合格", "正常", ""]
        )  # fmt: skip
    return rows


def visits(maker: Maker, homes: list[Home]) -> list[list[Any]]:
    """The rows of 入户走访登记表 of the last two months, a few doors every evening."""
    rows = []
    workers = {grid: name for grid, name, *_ in WORKERS}
    for order, home in enumerate(maker.random.sample(homes, 60), 1):
        on = date(2026, 9, 21) + timedelta(days=order)
        outcome = maker.random.choice(OUTCOMES)
        met = outcome == "见面"
        head = home.people[0]
        worker = workers[home.building[1]]
        rows.append(
            [f"ZF{on:%Y%m}-{order:04d}", on, "19:10-19:22", worker, "", "入户", "日常", home.building[1], home.number,
             home.address, head.name, head.name if met else "", "本人" if met else "", head.phone,
             f"1/{len(home.people)}" if met else "", outcome, "无变化" if met else "", "", "", "",
             "反诈宣传" if met else "", "", "", "否", on + timedelta(days=180 if met else 3), "满意" if met else "",
             head.name if met else "", worker, "程雅婷", datetime(on.year, on.month, on.day, 20, 30),
             "" if met else "已贴联系卡"]
        )  # fmt: skip
    return rows


def community() -> dict[str, tuple[list[list[Any]], list[list[Any]]]]:
    """Every workbook of the sample: file stem → (head rows, body rows)."""
    maker = Maker()
    homes = maker.homes()
    unit = [
        [
            "填报单位：",
            "江南省",
            "省*",
            "云水市",
            "市*",
            "青山区",
            "市/县/区*",
            SUBDISTRICT,
            "乡镇/街道*",
            COMMUNITY,
            "社区/村*",
        ]
    ]
    office = f"填报单位：{SUBDISTRICT}{COMMUNITY}    填报日期：2026年11月20日    填报人：程雅婷"
    wardens = {home.building[0]: home.people[0] for home in reversed(homes)}
    buildings = [
        [name, grid, f"{SUBDISTRICT}{COMMUNITY}{name}", "钢筋混凝土结构", "高层建筑" if floors > 6 else "普通住宅",
         "桃溪苑业主委员会", wardens[name].name, wardens[name].phone]
        for name, grid, _units, floors, _doors in BUILDINGS
    ]  # fmt: skip
    workers = [
        [
            name,
            grid,
            maker.identity(birth, sex),
            sex,
            birth,
            str(19900099001 + nth),
            "专职",
            "群众",
            "大专",
            date(2022, 3, 1),
            "",
        ]
        for nth, (grid, name, sex, birth) in enumerate(WORKERS)
    ]
    return {
        "楼宇信息登记表": (
            [["1.0", "楼宇信息登记表"], [], *unit, [], HEADS["楼宇信息登记表"], []],
            buildings,
        ),
        "网格员信息登记表": (
            [["1.0", "网格员信息登记表"], [], *unit, [], HEADS["网格员信息登记表"], []],
            workers,
        ),
        "实有人口一张表": ([["实有人口数据"], HEADS["实有人口一张表"]], roster(homes)),
        "户籍人口登记表": (
            [["1.0", "户籍人口登记表"], [], *unit, [], HEADS["户籍人口登记表"], []],
            registered(homes),
        ),
        "楼栋长花名册": ([["楼栋长花名册"], [office], HEADS["楼栋长花名册"]], stewards(homes)),
        "党员中心户登记表": ([["党员中心户登记表"], [office], HEADS["党员中心户登记表"]], centres(homes)),
        "走访登记表": ([["入户走访登记表"], [office], HEADS["走访登记表"]], visits(maker, homes)),
    }


def write(folder: Path) -> list[Path]:
    """Write the workbooks; the same seed gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder / f"{stem}.xlsx", [*heads, *body]) for stem, (heads, body) in community().items()]


def _write(path: Path, rows: list[list[Any]]) -> Path:
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": path.stem, "created": datetime(2026, 11, 20)})
    page = book.add_worksheet(path.stem)
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return path


if __name__ == "__main__":
    write(Path(sys.argv[1]))
