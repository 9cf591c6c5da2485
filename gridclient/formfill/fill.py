"""The rows of a ledger are written into a copy of a department's form; the form itself is never written to."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field as part
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
import re
from typing import Any

from msgspec.structs import replace
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formula.translate import Translator
from openpyxl.styles.numbers import is_date_format
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from gridclient import values
from gridclient.blanks import Field
from gridclient.errors import Unfit
from gridclient.formfill.form import FormColumn, OfficeForm, opened
from gridclient.formfill.graft import graft
from gridclient.formfill.match import Match
from gridclient.formfill.offers import show_of
from gridclient.formfill.room import Room, make_room
from gridclient.ledger.compose import Scope, compose
from gridclient.ledger.computed import Reader
from gridclient.ledger.outfile import put
from gridclient.ledger.reach import place
from gridclient.ledger.sheet import Sheet
from gridclient.ledger.template import NUMBER_PATHS, Column

MOST = 100_000  # rows: what Excel shows without waiting, and more people than a community has
STEP = 200  # rows between two looks at 取消
YES_NO = {"是": ("是", "有", "√", "☑", "Y"), "否": ("否", "无", "没有", "×", "□", "N")}
EVERYWHERE = Scope()
NOTHING = "底册里没有填"
PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d{0,8})(\.\d+)?")
Tell = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Gap:
    """Cells of one column that stayed empty (未填), why, and in which rows of the filled copy."""

    letter: str
    head: str
    why: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Filled:
    """A filled copy: its bytes, how many rows it has, what stayed empty."""

    content: bytes = part(repr=False)
    rows: int
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class _Writer:
    """What one column does with its words: ``kind`` of its field, the list it must be taken from."""

    column: FormColumn
    path: str
    field: Field | None
    date_format: bool
    number: bool

    def write(self, words: str) -> tuple[Any, str]:
        """The value for a cell, and why there is none."""
        if not words:
            return None, NOTHING if self.column.starred else ""
        if self.column.options:
            return self._picked(words)
        if self.date_format and (day := values.day_of(words) or values.moment_of(words)):
            return day, ""
        if self.path in NUMBER_PATHS or (self.number and PLAIN_NUMBER.fullmatch(words)):
            return (float(words) if "." in words else int(words)), ""
        return ILLEGAL_CHARACTERS_RE.sub("", words), ""

    def _picked(self, words: str) -> tuple[Any, str]:
        allowed = {values.tidy(values.half_width(option)): option for option in self.column.options}
        for spelling in _spellings(self.field, words):
            if found := allowed.get(values.tidy(values.half_width(spelling))):
                return found, ""
        answer = self.field is not None and self.field.kind in ("choice", "choices", "flag")
        return None, f"表里的下拉选项没有“{words}”" if answer else "表里的下拉选项没有这个内容"


def sheet_of(
    form: OfficeForm,
    match: Match,
    reader: Reader,
    *,
    scope: Scope = EVERYWHERE,
    period: tuple[date, date] | None = None,
    masked: bool = True,
    who: str = "",
    today: date,
    unit_name: str = "",
    at: datetime | None = None,
) -> Sheet:
    """The rows that fill a form, one cell for each of its columns; conditions and order are those of the ledger."""
    template = match.template
    columns = tuple(
        Column(
            path=entry.path, label=entry.head, show=show_of(template.kind, entry.path) if entry.path else ""
        )
        for entry in match.columns
    )
    title = f"表格助手：{form.title or form.name}"
    register = replace(template, columns=columns, title=title, listed="", tallies=(), prefill=None, code="")
    return compose(
        register, reader, scope=scope, period=period if template.period else None, masked=masked, who=who,
        today=today, unit_name=unit_name, at=at,
    )  # fmt: skip


def fill(form: OfficeForm, match: Match, sheet: Sheet, progress: Tell = lambda *_told: None) -> Filled:
    """A copy of the form with the rows of ``sheet``; ``progress`` may raise to stop. Unfit when there are too many."""
    if len(sheet.rows) > MOST:
        raise Unfit("行数太多，一张表装不下", "请按楼栋或网格分开填。")
    progress(0, len(sheet.rows), "正在打开表格")
    book = opened(form.content)
    tab = book[form.sheet]
    room = _room(form, len(sheet.rows))
    model = _Model(tab, form)
    make_room(book, tab, room)
    model.clear(max(room.last, room.foot + room.by - 1 if room.foot else tab.max_row))
    writers = _writers(tab, form, match)
    gaps: dict[tuple[str, str], list[int]] = {}
    for at, row in enumerate(sheet.rows):
        if at % STEP == 0:
            progress(at, len(sheet.rows), "正在填表")
        number = room.body + at
        model.copy_to(number)
        for place_, writer in enumerate(writers):
            if writer is not None and (why := _put(tab, number, writer, row.cells[place_])):
                gaps.setdefault((writer.column.letter, why), []).append(number)
    progress(len(sheet.rows), len(sheet.rows), "正在存表格")
    heads = {c.letter: c.head for c in form.columns}
    told = tuple(Gap(letter, heads[letter], why, tuple(rows)) for (letter, why), rows in gaps.items())
    return Filled(_saved(book, form, room), len(sheet.rows), told)


def save(filled: Filled, source: Path, out: Path) -> None:
    """Write the copy; Unfit when it would be written over the form itself, NoSpace when the disk does not take it."""
    if out.suffix.lower() != ".xlsx":
        raise Unfit("只能存成 .xlsx", "请把文件名的结尾写成 .xlsx。")
    if out.exists() and source.exists() and out.samefile(source):
        raise Unfit("不能写进原表", "原表要留着下个月再填，请换一个文件名。")
    put(out, filled.content)


def _saved(book: Workbook, form: OfficeForm, room: Room) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return graft(form.content, buffer.getvalue(), form.sheet, room)


def _room(form: OfficeForm, rows: int) -> Room:
    last = form.body + max(rows, 1) - 1
    return Room(form.body, form.foot, max(0, last - form.foot + 1) if form.foot else 0, last)


def _writers(tab: Worksheet, form: OfficeForm, match: Match) -> list[_Writer | None]:
    kind = match.template.kind
    return [
        _writer(tab, form.body, column, entry.path, kind) if entry.path else None
        for column, entry in zip(form.columns, match.columns, strict=True)
    ]


def _writer(tab: Worksheet, body: int, column: FormColumn, path: str, kind: str) -> _Writer:
    looks = str(tab.cell(body, column.index + 1).number_format)
    there = None if path in NUMBER_PATHS else place(kind, path.split("|")[0])
    field = there.field if there else None
    counted = field.kind in ("count", "amount") if field else bool(there and there.computed)
    return _Writer(column, path, field, is_date_format(looks), counted and looks != "@")


def _spellings(field: Field | None, words: str) -> Iterable[str]:
    """The words of a value and every other spelling of it that we know."""
    yield words
    yield from YES_NO.get(words, ())
    if field is not None and field.options and (answer := field.options.named(words)):
        yield answer.label
        yield from answer.spellings


def _put(tab: Worksheet, number: int, writer: _Writer, words: str) -> str:
    """Write one cell; why it stayed empty, if that is to be told."""
    value, why = writer.write(words)
    cell = tab.cell(number, writer.column.index + 1)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it begins with
        if value.isdigit():
            cell.number_format = "@"
    elif value is not None and not isinstance(value, date) and cell.number_format == "@":
        cell.number_format = "General"
    return why


class _Model:
    """The first row of data of a form: how every row looks, which of its cells are merged, which are formulas.

    What stands beside the table, a list to choose from or a note, is none of its columns and stays as it is.
    """

    def __init__(self, tab: Any, form: OfficeForm) -> None:
        self._tab, self._body = tab, form.body
        places = [column.index + 1 for column in form.columns]
        self._left, self._right = min(places), max(places)
        cells = [tab.cell(form.body, column) for column in range(self._left, self._right + 1)]
        self._styles = [copy(cell._style) for cell in cells]
        own = form.body != form.foot  # else the total stands right below the head, and no row is a model
        self._formulas = {c.column: str(c.value) for c in cells if own and c.data_type == "f"}
        self._height = tab.row_dimensions[form.body].height if own else None
        self._spans = [
            (one.min_col, one.max_col)
            for one in tab.merged_cells.ranges
            if own and one.min_row == one.max_row == form.body
        ]

    def clear(self, last: int) -> None:
        """Take what stood in the rows of data out, merged cells become cells again."""
        for key in [key for key in self._tab._cells if self._holds(key[0], key[1], last)]:
            old = self._tab._cells.pop(key)
            self._tab.cell(*key)._style = copy(old._style)

    def copy_to(self, row: int) -> None:
        """Let a row look, be merged and count as the first one."""
        for column, style in enumerate(self._styles, self._left):
            self._tab.cell(row, column)._style = copy(style)
        for column, formula in self._formulas.items():
            origin = self._tab.cell(self._body, column).coordinate
            cell = self._tab.cell(row, column)
            cell.value = Translator(formula, origin).translate_formula(cell.coordinate)
        for first, last in self._spans:
            self._tab.merged_cells.add(CellRange(None, first, row, last, row).coord)
        if self._height:
            self._tab.row_dimensions[row].height = self._height

    def _holds(self, row: int, column: int, last: int) -> bool:
        return self._body <= row <= last and self._left <= column <= self._right
