"""Everything into one workbook and back: nothing is lost, and nothing is written that nobody changed."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from gridclient.errors import Unfit, UnreadableFile
from gridclient.exchange import measure, whole_out
from gridclient.exchange.mapping import matched
from gridclient.exchange.reader import read
from gridclient.exchange.register import WAITING
from gridclient.exchange.rehearsal import Rehearsal, rehearse
from gridclient.exchange.telling import as_data
from gridclient.exchange.whole_book import LEFT_OUT, is_ours, kinds, layout_of
from gridclient.exchange.whole_in import rehearse_whole
from gridclient.exchange.whole_out import Wanted, Whole, whole
from gridclient.exchange.writing import commit
from gridclient.fields import RECORDS
from gridclient.records import DictionaryEntry, Dwelling, Household, OrgUnit, Photo, Resident
from gridclient.store.trail import Act
from sync.replica import Replica
from tests.support import people
from tests.support.everything import AREA, everything
from tests.unit.exchange.conftest import opened

HOME, TODAY = AREA[:12], date(2026, 10, 31)
WANTED = Wanted("年底留底", "岑某", datetime(2026, 10, 31, 9, 30), "桂花社区")
KEPT = ("area", "source", "created_at", "created_by", "unknown", "removed_at")


@pytest.fixture(scope="session")
def handed_out(
    empty: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Replica, Whole, Path]]:
    """A laptop with records of every kind, its whole book, and where that lies."""
    folder = tmp_path_factory.mktemp("whole")
    replica = _laptop(empty, folder / "full.db")
    replica.import_many(everything())
    made = whole(replica, WANTED)
    (folder / "whole.xlsx").write_bytes(made.content)
    yield replica, made, folder / "whole.xlsx"
    replica.engine.dispose()


@pytest.fixture
def other(empty: Path, tmp_path: Path) -> Iterator[Callable[[], Replica]]:
    """Further laptops with nothing on them."""
    made: list[Replica] = []

    def another() -> Replica:
        made.append(_laptop(empty, tmp_path / f"other{len(made)}.db"))
        return made[-1]

    yield another
    for replica in made:
        replica.engine.dispose()


def test_every_field_of_every_kind_comes_back_with_its_id_and_its_area(
    handed_out: tuple[Replica, Whole, Path], other: Callable[[], Replica]
) -> None:
    source, made, path = handed_out
    target = other()
    found = _rehearsed(target, path)
    commit(target, found)

    assert found.issues == []
    assert found.created == {kind: count for kind, count in made.counts.items() if count}
    for spec in kinds():
        assert made.counts[spec.name], f"nothing of {spec.title} was tried"
        assert _told(target, spec.name) == _told(source, spec.name), spec.title


def test_a_book_read_back_where_it_came_from_changes_nothing(
    handed_out: tuple[Replica, Whole, Path],
) -> None:
    source, made, path = handed_out
    before = source.last_mseq
    found = _rehearsed(source, path)

    assert (found.batch, found.issues, found.unknown, found.left_out) == ([], [], [], [])
    assert found.counts.rows_read == sum(made.counts.values())
    assert commit(source, found).n == 0
    assert source.last_mseq == before


def test_a_book_brought_back_twice_brings_nothing_the_second_time(
    handed_out: tuple[Replica, Whole, Path], other: Callable[[], Replica]
) -> None:
    target = other()
    commit(target, _rehearsed(target, handed_out[2]))

    assert _rehearsed(target, handed_out[2]).batch == []


def test_the_invented_community_comes_back_area_by_area(
    empty: Path, tmp_path: Path, other: Callable[[], Replica]
) -> None:
    source, target = other(), other()
    source.import_many(list(people.community()))
    path = _book(source, tmp_path)
    commit(target, _rehearsed(target, path, home=people.HOME))

    for spec in RECORDS.values():
        assert _told(target, spec.name) == _told(source, spec.name), spec.title


def test_what_is_in_the_recycle_bin_stays_at_home(tmp_path: Path, other: Callable[[], Replica]) -> None:
    source, target = other(), other()
    source.import_many([_unit("甲"), gone := _unit("乙")])
    source.remove(gone, "登错了")
    commit(target, _rehearsed(target, _book(source, tmp_path)))

    assert [unit.name for unit in target.all(OrgUnit, removed=True)] == ["甲"]


def test_a_scope_holds_what_lies_in_it_and_what_that_names_above_it(
    tmp_path: Path, other: Callable[[], Replica]
) -> None:
    source, target = other(), other()
    above, here = _unit("社区", area=HOME), _unit("第三网格", area=AREA)
    here.parent = above.id
    answer = DictionaryEntry(area=HOME, dictionary="CareLabel", code="x1", words="新业态")
    source.import_many(
        [above, here, answer, _unit("别的网格", area=HOME + "004"), _unit("没人提到", area=HOME)]
    )
    made = whole(source, Wanted("交接", "岑某", WANTED.at, scope=AREA, where="第三网格"))
    (tmp_path / "part.xlsx").write_bytes(made.content)
    commit(target, _rehearsed(target, tmp_path / "part.xlsx"))

    assert {unit.name for unit in target.all(OrgUnit)} == {"社区", "第三网格"}
    assert [entry.words for entry in target.all(DictionaryEntry)] == ["新业态"]
    assert made.step.what == "全部资料（第三网格）"


def test_answers_of_the_office_come_before_the_records_that_use_them(
    tmp_path: Path, other: Callable[[], Replica], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = other(), other()
    answer = DictionaryEntry(area=HOME, dictionary="CareLabel", code="x1", words="新业态")
    home = Household(area=HOME, dwelling="d" * 32, labels=["x1"])
    monkeypatch.setattr(Household, "problems", lambda _self: {})
    source.import_many([answer, home])
    path = _book(source, tmp_path)
    monkeypatch.undo()
    found = _rehearsed(target, path)

    assert [issue.kind for issue in found.issues] == ["dangling"]
    assert [entry.table for entry in found.batch] == [DictionaryEntry, Household]
    assert found.batch[1].fresh["labels"] == ["x1"]


def test_the_first_sheet_says_what_is_not_in_the_book(handed_out: tuple[Replica, Whole, Path]) -> None:
    about = read(handed_out[2]).tables[0]
    told = {str(row[0]): row for row in about.rows}

    assert about.name == "说明"
    assert told["用途"][1] == "年底留底"
    assert told["居民"][1] == handed_out[1].counts["resident"]
    for kind, why in LEFT_OUT.items():
        assert told[RECORDS[kind].title][2] == why
    assert Photo.kind() in LEFT_OUT


def test_the_heads_of_every_sheet_are_all_different() -> None:
    for spec in kinds():
        heads = layout_of(spec.name).heads
        assert len(set(heads)) == len(heads), spec.title


def test_handing_out_needs_a_reason_and_is_noted_with_the_number_of_people(
    handed_out: tuple[Replica, Whole, Path], other: Callable[[], Replica]
) -> None:
    step = handed_out[1].step
    assert (step.act, step.what, step.full, step.why) == (Act.EXPORT, "全部资料", True, "年底留底")
    assert step.persons == handed_out[0].count(Resident)
    with pytest.raises(Unfit, match="用途"):
        whole(handed_out[0], Wanted(" ", "岑某", WANTED.at))
    with pytest.raises(Unfit, match="没有可以导出的"):
        whole(other(), WANTED)


def test_whoever_stops_it_half_way_gets_no_book(handed_out: tuple[Replica, Whole, Path]) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int, _text: str) -> None:
        assert total == sum(handed_out[1].counts.values())
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        whole(handed_out[0], WANTED, stop)


def test_whoever_stops_it_on_the_way_back_is_heard(
    handed_out: tuple[Replica, Whole, Path], other: Callable[[], Replica]
) -> None:
    told: list[str] = []

    def stop(_done: int, _total: int, text: str) -> None:
        told.append(text)
        if text == "正在比较":
            raise KeyError

    with pytest.raises(KeyError):
        rehearse_whole(other(), read(handed_out[2]), home=HOME, who="", today=TODAY, progress=stop)
    assert told == ["正在核对", "正在比较"]


def test_only_a_whole_book_is_taken_for_one(handed_out: tuple[Replica, Whole, Path], tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("姓名,编号（勿改）\n岑某,!id resident\n", "utf-8")

    assert is_ours(read(handed_out[2]))
    assert not is_ours(read(plain))


@pytest.mark.parametrize("limit", ["CELLS_LIMIT", "TEXT_LIMIT", "AREA_LIMIT"])
def test_no_book_is_written_that_could_not_be_read_back(
    handed_out: tuple[Replica, Whole, Path], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(whole_out, limit, 500)
    with pytest.raises(Unfit) as told:
        whole(handed_out[0], WANTED)
    assert "资料太多" in told.value.title
    assert "网格" in told.value.advice


def test_empty_cells_do_not_make_a_book_too_large_to_read_but_filled_ones_do(
    handed_out: tuple[Replica, Whole, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = read(handed_out[2]).tables
    filled = sum(cell != "" for table in tables for row in table.rows for cell in row)
    area = sum(len(table.rows) * table.width for table in tables)
    assert area > filled

    monkeypatch.setattr(measure, "CELLS_LIMIT", filled)
    assert is_ours(read(handed_out[2]))
    monkeypatch.setattr(measure, "CELLS_LIMIT", filled // 2)
    with pytest.raises(UnreadableFile):
        read(handed_out[2])
    monkeypatch.undo()
    monkeypatch.setattr(measure, "AREA_LIMIT", area // 2)
    with pytest.raises(UnreadableFile):
        read(handed_out[2])


def test_any_import_knows_a_whole_book_and_asks_for_no_matching(
    handed_out: tuple[Replica, Whole, Path], other: Callable[[], Replica]
) -> None:
    target, book = other(), read(handed_out[2])
    target.set_meta(WAITING, '[["1", "000000007"]]')
    found = rehearse(target, book, home=HOME, who="岑某", today=TODAY)
    told = as_data("whole.xlsx", found, commit(target, found))

    assert (found.title, matched(book)) == ("全部资料", [])
    assert told["form"] == "全部资料"
    assert told["written"]["created"] == {kind: n for kind, n in handed_out[1].counts.items() if n}
    assert target.meta(WAITING) == '[["1", "000000007"]]', "what waits for another import still does"


def test_a_dwelling_is_told_by_its_building_and_a_person_by_the_door(
    tmp_path: Path, other: Callable[[], Replica]
) -> None:
    source = other()
    source.import_many(list(people.community()))
    tables = {table.name: table for table in read(_book(source, tmp_path)).tables}
    door = source.all(Dwelling, order=Dwelling.id)[0]

    assert tables["房屋"].rows[2][0] == "1号楼"
    assert str(tables["户"].rows[2][0]) == f"1号楼 {Dwelling.spec.line(door)}"


def _laptop(empty: Path, path: Path) -> Replica:
    path.write_bytes(empty.read_bytes())
    return opened(path)


def _unit(name: str, area: str = HOME) -> OrgUnit:
    return OrgUnit(area=area, name=name, level="grid")


def _book(replica: Replica, folder: Path) -> Path:
    path = folder / "whole.xlsx"
    path.write_bytes(whole(replica, WANTED).content)
    return path


def _rehearsed(replica: Replica, path: Path, home: str = HOME) -> Rehearsal:
    return rehearse_whole(replica, read(path), home=home, who="岑某", today=TODAY)


def _told(replica: Replica, kind: str) -> dict[str, dict[str, Any]]:
    """Id → what a record means, of all that live."""
    spec = RECORDS[kind]
    names = (*KEPT, *(f.name for f in spec.fields))
    return {one.id: {name: getattr(one, name) for name in names} for one in replica.all(spec.table)}
