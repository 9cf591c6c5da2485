"""The figures under a table: 本页小计 and 合计, from the rows above them and from nothing else. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridclient.ledger.sheet import Row, Sheet, Tally


@dataclass(frozen=True)
class Figures:
    """One line of figures: ``words`` beside the label, ``sums`` under the columns that are added up (else empty)."""

    label: str
    words: str
    sums: tuple[str, ...]


def figures(sheet: Sheet, label: str, rows: Sequence[Row]) -> Figures:
    """Count and add up these rows of the sheet."""
    body = [row for row in rows if row.role == "body"]
    counts = [sum(row.tally[i] for row in body if i < len(row.tally)) for i in range(len(sheet.tallies))]
    return Figures(label, said(sheet.tallies, counts), tuple(_sums(sheet, body)))


def said(tallies: Sequence[Tally], counts: Sequence[int]) -> str:
    """``共 126 户 342 人``: the loud figures first, the quiet ones that are not zero after a colon."""
    loud = [t.words.format(n) for t, n in zip(tallies, counts, strict=True) if not t.quiet]
    quiet = [t.words.format(n) for t, n in zip(tallies, counts, strict=True) if t.quiet and n]
    head = "共 " + " ".join(loud) if loud else ""
    return "：".join(piece for piece in (head, "、".join(quiet)) if piece)


def _sums(sheet: Sheet, rows: Sequence[Row]) -> Iterable[str]:
    for index, column in enumerate(sheet.columns):
        yield _plain(sum(_number(row.cells[index]) for row in rows)) if column.summed else ""


def _plain(number: float) -> str:
    return f"{number:.0f}" if number == int(number) else f"{number:.2f}".rstrip("0")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
