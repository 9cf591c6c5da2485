"""The list of matters: as many as there are, in one statement, the most pressing first."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from gridclient.records import Matter, MatterStep
from gridclient.rules.matters import rank
from gridclient.store.doorways import alive
from sync.replica import Replica

COLUMNS = "id", "state", "due", "heard_on", "closed_on", "kind_of_matter", "title", "place", "household", "people", "first_in_charge", "number"  # fmt: skip


@dataclass(frozen=True, slots=True)
class MatterLine:
    """One matter as a list shows it."""

    id: str
    state: str
    due: date | None
    heard_on: date | None
    closed_on: date | None
    kind_of_matter: str
    title: str
    place: str
    household: str
    people: list[str]
    first_in_charge: str
    number: str

    @property
    def words(self) -> str:
        """What it is found by, in one piece and in small letters."""
        told = (self.title, self.place, *self.people, self.first_in_charge, self.number)
        return " ".join(told).casefold()


def matters(replica: Replica, today: date) -> list[MatterLine]:
    """Every matter that is not in the recycle bin, what presses most first."""
    names: list[Any] = [col(getattr(Matter, name)) for name in COLUMNS]
    found = [MatterLine(*row) for row in replica.rows(select(*names).where(alive(Matter)))]
    return sorted(found, key=lambda line: rank(line, today))


def steps(replica: Replica, matter: str) -> list[MatterStep]:
    """The steps of a matter, oldest first."""
    found = replica.all(MatterStep, MatterStep.matter == matter)
    return sorted(found, key=lambda step: (step.at is None, step.at, step.id))
