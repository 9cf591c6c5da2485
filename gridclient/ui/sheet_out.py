"""A sheet, or the cells chosen in it, on the way out: what stands on the screen, days and numbers as such."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from gridclient.blanks import Field
from gridclient.exchange.list_book import Value, plain
from gridclient.ui.list_out import COPYING, Extract, Progress, note, shown_columns
from gridclient.ui.record_rows import AS_SUCH, names_people
from gridclient.ui.sheet_model import DOOR, MISSING, Row, SheetModel
from gridclient.ui.workspace import Workspace

if TYPE_CHECKING:
    from gridclient.ui.sheet_view import SheetView

STEP = 50  # rows read between two looks at whether somebody cancelled


def whole_sheet(view: "SheetView", rows: list[int]) -> Extract:
    """These rows of a sheet, all of them when none is named."""
    model = view.sheet
    return _extract(model, rows or range(len(model.rows)), shown_columns(view, range(len(model.fields) + 1)))


def chosen_cells(view: "SheetView") -> Extract:
    """The cells from the first to the last chosen row and column, as Excel takes them."""
    chosen = [index for index in view.selectedIndexes() or [view.currentIndex()] if index.isValid()]
    return _extract(view.sheet, sorted({i.row() for i in chosen}), sorted({i.column() for i in chosen}))


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


def _extract(model: SheetModel, places: "range | list[int]", columns: list[int]) -> Extract:
    """Some rows and columns, the last column being what a row still lacks."""
    fields = [model.fields[column] if column < len(model.fields) else None for column in columns]
    rows = [model.rows[place] for place in places]
    private = [field.name for field in fields if field is not None and field.private]
    return Extract(
        tuple(field.label if field is not None else MISSING for field in fields),
        len(rows),
        partial(_values, model, rows, fields),
        tuple(at for at, field in enumerate(fields) if field is not None and names_people(field)),
        whole=bool(private)
        and (model.revealed or any(name in row.typed for row in rows for name in private)),
    )


def _values(
    model: SheetModel, rows: list[Row], fields: list[Field | None], *, progress: Progress | None
) -> list[list[Value]]:
    made = []
    for number, row in enumerate(rows):
        if progress is not None and number % STEP == 0:
            progress(number, len(rows), "正在读取表格")
        made.append([_value(model, row, field) for field in fields])
    return made


def _value(model: SheetModel, row: Row, field: Field | None) -> Value:
    """What a cell shows; what can be reckoned with as what it is."""
    if field is None:
        return "、".join(model.missing(row))
    if field is not DOOR and field.kind in AS_SUCH and not field.private and not model.wrong(row, field):
        value: Value | None = row.value(field)
        return "" if value is None else value
    return model.cell(row, field)
