"""What somebody asks for in words, at the command line: which ledger, which part of the community, which days."""

from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
import re

from sqlalchemy import select

from gridclient.errors import Unfit
from gridclient.ledger.computing import Reader, alive, columns_of
from gridclient.ledger.period import period_of
from gridclient.ledger.scope import EVERYTHING, Scope
from gridclient.ledger.template import Template
from gridclient.records import Building, OrgUnit

PERIODS = "请写成 2026-10、2026、2026Q3 或 2026-09-01..2026-10-31。"
MONTH, YEAR, QUARTER = r"(\d{4})-(\d{1,2})", r"(\d{4})", r"(\d{4})[Qq]([1-4])"


def ledger_named(text: str, known: Sequence[Template]) -> Template:
    """The ledger with this name or title, or the only one whose title holds it; Unfit names those that are near."""
    exact = [one for one in known if text in (one.name, one.called)]
    held = exact or [one for one in known if text in one.called]
    if len(exact) == 1 or len(held) == 1:
        return held[0]
    near = [one.called for one in held] or get_close_matches(text, [one.called for one in known], 3, 0.4)
    advice = f"是不是“{'”“'.join(near[:4])}”？" if near else ""
    raise Unfit(f"没有叫“{text}”的台账", f"{advice}用 gridclient ledger --list 可列出全部台账。")


def scope_named(text: str, reader: Reader) -> Scope:
    """A building, a grid or a community by its name or its code; everything for an empty text. Unfit when it is unknown
    or two bear the name.
    """
    if not text:
        return EVERYTHING
    unit, building = columns_of(OrgUnit), columns_of(Building)
    units = reader.rows(select(unit.name, unit.code).where(alive(unit), unit.code != ""))
    houses = reader.rows(
        select(building.name, building.number, building.id, building.area).where(alive(building))
    )
    if text.isdigit() and any(code.startswith(text) for code in _codes(units, houses)):
        return Scope(area=text)
    found = [Scope(area=code, words=name) for name, code in units if name == text]
    found += [Scope(building=id_) for name, number, id_, _area in houses if text in (name, number)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Unfit(f"有 {len(found)} 处叫“{text}”", "请改用区划编码，或写全楼栋名称。")
    names = [str(row[0]) for row in (*units, *houses)]
    near = [n for n in names if text in n] or get_close_matches(text, names, 3, 0.4)
    advice = f"是不是“{'”“'.join(dict.fromkeys(near[:4]))}”？" if near else "请检查名称，或改用区划编码。"
    raise Unfit(f"没有叫“{text}”的楼栋、网格或社区", advice)


def period_wanted(text: str) -> tuple[date, date] | None:
    """The first and last day of ``2026``, ``2026-10``, ``2026Q3`` or ``2026-09-01..2026-10-31``, whose ends may be any of
    these; None for an empty text. Unfit when it is none of them, or ends before it begins.
    """
    text = text.strip()
    if not text:
        return None
    begin, dots, end = text.partition("..")
    try:
        first, last = _days(begin)[0], _days(end if dots else begin)[1]
    except ValueError as error:
        raise Unfit(f"看不懂时段“{text}”", PERIODS) from error
    if last < first:
        raise Unfit(f"时段“{text}”的起止反了", "前面写开始的日子，后面写结束的日子。")
    return first, last


def _codes(units: Iterable[Sequence[str]], houses: Iterable[Sequence[str]]) -> set[str]:
    return {unit[1] for unit in units} | {house[3] for house in houses}


def _days(text: str) -> tuple[date, date]:
    """The days of one year, quarter, month or day; ValueError for anything else."""
    if found := re.fullmatch(YEAR, text):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    if found := re.fullmatch(QUARTER, text):
        year, last = int(found[1]), int(found[2]) * 3
        return period_of(year, last - 2)[0], period_of(year, last)[1]
    if found := re.fullmatch(MONTH, text):
        return period_of(int(found[1]), int(found[2]))
    day = date.fromisoformat(text)
    return day, day
