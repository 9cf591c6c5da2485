"""What an import may change: filled, replaced, kept."""

from pathlib import Path

from gridclient.exchange.writing import commit
from gridclient.records import Resident
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring, rehearsed
from tests.unit.exchange.workbooks import book, numbered, person, population

HEAD, WIFE, CHILD = numbered(1), numbered(2, "19820305"), numbered(3, "20100607")


def family(path: Path, **cells: object) -> Path:
    return population(
        path,
        person("赵某", HEAD, 户主公民身份号码=HEAD, 联系方式="19900000001", **cells),
        person("钱某", WIFE, 户主公民身份号码=HEAD, 政治面貌="中国共产党党员", 宗教信仰="无宗教信仰"),
        person("赵小某", CHILD, 户主公民身份号码=HEAD),
    )


def one(replica: Replica, name: str) -> Resident:
    found = replica.all(Resident, Resident.name == name)
    assert len(found) == 1
    return found[0]


def test_an_empty_field_is_filled_and_an_empty_cell_empties_nothing(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 服务处所="桃溪小学")))
    bring(population(tmp_path / "b.xlsx", person("赵某", HEAD, 籍贯="四川锦宁")))

    assert (one(replica, "赵某").employer, one(replica, "赵某").native_place) == ("桃溪小学", "四川锦宁")


def test_what_a_person_typed_stays_and_the_row_says_so(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 服务处所="桃溪小学")))
    typed = one(replica, "赵某")
    typed.employer = "桃溪中学"
    replica.save(typed)

    found, report = bring(
        population(tmp_path / "b.xlsx", person("赵某", HEAD, 服务处所="桃溪小学", 籍贯="四川"))
    )

    assert (one(replica, "赵某").employer, one(replica, "赵某").native_place) == ("桃溪中学", "四川")
    assert [(i.column, i.severity, i.kind) for i in found.issues] == [("M", "warning", "kept")]
    assert report.updated == {"resident": 1}


def test_an_imported_value_gives_way_to_the_next_import_every_time(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    for number, place in enumerate(("桃溪小学", "桃溪中学", "桃溪超市")):
        found, _ = bring(population(tmp_path / f"{number}.xlsx", person("赵某", HEAD, 服务处所=place)))
        assert not found.issues

    assert one(replica, "赵某").employer == "桃溪超市"


def test_a_vaguer_answer_never_replaces_a_finer_one(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    heads = ["姓名*", "身份证号码*", "户号*", "文化程度*"]
    bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 学历="高中以下")))
    bring(book(tmp_path / "b.xlsx", {"名册": [heads, ["赵某", HEAD, "010100001", "初中"]]}))
    bring(population(tmp_path / "c.xlsx", person("赵某", HEAD, 学历="高中以下")))

    assert one(replica, "赵某").education == "70"


def test_a_removed_resident_is_not_brought_back(replica: Replica, bring: Bring, tmp_path: Path) -> None:
    bring(family(tmp_path / "a.xlsx"))
    replica.remove(one(replica, "钱某"), "登记重复")

    _, report = bring(family(tmp_path / "b.xlsx", 籍贯="四川"))

    assert replica.count(Resident) == 2
    assert report.created == {}


def test_what_changed_since_the_rehearsal_is_not_overwritten(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(population(tmp_path / "a.xlsx", person("赵某", HEAD, 服务处所="桃溪小学")))
    found = rehearsed(replica, population(tmp_path / "b.xlsx", person("赵某", HEAD, 服务处所="桃溪超市")))
    typed = one(replica, "赵某")
    typed.employer = "桃溪中学"
    replica.save(typed)

    report = commit(replica, found)

    assert (one(replica, "赵某").employer, report.passed) == ("桃溪中学", 1)
