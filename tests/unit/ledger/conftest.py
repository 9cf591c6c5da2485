"""One small invented community, kept by a real replica."""

from datetime import date, datetime

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from gridclient.fields import RECORDS
from gridclient.records import (
    Building,
    CentreActivity,
    Dwelling,
    Household,
    OrgUnit,
    Pairing,
    PartyCentreHousehold,
    PartyMember,
    PartyOrg,
    Resident,
    Visit,
)
from sync.record import SyncedRecord
from sync.replica import Replica

COMMUNITY = "519901001001"
FIRST, SECOND = f"{COMMUNITY}001", f"{COMMUNITY}002"


@pytest.fixture
def replica() -> Replica:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    kept = Replica(engine, [spec.table for spec in RECORDS.values()], author="试用")
    kept.import_many(community())
    return kept


def community() -> list[SyncedRecord]:
    """Two grids, two buildings (2栋 and 10栋), four households of 3, 1, 2 and 1 residents."""
    grids = [
        OrgUnit(area=FIRST, code=FIRST, name="第一网格", level="grid"),
        OrgUnit(area=SECOND, code=SECOND, name="第二网格", level="grid"),
    ]
    tenth = Building(id="b10", area=FIRST, name="杏花苑10栋")
    second = Building(id="b2", area=FIRST, name="杏花苑2栋")
    homes = [
        *household("1", second, "1", "1001", ("李䶮", "王㛃", "李小明")),
        *household("2", second, "1", "201", ("陈秀英",)),
        *household("3", tenth, "2", "101", ("买买提·吐尔逊", "古丽")),
        *household("4", Building(id="yard", area=SECOND, name="柳溪院落"), "1组", "2", ("𠮷祥",)),
    ]
    return [*grids, tenth, second, *homes, *visits(), *centre()]


def household(
    number: str, building: Building, unit: str, door: str, people: tuple[str, ...]
) -> list[SyncedRecord]:
    area = building.area
    dwelling = Dwelling(id=f"d{number}", area=area, building=building.id, unit=unit, door=door, tenure="02")
    home = Household(
        id=f"h{number}",
        area=area,
        dwelling=dwelling.id,
        number=f"01010000{number}",
        head=f"r{number}0",
        head_name=people[0],
        labels=["alone"] if len(people) == 1 else [],
    )
    residents = [
        Resident(
            id=f"r{number}{place}",
            area=area,
            household=home.id,
            name=name,
            sex="1",
            birth=date(1972, 8, 1 + place),
            relation="02" if place == 0 else "22",
            id_number=f"5199011972080{number}{place}338",
            phones=[f"1990000{number}{place}79"],
        )
        for place, name in enumerate(people)
    ]
    extra = [building] if number == "4" else []
    return [*extra, dwelling, home, *reversed(residents)]


def visits() -> list[SyncedRecord]:
    days = [
        ("ZF-2", date(2026, 9, 2), "met"),
        ("ZF-1", date(2026, 9, 1), "nobody"),
        ("ZF-3", date(2026, 10, 1), "met"),
    ]
    return [
        Visit(
            area=FIRST,
            number=number,
            visited_on=day,
            visitors=["苏红"],
            household="h1",
            dwelling="d1",
            outcome=outcome,
            met="李䶮" if outcome == "met" else "",
            recorded_at=datetime(2026, 10, 2, 9, 0),
        )
        for number, day, outcome in days
    ]


def centre() -> list[SyncedRecord]:
    group = PartyOrg(id="group", area=FIRST, name="第一楼栋党小组")
    one = PartyCentreHousehold(
        id="c1", area=FIRST, number="ZXH-001", household="h1", head="r10", head_name="李䶮", group=group.id,
        phone="19900001079", members=1, member_contacts=2, grade="1",
    )  # fmt: skip
    pairs = [Pairing(area=FIRST, centre=one.id, household=f"h{n}", contact="李䶮") for n in (3, 2)]
    ended = Pairing(area=FIRST, centre=one.id, household="h4", until=date(2026, 1, 1))
    held = CentreActivity(
        area=FIRST,
        centre=one.id,
        held_on=date(2026, 8, 9),
        theme="议事",
        attendance=13,
        opinions=4,
        settled=3,
    )
    member = PartyMember(area=FIRST, resident="r10", name="李䶮", joined="1999-02")
    return [group, one, *pairs, ended, held, member]
