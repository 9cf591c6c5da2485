"""Figures from records, counted and never typed: each keeps the ids behind it, so that every number opens its list. Pure."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from gridclient.records.people import PopulationKind
from gridclient.rules.identity import age

T = TypeVar("T")
AGES = ((0, 6), (7, 17), (18, 59), (60, 79), (80, 200))
GROWN, OLD, VERY_OLD = 18, 60, 80


@dataclass(frozen=True)
class Figure:
    """One number: its words, the ids it counts, and what it is a share of (None: of nothing)."""

    words: str
    ids: tuple[str, ...]
    of: int | None = None

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def share(self) -> float | None:
        """0–1; None where the figure is no share, or of nothing."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True)
class Person:
    """What the figures ask of one resident."""

    id: str
    population: str = ""
    sex: str = ""
    birth: date | None = None
    political: str = ""
    labels: Sequence[str] = ()
    area: str = ""


def people(persons: Iterable[Person], today: date) -> list[Figure]:
    """Everybody, the four sides of 实有人口, and the ages that service goes by."""
    everyone = list(persons)
    total = len(everyone)
    years = {p.id: age(p.birth, today) for p in everyone}

    def those(words: str, fits: Callable[[Person], bool]) -> Figure:
        return Figure(words, tuple(p.id for p in everyone if fits(p)), total)

    def aged(least: int, most: int) -> Callable[[Person], bool]:
        return lambda p: (known := years[p.id]) is not None and least <= known <= most

    return [
        Figure("实有人口", tuple(p.id for p in everyone)),
        *(those(kind.label, _is(kind.value)) for kind in PopulationKind),
        those("未成年人", aged(0, GROWN - 1)),
        those("60 岁以上", aged(OLD, 200)),
        those("80 岁以上", aged(VERY_OLD, 200)),
    ]


def ages(persons: Iterable[Person], today: date) -> dict[str, list[str]]:
    """The ids of people by age group, as a bar chart shows them; those without a birthday under 不详."""
    words = {
        bounds: f"{bounds[0]}–{bounds[1]}" if bounds[1] < 200 else f"{bounds[0]} 以上" for bounds in AGES
    }
    found: dict[str, list[str]] = {group: [] for group in (*words.values(), "不详")}
    for person in persons:
        years = age(person.birth, today)
        group = next(
            (w for (low, high), w in words.items() if years is not None and low <= years <= high), "不详"
        )
        found[group].append(person.id)
    return found


def labels(persons: Iterable[Person], words: Mapping[str, str]) -> list[Figure]:
    """Who carries each care label, in the order of ``words`` (code → words); nobody is a figure too."""
    everyone = list(persons)
    return [Figure(told, tuple(p.id for p in everyone if code in p.labels)) for code, told in words.items()]


def grouped(lines: Iterable[T], key: Callable[[T], Hashable]) -> dict[Any, int]:
    """How many lines share each key, the most frequent first, equals in the order met."""
    found: dict[Any, int] = {}
    for line in lines:
        found[key(line)] = found.get(key(line), 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def uncovered(households: Iterable[str], paired: Iterable[str]) -> Figure:
    """Households that nobody of the 1+N keeps in touch with."""
    every, reached = list(households), set(paired)
    return Figure("未联系户", tuple(h for h in every if h not in reached), len(every))


def quiet(areas: Iterable[str], last: Mapping[str, date], today: date, days: int = 30) -> Figure:
    """Areas without any record for more than ``days`` days; ``last`` maps an area to its newest record's day."""
    every = list(areas)
    silent = tuple(a for a in every if a not in last or (today - last[a]).days > days)
    return Figure(f"{days} 天无记录的网格", silent, len(every))


def _is(population: str) -> Callable[[Person], bool]:
    return lambda person: person.population == population
