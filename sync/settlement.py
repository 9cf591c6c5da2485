"""What a hub brings to settle one request, and what it has to store afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sync.admit import Rights
from sync.protocol import Document, Receipt, Stamp


@dataclass(frozen=True)
class Terms:
    """What a hub knows when it settles one request.

    ``hub_now`` and ``laptop_now`` are milliseconds at the same moment. ``epoch`` is the hub's random epoch text and
    ``epoch_no`` its number, from 1. ``author_of`` gives the account behind an origin, ``""`` when unknown.
    """

    origin: str
    hub_now: int
    laptop_now: int
    epoch: str
    epoch_no: int
    rights: Rights
    author_of: Callable[[str], str] = lambda _origin: ""

    @property
    def hub_origin(self) -> str:
        """The pseudo-origin of what the hub writes itself, one per epoch."""
        return f"hub-{self.epoch}"


@dataclass(frozen=True)
class Trace:
    """One line of history: what one change did to one group. ``at_raw`` and ``at`` are hybrid times."""

    area: str
    kind: str
    id: str
    ver: int
    group: str
    old: dict[str, Any]
    new: dict[str, Any]
    by: str
    stamp: Stamp
    at_raw: int
    at: int
    outcome: str


@dataclass
class Settlement:
    """What to store after one request.

    ``documents`` are the records as they are now, in the order first touched (conflicts raised among them).
    ``departures`` tells ``(id, area left)`` pairs. ``plain`` holds the ids the author's laptop already has exactly so,
    provided that it had seen everything in their area before. ``raised`` are the ids of new conflicts.
    """

    documents: dict[str, Document] = field(default_factory=dict)
    departures: list[tuple[str, str]] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    plain: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)
