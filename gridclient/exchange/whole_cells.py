"""How a value stands in a cell of the whole book, and how the cell gives it back. Pure.

A cell is for people. What does not come back out of it exactly (a link, a name with the separator in it, a text that is
too long or holds what XML cannot) is kept beside it, so nothing depends on what a cell can hold.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import blake2b
import json
import re
from typing import Any

from gridclient.blanks import Field
from gridclient.exchange.book import Cell
from gridclient.exchange.cells import Flaw, reading

LINKS = ("link", "links")
TEXT_MOST = 32_000  # UTF-16 units shown; Excel holds 32,767 in one cell
CUT = "……（太长，没有全部显示；请不要改这一格）"
BLANK = "----"  # the seal of nothing
SEAL, PRINT = 4, 8  # letters of the seal of a value, and of the print of a row
FIRST_YEAR = 1901  # Excel counts the days before 1900-03-01 wrongly
SIGN = "、"

_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SECOND = timedelta(seconds=1)


def shown(f: Field, value: Any) -> Cell:
    """What a cell shows of a value that is no link: a number, a day, or words."""
    if f.kind in ("count", "amount") and value is not None:
        return float(value) if f.kind == "amount" else int(value)
    if f.kind in ("day", "moment") and value is not None and value.year >= FIRST_YEAR:
        day: date = value
        return day
    return shown_text(f.text(value))


def shown_text(text: str) -> str:
    """A text as a cell can hold it, without blanks at its ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _ESCAPE.sub("□", _FORBIDDEN.sub("□", text)).strip()
    units = len(text.encode("utf-16-le")) // 2
    return text if units <= TEXT_MOST else text[: TEXT_MOST // 2] + CUT


def written(cell: Cell) -> str:
    """A cell as one text, however the program that saved it holds numbers, days and the ends of lines."""
    if isinstance(cell, str):
        return (cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell).strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        whole = (cell + _SECOND / 2).replace(microsecond=0)
        return whole.isoformat(" ").removesuffix(" 00:00:00")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def exactly(f: Field, text: str) -> Any:
    """The value a cell (as :func:`written`) holds when nobody touched it; ValueError when it holds none."""
    return nothing(f) if not text else _EXACT.get(f.kind, _itself)(f, text)


def typed(f: Field, kind: str, cell: Cell, today: date) -> Any:
    """The value a person meant who wrote into a cell, read as any import reads it; Flaw when there is none."""
    if not written(cell):
        return nothing(f)
    if f.kind != "choices":
        return reading(f"{kind}.{f.name}", head=f.label, today=today)(cell)
    try:
        return f.parse(written(cell))
    except ValueError as error:
        raise Flaw("bad_value", str(error)) from None


def nothing(f: Field) -> Any:
    """The value of a blank."""
    return [] if f.many else False if f.kind == "flag" else None if f.nullable else ""


def wire(f: Field, value: Any) -> Any:
    """A value as JSON holds it."""
    if f.kind == "amount" and value is not None:
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def python(f: Field, value: Any) -> Any:
    """The value behind what :func:`wire` gave; ValueError when it is no such value."""
    if value is None or f.kind not in ("day", "moment"):
        return value
    return date.fromisoformat(value) if f.kind == "day" else datetime.fromisoformat(value)


def seal(value: Any) -> str:
    """Four letters that tell one value from another; those of nothing are :data:`BLANK`."""
    if value in ("", None, []):
        return BLANK
    return _letters(json.dumps(value, ensure_ascii=True, sort_keys=True), SEAL)


def print_of(texts: list[str]) -> str:
    """Eight letters that tell the cells of one row from those of another."""
    return _letters("\0".join(texts), PRINT)


def _letters(text: str, count: int) -> str:
    size = count * 3 // 4
    return urlsafe_b64encode(
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()
    ).decode()


def _itself(_f: Field, text: str) -> str:
    return text


def _whole(_f: Field, text: str) -> int:
    number = float(text)
    if number != int(number):
        raise ValueError(text)
    return int(number)


def _parsed(f: Field, text: str) -> Any:
    return f.parse(text)


def _codes(f: Field, text: str) -> list[str]:
    found = [f.options.named(part) if f.options else None for part in text.split(SIGN)]
    if None in found:
        raise ValueError(text)
    return [str(one.value) for one in found if one is not None]


def _parts(_f: Field, text: str) -> list[str]:
    return text.split(SIGN)


_EXACT: dict[str, Callable[[Field, str], Any]] = {
    "count": _whole,
    "amount": lambda _f, text: float(text),
    "day": lambda _f, text: date.fromisoformat(text),
    "moment": lambda _f, text: datetime.fromisoformat(text),
    "choice": _parsed,
    "choices": _codes,
    "flag": _parsed,
    "phones": _parts,
    "names": _parts,
    "links": _parts,
}
