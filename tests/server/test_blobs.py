"""Photos reach the centre in chunks, however often the line is cut, and go only where their record goes."""

from collections.abc import Iterator
from pathlib import Path
import threading

from hypothesis import given, settings, strategies as st
from msgspec.structs import replace
import pytest
from sqlalchemy import func, select

from sync import blobs
from sync.blobs import CHUNK, LIMIT, Blob, BlobQuery
from sync.errors import Offline, Refused, Revoked, SignInNeeded, SyncError
from sync.record import new_id
from sync.server import tables
from sync.server.blob_store import BlobStore
from sync.server.blobs import UNFINISHED_MS, SqlBlobs
from sync.server.database import reading
from sync.server.hub import SqlHub
from sync.server.rights import Role
from sync.server.settings import Settings
from tests.server.centre import BESIDE, GRID, OTHER, add, ask, made, sign_in
from tests.server.photos import fetched, of, photo, send, standing, store_in


class Wall:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    with store_in(request.param, tmp_path) as store:
        yield store


@pytest.fixture
def kept(hub: SqlHub, store: BlobStore) -> SqlBlobs:
    return hub.blobs(store)


@pytest.fixture
def token(hub: SqlHub) -> str:
    return sign_in(hub, "wang").token


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, LIMIT])
def test_a_photo_of_any_size_comes_back_as_it_was(hub: SqlHub, kept: SqlBlobs, token: str, size: int) -> None:
    one = photo(hub, token, of(size))

    told = send(kept, token, one)

    assert told.stored
    assert fetched(kept, token, one[0]) == one[1]


def test_only_what_is_missing_is_asked_for(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    blob, data = photo(hub, token, of(3 * CHUNK + 5))

    before = standing(kept, token, blob).missing
    after = kept.put_chunk(token, blob, 2, data[2 * CHUNK : 3 * CHUNK])

    assert before == [0, 1, 2, 3]
    assert after.missing == standing(kept, token, blob).missing == [0, 1, 3]


def test_nothing_is_stored_before_the_whole_is_verified(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    blob, data = photo(hub, token, of(CHUNK + 5))
    standing(kept, token, blob)
    kept.put_chunk(token, blob, 0, data[:CHUNK])

    with pytest.raises(Refused, match="还没有"):
        kept.chunk(token, blob, 0)


def test_a_photo_that_is_not_what_it_says_is_dropped_and_sent_again(
    hub: SqlHub, kept: SqlBlobs, token: str
) -> None:
    blob, data = one = photo(hub, token, of(CHUNK + 5))
    standing(kept, token, blob)
    kept.put_chunk(token, blob, 0, bytes(CHUNK))

    with pytest.raises(Refused, match="不一致"):
        kept.put_chunk(token, blob, 1, data[CHUNK:])

    assert standing(kept, token, blob).missing == [0, 1]
    assert send(kept, token, one).stored


def test_a_stored_photo_is_never_written_over(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    one = photo(hub, token, of(CHUNK + 5))
    send(kept, token, one)

    told = kept.put_chunk(token, one[0], 0, bytes(CHUNK))

    assert told.stored
    assert fetched(kept, token, one[0]) == one[1]


def test_two_laptops_that_send_one_photo_at_once_both_succeed(
    hub: SqlHub, kept: SqlBlobs, token: str
) -> None:
    one = photo(hub, token, of(4 * CHUNK))
    errors: list[BaseException] = []

    def push() -> None:
        try:
            for _try in range(3):
                if send(kept, token, one).stored:
                    return
        except SyncError as error:
            errors.append(error)

    threads = [threading.Thread(target=push) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert send(kept, token, one).stored
    assert fetched(kept, token, one[0]) == one[1]
    assert all(isinstance(error, Refused) for error in errors)


def test_a_photo_goes_only_where_its_record_goes(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    one = photo(hub, token, of(50))
    for name, areas in (("beside", BESIDE), ("far", OTHER)):
        add(hub, name, areas)
    others = [sign_in(hub, name).token for name in ("beside", "far")]

    for other in others:
        told = standing(kept, other, one[0])
        assert (told.stored, told.missing) == (False, [])
        assert "权限" in told.title
        with pytest.raises(Refused, match="权限"):
            kept.put_chunk(other, one[0], 0, one[1])
    send(kept, token, one)

    for other in others:
        assert not standing(kept, other, one[0]).stored
        with pytest.raises(Refused, match="没有查看"):
            kept.chunk(other, one[0], 0)


def test_who_may_only_look_fetches_and_does_not_send(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    one, two = photo(hub, token, of(50)), photo(hub, token, of(60))
    add(hub, "street", GRID[:9], Role.SUBDISTRICT)
    street = sign_in(hub, "street").token
    send(kept, token, one)

    assert fetched(kept, street, one[0]) == one[1]
    assert standing(kept, street, two[0]).missing == []
    with pytest.raises(Refused, match="权限"):
        kept.put_chunk(street, two[0], 0, two[1])


def test_naming_the_bytes_of_others_does_not_give_them(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    """Whoever learns a SHA-256 and makes a record of it must still bring the bytes."""
    one = photo(hub, token, of(50))
    send(kept, token, one)
    add(hub, "far", OTHER)
    thief = sign_in(hub, "far").token

    named, _ = photo(hub, thief, one[1], area=OTHER)

    assert standing(kept, thief, named).missing == [0]
    with pytest.raises(Refused, match="还没有"):
        kept.chunk(thief, named, 0)


def test_a_photo_without_its_record_waits_for_it(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    data, id_ = of(50), new_id()
    blob = Blob(record=id_, sha256=blobs.sha256(data), size=50)

    early = standing(kept, token, blob)
    photo(hub, token, data, id_=id_)

    assert "没有这张照片的记录" in early.title
    assert send(kept, token, (blob, data)).stored


def test_one_photo_that_may_not_go_blocks_no_other(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    good, _ = photo(hub, token, of(50))
    bad = [
        Blob(record=new_id(), sha256=good.sha256, size=50),
        Blob(record=good.record, sha256="0" * 64, size=50),
        Blob(record="\x00" * 32, sha256=good.sha256, size=50),
        Blob(record=good.record, sha256="../../../etc/passwd", size=50),
        Blob(record=good.record, sha256=good.sha256.upper(), size=50),
        Blob(record=good.record, sha256=good.sha256, size=LIMIT + 1),
        Blob(record=good.record, sha256=good.sha256, size=0),
        Blob(record=good.record, sha256=good.sha256, size=-1),
    ]

    told = kept.blobs(token, BlobQuery(blobs=[*bad, good])).blobs

    assert [bool(one.title) for one in told] == [True] * len(bad) + [False]
    assert told[-1].missing == [0]


def test_a_size_made_up_before_does_not_stand_in_the_way(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    blob, data = photo(hub, token, of(2 * CHUNK))
    standing(kept, token, Blob(record=blob.record, sha256=blob.sha256, size=7))

    assert send(kept, token, (blob, data)).stored


def test_a_withdrawn_laptop_neither_sends_nor_sees(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    one = photo(hub, token, of(50))
    send(kept, token, one)
    hub.accounts().revoke(hub.accounts().devices("wang")[0].id)

    for call in (
        lambda: standing(kept, token, one[0]),
        lambda: kept.put_chunk(token, one[0], 0, one[1]),
        lambda: kept.chunk(token, one[0], 0),
    ):
        with pytest.raises(Revoked):
            call()
    with pytest.raises(SignInNeeded):
        kept.chunk("no-such-token", one[0], 0)


def test_a_photo_taken_before_the_grid_was_withdrawn_is_still_taken(
    hub: SqlHub, kept: SqlBlobs, token: str
) -> None:
    one = photo(hub, token, of(50))
    hub.accounts().assign("wang", [OTHER])

    assert send(kept, token, one).stored
    with pytest.raises(Refused, match="没有查看"):
        kept.chunk(token, one[0], 0)


def test_a_photo_whose_record_was_handed_over_is_still_taken(hub: SqlHub, kept: SqlBlobs, token: str) -> None:
    one = photo(hub, token, of(50))
    moved = made(1, id_=one[0].record, area=GRID)
    ask(hub, token, replace(moved, made=False, groups={"area": {"area": BESIDE}}), origin="mover")

    assert send(kept, token, one).stored


def test_what_nobody_goes_on_sending_is_cleaned_away_after_some_days(
    hub: SqlHub, store: BlobStore, token: str
) -> None:
    wall = Wall()
    kept = SqlBlobs(hub.engine, hub._passwords, store, wall=wall)
    half, done = photo(hub, token, of(2 * CHUNK)), photo(hub, token, of(CHUNK))
    send(kept, token, done)
    standing(kept, token, half[0])
    kept.put_chunk(token, half[0], 0, half[1][:CHUNK])

    wall.now += UNFINISHED_MS - 1
    standing(kept, token, done[0])
    before = store.chunks(Blob(record=half[0].record, sha256=half[0].sha256, size=CHUNK))
    wall.now += UNFINISHED_MS
    standing(kept, token, done[0])

    assert before is not None
    assert store.chunks(Blob(record=half[0].record, sha256=half[0].sha256, size=CHUNK)) is None
    assert fetched(kept, token, done[0]) == done[1]
    with reading(hub.engine) as db:
        assert db.execute(select(func.count()).select_from(tables.blob)).scalar_one() == 1
    assert send(kept, token, half).stored


@pytest.mark.expects_log
def test_a_photo_gone_from_the_store_is_told_of_and_taken_again(
    hub: SqlHub, store: BlobStore, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept = hub.blobs(store)
    one = photo(hub, token, of(50))
    send(kept, token, one)
    store._fs.rm(store._whole(one[0]))

    with pytest.raises(Refused, match="不见了"):
        kept.chunk(token, one[0], 0)

    assert one[0].sha256 in caplog.text
    assert send(kept, token, one).stored
    assert fetched(kept, token, one[0]) == one[1]


def test_a_chunk_lost_from_the_store_costs_one_more_sending(
    hub: SqlHub, store: BlobStore, token: str
) -> None:
    kept = hub.blobs(store)
    blob, data = one = photo(hub, token, of(CHUNK + 1))
    standing(kept, token, blob)
    kept.put_chunk(token, blob, 0, data[:CHUNK])
    store.forget_chunks(blob)

    with pytest.raises(Refused):
        kept.put_chunk(token, blob, 1, data[CHUNK:])

    assert send(kept, token, one).stored


def test_a_full_disk_takes_no_photo_and_keeps_its_text(hub: SqlHub, tmp_path: Path, token: str) -> None:
    kept = hub.blobs(BlobStore(str(tmp_path / "photos"), least_free=1 << 60))
    blob, data = photo(hub, token, of(50))
    standing(kept, token, blob)

    with pytest.raises(Offline, match="存不下照片") as told:
        kept.put_chunk(token, blob, 0, data)

    assert "文字照常同步" in told.value.advice
    assert ask(hub, token, made(1), origin="text").acked == 1
    assert standing(kept, token, blob).missing == [0]


def test_a_store_that_cannot_be_used_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="存放地址"):
        BlobStore("nowhere-at-all://bucket/photos")


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(Refused, match="无法建立"):
        BlobStore(str(tmp_path / "file" / "photos"))


def test_photos_are_nobody_elses_to_read(hub: SqlHub, tmp_path: Path, token: str) -> None:
    kept = hub.blobs(BlobStore(str(tmp_path / "photos"), least_free=0))
    send(kept, token, photo(hub, token, of(50)))

    files = [path for path in (tmp_path / "photos").rglob("*") if path.is_file()]

    assert len(files) == 1
    assert files[0].stat().st_mode & 0o077 == 0


@settings(max_examples=25)
@given(order=st.permutations(range(5)), repeats=st.lists(st.integers(0, 4), max_size=6))
def test_chunks_may_come_in_any_order_and_more_than_once(order: list[int], repeats: list[int]) -> None:
    data = of(4 * CHUNK + 9)
    blob = Blob(record="0" * 32, sha256=blobs.sha256(data), size=len(data))
    pieces = list(blobs.chunks(data))
    held: dict[int, bytes] = {}

    for number in [*order[:3], *repeats, *order[3:]]:
        assert blobs.holds(blob, number, len(pieces[number]))
        held[number] = pieces[number]

    assert blobs.missing(blob, held.keys()) == []
    assert blobs.sha256(held[n] for n in range(blob.chunks)) == blob.sha256


def test_on_either_database_four_workers_may_finish_one_photo(either_hub: SqlHub, tmp_path: Path) -> None:
    token = sign_in(either_hub, "wang").token
    one = photo(either_hub, token, of(3 * CHUNK))
    with store_in("folder", tmp_path) as store:
        workers = [either_hub.blobs(store) for _ in range(4)]
        for turn, worker in enumerate(workers):
            for number in standing(worker, token, one[0]).missing[: 1 if turn < 2 else None]:
                data = one[1][number * CHUNK : (number + 1) * CHUNK]
                worker.put_chunk(token, one[0], number, data)

        assert all(standing(worker, token, one[0]).stored for worker in workers)
        assert fetched(workers[0], token, one[0]) == one[1]
        assert standing(workers[0], token, Blob(record="\x00" * 32, sha256="\x00" * 64, size=5)).title


def test_photos_are_kept_beside_the_database_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = Settings(database=str(tmp_path / "hub.db")).photo_store
    monkeypatch.setenv("GRIDHUB_PHOTOS", "s3://bucket/photos")

    assert beside == str(tmp_path / "photos")
    assert Settings(database=str(tmp_path / "hub.db")).photo_store == "s3://bucket/photos"
