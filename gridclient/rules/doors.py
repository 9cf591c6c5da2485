"""Addresses and stairs: how a door is written, in which order doors are walked. Pure."""

from dataclasses import dataclass
import re
from typing import Any

from gridclient import values
from gridclient.settings import StairOrder

STROKES = re.compile(r"[-–—－﹣~～]+")  # noqa: RUF001
BUILDING = r"(?P<number>[0-9A-Za-z一二三四五六七八九十百]+)\s*(?:号楼|栋|幢|座|楼|#)"
WRITTEN = re.compile(
    rf"(?P<estate>.*?)(?:{BUILDING})?"
    r"(?:(?P<unit>[0-9A-Za-z一二三四五六七八九十]+)\s*单元)?"
    r"(?:(?P<floor>[0-9一二三四五六七八九十]+)\s*[层楼](?=.))?"
    r"(?P<door>附?[0-9A-Za-z][0-9A-Za-z-]*)?\s*(?:室|号|户|房)?"
)
COURTYARD = re.compile(
    r"(?P<estate>.*?)(?P<group>[0-9一二三四五六七八九十]+)\s*(?P<word>组|排|社)"
    r"(?P<door>附?[0-9A-Za-z][0-9A-Za-z-]*)\s*(?:号|户|室)?"
)
SHOP = re.compile(r"(?P<estate>.*[^0-9A-Za-z附-])(?P<door>附?[0-9]+(?:-[0-9]+)?)\s*号")
DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
WORDED_GROUP = ("组", "排", "社")


@dataclass(frozen=True)
class Address:
    """A written address taken apart. ``unit`` is a number, or a group of a courtyard (``1组``); ``door`` has no 室 or 号."""

    estate: str = ""
    number: str = ""
    unit: str = ""
    door: str = ""

    @property
    def building(self) -> str:
        """The building's name as lists give it: 杏花苑1栋, 槐荫苑商业街."""
        return f"{self.estate}{self.number}栋" if self.number else self.estate

    @property
    def short(self) -> str:
        """The parts joined as people type them: 3-2-501."""
        return "-".join(part for part in (self.number or self.estate, self.unit, self.door) if part)


def parse(text: str) -> Address | None:
    """The parts of an address in any usual spelling; None when no door or building can be made out.

    Reads ``3-2-501``, ``2-501``, ``3栋2单元501室``, ``杏花苑1栋1单元502室``, ``槐荫苑商业街11号``, ``柳溪院落1组2号``.
    """
    plain = values.half_width(values.tidy(text)).replace(" ", "")
    if not plain:
        return None
    return _dashed(plain) or _grouped(plain) or _shop(plain) or _written(plain)


def label(building: str, unit: str, door: str) -> str:
    """One door in words: ``杏花苑1栋1单元502``, ``柳溪院落1组2号``, ``槐荫苑商业街11号``."""
    if not unit or unit.endswith(WORDED_GROUP):
        short = door.isdigit() and (unit or not building.endswith(("栋", "楼", "幢", "座")))
        return f"{building}{unit}{door}{'号' if short else ''}"
    return f"{building}{unit}单元{door}"


def floor_of(door: str, unit: str = "") -> int | None:
    """The floor a door number tells: ``1502`` → 15, ``2-302`` → 3, ``B101`` → -1; None when it tells none."""
    last = door.rpartition("-")[2]
    below = last[:1] in ("B", "b", "负")
    digits = last[1:] if below else last
    if not digits.isdecimal() or len(digits) < 3 or unit.endswith(WORDED_GROUP):
        return None
    floor = int(digits[:-2])
    return -floor if below else floor


def natural(text: str) -> tuple[Any, ...]:
    """A sort key in which 9栋 comes before 10栋."""
    parts = re.split(r"(\d+)", text)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def stair_key(
    unit: str, floor: int | None, door: str, order: str = StairOrder.TOP_DOWN.value
) -> tuple[Any, ...]:
    """Sorts the doors of one building in the order they are walked; doors without a floor go by their number.

    蛇形 goes down floor by floor and turns round on each: even floors run backwards.
    """
    level = floor if floor is not None else floor_of(door, unit)
    if level is None:
        return natural(unit), 0, natural(door), 0
    rising = order == StairOrder.BOTTOM_UP
    backwards = order == StairOrder.SNAKE and level % 2 == 0
    return natural(unit), level if rising else -level, (), -_place(door) if backwards else _place(door)


def number_of(words: str) -> str:
    """一 → 1, 十二 → 12, 3 → 3: unit and building numbers as digits; anything else as it is."""
    if not words or any(c not in DIGITS and c != "十" for c in words):
        return words
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return "".join(str(DIGITS[c]) for c in words)
    return str((DIGITS.get(tens, 1) if len(tens) < 2 else 1) * 10 + DIGITS.get(ones, 0))


def _place(door: str) -> int:
    """The last two digits of a door: where on its floor it lies."""
    digits = re.sub(r"\D", "", door.rpartition("-")[2])
    return int(digits[-2:]) if digits else 0


def _dashed(plain: str) -> Address | None:
    parts = STROKES.sub("-", plain).removesuffix("室").removesuffix("号").split("-")
    longest = (4, 3, 6)[-len(parts) :] if len(parts) > 1 else ()  # longer: a telephone number
    if len(parts) != len(longest) or not all(
        re.fullmatch(rf"[0-9A-Za-z]{{1,{most}}}", part) for part, most in zip(parts, longest, strict=True)
    ):
        return None
    return Address("", *parts) if len(parts) == 3 else Address("", "", *parts)


def _grouped(plain: str) -> Address | None:
    match = COURTYARD.fullmatch(plain)
    if match is None:
        return None
    return Address(match["estate"], "", number_of(match["group"]) + match["word"], match["door"])


def _shop(plain: str) -> Address | None:
    match = SHOP.fullmatch(plain)
    if match is None or re.search(BUILDING + "|单元", plain):
        return None
    return Address(match["estate"], "", "", match["door"])


def _written(plain: str) -> Address | None:
    match = WRITTEN.fullmatch(STROKES.sub("-", plain))
    if match is None or not (match["number"] or match["unit"]):
        return None
    return Address(
        match["estate"].removesuffix("-"),
        number_of(match["number"] or ""),
        number_of(match["unit"] or ""),
        match["door"] or "",
    )
