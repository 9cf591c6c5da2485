"""A laptop in the middle of its week: sent and unsent work, a change not taken, conflicts, rounds and a proof."""

from datetime import datetime, timedelta

from gridclient.records import Building, Dwelling, Household, Resident, Visit
from gridclient.store import proof
from gridclient.store.rounds import RoundNote, note
from sync.clock import millis_of
from sync.conflict import Conflict
from sync.protocol import Receipt, Stream, Verdict
from sync.record import SyncedRecord
from sync.replica import Replica

NOW = datetime(2026, 10, 31, 19, 40).astimezone()
OTHER_GRID = "519901001001004"


def signed_in(replica: Replica) -> None:
    """Somebody has signed in at a centre, and a round went well a while ago."""
    kept = {
        "hub": "https://centre.example",
        "token": "invented",
        "who": "zhangmin",
        "last_ok": NOW.isoformat(),
    }
    for key, value in kept.items():
        replica.set_meta(key, value)


def sent(replica: Replica, at: datetime = NOW) -> None:
    """Everything there is has been sent, and both sides hold the same."""
    replica.acknowledge(replica.last_mseq, [])
    kinds = [shape.table for shape in replica.shapes.values()]
    areas: dict[str, list[str]] = {}
    for record in (record for kind in kinds for record in replica.all(kind, removed=True)):
        areas.setdefault(record.area, []).append(record.id)
    for area, ids in areas.items():
        echo = [(id_, ver) for ver, id_ in enumerate(ids, 1)]
        replica.apply(Stream(area=area, since=0, to=len(ids), echo=echo))
    proof.keep(replica, {area: replica.digest(area) for area in areas}, at)


def waiting(replica: Replica) -> list[SyncedRecord]:
    """An evening's work: telephone numbers, a new household, visits, and a person who was entered twice."""
    people = [person for person in replica.all(Resident) if person.phones]
    for number, person in enumerate(people[::9]):
        person.phones = [f"199000{number:05d}"]
    buildings = {b.id for b in replica.all(Building)}
    doors = [d for d in replica.all(Dwelling, Dwelling.tenure == "03") if d.building in buildings]
    homes = [Household(dwelling=door.id, head_name="周静", area=door.area) for door in doors[:3]]
    visits = [
        Visit(household=home.id, dwelling=home.dwelling, visited_on=NOW.date(), outcome="met", area=home.area)
        for home in replica.all(Household)[:6]
    ]
    replica.save(*people[::9])
    replica.save(*homes)
    replica.save(*visits)
    replica.remove(people[1], "重复登记")
    return [*people[::9], *homes, *visits, people[1]]


def refused(replica: Replica) -> Resident:
    """A change of a household that has gone to the neighbour's grid, and one the centre could not read."""
    one, other = [p for p in replica.all(Resident) if p.phones][2:4]
    one.marital, other.remark = "20", "楼上漏水，已报物业"
    (late,) = replica.save(one)
    (no,) = replica.save(other)
    late_told = ("这个网格已不归您负责", "修改已留给社区内勤处理，不需要您重新填写。")
    no_told = ("您没有修改这个网格的权限", "如果确需修改，请联系社区内勤。")
    replica.acknowledge(
        no.mseq,
        [
            Receipt(mseq=late.mseq, verdict=Verdict.LATE, title=late_told[0], advice=late_told[1]),
            Receipt(mseq=no.mseq, verdict=Verdict.REFUSED, title=no_told[0], advice=no_told[1]),
        ],
    )
    return other


def clash(
    replica: Replica,
    person: SyncedRecord,
    group: str,
    mine: dict[str, object],
    theirs: dict[str, object],
    before: dict[str, object],
) -> Conflict:
    """A group that somebody at the counter wrote as well; the record shows theirs."""
    at = millis_of(replica.clock.now())
    for name, value in theirs.items():
        setattr(person, name, value)
    made = Conflict(
        record_kind=person.kind(),
        record_id=person.id,
        group_name=group,
        before=before,
        kept=theirs,
        kept_by="李娜",
        kept_at=at - 7_200_000,
        lost=mine,
        lost_by=replica.author,
        lost_at=at - 9_000_000,
        area=person.area,
    )
    replica.save(made)
    if person.ver or replica.get(type(person), person.id):
        replica.save(person)
    return made


def conflicts(replica: Replica) -> list[Conflict]:
    """Two fields of one person, a removal, a text that can be joined, and a record that has moved away."""
    people = [p for p in replica.all(Resident) if p.phones]
    one, two, three = people[5:8]
    home = replica.all(Household)[7]
    gone = Resident(household=home.id, name="已搬走", area=OTHER_GRID)
    alive = {"removed_at": None, "removed_why": ""}
    away = {"removed_at": millis_of(replica.clock.now()), "removed_why": "已搬走"}
    return [
        clash(
            replica,
            one,
            "phones",
            {"phones": ["19900011111"]},
            {"phones": ["19900022222"]},
            {"phones": one.phones},
        ),
        clash(replica, one, "political", {"political": "01"}, {"political": "13"}, {"political": "03"}),
        clash(replica, two, "life", away, alive, alive),
        clash(
            replica,
            three,
            "remark",
            {"remark": "腿脚不便，上门办理"},
            {"remark": "子女周末来"},
            {"remark": ""},
        ),
        clash(replica, gone, "phones", {"phones": ["19900033333"]}, {"phones": ["19900044444"]}, {}),
    ]


def rounds(replica: Replica) -> None:
    """Four days of rounds: good ones, one cut off, one with conflicts."""
    told = (
        ("与中心一致", 42, 18, 0, 0, 61_200, 9_800),
        ("中心没有应答", 12, 0, 0, 0, 18_400, 240),
        ("与中心一致", 31, 203, 0, 2, 44_000, 1_480_000),
        ("与中心一致", 0, 6, 0, 0, 410, 3_100),
        ("已同步", 27, 9, 2, 3, 39_700, 5_200),
        ("中心没有应答", 0, 0, 0, 0, 0, 0),
    )
    for place, (words, up, down, no, clashes, out, back) in enumerate(told):
        at = NOW - timedelta(hours=13 * (len(told) - place) - 12)
        note(replica, RoundNote(at, words, up, down, no, clashes, out, back))


def everything(replica: Replica) -> None:
    """All of it at once."""
    if not replica.have():
        sent(replica)
    refused(replica)
    conflicts(replica)
    rounds(replica)
    replica.acknowledge(replica.last_mseq, [])
    waiting(replica)
