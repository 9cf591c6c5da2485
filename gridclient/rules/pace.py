"""When a laptop and its centre have their rounds: after a save, every few minutes, later when nobody answers, and in
the evening each laptop at its own time.

Pure: it reads no clock. Moments are seconds on one clock that never goes back; only the evening is told by the wall.
``luck`` is a number from 0 to 1 that spreads laptops which would otherwise all call at once.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
import hashlib

EVERY_S = 300.0  # between rounds nobody asked for
SETTLE_S = 20.0  # of silence after a save: a door and its remark are one round
SETTLE_MOST_S = 120.0  # somebody who never pauses does not wait longer than this
RETRY_S, RETRY_MOST_S = 30.0, 1800.0  # after one failure; doubled with each, up to the cap
BACKOFF_MOST_S = 3600.0  # nobody is told to stay away for days
RETURN_S = 10.0  # over which laptops spread when a network is back
EVENING = time(21, 0)
SLOTS_S = 20 * 60  # the evening's crowd is spread over


@dataclass(frozen=True)
class Pace:
    """What decides when the next round is due.

    ``free_at`` is the moment before which only a person begins one, ``next_at`` when one begins by itself. ``saved``
    holds the first and the last save since the last round that began.
    """

    next_at: float = 0.0
    free_at: float = 0.0
    failures: int = 0
    saved: tuple[float, float] | None = None

    @property
    def due_at(self) -> float:
        """When the next round begins unless somebody asks sooner."""
        if self.saved is None:
            return self.next_at
        first, last = self.saved
        settled = min(last + SETTLE_S, first + SETTLE_MOST_S)
        return min(self.next_at, max(settled, self.free_at))

    def after_save(self, at: float) -> "Pace":
        """Something waits to be sent."""
        first = self.saved[0] if self.saved else at
        return replace(self, saved=(first, at))

    def asked(self) -> "Pace":
        """A person wants a round: what failed before no longer counts."""
        return replace(self, failures=0)

    def begun(self) -> "Pace":
        """A round begins, and takes along what has been saved."""
        return replace(self, saved=None)

    def after_success(self, at: float, backoff_s: float, luck: float) -> "Pace":
        """A round ended well; the centre asks to be left alone for ``backoff_s``, an hour at most."""
        backoff_s = max(0.0, min(backoff_s, BACKOFF_MOST_S))
        pause = max(EVERY_S * (0.9 + 0.2 * luck), backoff_s * (1 + 0.1 * luck))
        return replace(self, next_at=at + pause, free_at=at + backoff_s, failures=0)

    def after_failure(self, at: float, luck: float) -> "Pace":
        """A round failed: wait twice as long as after the failure before, spread from half to all of it."""
        pause = min(RETRY_MOST_S, RETRY_S * 2**self.failures) * (0.5 + 0.5 * luck)
        # No exponent beyond the cap: a laptop may be offline for weeks.
        failures = min(self.failures + 1, 16)
        return replace(self, next_at=at + pause, free_at=at + pause, failures=failures)

    def after_return(self, at: float, luck: float) -> "Pace":
        """The network is back after a failure: soon, but not all at once."""
        soon = at + RETURN_S * luck
        return replace(self, next_at=soon, free_at=soon, failures=0)


def slot_of(origin: str) -> int:
    """The second within the evening at which a laptop has its round: 0 to 1199, always the same, spread evenly."""
    return int.from_bytes(hashlib.blake2b(origin.encode(), digest_size=8).digest()) % SLOTS_S


def until_slot(now: datetime, origin: str) -> float:
    """Seconds until the laptop's next evening round; more than none, a day at most."""
    slot = datetime.combine(now.date(), EVENING, now.tzinfo) + timedelta(seconds=slot_of(origin))
    if slot <= now:
        slot += timedelta(days=1)
    return (slot - now).total_seconds()


def wait_s(pace: Pace, at: float, now: datetime, origin: str) -> float:
    """Seconds until the next round, the evening's included; 0 when one is due.

    A round that would begin by itself in the evening before the laptop's own slot waits for that slot.
    """
    slot_s = until_slot(now, origin)
    if slot_s - slot_of(origin) <= pace.next_at - at < slot_s:
        pace = replace(pace, next_at=at + slot_s)
    return max(0.0, min(pace.due_at - at, slot_s))
