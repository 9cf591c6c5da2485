"""A small invented community to fill forms from."""

from datetime import date

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from gridclient.fields import RECORDS
from gridclient.records import Building, Dwelling, Household, OrgUnit, Resident
from sync.record import SyncedRecord
from sync.replica import Replica

GRID = "519901001001001"
NAMES = ("李䶮", "王㛃", "=陈秀英", "古丽")
EDUCATION = ("70", "60", "", "30")


@pytest.fixture
def replica() -> Replica:
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    kept = Replica(engine, [spec.table for spec in RECORDS.values()], author="试用")
    kept.import_many(community())
    return kept


def community() -> list[SyncedRecord]:
    """One grid, two buildings, two households of two residents each."""
    found: list[SyncedRecord] = [OrgUnit(area=GRID, code=GRID, name="第一网格", level="grid")]
    for n in (1, 2):
        home = {"area": GRID, "number": f"01010000{n}", "head": f"r{2 * n - 2}"}
        found += [
            Building(id=f"b{n}", area=GRID, name=f"{n}栋"),
            Dwelling(id=f"d{n}", area=GRID, building=f"b{n}", unit="1", door=f"{n}01"),
            Household(id=f"h{n}", dwelling=f"d{n}", head_name=NAMES[2 * n - 2], **home),
            *(person(place, f"h{n}") for place in (2 * n - 2, 2 * n - 1)),
        ]
    return found


def person(place: int, household: str) -> Resident:
    return Resident(
        id=f"r{place}",
        area=GRID,
        household=household,
        name=NAMES[place],
        sex=str(1 + place % 2),
        birth=date(1950, 1, 1 + place),
        relation="02" if place % 2 == 0 else "10",
        id_number=f"51990119500101{place}338",
        phones=[f"1990000{place}079"],
        education=EDUCATION[place],
    )
