"""Several laptops, a bad line, cuts, wrong clocks and restores in any order: no edit is lost and all agree at the end."""

from contextlib import suppress
from dataclasses import dataclass
import json
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
import msgspec
import pytest

from sync.errors import SyncError
from sync.memory import Holdings, MemoryHub
from sync.merge import written_of
from sync.outbox import DONE
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.toys import ToyHouse

AREAS = ("520101", "520102", "520103")
YEAR_MS = 365 * 24 * 3600 * 1000
NOW = 1_795_000_000_000
FAULTS = ("request lost", "answer lost", "sent twice")


@dataclass
class Edit:
    """A value somebody typed: a token nobody else types."""

    token: str
    saw: str
    laptop: int
    fragile: bool = False


@dataclass
class Image:
    """A laptop's disk as it once was, and the edits it knew."""

    disk: bytes
    edits: frozenset[str]


class Storm(RuleBasedStateMachine):
    """The machine draws what happens; what must hold is checked when the storm is over."""

    @initialize(
        count=st.integers(2, 3), clocks=st.lists(st.sampled_from([0, 0, -50, 50]), min_size=3, max_size=3)
    )
    def begin(self, count: int, clocks: list[int]) -> None:
        self.ms, self.typing = NOW, 0
        self.hub = MemoryHub(now=lambda: self.ms)
        self.clocks = clocks
        self.edits: list[Edit] = []
        self.undone: set[str] = set()
        self.images: dict[int, Image] = {}
        self.backup: Holdings | None = None
        for number in range(count):
            self.hub.add_account(f"w{number}", PASSWORD, AREAS)
        self.laptops = [self.laptop(number) for number in range(count)]

    def laptop(self, number: int, disk: bytes = b"") -> Laptop:
        offset = self.clocks[number] * YEAR_MS
        return Laptop(self.hub, f"w{number}", image=disk, wall=lambda: max(0, self.ms + offset))

    def which(self, number: int) -> int:
        self.ms += 1000
        return number % len(self.laptops)

    def typed(self, number: int, saw: str) -> str:
        self.typing += 1
        token = f"t{self.typing}."
        self.edits.append(Edit(token, saw, number))
        return token

    @rule(number=st.integers(0, 2), area=st.sampled_from(AREAS))
    def make(self, number: int, area: str) -> None:
        number = self.which(number)
        token = self.typed(number, "")
        self.laptops[number].replica.save(ToyHouse(area=area, name=token, street=token, number=token))

    @rule(number=st.integers(0, 2), pick=st.integers(0, 99), part=st.sampled_from(["name", "address"]))
    def edit(self, number: int, pick: int, part: str) -> None:
        number = self.which(number)
        house = self.house(number, pick)
        if house is None:
            return
        token = self.typed(number, house.name if part == "name" else house.street)
        if part == "name":
            house.name = token
        else:
            house.street = house.number = token
        self.laptops[number].replica.save(house)

    @rule(number=st.integers(0, 2), pick=st.integers(0, 99))
    def remove_or_restore(self, number: int, pick: int) -> None:
        number = self.which(number)
        house = self.house(number, pick)
        if house is not None and house.removed:
            self.undone.add(house.removed_why)
            self.laptops[number].replica.restore(house)
        elif house is not None:
            self.laptops[number].replica.remove(house, self.typed(number, house.removed_why))

    @rule(number=st.integers(0, 2), pick=st.integers(0, 99), area=st.sampled_from(AREAS))
    def move(self, number: int, pick: int, area: str) -> None:
        number = self.which(number)
        house = self.house(number, pick)
        if house is not None:
            house.area = area
            self.laptops[number].replica.save(house)

    @rule(number=st.integers(0, 2), pick=st.integers(0, 9), choose=st.sampled_from(["kept", "lost"]))
    def settle(self, number: int, pick: int, choose: Any) -> None:
        number = self.which(number)
        found = self.laptops[number].replica.conflicts()
        if found:
            self.laptops[number].replica.settle(found[pick % len(found)], choose)

    @rule(number=st.integers(0, 2), faults=st.lists(st.sampled_from(FAULTS), max_size=2))
    def sync(self, number: int, faults: list[str]) -> None:
        laptop = self.laptops[self.which(number)]
        laptop.line.faults[:] = faults
        with suppress(SyncError):
            laptop.round(agreed_removal=True)
        laptop.line.faults.clear()
        self.what_waits_is_shown(laptop)

    @rule(number=st.integers(0, 2), after=st.integers(1, 60))
    def sync_until_the_power_goes(self, number: int, after: int) -> None:
        laptop = self.laptops[self.which(number)]
        laptop.statements_left = after
        with suppress(SyncError, Cut):
            laptop.round(agreed_removal=True)
        laptop.statements_left = None
        self.what_waits_is_shown(laptop)

    @rule(number=st.integers(0, 2), areas=st.sets(st.sampled_from(AREAS), min_size=1))
    def assign(self, number: int, areas: set[str]) -> None:
        self.hub.assign(f"w{self.which(number)}", sorted(areas))

    @rule(number=st.integers(0, 2))
    def a_month_passes_on_a_laptop(self, number: int) -> None:
        number = self.which(number)
        with self.laptops[number].replica._books.write() as write:
            write.run("DELETE FROM sync_outbox WHERE state = ?", DONE)
        for edit in self.edits:
            edit.fragile = edit.fragile or edit.laptop == number

    @rule()
    def back_up_the_centre(self) -> None:
        self.backup = self.hub.snapshot()

    @precondition(lambda self: self.backup is not None)
    @rule()
    def restore_the_centre(self) -> None:
        assert self.backup is not None
        known = told(self.backup)
        self.edits = [edit for edit in self.edits if not edit.fragile or edit.token in known]
        self.hub.restore(self.backup)
        self.backup = None

    @rule(number=st.integers(0, 2))
    def back_up_a_laptop(self, number: int) -> None:
        number = self.which(number)
        self.images[number] = Image(
            self.laptops[number].image(), frozenset(edit.token for edit in self.edits)
        )

    @precondition(lambda self: self.images)
    @rule(pick=st.integers(0, 2))
    def restore_a_laptop(self, pick: int) -> None:
        number = sorted(self.images)[pick % len(self.images)]
        image = self.images.pop(number)
        late = [e for e in self.edits if e.laptop == number and e.token not in image.edits]
        known = told(self.hub.holds)
        gone = {edit.token for edit in late if edit.token not in known}
        for edit in late:
            edit.fragile = True
        self.edits = [edit for edit in self.edits if edit.token not in gone]
        self.laptops[number].close()
        self.laptops[number] = self.laptop(number, image.disk)
        self.make(number, AREAS[0])

    def house(self, number: int, pick: int) -> ToyHouse | None:
        found = self.laptops[number].replica.all(ToyHouse, order=ToyHouse.id, removed=True)
        return found[pick % len(found)] if found else None

    def teardown(self) -> None:
        if not hasattr(self, "laptops"):
            return
        try:
            self.calm()
            self.nothing_is_lost()
            self.all_agree()
        finally:
            for laptop in self.laptops:
                laptop.close()

    def calm(self) -> None:
        for _round in range(6):
            for laptop in self.laptops:
                self.ms += 1000
                last = laptop.round(agreed_removal=True)
                assert not last.alarm
        assert all(laptop.round().agreed for laptop in self.laptops)
        assert [laptop.replica.pending() for laptop in self.laptops] == [0] * len(self.laptops), (
            "a queue is stuck"
        )

    def what_waits_is_shown(self, laptop: Laptop) -> None:
        typed: dict[tuple[str, str], str] = {}
        for change in laptop.replica.outbox():
            for group in change.groups.keys() & {"name", "address"}:
                typed[change.id, group] = change.groups[group]["name" if group == "name" else "street"]
        for (id_, group), value in typed.items():
            house = laptop.replica.get(ToyHouse, id_)
            assert house is None or value == (house.name if group == "name" else house.street)

    def nothing_is_lost(self) -> None:
        kept = told(self.hub.holds)
        replaced = self.undone | {edit.saw for edit in self.edits}
        for edit in self.edits:
            assert edit.token in kept or edit.token in replaced, f"{edit} is nowhere"

    def all_agree(self) -> None:
        for number, laptop in enumerate(self.laptops):
            mine = self.hub.accounts[f"w{number}"].areas
            there = {
                d.id: (d.kind, d.area, d.ver, shown(d.body), stamps_of(laptop, d.kind, d.stamps))
                for code, area in self.hub.holds.areas.items()
                if any(code.startswith(own) for own in mine)
                for d in area.records.values()
            }
            assert held(laptop) == there
            for house in laptop.replica.all(ToyHouse, removed=True):
                assert house.street == house.number, "a group mixes two authors"


def told(holds: Holdings) -> str:
    """Everything a centre could tell anybody: records, conflicts among them, and the history."""
    documents = [d for area in holds.areas.values() for d in area.records.values()]
    shown = json.dumps([msgspec.to_builtins(d.body) for d in documents])
    return shown + json.dumps([[t.old, t.new] for t in holds.traces if t.outcome != "unknown"])


def held(laptop: Laptop) -> dict[str, Any]:
    """Everything a laptop holds, as the centre would tell it."""
    found = {}
    for kind, shape in laptop.replica.shapes.items():
        with laptop.database.connect() as connection:
            for row in map(shape.read, connection.exec_driver_sql(shape.select)):
                written = {
                    group: msgspec.convert(w, type=tuple[str, int, int])
                    for group, w in (row.stamps or {}).items()
                }
                full = {group: written.get(group, written.get("")) for group in shape.groups}
                stamps = {group: w[:2] for group, w in full.items() if w}
                if row.ver:
                    found[row.id] = (kind, row.area, row.ver, shown(row.body), stamps)
    return found


def shown(body: dict[str, Any]) -> dict[str, Any]:
    """What a body says; a field not named is blank."""
    return {name: value for name, value in body.items() if value and name not in ("updated_at", "updated_by")}


def stamps_of(laptop: Laptop, kind: str, stamps: dict[str, Any]) -> dict[str, tuple[str, int]]:
    found = {group: written_of(stamps, group) for group in laptop.replica.shapes[kind].groups}
    return {group: (w.origin, w.mseq) for group, w in found.items() if w is not None}


Storm.TestCase.settings = settings(max_examples=settings.default.max_examples, stateful_step_count=40)
TestStorm = pytest.mark.expects_log(Storm.TestCase)
