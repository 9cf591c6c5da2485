"""What goes along with an answer at a door: matters, care, the other households, 补录, and drafts of all of it."""

from datetime import timedelta

from pytestqt.qtbot import QtBot

from gridclient.desk import Desk
from gridclient.records import (
    Care,
    Household,
    Matter,
    MatterStep,
    Resident,
    VisitTask,
)
from gridclient.ui.plan import PlanPage
from tests.support.at_doors import CTRL_ENTER, CTRL_Z, ENTER, stand, visits
from tests.support.stage import Hands, on_stage


def hear(hands: Hands, words: str = "楼道灯坏") -> None:
    hands.press("e", "1")
    hands.say(words)
    hands.press(CTRL_ENTER)


def test_a_matter_with_an_answer_pressed_closes_the_door_in_one_step(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan)
    hands.press("1")
    hear(hands)

    [visit], [matter] = visits(desk), desk.replica.all(Matter)
    assert (visit.outcome, matter.visit, matter.household) == ("met", visit.id, door.household)
    assert plan.view.current != door.dwelling
    hands.press(CTRL_Z)
    assert (visits(desk), desk.replica.all(Matter), desk.replica.all(MatterStep)) == ([], [], [])


def test_a_matter_alone_is_taken_back_with_one_key_and_the_visit_before_it_stays(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    hands.press("1", ENTER)
    hear(hands)

    hands.press(CTRL_Z)

    assert desk.replica.all(Matter) == []
    assert len(visits(desk)) == 1


def test_a_matter_remembered_after_the_door_was_closed_belongs_to_its_visit(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan)
    hands.press("1", ENTER)
    plan.view.stand_at(door.dwelling)

    hear(hands)

    assert [m.visit for m in desk.replica.all(Matter)] == [visits(desk)[0].id]


def test_a_matter_over_the_change_form_leads_back_to_it(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    door = stand(plan)
    hands.press("2", "↓", "q", ENTER)
    hear(hands)
    assert plan.loop.form is plan.loop.rack.change

    hands.press(CTRL_ENTER)

    gone = [p for p in desk.replica.all(Resident, Resident.household == door.household) if p.left_how]
    assert len(gone) == 1
    assert desk.replica.all(Matter)[0].visit == visits(desk)[0].id


def test_letters_and_digits_at_the_kind_of_a_matter_are_no_answers(plan: PlanPage, hands: Hands) -> None:
    hands.press("e")
    hands.type("8mwb/")

    assert plan.loop.form is plan.loop.rack.matter
    assert plan.loop.rack.matter.kind.code() == "appeal"
    hands.press("→", "→", ENTER)
    assert plan.loop.rack.matter.kind.code() == "wish"
    assert plan.loop.rack.matter.box.hasFocus()


def test_a_matter_without_words_or_with_an_unread_day_is_not_kept(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    hands.press("e", "1", CTRL_ENTER)
    assert plan.loop.rack.matter.problem.isVisible()

    hands.say("灯坏")
    plan.loop.rack.matter.due.setText("改天")
    hands.press(CTRL_ENTER)
    assert desk.replica.all(Matter) == []
    plan.loop.rack.matter.due.setText("")
    hands.press(CTRL_ENTER)

    assert [m.due for m in desk.replica.all(Matter)] == [None]


def test_a_half_typed_matter_is_offered_again(plan: PlanPage, hands: Hands, desk: Desk, qtbot: QtBot) -> None:
    door = plan.view.current
    hands.press("e", "4")
    hands.say("门口堆物")
    plan.loop.keep_draft()

    again = PlanPage(plan.workspace)
    stage = on_stage(qtbot, again)
    again.open(dwelling=door)
    Hands(again).press(ENTER)

    form = again.loop.rack.matter
    assert again.loop.form is form
    assert (form.kind.code(), form.box.toPlainText()) == ("order", "门口堆物")
    stage.close()


def test_who_has_left_and_who_is_added_come_back_after_a_crash(
    plan: PlanPage, hands: Hands, desk: Desk, qtbot: QtBot
) -> None:
    door = stand(plan)
    hands.press("2", "↓", "q", ENTER, "a")
    hands.type("519901199203154523")
    hands.say("王安")
    plan.loop.keep_draft()

    again = PlanPage(plan.workspace)
    stage = on_stage(qtbot, again)
    again.open(dwelling=door.dwelling)
    more = Hands(again)
    more.press(ENTER, CTRL_ENTER)

    people = desk.replica.all(Resident, Resident.household == door.household)
    assert sorted(p.left_how for p in people) == ["", "", "", "moved"]
    assert [p.id_number for p in people if p.name == "王安"] == ["519901199203154523"]
    stage.close()


def test_a_remark_after_the_last_blank_of_a_tenant_leaves_the_tenant_alone(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    stand(plan, empty=True)
    hands.press("6")
    hands.type("519901199203154523")
    hands.say("王安")
    hands.press(ENTER, "1")
    hands.type("19900012345")

    hands.press("m")
    hands.say("租到明年")
    hands.press(CTRL_ENTER)
    assert plan.loop.form is plan.loop.rack.tenant
    hands.press(CTRL_ENTER)

    assert [v.remark for v in visits(desk)] == ["租到明年"]
    assert desk.replica.count(Resident, Resident.name == "王安") == 1


def test_the_mark_that_doors_were_entered_later_is_taken_back_in_one_step(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    for _ in range(6):
        hands.press("1", ENTER)
    before = {v.id for v in visits(desk)}
    hands.press("b")
    assert len(visits(desk)) == 6
    assert all(v.entered_later for v in visits(desk))

    hands.press(CTRL_Z)

    assert {v.id for v in visits(desk)} == before
    assert not any(v.entered_later for v in visits(desk))
    hands.press("1", ENTER)
    assert not any(v.entered_later for v in visits(desk))
    hands.press(CTRL_Z, CTRL_Z)
    assert len(visits(desk)) == 5


def test_care_that_is_due_is_given_again_with_one_key(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    door, today = stand(plan), plan.workspace.today
    person = desk.replica.all(Resident, Resident.household == door.household)[0]
    care = Care(
        household=door.household,
        resident=person.id,
        what="量血压",
        given_on=today - timedelta(days=30),
        next_day=today,
        area=door.area,
    )
    desk.replica.save(care)

    hands.press("1", ENTER)
    assert f"{person.name} 量血压" in plan.loop.strip.bar.text.text()
    hands.press(ENTER)

    again = next(c for c in desk.replica.all(Care) if c.id != care.id)
    assert (again.given_on, again.next_day) == (today, today + timedelta(days=30))
    assert (again.given_by, again.visit) == ("张敏", visits(desk)[0].id)
    assert plan.view.current != door.dwelling
    hands.press(CTRL_Z)
    assert [c.id for c in desk.replica.all(Care)] == [care.id]


def test_another_household_behind_the_door_is_offered_before_the_next_door(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan)
    lodger = Household(
        dwelling=door.dwelling, head_name="李安", kind_of_household="floating", area=door.area, size=1
    )
    desk.replica.save(lodger)

    hands.press("1", ENTER)
    assert "同一门内" in plan.loop.strip.bar.text.text()
    hands.press(ENTER)
    assert plan.view.current == door.dwelling
    hands.press("1", ENTER)

    assert {v.household for v in visits(desk)} == {door.household, lodger.id}
    assert plan.view.current != door.dwelling


def test_a_digit_while_something_is_offered_answers_the_next_door(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan)
    today = plan.workspace.today
    for title in ("大走访", "孕产随访"):
        desk.replica.save(
            VisitTask(household=door.household, title=title, reason="campaign", due=today, area=door.area)
        )
    hands.press("1", ENTER)
    assert plan.loop.strip.bar.isVisible()

    hands.press("3", ENTER)

    assert [v.outcome for v in visits(desk) if v.dwelling == door.dwelling] == ["met"]
    assert sorted(v.outcome for v in visits(desk)) == ["met", "nobody"]


def test_news_from_elsewhere_leave_the_answer_and_the_remark_at_this_door(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    hands.press("m")
    hands.say("灯坏")
    hands.press(CTRL_ENTER, "3")
    other = desk.replica.all(Resident)[0]
    other.employer = "桂花路小学"

    desk.replica.save(other)
    hands.press(ENTER)

    assert [(v.outcome, v.remark) for v in visits(desk)] == [("nobody", "灯坏")]


def test_an_appointment_where_nobody_lives_is_kept_in_the_visit(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan, empty=True)

    hands.press("7", ENTER)

    [visit] = visits(desk)
    assert (visit.dwelling, visit.outcome) == (door.dwelling, "postponed")
    assert visit.next_day == plan.workspace.today + timedelta(days=1)
    assert desk.replica.count(VisitTask) == 0


def test_what_is_asked_and_what_goes_aside_are_answered_by_the_mouse_too(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door, today = stand(plan), plan.workspace.today
    for title in ("大走访", "孕产随访"):
        desk.replica.save(
            VisitTask(household=door.household, title=title, reason="campaign", due=today, area=door.area)
        )
    plan.loop.strip._buttons["1"].click()
    plan.loop.strip.enter.click()

    plan.loop.strip.bar.yes.click()
    assert [t.state for t in desk.replica.all(VisitTask)] == ["done", "done"]
    assert plan.view.current != door.dwelling
    plan.loop.strip._asides[1].click()

    assert plan.loop.form is plan.loop.rack.matter


def test_nobody_home_is_offered_nothing_else(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    door, today = stand(plan), plan.workspace.today
    care = Care(household=door.household, what="量血压", given_on=today, next_day=today, area=door.area)
    desk.replica.save(care)

    hands.press("3", ENTER)

    assert not plan.loop.strip.bar.isVisible()
    assert plan.view.current != door.dwelling


def test_a_digit_in_the_change_form_throws_nothing_away(plan: PlanPage, hands: Hands, desk: Desk) -> None:
    door = stand(plan)
    hands.press("2", "↓", "q", ENTER)

    hands.type("1302")

    assert plan.loop.form is plan.loop.rack.change
    assert plan.loop.rack.change.problem.isVisible()
    hands.press(CTRL_ENTER)
    gone = [p for p in desk.replica.all(Resident, Resident.household == door.household) if p.left_how]
    assert len(gone) == 1


def test_a_matter_remembered_after_the_mark_belongs_to_the_visit_that_stands(
    plan: PlanPage, hands: Hands, desk: Desk
) -> None:
    door = stand(plan)
    hands.press("1", ENTER, "b")
    plan.view.stand_at(door.dwelling)

    hear(hands)

    [visit], [matter] = visits(desk), desk.replica.all(Matter)
    assert visit.entered_later
    assert matter.visit == visit.id
    hands.press(CTRL_Z, CTRL_Z)
    assert desk.replica.all(Matter) == []
    assert [v.entered_later for v in visits(desk)] == [False]
