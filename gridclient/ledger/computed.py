"""Values no record holds: put together from fields, or gathered by one more statement over another kind.

A column names one as ``@name`` at the end of its path. To add one is to add a line to the table of its kind.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from gridclient.ledger.computing import (
    Computed as Computed,
    Formed as Formed,
    Found as Found,
    Gathered as Gathered,
    Reader as Reader,
    When as When,
    alive,
    columns_of as columns_of,
)
from gridclient.ledger.of_homes import HOUSEHOLD, RESIDENT
from gridclient.ledger.of_matters import MATTER, VISIT
from gridclient.ledger.of_places import BUILDING, DWELLING, STEWARD, address as address, units
from gridclient.records import CentreActivity, Household, Pairing


def _fraction(_when: When, values: tuple[Any, ...]) -> str:
    there, all_of_them = values
    return "/".join("" if v is None else str(v) for v in values) if there or all_of_them else ""


def _paired(reader: Reader, _when: When) -> Found:
    pairing, household = columns_of(Pairing), columns_of(Household)
    both = select(pairing.centre, household.number).where(household.id == pairing.household)
    numbers: dict[str, list[str]] = {}
    for centre, number in reader.rows(both.where(alive(pairing), pairing.until.is_(None))):
        numbers.setdefault(centre, []).append(number)
    return {c: {"count": len(found), "numbers": "、".join(sorted(found))} for c, found in numbers.items()}


def _activities(reader: Reader, when: When) -> Found:
    """This year's gatherings of each centre household, and the last one."""
    held = columns_of(CentreActivity)
    names = ("centre", "held_on", "theme", "attendance", "opinions", "settled", "yearly")
    year = held.held_on.between(date(when.today.year, 1, 1), when.today)
    wanted = select(*(held[name] for name in names)).where(alive(held), year)
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


COMPUTED: Mapping[str, Mapping[str, Computed]] = {
    "*": {
        "place": Gathered("所在单元", "name", units, key="area"),
        "grid": Gathered("网格", "grid", units, key="area"),
        "community": Gathered("社区", "community", units, key="area"),
    },
    "building": BUILDING,
    "dwelling": DWELLING,
    "steward": STEWARD,
    "household": HOUSEHOLD,
    "resident": RESIDENT,
    "matter": MATTER,
    "visit": VISIT | {"present": Formed("在家人数/家庭人口", ("at_home", "members"), _fraction)},
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
