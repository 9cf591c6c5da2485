"""What a withdrawn laptop does: it hands in everything the centre does not have, before it may be wiped.

``docs/protocol.md``, chapter 8. Every step may be cut anywhere and repeated: what was acknowledged is noted, what was
not is handed in again, and the centre keeps a repeat once.
"""

from collections.abc import Iterator
from itertools import groupby
import json
from operator import itemgetter

import msgspec

from sync.clock import wall_millis
from sync.errors import Garbled
from sync.farside import FarSide
from sync.protocol import Change, HandIn, Hub

BATCH = 2 * 1024 * 1024  # bytes of JSON in one request; below what the centre reads
_HANDED_IN = "handed_in"

Owed = tuple[str, Change]  # the origin under which the change has its number, and the change


def owed(replica: FarSide) -> list[Owed]:
    """Every change the centre has neither taken nor been handed, refused ones included, oldest first per origin."""
    upto = _handed_in(replica)
    return [(origin, c) for origin, c in replica.untaken() if c.mseq > upto.get(origin, 0)]


def hand_in(replica: FarSide, hub: Hub, token: str) -> int:
    """Hand in all that is owed, and what is saved meanwhile; how many changes the centre acknowledged.

    Raises SyncError when that cannot be finished now; the next call begins behind what was acknowledged.
    """
    count = 0
    while batch := next(_batches(owed(replica)), None):
        origin, changes = batch
        answer = hub.hand_in(token, HandIn(origin=origin, now=wall_millis(), changes=changes))
        if answer.upto < changes[-1].mseq:
            raise Garbled(
                "中心没有收全交回的修改", "本机内容都在，稍后会再交一次；若反复出现，请联系管理员。"
            )
        replica.set_meta(_HANDED_IN, json.dumps(_handed_in(replica) | {origin: changes[-1].mseq}))
        count += len(changes)
    return count


def begin_anew(replica: FarSide) -> None:
    """Forget what was handed in: the laptop is at work again, and what it holds goes the usual way."""
    if replica.meta(_HANDED_IN):
        replica.set_meta(_HANDED_IN, "")


def _handed_in(replica: FarSide) -> dict[str, int]:
    """Origin → the last number acknowledged."""
    told: dict[str, int] = json.loads(replica.meta(_HANDED_IN) or "{}")
    return told


def _batches(changes: list[Owed]) -> Iterator[tuple[str, list[Change]]]:
    """Changes of one origin each, in order, no more than fit into one request; at least one."""
    for origin, group in groupby(changes, itemgetter(0)):
        batch: list[Change] = []
        spent = 0
        for _origin, change in group:
            size = len(msgspec.json.encode(change))
            if batch and spent + size > BATCH:
                yield origin, batch
                batch, spent = [], 0
            batch.append(change)
            spent += size
        yield origin, batch
