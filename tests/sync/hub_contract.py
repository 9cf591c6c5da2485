"""What every hub promises, tested once: subclass :class:`HubContract` and give it a ``centre`` fixture.

A centre is a hub together with the office's acts on it, whatever they are called there.
"""

from typing import Any

import pytest

from sync.errors import Forked, Gap, Refused, Revoked, SignInNeeded
from sync.protocol import Change, Exchange, HandedIn, HandIn, Have, Signed, SignIn, Verdict
from tests.sync.centre import FAR, GRID, NEXT, Centre, made
from tests.sync.laptops import PASSWORD, Laptop
from tests.sync.merge_contract import MergeContract
from tests.sync.toys import ToyHouse, ToyPerson


class HubContract(MergeContract):
    """The promises. Laptops are real; whatever they hold is in memory."""

    def ask(self, centre: Centre, signed: Signed, *changes: Change, origin: str = "one", **more: Any) -> Any:
        request = Exchange(origin=origin, now=1_795_000_000_000, changes=list(changes), **more)
        return centre.hub.exchange(signed.token, request)

    def hand_in(self, centre: Centre, signed: Signed, *changes: Change) -> HandedIn:
        request = HandIn(origin="one", now=1_795_000_000_000, changes=list(changes))
        return centre.hub.hand_in(signed.token, request)

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

    def test_a_withdrawn_laptop_hands_in_what_it_holds_and_is_told_nothing(self, centre: Centre) -> None:
        signed = self.signed(centre)
        held = [made(n, name=str(n)) for n in (1, 2, 3)]
        centre.revoke("wang")

        told = [self.hand_in(centre, signed, *some).upto for some in (held[:2], held[:2], held[2:], [])]

        assert told == [2, 2, 3, 3]
        with pytest.raises(Revoked):
            self.ask(centre, signed, *held)
        centre.add_account("li", [GRID])
        colleague = centre.hub.sign_in(SignIn(account="li", password=PASSWORD, device="invented"))
        assert self.ask(centre, colleague, origin="li").streams == []

    def test_only_a_withdrawn_laptop_hands_in(self, centre: Centre) -> None:
        signed = self.signed(centre)

        with pytest.raises(Refused):
            self.hand_in(centre, signed, made(1, name="a"))
        with pytest.raises(SignInNeeded):
            centre.hub.hand_in("no-such-token", HandIn(origin="one", now=0, changes=[]))

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
