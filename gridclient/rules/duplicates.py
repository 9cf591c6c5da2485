"""Who may have been entered twice: candidates with a score and the reason in words, worst first. Pure.

Twins, namesakes and families who share a telephone are ordinary: a pair is only ever a question to a person.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from gridclient import values
from gridclient.rules.identity import apart, nearly_same, widened
from gridclient.rules.names import full

CROWD = 30  # as many with one telephone or name are an office or a common name, not one person
SURE = 100
NEAR_NUMBER, NAME, BIRTH, PHONE, SOUND, ADDRESS = 50, 30, 30, 25, 15, 15
ENOUGH = 40  # points from which on a person is asked


@dataclass(frozen=True)
class Person:
    """What is compared of one resident."""

    id: str
    name: str
    number: str = ""
    birth: date | None = None
    phones: tuple[str, ...] = ()
    address: str = ""  # the id of the dwelling

    def __repr__(self) -> str:
        return f"<Person {self.id}>"


@dataclass(frozen=True)
class Likeness:
    """How much two people look like one: ``score`` 0–100, and each sign in plain words, the strongest first."""

    score: int
    signs: tuple[str, ...]

    @property
    def why(self) -> str:
        """The signs in one line."""
        return "、".join(self.signs)


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

    Same document; nearly the same document with anything else in common; same name and birthday; same telephone and a
    name that sounds the same. The score is :func:`likeness`.
    """
    everyone = list(persons)
    found: dict[str, Pair] = {}
    for key in (_same_number, _blurred, _name_and_birth, _phone_and_sound):
        for crowd in _alike(everyone, key):
            for one, other in combinations(crowd, 2):
                like = likeness(one, other)
                if like is None or like.score == NEAR_NUMBER:  # a number one sign off, and nothing else
                    continue
                pair = Pair(like.score, one.id, other.id, like.why)
                if pair.key not in dismissed:
                    found.setdefault(pair.key, pair)
    return sorted(found.values(), key=lambda pair: (-pair.score, pair.one, pair.other))


def likeness(one: Person, other: Person) -> Likeness | None:
    """How much two people look like one; None when there is nothing to ask.

    A document is enough by itself, so is nearly the same one. Otherwise it takes a name with a second sign, or birthday
    and telephone; two different whole numbers tell two people apart, and a shared home only adds to the rest.
    """
    signs = _number_signs(one, other)
    if not signs and one.number and other.number:
        return None
    named = _name_sign(one, other)
    born = one.birth is not None and one.birth == other.birth
    called = bool(set(one.phones) & set(other.phones))
    housed = bool(one.address) and one.address == other.address
    if not (signs or named or (born and called and not housed)):  # twins share all three
        return None
    signs += [named] if named else []
    signs += (
        [(BIRTH, "出生日期相同")] * born
        + [(PHONE, "电话相同")] * called
        + [(ADDRESS, "住在同一扇门里")] * housed
    )
    score = sum(points for points, _words in signs)
    if score < ENOUGH:
        return None
    return Likeness(
        min(score, SURE if signs[0][0] == SURE else SURE - 1), tuple(words for _points, words in signs)
    )


def _number_signs(one: Person, other: Person) -> list[tuple[int, str]]:
    a, b = _number(one), _number(other)
    if not a or not b:
        return []
    if a == b:
        old = len(values.tidy_id(one.number)) != len(values.tidy_id(other.number))
        return [(SURE, "15 位旧号和 18 位新号是同一个号码" if old else "证件号码相同")]
    if not nearly_same(a, b):
        return []
    places = apart(a, b)
    where = f"只差第 {places[0]} 位" if len(places) == 1 else f"第 {places[0]}、{places[1]} 位颠倒"
    return [(NEAR_NUMBER, f"证件号码{where}")]


def _name_sign(one: Person, other: Person) -> tuple[int, str] | None:
    a, b = values.tidy_name(one.name), values.tidy_name(other.name)
    if a and a == b:
        return NAME, "姓名相同"
    return (SOUND, "姓名同音") if full(a) and full(a) == full(b) else None


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
