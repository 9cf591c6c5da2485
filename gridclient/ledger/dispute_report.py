"""矛盾纠纷排查调处情况月报: the nineteen categories by found, taken up and settled; this period, this year, a year ago."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from gridclient.ledger.computing import Reader, When
from gridclient.ledger.line import Line
from gridclient.ledger.period import period_of
from gridclient.records.matter import DisputeCategory
from gridclient.rules.disputes import GRAVE, SIZES, Counts, Dispute, category_of, counted, share, year_before

if TYPE_CHECKING:
    from gridclient.ledger.reading import Reading

SPANS = ("", "year_", "last_")  # the period asked for, its year until then, the same days a year ago
COUNTS = ("found", "taken_up", "settled", "taken_share", "settled_share")
DISPUTE_PARTS = ("number", "category", "change", *(f"{span}{count}" for span in SPANS for count in COUNTS))
FIELDS = (
    "heard_on",
    "closed_on",
    "dispute_category",
    "category",
    "result",
    "involved",
    "people",
    "dispute_grade",
)


def dispute_lines(reading: "Reading", _reader: Reader) -> Iterator[Line]:
    """The total, a line for each category, then grave ones and those of each size."""
    disputes = list(_disputes(reading))
    spans = spans_of(reading.manner.when)
    yield _line("", "合计", disputes, spans, total=True)
    for number, category in enumerate(DisputeCategory, 1):
        yield _line(str(number), category.label, [d for d in disputes if d.category == category], spans)
    yield _line("", "其中：重大矛盾纠纷（橙、红）", [d for d in disputes if d.grade in GRAVE], spans)
    for words, least, most in SIZES:
        sized = [d for d in disputes if d.persons >= least and (most is None or d.persons <= most)]
        yield _line("", f"其中：涉及{words}", sized, spans)


def spans_of(when: When) -> tuple[tuple[date, date], ...]:
    """The period (without one the month of printing), the year up to its end, and the same days a year ago."""
    period = when.period or period_of(when.today.year, when.today.month)
    return period, (date(period[1].year, 1, 1), period[1]), year_before(period)


def _disputes(reading: "Reading") -> Iterable[Dispute]:
    raws = [reading.raw(name) for name in FIELDS]
    for row in reading.rows():
        heard, closed, own, about, result, involved, people, grade = (raw(row) for raw in raws)
        persons = involved or len(people or ())
        yield Dispute(heard, closed, category_of(own, about), result, persons, grade)


def _line(
    number: str,
    words: str,
    disputes: Sequence[Dispute],
    spans: Iterable[tuple[date, date]],
    *,
    total: bool = False,
) -> Line:
    tallies = [counted(disputes, span) for span in spans]
    parts = {"number": number, "category": words, "change": _change(tallies[0].found, tallies[2].found)}
    for span, counts in zip(SPANS, tallies, strict=True):
        parts |= {f"{span}{name}": told for name, told in _told(counts).items()}
    return Line(parts, role="subtotal" if total else "body")


def _told(counts: Counts) -> dict[str, str]:
    return {
        "found": str(counts.found),
        "taken_up": str(counts.taken_up),
        "settled": str(counts.settled),
        "taken_share": share(counts.taken_up, counts.found),
        "settled_share": share(counts.settled, counts.taken_up),
    }


def _change(now: int, before: int) -> str:
    """How many more than a year ago: ``+3``, ``-2``, ``0``."""
    return f"{now - before:+d}" if now != before else "0"
