"""Room for more rows between the head of a form and what stands below: everything below moves, and formulas follow."""

from dataclasses import dataclass
import re
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.worksheet import Worksheet

REFERENCE = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)(?::(\$?[A-Z]{1,3}\$?)(\d+))?")


@dataclass(frozen=True)
class Room:
    """The rows of a form: data from ``body`` on, ``foot`` is the first row below (0: none), moved down by ``by``.

    ``last`` is the last row with data in the filled copy.
    """

    body: int
    foot: int
    by: int
    last: int

    def moved(self, row: int) -> int:
        """Where what stood in a row below the data stands now."""
        return row + self.by if self.foot and row >= self.foot else row

    def stretched(self, first: int, last: int) -> tuple[int, int]:
        """Rows of a range, a rule or a print area: one that reaches the end of the data goes on to its new end."""
        if not self.foot:
            return first, max(last, self.last) if first <= self.body <= last else last
        end = last + self.by if first < self.foot <= last + 1 else self.moved(last)
        return self.moved(first), end

    def in_formula(self, formula: str, own: str, here: bool) -> str:
        """The formula after the move; ``here`` says that it stands on the form's own sheet, called ``own``."""
        tokens = Tokenizer(formula)
        for token in tokens.items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                sheet, bang, cells = token.value.rpartition("!")
                if (here and not bang) or sheet.strip("'").replace("''", "'") == own:
                    token.value = sheet + bang + REFERENCE.sub(self._reference, cells)
        return "=" + "".join(token.value for token in tokens.items)

    def _reference(self, found: re.Match[str]) -> str:
        column, row, other, end = found.groups()
        if other is None:
            return f"{column}{self.moved(int(row))}"
        first, last = self.stretched(int(row), int(end))
        return f"{column}{first}:{other}{last}"


def make_room(book: Workbook, tab: Worksheet, room: Room) -> None:
    """Move what stands below the data, and let merged cells, rules, formulas and the print area follow."""
    merged = list(tab.merged_cells.ranges)
    tab.merged_cells.ranges = set()
    if room.by:
        _move_rows(tab, room)
    for one in merged:
        if one.max_row < room.body or (room.foot and one.min_row >= room.foot):
            first, last = room.moved(one.min_row), room.moved(one.max_row)
            tab.merged_cells.add(CellRange(None, one.min_col, first, one.max_col, last).coord)
    for sheet in book.worksheets:
        _follow_formulas(sheet, tab, room)
    _follow_rules(tab, room)


def _move_rows(tab: Worksheet, room: Room) -> None:
    end, width = tab.max_row, tab.max_column
    heights = {row: tab.row_dimensions[row].height for row in range(room.foot, end + 1)}
    tab.move_range(CellRange(None, 1, room.foot, width, end), rows=room.by)
    for row in range(room.foot, end + room.by + 1):
        tab.row_dimensions[row].height = heights.get(row - room.by)
    for stop in tab.row_breaks.brk:
        stop.id = room.moved(stop.id)


def _follow_formulas(sheet: Worksheet, tab: Worksheet, room: Room) -> None:
    """Rows of data are written anew; only formulas around them and on other sheets have to follow."""
    cells: Any = sheet._cells.values()  # iter_rows would make every empty cell
    for cell in list(cells):
        around = sheet is not tab or not room.body <= cell.row <= room.last
        if around and cell.data_type == "f" and isinstance(cell.value, str):
            cell.value = room.in_formula(cell.value, tab.title, sheet is tab)


def _follow_rules(tab: Worksheet, room: Room) -> None:
    for rule in tab.data_validations.dataValidation:
        rule.sqref = MultiCellRange([_stretched(one, room) for one in rule.sqref.ranges])
    looks = ConditionalFormattingList()
    for look in tab.conditional_formatting:
        cells = " ".join(_stretched(one, room).coord for one in look.sqref.ranges)
        for rule in look.rules:
            looks.add(cells, rule)
    tab.conditional_formatting = looks
    if tab.auto_filter.ref:
        tab.auto_filter.ref = _stretched(CellRange(tab.auto_filter.ref), room).coord
    if tab.print_area:
        areas = str(tab.print_area).split(",")
        tab.print_area = ",".join(
            _stretched(CellRange(a.rpartition("!")[2].replace("$", "")), room).coord for a in areas
        )
    for table in tab.tables.values():
        table.ref = _stretched(CellRange(table.ref), room).coord
        if table.autoFilter is not None:
            table.autoFilter.ref = table.ref


def _stretched(cells: CellRange, room: Room) -> CellRange:
    first, last = room.stretched(cells.min_row, cells.max_row)
    if cells.min_row <= room.body <= cells.max_row:
        last = max(last, room.last)
    return CellRange(None, cells.min_col, first, cells.max_col, last)
