"""A history: a few laptops, a centre, and everything that may happen between them, one step after the other.

Each step draws what it needs from the dice given to it, so that Hypothesis and a plain seed drive the same steps.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from sync.engine import Round
from sync.errors import SyncError
from sync.memory import MemoryHub
from sync.outbox import DONE, decode
from sync.protocol import HandIn
from sync.record import SyncedRecord, new_id
from tests.sync import newer
from tests.sync.centre import Witness
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.ledger import Edit, Ledger, told
from tests.sync.toys import ToyHouse, ToyPerson
from tests.sync.world import YEAR_MS, World

COMMUNITY = "520101001001"
AREAS = [COMMUNITY + grid for grid in ("001", "002", "003")]
FAR = "520999009009009"
ACCOUNTS = {"w0": [COMMUNITY], "w1": AREAS, "w2": AREAS}
PROGRAMS = ((ToyHouse,), (ToyHouse, ToyPerson), (newer.ToyHouse, ToyPerson))
FIELDS = {
    "toy_house": {"name": ("name",), "address": ("street", "number"), "colour": ("colour",)},
    "toy_person": {"name": ("name",), "phone": ("phone",)},
}
FAULTS = ("request lost", "answer lost", "sent twice")
CLOCKS = (0, 0, 0, -50 * YEAR_MS, 50 * YEAR_MS, 3_600_000, -86_400_000)
SPOILT_MOST = 2  # of one laptop; the third repair of one record in a day is an alarm


@dataclass
class Seat:
    """A person at a laptop. ``astray`` is by how much its clock errs, ``image`` its disk as it once was.

    ``origins`` are the names it has gone by.
    """

    number: int
    account: str
    laptop: Laptop
    astray: int = 0
    image: tuple[bytes, set[str]] | None = None
    revoked: bool = False
    spoilt: int = 0
    origins: set[str] = field(default_factory=set)


class OnTime:
    """A hub whose own clock is right, whoever calls."""

    def __init__(self, hub: Any, world: World) -> None:
        self._hub, self._world = hub, world

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*told: Any) -> Any:
            with self._world.at(0):
                return getattr(self._hub, name)(*told)

        return call


class History:
    """The steps. ``centre`` was founded with ACCOUNTS and begun again; ``tokens`` are theirs."""

    def __init__(self, centre: Witness, tokens: dict[str, str], world: World, dice: Random) -> None:
        self.centre, self.tokens, self.world = centre, tokens, world
        self.hub: Any = OnTime(centre.hub, world)
        self.ledger = Ledger()
        self.backup: tuple[Any, str] | None = None
        self.seats: list[Seat] = []
        for account in list(ACCOUNTS)[: dice.choice([2, 2, 3])]:
            self.sit(account, dice.choice(PROGRAMS), dice.choice(CLOCKS))

    def sit(self, account: str, program: Any, astray: int, image: bytes = b"") -> Seat:
        number = len(self.seats)
        wall = self.world.clock(lambda: self.seats[number].astray if number < len(self.seats) else astray)
        with self.world.at(astray):
            laptop = Laptop(
                self.hub,
                account,
                image=image or blank(program),
                kinds=program,
                wall=wall,
                token=self.tokens[account],
            )
        self.seats.append(Seat(number, account, laptop, astray))
        return self.seats[-1]

    @contextmanager
    def turn(self, dice: Random) -> Iterator[Seat]:
        """Somebody's turn, a while later, by the clock of their laptop."""
        self.world.ms += dice.choice([1, 1000, 60_000, 3_600_000])
        seat = dice.choice(self.seats)
        self.ledger.turn = self.ledger.typed
        with self.world.at(seat.astray):
            yield seat

    def make(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            kind = dice.choice(seat.laptop.kinds)
            self.save(dice, seat, self.typed(seat, kind(id=new_id(), area=dice.choice(AREAS)), dice))

    def make_what_nobody_takes(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            id_ = dice.choice([new_id(), f"no id {self.ledger.typed}"])
            area = FAR if id_.isalnum() else AREAS[0]
            self.save(dice, seat, self.typed(seat, seat.laptop.kinds[0](id=id_, area=area), dice))

    def make_together(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            kind = seat.laptop.kinds[-1]
            areas = dice.choice([AREAS[:2], AREAS[:2], [AREAS[0], FAR]])
            records = [self.typed(seat, kind(id=new_id(), area=area), dice) for area in areas]
            if self.save(dice, seat, *records):
                self.ledger.pairs.append((records[0].name, records[1].name))

    def edit(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            if (record := self.record(seat, dice)) is not None:
                self.save(dice, seat, self.typed(seat, record, dice))

    def edit_while_news_arrives(self, dice: Random) -> None:
        """A form stays open during a round, or is saved in the midst of it; its author saw what it showed."""
        with self.turn(dice) as seat:
            if (record := self.record(seat, dice)) is None:
                return
            laptop = seat.laptop
            during = bool(self.ledger.typed % 2)
            if during:
                laptop.line.meanwhile = lambda: laptop.replica.save(self.typed(seat, record, dice))
            self.round(seat)
            if not during and laptop.replica.get(type(record), record.id) is not None:
                self.save(dice, seat, self.typed(seat, record, dice))
            laptop.line.meanwhile = None

    def import_roster(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            kind = seat.laptop.kinds[0]
            rows = [self.typed(seat, kind(id=new_id(), area=dice.choice(AREAS)), dice) for _ in range(3)]
            seat.laptop.replica.import_many(rows)

    def remove_or_restore(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            record, replica = self.record(seat, dice), seat.laptop.replica
            if record is not None and record.removed:
                self.ledger.undone.add(record.removed_why)
                replica.restore(record)
            elif record is not None:
                why = self.ledger.token()
                self.ledger.edits.append(Edit(why, record.id, "life", "", seat.number))
                replica.remove(record, why)

    def move(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            if (record := self.record(seat, dice)) is not None:
                record.area = dice.choice([*AREAS, FAR])
                self.save(dice, seat, record)

    def settle(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            replica = seat.laptop.replica
            if found := replica.conflicts():
                asked, choice = dice.choice(found), dice.choice(["kept", "lost"])
                fields = FIELDS.get(asked.record_kind, {}).get(asked.group_name, ("removed_why",))
                shape = replica.shapes.get(asked.record_kind)
                record = replica.get(shape.table, asked.record_id) if shape else None
                saw = str(getattr(record, fields[0], "")) if record else ""
                chosen = str(asked.side(choice).values.get(fields[0]) or "")
                self.ledger.chosen.add((asked.record_id, asked.group_name))
                if saw != chosen:
                    self.ledger.edits.append(
                        Edit(chosen, asked.record_id, asked.group_name, saw, seat.number)
                    )
                replica.settle(asked, choice)

    def look_after_a_refusal(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            if found := seat.laptop.replica.refused():
                refusal = dice.choice(found)
                seat.laptop.replica.dismiss(refusal)
                if dice.random() < 0.5:
                    seat.laptop.replica.recall(refusal)

    def sync(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            self.round(seat, faults=dice.sample(FAULTS, dice.choice([0, 0, 1, 2])))

    def sync_with_care(self, dice: Random) -> None:
        """Nobody has agreed to let much go."""
        with self.turn(dice) as seat:
            self.round(seat, agreed=False)

    def sync_until_the_laptop_dies(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            self.round(seat, dies_after=dice.randrange(60))

    def sync_until_the_centre_dies(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            self.centre.power.left = dice.randrange(40)
            try:
                self.round(seat)
            finally:
                self.centre.power.left = None

    def everybody_syncs(self, dice: Random) -> None:
        for seat in self.seats:
            with self.world.at(seat.astray):
                self.round(seat)

    def assign(self, dice: Random) -> None:
        self.world.ms += 1000
        account = dice.choice(self.seats).account
        areas = dice.choice([[COMMUNITY], AREAS, dice.sample(AREAS, 2), dice.sample(AREAS, 1)])
        self.centre.assign(account, areas)
        self.world.ms += 1000

    def a_clock_jumps(self, dice: Random) -> None:
        seat = dice.choice(self.seats)
        seat.astray = dice.choice(CLOCKS)
        self.loosen(seat)  # Fifty years on, what was sent is no longer kept.

    def a_month_passes_on_a_laptop(self, dice: Random) -> None:
        with self.turn(dice) as seat, seat.laptop.replica._books.write() as write:
            write.run("DELETE FROM sync_outbox WHERE state = ?", DONE)
            self.loosen(seat)

    def back_up_the_centre(self, _dice: Random) -> None:
        self.backup = (self.centre.back_up(), told(self.centre))

    def restore_the_centre(self, _dice: Random) -> None:
        if self.backup is not None:
            copied, known = self.backup
            self.ledger.excuse(e.token for e in self.ledger.edits if e.fragile and e.token not in known)
            self.centre.restore(copied)
            self.ledger.went_back = True
            self.backup = None

    def back_up_a_laptop(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            seat.image = (seat.laptop.image(), {edit.token for edit in self.ledger.edits})

    def restore_a_laptop(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            if seat.image is None:
                return
            image, then = seat.image
            late = {e.token for e in self.ledger.edits if e.seat == seat.number} - then
            known = told(self.centre)
            self.ledger.excuse(token for token in late if token not in known)
            self.ledger.loosen(seat.number, self.centre, "".join(f"{token} " for token in then))
            self.ledger.went_back = True
            seat.laptop.close()
            self.seats[seat.number].laptop = Laptop(
                self.hub,
                seat.account,
                image=image,
                kinds=seat.laptop.kinds,
                wall=seat.laptop.wall,
                token=seat.laptop.token,
            )

    def copy_a_laptop(self, dice: Random) -> None:
        if len(self.seats) < 4:
            seat = dice.choice(self.seats)
            twin = self.sit(seat.account, seat.laptop.kinds, seat.astray, seat.laptop.image())
            twin.revoked, twin.spoilt, twin.origins = seat.revoked, seat.spoilt, set(seat.origins)
            self.ledger.went_back = True

    def revoke(self, dice: Random) -> None:
        account = dice.choice(self.seats).account
        if sum(not seat.revoked and seat.account != account for seat in self.seats):
            self.centre.revoke(account)
            for seat in self.seats:
                if seat.account == account:
                    seat.revoked = True
                    self.loosen(seat)

    def hand_in(self, dice: Random) -> None:
        for seat in self.seats:
            if seat.revoked:
                with self.world.at(seat.astray), suppress(SyncError):
                    self.hand_over(seat, faults=dice.sample(FAULTS, dice.choice([0, 1])))

    def a_program_is_replaced(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            newest = PROGRAMS.index(seat.laptop.kinds)
            seat.laptop.start(dice.choice(PROGRAMS[newest:]))

    def a_digest_is_spoilt(self, dice: Random) -> None:
        with self.turn(dice) as seat:
            if seat.spoilt >= SPOILT_MOST:
                return
            seat.spoilt += 1
            with seat.laptop.replica._books.write() as write:
                waiting = "SELECT id FROM sync_outbox WHERE state = 0"
                sql = f"SELECT id, kind FROM sync_held WHERE ver > 1 AND id NOT IN ({waiting}) ORDER BY id"
                if found := write.all(sql):
                    id_, kind = dice.choice(found)
                    table = kind if kind in seat.laptop.replica.shapes else "sync_parked"
                    write.run("UPDATE sync_held SET ver = 1 WHERE id = ?", id_)
                    if table != "sync_parked":
                        write.run(f'UPDATE "{table}" SET ver = 1 WHERE id = ?', id_)
                write.run("UPDATE sync_stream SET digest = '0000000000000001'")

    def typed(self, seat: Seat, record: Any, dice: Random) -> Any:
        """Type into one or several groups of a record; all of a new one that a program shows."""
        known = {g: f for g, f in FIELDS[record.kind()].items() if hasattr(record, f[0])}
        groups = list(known) if record.ver == 0 and not record.name else dice.sample(list(known), 1)
        for group in groups if dice.random() < 0.7 else known:
            token, fields = self.ledger.token(), known[group]
            saw = str(getattr(record, fields[0]))
            self.ledger.edits.append(Edit(token, record.id, group, saw, seat.number))
            for name in fields:
                setattr(record, name, token)
        return record

    def loosen(self, seat: Seat) -> None:
        sql = "SELECT body FROM sync_outbox WHERE state <> ?"
        waiting = b"".join(body for (body,) in seat.laptop.replica._books.read(sql, DONE))
        self.ledger.loosen(seat.number, self.centre, waiting.decode())

    def save(self, dice: Random, seat: Seat, *records: SyncedRecord) -> bool:
        """Save, now and then until the power goes: then nothing at all was saved, and what was typed is gone."""
        if dice.random() < 0.9:
            seat.laptop.replica.save(*records)
            return True
        before = self.state(seat)
        seat.laptop.power.left = dice.randrange(12)
        try:
            seat.laptop.replica.save(*records)
        except Cut:
            self.reboot(seat)
            assert self.state(seat) == before, "a save was cut in two"
            self.ledger.forget_this_turn()
            return False
        finally:
            seat.laptop.power.left = None
        return True

    def state(self, seat: Seat) -> Any:
        return seat.laptop.replica._books.read("SELECT mseq, (SELECT COUNT(*) FROM sync_outbox) FROM sync_me")

    def reboot(self, seat: Seat) -> None:
        seat.laptop.power.left = None
        seat.laptop.start(seat.laptop.kinds)

    def round(
        self, seat: Seat, *, faults: Sequence[str] = (), dies_after: int | None = None, agreed: bool = True
    ) -> Round | None:
        """One round, however it ends; what waits is shown afterwards."""
        laptop = seat.laptop
        seat.origins.add(laptop.replica.origin)
        laptop.line.faults[:], laptop.power.left = faults, dies_after
        done = None
        try:
            done = laptop.round(agreed_removal=agreed)
        except SyncError:
            pass
        except Cut:
            self.reboot(seat)
        finally:
            laptop.line.faults.clear()
            laptop.power.left = None
        self.what_waits_is_shown(seat)
        doubted = seat.spoilt or self.ledger.went_back  # What is offered back in vain is fetched anew.
        assert doubted or not (done and done.repaired), "a digest differed that nobody had spoilt"
        return done

    def what_waits_is_shown(self, seat: Seat) -> None:
        """What was typed since is on top; what a restored centre is only told again need not be."""
        replica = seat.laptop.replica
        waiting = "SELECT body FROM sync_outbox WHERE state = 0 AND done_at = 0 ORDER BY mseq"
        typed = {
            (c.kind, c.id, name): value
            for c in (decode(body) for (body,) in replica._books.read(waiting))
            if not c.written
            for values in c.groups.values()
            for name, value in values.items()
        }
        for (kind, id_, name), value in typed.items():
            shape = replica.shapes.get(kind)
            if shape is not None and name in shape.by_name and str(value).endswith("."):
                (row,) = replica._books.read(f'SELECT "{name}" FROM "{kind}" WHERE id = ?', id_) or [(value,)]
                assert row[0] == value, f"{value} waits and is not shown"

    def hand_over(self, seat: Seat, *, faults: Sequence[str] = ()) -> None:
        """A withdrawn laptop hands in what it holds, three changes at a time."""
        laptop = seat.laptop
        laptop.line.faults[:] = faults
        changes = laptop.replica.outbox()
        try:
            for at in range(0, len(changes), 3):
                part = changes[at : at + 3]
                request = HandIn(origin=laptop.replica.origin, now=laptop.wall(), changes=part)
                assert laptop.line.hand_in(laptop.token, request).upto == part[-1].mseq
        finally:
            laptop.line.faults.clear()

    def record(self, seat: Seat, dice: Random) -> Any:
        """A record this laptop holds, removed or not."""
        replica = seat.laptop.replica
        listed = " UNION ALL ".join(
            f"SELECT id, '{kind.kind()}' FROM {kind.kind()}" for kind in seat.laptop.kinds
        )
        found = replica._books.read(f"{listed} ORDER BY 1")
        if not found:
            return None
        id_, kind = dice.choice(found)
        return replica.get(replica.shapes[kind].table, id_)

    def close(self) -> None:
        for seat in self.seats:
            seat.laptop.close()


@cache
def blank(program: tuple[type[SyncedRecord], ...]) -> bytes:
    """The disk of a laptop on which a program was started once, and which has no name for itself yet."""
    hub = MemoryHub()
    hub.add_account("nobody", PASSWORD, [])
    laptop = Laptop(hub, "nobody", kinds=program)
    with laptop.database.begin() as db:
        db.exec_driver_sql("DELETE FROM sync_me")
    image = laptop.image()
    laptop.close()
    return image


# How often each step is drawn.
STEPS: dict[Callable[[History, Random], None], int] = {
    History.make: 8,
    History.make_what_nobody_takes: 1,
    History.make_together: 2,
    History.edit: 16,
    History.edit_while_news_arrives: 4,
    History.import_roster: 1,
    History.remove_or_restore: 4,
    History.move: 4,
    History.settle: 4,
    History.look_after_a_refusal: 1,
    History.sync: 16,
    History.sync_with_care: 1,
    History.sync_until_the_laptop_dies: 5,
    History.sync_until_the_centre_dies: 4,
    History.everybody_syncs: 2,
    History.assign: 2,
    History.a_clock_jumps: 2,
    History.a_month_passes_on_a_laptop: 1,
    History.back_up_the_centre: 2,
    History.restore_the_centre: 2,
    History.back_up_a_laptop: 2,
    History.restore_a_laptop: 2,
    History.copy_a_laptop: 1,
    History.revoke: 1,
    History.hand_in: 1,
    History.a_program_is_replaced: 1,
    History.a_digest_is_spoilt: 1,
}
