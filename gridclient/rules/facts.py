"""From when and until when a household, a person or a let dwelling counts, as far as anybody wrote it down. Pure.

A turn in a household's life says it best, then the record's own day. What has none was written down by hand, and counts
from that day; what was imported, or written down when this community's records were begun, was there all along.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from gridclient.records.people import Turn
from gridclient.records.place import Tenure
from gridclient.rules.measures import BORN, CARED
from gridclient.rules.months import Fact

IMPORTED = "import"
QUARTER_MS = 900_000
LONG_AGO = date.min  # ceased, and nobody knows when
BEGINS = frozenset({Turn.FOUNDED.value, Turn.LET.value})
ENDS = frozenset({Turn.GONE.value, Turn.VACATED.value, Turn.DIED.value})
ARRIVALS = BEGINS | {Turn.JOINED.value, Turn.BORN.value}
DEPARTURES = frozenset({Turn.LEFT.value, Turn.GONE.value, Turn.VACATED.value})
ENDED_WHY = frozenset(Turn.words(turn) for turn in (*ENDS, Turn.MERGED.value))


class Turned(NamedTuple):
    """A turn in a household's life; ``people`` are names."""

    turn: str
    on: date
    household: str
    other: str
    dwelling: str
    people: list[str]


class Written(NamedTuple):
    """How a record came to be kept: by import or not, and when (milliseconds since 1970)."""

    source: str
    at: int


class Home(NamedTuple):
    """A household, ended ones among them: those were put into the recycle bin by what happened to them."""

    id: str
    kind: str
    removed_at: int | None
    removed_why: str
    written: Written


class Person(NamedTuple):
    """A resident with the days that say since when and until when."""

    id: str
    household: str
    name: str
    population: str
    labels: list[str]
    since: date | None
    left_how: str
    left_on: date | None
    written: Written


class Door(NamedTuple):
    """A dwelling and how it is lived in today."""

    id: str
    tenure: str
    written: Written


class History:
    """All turns of a community; ``start`` is when its records were begun (milliseconds since 1970)."""

    def __init__(self, turns: Iterable[Turned], start: int) -> None:
        self._start = _day(start)
        self._by_home: defaultdict[str, list[Turned]] = defaultdict(list)
        self._by_door: defaultdict[str, list[Turned]] = defaultdict(list)
        self._gone: set[tuple[str, date]] = set()
        for turned in sorted(turns, key=lambda t: t.on):
            self._by_home[turned.household].append(turned)
            if turned.other:
                self._by_home[turned.other].append(turned)
            self._by_door[turned.dwelling].append(turned)
            if turned.turn in DEPARTURES:
                self._gone.update((name, turned.on) for name in turned.people)

    def homes(self, homes: Iterable[Home]) -> Iterator[Fact]:
        """Households with the day they were founded and the day they ended; those deleted by mistake are none."""
        for home in homes:
            if home.removed_at is None or home.removed_why in ENDED_WHY:
                ended = None if home.removed_at is None else self._end_of(home)
                begun = self._begin_of(home)
                yield Fact(home.id, begun, ended, tags=frozenset({home.kind}))

    def people(self, people: Iterable[Person]) -> Iterator[Fact]:
        """Residents with the day they came and the day they left."""
        for person in people:
            arrival = self._arrival_of(person)
            begun = arrival.on if arrival else person.since or self._written(person.written)
            tags = {person.population, person.left_how}
            tags |= {BORN} if arrival and arrival.turn == Turn.BORN else set()
            tags |= {CARED} if person.labels else set()
            ended = person.left_on or (LONG_AGO if person.left_how else None)
            yield Fact(person.id, begun, ended, tags=frozenset(tags))

    def rented(self, doors: Iterable[Door]) -> Iterator[Fact]:
        """A fact for every time a dwelling was let, as its tenants came and went."""
        for door in doors:
            is_let, since, spans = False, self._written(door.written), list[tuple[date | None, date | None]]()
            for turned in self._by_door[door.id]:
                if turned.turn == Turn.LET and not is_let:
                    is_let, since = True, turned.on
                elif turned.turn == Turn.VACATED and (is_let or not spans):
                    spans.append((since, turned.on))
                    is_let = False
            yield from (Fact(door.id, *span) for span in _mended(spans, since, is_let, door.tenure))

    def _begin_of(self, home: Home) -> date | None:
        for turned in self._by_home[home.id]:
            own = turned.household == home.id
            if (own and turned.turn in BEGINS) or (not own and turned.turn == Turn.SPLIT):
                return turned.on
        return self._written(home.written)

    def _end_of(self, home: Home) -> date:
        for turned in reversed(self._by_home[home.id]):
            own = turned.household == home.id
            if (own and turned.turn in ENDS) or (not own and turned.turn == Turn.MERGED):
                return turned.on
        return _day(home.removed_at or 0)

    def _arrival_of(self, person: Person) -> Turned | None:
        """How somebody came here from outside; moving from one household here to another is no arrival."""
        for turned in reversed(self._by_home[person.household]):
            if turned.turn in ARRIVALS and person.name in turned.people:
                return None if (person.name, turned.on) in self._gone else turned
        return None

    def _written(self, written: Written) -> date | None:
        day = _day(written.at)
        return None if written.source == IMPORTED or day <= self._start else day


def _mended(
    spans: list[tuple[date | None, date | None]], since: date | None, is_let: bool, tenure: str
) -> list[tuple[date | None, date | None]]:
    """The spans brought to how the dwelling is lived in today: other tenants may stay, or somebody else moved in."""
    if tenure != Tenure.RENTED:
        return [*spans, (since, LONG_AGO)] if is_let else spans
    if is_let or not spans:
        return [*spans, (since, None)]
    return [*spans[:-1], (spans[-1][0], None)]


def _day(millis: int) -> date:
    return _day_at(millis // QUARTER_MS)


@lru_cache(maxsize=4096)
def _day_at(quarter: int) -> date:
    """The local day of a quarter of an hour: every zone is a whole number of them away from UTC."""
    return datetime.fromtimestamp(quarter * QUARTER_MS / 1000).astimezone().date()
