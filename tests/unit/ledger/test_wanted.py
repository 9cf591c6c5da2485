"""What is asked for in words is found, or named in words that help."""

from datetime import date

import pytest

from gridclient.errors import Unfit
from gridclient.ledger.scope import EVERYTHING, Scope
from gridclient.ledger.template import shipped
from gridclient.ledger.wanted import ledger_named, period_wanted, scope_named
from gridclient.records import Building, OrgUnit
from sync.replica import Replica
from tests.unit.ledger.conftest import COMMUNITY, FIRST, SECOND


@pytest.mark.parametrize(
    ("text", "name"), [("visits", "visits"), ("入户走访台账", "visits"), ("月报表", "month")]
)
def test_a_ledger_is_found_by_its_name_its_title_or_a_part_of_it(text: str, name: str) -> None:
    known = [one for one in shipped() if name == "visits" or one.name != "dispute_report"]

    assert ledger_named(text, known).name == name


def test_a_ledger_nobody_knows_is_answered_with_those_near(replica: Replica) -> None:
    with pytest.raises(Unfit, match="没有叫“常驻人口台账”") as told:
        ledger_named("常驻人口台账", shipped())

    assert "常住人口台账" in told.value.advice


def test_a_place_is_found_by_name_and_by_code(replica: Replica) -> None:
    replica.save(OrgUnit(area=COMMUNITY, code=COMMUNITY, name="梧桐社区", level="community"))

    assert scope_named("", replica) == EVERYTHING
    assert scope_named("杏花苑2栋", replica) == Scope(building="b2")
    assert scope_named("第二网格", replica).area == SECOND
    assert scope_named("梧桐社区", replica).area == COMMUNITY
    assert scope_named(FIRST, replica).area == FIRST
    assert scope_named(COMMUNITY[:9], replica).area == COMMUNITY[:9]


@pytest.mark.parametrize(
    ("text", "advice"), [("杏花苑", "杏花苑10栋"), ("第三网格", "第二网格"), ("110000", "区划编码")]
)
def test_a_place_nobody_knows_is_answered_with_those_near(replica: Replica, text: str, advice: str) -> None:
    with pytest.raises(Unfit, match=f"没有叫“{text}”") as told:
        scope_named(text, replica)

    assert advice in told.value.advice


def test_a_name_two_buildings_bear_is_not_guessed(replica: Replica) -> None:
    replica.save(Building(area=SECOND, name="杏花苑2栋"))

    with pytest.raises(Unfit, match="有 2 处叫“杏花苑2栋”"):
        scope_named("杏花苑2栋", replica)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026Q3", "2026-07-01", "2026-09-30"),
        ("2026q4", "2026-10-01", "2026-12-31"),
        ("2026-2", "2026-02-01", "2026-02-28"),
        ("2026-07..2026-09", "2026-07-01", "2026-09-30"),
        ("2026-10-05", "2026-10-05", "2026-10-05"),
        (" 2026-10 ", "2026-10-01", "2026-10-31"),
    ],
)
def test_a_period_is_a_year_a_quarter_a_month_or_days(text: str, first: str, last: str) -> None:
    assert period_wanted(text) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "text", ["2026-13", "2026Q5", "上个月", "2026-10..", "..2026", "2026-02-30", "2026-10-31..2026-10-01"]
)
def test_a_period_that_is_none_is_told(text: str) -> None:
    with pytest.raises(Unfit, match="时段"):
        period_wanted(text)
