"""A sheet an office has been at makes the records the clean one makes: any order, any heads, any usual way of writing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from gridclient.exchange.book import Book, Table, squared
from gridclient.exchange.columns import plain
from gridclient.exchange.forms import FORMS
from gridclient.exchange.mapping import Mapping, from_file, matched, to_file
from gridclient.exchange.moved import Terms
from gridclient.exchange.rehearsal import rehearse
from gridclient.exchange.writing import commit
from gridclient.fields import RECORDS
from sync.replica import Replica
from tests.unit.exchange.conftest import TODAY, opened
from tests.unit.exchange.workbooks import COMMUNITY, HOME, numbered

HEADS = (
    "姓名", "人口类型", "公民身份号码", "联系方式", "民族", "籍贯", "政治面貌", "服务处所", "是否常住", "现住门（楼）详址",
    "所属网格", "所属楼栋", "所属单元", "所属房屋", "户号", "户主公民身份号码", "出生日期",
)  # fmt: skip
POPULATION = FORMS[0].heads
STAMPED = {"id", "ver", "stamps", "created_at", "updated_at", "updated_by"}
NAMED = {
    "resident": "id_number",
    "household": "number",
    "dwelling": "address",
    "building": "name",
    "org_unit": "name",
}
DITTO = ("同上", "〃")
Someone = dict[str, Any]


def community(chance: Random) -> list[Someone]:
    """Some households of invented people, each behind a door of its own."""
    people: list[Someone] = []
    for home in range(chance.randint(1, 3)):
        building = chance.randint(1, 2)
        place = {
            "所属楼栋": f"桃苑{building}栋",
            "所属网格": ("第一网格", "第二网格")[building - 1],
            "所属单元": "1",
        }
        place |= {
            "所属房屋": f"{home + 1}01",
            "户号": f"01010000{home}",
            "人口类型": "户籍",
            "是否常住": "是",
        }
        place |= {
            "现住门（楼）详址": f"桃苑{building}栋1单元{home + 1}01室",
            "户主公民身份号码": numbered(home * 9),
        }
        for serial in range(home * 9, home * 9 + chance.randint(1, 3)):
            own = {
                "姓名": f"赵某{'甲乙丙'[serial % 3]}",
                "公民身份号码": numbered(serial),
                "出生日期": date(1980, 2, 14),
            }
            told = {"民族": ("汉族", "彝族"), "籍贯": ("", "四川"), "政治面貌": ("群众", "中国共产党党员")}
            words = {head: chance.choice(choices) for head, choices in told.items()}
            phone = {"联系方式": f"19900000{serial:03d}", "服务处所": chance.choice(["", "桃溪小学"])}
            people.append(place | own | words | phone)
    return people


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def unseen(text: str) -> str:
    return text[:1] + "\u200b" + text[1:] + "\ufeff"


def _as_days(day: date) -> list[Any]:
    words = [f"{day:%Y-%m-%d}", f"{day:%Y.%m.%d}", f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"]
    return [day, int(f"{day:%Y%m%d}"), wide(words[0]), *words]


WAYS: dict[str, Callable[[str], list[Any]]] = {
    "公民身份号码": lambda v: [
        v.lower(),
        wide(v),
        f"'{v}",
        f"{v[:6]} {v[6:14]} {v[14:]}",
        f'="{v}"',
        unseen(v),
    ],
    "户主公民身份号码": lambda v: [v.lower(), wide(v), f"‘{v}", unseen(v)],
    "联系方式": lambda v: [f"+86{v}", f"{v[:3]}-{v[3:7]}-{v[7:]}", int(v), float(v), wide(v), f"'{v}"],
    "姓名": lambda v: [f"{v[0]}\u3000{v[1:]}", unseen(v), f"\u00a0{v} "],
    "所属单元": lambda v: [int(v), float(v), wide(v), f"{v}单元"],
    "所属房屋": lambda v: [int(v), float(v), wide(v), f"{v}室", f"'{v}"],
    "户号": lambda v: [wide(v), f"'{v}", unseen(v)],
}


def dirty(chance: Random, head: str, value: Any) -> Any:
    """A value as somebody may have written it."""
    if value == "":
        return chance.choice(["", " ", "\u3000", "\u200b"])
    if chance.random() < 0.5:
        return value
    if isinstance(value, date):
        return chance.choice(_as_days(value))
    return chance.choice(WAYS[head](value) if head in WAYS else [f"{value} ", unseen(value)])


def sheet(chance: Random, people: list[Someone], name: str) -> Table:
    """These people under heads of any spelling in any order, with whatever else stands on such a sheet."""
    order = chance.sample(HEADS, len(HEADS))
    words = [
        [word for word, slot in POPULATION.items() if slot == POPULATION[plain(h)] and "/" not in word]
        for h in order
    ]
    heads = [
        chance.choice([head, f" {head}\n", unseen(head), chance.choice(w)])
        for head, w in zip(order, words, strict=True)
    ]
    titles = (["实有人口"], ["填报单位：桃溪社区"])
    rows: list[list[Any]] = [*titles[: chance.randint(0, 2)], heads]
    above: Someone = {}
    for someone in people:
        rows.append([dirty(chance, head, someone[head]) for head in order])
        for place, head in enumerate(order):
            same = above.get(head) == someone[head] != "" and head not in ("姓名", "公民身份号码")
            if same and chance.random() < 0.2:
                rows[-1][place] = chance.choice(DITTO)
        above = someone
        rows += chance.choice([[], [], [], [[]], [heads], [["小计", 3]]])
    rows += chance.choice([[], [["合计", len(people)]], [["填表人：苏某"]]])
    return Table(name, squared(rows))


def clean(people: list[Someone]) -> Table:
    return Table("实有人口", [[*HEADS], *([someone[head] for head in HEADS] for someone in people)])


@pytest.fixture(scope="module")
def laptop(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Replica]:
    """Laptops with nothing in them."""

    def another() -> Replica:
        path = tmp_path_factory.mktemp("any") / "laptop.db"
        path.write_bytes(empty.read_bytes())
        return opened(path)

    return another


def records(replica: Replica, *books: Book, terms: Terms | None = None) -> dict[str, dict[str, Any]]:
    """What these books make on an empty laptop, with the names of things in place of their ids; closes it."""
    for book in books:
        found = rehearse(replica, book, home=HOME, who="岑某", today=TODAY, terms=terms)
        assert found.counts.rows_with_errors == 0, [(i.header, i.kind, i.raw) for i in found.issues]
        commit(replica, found)
    told = [(spec.name, record) for spec in RECORDS.values() for record in replica.all(spec.table)]
    names = {record.id: f"{kind} {getattr(record, NAMED[kind])}" for kind, record in told}
    replica.engine.dispose()
    return {
        names[record.id]: {
            name: names.get(value, value) if isinstance(value, str) else value
            for name, value in record.model_dump(exclude=STAMPED).items()
        }
        for _kind, record in told
    }


@given(st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_dirt_that_can_be_put_right_makes_what_the_clean_sheet_makes(
    laptop: Callable[[], Replica], chance: Random
) -> None:
    people = community(chance)
    several = chance.randint(1, 3)
    parts = [part for n in range(several) if (part := people[n::several])]
    tables = [sheet(chance, part, f"实有人口{n}") for n, part in enumerate(chance.sample(parts, len(parts)))]
    books = (
        [Book("a.xlsx", tuple(tables))]
        if chance.random() < 0.5
        else [Book("a.xlsx", (one,)) for one in tables]
    )

    assert records(laptop(), *books) == records(laptop(), Book("a.xlsx", (clean(people),)))


@given(st.randoms(use_true_random=False))
@settings(max_examples=2)
def test_heads_nobody_knows_matched_by_hand_make_what_the_clean_sheet_makes(
    laptop: Callable[[], Replica], chance: Random
) -> None:
    people = community(chance)
    odd = {head: f"{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午'[place]}栏" for place, head in enumerate(HEADS)}
    order = chance.sample(HEADS, len(HEADS))
    rows = [[odd[head] for head in order], *([someone[head] for head in order] for someone in people)]
    book = Book("摸排.xlsx", (Table("摸排", rows),))
    mapping = Mapping(FORMS[0].name)
    for head in order:
        mapping = mapping.with_column(odd[head], POPULATION[plain(head)])
    shared = from_file(to_file({matched(book)[0].digest: mapping}))

    made = records(laptop(), book, terms=Terms(shared))

    assert made == records(laptop(), Book("a.xlsx", (clean(people),)))
    assert f"org_unit {COMMUNITY}" not in made
