"""When a household is due: its last effective visit plus the strictest rule that its labels ask for.

A rule is data in plain words, so an office changes it without a programmer. A household that was never visited is
overdue, not absent from the list.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from gridclient.blanks import Choice
from gridclient.records.people import CareLabel, HouseholdKind, VisitRule
from gridclient.records.place import Tenure
from gridclient.records.rounds import DueRule, Situation
from gridclient.records.visit import Outcome

EFFECTIVE = frozenset({Outcome.MET.value, Outcome.PHONED.value})
SEEN_EMPTY = EFFECTIVE | {
    Outcome.EMPTY.value,
    Outcome.MOVED.value,
}  # enough for a door behind which nobody lives
SOON_DAYS = 7
CENTRE, RENTED, EMPTY = Situation.CENTRE.value, Situation.RENTED.value, Situation.VACANT.value

_MONTHS = {
    VisitRule.MONTHLY.value: 1,
    VisitRule.QUARTERLY.value: 3,
    VisitRule.HALF_YEARLY.value: 6,
    VisitRule.YEARLY.value: 12,
}
EVERY = [rule.value for rule in VisitRule if rule.value]  # declared strictest first


class Urgency(Choice):
    """How a due day stands to today."""

    NEVER = "never", "从未走访"
    OVERDUE = "overdue", "已超期"
    TODAY = "today", "今天到期"
    SOON = "soon", "快到期"
    LATER = "later", "未到期"


@dataclass(frozen=True)
class Rule:
    """Whoever shows all the facts in ``needs`` is visited ``every`` so often; no facts: everybody."""

    words: str
    needs: tuple[str, ...]
    every: str

    def line(self) -> str:
        """The rule as a person reads it: 独居老人 每月."""
        return f"{self.words} {VisitRule.words(self.every)}"

    @property
    def whom(self) -> str:
        """Whom it asks for, in words: 高龄老人 并且 独居老人."""
        return " 并且 ".join(_fact_words(need) for need in self.needs) or "全部住户"


EVERYBODY = Rule("一般户", (), VisitRule.HALF_YEARLY.value)
RULES: tuple[Rule, ...] = (
    Rule("高龄独居", (CareLabel.ELDERLY.value, CareLabel.LIVING_ALONE.value), VisitRule.WEEKLY.value),
    Rule("独居老人", (CareLabel.LIVING_ALONE.value,), VisitRule.MONTHLY.value),
    Rule("空巢老人", (CareLabel.EMPTY_NEST.value,), VisitRule.MONTHLY.value),
    Rule("困难家庭", (CareLabel.HARDSHIP.value,), VisitRule.MONTHLY.value),
    Rule("流动人员", (CareLabel.FLOATING.value,), VisitRule.MONTHLY.value),
    Rule("中心户", (CENTRE,), VisitRule.MONTHLY.value),
    Rule("出租户", (RENTED,), VisitRule.QUARTERLY.value),
    Rule("空置房", (EMPTY,), VisitRule.YEARLY.value),
    EVERYBODY,
)


@dataclass(frozen=True)
class Line:
    """A rule with the office's own record of it; ``off`` while nobody goes by it."""

    rule: Rule
    record: DueRule | None
    off: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """When the next visit is due and why. ``late`` counts days past it (below zero: days left); None when never visited."""

    day: date | None
    why: str
    every: str
    urgency: str
    late: int | None

    @property
    def pressing(self) -> bool:
        """True from the due day on."""
        return self.urgency in (Urgency.NEVER, Urgency.OVERDUE, Urgency.TODAY)

    @property
    def words(self) -> str:
        """What a list says: 独居老人 每月，超期 12 天."""
        state = Urgency.words(self.urgency)
        if self.urgency == Urgency.OVERDUE:
            state = f"超期 {self.late} 天"
        elif self.late is not None and self.late < 0:
            state = f"还有 {-self.late} 天"
        return f"{self.why} {VisitRule.words(self.every)}，{state}"

    @property
    def rank(self) -> tuple[int, int]:
        """Sorts the most pressing first: never visited, then the latest."""
        return (0, 0) if self.late is None else (1, -self.late)


def facts(labels: Iterable[str], *, kind: str = "", tenure: str = "", centre: bool = False) -> frozenset[str]:
    """What the rules ask about: care labels of household and members, and what follows from its other fields."""
    found = set(labels)
    if kind == HouseholdKind.FLOATING:
        found.add(CareLabel.FLOATING.value)
    if tenure == Tenure.RENTED:
        found.add(RENTED)
    if centre:
        found.add(CENTRE)
    return frozenset(found)


def due(
    last: date | None,
    known: frozenset[str],
    today: date,
    *,
    own_rule: str = "",
    rules: tuple[Rule, ...] = RULES,
) -> Due:
    """The due day from the last effective visit and the facts known; the household's own rule goes before the labels'."""
    rule = Rule("约定", (), own_rule) if own_rule in EVERY else strictest(known, rules)
    if last is None:
        return Due(None, rule.words, rule.every, Urgency.NEVER.value, None)
    day = later(last, rule.every)
    late = (today - day).days
    return Due(day, rule.words, rule.every, _urgency(late).value, late)


@lru_cache(maxsize=1024)
def strictest(known: frozenset[str], rules: tuple[Rule, ...] = RULES) -> Rule:
    """The rule that asks for the shortest wait among those that fit; 空置 stands alone, since nobody lives there."""
    fitting = [rule for rule in rules if known.issuperset(rule.needs)]
    if EMPTY in known:
        fitting = [rule for rule in fitting if EMPTY in rule.needs] or fitting
    return min(fitting, key=_wait, default=EVERYBODY)


def later(last: date, every: str) -> date:
    """The day one period after ``last``; the end of a month stays within its month."""
    if every == VisitRule.WEEKLY:
        return last + timedelta(days=7)
    months = last.month - 1 + _MONTHS.get(every, 6)
    year, month = last.year + months // 12, months % 12 + 1
    return date(year, month, min(last.day, monthrange(year, month)[1]))


def period_start(today: date, every: str) -> date:
    """The first day of the month, quarter, half year or year that ``today`` is in."""
    months = _MONTHS.get(every, 6)
    return date(today.year, (today.month - 1) // months * months + 1, 1)


def overlaid(own: Iterable[DueRule]) -> tuple[Rule, ...]:
    """The usual rules with an office's own laid over them."""
    return tuple(line.rule for line in lines(own) if not line.off)


def lines(own: Iterable[DueRule]) -> list[Line]:
    """Every rule an office may change, the usual ones first, those taken out of use among them.

    Of two records that ask for the same facts the one written last counts. The rule for everybody is never out of use.
    """
    found = {frozenset(rule.needs): Line(rule, None) for rule in RULES}
    for record in sorted(own, key=lambda r: (r.updated_at, r.id)):
        rule = Rule(record.words, (*record.labels, *record.situations), record.every)
        asked = frozenset(rule.needs)
        if rule.every in EVERY:
            found[asked] = Line(rule, record, off=record.retired and bool(asked))
    return list(found.values())


def _fact_words(need: str) -> str:
    return Situation.words(need) if need in set(Situation) else CareLabel.words(need)


def _wait(rule: Rule) -> int:
    return EVERY.index(rule.every)


def _urgency(late: int) -> Urgency:
    if late > 0:
        return Urgency.OVERDUE
    if late == 0:
        return Urgency.TODAY
    return Urgency.SOON if late >= -SOON_DAYS else Urgency.LATER
