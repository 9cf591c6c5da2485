"""A door, a day and a sweep in words."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from gridclient.rules.due import due, facts
from gridclient.rules.progress import Progress, Sweep
from gridclient.store.homes import Door
from gridclient.ui import round_words
from gridclient.ui.door_words import due_words, last_words, reason, today_state, visit_state

TODAY = date(2026, 11, 22)
SWEEP = Sweep("冬季敲门", date(2026, 11, 10), date(2026, 12, 31), everywhere=True)


def door(last: date | None = None, **fields: object) -> Door:
    known = facts(("alone",))
    plain = Door(
        dwelling="d",
        building="b",
        area="a",
        unit="2",
        floor=5,
        door="501",
        label="3号楼2单元501",
        tenure="01",
        use="housing",
        households=("h",),
        head="王建国",
        size=3,
        labels=("alone",),
        last_visit=last,
        last_outcome="met" if last else "",
        last_effective=last,
        due=due(last, known, TODAY),
        party=False,
        centre=False,
        completeness=0.5,
        standing="",
        building_name="3号楼",
    )
    return replace(plain, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("here", "outcome", "state", "why"),
    [
        (door(), "", "never", "从未走访"),
        (door(), "met", "done", "从未走访"),
        (door(), "nobody", "tried", "从未走访"),
        (door(date(2026, 10, 10)), "", "late", "独居老人，超 12 天"),
        (door(date(2026, 10, 22)), "", "due", "独居老人"),
        (door(sweeps=("冬季敲门",)), "", "swept", "冬季敲门"),
        (door(date(2026, 11, 1), sweeps=("冬季敲门",)), "", "swept", "冬季敲门"),
        (door(date(2026, 10, 10), sweeps=("冬季敲门",)), "", "late", "独居老人，超 12 天"),
        (door(last_visit=date(2026, 11, 20), last_outcome="nobody"), "", "again", "上次无人"),
        (door(last_visit=date(2026, 11, 20), last_outcome="nobody", unmet=3), "", "again", "连续 3 次无人"),
        (door(appointment=TODAY, at=datetime(2026, 11, 22, 19)), "", "appointed", "约定 19:00"),
    ],
)
def test_a_door_says_why_it_is_on_the_list(here: Door, outcome: str, state: str, why: str) -> None:
    assert today_state(here, TODAY, outcome) == state
    assert reason(here, TODAY) == why


def test_a_door_nobody_opened_again_says_how_often_in_a_row() -> None:
    here = door(last_visit=TODAY, last_outcome="nobody", unmet=3)

    assert last_words(here, TODAY) == "上次 2026-11-22（今天） 连续 3 次无人"
    assert round_words.door_line(here, "tried", "nobody", TODAY, running=False).why == "连续 3 次无人"
    assert last_words(replace(here, unmet=1), TODAY).endswith(" 无人")


def test_a_sweep_asks_for_a_door_that_no_rule_asks_for() -> None:
    here = door(date(2026, 11, 1), sweeps=("冬季敲门",))
    assert due_words(here) == ("大走访：冬季敲门", "info")
    assert visit_state(here, TODAY) == "due"
    assert visit_state(replace(here, sweeps=()), TODAY) == "done"


def test_the_day_is_told_before_and_after_the_first_knock() -> None:
    assert round_words.day_words(TODAY) == "今日　11月22日 周日"
    assert round_words.tally_words({}, 40) == "应访 40 户"
    told = round_words.tally_words({"a": "met", "b": "nobody", "c": "nobody"}, 37)
    assert told == "敲门 3 户　无人 2　见面 1　还剩 37 户"


@pytest.mark.parametrize(
    ("covered", "today", "end"),
    [
        (1204, TODAY, "每天约 50 户"),
        (3168, TODAY, "全部走完"),
        (3000, date(2026, 12, 31), "今天最后一天"),
    ],
)
def test_a_sweep_says_how_far_it_is_and_what_a_day_must_bring(covered: int, today: date, end: str) -> None:
    told = round_words.sweep_words(SWEEP, Progress(1900, covered, covered, 3168), today)
    assert told.startswith(f"冬季敲门（至 12-31）　已见 {covered}/3168 户 {covered / 3168:.0%}　敲门 1900 次")
    assert told.endswith(end)


def test_a_line_bears_the_outcome_once_a_door_is_closed() -> None:
    here = door(standing="kept")
    line = round_words.door_line(here, "done", "met", TODAY, running=False)
    assert (line.group, line.room, line.people, line.why) == ("3号楼2单元", "501", "王建国 户 3人", "见面")
    assert line.standing is not None


def test_completeness_is_that_of_the_doors_shown() -> None:
    assert round_words.completeness([door(), door(completeness=1.0)]) == 0.75
    assert round_words.completeness([]) == 1.0
