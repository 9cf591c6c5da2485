"""What files the rows of one form: it looks them all over, takes them one by one, and finishes."""

from collections.abc import Sequence

from gridclient.exchange.lines import Line
from gridclient.exchange.moved import Move


class Taker:
    """Files rows in a register; ``moves`` are the questions they raise. Torn rows never come here."""

    moves: Sequence[Move] = ()

    def look_over(self, lines: Sequence[Line]) -> None:
        """See every row of the sheet before the first is taken."""

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        raise NotImplementedError

    def finish(self) -> None:
        """Settle what only shows after the last row."""
