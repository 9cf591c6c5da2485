"""What is said before a knock: that nobody wants to be disturbed now, and who has been here lately. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
import re

from gridclient import values
from gridclient.records.rounds import VisitManners
from gridclient.records.visit import Outcome
from gridclient.rules.due import EFFECTIVE

Span = tuple[time, time]  # from, to; one that ends before it begins goes over midnight
SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?-(?:次日)?(\d{1,2})(?::(\d{2}))?")
STROKES = re.compile(r"[-–—－~～至到]+")  # noqa: RUF001
WEEK_DAYS = 7


@dataclass(frozen=True)
class Manners:
    """``quiet`` are the times at which nobody knocks; ``least_days`` lie between two visits of one household."""

    quiet: tuple[Span, ...] = ((time(21), time(8)), (time(12, 30), time(14)))
    least_days: int = 3

    @property
    def words(self) -> str:
        """The quiet times as they are typed: ``21:00-8:00、12:30-14:00``."""
        return "、".join(_span_words(span) for span in self.quiet)


USUAL = Manners()


@dataclass(frozen=True)
class Caution:
    """One sentence before a knock; ``grave`` for what is better not done."""

    words: str
    grave: bool = False


def agreed(own: Iterable[VisitManners]) -> Manners:
    """What an office agreed on, the record written last; the usual when there is none that makes sense."""
    found = max(own, key=lambda r: (r.updated_at, r.id), default=None)
    if found is None:
        return USUAL
    least = USUAL.least_days if found.least_days is None else found.least_days
    try:
        return Manners(spans_of(found.quiet), least)
    except ValueError:
        return Manners(USUAL.quiet, least)


def spans_of(text: str) -> tuple[Span, ...]:
    """Read ``21:00-8:00、12:30-14:00``; ValueError with a sentence when a part means no time."""
    plain = STROKES.sub("-", values.half_width(values.tidy(text)).replace("：", ":").replace(" ", ""))
    parts = [part for part in re.split(r"[、,，;；]", plain) if part]
    return tuple(_span(part) for part in parts)


def cautions(
    manners: Manners,
    *,
    today: date,
    now: time | None,
    last: date | None,
    outcome: str,
    by: Iterable[str],
) -> list[Caution]:
    """What to say before a knock.

    ``now`` is None when nobody is about to knock, as when typing from paper. ``last`` is the day of the last knock,
    ``outcome`` what came of it, ``by`` who knocked.
    """
    found = []
    quiet = next((span for span in manners.quiet if now is not None and _within(span, now)), None)
    if quiet is not None:
        found.append(Caution(f"现在是约定不敲门的时段（{_span_words(quiet)}）", grave=True))
    days = (today - last).days if last else None
    if last is not None and days is not None and 0 <= days < max(WEEK_DAYS, manners.least_days):
        grave = outcome in EFFECTIVE and days < manners.least_days
        found.append(Caution(_lately(last, days, outcome, by, manners if grave else None), grave))
    return found


def _lately(last: date, days: int, outcome: str, by: Iterable[str], kept: Manners | None) -> str:
    who = "、".join(by) or "有人"
    when = {0: "今天", 1: "昨天"}.get(days, f"{days} 天前")
    came = "走访过" if outcome in EFFECTIVE else f"来过（{Outcome.words(outcome)}）"
    too_soon = f"，约定同一户间隔 {kept.least_days} 天" if kept else ""
    return f"{who} {last:%m-%d}（{when}）{came}{too_soon}"


def _within(span: Span, now: time) -> bool:
    begins, ends = span
    return begins <= now < ends if begins <= ends else now >= begins or now < ends


def _span(part: str) -> Span:
    match = SPAN.fullmatch(part)
    try:
        if match is None:
            raise ValueError
        begins, ends = (time(int(match[n]) % 24, int(match[n + 1] or 0)) for n in (1, 3))
    except ValueError:
        raise ValueError("时段请写成 21:00-8:00，几段用顿号隔开") from None
    return begins, ends


def _span_words(span: Span) -> str:
    return "-".join(f"{at.hour}:{at:%M}" for at in span)
