"""Somebody who lives here already is written down: who joins whom, who is the head, how many they are. Pure."""

from collections.abc import Sequence

from gridclient.fields import Record
from gridclient.records import Dwelling, Household, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import HouseholdKind, PopulationKind
from gridclient.rules.family import copied

SECOND_HEAD = "这一户已经有户主；换户主请在户面板里办“户主变更”"


def second_head(person: Resident, household: Household | None, members: Sequence[Resident]) -> bool:
    """True when a person is told to be the head of a household that has another one; a collective has none."""
    if person.relation != Relation.HEAD or household is None:
        return False
    others = [m for m in members if m.id != person.id]
    named = household.head not in ("", person.id) and any(m.id == household.head for m in others)
    return named or any(m.relation == Relation.HEAD for m in others)


def registered(
    person: Resident, household: Household | None, members: Sequence[Resident], dwelling: Dwelling
) -> list[Record]:
    """The household of a person who lives behind a door, then the person: a new household when there is none yet.

    The first one written down is the head unless told otherwise. What does not change is left out, the person never.
    """
    home = copied(household) if household is not None else _founded(person, dwelling)
    others = [m for m in members if m.id != person.id]
    if household is None and not person.relation:
        person.relation = Relation.HEAD.value
    if person.relation == Relation.HEAD:
        home.head, home.head_name = person.id, person.name
    elif home.head == person.id:
        home.head, home.head_name = "", ""
    if len(others) == len(members):  # a newcomer; a count that was wrong before is not touched in passing
        home.size = len(others) + 1
    person.household = home.id
    person.area = person.area or home.area
    return [person] if home == household else [home, person]


def _founded(person: Resident, dwelling: Dwelling) -> Household:
    floating = person.population == PopulationKind.FLOATING
    kind = HouseholdKind.FLOATING if floating else HouseholdKind.REGISTERED
    return Household(dwelling=dwelling.id, area=dwelling.area, kind_of_household=kind.value)
