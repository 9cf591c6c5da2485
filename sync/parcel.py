"""What of the queue goes into one request: the oldest changes that fit, cut where a save ends. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from sync.protocol import Change
from sync.record import PLACE

UP_LIMIT = 3 * 1024 * 1024  # bytes of JSON in one request; below what the centre reads
MOST = 10_000  # changes in one request; below what the centre takes

_MADE, _MOVED = b'"made":true', b'"%s":{' % PLACE.encode()  # inside a text JSON would escape these quotes
_change = msgspec.json.Decoder(Change).decode


class Queued(NamedTuple):
    """One pending change as the outbox keeps it; ``body`` is its JSON."""

    mseq: int
    tx: int
    id: str
    body: bytes


def fitting(queue: Iterable[Queued], room: int) -> list[Queued]:
    """As many of the oldest changes as fit into ``room`` bytes of JSON; the first save always.

    A record is never moved in the request that makes it: the centre would not know that it was ever here. Only a save
    larger than any request is cut in its middle.
    """
    taken: list[Queued] = []
    made: set[str] = set()
    cut, spent = 0, 0
    for one in queue:
        if taken and one.tx != taken[-1].tx:
            cut = len(taken)
        spent += len(one.body)
        if cut and (spent > room or len(taken) >= MOST or (one.id in made and _moves(one))):
            return taken[:cut]
        if taken and (spent > UP_LIMIT or len(taken) >= MOST):
            return taken
        if _MADE in one.body:
            made.add(one.id)
        taken.append(one)
    return taken


def _moves(one: Queued) -> bool:
    return _MOVED in one.body and PLACE in _change(one.body).groups
