"""The one stream of an old compound file (.xls) in which its workbook stands."""

from collections.abc import Iterator
import struct

from gridclient.exchange.measure import Malformed

SHORT = 4096  # bytes; a stream below that lies in short sectors
_STREAMS = {"workbook", "book"}
_MARKS = 0xFFFFFFFA  # numbers of sectors from here on say that there is none


def stream(content: bytes) -> bytes:
    """The records of the workbook, empty when there are none; Malformed where a chain of sectors runs in a circle.

    Raises struct.error or IndexError where the file ends too soon.
    """
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
