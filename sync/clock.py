"""Hybrid logical time: wall-clock milliseconds and a counter in one growing integer.

48 bits of milliseconds since 1970 (UTC) and 16 bits of counter. Comparing two times is comparing two integers.
The clock orders edits that nobody saw in between; causality (stamps) is always asked first (docs/protocol.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
import threading
import time

COUNTER_BITS = 16
MAX_MILLIS = (1 << 47) - 1  # SQLite and PostgreSQL integers are signed: keep one bit free
AHEAD_MS = 60_000  # A time more than this ahead of the hub is clamped.


def wall_millis() -> int:
    """The computer's own idea of now, in milliseconds since 1970 (UTC)."""
    return time.time_ns() // 1_000_000


def pack(millis: int, counter: int = 0) -> int:
    """One comparable integer from milliseconds and a counter."""
    return (max(0, min(millis, MAX_MILLIS)) << COUNTER_BITS) | (counter & 0xFFFF)


def millis_of(hlc: int) -> int:
    """The wall-clock part of a hybrid time, in milliseconds."""
    return hlc >> COUNTER_BITS


def adjusted(hlc: int, *, laptop_now: int, hub_now: int) -> int:
    """A laptop's time moved by the offset between both clocks, never more than 60 s ahead of the hub.

    ``laptop_now`` and ``hub_now`` are milliseconds. A laptop set to 1970 or 2070 is put right; its order is kept.
    """
    millis = (hlc >> COUNTER_BITS) + hub_now - laptop_now
    if millis > hub_now + AHEAD_MS:
        return pack(hub_now + AHEAD_MS, 0xFFFF)
    if 0 <= millis <= MAX_MILLIS:
        return millis << COUNTER_BITS | hlc & 0xFFFF
    return pack(millis, hlc)


@dataclass
class Clock:
    """Gives out times that never repeat and never go back, whatever the computer's clock does.

    ``last`` is the greatest time given or seen; the caller keeps it across restarts.
    """

    last: int = 0
    wall: Callable[[], int] = wall_millis

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def now(self) -> int:
        """A time later than every time given or seen before."""
        with self._lock:
            self.last = max(self.last + 1, pack(self.wall()))
            return self.last
