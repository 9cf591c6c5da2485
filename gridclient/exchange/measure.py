"""How large the sheets of a packed workbook are, found out before the reader lays them out in memory.

The reader keeps every cell up to the last one, and a text as often as it stands there; where memory ends, it takes the
whole program with it. So every part is gone through once, a piece at a time, and what is too much is refused in words.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_uppercase, digits
from xml.parsers import expat
import zipfile

CELLS_LIMIT = 1_500_000  # of all sheets with something in them: 50,000 rows of 30 columns
AREA_LIMIT = 4_000_000  # of all sheets, the empty ones before the last one included
TEXT_LIMIT = 30_000_000  # characters in all cells
UNPACKED_LIMIT = 200 * 1024 * 1024  # bytes; the roster of 10,000 people unpacks to 12 MB
CHUNK = 1 << 18
ROWS_OF_ANY, COLUMNS_OF_ANY = 1_048_576, 16_384  # no sheet of any program has more
_ODS = "content.xml"  # here one cell may stand for thousands, so that no empty ones can be told
_CLAIMED = ("count", "uniqueCount")  # attributes by which the reader makes room before it has read a thing
_DRAWN = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".tif", ".tiff", ".bin", ".ttf")


class TooMuch(Exception):
    """There is more in it than a register holds."""


class Malformed(Exception):
    """It is not written as such files are, or defines entities, which no workbook needs and a bomb is made of."""


@dataclass(frozen=True)
class Measured:
    """What was found: ``bare`` names for each sheet the cells whose formula has no result, such as ``B7``.

    ``wrong`` are those whose result is an error: (row, column) from 0 → ``#N/A``.
    """

    cells: int
    bare: dict[str, list[str]]
    wrong: dict[str, dict[tuple[int, int], str]]


def measured(packed: zipfile.ZipFile) -> Measured:
    """Go through every part of a workbook; TooMuch, Malformed, or what zipfile raises, where it cannot be read."""
    found, room = _Found(), UNPACKED_LIMIT
    for name in packed.namelist():
        if not name.lower().endswith(_DRAWN):
            room = _go_through(packed, name, found, room)
    return found.told()


def _go_through(packed: zipfile.ZipFile, name: str, found: "_Found", room: int) -> int:
    """Parse one part; returns how many more bytes may be unpacked."""
    with packed.open(name) as part:
        chunk = part.read(CHUNK)
        if not chunk.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
            if name.endswith(".xml") and chunk:
                raise Malformed
            found.foreign.add(name)
            return room
        reader = _Part(name, found)
        while chunk:
            room -= len(chunk)
            if room < 0:
                raise TooMuch
            reader.feed(chunk)
            chunk = part.read(CHUNK)
        reader.feed(b"", last=True)
    return room


class _Found:
    """What stands in all parts together."""

    def __init__(self) -> None:
        self.cells = self.filled = self.text = 0
        self.lengths: list[int] = []  # of the shared texts
        self.used: Counter[str] = Counter()  # shared text → in how many cells
        self.bare: dict[str, list[str]] = defaultdict(list)  # part → cells
        self.wrong: dict[str, dict[tuple[int, int], str]] = defaultdict(dict)
        self.foreign: set[str] = set()  # parts that are not XML
        self.sheets: dict[str, tuple[str, bool]] = {}  # relation → name, and whether it is seen
        self.targets: dict[str, str] = {}  # relation → end of the part's path

    def told(self) -> Measured:
        shared = (
            count * self.lengths[int(at)]
            for at, count in self.used.items()
            if at.strip().isdigit() and int(at[:9]) < len(self.lengths)
        )
        if self.text + sum(shared) > TEXT_LIMIT:
            raise TooMuch
        known = [
            (self.targets[key], name, seen)
            for key, (name, seen) in self.sheets.items()
            if key in self.targets
        ]
        if any(path in self.foreign for path, _name, _seen in known):
            raise Malformed
        bare = {name: self.bare[path] for path, name, seen in known if seen and path in self.bare}
        wrong = {name: self.wrong[path] for path, name, seen in known if seen and path in self.wrong}
        return Measured(self.cells, bare, wrong)

    def reach(self, rows: int, columns: int, limit: int) -> None:
        """Count one sheet whose last cell is in this row and column."""
        self.cells += rows * columns
        if self.cells > limit:
            raise TooMuch


class _Part:
    """One part, by the beginnings of its elements, whatever their prefix; only cells with a value count."""

    def __init__(self, path: str, found: _Found) -> None:
        self.path, self.found = path, found
        self.row = self.column = self.rows = self.columns = 0
        self.place = self.sort = self.line = self.words = ""
        self.formula = self.valued = self.shared = self.listens = False
        self._acts: dict[str, Callable[[dict[str, str]], None]] = {}
        self._letters: dict[str, int] = {}
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.CharacterDataHandler = self._begins, self._characters
        parser.StartDoctypeDeclHandler = _refuse

    def feed(self, content: bytes, *, last: bool = False) -> None:
        """Go on; Malformed where the part is not XML."""
        try:
            self._parser.Parse(content, last)
        except expat.ExpatError as error:
            raise Malformed from error
        if last:
            self._close()
            self.found.reach(self.rows, self.columns, CELLS_LIMIT if self.path == _ODS else AREA_LIMIT)

    def _begins(self, name: str, attributes: dict[str, str]) -> None:
        act = self._acts.get(name)
        if act is None:
            local = name.rpartition(":")[2].replace("-", "_")
            act = self._acts[name] = getattr(self, f"_{local}_begins", self._any_begins)
        act(attributes)

    def _characters(self, words: str) -> None:
        if self.listens:
            self.words += words

    def _any_begins(self, attributes: dict[str, str]) -> None:
        self.listens = False
        for name in _CLAIMED:
            if (told := attributes.get(name, "")).isdigit() and int(told[:9]) > CELLS_LIMIT:
                raise TooMuch

    def _row_begins(self, attributes: dict[str, str]) -> None:
        self._close()
        self.row, self.column = _number(attributes.get("r"), self.row + 1), 0
        if self.rows * self.columns > AREA_LIMIT or self.found.filled > CELLS_LIMIT:
            raise TooMuch

    def _c_begins(self, attributes: dict[str, str]) -> None:
        self._close()
        self.place, self.sort = attributes.get("r", ""), attributes.get("t", "")
        self.column += 1
        if self.column > COLUMNS_OF_ANY:
            raise TooMuch

    def _f_begins(self, _attributes: dict[str, str]) -> None:
        self.formula = True

    def _v_begins(self, _attributes: dict[str, str]) -> None:
        self.valued = self.listens = True
        if self.place:
            self._move()
        if self.row > self.rows:
            self.rows = self.row
        if self.column > self.columns:
            self.columns = self.column

    _is_begins = _v_begins

    def _t_begins(self, _attributes: dict[str, str]) -> None:
        self.listens = self.valued or self.shared

    def _si_begins(self, _attributes: dict[str, str]) -> None:
        self._close()
        self.shared = True
        self.found.lengths.append(0)
        if len(self.found.lengths) > CELLS_LIMIT:
            raise TooMuch

    def _move(self) -> None:
        """Go to where a cell says that it stands."""
        letters = self.place.rstrip(digits)
        line = self.place[len(letters) :]
        if line != self.line:
            self.row, self.line = _number(line, 0), line
        column = self._letters.get(letters)
        if column is None:
            column = self._letters[letters] = _column(letters)
        self.column = column

    def _close(self) -> None:
        """Count the cell or the shared text that has ended."""
        if self.valued:
            self.found.filled += 1
            if self.sort == "s":
                self.found.used[self.words] += 1
            else:
                self.found.text += len(self.words)
            if self.sort == "e":
                self.found.wrong[self.path][self.row - 1, self.column - 1] = self.words
        elif self.formula:
            self.found.bare[self.path].append(self.place)
        elif self.shared:
            self.found.lengths[-1] += len(self.words)
        self.formula = self.valued = self.listens = False
        self.words = ""

    def _sheet_begins(self, attributes: dict[str, str]) -> None:
        relation = next((value for name, value in attributes.items() if name.endswith(":id")), "")
        self.found.sheets[relation] = attributes.get("name", ""), "state" not in attributes

    def _Relationship_begins(self, attributes: dict[str, str]) -> None:  # noqa: N802 - the name of the element
        if self.path == "xl/_rels/workbook.xml.rels":
            target = attributes.get("Target", "")
            self.found.targets[attributes.get("Id", "")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )

    def _table_begins(self, _attributes: dict[str, str]) -> None:
        """A sheet of an .ods workbook."""
        self.found.reach(self.rows, self.columns, CELLS_LIMIT)
        self.row = self.column = self.rows = self.columns = 0

    def _table_row_begins(self, attributes: dict[str, str]) -> None:
        self.row, self.column = self.row + _repeated(attributes, "rows"), 0

    def _table_cell_begins(self, attributes: dict[str, str]) -> None:
        self.column += _repeated(attributes, "columns")
        if any(name.endswith(":value-type") for name in attributes):
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
            if self.rows * self.columns > CELLS_LIMIT:
                raise TooMuch


def _refuse(*_told: object) -> None:
    raise Malformed


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not text.isdigit() or not 0 < int(text[:9]) <= ROWS_OF_ANY or len(text) > len(str(ROWS_OF_ANY)):
        raise Malformed
    return int(text)


def _column(letters: str) -> int:
    number = 0
    if len(letters) > len("XFD"):
        raise Malformed
    for one in letters.upper():
        number = number * 26 + ascii_uppercase.find(one) + 1
    return number


def _repeated(attributes: dict[str, str], what: str) -> int:
    told = next(
        (value for name, value in attributes.items() if name.endswith(f"number-{what}-repeated")), "1"
    )
    return _number(told, 1)
