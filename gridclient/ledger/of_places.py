"""What ledgers say of buildings and doors that no single record holds: who lives there, who answers for the stairs."""

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import and_, func, select

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
from gridclient.records import Dwelling, Household, OrgUnit, Resident, Steward
from gridclient.records.place import Tenure
from gridclient.records.stewards import StewardRole
from gridclient.rules import doors

COMMUNITY, GRID = 12, 15  # digits of an area code
OF_TENURE = {Tenure.RENTED.value: "rented", Tenure.EMPTY.value: "empty", Tenure.SHOP.value: "shops"}
LEADS = (StewardRole.BUILDING.value, StewardRole.COURTYARD.value)


def address(building: str | None, unit: str | None, door: str | None) -> str:
    """A door as paper has it: ``杏花苑1栋1单元502室``, ``柳溪院落1组2号``; empty when nothing is known."""
    words = doors.label(building or "", unit or "", door or "") if door else building or ""
    return f"{words}室" if unit and words[-1:].isdigit() else words


def units(reader: Reader, _when: When) -> Found:
    """The names of each area code: its own, its grid's and its community's."""
    unit = columns_of(OrgUnit)
    names = dict(reader.rows(select(unit.code, unit.name).where(alive(unit))))
    return {
        code: {"name": name, "grid": names.get(code[:GRID], ""), "community": names.get(code[:COMMUNITY], "")}
        for code, name in names.items()
    }


def lived(reader: Reader, _when: When) -> dict[tuple[str, str], Counter[str]]:
    """(building, unit) → dwellings, households and people there, and how many doors are rented, empty or shops."""
    door, home, person = columns_of(Dwelling), columns_of(Household), columns_of(Resident)
    of_door = and_(home.dwelling == door.id, alive(home))
    living = and_(person.household == home.id, alive(person), person.left_on.is_(None))
    wanted = (
        select(
            *(door.building, door.unit, door.tenure),
            *(func.count(c.id.distinct()) for c in (door, home, person)),
        )
        .select_from(door.id.table.outerjoin(home.id.table, of_door).outerjoin(person.id.table, living))
        .where(alive(door))
    )
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for building, unit, tenure, *counts in reader.rows(
        wanted.group_by(door.building, door.unit, door.tenure)
    ):
        there = dict(zip(("dwellings", "households", "people"), counts, strict=True))
        found[building, unit].update(there | {OF_TENURE.get(tenure, "lived"): there["dwellings"]})
    return found


def _of_buildings(reader: Reader, when: When) -> Found:
    whole: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (building, _unit), counts in lived(reader, when).items():
        whole[building].update(counts)
    return whole


def _of_stewards(reader: Reader, when: When) -> Found:
    """What each steward answers for: a unit's people for who leads a unit, else the whole building's."""
    there, steward = lived(reader, when), columns_of(Steward)
    rows = reader.rows(select(steward.id, steward.building, steward.unit).where(alive(steward)))
    found: dict[str, Counter[str]] = {}
    for id_, building, unit in rows:
        fits = (counts for (b, u), counts in there.items() if b == building and unit in ("", u))
        found[id_] = sum(fits, Counter()) if building else Counter()
    return found


def _leads(reader: Reader, _when: When) -> Found:
    """Who answers for each building now, and under which number."""
    steward = columns_of(Steward)
    wanted = select(steward.building, steward.name, steward.phone).where(
        alive(steward), steward.role.in_(LEADS), steward.ended_on.is_(None)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for building, name, phone in reader.rows(wanted.order_by(steward.since, steward.id)):
        found.setdefault(building, []).append((name, phone))
    return {b: {"name": together([n for n, _p in who]), "phone": who[0][1]} for b, who in found.items()}


def _lodgers(reader: Reader, _when: When) -> Found:
    """The heads of the households behind each door, their numbers, and how many people live there."""
    home, head, person = columns_of(Household), columns_of(Resident), Resident.__table__.alias("lives")  # type: ignore[attr-defined]
    count = select(func.count()).where(
        person.c.household == home.id, person.c.removed_at.is_(None), person.c.left_on.is_(None)
    )
    wanted = (
        select(home.dwelling, home.head_name, head.phones, count.scalar_subquery())
        .select_from(home.id.table.outerjoin(head.id.table, head.id == home.head))
        .where(alive(home))
    )
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for dwelling, name, phones, people in reader.rows(wanted.order_by(home.number, home.id)):
        found[dwelling].append((name, phones or [], people))
    return {
        door: {
            "heads": together([name for name, _phones, _people in homes]),
            "phones": [phone for _name, phones, _people in homes for phone in phones[:1]],
            "people": sum(people for _name, _phones, people in homes),
        }
        for door, homes in found.items()
    }


BUILDING: dict[str, Computed] = {
    "dwellings": Gathered("房屋套数", "dwellings", _of_buildings),
    "households": Gathered("户数", "households", _of_buildings),
    "people": Gathered("人数", "people", _of_buildings),
    "rented": Gathered("出租", "rented", _of_buildings),
    "empty": Gathered("空置", "empty", _of_buildings),
    "steward": Gathered("楼栋长", "name", _leads),
    "steward_phone": Gathered("楼栋长电话", "phone", _leads, like="steward.phone"),
}
DWELLING: dict[str, Computed] = {
    "address": Formed("住址", ("building.name", "unit", "door"), lambda _when, v: address(*v)),
    "heads": Gathered("居住户", "heads", _lodgers),
    "head_phones": Gathered("居住户电话", "phones", _lodgers, like="resident.phones"),
    "people": Gathered("居住人数", "people", _lodgers),
}
STEWARD: dict[str, Computed] = {
    "led_households": Gathered("户数", "households", _of_stewards),
    "led_people": Gathered("人数", "people", _of_stewards),
}
