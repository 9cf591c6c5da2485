"""The window's frame: one key per place, messages above the page, the plain truth at the bottom."""

import asyncio
from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
import pytest
from pytestqt.qtbot import QtBot

from gridclient.records import Resident
from gridclient.settings import Settings
from gridclient.store.homes import tree
from gridclient.ui import messages
from gridclient.ui.building_tree import TreePane
from gridclient.ui.main_window import MainWindow
from gridclient.ui.navigation import PLACES, Place, place_of
from gridclient.ui.palette import Command
from gridclient.ui.saying import Message, SyncState, Tone
from gridclient.ui.workspace import Workspace
from tests.support import people, screens
from tests.support.compose import compose
from tests.support.rosters import until


class Sheet(QLabel):
    """A page that remembers what it was asked for."""

    def __init__(self, _workspace: Workspace) -> None:
        super().__init__()
        self.asked: list[dict[str, object]] = []

    def open(self, **where: object) -> None:
        self.asked.append(where)


TWO = tuple(place for place in PLACES if place.name in ("residents", "settings", "basics"))
PLAIN = (Place("first", "甲处", "F2", "today", Sheet), Place("second", "乙处", "F3", "figures", Sheet), *TWO)


@pytest.fixture
def window(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, dressed: QApplication
) -> Iterator[MainWindow]:
    made = MainWindow(workspace, PLAIN)
    made.show()
    yield made
    made.close_for_good()
    made.deleteLater()


async def settled() -> None:
    await asyncio.sleep(0.05)


async def test_a_place_is_one_key_away_and_made_when_first_wanted(window: MainWindow, qtbot: QtBot) -> None:
    window.open_place("first", {})
    with qtbot.waitActive(window):
        window.activateWindow()
    before = set(window._pages)

    qtbot.keyClick(window, Qt.Key.Key_F3)
    await settled()

    assert before == {"first"}
    assert window.shown == "second"
    assert window.navigation.buttons["second"].isChecked()


async def test_alt_left_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    window.open_place("first", {})
    window.open_place("second", {})
    with qtbot.waitActive(window):
        window.activateWindow()

    qtbot.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    await settled()

    assert window.shown == "first"


async def test_a_page_is_handed_what_it_was_opened_for(window: MainWindow, workspace: Workspace) -> None:
    workspace.open_place("second", building="b1")

    page = window.page("second")
    assert isinstance(page, Sheet)
    assert page.asked == [{"building": "b1"}]


async def test_a_record_opens_in_the_list_of_its_kind(window: MainWindow, workspace: Workspace) -> None:
    person = workspace.replica.all(Resident)[3]

    workspace.open_place("records", kind="resident", id=person.id)

    assert window.shown == "residents"
    assert window.page("residents").page.pane.form.record.id == person.id


async def test_every_declared_kind_has_a_place(window: MainWindow) -> None:
    from gridclient.fields import RECORDS

    for kind in RECORDS:
        assert kind in {k for place in PLACES for k in place.kinds}, kind
        assert place_of(kind) in {place.name for place in PLACES}


def test_messages_said_before_anybody_listened_are_not_lost(workspace: Workspace) -> None:
    messages.listen(None)
    messages.tell(Message("早到的话"))

    window = MainWindow(workspace, PLAIN)
    shown = window.messages.title.text()
    window.close_for_good()
    window.deleteLater()

    assert shown == "早到的话"


async def test_bad_news_stay_until_somebody_closes_them(window: MainWindow, workspace: Workspace) -> None:
    workspace.say("磁盘满了", "请清理磁盘。", Tone.BAD)

    assert window.messages.isVisible()
    assert window.messages.title.text() == "磁盘满了"
    assert not window.messages._timer.isActive()


async def test_the_status_line_tells_the_truth(window: MainWindow, workspace: Workspace) -> None:
    workspace.set_sync_state(online=False, signed_in=True, waiting=7, conflicts=2)
    window.recount()
    await asyncio.sleep(0.6)

    assert window.status.link.text().startswith("离线，数据已存本机")
    assert window.status.waiting.text() == "待上传 7"
    assert window.status.conflicts.text() == "冲突 2"
    assert window.status.round.text().startswith("今日 0/")
    assert window.status.drafts.text() == "草稿 0"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SyncState(), "没有待上传"),
        (SyncState(waiting=7), "待上传 7"),
        (SyncState(waiting=7, running=True), "正在同步…"),
        (SyncState(waiting=7, conflicts=1, refused=1), "需要您处理 1　冲突 1"),
        (SyncState(conflicts=3), "冲突 3"),
    ],
)
async def test_the_badge_says_what_waits(window: MainWindow, state: SyncState, words: str) -> None:
    window.top.show_sync(state)

    assert window.top.badge.text() == words


async def test_ctrl_k_finds_a_person_and_goes_there(
    window: MainWindow, workspace: Workspace, qtbot: QtBot
) -> None:
    went: list[tuple[str, dict[str, object]]] = []
    workspace.place_opened.disconnect(window.open_place)
    workspace.place_opened.connect(lambda place, where: went.append((place, where)))
    person = workspace.replica.all(Resident)[0]
    window.palette_.ask()

    compose(window.palette_.line, person.name)
    qtbot.keyClick(window.palette_.line, Qt.Key.Key_Return)
    await until(lambda: not window.palette_.isVisible())

    assert [place for place, _where in went] == ["buildings", "household"]
    assert went[1][1] == {"id": person.household}
    assert not window.palette_.isVisible()


def test_a_command_is_found_by_part_of_its_name_or_its_initials() -> None:
    command = Command("立即同步", lambda: None)

    assert command.matches("同步")
    assert command.matches("ljt")
    assert command.matches("lijitong")
    assert command.matches("tb")
    assert command.matches("tongbu")
    assert not command.matches("锁")


async def test_a_command_is_in_sight_among_any_number_of_people(
    window: MainWindow, workspace: Workspace, qtbot: QtBot
) -> None:
    home = workspace.replica.all(Resident)[0]
    crowd = [
        Resident(name=f"童{chr(0x4E00 + n)}", household=home.household, area=home.area) for n in range(40)
    ]
    workspace.replica.save(*crowd)
    window.palette_.ask("t")
    window.palette_.line.setText("tong")
    await until(lambda: window.palette_.answered == "tong")

    titles = [window.palette_.model.index(row).data() for row in range(12)]

    assert titles[0].startswith("童")
    assert "立即同步" in titles


async def test_leaving_the_window_alone_locks_it(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace
) -> None:
    window = MainWindow(workspace, PLAIN)
    locked: list[bool] = []
    window.locked.connect(lambda: locked.append(True))
    window._idle.setInterval(30)
    window.show()

    await asyncio.sleep(0.2)
    window.close_for_good()
    window.deleteLater()

    assert locked == [True]


async def test_closing_asks_the_program_first(window: MainWindow) -> None:
    asked: list[bool] = []
    window.closing.connect(lambda: asked.append(True))

    window.close()

    assert asked == [True]
    assert window.isVisible()


def test_the_tree_shows_estates_buildings_and_units_and_opens_them(
    qtbot: QtBot, workspace: Workspace
) -> None:
    pane = TreePane(workspace)
    qtbot.addWidget(pane)
    went: list[dict[str, object]] = []
    workspace.place_opened.connect(lambda _place, where: went.append(where))

    pane.show_nodes(tree(workspace.replica, people.TODAY))
    estate = pane.model.item(0)
    building = estate.child(0)
    pane.view.setCurrentIndex(building.index())
    pane.view.setCurrentIndex(building.child(1).index())

    assert estate.text() == "幸福里"
    assert [estate.child(row).text() for row in range(3)] == ["1号楼", "2号楼", "3号楼"]
    assert [where.get("unit") for where in went] == [None, "2"]


async def test_the_window_stands_where_it_was_closed_while_a_screen_shows_all_of_it(
    qloop: asyncio.AbstractEventLoop, workspace: Workspace, dressed: QApplication
) -> None:
    screen = dressed.primaryScreen().availableGeometry()
    wide = QRect(screen.x() + 50, screen.y() + 50, screen.width() - 150, screen.height() - 150)
    stood = []
    for size in (wide, wide.adjusted(0, 0, 400, 400)):
        last = MainWindow(workspace, PLAIN)
        last.setMinimumSize(100, 100)
        last.setGeometry(size)
        last.close_for_good()
        new = MainWindow(workspace, PLAIN)
        new.setMinimumSize(100, 100)
        new.resize(700, 500)
        new.take_last_place()
        stood.append(new.size())
        for window in (last, new):
            window._may_close = True
            window.deleteLater()

    assert stood[0] == wide.size()
    assert screen.size().width() >= stood[1].width()


@pytest.mark.parametrize("size", [(1280, 720), (1366, 768)])
@pytest.mark.parametrize("large", [False, True])
async def test_nothing_is_clipped_at_the_smallest_screens(
    qloop: asyncio.AbstractEventLoop,
    workspace: Workspace,
    qapp: QApplication,
    size: tuple[int, int],
    large: bool,
) -> None:
    screens.dress(qapp, Settings(large_print=large))
    window = MainWindow(workspace, PLAIN)
    window.resize(*size)
    window.show()
    window.open_place("records", {"kind": "resident", "id": workspace.replica.all(Resident)[0].id})
    await settled()

    clipped = [cut for widget in window.findChildren(QWidget) for cut in [clipping(widget, window)] if cut]
    width, height = window.width(), window.height()
    window.close_for_good()
    window.deleteLater()
    screens.undress(qapp)

    assert width <= size[0]
    assert height <= size[1]
    assert clipped == []


def clipping(widget: QWidget, window: QWidget) -> str:
    """Which button of the frame or the bars does not fit its words; empty when it does."""
    from PySide6.QtWidgets import QPushButton, QToolButton

    if not widget.isVisible() or not isinstance(widget, QPushButton | QToolButton):
        return ""
    right = widget.mapTo(window, widget.rect().bottomRight())
    outside = right.x() > window.width() or right.y() > window.height()
    narrow = widget.width() < widget.minimumSizeHint().width()
    in_form = widget.window() is not window
    return f"{widget.text()}" if (outside or narrow) and not in_form and not _scrolled(widget) else ""


def _scrolled(widget: QWidget) -> bool:
    from PySide6.QtWidgets import QScrollArea

    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def test_the_invented_day_does_not_age(workspace: Workspace) -> None:
    assert workspace.today == date(2026, 10, 31)
