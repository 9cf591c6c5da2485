"""One blank on a paper form: what it is called, what it may hold, how it reads and how it is read. Pure.

:mod:`gridclient.fields` has the functions that declare blanks; this module is what they declare.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import Any

from gridclient import values

CHOICES: dict[str, type["Choice"]] = {}  # class name → the closed list


@dataclass(frozen=True)
class Offer:
    """An answer an office added to a list: its code, its words, and whether it is offered no longer."""

    value: str
    label: str
    retired: bool = False
    spellings: tuple[str, ...] = ()


_ADDED: dict[str, tuple[Offer, ...]] = {}


def add_answers(lists: Mapping[str, Iterable[Offer]]) -> None:
    """Extend closed lists, by class name, with what the office of the open vault added; replaces former additions."""
    _ADDED.clear()
    _ADDED.update({name: tuple(offers) for name, offers in lists.items()})


class Choice(StrEnum):
    """A closed list of answers: ``MALE = "1", "男性", "男"`` is code, words on screen, other spellings on import."""

    label: str
    spellings: tuple[str, ...]

    def __new__(cls, code: str, label: str = "", *spellings: str) -> "Choice":
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.spellings = spellings
        return member

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        CHOICES[cls.__name__] = cls

    @classmethod
    def named(cls, text: str) -> "Choice | Offer | None":
        """The answer meant by a code, its label or another spelling; None when nobody here is called that."""
        wanted = values.tidy(values.half_width(text))
        answers: tuple[Choice | Offer, ...] = (*cls, *_ADDED.get(cls.__name__, ()))
        for answer in answers:
            if wanted in (answer.value, answer.label) or wanted in answer.spellings:
                return answer
        return None

    @classmethod
    def words(cls, code: str) -> str:
        """The words for a code; an unknown code (from a newer laptop) is shown as it is."""
        member = cls._value2member_map_.get(code)
        if isinstance(member, Choice):
            return member.label
        return next((offer.label for offer in _ADDED.get(cls.__name__, ()) if offer.value == code), code)


@dataclass(frozen=True)
class Field:
    """One blank of a record kind: what it is called, what it may hold, where it is used.

    ``kind`` names the vocabulary function. ``to`` is the kind a link points at. ``group`` merges as one. ``listed``
    columns make the default list, ledger and export; ``wanted`` ones count for completeness; ``private`` ones are
    masked; ``searched`` ones are found by the one search box.
    """

    name: str
    kind: str
    label: str
    unit: str = ""
    choices: str = ""
    to: str = ""
    section: str = ""
    required: bool = False
    wanted: bool = False
    listed: bool = False
    searched: bool = False
    private: bool = False
    hidden: bool = False
    many: bool = False
    group: str = ""
    synonyms: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    hint: str = ""

    @property
    def options(self) -> type[Choice] | None:
        """The closed list of a choice field."""
        return CHOICES.get(self.choices)

    @property
    def offers(self) -> "tuple[Choice | Offer, ...]":
        """What a form offers: the members of the list, then what the office added and still uses."""
        added = (offer for offer in _ADDED.get(self.choices, ()) if not offer.retired)
        return (*(self.options or ()), *added)

    def text(self, value: Any) -> str:
        """The value in words, as a list cell or a ledger shows it; a link gives its id."""
        return _WORDS.get(self.kind, _plain)(self, value)

    def masked(self, value: Any) -> str:
        """The value in words with its private middle starred out."""
        if self.kind == "id_number":
            return values.masked_id(str(value or ""))
        if self.kind in ("phone", "phones"):
            return "、".join(values.masked_phone(v) for v in _listed(value))
        return "*" * min(6, len(self.text(value)))

    def parse(self, text: str) -> Any:
        """The value a person meant by ``text``; ValueError with a sentence for the person when there is none."""
        if not values.tidy(text):
            return [] if self.many else False if self.kind == "flag" else None if self.nullable else ""
        return _PARSERS.get(self.kind, _one_line)(self, text)

    def check(self, value: Any) -> str | None:
        """Why this value may not be stored, in one sentence; None when it may."""
        if value in (None, "", []):
            return f"请填写{self.label}" if self.required else None
        return _CHECKS.get(self.kind, _check_length)(self, value)

    @property
    def nullable(self) -> bool:
        """True for kinds whose blank is None and not an empty text."""
        return self.kind in ("day", "moment", "count", "amount")


def _listed(value: Any) -> list[str]:
    if not value:
        return []
    return [value] if isinstance(value, str) else [str(v) for v in value]


def _plain(_field: Field, value: Any) -> str:
    return "" if value is None else str(value)


def _joined(_field: Field, value: Any) -> str:
    return "、".join(_listed(value))


_WORDS: dict[str, Callable[[Field, Any], str]] = {
    "choice": lambda f, v: f.options.words(v) if f.options and v else str(v or ""),
    "choices": lambda f, v: "、".join(f.options.words(c) for c in _listed(v)) if f.options else "",
    "flag": lambda _f, v: "是" if v else "否",
    "day": lambda _f, v: f"{v:%Y-%m-%d}" if isinstance(v, date) else str(v or ""),
    "moment": lambda _f, v: f"{v:%Y-%m-%d %H:%M}" if isinstance(v, datetime) else str(v or ""),
    "amount": lambda _f, v: "" if v is None else f"{v:.4f}".rstrip("0").rstrip("."),
    "phones": _joined,
    "names": _joined,
    "links": _joined,
    "rows": lambda _f, v: f"{len(v or [])} 项",
}


def _one_line(_field: Field, text: str) -> str:
    return values.tidy(text)


def _need(found: Any, sentence: str) -> Any:
    if found is None:
        raise ValueError(sentence)
    return found


def _number(text: str, make: Callable[[str], Any]) -> Any:
    plain = values.half_width(values.tidy(text)).replace(",", "")
    try:
        return make(plain)
    except ValueError:
        raise ValueError("请填数字") from None


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):  # Python reads "nan" and "1e999" as numbers; nobody means them
        raise ValueError
    return number


def _whole(text: str) -> int:
    number = _finite(text)
    if number != int(number):
        raise ValueError
    return int(number)


def _codes(f: Field, parts: Iterable[str]) -> list[str]:
    return [str(_code(f, part)) for part in parts if values.tidy(part)]


def _code(f: Field, text: str) -> str:
    found = f.options.named(text) if f.options else None
    return str(_need(found, f"{f.label}里没有这一项，请从列表中选择").value)


def _yes(text: str) -> bool:
    plain = values.tidy(text)
    if plain in ("是", "有", "√", "☑", "✓", "1", "Y", "y", "对"):
        return True
    if plain in ("否", "无", "没有", "0", "N", "n", "×", "□", "不"):
        return False
    raise ValueError("请填 是 或 否")


def _split(text: str) -> list[str]:
    for sign in "、,，;；/／\n":  # noqa: RUF001
        text = text.replace(sign, "\0")
    return [part for one in text.split("\0") if (part := values.tidy(one))]


_PARSERS: dict[str, Callable[[Field, str], Any]] = {
    "note": lambda _f, t: t.strip(),
    "name": lambda _f, t: values.tidy_name(t),
    "count": lambda _f, t: _number(t, _whole),
    "amount": lambda _f, t: _number(t, _finite),
    "day": lambda _f, t: _need(values.day_of(t), "不是日期；请写成 2008-08-08"),
    "month": lambda _f, t: _need(values.month_of(t), "不是年月；请写成 2008-08"),
    "moment": lambda _f, t: _need(values.moment_of(t), "不是时间；请写成 2008-08-08 09:30"),
    "choice": _code,
    "choices": lambda f, t: _codes(f, _split(t)),
    "flag": lambda _f, t: _yes(t),
    "phone": lambda _f, t: values.tidy_phone(t),
    "phones": lambda _f, t: values.phones_in(t),
    "id_number": lambda _f, t: values.tidy_id(t),
    "names": lambda _f, t: _split(t),
    "links": lambda _f, t: _split(t),
}


def _check_length(f: Field, value: Any) -> str | None:
    if f.longest and isinstance(value, str) and len(value) > f.longest:
        return f"{f.label}最多 {f.longest} 个字"
    return None


def _check_number(f: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return f"{f.label}请填数字"
    if f.least is not None and value < f.least:
        return f"{f.label}不能小于 {f.least:g}{f.unit}"
    if f.most is not None and value > f.most:
        return f"{f.label}不能大于 {f.most:g}{f.unit}"
    return None


def _check_codes(f: Field, value: Any) -> str | None:
    known = {*(f.options or ()), *(offer.value for offer in _ADDED.get(f.choices, ()))}
    return next(
        (f"{f.label}里没有“{v}”这一项，请从列表中选择" for v in _listed(value) if v not in known), None
    )


def _check_phones(f: Field, value: Any) -> str | None:
    wrong = [v for v in _listed(value) if not all(c.isdigit() or c in "+-() 转" for c in v) or len(v) > 30]
    return f"{f.label}里有不是号码的内容" if wrong else None


_CHECKS: dict[str, Callable[[Field, Any], str | None]] = {
    "count": _check_number,
    "amount": _check_number,
    "choice": _check_codes,
    "choices": _check_codes,
    "phone": _check_phones,
    "phones": _check_phones,
}
