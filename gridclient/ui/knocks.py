"""What a knock on a door becomes: seven answers, the visit they make, and a plain reading of "come back then". Pure.

The seven digits are the ones printed under every door; their order never changes, because hands remember it.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
import re

from gridclient import values
from gridclient.records.visit import Outcome, Visit, Way
from gridclient.store.homes import Door
from sync.record import new_id

PACE = 6  # so many doors within PACE_S seconds are typed from paper, not walked
PACE_S = 60
RUN_S = 1.0  # digits closer together than this belong to one room number
ROOM_DIGITS = 3  # the shortest room number that is no outcome
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: nobody misreads them on paper


@dataclass(frozen=True)
class Answer:
    """What a door answered: its key, its words, what it counts as, and the form that asks further."""

    key: str
    words: str
    outcome: Outcome
    form: str = ""


ANSWERS = (
    Answer("1", "见到，无变化", Outcome.MET),
    Answer("2", "见到，有变化", Outcome.MET, "change"),
    Answer("3", "无人", Outcome.NOBODY),
    Answer("4", "拒访", Outcome.REFUSED),
    Answer("5", "空置", Outcome.EMPTY),
    Answer("6", "新租客", Outcome.MET, "tenant"),
    Answer("7", "约时间", Outcome.POSTPONED, "appointment"),
)
BY_KEY = {answer.key: answer for answer in ANSWERS}


@dataclass(frozen=True)
class Round:
    """The strip set once for many doors: the day, who walks, who types; ``later`` when typed from paper."""

    on: date
    visitors: tuple[str, ...]
    recorder: str
    later: bool = False


def visit_of(
    door: Door, answer: Answer, walk: Round, *, since: datetime, now: datetime, **told: object
) -> Visit:
    """The visit a knock makes; ``since`` is when one came to the door, ``told`` any further field of a visit.

    What was typed from paper has no hours: nobody looked at a clock.
    """
    later = walk.later or walk.on != now.date()
    visit = Visit(
        number=paper_number("ZF", walk.on),
        visited_on=walk.on,
        hours="" if later else hours(since, now),
        visitors=list(walk.visitors),
        way=Way.PHONE if answer.outcome is Outcome.PHONED else Way.DOOR,
        dwelling=door.dwelling,
        household=door.household,
        head_name=door.head.split("、")[0],
        members=door.size or None,
        outcome=answer.outcome,
        recorded_by=walk.recorder,
        recorded_at=now.replace(microsecond=0, tzinfo=None),
        entered_later=later,
        area=door.area,
        source="visit",
    )
    for name, value in told.items():
        setattr(visit, name, value)
    return visit


def paper_number(letters: str, on: date) -> str:
    """``ZF202611-7K3M9Q2X``: the month and forty random bits, so that laptops need not ask each other."""
    noise = int(new_id()[-10:], 16)
    tail = "".join(SYMBOLS[noise >> shift & 31] for shift in range(35, -5, -5))
    return f"{letters}{on:%Y%m}-{tail}"


def hours(since: datetime, now: datetime) -> str:
    """``19:02-19:05``; one time when both fall into the same minute or into different days."""
    if since.date() != now.date() or f"{since:%H:%M}" == f"{now:%H:%M}":
        return f"{now:%H:%M}"
    return f"{since:%H:%M}-{now:%H:%M}"


@dataclass
class Pace:
    """How fast doors are being closed; tells evenings at the desk from evenings on the stairs."""

    _times: deque[float] = field(default_factory=deque)

    def note(self, now_s: float) -> bool:
        """Count one closed door; True when it is the sixth within a minute."""
        self._times.append(now_s)
        while self._times[0] < now_s - PACE_S:
            self._times.popleft()
        return len(self._times) == PACE

    def __len__(self) -> int:
        return len(self._times)

    def take_back(self) -> None:
        """Forget the last door counted."""
        if self._times:
            self._times.pop()

    def rest(self) -> None:
        """Start counting anew."""
        self._times.clear()


@dataclass
class Run:
    """Digits typed in one breath: three or more are a room number, fewer are an outcome."""

    digits: str = ""
    _last_s: float = float("-inf")

    def add(self, digit: str, now_s: float) -> str:
        """The room number typed so far; empty while it may still be an outcome."""
        self.digits = self.digits + digit if now_s - self._last_s <= RUN_S else digit
        self._last_s = now_s
        return self.digits if len(self.digits) >= ROOM_DIGITS else ""

    def end(self) -> None:
        """The next digit begins a new number."""
        self.digits = ""


DAYS = {"今天": 0, "今晚": 0, "今日": 0, "明天": 1, "明晚": 1, "明日": 1, "后天": 2, "大后天": 3}
PARTS = {"早上": 8, "上午": 9, "中午": 12, "下午": 15, "傍晚": 18, "晚上": 19, "今晚": 19, "明晚": 19}
WEEK = "一二三四五六日"
CLOCK = re.compile(r"(\d{1,2})(?:[:点时](\d{1,2}|半)?分?)")
MONTH_DAY = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})[日号]?")


@dataclass(frozen=True)
class Appointment:
    """When to come back: a day, and a time if one was named."""

    on: date
    at: datetime | None = None

    @property
    def words(self) -> str:
        """``11-23 周一 19:00``."""
        moment = f" {self.at:%H:%M}" if self.at else ""
        return f"{self.on:%m-%d} 周{WEEK[self.on.weekday()]}{moment}"


def appointment_of(text: str, now: datetime) -> Appointment | None:
    """Read ``明天 19:00``, ``周六上午``, ``11-25 14:00``, ``3天后`` or ``19:30``; None when no day or time is meant.

    A date that has passed this year is next year's; a weekday is the next one to come.
    """
    plain = values.half_width(values.tidy(text)).replace("：", ":")
    clock = _clock(plain)
    on = _day(CLOCK.sub(" ", plain) if ":" in plain else plain, now.date())
    if on is None and clock is None:
        return None
    on = on or now.date()
    moment = datetime.combine(on, clock) if clock else None
    return Appointment(on, moment)


def _day(plain: str, today: date) -> date | None:
    if found := MONTH_DAY.search(plain):
        return _dated(found, today)
    if found := re.search(r"(\d{1,3})天后", plain):
        return today + timedelta(days=int(found[1]))
    if found := re.search(r"(下?)(?:周|星期|礼拜)([一二三四五六日天])", plain):
        ahead = (WEEK.index(found[2].replace("天", "日")) - today.weekday()) % 7
        if found[1]:
            return today + timedelta(days=7 - today.weekday() + WEEK.index(found[2].replace("天", "日")))
        return today + timedelta(days=ahead or 7)
    word = max((w for w in DAYS if w in plain), key=len, default="")
    return today + timedelta(days=DAYS[word]) if word else None


def _dated(found: re.Match[str], today: date) -> date | None:
    year = int(found[1]) if found[1] else today.year
    try:
        on = date(year, int(found[2]), int(found[3]))
        return on.replace(year=year + 1) if not found[1] and on < today else on
    except ValueError:
        return None


def _clock(plain: str) -> time | None:
    part = max((w for w in PARTS if w in plain), key=len, default="")
    found = CLOCK.search(plain)
    if found is None:
        return time(PARTS[part]) if part else None
    hour, minute = int(found[1]), 30 if found[2] == "半" else int(found[2] or 0)
    if part and PARTS[part] >= 12 and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None
