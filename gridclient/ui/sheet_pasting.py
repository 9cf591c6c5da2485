"""A pasted block in a stairwell's sheet: which row each of its lines is about, and what it would do there."""

from collections.abc import Mapping, Sequence

from gridclient import values
from gridclient.exchange.block import Block
from gridclient.exchange.typed import Proposal, propose
from gridclient.records import Resident
from gridclient.ui.sheet_model import DOOR, Row, SheetModel

EMPTY = "这一行是空的"


def proposals(model: SheetModel, block: Block, place: int, known: "Known") -> list[tuple[str, Proposal]]:
    """What each line of a block would do, with the name of its row; without heads it is put in from row ``place`` on."""
    found = []
    for number, cells in enumerate(block.rows):
        told = block.told(cells)
        at = -1 if block.heads or DOOR.name in told else place + number
        row = model.rows[at] if 0 <= at < len(model.rows) else known.row_for(told)
        told.pop(DOOR.name, "")
        why_not = model.no_door(row) if row.new else ""
        proposal = propose(row, told, model.today, why_not if told else EMPTY)
        found.append((f"{row.door} {told.get('name') or row.record.name}".strip(), proposal))
    return found


class Known:
    """The rows of a sheet by what a line may say of them; each is given once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for row in rows:
            if row.blank:
                self._rows.setdefault(("vacant", row.door), []).append(row)
            elif not row.new:
                for key in (
                    ("number", row.record.id_number),
                    (row.door, row.record.name),
                    ("", row.record.name),
                ):
                    self._rows.setdefault(key, []).append(row)

    def row_for(self, told: Mapping[str, str]) -> Row:
        """Whose number or name a line bears, else a vacant row of its door, else a new one."""
        number, name = values.tidy_id(told.get("id_number", "")), values.tidy_name(told.get("name", ""))
        door = _door(told)
        for key in (("number", number), (door, name), ("vacant", door)):
            held = self._rows.get(key, []) if key[1] else []
            if held and (len(held) == 1 or key[0]):
                row = held[0]
                for rows in self._rows.values():
                    if row in rows:
                        rows.remove(row)
                return row
        return Row(Resident(), door, new=True)


def _door(told: Mapping[str, str]) -> str:
    return values.half_width(values.tidy(told.get(DOOR.name, ""))).removesuffix("室")
