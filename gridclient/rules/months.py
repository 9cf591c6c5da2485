"""Counting by month: what of some records falls into a period, and how it went a period and a year before. Pure.

A fact is what one record says to the figures: when it began and when it ceased. A past period is counted as it was: who
has left since still counts in the months before. Every figure keeps the ids behind it, so that it opens its list.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gridclient.rules.disputes import share, year_before

Span = tuple[date, date]  # the first and the last day, both included


@dataclass(frozen=True, slots=True)
class Fact:
    """One record as the figures see it. ``begun`` None: it was there before anybody wrote down when.

    ``ended`` is the day from which it no longer counts; ``about`` the id of whom it concerns; ``tags`` are what tells it
    from others of its kind, ``amounts`` what is added up over many.
    """

    id: str
    begun: date | None = None
    ended: date | None = None
    due: date | None = None
    about: str = ""
    tags: frozenset[str] = frozenset()
    amounts: Mapping[str, int] | None = None


Facts = Mapping[str, Sequence[Fact]]  # family → its facts


@dataclass(frozen=True)
class Counted:
    """One number: the ids of its list, how many they make (not their count where something is added up), and what it
    is a share of (None: of nothing).
    """

    ids: tuple[str, ...] = ()
    number: int = 0
    of: int | None = None

    @property
    def words(self) -> str:
        """``12``, ``83.3%``, or a stroke for a share of nothing."""
        return f"{self.number:,}" if self.of is None else share(self.number, self.of)


Count = Callable[[Facts, Span], Counted]


@dataclass(frozen=True)
class Spans:
    """The period asked for, the one before it, its year until its end, and the same days a year ago."""

    now: Span
    before: Span
    year: Span
    last: Span

    def named(self) -> dict[str, Span]:
        """Name → days, in the order of the columns."""
        return {"now": self.now, "before": self.before, "year": self.year, "last": self.last}


@dataclass(frozen=True)
class Measure:
    """One figure an office reports. ``says`` tells in a sentence what counts and which day decides.

    ``kind`` is the kind of record its list shows; a ``standing`` figure tells how it is on the last day, so that it has
    no sum over the year.
    """

    name: str
    family: str
    words: str
    unit: str
    kind: str
    says: str
    count: Count
    standing: bool = False


@dataclass(frozen=True)
class Told:
    """A measure with what was counted for each of the spans by name; a standing one has none for the year."""

    measure: Measure
    cells: Mapping[str, Counted]

    @property
    def against_before(self) -> str:
        """环比: how it changed against the period before."""
        return change(self.cells["now"], self.cells["before"])

    @property
    def against_last(self) -> str:
        """同比: how it changed against the same days a year ago."""
        return change(self.cells["now"], self.cells["last"])


def spans_of(first: date, last: date) -> Spans:
    """The four spans of a period; before a whole number of months come as many, before other days as many days."""
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    end = first - timedelta(days=1)
    begin = first - (last - first) - timedelta(days=1)
    if whole:
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
        begin = date(year, month + 1, 1)
    a_year_ago = year_before((first, last))
    if whole:
        a_year_ago = (a_year_ago[0], _end_of(a_year_ago[1]))
    return Spans((first, last), (begin, end), (date(last.year, 1, 1), last), a_year_ago)


def table(measures: Iterable[Measure], facts: Facts, spans: Spans) -> list[Told]:
    """Count every measure in every span."""
    return [
        Told(
            measure,
            {
                name: measure.count(facts, span)
                for name, span in spans.named().items()
                if not (measure.standing and name == "year")
            },
        )
        for measure in measures
    ]


def change(now: Counted, before: Counted) -> str:
    """``+12.5%``, ``0``, of shares ``-3.2点``; a stroke where there was nothing to compare with."""
    if now.of is not None:
        if not now.of or not before.of:
            return "—"
        points = 100 * now.number / now.of - 100 * before.number / before.of
        return _signed(points) + ("点" if round(points, 1) else "")
    if not before.number:
        return "—"
    part = 100 * (now.number - before.number) / before.number
    return _signed(part) + ("%" if round(part, 1) else "")


def came(family: str, *tags: str) -> Count:
    """What began in the period and bears one of the tags, when any are told."""
    return lambda facts, span: _counted(f.id for f in _tagged(facts[family], tags) if _begins(f, span))


def went(family: str, *tags: str) -> Count:
    """What ceased in the period and bears one of the tags, when any are told."""
    return lambda facts, span: _counted(
        f.id for f in _tagged(facts[family], tags) if f.ended is not None and span[0] <= f.ended <= span[1]
    )


def there(family: str, *tags: str) -> Count:
    """What counted on the last day of the period and bears one of the tags, when any are told."""
    return lambda facts, span: _counted(f.id for f in _tagged(facts[family], tags) if _is_there(f, span[1]))


def late(family: str, *tags: str) -> Count:
    """What was still open on the last day of the period although its day had passed."""
    return lambda facts, span: _counted(
        f.id
        for f in _tagged(facts[family], tags)
        if f.due is not None and f.due < span[1] and _is_there(f, span[1])
    )


def whom(family: str, of: str, *tags: str) -> Count:
    """Those ``of`` a family whom the facts that began in the period are about, each once."""

    def count(facts: Facts, span: Span) -> Counted:
        met = {f.about for f in _tagged(facts[family], tags) if _begins(f, span)}
        return _counted(f.id for f in facts[of] if f.id in met)

    return count


def added(family: str, amount: str) -> Count:
    """What the facts that began in the period add up to; its list are those that add something."""

    def count(facts: Facts, span: Span) -> Counted:
        found = [(f.id, (f.amounts or {}).get(amount, 0)) for f in facts[family] if _begins(f, span)]
        return Counted(tuple(id_ for id_, n in found if n), sum(n for _id, n in found))

    return count


def closed_share(family: str, *tags: str) -> Count:
    """What ceased in the period, of all that was open when it began or came to it."""

    def count(facts: Facts, span: Span) -> Counted:
        closed = went(family, *tags)(facts, span)
        carried = there(family, *tags)(facts, (span[0], span[0] - timedelta(days=1)))
        came_in = came(family, *tags)(facts, span)
        return Counted(closed.ids, closed.number, len({*carried.ids, *came_in.ids}))

    return count


def reached_share(family: str, of: str, *tags: str) -> Count:
    """Those ``of`` a family there on the last day whom the facts of the period are about."""

    def count(facts: Facts, span: Span) -> Counted:
        every = there(of)(facts, span).ids
        reached = set(whom(family, of, *tags)(facts, span).ids)
        ids = tuple(id_ for id_ in every if id_ in reached)
        return Counted(ids, len(ids), len(every))

    return count


def _counted(ids: Iterable[str]) -> Counted:
    found = tuple(dict.fromkeys(ids))
    return Counted(found, len(found))


def _tagged(facts: Iterable[Fact], tags: Sequence[str]) -> Iterable[Fact]:
    return (f for f in facts if not tags or not f.tags.isdisjoint(tags))


def _begins(fact: Fact, span: Span) -> bool:
    return fact.begun is not None and span[0] <= fact.begun <= span[1]


def _is_there(fact: Fact, day: date) -> bool:
    return (fact.begun is None or fact.begun <= day) and (fact.ended is None or fact.ended > day)


def _signed(number: float) -> str:
    text = f"{number:+.1f}".removesuffix(".0")
    return "0" if text in ("+0", "-0") else text


def _end_of(day: date) -> date:
    """The last day of the month of ``day``."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)
