"""Values no record holds: put together from fields, or gathered by one more statement over another kind.

A column names one as ``@name`` at the end of its path. To add one is to add a line to :data:`COMPUTED`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Executable, func, select

from gridclient.records import (
    CentreActivity,
    Household,
    OrgUnit,
    Pairing,
    PartyMember,
    Resident,
    Visit,
)
from gridclient.records.visit import Outcome
from gridclient.rules import doors
from gridclient.rules.identity import age
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


@dataclass(frozen=True)
class Gathered:
    """A value another kind holds: ``gather`` answers for all records at once, by their ``key``."""

    label: str
    part: str
    gather: Callable[[Reader, When], Found]
    key: str = "id"


Computed = Formed | Gathered


def columns_of(table: type[SyncedRecord]) -> Any:
    """The columns of a kind for statements, which SQLModel types as the values they hold."""
    return table.__table__.c  # type: ignore[attr-defined]


def address(building: str | None, unit: str | None, door: str | None) -> str:
    """A door as paper has it: ``杏花苑1栋1单元502室``, ``柳溪院落1组2号``; empty when nothing is known."""
    words = doors.label(building or "", unit or "", door or "") if door else building or ""
    return f"{words}室" if unit and words[-1:].isdigit() else words


def _fraction(_when: When, values: tuple[Any, ...]) -> str:
    there, all_of_them = values
    return "/".join("" if v is None else str(v) for v in values) if there or all_of_them else ""


def _units(reader: Reader, _when: When) -> Found:
    unit = columns_of(OrgUnit)
    rows = reader.rows(select(unit.code, unit.name).where(unit.removed_at.is_(None)))
    return {code: {"name": name} for code, name in rows}


def _joined(reader: Reader, _when: When) -> Found:
    member = columns_of(PartyMember)
    rows = reader.rows(select(member.resident, member.joined).where(member.removed_at.is_(None)))
    return {resident: {"joined": joined} for resident, joined in rows}


def _members(reader: Reader, _when: When) -> Found:
    person = columns_of(Resident)
    wanted = select(person.household, func.count()).where(
        person.removed_at.is_(None), person.left_on.is_(None)
    )
    rows = reader.rows(wanted.group_by(person.household))
    return {household: {"members": count} for household, count in rows}


def _last_visits(reader: Reader, _when: When) -> Found:
    visit = columns_of(Visit)
    effective = visit.outcome.in_([str(Outcome.MET), str(Outcome.PHONED)])
    wanted = select(visit.household, func.max(visit.visited_on), func.count())
    rows = reader.rows(wanted.where(visit.removed_at.is_(None), effective).group_by(visit.household))
    return {household: {"last": last, "count": count} for household, last, count in rows}


def _paired(reader: Reader, _when: When) -> Found:
    pairing, household = columns_of(Pairing), columns_of(Household)
    both = select(pairing.centre, household.number).where(household.id == pairing.household)
    numbers: dict[str, list[str]] = {}
    for centre, number in reader.rows(both.where(pairing.removed_at.is_(None), pairing.until.is_(None))):
        numbers.setdefault(centre, []).append(number)
    return {c: {"count": len(found), "numbers": "、".join(sorted(found))} for c, found in numbers.items()}


def _activities(reader: Reader, when: When) -> Found:
    """This year's gatherings of each centre household, and the last one."""
    held = columns_of(CentreActivity)
    names = ("centre", "held_on", "theme", "attendance", "opinions", "settled", "yearly")
    year = held.held_on.between(date(when.today.year, 1, 1), when.today)
    wanted = select(*(held[name] for name in names)).where(held.removed_at.is_(None), year)
    found: dict[str, dict[str, Any]] = {}
    for centre, day, theme, attendance, opinions, settled, yearly in reader.rows(
        wanted.order_by(held.held_on)
    ):
        before = found.get(centre, {})
        found[centre] = {
            "count": max(before.get("count", 0) + 1, yearly or 0),
            "last": day,
            "theme": theme,
            "attendance": attendance,
            "opinions": before.get("opinions", 0) + (opinions or 0),
            "settled": before.get("settled", 0) + (settled or 0),
        }
    return found


COMPUTED: dict[str, dict[str, Computed]] = {
    "*": {"grid": Gathered("网格", "name", _units, key="area")},
    "dwelling": {
        "address": Formed("住址", ("building.name", "unit", "door"), lambda _when, v: address(*v)),
    },
    "resident": {
        "age": Formed("年龄", ("birth",), lambda when, v: age(v[0], when.today)),
        "joined": Gathered("入党时间", "joined", _joined),
    },
    "household": {
        "members": Gathered("在册人数", "members", _members),
        "last_visit": Gathered("最近走访", "last", _last_visits),
        "visits": Gathered("走访次数", "count", _last_visits),
    },
    "visit": {"present": Formed("在家人数/家庭人口", ("at_home", "members"), _fraction)},
    "party_centre_household": {
        "households": Gathered("联系群众户数", "count", _paired),
        "numbers": Gathered("联系群众户（户号）", "numbers", _paired),
        "activities": Gathered("今年活动次数", "count", _activities),
        "last_activity": Gathered("最近活动日期", "last", _activities),
        "last_theme": Gathered("最近活动主题", "theme", _activities),
        "last_attendance": Gathered("最近参加人数", "attendance", _activities),
        "opinions": Gathered("收集意见数", "opinions", _activities),
        "settled": Gathered("办结数", "settled", _activities),
    },
}
