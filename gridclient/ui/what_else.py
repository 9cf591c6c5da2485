"""What else is due behind a door just closed: tasks and care of that household, then the households beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gridclient.records import Care, Household, VisitTask
from gridclient.rules.matters import care_due
from gridclient.store import homes
from gridclient.store.homes import Home
from sync.replica import Replica


@dataclass(frozen=True)
class Rest:
    """``others`` are the heads of further households behind the door that are due; ``names`` residents by id."""

    tasks: tuple[VisitTask, ...] = ()
    cares: tuple[Care, ...] = ()
    others: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """What one Enter would count as done in the household: 大走访（10-31）、王芳 量血压（10-30）; empty when nothing."""
        known = dict(self.names)
        told = [f"{task.title or '走访'}（{task.due:%m-%d}）" for task in self.tasks]
        told += [
            f"{known.get(care.resident, '')} {care.what}（{care.next_day:%m-%d}）".strip()
            for care in self.cares
        ]
        return "、".join(told)


def rest_of(replica: Replica, home: Home, tasks: Sequence[VisitTask], today: date) -> Rest:
    """What is due besides the visit just made; ``tasks`` are those it did not fulfil."""
    if home.household is None:
        return Rest()
    cares = care_due(replica.all(Care, Care.household == home.household.id), today)
    others = tuple(h.head_name or "无户主" for h in home.others if _pressing(replica, h, today))
    return Rest(tuple(tasks), tuple(cares), others, tuple((p.id, p.name) for p in home.members))


def _pressing(replica: Replica, household: Household, today: date) -> bool:
    return homes.home(replica, household.id, today).due.pressing
