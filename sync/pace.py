"""How much travels in one exchange: much on a good line, little on a bad one. Pure."""

from dataclasses import dataclass

LEAST, MOST = 16 * 1024, 512 * 1024  # compressed bytes
QUICK_S, SLOW_S = 0.5, 4.0  # an exchange that took less asks for much more, one that took longer for less
SPRINT = 4


@dataclass
class Pace:
    """``budget`` is how many compressed bytes the next exchange may take each way."""

    budget: int

    def moved(self, seconds: float, *, full: bool) -> None:
        """Note an exchange that came through; ``full`` says that it had more to carry than it could."""
        if seconds > SLOW_S:
            self._set(self.budget // 2)
        elif full:
            self._set(self.budget * (SPRINT if seconds < QUICK_S else 2))

    def stalled(self) -> None:
        """Note an exchange that was lost."""
        self._set(self.budget // 2)

    def _set(self, budget: int) -> None:
        self.budget = max(LEAST, min(budget, MOST))
