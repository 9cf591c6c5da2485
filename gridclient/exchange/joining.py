"""Links between records that came in different files: found again after every import, whatever the order of the files."""

from gridclient.exchange.entry import Entry
from gridclient.exchange.party import pair
from gridclient.exchange.places import door_entry
from gridclient.exchange.register import Register
from gridclient.records import Matter, PartyCentreHousehold, PartyMember, Steward, Visit


def join(register: Register) -> None:
    """Give 1+N lines, centre heads, party members and stewards the households and residents that are known by now."""
    centres = {centre.id: centre for centre in register.everything(PartyCentreHousehold)}
    register.waiting = [
        (centre, number)
        for centre, number in register.waiting
        if centre in centres and not pair(register, centres[centre], number)
    ]
    for centre in centres.values():
        if not centre["head"]:
            _head(register, centre)
    _visits_of_matters(register)
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


def _visits_of_matters(register: Register) -> None:
    """A visit names the matter that came of it."""
    matters = {matter["number"]: matter for matter in register.everything(Matter) if not matter["visit"]}
    for visit in register.everything(Visit) if matters else ():
        if matter := matters.get(visit["passed_on"] or "-"):
            matter.fill(visit=visit.id)


def _steward(register: Register, steward: Entry) -> None:
    dwelling = door_entry(register, steward["address"])
    for household in register.homes(dwelling.id) if dwelling else ():
        found = _named(register, household.id, steward["name"])
        if found is not None:
            steward.fill(resident=found.id)


def _named(register: Register, household: str, name: str) -> Entry | None:
    return next((member for member in register.members(household) if member["name"] == name), None)
