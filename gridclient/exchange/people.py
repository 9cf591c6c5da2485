"""Rows about persons → org units, buildings, doors, households and residents.

Serves 实有人口一张表, 户籍人口登记表, 流动人口登记表 and any list of residents with names and document numbers.
"""

from collections.abc import Sequence
from datetime import date
import re
from typing import Any

from gridclient.exchange.cells import identity_flaw
from gridclient.exchange.entry import Entry, Values
from gridclient.exchange.lines import ERROR, FIXED, WARNING, Line, demand
from gridclient.exchange.moved import Move, Terms, moved, settle
from gridclient.exchange.places import Places
from gridclient.exchange.register import Register
from gridclient.exchange.roll import Roll, whole
from gridclient.exchange.taker import Taker
from gridclient.records import Household, Resident
from gridclient.records.codes import DocumentType, Politics, Relation
from gridclient.records.people import CareLabel, HouseholdKind, PopulationKind, Presence
from gridclient.rules import identity
from gridclient.values import tidy_name

POPULATION = {"registered": PopulationKind.REGISTERED.value, "floating": PopulationKind.FLOATING.value}
PAST = ("birth", "moved_in", "inflow_since", "away_since", "permit_day")
SAID = (
    "household.number",
    "address",
    "building",
    "dwelling.door",
    "stay",
)  # where somebody lives, as a row says it
PARTY = (Politics.MEMBER.value, Politics.PROBATIONARY.value)
OF_PERSONS = {"独居老人": CareLabel.LIVING_ALONE, "留守儿童": CareLabel.LEFT_BEHIND}
OF_HOUSEHOLDS = {
    **OF_PERSONS,
    "残疾人家庭": CareLabel.DISABLED,
    "低保户": CareLabel.HARDSHIP,
    "特困供养": CareLabel.HARDSHIP,
    "退役军人家庭": CareLabel.VETERAN,
}
_PASSPORT = re.compile(r"[A-Z]{1,2}\d{6,9}|\d{9}")
_NUMBER = re.compile(r"户号[:：]?\s*(\d{4,20})")
_CONCLUDED = frozenset(
    [
        "household",
        "population",
        "id_type",
        "id_number",
        "sex",
        "birth",
        "relation",
        "remark",
        "labels",
        "registered_region",
        "inflow_from",
        "away_to",
    ]
)
_COPIED = tuple(f.name for f in Resident.spec.fields if f.name not in _CONCLUDED)


class People(Taker):
    """Takes the rows of one sheet of persons, then settles what concerns whole households."""

    def __init__(
        self, register: Register, places: Places, form: str, *, today: date, terms: Terms | None = None
    ) -> None:
        self.register, self.places, self.form, self.today = register, places, form, today
        self.terms = terms or Terms()
        self.moves: list[Move] = []
        self._roll = Roll((), today)
        self._households: dict[str, Entry] = {}
        self._placed: dict[int, Entry] = {}
        self._heads: dict[str, list[Line]] = {}

    def look_over(self, lines: Sequence[Line]) -> None:
        """Keep all rows in mind: who is in them twice, and who is a head."""
        self._roll = Roll(lines, self.today)

    def take(self, line: Line, required: frozenset[str]) -> None:
        """Enter one row, unless something is wrong with it."""
        population = _population(line) or POPULATION.get(self.form, "")
        unnumbered = population == PopulationKind.UNREGISTERED.value
        excused = {"resident.id_number"} if unnumbered else set()
        if line.get("resident.away") is not True:
            excused |= {"resident.away_reason", "resident.away_since"}
        demand(line, required, frozenset(excused))
        told = self._identity(line, population, required="resident.id_number" in required)
        self._dates(line)
        if line.refused:
            return
        household = self._household(line)
        if household is None:
            line.tell(ERROR, "address", "no_place", "没有底册里的户号，从住址也看不出是哪栋哪室")
            return
        self._resident(line, household, population, told)

    def finish(self) -> None:
        """Heads, sizes and party households of every household met."""
        for id_, household in list(self._households.items()):
            if household.held is None and not self.register.members(id_):  # nobody moved into it
                self.register.drop(Household, household)
                del self._households[id_]
        self._tell_headless()
        for household in self._households.values():
            members = self.register.members(household.id)
            heads = [m for m in members if m["relation"] == Relation.HEAD.value]
            if len(heads) > 1:
                for line in self._heads.get(household.id, [])[-1:]:
                    line.tell(WARNING, "resident.relation", "two_heads", "这一户有两个户主，请核对")
            if heads:  # of two the one who is kept, so that the same file again changes nothing
                self._head(household, next((m for m in heads if m.id == household["head"]), heads[0]))
            if self.form == "population":
                household.fill(size=len(members))
            if any(m["political"] in PARTY for m in members):
                household.fill(party_household=True)

    def _head(self, household: Entry, head: Entry) -> None:
        household.fill(head=head.id, head_name=head["name"])
        floating = head["population"] == PopulationKind.FLOATING.value
        kind = HouseholdKind.FLOATING if floating else HouseholdKind.REGISTERED
        household.fill(kind_of_household=kind.value)

    def _identity(self, line: Line, population: str, *, required: bool) -> identity.Identity | None:
        """What the document number tells; notes what is wrong with it, and puts an old number into its new form."""
        slot = "resident.id_number"
        number = line.text(slot)
        if not number:
            return None
        old, number = number, whole(number, self.today)
        abroad = population == PopulationKind.ABROAD.value
        foreign = len(number) != 18 and abroad and re.fullmatch(r"[A-Z0-9]{5,20}", number)
        flaw = None if foreign else identity_flaw(number, self.today)
        if flaw is not None:
            line.flaw(slot, flaw, required=required)
            del line.values[slot]
            return None
        line.values[slot] = number
        self._roll.tell_same(line)
        if number != old and not line.refused:
            line.tell(WARNING, slot, "id_15", "15 位旧号，已换算成 18 位，请核对")
        if foreign:
            return None
        told = identity.read(number, self.today)
        if not line.refused:
            self._roll.tell_alike(line, told)
        return told

    def _dates(self, line: Line) -> None:
        """Drop days that are yet to come, where none can be."""
        for name in PAST:
            day = line.get(f"resident.{name}")
            if day and day > self.today:
                line.tell(WARNING, f"resident.{name}", "date_future", "晚于今天，没有采用，请核对")
                del line.values[f"resident.{name}"]

    def _tell_headless(self) -> None:
        """Point at households without a head, here or among those who are kept."""
        for line in self._roll.headless(self._is_head):
            household = self._placed.get(line.row)
            members = self.register.members(household.id) if household else ()
            if all(member["relation"] != Relation.HEAD.value for member in members):
                line.tell(WARNING, "resident.relation", "no_head", "这一户没有户主，请核对")

    def _is_head(self, line: Line) -> bool:
        words = re.split(r"[；;]", line.text("remark"))
        return self._relation(line, line.text("resident.id_number"), words) == Relation.HEAD.value

    def _household(self, line: Line) -> Entry | None:
        grid = self.places.grid(line)
        number = line.text("household.number")
        if not number and (found := _NUMBER.search(line.text("remark"))):
            number = found[1]
        dwelling = self.places.behind(line, grid) or self.places.at(self._written(line), grid)
        household = self.places.household(number, dwelling, grid) or self._kept(line)
        if household is None:
            return None
        if grid is not None:
            household.fill(area=grid["code"])
        self._households[household.id] = self._placed[line.row] = household
        return household

    def _kept(self, line: Line) -> Entry | None:
        """The household somebody is kept in, when a row says nothing of where he lives: it is about him alone."""
        if any(line.text(slot) for slot in SAID):
            return None
        known = self.register.find(Resident, line.text("resident.id_number"))
        home = self.register.one(Household, known["household"]) if known and not known.frozen else None
        return None if home is None or home.frozen else home

    def _written(self, line: Line) -> str:
        """Where the registers say a person lives: the stay when the registration is elsewhere, else the registration."""
        if self.form not in POPULATION:
            return ""
        elsewhere = line.get("resident.presence") == Presence.ELSEWHERE.value or self.form == "floating"
        return line.text("stay") if elsewhere else line.text("resident.registered_address")

    def _resident(
        self, line: Line, household: Entry, population: str, told: identity.Identity | None
    ) -> None:
        number, name, birth = (
            line.text("resident.id_number"),
            line.text("resident.name"),
            line.get("resident.birth"),
        )
        birth, sex = self._told(line, told, birth or None)
        entry = self.register.resident(number, household, name, birth, household["area"])
        words = [part for part in re.split(r"[；;]", line.text("remark")) if part]
        concluded = {
            "household": household.id,
            "area": household["area"],
            "population": population,
            "id_number": number,
            "id_type": _id_type(number, told),
            "sex": sex,
            "birth": birth,
            "relation": self._relation(line, number, words),
        }
        if not self._lives(line, entry, household, concluded | _copied(line, words)):
            return
        self._household_words(line, household, entry, words)
        if entry["relation"] == Relation.HEAD.value:
            self._heads.setdefault(household.id, []).append(line)
        for field in entry.kept:
            f = Resident.spec.by_name.get(field)
            why = "您改过这一项，保留您填的内容，没有用表里的"
            line.tell(WARNING, f"resident.{field}", "kept", f"{f.label if f else field}：{why}")
        entry.kept.clear()

    def _lives(self, line: Line, entry: Entry, household: Entry, offered: Values) -> bool:
        """Enter what a row says; False when the person stays in another household than the row says."""
        kept = self.register.one(Household, entry["household"])
        gone = kept is None or kept is household or entry.frozen
        if gone or (kept and kept.held and kept.held["removed_at"] is not None):
            self.register.live(entry, household)
            entry.fill(**offered)
            return True
        move = moved(self.register, line, entry, offered, self.terms)
        self.moves.append(move)
        if move.leaves:
            self.register.live(entry, household)
        settle(line, entry, offered, move)
        return move.leaves

    def _told(
        self, line: Line, told: identity.Identity | None, birth: date | None
    ) -> tuple[date | None, str]:
        sex = line.text("resident.sex")
        if told is None:
            return birth, sex
        looked_at = any(issue.slot == "resident.birth" for issue in line.issues if issue.severity != FIXED)
        if birth is not None and birth != told.birth and not looked_at:
            line.tell(
                WARNING, "resident.birth", "birth_mismatch", "与身份证号里的生日不符，按身份证号，请核对"
            )
        if sex and sex != told.sex:
            line.tell(
                WARNING, "resident.sex", "gender_mismatch", "与身份证号里的性别不符，按身份证号，请核对"
            )
        return told.birth, told.sex

    def _relation(self, line: Line, number: str, words: list[str]) -> str:
        written = line.text("resident.relation")
        if written:
            return written
        if (number and number == line.text("head_id")) or "户主" in words:
            return Relation.HEAD.value
        head = line.text("household.head_name")
        if head and tidy_name(head) == line.text("resident.name"):
            return Relation.HEAD.value
        return next((code.value for word in words if (code := Relation.named(word))), "")

    def _household_words(self, line: Line, household: Entry, entry: Entry, words: list[str]) -> None:
        titles = [
            t for slot, t in (("five_good", "五好家庭"), ("peaceful", "平安家庭")) if line.text(slot) == "是"
        ]
        household.fill(titles="、".join(titles))
        _label(entry, [OF_PERSONS[word] for word in words if word in OF_PERSONS])
        _label(entry, [CareLabel(code) for code in line.get("resident.labels") or []])
        sorts = [*words, *re.split(r"[、，,；;/\s]+", line.text("sort_of_home"))]
        _label(household, [OF_HOUSEHOLDS[word] for word in sorts if word in OF_HOUSEHOLDS])


def _population(line: Line) -> str:
    """What kind of resident: told by its own column, or by what a form calls the sort of household (户籍, 流动)."""
    sort = PopulationKind.named(line.text("sort_of_home"))
    return line.text("resident.population") or (sort.value if sort else "")


def _label(entry: Entry, labels: list[CareLabel]) -> None:
    present = list(entry["labels"] or [])
    fresh = [label.value for label in labels if label.value not in present]
    if fresh:
        entry.fill(labels=[*present, *dict.fromkeys(fresh)])


def _id_type(number: str, told: identity.Identity | None) -> str:
    if told is not None:
        return told.id_type
    if not number:
        return ""
    passport = _PASSPORT.fullmatch(number)
    return (DocumentType.PASSPORT if passport else DocumentType.OTHER).value


def _copied(line: Line, words: list[str]) -> Values:
    """What is taken from the row as it stands."""
    return {
        "registered_region": _joined(line, "registered") or line.text("resident.registered_region"),
        "inflow_from": _joined(line, "inflow_from") or line.text("resident.inflow_from"),
        "away_to": (_joined(line, "away_to") + line.text("resident.away_to"))[-120:],
        "remark": "；".join(w for w in words if not _NUMBER.fullmatch(w) and w != "户主"),
        **{field: value for field in _COPIED if (value := line.get(f"resident.{field}")) != ""},
    }


def _joined(line: Line, slot: str) -> str:
    parts: list[Any] = [line.text(f"{slot}.{level}") for level in (1, 2, 3)]
    return "".join(parts)
