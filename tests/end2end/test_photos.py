"""A photo from one laptop to the other over a real centre: after the text, and gone where its area goes."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import delete

from gridclient import desk
from gridclient.desk import Desk
from gridclient.records import Building, Photo
from gridclient.store.photos import blob_of
from gridclient.store.vault import LIGHT
from sync.blobs import CHUNK
from sync.engine import Round
from sync.server import tables
from sync.server.blob_store import BlobStore
from sync.server.database import writing
from sync.server.hub import SqlHub
from tests.server import centre
from tests.server.line import line

PASSPHRASE = "一句只在测试里用的口令"
DATA = b"an invented picture" * 40_000  # three chunks
ELSEWHERE = centre.COMMUNITY + "099"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[SqlHub]:
    with centre.opened(tmp_path) as hub:
        for name in ("wang", "li"):
            centre.add(hub, name, centre.GRID)
        yield hub


@pytest.fixture
def address(hub: SqlHub, tmp_path: Path) -> Iterator[str]:
    with centre.served(hub, blobs=hub.blobs(BlobStore(str(tmp_path / "photos"), least_free=0))) as address:
        yield address


@pytest.fixture
def desks(tmp_path: Path, address: str) -> Iterator[tuple[Desk, Desk]]:
    with ExitStack() as after:
        made = []
        for name in ("wang", "li"):
            one = Desk.create(tmp_path / f"{name}.vault", PASSPHRASE, cost=LIGHT)
            after.callback(one.close)
            one.sign_in(address, name, centre.PASSWORD)
            one.sync()
            made.append(one)
        yield made[0], made[1]


def photographed(at: Desk, data: bytes = DATA) -> Photo:
    building = Building(name="1号楼", area=centre.GRID)
    photo = Photo(building=building.id, area=centre.GRID, size=len(data))
    photo.sha256 = at.photos.keep(photo.id, data)
    at.replica.save(building, photo)
    return photo


def through(at: Desk, address: str) -> None:
    at.let_go_of_hub()
    at.replica.set_meta("hub", address)


def pictures(at: Desk) -> int:
    return len(list(at.photos.folder.iterdir())) if at.photos.folder.is_dir() else 0


def test_a_photo_travels_after_its_text_and_is_seen_on_the_other_laptop(desks: tuple[Desk, Desk]) -> None:
    mine, theirs = desks
    photo = photographed(mine)
    steps: list[str] = []

    done = mine.sync(
        lambda _round: steps.append("text"), photos=lambda done, total: steps.append(f"{done}/{total}")
    )
    theirs.sync()

    assert done.agreed
    assert steps[-1] == "0/1"
    assert steps.index("text") < steps.index("0/1")
    assert mine.photos.pending() == 0
    arrived = theirs.replica.get(Photo, photo.id)
    assert arrived is not None
    assert theirs.picture(arrived) == DATA


def test_text_arrives_though_the_line_breaks_over_the_photo_and_the_photo_goes_on_later(
    desks: tuple[Desk, Desk], address: str
) -> None:
    mine, theirs = desks
    photo = photographed(mine)

    with line(address, after=None, sent=CHUNK + 200_000) as bad:
        through(mine, bad)
        done = mine.sync()
    theirs.sync()
    waited = theirs.replica.get(Photo, photo.id)
    first, trouble = mine.photos.pending(), mine.photos.trouble
    through(mine, address)
    mine.sync()

    assert done.agreed
    assert waited is not None
    assert theirs.picture(photo) is None or theirs.picture(photo) == DATA
    assert (first, mine.photos.pending()) == (1, 0)
    assert trouble is not None


def test_a_photo_gives_way_to_what_is_written_meanwhile(desks: tuple[Desk, Desk]) -> None:
    mine, _theirs = desks
    photographed(mine)
    photographed(mine, b"a second one")

    def write(_done: int, _total: int) -> None:
        if not mine.replica.count(Building, Building.name == "2号楼"):
            mine.replica.save(Building(name="2号楼", area=centre.GRID))

    mine.sync(photos=write)
    first = mine.photos.pending()
    done = mine.sync()

    assert (first, mine.photos.pending()) == (2, 0)
    assert isinstance(done, Round)
    assert done.up == 1


def test_photos_that_take_long_make_room_for_another_round(
    desks: tuple[Desk, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, _theirs = desks
    photographed(mine)
    monkeypatch.setattr(desk, "CARRY_S", -1.0)

    mine.sync()
    left = mine.photos.last.left
    monkeypatch.undo()
    mine.sync()

    assert (left, mine.photos.last.left, mine.photos.pending()) == (1, 0, 0)


def test_when_a_grid_is_withdrawn_its_photos_go_but_none_before_it_was_sent(
    desks: tuple[Desk, Desk], hub: SqlHub, address: str, tmp_path: Path
) -> None:
    mine, theirs = desks
    sent = photographed(mine, b"sent long ago")
    mine.sync()
    late = photographed(mine)
    with line(address, after=None, sent=CHUNK + 200_000) as bad:
        through(mine, bad)
        mine.sync()
    through(mine, address)
    hub.accounts().assign("wang", [ELSEWHERE])

    held = pictures(mine)
    mine.sync(agreed_removal=True)
    theirs.sync()

    assert held == 4
    assert mine.replica.count(Photo) == 0
    assert pictures(mine) == 0
    assert theirs.picture(late) == DATA
    assert theirs.picture(sent) == b"sent long ago"


@pytest.mark.expects_log
def test_after_a_restored_centre_every_photo_is_there_again(desks: tuple[Desk, Desk], hub: SqlHub) -> None:
    mine, theirs = desks
    photo = photographed(mine)
    mine.sync()
    with writing(hub.engine) as db:
        db.execute(delete(tables.blob))
    hub.begin_epoch()
    mine.sync()
    theirs.sync()

    assert theirs.picture(photo) == DATA
    assert blob_of(photo).size == len(DATA)
