"""Rows of a stairwell's sheet become records, all of them in one step of undo, and are taken back again."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gridclient.ui.sheet_model import Row, SheetModel, Step
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
        row = known.get(told["id"]) or model.fresh(told["door"], told["home"])
        row.typed = dict(told["typed"])
        if row not in model.rows:
            model.add(row)
    model.refresh(model.stairs)


def _store(workspace: Workspace, model: SheetModel, rows: Iterable[Row], step: Step) -> None:
    records, stored = dict[str, SyncedRecord](), []
    for row in rows:
        if not model.says_enough(row):
            continue
        before = dict(row.typed)
        record, taken, written = model.written(row)
        records |= {one.id: one for one in written}
        record.area = record.area or workspace.area_of(record)
        stored.append((row, row.record, row.new, before))
        row.record, row.new, row.home = record, False, getattr(record, "household", "")
        row.typed = {name: text for name, text in row.typed.items() if name not in taken}
    if stored:
        workspace.save(*records.values())
        for row, _record, _new, _typed in stored:
            row.record = workspace.replica.get(type(row.record), row.record.id) or row.record
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
            stored = None if new else workspace.replica.get(type(record), record.id)
            row.record = stored or type(record)(**record.model_dump(exclude={"id", "household"}))
            row.new, row.typed, row.home = new, typed, "" if new else row.home
        step = model.take_back()
    return step is not None
