"""Identity numbers (GB 11643): the check digit, what a number tells, and which other numbers are nearly the same. Pure.

Only length, signs, date and check digit can make a number wrong. An unknown region is a hint at most: real numbers carry
codes of districts that were merged long ago.
"""

from dataclasses import dataclass
from datetime import date
import re

from gridclient import values
from gridclient.records.codes import DocumentType, Sex

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
    ]
)
RESIDENCE_PERMITS = {"81": "香港居民居住证", "82": "澳门居民居住证", "83": "台湾居民居住证"}
FOREIGN = "9"  # the eighteen-digit permit of foreigners begins with it
OLDEST = date(1880, 1, 1)


@dataclass(frozen=True)
class Identity:
    """What a number tells. ``number`` is the tidy form with 18 signs; ``hint`` a remark that stops nobody."""

    number: str
    birth: date
    sex: str
    id_type: str
    hint: str = ""

    def __repr__(self) -> str:
        return f"<Identity of {self.id_type}>"


def read(text: str, today: date | None = None) -> Identity:
    """What a number of 18 or 15 signs tells; ValueError with a sentence for the person when it is none.

    ``today`` refuses birthdays after it.
    """
    number = values.tidy_id(text)
    hint = ""
    if re.fullmatch(r"\d{15}", number):
        number, hint = widened(number), "由 15 位旧号换算，请核对"
    if len(number) != 18:
        raise ValueError(_wrong_length(len(number)))
    if odd := [place for place, sign in enumerate(number, start=1) if not _fits(place, sign)]:
        raise ValueError(f"身份证号第 {'、'.join(map(str, odd))} 位不是数字（只有末位可以是 X）")
    birth = _birth(number, today)
    if number[17] != check_digit(number):
        raise ValueError("身份证号校验不符：有一位打错了，或相邻两位颠倒了")
    return Identity(number, birth, _sex(number), _type(number), hint or _region_hint(number))


def problem(text: str, today: date | None = None) -> str | None:
    """Why a number cannot be right, in one sentence; None when it may be."""
    try:
        read(text, today)
    except ValueError as error:
        return str(error)
    return None


def check_digit(number: str) -> str:
    """The eighteenth sign that belongs to the first seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECKS[total % 11]


def widened(number: str) -> str:
    """The 18 signs of an old number of 15: the century put in, the check digit added."""
    longer = f"{number[:6]}19{number[6:]}"
    return longer + check_digit(longer)


def age(birth: date | None, today: date | None) -> int | None:
    """Completed years, None when a day is missing or the birthday is yet to come; 29 February counts from 1 March."""
    if birth is None or today is None or birth > today:
        return None
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def nearly_same(one: str, other: str) -> bool:
    """True when two numbers differ by one sign, or by two neighbours swapped; old and new form are one number."""
    places = apart(one, other)
    if len(places) != 2 or places[1] != places[0] + 1:
        return len(places) == 1
    one, other = _full(one), _full(other)
    first, second = (place - 1 for place in places)
    return one[first] == other[second] and one[second] == other[first]


def apart(one: str, other: str) -> list[int]:
    """The places, counted from 1, in which two numbers of one length differ; none when they are not comparable."""
    one, other = _full(one), _full(other)
    if len(one) != len(other):
        return []
    return [place for place, (a, b) in enumerate(zip(one, other, strict=True), start=1) if a != b]


def near_numbers(text: str) -> list[str]:
    """Every stored spelling that would be nearly the same as this number: what a search for look-alikes asks for.

    Around 200 numbers: one digit replaced, two neighbours swapped, and the old form of 15 digits.
    """
    number = values.tidy_id(text)
    if len(number) == 15 and number.isdigit():
        return [widened(number)]
    if len(number) != 18:
        return []
    near = {
        number[:place] + digit + number[place + 1 :]
        for place in range(18)
        for digit in "0123456789" + "X" * (place == 17)
    }
    near |= {number[:p] + number[p + 1] + number[p] + number[p + 2 :] for p in range(17)}
    old = {number[:6] + number[8:17]} if number[6:8] == "19" else set()
    return sorted((near - {number}) | old)


def _full(text: str) -> str:
    number = values.tidy_id(text)
    return widened(number) if re.fullmatch(r"\d{15}", number, re.ASCII) else number


def _wrong_length(length: int) -> str:
    off = f"少 {18 - length} 位" if length < 18 else f"多 {length - 18} 位"
    return f"身份证号应为 18 位，现在是 {length} 位，{off}"


def _fits(place: int, sign: str) -> bool:
    return (sign.isascii() and sign.isdigit()) or (place == 18 and sign == "X")


def _birth(number: str, today: date | None) -> date:
    if not "01" <= number[10:12] <= "12":
        raise ValueError("身份证号第 11、12 位是出生月份，应在 01 到 12 之间")
    birth = values.day_of(number[6:14])
    if birth is None:
        raise ValueError("身份证号第 13、14 位是出生的日子，那个月没有这一天")
    if birth < OLDEST:
        raise ValueError("身份证号第 7 至 10 位是出生年份，早得不像真的")
    if today is not None and birth > today:
        raise ValueError("身份证号第 7 至 14 位是出生日期，晚于今天")
    return birth


def _sex(number: str) -> str:
    return (Sex.MALE if int(number[16]) % 2 else Sex.FEMALE).value


def _type(number: str) -> str:
    if number[:2] in RESIDENCE_PERMITS:
        return DocumentType.RESIDENCE.value
    return (DocumentType.FOREIGNER if number.startswith(FOREIGN) else DocumentType.RESIDENT).value


def _region_hint(number: str) -> str:
    if number[:2] in RESIDENCE_PERMITS:
        return RESIDENCE_PERMITS[number[:2]]
    if number[:2] in PROVINCES or number.startswith(FOREIGN):
        return ""
    return "发证地不认识，请核对前两位"
