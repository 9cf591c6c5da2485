"""Tables kept as text: CSV in any encoding met in an office, and web pages that are only called Excel files."""

from collections.abc import Iterator
import csv
from html import unescape
from html.parser import HTMLParser
import re

from gridclient.errors import UnreadableFile
from gridclient.exchange.book import Row, Span, Table, levelled, squared
from gridclient.exchange.measure import CELLS_LIMIT

ROW_LIMIT = 100_000
COLUMN_LIMIT = 512
RECORD_LIMIT = 1_000_000  # characters of one row, before it is taken apart
PIECE = 500_000  # characters of a page taken at once, of which no tag may be longer
TURN_LIMIT = 3_000_000  # tags and texts of a page
TABLE_LIMIT = 1000  # tables of a page
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SHEET_NAME = re.compile(r"<x:Name>(.*?)</x:Name>", re.IGNORECASE | re.DOTALL)


def decoded(content: bytes) -> tuple[str | None, str]:
    """The text and its encoding; None when it is not text."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding), encoding
    if b"\0" in content:
        return None, ""
    for encoding in ("utf-8", "gb18030"):
        text = _strictly(content, encoding)
        if text is not None:
            return (text if _reads(text) else None), encoding
    return None, ""


def csv_table(text: str) -> Table:
    """A CSV file as one table; the row of a cell is the number of its record, quoted line feeds do not count."""
    try:
        rows = _records(text)
    except csv.Error as error:
        raise UnreadableFile(
            "这个 CSV 文件读不懂", "请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再导入。"
        ) from error
    _check_room(rows)
    width = len(rows[0]) if rows else 0
    ragged = frozenset(i for i, row in enumerate(rows) if any(row) and len(row) != width)
    return Table("", squared(rows), ragged=ragged)


def html_tables(text: str) -> list[Table]:
    """The tables of a web page, each as one sheet; UnreadableFile when the page has none."""
    page = _Page()
    page.read(text)
    if not page.tables:
        raise UnreadableFile(
            "这其实是一个网页文件，里面没有表格", "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。"
        )
    for rows, _spans in page.tables:
        _check_room(rows)
    named = _SHEET_NAME.search(text)
    names = {0: unescape(named[1]).strip()} if named else {}
    return [
        Table(names.get(i) or f"表{i + 1}", levelled(rows), tuple(spans))
        for i, (rows, spans) in enumerate(page.tables)
    ]


def _records(text: str) -> list[Row]:
    """The rows of a CSV file, each looked at before the next is taken apart."""
    taken = cells = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in _LINE.finditer(text):
            taken += line.end() - line.start()
            if taken > RECORD_LIMIT:
                raise _too_large()
            yield line[0]

    rows: list[Row] = []
    for row in csv.reader(lines(), delimiter=_delimiter(text)):
        taken, cells = 0, cells + len(row)
        rows.append(list(row))
        if len(rows) > ROW_LIMIT or cells > CELLS_LIMIT:
            raise _too_large()
    return rows


def _check_room(rows: list[Row]) -> None:
    """Refuse what would be too much once all rows are as wide as the widest."""
    width = max(map(len, rows), default=0)
    if len(rows) > ROW_LIMIT or width > COLUMN_LIMIT or len(rows) * width > CELLS_LIMIT:
        raise _too_large()


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        "这个文件太大",
        f"一次最多 {ROW_LIMIT} 行、{COLUMN_LIMIT} 列、{CELLS_LIMIT // 10_000} 万格。请分成几个文件。",
    )


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _reads(text: str) -> bool:
    """True for something a person wrote: control characters give other files away."""
    head = text[:4000]
    odd = sum(1 for c in head if c < " " and c not in "\r\n\t\f")
    return odd == 0


def _delimiter(text: str) -> str:
    head = text[:4000].split("\n", 1)[0]
    return max(",\t;", key=head.count) if any(head.count(c) for c in ",\t;") else ","


class _Open:
    """One table of a page while it is read; ``below`` tells of each column down to which row a cell above reaches."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.spans: list[Span] = []
        self.below: dict[int, int] = {}


class _Page(HTMLParser):
    """Collects the cells of every table of a page; a cell over several rows or columns becomes a span.

    A table within a cell is one of its own.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[Row], list[Span]]] = []
        self._open: list[_Open] = []
        self._words: list[str] | None = None
        self._at = (0, 0, 1, 1)
        self._turns = self._cells = 0

    def read(self, text: str) -> None:
        """Go through a page, a piece at a time: a tag or a comment must fit into one."""
        for at in range(0, len(text), PIECE):
            self.feed(text[at : at + PIECE])
            if len(self.rawdata) > PIECE:
                raise _too_large()
        self.close()
        self._finish()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._turn()
        if tag == "table":
            self._begin_table()
        elif tag == "tr" and self._open:
            self._finish()
            self._open[-1].rows.append([])
        elif tag in ("td", "th") and self._open and self._open[-1].rows:
            self._finish()
            self._begin(dict(attrs))
        elif tag == "br" and self._words is not None:
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._finish()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._turn()
        if self._words is not None:
            self._words.append(data)

    def _turn(self) -> None:
        self._turns += 1
        if self._turns > TURN_LIMIT:
            raise _too_large()

    def _count(self, width: int, cells: int) -> None:
        self._cells += cells
        if self._cells > CELLS_LIMIT or width > COLUMN_LIMIT:
            raise _too_large()

    def _begin_table(self) -> None:
        self._finish()
        table = _Open()
        self._open.append(table)
        self.tables.append((table.rows, table.spans))
        if len(self.tables) > TABLE_LIMIT:
            raise _too_large()

    def _begin(self, attrs: dict[str, str | None]) -> None:
        table = self._open[-1]
        row, column = len(table.rows) - 1, len(table.rows[-1])
        while table.below.get(column, -1) >= row:
            table.rows[-1].append("")
            column += 1
            self._count(column, 1)
        self._at = (row, column, _number(attrs.get("rowspan")), _number(attrs.get("colspan")))
        self._words = []

    def _finish(self) -> None:
        if self._words is None:
            return
        row, column, down, across = self._at
        table = self._open[-1]
        table.rows[row] += ["".join(self._words).strip(), *[""] * (across - 1)]
        self._count(column + across, across)
        if down > 1 or across > 1:
            table.spans.append((row, column, row + down - 1, column + across - 1))
            table.below |= dict.fromkeys(range(column, column + across), row + down - 1)
        self._words = None


def _number(text: str | None) -> int:
    return min(max(int(text[:9]), 1), COLUMN_LIMIT) if text and text.isdecimal() else 1
