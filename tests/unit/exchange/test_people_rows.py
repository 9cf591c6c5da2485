"""Rows about persons that are odd on their own: failed formulas, and rows about somebody who is known."""

from pathlib import Path

from gridclient.records import Resident
from sync.replica import Replica
from tests.unit.exchange.conftest import Bring
from tests.unit.exchange.workbooks import book, numbered, person, population


def test_a_formula_that_failed_is_told_and_brings_nothing(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    found, _ = bring(
        population(
            tmp_path / "a.xlsx",
            person("#N/A", numbered(1)),
            person("钱某", numbered(2), 民族="#REF!", 服务处所="#NAME?"),
        )
    )

    assert [
        (i.row, i.severity, i.kind) for i in found.issues if i.header in ("姓名", "民族", "服务处所")
    ] == [
        (3, "error", "formula_error"),
        (4, "warning", "formula_error"),
        (4, "warning", "formula_error"),
    ]
    assert found.words == []
    assert [(r.name, r.nation, r.employer) for r in replica.all(Resident)] == [("钱某", "", "")]


def test_a_row_that_says_nothing_of_a_home_is_about_somebody_who_is_known(
    replica: Replica, bring: Bring, tmp_path: Path
) -> None:
    bring(population(tmp_path / "a.xlsx", person("赵某", numbered(1))))
    heads = ["姓名", "身份证号", "工作单位"]
    rows = [["赵某", numbered(1), "桃溪小学"], ["钱某", numbered(2), "桃溪小学"]]

    found, report = bring(book(tmp_path / "b.xlsx", {"名单": [heads, *rows]}))

    assert [(i.row, i.kind) for i in found.issues] == [(3, "no_place")]
    assert report.updated == {"resident": 1}
    assert [(r.name, r.employer) for r in replica.all(Resident)] == [("赵某", "桃溪小学")]
