"""Disputes in figures: found, taken up and settled, by the nineteen categories of the monthly report. Pure.

A dispute is found (排查) in the period it was heard, taken up (调处) in the period it was closed, whatever came of it,
and settled (成功) when it was closed as 已化解. One heard in one month and closed in the next counts once in each, so a
month may take up more than it found.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gridclient.records.matter import (
    DisputeCategory,
    DisputeGrade,
    DisputeResult,
    MatterCategory,
    MatterState,
)

GRAVE = frozenset({DisputeGrade.ORANGE.value, DisputeGrade.RED.value})  # 重大矛盾纠纷
SIZES = (("50人以下", 0, 49), ("50至99人", 50, 99), ("100至499人", 100, 499), ("500人以上", 500, None))
NOT_SETTLED = frozenset({DisputeResult.UNSETTLED.value, DisputeResult.HANDED_ON.value})
WHERE = {  # what a matter is about → the line of the report, for disputes whose own category nobody chose
    MatterCategory.ESTATE: DisputeCategory.WORKS,
    MatterCategory.WORKS: DisputeCategory.WORKS,
    MatterCategory.PARKING: DisputeCategory.WORKS,
    MatterCategory.NEIGHBOURS: DisputeCategory.FAMILY,
    MatterCategory.FAMILY: DisputeCategory.FAMILY,
    MatterCategory.NOISE: DisputeCategory.FAMILY,
    MatterCategory.WATER: DisputeCategory.FAMILY,
    MatterCategory.CLEANING: DisputeCategory.POLLUTION,
    MatterCategory.WORK: DisputeCategory.LABOUR,
    MatterCategory.SCHOOLING: DisputeCategory.SCHOOLS,
}


@dataclass(frozen=True)
class Dispute:
    """What the report asks of one dispute. ``persons`` are those involved."""

    heard_on: date | None
    closed_on: date | None
    category: str
    result: str = ""
    persons: int = 0
    grade: str = ""

    @property
    def settled(self) -> bool:
        """True when it was closed, and not merely handed on or given up."""
        return self.closed_on is not None and self.result not in NOT_SETTLED


@dataclass(frozen=True)
class Counts:
    """How many disputes of one period were found, taken up and settled."""

    found: int = 0
    taken_up: int = 0
    settled: int = 0


def category_of(own: str, about: str) -> str:
    """The line of the report: the category chosen for the dispute, else the one its matter's category falls under."""
    known = {about_.value: category for about_, category in WHERE.items()}
    return own or known.get(about, DisputeCategory.OTHER).value


def counted(disputes: Iterable[Dispute], period: tuple[date, date]) -> Counts:
    """Count what was found, taken up and settled from the first to the last day, both included."""
    first, last = period
    disputes = list(disputes)
    closed = [d for d in disputes if d.closed_on is not None and first <= d.closed_on <= last]
    return Counts(
        sum(d.heard_on is not None and first <= d.heard_on <= last for d in disputes),
        len(closed),
        sum(d.settled for d in closed),
    )


def result_words(result: str, state: str) -> str:
    """How a dispute ended, in the words of its ledger; without an answer its state tells."""
    if result:
        return DisputeResult.words(result)
    settled = state == MatterState.DONE
    return (DisputeResult.SETTLED if settled else DisputeResult.UNDER_WAY).label


def share(part: int, whole: int) -> str:
    """``83.3%``; a stroke where there was nothing to take a share of."""
    return f"{100 * part / whole:.1f}".removesuffix(".0") + "%" if whole else "—"


def year_before(period: tuple[date, date]) -> tuple[date, date]:
    """The same days a year earlier; the end of February stays its end."""
    first, last = period
    return _a_year_back(first), _a_year_back(last)


def _a_year_back(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
