"""Periods as people name them, and the days they begin and end with."""

from datetime import date, timedelta

PERIODS = ("全部", "本月", "上月", "本季度", "上季度", "今年", "去年")


def period_of(year: int, month: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def period_named(words: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of one of :data:`PERIODS`; None for all time."""
    month = period_of(today.year, today.month)
    if words == "本月":
        return month
    if words == "上月":
        before = month[0] - timedelta(days=1)
        return period_of(before.year, before.month)
    if words in ("本季度", "上季度"):
        first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        if words == "上季度":
            first = date(first.year - (first.month == 1), (first.month - 4) % 12 + 1, 1)
        return first, period_of(first.year, first.month + 2)[1]
    year = {"今年": today.year, "去年": today.year - 1}.get(words)
    return (date(year, 1, 1), date(year, 12, 31)) if year else None
