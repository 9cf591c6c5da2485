"""The number on a household's papers (户码): short, told from a misread one, and saying nothing about anybody. Pure.

A code holds ``/`` before it, the key that looks for a door: a scanner may be used wherever that key may. Digits only,
because an input method lets these through.
"""

from collections.abc import Iterable
from hashlib import blake2b

from gridclient import values

SIGN = "/"
DIGITS = 11  # and one more (Damm) that tells any wrong digit and any two exchanged ones
LEADING = "/／、"  # noqa: RUF001 - what an input method makes of the sign


def reference(household: str) -> str:
    """The twelve digits for a household's id: always the same, on every laptop; empty for an empty id."""
    if not household:
        return ""
    told = _told(household)
    return told + _check(told)


def bearers(digits: str, households: Iterable[str]) -> list[str]:
    """Those of these ids that bear the reference: one, or seldom two among very many."""
    told = digits[:DIGITS]
    return [household for household in households if _told(household) == told]


def spaced(digits: str) -> str:
    """``1234 5678 9012``: as it is printed, to be read and typed by a person."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def referred(typed: str) -> str:
    """The digits meant by what was scanned or typed; empty when it is no reference, or was misread."""
    plain = _plain(typed)
    return plain if _is_long_enough(plain) and _is_right(plain) else ""


def misread(typed: str) -> bool:
    """Whether it looks like a reference, but a digit of it is wrong."""
    plain = _plain(typed)
    return _is_long_enough(plain) and not _is_right(plain)


def _plain(typed: str) -> str:
    return values.half_width(typed).strip().lstrip(LEADING).replace(" ", "")


def _is_long_enough(plain: str) -> bool:
    return len(plain) == DIGITS + 1 and plain.isascii() and plain.isdigit()


def _is_right(plain: str) -> bool:
    return plain[-1] == _check(plain[:-1])


def _check(told: str) -> str:
    from stdnum import damm  # loads much besides, and few searches are for a reference

    return str(damm.calc_check_digit(told))


def _told(household: str) -> str:
    number = int.from_bytes(blake2b(household.encode(), digest_size=8).digest(), "big")
    return f"{number % 10**DIGITS:0{DIGITS}}"
