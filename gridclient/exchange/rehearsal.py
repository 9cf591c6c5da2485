"""Import in two steps: rehearse without writing a thing, look at what would happen, then commit.

A rehearsal names every refused row with sheet, row, column, value and reason. Rows are merged into what is kept by the
rules of :mod:`gridclient.exchange.entry`; the same file imported twice changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
import json
import re
from typing import Any

from sqlalchemy.orm.attributes import manager_of_class

from gridclient.errors import GridError, Unfit
from gridclient.exchange.book import Book, Table
from gridclient.exchange.columns import Head, plain
from gridclient.exchange.entry import Entry
from gridclient.exchange.forms import FORMS, Recognised, recognise
from gridclient.exchange.joining import join
from gridclient.exchange.lines import ERROR, FIXED, WARNING, Issue, Line, Sheet, Skipped
from gridclient.exchange.matters import KINDS, Matters
from gridclient.exchange.offices import Buildings, Stewards, Workers
from gridclient.exchange.party import Centres
from gridclient.exchange.people import People
from gridclient.exchange.places import Places
from gridclient.exchange.register import WAITING, Register
from gridclient.exchange.taker import Taker
from gridclient.exchange.taking_back import note_import, wire_values
from gridclient.exchange.visits import Visits
from gridclient.fields import spec_of
from gridclient.rules.undoing import Part
from gridclient.store.imports import Batch, Imports
from sync.errors import SyncError
from sync.record import SyncedRecord
from sync.replica import Replica

STEP = 500  # records written between two reports of progress
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Counts:
    """How many rows were read, and what would become of them; rows, not issues."""

    rows_read: int = 0
    importable: int = 0
    rows_with_errors: int = 0
    rows_with_warnings: int = 0
    rows_fixed_only: int = 0
    rows_skipped: int = 0


@dataclass(frozen=True)
class LeftOut:
    """A column that is known and not kept, and why."""

    sheet: str
    column: str
    header: str
    why: str


@dataclass
class Rehearsal:
    """What importing ``file`` would do; ``who`` is the name of the person at the laptop.

    ``unknown`` are ``(sheet, column, header)`` of columns nobody here knows; ``sheets`` names those without a known form.
    """

    form: str
    title: str
    counts: Counts = Counts()
    issues: list[Issue] = field(default_factory=list, repr=False)
    skipped: list[Skipped] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    unknown: list[tuple[str, str, str]] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    hidden: tuple[str, ...] = ()
    batch: list[Entry] = field(default_factory=list, repr=False)
    waiting: list[tuple[str, ...]] = field(default_factory=list, repr=False)
    file: str = ""
    who: str = ""

    @property
    def created(self) -> dict[str, int]:
        """Kind → how many records would be new."""
        return dict(Counter(e.table.kind() for e in self.batch if e.held is None))

    @property
    def updated(self) -> dict[str, int]:
        """Kind → how many records would change."""
        return dict(Counter(e.table.kind() for e in self.batch if e.held is not None))

    def masked(self) -> list[Issue]:
        """The issues with ids, telephone numbers and names starred out."""
        return [issue.masked() for issue in self.issues]


@dataclass(frozen=True)
class Report:
    """What an import did: kind → how many; ``passed`` counts records that had changed since the rehearsal.

    ``n`` is its number among the imports that can be taken back, 0 when nothing was written.
    """

    created: dict[str, int]
    updated: dict[str, int]
    skipped: int
    passed: int = 0
    n: int = 0


def rehearse(
    replica: Replica, book: Book, *, home: str, who: str, today: date, progress: Progress | None = None
) -> Rehearsal:
    """Go through a book without writing. ``home`` is an area code within the community, ``who`` records visits.

    Raises Unfit when no sheet carries a form that is known here, or ``home`` has not the community's twelve digits.
    """
    found = recognise(book)
    if not found:
        raise Unfit("认不出这是什么表", f"请确认表头完整。能导入的有：{'、'.join(known_titles())}。")
    first = found[0].form
    carried = {one.table.name for one in found}
    others = [table.name for table in book.tables if table.name not in carried and table.rows]
    done = Rehearsal(first.name, first.title, hidden=book.hidden, sheets=others, file=book.name, who=who)
    register = Register(replica, _community(home))
    tell = progress or _silent
    total = sum(len(one.table.rows) - one.head.body for one in found)
    lines: list[Line] = []
    for one in found:
        for line in _sheet(one, register, done, who, today):
            lines.append(line)
            if len(lines) % STEP == 0:
                tell(len(lines), total, "正在核对")
    join(register)
    tell(total, total, "核对完成")
    done.issues = [issue for line in lines for issue in line.issues]
    done.counts = _count(lines, len(done.skipped))
    done.batch = list(register.touched())
    done.waiting = [(centre, number) for centre, number in register.waiting]
    return done


def commit(replica: Replica, rehearsal: Rehearsal, progress: Progress | None = None) -> Report:
    """Write what was rehearsed, some hundred records at a time; ``progress`` may raise before anything is written.

    A record changed by somebody since the rehearsal keeps the values it has now.
    """
    tell = progress or _silent
    total = len(rehearsal.batch)
    tell(0, total, "准备写入")
    records, parts, passed = _records(replica, rehearsal.batch)
    tell(0, total, "开始写入")
    first, origin = replica.last_mseq + 1, replica.origin
    imports = Imports(replica.engine)
    n = imports.begin(_batch(rehearsal, origin, first)) if records else 0
    for at in range(0, len(records), STEP):
        imports.keep(n, at // STEP, parts[at : at + STEP])
        replica.import_many(records[at : at + STEP], why="导入")
        imports.reached(n, replica.last_mseq)
        _quietly(tell, min(at + STEP, total), total)
    note_import(replica, origin, first)
    _remember(replica, rehearsal)
    return Report(rehearsal.created, rehearsal.updated, rehearsal.counts.rows_with_errors, passed, n)


def known_titles() -> list[str]:
    """The forms that are recognised and kept."""
    return [form.title for form in FORMS]


def _community(home: str) -> str:
    if not re.match(r"\d{12}", home):
        raise Unfit("还没有设定本社区的区划编码", "请先在设置里填写本社区的 12 位区划编码，再导入。")
    return home[:12]


def _silent(_done: int, _total: int, _text: str) -> None:
    return


def _sheet(found: Recognised, register: Register, done: Rehearsal, who: str, today: date) -> Iterator[Line]:
    sheet = Sheet(found, today)
    places = Places(register, _told(found.table, found.head))
    taker = _taker(found.form.name, register, places, who, today)
    lines = list(sheet.lines())
    taker.look_over([line for line in lines if not line.torn])
    for line in lines:
        if not line.torn:
            taker.take(line, sheet.required)
        yield line
    taker.finish()
    done.skipped += sheet.skipped
    for column in found.head.columns:
        where = (found.table.name, column.letter, column.head)
        if not column.slot:
            done.unknown.append(where)
        elif column.slot.startswith("!"):
            done.left_out.append(LeftOut(*where, column.slot[1:]))


def _taker(form: str, register: Register, places: Places, who: str, today: date) -> Taker:
    if form == "visits":
        return Visits(register, places, who=who)
    if form in KINDS:
        return Matters(register, places, form)
    if form == "centres":
        return Centres(register, places)
    if form == "buildings":
        return Buildings(register, places)
    if form == "grid_workers":
        return Workers(register, places, today=today)
    if form == "stewards":
        return Stewards(register, places)
    return People(register, places, form, today=today)


def _told(table: Table, head: Head) -> str:
    """The community's name as the form gives it: in its 填报单位 row, or in its first 所属社区 cell."""
    for row in table.rows[: head.rows[0]]:
        for index, cell in enumerate(row):
            if plain(cell) in ("社区/村", "社区") and index:
                return str(row[index - 1]).strip()
    column = next((c for c in head.columns if c.slot == "community"), None)
    body = table.rows[head.body :] if column else []
    return next((str(row[column.index]).strip() for row in body if column and row[column.index]), "")


def _count(lines: Iterable[Line], skipped: int) -> Counts:
    tally: Counter[str] = Counter()
    for line in lines:
        worst = {issue.severity for issue in line.issues}
        tally["read"] += 1
        tally[next((s for s in (ERROR, WARNING, FIXED) if s in worst), "clean")] += 1
    return Counts(
        tally["read"], tally["read"] - tally[ERROR], tally[ERROR], tally[WARNING], tally[FIXED], skipped
    )


def _batch(rehearsal: Rehearsal, origin: str, first: int) -> Batch:
    at = datetime.now().astimezone()
    told = (rehearsal.who, rehearsal.file, rehearsal.title, origin, first, first - 1)
    return Batch(0, at, *told, rehearsal.created, rehearsal.updated)


def _records(replica: Replica, batch: list[Entry]) -> tuple[list[SyncedRecord], list[Part], int]:
    """The records to be written, and what that does to each; values somebody has changed meanwhile are passed over.

    A record made needs no values among the parts: its stamps tell whether somebody has touched it since.
    """
    present = _present(replica, [e for e in batch if e.held is not None])
    records: list[SyncedRecord] = []
    parts: list[Part] = []
    passed = 0
    for entry in batch:
        if entry.held is None:
            records.append(_made(entry))
            parts.append(Part(entry.table.kind(), entry.id, made=True))
            continue
        record = present.get(entry.id)
        if record is None or record.removed:
            passed += 1
            continue
        fresh = {n: v for n, v in entry.fresh.items() if getattr(record, n) == entry.stored(n)}
        passed += len(entry.fresh) - len(fresh)
        records.append(record)
        parts.append(_laid_over(replica, record, fresh))
    return records, parts, passed


def _laid_over(replica: Replica, record: SyncedRecord, fresh: dict[str, Any]) -> Part:
    was = wire_values(replica, record, fresh)
    for name, value in fresh.items():
        setattr(record, name, value)
    return Part(type(record).kind(), record.id, was, wire_values(replica, record, fresh))


def _made(entry: Entry) -> SyncedRecord:
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
        for at in range(0, len(ids), STEP):
            chosen = getattr(table, "id").in_(ids[at : at + STEP])  # noqa: B009 - a column, not the text it holds
            found |= {record.id: record for record in replica.all(table, chosen)}
    return found


def _remember(replica: Replica, rehearsal: Rehearsal) -> None:
    """Keep which 1+N lines wait."""
    waiting = json.dumps(rehearsal.waiting)
    if waiting != (replica.meta(WAITING) or "[]"):
        replica.set_meta(WAITING, waiting)


def _quietly(tell: Progress, done: int, total: int) -> None:
    """Report progress; it is too late to stop."""
    try:
        tell(done, total, "正在写入")
    except (GridError, SyncError):
        return


def titles(counts: dict[str, int]) -> str:
    """Kind → count in words: ``居民 3 · 户 1``."""
    return " · ".join(f"{spec_of(kind).title} {count}" for kind, count in counts.items())
