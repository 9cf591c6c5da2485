"""The pictures themselves, sealed in files beside the vault: what is to be sent, what was fetched, what nobody needs.

They are not in the vault, so that it stays small to open, to copy and to repair: two thousand photos are 700 MB, their
records with thumbnails 20 MB. A file holds one chunk under a name that tells nothing; the table in the vault says to
which photo it belongs and whether the centre has it. What the centre does not have is never dropped, except when a
person removed its record more than thirty days ago.
"""

from collections.abc import Callable, Collection, Sequence
from enum import IntEnum
from pathlib import Path
import shutil
import time
from typing import Any, cast

from sqlalchemy import Boolean, Column, Integer, MetaData, PrimaryKeyConstraint, String, Table, select
from sqlmodel import col

from gridclient.errors import VaultDamaged
from gridclient.records import Photo
from gridclient.store import disk
from gridclient.store.vault import Vault
from sync import blobs
from sync.blobs import Blob, BlobHub
from sync.courier import Carried, Courier, Progress
from sync.errors import SyncError
from sync.replica import News, Replica

LEAST_FREE = 200 * 1024 * 1024  # bytes that pictures leave to everything else
RECENT_MS = 30 * 24 * 3600 * 1000  # photos of others younger than this are fetched unasked
AT_ONCE = 20  # pictures fetched unasked in one round
BIN_MS = 30 * 24 * 3600 * 1000  # how long a removed photo can be taken back
HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
EPOCH = "photos_epoch"


class State(IntEnum):
    """Where a picture is: just kept, waiting to be sent, here and at the centre, here in part, or nowhere yet."""

    NEW = 0
    WAITING = 1
    HELD = 2
    PART = 3
    ABSENT = 4


_METADATA = MetaData()
PICTURE = Table(
    "picture",
    _METADATA,
    Column("record", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    Column("made", Boolean, nullable=False),
    Column("at", Integer, nullable=False),
    Column("title", String, nullable=False, default=""),
    Column("advice", String, nullable=False, default=""),
    PrimaryKeyConstraint("record", "sha256"),
)
_ROW = "record, sha256, size"
# A photo that has left this laptop is not removed.
_LIVING = "record NOT IN (SELECT id FROM photo WHERE removed_at IS NOT NULL)"


class Photos:
    """The pictures of one vault; the :class:`sync.courier.Shelf` of its laptop.

    Nothing is taken in once fewer than ``least_free`` bytes are left on the disk.
    """

    def __init__(self, vault: Vault, replica: Replica, *, least_free: int = LEAST_FREE) -> None:
        self._vault, self._replica, self._least_free = vault, replica, least_free
        self._engine = vault.engine
        self.last, self.trouble = Carried(), cast(SyncError | None, None)
        self._resting_until = 0
        self.folder = vault.path.with_name(vault.path.name + ".photos")
        with disk.writing():
            _METADATA.create_all(self._engine)
        self._adopt()
        replica.subscribe(self._on_news)

    def keep(self, record: str, data: bytes) -> str:
        """Keep a picture for the photo with this id, which is saved next; its SHA-256. NoSpace when it does not fit."""
        blob = Blob(record=record, sha256=blobs.sha256(data), size=len(data))
        for number, chunk in enumerate(blobs.chunks(data)):
            self._write(blob, number, chunk)
        self._set(blob, State.NEW, made=True)
        return blob.sha256

    def picture(self, photo: Photo) -> bytes | None:
        """The picture of a photo as a JPEG; None when it is not on this laptop."""
        blob = blob_of(photo)
        pieces = [self.chunk(blob, number) for number in range(blob.chunks)]
        return b"".join(piece for piece in pieces if piece) if pieces and all(pieces) else None

    def carry(
        self,
        hub: BlobHub,
        token: str,
        *,
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Carried:
        """Send what waits and fetch what is wanted, then drop what nobody needs.

        Raises nothing that can be expected: the text has been exchanged, and ``trouble`` says what kept photos back.
        """
        self.last, self.trouble = Carried(), None
        try:
            self.last = Courier(self, hub, token, progress=progress, stop=stop).carry()
            self._rest()
        except SyncError as error:
            self.trouble = error
        return self.last

    def fetch(self, photo: Photo, hub: BlobHub, token: str) -> bytes | None:
        """The picture of a photo from the centre, which keeps it from now on here; None when it arrived damaged."""
        return self.picture(photo) if Courier(self, hub, token).fetch(blob_of(photo)) else None

    def unsent(self, records: Collection[str]) -> dict[str, str]:
        """Which of these photos the centre does not have yet: id → why not, "" when it was not tried."""
        rows = self._rows(f"SELECT record, title FROM picture WHERE state <= {State.WAITING:d}")
        return {record: title for record, title in rows if record in records}

    def pending(self) -> int:
        """How many pictures wait to be sent."""
        living = f"state <= {State.WAITING:d} AND {_LIVING}"
        return int(self._rows(f"SELECT COUNT(*) FROM picture WHERE {living}")[0][0])

    def waiting(self) -> list[Blob]:
        """What the centre does not have yet, oldest first, without what a person removed."""
        self._begin_again()
        living = f"state = {State.WAITING:d} AND {_LIVING}"
        return self._blobs(f"SELECT {_ROW} FROM picture WHERE {living} ORDER BY at, record")

    def wanted(self) -> list[Blob]:
        """The newest photos of others that are not here, a few at a time; none on a disk that is nearly full."""
        if _now_ms() < self._resting_until or not self._room(0):
            return []
        now, photo = _now_ms(), col(Photo.id)
        here = PICTURE.c.state.not_in((State.PART, State.ABSENT))
        lately = (PICTURE.c.state == State.ABSENT) & (PICTURE.c.at > now - HOUR_MS)
        newest = (
            select(photo, col(Photo.sha256), col(Photo.size))
            .where(
                col(Photo.ver) > 0, col(Photo.removed_at).is_(None), col(Photo.created_at) > now - RECENT_MS
            )
            .where(photo.not_in(select(PICTURE.c.record).where(here | lately)))
            .order_by(col(Photo.created_at).desc(), photo)
        )
        rows = self._replica.rows(newest.limit(AT_ONCE))
        return [blob for r, s, n in rows if blobs.fits(blob := Blob(record=r, sha256=s, size=n or 0))]

    def chunk(self, blob: Blob, number: int) -> bytes | None:
        """One chunk held here; None when it is not, or cannot be read any more."""
        name = self._name(blob.sha256, number)
        try:
            return self._vault.unseal((self.folder / name).read_bytes(), name)
        except (OSError, VaultDamaged):
            return None

    def lacking(self, blob: Blob) -> list[int]:
        """The chunks not held here."""
        names = {number: self._name(blob.sha256, number) for number in range(blob.chunks)}
        return [number for number, name in names.items() if not (self.folder / name).is_file()]

    def keep_chunk(self, blob: Blob, number: int, data: bytes) -> None:
        """Keep one chunk that arrived. NoSpace when it does not fit."""
        self._write(blob, number, data)
        self._set(blob, State.PART, made=False)

    def whole(self, blob: Blob) -> bool:
        """True when all chunks together are what they should be; otherwise they are dropped."""
        pieces = [self.chunk(blob, number) or b"" for number in range(blob.chunks)]
        if blobs.sha256(pieces) != blob.sha256:
            self._drop([blob])
            return False
        self._set(blob, State.HELD, made=False)
        return True

    def sent(self, blob: Blob) -> None:
        """The centre has it."""
        self._note(blob, State.HELD)

    def absent(self, blob: Blob) -> None:
        """The centre does not have it yet: it is asked for again in an hour."""
        self._set(blob, State.ABSENT, made=False)

    def refused(self, blob: Blob, title: str, advice: str) -> None:
        """The centre does not take it now, and why; a picture of somebody else's is theirs to send."""
        self._note(blob, State.WAITING, title, advice)
        self._run(
            f"UPDATE picture SET state = {State.HELD:d}, title = '', advice = '' WHERE record = ? AND NOT made",
            blob.record,
        )

    def tidy(self) -> int:
        """Drop what belongs to no photo of this laptop any more, and files nobody knows; how many pictures went."""
        now = _now_ms()
        gone = self._blobs(
            f"SELECT {_ROW} FROM picture WHERE record NOT IN (SELECT id FROM photo) AND "
            f"(state >= {State.HELD:d} OR (state = {State.NEW:d} AND at < ?))",
            now - DAY_MS,
        )
        binned = f"SELECT {_ROW} FROM picture WHERE record IN (SELECT id FROM photo WHERE removed_at < ?)"
        gone += self._blobs(binned, now - BIN_MS)
        self._drop(gone)
        self._sweep(now)
        return len(gone)

    def _on_news(self, news: list[News]) -> None:
        if any(one.kind == Photo.kind() for one in news):
            self._adopt()
            self._resting_until = 0

    def _rest(self) -> None:
        """Tidy up, and when nothing more is to be fetched, look again only after news of photos, or in an hour."""
        if self.last.sent or _now_ms() >= self._resting_until:
            self.tidy()
            self._resting_until = 0 if self.last.left or self.wanted() else _now_ms() + HOUR_MS

    def _adopt(self) -> None:
        """Have the pictures sent whose photos have been saved."""
        saved = f"state = {State.NEW:d} AND record IN (SELECT id FROM photo)"
        if self._rows(f"SELECT 1 FROM picture WHERE {saved} LIMIT 1"):
            self._run(f"UPDATE picture SET state = {State.WAITING:d} WHERE {saved}")

    def _begin_again(self) -> None:
        """Ask anew about everything when the centre went back in time: it may have lost what it had."""
        epoch, known = self._replica.epoch, self._replica.meta(EPOCH)
        if epoch == known:
            return
        if known:
            self._run(f"UPDATE picture SET state = {State.WAITING:d} WHERE state = {State.HELD:d}")
        self._replica.set_meta(EPOCH, epoch)

    def _write(self, blob: Blob, number: int, data: bytes) -> None:
        name = self._name(blob.sha256, number)
        if not self._room(len(data)):
            raise disk.DiskFull("磁盘快满了，照片没有存进去", disk.ROOM)
        with disk.writing():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            disk.write_whole(self.folder / name, self._vault.seal(data, name))

    def _room(self, size: int) -> bool:
        return shutil.disk_usage(self._vault.path.parent).free - size >= self._least_free

    def _name(self, sha256: str, number: int) -> str:
        return self._vault.alias(f"{sha256}/{number}")

    def _set(self, blob: Blob, state: State, *, made: bool) -> None:
        self._run(
            "INSERT INTO picture VALUES (?, ?, ?, ?, ?, ?, '', '') "
            "ON CONFLICT DO UPDATE SET state = excluded.state, at = excluded.at",
            *(blob.record, blob.sha256, blob.size, int(state), made, _now_ms()),
        )

    def _note(self, blob: Blob, state: State, title: str = "", advice: str = "") -> None:
        told = (int(state), title, advice, blob.record, blob.sha256)
        self._run(
            "UPDATE picture SET state = ?, title = ?, advice = ? WHERE record = ? AND sha256 = ?", *told
        )

    def _drop(self, gone: Sequence[Blob]) -> None:
        """Forget pictures, then their files, unless another photo has the same picture."""
        for blob in gone:
            self._run("DELETE FROM picture WHERE record = ? AND sha256 = ?", blob.record, blob.sha256)
            if not self._rows("SELECT 1 FROM picture WHERE sha256 = ?", blob.sha256):
                for number in range(blob.chunks):
                    (self.folder / self._name(blob.sha256, number)).unlink(missing_ok=True)

    def _sweep(self, now: int) -> None:
        """Remove files a day old that the table knows nothing of: a picture was being kept when the power went."""
        if not self.folder.is_dir():
            return
        known = {
            self._name(blob.sha256, number)
            for blob in self._blobs(f"SELECT {_ROW} FROM picture")
            for number in range(blob.chunks)
        }
        for file in self.folder.iterdir():
            if file.name not in known and _age_ms(file, now) > DAY_MS:
                file.unlink(missing_ok=True)

    def _blobs(self, sql: str, *params: object) -> list[Blob]:
        return [Blob(record=r, sha256=s, size=n) for r, s, n in self._rows(sql, *params)]

    def _rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        with self._engine.connect() as link:
            return [tuple(row) for row in link.exec_driver_sql(sql, params)]

    def _run(self, sql: str, *params: object) -> None:
        with disk.writing(), self._engine.begin() as link:
            link.exec_driver_sql(sql, params)


def blob_of(photo: Photo) -> Blob:
    """What the centre calls the picture of a photo."""
    return Blob(record=photo.id, sha256=photo.sha256, size=photo.size or 0)


def _age_ms(file: Path, now: int) -> float:
    try:
        return now - file.stat().st_mtime * 1000
    except OSError:
        return 0


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
