"""A sheet, or the cells chosen in it, on the way out: what stands on the screen, days and numbers as such."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from gridclient.blanks import Field
from gridclient.exchange.list_book import Value, plain
from gridclient.ui.list_out import COPYING, Extract, note, prepared, shown_columns
from gridclient.ui.record_rows import AS_SUCH, names_people
from gridclient.ui.sheet_model import DOOR, Row, SheetModel
from gridclient.ui.workspace import Workspace

if TYPE_CHECKING:
    from gridclient.ui.sheet_view import SheetView


def whole_sheet(view: "SheetView", rows: list[int]) -> Extract:
    """These rows of a sheet, all of them when none is named, without what is still missing in them."""
    model = view.sheet
    columns = shown_columns(view, range(len(model.fields)))
    return _extract(model, rows or list(range(len(model.rows))), columns)


def chosen_cells(view: "SheetView") -> Extract:
    """The cells from the first to the last chosen row and column, as Excel takes them."""
    chosen = view.selectedIndexes() or [view.currentIndex()]
    rows = sorted({index.row() for index in chosen if index.isValid()})
    return _extract(view.sheet, rows, sorted({index.column() for index in chosen}))


def copy_cells(workspace: Workspace, view: "SheetView", *, heads: bool) -> None:
    """Copy the chosen cells, with heads for Excel; without, to be put in elsewhere in the sheet.

    Either way whole numbers among them are noted in the trail.
    """
    cells = chosen_cells(view)
    if heads:
        view.out.copy_these(cells)
        return
    rows = cells.read(progress=None)
    if cells.whole:
        note(workspace, replace(cells, title=view.out.title), rows, COPYING)
    QGuiApplication.clipboard().setText("\n".join("\t".join(plain(value) for value in row) for row in rows))


def _extract(model: SheetModel, rows: list[int], columns: list[int]) -> Extract:
    fields = dict(enumerate(model.fields))
    heads = [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
    cells = [[_value(model, model.rows[row], fields.get(c), row, c) for c in columns] for row in rows]
    people = [at for at, c in enumerate(columns) if c in fields and names_people(fields[c])]
    return prepared(heads, cells, people)


def _value(model: SheetModel, row: Row, field: Field | None, at: int, column: int) -> Value:
    """What a cell shows; what can be reckoned with as what it is."""
    if field is not None and field is not DOOR and field.kind in AS_SUCH and not model.wrong(row, field):
        value: Value | None = row.value(field)
        return "" if value is None else value
    return str(model.index(at, column).data() or "")
