"""Blobs at the centre: who may send and see them, which chunks are here, and proof that a whole one is what it says."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
import logging
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, select, update

from sync import blobs
from sync.admit import Rights
from sync.blobs import Blob, BlobAnswer, BlobQuery, Standing
from sync.clock import wall_millis
from sync.errors import Garbled, Offline, Refused
from sync.server import tables
from sync.server.blob_store import BlobStore
from sync.server.database import insert_new, reading, translated, values_of, writing
from sync.server.entry import caller
from sync.server.passwords import Passwords
from sync.server.rights import LATE_MS, Person

UNFINISHED_MS = 7 * 24 * 3600 * 1000  # how long chunks of a blob that nobody goes on sending are kept
SWEEP_MS = 3600 * 1000

log = logging.getLogger("gridhub")

_BODY = msgspec.json.Decoder(dict[str, Any])
_TABLE = tables.blob


@dataclass(frozen=True)
class _Owner:
    """A record as far as its blobs go: the area it stands in, those it left lately, and what it holds."""

    area: str
    left: tuple[str, ...]
    body: dict[str, Any]


class SqlBlobs:
    """The :class:`sync.blobs.BlobHub` of a centre on a database. ``wall`` gives milliseconds since 1970."""

    def __init__(
        self,
        engine: Engine,
        passwords: Passwords,
        store: BlobStore,
        *,
        wall: Callable[[], int] = wall_millis,
    ) -> None:
        self._engine, self._passwords, self._store, self._wall = engine, passwords, store, wall
        self._swept_at = 0

    def blobs(self, token: str, query: BlobQuery) -> BlobAnswer:
        """How these blobs stand; one that may not be sent or seen blocks no other."""
        asked, now = query.blobs, self._wall()
        if len(asked) > blobs.ASKED_MOST:
            raise Garbled("一次询问的照片太多", "程序会分成几次；如仍出现，请联系管理员。")
        with translated():
            with reading(self._engine) as db:
                who = caller(db, self._passwords, token).person
                ids = {blob.record for blob in asked if blobs.fits(blob)}
                owners, rows = _owners(db, ids, now=now), _rows(db, ids)
            told = [_standing(who, blob, owners.get(blob.record), rows, now=now) for blob in asked]
            begun = [
                blob
                for blob, standing in zip(asked, told, strict=True)
                if standing.missing and not _agrees(rows.get((blob.record, blob.sha256)), blob)
            ]
            if begun:
                self._begin(begun, who.account, now=now)
            self._sweep(now)
        return BlobAnswer(blobs=told)

    def put_chunk(self, token: str, blob: Blob, number: int, data: bytes) -> Standing:
        """Take one chunk; the last one missing has the whole verified, and Refused when it is not what it says."""
        if not (blobs.fits(blob) and blobs.holds(blob, number, len(data))):
            raise _ill_formed()
        with translated():
            row = self._admitted(token, blob)
            if row.stored_at is not None:
                return Standing(sha256=blob.sha256, stored=True)
            self._store.put_chunk(blob, number, data)
            got = self._note(blob, number)
            lacking = blobs.missing(blob, _numbers(got))
            if lacking:
                return Standing(sha256=blob.sha256, missing=lacking)
            return self._finish(blob)

    def chunk(self, token: str, blob: Blob, number: int) -> bytes:
        """One chunk of a stored blob; Refused when it is not stored, or not the caller's to see."""
        if not (blobs.fits(blob) and 0 <= number < blob.chunks):
            raise _ill_formed()
        with translated():
            with reading(self._engine) as db:
                who = caller(db, self._passwords, token).person
                owner = _owners(db, {blob.record}, now=self._wall()).get(blob.record)
                row = _rows(db, {blob.record}).get((blob.record, blob.sha256))
            if not _sees(who, blob, owner):
                raise _not_seen()
            if row is None or row.stored_at is None or row.size != blob.size:
                raise Refused("中心还没有这张照片", "拍照的电脑上传以后，会自动下载。")
            data = self._store.read(blob, number * blobs.CHUNK, blob.length(number))
            if data is None:
                log.error("blob %s is no longer in the store", blob.sha256)
                self._reset(blob, _TABLE.c.stored_at.is_not(None))
                raise Refused("中心的照片文件不见了", "请告诉管理员：照片的文件夹要和数据库一起备份。")
            return data

    def _admitted(self, token: str, blob: Blob) -> Row[Any]:
        with reading(self._engine) as db:
            who, now = caller(db, self._passwords, token).person, self._wall()
            owner = _owners(db, {blob.record}, now=now).get(blob.record)
            row = _rows(db, {blob.record}).get((blob.record, blob.sha256))
        if owner is None or not blobs.owned(owner.body, blob.sha256):
            raise _no_record()
        if not _sends(who, owner, now=now):
            raise _not_sent()
        if row is None or not _agrees(row, blob):
            raise Refused("中心没有在等这张照片", "程序会重新询问后再传。")
        return row

    def _begin(self, fresh: Iterable[Blob], account: str, *, now: int) -> None:
        with writing(self._engine) as db:
            for blob in fresh:
                values = {"size": blob.size, "got": 0, "by": account, "touched_at": now}
                insert_new(db, _TABLE, [{"record": blob.record, "sha256": blob.sha256, **values}])
                other = (_TABLE.c.size != blob.size) & _TABLE.c.stored_at.is_(None)
                db.execute(update(_TABLE).where(_is(blob), other).values(**values))

    def _note(self, blob: Blob, number: int) -> int:
        """Note a chunk that is safely stored; the bits of all that are."""
        with writing(self._engine) as db:
            got = _TABLE.c.got.bitwise_or(1 << number)
            db.execute(update(_TABLE).where(_is(blob)).values(got=got, touched_at=self._wall()))
            return int(db.execute(select(_TABLE.c.got).where(_is(blob))).scalar_one())

    def _finish(self, blob: Blob) -> Standing:
        data = self._store.chunks(blob)
        if data is None or blobs.sha256(data) != blob.sha256:
            # Somebody else may just have finished it, and taken the chunks away.
            self._reset(blob, _TABLE.c.stored_at.is_(None))
            self._store.forget_chunks(blob)
            raise Refused("传来的照片与原来的不一致", "中心没有收下，程序会把这张照片重新上传。")
        self._store.keep(blob, data)
        with writing(self._engine) as db:
            db.execute(update(_TABLE).where(_is(blob)).values(stored_at=self._wall()))
        self._store.forget_chunks(blob)
        return Standing(sha256=blob.sha256, stored=True)

    def _reset(self, blob: Blob, when: ColumnElement[bool]) -> None:
        with writing(self._engine) as db:
            db.execute(update(_TABLE).where(_is(blob), when).values(got=0, stored_at=None))

    def _sweep(self, now: int) -> None:
        """Let go of blobs that nobody went on sending; looks once an hour."""
        if now - self._swept_at < SWEEP_MS:
            return
        self._swept_at = now
        old = (_TABLE.c.stored_at.is_(None)) & (_TABLE.c.touched_at < now - UNFINISHED_MS)
        with reading(self._engine) as db:
            rows = db.execute(select(_TABLE).where(old)).all()
        for blob in (Blob(record=r.record, sha256=r.sha256, size=r.size) for r in rows):
            with writing(self._engine) as db:
                gone = db.execute(delete(_TABLE).where(_is(blob), old)).rowcount
            if gone:
                with suppress(Offline):  # What stays lying about harms nobody who asks.
                    self._store.forget_chunks(blob)


def _standing(
    who: Person,
    blob: Blob,
    owner: _Owner | None,
    rows: dict[tuple[str, str], Row[Any]],
    *,
    now: int,
) -> Standing:
    try:
        if not blobs.fits(blob):
            raise _ill_formed()
        if owner is None or not blobs.owned(owner.body, blob.sha256):
            raise _no_record()
        row = rows.get((blob.record, blob.sha256))
        sends, sees = _sends(who, owner, now=now), _sees(who, blob, owner)
        if row is not None and row.stored_at is not None and (sends or sees):
            return Standing(sha256=blob.sha256, stored=True)
        if not sends:
            raise _not_sent()
        held = _numbers(row.got) if row is not None and _agrees(row, blob) else set[int]()
        # All chunks came, yet the whole was never found to be right: the last one is sent once more.
        lacking = blobs.missing(blob, held) or [blob.chunks - 1]
        return Standing(sha256=blob.sha256, missing=lacking)
    except (Refused, Garbled) as error:
        return Standing(sha256=blob.sha256[:64], title=error.title, advice=error.advice)


def _owners(db: Connection, ids: set[str], *, now: int) -> dict[str, _Owner]:
    record, departure = tables.record.c, tables.departure.c
    wanted = values_of(db, sorted(ids))
    left: dict[str, list[str]] = {}
    lately = select(departure.id, departure.area).where(
        departure.id.in_(wanted), departure.at > now - LATE_MS
    )
    for row in db.execute(lately):
        left.setdefault(row.id, []).append(row.area)
    rows = db.execute(select(record.id, record.area, record.body).where(record.id.in_(wanted)))
    return {row.id: _Owner(row.area, tuple(left.get(row.id, ())), _BODY.decode(row.body)) for row in rows}


def _rows(db: Connection, records: set[str]) -> dict[tuple[str, str], Row[Any]]:
    found = db.execute(select(_TABLE).where(_TABLE.c.record.in_(values_of(db, sorted(records)))))
    return {(row.record, row.sha256): row for row in found}


def _sends(who: Person, owner: _Owner, *, now: int) -> bool:
    """True when the person writes where the record stands, or did until lately, or where it stood until lately."""
    if not who.role.writes:
        return False
    lately = {code for code, until in who.formerly if now - until <= LATE_MS}
    rights = Rights(areas=frozenset(who.areas) | lately, everyone=who.role.office)
    return any(map(rights.writes, (owner.area, *owner.left)))


def _sees(who: Person, blob: Blob, owner: _Owner | None) -> bool:
    return owner is not None and blobs.owned(owner.body, blob.sha256) and who.scope.covers(owner.area)


def _agrees(row: Row[Any] | None, blob: Blob) -> bool:
    return row is not None and row.size == blob.size


def _numbers(got: int) -> set[int]:
    return {number for number in range(blobs.LIMIT // blobs.CHUNK) if got >> number & 1}


def _is(blob: Blob) -> ColumnElement[bool]:
    return (_TABLE.c.record == blob.record) & (_TABLE.c.sha256 == blob.sha256)


def _ill_formed() -> Garbled:
    most = blobs.LIMIT // (1024 * 1024)
    return Garbled("照片的编号或大小不合格式", f"一张照片最多 {most} MB；请升级程序后再试。")


def _no_record() -> Refused:
    return Refused("中心没有这张照片的记录", "照片的说明同步以后，程序会自动再传。")


def _not_sent() -> Refused:
    return Refused("您没有上传这张照片的权限", "这个网格不归您负责；如果确需上传，请联系社区内勤。")


def _not_seen() -> Refused:
    return Refused("没有查看这张照片的权限", "如果确需查看，请联系社区内勤。")
