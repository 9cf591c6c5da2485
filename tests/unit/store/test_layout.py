"""Edits of a layout: every household is found again behind the door it belongs to."""

import pytest

from gridclient.errors import Unfit
from gridclient.records import Building, Dwelling, Household, Photo, Resident
from gridclient.rules.generator import Place
from gridclient.rules.pasted import read
from gridclient.store import layout
from sync.replica import Replica
from tests.unit.store.conftest import building, family, flat

AT = 1_800_000_000_000


@pytest.fixture
def house(replica: Replica) -> Building:
    return building(replica, "3栋")


def rooms(replica: Replica, house: Building) -> list[str]:
    return [dwelling.door for dwelling in layout.doors_of(replica, house.id)]


def test_households_and_photos_follow_to_the_merged_door(replica: Replica, house: Building) -> None:
    one, other = (
        flat(replica, house, "1", "501", area_m2=60.0),
        flat(replica, house, "1", "502", area_m2=40.0),
    )
    homes = [family(replica, other, "王建国"), family(replica, other, "李敏")]
    replica.save(Photo(dwelling=one.id, area=one.area, sha256="0" * 64, size=1))

    replica.save(*layout.merged(replica, [one, other], "501-502", at=AT))

    (door,) = layout.doors_of(replica, house.id)
    assert (door.id, door.door, door.floor, door.area_m2) == (other.id, "501-502", 5, 100.0)
    assert {home.id for home in layout.households_of(replica, {door.id})} == {home.id for home in homes}
    assert [photo.dwelling for photo in replica.all(Photo)] == [door.id]


def test_a_merged_door_takes_over_what_it_does_not_know(replica: Replica, house: Building) -> None:
    one, other = flat(replica, house, "1", "501"), flat(replica, house, "1", "502", owner="周明", tenure="01")

    replica.save(*layout.merged(replica, [one, other], "501-502", at=AT))

    (door,) = layout.doors_of(replica, house.id)
    assert (door.owner, door.tenure, door.unit) == ("周明", "01", "1")


def test_doors_of_two_stairwells_are_not_merged(replica: Replica, house: Building) -> None:
    with pytest.raises(Unfit, match="同一单元"):
        layout.merged(
            replica, [flat(replica, house, "1", "501"), flat(replica, house, "2", "501")], "501", at=AT
        )


def test_a_split_door_keeps_its_people_and_those_who_are_sent_move(replica: Replica, house: Building) -> None:
    door = flat(replica, house, "1", "501-502", address="杏花路3号1单元501-502", area_m2=100.0)
    stays, goes = family(replica, door, "王建国"), family(replica, door, "李敏")

    replica.save(*layout.split(replica, door, ["501", "502"], {goes.id: 1}))

    one, other = layout.doors_of(replica, house.id)
    assert (one.id, one.door, one.area_m2, one.address) == (door.id, "501", None, "杏花路3号1单元501")
    assert (other.door, other.floor, other.address) == ("502", 5, "杏花路3号1单元502")
    assert [home.id for home in layout.households_of(replica, {one.id})] == [stays.id]
    assert [home.id for home in layout.households_of(replica, {other.id})] == [goes.id]


def test_a_renamed_door_tells_its_floor_and_address_anew(replica: Replica, house: Building) -> None:
    door = flat(replica, house, "1", "501", address="杏花路3号1单元501室")

    replica.save(*layout.renamed(replica, door, "2", "601"))

    (found,) = layout.doors_of(replica, house.id)
    assert (found.unit, found.floor, found.door, found.address) == ("2", 6, "601", "杏花路3号2单元601室")


@pytest.mark.parametrize("taken", ["501", "502"])
def test_no_number_is_given_twice(replica: Replica, house: Building, taken: str) -> None:
    flat(replica, house, "1", "501-502")
    door = flat(replica, house, "1", "503")

    with pytest.raises(Unfit, match="已经有了"):
        layout.renamed(replica, door, "1", taken)
    with pytest.raises(Unfit, match="已经有了"):
        layout.inserted(replica, house, "1", [taken], 5)
    with pytest.raises(Unfit, match="已经有了"):
        layout.split(replica, door, ["503", taken], {})


def test_doors_are_inserted_where_they_belong(replica: Replica, house: Building) -> None:
    flat(replica, house, "1", "501")

    replica.save(*layout.inserted(replica, house, "1", ["502", "601", "夹层"], 5))

    found = layout.doors_of(replica, house.id)
    assert {(d.door, d.floor) for d in found} == {("501", 5), ("502", 5), ("601", 6), ("夹层", 5)}
    assert {d.area for d in found} == {house.area}


def test_a_door_is_deleted_only_when_nobody_is_registered_behind_it(
    replica: Replica, house: Building
) -> None:
    empty, lived = flat(replica, house, "1", "501"), flat(replica, house, "1", "502")
    family(replica, lived, "王建国")

    with pytest.raises(Unfit, match="502 还登记着住户"):
        layout.removed(replica, [empty, lived], at=AT)
    replica.save(*layout.removed(replica, [replica.get(Dwelling, empty.id)], at=AT))

    assert rooms(replica, house) == ["502"]


def test_a_pasted_list_makes_doors_families_and_heads_and_replaces_nobody(
    replica: Replica, house: Building
) -> None:
    family(replica, flat(replica, house, "1", "501"), "王建国")
    family(replica, flat(replica, house, "1", "502"), "李敏")
    pasted = read("501\t王建国\n502\t赵磊\n503\t周静\n504\t空置", unit="1")

    told = layout.foreseen(replica, house, pasted.doors)
    replica.save(*layout.settled(house, told))

    assert (len(told.fresh), [door.head for door in told.homes], told.left) == (2, ["周静"], 1)
    assert rooms(replica, house) == ["501", "502", "503", "504"]
    assert sorted(home.head_name for home in replica.all(Household)) == ["周静", "李敏", "王建国"]
    head = next(person for person in replica.all(Resident) if person.name == "周静")
    assert replica.get(Household, head.household).head == head.id
    assert [d.tenure for d in layout.doors_of(replica, house.id)][3] == "03"


def test_a_pasted_room_of_a_merged_door_is_that_door(replica: Replica, house: Building) -> None:
    door = flat(replica, house, "1", "501-502")

    told = layout.foreseen(replica, house, read("房号\t户主\t状态\n501\t王建国\t出租", unit="1").doors)
    made = layout.settled(house, told)

    assert not told.fresh
    assert [record.dwelling for record in made if isinstance(record, Household)] == [door.id]
    assert [record.tenure for record in made if isinstance(record, Dwelling)] == ["02"]


def test_new_doors_lie_where_their_building_lies(house: Building) -> None:
    house.address = "杏花路3号"

    (door,) = layout.made(house, [Place("2", 15, "1502")])

    assert (door.building, door.area, door.address) == (house.id, house.area, "杏花路3号2单元1502")
