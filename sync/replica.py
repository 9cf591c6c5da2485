"""The laptop's half: typed tables a person reads and writes at once, and everything needed to agree with the centre.

Windows use :meth:`Replica.save` and the readers; the engine uses what stands below them. Both may do so at the same
time from their own threads: no session crosses one, writes wait for each other, and what is returned is detached.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec
from sqlalchemy import Engine, Executable, Table, func, select
from sqlmodel import Session

from sync.clock import Clock, millis_of
from sync.conflict import Conflict
from sync.farside import FarSide, News as News
from sync.outbox import DONE, PENDING, REFUSED, TABLES, Write, decode, now_ms, translated
from sync.protocol import Change
from sync.record import MADE, PLACE, SyncedRecord
from sync.shape import Row, Shape, shape_of
from sync.writing import Draft

IMPORT_STEP = 1000  # records written in one transaction of an import
ASKED = 400  # ids in one statement, which names them twice
_HOME = "home"
_CLASHED = 3  # beside the states of the outbox

R = TypeVar("R", bound=SyncedRecord)
Side = Literal["kept", "lost", "mine", "theirs", "both"]
State = Literal["kept", "sent", "received", "refused", "clashed"]


@dataclass(frozen=True)
class Refusal:
    """A change the centre did not take, with its reason; ``change`` still holds what was typed."""

    change: Change
    title: str
    advice: str


def replica_tables(kinds: Iterable[type[SyncedRecord]]) -> list[Table]:
    """Every table a replica of these kinds needs, its own included."""
    return [*(shape_of(kind).sql for kind in _with_conflicts(kinds)), *TABLES]


class Replica(FarSide):
    """The records one laptop holds. ``author`` is the account whose name edits bear; it may be set anew.

    ``engine`` is an SQLite engine, encrypted or not. ``before_change`` is called before an existing file is altered.
    """

    def __init__(
        self,
        engine: Engine,
        kinds: Iterable[type[SyncedRecord]],
        *,
        author: str,
        clock: Clock | None = None,
        before_change: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(engine, _with_conflicts(kinds), clock or Clock(), before_change)
        self.author = author

    def save(self, *records: SyncedRecord, why: str = "") -> list[Change]:
        """Store records as they stand, together; returns a change for each that differs from what was stored.

        The records given are brought up to date. Lists in them are replaced, not altered in place. Raises Invalid
        when one may not be stored, LocalFault when the disk refuses; then nothing was written.
        """
        with self._books.write() as write:
            changes = self._draft(write).record(records, why=why, together=True, adopt=True)
        self._tell([News(change.kind, change.id) for change in changes])
        return changes

    def import_many(self, records: Iterable[SyncedRecord], *, why: str = "") -> int:
        """Store many records, each standing for itself at the centre; returns how many were new or different.

        Written a thousand at a time: cut short, it may be repeated. Raises Invalid before any of a thousand is written.
        """
        every, count = list(records), 0
        for at in range(0, len(every), IMPORT_STEP):
            part = every[at : at + IMPORT_STEP]
            with self._books.write() as write:
                changes = self._draft(write).record(part, why=why, together=False, adopt=False)
            count += len(changes)
            self._tell([News(change.kind, change.id) for change in changes])
        return count

    def remove(self, record: SyncedRecord, why: str = "") -> list[Change]:
        """Put a record into the recycle bin, with a reason."""
        return self._live(record, now_ms(), why)

    def restore(self, record: SyncedRecord) -> list[Change]:
        """Take a record out of the recycle bin."""
        return self._live(record, None, "")

    def settle(
        self, conflict: Conflict, choose: Side, values: Mapping[str, Any] | None = None
    ) -> list[Change]:
        """Choose one side of a conflict: the record takes it, and the conflict is closed, in one save.

        ``both`` takes ``values`` instead, the wire values somebody made out of the two.
        """
        chosen = getattr(conflict, choose)(self.author) if choose in ("mine", "theirs") else choose
        shape, records = self.shapes.get(conflict.record_kind), []
        record = self.get(shape.table, conflict.record_id) if shape else None
        if shape is not None and record is not None:
            _set(shape, record, conflict.side(chosen).values if values is None else values)
            records.append(record)
        conflict.choice, conflict.settled_at = chosen, now_ms()
        return self.save(*records, conflict)

    def get(self, table: type[R], id_: str) -> R | None:
        """One record, removed or not; None when it is not held."""
        with translated(), Session(self.engine) as session:
            record = session.get(table, id_)
            session.expunge_all()
            return record

    def all(self, table: type[R], *where: Any, order: Any = None, removed: bool = False) -> list[R]:
        """Records of a kind that meet every condition; those in the recycle bin only with ``removed``."""
        query = select(table).where(*where, *([] if removed else [_column(table, "removed_at").is_(None)]))
        if order is not None:
            query = query.order_by(*(order if isinstance(order, tuple | list) else (order,)))
        with translated(), Session(self.engine) as session:
            records = list(session.scalars(query).all())
            session.expunge_all()
            return records

    def count(self, table: type[SyncedRecord], *where: Any, removed: bool = False) -> int:
        """How many records :meth:`all` would give."""
        living = [] if removed else [_column(table, "removed_at").is_(None)]
        query = select(func.count()).select_from(table).where(*where, *living)
        return int(self.rows(query)[0][0])

    def rows(self, statement: Executable) -> list[tuple[Any, ...]]:
        """The rows of a Core query, as plain tuples: for lists and figures."""
        with translated(), self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(statement).all()]

    def conflicts(self) -> list[Conflict]:
        """Conflicts nobody has settled, oldest first."""
        return self.all(
            Conflict, _column(Conflict, "settled_at").is_(None), order=_column(Conflict, "created_at")
        )

    def refused(self) -> list[Refusal]:
        """Changes the centre did not take and nobody has looked after, oldest first."""
        rows = self._books.read(
            "SELECT body, title, advice FROM sync_outbox WHERE state = ? ORDER BY n", REFUSED
        )
        return [Refusal(decode(body), title, advice) for body, title, advice in rows]

    def dismiss(self, refusal: Refusal) -> None:
        """Let go of a refused change; a record the centre never took goes with it."""
        change = refusal.change
        with self._books.write() as write:
            done = (DONE, now_ms(), change.mseq, change.id, REFUSED)
            write.run(
                "UPDATE sync_outbox SET state = ?, done_at = ? WHERE mseq = ? AND id = ? AND state = ?", *done
            )
            if change.made:
                write.run(f'DELETE FROM "{change.kind}" WHERE id = ? AND ver = 0', change.id)
        self._tell([News(change.kind, change.id)])

    def recall(self, refusal: Refusal) -> None:
        """Take a :meth:`dismiss` back: the change asks again, and the record that went with it is here again."""
        change, shape = refusal.change, self.shapes.get(refusal.change.kind)
        with self._books.write() as write:
            again = (REFUSED, change.mseq, change.id, DONE, refusal.title)
            write.run(
                "UPDATE sync_outbox SET state = ? WHERE mseq = ? AND id = ? AND state = ? AND title = ?",
                *again,
            )
            if change.made and shape and not write.all(f"{shape.select} WHERE id = ?", change.id):
                row = _made(shape, change, write.origin)
                for waiting in write.pending_of([change.id]).get(change.id, []):
                    row.lay_over(waiting, write.origin)
                write.run(shape.upsert, *shape.params(row))
        self._tell([News(change.kind, change.id)])

    def retry(self, refusal: Refusal) -> list[Change]:
        """Queue a refused change once more, as a new edit of the record as it stands now; returns what was queued.

        A record the centre never took is made again with all that was refused of it. Nothing is queued when the record
        reads so already; a change of a record that is gone goes as it was. Invalid when it may not be stored.
        """
        change, shape = refusal.change, self.shapes.get(refusal.change.kind)
        record = self.get(shape.table, change.id) if shape else None
        with self._books.write() as write:
            if shape is None or record is None:
                number = write.number()
                changes = [msgspec.structs.replace(change, mseq=number, tx=number, at=write.clock.now())]
                write.put(changes)
            else:
                for values in self._refused_values(write, change, whole=record.ver == 0):
                    _set(shape, record, values)
                changes = self._draft(write).record([record], why=change.why, together=True, adopt=False)
            done = (DONE, now_ms(), change.mseq, change.id, REFUSED)
            write.run(
                "UPDATE sync_outbox SET state = ?, done_at = ? WHERE mseq = ? AND id = ? AND state = ?", *done
            )
        self._tell([News(change.kind, change.id)])
        return changes

    def settle_in(self, author: str, *, old: str = "", new: str = "") -> None:
        """Give what was made before anybody signed in an author, and the area ``old`` its real code ``new``.

        Only what the centre has never seen is touched. Areas beneath ``old`` follow it. Raises ValueError once the
        laptop has spoken with a centre: then an area changes by an ordinary edit of each record.
        """
        if self.epoch:
            raise ValueError("the centre already knows these records")
        with self._books.write() as write:
            for kind in self.shapes:
                for column in ("created_by", "updated_by"):
                    write.run(f"UPDATE \"{kind}\" SET {column} = ? WHERE {column} = ''", author)
                if old:
                    whole = (new, len(old) + 1, len(old), old)
                    write.run(
                        f'UPDATE "{kind}" SET area = ? || substr(area, ?) WHERE substr(area, 1, ?) = ?',
                        *whole,
                    )
            write.rewrite([_settled(change, author, old, new) for change in write.pending()])
        self.author = author

    def state(self, record: SyncedRecord) -> State:
        """Where the latest edit is: on this laptop only, on its way, with the centre, or waiting for somebody."""
        return self.states([record.id])[record.id]

    def states(self, ids: Iterable[str]) -> dict[str, State]:
        """:meth:`state` of many records, in one query for each four hundred of them."""
        wanted = list(ids)
        found: dict[str, State] = dict.fromkeys(wanted, "received")
        for at in range(0, len(wanted), ASKED):
            part = wanted[at : at + ASKED]
            marks = ", ".join("?" * len(part))
            # The plus keeps SQLite from going through everything that waits by the index on ``state``.
            sql = (
                f"SELECT id, +state, MAX(mseq) FROM sync_outbox WHERE id IN ({marks}) AND +state <> {DONE} "
                f"GROUP BY id, +state UNION ALL SELECT record_id, {_CLASHED}, 0 FROM conflict "
                f"WHERE record_id IN ({marks}) AND settled_at IS NULL AND removed_at IS NULL ORDER BY 2"
            )
            for id_, state, mseq in self._books.read(sql, *part, *part):
                waits: State = "sent" if mseq <= self.sent_to else "kept"
                found[id_] = {REFUSED: "refused", _CLASHED: "clashed"}.get(state, waits)  # type: ignore[assignment]
        return found

    def pending(self) -> int:
        """How many changes the centre has not acknowledged."""
        return int(self._books.read("SELECT COUNT(*) FROM sync_outbox WHERE state = ?", PENDING)[0][0])

    def _live(self, record: SyncedRecord, removed_at: int | None, why: str) -> list[Change]:
        with self._books.write() as write:
            changes = self._draft(write).live(record, removed_at=removed_at, why=why)
        self._tell([News(change.kind, change.id) for change in changes])
        return changes

    def _refused_values(self, write: Write, change: Change, *, whole: bool) -> list[dict[str, Any]]:
        """The values of a refused change; with ``whole``, of everything refused of its record, oldest first."""
        sql = "SELECT body FROM sync_outbox WHERE id = ? AND state = ? ORDER BY n"
        changes = [decode(body) for (body,) in write.all(sql, change.id, REFUSED)] if whole else [change]
        return [values for one in changes for group, values in one.groups.items() if group != MADE]

    def _draft(self, write: Write) -> Draft:
        home = write.all("SELECT value FROM sync_meta WHERE key = ?", _HOME)
        return Draft(write, self.shapes, author=self.author, home=home[0][0] if home else "")


def _with_conflicts(kinds: Iterable[type[SyncedRecord]]) -> list[type[SyncedRecord]]:
    return list(dict.fromkeys([*kinds, Conflict]))


def _settled(change: Change, author: str, old: str, new: str) -> Change:
    groups = {group: dict(values) for group, values in change.groups.items()}
    if not groups.get(MADE, {"created_by": author})["created_by"]:
        groups[MADE]["created_by"] = author
    if PLACE in groups:
        groups[PLACE]["area"] = _recoded(groups[PLACE]["area"], old, new)
    return msgspec.structs.replace(
        change, by=change.by or author, area=_recoded(change.area, old, new), groups=groups
    )


def _recoded(area: str, old: str, new: str) -> str:
    return new + area[len(old) :] if old and area.startswith(old) else area


def _set(shape: Shape, record: SyncedRecord, values: Mapping[str, Any]) -> None:
    """Give a record these wire values, those of fields it does not know left out."""
    for name, value in values.items():
        if name == PLACE:
            record.area = value
        elif (cell := shape.by_name.get(name)) is not None:
            # Nothing at all is what the centre tells of a field nobody ever named.
            blank = value is None and not cell.nullable
            setattr(record, name, cell.blank() if blank else shape.python(name, value))


def _made(shape: Shape, change: Change, origin: str) -> Row:
    """The row of a record as the change that made it tells it."""
    told = {name: value for values in change.groups.values() for name, value in values.items()}
    body, unknown = shape.split(told)
    stamps = {"": [origin, change.mseq, change.at]}
    return Row(change.id, change.area, body, 0, millis_of(change.at), change.by, stamps, unknown)


def _column(table: type[SyncedRecord], name: str) -> Any:
    return getattr(table, name)
