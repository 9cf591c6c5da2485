"""Imports are taken back in any order: afterwards all reads as before the first of them, but for what a person wrote."""

from datetime import datetime
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from gridclient.exchange.moved import Terms
from gridclient.exchange.taking_back import foresee, take_back
from gridclient.exchange.writing import commit
from gridclient.fields import RECORDS
from gridclient.records import Building, Household, Resident
from gridclient.store.imports import Imports
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring, opened, rehearsed
from tests.unit.exchange.test_merging import HEAD, one
from tests.unit.exchange.workbooks import numbered, person, population

STAMPED = {
    "ver",
    "stamps",
    "updated_at",
    "updated_by",
    "removed_at",
    "removed_why",
}  # what taking back changes
IDS = {*STAMPED, "id", "created_at", "household", "dwelling", "building", "head", "estate", "grid"}
NUMBERS = [numbered(serial, "19750505") for serial in range(6)]


def standing(replica: Replica) -> dict[str, dict[str, Any]]:
    """Every record that is not in the recycle bin, by its id: all that was ever filled in."""
    found = (record for spec in RECORDS.values() for record in replica.all(spec.table))
    return {record.id: record.model_dump(exclude=STAMPED) for record in found}


def back(replica: Replica, n: int) -> None:
    imports = Imports(replica.engine)
    batch = next(one for one in imports.all(datetime.now().astimezone()) if one.n == n)
    assert foresee(replica, imports, batch) == take_back(replica, imports, batch)


def someone(chance: Random, serial: int) -> list[Any]:
    """A row about the person with this serial, with some of it left empty, behind one of four doors."""
    home = chance.choice([serial % 4, serial % 4, chance.randrange(4)])
    place = {
        "所属房屋": f"{home}01",
        "户号": f"01010000{home}",
        "所属网格": chance.choice(["第一网格", "第二网格"]),
    }
    told = {"服务处所": ("", "桃溪小学", "桃溪中学"), "籍贯": ("", "四川", "重庆"), "民族": ("汉族", "彝族")}
    words = {head: chance.choice(choices) for head, choices in told.items()}
    return person(f"赵某{serial}", NUMBERS[serial], 户主公民身份号码=chance.choice(NUMBERS), **place, **words)


def sheet(chance: Random, path: Path) -> Path:
    return population(path, *[someone(chance, n) for n in range(len(NUMBERS)) if chance.random() < 0.7])


def edit(chance: Random, replica: Replica) -> dict[tuple[str, str], str]:
    """Some words a person writes at a form; by id and field."""
    kinds: list[type[Any]] = [Resident, Household, Building]
    kind = chance.choice(kinds)
    name = "employer" if kind is Resident else "remark"
    record = chance.choice(sorted(replica.all(kind), key=lambda one: str(one.model_dump(exclude=IDS))))
    setattr(record, name, "手填")
    replica.save(record)
    return {(record.id, name): "手填"}


@given(st.randoms(use_true_random=False))
@settings(max_examples=3)
def test_imports_taken_back_in_any_order_leave_what_was_before_and_what_a_person_wrote(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, chance: Random
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "laptop.db").write_bytes(empty.read_bytes())
    replica = opened(folder / "laptop.db")
    try:
        _promise_holds(replica, chance, folder)
    finally:
        replica.engine.dispose()


def _promise_holds(replica: Replica, chance: Random, folder: Path) -> None:
    commit(replica, rehearsed(replica, sheet(chance, folder / "0.xlsx")))
    before, numbers, typed = standing(replica), [], dict[tuple[str, str], str]()
    for turn in ("1", "2", "3"):
        terms = Terms(every=chance.choice([None, "compare", "keep"]))
        numbers.append(commit(replica, rehearsed(replica, sheet(chance, folder / f"{turn}.xlsx"), terms)).n)
        if before and chance.random() < 0.5:
            typed |= edit(chance, replica)
    for n in chance.sample(numbers, len(numbers)):
        if n:
            back(replica, n)

    after = standing(replica)
    for (id_, name), words in typed.items():
        assert after[id_][name] == words
    if not typed:
        assert after == before


@pytest.mark.parametrize("order", [*permutations((0, 1, 2))])
def test_a_field_three_imports_wrote_reads_as_before_them_whichever_goes_first(
    replica: Replica, bring: Bring, tmp_path: Path, order: tuple[int, ...]
) -> None:
    def employed(words: str) -> int:
        return bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 服务处所=words)))[1].n

    employed("桃溪小学")
    numbers = [employed(words) for words in ("桃溪中学", "桃溪医院", "桃溪小学")]
    for turn in order:
        back(replica, numbers[turn])

    assert one(replica, "赵某").employer == "桃溪小学"


def test_an_import_that_stands_keeps_what_it_wrote_when_those_around_it_go(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    def employed(words: str) -> int:
        return bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 服务处所=words)))[1].n

    employed("桃溪小学")
    first, _stands, last = [employed(words) for words in ("桃溪中学", "桃溪医院", "桃溪中学")]
    back(replica, first)
    back(replica, last)

    assert one(replica, "赵某").employer == "桃溪医院"


def test_what_an_import_made_goes_with_the_later_one_that_had_changed_it(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    first = bring(population(tmp_path / "a.xlsx", person("赵某", HEAD)))[1].n
    second = bring(population(tmp_path / "b.xlsx", person("赵某", HEAD, 服务处所="桃溪小学")))[1].n
    back(replica, first)
    assert one(replica, "赵某").employer == "桃溪小学"

    back(replica, second)
    assert standing(replica) == {}


def test_what_a_person_wrote_stays_when_all_imports_go(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    numbers = [
        bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 服务处所=words)))[1].n
        for words in ("桃溪小学", "桃溪中学", "桃溪医院")
    ]
    typed = one(replica, "赵某")
    typed.employer = "自由职业"
    replica.save(typed)
    for n in numbers:
        back(replica, n)

    assert one(replica, "赵某").employer == "自由职业"
