from datetime import date, timedelta

from hypothesis import given, strategies as st
import pytest

from gridclient.records.people import VisitRule
from gridclient.records.rounds import DueRule
from gridclient.rules import due as dues, progress
from gridclient.rules.due import RULES, Rule, due, facts

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("known", "why", "day"),
    [
        (facts(()), "一般户", date(2027, 5, 1)),
        (facts(["alone"]), "独居老人", date(2026, 12, 1)),
        (facts(["alone", "elderly"]), "高龄独居", date(2026, 11, 8)),
        (facts(["elderly"]), "一般户", date(2027, 5, 1)),
        (facts(["hardship"], tenure="02"), "困难家庭", date(2026, 12, 1)),
        (facts((), tenure="02"), "出租户", date(2027, 2, 1)),
        (facts((), kind="floating"), "流动人员", date(2026, 12, 1)),
        (facts((), centre=True), "中心户", date(2026, 12, 1)),
        (facts(()) | {dues.EMPTY}, "空置房", date(2027, 11, 1)),
    ],
)
def test_the_strictest_rule_that_fits_counts(known: frozenset[str], why: str, day: date) -> None:
    found = due(date(2026, 11, 1), known, TODAY)
    assert (found.why, found.day) == (why, day)


def test_never_visited_is_overdue_and_comes_first() -> None:
    never, late = due(None, facts(()), TODAY), due(date(2020, 1, 1), facts(()), TODAY)
    assert (never.urgency, never.pressing, late.pressing) == ("never", True, True)
    assert never.rank < late.rank < due(date(2026, 5, 1), facts(()), TODAY).rank


@pytest.mark.parametrize(
    ("last", "urgency", "words"),
    [
        (date(2026, 11, 14), "overdue", "高龄独居 每周，超期 1 天"),
        (date(2026, 11, 15), "today", "高龄独居 每周，今天到期"),
        (date(2026, 11, 20), "soon", "高龄独居 每周，还有 5 天"),
    ],
)
def test_a_due_day_is_told_in_words(last: date, urgency: str, words: str) -> None:
    found = due(last, facts(["alone", "elderly"]), TODAY)
    assert (found.urgency, found.words) == (urgency, words)


def test_a_household_s_own_rule_goes_before_its_labels() -> None:
    found = due(date(2026, 11, 1), facts(["alone", "elderly"]), TODAY, own_rule="quarter")
    assert (found.every, found.day) == ("quarter", date(2027, 2, 1))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from([r.value for r in VisitRule if r.value]))
def test_a_period_moves_forward_and_stays_in_its_month(last: date, every: str) -> None:
    then = dues.later(last, every)
    assert timedelta(days=7) <= then - last <= timedelta(days=366)
    assert every == "week" or then.day <= last.day


def test_the_end_of_a_month_stays_within_its_month() -> None:
    assert dues.later(date(2026, 1, 31), "month") == date(2026, 2, 28)
    assert dues.later(date(2024, 2, 29), "year") == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("every", "start"), [("month", (11, 1)), ("quarter", (10, 1)), ("half_year", (7, 1)), ("year", (1, 1))]
)
def test_a_period_begins_with_its_month(every: str, start: tuple[int, int]) -> None:
    assert dues.period_start(TODAY, every) == date(2026, *start)


def test_a_rule_reads_as_a_person_says_it() -> None:
    assert RULES[0].line() == "高龄独居 每周"
    assert [rule.whom for rule in (RULES[0], RULES[6], RULES[-1])] == [
        "高龄老人 并且 独居老人",
        "出租户",
        "全部住户",
    ]


def test_an_office_s_rule_takes_the_place_of_the_usual_one() -> None:
    own = dues.overlaid(
        [
            DueRule(id="b", words="独居", labels=["alone"], every="week", updated_at=2),
            DueRule(id="a", words="独居", labels=["alone"], every="year", updated_at=1),
            DueRule(id="c", words="残疾人", labels=["disabled"], every="month", updated_at=1),
        ]
    )
    assert len(own) == len(RULES) + 1
    assert due(TODAY, facts(["alone"]), TODAY, rules=own).every == "week"
    assert due(TODAY, facts(["disabled"]), TODAY, rules=own).why == "残疾人"


def test_a_retired_rule_asks_for_nothing_more() -> None:
    own = dues.overlaid([DueRule(words="流动人员", labels=["floating"], every="month", retired=True)])
    assert due(TODAY, facts(["floating"]), TODAY, rules=own).why == "一般户"


def test_a_retired_rule_stays_in_the_list_to_be_taken_up_again() -> None:
    record = DueRule(words="流动人员", labels=["floating"], every="month", retired=True)
    (line,) = (one for one in dues.lines([record]) if one.rule.needs == ("floating",))
    assert (line.off, line.record) == (True, record)
    assert len(dues.lines([record])) == len(RULES)


def test_everybody_is_visited_some_time_whatever_is_retired() -> None:
    own = dues.overlaid([DueRule(words="一般户", every="year", retired=True)])
    assert due(TODAY, facts(()), TODAY, rules=own).every == "year"


def test_a_period_nobody_here_knows_leaves_the_usual_rule() -> None:
    own = dues.overlaid([DueRule(words="独居", labels=["alone"], every="daily")])
    assert due(TODAY, facts(["alone"]), TODAY, rules=own).every == "month"


def test_without_a_rule_for_everybody_half_a_year_is_usual() -> None:
    only = (Rule("独居老人", ("alone",), "month"),)
    assert due(None, facts(()), TODAY, rules=only).every == "half_year"


def test_progress_counts_attempts_meetings_and_households() -> None:
    day = date(2026, 11, 20)
    knocks = [("a", day, "met"), ("a", day, "phoned"), ("b", day, "nobody"), ("c", date(2026, 10, 1), "met")]
    found = progress.progress(knocks, 4, date(2026, 11, 1), TODAY)
    assert (found.knocks, found.effective, found.covered, found.left, found.share) == (3, 2, 1, 3, 0.25)
    assert progress.pace(9, TODAY, TODAY + timedelta(days=2)) == 3
    assert progress.pace(9, TODAY, TODAY - timedelta(days=2)) == 9
    assert progress.progress([], 0, TODAY, TODAY).share == 1
