"""Somebody who is kept in another household already: the file is asked about, never silently believed.

覆盖 takes everything the row says, 比对修改 the fields a person ticks, 保留 nothing. Whoever is not answered for stays.
"""

from collections.abc import Iterator, Mapping as Reading
from dataclasses import dataclass, field as part
from typing import Any, Literal

from gridclient.exchange.entry import Entry, Values
from gridclient.exchange.lines import FIXED, WARNING, Line
from gridclient.exchange.mapping import Mapping
from gridclient.exchange.register import Register
from gridclient.records import Dwelling, Household, Resident

HOME = "household"  # the field whose tick moves the person
Answer = Literal["overwrite", "compare", "keep"] | frozenset[str]


@dataclass(frozen=True)
class Terms:
    """What a person settled before a file is taken in.

    ``mappings`` are by the digest of a head, ``skipped`` are the (sheet, row) nobody wants, ``moves`` the answers by
    :attr:`Move.id`, ``every`` the answer for all others.
    """

    mappings: Reading[str, Mapping] = part(default_factory=dict)
    skipped: frozenset[tuple[str, int]] = frozenset()
    moves: Reading[str, Answer] = part(default_factory=dict, repr=False)
    every: Answer | None = None

    def answer(self, id_: str) -> Answer | None:
        """What was answered about somebody; None as long as nobody has."""
        return self.moves.get(id_, self.every)


@dataclass(frozen=True)
class Difference:
    """One field of which file and vault say different things, in words; ``proposed`` is what 比对修改 takes by itself."""

    field: str
    label: str
    held: str = part(repr=False)
    offered: str = part(repr=False)
    proposed: bool


@dataclass(frozen=True)
class Move:
    """One row about somebody who is kept in another household: which one, which one the row says, and what differs."""

    id: str
    name: str = part(repr=False)
    sheet: str
    row: int
    was: str = part(repr=False)
    now: str = part(repr=False)
    differences: tuple[Difference, ...] = part(repr=False)
    answer: Answer | None = None

    @property
    def taken(self) -> frozenset[str]:
        """The fields that are taken from the file."""
        if isinstance(self.answer, frozenset):
            return self.answer
        every, compared = self.answer == "overwrite", self.answer == "compare"
        return frozenset(one.field for one in self.differences if every or (compared and one.proposed))

    @property
    def leaves(self) -> bool:
        """True when the person moves into the household the file says."""
        return HOME in self.taken


def moved(register: Register, line: Line, entry: Entry, offered: Values, terms: Terms) -> Move:
    """The question a row raises about ``entry``, kept in another household than the one that is ``offered``."""
    id_ = entry.id if entry.held else f"{line.sheet}:{line.row + 1}"
    where = home_words(register, entry[HOME]), home_words(register, offered[HOME])
    differences = tuple(_differences(register, entry, offered))
    return Move(id_, entry["name"], line.sheet, line.row + 1, *where, differences, terms.answer(id_))


def settle(line: Line, entry: Entry, offered: Values, move: Move) -> None:
    """Take from a row what was answered; the row is told what becomes of it."""
    entry.put(**{name: value for name, value in offered.items() if name in move.taken})
    if move.leaves:
        entry.put(area=offered["area"])
    if move.answer is None:
        ask = f"这个人登记在 {move.was}，表里写的是另一户，请选覆盖、比对修改还是保留；没选就不动"
        line.tell(WARNING, _slot(line), "elsewhere", ask)
    else:
        done = f"从 {move.was} 转到这一户" if move.leaves else f"仍在 {move.was}"
        line.tell(FIXED, _slot(line), "elsewhere", f"按您选的，{done}")


def home_words(register: Register, id_: str) -> str:
    """A household in words: its door and its number."""
    household = register.one(Household, id_)
    dwelling = register.one(Dwelling, household["dwelling"]) if household else None
    number = f"户号 {household['number']}" if household and household["number"] else ""
    door = dwelling["address"] if dwelling else ""
    return f"{door}（{number}）" if door and number else door or number or "另一户"


def _differences(register: Register, entry: Entry, offered: Values) -> Iterator[Difference]:
    for name, value in offered.items():
        f = Resident.spec.by_name.get(name)
        held = entry[name]
        if f is None or value in (None, "", []) or held == value:
            continue
        told: tuple[str, str] = (f.text(held), f.text(value))
        if name == HOME:
            told = home_words(register, held), home_words(register, value)
        yield Difference(name, f.label, *told, proposed=name == HOME or entry.takes(name, value))


def _slot(line: Line) -> str:
    """The column that says where a person lives."""
    places: tuple[Any, ...] = ("household.number", "address", "dwelling.door", "stay")
    return next((slot for slot in places if slot in line.columns), "resident.name")
