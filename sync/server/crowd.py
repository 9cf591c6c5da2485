"""How many laptops are being answered at once, and how long they are asked to stay away when it is too many."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import random
import threading

BUSY = 16  # answered at once without anybody waiting long
EACH_S = 5.0  # for every one more
MOST_S = 300.0


class Crowd:
    """Counts who is inside. ``luck`` gives numbers from 0 to 1: those who came together are not to return together."""

    def __init__(self, luck: Callable[[], float] = random) -> None:
        self._luck = luck
        self._lock = threading.Lock()
        self._inside = 0

    @contextmanager
    def inside(self) -> Iterator[None]:
        """One laptop being answered."""
        with self._lock:
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1

    def backoff(self) -> float:
        """Seconds a laptop that is being answered should stay away before its next round; 0 when there is room."""
        over = max(0, self._inside - BUSY)
        return round(min(MOST_S, over * EACH_S) * (0.5 + 0.5 * self._luck()), 1)
