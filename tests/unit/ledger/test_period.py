"""Periods are whole months, quarters and years."""

from datetime import date

import pytest

from gridclient.ledger.period import PERIODS, period_named

TODAY = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("全部", None),
        ("本月", (date(2026, 1, 1), date(2026, 1, 31))),
        ("上月", (date(2025, 12, 1), date(2025, 12, 31))),
        ("本季度", (date(2026, 1, 1), date(2026, 3, 31))),
        ("上季度", (date(2025, 10, 1), date(2025, 12, 31))),
        ("今年", (date(2026, 1, 1), date(2026, 12, 31))),
        ("去年", (date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_periods_are_whole_months(words: str, days: tuple[date, date] | None) -> None:
    assert words in PERIODS
    assert period_named(words, TODAY) == days
