"""Dirty workbooks, each with what a careful clerk found in it: counts, errors and warnings are the same, cell by cell."""

import json
from pathlib import Path
from typing import Any

import pytest

from gridclient.errors import UnreadableFile
from gridclient.exchange.telling import as_data, unreadable
from sync.replica import Replica
from tests.unit.exchange.conftest import rehearsed

DIRTY = [
    "01_身份证号变数字.xlsx",
    "02_全角空格撇号.xlsx",
    "03_一户合并单元格.xlsx",
    "04_表头在第六行_同义列名.xlsx",
    "05_日期写法大全.xlsx",
    "06_重复人员.xlsx",
    "07_走访登记_GB18030.csv",
    "07_走访登记_UTF8无BOM.csv",
    "08_含隐藏字典页和生僻字.xls",
    "09_平台导出_其实是网页.xls",
    "09_平台导出_其实是网页_又改了后缀.xlsx",
    "10_拷贝中断的文件.xlsx",
]


@pytest.mark.parametrize("name", DIRTY)
def test_a_dirty_file_is_judged_as_a_careful_clerk_judged_it(
    replica: Replica, trial_data: Path, name: str
) -> None:
    path = trial_data / "dirty" / name
    clerk = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))

    told = _told(replica, path)

    assert told["counts"] == told["counts"] | {
        count: rows for count, rows in clerk["counts"].items() if count in told["counts"]
    }
    wanted, allowed = _grave(clerk["issues"]), [issue for issue in clerk["issues"] if issue.get("optional")]
    found = _grave(told["issues"])
    assert [one for one in wanted if not any(_same(one, other) for other in found)] == []
    assert [one for one in found if not any(_same(other, one) for other in (*wanted, *allowed))] == []


def _told(replica: Replica, path: Path) -> dict[str, Any]:
    try:
        return as_data(path.name, rehearsed(replica, path), None)
    except UnreadableFile as error:
        return unreadable(path.name, error)


def _grave(issues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in issues if one["severity"] != "fixed" and not one.get("optional")]


def _same(clerk: dict[str, Any], ours: dict[str, Any]) -> bool:
    """True for one flaw in one cell under one name, or another name the clerk would do with."""
    cell = all(clerk.get(key) in (None, ours[key]) for key in ("sheet", "row", "column", "severity"))
    return cell and ours["kind"] in (clerk["kind"], *clerk.get("kinds_ok", ()))
