"""What withdrawn laptops handed in: kept under seal, and settled only when the office says so."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
import secrets
import string
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, bindparam, case, func, select, update

from sync.admit import MSEQ_MOST
from sync.clock import MAX_MILLIS, wall_millis
from sync.errors import Garbled, Refused
from sync.protocol import Change, Exchange, HandedIn, HandIn, Receipt, Stamp, Verdict, fingerprint
from sync.server import receipts, tables
from sync.server.accounts import person_of
from sync.server.audit import audited
from sync.server.database import insert_new, reading, translated, writing
from sync.server.entry import Caller, withdrawn
from sync.server.intake import current_epoch, last_of, take_in
from sync.server.passwords import Passwords
from sync.server.rights import Person, Role
from sync.server.seal import Seal

SEALED_MOST = 64 * 1024 * 1024  # bytes one laptop may leave here: it may be in a stranger's hands
PARCELS_MOST = 100  # of one laptop: it takes a new origin only when it was copied or put back
TAKEN = (Verdict.APPLIED, Verdict.CLASHED, Verdict.AGREED)

_EVERYWHERE = tuple(string.digits + string.ascii_letters)  # area codes are prefixes: every one begins so


@dataclass(frozen=True)
class Parcel:
    """What one withdrawn laptop handed in under one origin; ``received_at`` in milliseconds since 1970.

    ``open`` changes wait for the office, ``settled`` ones have been decided.
    """

    no: int
    account: str
    device: str
    device_name: str
    received_at: int
    open: int
    settled: int


@dataclass(frozen=True)
class _Held:
    """One change still under seal, and the mark it is kept by."""

    mark: str
    change: Change


class Quarantine:
    """The office's view of what was handed in. ``actor`` is who is acting, for the audit."""

    def __init__(
        self,
        engine: Engine,
        seal: Seal,
        *,
        actor: str = "console",
        wall: Callable[[], int] = wall_millis,
    ) -> None:
        self._engine, self._seal, self._actor, self._wall = engine, seal, actor, wall

    def all(self) -> list[Parcel]:
        """Every parcel, the oldest first."""
        parcel, sealed, device = tables.parcel, tables.sealed.c, tables.device
        waiting = func.coalesce(func.sum(case((sealed.outcome == "", 1), else_=0)), 0)
        wanted = (
            select(parcel, device.c.name, waiting.label("open"), func.count(sealed.mseq).label("all"))
            .join(device, device.c.id == parcel.c.device)
            .outerjoin(tables.sealed, sealed.parcel == parcel.c.no)
            .group_by(*parcel.c, device.c.name)
            .order_by(parcel.c.no)
        )
        with translated(), reading(self._engine) as db:
            return [
                Parcel(r.no, r.account, r.device, r.name, r.received_at, r.open, r.all - r.open)
                for r in db.execute(wanted)
            ]

    def changes(self, no: int) -> list[Change]:
        """The changes of a parcel that wait, oldest first; looking at them is audited."""
        with translated(), writing(self._engine) as db:
            parcel = _known(db, no)
            held = self._open(db, parcel)
            self._audit(db, "quarantine.show", parcel, f"changes={len(held)}")
        return [one.change for one in held]

    def accept(self, no: int, *, as_office: bool = False) -> list[Receipt]:
        """Settle what waits in a parcel as ordinary changes of its account; one receipt each, in order.

        They are judged by the rights the account has now, or ``as_office`` by those of the office everywhere. What
        the centre had taken already is a repeat (AGREED). What is not taken stays sealed, with the reason told.
        """
        with translated(), writing(self._engine) as db:
            parcel = _known(db, no)
            held = self._open(db, parcel)
            if not held:
                raise Refused(f"第 {no} 份没有待处理的内容", "用 quarantine list 查看。")
            caller = Caller(_judged(db, parcel, as_office=as_office), parcel.device, 0)
            repeats = _repeats(db, parcel.origin, held)
            known = {one.mark for one in repeats}
            fresh = [one for one in held if one.mark not in known]
            receipts = [Receipt(mseq=one.change.mseq, verdict=Verdict.AGREED) for one in repeats]
            told = self._settled(db, caller, parcel, [one.change for one in fresh])
            taken = [one for one, r in zip(fresh, told, strict=True) if r.verdict in TAKEN]
            _close(db, no, [*repeats, *taken], "accepted")
            receipts += told
            counted = Counter(receipt.verdict.name.lower() for receipt in receipts)
            words = [f"{name}={count}" for name, count in sorted(counted.items())]
            self._audit(db, "quarantine.accept", parcel, " ".join(["office"] * as_office + words))
        return sorted(receipts, key=lambda receipt: receipt.mseq)

    def discard(self, no: int) -> int:
        """Throw away what waits in a parcel, for good; how many changes there were."""
        with translated(), writing(self._engine) as db:
            parcel = _known(db, no)
            held = self._open(db, parcel)
            _close(db, no, held, "discarded")
            self._audit(db, "quarantine.discard", parcel, f"changes={len(held)}")
        return len(held)

    def _open(self, db: Connection, parcel: Row[Any]) -> list[_Held]:
        table = tables.sealed
        waiting = select(table).where(table.c.parcel == parcel.no, table.c.outcome == "")
        rows = db.execute(waiting.order_by(table.c.mseq, table.c.mark).with_for_update()).all()
        about = [_about(parcel.no, row.mseq, row.mark) for row in rows]
        bodies = [self._seal.opened(row.body, told) for row, told in zip(rows, about, strict=True)]
        return [
            _Held(row.mark, msgspec.json.decode(body, type=Change))
            for row, body in zip(rows, bodies, strict=True)
        ]

    def _settled(
        self, db: Connection, caller: Caller, parcel: Row[Any], changes: list[Change]
    ) -> list[Receipt]:
        """One receipt for each change, in order.

        Those that follow what is known of the laptop's origin are settled under it, so that a laptop let in again
        repeats them; the others as those of another laptop.
        """
        now = self._wall()
        clock = parcel.laptop_now + now - parcel.received_at
        follow = _following(db, parcel, changes)
        strays = Exchange(origin=parcel.origin, now=clock, changes=_without(changes, follow))
        told: dict[int, Receipt] = {}
        for request, ours in (
            (_renumbered(strays, f"parcel-{parcel.no}-{secrets.token_hex(5)}"), strays.changes),
            (msgspec.structs.replace(strays, changes=follow), follow),
        ):
            if ours:
                found = take_in(db, caller, request, epoch=current_epoch(db), now=now).receipts
                told |= {id(change): receipt for change, receipt in zip(ours, found, strict=True)}
        return [msgspec.structs.replace(told[id(change)], mseq=change.mseq) for change in changes]

    def _audit(self, db: Connection, act: str, parcel: Row[Any], detail: str) -> None:
        told = f"account={parcel.account} device={parcel.device} {detail}"
        audited(db, actor=self._actor, act=act, subject=str(parcel.no), detail=told, now=self._wall())


def keep_sealed(
    engine: Engine, passwords: Passwords, seal: Seal, token: str, request: HandIn, *, now: int
) -> HandedIn:
    """Keep what a withdrawn laptop still has to say; a repeat is kept once.

    Refused for a laptop that is not withdrawn, or that has left too much; Garbled for numbers out of order.
    """
    numbers = [change.mseq for change in request.changes]
    if any(not 1 <= n <= MSEQ_MOST for n in numbers) or sorted(set(numbers)) != numbers:
        raise Garbled("修改的编号不连续", "请升级程序后再同步；如仍出现，请联系管理员。")
    with writing(engine) as db:
        device, account = withdrawn(db, passwords, token)
        parcel = _parcel(db, device, account, request, now=now)
        rows = [_closed(seal, parcel, change) for change in request.changes]
        _check_room(db, parcel, rows)
        insert_new(db, tables.sealed, rows)
        return HandedIn(upto=numbers[-1] if numbers else _last(db, parcel))


def _parcel(db: Connection, device: str, account: str, request: HandIn, *, now: int) -> Row[Any]:
    table = tables.parcel
    made = {"account": account, "device": device, "origin": request.origin}
    clocks = {"laptop_now": max(0, min(request.now, MAX_MILLIS)), "received_at": now}
    insert_new(db, table, [made | clocks])
    if (db.execute(select(func.count()).where(table.c.device == device)).scalar() or 0) > PARCELS_MOST:
        raise _too_much()
    this = (table.c.device == device, table.c.origin == request.origin)
    db.execute(update(table).where(*this).values(clocks))
    return db.execute(select(table).where(*this)).one()


def _closed(seal: Seal, parcel: Row[Any], change: Change) -> dict[str, Any]:
    mark = seal.mark(fingerprint(change))
    body = seal.closed(msgspec.json.encode(change), _about(parcel.no, change.mseq, mark))
    return {"parcel": parcel.no, "mseq": change.mseq, "mark": mark, "body": body, "outcome": ""}


def _about(parcel: int, mseq: int, mark: str) -> str:
    return f"{parcel} {mseq} {mark}"


def _check_room(db: Connection, parcel: Row[Any], rows: Sequence[dict[str, Any]]) -> None:
    own = select(tables.parcel.c.no).where(tables.parcel.c.device == parcel.device)
    held = select(func.sum(func.length(tables.sealed.c.body))).where(tables.sealed.c.parcel.in_(own))
    if (db.execute(held).scalar() or 0) + sum(len(row["body"]) for row in rows) > SEALED_MOST:
        raise _too_much()


def _too_much() -> Refused:
    return Refused("这台电脑交回的内容太多", "请把电脑带到社区，由管理员处理。")


def _last(db: Connection, parcel: Row[Any]) -> int:
    table = tables.sealed.c
    return db.execute(select(func.max(table.mseq)).where(table.parcel == parcel.no)).scalar() or 0


def _known(db: Connection, no: int) -> Row[Any]:
    row = db.execute(select(tables.parcel).where(tables.parcel.c.no == no)).one_or_none()
    if row is None:
        raise Refused(f"没有第 {no} 份", "用 quarantine list 查看编号。")
    return row


def _judged(db: Connection, parcel: Row[Any], *, as_office: bool) -> Person:
    account = db.execute(select(tables.account).where(tables.account.c.name == parcel.account)).one()
    person = person_of(db, account)
    return replace(person, role=Role.ADMIN, areas=_EVERYWHERE, formerly=()) if as_office else person


def _following(db: Connection, parcel: Row[Any], changes: Sequence[Change]) -> list[Change]:
    """The changes that come next after what the centre has of their origin; none when that is another account's."""
    table = tables.origin.c
    owner = db.execute(select(table.account).where(table.origin == parcel.origin)).scalar_one_or_none()
    found: list[Change] = []
    next_ = last_of(db, parcel.account, parcel.origin) + 1
    for change in changes if owner in (None, parcel.account) else ():
        if change.mseq == next_ + len(found):
            found.append(change)
    return found


def _without(changes: Sequence[Change], some: Sequence[Change]) -> list[Change]:
    left_out = set(map(id, some))
    return [change for change in changes if id(change) not in left_out]


def _repeats(db: Connection, origin: str, held: Sequence[_Held]) -> list[_Held]:
    """Those the centre had taken under this origin before the laptop was withdrawn."""
    known = receipts.kept(db, origin, held[0].change.mseq, held[-1].change.mseq)
    taken = {(receipt.mseq, mark.hex()) for mark, receipt in known if receipt.verdict in TAKEN}
    return [one for one in held if (one.change.mseq, fingerprint(one.change)) in taken]


def _renumbered(request: Exchange, origin: str) -> Exchange:
    """The same changes as another laptop would send them: numbered from 1, and their bases with them."""
    numbers = {change.mseq: n for n, change in enumerate(request.changes, 1)}
    stamps = {Stamp(request.origin, mseq): Stamp(origin, n) for mseq, n in numbers.items()}
    changes = [
        msgspec.structs.replace(
            change,
            mseq=n,
            tx=numbers.get(change.tx, n),
            base={group: stamps.get(stamp, stamp) for group, stamp in change.base.items()},
        )
        for n, change in enumerate(request.changes, 1)
    ]
    return msgspec.structs.replace(request, origin=origin, changes=changes)


def _close(db: Connection, no: int, held: Sequence[_Held], outcome: str) -> None:
    """Keep that these were decided, so that a repeat stays one; what was in them is gone from here."""
    table = tables.sealed
    this = (table.c.parcel == no, table.c.mseq == bindparam("mseq_"), table.c.mark == bindparam("mark_"))
    rows = [{"mseq_": one.change.mseq, "mark_": one.mark} for one in held]
    if rows:
        db.execute(update(table).where(*this).values(outcome=outcome, body=b""), rows)
