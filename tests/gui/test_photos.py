"""Photos at the door: asked for first, kept at once, shown small and large, taken back like anything else."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
import pytest

from gridclient.records import Building, Dwelling, Household, Photo, Resident, Visit
from gridclient.store.homes import doors
from gridclient.ui.frame import TopBar
from gridclient.ui.household import HouseholdPanel
from gridclient.ui.page import RecordPane
from gridclient.ui.photo_view import LATER, PhotoView
from gridclient.ui.photos import PhotoStrip, consented, sources_of
from gridclient.ui.rounds import Rounds
from gridclient.ui.saying import Message
from gridclient.ui.visits import VisitLoop
from gridclient.ui.workspace import Workspace
from sync.engine import Round
from sync.errors import LocalFault, Offline, SyncError
from tests.support.stage import Hands, on_stage

RED, BLUE = QColor("red"), QColor("blue")


def colour(of: QColor, width: int = 640, height: int = 480) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(of)
    return image


@pytest.fixture
def strip(workspace: Workspace, qtbot) -> Iterator[PhotoStrip]:
    made = PhotoStrip(workspace)
    stage = on_stage(qtbot, made, 340, 300)
    made.show_owner({"household": willing(workspace).id})
    yield made
    stage.close()


def willing(workspace: Workspace) -> Household:
    """A household that agreed to photos before."""
    home = workspace.replica.all(Household)[0]
    home.agreed_photo = True
    workspace.replica.save(home)
    return home


def unasked(workspace: Workspace) -> Household:
    home = workspace.replica.all(Household)[1]
    assert not home.agreed_photo
    return home


async def added(workspace: Workspace, count: int) -> list[Photo]:
    """The photos, once there are so many."""
    for _turn in range(200):
        photos = workspace.replica.all(Photo)
        if len(photos) == count:
            return photos
        await asyncio.sleep(0.02)
    raise AssertionError(f"{len(workspace.replica.all(Photo))} photos instead of {count}")


async def test_a_photo_is_kept_with_its_record_and_waits_to_be_sent(
    strip: PhotoStrip, workspace: Workspace, qloop
) -> None:
    strip.add([colour(RED, 3200, 2400)])

    (photo,) = await added(workspace, 1)

    home = willing(workspace)
    assert (photo.household, photo.area, photo.agreed) == (home.id, home.area, True)
    assert (photo.width, photo.height) == (1600, 1200)
    kept = workspace.desk.photos.picture(photo)
    assert kept is not None
    assert len(kept) == photo.size
    assert strip.title.text() == "照片 1，1 张待上传"
    assert "待上传" in strip.model.item(0).toolTip()


async def test_nobody_is_pictured_who_was_not_asked(strip: PhotoStrip, workspace: Workspace, qloop) -> None:
    strip.show_owner({"household": unasked(workspace).id})

    strip.add([colour(RED)])
    asked = strip.question.isVisible()
    QTest.keyClick(strip.question, Qt.Key.Key_Escape)
    await asyncio.sleep(0.05)

    assert asked
    assert not strip.question.isVisible()
    assert workspace.replica.all(Photo) == []


async def test_consent_given_at_the_door_is_asked_for_once_and_written_down(
    strip: PhotoStrip, workspace: Workspace, qloop
) -> None:
    strip.show_owner({"household": unasked(workspace).id})
    strip.add([colour(RED)])

    QTest.keyClick(strip.question, Qt.Key.Key_Return)
    await added(workspace, 1)
    strip.add([colour(BLUE)])
    photos = await added(workspace, 2)

    assert all(photo.agreed for photo in photos)
    assert not strip.question.isVisible()


async def test_the_next_home_is_asked_anew(strip: PhotoStrip, workspace: Workspace, qloop) -> None:
    home, other = workspace.replica.all(Household)[1:3]
    strip.show_owner({"household": home.id})
    strip.add([colour(RED)])
    QTest.keyClick(strip.question, Qt.Key.Key_Return)
    await added(workspace, 1)

    strip.show_owner({"household": other.id})
    strip.add([colour(RED)])

    assert strip.question.isVisible()


async def test_a_building_agrees_to_everything(strip: PhotoStrip, workspace: Workspace, qloop) -> None:
    strip.show_owner({"building": workspace.replica.all(Building)[0].id})

    strip.add([colour(RED)])

    (photo,) = await added(workspace, 1)
    assert (bool(photo.building), photo.agreed) == (True, False)


def test_nobody_has_agreed_for_a_home_that_is_not_here(workspace: Workspace) -> None:
    assert not consented(workspace.replica, {"household": "0" * 32})
    assert not consented(workspace.replica, {"resident": "0" * 32})
    assert not consented(workspace.replica, {"visit": "0" * 32})
    assert consented(workspace.replica, {"dwelling": "0" * 32})


async def test_a_resident_has_agreed_when_the_household_has(
    strip: PhotoStrip, workspace: Workspace, qloop
) -> None:
    home = willing(workspace)
    of_home = workspace.replica.all(Resident, Resident.household == home.id)[0]
    other = workspace.replica.all(Resident, Resident.household == unasked(workspace).id)[0]

    strip.show_owner({"resident": of_home.id})
    strip.add([colour(RED)])
    await added(workspace, 1)
    strip.show_owner({"resident": other.id})
    strip.add([colour(RED)])

    assert strip.question.isVisible()


async def test_files_are_chosen_with_p_and_a_bad_one_stops_no_other(
    strip: PhotoStrip, workspace: Workspace, qloop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / name for name in ("a.jpg", "坏.jpg", "c.png")]
    colour(RED).save(str(files[0]))
    files[1].write_bytes(b"no picture")
    colour(BLUE).save(str(files[2]))
    chosen = ([str(file) for file in files], "")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: chosen)
    said: list[str] = []
    workspace.said.connect(lambda message: said.append(message.title))
    strip.add_button.setFocus()

    QTest.keyClick(strip.add_button, Qt.Key.Key_P)
    await added(workspace, 2)

    assert said == ["第 2 张：这张图片打不开"]


async def test_a_copied_picture_is_pasted(strip: PhotoStrip, workspace: Workspace, qloop) -> None:
    QGuiApplication.clipboard().setImage(colour(BLUE))
    strip.add_button.setFocus()

    QTest.keyClick(strip.add_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert (await added(workspace, 1))[0].width == 640


def test_files_and_pictures_may_be_dragged_in_and_words_not(qapp: QApplication, tmp_path: Path) -> None:
    files, words, picture = QMimeData(), QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.jpg")), QUrl("https://example.invalid/b.jpg")])
    words.setText("words")
    picture.setImageData(colour(RED))

    assert sources_of(files) == [tmp_path / "a.jpg"]
    assert sources_of(words) == []
    assert len(sources_of(picture)) == 1


async def test_a_photo_is_removed_with_delete_and_taken_back_with_undo(
    strip: PhotoStrip, workspace: Workspace, qloop
) -> None:
    strip.add([colour(RED)])
    (photo,) = await added(workspace, 1)
    strip.list.setCurrentIndex(strip.model.index(0, 0))
    strip.list.setFocus()

    QTest.keyClick(strip.list, Qt.Key.Key_Delete)
    await asyncio.sleep(0)
    gone = len(strip.photos)
    workspace.undo()
    await asyncio.sleep(0)

    assert gone == 0
    assert [one.id for one in strip.photos] == [photo.id]
    assert workspace.desk.photos.picture(photo) is not None


async def test_enter_shows_it_large_and_arrows_walk(strip: PhotoStrip, workspace: Workspace, qloop) -> None:
    strip.add([colour(RED), colour(BLUE)])
    await added(workspace, 2)
    strip.list.setCurrentIndex(strip.model.index(0, 0))
    strip.list.setFocus()

    QTest.keyClick(strip.list, Qt.Key.Key_Return)
    view = strip.window().findChild(PhotoView)
    assert view is not None
    first = view.grab().toImage().pixelColor(view.width() // 2, view.height() // 3)
    QTest.keyClick(view, Qt.Key.Key_Right)
    second = view.grab().toImage().pixelColor(view.width() // 2, view.height() // 3)
    title = view.windowTitle()
    view.close()

    assert (first.blue() > 200, second.red() > 200) == (True, True)
    assert title == "照片 2/2"


async def test_a_picture_that_is_elsewhere_is_shown_small_and_says_so(
    strip: PhotoStrip, workspace: Workspace, qloop
) -> None:
    strip.add([colour(RED)])
    (photo,) = await added(workspace, 1)
    for file in workspace.desk.photos.folder.iterdir():
        file.unlink()

    view = PhotoView(workspace, [photo], 0)
    view.show()
    await asyncio.sleep(0.2)
    shown = view.grab().toImage().pixelColor(view.width() // 2, view.height() // 3)
    told = view.trouble.text()
    view.close()

    assert told == LATER
    assert shown.red() > 200


async def test_photos_taken_at_a_door_go_with_its_visit_and_come_back_with_it(
    workspace: Workspace, qloop, qtbot
) -> None:
    home = willing(workspace)
    dwelling = workspace.replica.get(Dwelling, home.dwelling)
    assert dwelling is not None
    every = doors(workspace.replica, dwelling.building, workspace.today)
    door = next(d for d in every if d.household == home.id)
    panel, loop = HouseholdPanel(workspace), VisitLoop(workspace)
    stages = [on_stage(qtbot, panel, 340, 640), on_stage(qtbot, loop, 900, 300)]
    workspace.place_opened.connect(lambda _place, where: panel.open(**where))
    loop.show_door(door)
    QGuiApplication.clipboard().setImage(colour(RED))
    loop.setFocus()

    Hands(loop).press("Ctrl+v")
    (photo,) = await added(workspace, 1)
    loop.press("1")
    loop.confirm()
    (visit,) = workspace.replica.all(Visit, Visit.photo_agreed)
    with_visit = workspace.replica.get(Photo, photo.id)
    loop.take_back()
    after = workspace.replica.get(Photo, photo.id)
    for stage in stages:
        stage.close()

    assert visit.household == home.id
    assert with_visit is not None
    assert with_visit.visit == visit.id
    assert after is not None
    assert (after.visit, after.household) == ("", home.id)


async def test_every_building_and_person_has_a_page_of_photos(workspace: Workspace, qloop, qtbot) -> None:
    building = workspace.replica.all(Building)[0]
    pane = RecordPane(workspace, "building")
    stage = on_stage(qtbot, pane, 700, 500)
    pane.open_record(building)
    tab = next(n for n in range(pane.count()) if pane.tabText(n).startswith("照片"))

    pane.setCurrentIndex(tab)
    wall = pane.findChild(PhotoStrip)
    assert wall is not None
    wall.add([colour(RED)])
    photos = await added(workspace, 1)
    stage.close()

    assert photos[0].building == building.id
    assert len(wall.photos) == 1


def test_the_window_tells_how_far_photos_are_and_how_many_wait(workspace: Workspace, qtbot) -> None:
    top = TopBar()
    qtbot.addWidget(top)
    workspace.sync_changed.connect(top.show_sync)
    rounds = Rounds(workspace)

    workspace.set_sync_state(running=True, text="正在同步…")
    rounds._show_photos(2, 12)
    going = top.badge.text()
    workspace.set_sync_state(running=False)
    rounds._show_photos(3, 12)
    done = top.badge.text()
    workspace.desk.photos.keep("0" * 32, b"a picture")
    rounds._recount()
    workspace.set_sync_state(waiting=0)

    assert going == "照片 3/12"
    assert done == "没有待上传"
    assert top.badge.text() == "照片待上传 1"


@pytest.mark.parametrize(("asked", "trouble"), [(True, Offline), (False, Offline), (False, LocalFault)])
def test_what_keeps_photos_back_is_told_and_the_round_is_still_a_good_one(
    workspace: Workspace, asked: bool, trouble: type[SyncError]
) -> None:
    said: list[Message] = []
    workspace.said.connect(said.append)
    workspace.desk.photos.trouble = trouble("存不下照片了", "请清理磁盘。")
    rounds = Rounds(workspace)

    for _turn in range(2):
        rounds._succeeded(Round(agreed=True), asked=asked)

    assert workspace.sync_state.online
    assert workspace.sync_state.text == "与中心一致 ✓；照片没有传完：存不下照片了"
    assert [message.advice for message in said] == ["请清理磁盘。"] * (2 if asked else trouble is LocalFault)
