"""A list on its way out: as a workbook that is read again, or as cells to be pasted into one. Pure.

The heads stand in the first row, so that an import knows them; what the list is stands on a sheet of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from io import BytesIO
import re
from typing import Any

import xlsxwriter

Value = str | int | float | date | datetime
Progress = Callable[[int, int, str], None]
ABOUT = "说明"
FONT = {"font_name": "宋体", "font_size": 11}
LOOKS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"},
    "number": {"num_format": "General", "align": "right", "indent": 1},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
}
HEAD = {"bold": True, "bottom": 1, "bg_color": "#EEF2F7"}
HEIGHT = 19  # points of a row; without room for taller fonts than 宋体 they are cut
LEAST, MOST, EDGE = 6, 44, 3  # characters: how wide a column is, and what it has beside its text
STEP = 500  # rows written between two looks at whether somebody cancelled
FIRST_DAY = date(1900, 3, 1)  # Excel counts the days before it wrongly
TEXT_CELLS = (
    '<meta charset="utf-8"><style>td {mso-number-format:"\\@"} td.n {mso-number-format:General}</style>'
)
NO_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")  # what no worksheet may be called
TAB_NAME = 31  # characters
WHOLE = re.compile(
    r"(?<!\d)(?:\d{17}[\dXx]|1[3-9]\d{9})(?![\dXx])"
)  # an identity or a mobile number, all of it
GAPS = re.compile(r"[\t\r\n]+")  # would end a pasted cell


@dataclass(frozen=True)
class Listed:
    """A list: what it is called, its heads, its rows under them, and ``about`` it pairs of a word and what it says."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]] = field(repr=False)
    about: Sequence[tuple[str, str]] = ()


def workbook(listed: Listed, *, who: str, at: datetime, progress: Progress | None = None) -> bytes:
    """The list as xlsx: heads that stay and can be filtered, numbers and days as such, everything else as text."""
    packed = BytesIO()
    book = xlsxwriter.Workbook(
        packed,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_format_properties": {**FONT, "font_scheme": False, "valign": "vcenter"},
        },
    )
    book.set_properties({"title": listed.title, "author": who, "created": at.replace(tzinfo=None)})
    tab = book.add_worksheet(tab_name(listed.title))
    _write_rows(book, tab, listed, progress)
    _write_about(book, listed)
    book.close()
    return packed.getvalue()


def text(value: Value) -> str:
    """A value as a cell on the screen reads."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def plain(value: Value) -> str:
    """A value as a copied cell: in one line, without what would end the cell."""
    return GAPS.sub(" ", text(value))


def copied(heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> tuple[str, str]:
    """The cells separated by tabs, and as a table in HTML, from which Excel takes long numbers as the text they are."""
    lines = "\n".join("\t".join(plain(value) for value in row) for row in (heads, *rows))
    table = "".join(f"<tr>{''.join(_html_cell(v) for v in row)}</tr>" for row in (heads, *rows))
    return lines, f"{TEXT_CELLS}<table>{table}</table>"


def shows_numbers(rows: Iterable[Iterable[Value]]) -> bool:
    """True when an identity or a telephone number stands in a text with nothing starred out."""
    return (
        WHOLE.search("\n".join(value for row in rows for value in row if isinstance(value, str))) is not None
    )


def tab_name(title: str) -> str:
    """A title as a worksheet may be called."""
    return NO_NAME.sub(" ", title).strip()[:TAB_NAME].strip() or "名单"


def _write_rows(book: Any, tab: Any, listed: Listed, progress: Progress | None) -> None:
    looks, head = {kind: book.add_format(look) for kind, look in LOOKS.items()}, book.add_format(HEAD)
    wide = [_breadth(label) for label in listed.heads]
    for column, label in enumerate(listed.heads):
        tab.write_string(0, column, label, head)
    for row, values in enumerate(listed.rows, 1):
        if progress is not None and row % STEP == 1:
            progress(row - 1, len(listed.rows), f"正在写 {listed.title}")
        for column, value in enumerate(values):
            if value != "":
                wide[column] = max(wide[column], _write(tab, row, column, value, looks))
    for column, width in enumerate(wide):
        tab.set_column(column, column, min(max(width, LEAST), MOST) + EDGE, looks["text"])
    tab.freeze_panes(1, 0)
    tab.autofilter(0, 0, max(1, len(listed.rows)), max(0, len(listed.heads) - 1))
    tab.set_landscape()
    tab.repeat_rows(0)
    _lay_out(tab)


def _write(tab: Any, row: int, column: int, value: Value, looks: dict[str, Any]) -> float:
    """Write one cell as what it is; gives how wide it is."""
    words = text(value)
    if isinstance(value, datetime) and value.date() >= FIRST_DAY:
        tab.write_datetime(row, column, value.replace(tzinfo=None), looks["moment"])
    elif isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DAY:
        tab.write_datetime(row, column, value, looks["day"])
    elif isinstance(value, int | float):
        tab.write_number(row, column, value, looks["number"])
    else:
        tab.write_string(row, column, words, looks["text"])
    return _breadth(words)


def _write_about(book: Any, listed: Listed) -> None:
    tab = book.add_worksheet(ABOUT)
    named, said = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "num_format": "@"})
    for row, (word, says) in enumerate(listed.about):
        tab.write_string(row, 0, word, named)
        tab.write_string(row, 1, says, said)
    tab.set_column(0, 0, 12)
    tab.set_column(1, 1, 60)
    _lay_out(tab)


def _lay_out(tab: Any) -> None:
    """On the screen and on A4 alike."""
    tab.set_default_row(HEIGHT)
    tab.hide_gridlines(0)
    tab.set_paper(9)
    tab.fit_to_pages(1, 0)
    tab.set_footer("&C第 &P 页 共 &N 页")


def _breadth(words: str) -> float:
    """In characters of Excel; Chinese ones count twice."""
    return (len(words) + len(words.encode())) / 2


def _html_cell(value: Value) -> str:
    return f"<td{'' if isinstance(value, str) else ' class=n'}>{escape(text(value))}</td>"
