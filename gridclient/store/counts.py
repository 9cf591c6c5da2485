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
    "party_cards": "没对上居民的党员",
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
    counts = {name: replica.count(table, *where) for name, (table, *where) in _counted().items()}
    unmatched = counts.pop("party_cards")
    return counts | {"party_members": counts["party_members"] + unmatched}


def behind(replica: Replica) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Every figure by name with the kind and the ids of what it counts; party members nobody has found among the
    residents stand by themselves, as ``party_cards``.
    """
    return {
        name: (
            table.kind(),
            tuple(row[0] for row in replica.rows(select(_of(table, "id")).where(_alive(table), *where))),
        )
        for name, (table, *where) in _counted().items()
    }


def _counted() -> dict[str, tuple[Any, ...]]:
    """Name → the kind, then the conditions on it."""
    carded = select(_of(PartyMember, "resident")).where(_alive(PartyMember))
    member = or_(_of(Resident, "political").in_(PARTY), _of(Resident, "id").in_(carded))
    here = _of(Resident, "left_how") == ""
    active = _of(PartyCentreHousehold, "state") != CentreState.ENDED.value
    return {
        "org_units": (OrgUnit,),
        "grid_workers": (GridWorker,),
        "buildings": (Building,),
        "dwellings": (Dwelling,),
        "households": (Household,),
        "residents": (Resident, here),
        "party_members": (Resident, and_(member, here)),
        "party_cards": (PartyMember, _of(PartyMember, "resident") == ""),
        "centre_households": (PartyCentreHousehold, active),
        "pairings": (Pairing, _of(Pairing, "until").is_(None)),
        "stewards": (Steward, _of(Steward, "ended_on").is_(None)),
        "visits": (Visit,),
    }


def _of(table: type[SyncedRecord], name: str) -> Any:
    return getattr(table, name)


def _alive(table: type[SyncedRecord]) -> ColumnElement[bool]:
    return _of(table, "removed_at").is_(None)  # type: ignore[no-any-return]
