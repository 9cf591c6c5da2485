"""Invented photos for tests, and the few calls that bring one to a centre and back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
import secrets

from fsspec.implementations.memory import MemoryFileSystem

from sync import blobs
from sync.blobs import CHUNK, Blob, BlobHub, BlobQuery, Standing
from sync.record import new_id
from sync.server.blob_store import BlobStore
from sync.server.hub import SqlHub
from tests.server.centre import GRID, ask, made

Photo = tuple[Blob, bytes]


@contextmanager
def store_in(place: str, folder: Path) -> Iterator[BlobStore]:
    """A store in a ``folder``, or in ``memory``, where nothing stays behind."""
    if place == "folder":
        yield BlobStore(str(folder / "photos"), least_free=0)
        return
    root = f"/photos-{secrets.token_hex(4)}"
    yield BlobStore(f"memory:/{root}")
    if MemoryFileSystem().exists(root):
        MemoryFileSystem().rm(root, recursive=True)


def photo(hub: SqlHub, token: str, data: bytes, *, area: str = GRID, id_: str = "") -> Photo:
    """A record at the centre that owns ``data``, not yet sent."""
    sha, origin = blobs.sha256(data), f"laptop-{secrets.token_hex(4)}"
    change = made(1, area=area, id_=id_ or new_id(), sha256=sha)
    ask(hub, token, change, origin=origin)
    return Blob(record=change.id, sha256=sha, size=len(data)), data


def standing(kept: BlobHub, token: str, blob: Blob) -> Standing:
    return kept.blobs(token, BlobQuery(blobs=[blob])).blobs[0]


def send(kept: BlobHub, token: str, photo: Photo) -> Standing:
    """Ask what is missing and send it."""
    blob, data = photo
    told = standing(kept, token, blob)
    for number in told.missing:
        told = kept.put_chunk(token, blob, number, data[number * CHUNK : (number + 1) * CHUNK])
    return told


def fetched(kept: BlobHub, token: str, blob: Blob) -> bytes:
    return b"".join(kept.chunk(token, blob, number) for number in range(blob.chunks))


def of(size: int) -> bytes:
    return (b"an invented photo" * (size // 17 + 1))[:size]


class Shelf:
    """The blobs of a laptop, in memory: the :class:`sync.courier.Shelf` of tests."""

    def __init__(self, *to_send: Photo, wants: Sequence[Blob] = ()) -> None:
        self.held = {blob: dict(enumerate(blobs.chunks(data))) for blob, data in to_send}
        self.to_send = [blob for blob, _data in to_send]
        self.wants = list(wants)
        self.said: list[str] = []

    def waiting(self) -> list[Blob]:
        return list(self.to_send)

    def wanted(self) -> list[Blob]:
        return [blob for blob in self.wants if blob not in self.to_send]

    def chunk(self, blob: Blob, number: int) -> bytes | None:
        return self.held[blob].get(number)

    def lacking(self, blob: Blob) -> list[int]:
        return blobs.missing(blob, self.held.get(blob, {}).keys())

    def keep_chunk(self, blob: Blob, number: int, data: bytes) -> None:
        self.held.setdefault(blob, {})[number] = data

    def whole(self, blob: Blob) -> bool:
        if blobs.sha256(self.held[blob][n] for n in range(blob.chunks)) != blob.sha256:
            del self.held[blob]
            return False
        self.wants.remove(blob)
        return True

    def sent(self, blob: Blob) -> None:
        self.to_send.remove(blob)

    def absent(self, blob: Blob) -> None:
        self.said.append("absent")

    def refused(self, blob: Blob, title: str, advice: str) -> None:
        self.said.append(title)

    def data(self, blob: Blob) -> bytes:
        return b"".join(self.held[blob][n] for n in range(blob.chunks))
