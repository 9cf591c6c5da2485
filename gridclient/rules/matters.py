"""How a matter stands today: open, overdue or settled, how long it has still, and how it is closed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from gridclient.records.care import Care
from gridclient.records.matter import Matter, MatterAct, MatterState, MatterStep

USUAL_DAYS = 7  # offered as the time a matter has, until somebody names another day
SOON_DAYS = 2
TITLE = 20  # characters of a story that make its title


class Stands(Protocol):
    """What of a matter says where it stands: the record itself, or its line in a list."""

    @property
    def id(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def due(self) -> date | None: ...
    @property
    def heard_on(self) -> date | None: ...
    @property
    def closed_on(self) -> date | None: ...


@dataclass(frozen=True)
class Standing:
    """``state`` is ``overdue``, ``open`` or ``done``; ``words`` and ``tone`` are what a list shows of it."""

    state: str
    words: str
    tone: str


def standing(matter: Stands, today: date) -> Standing:
    """Where a matter stands on this day."""
    if matter.state == MatterState.DONE:
        closed = f" {matter.closed_on:%m-%d}" if matter.closed_on else ""
        return Standing("done", f"已办结{closed}", "good")
    if matter.due is None:
        return Standing("open", "没有定期限", "quiet")
    left = (matter.due - today).days
    if left < 0:
        return Standing("overdue", f"超期 {-left} 天", "bad")
    if left == 0:
        return Standing("open", "今天到期", "warn")
    return Standing("open", f"还有 {left} 天", "warn" if left <= SOON_DAYS else "info")


def rank(matter: Stands, today: date) -> tuple[int, date, str]:
    """Sorts what presses most first: by day while open, those without a day next, settled ones last and newest first."""
    if matter.state == MatterState.DONE:
        closed = matter.closed_on or matter.heard_on or today
        return 2, date.max - (closed - date.min), matter.id
    return (0, matter.due, matter.id) if matter.due else (1, matter.heard_on or today, matter.id)


def title_of(story: str) -> str:
    """The first line or sentence of a story, short enough for a list."""
    line = story.strip().splitlines()[0] if story.strip() else ""
    for sign in "。；！？;":
        line = line.partition(sign)[0]
    return line if len(line) <= TITLE else line[: TITLE - 1] + "…"


def step_of(matter: Matter, act: MatterAct, by: str, at: datetime, told: str = "") -> MatterStep:
    """One step of a matter, which stands where the matter stands; ``at`` may bear a zone, paper knows none."""
    return MatterStep(
        matter=matter.id,
        act=act,
        done_by=by,
        at=at.replace(microsecond=0, tzinfo=None),
        told=told.strip(),
        area=matter.area,
        source=matter.source,
    )


def moved_by(matter: Matter, act: str, today: date) -> None:
    """Bring the matter to where a step leads: 办结 settles it, any other one shows that it is under way."""
    if act == MatterAct.CLOSED:
        matter.state, matter.closed_on = MatterState.DONE, today
    elif act != MatterAct.COLLECTED:
        matter.state, matter.closed_on = MatterState.UNDER_WAY, None


def care_latest(entries: Iterable[Care]) -> list[Care]:
    """The newest entry of each person and reason."""
    newest: dict[tuple[str, str], Care] = {}
    for entry in sorted(entries, key=lambda c: (c.given_on or date.min, c.id)):
        newest[entry.resident, entry.kind_of_care] = entry
    return list(newest.values())


def care_due(entries: Iterable[Care], today: date) -> list[Care]:
    """Those of the newest entries that ask for somebody to come again by today."""
    return [c for c in care_latest(entries) if c.next_day is not None and c.next_day <= today]


def care_again(entry: Care, by: str, on: date) -> Care:
    """The same help given once more, with the next day as far ahead as it was before."""
    rhythm = entry.next_day - entry.given_on if entry.next_day and entry.given_on else None
    kept = (
        "household",
        "resident",
        "kind_of_care",
        "what",
        "grade",
        "allowance",
        "guardian",
        "helper",
        "area",
    )
    again = Care(**{name: getattr(entry, name) for name in kept}, given_on=on, given_by=by, source="visit")
    again.next_day = on + rhythm if rhythm else None
    return again
