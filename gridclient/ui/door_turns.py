"""Who came to live behind a door, as the laws of a household's life have it: what is stored with the visit that found out."""

from collections.abc import Sequence

from gridclient.fields import Record
from gridclient.records import Dwelling, Household, Resident
from gridclient.records.people import HouseholdKind, LeftHow
from gridclient.rules import household_life as life
from gridclient.rules.family import Family
from gridclient.rules.household_life import Note
from gridclient.store import families
from gridclient.store.homes import Home
from gridclient.ui.door_forms import Results
from sync.replica import Replica


def moved_in(replica: Replica, home: Home, people: Sequence[Resident], note: Note, *, gone: bool) -> Results:
    """A new household of tenants; with ``gone``, everybody registered here until now has left. Unfit as :mod:`life` says."""
    before = [h for h in (home.household, *home.others) if h] if gone else []
    left: dict[str, Record] = {}
    for household in before:
        family = families.family(replica, household.id)
        everybody = [member.id for member in family.members]
        left |= {r.id: r for r in life.leave(family, everybody, LeftHow.MOVED.value, note)}
    door = left.pop(home.dwelling.id, None)
    ended = {household.id for household in before}
    known = [f for f in _known(replica, people) if f.household.id not in ended]
    fresh = Household(kind_of_household=HouseholdKind.FLOATING.value, source="visit")
    stands = door if isinstance(door, Dwelling) else home.dwelling
    records = life.found(stands, home.label, fresh, back(replica, people), note, known=known)
    made = next(r for r in records if isinstance(r, Household) and r.id == fresh.id)
    told = {
        "changes": f"新住户 {made.head_name} 等 {len(people)} 人",
        "household": made.id,
        "head_name": made.head_name,
        "members": len(people),
    }
    return Results([*left.values(), *records], told)


def joined(replica: Replica, family: Family, people: Sequence[Resident], note: Note) -> list[Record]:
    """New members of a family, those registered elsewhere moved from there. Unfit as :mod:`life` says."""
    return life.join(family, back(replica, people), note, known=_known(replica, people))


def back(replica: Replica, people: Sequence[Resident]) -> list[Resident]:
    """The people, with those who moved out before as the records they are. Unfit for one who died."""
    return life.returned(people, families.away(replica, [p.id_number for p in people]))


def registered(replica: Replica, number: str, kind: str) -> str:
    """Who has a document number already, and what becomes of that when ``kind`` of household takes it; empty for nobody."""
    for family in families.of_numbers(replica, [number]):
        name = next(m.name for m in family.members if m.id_number == number)
        moves = "，保存后从那一户转来" if family.household.kind_of_household == kind else ""
        return f"此号已登记：{name}（{family.place}）{moves}"
    for person in families.away(replica, [number]):
        moves = "，保存后转回" if person.left_how == LeftHow.MOVED else "，请核对号码"
        return f"此号曾登记：{person.name}（{LeftHow.words(person.left_how)}）{moves}"
    return ""


def _known(replica: Replica, people: Sequence[Resident]) -> list[Family]:
    return families.of_numbers(replica, [p.id_number for p in people])
