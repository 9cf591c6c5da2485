"""The turns of a household's life: who comes, who leaves, who is the head; what to store for each, or why it may not be.

Every function takes families as they are stored and gives back copies of the records to be stored together, with the
:class:`~gridclient.records.people.HouseholdEvent` that tells of it. Nothing given is altered. A household keeps exactly one
head, nobody lives in two registered households, and who has left is counted in none. Pure.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gridclient.errors import Unfit
from gridclient.fields import Record
from gridclient.records import Dwelling, Household, HouseholdEvent, Resident
from gridclient.records.codes import Relation
from gridclient.records.people import HouseholdKind, LeftHow, Turn
from gridclient.records.place import Tenure
from gridclient.rules import ties
from gridclient.rules.family import Family, breaches, copied
from gridclient.rules.kinship import through, to_new_head

LONGEST = 200  # letters of the words an event keeps


@dataclass(frozen=True)
class Note:
    """Which day it happened, who wrote it down and when (local, without a zone), and a remark."""

    on: date
    by: str
    at: datetime
    remark: str = ""


def change_head(family: Family, heir: str, note: Note) -> list[Record]:
    """The member with the id ``heir`` becomes the head; the others are told to the new one as far as it follows.

    The head there is may be named again where a household has several, or another name for it.
    """
    _must_live_here(family, [heir] if heir else [])
    was = family.head
    if was is not None and was.id == heir and not breaches([family]):
        raise Unfit("这一位已经是户主", "请选另一位成员。")
    household, members = copied(family.household), [copied(m) for m in family.members]
    if was is not None:
        _seat(household, members, next(m for m in members if m.id == was.id))
    return [household, *members, *_crowned(household, members, heir, note)]


def leave(
    family: Family, leaving: Collection[str], how: str, note: Note, *, to: str = "", heir: str = ""
) -> list[Record]:
    """The members with these ids moved out or died (a code of LeftHow); when nobody stays the household ends.

    A household of which nobody is known but the head's name leaves with nobody chosen. ``heir`` is the id of who follows when the head is among them. Unfit when that is asked for and not told.
    """
    if family.members or leaving:
        _must_live_here(family, leaving)
    gone = [copied(m) for m in family.members if m.id in leaving]
    for person in gone:
        person.left_how, person.left_on = how, note.on
        person.left_to = "" if how == LeftHow.DIED else to
    staying = [copied(m) for m in family.without(leaving)]
    household = copied(family.household)
    before = "" if how == LeftHow.DIED else family.place
    event = _event(_leaving(family, how, whole=not staying), note, household, gone, before, to)
    event.people = event.people or [name for name in (household.head_name,) if name]
    rest = _kept(family, household, staying, heir, note) if staying else _ended(family, household, event)
    return [household, *gone, *staying, event, *rest]


def returned(newcomers: Sequence[Resident], away: Sequence[Resident]) -> list[Resident]:
    """The newcomers, with those who moved out before (among ``away``) as the records they are; Unfit for one who died."""
    known = {p.id_number: p for p in sorted(away, key=lambda p: p.left_on or date.min) if p.id_number}
    return [_back(person, known.get(person.id_number)) for person in newcomers]


def join(
    family: Family,
    newcomers: Sequence[Resident],
    note: Note,
    *,
    born: bool = False,
    known: Sequence[Family] = (),
) -> list[Record]:
    """People come to a household, or are ``born`` into it. ``known`` are the families of any who are registered already.

    Whoever lives in a ``known`` household of the same kind is moved from there, never entered twice. Unfit for a head
    others would have to do without.
    """
    household = copied(family.household)
    members = [copied(m) for m in family.members]
    came, rest = _brought(household, newcomers, note, known, family.place)
    if family.head is not None:
        for person in came:
            person.relation = "" if person.relation == Relation.HEAD else person.relation
    before = (
        ""
        if born
        else _places(known, came) or "、".join(dict.fromkeys(p.inflow_from for p in came if p.inflow_from))
    )
    event = _event(Turn.BORN if born else Turn.JOINED, note, household, came, before, family.place)
    everybody = [*members, *came]
    head = family.head or next((p for p in came if p.relation == Relation.HEAD), None)
    if head is not None:
        _seat(household, everybody, next(p for p in everybody if p.id == head.id))
    household.size = len(everybody)
    return [household, *everybody, event, *rest]


def found(
    dwelling: Dwelling,
    place: str,
    household: Household,
    people: Sequence[Resident],
    note: Note,
    *,
    known: Sequence[Family] = (),
) -> list[Record]:
    """A new household behind a door; its head is whoever is told to be, else the first. ``known`` as in :func:`join`."""
    if not people:
        raise Unfit("还没有填人", "一户至少要有一个人。")
    household, door = copied(household), copied(dwelling)
    household.dwelling, household.area = door.id, door.area
    came, rest = _brought(household, people, note, known, place)
    head = next((p for p in came if p.relation == Relation.HEAD), came[0])
    _seat(household, came, head)
    floating = household.kind_of_household == HouseholdKind.FLOATING
    event = _event(Turn.LET if floating else Turn.FOUNDED, note, household, came, _places(known, came), place)
    return [household, *came, *_lived_in(door, floating=floating), event, *rest]


def split(
    family: Family,
    leaving: Collection[str],
    head: str,
    note: Note,
    *,
    dwelling: Dwelling,
    place: str,
    number: str = "",
    heir: str = "",
) -> list[Record]:
    """The members with these ids become a household of their own, led by ``head``, behind a door.

    ``number`` is its 户号; ``heir`` follows in the old one when its head is among those who go. Both keep somebody.
    """
    _must_live_here(family, leaving)
    staying = [copied(m) for m in family.without(leaving)]
    if not staying:
        raise Unfit("不能全家都分出去", "全家搬走请用整户迁移。")
    if head not in leaving:
        raise Unfit("新户由谁做户主？", "走到分出去的那一位，按 H。")
    old, door = copied(family.household), copied(dwelling)
    new = Household(dwelling=door.id, area=door.area, kind_of_household=old.kind_of_household, number=number)
    going = [copied(m) for m in family.members if m.id in leaving]
    for person in going:
        person.household, person.area = new.id, door.area
    leader = next(p for p in going if p.id == head)
    _retell(going, leader)
    _seat(new, going, leader)
    event = _event(Turn.SPLIT, note, old, going, family.place, place)
    event.other = new.id
    rest = _kept(family, old, staying, heir, note)
    return [old, *staying, new, *going, *_lived_in(door, floating=family.floating), event, *rest]


def merge(family: Family, other: Family, relation: str, note: Note) -> list[Record]:
    """Another household comes into this one and ends; its head is ``relation`` (a code) to the head here.

    Appointments, pairings and matters of the other follow its people.
    """
    if family.household.id == other.household.id:
        raise Unfit("不能和自己并户", "请选另一户。")
    if family.household.kind_of_household != other.household.kind_of_household:
        raise Unfit("户类别不同，不能并户", "先在“改户资料”里改成同一类，或者逐人办迁出、迁入。")
    head, old = family.head, other.head
    if head is None or (old is None and other.members):
        raise Unfit("有一户还没有户主", "先办户主变更，选好户主再并户。")
    household, ended = copied(family.household), copied(other.household)
    members, came = [copied(m) for m in family.members], [copied(m) for m in other.members]
    relation = "" if relation == Relation.HEAD else relation
    for person, as_stored in zip(came, other.members, strict=True):
        person.household, person.area = household.id, household.area
        person.relation = through(as_stored, old, relation, head) if old else ""
    event = _event(Turn.MERGED, note, household, came, other.place, family.place)
    event.other = ended.id
    _end(ended, event)
    _seat(household, [*members, *came], next(m for m in members if m.id == head.id))
    followed = ties.follow(map(copied, other.tied), household)
    left = _left_empty(other) if ended.dwelling != household.dwelling else []
    return [household, *members, *came, ended, event, *followed, *left]


def move(family: Family, dwelling: Dwelling, place: str, note: Note) -> list[Record]:
    """The whole household moves behind another door, with its number and all that is tied to it.

    The door it leaves is empty from then on when nobody else lives there.
    """
    household, door = copied(family.household), copied(dwelling)
    if household.dwelling == door.id:
        raise Unfit("已经住在这一户了", "请填另一扇门。")
    event = _event(Turn.MOVED, note, household, family.members, family.place, place)
    household.dwelling = door.id
    moved = [household, *map(copied, family.members), *map(copied, family.tied)]
    for record in moved:
        record.area = door.area
    return [*moved, *_lived_in(door, floating=family.floating), *_left_empty(family), event]


def told(event: HouseholdEvent) -> str:
    """Who, and from where to where, in one line: ``王强、王丽：由 1栋101 到 1栋102``."""
    way = [f"由 {event.before}" if event.before else "", f"到 {event.after}" if event.after else ""]
    line = "：".join(filter(None, ("、".join(event.people), " ".join(filter(None, way)))))
    return line + (f"（{event.remark}）" if event.remark else "")


def _must_live_here(family: Family, ids: Collection[str]) -> None:
    if not ids:
        raise Unfit("还没有选人", "按空格选中，再保存。")
    if not set(ids) <= {m.id for m in family.members}:
        raise Unfit("选中的人已经不在这一户", "这一户刚被别人改过，请关掉重新打开。")


def _kept(
    family: Family, household: Household, staying: list[Resident], heir: str, note: Note
) -> list[Record]:
    """Seat a head among those who stay: the old one, the heir, or the only one there is."""
    household.size, was = len(staying), family.head
    if was is None:
        return []
    still = next((p for p in staying if p.id == was.id), None)
    if still is not None and not heir:
        _seat(household, staying, still)
        return []
    heir = heir or (staying[0].id if len(staying) == 1 else "")
    if heir not in {p.id for p in staying}:
        raise Unfit("户主离开后由谁接任？", "走到接任的那一位，按 H。")
    return _crowned(household, staying, heir, note)


def _crowned(household: Household, members: list[Resident], heir: str, note: Note) -> list[Record]:
    head = next(p for p in members if p.id == heir)
    was = "" if household.head == heir else household.head_name
    event = _event(Turn.HEAD, note, household, [head], was, head.name)
    _retell(members, head)
    _seat(household, members, head)
    return [event]


def _retell(members: Iterable[Resident], head: Resident) -> None:
    """Tell everybody's relation to a new head; all are told from the old one until now."""
    told = {p.id: to_new_head(p, head) for p in members if p is not head}
    for person in members:
        person.relation = told.get(person.id, Relation.HEAD.value)
        person.relation_note = "" if person is head else person.relation_note


def _seat(household: Household, members: Sequence[Resident], head: Resident) -> None:
    for person in members:
        if person is not head and person.relation == Relation.HEAD:
            person.relation = ""
    head.relation = Relation.HEAD.value
    household.head, household.head_name, household.size = head.id, head.name, len(members)


def _brought(
    household: Household, people: Sequence[Resident], note: Note, known: Sequence[Family], to: str
) -> tuple[list[Resident], list[Record]]:
    """The newcomers as members of ``household``, those known already as the records they are; and what their old homes lose."""
    alike = [f for f in known if f.household.kind_of_household == household.kind_of_household]
    stored = {m.id_number: (f, m) for f in alike for m in f.members if m.id_number}
    came: list[Resident] = []
    taken: dict[str, list[str]] = {}
    for person in people:
        if person.id_number and person.id_number in {p.id_number for p in came}:
            raise Unfit("同一个身份证号填了两次", "请核对号码，不要重复登记。")
        family, record = stored.get(person.id_number, (None, person))
        here = copied(record)
        if family is not None:
            if family.household.id == household.id:
                raise Unfit("这个身份证号已经在本户", "请核对号码，不要重复登记。")
            here.phones, here.relation = person.phones or record.phones, person.relation
            taken.setdefault(family.household.id, []).append(record.id)
        here.household, here.area = household.id, household.area
        came.append(here)
    rest = [r for f in alike if f.household.id in taken for r in _without(f, taken[f.household.id], note, to)]
    return came, rest


def _back(person: Resident, left: Resident | None) -> Resident:
    """Somebody who left before, as told now."""
    if left is None:
        return person
    if left.left_how == LeftHow.DIED:
        raise Unfit("这个身份证号登记为已去世", "请核对号码；登记错了的，先在居民资料里改回来。")
    here = copied(left)
    here.left_how, here.left_on, here.left_to = "", None, ""
    here.phones, here.relation = person.phones or left.phones, person.relation
    for name in ("population", "inflow_reason", "inflow_since", "lodging"):
        setattr(here, name, getattr(person, name))
    return here


def _without(family: Family, gone: list[str], note: Note, to: str) -> list[Record]:
    """What is stored of a family some of whom went over to another household."""
    household, staying = copied(family.household), [copied(m) for m in family.without(gone)]
    if family.needs_heir(gone):
        raise Unfit("其中一位是另一户的户主", "先到那一户办户主变更，再来迁入。")
    people = [m for m in family.members if m.id in gone]
    turn = _leaving(family, LeftHow.MOVED, whole=not staying)
    event = _event(turn, note, household, people, family.place, to)
    rest = _kept(family, household, staying, "", note) if staying else _ended(family, household, event)
    return [household, *staying, event, *rest]


def _leaving(family: Family, how: str, *, whole: bool) -> Turn:
    if how == LeftHow.DIED:
        return Turn.DIED
    if not whole:
        return Turn.LEFT
    return Turn.VACATED if family.floating else Turn.GONE


def _ended(family: Family, household: Household, event: HouseholdEvent) -> list[Record]:
    _end(household, event)
    gone = ties.let_go(map(copied, family.tied), event.happened_on or date.min)
    return [*gone, *_left_empty(family)]


def _end(household: Household, event: HouseholdEvent) -> None:
    moment = event.recorded_at
    household.removed_at = int(moment.timestamp() * 1000) if moment else 0
    household.removed_why = Turn.words(event.turn)
    household.size = 0


def _lived_in(door: Dwelling, *, floating: bool) -> list[Record]:
    """The door, when it was thought to be empty, or is let from now on."""
    tenure = Tenure.RENTED if floating else Tenure.OWN
    if door.tenure == tenure or (door.tenure not in ("", Tenure.EMPTY) and not floating):
        return []
    door.tenure = tenure.value
    return [door]


def _left_empty(family: Family) -> list[Record]:
    """The door, when nobody lives behind it any more."""
    if not family.alone or family.door.tenure == Tenure.EMPTY:
        return []
    door = copied(family.door)
    door.tenure = Tenure.EMPTY.value
    return [door]


def _places(known: Sequence[Family], came: Iterable[Resident]) -> str:
    ids = {p.id for p in came}
    return "、".join(dict.fromkeys(f.place for f in known if any(m.id in ids for m in f.members)))


def _event(
    turn: Turn, note: Note, household: Household, people: Iterable[Resident], before: str, after: str
) -> HouseholdEvent:
    return HouseholdEvent(
        turn=turn.value,
        happened_on=note.on,
        people=[p.name for p in people],
        before=before[:LONGEST],
        after=after[:LONGEST],
        household=household.id,
        dwelling=household.dwelling,
        area=household.area,
        recorded_by=note.by,
        recorded_at=note.at,
        remark=note.remark,
    )
