"""The rows of one stairwell as a sheet: a row for each person, one for each door where nobody is written down.

The model types, marks and takes back; what is stored is up to the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field as part
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from gridclient import values
from gridclient.blanks import Field
from gridclient.exchange.typed import Typed
from gridclient.fields import RECORDS, Record
from gridclient.records import Dwelling, Household, Resident
from gridclient.rules import completeness
from gridclient.rules.registering import SECOND_HEAD, registered, second_head
from gridclient.store.stairwell import Stairwell

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
Told = Mapping[str, str]  # field → text, of one pasted line
Sign = tuple[str, str]
FLAW_ROLE = Qt.ItemDataRole.UserRole
DOOR = Field(
    "door", "text", "室号", required=True, synonyms=("房号", "门牌号", "房间号", "门牌", "房屋", "室")
)
SHOWN = (
    "name",
    "relation",
    "id_number",
    "sex",
    "birth",
    "phones",
    "nation",
    "political",
    "education",
    "marital",
    "population",
    "employer",
    "labels",
)
FIELDS: tuple[Field, ...] = (DOOR, *(RECORDS["resident"].field(name) for name in SHOWN))
MISSING = "还缺"


class Row(Typed):
    """One person behind a door; a new one is only a door until something is typed."""

    def __init__(self, record: Any, door: str, home: str = "", *, new: bool = False) -> None:
        super().__init__(record, new=new)
        self.door, self.home = door, home

    @property
    def blank(self) -> bool:
        """True while nobody is written in it."""
        return self.new and not self.typed

    @property
    def unsaved(self) -> bool:
        """True while something typed is not stored."""
        return bool(self.typed)


@dataclass(repr=False)
class Step:
    """One thing that can be taken back: what rows held before, rows that were added, or rows that were stored."""

    before: list[tuple[Row, dict[str, str], str]] = part(default_factory=list)
    added: list[Row] = part(default_factory=list)
    stored: list[tuple[Row, Any, bool, dict[str, str]]] = part(default_factory=list)
    edit: Any = None


class SheetModel(QAbstractTableModel):
    """Rows and cells as they stand. ``typed`` after cells changed by hand."""

    typed = Signal()
    kind = "resident"
    fields: tuple[Field, ...] = FIELDS

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today
        self.stairs = Stairwell()
        self.rows: list[Row] = []
        self.steps: list[Step] = []
        self.revealed = False
        self._named = False

    def name_rows(self, *, on: bool) -> None:
        """Tell door and name at the head of each row, while their columns are out of sight."""
        if on != self._named:
            self._named = on
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, max(0, len(self.rows) - 1))

    def show_stairs(self, stairs: Stairwell) -> None:
        """Show another stairwell, from the beginning."""
        self.beginResetModel()
        self.stairs, self.steps, self.revealed = stairs, [], False
        self.rows = [row for door in stairs.doors for row in self._behind(door)]
        self.endResetModel()

    def refresh(self, stairs: Stairwell) -> None:
        """Show the same stairwell as it is now; what is typed and not stored stays, and nothing changes its place."""
        self.stairs = stairs
        stored = {p.id: (p, home) for home, people in stairs.members.items() for p in people}
        gone = [r for r in self.rows if not r.new and r.record.id not in stored]
        for row in self.rows:
            if row.record.id in stored:
                row.record, row.home = stored[row.record.id]
                row.new = False
        for row in gone:
            if row.typed:
                row.record, row.new = Resident(), True
            else:
                self._take_out(row)
        known = {row.record.id for row in self.rows}
        for door in stairs.doors:
            for person, home in self._living(door):
                if person.id not in known:
                    self.add(Row(person, door.door, home))
        shown = {row.door for row in self.rows}
        for door in stairs.doors:
            if door.door not in shown:
                self.add(Row(Resident(), door.door, new=True))
        self._all_changed()

    def add(self, row: Row, *, after: Row | None = None, undoable: bool = False) -> int:
        """Put a row beneath ``after``, or beneath the last one of its door; its place."""
        same = [at for at, other in enumerate(self.rows) if other.door == row.door]
        beneath = self.rows.index(after) if after in self.rows else (same or [len(self.rows) - 1])[-1]
        vacant = same and self.rows[same[-1]].blank and not row.blank and after is None
        place = beneath if vacant else beneath + 1
        if vacant:
            self._take_out(self.rows[beneath])
        self.beginInsertRows(ROOT, place, place)
        self.rows.insert(place, row)
        self.endInsertRows()
        if undoable:
            self.steps.append(Step(added=[row]))
        return place

    def put(self, cells: Iterable[tuple[int, int, str]], added: Sequence[Row] = ()) -> None:
        """Type texts into cells, as one step to take back; with it go rows ``added`` for them."""
        told = list(cells)
        rows = [self.rows[at] for at in dict.fromkeys(at for at, _column, _text in told)]
        step = Step([(row, dict(row.typed), row.door) for row in rows], list(added))
        for at, column, text in told:
            self._type(self.rows[at], column, text)
        if any((row.typed, row.door) != (typed, door) for row, typed, door in step.before):
            self.steps.append(step)
            self._all_changed()
            self.typed.emit()

    def note_stored(self, step: Step) -> None:
        """Remember what was stored, to be taken back."""
        self.steps.append(step)
        self._all_changed()

    def take_back(self) -> Step | None:
        """Undo the last step that is not a storing of rows and give it; of a storing, only the step, for the page."""
        if not self.steps:
            return None
        step = self.steps.pop()
        for row, typed, door in step.before:
            row.typed, row.door = typed, door
        for row in step.added:
            self._take_out(row)
        self._all_changed()
        return step

    def wrong(self, row: Row, field: Field) -> str:
        """Why a cell cannot be stored, in a sentence; empty when it can."""
        if field is DOOR:
            return "" if row.blank else self.no_door(row)
        if field.name == "name" and row.new and row.typed and not row.wrong(field) and not row.value(field):
            return "有了姓名这一行才能保存"
        if field.name == "relation" and field.name in row.typed and not row.wrong(field):
            person, _taken = row.filled()
            home = self.home_of(row)
            if second_head(person, home, self.stairs.members.get(home.id, []) if home else []):
                return SECOND_HEAD
        return row.wrong(field)

    def flaw(self, row: Row, field: Field) -> tuple[str, str]:
        """(tone, sentence) of a cell: ``bad`` cannot be stored, ``warn`` is to be looked at again; empty when it is well."""
        if why := self.wrong(row, field):
            return "bad", why
        why = "" if field is DOOR else row.odd(field, self.today)
        return ("warn", why) if why else ("", "")

    def called(self, row: Row, told: Told | None = None) -> str:
        """A row in a few words, also with what is ``told`` of it: its door, and who it is about."""
        return f"{row.door} {(told or {}).get('name') or self.cell(row, FIELDS[1])[:4]}".strip()

    def signs(self, row: Row) -> list[Sign]:
        """By what a pasted line may mean a row: its number, or its name behind its door, or its door while it is vacant."""
        if row.blank:
            return [("vacant", row.door)]
        return [] if row.new else [("number", row.record.id_number), (row.door, row.record.name)]

    def signs_told(self, told: Told) -> list[Sign]:
        """The signs a pasted line gives, the surest first."""
        number, name = values.tidy_id(told.get("id_number", "")), values.tidy_name(told.get("name", ""))
        door = plain_door(told.get(DOOR.name, ""))
        return [sign for sign in (("number", number), (door, name), ("vacant", door)) if all(sign)]

    def to_type(self, told: Told) -> dict[str, str]:
        """What of a pasted line goes into cells: everything but the door, which says where the row is."""
        return {name: text for name, text in told.items() if name != DOOR.name}

    def fresh_for(self, told: Told) -> Row:
        """A new row for a pasted line."""
        return self.fresh(plain_door(told.get(DOOR.name, "")))

    def says_enough(self, row: Row) -> bool:
        """True for a row with something new that can be stored: a name and a door, at least."""
        name = FIELDS[1]
        known = bool(row.told([name]).get(name.name)) and self.door_of(row) is not None
        return self._has_news(row) and (known or not row.new)

    def written(self, row: Row) -> tuple[Any, set[str], list[Record]]:
        """The record a row becomes, the names of the cells taken, and everything to be stored with it.

        The stairwell knows it from then on; a second head of a household is not taken.
        """
        person, taken = row.filled()
        for name in [name for name in taken if name in SHOWN]:
            if self.wrong(row, row.record.spec.field(name)):
                setattr(person, name, getattr(row.record, name))
                taken.discard(name)
        door, home = self.door_of(row), self.home_of(row)
        if door is None:
            return person, taken, [person]
        members = self.stairs.members.get(home.id, []) if home else []
        records = registered(person, home, members, door)
        for household in (record for record in records if isinstance(record, Household)):
            others = [h for h in self.stairs.homes.get(door.id, []) if h.id != household.id]
            self.stairs.homes[door.id] = [*others, household]
        self.stairs.members[person.household] = [*(m for m in members if m.id != person.id), person]
        return person, taken, records

    def fresh(self, door: str, home: str = "", record: Any = None) -> Row:
        """A row for one more, not yet in the sheet."""
        return Row(record or Resident(), door, home, new=True)

    def no_door(self, row: Row) -> str:
        """Why nobody can be written behind the door of a row, in a sentence; empty when the door is there."""
        if not row.door:
            return "请填室号"
        return "" if self.door_of(row) else f"这个单元没有 {row.door} 室"

    def door_of(self, row: Row) -> Dwelling | None:
        """The door a row stands behind; None when the stairwell has none of that number."""
        return self.stairs.door(row.door)

    def home_of(self, row: Row) -> Household | None:
        """The household a row belongs to, or would join: its own, or the only one behind its door."""
        if row.home:
            return self.stairs.household(row.home)
        door = self.door_of(row)
        homes = self.stairs.homes.get(door.id, []) if door else []
        return homes[0] if homes else None

    def cell(self, row: Row, field: Field) -> str:
        """What a cell shows: private values starred out, unless they are being typed or were asked for."""
        if field is DOOR:
            return row.door
        stored = field.name not in row.typed
        if field.private and stored and not self.revealed:
            return field.masked(getattr(row.record, field.name))
        return row.text(field)

    def missing(self, row: Row) -> Sequence[str]:
        """What the record of a row still lacks, in the words of its form."""
        if row.blank:
            return ()
        record = row.filled()[0] if row.typed else row.record
        known = {f.name: getattr(record, f.name) for f in RECORDS[self.kind].fields}
        return completeness.missing(self.kind, known, self.today)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.fields) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        column = index.column()
        known = column < len(self.fields) and self.fields[column] is DOOR and not self.rows[index.row()].new
        fixed = column >= len(self.fields) or known
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return plain if fixed else plain | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if index.column() >= len(self.fields):
            shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
            return "、".join(self.missing(row)) if role in shown else None
        field = self.fields[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(row, field)
        if role == Qt.ItemDataRole.EditRole:
            masked = field.private and field.name not in row.typed and not self.revealed
            return row.door if field is DOOR else "" if masked else row.text(field)
        if role == FLAW_ROLE:
            return self.flaw(row, field)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = (self.cell(row, field), self.flaw(row, field)[1])
            return "，".join(filter(None, (field.label, *words)))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        if str(value) != self.data(index, role):
            self.put([(index.row(), index.column(), str(value))])
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            heads = (*(field.label for field in self.fields), MISSING)
            return heads[section] if role == Qt.ItemDataRole.DisplayRole else None
        row = self.rows[section] if section < len(self.rows) else None
        if row is None or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        sign, word = ("✎", "还没有保存") if row.unsaved else ("", "") if row.blank else ("✓", "已存本机")
        who = f" {self.called(row)}" if self._named else ""
        return sign + who if role == Qt.ItemDataRole.DisplayRole else word

    def _type(self, row: Row, column: int, text: str) -> None:
        field = self.fields[column]
        if field is not DOOR:
            row.put(field, text.strip(), self.today)
        elif row.new:
            row.door, row.home = plain_door(text), ""

    def _living(self, door: Dwelling) -> list[tuple[Resident, str]]:
        """The people behind a door, each with the id of the household."""
        homes = self.stairs.homes.get(door.id, [])
        return [(p, home.id) for home in homes for p in self.stairs.members.get(home.id, [])]

    def _behind(self, door: Dwelling) -> list[Row]:
        people = [Row(person, door.door, home) for person, home in self._living(door)]
        return people or [Row(Resident(), door.door, new=True)]

    def _take_out(self, row: Row) -> None:
        if row in self.rows:
            place = self.rows.index(row)
            self.beginRemoveRows(ROOT, place, place)
            self.rows.remove(row)
            self.endRemoveRows()

    def _has_news(self, row: Row) -> bool:
        return any(not self.wrong(row, f) for f in self.fields if f.name in row.typed)

    def _all_changed(self) -> None:
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.fields)))
            self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, len(self.rows) - 1)


def plain_door(text: str) -> str:
    """The number of a door as it is stored: ``５０１室`` → ``501``."""
    return values.half_width(values.tidy(text)).removesuffix("室")
