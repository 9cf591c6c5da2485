"""The doors of one stairwell as a sheet: a row for each flat, with who owns it and how it is used."""

from dataclasses import replace
from typing import Any

from gridclient.blanks import Field
from gridclient.fields import RECORDS, Record
from gridclient.records import Dwelling
from gridclient.rules.doors import floor_of
from gridclient.store.stairwell import Stairwell
from gridclient.ui.sheet_model import DOOR, Row, SheetModel, Sign, Told, plain_door

SHOWN = (
    "floor",
    "tenure",
    "owner",
    "owner_phone",
    "owner_id",
    "area_m2",
    "use",
    "rent_use",
    "rooms_let",
    "lease_until",
    "safety_letter",
    "hazards",
    "remark",
)
_NUMBER = RECORDS["dwelling"].field("door")
NUMBER = replace(_NUMBER, synonyms=(*_NUMBER.synonyms, *DOOR.synonyms))


class DoorsModel(SheetModel):
    """One row for each door. A new row says enough with a number no other door of the stairwell has."""

    kind = "dwelling"
    fields: tuple[Field, ...] = (NUMBER, *(RECORDS["dwelling"].field(name) for name in SHOWN))

    def refresh(self, stairs: Stairwell) -> None:
        """Show the same stairwell as it is now; what is typed and not stored stays, and nothing changes its place."""
        self.stairs = stairs
        stored = {door.id: door for door in stairs.doors}
        for row in [row for row in self.rows if not row.new and row.record.id not in stored]:
            self._take_out(row)
        for row in self.rows:
            row.record = stored.get(row.record.id, row.record)
            row.new = row.record.id not in stored
            row.door = row.record.door
        known = {row.record.id for row in self.rows}
        for door in stairs.doors:
            if door.id not in known:
                self.add(Row(door, door.door))
        self._all_changed()

    def wrong(self, row: Row, field: Field) -> str:
        """Why a cell cannot be stored, in a sentence; empty when it can."""
        why = row.wrong(field)
        if why or field.name != "door" or field.name not in row.typed:
            return why
        number = row.value(field)
        twice = any(other is not row and other.record.door == number for other in self.rows)
        return f"这个单元已经有 {number} 室" if twice else ""

    def called(self, row: Row, told: Told | None = None) -> str:
        """The number of the door."""
        return (told or {}).get("door") or row.text(self.fields[0])

    def no_door(self, _row: Row) -> str:
        """A row of this sheet is the door."""
        return ""

    def signs(self, row: Row) -> list[Sign]:
        """A door is known by its number."""
        return [] if row.new else [("door", row.record.door)]

    def signs_told(self, told: Told) -> list[Sign]:
        """The number of the door a pasted line is about."""
        return [("door", plain_door(told.get("door", "")))]

    def says_enough(self, row: Row) -> bool:
        """True for a row with something new that can be stored, and a number."""
        door = self.fields[0]
        return self._has_news(row) and not self.wrong(row, door) and bool(row.text(door).strip())

    def written(self, row: Row) -> tuple[Any, set[str], list[Record]]:
        """The door a row becomes, and the cells taken; a new one tells its floor by its number."""
        record, taken = row.filled()
        record.building, record.unit = self.stairs.building, self.stairs.unit
        if row.new and record.floor is None:
            record.floor = floor_of(record.door, record.unit)
        row.door = record.door
        return record, taken, [record]

    def fresh(self, _door: str, home: str = "", record: Any = None) -> Row:
        """A row for one more door; its number is typed."""
        return Row(record or Dwelling(), "", home, new=True)

    def to_type(self, told: Told) -> dict[str, str]:
        """What of a pasted line goes into cells: everything, the number as it is stored."""
        return {name: plain_door(text) if name == "door" else text for name, text in told.items()}

    def _type(self, row: Row, column: int, text: str) -> None:
        super()._type(row, column, plain_door(text) if self.fields[column] is NUMBER else text)

    def _behind(self, door: Dwelling) -> list[Row]:
        return [Row(door, door.door)]
