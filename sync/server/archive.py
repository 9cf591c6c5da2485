"""The file a backup is: every table of a centre as JSON lines, compressed, with a checksum at its end.

The first line says what it is, each table begins with a line that names its columns, and the last line holds the SHA-256
of all lines before it. It does not matter which kind of database wrote it. Written and read in a stream, whatever its
size.
"""

import base64
from collections.abc import Iterator, Sequence
import hashlib
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

import msgspec
import zstandard

from sync.errors import Refused

FORMAT = 1
CHUNK = 1 << 20  # bytes read at a time
LEVEL = 6

_MAGIC = zstandard.FRAME_HEADER
_encode = msgspec.json.Encoder().encode
T = TypeVar("T")


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive says of itself: whose secret it belongs to, and the epoch it was made in."""

    gridhub: int = FORMAT
    schema: int
    made_at: int
    epoch_no: int
    secret_check: str


class _Table(msgspec.Struct, frozen=True):
    """Begins a table. ``binary`` are the columns that stand in base64."""

    table: str
    columns: list[str]
    binary: list[str]


class _End(msgspec.Struct, frozen=True):
    sha256: str


class Writer:
    """Writes an archive into an open file; nobody reads it before :meth:`close` was called."""

    def __init__(self, file: BinaryIO, header: Header) -> None:
        compressor = zstandard.ZstdCompressor(level=LEVEL)
        self._out = compressor.stream_writer(file, closefd=False)
        self._sum = hashlib.sha256()
        self._put(_encode(header))

    def table(self, name: str, columns: Sequence[str], binary: Sequence[str]) -> None:
        """Begin a table."""
        self._put(_encode(_Table(str(name), [*map(str, columns)], [*map(str, binary)])))

    def rows(self, rows: Sequence[Sequence[object]]) -> None:
        """Write rows of the table begun last, each in the order of its columns."""
        self._put(b"\n".join(_encode(list(row)) for row in rows))

    def close(self) -> None:
        """Write the checksum and what is still held back."""
        self._out.write(_encode(_End(self._sum.hexdigest())) + b"\n")
        self._out.close()  # type: ignore[no-untyped-call]

    def _put(self, lines: bytes) -> None:
        told = lines + b"\n"
        self._sum.update(told)
        self._out.write(told)


class Reader:
    """Reads an archive from its beginning; Refused as soon as it is not one, or not whole."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        if self._file.read(len(_MAGIC)) != _MAGIC:
            self._file.close()
            raise _no_archive()
        self._file.seek(0)
        self._sum = hashlib.sha256()
        self._lines = self._split()
        try:
            self.header = self._header()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def batches(self, size: int) -> Iterator[tuple[str, list[dict[str, object]]]]:
        """Table and rows, about ``size`` bytes of them at a time, to the end; the checksum is checked there."""
        table: _Table | None = None
        rows: list[dict[str, object]] = []
        held = 0
        for line in self._lines:
            if line[:1] == b"[" and table is not None:
                rows.append(_row(table, line))
                held += len(line)
                if held < size:
                    continue
            if rows and table is not None:
                yield table.table, rows
                rows, held = [], 0
            if line[:1] == b"{":
                if line.startswith(b'{"sha256"'):
                    self._end(line)
                    return
                table = _decoded(line, _Table)
        raise _broken()

    def _header(self) -> Header:
        try:
            found = msgspec.json.decode(next(self._lines), type=Header)
        except (StopIteration, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _no_archive() from error
        if found.gridhub > FORMAT:
            raise Refused("备份由更新的版本建立", "请把中心程序升级到最新版本后再恢复。")
        return found

    def _end(self, line: bytes) -> None:
        if _decoded(line, _End).sha256 != self._sum.hexdigest() or next(self._lines, None) is not None:
            raise _broken()

    def _split(self) -> Iterator[bytes]:
        """Lines without their ends; each one is added to the checksum when the next one is asked for."""
        rest = b""
        try:
            with zstandard.ZstdDecompressor().stream_reader(self._file, closefd=False) as stream:
                while chunk := stream.read(CHUNK):
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        yield line
                        self._sum.update(line + b"\n")
        except zstandard.ZstdError as error:
            raise _broken() from error
        if rest:
            raise _broken()


def _row(table: _Table, line: bytes) -> dict[str, object]:
    values = _decoded(line, list)
    if len(values) != len(table.columns):
        raise _broken()
    row = dict(zip(table.columns, values, strict=True))
    try:
        return row | {name: base64.b64decode(row[name], validate=True) for name in table.binary if row[name]}
    except (TypeError, ValueError) as error:
        raise _broken() from error


def _decoded(line: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(line, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _broken() from error


def _no_archive() -> Refused:
    return Refused("这不是中心的备份文件", "请换一个文件；备份由 gridhub backup 生成。")


def _broken() -> Refused:
    return Refused("备份文件不完整或已损坏", "请换一个备份文件；现有的数据没有改变。")
