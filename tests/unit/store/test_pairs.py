"""Who may stand in the register twice."""

from gridclient.records import Resident, TwoPeople
from gridclient.store.pairs import suspects
from sync.replica import Replica
from tests.unit.store.conftest import building, family, flat

NUMBER = "519901198001010017"


def twice(replica: Replica) -> tuple[Resident, Resident]:
    """One person in two households."""
    house, found = building(replica, "3栋"), []
    for door in ("101", "201"):
        home = family(replica, flat(replica, house, "1", door), "王建国")
        (person,) = replica.all(Resident, Resident.household == home.id)
        person.id_number = NUMBER
        found.append(person)
    replica.save(*found)
    return found[0], found[1]


def test_two_records_of_one_person_are_told_with_their_doors_and_the_reason(replica: Replica) -> None:
    one, other = twice(replica)
    family(replica, flat(replica, building(replica, "5栋"), "1", "101"), "赵大海")

    (found,) = suspects(replica)

    assert {found.pair.one, found.pair.other} == {one.id, other.id}
    assert found.names == ("王建国", "王建国")
    assert sorted(found.places) == ["3栋1单元101", "3栋1单元201"]
    assert "证件号码相同" in found.pair.why
    assert "王建国" not in repr(found)


def test_two_who_were_told_apart_are_never_asked_about_again(replica: Replica) -> None:
    one, other = twice(replica)
    told = TwoPeople(one=other.id, other=one.id, area=one.area)

    replica.save(told)
    assert suspects(replica) == []

    replica.remove(told, "撤回")
    assert len(suspects(replica)) == 1


def test_who_is_in_the_recycle_bin_is_nobody_s_double(replica: Replica) -> None:
    _one, other = twice(replica)

    replica.remove(other, "重复登记")

    assert suspects(replica) == []
