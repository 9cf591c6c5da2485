"""Rows of 党员中心户登记表 → centre households, their heads, party organisations, 1+N lists and last gatherings."""

import re

from gridclient.exchange.entry import Entry
from gridclient.exchange.lines import ERROR, WARNING, Line, demand
from gridclient.exchange.places import Places
from gridclient.exchange.register import Register, centre_key
from gridclient.exchange.taker import Taker
from gridclient.records import (
    CentreActivity,
    Household,
    Pairing,
    PartyCentreHousehold,
    PartyMember,
    PartyOrg,
)
from gridclient.records.party import PartyLevel

_CONCLUDED = frozenset(("household", "head", "group", "approved_by"))
_COPIED = tuple(f.name for f in PartyCentreHousehold.spec.fields if f.name not in _CONCLUDED)
_NUMBERS = re.compile(r"[0-9A-Za-z-]+")


class Centres(Taker):
    """Takes the rows of one register of centre households."""

    def __init__(self, register: Register, places: Places) -> None:
        self.register, self.places = register, places

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        demand(line, required)
        if line.refused:
            return
        grid = self.places.grid(line)
        household = self.places.household(line.text("household.number"), self.places.behind(line, grid), grid)
        if household is None:
            line.tell(ERROR, "address", "no_place", "没有底册里的户号，从住址也看不出是哪栋哪室")
            return
        group, branch = party_tree(self.register, line.text("group"), line.text("branch"))
        centre = self._centre(line, household, group, branch)
        self._member(line, centre, group)
        self._activity(line, centre)
        self._pairings(line, centre)

    def _centre(self, line: Line, household: Entry, group: Entry | None, branch: Entry | None) -> Entry:
        number = line.text("party_centre_household.number")
        key = centre_key(number, household.id, line.text("party_centre_household.head_name"))
        centre = self.register.put(PartyCentreHousehold, *key, area=household["area"])
        values = {name: line.get(f"party_centre_household.{name}") for name in _COPIED}
        household.unless_known(head_name=values["head_name"])
        return centre.fill(
            **values,
            household=household.id,
            group=group.id if group else "",
            approved_by=branch.id if branch else "",
        )

    def _member(self, line: Line, centre: Entry, group: Entry | None) -> None:
        name, org = centre["head_name"], group.id if group else ""
        head = next((m for m in self.register.members(centre["household"]) if m["name"] == name), None)
        member = self._known(head, name, org)
        member = member or self.register.put(PartyMember, *_key(head, name, org), area=centre["area"])
        member.fill(
            name=name, org=org, joined=line.text("party_member.joined"), resident=head.id if head else ""
        )
        if head:
            centre.fill(head=head.id)

    def _known(self, head: Entry | None, name: str, org: str) -> Entry | None:
        """The member who is this resident, else one of the name in the group who is nobody else."""
        known = self.register.find(PartyMember, head.id, "") if head else None
        same = self.register.find(PartyMember, name, org)
        other = head and same and same["resident"] not in ("", head.id)
        return known or (None if other else same)

    def _activity(self, line: Line, centre: Entry) -> None:
        held_on, theme = line.get("centre_activity.held_on"), line.text("centre_activity.theme")
        if not held_on or not theme:
            return
        entry = self.register.put(CentreActivity, centre.id, str(held_on), theme, area=centre["area"])
        entry.fill(centre=centre.id, held_on=held_on, theme=theme)
        names = ("attendance", "opinions", "settled", "yearly")
        counted = {name: line.get(f"centre_activity.{name}") for name in names}
        entry.fill(**{name: value for name, value in counted.items() if value != ""})

    def _pairings(self, line: Line, centre: Entry) -> None:
        numbers = list(dict.fromkeys(_NUMBERS.findall(line.text("paired"))))
        counted = line.text("paired_count")
        if counted and counted != str(len(numbers)):
            line.tell(WARNING, "paired_count", "count_mismatch", f"名单里是 {len(numbers)} 户，与户数不符")
        unknown = [number for number in numbers if not pair(self.register, centre, number)]
        self.register.waiting += [
            (centre.id, n) for n in unknown if (centre.id, n) not in self.register.waiting
        ]
        if unknown:
            why = f"{len(unknown)} 户的户号底册里还没有，导入底册后会自动接上"
            line.tell(WARNING, "paired", "waiting", why)


def _key(head: Entry | None, name: str, org: str) -> tuple[str, str]:
    return (head.id, "") if head else (name, org)


def pair(register: Register, centre: Entry, number: str) -> bool:
    """Enter one line of a 1+N list; False when nobody knows the household yet."""
    household = register.find(Household, number)
    if household is None:
        return False
    entry = register.put(Pairing, centre.id, household.id, area=centre["area"])
    entry.fill(centre=centre.id, household=household.id, contact=centre["head_name"])
    return True


def party_tree(register: Register, group: str, branch: str) -> tuple[Entry | None, Entry | None]:
    """The party group and the branch above it, by name; both carry the community's code."""
    above = _org(register, PartyLevel.BRANCH, branch)
    below = _org(register, PartyLevel.GROUP, group)
    if above and below:
        below.unless_known(parent=above.id)
    return below, above


def _org(register: Register, level: PartyLevel, name: str) -> Entry | None:
    if not name:
        return None
    entry = register.put(PartyOrg, level.value, name, area=register.home)
    return entry.unless_known(name=name, level=level.value)
