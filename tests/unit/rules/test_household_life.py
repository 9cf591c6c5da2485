"""The turns of a household's life, one by one: what is stored for each, and what may not be."""

import pytest

from gridclient.errors import Unfit
from gridclient.records import (
    Dwelling,
    Household,
    HouseholdEvent,
    Matter,
    Pairing,
    PartyCentreHousehold,
    VisitTask,
)
from gridclient.records.codes import Relation, Sex
from gridclient.records.people import HouseholdKind, LeftHow, Turn
from gridclient.rules import household_life as life, ties
from gridclient.rules.family import Family, breaches, copied
from gridclient.rules.household_life import Note
from tests.support.households import GRID, NOTE, OTHER_GRID, World, person, settled


@pytest.fixture
def world() -> World:
    made = World()
    made.store(
        Dwelling(id="a", unit="1", door="101", area=GRID, tenure="01"),
        Dwelling(id="b", unit="1", door="102", area=GRID, tenure="03"),
        Dwelling(id="c", unit="1", door="201", area=OTHER_GRID, tenure="03"),
    )
    return made


@pytest.fixture
def wang(world: World) -> Family:
    """王建国 with his wife, his mother and two children, behind 101."""
    home = settled(
        world,
        world.records["a"],
        person("王建国", "户主", Sex.MALE, 1970, "1"),
        person("李芳", "配偶", Sex.FEMALE, 1972, "2"),
        person("赵桂英", "母亲", Sex.FEMALE, 1946, "3"),
        person("王强", "子", Sex.MALE, 1996, "4"),
        person("王丽", "女", Sex.FEMALE, 1999, "5"),
    )
    return world.family(home)


def ids(family: Family, *names: str) -> list[str]:
    return [m.id for m in family.members if m.name in names]


def relations(family: Family) -> dict[str, str]:
    return {m.name: Relation.words(m.relation) for m in family.members}


def words(event: HouseholdEvent) -> tuple[str, list[str], str, str]:
    return Turn.words(event.turn), event.people, event.before, event.after


def test_a_new_head_is_told_of_and_everybody_is_told_to_the_new_one(world: World, wang: Family) -> None:
    (heir,) = ids(wang, "李芳")

    world.store(*life.change_head(wang, heir, NOTE))

    after = world.family(wang.household)
    assert relations(after) == {
        "王建国": "配偶",
        "李芳": "户主",
        "赵桂英": "婆婆",
        "王强": "子",
        "王丽": "女",
    }
    assert (after.household.head, after.household.head_name) == (heir, "李芳")
    assert words(world.events()[-1]) == ("户主变更", ["李芳"], "王建国", "李芳")


def test_what_was_given_is_not_altered(wang: Family) -> None:
    before = [m.model_dump() for m in (wang.household, *wang.members)]

    life.change_head(wang, ids(wang, "李芳")[0], NOTE)
    life.leave(wang, ids(wang, "王强"), LeftHow.MOVED, NOTE)

    assert [m.model_dump() for m in (wang.household, *wang.members)] == before


def test_a_household_that_loses_its_head_asks_who_follows(world: World, wang: Family) -> None:
    head, heir = ids(wang, "王建国"), ids(wang, "李芳")[0]

    assert wang.needs_heir(head)
    with pytest.raises(Unfit, match="接任"):
        life.leave(wang, head, LeftHow.DIED, NOTE)
    world.store(*life.leave(wang, head, LeftHow.DIED, NOTE, heir=heir))

    after = world.family(wang.household)
    assert after.household.size == 4
    assert relations(after)["李芳"] == "户主"
    dead = world.person("王建国")
    assert (dead.left_how, dead.left_on, dead.removed) == ("died", NOTE.on, False)
    assert [words(e) for e in world.events()[-2:]] == [
        ("去世", ["王建国"], "", ""),
        ("户主变更", ["李芳"], "王建国", "李芳"),
    ]


def test_the_only_one_who_stays_follows_unasked(world: World) -> None:
    home = settled(world, world.records["a"], person("王安", "户主"), person("李安", "配偶"))
    family = world.family(home)

    world.store(*life.leave(family, ids(family, "王安"), LeftHow.MOVED, NOTE, to="外省"))

    assert relations(world.family(home)) == {"李安": "户主"}


def test_who_leaves_takes_the_word_where_to_along(world: World, wang: Family) -> None:
    world.store(*life.leave(wang, ids(wang, "王强"), LeftHow.MOVED, NOTE, to="成都"))

    assert world.person("王强").left_to == "成都"
    assert world.family(wang.household).household.size == 4
    assert words(world.events()[-1]) == ("迁出", ["王强"], "1栋1单元101", "成都")


def test_a_household_nobody_stays_in_ends_with_what_hung_on_it(world: World, wang: Family) -> None:
    own = wang.household
    tied = (
        VisitTask(household=own.id, due=NOTE.on, area=GRID),
        Pairing(household=own.id, area=GRID),
        PartyCentreHousehold(household=own.id, head_name="王建国", area=GRID),
        Matter(household=own.id, title="楼道灯", area=GRID),
    )
    world.store(*tied)
    family = world.family(own)

    assert ties.words(family.tied) == ["事项 1 项", "党员中心户 1 项", "联系 1+N 1 项", "走访任务 1 项"]
    world.store(*life.leave(family, [m.id for m in family.members], LeftHow.MOVED, NOTE))

    assert world.records[own.id].removed
    assert world.events()[-1].turn == Turn.GONE
    assert world.records["a"].tenure == "03"
    task, pairing, centre, matter = (world.records[r.id] for r in tied)
    assert (task.state, pairing.until, centre.state, matter.state) == ("cancelled", NOTE.on, "ended", "open")


def test_a_child_is_born_into_the_household(world: World, wang: Family) -> None:
    child = person("王小", "孙子", Sex.MALE, 2026)

    world.store(*life.join(wang, [child], NOTE, born=True))

    after = world.family(wang.household)
    assert after.household.size == 6
    assert relations(after)["王小"] == "孙子"
    assert words(world.events()[-1]) == ("出生", ["王小"], "", "1栋1单元101")


def test_who_is_registered_elsewhere_is_moved_and_never_entered_twice(world: World, wang: Family) -> None:
    other = settled(world, world.records["b"], person("周敏", "户主"), person("周小", "子", number="77"))
    known = world.family(other)

    world.store(*life.join(wang, [person("周小", "女婿", number="77")], NOTE, known=[known]))

    after = world.family(wang.household)
    assert relations(after)["周小"] == "女婿"
    assert {m.id for m in known.members} & {m.id for m in after.members} == set(ids(known, "周小"))
    assert [m.name for m in world.family(other).members] == ["周敏"]
    assert breaches(world.families()) == []
    assert words(world.events()[-2]) == ("迁入", ["周小"], "1栋1单元102", "1栋1单元101")
    assert words(world.events()[-1]) == ("迁出", ["周小"], "1栋1单元102", "1栋1单元101")


def test_a_head_whom_others_need_is_not_taken_from_them(world: World, wang: Family) -> None:
    other = settled(
        world,
        world.records["b"],
        person("周敏", "户主", number="76"),
        person("周小", "子"),
        person("周大", "子"),
    )

    with pytest.raises(Unfit, match="另一户的户主"):
        life.join(wang, [person("周敏", "女婿", number="76")], NOTE, known=[world.family(other)])


def test_the_same_number_twice_is_refused(world: World, wang: Family) -> None:
    with pytest.raises(Unfit, match="已经在本户"):
        life.join(wang, [person("王强", "子", number="4")], NOTE, known=[wang])
    with pytest.raises(Unfit, match="填了两次"):
        life.join(wang, [person("周小", "子", number="77"), person("周大", "子", number="77")], NOTE)


def test_a_tenant_may_stay_registered_where_he_is_at_home(world: World, wang: Family) -> None:
    tenant = Household(kind_of_household=HouseholdKind.FLOATING.value)

    world.store(
        *life.found(
            world.records["b"], "102", tenant, [person("王强", "户主", number="4")], NOTE, known=[wang]
        )
    )

    assert len(world.family(wang.household).members) == 5
    assert world.records["b"].tenure == "02"
    assert world.events()[-1].turn == Turn.LET
    assert breaches(world.families()) == []


def test_a_split_makes_two_households_with_a_head_each(world: World, wang: Family) -> None:
    going, head = ids(wang, "王强", "王丽"), ids(wang, "王丽")[0]

    world.store(
        *life.split(wang, going, head, NOTE, dwelling=world.records["b"], place="102", number="000123")
    )

    new = next(f for f in world.families() if f.household.number == "000123")
    assert relations(new) == {"王强": "兄", "王丽": "户主"}
    assert relations(world.family(wang.household)).keys() == {"王建国", "李芳", "赵桂英"}
    assert world.records["b"].tenure == "01"
    event = world.events()[-1]
    assert (event.household, event.other) == (wang.household.id, new.household.id)
    assert words(event) == ("分户", ["王强", "王丽"], "1栋1单元101", "102")


def test_a_split_needs_somebody_on_both_sides_and_a_head_who_goes(world: World, wang: Family) -> None:
    there = {"dwelling": world.records["b"], "place": "102"}
    everybody = [m.id for m in wang.members]
    with pytest.raises(Unfit, match="全家"):
        life.split(wang, everybody, everybody[0], NOTE, **there)
    with pytest.raises(Unfit, match="新户由谁"):
        life.split(wang, ids(wang, "王强"), ids(wang, "李芳")[0], NOTE, **there)
    with pytest.raises(Unfit, match="接任"):
        life.split(wang, ids(wang, "王建国"), ids(wang, "王建国")[0], NOTE, **there)


def test_a_merge_ends_one_household_and_what_hung_on_it_follows(world: World, wang: Family) -> None:
    young = settled(
        world,
        world.records["b"],
        person("王刚", "户主", Sex.MALE, 1994),
        person("陈静", "配偶", Sex.FEMALE, 1995),
    )
    matter = Matter(household=young.id, title="漏水", area=GRID)
    world.store(matter)

    world.store(*life.merge(wang, world.family(young), Relation.SON.value, NOTE))

    after = world.family(wang.household)
    assert relations(after)["王刚"] == "子"
    assert relations(after)["陈静"] == "儿媳"
    assert after.household.size == 7
    assert world.records[young.id].removed
    assert world.records[matter.id].household == wang.household.id
    assert world.records["b"].tenure == "03"
    assert breaches(world.families()) == []
    assert words(world.events()[-1]) == ("并户", ["王刚", "陈静"], "1栋1单元102", "1栋1单元101")


def test_households_of_two_kinds_are_not_merged(world: World, wang: Family) -> None:
    tenants = settled(world, world.records["b"], person("周敏", "户主"), kind="floating")

    with pytest.raises(Unfit, match="户类别不同"):
        life.merge(wang, world.family(tenants), "", NOTE)
    with pytest.raises(Unfit, match="自己"):
        life.merge(wang, wang, "", NOTE)


def test_a_whole_household_moves_with_its_number_and_all_that_is_tied_to_it(
    world: World, wang: Family
) -> None:
    pairing = Pairing(household=wang.household.id, area=GRID)
    world.store(pairing)

    world.store(*life.move(world.family(wang.household), world.records["c"], "201", NOTE))

    after = world.family(wang.household)
    assert after.household.dwelling == "c"
    assert {r.area for r in (after.household, *after.members, world.records[pairing.id])} == {OTHER_GRID}
    assert (world.records["a"].tenure, world.records["c"].tenure) == ("03", "01")
    event = world.events()[-1]
    assert (event.dwelling, event.area) == ("a", GRID)
    assert words(event)[2:] == ("1栋1单元101", "201")
    with pytest.raises(Unfit, match="已经住在"):
        life.move(after, world.records["c"], "201", NOTE)


def test_a_door_others_live_behind_is_not_called_empty(world: World, wang: Family) -> None:
    settled(world, world.records["a"], person("周敏", "户主"))

    world.store(*life.move(world.family(wang.household), world.records["c"], "201", NOTE))

    assert world.records["a"].tenure == "01"


def test_the_laws_name_what_is_broken(world: World, wang: Family) -> None:
    second = copied(wang.members[1])
    second.relation = Relation.HEAD.value
    gone = copied(wang.members[2])
    gone.left_how = "died"
    two_heads = Family(wang.household, (wang.members[0], second, *wang.members[2:]), wang.door)
    a_dead_one = Family(wang.household, (*wang.members[:2], gone, *wang.members[3:]), wang.door)
    too_few = Family(wang.household, wang.members[:3], wang.door)
    other = Household(head="x", head_name="王强", size=1)
    twin = person("王强", "户主", number="4")
    twin.id, twin.household = "x", other.id

    assert breaches([wang]) == []
    assert breaches([two_heads]) == ["一户要有一位户主，不多不少"]
    assert breaches([a_dead_one]) == ["离开的人还算在户里"]
    assert breaches([too_few]) == ["人口数与成员不符"]
    assert breaches([wang, Family(other, (twin,), wang.door)]) == ["一人在两户"]


def test_a_household_ends_with_the_last_who_lived_there(world: World) -> None:
    home = settled(world, world.records["b"], person("王安", "户主"))
    family = world.family(home)

    world.store(*life.leave(family, [family.members[0].id], LeftHow.DIED, NOTE))

    assert world.records[home.id].removed
    assert world.records["b"].tenure == "03"
    assert world.events()[-1].turn == Turn.DIED


def test_a_household_known_by_its_head_alone_can_leave(world: World) -> None:
    home = Household(dwelling="b", head_name="周敏", size=3, area=GRID)
    world.store(home)

    with pytest.raises(Unfit, match="选人"):
        life.change_head(world.family(home), "", NOTE)
    world.store(*life.leave(world.family(home), [], LeftHow.MOVED, NOTE, to="外省"))

    assert world.records[home.id].removed
    assert words(world.events()[-1]) == ("整户迁出", ["周敏"], "1栋1单元102", "外省")


def test_a_turn_is_told_with_who_from_where_to_where_and_why(world: World, wang: Family) -> None:
    note = Note(NOTE.on, NOTE.by, NOTE.at, "随儿子")

    world.store(*life.leave(wang, ids(wang, "赵桂英"), LeftHow.MOVED, note, to="成都"))

    assert life.told(world.events()[-1]) == "赵桂英：由 1栋1单元101 到 成都（随儿子）"
    assert life.told(HouseholdEvent(turn=Turn.DIED.value, people=["赵桂英"])) == "赵桂英"


def test_who_moved_out_and_comes_back_is_the_same_record_again(world: World, wang: Family) -> None:
    world.store(*life.leave(wang, ids(wang, "王强"), LeftHow.MOVED, NOTE, to="成都"))
    gone = world.person("王强")
    comer = person("王强", "子", number="4")

    (back,) = life.returned([comer], [gone])
    world.store(*life.join(world.family(wang.household), [back], NOTE))

    after = world.family(wang.household)
    assert ids(after, "王强") == [gone.id]
    assert (after.household.size, world.person("王强").left_to) == (5, "")
    assert gone.left_how == "moved"
    assert breaches(world.families()) == []


def test_nobody_comes_back_from_the_dead(world: World, wang: Family) -> None:
    world.store(*life.leave(wang, ids(wang, "王强"), LeftHow.DIED, NOTE))

    with pytest.raises(Unfit, match="已去世"):
        life.returned([person("王强", "子", number="4")], [world.person("王强")])


def test_somebody_new_is_nobodys_return(wang: Family) -> None:
    new = person("周敏", "子", number="88")

    assert life.returned([new], list(wang.members)) == [new]
    assert life.returned([person("周敏", "子")], [person("", "子")])[0].name == "周敏"


def test_the_head_there_is_may_be_named_again_where_a_household_has_several(
    world: World, wang: Family
) -> None:
    twice = [copied(m) for m in wang.members]
    for member in twice:
        member.relation = Relation.HEAD.value
    world.store(*twice)
    family = world.family(wang.household)
    assert family.head is not None

    world.store(*life.change_head(family, family.head.id, NOTE))

    assert breaches(world.families()) == []
    assert words(world.events()[-1]) == ("户主变更", ["王建国"], "", "王建国")
    with pytest.raises(Unfit, match="已经是户主"):
        life.change_head(world.family(wang.household), family.head.id, NOTE)
