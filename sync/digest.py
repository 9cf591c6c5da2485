"""Check sums by which a laptop and the centre prove that they hold the same records.

An area's digest is the sum modulo 2^64 of xxh3-64 over (id ‖ ver): order does not matter, and one record changing
changes it by one subtraction and one addition.
"""

from collections.abc import Iterable
import hashlib

import xxhash

MODULUS = 1 << 64
BUCKETS = 256


def record_digest(id_: str, ver: int) -> int:
    """The contribution of one record as it is now, 0 ≤ n < 2^64."""
    return xxhash.xxh3_64_intdigest(f"{id_}\x00{ver}".encode())


def area_digest(records: Iterable[tuple[str, int]]) -> int:
    """The digest of an area from its ``(id, ver)`` pairs; an empty area is 0."""
    return sum(record_digest(id_, ver) for id_, ver in records) % MODULUS


def moved(digest: int, *, gone: int = 0, come: int = 0) -> int:
    """A digest after one contribution went and another came."""
    return (digest - gone + come) % MODULUS


def bucket(id_: str) -> int:
    """Which of the 256 repair buckets a record belongs to, from the random end of its id."""
    return int(id_[-2:], 16)


def bucket_digests(records: Iterable[tuple[str, int]]) -> list[int]:
    """The 256 bucket sums of an area; they add up to its digest."""
    sums = [0] * BUCKETS
    for id_, ver in records:
        at = bucket(id_)
        sums[at] = (sums[at] + record_digest(id_, ver)) % MODULUS
    return sums


def to_text(digest: int) -> str:
    """Sixteen hexadecimal digits, as digests travel and are stored."""
    return f"{digest:016x}"


def receipt_number(origin: str, acked: int) -> str:
    """``ABCD-1042-7``: four letters of a laptop, the last change the centre has, and a digit against mishearing.

    The digit is made from the whole origin, which both ends know: a number heard wrongly does not fit.
    """
    told = hashlib.blake2b(f"{origin}:{acked}".encode(), digest_size=8).digest()
    return f"{origin[:4].upper()}-{acked}-{int.from_bytes(told) % 10}"
