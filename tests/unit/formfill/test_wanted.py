"""A script fills a form as the window does: masked unless it says why, and always noted."""

from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from gridclient.errors import Unfit
from gridclient.formfill.match import proposed, read_office_form, settled, to_file
from gridclient.formfill.wanted import FormWanted, fill_wanted
from gridclient.store.trail import Trail
from sync.replica import Replica
from tests.support.office_forms import plain_form

NOW = datetime(2026, 11, 22, 9, 0)
HEADS = ["序号", "姓名", "身份证号码", "户主电话", "领导批示"]


@pytest.fixture
def trail() -> Trail:
    return Trail(create_engine("sqlite://", poolclass=StaticPool))


def test_a_form_is_filled_masked_and_noted(tmp_path: Path, replica: Replica, trail: Trail) -> None:
    wanted = FormWanted(plain_form(tmp_path / "表.xlsx", HEADS), tmp_path / "填好.xlsx", scope="1栋")

    told = fill_wanted(wanted, replica, trail, "张敏", NOW)

    rows = list(load_workbook(wanted.out).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [row[:4] for row in rows] == [
        (1, "李䶮", "519901********0338", "199****0079"),
        (2, "王㛃", "519901********1338", "199****0079"),
    ]
    assert (told["rows"], told["persons"], told["open"]) == (2, 2, ["领导批示"])
    assert [(step.who, step.persons, step.full) for step in trail.steps()] == [("张敏", 2, False)]


def test_whole_numbers_are_written_with_the_reason_noted(
    tmp_path: Path, replica: Replica, trail: Trail
) -> None:
    wanted = FormWanted(plain_form(tmp_path / "表.xlsx", HEADS), tmp_path / "填好.xlsx", why="街道要求")

    fill_wanted(wanted, replica, trail, "张敏", NOW)

    assert load_workbook(wanted.out).worksheets[0]["C2"].value == "519901195001010338"
    assert [(step.full, step.why) for step in trail.steps()] == [(True, "街道要求")]


def test_a_colleagues_match_is_used_and_one_that_is_gone_is_told(
    tmp_path: Path, replica: Replica, trail: Trail
) -> None:
    path, kept = plain_form(tmp_path / "表.xlsx", HEADS), tmp_path / "对应.json"
    kept.write_bytes(to_file(settled(proposed(read_office_form(path)), 4, "name").match))
    wanted = FormWanted(path, tmp_path / "填好.xlsx", match=kept)

    assert fill_wanted(wanted, replica, trail, "张敏", NOW)["open"] == []
    kept.unlink()
    with pytest.raises(Unfit, match="读不出来"):
        fill_wanted(wanted, replica, trail, "张敏", NOW)
