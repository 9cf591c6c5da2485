"""Who is here already that a person being typed may be: one statement, scored by the rules, the likeliest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlmodel import col

from gridclient import values
from gridclient.records.people import Household, Resident
from gridclient.records.place import Building, Dwelling
from gridclient.rules.doors import label
from gridclient.rules.duplicates import Likeness, Person, likeness
from gridclient.rules.identity import near_numbers, problem, widened
from gridclient.store.doorways import alive
from sync.replica import Replica

MOST = 3  # people one can compare at a glance


@dataclass(frozen=True, slots=True)
class Like:
    """Somebody held here who may be the person typed. ``place`` is the door in words; ``gone`` moved out or died."""

    id: str
    name: str
    sex: str
    birth: date | None
    place: str
    gone: bool
    likeness: Likeness

    def __repr__(self) -> str:
        return f"<Like {self.id}>"


def alike(replica: Replica, person: Person, *, most: int = MOST) -> list[Like]:
    """The people most like ``person``, himself (by id) left out; nobody while too little of him is known."""
    fits = _conditions(person)
    if not fits:
        return []
    r, h, d, b = Resident, Household, Dwelling, Building
    named = (r.id, r.name, r.id_number, r.birth, r.phones, r.sex, r.left_how, d.id, b.name, d.unit, d.door)
    statement = (
        select(*(col(c) for c in named))
        .outerjoin(h, col(h.id) == col(r.household))
        .outerjoin(d, col(d.id) == col(h.dwelling))
        .outerjoin(b, col(b.id) == col(d.building))
        .where(alive(r), col(r.id) != person.id, or_(*fits))
    )
    found = []
    for id_, name, number, birth, phones, sex, left, door, house, unit, room in replica.rows(statement):
        like = likeness(person, Person(id_, name, number, birth, tuple(phones or ()), door or ""))
        if like is not None:
            place = label(house or "", unit or "", room or "")
            found.append(Like(id_, name, sex, birth, place, bool(left), like))
    return sorted(found, key=lambda like: (-like.likeness.score, like.id))[:most]


def _conditions(person: Person) -> list[ColumnElement[bool]]:
    """What somebody must have in common with a person to be looked at, as far as it is known."""
    fits: list[ColumnElement[bool]] = []
    number, name = values.tidy_id(person.number), values.tidy_name(person.name)
    if len(number) in (15, 18):
        fits.append(col(Resident.id_number).in_(_spellings(number)))
    if name and (person.birth or person.phones or person.address):
        fits.append(col(Resident.name) == name)
    if person.birth:
        fits.append(col(Resident.birth) == person.birth)
    phones = cast(col(Resident.phones), String)
    fits += [phones.contains(f'"{phone}"', autoescape=True) for phone in person.phones]
    return fits


def _spellings(number: str) -> Collection[str]:
    whole = widened(number) if len(number) == 15 and problem(number) is None else number
    return {number, whole, *near_numbers(whole)}
