"""What a person settled about a kind of sheet: which form it is, what its columns are for, what odd words stand for.

A mapping is known by the heads of the sheet, in whatever order they stand, and holds no personal value: it may be kept,
and given to a colleague as a file.
"""

from collections.abc import Iterator, Mapping as Reading
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from gridclient.blanks import Field
from gridclient.errors import Unfit
from gridclient.exchange.book import Book, Table
from gridclient.exchange.columns import Head, find_head, plain, plainest_head, slot_of
from gridclient.exchange.forms import FORMS, SILENT, Form, Recognised, best_of
from gridclient.exchange.whole_book import is_ours
from gridclient.fields import RECORDS

KEY = "import_mapping:"  # meta key, followed by the digest of a head
NOT_READ = "!您选了不读这一列"
CHOSEN = ("choice", "choices", "flag")  # kinds of fields that are answered from a list
YES_NO = {"是": "是", "否": "否"}


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sheet: its form, plain head → slot (``""`` is not read), slot → word as written → code (``""`` is no answer).

    Only what a person settled; the other columns are known by their heads. Without a form the sheet is not wanted.
    """

    form: str
    columns: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}

    def with_column(self, head: str, slot: str) -> "Mapping":
        """The mapping with another meaning for a column."""
        return msgspec.structs.replace(self, columns={**self.columns, plain(head): slot})

    def with_word(self, slot: str, word: str, code: str) -> "Mapping":
        """The mapping with what a word in the columns of a slot stands for."""
        told = {**self.words.get(slot, {}), word: code}
        return msgspec.structs.replace(self, words={**self.words, slot: told})


class Keeper(Protocol):
    """Whoever keeps a few words in the vault."""

    def meta(self, key: str, /) -> str: ...
    def set_meta(self, key: str, value: str, /) -> None: ...


@dataclass(frozen=True)
class Matched:
    """One sheet and how it is going to be read; ``lacking`` names what its form cannot be without and nothing fills.

    ``digest`` is what its head is known by, ``settled`` that a person had a say in it.
    """

    table: Table
    form: Form | None = None
    head: Head | None = None
    digest: str = ""
    lacking: tuple[str, ...] = ()
    settled: bool = False

    @property
    def unwanted(self) -> bool:
        """True when a person chose not to import it."""
        return self.settled and self.form is None

    @property
    def usable(self) -> bool:
        """True when its rows can be read."""
        return self.form is not None and self.head is not None and not self.lacking


@dataclass(frozen=True)
class Word:
    """A word no list has, in so many rows of a column; ``code`` is what a person said it stands for, None as yet."""

    digest: str
    slot: str
    head: str
    word: str
    count: int
    code: str | None = None


def matched(book: Book, mappings: Reading[str, Mapping] | None = None) -> list[Matched]:
    """Every sheet with rows, in order, whether its form is known or not; none of a whole book, which needs no matching."""
    tables = () if is_ours(book) else book.tables
    return [_match(table, mappings or {}) for table in tables if table.rows]


def recognise(book: Book, mappings: Reading[str, Mapping] | None = None) -> list[Recognised]:
    """The sheets whose rows can be read, in order."""
    known = mappings or {}
    return [
        Recognised(m.table, m.form, m.head, m.digest, known[m.digest].words if m.digest in known else {})
        for m in matched(book, known)
        if m.form and m.head and m.usable
    ]


def offers(form: Form) -> dict[str, str]:
    """Slot → its words: what a column of this form may be taken for, in the order of the form."""
    told: dict[str, str] = {}
    for head, slot in form.heads.items():
        if slot and not slot.startswith(("!", SILENT)):
            field = field_of(slot)
            label = field.label if field and form.heads.get(plain(field.label)) == slot else head
            told.setdefault(slot, label)
    return told


def choices_of(slot: str) -> dict[str, str]:
    """Code → words: what a word in the columns of a slot may stand for; none where the answer is free."""
    field = field_of(slot)
    if field is None or field.kind not in CHOSEN:
        return {}
    return {str(o.value): o.label for o in field.offers} if field.options else YES_NO


def field_of(slot: str) -> Field | None:
    """The field a slot fills; None for a slot that is no field."""
    kind, _dot, name = slot.partition(".")
    return RECORDS[kind].by_name.get(name) if kind in RECORDS else None


def recalled(book: Book, keeper: Keeper) -> dict[str, Mapping]:
    """Digest → what was settled before about the sheets of a book."""
    found = {digest: keeper.meta(KEY + digest) for table in book.tables for digest in _digests(table)}
    return {digest: one for digest, kept in found.items() if kept and (one := _decoded(kept))}


def remember(keeper: Keeper, mappings: Reading[str, Mapping]) -> None:
    """Keep mappings for every sheet with these heads."""
    for digest, mapping in mappings.items():
        keeper.set_meta(KEY + digest, msgspec.json.encode(mapping).decode())


def to_file(mappings: Reading[str, Mapping]) -> bytes:
    """The mappings as a colleague can take them in."""
    return msgspec.json.format(msgspec.json.encode(dict(mappings)), indent=1)


def from_file(content: bytes) -> dict[str, Mapping]:
    """The mappings of a colleague's file, as far as they lead somewhere here; Unfit when it is none."""
    try:
        told = msgspec.json.decode(content, type=dict[str, Mapping])
    except msgspec.DecodeError as error:
        raise Unfit("这不是一份导入对应", "请选用导入页“导出对应”存下的文件（.json）。") from error
    living = {digest: kept for digest, one in told.items() if (kept := _living(one))}
    if not living:
        raise Unfit("这份对应要的表，本机没有", "请先更新程序，或请同事重新导出一份。")
    return living


def mappings_in(path: Path) -> dict[str, Mapping]:
    """The same from its file; Unfit when it cannot be read."""
    try:
        return from_file(path.read_bytes())
    except OSError as error:
        raise Unfit("这份对应读不出来", "请确认文件没有被移走，再选一次。") from error


def _match(table: Table, mappings: Reading[str, Mapping]) -> Matched:
    for head in _heads(table) if mappings else ():
        mapping = mappings.get(_digest(head))
        if mapping and not mapping.form:
            return Matched(table, None, head, _digest(head), settled=True)
        form = _forms().get(mapping.form) if mapping else None
        if mapping and form:
            return _settled(table, head, form, mapping)
    guess = best_of(table)
    if guess is not None:
        return Matched(table, guess.form, guess.head, _digest(guess.head))
    plainest = plainest_head(table)
    if plainest is None:
        return Matched(table)
    bare = Head(plainest.rows, tuple(replace(column, slot="") for column in plainest.columns))
    return Matched(table, None, bare, _digest(bare))


def _settled(table: Table, head: Head, form: Form, mapping: Mapping) -> Matched:
    columns = []
    for column in head.columns:
        slot = mapping.columns.get(plain(column.head))
        meant = slot_of(column.head, form.heads) if slot is None else slot or NOT_READ
        columns.append(replace(column, slot=meant))
    own = Head(head.rows, tuple(columns))
    words = offers(form)
    lacking = tuple(label for slot, label in words.items() if slot in form.core - own.slots)
    return Matched(table, form, own, _digest(head), lacking, settled=True)


def _heads(table: Table) -> Iterator[Head]:
    """The heads a sheet may have: as the forms find them, and the plainest one; each set of rows once."""
    found = [head for form in FORMS if (head := find_head(table, form.heads))]
    found += [head for head in [plainest_head(table)] if head]
    yield from {head.rows: head for head in found}.values()


def _digests(table: Table) -> list[str]:
    return [_digest(head) for head in _heads(table)]


def _digest(head: Head) -> str:
    return sha256("\n".join(sorted(plain(c.head) for c in head.columns)).encode()).hexdigest()[:24]


def _forms() -> dict[str, Form]:
    return {form.name: form for form in FORMS}


def _decoded(kept: str) -> Mapping | None:
    """A mapping as it was kept; None for one that a later version wrote."""
    try:
        return _living(msgspec.json.decode(kept, type=Mapping))
    except msgspec.DecodeError:
        return None


def _living(mapping: Mapping) -> Mapping | None:
    """A mapping without what leads nowhere any more; None when its form is not known."""
    if not mapping.form:
        return mapping
    form = _forms().get(mapping.form)
    if form is None:
        return None
    slots = {"", *offers(form)}
    columns = {head: slot for head, slot in mapping.columns.items() if slot in slots}
    words = {
        slot: {word: code for word, code in told.items() if code in {"", *choices_of(slot)}}
        for slot, told in mapping.words.items()
    }
    return msgspec.structs.replace(mapping, columns=columns, words=words)
