"""What ledgers say of households and people that no single record holds: when they were seen, when again, who cares."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select

from gridclient.ledger.computing import (
    Computed,
    Formed,
    Found,
    Gathered,
    Reader,
    When,
    alive,
    columns_of,
    together,
)
from gridclient.records import (
    Care,
    DueRule,
    Dwelling,
    Household,
    PartyCentreHousehold,
    PartyMember,
    Resident,
    Visit,
)
from gridclient.records.care import CareKind
from gridclient.records.party import CentreState
from gridclient.records.people import CareLabel, VisitRule
from gridclient.records.visit import Outcome
from gridclient.rules import due
from gridclient.rules.identity import age

NEVER = "从未"
LABELS = {member.value: member.label for member in (*CareKind, *CareLabel)}


def _members(reader: Reader, _when: When) -> Found:
    person = columns_of(Resident)
    wanted = select(person.household, func.count()).where(alive(person), person.left_on.is_(None))
    rows = reader.rows(wanted.group_by(person.household))
    return {household: {"members": count} for household, count in rows}


def _joined(reader: Reader, _when: When) -> Found:
    member = columns_of(PartyMember)
    rows = reader.rows(select(member.resident, member.joined).where(alive(member)))
    return {resident: {"joined": joined} for resident, joined in rows}


def _seen(reader: Reader, when: When) -> Found:
    """The last effective visit of each household up to the day of printing, and how many there were."""
    return _seen_until(reader, when.today)


def _seen_until(reader: Reader, day: date) -> Found:
    visit = columns_of(Visit)
    wanted = select(visit.household, func.max(visit.visited_on), func.count()).where(
        alive(visit), visit.outcome.in_(sorted(due.EFFECTIVE)), visit.visited_on <= day
    )
    rows = reader.rows(wanted.group_by(visit.household))
    return {household: {"last": last, "count": count} for household, last, count in rows}


def _tried(reader: Reader, when: When) -> Found:
    """The last knock of each household, what came of it, and how often nobody was home since it was last seen."""
    visit = columns_of(Visit)
    met = (
        select(visit.household, func.max(visit.visited_on).label("day"))
        .where(alive(visit), visit.outcome.in_(sorted(due.EFFECTIVE)))
        .group_by(visit.household)
        .subquery()
    )
    since = or_(met.c.day.is_(None), visit.visited_on > met.c.day)
    wanted = (
        select(visit.household, visit.outcome, func.max(visit.visited_on), func.count())
        .select_from(visit.id.table.outerjoin(met, met.c.household == visit.household))
        .where(alive(visit), since, visit.visited_on <= when.today)
        .group_by(visit.household, visit.outcome)
    )
    found: dict[str, dict[str, Any]] = {}
    for household, outcome, day, count in sorted(reader.rows(wanted), key=lambda row: row[2]):
        before = found.get(household, {})
        nobody = count if outcome == Outcome.NOBODY else before.get("nobody", 0)
        found[household] = {"day": day, "outcome": outcome, "nobody": nobody}
    return found


def _due(reader: Reader, when: When) -> Found:
    """When each household is due, by the rules in force, and whether it was not visited: in the period, or in time."""
    rules = due.overlaid(_records(reader, DueRule))
    labels = _labels(reader)
    seen = _seen_until(reader, min(when.today, when.period[1] if when.period else when.today))
    centre, home, door = columns_of(PartyCentreHousehold), columns_of(Household), columns_of(Dwelling)
    serves = and_(centre.household == home.id, alive(centre), centre.state == CentreState.ACTIVE.value)
    wanted = (
        select(home.id, home.labels, home.kind_of_household, home.visit_rule, door.tenure, centre.id)
        .select_from(
            home.id.table.outerjoin(door.id.table, door.id == home.dwelling).outerjoin(
                centre.id.table, serves
            )
        )
        .where(alive(home))
    )
    found: dict[str, dict[str, Any]] = {}
    for id_, own, kind, rule, tenure, centre_id in reader.rows(wanted):
        all_labels = [*own, *labels.get(id_, ())]
        known = due.facts(all_labels, kind=kind, tenure=tenure or "", centre=bool(centre_id))
        last = seen.get(id_, {}).get("last")
        next_ = due.due(last, known, when.today, own_rule=rule, rules=rules)
        found[id_] = {
            "seen": f"{last:%Y-%m-%d}" if last else NEVER,
            "day": next_.day,
            "rule": f"{next_.why} {VisitRule.words(next_.every)}",
            "late": next_.late if next_.late and next_.late > 0 else "",
            "unvisited": _unvisited(last, next_, when),
        }
    return found


def _unvisited(last: date | None, next_: due.Due, when: When) -> bool:
    if last is None or when.period is None:
        return last is None or (next_.late or 0) > 0
    return last < when.period[0]


def _labels(reader: Reader) -> dict[str, set[str]]:
    """Household → the care labels of who lives there."""
    person = columns_of(Resident)
    wanted = select(person.household, person.labels).where(alive(person), person.left_on.is_(None))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for household, labels in reader.rows(wanted):
        if labels:
            found[household].update(labels)
    return found


def _cared(reader: Reader, _when: When) -> Found:
    """Who is looked after and why: by a label, by one of the household that nobody in it bears (then its head), or by
    entries; and the last entry.
    """
    person, home, care = columns_of(Resident), columns_of(Household), columns_of(Care)
    why: defaultdict[str, list[str]] = defaultdict(list)
    borne: defaultdict[str, set[str]] = defaultdict(set)
    living = alive(person), person.left_on.is_(None)
    for id_, household, labels in reader.rows(
        select(person.id, person.household, person.labels).where(*living)
    ):
        why[id_] += labels or []
        borne[household].update(labels or ())
    for id_, head, labels in reader.rows(select(home.id, home.head, home.labels).where(alive(home))):
        why[head] += [label for label in labels or () if label not in borne[id_]]
    names = ("resident", "kind_of_care", "given_on", "what", "given_by", "next_day", "grade", "guardian")
    more = ("helper", "certificate", "allowance")
    entries = select(*(care[name] for name in (*names, *more))).where(alive(care)).order_by(care.given_on)
    latest: dict[str, dict[str, Any]] = {}
    for row in reader.rows(entries):
        entry = dict(zip((*names, *more), row, strict=True))
        why[entry["resident"]].append(entry["kind_of_care"])
        latest[entry["resident"]] = latest.get(entry["resident"], {}) | {k: v for k, v in entry.items() if v}
    return {id_: {**latest.get(id_, {}), "why": _words(codes)} for id_, codes in why.items() if codes}


def _words(codes: Iterable[str]) -> str:
    return together([LABELS.get(code, code) for code in codes])


def _records(reader: Reader, table: Any) -> list[Any]:
    columns = table.__table__.c
    rows = reader.rows(select(*columns).where(columns.removed_at.is_(None)))
    return [table(**dict(zip(columns.keys(), row, strict=True))) for row in rows]


HOUSEHOLD: dict[str, Computed] = {
    "members": Gathered("在册人数", "members", _members),
    "last_visit": Gathered("最近走访", "last", _seen),
    "visits": Gathered("走访次数", "count", _seen),
    "last_try": Gathered("最近敲门", "day", _tried),
    "last_outcome": Gathered("敲门结果", "outcome", _tried, like="visit.outcome"),
    "nobody": Gathered("无人次数", "nobody", _tried),
    "seen": Gathered("最近走访", "seen", _due),
    "due": Gathered("应访日期", "day", _due),
    "rule": Gathered("走访要求", "rule", _due),
    "late": Gathered("超期天数", "late", _due),
    "unvisited": Gathered("未走访", "unvisited", _due),
}
RESIDENT: dict[str, Computed] = {
    "age": Formed("年龄", ("birth",), lambda when, v: age(v[0], when.today)),
    "joined": Gathered("入党时间", "joined", _joined),
    "care_why": Gathered("关怀类别", "why", _cared),
    "care_grade": Gathered("等级", "grade", _cared),
    "care_certificate": Gathered("证书编号", "certificate", _cared, like="care.certificate"),
    "care_allowance": Gathered("补贴（元/月）", "allowance", _cared, like="care.allowance"),
    "care_guardian": Gathered("监护人", "guardian", _cared),
    "care_helper": Gathered("帮扶人", "helper", _cared),
    "care_day": Gathered("最近关怀", "given_on", _cared),
    "care_what": Gathered("关怀内容", "what", _cared),
    "care_by": Gathered("关怀人", "given_by", _cared),
    "care_next": Gathered("下次日期", "next_day", _cared),
}
