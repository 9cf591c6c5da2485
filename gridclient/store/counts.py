"""The figures of a community: how many of each thing the vault keeps. Each is one count over living records."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from gridclient.records import (
    Building,
    Dwelling,
    GridWorker,
    Household,
    OrgUnit,
    Pairing,
    PartyCentreHousehold,
    PartyMember,
    Resident,
    Steward,
    Visit,
)
from gridclient.records.codes import Politics
from gridclient.records.party import CentreState
from sync.record import SyncedRecord
from sync.replica import Replica

WORDS = {
    "org_units": "组织单元",
    "grid_workers": "网格员",
    "buildings": "楼栋",
    "dwellings": "房屋",
    "households": "户",
    "residents": "居民",
    "party_members": "党员",
    "centre_households": "党员中心户",
    "pairings": "联系户",
    "stewards": "楼栋长",
    "visits": "走访",
}
PARTY = (Politics.MEMBER, Politics.PROBATIONARY)


def figures(replica: Replica) -> dict[str, int]:
    """Every figure by name, in the order offices ask for them.

    A party member is a resident whose 政治面貌 says so, or who has a card in the party's drawer; nobody counts twice.
    """
    return {
        "org_units": _count(replica, OrgUnit),
        "grid_workers": _count(replica, GridWorker),
        "buildings": _count(replica, Building),
        "dwellings": _count(replica, Dwelling),
        "households": _count(replica, Household),
        "residents": _count(replica, Resident, _of(Resident, "left_how") == ""),
        "party_members": _party_members(replica),
        "centre_households": _count(
            replica, PartyCentreHousehold, _of(PartyCentreHousehold, "state") != CentreState.ENDED.value
        ),
        "pairings": _count(replica, Pairing, _of(Pairing, "until").is_(None)),
        "stewards": _count(replica, Steward, _of(Steward, "ended_on").is_(None)),
        "visits": _count(replica, Visit),
    }


def _party_members(replica: Replica) -> int:
    carded = select(_of(PartyMember, "resident")).where(_alive(PartyMember))
    member = or_(_of(Resident, "political").in_(PARTY), _of(Resident, "id").in_(carded))
    known = _count(replica, Resident, and_(member, _of(Resident, "left_how") == ""))
    return known + _count(replica, PartyMember, _of(PartyMember, "resident") == "")


def _count(replica: Replica, table: type[SyncedRecord], *where: ColumnElement[bool]) -> int:
    return replica.count(table, *where)


def _of(table: type[SyncedRecord], name: str) -> Any:
    return getattr(table, name)


def _alive(table: type[SyncedRecord]) -> ColumnElement[bool]:
    return _of(table, "removed_at").is_(None)  # type: ignore[no-any-return]
