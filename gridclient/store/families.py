"""Families as the rules of a household's life take them: read whole, with all that hangs on them."""

from collections.abc import Collection
from typing import Any

from sqlmodel import col

from gridclient.errors import Unfit
from gridclient.fields import Record, links_to
from gridclient.records import (
    Building,
    Dwelling,
    Household,
    PartyCentreHousehold,
    PartyMember,
    Resident,
    Steward,
)
from gridclient.records.party import CentreState
from gridclient.records.stewards import StewardRole
from gridclient.rules import ties
from gridclient.rules.consequences import CENTRE_HEAD
from gridclient.rules.doors import label
from gridclient.rules.family import Family
from sync.replica import Replica

HISTORY = frozenset({"resident", "visit", "household_event", "photo"})  # people, and what is over


def family(replica: Replica, household: str) -> Family:
    """One household as it is stored now; Unfit when it is not there any more."""
    found = replica.get(Household, household)
    if found is None or found.removed:
        raise Unfit("这一户已经不在本机", "它可能已被合并、移出本网格或放入回收站。请从列表中重新选择。")
    at = door(replica, found.dwelling)
    members = replica.all(Resident, Resident.household == household, Resident.left_how == "")
    alone = replica.count(Household, Household.dwelling == at.id) == 1
    return Family(
        found,
        tuple(members),
        at,
        place(replica, at),
        alone,
        tuple(tied(replica, household)),
        tuple(posts(replica, [m.id for m in members])),
    )


def door(replica: Replica, dwelling: str) -> Dwelling:
    """One door as it is stored now; Unfit when it is not there any more."""
    found = replica.get(Dwelling, dwelling)
    if found is None or found.removed:
        raise Unfit("这套房屋已经不在本机", "它可能已被合并或放入回收站。请从列表中重新选择。")
    return found


def of_numbers(replica: Replica, numbers: Collection[str]) -> list[Family]:
    """The families of everybody who lives somewhere under one of these document numbers."""
    wanted = [number for number in numbers if number]
    people = replica.all(Resident, col(Resident.id_number).in_(wanted), Resident.left_how == "")
    homes = replica.all(Household, col(Household.id).in_({p.household for p in people}))
    doors = {d.id for d in replica.all(Dwelling, col(Dwelling.id).in_({home.dwelling for home in homes}))}
    return [family(replica, home.id) for home in homes if home.dwelling in doors]


def away(replica: Replica, numbers: Collection[str]) -> list[Resident]:
    """Everybody with one of these document numbers who left a household, or died, and lives in none now."""
    wanted = [number for number in numbers if number]
    found = replica.all(Resident, col(Resident.id_number).in_(wanted))
    living = {person.id_number for person in found if not person.left_how}
    return [person for person in found if person.id_number not in living]


def tied(replica: Replica, household: str) -> list[Record]:
    """Everything that names a household and still counts: its centre, matters, pairings, appointments."""
    links = [(spec, field) for spec, field in links_to("household") if spec.name not in HISTORY]
    found: list[Any] = []
    for spec, field in links:
        if not field.many:
            found += replica.all(spec.table, col(getattr(spec.table, field.name)) == household)
    return [record for record in found if ties.counts(record)]


def posts(replica: Replica, people: Collection[str]) -> list[tuple[str, str]]:
    """What these residents are besides: their ids, and 楼栋长, 党员 or the head of a centre household in words."""
    stewards = replica.all(Steward, col(Steward.resident).in_(people), col(Steward.ended_on).is_(None))
    centres = replica.all(
        PartyCentreHousehold,
        col(PartyCentreHousehold.head).in_(people),
        PartyCentreHousehold.state != CentreState.ENDED.value,
    )
    party = replica.all(PartyMember, col(PartyMember.resident).in_(people))
    found = [(s.resident, StewardRole.words(s.role)) for s in stewards]
    found += [(c.head, CENTRE_HEAD) for c in centres]
    return found + [(p.resident, "在册党员") for p in party]


def place(replica: Replica, at: Dwelling) -> str:
    """A door in words."""
    building = replica.get(Building, at.building)
    return label(building.name if building else "", at.unit, at.door)
