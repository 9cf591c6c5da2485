"""What the last rounds with the centre did, kept beside the records so that the day can be accounted for."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
import json
from typing import Protocol

from sync.digest import receipt_number
from sync.engine import Round
from sync.errors import LocalFault, SyncError
from sync.replica import Replica

META = "rounds"
KEPT = 600  # a month of working days


@dataclass(frozen=True)
class RoundNote:
    """One round: when it ended (local time), how in words, and how many changes and records it moved.

    ``sent`` and ``received`` are bytes on the line. ``receipt`` is the short number under which the centre has
    everything sent so far; empty when the round sent nothing.
    """

    at: datetime
    words: str
    up: int = 0
    down: int = 0
    refused: int = 0
    clashes: int = 0
    sent: int = 0
    received: int = 0
    receipt: str = ""

    @property
    def idle(self) -> bool:
        """True when the round moved nothing."""
        return not (self.up or self.down or self.refused or self.clashes)


class Line(Protocol):
    """What counts the bytes of a round."""

    sent: int
    received: int


@contextmanager
def noted(replica: Replica, line: Line) -> Iterator[list[Round]]:
    """Keep a line on how a round ended and on what it moved until then; a full disk must not hide what went wrong."""
    done: list[Round] = []
    words, sent, received = "", line.sent, line.received
    try:
        yield done
    except SyncError as error:
        words = error.title
        raise
    finally:
        got = done[0] if done else Round()
        words = words or ("与中心一致" if got.agreed else "已同步")
        told = RoundNote(
            datetime.now().astimezone(),
            words,
            *(got.up, got.down, got.refused, got.clashes),
            sent=line.sent - sent,
            received=line.received - received,
        )
        with suppress(LocalFault):
            note(replica, told)


def note(replica: Replica, done: RoundNote) -> None:
    """Keep a note, with its receipt; of idle rounds that ended alike one after the other only the last is kept."""
    if done.up and not done.receipt:
        done = replace(done, receipt=receipt_number(replica.origin, _acked(replica)))
    kept = notes(replica)
    if kept and done.idle and kept[0].idle and kept[0].words == done.words:
        kept = kept[1:]
    lines = [[one.at.isoformat(), *astuple(one)[1:]] for one in [done, *kept][:KEPT]]
    replica.set_meta(META, json.dumps(lines, ensure_ascii=False))


def notes(replica: Replica) -> list[RoundNote]:
    """The rounds kept, newest first; those an older program noted have no bytes and no receipt."""
    most = len(fields(RoundNote)) - 1
    return [
        RoundNote(datetime.fromisoformat(at), *rest[:most])
        for at, *rest in json.loads(replica.meta(META) or "[]")
    ]


def _acked(replica: Replica) -> int:
    """The last change the centre has stored."""
    waiting = replica.outbox(1)
    return waiting[0].mseq - 1 if waiting else replica.last_mseq
