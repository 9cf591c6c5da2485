"""How large the sheets of an old workbook (.xls) are, told by its records before the reader lays them out in memory."""

from collections import Counter
import struct

from gridclient.exchange.compound import stream
from gridclient.exchange.measure import CELLS_LIMIT, TEXT_LIMIT, Malformed, TooMuch

CLAIM_LIMIT = 1 << 24  # cells a sheet may say it has: all that fit into one of this format
_BEGIN, _DIMENSIONS, _LOCKED, _SEVERAL = 0x0809, 0x0200, 0x002F, 0x00BD
_TEXTS, _MORE, _TEXT = 0x00FC, 0x003C, 0x00FD
# Records that hold one cell each: number, label, shared text, number in short, formula, true or error.
_CELLS = {0x0203, 0x0204, 0x00D6, _TEXT, 0x027E, 0x0006, 0x0205, 0x0003, 0x0004, 0x0005, 0x0002}


class Locked(Exception):
    """It opens with a password only."""


def check(content: bytes) -> None:
    """TooMuch, Malformed or Locked where a file may not be read; one without the stream of a workbook has nothing."""
    try:
        _Walk().through(stream(content))
    except (struct.error, IndexError) as error:
        raise Malformed from error


class _Walk:
    """Goes from record to record."""

    def __init__(self) -> None:
        self.cells = self.rows = self.columns = self.filled = 0
        self.texts: list[bytes] = []  # the shared texts, in pieces
        self.used: Counter[int] = Counter()  # shared text → in how many cells

    def through(self, book: bytes) -> None:
        at, before = 0, 0
        while at + 4 <= len(book):
            sort, length = struct.unpack_from("<HH", book, at)
            at += 4
            if sort == _LOCKED:
                raise Locked
            if sort == _TEXTS or (sort == _MORE and before == _TEXTS):
                self.texts.append(book[at : at + length])
                sort = _TEXTS
            elif sort == _BEGIN:
                self.cells, self.rows, self.columns = self.cells + self.rows * self.columns, 0, 0
            elif sort in _CELLS or sort == _SEVERAL:
                self._cell(sort, book, at, length)
            elif sort == _DIMENSIONS and length >= 14:  # the reader makes room for what is claimed here
                first, end, left, right = struct.unpack_from("<IIHH", book, at)
                if (end - first) * (right - left) > CLAIM_LIMIT:
                    raise TooMuch
            at, before = at + length, sort
        lengths = _lengths(self.texts)
        if sum(count * lengths[one] for one, count in self.used.items() if one < len(lengths)) > TEXT_LIMIT:
            raise TooMuch

    def _cell(self, sort: int, book: bytes, at: int, length: int) -> None:
        row, column = struct.unpack_from("<HH", book, at)
        if sort == _SEVERAL:
            (column,) = struct.unpack_from("<H", book, at + length - 2)
        elif sort == _TEXT:
            self.used[struct.unpack_from("<I", book, at + 6)[0]] += 1
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
        self.filled += 1
        if self.cells + self.rows * self.columns > CELLS_LIMIT or self.filled > CELLS_LIMIT:
            raise TooMuch


def _lengths(pieces: list[bytes]) -> list[int]:
    """How long each shared text is, as far as they can be told apart; TooMuch when more are claimed than there is room."""
    if not pieces:
        return []
    (claimed,) = struct.unpack_from("<I", pieces[0], 4)
    if claimed > sum(map(len, pieces)) // 3:
        raise TooMuch
    found: list[int] = []
    texts = _Texts(pieces)
    try:
        while len(found) < claimed:
            found.append(texts.length())
    except (struct.error, IndexError):
        return found
    return found


class _Texts:
    """Texts behind each other, cut into pieces; within a text every piece says anew how wide its letters are."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces, self._number, self._at = pieces, 0, 8

    def length(self) -> int:
        """Pass over the next text; returns how many letters it has."""
        if self._at >= len(self._pieces[self._number]):
            self._turn(0)
        piece = self._pieces[self._number]
        letters, marks = struct.unpack_from("<HB", piece, self._at)
        self._at += 3
        runs = more = 0
        if marks & 8:
            (runs,) = struct.unpack_from("<H", piece, self._at)
            self._at += 2
        if marks & 4:
            (more,) = struct.unpack_from("<I", piece, self._at)
            self._at += 4
        self._pass_letters(letters, 1 + (marks & 1))
        self._pass(runs * 4 + more)
        return int(letters)

    def _pass_letters(self, left: int, wide: int) -> None:
        while left:
            taken = min(left, (len(self._pieces[self._number]) - self._at) // wide)
            self._at, left = self._at + taken * wide, left - taken
            if left:
                self._turn(1)
                wide = 1 + (self._pieces[self._number][0] & 1)

    def _pass(self, left: int) -> None:
        while left > (room := len(self._pieces[self._number]) - self._at):
            left -= room
            self._turn(0)
        self._at += left

    def _turn(self, at: int) -> None:
        self._number, self._at = self._number + 1, at
