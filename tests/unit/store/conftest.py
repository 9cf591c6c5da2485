"""A small community on a real vault: two buildings, a shop street and a courtyard."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
import shutil

import pytest

from gridclient.fields import RECORDS
from gridclient.records import Building, Dwelling, Household, OrgUnit, Resident, Visit
from gridclient.store.vault import LIGHT, Vault
from sync.replica import Replica

AREA = "519901001001003"
TODAY = date(2026, 11, 22)
PASSPHRASE = "a passphrase"


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with every table in it and no record: making them takes longer than most tests here."""
    path = tmp_path_factory.mktemp("begun") / "grid.vault"
    vault = Vault.create(path, PASSPHRASE, LIGHT)
    kept(vault)
    vault.close()
    return path


@pytest.fixture
def vault(begun: Path, tmp_path: Path) -> Iterator[Vault]:
    for file in begun.parent.iterdir():
        shutil.copy(file, tmp_path)
    vault = Vault.open(tmp_path / begun.name, PASSPHRASE)
    yield vault
    vault.close()


@pytest.fixture
def replica(vault: Vault) -> Replica:
    """An empty replica of every kind."""
    return kept(vault)


def kept(vault: Vault) -> Replica:
    return Replica(vault.engine, [spec.table for spec in RECORDS.values()], author="tester")


@pytest.fixture
def estate(replica: Replica) -> OrgUnit:
    estate = OrgUnit(name="杏花苑", level="estate", code="519901001001", area=AREA)
    replica.save(estate)
    return estate


def building(replica: Replica, name: str, estate: str = "", area: str = AREA) -> Building:
    made = Building(name=name, estate=estate, area=area, units=2, floors=6)
    replica.save(made)
    return made


def flat(replica: Replica, of: Building, unit: str, door: str, **fields: object) -> Dwelling:
    floor = int(door[:-2]) if door.isdigit() and len(door) > 2 else None
    made = Dwelling(building=of.id, unit=unit, floor=floor, door=door, area=of.area)
    for name, value in fields.items():
        setattr(made, name, value)
    replica.save(made)
    return made


def family(replica: Replica, of: Dwelling, head: str, *others: str, **fields: object) -> Household:
    """A household whose first member is its head."""
    made = Household(dwelling=of.id, head_name=head, area=of.area)
    for name, value in fields.items():
        setattr(made, name, value)
    people = [
        Resident(household=made.id, name=name, relation="20" if i else "02", area=of.area)
        for i, name in enumerate((head, *others))
    ]
    made.head = people[0].id
    replica.save(made, *people)
    return made


def visit(replica: Replica, of: Household, on: date, outcome: str = "met", **fields: object) -> Visit:
    made = Visit(
        household=of.id, dwelling=of.dwelling, visited_on=on, outcome=outcome, area=of.area, number=f"ZF{on}"
    )
    for name, value in fields.items():
        setattr(made, name, value)
    replica.save(made)
    return made
