"""What every page is given: the records, the settings, the bridge to other threads, and the news.

A page is a widget made with a workspace and nothing else. It may define ``open(**where)``, which the window calls when
somebody asks for it by :meth:`Workspace.open_place`. It shows what it reads from ``replica``, asks for changes with
:meth:`Workspace.save`, and learns of every change, its own included, from ``changed``.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property, partial
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from gridclient import paths
from gridclient.desk import Desk
from gridclient.fields import RECORDS, spec_of
from gridclient.settings import Settings, save
from gridclient.store.edits import Edit
from gridclient.store.trail import Act, Step
from gridclient.ui.lines import line_of, lines_of
from gridclient.ui.parts import later
from gridclient.ui.past import Outcome, Past
from gridclient.ui.saying import Busy, Cancelled, Message, SyncState, Tone
from sync.conflict import Conflict
from sync.record import SyncedRecord
from sync.replica import News, Replica, Side

if TYPE_CHECKING:
    from gridclient.ui.visit_book import VisitBook

__all__ = ["Busy", "Cancelled", "Message", "SyncState", "Tone", "Workspace"]

MANY = 100  # news at once: the work of a machine, of which more is coming
GATHER_MS = 400  # how long nothing more must come until it is told
AT_MOST_S = 5.0
DAY = "day"  # what the news is about that another day has begun
T = TypeVar("T")
Progress = Callable[[int, int, str], None]  # done, total (0 when unknown), text


class Workspace(QObject):
    """One unlocked laptop as its pages see it.

    Signals: ``changed(list[News])`` after every save, removal and arrival (long lists of them gathered for a moment:
    every page would read anew at each of the forty pieces of an import), and at midnight; ``sync_changed(SyncState)``;
    ``busy_changed(Busy)``; ``said(Message)``; ``place_opened(place, where)``; ``round_wanted`` asks for a round with the
    centre; ``withdrawn`` says that the office withdrew this laptop and has all it held; ``drafts_changed``;
    ``edits_changed`` after a step was kept, taken back or done again; ``settings_changed(looks)``;
    ``failed(exception)`` for what a task of :meth:`start` raised. All arrive on the window's thread.
    """

    changed = Signal(list)
    sync_changed = Signal(object)
    busy_changed = Signal(object)
    said = Signal(object)
    place_opened = Signal(str, dict)
    round_wanted = Signal()
    withdrawn = Signal()
    drafts_changed = Signal()
    edits_changed = Signal()
    settings_changed = Signal(bool)
    failed = Signal(object)
    _heard = Signal(list)
    _progressed = Signal(object)

    def __init__(self, desk: Desk, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.settings = settings
        desk.open_line = settings.open_line
        self.sync_state = SyncState()
        self.past = Past(desk.replica, desk.edits)
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="desk")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._cancel, self._gone = threading.Event(), False
        self._day = self.today
        self._gathered: list[News] = []
        self._since = 0.0
        self._gather = later(self, GATHER_MS, self._tell_gathered)
        self._heard.connect(self._hear)
        self._progressed.connect(self._show_busy)
        self._unsubscribe = desk.replica.subscribe(self._heard.emit)

    @property
    def replica(self) -> Replica:
        """The records of this laptop."""
        return self.desk.replica

    @property
    def today(self) -> date:
        """The day on the wall."""
        return self.now.date()

    @property
    def now(self) -> datetime:
        """The time on the wall, with its zone."""
        return datetime.now().astimezone()

    def _hear(self, news: list[News]) -> None:
        if len(news) <= MANY:
            self.changed.emit(news)
            return
        if not self._gathered:
            self._since = time.monotonic()
        self._gathered += news
        if time.monotonic() - self._since < AT_MOST_S:
            self._gather.start()

    def _tell_gathered(self) -> None:
        gathered, self._gathered = self._gathered, []
        self.changed.emit(gathered)

    def turn_day(self) -> None:
        """Tell everybody, once, when another day has begun: what is shown of the day before is to be read again."""
        if self._day != self.today:
            self._day = self.today
            self.changed.emit([News(DAY, "", remote=True)])

    async def run(
        self, function: Callable[..., T], *args: Any, text: str = "", progress: bool = False, **named: Any
    ) -> T:
        """Call a blocking function off the window's thread and wait for its result.

        With ``text`` the window shows that it is busy. With ``progress`` the function is given a keyword argument
        ``progress(done, total, text)``, which raises :class:`Cancelled` once somebody pressed 取消.
        """
        if self._gone:  # a page on its way out still asked for something: nobody waits for it
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        if progress:
            self._cancel.clear()
            named["progress"] = self._report
        if text:
            self._show_busy(Busy(text, cancellable=progress))
        try:
            return await loop.run_in_executor(self._pool, partial(function, *args, **named))
        finally:
            if text:
                self._show_busy(Busy())

    def cancel(self) -> None:
        """Ask the work under way to stop at its next step."""
        self._cancel.set()

    def start(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Let a coroutine run beside the window; what it raises arrives as ``failed``."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._task_ended)
        return task

    def save(self, *records: SyncedRecord) -> None:
        """Store records together, on the window's thread (a millisecond); ``changed`` tells everybody."""
        with self.past.noting(*records) as changes:
            changes += self.replica.save(*records)
        self.edits_changed.emit()

    def remove(self, record: SyncedRecord, why: str = "") -> None:
        """Put a record into the recycle bin; it can be undone."""
        with self.past.noting(record) as changes:
            changes += self.replica.remove(record, why)
        self.edits_changed.emit()

    def restore(self, *records: SyncedRecord) -> None:
        """Take records out of the recycle bin, in one step."""
        with self.together(), self.past.noting(*records) as changes:
            for record in records:
                changes += self.replica.restore(record)

    def settle(self, *conflicts: Conflict, choose: Side, values: dict[str, Any] | None = None) -> None:
        """Choose one side of conflicts of one record, or ``both`` as ``values`` hold them; undone in one step."""
        kind = RECORDS.get(conflicts[0].record_kind)
        record = self.replica.get(kind.table, conflicts[0].record_id) if kind else None
        with self.past.noting(*(one for one in (record, *conflicts) if one is not None)) as changes:
            for conflict in conflicts:
                changes += self.replica.settle(conflict, choose, values)
        self.edits_changed.emit()

    @contextmanager
    def together(self, what: str = "") -> Iterator[None]:
        """Make one step of undo of everything saved and removed inside, called ``what`` in the list of edits."""
        with self.past.together(what):
            yield
        self.edits_changed.emit()

    @property
    def last_edit(self) -> Edit | None:
        """The step saved last, for :meth:`undo` to take back whatever came after it."""
        return self.past.last

    def knows(self, edit: Edit) -> bool:
        """True while a step can still be taken back."""
        return self.past.knows(edit)

    def undo(self, edit: Edit | None = None) -> Outcome:
        """Take a step back, the last one unless told which; false when there is none left, or nothing of it can be."""
        edit = edit or self.past.last
        return self._turn(edit) if edit is not None and self.past.knows(edit) else Outcome()

    def redo(self, edit: Edit | None = None) -> Outcome:
        """Do a step again that was taken back, the last one unless told which; false when there is none."""
        edit = edit or self.past.next
        return self._turn(edit) if edit is not None and not self.past.knows(edit) else Outcome()

    def _turn(self, edit: Edit) -> Outcome:
        outcome = self.past.turn(edit)
        self.edits_changed.emit()
        return outcome

    @cached_property
    def visits(self) -> "VisitBook":
        """The doors closed in this sitting, on whichever page."""
        from gridclient.ui.visit_book import VisitBook

        return VisitBook(self)

    def area_of(self, record: SyncedRecord) -> str:
        """Where a new record belongs: where the first record it is linked to belongs, else the home of the laptop."""
        for field in spec_of(record).fields:
            target = getattr(record, field.name) if field.kind == "link" else ""
            linked = self.replica.get(spec_of(field.to).table, target) if target else None
            if linked is not None and linked.area:
                return linked.area
        return self.desk.home

    def note_seen(self, kind: str, field: str) -> None:
        """Note, before it happens, that a private value is shown in full."""
        what = f"{spec_of(kind).title}·{spec_of(kind).field(field).label}"
        self.desk.trail.add(Step(self.now, self.desk.who, Act.UNMASK, what, persons=1, full=True))

    def line_of(self, kind: str, id_: str) -> str:
        """One record in one line, for the screen."""
        return line_of(self.replica, kind, id_)

    def ids_for(self, kind: str, words: str, limit: int = 0) -> list[str]:
        """The ids of a kind that match what somebody typed, best first; ``limit`` 0 gives all."""
        return self.desk.ids_for(kind, words, limit)

    def find(self, kind: str, words: str, limit: int) -> list[tuple[str, str]]:
        """Records of a kind by what somebody typed: their ids and their lines, best first."""
        ids = self.ids_for(kind, words, limit)
        lines = lines_of(self.replica, kind, ids)
        return [(id_, lines[id_]) for id_ in ids if id_ in lines]

    def open_place(self, place: str, **where: Any) -> None:
        """Show a place of the window (``today``, ``buildings``, ``household`` …) and hand it ``where``."""
        self.place_opened.emit(place, where)

    def sync_now(self) -> None:
        """Have a round with the centre at once."""
        self.round_wanted.emit()

    def say(self, title: str, advice: str = "", tone: Tone = Tone.INFO) -> None:
        """One line above the page; it goes by itself unless it is bad news."""
        self.said.emit(Message(title, advice, tone))

    def set_settings(self, settings: Settings, *, looks: bool = False) -> None:
        """Work with other settings from now on; ``looks`` says that colours or sizes changed."""
        self.settings = settings
        if self.desk.open_line != settings.open_line:
            self.desk.open_line = settings.open_line
            self.desk.let_go_of_hub()
        self.settings_changed.emit(looks)

    def remember_sign_in(self, url: str, account: str) -> None:
        """Offer this centre and this account whenever somebody signs in again. NoSpace when the disk does not take it."""
        kept = replace(self.settings, hub=url, account=account)
        if kept != self.settings:
            save(kept, paths.settings_file())
            self.set_settings(kept)

    def set_sync_state(self, **news: Any) -> None:
        """Change part of ``sync_state`` and tell everybody."""
        self.sync_state = replace(self.sync_state, **news)
        self.sync_changed.emit(self.sync_state)

    async def close(self) -> None:
        """Stop what runs beside the window (3 s at most) and let go of the threads; the desk stays open."""
        self._cancel.set()
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=3)
        self.let_go()

    def let_go(self) -> None:
        """Stop listening and let go of the threads, without waiting for what still runs in them."""
        self._gone = True
        self._gather.stop()
        self._cancel.set()
        self._unsubscribe()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _report(self, done: int, total: int, text: str) -> None:
        if self._cancel.is_set():
            raise Cancelled
        self._progressed.emit(Busy(text, done, total, cancellable=True))

    def _show_busy(self, busy: Busy) -> None:
        self.busy_changed.emit(busy)

    def _task_ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed.emit(error)
