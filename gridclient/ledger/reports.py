"""Ledgers whose rows are no records but figures and trees made of them; a column names a part of a row as ``=part``.

To add one is to add a function from the records in scope to lines, and a line to :data:`REPORTS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridclient.ledger.computing import Reader
from gridclient.ledger.dispute_report import DISPUTE_PARTS, dispute_lines
from gridclient.ledger.line import Line
from gridclient.ledger.month_report import MONTH_PARTS, month_lines
from gridclient.ledger.organisation import UNIT_PARTS, unit_lines

if TYPE_CHECKING:
    from gridclient.ledger.reading import Reading


@dataclass(frozen=True)
class Report:
    """How rows are made: ``parts`` are what a line may hold, those ``personal`` name a person, and those of the ``form``
    are printed on a blank one too.
    """

    parts: tuple[str, ...]
    lines: "Callable[[Reading, Reader], Iterable[Line]]"
    personal: tuple[str, ...] = ()
    form: tuple[str, ...] = ()


REPORTS: dict[str, Report] = {
    "disputes": Report(DISPUTE_PARTS, dispute_lines, form=("number", "category")),
    "month": Report(MONTH_PARTS, month_lines),
    "organisation": Report(UNIT_PARTS, unit_lines, personal=("head", "workers", "secretary", "micro_head")),
}
