"""How far the round has come: knocks, effective visits and households covered over a period. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gridclient.rules.due import EFFECTIVE

Knock = tuple[str, date, str]  # household (or dwelling) id, day, outcome code


@dataclass(frozen=True, slots=True)
class Sweep:
    """A campaign as the list of doors needs it: ``everywhere``, or in ``areas`` (codes) and ``buildings`` (ids)."""

    title: str
    since: date
    until: date
    areas: tuple[str, ...] = ()
    buildings: frozenset[str] = frozenset()
    everywhere: bool = False

    def covers(self, area: str, building: str) -> bool:
        """True for a door in one of its grids or buildings."""
        return self.everywhere or building in self.buildings or area.startswith(self.areas)

    def owes(self, area: str, building: str, last: date | None) -> bool:
        """True while a household met last on ``last`` has still to be met."""
        return (last is None or last < self.since) and self.covers(area, building)


@dataclass(frozen=True)
class Progress:
    """``knocks`` counts every attempt, ``effective`` the visits that met somebody, ``covered`` different households.

    ``total`` is how many households there are.
    """

    knocks: int
    effective: int
    covered: int
    total: int

    @property
    def share(self) -> float:
        """0–1 of the households covered; 1.0 where there are none."""
        return min(1.0, self.covered / self.total) if self.total else 1.0

    @property
    def left(self) -> int:
        return max(0, self.total - self.covered)


def progress(knocks: Iterable[Knock], total: int, since: date, until: date) -> Progress:
    """What was done from ``since`` to ``until``, both included."""
    within = [knock for knock in knocks if since <= knock[1] <= until]
    met = [who for who, _day, outcome in within if outcome in EFFECTIVE]
    return Progress(len(within), len(met), len(set(met)), total)


def pace(left: int, today: date, until: date) -> float:
    """Households a day that must still be met to have them all by ``until``, today and that day included."""
    days = (until - today).days + 1
    return left / days if days > 0 else float(left)
