"""Links between records that came in different files: found again after every import, whatever the order of the files."""

from gridclient.exchange.entry import Entry
from gridclient.exchange.party import pair
from gridclient.exchange.places import door_entry
from gridclient.exchange.register import Register
from gridclient.records import Matter, PartyCentreHousehold, PartyMember, Steward, Visit


def join(register: Register) -> None:
    """Give 1+N lines, centre heads, party members, stewards and matters what they point at, as far as it is known now."""
    centres = {centre.id: centre for centre in register.everything(PartyCentreHousehold)}
    matters = {matter.id: matter for matter in register.everything(Matter)} if register.waiting else {}
    register.waiting = [
        (owner, number)
        for owner, number in register.waiting
        if (owner in centres and not pair(register, centres[owner], number))
        or (owner in matters and not _came_from(register, matters[owner], number))
    ]
    for centre in centres.values():
        if not centre["head"]:
            _head(register, centre)
    for steward in register.everything(Steward):
        if not steward["resident"]:
            _steward(register, steward)


def _head(register: Register, centre: Entry) -> None:
    head = _named(register, centre["household"], centre["head_name"])
    if head is None:
        return
    centre.fill(head=head.id)
    for member in register.everything(PartyMember):
        if (
            not member["resident"]
            and member["name"] == centre["head_name"]
            and member["org"] == centre["group"]
        ):
            member.fill(resident=head.id)


def _came_from(register: Register, matter: Entry, number: str) -> bool:
    """Give a matter the visit it came from; False when that is not known yet."""
    visit = register.find(Visit, number)
    if visit is not None:
        matter.fill(visit=visit.id)
    return visit is not None


def _steward(register: Register, steward: Entry) -> None:
    dwelling = door_entry(register, steward["address"])
    for household in register.homes(dwelling.id) if dwelling else ():
        found = _named(register, household.id, steward["name"])
        if found is not None:
            steward.fill(resident=found.id)


def _named(register: Register, household: str, name: str) -> Entry | None:
    return next((member for member in register.members(household) if member["name"] == name), None)
