"""Two records turn out to be one person: what the other knew goes over, and everything that named him names the one kept."""

from collections.abc import Collection
from typing import Any

from sqlmodel import col

from gridclient.errors import Unfit
from gridclient.fields import Record, links_to
from gridclient.records import Household, Resident
from gridclient.records.codes import Relation
from gridclient.rules.completeness import blank
from gridclient.rules.family import copied
from sync.replica import Replica

OWN = frozenset({"household", "relation", "relation_note", "left_how", "left_on", "left_to"})


def merged(replica: Replica, kept: Resident, other: Resident, taking: Collection[str] = ()) -> list[Record]:
    """Everything to be stored when ``other`` is the same person as ``kept``, before the other one is removed.

    Blanks of the one kept are filled, telephones and labels put together; of the fields ``taking`` names, what the other
    one says counts. Unfit while the other one heads a household
    with more people in it: somebody has to follow him first.
    """
    person = copied(kept)
    for field in person.spec.fields:
        mine, his = getattr(person, field.name), getattr(other, field.name)
        if field.name in OWN:
            continue
        if field.many:
            setattr(person, field.name, [*mine, *(one for one in his or [] if one not in mine)])
        elif blank(mine) or (field.name in taking and not blank(his)):
            setattr(person, field.name, his)
    person.relation = relation_of(kept, other)
    home = _home(replica, person, other)
    changed: dict[str, Record] = {person.id: person, **({home.id: home} if home else {})}
    for spec, field in links_to("resident"):
        for record in _naming(replica, spec.table, field, other.id):
            record = changed.setdefault(record.id, record)
            named = getattr(record, field.name)
            told = [person.id if id_ == other.id else id_ for id_ in named] if field.many else person.id
            setattr(record, field.name, list(dict.fromkeys(told)) if field.many else told)
            if field.name == "head" and isinstance(record, Household):
                record.head_name = person.name
    return list(changed.values())


def relation_of(kept: Resident, other: Resident) -> str:
    """How the one who stays is related to the head: within one household its head stays it, and a blank is filled."""
    if kept.household != other.household or other.left_how:
        return kept.relation
    return other.relation if blank(kept.relation) or other.relation == Relation.HEAD.value else kept.relation


def _home(replica: Replica, person: Resident, other: Resident) -> Household | None:
    """The household that loses the other one, with its count put right."""
    home = replica.get(Household, other.household) if other.household and not other.left_how else None
    if home is None:
        return None
    staying = replica.all(
        Resident, Resident.household == home.id, Resident.left_how == "", Resident.id != other.id
    )
    if home.head == other.id and home.id != person.household:
        if staying:
            raise Unfit("另一条是一户的户主", "那一户还有别人：先在那一户办户主变更，再说是同一人。")
        home.head_name = ""
    home.size = len(staying)
    return home


def _naming(replica: Replica, table: Any, field: Any, id_: str) -> list[Any]:
    column = col(getattr(table, field.name))
    if not field.many:
        return replica.all(table, column == id_)
    return [record for record in replica.all(table) if id_ in (getattr(record, field.name) or [])]
