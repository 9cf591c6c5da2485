"""What every hub promises, tested once: subclass :class:`HubContract` and give it a ``centre`` fixture.

A centre is a hub together with the office's acts on it, whatever they are called there.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Protocol

import pytest

from sync.clock import pack
from sync.conflict import Conflict
from sync.errors import Forked, Gap, Offline, Revoked, SignInNeeded
from sync.protocol import Change, Exchange, Have, Hub, Signed, SignIn, Verdict
from sync.record import LIFE, new_id
from tests.sync.laptops import PASSWORD, Laptop
from tests.sync.toys import ToyHouse, ToyPerson

GRID, NEXT, FAR = "520101001", "520101002", "520999009"


class Centre(Protocol):
    """A hub and the office behind it."""

    hub: Hub

    def add_account(self, name: str, areas: list[str]) -> None:
        """Let somebody in, with PASSWORD."""

    def assign(self, name: str, areas: list[str]) -> None:
        """Give an account other areas."""

    def revoke(self, account: str) -> None:
        """Withdraw every laptop of an account."""

    def back_up(self) -> Any:
        """A copy of everything held."""

    def restore(self, backup: Any) -> None:
        """Go back to a copy, in a new epoch."""


def made(mseq: int, area: str = GRID, by: str = "wang", id_: str = "", **values: Any) -> Change:
    groups: dict[str, dict[str, Any]] = {name: {name: value} for name, value in values.items()}
    groups |= {LIFE: {"removed_at": None, "removed_why": ""}}
    return Change(
        mseq=mseq,
        tx=mseq,
        kind="toy_person",
        id=id_ or new_id(),
        area=area,
        groups=groups,
        at=pack(1_795_000_000_000 + mseq),
        by=by,
        made=True,
    )


class HubContract:
    """The promises. Laptops are real; whatever they hold is in memory."""

    @pytest.fixture
    def laptops(self, centre: Centre) -> Iterator[tuple[Laptop, Laptop]]:
        centre.add_account("wang", [GRID])
        centre.add_account("li", [GRID])
        pair = Laptop(centre.hub, "wang"), Laptop(centre.hub, "li")
        yield pair
        for laptop in pair:
            laptop.close()

    def ask(self, centre: Centre, signed: Signed, *changes: Change, origin: str = "one", **more: Any) -> Any:
        request = Exchange(origin=origin, now=1_795_000_000_000, changes=list(changes), **more)
        return centre.hub.exchange(signed.token, request)

    def signed(self, centre: Centre, name: str = "wang", areas: tuple[str, ...] = (GRID,)) -> Signed:
        centre.add_account(name, list(areas))
        return centre.hub.sign_in(SignIn(account=name, password=PASSWORD, device="invented"))

    def test_a_wrong_password_gets_no_token(self, centre: Centre) -> None:
        centre.add_account("wang", [GRID])

        with pytest.raises(SignInNeeded):
            centre.hub.sign_in(SignIn(account="wang", password="not this one", device="invented"))

    def test_an_unknown_token_is_told_to_sign_in(self, centre: Centre) -> None:
        with pytest.raises(SignInNeeded):
            centre.hub.exchange("no-such-token", Exchange(origin="one", now=0))

    def test_a_withdrawn_laptop_gets_nothing(self, centre: Centre) -> None:
        signed = self.signed(centre)
        centre.revoke("wang")

        with pytest.raises(Revoked):
            self.ask(centre, signed)

    def test_a_record_made_on_one_laptop_arrives_on_another(self, laptops: tuple[Laptop, Laptop]) -> None:
        wang, li = laptops
        house = ToyHouse(area=GRID, name="一栋", storeys=6, height=17.5, lived_in=True, tags=["老旧"])
        wang.replica.save(house)

        assert wang.round().agreed
        assert li.round().agreed

        arrived = li.replica.get(ToyHouse, house.id)
        assert arrived is not None
        assert (arrived.name, arrived.storeys, arrived.height, arrived.lived_in, arrived.tags) == (
            *("一栋", 6, 17.5, True, ["老旧"]),
        )

    def test_a_repeat_gets_the_answer_it_got_before(self, centre: Centre) -> None:
        signed = self.signed(centre)
        changes = [made(1, name="a"), made(2, FAR, name="b")]

        first = self.ask(centre, signed, *changes)
        again = self.ask(centre, signed, *changes)

        assert [r.verdict for r in first.receipts] == [Verdict.APPLIED, Verdict.REFUSED]
        assert again.receipts == first.receipts
        assert again.acked == first.acked == 2

    def test_a_number_left_out_is_asked_for(self, centre: Centre) -> None:
        signed = self.signed(centre)

        with pytest.raises(Gap) as gap:
            self.ask(centre, signed, made(3, name="a"))

        assert gap.value.expected == 1

    def test_a_number_used_for_something_else_is_a_fork(self, centre: Centre) -> None:
        signed = self.signed(centre)
        self.ask(centre, signed, made(1, name="a"))

        with pytest.raises(Forked):
            self.ask(centre, signed, made(1, name="b"))

    def test_a_poison_change_blocks_nothing(self, centre: Centre) -> None:
        signed = self.signed(centre)
        poison = made(2, id_="not an id", name="x")

        answer = self.ask(centre, signed, made(1, name="a"), poison, made(3, name="c"))

        assert [r.verdict for r in answer.receipts] == [Verdict.APPLIED, Verdict.REFUSED, Verdict.APPLIED]
        assert answer.receipts[1].title
        assert answer.acked == 3

    def test_what_was_saved_together_is_taken_together_or_not_at_all(self, centre: Centre) -> None:
        signed = self.signed(centre)
        good, bad = made(1, name="a"), made(2, FAR, name="b")
        together = Change(**{f: getattr(bad, f) for f in bad.__struct_fields__} | {"tx": 1})

        answer = self.ask(centre, signed, good, together)

        assert [r.verdict for r in answer.receipts] == [Verdict.REFUSED, Verdict.REFUSED]
        assert not answer.streams

    def test_no_one_is_sent_what_is_not_theirs(self, centre: Centre) -> None:
        far = self.signed(centre, "zhao", (FAR,))
        self.ask(centre, far, made(1, FAR, by="zhao", name="a"), origin="far")

        answer = self.ask(centre, self.signed(centre), have={FAR: Have(0)})

        assert not answer.streams

    def test_own_changes_come_back_as_an_echo(self, centre: Centre) -> None:
        signed = self.signed(centre)

        (stream,) = self.ask(centre, signed, made(1, name="a"), made(2, name="b")).streams

        assert len(stream.echo) == 2
        assert stream.records == []
        assert stream.digest

    def test_small_budgets_bring_everything_in_the_end(self, centre: Centre) -> None:
        signed = self.signed(centre)
        self.ask(centre, signed, *(made(n, name="n" * 900) for n in range(1, 201)))
        cursor, seen, rounds, more = 0, set[str](), 0, True

        while more:
            (stream,) = self.ask(centre, signed, origin="two", have={GRID: Have(cursor)}, budget=4096).streams
            assert stream.since == cursor
            seen |= {document.id for document in stream.records}
            cursor, more, rounds = stream.to, stream.more, rounds + 1

        assert len(seen) == 200
        assert rounds > 1

    def test_a_round_without_news_brings_no_stream(
        self, laptops: tuple[Laptop, Laptop], centre: Centre
    ) -> None:
        wang, _li = laptops
        wang.replica.save(ToyPerson(area=GRID, name="甲"))
        wang.round()

        again = wang.round()

        assert (again.up, again.down, again.exchanges, again.agreed) == (0, 0, 1, True)

    def test_different_groups_merge_in_silence(self, laptops: tuple[Laptop, Laptop]) -> None:
        wang, li = laptops
        person = ToyPerson(area=GRID, name="甲")
        wang.replica.save(person)
        wang.round()
        li.round()
        other = li.replica.get(ToyPerson, person.id)
        assert other is not None

        person.name, other.phone = "乙", "19900000001"
        wang.replica.save(person)
        li.replica.save(other)
        for laptop in (wang, li, wang):
            assert laptop.round().clashes == 0

        for laptop in laptops:
            merged = laptop.replica.get(ToyPerson, person.id)
            assert merged is not None
            assert (merged.name, merged.phone) == ("乙", "19900000001")

    def test_a_clash_keeps_both_values_until_a_person_chooses(self, laptops: tuple[Laptop, Laptop]) -> None:
        wang, li = laptops
        person = self.clash(wang, li)

        (asked,) = li.replica.conflicts()
        assert {asked.kept["name"], asked.lost["name"]} == {"王改的", "李改的"}
        assert {asked.kept_by, asked.lost_by} == {"wang", "li"}
        assert asked.before == {"name": "甲"}

        li.replica.settle(asked, "lost")
        li.round()
        wang.round()

        for laptop in laptops:
            assert laptop.replica.get(ToyPerson, person.id).name == asked.lost["name"]  # type: ignore[union-attr]
            assert laptop.replica.conflicts() == []

    def test_a_clash_asks_once_however_often_it_is_sent(self, laptops: tuple[Laptop, Laptop]) -> None:
        wang, li = laptops
        wang.line.faults = ["answer lost"]
        self.clash(wang, li)

        for laptop in (wang, li, wang, li):
            laptop.round()

        assert wang.replica.count(Conflict) == li.replica.count(Conflict) == 1

    def test_an_edit_outlives_a_removal_that_had_not_seen_it(self, laptops: tuple[Laptop, Laptop]) -> None:
        wang, li = laptops
        person, other = self.shared(wang, li)
        other.phone = "19900000002"
        li.replica.save(other)
        wang.replica.remove(person, "搬走了")

        for laptop in (li, wang, li):
            laptop.round()

        for laptop in laptops:
            left = laptop.replica.get(ToyPerson, person.id)
            assert left is not None
            assert not left.removed
            assert left.phone == "19900000002"
            assert [asked.group_name for asked in laptop.replica.conflicts()] == [LIFE]

    def test_an_edit_brings_back_a_record_whose_removal_it_had_not_seen(
        self, laptops: tuple[Laptop, Laptop]
    ) -> None:
        wang, li = laptops
        person, other = self.shared(wang, li)
        wang.replica.remove(person, "搬走了")
        other.phone = "19900000003"
        li.replica.save(other)

        for laptop in (wang, li, wang):
            laptop.round()

        for laptop in laptops:
            assert not laptop.replica.get(ToyPerson, person.id).removed  # type: ignore[union-attr]
            assert len(laptop.replica.conflicts()) == 1

    def test_whoever_saw_a_value_may_replace_it_whatever_the_clocks_say(self, centre: Centre) -> None:
        centre.add_account("wang", [GRID])
        centre.add_account("li", [GRID])
        ahead = Laptop(centre.hub, "wang", wall=lambda: 4_000_000_000_000)
        behind = Laptop(centre.hub, "li", wall=lambda: 0)
        person, other = self.shared(ahead, behind)

        other.name = "看过才改"
        behind.replica.save(other)
        assert behind.round().clashes == 0
        ahead.round()

        assert ahead.replica.get(ToyPerson, person.id).name == "看过才改"  # type: ignore[union-attr]
        ahead.close()
        behind.close()

    def test_a_record_that_moves_leaves_one_laptop_and_reaches_the_other(self, centre: Centre) -> None:
        centre.add_account("wang", [GRID])
        centre.add_account("li", [NEXT])
        wang, li = Laptop(centre.hub, "wang"), Laptop(centre.hub, "li")
        person = ToyPerson(area=GRID, name="甲")
        wang.replica.save(person)
        wang.round()

        person.area = NEXT
        wang.replica.save(person)
        assert wang.round().agreed
        assert li.round().agreed

        assert wang.replica.get(ToyPerson, person.id) is None
        assert li.replica.get(ToyPerson, person.id).area == NEXT  # type: ignore[union-attr]
        wang.close()
        li.close()

    def test_an_area_taken_away_goes_and_one_given_comes(
        self, centre: Centre, laptops: tuple[Laptop, Laptop]
    ) -> None:
        wang, _li = laptops
        centre.add_account("zhao", [NEXT])
        zhao = Laptop(centre.hub, "zhao")
        there, here = ToyPerson(area=NEXT, name="那边"), ToyPerson(area=GRID, name="这边")
        zhao.replica.save(there)
        zhao.round()
        wang.replica.save(here)
        wang.round()

        centre.assign("wang", [NEXT])
        assert wang.round().agreed

        assert [p.name for p in wang.replica.all(ToyPerson)] == ["那边"]
        zhao.close()

    def test_a_late_edit_is_kept_for_the_office_and_blocks_nothing(
        self, centre: Centre, laptops: tuple[Laptop, Laptop]
    ) -> None:
        wang, _li = laptops
        person = ToyPerson(area=GRID, name="甲")
        wang.replica.save(person)
        wang.round()
        centre.assign("wang", [NEXT])
        person.name = "已经不归我"
        wang.replica.save(person)
        wang.replica.save(ToyPerson(area=NEXT, name="归我"))

        done = wang.round()

        assert wang.replica.pending() == 0
        assert done.agreed

    def test_unknown_fields_survive_an_older_laptop(self, centre: Centre) -> None:
        signed = self.signed(centre)
        newer = made(1, name="甲", phone="", house="", nickname="小甲")
        self.ask(centre, signed, newer, origin="newer")
        older = Laptop(centre.hub, "wang")
        older.round()
        person = older.replica.get(ToyPerson, newer.id)
        assert person is not None

        person.phone = "19900000004"
        older.replica.save(person)
        older.round()

        (stream,) = self.ask(centre, signed, origin="newer").streams
        assert stream.records[0].body["nickname"] == "小甲"
        assert stream.records[0].body["phone"] == "19900000004"
        older.close()

    @pytest.mark.expects_log
    def test_a_restored_centre_is_given_back_what_it_forgot(
        self, centre: Centre, laptops: tuple[Laptop, Laptop]
    ) -> None:
        wang, li = laptops
        early = ToyPerson(area=GRID, name="早")
        wang.replica.save(early)
        wang.round()
        backup = centre.back_up()
        late = ToyPerson(area=GRID, name="晚")
        early.phone = "19900000005"
        wang.replica.save(late, early)
        wang.round()
        li.round()

        centre.restore(backup)
        for laptop in (li, wang, li):
            assert laptop.round().agreed

        for laptop in laptops:
            found = {p.id: p.phone for p in laptop.replica.all(ToyPerson)}
            assert found == {early.id: "19900000005", late.id: ""}
            assert laptop.replica.conflicts() == []

    @pytest.mark.expects_log
    def test_a_digest_that_differs_is_repaired(self, laptops: tuple[Laptop, Laptop]) -> None:
        wang, _li = laptops
        people = [ToyPerson(area=GRID, name=str(n)) for n in range(20)]
        wang.replica.save(*people)
        wang.round()
        with wang.replica._books.write() as write:
            write.run("UPDATE toy_person SET name = 'spoilt', ver = 1 WHERE id = ?", people[3].id)
            write.run("UPDATE sync_held SET ver = 1 WHERE id = ?", people[3].id)
            write.run("UPDATE sync_stream SET digest = '0000000000000001'")

        done = wang.round()

        assert (done.repaired, done.agreed) == (1, True)
        assert wang.replica.get(ToyPerson, people[3].id).name == "3"  # type: ignore[union-attr]

    def shared(self, wang: Laptop, li: Laptop) -> tuple[ToyPerson, ToyPerson]:
        person = ToyPerson(area=GRID, name="甲")
        wang.replica.save(person)
        wang.round()
        li.round()
        mine, other = (laptop.replica.get(ToyPerson, person.id) for laptop in (wang, li))
        assert mine is not None
        assert other is not None
        return mine, other

    def clash(self, wang: Laptop, li: Laptop) -> ToyPerson:
        mine, other = self.shared_quietly(wang, li)
        mine.name, other.name = "王改的", "李改的"
        wang.replica.save(mine)
        li.replica.save(other)
        for laptop in (wang, wang, li, wang, li):
            with suppress(Offline):
                laptop.round()
        return mine

    def shared_quietly(self, wang: Laptop, li: Laptop) -> tuple[ToyPerson, ToyPerson]:
        faults, wang.line.faults = wang.line.faults, []
        pair = self.shared(wang, li)
        wang.line.faults = faults
        return pair
