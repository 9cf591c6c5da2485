"""What the last rounds with the centre did, kept beside the records so that the day can be accounted for."""

from dataclasses import astuple, dataclass
from datetime import datetime
import json

from sync.replica import Replica

META = "rounds"
KEPT = 200


@dataclass(frozen=True)
class RoundNote:
    """One round: when it ended (local time), how in words, and how many changes and records it moved."""

    at: datetime
    words: str
    up: int = 0
    down: int = 0
    refused: int = 0
    clashes: int = 0

    @property
    def idle(self) -> bool:
        """True when the round moved nothing."""
        return not (self.up or self.down or self.refused or self.clashes)


def note(replica: Replica, done: RoundNote) -> None:
    """Keep a note; of idle rounds that ended alike one after the other only the last is kept."""
    kept = notes(replica)
    if kept and done.idle and kept[0].idle and kept[0].words == done.words:
        kept = kept[1:]
    lines = [[one.at.isoformat(), *astuple(one)[1:]] for one in [done, *kept][:KEPT]]
    replica.set_meta(META, json.dumps(lines, ensure_ascii=False))


def notes(replica: Replica) -> list[RoundNote]:
    """The rounds kept, newest first."""
    return [
        RoundNote(datetime.fromisoformat(at), *rest) for at, *rest in json.loads(replica.meta(META) or "[]")
    ]
