"""The visit loop, driven by exactly the keys that are printed for it."""

from pytestqt.qtbot import QtBot

from gridclient.desk import Desk
from gridclient.records import Dwelling, Household, Resident, VisitTask
from gridclient.rules.identity import check_digit
from gridclient.store import homes
from gridclient.ui.plan import PlanPage
from tests.support.at_doors import CTRL_ENTER, CTRL_Z, ENTER, stand, visits
from tests.support.stage import Hands, on_stage

ID_NUMBERS = ("519901199203154524", "519901199001021230", "519901201506071236")


def with_check_digit(body: str) -> str:
    return body[:17] + check_digit(body[:17])


def household_at(plan: PlanPage) -> Household:
    door = plan.loop.door
    assert door is not None
    found = plan.workspace.replica.get(Household, door.household)
    assert found is not None
    return found


def test_an_unchanged_door_is_closed_with_two_keys_and_the_next_is_shown(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    first = plan.view.current

    hands.press("1", ENTER)

    assert hands.count == 2
    visit = visits(desk)[0]
    assert (visit.dwelling, visit.outcome, visit.visitors) == (first, "met", ["张敏"])
    assert visit.recorded_by == "张敏"
    assert visit.number.startswith(f"ZF{plan.workspace.today:%Y%m}-")
    assert plan.view.current != first


def test_nobody_home_is_an_attempt_that_leaves_the_door_due(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    first = plan.view.current

    hands.press("3", ENTER)

    assert hands.count == 2
    assert visits(desk)[0].outcome == "nobody"
    found = homes.doors(desk.replica, plan.building, plan.workspace.today)
    assert next(d for d in found if d.dwelling == first).due.pressing


def test_an_answer_waits_for_enter(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    hands.press("1")

    assert plan.loop.armed == "1"
    assert visits(desk) == []


def test_a_changed_phone_costs_three_keys_and_the_number(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    stand(plan, members=3)
    home = household_at(plan)

    hands.press("2", "t")
    hands.type("19900055555")
    hands.press(CTRL_ENTER)

    assert hands.count == 3 + 11
    head = desk.replica.get(Resident, home.head)
    assert head is not None
    assert head.phones[0] == "19900055555"
    assert "换了号码" in visits(desk)[0].changes


def test_a_member_moves_out_with_five_keys(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    stand(plan, members=3)
    home = household_at(plan)

    hands.press("2", "↓", "q", ENTER, CTRL_ENTER)

    assert hands.count <= 6
    left = [p for p in desk.replica.all(Resident, Resident.household == home.id) if p.left_how]
    assert [(p.left_how, p.left_on) for p in left] == [("moved", plan.workspace.today)]
    assert left[0].id != home.head
    assert household_at_id(desk, home.id).size == 2


def household_at_id(desk: Desk, id_: str) -> Household:
    found = desk.replica.get(Household, id_)
    assert found is not None
    return found


def test_a_new_tenant_is_entered_with_forty_five_keys(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    empty = next(
        d for d in homes.doors(desk.replica, plan.building, plan.workspace.today) if not d.households
    )
    plan.view.stand_at(empty.dwelling)

    hands.press("6")
    hands.type(with_check_digit(ID_NUMBERS[0]))
    hands.say("王安")
    hands.press(ENTER, "1")
    hands.type("19900012345")
    hands.press(CTRL_ENTER)

    assert hands.count <= 45
    tenant = desk.replica.all(Resident, Resident.name == "王安")[0]
    assert (tenant.sex, f"{tenant.birth}", tenant.relation) == ("2", "1992-03-15", "02")
    assert household_at_id(desk, tenant.household).kind_of_household == "floating"
    dwelling = desk.replica.get(Dwelling, empty.dwelling)
    assert dwelling is not None
    assert dwelling.tenure == "02"
    assert visits(desk)[0].household == tenant.household


def test_a_household_of_three_is_entered_with_a_hundred_and_ten_keys(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    empty = next(
        d for d in homes.doors(desk.replica, plan.building, plan.workspace.today) if not d.households
    )
    plan.view.stand_at(empty.dwelling)

    hands.press("6")
    for place, (number, name, relation) in enumerate(
        zip(ID_NUMBERS, ("王安", "李安", "王小"), ("1", "2", "3"), strict=True)
    ):
        hands.type(with_check_digit(number))
        hands.say(name)
        hands.press(ENTER, relation)
        if place == 0:
            hands.type("19900012345")
        else:
            hands.press(ENTER)
        if place < 2:
            hands.press(ENTER)
    hands.press(CTRL_ENTER)

    assert hands.count <= 110
    people = [p for p in desk.replica.all(Resident) if p.name in ("王安", "李安", "王小")]
    assert len({p.household for p in people}) == 1
    assert {p.phones[0] for p in people} == {"19900012345"}
    assert household_at_id(desk, people[0].household).size == 3


def test_a_remark_goes_with_the_visit(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    hands.press("1", "m")
    hands.say("楼道灯坏")
    hands.press(CTRL_ENTER)

    assert visits(desk)[0].remark == "楼道灯坏"


def test_a_remark_alone_waits_for_an_answer(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    hands.press("m")
    hands.say("门口堆物")
    hands.press(CTRL_ENTER)
    assert visits(desk) == []

    hands.press("3", ENTER)

    assert (visits(desk)[0].outcome, visits(desk)[0].remark) == ("nobody", "门口堆物")


def test_one_key_takes_the_last_door_back_with_all_that_changed(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    stand(plan, members=3)
    home, door = household_at(plan), plan.view.current
    before = desk.replica.get(Resident, home.head)
    assert before is not None
    hands.press("2", "t")
    hands.type("19900055555")
    hands.press(CTRL_ENTER)

    hands.press(CTRL_Z)

    after = desk.replica.get(Resident, home.head)
    assert after is not None
    assert after.phones == before.phones
    assert visits(desk) == []
    assert plan.view.current == door


def test_any_door_is_nine_keys_away(plan: PlanPage, hands: Hands) -> None:
    hands.press("/")
    hands.type("3-1-402")
    hands.press(ENTER)

    assert hands.count == 9
    assert plan.loop.door is not None
    assert plan.loop.door.label == "3号楼1单元402"


def test_three_digits_in_one_breath_are_a_room_and_no_answer(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    hands.type("302")

    assert plan.loop.door is not None
    assert plan.loop.door.door == "302"
    assert plan.loop.armed == ""
    assert visits(desk) == []


def test_a_room_that_begins_with_two_closes_the_form_its_first_digit_opened(
    plan: PlanPage, hands: Hands
) -> None:
    hands.type("201")

    assert plan.loop.door is not None
    assert plan.loop.door.door == "201"
    assert plan.loop.form is None
    assert plan.view.hasFocus()


def test_an_appointment_is_a_planned_visit(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    hands.press("7", ENTER)

    task = desk.replica.all(VisitTask)[0]
    assert (task.reason, task.state) == ("appointment", "open")
    assert task.due is not None
    assert (task.due - plan.workspace.today).days == 1
    assert visits(desk)[0].outcome == "postponed"


def test_what_is_half_typed_is_offered_again_after_a_crash(
    plan: PlanPage, hands: Hands, desk: Desk, qtbot: QtBot
) -> None:
    stand(plan, members=3)
    door = plan.view.current
    hands.press("2", "t")
    hands.type("199000")
    qtbot.waitUntil(lambda: bool(desk.drafts.all("visit")))

    again = PlanPage(plan.workspace)
    stage = on_stage(qtbot, again)
    again.open(dwelling=door)
    Hands(again).press(ENTER)

    assert again.loop.form is again.loop.rack.change
    assert again.loop.rack.change.phone.raw() == "199000"
    stage.close()


def test_six_doors_in_a_minute_ask_and_one_key_marks_them_as_entered_later(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    for _ in range(6):
        hands.press("1", ENTER)
    assert plan.loop.strip.bar.isVisible()
    assert not any(v.entered_later for v in visits(desk))

    hands.press("b", "1", ENTER)

    assert len(visits(desk)) == 7
    assert all(v.entered_later and not v.hours for v in visits(desk))


def test_what_else_is_due_in_the_household_is_finished_with_one_key(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    stand(plan, members=3)
    home, today = household_at(plan), plan.workspace.today
    for title in ("大走访", "孕产随访"):
        task = VisitTask(household=home.id, title=title, reason="campaign", due=today, area=home.area)
        desk.replica.save(task)

    hands.press("1", ENTER)
    assert plan.loop.strip.bar.isVisible()
    hands.press(ENTER)

    assert [t.state for t in desk.replica.all(VisitTask)] == ["done", "done"]


def test_keys_typed_into_a_form_are_never_answers(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    hands.press("m")
    hands.type("1345")

    assert plan.loop.rack.remark.box.toPlainText() == "1345"
    assert visits(desk) == []


def test_slips_typed_in_the_office_bear_the_day_and_the_walker_of_the_paper(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    hands.press("w")
    hands.type("20260930")
    hands.press(ENTER, CTRL_ENTER, "1", ENTER)

    visit = visits(desk)[0]
    assert (f"{visit.visited_on}", visit.entered_later, visit.hours) == ("2026-09-30", True, "")
