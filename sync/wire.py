"""How messages become bytes and back: JSON in zstd, never more than a stated size, and errors that travel as data."""

from http import HTTPStatus
from typing import TypeVar

import msgspec
import zstandard

from sync import errors
from sync.bulk import bulk

BODY_LIMIT = 64 * 1024 * 1024  # the largest answer a laptop reads, decompressed
LEVEL = 3
WINDOW = 8 * 1024 * 1024  # what a sender may make this end keep in mind; four times what this program needs
PIECE = 1024 * 1024

T = TypeVar("T")


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error on its way to a laptop: the name of its class in :mod:`sync.errors`, and its two sentences."""

    error: str
    title: str = ""
    advice: str = ""
    expected: int = 0


class Oversized(errors.Garbled):
    """A message is larger than this end reads."""


_STATUS: dict[type[errors.SyncError], HTTPStatus] = {
    Oversized: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Garbled: HTTPStatus.BAD_REQUEST,
    errors.Revoked: HTTPStatus.FORBIDDEN,
    errors.SignInNeeded: HTTPStatus.UNAUTHORIZED,
    errors.Gap: HTTPStatus.CONFLICT,
    errors.Forked: HTTPStatus.CONFLICT,
    errors.Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Offline: HTTPStatus.SERVICE_UNAVAILABLE,
}
_NAMED: dict[str, type[errors.SyncError]] = {kind.__name__: kind for kind in _STATUS}


def to_wire(message: object) -> bytes:
    """A message as compressed JSON."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(msgspec.json.encode(message))


def from_wire(data: bytes, shape: type[T], *, limit: int) -> T:
    """The message in compressed JSON; Oversized beyond ``limit`` bytes of JSON, Garbled when it is none."""
    return from_json(inflate(data, limit=limit), shape)


def from_json(data: bytes, shape: type[T]) -> T:
    """The message in plain JSON; Garbled when it is none. What was in it is never repeated in the error."""
    try:
        with bulk():
            return msgspec.json.decode(data, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise garbled() from error


def inflate(data: bytes, *, limit: int) -> bytes:
    """Decompress zstd, giving up as soon as the result passes ``limit`` bytes."""
    found = bytearray()
    try:
        with zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(data) as reader:
            while piece := reader.read(PIECE):
                found += piece
                if len(found) > limit:
                    raise oversized()
    except (zstandard.ZstdError, MemoryError) as error:
        raise garbled() from error
    return bytes(found)


def status_of(error: errors.SyncError) -> int:
    """The HTTP status that belongs to an error."""
    return next(
        (status for kind, status in _STATUS.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST
    )


def problem_of(error: errors.SyncError) -> Problem:
    """An error as data."""
    name = type(error).__name__ if type(error).__name__ in _NAMED else "Refused"
    expected = error.expected if isinstance(error, errors.Gap) else 0
    return Problem(error=name, title=error.title, advice=error.advice, expected=expected)


def error_of(problem: Problem) -> errors.SyncError:
    """The error that travelled as data."""
    kind = _NAMED.get(problem.error, errors.Refused)
    if kind is errors.Gap:
        return errors.Gap(problem.expected)
    if kind is errors.Forked:
        return errors.Forked()
    return kind(problem.title, problem.advice)


def garbled() -> errors.Garbled:
    """The error for what the protocol does not allow."""
    return errors.Garbled("收到的内容无法识别", "请确认本机与中心的程序版本一致；如仍出现，请联系管理员。")


def oversized() -> Oversized:
    """The error for what is too large to be read."""
    return Oversized("一次发送的内容太大", "程序会分成几次发送；如仍出现，请联系管理员。")
