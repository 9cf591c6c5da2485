"""A whole import is taken back: what it brought goes, what people wrote since stays, and nothing is lost twice."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from gridclient.errors import GridError
from gridclient.exchange.taking_back import Taken, foresee, take_back
from gridclient.exchange.writing import commit
from gridclient.fields import RECORDS
from gridclient.records import Building, Dwelling, Household, OrgUnit, Resident, Visit
from gridclient.store.imports import BATCH, PIECE, Batch, Imports
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring, rehearsed
from tests.unit.exchange.test_merging import CHILD, HEAD, WIFE, family, one
from tests.unit.exchange.workbooks import numbered, person, population


@pytest.fixture
def imports(replica: Replica) -> Imports:
    return Imports(replica.engine)


def newest(imports: Imports) -> Batch:
    return imports.all(datetime.now().astimezone())[0]


def back(replica: Replica, imports: Imports) -> Taken:
    return take_back(replica, imports, newest(imports))


def living(replica: Replica) -> int:
    return sum(replica.count(spec.table) for spec in RECORDS.values())


def test_an_import_into_an_empty_laptop_goes_whole_into_the_recycle_bin(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    _found, report = bring(family(tmp_path / "a.xlsx"))
    batch = newest(imports)
    assert (batch.n, batch.file, batch.who) == (report.n, "a.xlsx", "岑某")
    assert (batch.created, batch.updated) == (report.created, {})

    foreseen = foresee(replica, imports, batch)
    assert living(replica) == sum(report.created.values())
    done = back(replica, imports)

    assert done == foreseen
    assert (done.binned, done.restored, done.left) == (report.created, {}, ())
    assert living(replica) == 0
    assert {r.removed_why for r in replica.all(Resident, removed=True)} == {"撤回导入"}
    assert (newest(imports).over, newest(imports).back) == (True, sum(report.created.values()))


def test_taking_back_twice_does_nothing_more(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    assert back(replica, imports)
    last = replica.last_mseq

    assert not back(replica, imports)
    assert replica.last_mseq == last


def test_what_an_import_changed_reads_again_as_before_and_may_be_imported_again(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 服务处所="桃溪小学")))
    second = population(tmp_path / "b.xlsx", person("赵某", HEAD, 服务处所="桃溪中学", 籍贯="四川锦宁"))
    bring(second)

    done = back(replica, imports)
    assert (done.binned, done.restored, done.left) == ({}, {"resident": 1}, ())
    assert (one(replica, "赵某").employer, one(replica, "赵某").native_place) == ("桃溪小学", "")

    bring(second)
    assert (one(replica, "赵某").employer, one(replica, "赵某").native_place) == ("桃溪中学", "四川锦宁")


def test_a_field_somebody_wrote_since_stays_and_is_named(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 服务处所="桃溪小学")))
    bring(population(tmp_path / "b.xlsx", person("赵某", HEAD, 服务处所="桃溪中学", 籍贯="四川锦宁")))
    typed = one(replica, "赵某")
    typed.employer = "桃溪医院"
    replica.save(typed)

    done = back(replica, imports)

    assert (one(replica, "赵某").employer, one(replica, "赵某").native_place) == ("桃溪医院", "")
    assert done.restored == {"resident": 1}
    assert [(left.id, left.fields, left.by) for left in done.left] == [(typed.id, ("employer",), "tester")]


def test_a_person_edited_since_stays_with_the_home_they_belong_to_and_its_head(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    wife = one(replica, "钱某")
    wife.phones = ["19900000009"]
    replica.save(wife)

    done = back(replica, imports)

    assert sorted(r.name for r in replica.all(Resident)) == ["赵某", "钱某"]
    assert [h.id for h in replica.all(Household)] == [wife.household]
    for table in (Dwelling, Building, OrgUnit):
        assert replica.count(table), table
    assert done.binned == {"resident": 1}
    assert [(left.id, left.by) for left in done.left if not left.leaned] == [(wife.id, "tester")]


def test_a_home_visited_since_stays_with_its_head_and_the_others_go(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    home = replica.all(Household)[0]
    made = Visit(household=home.id, dwelling=home.dwelling, area=home.area, outcome="met", number="ZF1")
    made.visited_on = date(2026, 11, 2)
    replica.save(made)

    back(replica, imports)

    assert replica.count(Household) == replica.count(Dwelling) == 1
    assert [r.name for r in replica.all(Resident)] == ["赵某"]


def test_an_import_taken_back_may_be_brought_again_corrected(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    back(replica, imports)

    _found, report = bring(family(tmp_path / "b.xlsx", 服务处所="桃溪小学"))

    assert report.created["resident"] == 3
    assert sorted(r.id_number for r in replica.all(Resident)) == sorted((HEAD, WIFE, CHILD))
    assert one(replica, "赵某").employer == "桃溪小学"


def test_stopped_between_two_pieces_it_is_gone_on_with(
    replica: Replica, imports: Imports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridclient.exchange.writing.STEP", 2)
    commit(replica, rehearsed(replica, family(tmp_path / "a.xlsx")))
    every = living(replica)

    def stop(done: int, _total: int, text: str) -> None:
        if (done, text) == (1, "正在撤回"):
            raise GridError("已取消")

    with pytest.raises(GridError):
        take_back(replica, imports, newest(imports), progress=stop)
    batch = newest(imports)
    assert (batch.taken, batch.over) == (1, False)
    assert living(replica) == every - batch.back < every

    back(replica, imports)
    assert living(replica) == 0
    assert (newest(imports).over, newest(imports).back) == (True, every)


def test_a_crash_after_writing_a_piece_is_made_good_by_taking_back_again(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(family(tmp_path / "a.xlsx"))

    with monkeypatch.context() as patched:
        patched.setattr(imports, "tick", lambda *_told: (_ for _ in ()).throw(OSError))
        with pytest.raises(OSError):
            back(replica, imports)
    assert not newest(imports).over

    done = back(replica, imports)
    assert (living(replica), done.left, newest(imports).over) == (0, (), True)


def test_what_was_binned_by_hand_is_neither_binned_again_nor_complained_of(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    replica.remove(one(replica, "赵小某"), "登错了")

    done = back(replica, imports)

    assert (done.binned["resident"], done.left) == (2, ())
    (child,) = replica.all(Resident, Resident.name == "赵小某", removed=True)
    assert child.removed_why == "登错了"


def test_an_import_that_writes_nothing_is_not_kept(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    path = family(tmp_path / "a.xlsx")
    bring(path)
    _found, report = bring(path)

    assert report.n == 0
    assert len(imports.all(datetime.now().astimezone())) == 1


def test_imports_are_kept_for_thirty_days(replica: Replica, imports: Imports, tmp_path: Path) -> None:
    at = datetime.now().astimezone()
    commit(replica, rehearsed(replica, family(tmp_path / "a.xlsx")))

    assert imports.all(at + timedelta(days=29))
    assert not imports.all(at + timedelta(days=31))

    later = Batch(0, at + timedelta(days=31), "", "b.xlsx", "", replica.origin)
    number = imports.begin(later)
    assert replica.rows(BATCH.select())[0][0] == number
    assert not replica.rows(PIECE.select())


def test_a_later_import_of_other_people_is_not_touched(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    first = newest(imports)
    bring(
        population(
            tmp_path / "b.xlsx",
            person("孙某", numbered(9), 所属房屋="302", 户号="010100302", 户主公民身份号码=numbered(9)),
        )
    )

    done = take_back(replica, imports, first)

    assert [r.name for r in replica.all(Resident)] == ["孙某"]
    assert replica.count(Building) == 1
    assert {left.kind for left in done.left} >= {"building"}


def test_imports_taken_back_one_after_the_other_leave_nothing(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    first = newest(imports)
    bring(family(tmp_path / "b.xlsx", 服务处所="桃溪小学"))

    assert back(replica, imports).restored == {"resident": 1}
    assert take_back(replica, imports, first).left == ()
    assert living(replica) == 0


def test_an_import_stays_where_a_later_one_wrote(
    replica: Replica, imports: Imports, bring: Bring, tmp_path: Path
) -> None:
    bring(family(tmp_path / "a.xlsx"))
    first = newest(imports)
    bring(family(tmp_path / "b.xlsx", 服务处所="桃溪小学"))

    take_back(replica, imports, first)

    assert one(replica, "赵某").employer == "桃溪小学"
