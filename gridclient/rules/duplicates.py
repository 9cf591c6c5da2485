"""Who may have been entered twice: candidates with a score and the reason in words, worst first. Pure.

Twins, namesakes and families who share a telephone are ordinary: a pair is only ever a question to a person.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from gridclient import values
from gridclient.rules.identity import nearly_same, widened
from gridclient.rules.names import full

CROWD = 30  # as many with one telephone or name are an office or a common name, not one person
SAME_NUMBER, NEAR_NUMBER, SAME_BIRTH, SAME_PHONE = 100, 80, 60, 40


@dataclass(frozen=True)
class Person:
    """What is compared of one resident."""

    id: str
    name: str
    number: str = ""
    birth: date | None = None
    phones: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Person {self.id}>"


@dataclass(frozen=True, order=True)
class Pair:
    """Two records that may be one person; ``score`` 0–100."""

    score: int
    one: str
    other: str
    why: str

    @property
    def key(self) -> str:
        """Under which "not the same person" is remembered, whichever of the two comes first."""
        return "/".join(sorted((self.one, self.other)))


def duplicates(persons: Iterable[Person], dismissed: frozenset[str] = frozenset()) -> list[Pair]:
    """Pairs that may be one person, the surest first, without those ``dismissed`` (by :attr:`Pair.key`).

    Same document; nearly the same document with name or birthday in common; same name and birthday; same telephone and
    a name that sounds the same.
    """
    everyone = list(persons)
    found: dict[str, Pair] = {}
    for score, why, key, sure in _SIGNS:
        for crowd in _alike(everyone, key):
            for one, other in combinations(crowd, 2):
                pair = Pair(score, one.id, other.id, why)
                if pair.key not in found and pair.key not in dismissed and sure(one, other):
                    found[pair.key] = pair
    return sorted(found.values(), key=lambda pair: (-pair.score, pair.one, pair.other))


def _alike(persons: Iterable[Person], key: Callable[[Person], Iterable[Hashable]]) -> Iterable[list[Person]]:
    groups: defaultdict[Hashable, list[Person]] = defaultdict(list)
    for person in persons:
        for sign in key(person):
            groups[sign].append(person)
    return (group for group in groups.values() if 1 < len(group) <= CROWD)


def _number(person: Person) -> str:
    number = values.tidy_id(person.number)
    return widened(number) if len(number) == 15 and number.isdecimal() else number


def _same_number(person: Person) -> list[str]:
    return [number] if (number := _number(person)) else []


def _blurred(person: Person) -> list[tuple[int, str]]:
    """The number with each sign left out, and with each two neighbours in order: what look-alikes have in common."""
    n = _number(person)
    if len(n) != 18:
        return []
    without = [(at, n[:at] + n[at + 1 :]) for at in range(18)]
    return without + [(18 + at, n[:at] + "".join(sorted(n[at : at + 2])) + n[at + 2 :]) for at in range(17)]


def _name_and_birth(person: Person) -> list[tuple[str, date]]:
    return [(values.tidy_name(person.name), person.birth)] if person.birth and person.name else []


def _phone_and_sound(person: Person) -> list[tuple[str, str]]:
    return [(phone, full(person.name)) for phone in person.phones if phone]


def _nearly(one: Person, other: Person) -> bool:
    related = one.name == other.name or (one.birth is not None and one.birth == other.birth)
    return related and nearly_same(one.number, other.number)


def _not_told_apart(one: Person, other: Person) -> bool:
    """Two different whole numbers tell namesakes born on one day apart."""
    return not (one.number and other.number)


_SIGNS: tuple[
    tuple[int, str, Callable[[Person], Iterable[Hashable]], Callable[[Person, Person], bool]], ...
] = (
    (SAME_NUMBER, "证件号码相同", _same_number, lambda _one, _other: True),
    (NEAR_NUMBER, "证件号码只差一位", _blurred, _nearly),
    (SAME_BIRTH, "姓名和出生日期相同", _name_and_birth, _not_told_apart),
    (SAME_PHONE, "电话相同，姓名同音", _phone_and_sound, _not_told_apart),
)
