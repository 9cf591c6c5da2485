"""The whole invented roster of one community, in two orders of its files: the figures its description promises."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gridclient.exchange.reader import read
from gridclient.exchange.rehearsal import rehearse
from gridclient.exchange.writing import commit
from gridclient.fields import RECORDS
from gridclient.records import Building, Dwelling, Household, OrgUnit, PartyCentreHousehold, Resident, Visit
from sync.replica import Replica
from tests.unit.exchange.conftest import opened

HOME = "519901001001"
PEOPLE = "实有人口一张表.xlsx"
REGISTERED = [f"户籍人口登记表_{n:02d}.{'xls' if n % 2 else 'xlsx'}" for n in range(1, 11)]
ROLLS = ["楼宇信息登记表.xlsx", "网格员信息登记表.xlsx", "楼栋长花名册.xlsx"]
MATTERS = ["诉求登记.xlsx", "矛盾纠纷排查化解台账.xlsx"]
USUAL = [
    PEOPLE,
    *REGISTERED,
    "流动人口登记表.xlsx",
    *ROLLS,
    "党员中心户登记表.xlsx",
    "走访登记表.xlsx",
    *MATTERS,
]
REVERSED = [
    *MATTERS,
    "走访登记表.xlsx",
    "党员中心户登记表.xlsx",
    *ROLLS[::-1],
    "流动人口登记表.xlsx",
    *REGISTERED[::-3],
    PEOPLE,
]


@pytest.fixture(scope="module", params=["usual", "reversed"])
def filled(
    request: pytest.FixtureRequest, trial_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Replica, list[str]]]:
    replica = opened(tmp_path_factory.mktemp("roster") / "laptop.db")
    files = USUAL if request.param == "usual" else REVERSED
    for name in files:
        bring(replica, trial_data / "roster" / name)
    yield replica, files
    replica.engine.dispose()


def bring(replica: Replica, path: Path) -> None:
    """Import one file whole."""
    found = rehearse(replica, read(path), home=HOME, who="岑立冬", today=date(2026, 10, 31))
    assert found.counts.rows_with_errors == 0, [issue.masked() for issue in found.issues[:3]]
    assert found.unknown == []
    commit(replica, found)


def tally(replica: Replica, column: object) -> dict[str, int]:
    statement = select(column, func.count()).group_by(column)  # type: ignore[call-overload]
    return dict(replica.rows(statement))  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_roster_gives_its_own_figures_in_any_order(
    filled: tuple[Replica, list[str]],
) -> None:
    replica, _files = filled

    counts = {name: replica.count(spec.table) for name, spec in RECORDS.items() if replica.count(spec.table)}
    assert counts == {
        "org_unit": 17, "grid_worker": 26, "building": 31, "dwelling": 3343, "household": 3303, "resident": 9983,
        "party_org": 14, "party_member": 60, "party_centre_household": 60, "pairing": 603, "centre_activity": 60,
        "steward": 30, "visit": 1500, "matter": 360, "matter_step": 1584,
    }  # fmt: skip
    assert tally(replica, Resident.population) == {
        "registered": 9028,
        "floating": 940,
        "unregistered": 9,
        "abroad": 6,
    }
    political = tally(replica, Resident.political)
    assert (political["01"] + political["02"], political["02"]) == (450, 14)
    assert tally(replica, Visit.outcome) == {
        "met": 943, "nobody": 303, "postponed": 104, "empty": 90, "refused": 39, "moved": 21,
    }  # fmt: skip


@pytest.mark.slow
def test_every_record_of_the_roster_hangs_where_it_belongs(
    filled: tuple[Replica, list[str]],
) -> None:
    replica, _files = filled

    codes = {unit.code for unit in replica.all(OrgUnit, OrgUnit.level == "grid")}
    assert codes == {f"{HOME}{n:03d}" for n in range(1, 13)}
    assert {*tally(replica, Resident.area)} == codes
    assert replica.count(Household, Household.head == "") == 0
    assert replica.count(PartyCentreHousehold, PartyCentreHousehold.head == "") == 0
    assert replica.count(Visit, Visit.dwelling == "") == 0
    people = dict(
        replica.rows(select(Building.name, func.count()).where(*_lives_in()).group_by(Building.name))
    )
    assert (people["桂香苑9栋"], people["槐荫苑商业街"], people["柳溪院落"]) == (757, 35, 172)
    assert replica.rows(select(func.sum(Household.size))) == [(9983,)]


@pytest.mark.slow
def test_the_whole_roster_again_changes_nothing(filled: tuple[Replica, list[str]], trial_data: Path) -> None:
    replica, files = filled
    pending = replica.pending()
    heard: list[object] = []
    stop = replica.subscribe(heard.extend)

    for name in files:
        if (
            name not in REGISTERED[1:-1]
        ):  # ten alike: the first and the last stand for them, to save half a minute
            bring(replica, trial_data / "roster" / name)

    stop()
    assert (replica.pending(), heard) == (pending, [])


def _lives_in() -> tuple[object, ...]:
    return (
        Resident.household == Household.id,
        Household.dwelling == Dwelling.id,
        Dwelling.building == Building.id,
    )
