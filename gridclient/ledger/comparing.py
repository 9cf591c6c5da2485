"""What differs between a ledger as it was signed and as it would be printed now: pure, row by row and cell by cell."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gridclient.ledger.sheet import Card, Sheet

NAMING = 3  # cells that tell a row to a person
NAMED_BY = ("姓名", "户主", "名称", "标题", "事项名称")
COUNTED = ("序号", "户序号")  # where a row stands is no news about it


@dataclass(frozen=True)
class Entry:
    """One row, or one card: where it stands from 1, what a person calls it, and its values by their labels."""

    number: int
    name: str
    values: dict[str, str]
    key: str


@dataclass(frozen=True)
class Cell:
    """One value that reads otherwise now."""

    label: str
    before: str
    now: str


@dataclass(frozen=True)
class Changed:
    """A row that is on both papers; ``before`` is how it stood on the signed one."""

    before: Entry
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Difference:
    """Rows only on today's paper, only on the signed one, and on both with other values."""

    added: tuple[Entry, ...] = ()
    gone: tuple[Entry, ...] = ()
    changed: tuple[Changed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.changed)

    @property
    def words(self) -> str:
        """新增 3 行、少了 1 行、变了 5 格."""
        cells = sum(len(one.cells) for one in self.changed)
        told = (
            ("新增 {} 行", len(self.added)),
            ("少了 {} 行", len(self.gone)),
            (f"{len(self.changed)} 行变了 {{}} 格", cells),
        )
        return "、".join(words.format(count) for words, count in told if count) or "和定稿时完全一样"


def compare(before: Sheet, now: Sheet) -> Difference:
    """What the records say now that they did not say then.

    Rows of one record are told again by their ``ref``; those without one, and cards, by their name, in order.
    """
    left: dict[str, list[Entry]] = {}
    for entry in entries(before):
        left.setdefault(entry.key, []).append(entry)
    added, changed = [], []
    for entry in entries(now):
        same = left.get(entry.key)
        if not same:
            added.append(entry)
            continue
        then = next((one for one in same if one.values == entry.values), same[0])
        same.remove(then)
        if cells := _cells(then, entry):
            changed.append(Changed(then, cells))
    gone = sorted((one for rest in left.values() for one in rest), key=lambda one: one.number)
    changed.sort(key=lambda one: one.before.number)
    return Difference(tuple(added), tuple(gone), tuple(changed))


def entries(sheet: Sheet) -> list[Entry]:
    """The rows of a register, or the cards, as values under their labels; lines that add up are left out."""
    if sheet.cards:
        told = [(card.name, _of_card(card)) for card in sheet.cards]
        return [
            Entry(number, _name(values, name), values, name) for number, (name, values) in enumerate(told, 1)
        ]
    labels = _labels((column.parent, column.label) for column in sheet.columns)
    found = []
    for number, row in enumerate((row for row in sheet.rows if row.role == "body"), 1):
        values = {label: cell for label, cell in zip(labels, row.cells, strict=True) if label not in COUNTED}
        name = _name(values)
        found.append(Entry(number, name, values, row.ref or name))
    return found


def _of_card(card: Card) -> dict[str, str]:
    told: list[tuple[tuple[str, str], str]] = []
    for block in card.blocks:
        told += [((block.title, pair.label), pair.value) for pair in block.pairs]
        for number, row in enumerate(block.rows, 1):
            heads = [(f"{block.title}第 {number} 行", column.label) for column in block.columns]
            told += [
                (head, cell) for head, cell in zip(heads, row.cells, strict=True) if head[1] not in COUNTED
            ]
    labels = _labels(head for head, _value in told)
    return {label: value for label, (_head, value) in zip(labels, told, strict=True)}


def _labels(heads: Iterable[tuple[str, str]]) -> list[str]:
    """A label for every column, no two alike."""
    seen, found = Counter[str](), []
    for parent, own in heads:
        label = f"{parent} {own}".strip()
        seen[label] += 1
        found.append(f"{label}（{seen[label]}）" if seen[label] > 1 else label)
    return found


def _name(values: dict[str, str], called: str = "") -> str:
    """What it is called, else its first cells, and whoever is named in it."""
    first = [called] if called else [value for value in values.values() if value][:NAMING]
    named = [value for label, value in values.items() if value and label.rpartition(" ")[2] in NAMED_BY][:1]
    return " ".join(dict.fromkeys([*first, *named])).replace("\n", " ")


def _cells(before: Entry, now: Entry) -> tuple[Cell, ...]:
    labels = dict.fromkeys([*before.values, *now.values])
    pairs = ((label, before.values.get(label, ""), now.values.get(label, "")) for label in labels)
    return tuple(Cell(*pair) for pair in pairs if pair[1] != pair[2])
