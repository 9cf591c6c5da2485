"""What an action would do is told before it is stored: to each person, and to what hangs on the household."""

from dataclasses import replace

import pytest

from gridclient.records import Dwelling, Matter, Pairing, PartyCentreHousehold
from gridclient.records.codes import Relation, Sex
from gridclient.records.people import LeftHow
from gridclient.rules import household_life as life
from gridclient.rules.consequences import CENTRE_HEAD, consequences, followed, news
from gridclient.rules.family import Family
from tests.support.households import GRID, NOTE, World, person, settled


@pytest.fixture
def family() -> Family:
    world = World()
    world.store(Dwelling(id="a", unit="1", door="101", area=GRID, tenure="01"))
    home = settled(
        world,
        world.records["a"],
        person("王建国", "户主", Sex.MALE, 1970),
        person("李芳", "配偶", Sex.FEMALE, 1972),
        person("周敏", "其他亲属", Sex.FEMALE, 1999),
    )
    world.store(
        Matter(household=home.id, title="楼道灯", area=GRID),
        Pairing(household=home.id, area=GRID),
        PartyCentreHousehold(household=home.id, head_name="王建国", area=GRID),
    )
    return world.family(home)


def test_each_person_is_told_what_changes_and_nobody_else(family: Family) -> None:
    head, wife, kin = family.members

    crowned = life.change_head(family, wife.id, NOTE)
    left = life.leave(family, [kin.id], LeftHow.DIED, NOTE)
    split = life.split(family, [kin.id], kin.id, NOTE, dwelling=family.door, place="101")

    assert news(family, crowned) == {head.id: "户主 → 配偶", wife.id: "配偶 → 户主"}
    assert news(family, left) == {kin.id: "去世"}
    assert news(family, split) == {kin.id: "分出去，其他亲属 → 户主"}


def test_a_relation_that_does_not_follow_is_told_to_be_open(family: Family) -> None:
    _head, wife, kin = family.members
    kin.relation = Relation.NEPHEW.value

    told = news(family, life.change_head(family, wife.id, NOTE))

    assert told[kin.id] == "侄子 → 待补"


def test_a_household_that_ends_tells_of_its_centre_its_matters_and_its_door(family: Family) -> None:
    everybody = [m.id for m in family.members]

    told = consequences(family, life.leave(family, everybody, LeftHow.MOVED, NOTE))

    assert told == [
        "这一户随之结束，不再计数",
        "党员中心户 1 项、联系 1+N 1 项随之结束",
        "1 件事项没有办结，请另行交代",
        "101室改为空置",
    ]


def test_a_post_is_told_with_the_person_unless_it_ends_with_the_household(family: Family) -> None:
    head = family.members[0].id
    posted = replace(family, posts=((head, "楼栋长"), (head, CENTRE_HEAD)))
    heir = family.members[1].id

    one = consequences(posted, life.leave(posted, [head], LeftHow.DIED, NOTE, heir=heir))
    all_ = consequences(posted, life.leave(posted, [m.id for m in posted.members], LeftHow.MOVED, NOTE))

    assert one == ["王建国还是楼栋长，请另行安排", "王建国还是党员中心户户主，请另行安排"]
    assert all_[0] == "王建国还是楼栋长，请另行安排"
    assert not any(CENTRE_HEAD in line for line in all_)


def test_what_hangs_on_a_household_follows_its_people(family: Family) -> None:
    assert followed(family) == [
        "事项 1 项转到并入的户",
        "党员中心户 1 项转到并入的户",
        "联系 1+N 1 项转到并入的户",
    ]
