"""A pasted block in a stairwell's sheet: which row each of its lines is about, and what it would do there."""

from gridclient.exchange.block import Block
from gridclient.exchange.typed import Proposal, propose
from gridclient.ui.sheet_model import DOOR, Row, SheetModel, Told

EMPTY = "这一行是空的"


def proposals(model: SheetModel, block: Block, place: int, known: "Known") -> list[tuple[str, Proposal]]:
    """What each line of a block would do, with the name of its row; without heads it is put in from row ``place`` on."""
    found = []
    for number, cells in enumerate(block.rows):
        told = block.told(cells)
        at = -1 if block.heads or DOOR.name in told else place + number
        row = model.rows[at] if 0 <= at < len(model.rows) else known.row_for(told)
        name = model.called(row, told)
        told = model.to_type(told)
        why_not = model.no_door(row) if row.new else ""
        found.append((name, propose(row, told, model.today, why_not if told else EMPTY)))
    return found


class Known:
    """The rows of a sheet by what a line may say of them; each is given once."""

    def __init__(self, model: SheetModel) -> None:
        self._model = model
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for row in model.rows:
            for key in model.signs(row):
                self._rows.setdefault(key, []).append(row)

    def row_for(self, told: Told) -> Row:
        """The row that bears the surest sign of a line, else a new one."""
        for key in self._model.signs_told(told):
            for row in self._rows.get(key, [])[:1]:
                for rows in self._rows.values():
                    if row in rows:
                        rows.remove(row)
                return row
        return self._model.fresh_for(told)
