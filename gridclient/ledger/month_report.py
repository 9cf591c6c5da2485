"""社区月报表: every figure an office reports, this period, the one before, its year so far and a year ago."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gridclient.ledger.computing import Reader
from gridclient.ledger.line import Line
from gridclient.ledger.period import period_of
from gridclient.rules.months import Told, spans_of
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


def parts_of(one: Told) -> dict[str, str]:
    """What stands in the columns of a figure's line."""
    measure = one.measure
    cells = {name: one.cells[name].words if name in one.cells else NONE for name in SPANS}
    changes = {"against_before": one.against_before, "against_last": one.against_last}
    return {"family": measure.family, "words": measure.words, "unit": measure.unit} | cells | changes
