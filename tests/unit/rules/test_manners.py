from datetime import date, time

import pytest

from gridclient.records.rounds import VisitManners
from gridclient.rules import manners
from gridclient.rules.manners import USUAL, cautions

TODAY = date(2026, 11, 22)
NOON = time(11, 0)


def told(now: time | None = NOON, last: date | None = None, outcome: str = "met") -> list[tuple[str, bool]]:
    found = cautions(USUAL, today=TODAY, now=now, last=last, outcome=outcome, by=["张敏"])
    return [(caution.words, caution.grave) for caution in found]


@pytest.mark.parametrize("now", [time(21, 0), time(23, 59), time(0, 0), time(7, 59), time(13, 0)])
def test_quiet_hours_are_said_and_go_over_midnight(now: time) -> None:
    ((words, grave),) = told(now)
    assert "不敲门" in words
    assert grave


@pytest.mark.parametrize("now", [time(8, 0), time(12, 29), time(14, 0), time(20, 59), None])
def test_nothing_is_said_at_other_times_or_when_nobody_knocks(now: time | None) -> None:
    assert told(now) == []


def test_who_was_there_lately_is_said_with_the_day() -> None:
    assert told(last=date(2026, 11, 20)) == [("张敏 11-20（2 天前）走访过，约定同一户间隔 3 天", True)]
    assert told(last=date(2026, 11, 17)) == [("张敏 11-17（5 天前）走访过", False)]
    assert told(last=TODAY, outcome="nobody") == [("张敏 11-22（今天）来过（无人）", False)]
    assert told(last=date(2026, 11, 15)) == []


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("21:00-8:00、12:30-14:00", USUAL.quiet),
        ("21—8，12：30至14", USUAL.quiet),
        ("晚上不去", None),
        ("21:00-8:75", None),
        ("", ()),
        ("21:00至次日8:00", ((time(21), time(8)),)),
        ("22-24", ((time(22), time(0)),)),
    ],
)
def test_times_are_read_as_people_type_them(typed: str, read: tuple[manners.Span, ...] | None) -> None:
    if read is None:
        with pytest.raises(ValueError, match="时段请写成"):
            manners.spans_of(typed)
    else:
        assert manners.spans_of(typed) == read


def test_times_are_told_as_they_are_typed() -> None:
    assert USUAL.words == "21:00-8:00、12:30-14:00"
    assert manners.spans_of(USUAL.words) == USUAL.quiet


def test_what_was_agreed_last_counts() -> None:
    old = VisitManners(id="a", quiet="20-9", least_days=7, updated_at=1)
    new = VisitManners(id="b", quiet="", least_days=0, updated_at=2)
    assert manners.agreed([new, old]) == manners.Manners((), 0)
    assert manners.agreed([]) == USUAL


def test_an_agreement_that_cannot_be_read_leaves_the_usual_times() -> None:
    assert manners.agreed([VisitManners(quiet="看情况")]) == USUAL
