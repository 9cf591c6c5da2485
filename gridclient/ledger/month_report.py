"""社区月报表: every figure an office reports, this period, the one before, its year so far and a year ago."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gridclient.ledger.computing import Reader
from gridclient.ledger.line import Line
from gridclient.ledger.period import period_of
from gridclient.rules.months import Counted, Spans, Told, spans_of
from gridclient.store.months import Part, told

if TYPE_CHECKING:
    from gridclient.ledger.reading import Reading

SPANS = ("now", "before", "year", "last")
MONTH_PARTS = ("family", "words", "unit", *SPANS, "against_before", "against_last")
NONE = "—"  # a standing figure adds up to nothing over a year


def month_lines(reading: "Reading", reader: Reader) -> Iterator[Line]:
    """A line for each figure, those of a family kept together; without a period the month of printing."""
    manner = reading.manner
    period = manner.when.period or period_of(manner.when.today.year, manner.when.today.month)
    for one in told(reader.rows, spans_of(*period), Part(manner.area, manner.building)):
        yield Line(parts_of(one), one.measure.family)


def as_data(found: Sequence[Told], spans: Spans) -> dict[str, Any]:
    """The figures as plain values for a script: a share from 0 to 1, None where there is none."""
    return {
        "spans": {name: [day.isoformat() for day in span] for name, span in spans.named().items()},
        "figures": [_data(one) for one in found],
    }


def as_lines(found: Sequence[Told]) -> list[str]:
    """The figures as lines of a screen, their parts set off by tabs."""
    return ["\t".join(parts_of(one)[name] for name in MONTH_PARTS) for one in found]


def parts_of(one: Told) -> dict[str, str]:
    """What stands in the columns of a figure's line."""
    measure = one.measure
    cells = {name: one.cells[name].words if name in one.cells else NONE for name in SPANS}
    changes = {"against_before": one.against_before, "against_last": one.against_last}
    return {"family": measure.family, "words": measure.words, "unit": measure.unit} | cells | changes


def _data(one: Told) -> dict[str, Any]:
    measure = one.measure
    about = {"name": measure.name, "family": measure.family, "words": measure.words, "unit": measure.unit}
    cells = {name: _value(one.cells.get(name)) for name in SPANS}
    return about | cells | {"says": measure.says}


def _value(counted: Counted | None) -> float | None:
    if counted is None or counted.of == 0:
        return None
    return counted.number if counted.of is None else round(counted.number / counted.of, 4)
