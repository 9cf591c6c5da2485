"""The history of records in plain words: who changed which field, when, from what to what, and where it came from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gridclient.blanks import Field
from gridclient.fields import RECORDS
from gridclient.records import Household, Resident
from gridclient.store.history import History, Moment
from gridclient.ui.bin_page import who_words
from gridclient.ui.edits_page import field_value, told_field
from gridclient.ui.lines import lines_of
from sync.conflict import Conflict
from sync.record import SyncedRecord
from sync.replica import Replica

SOURCES = {"entry": "本机录入", "visit": "走访时登记", "import": "导入"}
LOST = "冲突中没有采用"
MOST = 500  # changed fields told at once
Which = tuple[str, str]  # kind and id


@dataclass(frozen=True)
class Line:
    """One row: ``about`` is a record, ``what`` a field of it. ``back`` are the wire values that restoring puts back."""

    at: datetime
    who: str
    kind: str
    id: str
    about: str
    name: str
    what: str
    was: str
    now: str
    source: str
    back: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


def of_household(replica: Replica, household: str) -> list[Which]:
    """A household with its door and everybody registered in it, those who have left and those removed too."""
    home = replica.get(Household, household)
    door = [("dwelling", home.dwelling)] if home is not None and home.dwelling else []
    people = replica.all(Resident, Resident.household == household, removed=True)
    return [("household", household), *door, *(("resident", person.id) for person in people)]


def history_lines(
    replica: Replica, history: History, wanted: Sequence[Which], *, masked: bool = True, most: int = MOST
) -> list[Line]:
    """What happened to these records, newest first: their fields, what lost in a conflict, and their beginnings."""
    abouts = _abouts(replica, wanted)
    saves: dict[tuple[str, Any], list[Moment]] = {}
    moments = history.of([id_ for _kind, id_ in wanted], most)
    for one in moments:
        saves.setdefault((one.id, one.edit), []).append(one)
    told = [
        _of_moment(replica, one, saves[one.id, one.edit], abouts.get(one.id, ""), masked)
        for one in moments
        if told_field(one.kind, one.field)
    ]
    conflicts = replica.all(Conflict, Conflict.record_id.in_([id_ for _kind, id_ in wanted]))  # type: ignore[attr-defined]
    lost = [line for one in conflicts for line in _of_conflict(replica, one, abouts, masked)]
    begun = [_beginning(replica, record, abouts) for record in _records(replica, wanted)]
    return sorted([*told, *lost, *begun], key=lambda line: line.at, reverse=True)


def private_fields(lines: Sequence[Line]) -> list[tuple[str, Field]]:
    """The starred fields among these lines, each with its kind."""
    pairs = dict.fromkeys((line.kind, line.name) for line in lines if line.name in RECORDS[line.kind].by_name)
    fields = [(kind, RECORDS[kind].by_name[name]) for kind, name in pairs]
    return [(kind, one) for kind, one in fields if one.private]


def _of_moment(replica: Replica, one: Moment, save: Sequence[Moment], about: str, masked: bool) -> Line:
    """One field of a save; what only makes sense together comes back together."""
    label, was = field_value(replica, one.kind, one.field, one.was, masked=masked)
    now = field_value(replica, one.kind, one.field, one.now, masked=masked)[1]
    groups = replica.shapes[one.kind].group_of
    back = {other.field: other.was for other in save if groups[other.field] == groups[one.field]}
    removal = one.field == "removed_at" and one.now is not None
    why = next((str(other.now) for other in save if other.field == "removed_why" and removal), "")
    source = f"本机 · {one.why}" if one.here and one.why and not removal else "本机" if one.here else "同步"
    who, told = who_words(one.by, replica.author), f"{now}（{why}）" if why else now
    return Line(one.at, who, one.kind, one.id, about, one.field, label, was, told, source, back)


def _of_conflict(replica: Replica, one: Conflict, abouts: dict[str, str], masked: bool) -> list[Line]:
    """The side of a conflict that the record does not show."""
    side = one.side("kept" if one.choice == "lost" else "lost")
    at = datetime.fromtimestamp(side.at / 1000).astimezone()
    lines = []
    for name, value in side.values.items():
        if told_field(one.record_kind, name):
            label, now = field_value(replica, one.record_kind, name, value, masked=masked)
            before = one.before.get(name)
            was = field_value(replica, one.record_kind, name, before, masked=masked)[1] if one.before else ""
            about = abouts.get(one.record_id, "")
            who = who_words(side.by, replica.author)
            back = dict(side.values)
            lines.append(
                Line(at, who, one.record_kind, one.record_id, about, name, label, was, now, LOST, back)
            )
    return lines


def _beginning(replica: Replica, record: SyncedRecord, abouts: dict[str, str]) -> Line:
    at = datetime.fromtimestamp(record.created_at / 1000).astimezone()
    who, source = who_words(record.created_by, replica.author), SOURCES.get(record.source, record.source)
    title = RECORDS[record.kind()].title
    return Line(
        at, who, record.kind(), record.id, abouts.get(record.id, ""), "", f"新增{title}", "", "", source
    )


def _abouts(replica: Replica, wanted: Sequence[Which]) -> dict[str, str]:
    """Id → 居民 王建国, as short as it can be told apart beside its door."""
    found: dict[str, str] = {}
    for kind in dict.fromkeys(kind for kind, _id in wanted):
        lines = lines_of(replica, kind, [id_ for of, id_ in wanted if of == kind])
        found |= {id_: f"{RECORDS[kind].title} {line.partition(' · ')[0]}" for id_, line in lines.items()}
    return found


def _records(replica: Replica, wanted: Sequence[Which]) -> list[SyncedRecord]:
    found = [replica.get(RECORDS[kind].table, id_) for kind, id_ in wanted]
    return [record for record in found if record is not None]
