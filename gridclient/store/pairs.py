"""Who may stand in the register twice: every two residents who look like one, but for those somebody has told apart."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from gridclient.records.people import Household, Resident, TwoPeople
from gridclient.records.place import Building, Dwelling
from gridclient.rules.doors import label
from gridclient.rules.duplicates import Pair, Person, duplicates
from gridclient.store.doorways import alive
from sync.replica import Replica


@dataclass(frozen=True)
class Suspects:
    """Two residents who may be one; ``names`` and ``places`` (doors in words) in the order of the pair."""

    pair: Pair
    names: tuple[str, str]
    places: tuple[str, str]

    def __repr__(self) -> str:
        return f"<Suspects {self.pair.key}>"


def suspects(replica: Replica) -> list[Suspects]:
    """All pairs, the surest first; a second or two for 20,000 residents."""
    r, h, d, b = Resident, Household, Dwelling, Building
    named = (r.id, r.name, r.id_number, r.birth, r.phones, d.id, b.name, d.unit, d.door)
    statement = (
        select(*(col(c) for c in named))
        .outerjoin(h, col(h.id) == col(r.household))
        .outerjoin(d, col(d.id) == col(h.dwelling))
        .outerjoin(b, col(b.id) == col(d.building))
        .where(alive(r))
    )
    people, told = [], {}
    for id_, name, number, birth, phones, door, house, unit, room in replica.rows(statement):
        people.append(Person(id_, name, number, birth, tuple(phones or ()), door or ""))
        told[id_] = name, label(house or "", unit or "", room or "")
    pairs = duplicates(people, _told_apart(replica))
    return [
        Suspects(pair, (told[pair.one][0], told[pair.other][0]), (told[pair.one][1], told[pair.other][1]))
        for pair in pairs
    ]


def _told_apart(replica: Replica) -> frozenset[str]:
    found = replica.rows(select(col(TwoPeople.one), col(TwoPeople.other)).where(alive(TwoPeople)))
    return frozenset("/".join(sorted(row)) for row in found)
