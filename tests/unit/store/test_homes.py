from datetime import date
import random

import pytest
from sqlalchemy import event

from gridclient.errors import Unfit
from gridclient.records import OrgUnit, Pairing, PartyCentreHousehold, VisitTask
from gridclient.records.people import CareLabel, LeftHow, PopulationKind
from gridclient.records.rounds import Campaign, DueRule
from gridclient.rules import completeness
from gridclient.store import homes
from gridclient.store.homes import Door
from sync.replica import Replica
from tests.unit.store.conftest import AREA, TODAY, building, family, flat, visit


def one_door(replica: Replica, of: str) -> Door:
    (door,) = homes.doors(replica, of, TODAY)
    return door


def test_a_door_shows_who_lives_behind_it(replica: Replica) -> None:
    house = building(replica, "3栋")
    home = family(
        replica, flat(replica, house, "2", "501", tenure="01"), "王建国", "王小明", labels=["alone"]
    )
    door = one_door(replica, house.id)
    assert (door.label, door.head, door.size, door.labels) == ("3栋2单元501", "王建国", 2, ("alone",))
    assert (door.household, door.floor, door.tenure) == (home.id, 5, "01")


def test_a_household_that_was_never_visited_is_overdue(replica: Replica) -> None:
    house = building(replica, "3栋")
    family(replica, flat(replica, house, "1", "101"), "王建国")
    assert one_door(replica, house.id).due.urgency == "never"
    assert [door.head for door in homes.round_of(replica, TODAY)] == ["王建国"]


def test_a_knock_at_a_locked_door_is_an_attempt_and_not_a_visit(replica: Replica) -> None:
    house = building(replica, "3栋")
    home = family(replica, flat(replica, house, "1", "101"), "王建国")
    visit(replica, home, date(2026, 6, 12), "met")
    visit(replica, home, date(2026, 11, 20), "nobody")
    door = one_door(replica, house.id)
    assert (door.last_visit, door.last_outcome) == (date(2026, 11, 20), "nobody")
    assert door.last_effective == date(2026, 6, 12)
    assert door.due.day == date(2026, 12, 12)


def test_the_label_of_one_member_makes_the_whole_household_due(replica: Replica) -> None:
    house = building(replica, "3栋")
    home = family(replica, flat(replica, house, "1", "101"), "王建国", "李秀英")
    visit(replica, home, date(2026, 11, 1))
    elder = next(p for p in homes.home(replica, home.id, TODAY).members if p.name == "李秀英")
    elder.labels = [CareLabel.LIVING_ALONE.value, CareLabel.ELDERLY.value]
    replica.save(elder)
    door = one_door(replica, house.id)
    assert (door.due.why, door.due.day) == ("高龄独居", date(2026, 11, 8))
    assert homes.home(replica, home.id, TODAY).due == door.due


def test_the_database_counts_what_is_known_of_a_person_as_the_rule_does(replica: Replica) -> None:
    chance, house = random.Random(4), building(replica, "3栋")
    births = [None, TODAY, *(date(2010, 11, d) for d in (21, 22, 23)), date(2008, 2, 29), date(1950, 1, 1)]
    for number in range(60):
        home = family(replica, flat(replica, house, "1", f"{number}"), "王", labels=["alone"])
        (person,) = homes.home(replica, home.id, TODAY).members
        person.birth = births[number % len(births)]
        person.population = chance.choice(["", *(kind.value for kind in PopulationKind)])
        for field in completeness.wanted("resident"):
            if field.name not in ("birth", "relation") and chance.random() < 0.5:
                setattr(person, field.name, [] if field.many else "")
            elif field.name == "phones":
                person.phones = ["19900001234"]
        replica.save(person)

    for door in homes.doors(replica, house.id, TODAY):
        assert door.completeness == homes.home(replica, door.household, TODAY).completeness


def test_an_office_may_change_the_rules(replica: Replica) -> None:
    house = building(replica, "3栋")
    home = family(replica, flat(replica, house, "1", "101"), "王建国")
    visit(replica, home, date(2026, 11, 1))
    replica.save(DueRule(words="每户都要常去", every="week", area=AREA))
    assert one_door(replica, house.id).due.day == date(2026, 11, 8)
    assert homes.home(replica, home.id, TODAY).due.words.startswith("每户都要常去 每周")


def test_a_sweep_wants_every_household_met_once(replica: Replica) -> None:
    house, other = building(replica, "3栋"), building(replica, "5栋")
    home = family(replica, flat(replica, house, "1", "101"), "王建国")
    beside = family(replica, flat(replica, other, "1", "101"), "赵大海")
    visit(replica, home, date(2026, 11, 1))
    visit(replica, beside, date(2026, 11, 1))
    days = {"since": date(2026, 11, 10), "until": TODAY}
    replica.save(Campaign(title="冬季敲门", buildings=[house.id], area=AREA, **days))
    assert [(d.head, d.sweeps) for d in homes.round_of(replica, TODAY)] == [("王建国", ("冬季敲门",))]
    visit(replica, home, date(2026, 11, 20), "nobody")
    assert one_door(replica, house.id).sweeps
    visit(replica, home, TODAY)
    assert homes.round_of(replica, TODAY) == []


def test_a_sweep_that_is_over_or_ended_wants_nobody(replica: Replica) -> None:
    house = building(replica, "3栋")
    home = family(replica, flat(replica, house, "1", "101"), "王建国")
    visit(replica, home, date(2026, 11, 1))
    over = Campaign(title="上周的", since=date(2026, 11, 2), until=date(2026, 11, 8), area=AREA)
    ended = Campaign(title="停了", since=date(2026, 11, 2), until=TODAY, state="closed", area=AREA)
    elsewhere = Campaign(title="别处", since=date(2026, 11, 2), until=TODAY, grids=["0" * 32], area=AREA)
    replica.save(over, ended, elsewhere)
    assert one_door(replica, house.id).sweeps == ()


def test_a_door_tells_who_knocked_last(replica: Replica) -> None:
    house = building(replica, "3栋")
    home = family(replica, flat(replica, house, "1", "101"), "王建国")
    visit(replica, home, date(2026, 11, 1), visitors=["张敏"])
    visit(replica, home, date(2026, 11, 20), "nobody", visitors=["李强", "赵芳"])
    assert one_door(replica, house.id).visited_by == ("李强", "赵芳")


def test_knocks_with_nobody_home_are_counted_in_a_row_until_somebody_is_met(replica: Replica) -> None:
    house = building(replica, "1号楼")
    home = family(replica, flat(replica, house, "1", "101"), "王建国")
    days, came = (1, 3, 5, 7, 9, 9), ("nobody", "nobody", "met", "nobody", "nobody", "nobody")

    counted = []
    for number, (day, outcome) in enumerate(zip(days, came, strict=True)):
        visit(replica, home, date(2026, 11, day), outcome, id=f"{number:032x}")
        counted.append(one_door(replica, house.id).unmet)

    assert counted == [1, 2, 0, 1, 2, 3]


def test_of_two_knocks_on_one_day_the_later_one_counts(replica: Replica) -> None:
    house = building(replica, "1号楼")
    home = family(replica, flat(replica, house, "1", "101"), "王建国")

    told = []
    for number, outcome in enumerate(("refused", "nobody", "met")):
        visit(replica, home, TODAY, outcome, id=f"{number:032x}")
        told.append((one_door(replica, house.id).last_outcome, one_door(replica, house.id).unmet))

    assert told == [("refused", 0), ("nobody", 1), ("met", 0)]


def test_a_stairwell_is_told_without_the_door(replica: Replica) -> None:
    shops, yard = building(replica, "槐荫苑商业街"), building(replica, "柳溪院落")
    flat(replica, shops, "", "11")
    flat(replica, yard, "1组", "2")
    assert one_door(replica, shops.id).stairwell == "槐荫苑商业街"
    assert one_door(replica, yard.id).stairwell == "柳溪院落1组"


def test_former_tenants_visits_do_not_count_for_the_new_household(replica: Replica) -> None:
    house = building(replica, "3栋")
    dwelling = flat(replica, house, "1", "101")
    former = family(replica, dwelling, "王建国")
    visit(replica, former, date(2026, 11, 1))
    replica.remove(former, "搬走")
    family(replica, dwelling, "赵大海")
    door = one_door(replica, house.id)
    assert (door.head, door.last_visit, door.due.urgency) == ("赵大海", None, "never")


def test_a_vacant_door_is_looked_at_once_a_year(replica: Replica) -> None:
    house = building(replica, "3栋")
    dwelling = flat(replica, house, "1", "101", tenure="03")
    assert homes.round_of(replica, TODAY)[0].due.why == "空置房"
    family_gone = family(replica, dwelling, "王建国")
    visit(replica, family_gone, date(2026, 10, 1), "empty", household="")
    replica.remove(family_gone)
    assert one_door(replica, house.id).due.day == date(2027, 10, 1)
    assert homes.round_of(replica, TODAY) == []


def test_two_households_behind_one_door_are_one_door(replica: Replica) -> None:
    house = building(replica, "3栋")
    dwelling = flat(replica, house, "1", "101")
    first = family(replica, dwelling, "王建国", "王小明")
    second = family(replica, dwelling, "赵大海")
    visit(replica, first, date(2026, 11, 20))
    door = one_door(replica, house.id)
    assert door.household == second.id  # the one that is due first
    assert (set(door.households), door.size) == ({first.id, second.id}, 3)
    assert [o.id for o in homes.home(replica, first.id, TODAY).others] == [second.id]


def test_people_who_left_or_were_removed_are_not_counted(replica: Replica) -> None:
    house = building(replica, "3栋")
    home = family(replica, flat(replica, house, "1", "101"), "王建国", "王小明", "王小红")
    boy, girl = (
        next(p for p in homes.home(replica, home.id, TODAY).members if p.name == name)
        for name in ("王小明", "王小红")
    )
    boy.left_how, boy.left_on = LeftHow.MOVED.value, date(2026, 9, 1)
    replica.save(boy)
    replica.remove(girl, "录重了")
    assert one_door(replica, house.id).size == 1
    found = homes.home(replica, home.id, TODAY)
    assert [p.name for p in found.gone] == ["王小明"]
    assert [(e.kind, e.title, e.text) for e in found.timeline] == [("resident", "迁出", "王小明")]


def test_an_appointment_brings_a_door_into_the_round(replica: Replica) -> None:
    house = building(replica, "3栋")
    home = family(replica, flat(replica, house, "1", "101"), "王建国")
    visit(replica, home, date(2026, 11, 20))
    assert homes.round_of(replica, TODAY) == []
    replica.save(VisitTask(household=home.id, due=TODAY, title="送药", area=AREA))
    (door,) = homes.round_of(replica, TODAY)
    assert (door.appointment, door.why) == (TODAY, "送药")
    assert [t.title for t in homes.home(replica, home.id, TODAY).tasks] == ["送药"]


def test_the_round_goes_building_by_building_down_the_stairs(replica: Replica) -> None:
    for name in ("10栋", "9栋"):
        house = building(replica, name)
        for unit, door in (("2", "101"), ("1", "201"), ("1", "301"), ("1", "302")):
            family(replica, flat(replica, house, unit, door), "某人")
    walked = [door.label for door in homes.round_of(replica, TODAY)]
    assert walked[:5] == ["9栋1单元301", "9栋1单元302", "9栋1单元201", "9栋2单元101", "10栋1单元301"]
    upwards = [door.label for door in homes.round_of(replica, TODAY, order="up")]
    assert upwards[:3] == ["9栋1单元201", "9栋1单元301", "9栋1单元302"]


def test_the_round_of_one_grid_leaves_the_others_out(replica: Replica) -> None:
    here, there = building(replica, "1栋"), building(replica, "2栋", area="519901001001004")
    for house in (here, there):
        family(replica, flat(replica, house, "1", "101"), house.name)
    assert [d.head for d in homes.round_of(replica, TODAY, [AREA])] == ["1栋"]
    assert len(homes.round_of(replica, TODAY, ["519901001001"])) == 2
    assert [d.head for d in homes.round_of(replica, TODAY, building=there.id)] == ["2栋"]


def test_what_waits_for_the_centre_is_shown_on_the_door(replica: Replica) -> None:
    house = building(replica, "1栋")
    family(replica, flat(replica, house, "1", "101"), "王建国")
    assert one_door(replica, house.id).unsent


def test_a_centre_household_is_marked_and_due_every_month(replica: Replica) -> None:
    house = building(replica, "1栋")
    home = family(replica, flat(replica, house, "1", "101"), "党红旗")
    kept = family(replica, flat(replica, house, "1", "102"), "王建国")
    centre = PartyCentreHousehold(household=home.id, head_name="党红旗", area=AREA)
    replica.save(centre, Pairing(centre=centre.id, household=kept.id, area=AREA))
    visit(replica, home, date(2026, 11, 1))
    first, _second = homes.doors(replica, house.id, TODAY)
    assert (first.centre, first.due.why, first.due.day) == (True, "中心户", date(2026, 12, 1))
    assert homes.home(replica, kept.id, TODAY).contacts == ["党红旗（中心户）"]
    assert homes.home(replica, home.id, TODAY).centre is not None


def test_a_home_says_what_is_still_missing(replica: Replica) -> None:
    house = building(replica, "1栋")
    home = homes.home(replica, family(replica, flat(replica, house, "1", "101"), "王建国").id, TODAY)
    assert "身份证号" in home.missing[home.members[0].id]
    assert "使用情况" in home.missing[home.dwelling.id]
    assert home.completeness == one_door(replica, house.id).completeness
    assert 0 < home.completeness < 0.3


def test_a_door_without_a_household_has_a_home_to_begin_with(replica: Replica) -> None:
    house = building(replica, "1栋")
    dwelling = flat(replica, house, "1", "101")
    home = homes.empty_home(replica, dwelling.id, TODAY)
    assert (home.household, home.members, home.label) == (None, [], "1栋1单元101")


def test_a_home_that_is_gone_is_told_in_words(replica: Replica) -> None:
    with pytest.raises(Unfit) as caught:
        homes.home(replica, "nobody", TODAY)
    assert caught.value.advice


def test_the_tree_counts_households_visited_in_the_half_year(replica: Replica, estate: OrgUnit) -> None:
    house = building(replica, "10栋", estate.id)
    building(replica, "9栋", estate.id)
    one = family(replica, flat(replica, house, "1", "101"), "甲")
    two = family(replica, flat(replica, house, "2", "101"), "乙")
    visit(replica, one, date(2026, 9, 1))
    visit(replica, two, date(2026, 6, 30))
    visit(replica, two, date(2026, 9, 1), "nobody")
    (root,) = homes.tree(replica, TODAY)
    assert (root.kind, root.title, root.visited, root.total) == ("estate", "杏花苑", 1, 2)
    assert [node.title for node in root.children] == ["9栋", "10栋"]
    units = root.children[1].children
    assert [(u.title, u.visited, u.total) for u in units] == [("1单元", 1, 1), ("2单元", 0, 1)]
    assert homes.tree(replica, TODAY, every="year")[0].visited == 2


def test_buildings_outside_any_estate_are_in_the_tree_too(replica: Replica) -> None:
    building(replica, "零散一栋")
    (root,) = homes.tree(replica, TODAY)
    assert (root.title, [n.title for n in root.children]) == ("未归小区", ["零散一栋"])


def test_a_list_of_doors_costs_the_same_however_many_there_are(replica: Replica) -> None:
    house = building(replica, "1栋")
    asked: list[str] = []

    def count(*told: object) -> None:
        asked.append(str(told[2]))

    homes.doors(replica, house.id, TODAY)  # what is kept in memory is read once
    event.listen(replica.engine, "before_cursor_execute", count)
    counts = []
    for doors in (1, 4):
        for n in range(doors):
            home = family(replica, flat(replica, house, str(doors), f"{n + 1}01"), "某人")
            visit(replica, home, date(2026, 1, 1))
        asked.clear()
        homes.doors(replica, house.id, TODAY)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 11
