"""What a worker and the office settle up: what was entered here in some days, and what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from gridclient.fields import RECORDS
from gridclient.rules.doors import natural
from gridclient.store.belonging import building_names, buildings_of
from gridclient.store.outgoing import ELSEWHERE, Group, groups
from gridclient.store.proof import Proof, proofs
from gridclient.store.rounds import RoundNote, notes
from sync.clock import millis_of
from sync.conflict import Conflict
from sync.outbox import DONE, OUTBOX, PENDING, decode
from sync.protocol import Change
from sync.replica import Replica

KEPT_DAYS = 30  # how far back a laptop still has its own changes


@dataclass(frozen=True)
class Entered:
    """What one person did to one kind of record in one building; ``who`` is a name, or an account without one."""

    who: str
    building: str
    kind: str
    made: int = 0
    edited: int = 0
    removed: int = 0
    received: int = 0
    waiting: int = 0
    refused: int = 0

    @property
    def count(self) -> int:
        """All changes together."""
        return self.made + self.edited + self.removed


@dataclass(frozen=True)
class Asked:
    """One change not taken, or one conflict: which record, which fields, when, and what came of it."""

    record: str
    fields: str
    at: datetime
    outcome: str
    persons: int = 0


@dataclass(frozen=True)
class Statement:
    """Everything between two days, both included; what waits and what is proven is as of now."""

    first: date
    last: date
    who: str
    entered: tuple[Entered, ...]
    rounds: tuple[RoundNote, ...]
    refused: tuple[Asked, ...]
    conflicts: tuple[Asked, ...]
    waiting: tuple[Group, ...]
    proofs: tuple[Proof, ...]

    def total(self, name: str) -> int:
        """The sum of one figure of :class:`Entered`."""
        return sum(int(getattr(line, name)) for line in self.entered)


def read(replica: Replica, first: date, last: date, *, who: str, names: Mapping[str, str]) -> Statement:
    """The statement of some days, no further back than thirty; ``names`` maps accounts to names of people."""
    lines = [line for line in _changes(replica) if first <= _day(line[0].at) <= last]
    return Statement(
        first,
        last,
        who,
        entered=tuple(_entered(replica, lines, names)),
        rounds=tuple(one for one in reversed(notes(replica)) if first <= one.at.date() <= last),
        refused=tuple(_refused(replica, lines)),
        conflicts=tuple(_conflicts(replica, first, last, names)),
        waiting=tuple(groups(replica)),
        proofs=tuple(proofs(replica)),
    )


def field_words(kind: str, names: Iterable[str]) -> str:
    """The labels of these fields; 整条记录 for a new record or for fields nobody declared."""
    known = RECORDS[kind].by_name if kind in RECORDS else {}
    own = {"removed_at": "删除", "area": "所属网格"}
    labels = [
        known[name].label if name in known else own[name] for name in names if name in known or name in own
    ]
    return "、".join(dict.fromkeys(labels)) or "整条记录"


_FIGURES = ("made", "edited", "removed", "received", "waiting", "refused")
Line = tuple[Change, int, str, str]  # change, state, title and advice of a refusal


def _changes(replica: Replica) -> list[Line]:
    """What people did here; what was only offered back to a restored centre is nobody's doing."""
    o = OUTBOX.c
    rows = replica.rows(select(o.body, o.state, o.title, o.advice).order_by(o.n))
    found = [(decode(body), state, title, advice) for body, state, title, advice in rows]
    return [line for line in found if not line[0].written]


def _entered(replica: Replica, lines: Sequence[Line], names: Mapping[str, str]) -> list[Entered]:
    places = _places(replica, [line[0] for line in lines])
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for change, state, title, _advice in lines:
        who = names.get(change.by, change.by) or "（未登录）"
        key = (who, places[change.kind, change.id], change.kind)
        tally = counts.setdefault(key, Counter())
        tally[_act(change)] += 1
        tally[
            "waiting" if state == PENDING else "received" if state == DONE and not title else "refused"
        ] += 1
    kinds = {kind: place for place, kind in enumerate(RECORDS)}
    order = sorted(
        counts, key=lambda key: (key[0], key[1] == ELSEWHERE, natural(key[1]), kinds.get(key[2], len(kinds)))
    )
    return [
        Entered(who, place, _title(kind), *(counts[who, place, kind][name] for name in _FIGURES))
        for who, place, kind in order
    ]


def _refused(replica: Replica, lines: Sequence[Line]) -> list[Asked]:
    found = [line for line in lines if line[2]]
    places = _places(replica, [line[0] for line in found])
    asked = []
    for change, state, title, _advice in found:
        words, persons = _record_words(replica, change.kind, change.id, places[change.kind, change.id])
        fields = field_words(change.kind, [] if change.made else _fields_of(change))
        outcome = f"{title}；{'已放弃或已改正' if state == DONE else '还没有处理'}"
        asked.append(Asked(words, fields, _time(millis_of(change.at)), outcome, persons))
    return asked


def _conflicts(replica: Replica, first: date, last: date, names: Mapping[str, str]) -> list[Asked]:
    found = []
    for one in replica.all(Conflict, order=col(Conflict.created_at)):
        days = [_time(at).date() for at in (one.created_at, one.settled_at) if at]
        if one.open or any(first <= day <= last for day in days):
            found.append(one)
    asked = []
    for one in found:
        place = _places_of(replica, one.record_kind, [one.record_id])[one.record_id]
        words, persons = _record_words(replica, one.record_kind, one.record_id, place)
        fields = field_words(one.record_kind, [*one.kept, *one.lost])
        asked.append(Asked(words, fields, _time(one.created_at), outcome_words(one, names), persons))
    return asked


def outcome_words(conflict: Conflict, names: Mapping[str, str]) -> str:
    """How a conflict was settled, by whom and when."""
    if conflict.settled_at is None:
        return "还没有处理"
    sides = {"kept": conflict.kept_by, "lost": conflict.lost_by}
    side = sides.get(conflict.choice, "")
    chosen = "两个都留" if conflict.choice == "both" else f"用{names.get(side, side) or '本机'}填的"
    who = names.get(conflict.updated_by, conflict.updated_by)
    return f"{chosen}（{who} {_time(conflict.settled_at):%m-%d %H:%M}）"


def _places(replica: Replica, changes: Sequence[Change]) -> dict[tuple[str, str], str]:
    """(kind, id) → the name of its building."""
    found: dict[tuple[str, str], str] = {}
    for kind in {change.kind for change in changes}:
        ids = {change.id for change in changes if change.kind == kind}
        found |= {(kind, id_): name for id_, name in _places_of(replica, kind, ids).items()}
    return found


def _places_of(replica: Replica, kind: str, ids: Iterable[str]) -> dict[str, str]:
    names = building_names(replica)
    return {id_: names.get(place, ELSEWHERE) for id_, place in buildings_of(replica, kind, set(ids)).items()}


def _record_words(replica: Replica, kind: str, id_: str, place: str) -> tuple[str, int]:
    """One record in words, and how many persons these name."""
    record: Any = replica.get(RECORDS[kind].table, id_) if kind in RECORDS else None
    if record is None:
        return f"{place} {_title(kind)}（已不在本机）", 0
    line = RECORDS[kind].line(record)
    return f"{place} {_title(kind)} {line}".strip(), int(kind in ("resident", "household", "party_member"))


def _fields_of(change: Change) -> list[str]:
    return [name for values in change.groups.values() for name in values]


def _act(change: Change) -> str:
    if change.made:
        return "made"
    return "removed" if (change.groups.get("life") or {}).get("removed_at") else "edited"


def _title(kind: str) -> str:
    return RECORDS[kind].title if kind in RECORDS else "冲突处理"


def _day(hlc: int) -> date:
    return _time(millis_of(hlc)).date()


def _time(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000).astimezone()
