"""People who are kept in another household than a file says: exactly what was answered changes, nothing of anybody else."""

from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from gridclient.exchange.moved import HOME, Answer, Move, Terms
from gridclient.exchange.writing import commit
from gridclient.records import Household, Resident
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring, opened, rehearsed
from tests.unit.exchange.workbooks import numbered, person, population

STAMPED = {"ver", "stamps", "updated_at", "updated_by"}  # what every edit changes
NUMBERS = [numbered(serial, "19750505") for serial in range(6)]
TOLD = {
    "服务处所": ("桃溪小学", "桃溪中学"),
    "籍贯": ("四川", "重庆"),
    "民族": ("汉族", "彝族"),
    "联系方式": ("", "19900000001"),
}


def row(chance: Random, serial: int, home: int) -> list[Any]:
    words = {head: chance.choice(["", *choices]) for head, choices in TOLD.items()}
    place = {
        "所属房屋": f"{home + 1}01",
        "户号": f"01010000{home}",
        "所属网格": ("第一网格", "第二网格")[home % 2],
    }
    building = {"所属楼栋": f"桃苑{home % 2 + 1}栋"}
    return person(
        f"赵某{serial}", NUMBERS[serial], 户主公民身份号码=NUMBERS[serial], **place, **building, **words
    )


def people(replica: Replica) -> dict[str, dict[str, Any]]:
    return {one.id: one.model_dump(exclude=STAMPED) for one in replica.all(Resident)}


def answer(chance: Random, move: Move) -> Answer | None:
    ticked = frozenset(one.field for one in move.differences if chance.random() < 0.5)
    answers: list[Answer | None] = [None, "keep", "compare", "overwrite", ticked]
    return chance.choice(answers)


@given(st.integers(0, 1 << 30))
@settings(max_examples=5)
def test_exactly_the_fields_that_were_answered_for_change(
    empty: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "laptop.db").write_bytes(empty.read_bytes())
    replica = opened(folder / "laptop.db")
    try:
        _promise_holds(replica, Random(seed), folder)
    finally:
        replica.engine.dispose()


def _promise_holds(replica: Replica, chance: Random, folder: Path) -> None:
    homes = [chance.randrange(4) for _ in NUMBERS]
    commit(replica, rehearsed(replica, population(folder / "a.xlsx", *_rows(chance, homes))))
    typed = chance.choice(replica.all(Resident, Resident.name == f"赵某{chance.randrange(6)}"))
    typed.native_place, typed.employer = "锦宁", "手填"
    replica.save(typed)
    before = people(replica)
    later = population(
        folder / "b.xlsx", *_rows(chance, [(home + chance.randint(0, 1)) % 4 for home in homes])
    )
    asked = rehearsed(replica, later).moves
    answers = {move.id: told for move in asked if (told := answer(chance, move)) is not None}
    found = rehearsed(replica, later, Terms(moves=answers))
    commit(replica, found)
    after = people(replica)

    assert before.keys() == after.keys()
    for move in found.moves:
        changed = {name for name, value in after[move.id].items() if before[move.id][name] != value}
        assert changed - ({"area"} if move.leaves else set()) == move.taken
        words = {one.field: one.offered for one in move.differences if one.field != HOME}
        assert all(Resident.spec.field(n).text(after[move.id][n]) == words[n] for n in move.taken - {HOME})
    if typed.id not in {move.id for move in found.moves}:
        assert (after[typed.id]["native_place"], after[typed.id]["employer"]) == ("锦宁", "手填")
    if not any(move.leaves and isinstance(move.answer, frozenset) for move in found.moves):
        assert rehearsed(replica, later, Terms(moves=answers)).batch == []


def _rows(chance: Random, homes: list[int]) -> list[list[Any]]:
    return [row(chance, serial, home) for serial, home in enumerate(homes)]


def test_a_household_with_two_heads_keeps_the_one_it_has(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    first, second = (row(Random(serial), serial, 0) for serial in (0, 1))
    bring(population(tmp_path / "a.xlsx", first))
    (kept,) = replica.all(Resident)
    bring(population(tmp_path / "b.xlsx", second, first))

    assert [home.head for home in replica.all(Household)] == [kept.id]
    assert bring(population(tmp_path / "b.xlsx", second, first))[0].batch == []
