"""Rounds with the centre beside the window: every few minutes, sooner when asked, later when nobody answers."""

import asyncio
from contextlib import suppress
from random import uniform
import threading

from gridclient.ui.saying import Tone
from gridclient.ui.workspace import Workspace
from sync.engine import Cancelled, Round
from sync.errors import Offline, Removal, SignInNeeded, SyncError

EVERY_S = 180.0
LONGEST_S = 1800.0


class Rounds:
    """Keeps a laptop and its centre in step while the window is open."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._wanted = asyncio.Event()
        self._stop = threading.Event()
        self._pause_s = EVERY_S
        self._asked = False

    def begin(self) -> None:
        """Start the rounds; the first one at once."""
        self._wanted.set()
        self.workspace.round_wanted.connect(self.now)
        self.workspace.changed.connect(self._recount)
        self._recount()
        self.workspace.start(self._for_ever())

    def now(self) -> None:
        """Have a round at once, and say how it ended."""
        self._asked = True
        self._wanted.set()

    def stop(self) -> None:
        """End the round under way at its next step."""
        self._stop.set()

    def _recount(self, _news: object = None) -> None:
        replica, desk = self.workspace.replica, self.workspace.desk
        self.workspace.set_sync_state(
            signed_in=desk.signed_in,
            waiting=replica.pending(),
            conflicts=len(replica.conflicts()),
            refused=len(replica.refused()),
            last_ok=desk.last_ok,
        )

    async def _for_ever(self) -> None:
        while not self._stop.is_set():
            pause_s = self._pause_s * uniform(0.9, 1.1)  # noqa: S311 - spreads the laptops, hides nothing
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), pause_s)
            self._wanted.clear()
            asked, self._asked = self._asked, False
            if self.workspace.desk.signed_in or asked:
                await self._round(asked=asked)

    async def _round(self, *, asked: bool) -> None:
        self.workspace.set_sync_state(running=True, text="正在同步…")
        try:
            done = await self.workspace.run(self.workspace.desk.sync, cancelled=self._stop.is_set)
        except SyncError as error:
            self._failed(error, asked=asked)
        else:
            self._succeeded(done, asked=asked)
        finally:
            self.workspace.set_sync_state(running=False)
            self._recount()

    def _succeeded(self, done: Round, *, asked: bool) -> None:
        self._pause_s = max(EVERY_S, done.backoff)
        text = "与中心一致 ✓" if done.agreed else "已同步"
        self.workspace.set_sync_state(online=True, text=text, agreed=done.agreed, removal=None)
        if asked:
            self.workspace.say(text, f"上传 {done.up} 条，收到 {done.down} 条。", Tone.GOOD)

    def _failed(self, error: SyncError, *, asked: bool) -> None:
        reached = not isinstance(error, Offline | SignInNeeded)
        self._pause_s = EVERY_S if reached else min(LONGEST_S, self._pause_s * 2)
        online = reached and not isinstance(error, Cancelled)
        removal = error if isinstance(error, Removal) else None
        self.workspace.set_sync_state(online=online, text=error.title, agreed=False, removal=removal)
        if isinstance(error, Cancelled):
            return
        if (
            asked
            or isinstance(error, Removal)
            or (isinstance(error, SignInNeeded) and self.workspace.desk.signed_in)
        ):
            tone = Tone.WARN if isinstance(error, Offline) else Tone.BAD
            self.workspace.say(error.title, error.advice, tone)
