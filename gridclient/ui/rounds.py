"""Rounds with the centre beside the window: the timer behind :mod:`gridclient.rules.pace`, and what came of each."""

import asyncio
from random import random
import threading
import time

from gridclient.rules.pace import Pace, wait_s
from gridclient.ui.saying import Shut, Tone
from gridclient.ui.workspace import Workspace
from sync.engine import Cancelled, Round
from sync.errors import LocalFault, Offline, Removal, Revoked, SignInNeeded, SyncError, Untrusted
from sync.replica import News

WATCH_S = 10.0  # between two looks at whether a lost network is back


class Rounds:
    """Keeps a laptop and its centre in step while the window is open."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._pace = Pace()
        self._woken = asyncio.Event()
        self._stop = threading.Event()
        self._asked = False
        self._way = ""
        self._said = ""

    def begin(self) -> None:
        """Start the rounds; the first one at once."""
        self.workspace.round_wanted.connect(self.now)
        self.workspace.changed.connect(self._on_changed)
        if self.workspace.desk.withdrawn:
            self.workspace.set_sync_state(shut=Shut.WITHDRAWN, why="这台电脑已被停用")
        self._recount()
        self.workspace.start(self._for_ever())

    def now(self) -> None:
        """Have a round at once, and say how it ended."""
        self._asked = True
        self._pace = self._pace.asked()
        self._woken.set()

    def stop(self) -> None:
        """End the round under way at its next step."""
        self._stop.set()

    def _on_changed(self, news: list[News]) -> None:
        self._recount()
        if not all(one.remote for one in news):
            self._pace = self._pace.after_save(time.monotonic())
            self._woken.set()

    def _recount(self) -> None:
        replica, desk = self.workspace.replica, self.workspace.desk
        self.workspace.set_sync_state(
            signed_in=desk.signed_in,
            waiting=replica.pending(),
            photos=desk.photos.pending(),
            conflicts=len(replica.conflicts()),
            refused=len(replica.refused()),
            last_ok=desk.last_ok,
            owed=desk.owed,
            exposed=desk.exposed,
        )

    async def _for_ever(self) -> None:
        while not self._stop.is_set():
            due = await self._is_due()
            asked, self._asked = self._asked, False
            self._pace = self._pace.begun() if due or asked else self._pace
            if asked or (due and self.workspace.desk.signed_in):
                await self._round(asked=asked)
            elif due:
                self._pace = self._pace.after_success(time.monotonic(), 0, random())  # noqa: S311 - hides nothing

    async def _is_due(self) -> bool:
        """Wait until a round is due, or until what decides about it has changed: then False."""
        if self._asked:
            return False
        self._woken.clear()
        rest = wait_s(self._pace, time.monotonic(), self.workspace.now, self.workspace.replica.origin)
        nap = min(rest, WATCH_S) if self._pace.failures else rest
        try:
            await asyncio.wait_for(self._woken.wait(), nap)
        except TimeoutError:
            if nap < rest:
                self._look_for_network()
            return nap >= rest
        return False

    def _look_for_network(self) -> None:
        """Try soon once there is another way out of this computer than when the last round failed."""
        way = self.workspace.desk.way()
        if way and way != self._way:
            self._pace = self._pace.after_return(time.monotonic(), random())  # noqa: S311 - spreads the laptops
        self._way = way

    async def _round(self, *, asked: bool) -> None:
        self.workspace.set_sync_state(running=True, text="正在同步…")
        try:
            sync, loop = self.workspace.desk.sync, asyncio.get_running_loop()
            done = await self.workspace.run(
                sync,
                cancelled=self._stop.is_set,
                photos=lambda done, total: loop.call_soon_threadsafe(self._show_photos, done, total),
            )
        except SyncError as error:
            self._failed(error, asked=asked)
        else:
            self._succeeded(done, asked=asked)
        finally:
            self.workspace.set_sync_state(running=False)
            self._recount()

    def _show_photos(self, done: int, total: int) -> None:
        if self.workspace.sync_state.running:
            self.workspace.set_sync_state(text=f"照片 {done + 1}/{total}")

    def _succeeded(self, done: Round, *, asked: bool) -> None:
        self._pace = self._pace.after_success(time.monotonic(), done.backoff, random())  # noqa: S311 - as above
        if not self.workspace.replica.pending():
            self._pace = self._pace.begun()
        if self.workspace.desk.photos.last.left:
            self._pace = self._pace.after_save(time.monotonic())
        text, trouble = "与中心一致 ✓" if done.agreed else "已同步", self.workspace.desk.photos.trouble
        worth = trouble is not None and self._is_worth_saying(trouble, asked=asked)
        self._said = trouble.title if trouble else ""
        told = f"{text}；照片没有传完：{trouble.title}" if trouble else text
        self.workspace.set_sync_state(
            online=True, text=told, agreed=done.agreed, removal=None, shut=Shut.NOT, why=""
        )
        if trouble is not None and worth:
            self.workspace.say(told, trouble.advice, Tone.WARN)
        elif asked:
            self.workspace.say(text, f"上传 {done.up} 条，收到 {done.down} 条。", Tone.GOOD)

    def _failed(self, error: SyncError, *, asked: bool) -> None:
        self._pace = self._pace.after_failure(time.monotonic(), random())  # noqa: S311 - as above
        self._way = self.workspace.desk.way()
        self.workspace.set_sync_state(
            online=not isinstance(error, Offline | SignInNeeded | Cancelled),
            text=error.title,
            agreed=False,
            removal=error if isinstance(error, Removal) else None,
            **self._standing(error),
        )
        if isinstance(error, Revoked) and self.workspace.desk.done_for:
            self.workspace.withdrawn.emit()
        elif self._is_worth_saying(error, asked=asked):
            self._said = error.title
            self.workspace.say(
                error.title, error.advice, Tone.WARN if isinstance(error, Offline) else Tone.BAD
            )

    def _standing(self, error: SyncError) -> dict[str, object]:
        """Whether this error shuts the laptop out; what says nothing about that leaves it as it was."""
        desk = self.workspace.desk
        if isinstance(error, Offline | Cancelled | LocalFault):
            return {}
        if desk.withdrawn:
            return {"shut": Shut.WITHDRAWN, "why": error.title}
        if isinstance(error, Untrusted):
            return {"shut": Shut.UNTRUSTED, "why": error.title}
        shut = isinstance(error, SignInNeeded) and desk.signed_in
        return {"shut": Shut.SIGN_IN, "why": error.title} if shut else {"shut": Shut.NOT, "why": ""}

    def _is_worth_saying(self, error: SyncError, *, asked: bool) -> bool:
        """Somebody asked, or something new has gone wrong that the banner above the page does not tell."""
        if isinstance(error, Cancelled):
            return False
        quiet = isinstance(error, Offline) or self.workspace.sync_state.shut is not Shut.NOT
        return asked or (not quiet and error.title != self._said)
