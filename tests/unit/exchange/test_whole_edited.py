"""A whole book that somebody changed in Excel, on its way back: only their cells count, and never over what was changed here."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from gridclient.exchange.book import Book
from gridclient.exchange.lines import ERROR, WARNING
from gridclient.exchange.taking_back import take_back
from gridclient.store.imports import Imports
from sync.replica import Replica
from tests.support.whole_edits import (
    FIRST,
    brought,
    change,
    copied,
    home_of_two,
    only,
    put,
    resident,
    rewrite,
    small_book,
)


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


def test_a_cell_changed_in_excel_is_written_and_can_be_taken_back(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST, "工作单位", "桃溪中学"))
    found, report = brought(replica, book)

    assert found.issues == []
    assert (report.created, report.updated) == ({}, {"resident": 1})
    assert resident(replica).employer == "桃溪中学"
    imports = Imports(replica.engine)
    take_back(replica, imports, imports.all(datetime.now().astimezone())[0])
    assert resident(replica).employer == "桂花小学"


def test_what_was_changed_here_meanwhile_stays_and_both_are_told(replica: Replica, book: Book) -> None:
    rewrite(replica, phones=["19900054321"], employer="桂花医院")
    change(
        book,
        "居民",
        lambda tab: (put(tab, FIRST, "联系电话", "19900099999"), put(tab, FIRST, "职业", "教师")),
    )
    found, _report = brought(replica, book)

    issue = only(found)
    assert (issue.severity, issue.kind, issue.header) == (WARNING, "kept", "联系电话")
    assert issue.why == "导出以后本机改成了“199****4321”，保留本机的，没有用表里的"
    assert issue.raw == "19900099999"
    person = resident(replica)
    assert (person.phones, person.employer, person.occupation) == (["19900054321"], "桂花医院", "教师")


def test_fields_that_belong_together_are_kept_together(replica: Replica, book: Book) -> None:
    rewrite(replica, away_to="重庆")
    change(book, "居民", lambda tab: put(tab, FIRST, "外出时间", date(2026, 10, 1)))
    found, report = brought(replica, book)

    assert (only(found).kind, report.updated) == ("kept", {})


def test_the_same_change_on_both_sides_is_no_trouble(replica: Replica, book: Book) -> None:
    rewrite(replica, employer="桃溪中学")
    change(book, "居民", lambda tab: put(tab, FIRST, "工作单位", "桃溪中学"))

    assert brought(replica, book)[0].issues == []


def test_a_file_corrected_and_imported_again_is_no_change_from_here(replica: Replica, book: Book) -> None:
    for employer in ("桃溪中学", "桃溪小学"):
        change(book, "居民", lambda tab, words=employer: put(tab, FIRST, "工作单位", words))
        assert brought(replica, book)[0].issues == []
        assert resident(replica).employer == employer

    rewrite(replica, employer="桂花医院")
    change(book, "居民", lambda tab: put(tab, FIRST, "工作单位", "桃溪中学"))
    assert only(brought(replica, book)[0]).kind == "kept"


def test_a_cell_that_was_emptied_empties_the_field_and_says_so(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST + 1, "备注", ""))
    found, _report = brought(replica, book)

    assert only(found).kind == "emptied"
    assert resident(replica, "f").remark == ""


def test_a_cell_that_must_be_filled_cannot_be_emptied(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST, "姓名", ""))
    found, report = brought(replica, book)

    issue = only(found)
    assert (issue.severity, issue.kind, issue.row, issue.header) == (ERROR, "required_missing", FIRST, "姓名")
    assert report.updated == {}


def test_the_words_of_a_link_are_not_read(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST, "户", "别的户"))
    found, _report = brought(replica, book)

    assert (only(found).kind, found.batch) == ("link_kept", [])


def test_what_is_only_ever_added_to_is_not_altered(replica: Replica, book: Book) -> None:
    change(book, "走访", lambda tab: put(tab, FIRST, "备注", "后来想起"))
    found, _report = brought(replica, book)

    assert (only(found).kind, found.batch) == ("only_added", [])


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
    replica: Replica, book: Book, head: str, value: Any, kind: str
) -> None:
    change(book, "居民", lambda tab: (put(tab, FIRST, head, value), put(tab, FIRST, "职业", "教师")))
    found, _report = brought(replica, book)

    issue = only(found)
    assert (issue.severity, issue.kind, issue.row, issue.header) == (ERROR, kind, FIRST, head)
    assert found.batch == []
    assert found.counts.rows_with_errors == 1


@pytest.mark.parametrize("number", ["51990119800101", "51990119800101123", "519901198001011230"])
def test_a_number_that_cannot_be_a_residents_is_told_whatever_its_length(
    replica: Replica, book: Book, number: str
) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST, "身份证号", number))
    found, _report = brought(replica, book)

    issue = only(found)
    assert (issue.severity, issue.header) == (WARNING, "身份证号")
    assert issue.kind in ("id_length", "id_checksum")


def test_a_passport_is_not_taken_for_a_residents_number(replica: Replica, book: Book) -> None:
    change(book, "居民", lambda tab: put(tab, FIRST, "身份证号", "E12345678"))
    found, _report = brought(replica, book)

    assert found.issues == []
