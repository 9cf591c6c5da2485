"""The book of everything: one sheet for each kind of record, made of nothing but its declaration. Pure.

The first row of a sheet, hidden, names its columns for the program, the second for people. Right of the fields stand
hidden columns: the id, where a record belongs and who made it; one cell of seals, by which it shows what somebody
changed in Excel; and what no cell can hold, as JSON. They are what the way back stands on, see :mod:`whole_in`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
import json
import re
from typing import Any

from gridclient.blanks import Field
from gridclient.exchange.book import Book, Row, Table
from gridclient.exchange.whole_cells import PRINT, SEAL, written
from gridclient.fields import RECORDS, RecordSpec

VERSION = 1
FORM, TITLE = "whole", "全部资料"
ABOUT = "说明"
LEFT_OUT = {
    "photo": "照片不在表里；同步以后中心有一份",
    "frozen_ledger": "盖过章的不能改，不在表里；同步以后中心有一份",
    "frozen_part": "跟着定稿台账",
}  # kind → why it is no table
HEADS, BODY = 1, 2  # rows, counted from 0
OWN = ("id", "area", "source", "created_at", "created_by")  # of a record itself, beside its fields
OWN_WORDS = ("编号（勿改）", "区划", "来源", "建立时间", "建立人")
SEALS, EXACT = "!seals", "!exact"
PIECE = 30_000  # characters of JSON in one cell
UNKNOWN = "unknown"  # the place in the JSON of what a newer program sent

_ID = re.compile(r"!id (?P<kind>\w+) v(?P<version>\d+) n(?P<count>\d+)")
_HEX = re.compile(r"[0-9a-f]{2,32}")
_TAB = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Layout:
    """What the sheets of one kind are made of: the fields in sight under their heads, and those that are not."""

    spec: RecordSpec
    fields: tuple[Field, ...]
    heads: tuple[str, ...]
    unseen: tuple[Field, ...]


@dataclass(frozen=True)
class Marked:
    """A sheet of a whole book: its kind, the version that wrote it, how many records it held, and its columns.

    ``columns`` are the fields in sight (name → place), ``own`` the hidden ones; ``sealed`` the order of the seals.
    """

    table: Table
    kind: str
    version: int
    count: int
    columns: dict[str, int]
    own: dict[str, int]
    sealed: tuple[str, ...]
    exact: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """What the hidden cells of a row tell: the values of ``OWN``, the row's print, seals by field, and exact values.

    ``exact`` is field → [value, seal of what the cell shows]; ``torn`` says that somebody has spoilt these cells.
    """

    own: dict[str, str]
    print: str = ""
    seals: dict[str, str] = field(default_factory=dict)
    exact: dict[str, Any] = field(default_factory=dict, repr=False)
    torn: bool = False


def kinds() -> list[RecordSpec]:
    """The kinds that are tables, in the order of the window."""
    return [spec for spec in RECORDS.values() if spec.name not in LEFT_OUT]


@cache
def layout_of(kind: str) -> Layout:
    """The columns of a kind, as declared; heads that are the same are told apart."""
    spec = RECORDS[kind]
    seen = tuple(f for f in spec.fields if not f.hidden)
    return Layout(spec, seen, tuple(_heads(seen)), tuple(f for f in spec.fields if f.hidden))


def machine_row(layout: Layout, count: int) -> list[str]:
    """The hidden first row, up to the seals; the columns of exact values follow."""
    names = [f.name for f in layout.fields]
    marker = f"!id {layout.spec.name} v{VERSION} n{count}"
    return [*names, marker, *(f"!{name}" for name in OWN[1:]), f"{SEALS} {','.join(names)}"]


def pieces(exact: dict[str, Any]) -> list[str]:
    """Exact values as JSON for as many cells as it takes."""
    text = json.dumps(exact, ensure_ascii=True, separators=(",", ":")) if exact else ""
    text = text.replace("_x", "\\u005fx")  # programs take _x000D_ for a sign they have to put in its place
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]


def marked(table: Table) -> Marked | None:
    """What a sheet says of itself; None when it is none of a whole book."""
    first = [str(cell) for cell in table.rows[0]] if table.rows else []
    found = next((match for cell in first if (match := _ID.fullmatch(cell))), None)
    seals = next((cell for cell in first if cell.startswith(SEALS)), "")
    if found is None or not seals:
        return None
    own = {"id": first.index(found[0])} | {
        name: first.index(f"!{name}") for name in OWN if f"!{name}" in first
    }
    own["seals"] = first.index(seals)
    exact = tuple(place for place, cell in enumerate(first) if cell.startswith(EXACT))
    columns = {cell: place for place, cell in enumerate(first) if cell and not cell.startswith("!")}
    names = tuple(seals.removeprefix(SEALS).strip().split(","))
    return Marked(
        table, found["kind"], int(found["version"]), int(found["count"]), columns, own, names, exact
    )


def is_ours(book: Book) -> bool:
    """True for a book this program wrote to hold everything, whatever was done to it since."""
    return bool(bodies_of(book))


def bodies_of(book: Book) -> dict[str, int]:
    """Sheet → its first row of data, counted from 0, of those that hold records of a whole book."""
    return {table.name: BODY for table in book.tables if marked(table)}


def told_by(sheet: Marked, row: Row) -> Told:
    """What the hidden cells of a row tell."""
    own = {name: written(row[place]) for name, place in sheet.own.items()}
    text, sealed = "".join(str(row[place]) for place in sheet.exact), own.pop("seals")
    width = PRINT + SEAL * len(sheet.sealed)
    try:
        exact = json.loads(text) if text else {}
    except ValueError:
        return Told(own, torn=True)
    sound = isinstance(exact, dict) and isinstance(exact.get(UNKNOWN, {}), dict) and own.keys() == {*OWN}
    if not sound or (own["id"] and not (len(sealed) == width and _HEX.fullmatch(own["id"]))):
        return Told(own, torn=True)
    parts = (sealed[at : at + SEAL] for at in range(PRINT, len(sealed), SEAL))
    return Told(own, sealed[:PRINT], dict(zip(sheet.sealed, parts, strict=False)), exact)


def tabs(wanted: Iterable[str]) -> list[str]:
    """Names that worksheets may bear, each different."""
    found: list[str] = []
    for words in wanted:
        name = plain = _TAB.sub("", words)[:28].strip()
        number = 1
        while name.casefold() in (one.casefold() for one in (*found, ABOUT)):
            number += 1
            name = f"{plain[:24]} {number}"
        found.append(name)
    return found


def _heads(fields: tuple[Field, ...]) -> list[str]:
    """The labels with their units; one that comes twice with its section, or a number."""
    many = Counter(f.label for f in fields)
    used: Counter[str] = Counter()
    heads = []
    for f in fields:
        asides = [f.unit, f.section if many[f.label] > 1 else ""]
        head = f.label + "".join(f"（{aside}）" for aside in asides if aside)
        used[head] += 1
        heads.append(head if used[head] == 1 else f"{head}（{used[head]}）")
    return heads
