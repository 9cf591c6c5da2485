"""Pictures on the laptop: sealed, found again, never dropped before the centre has them, and gone when nobody needs them."""

import os
from pathlib import Path
import time

import pytest

from gridclient.errors import NoSpace
from gridclient.records import Photo
from gridclient.store import photos as module
from gridclient.store.photos import DAY_MS, Photos, blob_of
from gridclient.store.vault import LIGHT, Vault
from sync.blobs import CHUNK, Blob, BlobAnswer, BlobQuery, Standing
from sync.errors import LocalFault, Offline
from sync.replica import News, Replica
from tests.unit.store.conftest import AREA

DATA = b"an invented picture" * 20_000  # 380 KB: two chunks


@pytest.fixture
def kept(vault: Vault, replica: Replica) -> Photos:
    return Photos(vault, replica, least_free=0)


def add(kept: Photos, replica: Replica, data: bytes = DATA, **more: object) -> Photo:
    photo = Photo(building="b" * 32, area=AREA, size=len(data))
    photo.sha256 = kept.keep(photo.id, data)
    replica.save(photo)
    return photo


def files(kept: Photos) -> list[Path]:
    return sorted(kept.folder.iterdir()) if kept.folder.is_dir() else []


class Centre:
    """A hub that has whatever it was given."""

    def __init__(self) -> None:
        self.held: dict[Blob, dict[int, bytes]] = {}
        self.refuses = ""

    def blobs(self, token: str, query: BlobQuery) -> BlobAnswer:
        return BlobAnswer(blobs=[self._standing(blob) for blob in query.blobs])

    def put_chunk(self, token: str, blob: Blob, number: int, data: bytes) -> Standing:
        self.held.setdefault(blob, {})[number] = data
        return self._standing(blob)

    def chunk(self, token: str, blob: Blob, number: int) -> bytes:
        return self.held[blob][number]

    def _standing(self, blob: Blob) -> Standing:
        missing = [n for n in range(blob.chunks) if n not in self.held.get(blob, {})]
        if self.refuses and missing:
            return Standing(sha256=blob.sha256, title=self.refuses)
        return Standing(sha256=blob.sha256, stored=not missing, missing=missing)


@pytest.fixture
def centre() -> Centre:
    return Centre()


def later(monkeypatch: pytest.MonkeyPatch, millis: int) -> None:
    now = time.time_ns() // 1_000_000 + millis
    monkeypatch.setattr(module, "_now_ms", lambda: now)


def test_a_picture_comes_back_as_it_was_kept(kept: Photos, replica: Replica) -> None:
    assert kept.picture(add(kept, replica)) == DATA


def test_files_tell_nobody_what_is_in_them(kept: Photos, replica: Replica) -> None:
    photo = add(kept, replica)

    assert len(files(kept)) == 2
    for file in files(kept):
        assert b"invented" not in file.read_bytes()
        assert photo.sha256[:8] not in file.name
        assert file.stat().st_mode & 0o077 == 0 or os.name == "nt"


def test_another_vault_cannot_read_them(kept: Photos, replica: Replica, tmp_path: Path) -> None:
    add(kept, replica)
    (file, *_others) = files(kept)
    other = Vault.create(tmp_path / "other.vault", "a passphrase", LIGHT)

    with pytest.raises(Exception, match="已损坏"):
        other.unseal(file.read_bytes(), file.name)
    other.close()


def test_what_was_kept_is_found_again_after_a_restart(kept: Photos, vault: Vault, replica: Replica) -> None:
    photo = add(kept, replica)

    again = Photos(vault, replica, least_free=0)

    assert again.picture(photo) == DATA
    assert again.waiting() == [blob_of(photo)]


def test_a_changed_byte_is_noticed(kept: Photos, replica: Replica) -> None:
    photo = add(kept, replica)
    (file, *_others) = files(kept)
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)

    assert kept.picture(photo) is None


def test_a_picture_is_sent_once_its_photo_was_saved(kept: Photos, replica: Replica, centre: Centre) -> None:
    unsaved = Photo()
    kept.keep(unsaved.id, b"never saved")
    photo = add(kept, replica)
    before = kept.pending()

    done = kept.carry(centre, "token")

    assert (before, done.sent, kept.pending()) == (2, 1, 1)
    assert list(centre.held) == [blob_of(photo)]
    assert kept.unsent([photo.id]) == {}
    assert kept.waiting() == []


def test_why_a_picture_is_not_taken_is_kept_and_it_is_tried_again(
    kept: Photos, replica: Replica, centre: Centre
) -> None:
    photo = add(kept, replica)
    centre.refuses = "您没有上传这张照片的权限"

    kept.carry(centre, "token")
    told = kept.unsent([photo.id])
    centre.refuses = ""
    kept.carry(centre, "token")

    assert told == {photo.id: "您没有上传这张照片的权限"}
    assert kept.unsent([photo.id]) == {}


def test_without_a_line_nothing_is_lost_and_the_reason_is_known(
    kept: Photos, replica: Replica, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add(kept, replica)

    def cut(*_args: object) -> Standing:
        raise Offline("线路中断")

    monkeypatch.setattr(centre, "put_chunk", cut)
    kept.carry(centre, "token")

    assert kept.trouble is not None
    assert kept.trouble.title == "线路中断"
    assert kept.picture(photo) == DATA
    assert kept.pending() == 1


def arrived(replica: Replica, photo: Photo) -> None:
    """As if the photo had come from the centre."""
    with replica._books.write() as write:
        write.run("UPDATE photo SET ver = 5 WHERE id = ?", photo.id)
    replica._tell([News(Photo.kind(), photo.id, remote=True)])


def elsewhere(replica: Replica, centre: Centre, data: bytes = DATA) -> Photo:
    """A photo that another laptop made and sent."""
    from sync import blobs

    photo = Photo(building="b" * 32, area=AREA, size=len(data), sha256=blobs.sha256(data))
    replica.save(photo)
    arrived(replica, photo)
    centre.held[blob_of(photo)] = dict(enumerate(blobs.chunks(data)))
    return photo


def test_photos_of_others_are_fetched_newest_first_a_few_at_a_time(
    kept: Photos, replica: Replica, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 2)
    photos = [elsewhere(replica, centre, bytes([n]) * 50) for n in range(3)]

    first = kept.carry(centre, "token").fetched
    there = [kept.picture(photo) is not None for photo in photos]
    second = kept.carry(centre, "token").fetched

    assert (first, second) == (2, 1)
    assert there == [False, True, True]
    assert kept.carry(centre, "token").fetched == 0


def test_an_old_photo_is_fetched_when_somebody_looks_at_it(
    kept: Photos, replica: Replica, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = elsewhere(replica, centre)
    later(monkeypatch, 60 * DAY_MS)

    unasked = kept.carry(centre, "token").fetched

    assert unasked == 0
    assert kept.fetch(photo, centre, "token") == DATA
    assert kept.picture(photo) == DATA


def test_a_photo_the_centre_does_not_have_yet_is_asked_for_in_an_hour(
    kept: Photos, replica: Replica, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = elsewhere(replica, centre)
    held = centre.held.pop(blob_of(photo))
    kept.carry(centre, "token")
    centre.held[blob_of(photo)] = held

    at_once = kept.wanted()
    later(monkeypatch, 2 * 3600 * 1000)

    assert at_once == []
    assert kept.wanted() == [blob_of(photo)]


def gone(replica: Replica, photo: Photo) -> None:
    """As if the area of the photo had been left."""
    with replica._books.write() as write:
        write.run("DELETE FROM photo WHERE id = ?", photo.id)
    replica._tell([News(Photo.kind(), photo.id, remote=True)])


def test_when_a_photo_goes_from_the_laptop_its_picture_goes_as_well(
    kept: Photos, replica: Replica, centre: Centre
) -> None:
    photo, other = add(kept, replica), add(kept, replica, b"another one")
    kept.carry(centre, "token")

    gone(replica, photo)
    kept.carry(centre, "token")

    assert len(files(kept)) == 1
    assert kept.picture(other) == b"another one"


def test_a_picture_not_sent_yet_outlives_its_photo_until_it_is_sent(
    kept: Photos, replica: Replica, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add(kept, replica)
    gone(replica, photo)
    later(monkeypatch, 400 * DAY_MS)
    centre.refuses = "中心没有这张照片的记录"

    kept.carry(centre, "token")
    held = len(files(kept))
    centre.refuses = ""
    done = kept.carry(centre, "token")

    assert (held, done.sent) == (2, 1)
    assert files(kept) == []


def test_two_photos_of_one_picture_share_its_file(kept: Photos, replica: Replica, centre: Centre) -> None:
    one, two = add(kept, replica), add(kept, replica)
    kept.carry(centre, "token")

    gone(replica, one)
    kept.carry(centre, "token")

    assert kept.picture(two) == DATA
    assert len(centre.held) == 2


def test_a_removed_photo_is_not_sent_and_goes_after_thirty_days(
    kept: Photos, replica: Replica, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add(kept, replica)
    replica.remove(photo, "误拍")

    sent = kept.carry(centre, "token").sent
    held = len(files(kept))
    later(monkeypatch, 31 * DAY_MS)
    kept.carry(centre, "token")

    assert (sent, held) == (0, 2)
    assert files(kept) == []


def test_a_photo_taken_out_of_the_bin_is_sent_after_all(
    kept: Photos, replica: Replica, centre: Centre
) -> None:
    photo = add(kept, replica)
    replica.remove(photo, "误拍")
    kept.carry(centre, "token")

    replica.restore(photo)

    assert kept.carry(centre, "token").sent == 1


def test_what_a_crash_left_behind_is_cleaned_away_after_a_day(
    kept: Photos, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = add(kept, replica)
    kept.keep("0" * 32, b"its photo was never saved")
    (kept.folder / "half-a-file.part").write_bytes(b"half")

    kept.tidy()
    before = len(files(kept))
    later(monkeypatch, 2 * DAY_MS)
    kept.tidy()

    assert (before, len(files(kept))) == (4, 2)
    assert kept.picture(photo) == DATA


def test_a_full_disk_is_told_in_words_and_keeps_what_is_there(
    kept: Photos, vault: Vault, replica: Replica, centre: Centre
) -> None:
    photo = add(kept, replica)
    other = elsewhere(replica, centre, b"somebody else's")
    full = Photos(vault, replica, least_free=1 << 60)

    with pytest.raises(NoSpace, match="照片没有存进去") as told:
        full.keep("1" * 32, DATA)
    done = full.carry(centre, "token")

    assert isinstance(told.value, LocalFault)
    assert (done.sent, done.fetched) == (1, 0)
    assert full.trouble is None
    with pytest.raises(NoSpace):
        full.fetch(other, centre, "token")
    assert full.picture(photo) == DATA


def test_after_a_restored_centre_everything_is_offered_again(
    kept: Photos, replica: Replica, centre: Centre
) -> None:
    replica.new_epoch("one", 0)
    photo = add(kept, replica)
    kept.carry(centre, "token")
    centre.held.clear()
    idle = kept.waiting()

    replica.new_epoch("two", 0)
    done = kept.carry(centre, "token")

    assert idle == []
    assert done.sent == 1
    assert blob_of(photo) in centre.held


def test_a_laptop_put_back_from_a_copy_finds_its_files_again(
    kept: Photos, replica: Replica, vault: Vault, centre: Centre
) -> None:
    photo = add(kept, replica)
    arrived(replica, photo)
    kept._run("DELETE FROM picture")

    kept.carry(centre, "token")

    assert blob_of(photo) in centre.held
    assert kept.picture(photo) == DATA


def test_chunks_are_cut_where_both_ends_cut_them(kept: Photos, replica: Replica) -> None:
    photo = add(kept, replica)

    assert [len(kept.chunk(blob_of(photo), n) or b"") for n in range(2)] == [CHUNK, len(DATA) - CHUNK]


def test_a_round_without_news_of_photos_asks_the_centre_nothing(
    kept: Photos, replica: Replica, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(kept, replica)
    elsewhere(replica, centre)
    kept.carry(centre, "token")
    asked: list[BlobQuery] = []
    monkeypatch.setattr(centre, "blobs", lambda _token, query: asked.append(query))

    kept.carry(centre, "token")
    later(monkeypatch, 2 * 3600 * 1000)
    kept.carry(centre, "token")

    assert asked == []
