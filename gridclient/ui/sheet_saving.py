"""Rows of a stairwell's sheet become records, all of them in one step of undo, and are taken back again."""

from collections.abc import Iterable

from gridclient.records import Household, Resident
from gridclient.rules.registering import registered
from gridclient.ui.sheet_model import FIELDS, Row, SheetModel, Step
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord


def store(workspace: Workspace, model: SheetModel, rows: Iterable[Row]) -> int:
    """Store those of the rows that say enough; how many. Cells that cannot be read stay typed."""
    step, records = Step(), dict[str, SyncedRecord]()
    for row in rows:
        if not _says_enough(model, row):
            continue
        before = dict(row.typed)
        person, taken = _filled(model, row)
        written = _with_household(model, row, person)
        if row.new:
            person.area = person.area or workspace.area_of(person)
        records |= {record.id: record for record in written}
        step.stored.append((row, row.record, row.new, before))
        row.record, row.new, row.home = person, False, person.household
        row.typed = {name: text for name, text in row.typed.items() if name not in taken}
    if not step.stored:
        return 0
    workspace.save(*records.values())
    for row, _record, _new, _typed in step.stored:
        row.record = workspace.replica.get(Resident, row.record.id) or row.record
    step.edit = workspace.last_edit
    model.note_stored(step)
    return len(step.stored)


def take_back(workspace: Workspace, model: SheetModel) -> bool:
    """Undo the last thing done in the sheet: a storing together with the typing before it; False when there is none."""
    step = model.take_back()
    while step is not None and step.stored:
        workspace.undo(step.edit)
        for row, record, new, typed in step.stored:
            stored = None if new else workspace.replica.get(Resident, record.id)
            row.record = stored or Resident(**record.model_dump(exclude={"id", "household"}))
            row.new, row.typed, row.home = new, typed, "" if new else row.home
        step = model.take_back()
    return step is not None


def _says_enough(model: SheetModel, row: Row) -> bool:
    """True for a row with something new to store, a name and a door."""
    if not any(not model.wrong(row, f) for f in FIELDS if f.name in row.typed):
        return False
    name = FIELDS[1]
    return not row.new or (bool(row.told([name]).get(name.name)) and model.door_of(row) is not None)


def _filled(model: SheetModel, row: Row) -> tuple[Resident, set[str]]:
    """The person with every right cell laid over it; a second head of a household is not taken."""
    person, taken = row.filled()
    for field in FIELDS[1:]:
        if field.name in taken and model.wrong(row, field):
            setattr(person, field.name, getattr(row.record, field.name))
            taken.discard(field.name)
    return person, taken


def _with_household(model: SheetModel, row: Row, person: Resident) -> list[SyncedRecord]:
    """The person, and the household where it changes; the stairwell knows both from then on."""
    door, home = model.door_of(row), model.home_of(row)
    if door is None:
        return [person]
    members = model.stairs.members.get(home.id, []) if home else []
    written = registered(person, home, members, door)
    for record in written:
        if isinstance(record, Household):
            others = [h for h in model.stairs.homes.get(door.id, []) if h.id != record.id]
            model.stairs.homes[door.id] = [*others, record]
    model.stairs.members[person.household] = [*(m for m in members if m.id != person.id), person]
    return list(written)
