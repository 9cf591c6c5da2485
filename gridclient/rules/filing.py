"""How frozen ledgers are numbered, and where they belong: pure."""

from collections.abc import Iterable, Sequence
import hashlib
import re

from gridclient.errors import Unfit

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another on paper
SIGN_LENGTH = 5
_NUMBER = re.compile(r"TZ(?P<year>\d{4})-(?P<sign>[0-9A-Z]+)-(?P<count>\d+)")
_DRAWER = {
    6: "000",
    9: "000",
    12: "000",
    15: "00",
}  # length of an area code → what no area beneath it is called


def next_number(year: int, origin: str, taken: Iterable[str]) -> str:
    """``TZ2026-7K3F9-0008``: one more than the last of this year that bears the sign of this laptop.

    Two laptops that know nothing of each other have different signs, so their numbers differ too.
    """
    sign = sign_of(origin)
    counts = [
        int(m["count"])
        for m in map(_NUMBER.fullmatch, taken)
        if m and m["sign"] == sign and int(m["year"]) == year
    ]
    return f"TZ{year}-{sign}-{max(counts, default=0) + 1:04d}"


def sign_of(origin: str) -> str:
    """Five letters and digits that stand for one laptop: one in 33 million for two of them to be alike."""
    number = int.from_bytes(hashlib.sha256(origin.encode()).digest()[:8])
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(SIGN_LENGTH))


def drawer(scope: str, held: Sequence[str]) -> str:
    """The area of a ledger about ``scope`` (``""``: everything), made where the areas ``held`` may be written.

    It lies beneath the area it tells of: whoever works in one part of that receives what stands above, and must not
    receive the neighbours' rows with it. Unfit when one laptop's areas have no area in common that it may write.
    """
    if any(scope.startswith(own) for own in held):
        area = scope
    else:
        within = [own for own in held if own.startswith(scope)]
        if len(within) != 1:
            raise Unfit("这份台账跨了几个网格", "请先在“范围”里选一个网格或一栋楼，再定稿。")
        area = within[0]
    return drawer_of(area)


def drawer_of(area: str) -> str:
    """Where what tells of a whole area is kept: beneath it, in a place that no grid has."""
    return area + _DRAWER.get(len(area), "")


def told_by(drawer: str) -> str:
    """The area that the ledgers in a drawer tell of; any other area is itself."""
    for length, ending in _DRAWER.items():
        if len(drawer) == length + len(ending) and drawer.endswith(ending):
            return drawer.removesuffix(ending)
    return drawer
