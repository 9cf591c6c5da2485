"""Taking saved edits back: fifty of them, across a restart, never over what somebody else wrote."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
import random

import pytest

from gridclient.desk import Desk
from gridclient.records import Dwelling, Household, Resident, Visit
from gridclient.store.edits import STEPS, Edits
from gridclient.store.homes import doors
from gridclient.store.vault import LIGHT
from gridclient.ui.door_forms import Results
from gridclient.ui.edit_words import edit_words, outcome_message
from gridclient.ui.knocks import BY_KEY
from gridclient.ui.past import Past
from gridclient.ui.saying import Tone
from gridclient.ui.visit_book import now
from gridclient.ui.workspace import Workspace
from sync.engine import Engine
from sync.errors import Invalid
from sync.memory import MemoryHub
from sync.protocol import SignIn
from sync.replica import Replica
from tests.support import people

Meeting = Callable[[], Replica]  # a round of both laptops with the centre; gives the other one's replica


def someone(workspace: Workspace) -> Resident:
    return workspace.replica.all(Resident)[0]


def stored(workspace: Workspace, person: Resident) -> Resident:
    found = workspace.replica.get(Resident, person.id)
    assert found is not None
    return found


def employ(workspace: Workspace, person: Resident, employer: str) -> None:
    person.employer = employer
    workspace.save(person)


def test_fifty_saved_edits_are_taken_back_one_by_one_and_no_more(workspace: Workspace) -> None:
    person = someone(workspace)
    for n in range(STEPS + 5):
        employ(workspace, person, f"单位{n}")

    seen = []
    while workspace.undo():
        seen.append(stored(workspace, person).employer)

    assert seen == [f"单位{n}" for n in range(STEPS + 3, 3, -1)]


def test_edits_are_taken_back_after_a_restart(workspace: Workspace) -> None:
    person = someone(workspace)
    employ(workspace, person, "桂花路小学")
    workspace.remove(person, "重复登记")
    desk = workspace.desk

    again = Past(desk.replica, type(desk.edits)(desk.vault.engine))
    assert again.turn(again.last)
    assert not stored(workspace, person).removed
    assert again.turn(again.last)

    assert stored(workspace, person).employer == ""


def test_one_step_is_one_save_of_many_records(workspace: Workspace) -> None:
    some = workspace.replica.all(Resident)[:3]
    for person in some:
        person.employer = "桂花路小学"
    workspace.save(*some)
    before = workspace.replica.last_mseq

    workspace.undo()

    assert [stored(workspace, person).employer for person in some] == ["", "", ""]
    assert workspace.replica.last_mseq == before + 3
    waiting = {change.tx for change in workspace.replica.outbox() if change.mseq > before}
    assert len(waiting) == 1
    assert not workspace.undo()


def test_what_is_saved_together_is_one_step_with_a_name(workspace: Workspace) -> None:
    person, new = someone(workspace), Resident(name="王芳", household=someone(workspace).household)
    with workspace.together("整户迁移"):
        workspace.save(new)
        employ(workspace, person, "一")
        employ(workspace, person, "二")
        workspace.remove(person, "迁出")

    last = workspace.last_edit
    assert last is not None
    assert edit_words(last) == "整户迁移"
    assert workspace.undo()

    assert stored(workspace, new).removed
    assert (stored(workspace, person).removed, stored(workspace, person).employer) == (False, "")
    assert workspace.last_edit is None


def test_what_was_taken_back_is_done_again_until_something_new_is_saved(workspace: Workspace) -> None:
    person = someone(workspace)
    employ(workspace, person, "一")
    employ(workspace, person, "二")
    workspace.undo()
    workspace.undo()

    assert workspace.redo()
    assert stored(workspace, person).employer == "一"
    assert workspace.redo()
    assert stored(workspace, person).employer == "二"
    assert not workspace.redo()
    workspace.undo()
    employ(workspace, stored(workspace, person), "三")

    assert not workspace.redo()
    assert stored(workspace, person).employer == "三"


def test_a_new_record_taken_back_and_done_again_is_in_its_place(workspace: Workspace) -> None:
    new = Resident(name="王芳", household=someone(workspace).household)
    workspace.save(new)

    workspace.undo()
    workspace.redo()
    assert not stored(workspace, new).removed
    workspace.undo()

    assert stored(workspace, new).removed


def test_a_save_that_changed_nothing_is_no_step(workspace: Workspace) -> None:
    workspace.save(someone(workspace))

    assert workspace.last_edit is None


def test_a_save_that_may_not_be_stored_is_no_step(workspace: Workspace) -> None:
    person = someone(workspace)
    person.name = ""

    with pytest.raises(Invalid):
        workspace.save(person)

    assert workspace.last_edit is None


def test_an_older_step_is_taken_back_alone_while_nothing_of_it_has_changed(workspace: Workspace) -> None:
    one, other = workspace.replica.all(Resident)[:2]
    employ(workspace, one, "一")
    step = workspace.last_edit
    employ(workspace, other, "二")
    assert step is not None
    assert workspace.past.look(step) == []

    assert workspace.undo(step)

    assert [stored(workspace, person).employer for person in (one, other)] == ["", "二"]


def test_an_older_step_whose_value_was_changed_since_says_so(workspace: Workspace) -> None:
    person = someone(workspace)
    employ(workspace, person, "一")
    step = workspace.last_edit
    employ(workspace, person, "二")

    assert step is not None
    assert [left.fields for left in workspace.past.look(step)] == [("employer",)]


def test_a_record_to_which_something_belongs_by_now_stays_and_says_so(workspace: Workspace) -> None:
    dwelling = workspace.replica.all(Household)[0].dwelling
    home = Household(dwelling=dwelling, head_name="王芳")
    workspace.save(home)
    step = workspace.last_edit
    workspace.save(Resident(name="王芳", household=home.id))
    assert step is not None

    outcome = workspace.undo(step)

    assert not outcome
    assert [one.removed for one in workspace.replica.all(Household, Household.id == home.id)] == [False]
    assert "后来又登了别的记录" in outcome_message(workspace.replica, outcome).advice


def test_a_household_and_its_people_made_in_one_step_go_together(workspace: Workspace) -> None:
    home = Household(dwelling=workspace.replica.all(Household)[0].dwelling, head_name="王芳")
    workspace.save(home, Resident(name="王芳", household=home.id))

    workspace.undo()

    assert workspace.replica.all(Household, Household.id == home.id) == []
    assert workspace.replica.all(Resident, Resident.household == home.id) == []


def test_a_value_that_is_no_longer_allowed_stays_and_says_why(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = someone(workspace)
    employ(workspace, person, "桂花路小学")
    monkeypatch.setattr(
        Resident, "problems", lambda one: {} if one.employer else {"employer": "请填写工作单位"}
    )

    outcome = workspace.undo()

    assert stored(workspace, person).employer == "桂花路小学"
    assert "不能再是原来的样子（请填写工作单位）" in outcome_message(workspace.replica, outcome).advice
    monkeypatch.undo()
    assert workspace.undo()


def test_another_account_on_this_laptop_takes_back_only_its_own(workspace: Workspace) -> None:
    workspace.replica.author = "zhang"
    employ(workspace, someone(workspace), "一")
    workspace.replica.author = "li"

    assert not workspace.undo()


@pytest.fixture
def other(workspace: Workspace, tmp_path: Path) -> Iterator[Meeting]:
    """Another laptop of the same grid, and a round of both with one centre."""
    hub, area = MemoryHub(), people.HOME
    desks = [workspace.replica]
    for name in ("zhang", "li"):
        hub.add_account(name, "x", [area], everyone=True)
    workspace.replica.author = "zhang"
    there = Desk.create(tmp_path / "there.vault", "另一台电脑的口令", cost=LIGHT)
    there.replica.author = "li"
    desks.append(there.replica)
    engines = [
        Engine(one, hub, hub.sign_in(SignIn(account=one.author, password="x", device=one.author)).token)
        for one in desks
    ]

    def meet() -> Replica:
        for engine in (*engines, *engines):
            engine.round()
        return there.replica

    yield meet
    there.close()


def test_undo_never_takes_back_what_another_person_wrote_afterwards(
    workspace: Workspace, other: Meeting
) -> None:
    person, household = someone(workspace), workspace.replica.all(Household)[0]
    person.employer, household.remark = "桂花路小学", "常年在家"
    workspace.save(person, household)
    there = other()
    theirs = there.get(Resident, person.id)
    assert theirs is not None
    theirs.employer = "桂花路中学"
    there.save(theirs)
    other()
    assert stored(workspace, person).employer == "桂花路中学"

    outcome = workspace.undo()

    message = outcome_message(workspace.replica, outcome)
    assert stored(workspace, person).employer == "桂花路中学"
    assert [home.remark for home in workspace.replica.all(Household, Household.id == household.id)] == [""]
    assert message.tone is Tone.WARN
    assert f"{person.name}" in message.advice
    assert "的工作单位 后来由li改过" in message.advice


def test_a_record_another_person_went_on_with_is_not_taken_away(workspace: Workspace, other: Meeting) -> None:
    new = Resident(name="王芳", household=someone(workspace).household, area=someone(workspace).area)
    workspace.save(new)
    there = other()
    theirs = there.get(Resident, new.id)
    assert theirs is not None
    theirs.employer = "桂花路中学"
    there.save(theirs)
    other()

    outcome = workspace.undo()

    assert not outcome
    assert not stored(workspace, new).removed
    assert outcome_message(workspace.replica, outcome).title == "没有撤回：新增居民"
    assert workspace.last_edit is None


def test_taking_back_reaches_the_centre_and_the_other_laptop_like_any_edit(
    workspace: Workspace, other: Meeting
) -> None:
    person = someone(workspace)
    employ(workspace, person, "桂花路小学")
    there = other()
    employers = [one.employer for one in there.all(Resident, Resident.id == person.id)]

    workspace.undo()
    other()

    assert employers == ["桂花路小学"]
    assert [one.employer for one in there.all(Resident, Resident.id == person.id)] == [""]
    assert workspace.replica.pending() == 0


def test_taking_a_door_back_says_what_another_person_went_on_with(
    workspace: Workspace, other: Meeting
) -> None:
    person = someone(workspace)
    home = workspace.replica.all(Household, Household.id == person.household)[0]
    building = next(d.building for d in workspace.replica.all(Dwelling, Dwelling.id == home.dwelling))
    door = next(d for d in doors(workspace.replica, building, workspace.today) if d.dwelling == home.dwelling)
    person.employer = "桂花路小学"
    book = workspace.visits
    book.close(door, BY_KEY["2"], book.home(door), now(), [Results([person])])
    there = other()
    theirs = there.all(Resident, Resident.id == person.id)[0]
    theirs.employer = "桂花路中学"
    there.save(theirs)
    other()

    done = book.take_back()

    assert done is not None
    assert done.visit is not None
    assert [v.removed for v in workspace.replica.all(Visit, Visit.id == done.visit.id, removed=True)] == [
        True
    ]
    assert stored(workspace, person).employer == "桂花路中学"
    assert "的工作单位 后来由li改过" in book.taken_back(done).advice


def test_a_step_leaves_with_the_record_it_was_about(workspace: Workspace, other: Meeting) -> None:
    person = someone(workspace)
    employ(workspace, person, "桂花路小学")
    other()

    workspace.replica.leave(person.area)

    assert workspace.replica.get(Resident, person.id) is None
    assert workspace.last_edit is None
    assert type(workspace.desk.edits)(workspace.desk.vault.engine).all() == []


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_edits_goes_back_and_forth_through_the_same_states(
    workspace: Workspace, seed: int
) -> None:
    drawn = random.Random(seed)
    states = [living(workspace)]
    for n in range(STEPS // 3):
        with workspace.together() if drawn.random() < 0.3 else nullcontext():
            for _once in range(drawn.randint(1, 3)):
                something(workspace, drawn, n)
        if living(workspace) != states[-1]:
            states.append(living(workspace))
        if drawn.random() < 0.2:  # a restart
            workspace.past.edits = Edits(workspace.desk.vault.engine)

    back = [living(workspace)]
    while workspace.undo():
        back.append(living(workspace))
    forth = [living(workspace)]
    while workspace.redo():
        forth.append(living(workspace))

    assert [state for state in back if state in states] == states[::-1]
    assert forth == back[::-1]


def something(workspace: Workspace, drawn: random.Random, n: int) -> None:
    """One thing a person may do to the people of a household."""
    people = workspace.replica.all(Resident, order=Resident.id)
    person = drawn.choice(people[:5])
    act = drawn.choice(("edit", "edit", "make", "remove"))
    if act == "make":
        workspace.save(Resident(name=f"新人{n}", household=person.household))
    elif act == "remove":
        workspace.remove(person, "误删")
    else:
        others = drawn.sample(people[:5], 2)
        for one in others:
            setattr(one, drawn.choice(("employer", "occupation", "remark")), f"{n}{drawn.random():.3}")
        workspace.save(*others)


def living(workspace: Workspace) -> dict[str, tuple[str, ...]]:
    """What a person sees of everybody."""
    people = workspace.replica.all(Resident)
    return {one.id: (one.name, one.employer, one.occupation, one.remark) for one in people}
