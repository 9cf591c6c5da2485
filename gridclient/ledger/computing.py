"""What a computed value of a ledger is: one formed from fields of the same record, or one gathered from other kinds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Executable, and_

from sync.record import SyncedRecord

Found = Mapping[str, Mapping[str, Any]]  # id → name of the value → value


class Reader(Protocol):
    """Whoever answers statements: the replica."""

    def rows(self, statement: Executable) -> Sequence[tuple[Any, ...]]: ...


@dataclass(frozen=True)
class When:
    """The day of printing and the period asked for, both ends included."""

    today: date
    period: tuple[date, date] | None = None


@dataclass(frozen=True)
class Formed:
    """A value made of ``needs``, fields reached from the same record."""

    label: str
    needs: tuple[str, ...]
    form: Callable[[When, tuple[Any, ...]], Any]
    like: str = ""


@dataclass(frozen=True)
class Gathered:
    """A value other kinds hold: ``gather`` answers for all records at once, by their ``key``.

    It is written, and masked, as the field ``like`` (``steward.phone``) would be; without one as plain words.
    """

    label: str
    part: str
    gather: Callable[[Reader, When], Found]
    key: str = "id"
    like: str = ""


Computed = Formed | Gathered


def columns_of(table: type[SyncedRecord]) -> Any:
    """The columns of a kind for statements, which SQLModel types as the values they hold."""
    return table.__table__.c  # type: ignore[attr-defined]


def alive(columns: Any) -> ColumnElement[bool]:
    """The condition that a record is not in the recycle bin."""
    return and_(columns.removed_at.is_(None))


def together(words: Sequence[str]) -> str:
    """Several values in one cell, each once."""
    return "、".join(dict.fromkeys(w for w in words if w))
