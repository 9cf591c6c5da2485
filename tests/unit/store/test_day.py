from datetime import date, datetime

import pytest
from sqlalchemy import event

from gridclient.records import Campaign, Dwelling, Household, OrgUnit, Resident, Visit, VisitTask
from gridclient.store import day, planning
from sync.protocol import Scope
from sync.replica import News, Replica
from tests.unit.store.conftest import AREA, TODAY, building, family, flat, visit

HOME = "519901001001"


def test_the_day_holds_what_is_due_and_what_was_knocked_on(replica: Replica) -> None:
    house = building(replica, "3栋")
    due = family(replica, flat(replica, house, "1", "101"), "王建国")
    met = family(replica, flat(replica, house, "1", "201"), "赵大海")
    resting = family(replica, flat(replica, house, "1", "301"), "李秀英")
    visit(replica, met, TODAY)
    visit(replica, resting, date(2026, 11, 20))
    found = day.read(replica, TODAY, "down")
    assert [door.head for door in found.doors.values()] == ["赵大海", "王建国"]
    assert found.knocked == {met.dwelling: "met"}
    assert (found.count(), found.count(AREA), found.count("somewhere else")) == (3, 3, 0)
    assert due.dwelling in found.doors


def test_the_list_begins_at_the_first_building_with_a_door_to_knock_on(replica: Replica) -> None:
    for number in range(9, 0, -1):
        home = family(replica, flat(replica, building(replica, f"{number}栋"), "1", "101"), f"王{number}")
        visit(replica, home, date(2026, 11, 20) if number < 4 else date(2026, 1, 5))

    begun, whole = day.beginning(replica, TODAY, "down"), day.read(replica, TODAY, "down")

    assert [door.building_name for door in begun.doors.values()] == ["4栋", "5栋", "6栋", "7栋"]
    assert list(begun.doors.items()) == list(whole.doors.items())[: len(begun.doors)]
    assert not begun.whole


def test_a_list_without_a_door_begins_with_nothing(replica: Replica) -> None:
    for number in range(day.LOOKED_AT + 2):
        visit(
            replica, family(replica, flat(replica, building(replica, f"{number}栋"), "1", "101"), "王"), TODAY
        )
    assert len(day.beginning(replica, TODAY, "down").doors) == 1
    assert day.beginning(replica, date(2026, 11, 23), "down").doors == {}


def test_the_grids_that_have_doors_to_knock_on_are_named_in_order(replica: Replica) -> None:
    for number, code in ((10, AREA), (2, HOME + "009"), (3, HOME + "777")):
        replica.save(OrgUnit(name=f"第{number}网格", level="grid", code=code, area=code))
    family(replica, flat(replica, building(replica, "3栋"), "1", "101"), "王建国")
    family(replica, flat(replica, building(replica, "9栋", area=HOME + "009"), "1", "101"), "赵大海")
    assert day.read(replica, TODAY, "down").grids == (("第2网格", HOME + "009"), ("第10网格", AREA))


def test_the_last_knock_of_the_day_counts(replica: Replica) -> None:
    home = family(replica, flat(replica, building(replica, "3栋"), "1", "101"), "王建国")
    visit(replica, home, TODAY, "nobody")
    visit(replica, home, TODAY, "met")
    assert day.knocked(replica, TODAY) == {home.dwelling: "met"}
    assert day.knocked(replica, TODAY, ["somewhere else"]) == {}


def test_a_day_costs_the_same_few_statements_however_many_doors(replica: Replica) -> None:
    house = building(replica, "3栋")
    replica.save(Campaign(title="敲门", since=TODAY, until=TODAY, area=AREA))
    asked: list[str] = []
    day.read(replica, TODAY, "down")
    event.listen(replica.engine, "before_cursor_execute", lambda *told: asked.append(str(told[2])))
    counts = []
    for doors in (1, 5):
        for n in range(doors):
            visit(replica, family(replica, flat(replica, house, str(doors), f"{n + 1}01"), "某人"), TODAY)
        asked.clear()
        day.read(replica, TODAY, "down")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 17


def test_news_tells_which_doors_look_different(replica: Replica) -> None:
    dwelling = flat(replica, building(replica, "3栋"), "1", "101")
    home = family(replica, dwelling, "王建国")
    visit(replica, home, TODAY)
    replica.save(VisitTask(household=home.id, due=TODAY, area=AREA))
    for kind in (Dwelling, Household, Resident, Visit, VisitTask):
        record = replica.all(kind)[0]
        assert day.doors_about(replica, [News(kind.kind(), record.id)]) == {dwelling.id}
    assert day.doors_about(replica, [News("photo", "0" * 32)]) == frozenset()
    assert day.doors_about(replica, [News("due_rule", "0" * 32)]) is None


def test_a_visit_taken_back_still_tells_its_door(replica: Replica) -> None:
    home = family(replica, flat(replica, building(replica, "3栋"), "1", "101"), "王建国")
    visit(replica, home, TODAY)
    made = replica.all(Visit)[0]
    replica.remove(made, "撤回")
    assert day.doors_about(replica, [News("visit", made.id)]) == {home.dwelling}


def test_the_visits_of_a_day_come_with_their_place(replica: Replica) -> None:
    home = family(replica, flat(replica, building(replica, "3栋"), "2", "501"), "王建国")
    visit(replica, home, TODAY, "nobody")
    visit(replica, home, date(2026, 11, 21))
    assert [(v.outcome, place) for v, place in day.visits(replica, TODAY)] == [("nobody", "3栋2单元501")]


def test_appointments_still_open_come_in_order(replica: Replica) -> None:
    home = family(replica, flat(replica, building(replica, "3栋"), "2", "501"), "王建国")
    late = datetime(2026, 11, 23, 19)
    for title, due, state in (
        ("后天", date(2026, 11, 24), "open"),
        ("明天", date(2026, 11, 23), "open"),
        ("今天", TODAY, "open"),
        ("办过", date(2026, 11, 25), "done"),
    ):
        at = late if title == "明天" else None
        replica.save(VisitTask(household=home.id, title=title, due=due, at=at, state=state, area=AREA))
    assert [(c.title, c.place, c.at) for c in day.coming(replica, TODAY)] == [
        ("明天", "3栋2单元501", late),
        ("后天", "3栋2单元501", None),
    ]


def test_a_sweep_is_counted_over_its_grids_and_buildings(replica: Replica) -> None:
    grid = OrgUnit(name="第三网格", level="grid", code=AREA, area=HOME)
    house, far = building(replica, "3栋"), building(replica, "9栋", area=HOME + "009")
    met = family(replica, flat(replica, house, "1", "101"), "王建国")
    tried = family(replica, flat(replica, house, "1", "201"), "赵大海")
    elsewhere = family(replica, flat(replica, far, "1", "101"), "李秀英")
    visit(replica, met, TODAY)
    visit(replica, tried, TODAY, "nobody")
    visit(replica, elsewhere, TODAY)
    sweep = Campaign(title="敲门", since=TODAY, until=TODAY, grids=[grid.id], area=HOME)
    replica.save(grid, sweep)
    found = planning.progress_of(replica, planning.sweep_of(replica, sweep), TODAY)
    assert (found.total, found.covered, found.knocks, found.left) == (2, 1, 2, 1)
    ((running, _progress),) = day.standings(replica, TODAY)
    assert running.covers(AREA + "01", "x")
    assert not running.covers(HOME + "009", far.id)


@pytest.mark.parametrize(
    ("areas", "whole", "own"),
    [(None, HOME, HOME), ([HOME], HOME, HOME), ([AREA], "", AREA), (["519901"], HOME, HOME)],
)
def test_the_office_plans_for_the_community_and_a_worker_for_a_grid(
    replica: Replica, areas: list[str] | None, whole: str, own: str
) -> None:
    if areas is not None:
        replica.set_scope(Scope(gen=1, areas=areas))
    assert (planning.writable(replica, HOME), planning.own_area(replica, HOME)) == (whole, own)
