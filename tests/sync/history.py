"""A history: a few laptops, a centre, and everything that may happen between them, one step after the other.

Each step draws what it needs from the dice given to it, so that Hypothesis and a plain seed drive the same steps.
"""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from sync.errors import SyncError
from sync.outbox import DONE
from sync.record import new_id
from tests.sync.laptops import Laptop
from tests.sync.ledger import Edit, told
from tests.sync.site import AREAS, CLOCKS, COMMUNITY, FAR, FAULTS, FIELDS, PROGRAMS, SPOILT_MOST, Site


class History(Site):
    """The steps, each of which may come after any other."""

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
            self.ledger.went_back = self.restored = True
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
