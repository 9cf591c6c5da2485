"""What is stored when a door is closed, and how the last door is taken back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any

from gridclient.records import Dwelling, Household, Photo, Resident
from gridclient.records.place import Tenure
from gridclient.records.visit import Outcome, TaskState, Visit, VisitTask
from gridclient.rules.due import EFFECTIVE
from gridclient.store import homes
from gridclient.store.homes import Door, Home
from gridclient.ui.door_forms import Results
from gridclient.ui.knocks import Answer, Pace, Round, visit_of
from gridclient.ui.past import Step as Edit
from gridclient.ui.workspace import Workspace
from sync.record import UPKEEP, SyncedRecord

DRAFT = "door:"  # begins the keys under which half-typed doors are kept
ANEW = UPKEEP | {"number", "removed_at", "removed_why", "entered_later", "hours"}


@dataclass
class Done:
    """A door that was closed: its visit, the edits that belong to it, and the visit as made again for 补录."""

    door: Door
    visit: Visit
    edits: list[Edit]
    again: Visit | None = None


class VisitBook:
    """The doors closed in this sitting. ``walk`` is set once for many of them."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        who = workspace.desk.who
        self.walk = Round(workspace.today, (who,) if who else (), who)
        self._done: list[Done] = []
        self._pace = Pace()

    @property
    def last(self) -> Done | None:
        """The door closed last; None when there is none to take back.

        What was undone with the window's own Ctrl+Z is no door of ours any more.
        """
        while self._done and not any(self.workspace.knows(edit) for edit in self._done[-1].edits):
            self._done.pop()
        return self._done[-1] if self._done else None

    @property
    def newest(self) -> bool:
        """True while the door closed last is the newest edit of all."""
        last, edit = self.last, self.workspace.last_edit
        return last is not None and any(edit is known for known in last.edits)

    def close(
        self, door: Door, answer: Answer, home: Home, since: datetime, results: Iterable[Results], **told: Any
    ) -> list[VisitTask]:
        """Store the visit and everything that goes with it in one step; what else is due in this household."""
        results = list(results)
        for more in results:
            told |= more.told
        visit = visit_of(door, answer, self.walk, since=since, now=now(), **told)
        met, rest = self._tasks(home, visit)
        records = [record for more in results for record in more.records]
        done = Done(door, visit, [])
        photos = self._photos_since(door, since)
        visit.photo_agreed = visit.photo_agreed or bool(photos)
        _show_in(photos, visit.id)
        self.workspace.save(visit, *records, *met, *_vacated(home, visit), *photos)
        self._note(done)
        for record in (record for more in results for record in more.ended):
            self.workspace.remove(record, "已搬走")
            self._note(done)
        self._done.append(done)
        return rest

    def finish(self, tasks: list[VisitTask]) -> None:
        """Count further tasks of the last door as done with the same visit."""
        for task in tasks:
            task.state = TaskState.DONE
        self.workspace.save(*tasks)
        self._note(self._done[-1])

    def hurried(self) -> bool:
        """Count the door just closed; True when it is the sixth within a minute and nobody has said why."""
        return self._pace.note(monotonic()) and not self.walk.later

    def take_back(self) -> Door | None:
        """Undo the last door with everything stored for it; None when there is none left."""
        last = self.last
        if last is None:
            return None
        self._done.pop()
        if last.again is not None:
            self._move_photos(last.again.id, last.visit.id)
            self.workspace.replica.remove(last.again, "撤回")
        for edit in reversed(last.edits):
            self.workspace.undo(edit)
        self._pace.take_back()
        return last.door

    def mark_later(self) -> bool:
        """Mark the last minute's doors, and those to come, as entered later; called again, stop. True while marking."""
        later = not self.walk.later
        self.walk = replace(self.walk, later=later)
        if later and len(self._pace):
            for done in self._done[-len(self._pace) :]:
                self._make_again(done)
        self._pace.rest()
        return later

    def home(self, door: Door) -> Home:
        """Everything behind a door as it is stored now."""
        if door.household:
            return homes.home(self.workspace.replica, door.household, self.workspace.today)
        return homes.empty_home(self.workspace.replica, door.dwelling, self.workspace.today)

    def living(self, household: Household) -> list[Resident]:
        """The people registered in a household who have not left it."""
        where = (Resident.household == household.id, Resident.left_how == "")
        return self.workspace.replica.all(Resident, *where)

    def known(self, number: str) -> str:
        """Who has this document number already, in words; empty when nobody has."""
        found = self.workspace.replica.all(Resident, Resident.id_number == number)
        return "此号已登记：" + "、".join(p.name for p in found) if found else ""

    def draft(self, door: Door) -> dict[str, Any]:
        """What was half typed at a door; empty when nothing was."""
        kept = self.workspace.desk.drafts.take(DRAFT + door.dwelling)
        return kept.values if kept else {}

    def keep_draft(self, door: Door, raw: dict[str, Any]) -> None:
        """Keep what is half typed at a door."""
        self.workspace.desk.drafts.keep("visit", DRAFT + door.dwelling, raw, now())
        self.workspace.drafts_changed.emit()

    def forget_draft(self, door: Door) -> None:
        """Forget it: it was saved, or dropped on purpose."""
        self.workspace.desk.drafts.drop(DRAFT + door.dwelling)
        self.workspace.drafts_changed.emit()

    def _note(self, done: Done) -> None:
        edit = self.workspace.last_edit
        if edit is not None:
            done.edits.append(edit)

    def _make_again(self, done: Done) -> None:
        """A visit is never edited: the one just made is taken back and made again with the mark."""
        told = {name: getattr(done.visit, name) for name in Visit.model_fields if name not in ANEW}
        fresh = Visit(**(told | {"id": Visit().id, "number": again(done.visit.number)}))
        fresh.entered_later = True
        self.workspace.replica.remove(done.visit, "改为补录")
        self.workspace.replica.save(fresh)
        self._move_photos(done.visit.id, fresh.id)
        done.again = fresh

    def _photos_since(self, door: Door, since: datetime) -> list[Photo]:
        """Photos added at this door since one stood there, which belong to no visit yet."""
        at = Photo.household == door.household if door.household else Photo.dwelling == door.dwelling
        mine = (
            Photo.created_by == self.workspace.replica.author,
            Photo.created_at >= int(since.timestamp() * 1000),
        )
        return self.workspace.replica.all(Photo, at, Photo.visit == "", *mine)

    def _move_photos(self, visit: str, other: str) -> None:
        photos = self.workspace.replica.all(Photo, Photo.visit == visit)
        _show_in(photos, other)
        self.workspace.replica.save(*photos)

    def _tasks(self, home: Home, visit: Visit) -> tuple[list[VisitTask], list[VisitTask]]:
        """Open tasks of this household: the one this visit fulfils, marked done, and the others."""
        if visit.outcome not in EFFECTIVE:
            return [], []
        tasks = [task for task in home.tasks if task.due and task.due <= self.workspace.today]
        for task in tasks[:1]:
            task.state = TaskState.DONE
        return tasks[:1], tasks[1:]


def again(number: str) -> str:
    """The number of a visit made again: another one, so that paper never bears one number twice."""
    return f"{number}B"


def _show_in(photos: Iterable[Photo], visit: str) -> None:
    for photo in photos:
        photo.visit = visit


def now() -> datetime:
    """The local time."""
    return datetime.now().astimezone()


def _vacated(home: Home, visit: Visit) -> list[SyncedRecord]:
    """The dwelling, when it was found empty and nobody is registered in it."""
    dwelling: Dwelling = home.dwelling
    if visit.outcome != Outcome.EMPTY or home.household is not None or dwelling.tenure == Tenure.EMPTY:
        return []
    dwelling.tenure = Tenure.EMPTY
    return [dwelling]
