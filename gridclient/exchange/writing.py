"""Write what was rehearsed, area after area, as one import that can be taken back whole.

The community's own records come first, then those of each grid, what others point at before them: an import that is cut
short leaves whole grids. Between two pieces it may be stopped; what was written stays, is listed and can be taken back.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
import json
from typing import Any

from sqlalchemy.orm.attributes import manager_of_class

from gridclient.errors import GridError
from gridclient.exchange.entry import Entry
from gridclient.exchange.register import WAITING
from gridclient.exchange.rehearsal import STEP, Progress, Rehearsal
from gridclient.exchange.taking_back import wire_values
from gridclient.records.area import DictionaryEntry
from gridclient.rules.undoing import Part
from gridclient.store.imports import IMPORTED, Batch, Imports
from sync.record import SyncedRecord
from sync.replica import Replica


@dataclass(frozen=True)
class Report:
    """What an import did: kind → how many records; ``passed`` counts values changed by somebody since the rehearsal.

    ``n`` is its number among the imports that can be taken back, 0 when nothing was written. ``rest`` records were not
    written because it was stopped; the same file imported again brings them.
    """

    created: dict[str, int]
    updated: dict[str, int]
    skipped: int
    passed: int = 0
    n: int = 0
    rest: int = 0

    @property
    def stopped(self) -> bool:
        """True when somebody stopped it after it had begun to write."""
        return self.rest > 0


def commit(replica: Replica, rehearsal: Rehearsal, progress: Progress | None = None) -> Report:
    """Write what was rehearsed, some hundred records of one area at a time.

    ``progress`` may raise a GridError: before the first piece it passes through and nothing is written, later it stops
    the import, which says in its report what it wrote. A record changed by somebody since the rehearsal keeps the values
    it has now. Raises what the disk does; what was written until then is listed like any import.
    """
    tell = progress or _silent
    total, done, passed = len(rehearsal.batch), 0, 0
    wrote: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    imports, n = Imports(replica.engine), 0
    tell(0, total, "准备写入")
    _wait_for(replica, {*_waiting(replica), *rehearsal.waiting})
    for k, piece in enumerate(_pieces(rehearsal.batch)):
        if not _goes_on(tell, done, total):
            break
        records, parts, over = _records(replica, piece)
        if records:
            n = n or imports.begin(_batch(rehearsal, replica.origin))
            with imports.piece(replica, n, k, parts):
                replica.import_many(records, why=IMPORTED)
        for part in parts:
            wrote[part.made][part.kind] += 1
        passed, done = passed + over, done + len(piece)
    if done == total:
        _wait_for(replica, rehearsal.waiting)
        with suppress(GridError):
            tell(total, total, "写完了")
    return Report(
        dict(wrote[True]), dict(wrote[False]), rehearsal.counts.rows_with_errors, passed, n, total - done
    )


def _silent(_done: int, _total: int, _text: str) -> None:
    return


def _goes_on(tell: Progress, done: int, total: int) -> bool:
    """Report progress; False when somebody wants it to stop with some of it written."""
    try:
        tell(done, total, "正在写入")
    except GridError:
        if not done:
            raise
        return False
    return True


def _pieces(batch: list[Entry]) -> Iterator[list[Entry]]:
    """The entries area by area, the community's own first, in the order they have; some hundred at a time.

    Before them all come the office's own answers to closed lists: no record may use an answer that is not known.
    """
    for _, found in groupby(sorted(batch, key=_place), _place):
        entries = list(found)
        yield from (entries[at : at + STEP] for at in range(0, len(entries), STEP))


def _place(entry: Entry) -> tuple[bool, str]:
    return entry.table is not DictionaryEntry, entry["area"]


def _batch(rehearsal: Rehearsal, origin: str) -> Batch:
    at = datetime.now().astimezone()
    return Batch(0, at, rehearsal.who, rehearsal.file, rehearsal.title, origin)


def _records(replica: Replica, entries: list[Entry]) -> tuple[list[SyncedRecord], list[Part], int]:
    """The records to be written, and what that does to each; values somebody has changed meanwhile are passed over.

    A record made needs no values among the parts: its stamps tell whether somebody has touched it since. One that
    brings its id along may have come from the centre meanwhile: then it stays as it came.
    """
    present = _present(replica, [one for one in entries if one.held is not None or "created_at" in one.fresh])
    records: list[SyncedRecord] = []
    parts: list[Part] = []
    passed = 0
    for entry in entries:
        record = present.get(entry.id)
        if entry.held is None and record is None:
            records.append(made(entry))
            parts.append(Part(entry.table.kind(), entry.id, made=True))
            continue
        if entry.held is None or record is None or (record.removed and "removed_at" not in entry.fresh):
            passed += 1
            continue
        fresh = {n: v for n, v in entry.fresh.items() if getattr(record, n) == entry.stored(n)}
        passed += len(entry.fresh) - len(fresh)
        if fresh:
            records.append(record)
            parts.append(_laid_over(replica, record, fresh))
    return records, parts, passed


def _laid_over(replica: Replica, record: SyncedRecord, fresh: dict[str, Any]) -> Part:
    was = wire_values(replica, record, fresh)
    for name, value in fresh.items():
        setattr(record, name, value)
    return Part(type(record).kind(), record.id, was, wire_values(replica, record, fresh))


def made(entry: Entry) -> SyncedRecord:
    """A new record, made as the ORM makes one from a row: the constructor takes a millisecond, times 17,000."""
    record: SyncedRecord = manager_of_class(entry.table).new_instance()
    plain, several = _blank(entry.table)
    own = {name: copy(value) for name, value in several.items()}
    record.__dict__.update(plain | own | entry.fresh, id=entry.id)
    return record


@cache
def _blank(table: type[SyncedRecord]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of an untouched record: those records may share, and those each needs of its own."""
    every = table().model_dump()
    several = {name: value for name, value in every.items() if isinstance(value, list | dict)}
    return {name: value for name, value in every.items() if name not in several}, several


def _present(replica: Replica, entries: list[Entry]) -> dict[str, SyncedRecord]:
    found: dict[str, SyncedRecord] = {}
    for table in {entry.table for entry in entries}:
        ids = [entry.id for entry in entries if entry.table is table]
        chosen = getattr(table, "id").in_(ids)  # noqa: B009 - a column, not the text it holds
        found |= {record.id: record for record in replica.all(table, chosen, removed=True)}
    return found


def _waiting(replica: Replica) -> list[tuple[str, ...]]:
    return [tuple(one) for one in json.loads(replica.meta(WAITING) or "[]")]


def _wait_for(replica: Replica, lines: Iterable[tuple[str, ...]]) -> None:
    """Keep which 1+N lines and matters wait for what is not known yet; too many do no harm."""
    told = sorted(lines)
    if told != sorted(_waiting(replica)):
        replica.set_meta(WAITING, json.dumps(told))
