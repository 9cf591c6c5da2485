"""Room numbers: which rooms a merged door stands for, what doors made of it are called, which number comes next. Pure.

A door made of several rooms bears the numbers of its corners: ``1701-1702`` lies side by side, ``1701-1801`` on two
floors. Its name is all that is kept: the drawing, the generator and an import read from it what it covers.
"""

from collections.abc import Collection, Sequence
from itertools import product
import re

from gridclient import values

JOINED = "、"
CORNERS = re.compile(r"(?P<before>[0-9A-Za-z]{1,2}-)?(?P<first>\d{3,5})-(?P<last>\d{3,5})")
USUAL = re.compile(r"(?P<before>[0-9A-Za-z]{1,2}-)?(?P<floor>\d{1,3})(?P<place>\d{2})")
RANGE = re.compile(r"(?P<before>\D*)(?P<first>\d+)(?:~|到|至)(?P<last>\d+)")
SEPARATORS = re.compile(r"[\s,，、;；]+")
MOST = 400  # doors somebody may name in one line


def rooms_of(room: str) -> tuple[str, ...]:
    """The rooms behind one door: ``1701-1702`` → ``1701``, ``1702``; ``附1、附2`` → both; any other is itself."""
    corners = CORNERS.fullmatch(room)
    if corners is None:
        return tuple(part for part in room.split(JOINED) if part) or (room,)
    before = corners["before"] or ""
    (low, left), (high, right) = sorted(
        (int(corners[n][:-2]), int(corners[n][-2:])) for n in ("first", "last")
    )
    places = range(min(left, right), max(left, right) + 1)
    return tuple(f"{before}{floor}{place:02d}" for floor, place in product(range(low, high + 1), places))


def merged(rooms: Sequence[str]) -> str:
    """What one door made of these is called: by its corners where they form a rectangle, else all names in a row."""
    every = [part for room in rooms for part in rooms_of(room)]
    found = [USUAL.fullmatch(room) for room in every]
    if all(found):
        floors = [int(m["floor"]) for m in found if m]
        places = [m["place"] for m in found if m]
        before = next(m["before"] or "" for m in found if m)
        name = f"{before}{min(floors)}{min(places)}-{max(floors)}{max(places)}"
        if sorted(rooms_of(name)) == sorted(every):
            return name
    return JOINED.join(dict.fromkeys(every))


def parted(room: str) -> tuple[str, ...]:
    """What the doors are called into which one is split: the rooms it was made of, else ``501A`` and ``501B``."""
    rooms = rooms_of(room)
    return rooms if len(rooms) > 1 else (f"{room}A", f"{room}B")


def next_room(rooms: Collection[str], floor: int | None) -> str:
    """The first number after the last one taken on a floor, or in a row of courtyards."""
    every = [part for room in rooms for part in rooms_of(room)]
    usual = [m for m in map(USUAL.fullmatch, every) if m and floor is not None and int(m["floor"]) == floor]
    if usual:
        last = max(usual, key=lambda m: int(m["place"]))
        return f"{last['before'] or ''}{floor}{int(last['place']) + 1:02d}"
    if floor is not None and not every:
        return f"{floor}01"
    plain = [(m[1], int(m[2])) for room in every if (m := re.fullmatch(r"(\D*)(\d+)", room))]
    before, number = max(plain, key=lambda pair: pair[1], default=("", 0))
    return f"{before}{number + 1}"


def named(text: str) -> list[str]:
    """Doors as somebody types them in one line: ``503 504``, ``503、504``, ``601~604``; each once, in order.

    ``1701-1702`` is one door. Raises ValueError, with a sentence, when a range makes no sense.
    """
    found: list[str] = []
    for word in SEPARATORS.split(values.half_width(values.tidy(text)).replace("～", "~")):  # noqa: RUF001
        span = RANGE.fullmatch(word)
        found += _counted(span) if span else [word.removesuffix("室").removesuffix("号")]
    return list(dict.fromkeys(filter(None, found)))


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers from one line: ``4 13-14`` → 4, 13, 14. Raises ValueError, with a sentence."""
    found: list[int] = []
    for word in SEPARATORS.split(values.half_width(values.tidy(text))):
        match = re.fullmatch(r"(-?\d+)(?:[-~](\d+))?", word)
        if word and (match is None or int(match[2] or match[1]) - int(match[1]) > MOST):
            raise ValueError("请填数字，例如 4 13 14 或 13-14")
        if match:
            found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return tuple(found)


def _counted(span: re.Match[str]) -> list[str]:
    first, last = int(span["first"]), int(span["last"])
    if not 0 <= last - first < MOST:
        raise ValueError(f"“{span[0]}”的起止不对，请写成 601~604")
    return [f"{span['before']}{number:0{len(span['first'])}d}" for number in range(first, last + 1)]
