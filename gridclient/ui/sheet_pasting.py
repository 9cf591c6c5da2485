"""A pasted block in a stairwell's sheet: which row each of its lines is about, and what it would do there."""

from collections.abc import Mapping

from gridclient import values
from gridclient.exchange.block import Block
from gridclient.exchange.typed import Proposal, propose
from gridclient.records import Resident
from gridclient.ui.sheet_model import DOOR, Row, SheetModel

EMPTY = "这一行是空的"
Told = Mapping[str, str]


def proposals(model: SheetModel, block: Block, place: int) -> list[tuple[str, Proposal]]:
    """What each line of a block would do, with the name of its row; without heads it is put in from row ``place`` on."""
    found, taken = [], set[int]()
    for number, cells in enumerate(block.rows):
        told = block.told(cells)
        row = _row_for(model, told, -1 if block.heads else place + number, taken)
        told.pop(DOOR.name, "")
        why_not = model.no_door(row) if row.new else ""
        proposal = propose(row, told, model.today, why_not if told else EMPTY)
        found.append((f"{row.door} {told.get('name') or row.record.name}".strip(), proposal))
    return found


def _row_for(model: SheetModel, told: Told, place: int, taken: set[int]) -> Row:
    """The row a line is about: where it is put, else whose number or name it bears, else a vacant or a new one."""
    if 0 <= place < len(model.rows) and DOOR.name not in told:
        return model.rows[place]
    for fits in (_same_number, _same_name, _vacant):
        for at, row in enumerate(model.rows):
            if at not in taken and fits(row, told):
                taken.add(at)
                return row
    return Row(Resident(), _door(told), new=True)


def _same_number(row: Row, told: Told) -> bool:
    number = values.tidy_id(told.get("id_number", ""))
    return bool(number) and row.record.id_number == number


def _same_name(row: Row, told: Told) -> bool:
    name, door = values.tidy_name(told.get("name", "")), _door(told) or row.door
    return bool(name) and not row.new and row.door == door and row.record.name == name


def _vacant(row: Row, told: Told) -> bool:
    return row.blank and row.door == _door(told)


def _door(told: Told) -> str:
    return values.half_width(values.tidy(told.get(DOOR.name, ""))).removesuffix("室")
