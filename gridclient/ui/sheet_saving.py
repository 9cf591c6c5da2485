"""Rows of a stairwell's sheet become records, all of them in one step of undo, and are taken back again."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gridclient.records import Household, Resident
from gridclient.rules.registering import registered
from gridclient.ui.sheet_model import FIELDS, Row, SheetModel, Step
from gridclient.ui.workspace import Workspace
from sync.record import SyncedRecord

FEW = 25  # rows stored in less time than one notices


def store(workspace: Workspace, model: SheetModel, rows: Iterable[Row]) -> int:
    """Store those of the rows that say enough; how many. Cells that cannot be read stay typed."""
    step = Step()
    _store(workspace, model, rows, step)
    return _noted(workspace, model, step)


async def store_slowly(workspace: Workspace, model: SheetModel, rows: Sequence[Row], what: str) -> int:
    """Store many rows some at a time, so that the window stays alive; they are one step of undo called ``what``."""
    step = Step()
    with workspace.together(what):
        for at in range(0, len(rows), FEW):
            _store(workspace, model, rows[at : at + FEW], step)
            await asyncio.sleep(0)
    return _noted(workspace, model, step)


def half_typed(model: SheetModel) -> list[dict[str, Any]]:
    """What is typed and not stored, as JSON values: one for each row."""
    return [
        {"id": "" if row.new else row.record.id, "door": row.door, "home": row.home, "typed": row.typed}
        for row in model.rows
        if row.typed
    ]


def put_back(model: SheetModel, rows: Iterable[Mapping[str, Any]]) -> None:
    """Type again what :func:`half_typed` told."""
    known = {row.record.id: row for row in model.rows if not row.new}
    for told in rows:
        row = known.get(told["id"]) or Row(Resident(), told["door"], told["home"], new=True)
        row.typed = dict(told["typed"])
        if row not in model.rows:
            model.add(row)
    model.refresh(model.stairs)


def _store(workspace: Workspace, model: SheetModel, rows: Iterable[Row], step: Step) -> None:
    records, stored = dict[str, SyncedRecord](), []
    for row in rows:
        if not _says_enough(model, row):
            continue
        before = dict(row.typed)
        person, taken = _filled(model, row)
        records |= {record.id: record for record in _with_household(model, row, person)}
        person.area = person.area or workspace.area_of(person)
        stored.append((row, row.record, row.new, before))
        row.record, row.new, row.home = person, False, person.household
        row.typed = {name: text for name, text in row.typed.items() if name not in taken}
    if stored:
        workspace.save(*records.values())
        for row, _record, _new, _typed in stored:
            row.record = workspace.replica.get(Resident, row.record.id) or row.record
        step.stored += stored


def _noted(workspace: Workspace, model: SheetModel, step: Step) -> int:
    if step.stored:
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
