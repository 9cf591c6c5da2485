"""The people and laptops of a history: who sits where, what they type, and how a round of theirs goes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from sync.engine import Round
from sync.errors import SyncError
from sync.memory import MemoryHub
from sync.outbox import DONE, decode
from sync.protocol import HandIn
from sync.record import SyncedRecord
from tests.sync import newer
from tests.sync.centre import Witness
from tests.sync.laptops import PASSWORD, Cut, Laptop
from tests.sync.ledger import Edit, Ledger
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


class Site:
    """A centre and the laptops around it. ``centre`` was founded with ACCOUNTS and begun again; ``tokens`` are theirs."""

    def __init__(self, centre: Witness, tokens: dict[str, str], world: World, dice: Random) -> None:
        self.centre, self.tokens, self.world = centre, tokens, world
        self.hub: Any = OnTime(centre.hub, world)
        self.ledger = Ledger()
        self.backup: tuple[Any, str] | None = None
        self.restored = False
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
        """One round, however it ends; what waits is shown after every arrival, and in the end."""
        laptop = seat.laptop
        seat.origins.add(laptop.replica.origin)
        laptop.line.faults[:], laptop.power.left = faults, dies_after
        unwatched = laptop.replica.subscribe(lambda _news: self.what_waits_is_shown(seat))
        done = None
        try:
            done = laptop.round(agreed_removal=agreed)
        except SyncError:
            pass
        except Cut:
            self.reboot(seat)
        finally:
            unwatched()
            laptop.line.faults.clear()
            laptop.power.left = None
        self.what_waits_is_shown(seat)
        doubted = seat.spoilt or self.ledger.went_back  # What is offered back in vain is fetched anew.
        assert doubted or not (done and done.repaired), "a digest differed that nobody had spoilt"
        return done

    def what_waits_is_shown(self, seat: Seat) -> None:
        """What was typed since is on top; what a restored centre is only told again need not be."""
        replica, power = seat.laptop.replica, seat.laptop.power
        waiting = "SELECT body FROM sync_outbox WHERE state = 0 AND done_at = 0 ORDER BY mseq"
        left, power.left = power.left, None  # Looking takes nothing from what the laptop has left to do.
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
        power.left = left

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
