"""What an action on a household would do, told before it is stored: to each of its people, and to what hangs on it. Pure."""

from collections.abc import Iterable, Sequence

from gridclient.fields import Record, spec_of
from gridclient.records import Dwelling, Household, Matter, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import LeftHow
from gridclient.records.place import Tenure
from gridclient.rules import ties
from gridclient.rules.family import Family

UNTOLD = "待补"
CENTRE_HEAD = "党员中心户户主"  # a post that ends with the household, not with the person


def news(family: Family, records: Iterable[Record]) -> dict[str, str]:
    """Person's id → what would change for him or her: ``去世``, ``分出去``, ``配偶 → 户主``; only for whom it does."""
    before = {person.id: person for person in family.members}
    told: dict[str, str] = {}
    for after in records:
        if isinstance(after, Resident) and after.id in before:
            words = _change(before[after.id], after)
            if words:
                told[after.id] = words
    return told


def consequences(family: Family, records: Sequence[Record]) -> list[str]:
    """What would happen besides, a sentence each: a household that ends, its centre and matters, a door left empty."""
    ended = {r.id for r in records if isinstance(r, Household) and r.removed}
    lines = [
        f"{person.name}还是{post}，请另行安排"
        for person in records
        if isinstance(person, Resident) and person.left_how
        for id_, post in family.posts
        if id_ == person.id and not (post == CENTRE_HEAD and family.household.id in ended)
    ]
    if family.household.id in ended:
        lines.append("这一户随之结束，不再计数")
        lines += _let_go(family.tied)
    lines += [f"{_door(r)}改为{Tenure.words(r.tenure)}" for r in records if isinstance(r, Dwelling)]
    return lines


def followed(family: Family) -> list[str]:
    """What hangs on a household that comes into another one, and goes there with its people."""
    return [f"{line}转到并入的户" for line in ties.words(family.tied)]


def _change(before: Resident, after: Resident) -> str:
    if after.left_how != before.left_how:
        return LeftHow.words(after.left_how)
    going = "分出去" if after.household != before.household else ""
    if after.relation == before.relation:
        return going
    relation = f"{Relation.words(before.relation) or UNTOLD} → {Relation.words(after.relation) or UNTOLD}"
    return "，".join(part for part in (going, relation) if part)


def _let_go(tied: Sequence[Record]) -> list[str]:
    matters = [r for r in tied if isinstance(r, Matter)]
    open_ = f"{len(matters)} 件事项没有办结，请另行交代" if matters else ""
    ended = "、".join(ties.words([r for r in tied if ties.ends(r)]))
    return [line for line in (f"{ended}随之结束" if ended else "", open_) if line]


def _door(door: Dwelling) -> str:
    return f"{door.door}{'室' if door.door.isdigit() else ''}" or spec_of(door).title
