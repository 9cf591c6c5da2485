"""A few invented matters and care entries in the invented community: overdue, open, without a day, settled."""

from datetime import datetime, timedelta

from gridclient.records import Care, Household, Matter, MatterStep, Resident
from gridclient.records.matter import MatterAct
from gridclient.rules.matters import moved_by, step_of
from sync.replica import Replica
from tests.support.people import TODAY

HEARD = (
    ("dispute", "楼上漏水，卫生间顶棚渗水", -3),
    ("appeal", "楼道灯坏了两盏", 0),
    ("wish", "想给孙女找一套旧课本", 5),
    ("hazard", "单元门口堆着纸箱", None),
    ("opinion", "希望小区晚上早点关音响", -10),
)


def hear(replica: Replica) -> list[Matter]:
    """Store them; the last one is settled. The first has been worked on."""
    homes = [h for h in replica.all(Household) if h.head_name][: len(HEARD)]
    found, steps = [], []
    for place, ((kind, title, days), home) in enumerate(zip(HEARD, homes, strict=True)):
        matter = Matter(
            number=f"SX202610-TEST000{place}",
            kind_of_matter=kind,
            title=title,
            story=f"{title}。住户说已经有几天了，希望尽快有人来看。",
            heard_on=TODAY - timedelta(days=12 - place),
            household=home.id,
            people=[home.head_name],
            first_in_charge="张敏",
            due=TODAY + timedelta(days=days) if days is not None else None,
            area=home.area,
        )
        at = datetime(2026, 10, 19 + place, 19, 5)
        steps.append(step_of(matter, MatterAct.COLLECTED, "张敏", at))
        found.append(matter)
    steps += [
        _step(found[0], MatterAct.HANDLED, "联系楼上住户，约周末一起看"),
        _step(found[4], MatterAct.CLOSED, ""),
    ]
    replica.save(*found, *steps)
    return found


def care_for(replica: Replica, *, days: int = 0) -> Care:
    """One care entry whose next day is so many days after the community's own day; returns it."""
    person = next(p for p in replica.all(Resident) if p.household and not p.left_how)
    care = Care(
        household=person.household,
        resident=person.id,
        kind_of_care="alone",
        given_on=TODAY - timedelta(days=30 - days),
        what="量血压",
        given_by="张敏",
        next_day=TODAY + timedelta(days=days),
        area=person.area,
    )
    replica.save(care)
    return care


def _step(matter: Matter, act: MatterAct, told: str) -> MatterStep:
    moved_by(matter, act, TODAY - timedelta(days=1))
    return step_of(matter, act, "张敏", datetime(2026, 10, 30, 9, 30), told)
