"""Who leaves, follows and moves in, as it is told at a door: lawful, in the timeline, one step of undo."""

from gridclient.desk import Desk
from gridclient.records import Dwelling, Household, HouseholdEvent, Resident
from gridclient.ui.plan import PlanPage
from tests.support.at_doors import CTRL_ENTER, CTRL_Z, ENTER, stand, visits
from tests.support.stage import Hands


def events(desk: Desk) -> list[str]:
    found = sorted(desk.replica.all(HouseholdEvent), key=lambda e: e.id)
    return [e.turn for e in found]


def test_a_head_who_leaves_is_followed_by_somebody_who_is_asked_for(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan)
    before = desk.replica.get(Household, door.household)
    assert before is not None

    hands.press("2", "q", "s")
    assert "由谁接任" in plan.loop.rack.change._label.text()
    heir = plan.loop.rack.change._people[1]
    hands.press("↓", "h", CTRL_ENTER)

    after = desk.replica.get(Household, door.household)
    assert after is not None
    assert (after.head, after.head_name, after.size) == (heir.id, heir.name, 2)
    people = desk.replica.all(Resident, Resident.household == door.household)
    assert [p.relation for p in people if not p.left_how].count("02") == 1
    assert [p.left_how for p in people if p.id == before.head] == ["died"]
    assert sorted(events(desk)) == ["died", "head"]
    assert "去世" in visits(desk)[0].changes
    hands.press(CTRL_Z)
    assert (events(desk), visits(desk)) == ([], [])


def test_when_everybody_has_moved_out_the_household_ends_and_the_visit_says_so(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan, members=1)

    hands.press("2", "q", ENTER, CTRL_ENTER)

    home = desk.replica.get(Household, door.household)
    assert home is not None
    assert home.removed
    assert [v.outcome for v in visits(desk)] == ["moved"]
    dwelling = desk.replica.get(Dwelling, door.dwelling)
    assert dwelling is not None
    assert dwelling.tenure == "03"


def test_tenants_who_come_after_others_have_left_are_one_step_and_lawful(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan)
    hands.press("6", "Ctrl+O")
    hands.type("519901199203154523")
    hands.say("王安")
    hands.press(ENTER, "1")
    hands.type("19900012345")
    hands.press(CTRL_ENTER)

    [home] = desk.replica.all(Household, Household.dwelling == door.dwelling)
    assert (home.head_name, home.kind_of_household, home.size) == ("王安", "floating", 1)
    dwelling = desk.replica.get(Dwelling, door.dwelling)
    assert dwelling is not None
    assert dwelling.tenure == "02"
    assert [v.household for v in visits(desk)] == [home.id]
    hands.press(CTRL_Z)
    [home] = desk.replica.all(Household, Household.dwelling == door.dwelling)
    assert home.id == door.household


def test_whoever_is_registered_as_a_tenant_elsewhere_is_moved_and_never_entered_twice(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    for door in (stand(plan), stand(plan, empty=True)):
        plan.view.stand_at(door.dwelling)
        hands.press("6")
        hands.type("519901199203154523")
        hands.say("王安")
        hands.press(ENTER, "1")
        hands.type("19900012345")
        hands.press(CTRL_ENTER)

    [person] = desk.replica.all(Resident, Resident.id_number == "519901199203154523")
    home = desk.replica.get(Household, person.household)
    assert home is not None
    assert home.dwelling == door.dwelling
