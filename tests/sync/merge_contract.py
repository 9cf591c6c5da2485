"""What every hub promises to two people who write the same record."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from sync.clock import pack, wall_millis
from sync.conflict import Conflict
from sync.errors import Offline
from sync.protocol import Change, Exchange, Stamp, Verdict
from sync.record import LIFE
from tests.sync.centre import GRID, NEXT, Centre
from tests.sync.laptops import Laptop
from tests.sync.toys import ToyPerson


class MergeContract:
    """Different parts merge in silence; the same part is settled by a person, and nothing is lost meanwhile."""

    @pytest.fixture
    def laptops(self, centre: Centre) -> Iterator[tuple[Laptop, Laptop]]:
        centre.add_account("wang", [GRID])
        centre.add_account("li", [GRID])
        pair = Laptop(centre.hub, "wang"), Laptop(centre.hub, "li")
        yield pair
        for laptop in pair:
            laptop.close()

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

    def test_an_edit_made_before_its_area_was_withdrawn_is_taken_and_a_later_one_is_not(
        self, centre: Centre, laptops: tuple[Laptop, Laptop]
    ) -> None:
        wang, li = laptops
        person, _other = self.shared(wang, li)
        centre.assign("wang", [NEXT])
        made, told = Stamp(wang.replica.origin, wang.replica.last_mseq), []

        for number, hours in ((1, -1), (2, 1)):
            edit = _edited(wang, person, number, base=made, hours=hours)
            told += centre.hub.exchange(wang.engine.token, edit).receipts
        li.round()

        assert [receipt.verdict for receipt in told] == [Verdict.APPLIED, Verdict.LATE]
        assert li.replica.get(ToyPerson, person.id).name == "第 1 处修改"  # type: ignore[union-attr]

    def test_an_edit_made_before_its_record_left_follows_it(
        self, centre: Centre, laptops: tuple[Laptop, Laptop]
    ) -> None:
        wang, li = laptops
        centre.add_account("zhao", [NEXT])
        zhao = Laptop(centre.hub, "zhao")
        person, _other = self.shared(wang, li)
        made = Stamp(wang.replica.origin, wang.replica.last_mseq)
        person.area = NEXT
        wang.replica.save(person)
        wang.round()

        answer = centre.hub.exchange(li.engine.token, _edited(li, person, 1, base=made, hours=-1))
        zhao.round()

        assert [receipt.verdict for receipt in answer.receipts] == [Verdict.APPLIED]
        assert zhao.replica.get(ToyPerson, person.id).name == "第 1 处修改"  # type: ignore[union-attr]
        zhao.close()

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


def _edited(laptop: Laptop, person: ToyPerson, number: int, *, base: Stamp, hours: int) -> Exchange:
    """What a laptop sends that changed a name it had seen, so many hours from now."""
    mseq = laptop.replica.last_mseq + number
    edit = Change(
        mseq=mseq,
        tx=mseq,
        kind=person.kind(),
        id=person.id,
        area=GRID,
        groups={"name": {"name": f"第 {number} 处修改"}},
        base={"name": base},
        at=pack(wall_millis() + hours * 3_600_000),
        by=laptop.account,
    )
    return Exchange(origin=laptop.replica.origin, now=wall_millis(), changes=[edit])
