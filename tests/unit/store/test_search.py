from collections.abc import Iterator
from datetime import date
import threading

import pytest
from sqlalchemy import event, text

from gridclient.errors import NoSpace
from gridclient.records import Dwelling, Household, OrgUnit, Resident
from gridclient.rules.references import reference
from gridclient.store import search
from gridclient.store.index import Index
from gridclient.store.search import Search
from gridclient.store.vault import Vault
from sync.replica import News, Replica
from tests.unit.store.conftest import AREA, building, family, flat, visit


@pytest.fixture
def index(replica: Replica) -> Iterator[Index]:
    """The words of two buildings and a courtyard with four households."""
    index = Index(replica)
    estate, street = building(replica, "杏花苑3栋"), building(replica, "槐荫苑商业街")
    family(replica, flat(replica, estate, "2", "501"), "王建国", "曾小单", number="030200007")
    family(replica, flat(replica, estate, "1", "1502"), "张伟强")
    family(replica, flat(replica, street, "", "11"), "单雄信")
    family(replica, flat(replica, building(replica, "柳溪院落"), "1组", "2"), "阿依古丽·买买提")
    (king,) = replica.all(Resident, Resident.name == "王建国")
    king.id_number, king.phones = "519901197306250026", ["19900012345", "0830-1234567"]
    replica.save(king)
    yield index
    index.close()


def titles(index: Index, words: str) -> list[str]:
    return [hit.title for hit in search.find(index, words)]


@pytest.mark.parametrize(
    "words", ["王建国", "建国", "王", "wjg", "wangjianguo", "wangjg", "jianguo", "WJG", "0026", "250026"]
)
def test_a_person_is_found_by_any_part_of_the_name_or_the_end_of_the_number(index: Index, words: str) -> None:
    assert "王建国" in titles(index, words)


@pytest.mark.parametrize(
    "words", ["2345", "19900012345", "4567", "519901197306250026", "王 3栋", "wjg 501", "３栋 王"]
)
def test_a_person_is_found_by_telephone_document_and_door(index: Index, words: str) -> None:
    assert "王建国" in titles(index, words)


@pytest.mark.parametrize(
    "words", ["3-2-501", "3栋2单元501", "3号楼2单元501室", "2-501", "3-501", "杏花苑3栋2单元501", "杏花苑501"]
)
def test_a_door_is_found_by_its_address_in_any_spelling(index: Index, words: str) -> None:
    found = [hit for hit in search.find(index, words) if hit.kind == "dwelling"]
    assert [(hit.title, hit.detail) for hit in found] == [("杏花苑3栋2单元501", "王建国")]


@pytest.mark.parametrize(
    ("words", "title"), [("槐荫苑商业街11号", "槐荫苑商业街11号"), ("柳溪院落1组2号", "柳溪院落1组2号")]
)
def test_shops_and_courtyards_are_found_too(index: Index, words: str, title: str) -> None:
    assert title in titles(index, words)


@pytest.mark.parametrize(
    ("words", "name"),
    [("zeng", "曾小单"), ("zxd", "曾小单"), ("sxx", "单雄信"), ("ayglmmt", "阿依古丽·买买提")],
)
def test_surnames_are_found_by_their_own_reading(index: Index, words: str, name: str) -> None:
    assert name in titles(index, words)


@pytest.mark.parametrize("words", ["", "   ", "赵", '"', "* OR 1", "NEAR(", "王建军", "3-2-502", "name:王"])
def test_words_that_fit_nothing_find_nothing_and_never_fail(index: Index, words: str) -> None:
    assert titles(index, words) == []


def test_a_hit_says_where_to_go_and_shows_no_whole_number(index: Index) -> None:
    (hit,) = search.find(index, "wjg")
    assert hit.household
    assert hit.dwelling
    assert hit.building
    assert hit.detail == "杏花苑3栋2单元501"
    assert hit.number == "519901********0026"


def test_whose_name_is_the_words_comes_first(index: Index, replica: Replica) -> None:
    house = building(replica, "1栋")
    family(replica, flat(replica, house, "1", "101"), "王建国庆", "大王建国")
    assert titles(index, "王建国")[:2] == ["王建国", "王建国庆"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("曾小单", ["zengxiaodan", "cengxiaodan", "zxd", "cxd"]),
        ("单雄信", ["shanxiongxin", "danxiongxin", "sxx", "dxx"]),
        ("解明", ["xieming", "jieming", "xm", "jm"]),
        ("仇天", ["qiutian", "choutian", "qt", "ct"]),
        ("区大海", ["oudahai", "qudahai", "odh", "qdh"]),
        ("查良", ["zhaliang", "chaliang"]),
        ("尉迟恭", ["yuchigong", "weichigong", "ycg", "wcg"]),
        ("万俟春", ["moqichun", "wansichun", "mqc"]),
        ("阚小泽", ["kanxiaoze", "kxz"]),
        ("吕长青", ["lvchangqing", "luchangqing", "lcq"]),
        ("王乐", ["wangle", "wangyue", "wy"]),
    ],
)
def test_every_reading_of_a_name_finds_it(
    index: Index, replica: Replica, name: str, words: list[str]
) -> None:
    family(replica, flat(replica, building(replica, "7栋"), "1", "101"), name)
    assert [typed for typed in words if name not in titles(index, typed)] == []


def test_who_is_meant_exactly_comes_before_who_only_holds_the_words(index: Index, replica: Replica) -> None:
    house = building(replica, "1栋")
    names = ["欧阳王伟", "王伟强", "王伟", "李王维"]
    family(replica, flat(replica, house, "1", "101"), *names)
    assert titles(index, "wangwei")[:2] == ["王伟", "王伟强"]
    assert titles(index, "王伟") == ["王伟", "王伟强", "欧阳王伟"]


def test_the_end_of_a_number_is_found_among_any_number_of_doors_called_so(
    index: Index, replica: Replica
) -> None:
    street = building(replica, "长街")
    for unit in range(260):
        flat(replica, street, f"{unit}", "2345")
    assert titles(index, "2345")[0] == "王建国"


def test_a_search_while_somebody_else_writes_answers_with_what_is_there(
    index: Index, replica: Replica
) -> None:
    assert titles(index, "wjg") == ["王建国"]
    (king,) = replica.all(Resident, Resident.name == "王建国")
    king.name = "王爱国"
    replica.save(king)
    with replica.engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        assert titles(index, "wjg") == ["王爱国"]
        other.rollback()
    assert titles(index, "wag") == ["王爱国"]


def test_what_was_just_saved_is_found_at_once(index: Index, replica: Replica) -> None:
    (king,) = replica.all(Resident, Resident.name == "王建国")
    king.name = "王爱国"
    replica.save(king)
    assert titles(index, "wag") == ["王爱国"]
    assert titles(index, "王建国") == []


def test_moving_a_household_moves_its_people_in_the_search(index: Index, replica: Replica) -> None:
    home = search.find(index, "张伟强")[0]
    (house,) = replica.all(search.Building, search.Building.name == "杏花苑3栋")
    found = replica.get(search.Household, home.household)
    assert found is not None
    found.dwelling = flat(replica, house, "2", "601").id
    replica.save(found)
    assert titles(index, "3-2-601") == ["杏花苑3栋2单元601", "张伟强"]


def test_renaming_a_building_renames_every_door_in_the_search(index: Index, replica: Replica) -> None:
    (house,) = replica.all(search.Building, search.Building.name == "杏花苑3栋")
    house.name = "桂香苑8栋"
    replica.save(house)
    assert "王建国" in titles(index, "8-2-501")
    assert titles(index, "3-2-501") == []


def test_who_is_in_the_recycle_bin_is_not_found(index: Index, replica: Replica) -> None:
    (king,) = replica.all(Resident, Resident.name == "王建国")
    replica.remove(king)
    assert titles(index, "wjg") == []
    replica.restore(king)
    assert titles(index, "wjg") == ["王建国"]


def test_what_changed_while_nobody_listened_is_made_good(index: Index, replica: Replica) -> None:
    index.catch_up()
    index.close()
    (king,) = replica.all(Resident, Resident.name == "王建国")
    replica.remove(king)
    family(replica, flat(replica, building(replica, "9栋"), "1", "101"), "赵大海")
    later = Index(replica)
    assert titles(later, "赵大海") == ["赵大海"]
    assert titles(later, "wjg") == []
    assert later.catch_up() == 0
    later.close()


def test_a_big_batch_is_written_up_by_whoever_brings_it(index: Index, replica: Replica) -> None:
    index.catch_up()
    home = replica.all(search.Household)[0]
    replica.import_many([Resident(name=f"赵{n}", household=home.id, area=AREA) for n in range(700)])
    assert index.catch_up() == 0
    assert len(titles(index, "zhao")) == 50


def test_what_arrives_by_the_thousand_is_written_up_when_no_more_comes(
    index: Index, replica: Replica
) -> None:
    index.close()
    home = replica.all(search.Household)[0]
    index = Index(replica, quiet_s=0.01)
    index.catch_up()
    index._deafen()
    some = [Resident(name=f"赵{n}", household=home.id, area=AREA) for n in range(700)]
    replica.import_many(some)
    index._hear([News("resident", one.id, remote=True) for one in some])
    while index._apart is not None and index._apart.is_alive():
        index._apart.join(1)
    with replica.engine.connect() as link:
        mapped = link.execute(text("SELECT count(*) FROM find_map")).scalar_one()
    index.close()
    assert mapped == 709


def test_a_batch_costs_the_index_a_handful_of_statements_however_big_it_is(
    index: Index, replica: Replica
) -> None:
    homes = [
        family(replica, flat(replica, building(replica, f"{n}栋"), "1", "101"), "某人") for n in range(30)
    ]
    index.catch_up()
    asked: list[str] = []
    event.listen(replica.engine, "before_cursor_execute", lambda *told: asked.append(str(told[2])))
    counts = []
    for some in (homes[:2], homes):
        for home in some:
            home.number = f"0302{len(some):05}"
        replica.save(*some)
        asked.clear()
        assert index.catch_up() >= 2 * len(some)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20


def test_a_door_forgets_the_number_of_a_household_that_is_removed(index: Index, replica: Replica) -> None:
    assert "杏花苑3栋2单元501" in titles(index, "030200007")
    (home,) = replica.all(search.Household, search.Household.number == "030200007")
    replica.remove(home)
    assert "杏花苑3栋2单元501" not in titles(index, "030200007")


def test_a_search_never_waits_for_the_index_to_be_written(index: Index) -> None:
    assert titles(index, "wjg") == ["王建国"]
    found: list[list[str]] = []
    with index._writing:
        other = threading.Thread(target=lambda: found.append(titles(index, "wjg")))
        other.start()
        other.join(5)
    assert found == [["王建国"]]


def test_a_closed_index_writes_nothing_more(index: Index, replica: Replica) -> None:
    index.catch_up()
    (king,) = replica.all(Resident, Resident.name == "王建国")
    king.name = "王爱国"
    replica.save(king)
    index.close()
    index.catch_up()
    assert replica.rows(text("SELECT 1 FROM find_words WHERE find_words MATCH 'py:wag'")) == []


def test_an_index_in_order_is_not_made_again(index: Index, replica: Replica) -> None:
    assert index.catch_up() > 0
    again = Index(replica)
    assert again.catch_up() == 0
    again.rebuild()
    assert titles(again, "3-2-501")
    again.close()


def test_a_full_disk_does_not_keep_anybody_from_searching(
    index: Index, replica: Replica, vault: Vault
) -> None:
    assert titles(index, "wjg") == ["王建国"]
    family(replica, flat(replica, building(replica, "9栋"), "1", "101"), *["赵大海"] * 300)
    with vault.engine.connect() as link:
        link.exec_driver_sql("PRAGMA max_page_count=1")
    with pytest.raises(NoSpace):
        index.catch_up()
    assert titles(index, "wjg") == ["王建国"]
    with vault.engine.connect() as link:
        link.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert titles(index, "赵大海")


def test_the_entries_agree_with_the_map(index: Index, replica: Replica) -> None:
    index.catch_up()
    with replica.engine.connect() as link:
        entries = link.execute(text("SELECT count(*) FROM find_words")).scalar_one()
        mapped = link.execute(text("SELECT count(*) FROM find_map")).scalar_one()
    assert entries == mapped == 9


def test_a_list_shows_words_and_masks_what_is_private(index: Index, replica: Replica) -> None:
    asked = Search("resident", words="王建国")
    found = search.ids(replica, asked)
    (row,) = search.page(replica, asked, found)
    shown = dict(zip([f.name for f in search.columns(asked)], row, strict=True))
    assert shown["household"] == "030200007 王建国"
    assert shown["relation"] == "户主"
    assert shown["id_number"] == "519901********0026"
    assert shown["phones"] == "199****2345、083****4567"
    (full,) = search.page(replica, asked, found, full=True)
    assert "519901197306250026" in full


def test_a_link_to_a_door_shows_its_address(index: Index, replica: Replica) -> None:
    home = replica.all(search.Household, search.Household.head_name == "王建国")[0]
    visit(replica, home, date(2026, 11, 1), needs="路灯不亮")
    asked = Search("visit")
    (row,) = search.page(replica, asked, search.ids(replica, asked))
    assert "杏花苑3栋2单元501" in row
    assert "见面" in row


def test_a_stretch_keeps_its_order_and_leaves_blanks_for_what_is_gone(index: Index, replica: Replica) -> None:
    asked = Search("building")
    found = search.ids(replica, asked)
    rows = search.page(replica, asked, [found[2], "gone", found[0]])
    names = [row[[f.name for f in search.columns(asked)].index("name")] for row in rows]
    assert names == ["杏花苑3栋", "", "槐荫苑商业街"]
    assert rows[1] == ("",) * len(search.columns(asked))


def test_doors_are_listed_in_the_order_of_their_numbers(replica: Replica) -> None:
    for name in ("10栋", "9栋"):
        house = building(replica, name)
        for door in ("1001", "901"):
            flat(replica, house, "1", door)
    asked = Search("dwelling")
    rows = search.page(replica, asked, search.ids(replica, asked))
    assert [(row[0], row[2]) for row in rows] == [
        ("9栋", "901"),
        ("9栋", "1001"),
        ("10栋", "901"),
        ("10栋", "1001"),
    ]
    down = Search("dwelling", descending=True)
    assert search.ids(replica, down) == search.ids(replica, asked)[::-1]


def test_people_are_listed_by_the_sound_of_their_names(replica: Replica) -> None:
    house = building(replica, "1栋")
    family(replica, flat(replica, house, "1", "101"), "张三", "安琪", "李四", "王五")
    asked = Search("resident")
    names = [row[1] for row in search.page(replica, asked, search.ids(replica, asked))]
    assert names == ["安琪", "李四", "王五", "张三"]


def test_conditions_narrow_a_list(replica: Replica, estate: OrgUnit) -> None:
    house = building(replica, "1栋", estate.id)
    old = family(replica, flat(replica, house, "1", "101"), "甲", labels=["alone", "elderly"])
    new = family(replica, flat(replica, house, "1", "102"), "乙", labels=["elderly"], size=3)
    other = family(replica, flat(replica, building(replica, "2栋", area="5199010010019"), "1", "1"), "丙")

    def found(**asked: object) -> set[str]:
        ids = set(search.ids(replica, Search("household", **asked)))  # type: ignore[arg-type]
        assert search.count(replica, Search("household", **asked)) == len(ids)  # type: ignore[arg-type]
        return ids

    assert found() == {old.id, new.id, other.id}
    assert found(where=(("labels", "alone"),)) == {old.id}
    assert found(where=(("labels", ("alone", "elderly")),)) == {old.id, new.id}
    assert found(where=(("size", None),)) == {old.id, other.id}
    assert found(where=(("size", (3, None)),)) == {old.id, new.id, other.id}
    assert found(area=AREA) == {old.id, new.id}
    assert found(words="甲") == {old.id}
    assert found(words="100%") == set()
    replica.remove(other)
    assert found(removed=True) == {other.id}
    assert found(only=frozenset({old.id, other.id, "nobody"})) == {old.id, other.id}, "deleted ones as well"


@pytest.mark.parametrize("form", ["{}", "/{}", "、{}"])
def test_the_reference_on_a_paper_leads_to_the_household_it_was_printed_for(
    index: Index, replica: Replica, form: str
) -> None:
    (home,) = replica.all(Household, Household.head_name == "王建国")
    shared = family(replica, replica.all(Dwelling, Dwelling.id == home.dwelling)[0], "周小满")
    (hit,) = search.find(index, form.format(reference(home.id)))
    assert (hit.title, hit.detail, hit.household) == ("杏花苑3栋2单元501", "王建国", home.id)
    assert [hit.detail for hit in search.find(index, reference(shared.id))] == ["周小满"]


def test_a_misread_or_forgotten_reference_leads_nowhere(index: Index, replica: Replica) -> None:
    (home,) = replica.all(Household, Household.head_name == "王建国")
    digits = reference(home.id)

    assert search.find(index, digits[:3] + str((int(digits[3]) + 1) % 10) + digits[4:]) == []
    replica.remove(home)
    assert search.find(index, digits) == []
