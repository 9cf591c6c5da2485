"""What this laptop keeps already, found by its natural keys, and what an import adds to it.

Each kind is loaded once, whole, when it is first asked for. Nothing is written here: :meth:`Register.touched` gives the
entries to be written.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
import json
import re
from typing import Any

from sqlalchemy import String, Table as SqlTable, or_, select, type_coerce

from gridclient.errors import Unfit
from gridclient.exchange.entry import SOURCE, Entry, Values, json_columns
from gridclient.records import (
    Building,
    CentreActivity,
    Dwelling,
    GridWorker,
    Household,
    Matter,
    MatterStep,
    OrgUnit,
    Pairing,
    PartyCentreHousehold,
    PartyMember,
    PartyOrg,
    Resident,
    Steward,
    Visit,
)
from gridclient.records.area import Level
from gridclient.rules.doors import number_of
from gridclient.rules.numbering import rooms_of
from gridclient.store.imports import RANGES, UNDONE
from sync.record import SyncedRecord
from sync.replica import Replica

WAITING = "exchange.waiting"  # meta key: JSON list of [id, number]: a centre and a household, a matter and a visit not known yet
ORDINAL = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)  # of a grid: its code has three digits for it
Key = tuple[Any, ...]
_UNREAD = frozenset(("unknown", "ver", "created_at", "created_by", "updated_at", "updated_by", "removed_why"))

_KEYS: dict[type[SyncedRecord], Callable[[Values], Key]] = {
    OrgUnit: lambda v: (v["level"], unit_key(v["name"])),
    GridWorker: lambda v: (v["id_number"] or v["name"],),
    Building: lambda v: (v["name"],),
    Dwelling: lambda v: (v["building"], v["unit"], v["door"]),
    Household: lambda v: (v["number"],),
    Resident: lambda v: (v["id_number"],),
    PartyOrg: lambda v: (v["level"], v["name"]),
    PartyMember: lambda v: (v["resident"] or v["name"], v["org"] if not v["resident"] else ""),
    PartyCentreHousehold: lambda v: centre_key(v["number"], v["household"], v["head_name"]),
    Pairing: lambda v: (v["centre"], v["household"]),
    CentreActivity: lambda v: (v["centre"], str(v["held_on"]), v["theme"]),
    Steward: lambda v: (v["name"], v["role"], v["building"]),
    Visit: lambda v: visit_key(v["number"], v["visited_on"], v["dwelling"], v["hours"]),
    Matter: lambda v: matter_key(
        v["number"], v["kind_of_matter"], v["heard_on"], v["title"], json.loads(v["people"] or "[]")
    ),
    MatterStep: lambda v: (v["matter"], v["act"], str(v["at"]), v["told"]),
}


class Register:
    """All entries of one import. ``home`` is the community's area code of twelve digits."""

    def __init__(self, replica: Replica, home: str) -> None:
        self.home = home
        self._replica = replica
        self._shelves: dict[type[SyncedRecord], dict[Key, Entry]] = {}
        self._by_id: dict[str, Entry] = {}
        self._ranges = [tuple(r) for r in json.loads(replica.meta(RANGES) or "[]")]
        self.waiting = [tuple(w) for w in json.loads(replica.meta(WAITING) or "[]")]
        self._members: dict[str, list[Entry]] | None = None
        self._homes: dict[str, list[Entry]] | None = None
        self._merged: dict[Key, str] | None = None

    def find(self, table: type[SyncedRecord], *key: Any) -> Entry | None:
        """The entry of a kind under its natural key; None when there is none, or when the key is empty."""
        return self._shelf(table).get(key) if any(key) else None

    def put(self, table: type[SyncedRecord], *key: Any, area: str) -> Entry:
        """The entry under this natural key, made (in ``area``) when there is none yet."""
        shelf = self._shelf(table)
        entry = shelf.get(key) if any(key) else None
        if entry is None:
            entry = self._new(table, area)
            shelf[key if any(key) else (entry.id,)] = entry
        return entry

    def at(self, id_: str) -> Entry | None:
        """The entry with this id, when its kind has been asked for."""
        return self._by_id.get(id_)

    def one(self, table: type[SyncedRecord], id_: str) -> Entry | None:
        """The entry of a kind with this id; None when there is none."""
        self._shelf(table)
        return self._by_id.get(id_)

    def drop(self, table: type[SyncedRecord], entry: Entry) -> None:
        """Forget an entry that was made for nothing."""
        shelf = self._shelf(table)
        for key in [key for key, one in shelf.items() if one is entry]:
            del shelf[key]
        self._by_id.pop(entry.id, None)

    def everything(self, table: type[SyncedRecord]) -> list[Entry]:
        """All entries of a kind that are not removed."""
        return [e for e in self._shelf(table).values() if e.held is None or e.held["removed_at"] is None]

    def touched(self) -> Iterator[Entry]:
        """The entries with something to write, what others point at first."""
        for table in _KEYS:
            yield from (e for e in self._shelves.get(table, {}).values() if e.held is None or e.fresh)

    def members(self, household: str) -> list[Entry]:
        """The residents of a household, kept and new."""
        if self._members is None:
            self._members = defaultdict(list)
            for entry in self.everything(Resident):
                self._members[entry["household"]].append(entry)
        return self._members[household]

    def homes(self, dwelling: str) -> list[Entry]:
        """The households behind a door, kept and new."""
        if self._homes is None:
            self._homes = defaultdict(list)
            for entry in self.everything(Household):
                self._homes[entry["dwelling"]].append(entry)
        return self._homes[dwelling]

    def door(self, building: str, unit: str, door: str) -> str:
        """The number of the door behind which a room is: another one when it was merged into that."""
        if self._merged is None:
            doors = [e for e in self.everything(Dwelling) if len(rooms_of(e["door"])) > 1]
            self._merged = {
                (e["building"], e["unit"], room): e["door"] for e in doors for room in rooms_of(e["door"])
            }
        return self._merged.get((building, unit, door), door)

    def resident(self, number: str, household: Entry, name: str, birth: Any, area: str) -> Entry:
        """A resident by document number, else by name and birth within the household; made when unknown."""
        entry = self.find(Resident, number)
        if entry is None:
            alike = [e for e in self.members(household.id) if e["name"] == name]
            same = [e for e in alike if not (number and e["id_number"]) and birth in (e["birth"], None, "")]
            entry = same[0] if same else None
        return entry or self.put(Resident, number, area=area)

    def live(self, resident: Entry, household: Entry) -> None:
        """Count somebody among a household, and no longer among the one he is kept in; whoever headed that leaves it so."""
        old = self.one(Household, resident["household"])
        if old is not None and old is not household:
            self.members(old.id)[:] = [one for one in self.members(old.id) if one is not resident]
            if old["head"] == resident.id:
                old.fresh |= {"head": "", "head_name": ""}
        if resident not in self.members(household.id):
            self.members(household.id).append(resident)

    def settle(self, household: Entry, dwelling: Entry) -> None:
        """Put a household behind a door."""
        household.fill(dwelling=dwelling.id)
        if household not in self.homes(dwelling.id):
            self.homes(dwelling.id).append(household)

    def number(self, household: Entry, number: str) -> None:
        """Give a household that has none its number; rows after this one find it by that."""
        household.fill(number=number)
        shelf = self._shelf(Household)
        shelf.pop((household.id,), None)
        shelf[(number,)] = household

    def community(self, name: str) -> Entry:
        """The community itself: the unit with the code ``home``, named after the form when it has no name yet."""
        entry = next((e for e in self.everything(OrgUnit) if e["code"] == self.home), None)
        if entry is None:
            entry = self.put(OrgUnit, Level.COMMUNITY.value, name or self.home, area=self.home)
            entry.fill(name=name or self.home, level=Level.COMMUNITY.value, code=self.home)
        elif name and entry["name"] == self.home:
            entry.fill(name=name)
        return entry

    def grid(self, name: str, community: Entry) -> Entry:
        """A grid by its name or ordinal; a new one gets the code of its ordinal, or the next free one."""
        entry = self.put(OrgUnit, Level.GRID.value, unit_key(name), area=self.home)
        if not entry["code"]:
            taken = {e["code"] for e in self.everything(OrgUnit)}
            entry.fill(name=name, level=Level.GRID.value, parent=community.id, code=self._code(name, taken))
        return entry

    def estate(self, name: str, community: Entry) -> Entry:
        """A housing estate by its name."""
        entry = self.put(OrgUnit, Level.ESTATE.value, unit_key(name), area=self.home)
        return entry.unless_known(name=name, level=Level.ESTATE.value, parent=community.id)

    def _code(self, name: str, taken: set[str]) -> str:
        ordinal = unit_key(name)
        wanted = f"{self.home}{int(ordinal):03d}" if ORDINAL.fullmatch(ordinal) else ""
        if wanted and wanted not in taken:
            return wanted
        free = (code for n in range(1, 1000) if (code := f"{self.home}{n:03d}") not in taken)
        if (code := next(free, "")) == "":
            raise Unfit("网格太多", "一个社区最多 999 个网格。请到“对应”里看看，哪一列当成了网格。")
        return code

    def _shelf(self, table: type[SyncedRecord]) -> dict[Key, Entry]:
        if table not in self._shelves:
            self._shelves[table] = self._load(table)
        return self._shelves[table]

    def _load(self, table: type[SyncedRecord]) -> dict[Key, Entry]:
        """What is kept of a kind; what went with an import that was taken back may come anew with the next one."""
        columns: SqlTable = getattr(table, "__table__")  # noqa: B009 - SQLModel tells mypy nothing of it
        lists = json_columns(table)
        wanted = [column for column in columns.columns if column.name not in _UNREAD]
        raw = [type_coerce(c, String).label(c.name) if c.name in lists else c for c in wanted]
        names = [column.name for column in wanted]
        key = _KEYS[table]
        shelf: dict[Key, Entry] = {}
        kept = or_(columns.c.removed_at.is_(None), columns.c.removed_why != UNDONE)
        for row in self._replica.rows(select(*raw).where(kept)):
            held = dict(zip(names, row, strict=True))
            entry = Entry(table, held, self._imported)
            self._by_id[entry.id] = entry
            natural = key(held)
            present = shelf.get(natural)
            free = not any(natural) or (present is not None and held["removed_at"] is not None)
            shelf[(entry.id,) if free else natural] = entry
        return shelf

    def _new(self, table: type[SyncedRecord], area: str) -> Entry:
        entry = Entry(table)
        entry.fresh |= {"area": area, "source": SOURCE}
        self._by_id[entry.id] = entry
        return entry

    def _imported(self, stamp: Any) -> bool:
        origin, mseq = stamp[0], stamp[1]
        return any(origin == of and first <= mseq <= last for of, first, last in self._ranges)


def visit_key(number: str, day: Any, dwelling: str, hours: str) -> Key:
    """A visit is known by its number; one without a number by its day, door and hours."""
    return (number,) if number else ("", str(day), dwelling, hours)


def centre_key(number: str, household: str, head: str) -> Key:
    """A centre is known by its number; one without a number by its household and whoever heads it."""
    return (number,) if number else ("", household, head)


def matter_key(number: str, kind: str, day: Any, title: str, people: list[str]) -> Key:
    """A matter is known by its number; one without a number by its day, what it is about and whose it is."""
    return (number,) if number else ("", kind, str(day), title, *people)


def unit_key(name: str) -> str:
    """第十二网格, 12网格 and 第12网格 → ``12``; a name without a number is itself."""
    match = re.fullmatch(r"第?([0-9一二三四五六七八九十百零]+)(?:号)?网格", name)
    if match is None:
        return name
    plain = number_of(match[1])
    return str(int(plain)) if plain.isdecimal() and len(plain) < 10 else name
