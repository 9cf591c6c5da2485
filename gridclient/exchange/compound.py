"""How large the sheets of an old workbook (.xls) are, told by its own lists before the reader lays them out in memory."""

from collections.abc import Iterator
import struct

from gridclient.exchange.measure import CELLS_LIMIT, Malformed, TooMuch

SHORT = 4096  # bytes; a stream below that lies in short sectors
_STREAMS = {"workbook", "book"}
_MARKS = 0xFFFFFFFA  # numbers of sectors from here on say that there is none
_BEGIN, _DIMENSIONS, _LOCKED, _SEVERAL = 0x0809, 0x0200, 0x002F, 0x00BD
# Records that hold one cell each: number, label, shared text, number in short, formula, true or error.
_CELLS = {0x0203, 0x0204, 0x00D6, 0x00FD, 0x027E, 0x0006, 0x0205, 0x0003, 0x0004, 0x0005, 0x0002}


class Locked(Exception):
    """It opens with a password only."""


def reach(content: bytes) -> int:
    """How many cells its sheets have, those before the last one included; TooMuch, Malformed or Locked.

    A file without the stream of a workbook has none.
    """
    try:
        return _walk(_stream(content))
    except (struct.error, IndexError) as error:
        raise Malformed from error


def _walk(book: bytes) -> int:
    cells = rows = columns = filled = at = 0
    while at + 4 <= len(book):
        sort, length = struct.unpack_from("<HH", book, at)
        at += 4
        if sort == _BEGIN:
            cells, rows, columns = cells + rows * columns, 0, 0
        elif sort == _LOCKED:
            raise Locked
        elif sort in _CELLS or sort == _SEVERAL:
            row, column = struct.unpack_from("<HH", book, at)
            last = struct.unpack_from("<H", book, at + length - 2)[0] if sort == _SEVERAL else column
            rows, columns, filled = max(rows, row + 1), max(columns, last + 1), filled + 1
        elif sort == _DIMENSIONS and length >= 14:  # the reader makes room for what is claimed here
            first, end, left, right = struct.unpack_from("<IIHH", book, at)
            if (end - first) * (right - left) > 1 << 24:
                raise TooMuch
        if cells + rows * columns > CELLS_LIMIT or filled > CELLS_LIMIT:
            raise TooMuch
        at += length
    return cells + rows * columns


def _stream(content: bytes) -> bytes:
    """The bytes of the workbook inside the compound file; no chain of sectors in it may run in a circle."""
    size = 1 << min(struct.unpack_from("<H", content, 30)[0], 16)
    if size not in (512, 4096):
        raise Malformed
    sectors = _Sectors(content[size:], size, list(_listed(content, size)))
    directory, small = struct.unpack_from("<I8xI", content, 48)
    shorts = sectors.numbers(b"".join(map(sectors.sector, sectors.chain(small))))
    _check_circles(shorts)
    entries = b"".join(map(sectors.sector, sectors.chain(directory)))
    (within,) = struct.unpack_from("<I", entries, 116)
    for at in range(0, len(entries), 128):
        length = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, room = struct.unpack_from("<II", entries, at + 116)
        if name.lower() in _STREAMS:
            whole, of = (sectors, sectors.table) if room >= SHORT else (sectors.inside(within), shorts)
            return b"".join(map(whole.sector, _chain(of, start)))[:room]
    return b""


class _Sectors:
    """Equal pieces of a file; ``table`` tells of each which one goes on after it."""

    def __init__(self, content: bytes, size: int, tables: list[int]) -> None:
        self._content, self._size = content, size
        self.table = self.numbers(b"".join(map(self.sector, tables)))
        _check_circles(self.table)

    def sector(self, number: int) -> bytes:
        return self._content[number * self._size : (number + 1) * self._size].ljust(self._size, b"\0")

    def numbers(self, content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content)

    def chain(self, start: int) -> Iterator[int]:
        return _chain(self.table, start)

    def inside(self, start: int) -> "_Sectors":
        """The short sectors that are kept one behind the other in the chain from ``start`` on."""
        return _Sectors(b"".join(map(self.sector, self.chain(start))), 64, [])


def _listed(content: bytes, size: int) -> Iterator[int]:
    """The sectors of the table itself: the first 109 in the head, the others in sectors of their own."""
    yield from (one for one in struct.unpack_from("<109I", content, 76) if one < _MARKS)
    (following,) = struct.unpack_from("<I", content, 68)
    for _turn in range(len(content) // size):
        if following >= _MARKS:
            return
        *more, following = struct.unpack_from(f"<{size // 4}I", content, (following + 1) * size)
        yield from (one for one in more if one < _MARKS)
    raise Malformed


def _chain(table: tuple[int, ...], start: int) -> Iterator[int]:
    while start < _MARKS:
        yield start
        start = table[start]


def _check_circles(table: tuple[int, ...]) -> None:
    """Malformed when whoever follows the table from some sector comes by it again."""
    walk = [0] * len(table)  # in which walk a sector was first met
    for start in range(len(table)):
        at = start
        while at < len(table) and not walk[at]:
            walk[at] = start + 1
            at = table[at]
        if at < len(table) and walk[at] == start + 1:
            raise Malformed
