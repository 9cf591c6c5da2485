"""Which column of a form is filled with what: proposed from its head, settled by a person, remembered by its head."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from gridclient.errors import Unfit
from gridclient.exchange.book import Table
from gridclient.exchange.columns import Head, find_head, plain, slot_of
from gridclient.formfill.form import OfficeForm, read_form
from gridclient.formfill.offers import TURNED_DOWN, registers, vocabulary
from gridclient.ledger.reach import check
from gridclient.ledger.template import NUMBER_PATHS, Template

KEY = "form_match:"
TITLED = 3.0  # columns: what the name of a ledger in the title of a form weighs
FARTHER = 0.15  # columns: what each link on the way takes from a match
ENDINGS = ("登记台账", "花名册", "登记表", "信息表", "名册", "台账", "表")
NOBODY = "底册里没有这一项"
TWICE = "和前面一列相同，没有再填"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column: its head as printed and the path that fills it; an empty one is left for a person."""

    head: str
    path: str = ""


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole form: the ledger whose rows fill it, and its columns from the left. Holds no personal value."""

    ledger: str
    columns: tuple[Entry, ...]
    title: str = ""

    @property
    def template(self) -> Template:
        """The ledger; Unfit when there is none of that name."""
        for one in registers():
            if one.name == self.ledger:
                return one
        raise Unfit("这份对应要的台账，本机没有", "请先更新程序，或重新选一本台账。")

    @property
    def open(self) -> int:
        """How many columns nothing fills."""
        return sum(1 for entry in self.columns if not entry.path)

    def with_path(self, place: int, path: str) -> "Match":
        """The match with another path for one column."""
        columns = list(self.columns)
        columns[place] = Entry(columns[place].head, path)
        return msgspec.structs.replace(self, columns=tuple(columns))


class Keeper(Protocol):
    """Whoever keeps a few words in the vault."""

    def meta(self, key: str, /) -> str: ...
    def set_meta(self, key: str, value: str, /) -> None: ...


@dataclass(frozen=True)
class Proposal:
    """A match and, for the columns it leaves open, why; ``remembered`` when a person settled it before."""

    match: Match
    why: tuple[str, ...]
    remembered: bool = False


def read_office_form(path: Path) -> OfficeForm:
    """A department's form with the head that says most to any of our ledgers; UnreadableFile in words."""
    return read_form(path, _best_head)


def proposed(form: OfficeForm, ledger: str = "") -> Proposal:
    """The match of a form to the rows of a ledger, or of the one that fits best."""
    rate = partial(_weight, form=form)
    template = next((one for one in registers() if one.name == ledger), None) or max(registers(), key=rate)
    words = vocabulary(template.name)
    entries, why, seen = [], [], set[str]()
    for column in form.columns:
        path = slot_of(column.head, words)
        reason = path[1:] if path.startswith(TURNED_DOWN) else "" if path else NOBODY
        if path in seen and not reason:
            reason = TWICE
        entries.append(Entry(column.head, "" if reason else path))
        why.append(reason)
        seen.add(path)
    return Proposal(Match(template.name, tuple(entries), form.title), tuple(why))


def recalled(form: OfficeForm, keeper: Keeper) -> Proposal | None:
    """The match as it was settled the last time; None for a form never seen."""
    kept = keeper.meta(KEY + form.digest)
    if not kept:
        return None
    try:
        return _fitted(form, msgspec.json.decode(kept, type=Match))
    except (msgspec.DecodeError, Unfit):
        return None


def remember(form: OfficeForm, match: Match, keeper: Keeper) -> None:
    """Keep a match for every form with this head."""
    keeper.set_meta(KEY + form.digest, msgspec.json.encode(match).decode())


def to_file(match: Match) -> bytes:
    """The match as a colleague can take it in."""
    return msgspec.json.format(msgspec.json.encode(match), indent=1)


def from_file(form: OfficeForm, content: bytes) -> Proposal:
    """The match in a colleague's file, for this form; Unfit when it is none or belongs to another form."""
    try:
        match = msgspec.json.decode(content, type=Match)
    except msgspec.DecodeError as error:
        raise Unfit("这不是一份表格对应", "请选用表格助手导出的文件（.json）。") from error
    return _fitted(form, match)


def match_in(form: OfficeForm, path: Path) -> Proposal:
    """The same from its file; Unfit when it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unfit("这份对应读不出来", "请确认文件没有被移走，再选一次。") from error
    return from_file(form, content)


def _fitted(form: OfficeForm, match: Match) -> Proposal:
    """A match from elsewhere, column by column by its heads; what leads nowhere any more is left open."""
    kind = match.template.kind
    known = {plain(entry.head): entry.path for entry in match.columns}
    if not any(plain(column.head) in known for column in form.columns):
        raise Unfit("这份对应是另一张表的", "它的列名和这张表没有一个相同。")
    entries = [Entry(c.head, _living(kind, known.get(plain(c.head), ""))) for c in form.columns]
    why = tuple("" if entry.path else NOBODY for entry in entries)
    return Proposal(Match(match.ledger, tuple(entries), form.title), why, remembered=True)


def _living(kind: str, path: str) -> str:
    if path in NUMBER_PATHS:
        return path
    try:
        check(kind, path)
    except KeyError:
        return ""
    return path


def _best_head(table: Table) -> tuple[float, Head] | None:
    heads = (find_head(table, vocabulary(one.name)) for one in registers())
    found = [(_worth([c.slot for c in head.columns]), head) for head in heads if head]
    return max(found, key=lambda one: one[0], default=None)


def _weight(template: Template, form: OfficeForm) -> float:
    words = vocabulary(template.name)
    name = template.title
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    named = name and name in plain(form.title + form.sheet + form.name)
    return _worth([slot_of(c.head, words) for c in form.columns]) + TITLED * bool(named)


def _worth(paths: Sequence[str]) -> float:
    kept = {p for p in paths if p and p not in NUMBER_PATHS and not p.startswith(TURNED_DOWN)}
    return sum(1 - FARTHER * path.count(".") for path in kept)


def settled(proposal: Proposal, place: int, path: str) -> Proposal:
    """The proposal after a person chose a path for one column."""
    why = list(proposal.why)
    why[place] = "" if path else NOBODY
    return replace(proposal, match=proposal.match.with_path(place, path), why=tuple(why))
