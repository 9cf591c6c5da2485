"""One record being typed as a row of cells: what each cell shows, what it means, what is wrong with it. Pure.

What cannot be read stays as it was typed until somebody puts it right; the rest of the row is stored meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field as part
from datetime import date
from typing import Any

from gridclient import values
from gridclient.blanks import Field
from gridclient.exchange.cells import Flaw, reading
from gridclient.fields import spec_of
from gridclient.records.codes import DocumentType
from gridclient.rules import identity
from gridclient.rules.family import copied

STARS = "*＊"  # noqa: RUF001
NUMBER = "id_number"


def meant(kind: str, field: Field, text: str) -> Any:
    """The value a cell means; ValueError with a sentence for the person when it means none."""
    if not values.tidy(text):
        return field.parse("")
    if field.private and any(star in text for star in STARS):
        raise ValueError(f"{field.label}是遮住的，不能照抄，请填完整的号码")
    try:
        value = reading(f"{kind}.{field.name}")(text)
    except Flaw as flaw:
        if flaw.lenient and flaw.value is not None:
            return flaw.value
        raise ValueError(flaw.why) from None
    return value


class Typed:
    """A row: ``record`` as it is stored (or blank, when ``new``), and over it the ``typed`` texts by field."""

    def __init__(self, record: Any, *, new: bool = False) -> None:
        self.record = record
        self.new = new
        self.typed: dict[str, str] = {}
        self.kind = spec_of(record).name

    def text(self, field: Field) -> str:
        """What the cell shows."""
        known = self.typed.get(field.name)
        return field.text(getattr(self.record, field.name)) if known is None else known

    def value(self, field: Field) -> Any:
        """What the cell means; ValueError with a sentence when it means nothing."""
        known = self.typed.get(field.name)
        return getattr(self.record, field.name) if known is None else meant(self.kind, field, known)

    def told(self, fields: Sequence[Field]) -> dict[str, Any]:
        """The values of those cells that can be read."""
        found = {}
        for field in fields:
            try:
                found[field.name] = self.value(field)
            except ValueError:
                continue
        return found

    def put(self, field: Field, text: str, today: date) -> None:
        """Type into a cell; an identity number fills sex and birthday besides, as far as the kind has them."""
        if text == field.text(getattr(self.record, field.name)):
            self.typed.pop(field.name, None)
        else:
            self.typed[field.name] = text
        if (self.kind, field.name) != ("resident", NUMBER):
            return
        spec = spec_of(self.record)
        for name, value in follows(text, today).items():
            self.put(spec.field(name), spec.field(name).text(value), today)

    def wrong(self, field: Field) -> str:
        """Why the cell cannot be stored, in a sentence; empty when it can."""
        if field.name not in self.typed and not self.new:
            return ""
        try:
            value = self.value(field)
        except ValueError as error:
            return str(error)
        empty = value in (None, "", [])
        return "" if empty and (self.new or not field.required) else field.check(value) or ""

    def odd(self, field: Field, today: date) -> str:
        """What to look at again in a cell that may be stored all the same; empty when there is nothing."""
        if self.kind != "resident" or field.name not in (NUMBER, "sex", "birth"):
            return ""
        text = self.text(spec_of(self.record).field(NUMBER))
        if field.name != NUMBER:
            known, told = self.told([field]).get(field.name), follows(text, today).get(field.name)
            return f"和身份证号里的{field.label}不同，请核对" if known and told and known != told else ""
        if len(values.tidy_id(text)) not in range(12, 25):
            return ""
        resident = self.record.id_type in ("", DocumentType.RESIDENT)
        return (identity.problem(text, today) or "") if resident else ""

    def filled(self) -> tuple[Any, set[str]]:
        """The record with every readable cell laid over it, and the names of these cells."""
        record, taken, spec = copied(self.record), set(), spec_of(self.record)
        for name in self.typed:
            if not self.wrong(spec.field(name)):
                setattr(record, name, self.value(spec.field(name)))
                taken.add(name)
        return record, taken


@dataclass(frozen=True)
class Proposal:
    """What would become of a row with these ``told`` texts in it.

    ``what`` is ``new``, ``changed``, ``same`` or ``unclear``; ``changes`` are (label, before, after) in words, private
    ones starred out; ``problems`` are sentences on cells that cannot be read.
    """

    row: Typed
    told: Mapping[str, str] = part(repr=False)
    what: str
    changes: tuple[tuple[str, str, str], ...] = part(default=(), repr=False)
    problems: tuple[str, ...] = part(default=(), repr=False)


def propose(row: Typed, told: Mapping[str, str], today: date, why_not: str = "") -> Proposal:
    """What pasting ``told`` into ``row`` would do; nothing is altered. ``why_not`` says why it cannot be done at all."""
    spec = spec_of(row.record)
    trial = Typed(row.record, new=row.new)
    trial.typed = dict(row.typed)
    for name, text in told.items():
        trial.put(spec.field(name), text, today)
    wrong = {name: trial.wrong(spec.field(name)) for name in told}
    problems = [f"“{told[name][:12]}”：{why}" for name, why in wrong.items() if why]
    if row.new:
        problems += [why for f in spec.fields if f.required and not f.to and (why := _missing(trial, f))]
    changes = tuple(
        (f.label, _words(f, getattr(row.record, f.name)), _words(f, trial.value(f)))
        for f in spec.fields
        if f.name in trial.typed and not trial.wrong(f) and trial.value(f) != getattr(row.record, f.name)
    )
    what = "new" if row.new else "changed" if changes else "unclear" if problems else "same"
    if why_not or (row.new and any(_missing(trial, f) for f in spec.fields if f.required and not f.to)):
        what, problems = "unclear", [why_not, *problems] if why_not else problems
    return Proposal(row, told, what, changes, tuple(dict.fromkeys(problems)))


def _missing(row: Typed, field: Field) -> str:
    known = not row.wrong(field) and row.value(field) not in (None, "", [])
    return "" if known else f"没有{field.label}"


def _words(field: Field, value: Any) -> str:
    return field.masked(value) if field.private else field.text(value)


def follows(number: str, today: date) -> Mapping[str, Any]:
    """Field → value that an identity number tells; nothing when it is none."""
    try:
        told = identity.read(number, today)
    except ValueError:
        return {}
    return {"birth": told.birth, "sex": told.sex, "id_type": told.id_type}
