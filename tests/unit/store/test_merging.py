"""Two records of one person become one, and nothing that named the other is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridclient.errors import Unfit
from gridclient.fields import links_to
from gridclient.records import Household, PartyMember, Resident, Steward
from gridclient.store.merging import merged
from sync.replica import Replica
from tests.support import people


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    desk = people.desk_at(tmp_path)
    yield desk.replica
    desk.close()


def two(replica: Replica) -> tuple[Resident, Resident]:
    """A member of one household, and the same person entered again with other things known."""
    one = next(p for p in replica.all(Resident) if p.relation != "02" and p.phones)
    other = Resident(
        name=one.name, household=one.household, area=one.area, employer="桂花路小学", phones=["19900077777"]
    )
    replica.save(other)
    return one, other


def test_what_only_the_other_one_knew_is_kept_and_nothing_is_overwritten(replica: Replica) -> None:
    one, other = two(replica)
    other.nation = "56"

    person = next(r for r in merged(replica, one, other) if r.id == one.id)

    assert isinstance(person, Resident)
    assert person.employer == "桂花路小学"
    assert person.phones == [*one.phones, "19900077777"]
    assert person.nation == one.nation
    assert one.employer == ""


def test_everything_that_named_the_other_one_names_the_one_kept(replica: Replica) -> None:
    one, other = two(replica)
    member, warden = (kind(name=other.name, resident=other.id) for kind in (PartyMember, Steward))
    replica.save(member, warden)

    found = {record.id: record for record in merged(replica, one, other)}

    assert found[member.id].resident == one.id  # type: ignore[attr-defined]
    assert found[warden.id].resident == one.id  # type: ignore[attr-defined]
    named = [(r, f.name) for r in found.values() for s, f in links_to("resident") if s.table is type(r)]
    assert all(getattr(record, name) != other.id for record, name in named)


def test_the_household_is_counted_again_and_its_head_is_kept(replica: Replica) -> None:
    one, other = two(replica)
    home = replica.get(Household, one.household)
    assert home is not None
    living = replica.count(Resident, Resident.household == home.id)
    home.head, home.head_name = other.id, other.name
    replica.save(home)

    after = next(r for r in merged(replica, one, other) if r.id == home.id)

    assert isinstance(after, Household)
    assert (after.head, after.head_name, after.size) == (one.id, one.name, living - 1)


@pytest.mark.parametrize(
    ("kept", "other", "merged_into"), [("", "10", "10"), ("20", "02", "02"), ("10", "20", "10")]
)
def test_within_a_household_a_relation_that_is_known_stays_and_its_head_stays_its_head(
    replica: Replica, kept: str, other: str, merged_into: str
) -> None:
    one, double = two(replica)
    one.relation, double.relation = kept, other

    person = next(r for r in merged(replica, one, double) if r.id == one.id)

    assert isinstance(person, Resident)
    assert person.relation == merged_into


def test_a_relation_told_in_another_household_does_not_go_over(replica: Replica) -> None:
    one, double = two(replica)
    double.household = next(h.id for h in replica.all(Household) if h.id != one.household)
    one.relation, double.relation = "", "10"

    person = next(r for r in merged(replica, one, double) if r.id == one.id)

    assert isinstance(person, Resident)
    assert person.relation == ""


def test_a_head_whom_others_follow_is_not_taken_out_of_another_household(replica: Replica) -> None:
    one = replica.all(Resident)[0]
    homes = [h for h in replica.all(Household) if (h.size or 0) > 1 and h.id != one.household]
    head = replica.get(Resident, homes[0].head)
    assert head is not None

    with pytest.raises(Unfit, match="户主"):
        merged(replica, one, head)
