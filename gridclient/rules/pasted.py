"""What somebody copied from a sheet, read as doors: a block drawn like the building, or a list of rooms with heads. Pure.

A block may have its floors in the first column and its units in the rows above the doors. A list may have a head.
"""

from collections.abc import Iterable, Sequence
import csv
from dataclasses import dataclass
import io
from itertools import pairwise
import re

from gridclient import values
from gridclient.records.place import Tenure
from gridclient.rules import doors
from gridclient.rules.doors import floor_of, number_of

ROOM = re.compile(r"(附?[0-9]{1,5}[A-Za-z]?|[A-Za-z]-?[0-9]{1,5})(?:-([0-9]{1,5}[A-Za-z]?))?(?:室|号|户)?")
FLOOR = re.compile(r"(-?\d{1,3}|[一二三四五六七八九十]+)\s*(?:层|楼|F|f)")
UNIT = re.compile(r"(?:.*?)([0-9A-Za-z一二三四五六七八九十甲乙丙丁]+)\s*单元")
PLACE = re.compile(r"(\d{1,2})(?:号|室|户|房)?")
NAME = re.compile(rf"[{values.HAN}·]{{2,25}}|[A-Za-z][A-Za-z .]{{2,48}}")
HEADS = {
    "room": ("房号", "室号", "房间号", "门牌", "门牌号", "房屋", "门号", "户室", "房间"),
    "head": ("户主", "户主姓名", "姓名", "业主", "住户", "住户姓名", "产权人"),
    "unit": ("单元", "单元号", "组", "梯"),
    "floor": ("楼层", "层", "所在层"),
    "phone": ("电话", "联系电话", "手机", "手机号", "手机号码", "联系方式"),
    "tenure": ("使用情况", "居住情况", "住房类别", "房屋状态", "状态", "性质"),
}
TENURES = {"空": Tenure.EMPTY, "空房": Tenure.EMPTY, "租": Tenure.RENTED, "已出租": Tenure.RENTED}


@dataclass(frozen=True)
class Door:
    """One door that was pasted: where it is, and what is told of it."""

    unit: str
    floor: int | None
    room: str
    head: str = ""
    phone: str = ""
    tenure: str = ""


@dataclass(frozen=True)
class Pasted:
    """The doors of a paste, each once, and what could not be read, in sentences."""

    doors: tuple[Door, ...] = ()
    problems: tuple[str, ...] = ()


def read(text: str, unit: str = "") -> Pasted:
    """The doors in what was copied from Excel or WPS, or typed one to a line; ``unit`` holds where none is told."""
    rows = [
        [_tidy(cell) for cell in row] for row in csv.reader(io.StringIO(text.strip("\n\r")), delimiter="\t")
    ]
    rows = [_apart(row) for row in rows if any(row)]
    heads = next((place for place, row in enumerate(rows[:5]) if _slots(row).keys() & {"room"}), None)
    if heads is not None and len(_slots(rows[heads])) > 1:
        found = _list(rows[heads + 1 :], _slots(rows[heads]), unit)
    elif slots := _plain_list(rows):
        found = _list(rows, slots, unit)
    else:
        found = _block(rows, unit)
    return _once(found)


def _tidy(cell: str) -> str:
    return values.tidy(values.half_width(cell))


def _apart(row: list[str]) -> list[str]:
    """A line of rooms typed with blanks between them as so many cells."""
    words = row[0].split() if len(row) == 1 else []
    return words if len(words) > 1 and all(map(_room, words)) else row


def _slots(row: Sequence[str]) -> dict[str, int]:
    """What each column of a list is for, by its head."""
    plain = [re.sub(r"[\s*:：（(].*", "", cell) for cell in row]
    return {slot: plain.index(name) for slot, names in HEADS.items() for name in names[::-1] if name in plain}


def _plain_list(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The columns of a list without a head: a room, then a name, in nearly every row."""
    for at in range(min(2, max(map(len, rows), default=0))):
        pairs = [row for row in rows if len(row) > at + 1 and _room(row[at]) and NAME.fullmatch(row[at + 1])]
        single = all(sum(map(bool, row)) <= at + 2 for row in rows)
        if single and len(pairs) * 10 >= len(rows) * 6 and not _tenure(pairs[0][at + 1] if pairs else "空"):
            before = {"unit": 0} if at and all(not row[0] or UNIT.fullmatch(row[0]) for row in rows) else {}
            return before | {"room": at, "head": at + 1} if pairs else {}
    return {}


def _list(rows: Iterable[Sequence[str]], slots: dict[str, int], unit: str) -> Iterable[Door | str]:
    here = unit
    for row in rows:
        told = {slot: row[at] if at < len(row) else "" for slot, at in slots.items()}
        if own := told.get("unit", ""):
            here = number_of(own.removesuffix("单元"))
        found = _room(told["room"])
        if not found:
            yield f"“{told['room'] or ' '.join(filter(None, row))[:12]}”不像房号" if any(row) else ""
            continue
        own, room = found
        stairs = own or here
        level = _level(told.get("floor", "")) if told.get("floor") else floor_of(room, stairs)
        head, tenure = _who(told.get("head", ""))
        phone = values.tidy_phone(told.get("phone", ""))
        yield Door(stairs, level, room, head, phone, tenure or _tenure(told.get("tenure", "")))


def _block(rows: Sequence[Sequence[str]], unit: str) -> Iterable[Door | str]:
    units: dict[int, str] = {}
    places: dict[int, str] = {}
    for row in rows:
        if heading := _unit_row(row):
            units = heading
        elif numbered := _place_row(row):
            places = numbered
        else:
            yield from _floor_row(row, units, places, unit)


def _floor_row(
    row: Sequence[str], units: dict[int, str], places: dict[int, str], unit: str
) -> Iterable[Door | str]:
    level = _level(row[0]) if FLOOR.fullmatch(row[0]) or (places and row[0].lstrip("-").isdigit()) else None
    for at, cell in enumerate(row):
        first, _blank, rest = cell.partition(" ")
        stairs, drawn = units.get(at, unit), level is not None and at in places
        if (at == 0 and level is not None) or not (cell or drawn):
            continue
        if found := _room(first):
            own, room = found
            head, tenure = _who(rest)
            told = floor_of(room, own or stairs)
            yield Door(own or stairs, level if told is None else told, room, head, tenure=tenure)
        elif drawn:
            head, tenure = _who(cell)
            yield Door(stairs, level, f"{level}{places[at]}", head, tenure=tenure)
        else:
            yield f"“{cell[:12]}”不像房号"


def _unit_row(row: Sequence[str]) -> dict[int, str]:
    """Column → unit for a row of headings like 1单元, each holding until the next; empty for any other row."""
    told = [(at, m) for at, cell in enumerate(row) if cell and (m := UNIT.fullmatch(cell))]
    if not told or len(told) < sum(map(bool, row)) - 1:
        return {}
    found: dict[int, str] = {}
    for (start, match), end in zip(told, [*(at for at, _m in told[1:]), 200], strict=True):
        found |= dict.fromkeys(range(start, end), number_of(match[1]))
    return found


def _place_row(row: Sequence[str]) -> dict[int, str]:
    """Column → ending of its rooms for a row of headings like 01 02 03; empty for any other row."""
    cells = [(at, m) for at, cell in enumerate(row) if cell and (m := PLACE.fullmatch(cell))]
    if len(cells) < 2 or len(cells) < sum(map(bool, row)) - 1 or any(int(m[1]) > 60 for _at, m in cells):
        return {}
    numbers = [int(m[1]) for _at, m in cells]
    counted = all(b - a == 1 or b == 1 for a, b in pairwise(numbers))
    return {at: f"{int(m[1]):02d}" for at, m in cells} if counted and numbers[0] == 1 else {}


def _room(cell: str) -> tuple[str, str] | None:
    """Unit, if told, and room of one cell: ``501室`` → '', 501; ``3栋2单元501`` and ``2-501`` → 2, 501."""
    plain = cell.replace(" ", "")
    match = ROOM.fullmatch(plain)
    if match and (match[2] is None or len(match[1]) > 2):
        return "", match[1] + (f"-{match[2]}" if match[2] else "")
    address = doors.parse(plain)
    return (address.unit, address.door) if address and address.door else None


def _level(cell: str) -> int | None:
    match = FLOOR.fullmatch(cell)
    digits = number_of(match[1]) if match else cell
    return int(digits) if digits.lstrip("-").isdigit() else None


def _who(words: str) -> tuple[str, str]:
    """Head and tenure told by what stands beside a room: one of them, or neither."""
    plain = re.split(r"[、,，/ ]", words)[0] if words else ""
    if tenure := _tenure(words) or _tenure(plain):
        return "", tenure
    name = values.tidy_name(re.sub(r"\d+人?$", "", plain))
    return (name if NAME.fullmatch(name) else ""), ""


def _tenure(word: str) -> str:
    found = TENURES.get(word) or Tenure.named(word)
    return str(found.value) if found else ""


def _once(found: Iterable[Door | str]) -> Pasted:
    kept: dict[tuple[str, str], Door] = {}
    problems: list[str] = []
    for one in found:
        if isinstance(one, str):
            problems += [one] if one else []
        elif (one.unit, one.room) in kept:
            where = doors.label("", one.unit, one.room) if one.unit else one.room
            problems.append(f"{where} 出现两次，只取第一次")
        else:
            kept[one.unit, one.room] = one
    return Pasted(tuple(kept.values()), tuple(dict.fromkeys(problems)))
