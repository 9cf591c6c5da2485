"""Rows of a whole book that were added, deleted, copied, sorted or spoilt in Excel."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook
import pytest

from gridclient.errors import Unfit
from gridclient.exchange.book import Book, Table
from gridclient.exchange.error_book import error_book
from gridclient.exchange.lines import ERROR, WARNING
from gridclient.exchange.reader import read
from gridclient.exchange.taking_back import take_back
from gridclient.exchange.whole_in import rehearse_whole
from gridclient.fields import RECORDS
from gridclient.records import GridWorker, Household, OrgUnit, Resident, Visit
from gridclient.store.imports import Imports
from sync.replica import Replica
from tests.support import people
from tests.support.whole_edits import (
    FIRST,
    GRID,
    HEAD,
    HOME,
    TODAY,
    brought,
    change,
    column,
    copied,
    got,
    handed_out,
    home_of_two,
    only,
    put,
    resident,
    small_book,
)
from tests.unit.exchange.conftest import opened


@pytest.fixture(scope="module")
def whole_book(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """What such a laptop hands out."""
    return small_book(empty, tmp_path_factory.mktemp("whole"))


@pytest.fixture
def replica(replica: Replica) -> Replica:
    """A laptop with one household."""
    replica.import_many(home_of_two())
    return replica


@pytest.fixture
def book(whole_book: Book) -> Book:
    """Its whole book, to be changed."""
    return copied(whole_book)


@pytest.fixture
def other(empty: Path, tmp_path: Path) -> Iterator[Replica]:
    """A laptop with nothing on it."""
    path = tmp_path / "other.db"
    path.write_bytes(empty.read_bytes())
    held = opened(path)
    yield held
    held.engine.dispose()


def test_a_row_that_was_deleted_deletes_nothing_and_says_so(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: tab.rows.pop(FIRST - 1))
    found, _report = brought(replica, book)

    assert (only(found).kind, only(found).severity) == ("rows_deleted", WARNING)
    assert replica.count(Resident) == 2


def test_a_row_that_was_added_is_a_new_record_where_its_household_belongs(
    replica: Replica, book: Book
) -> None:
    def add(tab: Table) -> None:
        for head, value in (("户", got(tab, FIRST, "户")), ("姓名", "岑 小雨"), ("出生日期", "2020.1.2")):
            put(tab, FIRST + 4, head, value)

    change(book, "居民", add)
    found, report = brought(replica, book)

    assert (found.issues, report.created) == ([], {"resident": 1})
    born = next(one for one in replica.all(Resident) if one.name == "岑小雨")
    assert (born.household, born.area, born.birth) == ("d" * 32, GRID, date(2020, 1, 2))
    assert (born.source, born.population) == ("import", "registered")
    assert brought(replica, book)[0].batch == [], "read a second time it must not be made again"


def test_a_visit_can_be_added(replica: Replica, book: Book) -> None:
    def add(tab: Table) -> None:
        for head, value in (("户", got(tab, FIRST, "户")), ("走访日期", TODAY), ("走访结果", "无人")):
            put(tab, FIRST + 1, head, value)

    change(book, "走访", add)

    assert brought(replica, book)[1].created == {"visit": 1}


@pytest.mark.parametrize(
    ("row", "kind", "head"),
    [
        ({"姓名": "岑小雨"}, "required_missing", "户"),
        ({"姓名": "岑小雨", "户": "没有的户"}, "unknown_link", "户"),
        ({"户": "="}, "required_missing", "姓名"),
    ],
)
def test_an_added_row_obeys_the_rules_of_the_form(
    replica: Replica, book: Book, row: dict[str, str], kind: str, head: str
) -> None:
    def add(tab: Table) -> None:
        for name, value in row.items():
            put(tab, FIRST + 2, name, got(tab, FIRST, "户") if value == "=" else value)

    change(book, "居民", add)
    issue = only(brought(replica, book)[0])

    assert (issue.severity, issue.kind, issue.row, issue.header) == (ERROR, kind, FIRST + 2, head)


def test_an_added_row_that_is_here_already_is_refused(replica: Replica, book: Book) -> None:
    def add(tab: Table) -> None:
        for head, value in (("房屋", got(tab, FIRST, "房屋")), ("户号", "000000007")):
            put(tab, FIRST + 1, head, value)

    change(book, "户", add)

    assert only(brought(replica, book)[0]).kind == "here_already"


def test_a_name_that_two_bear_is_not_guessed(replica: Replica, book: Book) -> None:
    replica.import_many([OrgUnit(area=HOME, name="第三网格", level="grid")])

    def add(tab: Table) -> None:
        put(tab, FIRST, "姓名", "张敏")
        put(tab, FIRST, "所属网格", "第三网格")

    change(book, "网格员", add)
    found, _report = brought(replica, book)

    assert (only(found).kind, replica.count(GridWorker)) == ("unknown_link", 0)


def test_two_added_rows_for_one_person_make_one(replica: Replica, book: Book) -> None:
    def add(tab: Table) -> None:
        for at, name in enumerate(("岑小雨", "岑晓雨"), FIRST + 2):
            for head, value in (
                ("户", got(tab, FIRST, "户")),
                ("姓名", name),
                ("身份证号", people.id_number(date(2020, 1, 2), "2", 61)),
            ):
                put(tab, at, head, value)

    change(book, "居民", add)
    found, report = brought(replica, book)

    assert only(found).kind == "here_already"
    assert report.created == {"resident": 1}


def test_nobody_is_put_into_a_household_in_the_recycle_bin(replica: Replica, book: Book) -> None:
    home = replica.get(Household, "d" * 32)
    assert home is not None
    replica.remove(home, "登错了")

    def add(tab: Table) -> None:
        put(tab, FIRST + 2, "户", got(tab, FIRST, "户"))
        put(tab, FIRST + 2, "姓名", "岑小雨")

    change(book, "居民", add)
    found, report = brought(replica, book)

    assert [issue.kind for issue in found.issues] == ["in_bin", "unknown_link"]
    assert report.created == {}


def test_the_name_in_a_link_is_starred_out_with_the_others(replica: Replica, book: Book) -> None:
    change(book, "户", lambda tab: put(tab, FIRST, "户主", "岑立冬 · 1号楼 2单元501"))
    issue = only(brought(replica, book)[0])

    assert issue.raw.startswith("岑立冬")
    assert "立冬" not in issue.masked().raw


def test_a_row_that_was_copied_whole_is_refused(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: tab.rows.append([*tab.rows[FIRST - 1]]))
    issue = only(brought(replica, book)[0])

    assert (issue.severity, issue.kind, issue.row) == (ERROR, "copied_row", FIRST + 2)


def test_rows_sorted_without_their_hidden_cells_are_refused(replica: Replica, book: Book) -> None:
    def swap(tab: Table) -> None:
        seen = len(RECORDS["resident"].fields)
        above, below = tab.rows[FIRST - 1], tab.rows[FIRST]
        above[:seen], below[:seen] = below[:seen], above[:seen]

    change(book, "居民", swap)
    found, _report = brought(replica, book)

    assert [issue.kind for issue in found.issues] == ["sorted_apart"] * 2
    assert found.batch == []


def test_sorted_with_the_hidden_cells_nothing_changes(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: tab.rows.insert(FIRST - 1, tab.rows.pop()))
    found, _report = brought(replica, book)

    assert (found.issues, found.batch) == ([], [])


def test_columns_moved_deleted_and_added_are_told_apart(replica: Replica, book: Book) -> None:
    def move(tab: Table) -> None:
        gone = column(tab, "曾用名")
        for number, row in enumerate(tab.rows, 1):
            del row[gone]
            row.insert(0, "我的记号" if number == HEAD else "")
            row.append("导入问题" if number == HEAD else "")

    change(book, "居民", move)
    found, _report = brought(replica, book)

    assert (found.issues, found.batch) == ([], [])
    assert [(one.sheet, one.header) for one in found.left_out] == [("居民", "曾用名")]
    assert found.unknown == [("居民", "A", "我的记号")]


def test_hidden_cells_somebody_has_spoilt_refuse_the_row(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST, "原值", "{"))
    found, _report = brought(replica, book)

    assert (only(found).kind, found.batch) == ("hidden_spoilt", [])


@pytest.mark.parametrize(
    ("cell", "spoilt"),
    [
        ("原值", '{"household":[5,"xxxx"]}'),
        ("原值", '{"household":["\\ud800","xxxx"]}'),
        ("原值", '{"labels":[7,"----"]}'),
        ("原值", '{"labels":["alone","----"]}'),
        ("原值", '{"birth":["x","----"]}'),
        ("原值", '{"birth":{"x":1}}'),
        ("原值", '{"unknown":3}'),
        ("原值", "[1]"),
        ("编号（勿改）", "../../x"),
        ("校验", "9" * 40),
        ("建立时间", "9" * 40),
    ],
)
def test_no_hidden_cell_can_break_an_import(
    replica: Replica, book: Book, other: Replica, cell: str, spoilt: str
) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST, cell, spoilt))
    for laptop in (replica, other):
        before = laptop.count(Resident)
        found, report = brought(laptop, book)
        made = report.created.get("resident", 0)

        assert laptop.count(Resident) == before + made
        assert all(issue.severity == ERROR for issue in found.issues if issue.kind == "hidden_spoilt")


def test_what_is_in_the_recycle_bin_here_stays_there(replica: Replica, book: Book) -> None:
    replica.remove(resident(replica), "登错了")
    found, _report = brought(replica, book)

    assert (only(found).kind, found.batch) == ("in_bin", [])


def test_what_was_taken_back_with_an_import_comes_again_with_the_next(replica: Replica, book: Book) -> None:
    for record in (*replica.all(Visit), *replica.all(Resident)):
        replica.remove(record, "撤回导入")
    _found, report = brought(replica, book)

    assert report.updated == {"resident": 2, "visit": 1}
    assert replica.count(Resident) == 2
    imports = Imports(replica.engine)
    take_back(replica, imports, imports.all(datetime.now().astimezone())[0])
    assert replica.count(Resident) == 0


def test_somebody_known_here_under_another_id_is_pointed_out(replica: Replica, book: Book) -> None:
    mine = replica.get(Household, "d" * 32)
    assert mine is not None
    mine.number = ""
    replica.save(mine)
    change(book, "户", lambda tab: put(tab, FIRST, "编号（勿改）", "9" * 32))
    mine.number = "000000007"
    replica.save(mine)
    found, _report = brought(replica, book)

    assert [issue.kind for issue in found.issues] == ["maybe_twice"]


def test_what_was_typed_before_anybody_said_which_community_comes_to_this_one(
    replica: Replica, book: Book, other: Replica
) -> None:
    for kind in ("组织单元", "楼栋", "房屋", "户", "居民", "走访"):
        change(book, kind, _unsaid)
    found, report = brought(other, book)

    assert (found.counts.rows_with_errors, sum(report.created.values())) == (0, 7)
    assert {home.area for home in other.all(Household)} == {GRID}


def _unsaid(tab: Table) -> None:
    for row in range(FIRST, len(tab.rows) + 1):
        put(tab, row, "区划", str(got(tab, row, "区划")).replace(HOME, "0" * 12))


def test_the_book_of_another_community_is_refused(replica: Replica, book: Book) -> None:
    with pytest.raises(Unfit, match="另一个社区"):
        rehearse_whole(replica, book, home="510000000000", who="", today=TODAY)


def test_a_book_of_a_newer_program_is_refused(replica: Replica, book: Book) -> None:
    def newer(tab: Table) -> None:
        place = column(tab, "编号（勿改）")
        tab.rows[0][place] = str(tab.rows[0][place]).replace(" v1 ", " v2 ")

    change(book, "居民", newer)
    with pytest.raises(Unfit, match="新版本"):
        brought(replica, book)


def test_rows_nobody_wants_are_passed_over(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST, "工作单位", "桃溪中学"))
    unwanted = frozenset({("居民", FIRST)})
    found = rehearse_whole(replica, book, home=HOME, who="", today=TODAY, unwanted=unwanted)

    assert (found.batch, found.counts.rows_skipped) == ([], 1)


def test_the_marked_copy_names_what_is_wrong_and_can_be_brought_back(
    replica: Replica, tmp_path: Path
) -> None:
    path = handed_out(replica, tmp_path / "whole.xlsx")
    edited = load_workbook(path)
    heads = [cell.value for cell in edited["居民"][HEAD]]
    edited["居民"].cell(FIRST, heads.index("性别") + 1).value = "男的"
    edited.save(path)
    book = read(path)
    found, _report = brought(replica, book)
    path.write_bytes(error_book(path, book, found.issues, refused=True))
    marked = load_workbook(path)
    tab = marked["居民"]
    heads = [cell.value for cell in tab[HEAD]]

    assert tab.cell(FIRST, heads.index("性别") + 1).comment is not None
    assert "没有这一项" in str(tab.cell(FIRST, heads.index("导入问题") + 1).value)
    assert tab.row_dimensions[1].hidden
    assert tab.row_dimensions[FIRST + 1].hidden
    tab.cell(FIRST, heads.index("性别") + 1).value = "男"
    marked.save(path)
    found, report = brought(replica, path)
    assert (found.issues, found.unknown, report.updated) == ([], [], {"resident": 1})
