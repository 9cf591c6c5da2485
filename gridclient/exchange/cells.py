"""One cell → one value, or what is wrong with it. Pure; the kinds of flaws are the ones the rehearsal lists.

A reading function takes the cell as the file holds it. What it cannot read it raises as a :class:`Flaw`; what it reads
although the writing was odd it returns, and :func:`mended` names the oddity.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
import re
from typing import Any

from gridclient import values
from gridclient.blanks import Field
from gridclient.exchange.book import Cell
from gridclient.fields import RECORDS
from gridclient.rules import identity

Read = Callable[[Cell], Any]

EPOCH = date(1899, 12, 30)  # day 0 of an Excel serial number
SERIALS = range(3_000, 80_000)  # 1908 to 2119
REGION_LIMIT = 25  # three of them fit into 户籍地
TEXT_LIMIT = 1900  # of a text that is no field by itself: two or three of them make up a remark
LONG = 10**14  # a number cell this large is a document number that lost its last digits
TRICK = re.compile(r'^="(.*)"$', re.DOTALL)
SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d{2}")
SHORT_YEAR = re.compile(r"(\d{2})[-./年](\d{1,2})[-./月](\d{1,2})日?")
YEAR_LAST = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})")
PHONE = re.compile(r"\+?\d[\d\-() 转]{4,24}")
STARRED = re.compile(r"[*＊]")  # noqa: RUF001
APOSTROPHES = "'’‘`"
WITHOUT = ("无", "没有", "/", "—", "-", "无电话", "不详")


class Flaw(Exception):
    """A cell that cannot be taken as it is: ``kind`` and ``why`` as the rehearsal lists them.

    ``lenient`` flaws are hints even in a required column; ``value`` is what may be kept all the same; ``word`` is the
    one of several answers in a cell that no list has.
    """

    def __init__(
        self, kind: str, why: str, *, value: Any = None, lenient: bool = False, word: str = ""
    ) -> None:
        super().__init__(kind)
        self.kind, self.why, self.value, self.lenient, self.word = kind, why, value, lenient, word


def written(cell: Cell) -> str:
    """The cell as text: whole numbers without a point, days as 2008-08-08, ``="…"`` without its shell."""
    if isinstance(cell, str):
        trick = TRICK.match(cell)
        return trick[1] if trick else cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LONG * 10_000:
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell)


def reading(slot: str, *, head: str = "", today: date = date.max) -> Read:
    """How the cells of a slot are read; a slot that is no field is one line of text. Years of two digits end ``today``."""
    if slot in _SPECIAL:
        return _SPECIAL[slot]
    f = _field(slot)
    if slot in _CODES:
        return lambda cell: _code(f, cell)
    if f is None:
        if slot[-2:] in (".1", ".2", ".3"):
            return _region
        return lambda cell: _short(_text(cell), _LONGEST.get(slot, TEXT_LIMIT))
    by_kind: dict[str, Callable[[Field, Cell], Any]] = {
        "day": lambda f, c: _day(f, c, today, month_is_enough="年月" in head),
        "moment": _moment,
        "month": _month,
        "name": lambda f, c: _fitting(f, _whole(values.tidy_name(written(c)))),
        "note": lambda f, c: _fitting(f, written(c).translate(values.INVISIBLE).strip()),
        "id_number": lambda _f, c: document(c),
        "phone": lambda _f, c: next(iter(phones(c)), ""),
        "phones": lambda _f, c: phones(c),
        "choices": _choices,
    }
    read = by_kind.get(f.kind, _parsed)
    return lambda cell: read(f, cell)


def document(cell: Cell) -> str:
    """A document number as typed; numbers and 5.19941E+17 lost their last digits and are never guessed."""
    lost = "身份证号存成了数字，Excel 只保留 15 位有效数字，末三位已丢失，不能还原，须照户口簿补录"
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= LONG * 100:
        raise Flaw("id_truncated", lost)
    number = _whole(values.tidy_id(written(cell)))
    if SCIENTIFIC.fullmatch(number):
        raise Flaw("id_truncated", lost)
    if len(number) == 18 and number.endswith("000") and number.isdigit() and identity.problem(number):
        raise Flaw("id_truncated", "末三位都是 0 而且校验不符，像是从数字格式抄来的，须照户口簿补录")
    return number


def phones(cell: Cell) -> list[str]:
    """The telephone numbers of a cell; Flaw when one of them has not the shape of a number."""
    plain = written(cell).strip(APOSTROPHES + " ")
    if values.tidy(plain) in WITHOUT:
        return []
    _whole(plain)
    found = values.phones_in(plain)
    wrong = [phone for phone in found if not PHONE.fullmatch(phone) or _not_mobile(phone)]
    if wrong:
        right = [phone for phone in found if phone not in wrong]
        raise Flaw("phone_format", "不是一个电话号码，请核对位数", value=right or None)
    return found


def identity_flaw(number: str, today: date) -> Flaw | None:
    """What is wrong with a resident's number of 18 signs; an unknown region is not."""
    try:
        identity.read(number, today)
    except ValueError as error:
        return Flaw(_identity_kind(number), str(error))
    return None


def mended(cell: Cell, value: Any, slot: str) -> tuple[str, str] | None:
    """(kind, why) of an odd writing that was put right without loss; None when there was none worth telling."""
    if isinstance(cell, float) and isinstance(value, date):
        return "date_format", _understood(value)
    if not isinstance(cell, str) or not isinstance(value, str | list | date):
        return None
    if TRICK.match(cell):
        return "excel_text_trick", '="…" 是防变形的写法，已取引号里的内容'
    if isinstance(value, date):
        same = cell.strip() in (f"{value:%Y-%m-%d}", f"{value:%Y-%m-%d %H:%M}", f"{value:%Y-%m-%d %H:%M:%S}")
        return None if same else ("date_format", _understood(value))
    if isinstance(value, list):
        return _mended_phones(cell, value) if slot.endswith(".phones") else None
    return None if cell == value else _mended_text(cell, value)


def _understood(value: date) -> str:
    told = f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%Y-%m-%d}"
    return f"日期写法已统一，读成 {told}"


def _mended_text(cell: str, value: str) -> tuple[str, str] | None:
    if any(ord(c) in values.INVISIBLE for c in cell):
        return "zero_width", "已去掉看不见的字符"
    if any(c in APOSTROPHES for c in cell) and not any(c in APOSTROPHES for c in value):
        return "apostrophe", "已去掉号码前的撇号"
    if values.half_width(cell) != cell and values.half_width(value) == value:
        return "fullwidth", "全角字符已改成半角"
    if values.BLANKS.sub("", cell) == values.BLANKS.sub("", value):
        return "space", "已去掉多余空格"
    if cell.strip() == f"{value[:-1]}x":
        return "lowercase_x", "末位已改成大写 X"
    if cell.count("·") < value.count("·"):
        return "middle_dot", "间隔号已统一为“·”"
    return None


def _mended_phones(cell: str, value: list[str]) -> tuple[str, str] | None:
    if cell in value:
        return None
    if len(value) > 1:
        return "phone_multi", "一格有几个号码，已分开"
    if re.search(r"\+|^00", cell):
        return "phone_prefix", "已去掉国家代码"
    if re.search(r"\d[-–—]\d", cell):
        return "phone_separator", "已去掉号码里的分隔"
    return _mended_text(cell, "".join(value))


def _identity_kind(number: str) -> str:
    if re.fullmatch(r"\d{15}", number, re.ASCII) and values.day_of(f"19{number[6:12]}") is None:
        return "id_date"
    if len(number) != 18:
        return "id_length"
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        return "id_format"
    return "id_date" if values.day_of(number[6:14]) is None else _dated_kind(number)


def _dated_kind(number: str) -> str:
    return "id_checksum" if identity.check_digit(number) != number[17] else "id_date"


def _not_mobile(phone: str) -> bool:
    digits = re.sub(r"\D", "", phone)
    return digits.startswith("1") and len(digits) > 8 and not digits.startswith("10") and len(digits) != 11


def _whole(text: str) -> str:
    """A text as it is; Flaw when part of it was starred out before it was handed on."""
    if STARRED.search(text):
        raise Flaw("masked", "用星号遮住了一部分，请用内容完整的表")
    return text


def _text(cell: Cell) -> str:
    return values.tidy(written(cell))


def _fitting(f: Field, value: str) -> str:
    if f.longest and len(value) > f.longest:
        raise Flaw("bad_value", f"{f.label}最多 {f.longest} 个字")
    return value


def _short(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Flaw("bad_value", f"太长了，最多 {longest} 个字")
    return text


def _parsed(f: Field, cell: Cell) -> Any:
    try:
        value = f.parse(written(cell))
    except ValueError as error:
        raise Flaw("bad_value", str(error)) from None
    if (why := f.check(value)) and value not in (None, "", []):
        raise Flaw("bad_value", why)
    return value


def _choices(f: Field, cell: Cell) -> list[str]:
    """Several answers in one cell; one that no list has is kept as 其他 where the list has that."""
    text = values.tidy(written(cell))
    if f.options is None or not text:
        return []
    whole = f.options.named(text)
    parts = [text] if whole else [part for part in re.split(r"[；;\n]", text) if part.strip()]
    found: list[str] = []
    for part in parts:
        found += [code for code in _named(f, part) if code not in found]
    return found


def _named(f: Field, part: str) -> list[str]:
    options = f.options
    whole = options.named(part) if options else None
    if options is None or whole:
        return [whole.value] if whole else []
    codes = {piece: options.named(piece) for piece in re.split(r"[、，,/]", part)}
    if all(codes.values()):
        return [code.value for code in codes.values() if code]
    if "other" in options._value2member_map_:
        return ["other"]
    strange = next(piece for piece, code in codes.items() if not code)
    raise Flaw("bad_value", f"{f.label}里没有这一项，请从列表中选择", word=values.tidy(strange))


def _day(f: Field, cell: Cell, today: date, *, month_is_enough: bool) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = values.tidy(written(cell))
    found = values.moment_of(text)
    if found:
        return found.date()
    if re.fullmatch(r"\d{4,5}(\.\d+)?", text) and int(float(text)) in SERIALS:
        return _serial(int(float(text)))
    if values.month_of(text):
        if month_is_enough:
            raise Flaw("", "")
        raise Flaw("date_partial", "只写到月，缺少日", lenient=True)
    raise _abridged(text, today) or Flaw("date_invalid", f"{f.label}不是有效日期，请写成 2008-08-08")


def _abridged(text: str, today: date) -> Flaw | None:
    """A day written with two digits of its year, or the year last: read, and to be looked at."""
    if short := SHORT_YEAR.fullmatch(text):
        year, month, day = map(int, short.groups())
        read = (values.date_of(century + year, month, day) for century in (2000, 1900))
        found = next((one for one in read if one and one <= today), None)
        kind, what = "date_century", "年份只有两位"
    elif turned := YEAR_LAST.fullmatch(text):
        first, second, year = map(int, turned.groups())
        found = values.date_of(year, first, second) or values.date_of(year, second, first)
        kind, what = "date_ambiguous", "年份写在最后，月和日分不清先后"
    else:
        return None
    why = f"{what}，读成 {found:%Y-%m-%d}，请核对"
    return Flaw(kind, why, value=found, lenient=True) if found else None


def _serial(number: int) -> date:
    found = EPOCH + timedelta(days=number)
    raise Flaw(
        "date_serial", f"是 Excel 的日期序号，读成 {found:%Y-%m-%d}，请核对", value=found, lenient=True
    )


def _moment(f: Field, cell: Cell) -> datetime | None:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - local time, as on paper
    found = values.moment_of(written(cell))
    if found is None:
        raise Flaw("date_invalid", f"{f.label}不是有效时间，请写成 2008-08-08 09:30")
    return found


def _month(f: Field, cell: Cell) -> str:
    if isinstance(cell, date):
        return f"{cell:%Y-%m}"
    found = values.month_of(written(cell))
    if found is None:
        raise Flaw("date_invalid", f"{f.label}不是年月，请写成 2008-08")
    return found


def _region(cell: Cell) -> str:
    text = _text(cell)
    if len(text) > REGION_LIMIT:
        raise Flaw("bad_value", f"地名最多 {REGION_LIMIT} 个字")
    return text


def _field(slot: str) -> Field | None:
    kind, _, name = _BOUND_BY.get(slot, slot).partition(".")
    return RECORDS[kind].by_name.get(name) if kind in RECORDS else None


def _code(f: Field | None, cell: Cell) -> str:
    """Numbers of households, doors and visits and names of places: found by them again, so only in half width."""
    text = values.BETWEEN_HAN.sub("", values.half_width(_text(cell))).strip(APOSTROPHES)
    return _fitting(f, text) if f else text


_CODES = frozenset(
    [
        "household.number",
        "dwelling.unit",
        "dwelling.door",
        "visit.number",
        "party_centre_household.number",
        "building.name",
        "grid",
        "estate",
        "building",
        "group",
        "branch",
        "address",
        "stay",
        "paired",
    ]
)
_BOUND_BY = {
    "community": "org_unit.name",
    "grid": "org_unit.name",
    "estate": "org_unit.name",
    "building": "building.name",
    "group": "party_org.name",
    "branch": "party_org.name",
}  # slot → the field whose bounds it keeps
_LONGEST = {
    **dict.fromkeys(("recorder", "party", "other_party", "owning_unit"), 50),
    **dict.fromkeys(("called_back_by", "group_name", "group_number", "hazards_told"), 60),
}  # slot → how long the names and words are that become part of a field
_SPECIAL: dict[str, Read] = {"head_id": document, "document": document, "unit_phone": phones}
