"""Draws every page and dialog from the real window with invented people: ``python -m tests.support.screenshots DIR``."""

import asyncio
from dataclasses import dataclass
from datetime import date
import os
from pathlib import Path
import sys
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gridclient import app as program
from gridclient.records import Campaign, Household, Photo, Resident
from gridclient.settings import Settings
from gridclient.ui.leaving import LeavingQuestion
from gridclient.ui.main_window import MainWindow
from gridclient.ui.messages import BugDialog
from gridclient.ui.photo_view import PhotoView
from gridclient.ui.rounds import Rounds
from gridclient.ui.saying import Shut, Tone
from gridclient.ui.unlock import UnlockWindow
from gridclient.ui.wiped import WipedWindow
from gridclient.ui.workspace import Workspace
from sync.errors import Removal
from tests.support import (
    application,
    door_pictures,
    edge_pictures,
    entry_pictures,
    figure_pictures,
    form_pictures,
    frozen_pictures,
    import_pictures,
    ledger_pictures,
    life_pictures,
    list_pictures,
    past_pictures,
    plan_pictures,
    screens,
    unsettled,
)
from tests.support.loop import running
from tests.support.rosters import until


@dataclass(frozen=True)
class Look:
    """How the program is dressed, the size of its window, and which pictures are taken of it: none named means all."""

    settings: Settings
    size: tuple[int, int] = (1280, 720)
    parts: tuple[str, ...] = ()


SCALED = (
    "today",
    "buildings",
    "residents",
    "settings",
    "door-",
    "plan-",
    "entry-",
    "life-",
    "unlock",
    "first",
)
LOOKS = {
    "light": Look(Settings()),
    "dark": Look(Settings(theme="dark")),
    "large": Look(Settings(large_print=True)),
    "small": Look(Settings(scale=90), parts=SCALED),
    "double": Look(Settings(scale=200), (2560, 1440), SCALED),
    "narrow": Look(Settings(scale=200), (1366, 768), SCALED),
}


def main(folder: Path, only: str = "") -> None:
    """Draw everything into ``folder``, or only the pictures whose name holds ``only``."""
    folder.mkdir(parents=True, exist_ok=True)
    app = program.application(["screenshots"])
    application.add_fonts(app)
    with running(app) as loop, tempfile.TemporaryDirectory() as place:
        for look, dress in LOOKS.items():
            if only and only.split("-")[0] in LOOKS and look != only.split("-")[0]:
                continue
            screens.dress(app, dress.settings, dress.size)
            here = Path(place) / look
            here.mkdir()
            with screens.workspace_at(here, settings=dress.settings) as workspace:
                loop.run_until_complete(Camera(folder, look, only).tour(workspace))
            unlock_pictures(Camera(folder, look, only), here)


class Still(Rounds):
    """Counts what waits and never calls a centre: there is none behind a picture."""

    async def _for_ever(self) -> None:
        """Have no rounds."""


class Camera:
    """Takes pictures into a folder, named after the look and the view."""

    def __init__(self, folder: Path, look: str, only: str) -> None:
        self._folder, self._look, self._only = folder, look, only
        self.size, self._parts = LOOKS[look].size, LOOKS[look].parts

    def wants(self, name: str) -> bool:
        """Whether a picture is asked for, or with a part of a name whether any picture of that part may be."""
        return self._only in f"{self._look}-{name}" and (not self._parts or name.startswith(self._parts))

    def take(self, widget: QWidget, name: str) -> None:
        if self.wants(name):
            widget.grab().save(str(self._folder / f"{self._look}-{name}.png"))

    async def tour(self, workspace: Workspace) -> None:
        """Walk through the window, place by place."""
        window = MainWindow(workspace)
        window.resize(*self.size)
        window.show()
        counting = Still(workspace)
        counting.begin()
        window.recount()
        await asyncio.sleep(0.5)
        for name in window.places:
            if self.wants(name):
                window.open_place(name, {})
                await asyncio.sleep(0.6)
                self.take(window, name)
        await self.at_work(window, workspace)
        await self.rounds(window, workspace)
        await self.edge(window, workspace)
        await self.photos(window, workspace)
        self.take_dialogs(window)
        window.close_for_good()
        window.deleteLater()
        await workspace.close()

    async def at_work(self, window: MainWindow, workspace: Workspace) -> None:
        """What is done in each place, one after the other: each finds what the ones before have left."""
        if self.wants("matters-"):
            await door_pictures.of_matters(self, window, workspace)
        if self.wants("door-"):
            await door_pictures.at_the_door(self, window, workspace)
        await self.records(window, workspace)
        if self.wants("sync-"):
            await self.sync_centre(window, workspace)
        tours = {
            "past-": past_pictures.of_the_past,
            "entry-": entry_pictures.of_entry,
            "life-": life_pictures.of_lives,
            "plan-": plan_pictures.of_plans,
            "edge-": edge_pictures.of_edges,
            "figures-": figure_pictures.of_figures,
            "form-": form_pictures.of_forms,
            "frozen-": frozen_pictures.of_frozen,
            "import-": import_pictures.of_imports,
            "ledger-": ledger_pictures.of_ledgers,
            "list-": list_pictures.of_lists,
        }
        for part, tour in tours.items():
            if self.wants(part):
                await tour(self.take, window, workspace)

    async def records(self, window: MainWindow, workspace: Workspace) -> None:
        resident = workspace.ids_for("resident", "王")[0]
        window.open_place("records", {"kind": "resident", "id": resident})
        workspace.say("已存本机", tone=Tone.GOOD)
        await asyncio.sleep(0.2)
        self.take(window, "resident")
        window.open_place("records", {"kind": "household", "new": True})
        form = window.page("residents").page.pane.form
        form.save()
        workspace.say("中心没有应答", "网络恢复后会自动继续，您可以照常录入。", Tone.WARN)
        await asyncio.sleep(0.2)
        self.take(window, "problems")
        window.palette_.ask("wang")
        await until(lambda: window.palette_.answered == "wang")
        self.take(window, "palette")
        window.palette_.hide()

    async def sync_centre(self, window: MainWindow, workspace: Workspace) -> None:
        """Every page of the sync centre, full and empty, and the question before much is taken away."""
        replica = workspace.replica
        unsettled.sent(replica)
        unsettled.signed_in(replica)
        window.messages.hide()
        workspace.set_sync_state(
            online=True, signed_in=True, agreed=True, waiting=0, last_ok=workspace.desk.last_ok
        )
        await self.sync_pages(window, "empty-", "waiting", "refused", "clashes", "history")
        unsettled.everything(replica)
        await self.sync_pages(window, "", "waiting", "refused", "clashes", "history", "proof", "statement")
        replica.import_many(
            [
                Household(dwelling=home.dwelling, head_name="又一户", area=home.area)
                for home in replica.all(Household)
                for _n in range(4)
            ]
        )
        await self.sync_pages(window, "many-", "waiting")
        await self.sync_pages(window, "", "clashes")
        for name, keys in (("removal", "↓↓1"), ("both", "↓3"), ("away", "↓2"), ("past", "↓1\nH")):
            await self.clash(window, name, keys)
        people = replica.all(Resident)
        gone = frozenset(person.id for person in people[: len(people) // 3])
        workspace.set_sync_state(removal=Removal(len(gone), replica.held(), gone))
        await self.sync_pages(window, "removal-", "waiting")
        workspace.set_sync_state(removal=None)

    async def clash(self, window: MainWindow, name: str, keys: str) -> None:
        """A conflict after some keys: arrows, digits, Enter as a new line."""
        named = {"↓": Qt.Key.Key_Down, "\n": Qt.Key.Key_Return}
        for key in keys:
            QTest.keyClick(window.page("sync").clashes, named.get(key) or Qt.Key(ord(key)))
            await asyncio.sleep(0.1)
        self.take(window, f"sync-clash-{name}")

    async def sync_pages(self, window: MainWindow, name: str, *tabs: str) -> None:
        for tab in tabs:
            window.open_place("sync", {"tab": tab})
            await asyncio.sleep(0.7 if tab == "statement" else 0.3)
            self.take(window, f"sync-{name}{tab}")

    async def rounds(self, window: MainWindow, workspace: Workspace) -> None:
        """A day half walked in a sweep, what is said before a knock, and the papers of the day."""
        if not any(self.wants(name) for name in ("walked", "planning-sweep", "papers-list", "papers-log")):
            return
        today, home = workspace.today, workspace.desk.home
        workspace.save(Campaign(title="冬季敲门行动", since=today, until=date(2026, 12, 31), area=home))
        window.open_place("today", {})
        page = window.page("today")
        await asyncio.sleep(0.6)
        page.list.setFocus()
        for key in "1313411":
            QTest.keyClick(page.list, Qt.Key(ord(key)))
            QTest.keyClick(page.list, Qt.Key.Key_Return)
        QTest.keyClick(page.list, Qt.Key.Key_PageUp)
        await asyncio.sleep(0.8)
        page.list.stand_at(page.list.doors()[2])
        await asyncio.sleep(0.2)
        self.take(window, "walked")
        window.open_place("planning", {})
        await asyncio.sleep(0.4)
        self.take(window, "planning-sweep")
        for paper in ("list", "log"):
            window.open_place("papers", {"paper": paper})
            await asyncio.sleep(1.0)
            self.take(window, f"papers-{paper}")

    async def edge(self, window: MainWindow, workspace: Workspace) -> None:
        """What a person sees when the centre shuts the laptop out, and before leaving with unsent work."""
        for shut, why in (
            (Shut.SIGN_IN, "需要重新登录"),
            (Shut.UNTRUSTED, "无法确认中心的身份"),
            (Shut.WITHDRAWN, "这台电脑已被停用"),
        ):
            workspace.set_sync_state(shut=shut, why=why, online=False, owed=workspace.replica.pending())
            await asyncio.sleep(0.1)
            self.take(window, f"shut-{shut}")
        workspace.set_sync_state(shut=Shut.NOT, why="", online=True)
        window.open_place("settings", {})
        await asyncio.sleep(0.2)
        form = window.page("settings").form
        form.verticalScrollBar().setValue(form.verticalScrollBar().maximum())
        self.take(window, "settings-signed-in")
        question = LeavingQuestion(workspace, "退出", window)
        for widget, name in ((question, "leaving"), (WipedWindow("没有保存的 2 份草稿也已清除。"), "wiped")):
            widget.show()
            await asyncio.sleep(0.1)
            self.take(widget, name)
            widget.close()

    async def photos(self, window: MainWindow, workspace: Workspace) -> None:
        """A home with photos in its panel, the question before the first one of another, and one large."""
        if not any(self.wants(name) for name in ("photos", "consent", "photo")):
            return
        homes = workspace.replica.all(Household)[:2]
        homes[0].agreed_photo = True
        workspace.save(homes[0])
        for home, name in zip(homes, ("photos", "consent"), strict=True):
            window.open_place("buildings", {})
            window.open_place("household", {"household": home.id, "photos": [painted(n) for n in range(4)]})
            await asyncio.sleep(1.5)
            self.take(window, name)
        view = PhotoView(workspace, workspace.replica.all(Photo), 0, window)
        view.show()
        self.take(view, "photo")
        view.close()

    def take_dialogs(self, window: MainWindow) -> None:
        bug = BugDialog("gridclient\nPython\n\n  form.py:120 save\nbuiltins.KeyError", window)
        bug.show()
        self.take(bug, "bug")
        bug.close()


def painted(number: int) -> QImage:
    """An invented photo: a door in a wall."""
    image = QImage(1200, 900, QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(number * 67 % 360, 70, 190))
    painter = QPainter(image)
    painter.fillRect(420, 240, 360, 660, QColor("#76665a"))
    painter.end()
    return image


def unlock_pictures(camera: Camera, folder: Path) -> None:
    """The unlock window, for an old vault and for a first time."""
    for name, vault in (("unlock", folder / "people.vault"), ("first-time", folder / "none.vault")):
        window = UnlockWindow(vault)
        window.show()
        if name == "unlock":
            window.refuse("口令不对", "请检查大小写和输入法后重新输入。")
        camera.take(window, name)
        window.close()
        window.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
