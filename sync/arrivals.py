"""What a laptop does with the centre's answer: receipts filed, documents and departures applied, pending edits on top."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sync.beneath import before, covered, note
from sync.digest import MODULUS, record_digest, to_text
from sync.merge import written_of
from sync.outbox import DONE, PENDING, REFUSED, Write, decode, now_ms
from sync.protocol import Change, Document, Receipt, Stamp, Stream, Verdict
from sync.record import PLACE
from sync.shape import Row, Shape

_NEW = ("", "", 0)  # the kind, area and ver of what is not held
_NOT_TAKEN = (Verdict.REFUSED, Verdict.LATE)
_encode = msgspec.json.Encoder().encode
_document = msgspec.json.Decoder(Document).decode


class Arrivals:
    """News from the centre, applied inside one write. ``changed`` gathers (kind, id) of the rows that are new."""

    def __init__(self, write: Write, shapes: Mapping[str, Shape], *, author: str) -> None:
        self.write, self.shapes, self.author = write, shapes, author
        self.changed: list[tuple[str, str]] = []
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self._gone: dict[str, list[str]] = {}
        self._held: list[tuple[str, str, str, int]] = []
        self._moved: dict[str, int] = {}
        self._offers: list[Change] = []

    def acknowledge(self, upto: int, receipts: Iterable[Receipt]) -> None:
        """Mark pending changes up to ``upto`` done; those refused go aside, and their rows show what was before."""
        write, now = self.write, now_ms()
        refused = [r for r in receipts if r.verdict in _NOT_TAKEN and r.mseq <= upto]
        lacking = [r.mseq for r in receipts if r.verdict is Verdict.UNKNOWN and r.mseq <= upto]
        sql = "SELECT body FROM sync_outbox WHERE state = 0 AND mseq = ?"
        unknown = [body for mseq in lacking for (body,) in write.all(sql, mseq)]
        for id_ in covered(write, upto):
            # A change taken once before comes back no more: what arrived beneath it may be what stands.
            self._doubt(id_)
        for receipt in refused:
            self._set_aside(receipt, now)
        write.run(
            "UPDATE sync_outbox SET state = ?, done_at = ?, title = '', advice = '' WHERE state = ? AND mseq <= ?",
            DONE,
            now,
            PENDING,
            upto,
        )
        self._store()
        self._settle_digests()
        self._offer_unknown([decode(body) for body in unknown], now)

    def apply(self, stream: Stream, *, force: bool = False) -> bool:
        """Apply one stream; False, with nothing changed, when it does not continue where this laptop is.

        ``force`` takes documents whatever their ver: a repair.
        """
        cursor, recovering = self._place(stream.area)
        if stream.since != cursor:
            return False
        ids = {d.id for d in stream.records} | {d.id for d in stream.departures}
        ids |= {id_ for id_, _ver in stream.echo}
        held = self.write.held(ids)
        self._take(stream, held, recovering=recovering, force=force)
        self._echo(stream, held, recovering=recovering)
        self._depart(stream, held)
        self._store()
        caught_up = int(not stream.more)
        self.write.run(
            "INSERT INTO sync_stream VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (area) DO UPDATE SET cursor = excluded.cursor, caught_up = excluded.caught_up",
            *(stream.area, stream.to, to_text(0), caught_up, int(recovering)),
        )
        self._settle_digests()
        return True

    def leave(self, area: str) -> None:
        """Let go of a whole area: rows, cursor and digest."""
        for id_, kind, ver in self.write.all("SELECT id, kind, ver FROM sync_held WHERE area = ?", area):
            self._leave(id_, kind, area, ver)
        self._store()
        self.write.run("DELETE FROM sync_stream WHERE area = ?", area)

    def forsake(self, area: str) -> None:
        """Let go of what was made here in an area that no stream brings: the centre has taken it, and keeps it."""
        asks = "SELECT id FROM sync_outbox WHERE state IN (?, ?)"
        for kind in self.shapes:
            sql = f'SELECT id FROM "{kind}" WHERE area = ? AND ver = 0 AND id NOT IN ({asks})'
            for (id_,) in self.write.all(sql, area, PENDING, REFUSED):
                self._leave(id_, kind, area, 0)
        self._store()

    def caught_up(self, area: str) -> int:
        """Offer back what a restored centre did not send again; returns how many records that were."""
        lost = self.write.all("SELECT id, kind FROM sync_held WHERE area = ? AND ver = 0", area)
        count = self.offer_whole(area, [(id_, kind) for id_, kind in lost])
        self.write.run("UPDATE sync_stream SET recovering = 0 WHERE area = ?", area)
        return count

    def offer_whole(self, area: str, lost: list[tuple[str, str]]) -> int:
        """Queue whole rows, ``(id, kind)``, that the centre lacks."""
        pending = self.write.pending_of(id_ for id_, _kind in lost)
        for id_, kind in lost:
            row = self._row(kind, id_)
            if row is not None and not any(change.made for change in pending.get(id_, [])):
                self._offer(kind, row, area, self._parts(kind, row), made=True, pending=pending.get(id_, []))
        self._queue_offers()
        return len(lost)

    def unpark(self) -> None:
        """Give documents kept for a kind then unknown their rows, now that it is declared."""
        for id_, kind, body in self.write.all("SELECT id, kind, body FROM sync_parked"):
            if kind in self.shapes:
                self._lay(_document(body), [])
                self.write.run("DELETE FROM sync_parked WHERE id = ?", id_)
        self._store()

    def _place(self, area: str) -> tuple[int, bool]:
        found = self.write.all("SELECT cursor, recovering FROM sync_stream WHERE area = ?", area)
        return (found[0][0], bool(found[0][1])) if found else (0, False)

    def _take(
        self, stream: Stream, held: Mapping[str, tuple[str, str, int]], *, recovering: bool, force: bool
    ) -> None:
        pending = self.write.pending_of(document.id for document in stream.records)
        come = 0
        for document in stream.records:
            _kind, area, ver = held.get(document.id, _NEW)
            if ver > document.ver and not force:
                continue
            if recovering and document.kind in self.shapes:
                self._recover(document, pending.setdefault(document.id, []))
            if ver:
                self._count(area, document.id, -ver)
            come += record_digest(document.id, document.ver)
            self._held.append((document.id, document.kind, stream.area, document.ver))
            self._lay(document, pending.get(document.id, []))
        self._moved[stream.area] = self._moved.get(stream.area, 0) + come

    def _lay(self, document: Document, pending: list[Change]) -> None:
        shape = self.shapes.get(document.kind)
        if shape is None:
            self.write.run(
                "INSERT OR REPLACE INTO sync_parked VALUES (?, ?, ?)",
                document.id,
                document.kind,
                _encode(document),
            )
            return
        params = shape.stored(document)
        if pending:
            row = shape.read(params)
            for change in pending:
                note(self.write, shape, row, change)
                row.lay_over(change, self.write.origin)
            params = shape.params(row)
        self._rows.setdefault(document.kind, []).append(params)
        self.changed.append((document.kind, document.id))

    def _echo(self, stream: Stream, held: Mapping[str, tuple[str, str, int]], *, recovering: bool) -> None:
        kinds = self._here(self._kinds(id_ for id_, _ver in stream.echo if id_ not in held))
        vers: dict[str, list[tuple[int, str]]] = {}
        come = 0
        for id_, ver in stream.echo:
            kind, area, old = held.get(id_) or (kinds.get(id_, ""), "", 0)
            if kind not in self.shapes or old > ver:
                continue
            if recovering:
                # A change sent again says what was typed then, not what stands here by now: the row is offered too.
                self._held.append((id_, kind, stream.area, 0))
                continue
            if old:
                self._count(area, id_, -old)
            come += record_digest(id_, ver)
            self._held.append((id_, kind, stream.area, ver))
            vers.setdefault(kind, []).append((ver, id_))
        self._moved[stream.area] = self._moved.get(stream.area, 0) + come
        for kind, rows in vers.items():
            self.write.many(f'UPDATE "{kind}" SET ver = ? WHERE id = ?', rows)

    def _kinds(self, ids: Iterable[str]) -> dict[str, str]:
        """The kinds of records changed here."""
        return dict(self.write.within("SELECT DISTINCT id, kind FROM sync_outbox WHERE id IN", ids))

    def _here(self, kinds: Mapping[str, str]) -> dict[str, str]:
        """Those of them that have a row: a laptop that left their area meanwhile has none, and must be sent them."""
        rows = {
            (kind, id_)
            for kind in {*kinds.values()} & self.shapes.keys()
            for (id_,) in self.write.within(
                f'SELECT id FROM "{kind}" WHERE id IN', [i for i, k in kinds.items() if k == kind]
            )
        }
        return {id_: kind for id_, kind in kinds.items() if (kind, id_) in rows}

    def _depart(self, stream: Stream, held: Mapping[str, tuple[str, str, int]]) -> None:
        """Let go of what left this area, unless it has come back or already arrived somewhere else."""
        arrived = {document.id for document in stream.records}
        gone = [departure.id for departure in stream.departures if departure.id not in arrived]
        # A record made here and moved on before its echo arrived is known to the outbox alone.
        kinds = self._kinds(id_ for id_ in gone if id_ not in held)
        for id_ in gone:
            kind, area, ver = held.get(id_, (kinds.get(id_, ""), stream.area, 0))
            if area == stream.area and kind:
                self._leave(id_, kind, area, ver)

    def _leave(self, id_: str, kind: str, area: str, ver: int) -> None:
        self._count(area, id_, -ver)
        self._gone.setdefault(kind, []).append(id_)
        self.changed.append((kind, id_))

    def _count(self, area: str, id_: str, ver: int) -> None:
        """Add a record's contribution to the digest of an area, or with a negative ver take it away."""
        if ver:
            share = record_digest(id_, abs(ver))
            self._moved[area] = self._moved.get(area, 0) + (share if ver > 0 else -share)

    def _store(self) -> None:
        write = self.write
        for kind, rows in self._rows.items():
            write.many(self.shapes[kind].upsert, rows)
        for kind, ids in self._gone.items():
            table = kind if kind in self.shapes else "sync_parked"
            write.many(f'DELETE FROM "{table}" WHERE id = ?', [(id_,) for id_ in ids])
            write.many("DELETE FROM sync_held WHERE id = ?", [(id_,) for id_ in ids])
        write.many("INSERT OR REPLACE INTO sync_held VALUES (?, ?, ?, ?)", self._held)
        self._rows, self._gone, self._held = {}, {}, []
        self._queue_offers()

    def _settle_digests(self) -> None:
        for area, by in self._moved.items():
            for (text,) in self.write.all("SELECT digest FROM sync_stream WHERE area = ?", area):
                digest = to_text((int(text, 16) + by) % MODULUS)
                self.write.run("UPDATE sync_stream SET digest = ? WHERE area = ?", digest, area)
        self._moved = {}

    def _row(self, kind: str, id_: str) -> Row | None:
        shape = self.shapes.get(kind)
        found = self.write.all(f"{shape.select} WHERE id = ?", id_) if shape else []
        return shape.read(found[0]) if shape and found else None

    def _recover(self, document: Document, pending: list[Change]) -> None:
        """Offer back the groups a restored centre has not as they were last seen here."""
        row = self._row(document.kind, document.id)
        if row is None:
            return
        groups, shape = [], self.shapes[document.kind]
        told = shape.read(shape.stored(document))
        for group in self._parts(document.kind, row):
            here, there = row.written(group), written_of(document.stamps, group)
            # Two copies of one laptop may give one stamp to two values, when the centre forgot the first.
            alike = (
                there
                and here
                and there.stamp == here.stamp
                and shape.said(told, group) == shape.said(row, group)
            )
            if here is not None and not alike:
                groups.append(group)
        self._offer(document.kind, row, document.area, groups, made=False, pending=pending)

    def _parts(self, kind: str, row: Row) -> list[str]:
        """The groups of a row; a field only newer programs know stands for itself."""
        shape = self.shapes[kind]
        return [*shape.groups, *(name for name in row.unknown or {} if name not in shape.by_name)]

    def _offer(
        self,
        kind: str,
        row: Row,
        area: str,
        groups: list[str],
        *,
        made: bool,
        pending: list[Change],
        base: dict[str, Stamp] | None = None,
    ) -> None:
        waiting = {Stamp(self.write.origin, change.mseq) for change in pending}
        written = {g: w for g in groups if (w := row.written(g)) is not None and w.stamp not in waiting}
        if not written:
            return
        shape = self.shapes[kind]
        values = {group: shape.said(row, group) for group in written if not (made and group == PLACE)}
        mseq = self.write.number()
        change = Change(
            mseq=mseq,
            tx=mseq,
            kind=kind,
            id=row.id,
            area=area,
            groups=values,
            at=self.write.clock.now(),
            by=self.author,
            made=made,
            base=base or {},
            written=written | ({"": w} if (w := row.written("")) is not None else {}),
        )
        self._offers.append(change)
        pending.append(change)

    def _queue_offers(self) -> None:
        self.write.put(self._offers)
        self._offers = []

    def _set_aside(self, receipt: Receipt, now: int) -> None:
        found = self.write.all("SELECT body FROM sync_outbox WHERE state = 0 AND mseq = ?", receipt.mseq)
        for change in (decode(body) for (body,) in found):
            # What others wrote was offered in vain: nobody's concern here.
            state = DONE if change.written else REFUSED
            self.write.run(
                "UPDATE sync_outbox SET state = ?, done_at = ?, title = ?, advice = ? WHERE state = 0 AND mseq = ?",
                *(state, now, receipt.title, receipt.advice, receipt.mseq),
            )
            row = self._row(change.kind, change.id)
            if row is not None and not change.made and not change.written:
                self._put_back(row, change)
            elif row is not None and not change.made:
                self._doubt(row.id)

    def _doubt(self, id_: str) -> None:
        """A record was offered back in vain: what the centre has of it is fetched anew, as after a differing digest."""
        for kind, area, ver in self.write.held([id_]).values():
            self._count(area, id_, -ver)
            self._held.append((id_, kind, area, 0))

    def _offer_unknown(self, changes: list[Change], now: int) -> None:
        """Offer the records of these changes whole: the centre has none of them any more."""
        by_id: dict[str, list[Change]] = {}
        for change in changes:
            by_id.setdefault(change.id, []).append(change)
        pending = self.write.pending_of(by_id)
        held = self.write.held(by_id)
        for id_, declined in by_id.items():
            row = self._row(declined[0].kind, id_)
            waiting = pending.get(id_, [])
            if row is None:
                self._keep_refused(declined, now)
            elif not any(c.made for c in waiting) and not any(c.made and c.written for c in declined):
                area = held[id_][1] if id_ in held else declined[0].area
                base: dict[str, Stamp] = {}
                for change in declined:
                    base = change.base | base
                shape = self.shapes[declined[0].kind]
                groups = self._parts(shape.kind, row)
                self._offer(shape.kind, row, area, groups, made=True, pending=waiting, base=base)
                self._move_again(row, shape, area, waiting)
        self._store()

    def _move_again(self, row: Row, shape: Shape, area: str, pending: list[Change]) -> None:
        """Say once more that a record was moved: it has just been offered where it was before."""
        if row.area == area or any(PLACE in change.groups for change in pending):
            return
        at, mseq, stamps = self.write.clock.now(), self.write.number(), dict(row.stamps or {})
        seen = stamps.get(PLACE, stamps.get("", ["", 0]))
        stamps[PLACE] = [self.write.origin, mseq, at]
        change = Change(
            mseq=mseq,
            tx=mseq,
            kind=shape.kind,
            id=row.id,
            area=area,
            groups={PLACE: {"area": row.area}},
            base={PLACE: Stamp(seen[0], seen[1])},
            was={PLACE: {"area": area}},
            at=at,
            by=self.author,
        )
        row.stamps = stamps
        self._offers.append(change)
        self._rows.setdefault(shape.kind, []).append(shape.params(row))

    def _keep_refused(self, declined: list[Change], now: int) -> None:
        for change in declined:
            self.write.run(
                "UPDATE sync_outbox SET state = ?, done_at = ?, title = ?, advice = ? WHERE state = ? AND mseq = ?",
                *(REFUSED, now, "中心没有这条记录，本机也已没有", "请核对后重新填写。", DONE, change.mseq),
            )

    def _put_back(self, row: Row, change: Change) -> None:
        """Show again what was before a change the centre refused, where nothing else was written since."""
        stamps = dict(row.stamps or {})
        for group in change.was:
            if row.stamp(group) != Stamp(self.write.origin, change.mseq):
                continue
            values, seen = before(self.write, change, group)
            row.area = values.get("area", row.area)
            row.body.update({name: value for name, value in values.items() if name != "area"})
            stamps.pop(group)
            if seen is not None:
                stamps[group] = [seen.origin, seen.mseq, 0]
        row.stamps = stamps
        self._rows.setdefault(change.kind, []).append(self.shapes[change.kind].params(row))
        self.changed.append((change.kind, change.id))
        self._store()
