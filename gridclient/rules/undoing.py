"""What of a saved edit may be put back: only what still reads as the edit left it, and was not written by others since."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.record import LIFE


@dataclass(frozen=True)
class Part:
    """What one edit did to one record: the wire values of each field before and after; ``made`` when it began it."""

    kind: str
    id: str
    was: Mapping[str, Any] = field(default_factory=dict)
    now: Mapping[str, Any] = field(default_factory=dict)
    made: bool = False

    def then(self, later: "Part") -> "Part":
        """Both edits of the same record as one."""
        return Part(self.kind, self.id, {**later.was, **self.was}, {**self.now, **later.now}, self.made)


@dataclass(frozen=True)
class Reach:
    """The fields of a part that may go back, and those somebody has changed since. A record made goes or stays whole."""

    free: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


def reach(
    part: Part,
    current: Mapping[str, Any],
    stamps: Mapping[str, Any],
    mine: Collection[str],
    groups: Mapping[str, str],
) -> Reach:
    """How far a part reaches back in a record that reads ``current`` (wire values) now.

    ``stamps`` are the record's, ``mine`` what this laptop calls or called itself, ``groups`` field → merge group. A
    group goes back as a whole or not at all; nothing of a record does that was put into the recycle bin since.
    """
    if part.made:
        touched = any(stamp[0] not in mine for stamp in stamps.values())
        whole = current["removed_at"] is None and not touched and _reads(current, part.now)
        return Reach(("removed_at",)) if whole else Reach(held=tuple(part.now))
    living = current["removed_at"] in (None, part.now.get("removed_at"))
    free: list[str] = []
    held: list[str] = []
    for group in dict.fromkeys(groups[name] for name in part.now):
        names = [name for name in part.now if groups[name] == group]
        stamp = stamps.get(group, stamps.get(""))
        ours = stamp is None or stamp[0] in mine
        same = _reads(current, {name: part.now[name] for name in names})
        (free if ours and same and (living or group == LIFE) else held).extend(names)
    return Reach(tuple(free), tuple(held))


def _reads(current: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    return all(current.get(name) == value for name, value in told.items())
