"""What is being done for one home besides visits: matters that were heard there, and who is looked after with what."""

from dataclasses import dataclass
from datetime import date

from gridclient.fields import spec_of
from gridclient.records import Care, Matter
from gridclient.records.matter import MatterState
from gridclient.rules.matters import care_latest, rank, standing
from gridclient.store.homes import Entry, Home
from sync.replica import Replica


@dataclass(frozen=True)
class Attended:
    """``open`` matters, the most pressing first; ``coming`` care, the newest entry of each person and reason by its day.

    ``past`` is everything as entries of the timeline, newest first; ``reminders`` say in words what is still to do.
    """

    open: tuple[Matter, ...] = ()
    coming: tuple[Care, ...] = ()
    past: tuple[Entry, ...] = ()
    reminders: tuple[str, ...] = ()


def attended(replica: Replica, home: Home, today: date) -> Attended:
    """Read what concerns the household, or the door where nobody lives; two statements."""
    if home.household is None:
        heard, given = replica.all(Matter, Matter.dwelling == home.dwelling.id, Matter.household == ""), []
    else:
        heard = replica.all(Matter, Matter.household == home.household.id)
        given = replica.all(Care, Care.household == home.household.id)
    names = {p.id: p.name for p in (*home.members, *home.gone)}
    still = sorted((m for m in heard if m.state != MatterState.DONE), key=lambda m: rank(m, today))
    coming = [c for c in care_latest(given) if c.next_day is not None]
    coming.sort(key=lambda c: (c.next_day or today, c.id))
    past = [_heard(m, today) for m in heard] + [_given(c, names) for c in given]
    past.sort(key=lambda entry: (entry.day or date.min, entry.record.created_at), reverse=True)
    words = [f"{_kind(m)}：{m.title}（{standing(m, today).words}）" for m in still]
    words += [f"关怀 {c.next_day:%m-%d}：{_words(c, names)}" for c in coming]
    return Attended(tuple(still), tuple(coming), tuple(past), tuple(words))


def _kind(matter: Matter) -> str:
    return spec_of(matter).field("kind_of_matter").text(matter.kind_of_matter)


def _words(care: Care, names: dict[str, str]) -> str:
    return f"{names.get(care.resident, '')} {care.what}".strip()


def _heard(matter: Matter, today: date) -> Entry:
    told = f"{matter.title}　{standing(matter, today).words}"
    return Entry(matter.heard_on, matter.kind(), _kind(matter), told, matter)


def _given(care: Care, names: dict[str, str]) -> Entry:
    again = f"　下次 {care.next_day:%m-%d}" if care.next_day else ""
    return Entry(care.given_on, care.kind(), "关怀", _words(care, names) + again, care)
