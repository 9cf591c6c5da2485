"""A family: a household with the people who live in it, and the laws that hold for all of them. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from gridclient.fields import Record
from gridclient.records import Dwelling, Household, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import HouseholdKind

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Family:
    """A household with the people who live in it, none of whom has left.

    ``place`` is its ``door`` in words; ``alone`` is true while no other household lives behind it. ``tied`` are further
    records that name the household and still count; ``posts`` what members are besides, by their ids, in words.
    """

    household: Household
    members: tuple[Resident, ...]
    door: Dwelling
    place: str = ""
    alone: bool = True
    tied: tuple[Record, ...] = ()
    posts: tuple[tuple[str, str], ...] = ()

    @property
    def head(self) -> Resident | None:
        """The head, by the household's own word first; None when nobody is named."""
        named = [m for m in self.members if m.id == self.household.head]
        told = [m for m in self.members if m.relation == Relation.HEAD]
        return next(iter(named or told), None)

    @property
    def floating(self) -> bool:
        """True for tenants."""
        return self.household.kind_of_household == HouseholdKind.FLOATING

    def without(self, ids: Collection[str]) -> list[Resident]:
        """The members who are not among ``ids``."""
        return [m for m in self.members if m.id not in ids]

    def needs_heir(self, leaving: Collection[str]) -> bool:
        """True when the head is among the ids ``leaving`` and more than one person stays to follow."""
        return self.head is not None and self.head.id in leaving and len(self.without(leaving)) > 1


def copied(record: R) -> R:
    """The same record once more, to be altered."""
    return type(record)(**record.model_dump())


def breaches(families: Iterable[Family]) -> list[str]:
    """What of the laws does not hold, one sentence for each; without names.

    Exactly one head in each household that is not a collective, a right count, nobody who has left, and nobody in two
    households of one kind.
    """
    every = list(families)
    found = [why for family in every for why in _own_breaches(family)]
    homes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for family in every:
        for member in family.members:
            if member.id_number:
                homes[family.household.kind_of_household, member.id_number].add(family.household.id)
    return found + ["一人在两户" for households in homes.values() if len(households) > 1]


def _own_breaches(family: Family) -> Iterator[str]:
    household, members = family.household, family.members
    heads = [m for m in members if m.relation == Relation.HEAD]
    if household.kind_of_household != HouseholdKind.COLLECTIVE and members:
        if [m.id for m in heads] != [household.head]:
            yield "一户要有一位户主，不多不少"
        elif heads[0].name != household.head_name:
            yield "户主姓名与户主不符"
    if household.size not in (None, len(members)):
        yield "人口数与成员不符"
    if any(m.left_how or m.household != household.id for m in members):
        yield "离开的人还算在户里"
