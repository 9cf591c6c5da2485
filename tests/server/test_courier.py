"""A courier goes on where the line was cut, gives way when asked, and lets nothing damaged through."""

from collections.abc import Iterator
from pathlib import Path

from hypothesis import given, settings, strategies as st
import pytest

from sync import blobs
from sync.blobs import CHUNK, Blob, BlobAnswer, BlobQuery, Standing
from sync.courier import Courier
from sync.errors import Offline
from sync.record import new_id
from sync.remote import RemoteHub
from sync.server.blobs import SqlBlobs
from sync.server.hub import SqlHub
from tests.server import centre
from tests.server.centre import served, sign_in
from tests.server.line import line
from tests.server.photos import Photo, Shelf, fetched, of, photo, standing, store_in


@pytest.fixture
def kept(hub: SqlHub, tmp_path: Path) -> Iterator[SqlBlobs]:
    with store_in("folder", tmp_path) as store:
        yield hub.blobs(store)


@pytest.fixture
def address(hub: SqlHub, kept: SqlBlobs) -> Iterator[str]:
    with served(hub, blobs=kept) as address:
        yield address


@pytest.fixture
def token(hub: SqlHub) -> str:
    return sign_in(hub, "wang").token


def carried(address: str, token: str, shelf: Shelf, **cut: int | None) -> bool:
    """One journey over a line that may be cut; True when it came to its end."""
    with line(address, **({"after": None} | cut)) as reached, RemoteHub(reached) as hub:
        try:
            Courier(shelf, hub, token).carry()
        except Offline:
            return False
    return True


def enough(address: str, token: str, shelves: Iterator[Shelf], end: str) -> int:
    """About how many bytes a journey needs, found out by trying."""
    size = 64
    while not carried(address, token, next(shelves), **{end: size}):
        size += 64
    return size


@pytest.mark.expects_log  # of urllib3, about half a header
def test_a_photo_gets_through_a_line_cut_after_every_byte_of_it(
    hub: SqlHub, kept: SqlBlobs, address: str, token: str
) -> None:
    def fresh() -> Iterator[Shelf]:
        while True:
            yield Shelf(photo(hub, token, of(24)))

    whole = enough(address, token, fresh(), "sent")
    cuts = [*range(0, whole - 90, 90), *range(whole - 90, whole + 1)]
    through = 0

    for cut in cuts:
        shelf = next(fresh())
        (blob,) = shelf.waiting()
        through += carried(address, token, shelf, sent=cut)
        stored = standing(kept, token, blob).stored
        assert not stored or fetched(kept, token, blob) == of(24)
        assert stored or shelf.waiting() == [blob]
        if not stored:
            assert carried(address, token, shelf)
            assert fetched(kept, token, blob) == of(24)

    assert 0 < through < len(cuts)


@pytest.mark.expects_log  # of urllib3, about half a header
def test_a_photo_comes_down_a_line_cut_after_every_byte_of_it(
    hub: SqlHub, kept: SqlBlobs, address: str, token: str
) -> None:
    one = photo(hub, token, of(24))
    assert carried(address, token, Shelf(one))

    def fresh() -> Iterator[Shelf]:
        while True:
            yield Shelf(wants=[one[0]])

    whole = enough(address, token, fresh(), "after")
    cuts = [*range(0, whole - 90, 90), *range(whole - 90, whole + 1)]
    through = 0

    for cut in cuts:
        shelf = next(fresh())
        arrived = carried(address, token, shelf, after=cut)
        through += arrived
        assert arrived == (shelf.wants == [])
        assert arrived or carried(address, token, shelf)
        assert shelf.data(one[0]) == one[1]

    assert 0 < through < len(cuts)


class Counting:
    """A hub that counts the chunks going through it, and fails when told to."""

    def __init__(self, hub: SqlBlobs) -> None:
        self.hub, self.chunks, self.left = hub, 0, -1

    def blobs(self, token: str, query: BlobQuery) -> BlobAnswer:
        return self.hub.blobs(token, query)

    def put_chunk(self, token: str, blob: Blob, number: int, data: bytes) -> Standing:
        self._count()
        return self.hub.put_chunk(token, blob, number, data)

    def chunk(self, token: str, blob: Blob, number: int) -> bytes:
        self._count()
        return self.hub.chunk(token, blob, number)

    def _count(self) -> None:
        if self.left == 0:
            raise Offline("线路中断")
        self.left -= 1
        self.chunks += 1


@settings(max_examples=10)
@given(
    sizes=st.lists(st.integers(1, 5 * CHUNK), min_size=1, max_size=4),
    lives=st.lists(st.integers(0, 6), max_size=12),
)
def test_however_often_the_line_fails_no_chunk_is_carried_twice(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], lives: list[int]
) -> None:
    with centre.opened(tmp_path_factory.mktemp("hub")) as hub:
        centre.add(hub, "wang")
        token = sign_in(hub, "wang").token
        with store_in("memory", Path()) as store:
            photos = [photo(hub, token, of(size)[:-1] + bytes([n])) for n, size in enumerate(sizes)]
            _both_ways(Counting(hub.blobs(store)), token, photos, lives)


def _both_ways(hub: Counting, token: str, photos: list[Photo], lives: list[int]) -> None:
    up, down = Shelf(*photos), Shelf(wants=[blob for blob, _data in photos])
    chunks = sum(blob.chunks for blob, _data in photos)
    for shelf in (up, down):
        hub.chunks = 0
        for hub.left in [*lives, -1]:
            try:
                Courier(shelf, hub, token).carry()
            except Offline:
                continue
        assert hub.chunks == chunks
    assert [down.data(blob) for blob, _data in photos] == [data for _blob, data in photos]


def test_a_courier_gives_way_between_two_chunks_and_goes_on_later(
    hub: SqlHub, kept: SqlBlobs, token: str
) -> None:
    one, two = photo(hub, token, of(4 * CHUNK)), photo(hub, token, of(10))
    counting, shelf, told = Counting(kept), Shelf(one, two), list[tuple[int, int]]()

    def progress(done: int, total: int) -> None:
        told.append((done, total))

    first = Courier(shelf, counting, token, stop=lambda: counting.chunks >= 2, progress=progress).carry()
    held = standing(kept, token, one[0]).missing
    second = Courier(shelf, counting, token, progress=progress).carry()

    assert (first.sent, first.left) == (0, 2)
    assert held == [2, 3]
    assert (second.sent, second.left, counting.chunks) == (2, 0, 5)
    assert told == [(0, 2), (0, 2), (1, 2)]


def test_a_photo_that_is_refused_stops_no_other(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    orphan = (Blob(record=new_id(), sha256=blobs.sha256(of(9)), size=9), of(9))
    good = photo(hub, token, of(10))
    shelf = Shelf(orphan, good)

    done = Courier(shelf, kept, token).carry()

    assert (done.sent, done.refused) == (1, 1)
    assert shelf.waiting() == [orphan[0]]
    assert shelf.said == ["中心没有这张照片的记录"]


def test_a_photo_damaged_here_is_told_of_and_not_sent(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    shelf = Shelf(photo(hub, token, of(CHUNK + 1)))
    shelf.held[shelf.waiting()[0]].pop(1)

    done = Courier(shelf, kept, token).carry()

    assert done.refused == 1
    assert "读不出来" in shelf.said[0]


def test_a_photo_nobody_has_sent_yet_is_asked_for_later(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    shelf = Shelf(wants=[photo(hub, token, of(10))[0]])

    done = Courier(shelf, kept, token).carry()

    assert (done.fetched, shelf.said) == (0, ["absent"])


def test_a_laptop_that_holds_what_the_centre_lacks_sends_it(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    blob, data = photo(hub, token, of(10))

    class Restored(Shelf):
        def sent(self, blob: Blob) -> None:
            self.wants.remove(blob)

    shelf = Restored(wants=[blob])
    shelf.keep_chunk(blob, 0, data)
    Courier(shelf, kept, token).carry()

    assert fetched(kept, token, blob) == data


def test_what_arrives_damaged_is_not_taken_for_the_photo(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    one = photo(hub, token, of(10))
    Courier(Shelf(one), kept, token).carry()

    class Lying(Counting):
        def chunk(self, token: str, blob: Blob, number: int) -> bytes:
            return bytes(blob.length(number))

    shelf = Shelf(wants=[one[0]])
    wrong = Courier(shelf, Lying(kept), token).carry()
    right = Courier(shelf, kept, token).carry()

    assert (wrong.fetched, right.fetched) == (0, 1)
    assert shelf.data(one[0]) == one[1]
