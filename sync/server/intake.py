"""Taking a laptop's changes in: kept raw first, then settled, then stored, all in one transaction."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
import hashlib
from itertools import chain
from operator import attrgetter
import re

import msgspec
from sqlalchemy import Connection, bindparam, select, update
import zstandard

from sync.admit import MSEQ_MOST
from sync.bulk import bulk
from sync.conflict import CONFLICT, subject_of
from sync.digest import to_text
from sync.errors import Forked, Gap, Garbled
from sync.lately import LATE_MS, last_told
from sync.protocol import Change, Exchange, Receipt, mark
from sync.record import PLACE
from sync.server import receipts, shelf, tables
from sync.server.database import insert_many, insert_new, plain, values_of
from sync.server.entry import Caller
from sync.server.streams import Echo
from sync.settle import settle
from sync.settlement import Settlement, Terms, Trace

_HISTORY = tuple(column.name for column in tables.history.c if column.name != "no")
_JOURNAL = tuple(column.name for column in tables.journal.c if column.name != "no")
_EPOCH = select(tables.meta.c.epoch, tables.meta.c.epoch_no)
_THIS = tables.origin.c.origin == bindparam("origin_")
_LOCKED = select(tables.origin).where(_THIS).with_for_update()
_ADVANCED = update(tables.origin).where(_THIS).values(last=bindparam("last"))
_LAST = select(tables.origin.c.last).where(_THIS, tables.origin.c.account == bindparam("account_"))
_SIGNED = (1 << 63) - 1
_ID = re.compile(r"[0-9a-f]{32}")
_encode = msgspec.json.Encoder().encode
_AREA = re.compile(r"[0-9A-Za-z]{1,20}|\*")


@dataclass(frozen=True)
class Epoch:
    """Which life of the database this is: a random text, and a number that grows with each restore."""

    text: str
    number: int


def current_epoch(db: Connection) -> Epoch:
    """The life the database is in."""
    row = db.execute(_EPOCH).one()
    return Epoch(row.epoch, row.epoch_no)


@dataclass
class Intake:
    """What came of one request: the last number stored of its origin, receipts in order, and per area touched what
    its author's laptop has already.
    """

    last: int = 0
    receipts: list[Receipt] = field(default_factory=list)
    echoes: dict[str, Echo] = field(default_factory=dict)


def take_in(
    db: Connection,
    caller: Caller,
    request: Exchange,
    *,
    epoch: Epoch,
    now: int,
    areas: Collection[str] = (),
) -> Intake:
    """Store what a laptop made; a repeat gets the receipts it got before. ``areas`` are codes known to have a row.

    Gap when earlier changes are missing, Forked when a number arrives with other content or another account's
    identity is used, Garbled when the numbers are not in one row.
    """
    changes = request.changes
    first, last = _numbers(changes)
    stored = _lock_origin(db, caller, request.origin, now=now)
    if first > stored + 1:
        raise Gap(stored + 1)
    told = list(map(_encode, changes))
    marks = list(map(mark, told))
    repeats = max(0, min(stored - first + 1, len(changes)))
    old = _receipts(db, request.origin, first, marks[:repeats])
    fresh = changes[repeats:]
    if not fresh:
        return Intake(stored, old)
    _keep_raw(db, caller, request.origin, fresh, told[repeats:], now=now)
    news = msgspec.structs.replace(request, changes=fresh)
    done, echoes = _settled(db, caller, news, epoch=epoch, now=now, areas=areas)
    new = sorted(done.receipts, key=attrgetter("mseq"))
    receipts.keep(db, request.origin, marks[repeats:], new)
    _keep_history(db, caller, done.traces)
    db.execute(_ADVANCED, {"origin_": request.origin, "last": last})
    return Intake(last, old + new, echoes)


def last_of(db: Connection, account: str, origin: str) -> int:
    """The last number stored of an origin; 0 when it is new or belongs to somebody else."""
    asked = {"origin_": origin, "account_": account}
    return db.execute(_LAST, asked).scalar_one_or_none() or 0


def _numbers(changes: list[Change]) -> tuple[int, int]:
    first, last = changes[0].mseq, changes[-1].mseq
    if not 1 <= first <= last <= MSEQ_MOST or any(c.mseq != first + n for n, c in enumerate(changes)):
        raise Garbled("修改的编号不连续", "请升级程序后再同步；如仍出现，请联系管理员。")
    return first, last


def _lock_origin(db: Connection, caller: Caller, origin: str, *, now: int) -> int:
    asked = {"origin_": origin}
    row = db.execute(_LOCKED, asked).one_or_none()
    if row is None:
        # A laptop whose line was cut may ask again while its first request is still being answered.
        made = {"origin": origin, "account": caller.person.account, "device": caller.device}
        insert_new(db, tables.origin, [{**made, "last": 0, "created_at": now}])
        row = db.execute(_LOCKED, asked).one()
    if row.account != caller.person.account:
        raise Forked
    return int(row.last)


def _receipts(db: Connection, origin: str, first: int, marks: list[bytes]) -> list[Receipt]:
    if not marks:
        return []
    kept = receipts.kept(db, origin, first, first + len(marks) - 1)
    if [mark for mark, _receipt in kept] != marks:
        raise Forked
    return [receipt for _mark, receipt in kept]


def _keep_raw(
    db: Connection, caller: Caller, origin: str, changes: list[Change], told: list[bytes], *, now: int
) -> None:
    raw = b"[" + b",".join(told) + b"]"
    sha256, body = hashlib.sha256(raw).digest(), zstandard.ZstdCompressor().compress(raw)
    row = (origin, caller.device, changes[0].mseq, changes[-1].mseq, sha256, body, now)
    insert_many(db, tables.journal, _JOURNAL, [row])


def _settled(
    db: Connection, caller: Caller, request: Exchange, *, epoch: Epoch, now: int, areas: Collection[str]
) -> tuple[Settlement, dict[str, Echo]]:
    account = caller.person.account
    forged = {change.id for change in request.changes if change.by != account}
    # A token speaks for its owner: whatever name a change carries, this is who sent it.
    changes = [c if c.by == account else msgspec.structs.replace(c, by=account) for c in request.changes]
    rights = caller.person.rights(request, now=now, left=_leavers(db, request, now=now))
    named = _areas_named(changes)
    closed = shelf.begin(db, {code for code in named if code not in areas and rights.receives(code)})
    rights = replace(rights, closed=frozenset(closed))
    # An id of another form names nothing; it is refused with a reason when the change is settled.
    subjects = {subject_of(c.groups) for c in changes if c.kind == CONFLICT and c.made}
    ids = {id_ for id_ in {*subjects, *(c.id for c in changes)} if _ID.fullmatch(id_)}
    heads, stored = shelf.locked(db, ids, named)

    @cache
    def authors() -> Mapping[str, str]:
        told = (document.stamps for document in stored.values())
        offered = (change.written for change in changes)
        return shelf.authors(db, chain.from_iterable(one.values() for one in chain(told, offered)))

    terms = Terms(
        origin=request.origin,
        hub_now=now,
        laptop_now=request.now,
        epoch=epoch.text,
        epoch_no=epoch.number,
        rights=rights,
        author_of=lambda origin: account if origin == request.origin else authors().get(origin, ""),
    )
    before = {code: head.head for code, head in heads.items()}
    with bulk():
        done = settle(changes, stored, terms)
        for id_ in shelf.known(db, done.raised):
            del done.documents[id_]
        shelf.put(db, done.documents.values(), stored, heads, now=now)
    return done, _echoes(done, before, heads, forged)


def _areas_named(changes: Iterable[Change]) -> set[str]:
    named = {change.area for change in changes}
    targets = (change.groups[PLACE].get("area") for change in changes if PLACE in change.groups)
    named |= {target for target in targets if isinstance(target, str)}
    return {code for code in named if _AREA.fullmatch(code)}


def _leavers(db: Connection, request: Exchange, *, now: int) -> Callable[[str, str], bool]:
    """Answers whether a record left an area only after everything this request says of it was written."""

    @cache
    def left() -> set[tuple[str, str]]:
        # Asked when it matters, which is after the areas were locked: until then a record may still leave.
        latest = last_told(request, now=now)
        table = tables.departure.c
        wanted = select(table.area, table.id, table.at).where(
            table.id.in_(values_of(db, [*filter(_ID.fullmatch, latest)]))
        )
        return {(row.area, row.id) for row in db.execute(wanted) if latest[row.id] <= row.at >= now - LATE_MS}

    return lambda area, id_: (area, id_) in left()


def _echoes(
    done: Settlement, before: Mapping[str, int], heads: Mapping[str, shelf.Head], forged: Collection[str]
) -> dict[str, Echo]:
    written: dict[str, dict[str, int]] = {code: {} for code, head in heads.items() if head.moved}
    for found in done.documents.values():
        if found.id in done.plain and found.id not in forged:
            written[found.area][found.id] = found.ver
    return {
        code: Echo(before.get(code, 0), heads[code].head, to_text(heads[code].digest), vers)
        for code, vers in written.items()
    }


def _keep_history(db: Connection, caller: Caller, traces: list[Trace]) -> None:
    rows = [
        (
            plain(t.area, 20),
            plain(t.id, 32),
            t.ver,
            plain(t.group, 64),
            _encode(t.old).decode(),
            _encode(t.new).decode(),
            plain(t.by, 64),
            caller.device,
            plain(t.stamp.origin, 64),
            min(t.stamp.mseq, _SIGNED),
            max(-_SIGNED, min(t.at_raw, _SIGNED)),
            min(t.at, _SIGNED),
            t.outcome,
        )
        for t in traces
    ]
    insert_many(db, tables.history, _HISTORY, rows)
