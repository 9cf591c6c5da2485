"""Tables kept as text: CSV in any encoding met in an office, and web pages that are only called Excel files."""

import csv
from html import unescape
from html.parser import HTMLParser
import io
import re

from gridclient.errors import UnreadableFile
from gridclient.exchange.book import Row, Span, Table, levelled, squared

ROW_LIMIT = 100_000
COLUMN_LIMIT = 512
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
        rows: list[Row] = [
            list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        ]
    except csv.Error as error:
        raise UnreadableFile(
            "这个 CSV 文件读不懂", "请在 Excel 或 WPS 中打开它，另存为 .xlsx 后再导入。"
        ) from error
    if len(rows) > ROW_LIMIT or any(len(row) > COLUMN_LIMIT for row in rows):
        raise UnreadableFile("这个文件太大", f"一次最多 {ROW_LIMIT} 行、{COLUMN_LIMIT} 列。请分成几个文件。")
    width = len(rows[0]) if rows else 0
    ragged = frozenset(i for i, row in enumerate(rows) if any(row) and len(row) != width)
    return Table("", squared(rows), ragged=ragged)


def html_tables(text: str) -> list[Table]:
    """The tables of a web page, each as one sheet; UnreadableFile when the page has none."""
    page = _Page()
    page.feed(text)
    page.close()
    if not page.tables:
        raise UnreadableFile(
            "这其实是一个网页文件，里面没有表格", "请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。"
        )
    named = _SHEET_NAME.search(text)
    names = {0: unescape(named[1]).strip()} if named else {}
    return [
        Table(names.get(i) or f"表{i + 1}", levelled(rows), tuple(spans))
        for i, (rows, spans) in enumerate(page.tables)
    ]


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


class _Page(HTMLParser):
    """Collects the cells of every table of a page; a cell over several rows or columns becomes a span."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[Row], list[Span]]] = []
        self._words: list[str] | None = None
        self._taken: set[tuple[int, int]] = set()
        self._at = (0, 0, 1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append(([], []))
            self._taken = set()
        elif tag == "tr" and self.tables:
            self._finish()
            self.tables[-1][0].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1][0]:
            self._finish()
            self._begin(dict(attrs))
        elif tag == "br" and self._words is not None:
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._finish()

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def _begin(self, attrs: dict[str, str | None]) -> None:
        rows = self.tables[-1][0]
        row, column = len(rows) - 1, len(rows[-1])
        while (row, column) in self._taken:
            rows[-1].append("")
            column += 1
        self._at = (row, column, _number(attrs.get("rowspan")), _number(attrs.get("colspan")))
        self._words = []

    def _finish(self) -> None:
        if self._words is None:
            return
        row, column, down, across = self._at
        rows, spans = self.tables[-1]
        rows[row] += ["".join(self._words).strip(), *[""] * (across - 1)]
        if down > 1 or across > 1:
            spans.append((row, column, row + down - 1, column + across - 1))
            self._taken |= {
                (r, c) for r in range(row + 1, row + down) for c in range(column, column + across)
            }
        self._words = None


def _number(text: str | None) -> int:
    return min(max(int(text), 1), COLUMN_LIMIT) if text and text.isdigit() else 1
