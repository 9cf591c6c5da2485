"""What is stored when a door is closed, and how the last door is taken back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from gridclient.records import Care, Dwelling, Household, Matter, Photo, Resident
from gridclient.records.place import Tenure
from gridclient.records.visit import Outcome, TaskState, Visit, VisitTask
from gridclient.rules.due import EFFECTIVE
from gridclient.rules.matters import care_again
from gridclient.store import homes
from gridclient.store.edits import Edit
from gridclient.store.homes import Door, Home
from gridclient.ui.door_forms import Results
from gridclient.ui.edit_words import left_words
from gridclient.ui.knocks import Answer, Pace, Round, visit_of
from gridclient.ui.past import Left
from gridclient.ui.saying import Message, Tone
from gridclient.ui.what_else import Rest, rest_of
from gridclient.ui.workspace import Workspace
from sync.record import UPKEEP, SyncedRecord

DRAFT = "door:"  # begins the keys under which half-typed doors are kept
LATER = "补录标记"
R = TypeVar("R", Photo, Matter)
ANEW = UPKEEP | {"number", "removed_at", "removed_why", "entered_later", "hours"}


@dataclass
class Done:
    """One thing done at a door, called ``what``, with the edits that belong to it; ``visit`` unless it was none."""

    door: Door
    visit: Visit | None
    edits: list[Edit]
    what: str = "走访"
    before: "list[tuple[Done, Visit | None]]" = field(
        default_factory=list
    )  # the visits 补录 made again, as they were
    left: list[Left] = field(default_factory=list)  # what others wrote since, when it was taken back

    @property
    def words(self) -> str:
        """What it was and where, for the person."""
        return f"{self.door.label} 的{self.what}"


class VisitBook:
    """The doors closed in this sitting. ``walk`` is set once for many of them."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        who = workspace.desk.who
        self._today = workspace.today
        self._walk = Round(self._today, (who,) if who else (), who)
        self._done: list[Done] = []
        self._pace = Pace()

    @property
    def walk(self) -> Round:
        """What goes from door to door. One that goes on past midnight is of the new day, unless it is typed from paper."""
        today = self.workspace.today
        if today != self._today and not self._walk.later:
            if self._walk.on == self._today:
                self._walk = replace(self._walk, on=today)
            self._today = today
        return self._walk

    @walk.setter
    def walk(self, walk: Round) -> None:
        self._walk = walk

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
        return last is not None and edit in last.edits

    def close(
        self, door: Door, answer: Answer, home: Home, since: datetime, results: Iterable[Results], **told: Any
    ) -> Rest:
        """Store the visit and everything that goes with it in one step; what else is due behind this door."""
        results = list(results)
        for more in results:
            told |= more.told
        visit = visit_of(door, answer, self.walk, since=since, now=now(), **told)
        met, rest = self._tasks(home, visit)
        records = [record for more in results for record in more.records]
        done = Done(door, visit, [])
        photos, matters = self._since(Photo, door, since), self._since(Matter, door, since)
        visit.photo_agreed = visit.photo_agreed or bool(photos)
        heard = [record for record in records if isinstance(record, Matter)]
        _show_in([*photos, *matters, *heard], visit.id)
        told_already = {record.id for record in records}
        met = [task for task in met if task.id not in told_already]  # it ended with its household
        with self.workspace.together(f"走访 {door.label}"):
            self.workspace.save(visit, *records, *met, *_vacated(home, visit), *photos, *matters)
        self._note(done)
        self._done.append(done)
        if visit.outcome not in EFFECTIVE:
            return Rest()  # nobody was there to do anything else for
        return rest_of(self.workspace.replica, home, rest, self.workspace.today)

    def finish(self, rest: Rest) -> None:
        """Count what else was due in the household as done with the visit just made; care is noted as given before."""
        done = self._done[-1]
        who = "、".join(self.walk.visitors)
        given = [care_again(care, who, self.walk.on) for care in rest.cares]
        for task in rest.tasks:
            task.state = TaskState.DONE
        if done.visit is not None:
            _show_in(given, done.visit.id)
        self.workspace.save(*rest.tasks, *given)
        self._note(done)

    def hear(self, door: Door, records: Sequence[SyncedRecord]) -> None:
        """Store a matter heard at a door; it belongs to the visit made there today, or to the one about to be made."""
        made = (d.visit for d in reversed(self._done) if d.visit and d.door.dwelling == door.dwelling)
        visit = next((v for v in made if v.visited_on == self.walk.on), None)
        if visit is not None:
            _show_in([record for record in records if isinstance(record, Matter)], visit.id)
        self.workspace.save(*records)
        done = Done(door, None, [], "事项")
        self._note(done)
        self._done.append(done)

    def hurried(self) -> bool:
        """Count the door just closed; True when it is the sixth within a minute and nobody has said why."""
        return self._pace.note(monotonic()) and not self.walk.later

    def take_back(self) -> Done | None:
        """Undo what was done last, with everything stored for it; None when there is nothing left."""
        last = self.last
        if last is None:
            return None
        self._done.pop()
        last.left = [one for edit in reversed(last.edits) for one in self.workspace.undo(edit).left]
        if last.visit is not None:
            self._pace.take_back()
        elif last.what == LATER:
            self.walk = replace(self.walk, later=False)
            for done, visit in last.before:
                done.visit = visit
        return last

    def taken_back(self, done: Done) -> Message:
        """What to say after something was taken back: what it was, and what stayed as others wrote it since."""
        why = left_words(self.workspace.replica, done.left)
        advice = f"其中有没动的：{why}" if why else "按 Ctrl+Y 可以重做。"
        return Message(f"已撤回 {done.words}", advice, Tone.WARN if why else Tone.GOOD)

    def mark_later(self) -> bool:
        """Mark the last minute's doors, and those to come, as entered later; called again, stop. True while marking."""
        later = not self.walk.later
        self.walk = replace(self.walk, later=later)
        closed = [done for done in self._done if done.visit is not None]
        if later and len(self._pace) and closed:
            done = Done(closed[-1].door, None, [], LATER)
            with self.workspace.together(LATER):
                done.before = [(one, self._make_again(one)) for one in closed[-len(self._pace) :]]
            self._note(done)
            self._done.append(done)
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

    def _make_again(self, done: Done) -> Visit | None:
        """A visit is never edited: the one made is taken back and made again with the mark; gives the one before."""
        visit = done.visit
        if visit is None:
            return None
        told = {name: getattr(visit, name) for name in Visit.model_fields if name not in ANEW}
        fresh = Visit(**(told | {"id": Visit().id, "number": again(visit.number)}))
        fresh.entered_later = True
        replica = self.workspace.replica
        follow: list[Photo | Matter | Care] = []
        follow += replica.all(Photo, Photo.visit == visit.id)
        follow += replica.all(Matter, Matter.visit == visit.id)
        follow += replica.all(Care, Care.visit == visit.id)
        _show_in(follow, fresh.id)
        self.workspace.remove(visit, "改为补录")
        self.workspace.save(fresh, *follow)
        done.visit = fresh
        return visit

    def _since(self, kind: type[R], door: Door, since: datetime) -> list[R]:
        """Photos or matters added at this door since one stood there, which belong to no visit yet."""
        at = kind.household == door.household if door.household else kind.dwelling == door.dwelling
        mine = (
            kind.created_by == self.workspace.replica.author,
            kind.created_at >= int(since.timestamp() * 1000),
        )
        return self.workspace.replica.all(kind, at, kind.visit == "", *mine)

    def _tasks(self, home: Home, visit: Visit) -> tuple[list[VisitTask], list[VisitTask]]:
        """Open tasks of this household: the one this visit fulfils, marked done, and the others."""
        if visit.outcome not in EFFECTIVE or home.household is None or visit.household != home.household.id:
            return [], []  # nobody was met, or somebody else lives here now
        tasks = [task for task in home.tasks if task.due and task.due <= self.workspace.today]
        for task in tasks[:1]:
            task.state = TaskState.DONE
        return tasks[:1], tasks[1:]


def again(number: str) -> str:
    """The number of a visit made again: another one, so that paper never bears one number twice."""
    return f"{number}B"


def _show_in(records: Iterable[Photo | Matter | Care], visit: str) -> None:
    for record in records:
        record.visit = visit


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
