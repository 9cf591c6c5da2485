"""A person who is kept in another household is asked about: 覆盖, 比对修改 or 保留, and never moved silently."""

from datetime import datetime
from pathlib import Path

import pytest

from gridclient.exchange.moved import Answer, Move, Terms
from gridclient.exchange.rehearsal import Rehearsal
from gridclient.exchange.taking_back import take_back
from gridclient.exchange.writing import commit
from gridclient.records import Household, Resident
from gridclient.store.imports import Imports
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring, rehearsed
from tests.unit.exchange.test_merging import HEAD, WIFE, family, one
from tests.unit.exchange.workbooks import book, person, population

STAMPED = {"ver", "stamps", "updated_at", "updated_by"}  # what every edit changes
ELSEWHERE = {"所属房屋": "202", "房屋楼层": "2", "户号": "010100009"}


@pytest.fixture
def moving(replica: Replica, bring: Bring, tmp_path: Path) -> Path:
    """钱某 is kept with her family; the file says she lives behind another door, with another employer."""
    bring(family(tmp_path / "a.xlsx"))
    wife = one(replica, "钱某")
    wife.native_place = "四川"
    replica.save(wife)
    told = {"服务处所": "桃溪小学", "籍贯": "锦宁", "联系方式": "19900000009"}
    return population(tmp_path / "b.xlsx", person("钱某", WIFE, 户主公民身份号码=WIFE, **ELSEWHERE, **told))


def numbers(replica: Replica) -> dict[str, str]:
    """Name → number of the household somebody is kept in."""
    homes = {h.id: h.number for h in replica.all(Household)}
    return {r.name: homes[r.household] for r in replica.all(Resident)}


def only(found: Rehearsal) -> Move:
    (move,) = found.moves
    return move


def answered(replica: Replica, path: Path, answer: Answer) -> Rehearsal:
    id_ = only(rehearsed(replica, path)).id
    found = rehearsed(replica, path, Terms(moves={id_: answer}))
    assert (found.open_moves, only(found).answer) == (0, answer)
    commit(replica, found)
    return found


def test_somebody_nobody_answered_for_stays_where_and_as_he_is(replica: Replica, moving: Path) -> None:
    before = one(replica, "钱某").model_dump()
    found = rehearsed(replica, moving)

    assert found.open_moves == 1
    assert [(i.kind, i.severity, i.header) for i in found.issues] == [("elsewhere", "warning", "户号")]
    commit(replica, found)
    assert one(replica, "钱某").model_dump() == before
    assert [h.number for h in replica.all(Household)] == ["010100001"]


def test_the_question_names_both_homes_and_every_difference(replica: Replica, moving: Path) -> None:
    move = only(rehearsed(replica, moving))

    assert (move.name, move.row) == ("钱某", 3)
    assert (move.was, move.now) == (
        "桃苑1栋1单元101（户号 010100001）",
        "桃苑1栋1单元202（户号 010100009）",
    )
    told = {d.field: (d.held, d.offered, d.proposed) for d in move.differences}
    assert told["employer"] == ("", "桃溪小学", True)
    assert told["native_place"] == ("四川", "锦宁", False)  # a person typed it
    assert told["household"] == (move.was, move.now, True)
    assert "name" not in told
    assert "钱某" not in repr(move)


def test_overwriting_moves_the_person_and_takes_all_the_row_says(replica: Replica, moving: Path) -> None:
    answered(replica, moving, "overwrite")

    wife = one(replica, "钱某")
    assert numbers(replica) == {"赵某": "010100001", "赵小某": "010100001", "钱某": "010100009"}
    assert (wife.employer, wife.native_place, wife.phones) == ("桃溪小学", "锦宁", ["19900000009"])
    assert {h.number: h.head_name for h in replica.all(Household)}["010100009"] == "钱某"


def test_comparing_takes_what_is_ticked_and_nothing_else(replica: Replica, moving: Path) -> None:
    answered(replica, moving, frozenset({"employer"}))

    wife = one(replica, "钱某")
    assert (wife.employer, wife.native_place, wife.phones) == ("桃溪小学", "四川", [])
    assert numbers(replica)["钱某"] == "010100001"
    assert [h.number for h in replica.all(Household)] == ["010100001"]


def test_comparing_without_a_hand_keeps_what_a_person_typed(replica: Replica, moving: Path) -> None:
    answered(replica, moving, "compare")

    wife = one(replica, "钱某")
    assert (wife.employer, wife.native_place) == ("桃溪小学", "四川")
    assert numbers(replica)["钱某"] == "010100009"


def test_keeping_changes_nothing_and_the_row_is_told(replica: Replica, moving: Path) -> None:
    before = one(replica, "钱某").model_dump()

    found = answered(replica, moving, "keep")

    assert one(replica, "钱某").model_dump() == before
    assert [(i.kind, i.severity) for i in found.issues] == [("elsewhere", "fixed")]


def test_one_answer_may_serve_everybody(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(family(tmp_path / "a.xlsx"))
    moved = population(
        tmp_path / "b.xlsx",
        person("赵某", HEAD, 户主公民身份号码=HEAD, **ELSEWHERE),
        person("钱某", WIFE, 户主公民身份号码=HEAD, **ELSEWHERE),
    )

    commit(replica, rehearsed(replica, moved, Terms(every="overwrite")))

    assert numbers(replica) == {"赵某": "010100009", "钱某": "010100009", "赵小某": "010100001"}


def test_a_household_whose_head_moves_away_has_none_until_a_person_names_one(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    moved = population(tmp_path / "b.xlsx", person("赵某", HEAD, 户主公民身份号码=HEAD, **ELSEWHERE))

    commit(replica, rehearsed(replica, moved, Terms(every="overwrite")))

    heads = {h.number: (h.head, h.head_name) for h in replica.all(Household)}
    assert heads == {"010100001": ("", ""), "010100009": (one(replica, "赵某").id, "赵某")}


def test_two_sheets_that_place_a_newcomer_differently_are_asked_about_too(
    replica: Replica, tmp_path: Path
) -> None:
    heads = ["姓名*", "身份证号码*", "户号*", "家庭住址*"]
    path = book(
        tmp_path / "a.xlsx",
        {
            "一组": [heads, ["赵某", HEAD, "010100001", "桃苑1栋1单元101室"]],
            "二组": [heads, ["赵某", HEAD, "010100002", "桃苑1栋1单元102室"]],
        },
    )
    move = only(rehearsed(replica, path))
    assert (move.sheet, move.row) == ("二组", 2)

    commit(replica, rehearsed(replica, path, Terms(moves={move.id: "overwrite"})))

    assert numbers(replica) == {"赵某": "010100002"}


def test_the_same_file_a_second_time_asks_nothing(replica: Replica, moving: Path) -> None:
    answered(replica, moving, "overwrite")

    again = rehearsed(replica, moving)

    assert (again.moves, again.batch) == ([], [])


def test_taking_the_import_back_brings_everybody_home(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(family(tmp_path / "a.xlsx"))
    before = one(replica, "赵某").model_dump(exclude=STAMPED)
    home = replica.all(Household)[0].model_dump(exclude=STAMPED)
    moved = population(
        tmp_path / "b.xlsx", person("赵某", HEAD, 户主公民身份号码=HEAD, 服务处所="桃溪小学", **ELSEWHERE)
    )
    report = commit(replica, rehearsed(replica, moved, Terms(every="overwrite")))
    assert numbers(replica)["赵某"] == "010100009"

    imports = Imports(replica.engine)
    batch = next(b for b in imports.all(datetime.now().astimezone()) if b.n == report.n)
    taken = take_back(replica, imports, batch)

    assert taken.left == ()
    assert one(replica, "赵某").model_dump(exclude=STAMPED) == before
    assert [h.model_dump(exclude=STAMPED) for h in replica.all(Household)] == [home]
