"""Finds the head of a table and says what each column is for, in whatever order the columns come.

A *slot* is what a column fills: ``resident.name`` a field, ``grid`` something a form knows how to use. A slot that begins
with ``!`` is a column known and not kept, followed by the reason; ``.`` is known and says nothing (序号).
"""

from collections.abc import Mapping
from dataclasses import dataclass
import re

from gridclient.exchange.book import Cell, Table, letter
from gridclient.values import INVISIBLE, half_width

NOTES = "导入问题"  # the head of the reasons in a workbook that was marked here; they are not read again
SEARCHED = 15  # rows from the top in which a head may stand
_NOISE = re.compile(r"[\s*:：]+")
_BRACKETS = str.maketrans("（）【】", "()[]")
_ASIDE = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class Column:
    """One column: where it stands, its head as printed, the slot it fills (empty when unknown)."""

    index: int
    head: str
    slot: str
    starred: bool

    @property
    def letter(self) -> str:
        return letter(self.index)


@dataclass(frozen=True)
class Head:
    """The head of a table: its rows, where the data begins, and its columns."""

    rows: tuple[int, ...]
    columns: tuple[Column, ...]

    @property
    def body(self) -> int:
        """The first row of data, counted from 0."""
        return self.rows[-1] + 1

    @property
    def slots(self) -> frozenset[str]:
        return frozenset(column.slot for column in self.columns if column.slot)

    @property
    def known(self) -> int:
        """How many columns say what they are for."""
        return sum(1 for column in self.columns if column.slot)


def plain(text: Cell) -> str:
    """A head as it is compared: no blanks, stars or colons, one kind of brackets."""
    return _NOISE.sub("", half_width(str(text).translate(INVISIBLE)).translate(_BRACKETS))


def find_head(table: Table, vocabulary: Mapping[str, str]) -> Head | None:
    """The row (or two rows) of ``table`` that speaks most of ``vocabulary`` (plain head → slot); None when none does."""
    best: Head | None = None
    for row in range(min(SEARCHED, len(table.rows))):
        if _filled(table.rows[row]) < 2:
            continue
        for rows in ((row, row + 1), (row,)) if _is_double(table, row) else ((row,),):
            head = Head(rows, tuple(_columns(table, rows, vocabulary)))
            if head.known >= 2 and (best is None or head.known > best.known):
                best = head
    return best


def plainest_head(table: Table) -> Head | None:
    """The head of a table of which nobody knows a word: the fullest of its first rows, of words alone."""
    rows = [[cell for cell in row if str(cell).strip()] for row in table.rows[:SEARCHED]]
    full = [row for row in rows if len(row) > 1 and all(isinstance(cell, str) for cell in row)]
    if not full:
        return None
    return find_head(table, {plain(cell): "?" for cell in max(full, key=len)})


def slot_of(head: str, vocabulary: Mapping[str, str]) -> str:
    """The slot of a head: by all of it, without its bracketed aside, then by its last part."""
    name = plain(head)
    if name == NOTES:
        return "."
    for attempt in (name, _ASIDE.sub("", name)):
        if attempt in vocabulary:
            return vocabulary[attempt]
    group, _, last = name.rpartition("/")
    if group and last in vocabulary and f"{group}/" not in vocabulary:
        return vocabulary[last]
    return ""


def _columns(table: Table, rows: tuple[int, ...], vocabulary: Mapping[str, str]) -> list[Column]:
    columns = []
    for index, head in enumerate(_heads(table, rows)):
        if head:
            starred = "*" in head or "＊" in head  # noqa: RUF001
            columns.append(Column(index, head.replace("\n", ""), slot_of(head, vocabulary), starred))
    return columns


def _heads(table: Table, rows: tuple[int, ...]) -> list[str]:
    upper = [str(cell).strip() for cell in table.rows[rows[0]]]
    if len(rows) == 1:
        return upper
    lower = [str(cell).strip() for cell in table.rows[rows[1]]]
    across = {
        column: left
        for top, left, bottom, right in table.spans
        if top == bottom == rows[0] and right > left
        for column in range(left, right + 1)
    }
    heads: list[str] = []
    for index, below in enumerate(lower):
        group = upper[across[index]] if index in across else upper[index]
        if below and not group and index:
            group = heads[-1].split("/")[0] if "/" in heads[-1] else ""
        heads.append("/".join(part for part in (group, below) if part))
    return heads


def _is_double(table: Table, row: int) -> bool:
    """True when the head goes on in the next row: a cell merged downwards, or names under a merged one."""
    if row + 1 >= len(table.rows):
        return False
    for top, left, bottom, right in table.spans:
        if top == row and bottom == row + 1:
            return True
        if top == bottom == row and right > left and any(table.rows[row + 1][left : right + 1]):
            return _filled(table.rows[row]) > 1
    return False


def _filled(cells: list[Cell]) -> int:
    return sum(1 for cell in cells if str(cell).strip())
