"""Blobs: what is too large for a record, such as a photo, and travels after it, in chunks, named by its SHA-256.

A record owns a blob by a field called ``sha256``. A blob is known to the centre as a blob of that very record, so that
nobody gets hold of bytes by naming them in a record of their own.
"""

from collections.abc import Iterable, Iterator, Sequence
import hashlib
import re
from typing import Any, Protocol

import msgspec

CHUNK = 256 * 1024  # bytes; the last one of a blob may be shorter
LIMIT = 8 * 1024 * 1024  # bytes of one blob
ASKED_MOST = 200  # blobs in one question
FIELD = "sha256"  # of the record that owns a blob

_SHA = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{32}")


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """One blob of one record: its SHA-256 in lower-case hexadecimal, and how many bytes it has."""

    record: str
    sha256: str
    size: int

    @property
    def chunks(self) -> int:
        """How many chunks it travels in."""
        return -(-self.size // CHUNK)

    def length(self, number: int) -> int:
        """How many bytes chunk ``number``, counted from 0, has."""
        return min(CHUNK, self.size - number * CHUNK)


class BlobQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Asks how these blobs stand at the centre."""

    blobs: list[Blob]


class Standing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one blob stands: ``stored`` whole and verified, or the chunks still ``missing`` from somebody who may send.

    With a ``title`` the centre does not take it, and says why.
    """

    sha256: str
    stored: bool = False
    missing: list[int] = []
    title: str = ""
    advice: str = ""


class BlobAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A standing for each blob asked about, in the same order."""

    blobs: list[Standing]


class BlobHub(Protocol):
    """The centre as far as blobs go; every call may raise :class:`sync.errors.SyncError`."""

    def blobs(self, token: str, query: BlobQuery) -> BlobAnswer:
        """How these blobs stand; one that may not be sent or seen blocks no other."""

    def put_chunk(self, token: str, blob: Blob, number: int, data: bytes) -> Standing:
        """Take one chunk; the last one missing has the whole verified, and Refused when it is not what it says."""

    def chunk(self, token: str, blob: Blob, number: int) -> bytes:
        """One chunk of a stored blob; Refused when it is not stored, or not the caller's to see."""


def fits(blob: Blob) -> bool:
    """True for names and a size that a blob may have."""
    named = _SHA.fullmatch(blob.sha256) and _ID.fullmatch(blob.record)
    return bool(named) and 0 < blob.size <= LIMIT


def holds(blob: Blob, number: int, length: int) -> bool:
    """True when chunk ``number`` of a blob exists and has ``length`` bytes."""
    return 0 <= number < blob.chunks and length == blob.length(number)


def sha256(data: bytes | Iterable[bytes]) -> str:
    """The name of some bytes, whole or in pieces."""
    found = hashlib.sha256()
    for piece in [data] if isinstance(data, bytes) else data:
        found.update(piece)
    return found.hexdigest()


def chunks(data: bytes) -> Iterator[bytes]:
    """Bytes cut as they travel."""
    return (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))


def missing(blob: Blob, held: Sequence[int] | set[int]) -> list[int]:
    """The chunks not among those held."""
    return [number for number in range(blob.chunks) if number not in held]


def owned(body: dict[str, Any], sha: str) -> bool:
    """True when a record with this body owns the blob."""
    return bool(sha) and body.get(FIELD) == sha
