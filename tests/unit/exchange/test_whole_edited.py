"""A whole book that somebody changed in Excel, on its way back: only their cells count, and never over what was changed here."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
import pytest

from gridclient.errors import Unfit
from gridclient.exchange.error_book import error_book
from gridclient.exchange.lines import ERROR, WARNING, Issue
from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import Rehearsal
from gridclient.exchange.taking_back import take_back
from gridclient.exchange.whole_in import rehearse_whole
from gridclient.exchange.whole_out import Wanted, whole
from gridclient.exchange.writing import Report, commit
from gridclient.fields import RECORDS
from gridclient.records import Building, Dwelling, GridWorker, Household, OrgUnit, Resident, Visit
from gridclient.store.imports import Imports
from sync.replica import Replica
from tests.unit.exchange.conftest import opened

HOME, TODAY = "519901001001", date(2026, 10, 31)
HEAD, FIRST = 2, 3  # rows as Excel counts them
Change = Callable[[Any], None]


@pytest.fixture
def replica(replica: Replica) -> Replica:
    """One door with a household of two, and a visit to it."""
    unit = OrgUnit(id="a" * 32, area=HOME, code=HOME + "003", name="第三网格", level="grid")
    house = Building(id="b" * 32, area=HOME + "003", name="1号楼", grid=unit.id)
    door = Dwelling(id="c" * 32, area=HOME + "003", building=house.id, unit="2", door="501")
    home = Household(id="d" * 32, area=HOME + "003", dwelling=door.id, number="000000007", head_name="岑立冬")
    head = Resident(id="e" * 32, area=HOME + "003", household=home.id, name="岑立冬", employer="桂花小学")
    head.phones, head.away_to = ["19900012345"], "成都"
    other = Resident(id="f" * 32, area=HOME + "003", household=home.id, name="岑小雪", remark="安静")
    visit = Visit(id="1" * 32, area=HOME + "003", visited_on=TODAY, outcome="met", household=home.id)
    replica.import_many([unit, house, door, home, head, other, visit])
    return replica


@pytest.fixture
def other(empty: Path, tmp_path: Path) -> Iterator[Replica]:
    """A laptop with nothing on it."""
    path = tmp_path / "other.db"
    path.write_bytes(empty.read_bytes())
    held = opened(path)
    yield held
    held.engine.dispose()


@pytest.fixture
def path(replica: Replica, tmp_path: Path) -> Path:
    """The whole book of that laptop."""
    made = tmp_path / "whole.xlsx"
    made.write_bytes(whole(replica, Wanted("核对", "岑某", datetime(2026, 10, 31, 9))).content)
    return made


def test_a_cell_changed_in_excel_is_written_and_can_be_taken_back(replica: Replica, path: Path) -> None:
    _change(path, "居民", lambda tab: _set(tab, FIRST, "工作单位", "桃溪中学"))
    found, report = _brought(replica, path)

    assert found.issues == []
    assert (report.created, report.updated) == ({}, {"resident": 1})
    assert _resident(replica).employer == "桃溪中学"
    imports = Imports(replica.engine)
    take_back(replica, imports, imports.all(datetime.now().astimezone())[0])
    assert _resident(replica).employer == "桂花小学"


def test_what_was_changed_here_meanwhile_stays_and_both_are_told(replica: Replica, path: Path) -> None:
    _save(replica, phones=["19900054321"], employer="桂花医院")
    _change(
        path,
        "居民",
        lambda tab: (_set(tab, FIRST, "联系电话", "19900099999"), _set(tab, FIRST, "职业", "教师")),
    )
    found, _report = _brought(replica, path)

    issue = _only(found)
    assert (issue.severity, issue.kind, issue.header) == (WARNING, "kept", "联系电话")
    assert issue.why == "导出以后本机改成了“199****4321”，保留本机的，没有用表里的"
    assert issue.raw == "19900099999"
    person = _resident(replica)
    assert (person.phones, person.employer, person.occupation) == (["19900054321"], "桂花医院", "教师")


def test_fields_that_belong_together_are_kept_together(replica: Replica, path: Path) -> None:
    _save(replica, away_to="重庆")
    _change(path, "居民", lambda tab: _set(tab, FIRST, "外出时间", date(2026, 10, 1)))
    found, report = _brought(replica, path)

    assert (_only(found).kind, report.updated) == ("kept", {})


def test_the_same_change_on_both_sides_is_no_trouble(replica: Replica, path: Path) -> None:
    _save(replica, employer="桃溪中学")
    _change(path, "居民", lambda tab: _set(tab, FIRST, "工作单位", "桃溪中学"))

    assert _brought(replica, path)[0].issues == []


def test_a_cell_that_was_emptied_empties_the_field_and_says_so(replica: Replica, path: Path) -> None:
    _change(path, "居民", lambda tab: _set(tab, FIRST + 1, "备注", None))
    found, _report = _brought(replica, path)

    assert _only(found).kind == "emptied"
    assert _resident(replica, "f").remark == ""


def test_a_cell_that_must_be_filled_cannot_be_emptied(replica: Replica, path: Path) -> None:
    _change(path, "居民", lambda tab: _set(tab, FIRST, "姓名", None))
    found, report = _brought(replica, path)

    issue = _only(found)
    assert (issue.severity, issue.kind, issue.row, issue.header) == (ERROR, "required_missing", FIRST, "姓名")
    assert report.updated == {}


def test_the_words_of_a_link_are_not_read(replica: Replica, path: Path) -> None:
    _change(path, "居民", lambda tab: _set(tab, FIRST, "户", "别的户"))
    found, _report = _brought(replica, path)

    assert (_only(found).kind, found.batch) == ("link_kept", [])


def test_what_is_only_ever_added_to_is_not_altered(replica: Replica, path: Path) -> None:
    _change(path, "走访", lambda tab: _set(tab, FIRST, "备注", "后来想起"))
    found, _report = _brought(replica, path)

    assert (_only(found).kind, found.batch) == ("only_added", [])


@pytest.mark.parametrize(
    ("head", "value", "kind"),
    [
        ("性别", "男的", "bad_value"),
        ("出生日期", "二月三十", "date_invalid"),
        ("身份证号", 519901200104213386, "id_truncated"),
        ("联系电话", "123456789012345678", "phone_format"),
        ("与户主关系备注", "字" * 31, "bad_value"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_cell(
    replica: Replica, path: Path, head: str, value: Any, kind: str
) -> None:
    _change(path, "居民", lambda tab: (_set(tab, FIRST, head, value), _set(tab, FIRST, "职业", "教师")))
    found, _report = _brought(replica, path)

    issue = _only(found)
    assert (issue.severity, issue.kind, issue.row, issue.header) == (ERROR, kind, FIRST, head)
    assert found.batch == []
    assert found.counts.rows_with_errors == 1


def test_a_row_that_was_deleted_deletes_nothing_and_says_so(replica: Replica, path: Path) -> None:
    _change(path, "居民", lambda tab: tab.delete_rows(FIRST))
    found, _report = _brought(replica, path)

    assert (_only(found).kind, _only(found).severity) == ("rows_deleted", WARNING)
    assert replica.count(Resident) == 2


def test_a_row_that_was_added_is_a_new_record_where_its_household_belongs(
    replica: Replica, path: Path
) -> None:
    def add(tab: Any) -> None:
        for head, value in (("户", _get(tab, FIRST, "户")), ("姓名", "岑 小雨"), ("出生日期", "2020.1.2")):
            _set(tab, FIRST + 4, head, value)

    _change(path, "居民", add)
    found, report = _brought(replica, path)

    assert (found.issues, report.created) == ([], {"resident": 1})
    born = next(one for one in replica.all(Resident) if one.name == "岑小雨")
    assert (born.household, born.area, born.birth) == ("d" * 32, HOME + "003", date(2020, 1, 2))
    assert (born.source, born.population) == ("import", "registered")
    assert _brought(replica, path)[0].batch == [], "read a second time it must not be made again"


def test_a_visit_can_be_added(replica: Replica, path: Path) -> None:
    def add(tab: Any) -> None:
        for head, value in (("户", _get(tab, FIRST, "户")), ("走访日期", TODAY), ("走访结果", "无人")):
            _set(tab, FIRST + 1, head, value)

    _change(path, "走访", add)

    assert _brought(replica, path)[1].created == {"visit": 1}


@pytest.mark.parametrize(
    ("row", "kind", "head"),
    [
        ({"姓名": "岑小雨"}, "required_missing", "户"),
        ({"姓名": "岑小雨", "户": "没有的户"}, "unknown_link", "户"),
        ({"户": "="}, "required_missing", "姓名"),
    ],
)
def test_an_added_row_obeys_the_rules_of_the_form(
    replica: Replica, path: Path, row: dict[str, str], kind: str, head: str
) -> None:
    def add(tab: Any) -> None:
        for name, value in row.items():
            _set(tab, FIRST + 2, name, _get(tab, FIRST, "户") if value == "=" else value)

    _change(path, "居民", add)
    issue = _only(_brought(replica, path)[0])

    assert (issue.severity, issue.kind, issue.row, issue.header) == (ERROR, kind, FIRST + 2, head)


def test_an_added_row_that_is_here_already_is_refused(replica: Replica, path: Path) -> None:
    def add(tab: Any) -> None:
        for head, value in (("房屋", _get(tab, FIRST, "房屋")), ("户号", "000000007")):
            _set(tab, FIRST + 1, head, value)

    _change(path, "户", add)

    assert _only(_brought(replica, path)[0]).kind == "here_already"


def test_a_name_that_two_bear_is_not_guessed(replica: Replica, path: Path) -> None:
    replica.import_many([OrgUnit(area=HOME, name="第三网格", level="grid")])

    def add(tab: Any) -> None:
        _set(tab, FIRST, "姓名", "张敏")
        _set(tab, FIRST, "所属网格", "第三网格")

    _change(path, "网格员", add)
    found, _report = _brought(replica, path)

    assert (_only(found).kind, replica.count(GridWorker)) == ("unknown_link", 0)


def test_a_row_that_was_copied_whole_is_refused(replica: Replica, path: Path) -> None:
    def copy(tab: Any) -> None:
        for column in range(1, tab.max_column + 1):
            tab.cell(FIRST + 2, column, tab.cell(FIRST, column).value)

    _change(path, "居民", copy)
    issue = _only(_brought(replica, path)[0])

    assert (issue.severity, issue.kind, issue.row) == (ERROR, "copied_row", FIRST + 2)


def test_rows_sorted_without_their_hidden_cells_are_refused(replica: Replica, path: Path) -> None:
    def swap(tab: Any) -> None:
        for column in range(1, len(RECORDS["resident"].fields) + 1):
            above, below = tab.cell(FIRST, column), tab.cell(FIRST + 1, column)
            above.value, below.value = below.value, above.value

    _change(path, "居民", swap)
    found, _report = _brought(replica, path)

    assert [issue.kind for issue in found.issues] == ["sorted_apart"] * 2
    assert found.batch == []


def test_sorted_with_the_hidden_cells_nothing_changes(replica: Replica, path: Path) -> None:
    def swap(tab: Any) -> None:
        for column in range(1, tab.max_column + 1):
            above, below = tab.cell(FIRST, column), tab.cell(FIRST + 1, column)
            above.value, below.value = below.value, above.value

    _change(path, "居民", swap)
    found, _report = _brought(replica, path)

    assert (found.issues, found.batch) == ([], [])


def test_columns_moved_deleted_and_added_are_told_apart(replica: Replica, path: Path) -> None:
    def move(tab: Any) -> None:
        tab.delete_cols(_column(tab, "曾用名"))
        tab.insert_cols(1)
        tab.cell(HEAD, 1, "我的记号")
        tab.cell(HEAD, tab.max_column + 1, "导入问题")

    _change(path, "居民", move)
    found, _report = _brought(replica, path)

    assert (found.issues, found.batch) == ([], [])
    assert [(one.sheet, one.header) for one in found.left_out] == [("居民", "曾用名")]
    assert found.unknown == [("居民", "A", "我的记号")]


def test_hidden_cells_somebody_has_spoilt_refuse_the_row(replica: Replica, path: Path) -> None:
    _change(path, "居民", lambda tab: _set(tab, FIRST, "原值", "{"))
    found, _report = _brought(replica, path)

    assert (_only(found).kind, found.batch) == ("hidden_spoilt", [])


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
    replica: Replica, path: Path, other: Replica, cell: str, spoilt: str
) -> None:
    _change(path, "居民", lambda tab: _set(tab, FIRST, cell, spoilt))
    for laptop in (replica, other):
        before = laptop.count(Resident)
        found, report = _brought(laptop, path)
        made = report.created.get("resident", 0)

        assert laptop.count(Resident) == before + made
        assert all(issue.severity == ERROR for issue in found.issues if issue.kind == "hidden_spoilt")


def test_what_is_in_the_recycle_bin_here_stays_there(replica: Replica, path: Path) -> None:
    replica.remove(_resident(replica), "登错了")
    found, _report = _brought(replica, path)

    assert (_only(found).kind, found.batch) == ("in_bin", [])


def test_what_was_taken_back_with_an_import_comes_again_with_the_next(replica: Replica, path: Path) -> None:
    for record in (*replica.all(Visit), *replica.all(Resident)):
        replica.remove(record, "撤回导入")
    _found, report = _brought(replica, path)

    assert report.updated == {"resident": 2, "visit": 1}
    assert replica.count(Resident) == 2
    imports = Imports(replica.engine)
    take_back(replica, imports, imports.all(datetime.now().astimezone())[0])
    assert replica.count(Resident) == 0


def test_somebody_known_here_under_another_id_is_pointed_out(replica: Replica, path: Path) -> None:
    mine = replica.get(Household, "d" * 32)
    assert mine is not None
    mine.number = ""
    replica.save(mine)
    _change(path, "户", lambda tab: _set(tab, FIRST, "编号（勿改）", "9" * 32))
    mine.number = "000000007"
    replica.save(mine)
    found, _report = _brought(replica, path)

    assert [issue.kind for issue in found.issues] == ["maybe_twice"]


def test_the_book_of_another_community_is_refused(replica: Replica, path: Path) -> None:
    with pytest.raises(Unfit, match="另一个社区"):
        rehearse_whole(replica, read(path), home="510000000000", who="", today=TODAY)


def test_a_book_of_a_newer_program_is_refused(replica: Replica, path: Path) -> None:
    def newer(tab: Any) -> None:
        cell = next(cell for cell in tab[1] if str(cell.value).startswith("!id "))
        cell.value = cell.value.replace(" v1 ", " v2 ")

    _change(path, "居民", newer)
    with pytest.raises(Unfit, match="新版本"):
        _brought(replica, path)


def test_rows_nobody_wants_are_passed_over(replica: Replica, path: Path) -> None:
    _change(path, "居民", lambda tab: _set(tab, FIRST, "工作单位", "桃溪中学"))
    unwanted = frozenset({("居民", FIRST)})
    found = rehearse_whole(replica, read(path), home=HOME, who="", today=TODAY, unwanted=unwanted)

    assert (found.batch, found.counts.rows_skipped) == ([], 1)


def test_the_marked_copy_names_what_is_wrong_and_can_be_brought_back(replica: Replica, path: Path) -> None:
    _change(path, "居民", lambda tab: _set(tab, FIRST, "性别", "男的"))
    found, _report = _brought(replica, path)
    path.write_bytes(error_book(path, read(path), found.issues, refused=True))
    tab = load_workbook(path)["居民"]

    assert tab.cell(FIRST, _column(tab, "性别")).comment is not None
    assert "没有这一项" in str(_get(tab, FIRST, "导入问题"))
    assert tab.row_dimensions[1].hidden
    assert tab.row_dimensions[FIRST + 1].hidden
    _change(path, "居民", lambda tab: _set(tab, FIRST, "性别", "男"))
    found, report = _brought(replica, path)
    assert (found.issues, found.unknown, report.updated) == ([], [], {"resident": 1})


def _change(path: Path, sheet: str, change: Change) -> None:
    book = load_workbook(path)
    change(book[sheet])
    book.save(path)


def _column(tab: Any, head: str) -> int:
    return next(cell.column for cell in tab[HEAD] if cell.value == head)


def _set(tab: Any, row: int, head: str, value: Any) -> None:
    tab.cell(row, _column(tab, head)).value = value


def _get(tab: Any, row: int, head: str) -> Any:
    return tab.cell(row, _column(tab, head)).value


def _brought(replica: Replica, path: Path) -> tuple[Rehearsal, Report]:
    found = rehearse_whole(replica, read(path), home=HOME, who="岑某", today=TODAY)
    return found, commit(replica, found)


def _only(found: Rehearsal) -> Issue:
    assert len(found.issues) == 1, [(issue.kind, issue.why) for issue in found.issues]
    return found.issues[0]


def _resident(replica: Replica, letter: str = "e") -> Resident:
    person = replica.get(Resident, letter * 32)
    assert person is not None
    return person


def _save(replica: Replica, **values: Any) -> None:
    person = _resident(replica)
    for name, value in values.items():
        setattr(person, name, value)
    replica.save(person)
