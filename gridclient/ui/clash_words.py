"""A conflict in plain words: which record, whose values, when, what was there before, and what can be chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gridclient.blanks import Field
from gridclient.fields import RECORDS
from gridclient.store.belonging import area_names
from gridclient.ui.lines import lines_of
from gridclient.ui.value_words import BLANK, value_words
from sync.conflict import Conflict
from sync.record import LIFE, PLACE
from sync.replica import Replica

Lines = tuple[tuple[str, str], ...]
JOINS = {"note": "\n", "text": "；"}  # between two texts kept as one
LISTS = ("phones", "names", "choices")
AWAY = "这条记录已不在本机（转到了别的网格，或已不归您负责），本机改不了它。可以选“现在的”结束这处冲突；要改用另一个值，请联系社区内勤。"
UNKNOWN = "这条记录是新版程序填的，本机的程序还不认识。请先更新程序，或请社区内勤处理。"


@dataclass(frozen=True)
class SideWords:
    """One side: ``kept`` or ``lost``, what it is called, who wrote it and when, and its values; ``now`` if it is shown."""

    name: str
    title: str
    who: str
    lines: Lines
    now: bool


@dataclass(frozen=True)
class ClashWords:
    """A conflict as the page tells it. ``both`` are the wire values that hold both, None when they cannot be joined.

    ``barred`` says why only the side ``kept`` may be chosen; empty when either may.
    """

    record: str
    what: str
    why: str
    before: Lines
    mine: SideWords
    theirs: SideWords
    both: dict[str, Any] | None
    both_words: str
    barred: str

    def side(self, name: str) -> SideWords:
        """The side called ``kept`` or ``lost``."""
        return self.mine if self.mine.name == name else self.theirs


def told(replica: Replica, conflict: Conflict) -> ClashWords:
    """Everything the page says of one conflict: a handful of small queries."""
    mine, theirs = conflict.mine(replica.author), conflict.theirs(replica.author)
    titles = _titles(conflict, replica.author, mine, theirs)
    sides = {
        name: SideWords(
            name,
            title,
            "　".join(
                part
                for part in (_who(conflict.side(name).by, replica.author), moment(conflict.side(name).at))
                if part
            ),
            values_of(replica, conflict, conflict.side(name).values),
            _is_shown(replica, conflict, name),
        )
        for name, title in zip((mine, theirs), titles, strict=True)
    }
    barred = _barred(replica, conflict)
    both = None if barred else joined(conflict)
    return ClashWords(
        record=record_words(replica, [conflict])[conflict.record_id],
        what=what_words(conflict),
        why=_why(conflict, replica.author),
        before=values_of(replica, conflict, conflict.before) if conflict.before else (),
        mine=sides[mine],
        theirs=sides[theirs],
        both=both,
        both_words=""
        if both is None
        else "　".join(value for _name, value in values_of(replica, conflict, both)),
        barred=barred,
    )


def record_words(replica: Replica, conflicts: Sequence[Conflict]) -> dict[str, str]:
    """Record id → ``居民　王建国 · 3号楼 2单元501``, as far as the records of these conflicts are here."""
    found = dict.fromkeys((one.record_id for one in conflicts), "（新版程序的记录）")
    for kind in {one.record_kind for one in conflicts} & RECORDS.keys():
        ids = {one.record_id for one in conflicts if one.record_kind == kind}
        lines = lines_of(replica, kind, ids)
        found |= {id_: f"{RECORDS[kind].title}　{lines.get(id_) or '（已不在本机）'}" for id_ in ids}
    return found


def what_words(conflict: Conflict) -> str:
    """The fields that differ, as the form names them."""
    if conflict.group_name == LIFE:
        return "删除还是保留"
    if conflict.group_name == PLACE:
        return "所属网格"
    fields = _fields(conflict)
    labels = [fields[name].label for name in _names(conflict) if name in fields]
    return "、".join(labels) or conflict.group_name


def values_of(replica: Replica, conflict: Conflict, values: Mapping[str, Any]) -> Lines:
    """Each field of a side with its value in words; a removal is said, not spelt out."""
    if conflict.group_name == LIFE:
        why = values.get("removed_why")
        return (
            ("记录", f"删除{f'（{why}）' if why else ''}" if values.get("removed_at") else "保留，不删除"),
        )
    if conflict.group_name == PLACE:
        code = str(values.get("area", ""))
        return (("所属网格", area_names(replica).get(code, code) or BLANK),)
    fields = _fields(conflict)
    return tuple(
        (fields[name].label, value_words(replica, conflict.record_kind, fields[name], values.get(name)))
        if name in fields
        else (name, str(values.get(name, "")) or BLANK)
        for name in _names(conflict)
    )


def joined(conflict: Conflict) -> dict[str, Any] | None:
    """Both values as one, for a lone text or list; None when that makes no sense or would be too long."""
    names, fields = _names(conflict), _fields(conflict)
    if len(names) != 1 or names[0] not in fields:
        return None
    name, field = names[0], fields[names[0]]
    first, second = sorted(("kept", "lost"), key=lambda side: conflict.side(side).at)
    one, other = conflict.side(first).values.get(name), conflict.side(second).values.get(name)
    if field.kind in LISTS and isinstance(one, list) and isinstance(other, list):
        made: Any = list(dict.fromkeys([*one, *other]))
    elif field.kind in JOINS and isinstance(one, str) and isinstance(other, str):
        made = JOINS[field.kind].join((one, other))
        if not one or not other or one in other or other in one or len(made) > (field.longest or len(made)):
            return None
    else:
        return None
    return {name: made} if made not in (one, other) else None


def private_fields(conflict: Conflict) -> list[Field]:
    """The fields shown here that are starred out elsewhere."""
    fields = _fields(conflict)
    return [fields[name] for name in _names(conflict) if name in fields and fields[name].private]


def moment(at_ms: int | None) -> str:
    """Local day and time of milliseconds since 1970; empty when nobody noted one."""
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%m-%d %H:%M}" if at_ms else ""


def _names(conflict: Conflict) -> list[str]:
    return list(dict.fromkeys([*conflict.kept, *conflict.lost]))


def _fields(conflict: Conflict) -> dict[str, Field]:
    return RECORDS[conflict.record_kind].by_name if conflict.record_kind in RECORDS else {}


def _titles(conflict: Conflict, author: str, mine: str, theirs: str) -> tuple[str, str]:
    """我的 and 对方的 where one side is the reader's; else by name, or by time when one person wrote both."""
    one, other = conflict.side(mine), conflict.side(theirs)
    if one.by == other.by:
        who = "我" if one.by == author else one.by
        early = f"{who}先填的", f"{who}后填的"
        return early if one.at <= other.at else early[::-1]
    if one.by == author:
        return "我的", "对方的"
    return f"{one.by or '本机'}填的", f"{other.by or '本机'}填的"


def _who(by: str, author: str) -> str:
    return "我" if by == author else by or "未登录时"


def _why(conflict: Conflict, author: str) -> str:
    """One sentence on how it came about."""
    if conflict.group_name != LIFE:
        return "两个人都改了这一栏，改的时候都没有看到对方改的。选中的值会显示在记录里，另一个留在历史里。"
    removing = "kept" if conflict.kept.get("removed_at") else "lost"
    keeping = "lost" if removing == "kept" else "kept"
    who, other = (_who(conflict.side(name).by, author) for name in (removing, keeping))
    return f"{who}删除了这条记录，但没有看到{other}改过它，所以先保留着。请选：真的删除，还是继续保留。"


def _is_shown(replica: Replica, conflict: Conflict, name: str) -> bool:
    """True when the record reads like this side now."""
    shape = replica.shapes.get(conflict.record_kind)
    record = replica.get(shape.table, conflict.record_id) if shape else None
    if shape is None or record is None:
        return name == "kept"
    here = shape.wire(record, {}) | {"area": record.area}
    return all(
        here.get(field) == value
        for field, value in conflict.side(name).values.items()
        if field != "removed_why"
    )


def _barred(replica: Replica, conflict: Conflict) -> str:
    if conflict.record_kind not in RECORDS:
        return UNKNOWN
    return "" if replica.get(RECORDS[conflict.record_kind].table, conflict.record_id) else AWAY
