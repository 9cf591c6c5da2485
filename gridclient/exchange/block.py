"""A block of cells copied from Excel or WPS: its rows, and which blank each column fills. Pure."""

from collections.abc import Sequence
import csv
from dataclasses import dataclass, field as part
import io

from gridclient.blanks import Field
from gridclient.exchange.columns import plain, slot_of

SEARCHED = 3  # rows from the top in which heads may stand


@dataclass(frozen=True)
class Block:
    """What was copied. ``fields`` says for each column what it fills (None: nobody knows); ``heads`` are as printed.

    A block without heads has none, and its columns stand for the blanks from where it is put.
    """

    fields: tuple[Field | None, ...]
    rows: tuple[tuple[str, ...], ...] = part(repr=False)
    heads: tuple[str, ...] = ()

    @property
    def unknown(self) -> list[str]:
        """The heads that name no blank."""
        return [head for head, field in zip(self.heads, self.fields, strict=True) if head and field is None]

    def told(self, row: Sequence[str]) -> dict[str, str]:
        """Field → text of one row, as far as its cells are filled."""
        pairs = zip(self.fields, row, strict=False)
        return {field.name: text for field, text in pairs if field is not None and text.strip()}


def cells_of(text: str) -> list[list[str]]:
    """The rows of copied cells; empty rows at the end are left out, shorter rows filled up."""
    lines = io.StringIO(text.lstrip("\ufeff").replace("\0", ""), newline="")
    try:
        rows = list(csv.reader(lines, delimiter="\t"))
    except csv.Error:  # a quotation mark that is only a mark
        rows = [line.split("\t") for line in text.splitlines()]
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max(map(len, rows), default=0)
    return [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]


def recognise(cells: Sequence[Sequence[str]], fields: Sequence[Field], start: int = 0) -> Block:
    """The block in copied cells: by its heads where it has any, else column by column from ``fields[start]`` on."""
    by_name = {field.name: field for field in fields}
    words = {plain(head): f.name for f in reversed(fields) for head in (*f.synonyms, f.label)}
    for at in range(min(SEARCHED, len(cells))):
        named = [by_name.get(slot_of(cell, words)) for cell in cells[at]]
        told, known = sum(bool(cell) for cell in cells[at]), sum(field is not None for field in named)
        if known and 2 * known >= told:
            return Block(_once(named), tuple(map(tuple, cells[at + 1 :])), tuple(cells[at]))
    width = len(cells[0]) if cells else 0
    own: list[Field | None] = [*fields[start : start + width]]
    return Block((*own, *[None] * (width - len(own))), tuple(map(tuple, cells)))


def _once(named: Sequence[Field | None]) -> tuple[Field | None, ...]:
    """Of two columns with one meaning the first one counts."""
    seen: set[str] = set()
    kept: list[Field | None] = []
    for field in named:
        kept.append(None if field is None or field.name in seen else field)
        seen |= {field.name} if field else set()
    return tuple(kept)
