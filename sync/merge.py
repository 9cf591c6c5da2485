"""How one group of one record is decided: causality first, the clock second. Pure, and shared by both ends."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from sync.protocol import Stamp, Written


class Outcome(Enum):
    """What the incoming value of a group meets."""

    APPLY = "apply"  # nobody came between
    AGREED = "agreed"  # both wrote the same
    WIN = "win"  # both wrote; the incoming value is newer, the present one becomes the loser
    LOSE = "lose"  # both wrote; the present value is newer, the incoming one becomes the loser


@dataclass(frozen=True)
class Decision:
    """The outcome, and who is to be named as the writer of the group from now on."""

    outcome: Outcome
    written: Written

    @property
    def clash(self) -> bool:
        return self.outcome in (Outcome.WIN, Outcome.LOSE)


def written_of(stamps: dict[str, Written], group: str) -> Written | None:
    """Who wrote a group: its own stamp, or the record's default one (key ``""``)."""
    return stamps.get(group) or stamps.get("")


def decide(present: Written | None, base: Stamp | None, incoming: Written, *, same_values: bool) -> Decision:
    """Settle one group.

    ``base`` is the stamp of the value the author of ``incoming`` was looking at. A writer who saw the present value
    may replace it whatever the clocks say. Otherwise the later hybrid time wins and, when times are equal, the greater
    origin: an arbitrary but common order, so that every end decides alike.
    """
    if present is None or (base is not None and base == present.stamp):
        return Decision(Outcome.APPLY, incoming)
    if same_values:
        newer = max(present, incoming, key=_order)
        return Decision(Outcome.AGREED, newer)
    if _order(incoming) > _order(present):
        return Decision(Outcome.WIN, incoming)
    return Decision(Outcome.LOSE, present)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal JSON values: ``1`` and ``true`` differ, ``1`` and ``1.0`` do not."""
    return one.keys() == other.keys() and all(_alike(value, other[name]) for name, value in one.items())


def _order(written: Written) -> tuple[int, str, int]:
    return (written.hlc, written.origin, written.mseq)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return same(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    return bool(one == other)
