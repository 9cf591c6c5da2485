"""Today's round in words: a line for each door, how far the day is, and how far a sweep. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from gridclient.records.visit import Outcome
from gridclient.rules.progress import Progress, Sweep, pace
from gridclient.store.homes import Door
from gridclient.ui.door_list import DoorLine
from gridclient.ui.door_words import TODAY_MARKS, people_words, reason, unmet_words
from gridclient.ui.marks import mark_of

WEEK = "一二三四五六日"


def day_words(today: date) -> str:
    """``今日　11月22日 周日``."""
    return f"今日　{today.month}月{today.day}日 周{WEEK[today.weekday()]}"


def door_line(door: Door, state: str, outcome: str, today: date, *, running: bool) -> DoorLine:
    """A door as the list shows it; ``running`` while a round with the centre is under way."""
    return DoorLine(
        id=door.dwelling,
        group=door.stairwell or "其他",
        room=door.door,
        people=people_words(door),
        why=_came(door, outcome) if outcome else reason(door, today),
        tone=TODAY_MARKS[state].tone,
        sign=TODAY_MARKS[state].sign,
        standing=mark_of(door.standing, running=running),
    )


def tally_words(knocked: Mapping[str, str], left: int) -> str:
    """``敲门 18 户　见面 11　无人 7　还剩 22 户``; before the first knock what waits."""
    if not knocked:
        return f"应访 {left} 户"
    kinds = Counter(knocked.values()).most_common()
    told = "　".join(f"{Outcome.words(outcome)} {count}" for outcome, count in kinds)
    return f"敲门 {len(knocked)} 户　{told}　还剩 {left} 户"


def sweep_words(sweep: Sweep, standing: Progress, today: date) -> str:
    """``冬季敲门（至 12-31）　已见 1204/3168 户 38%　敲门 1900 次　每天约 49 户``."""
    days = max(0, (sweep.until - today).days)
    left = f"每天约 {-(-pace(standing.left, today, sweep.until) // 1):.0f} 户" if days else "今天最后一天"
    return (
        f"{sweep.title}（至 {sweep.until:%m-%d}）　已见 {standing.covered}/{standing.total} 户 "
        f"{standing.share:.0%}　敲门 {standing.knocks} 次　{left if standing.left else '全部走完'}"
    )


def completeness(doors: Iterable[Door]) -> float:
    """0–1: how much of what should be known behind these doors is; 1.0 where there are none."""
    shares = [door.completeness for door in doors]
    return sum(shares) / len(shares) if shares else 1.0


def _came(door: Door, outcome: str) -> str:
    """What came of today's knock; how often in a row when nobody was home again."""
    return unmet_words(door) if outcome == door.last_outcome else Outcome.words(outcome)
