"""Times pieces of work within one run and prints them as a table of ratios to a bare floor."""

from collections.abc import Callable
from statistics import median
import time
from typing import TypeVar

EDITS = 200  # records changed at once
ROUNDS, IDLE = 5, 41  # rounds timed with such edits, and with nothing to say

T = TypeVar("T")


def took(
    work: Callable[[], T], *, times: int = 1, before: Callable[[], object] | None = None
) -> tuple[float, T]:
    """The median seconds of so many runs, and what the last one gave; ``before`` runs unmeasured before each."""
    seconds = []
    for _ in range(times):
        if before is not None:
            before()
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return median(seconds), result


def show(title: str, floor: tuple[str, float], rows: list[tuple[str, float]]) -> None:
    """One table: each row in milliseconds and as a multiple of the floor."""
    print(f"\n{title}\n  {floor[0]:<34}{floor[1] * 1000:>10.1f} ms")
    for words, seconds in rows:
        print(f"  {words:<34}{seconds * 1000:>10.1f} ms {seconds / floor[1]:>7.1f} ×")
