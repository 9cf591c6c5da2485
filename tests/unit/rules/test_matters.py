from datetime import date, datetime, timedelta

import pytest

from gridclient.records import Care, Matter
from gridclient.records.matter import MatterAct
from gridclient.rules.matters import care_again, care_due, moved_by, rank, standing, step_of, title_of

TODAY = date(2026, 10, 31)


def due_in(days: int | None, **told: object) -> Matter:
    return Matter(title="灯坏", due=None if days is None else TODAY + timedelta(days=days), **told)


@pytest.mark.parametrize(
    ("matter", "state", "words"),
    [
        (due_in(-3), "overdue", "超期 3 天"),
        (due_in(0), "open", "今天到期"),
        (due_in(1), "open", "还有 1 天"),
        (due_in(None), "open", "没有定期限"),
        (due_in(-3, state="done", closed_on=date(2026, 10, 30)), "done", "已办结 10-30"),
    ],
)
def test_a_matter_says_in_plain_words_how_it_stands(matter: Matter, state: str, words: str) -> None:
    told = standing(matter, TODAY)

    assert (told.state, told.words) == (state, words)


def test_what_presses_most_comes_first_and_what_is_settled_last() -> None:
    late, soon, never = due_in(-3), due_in(1), due_in(None, heard_on=TODAY)
    old = due_in(-9, state="done", closed_on=date(2026, 9, 1))
    new = due_in(-9, state="done", closed_on=date(2026, 10, 1))

    found = sorted([old, never, new, soon, late], key=lambda m: rank(m, TODAY))

    assert found == [late, soon, never, new, old]


@pytest.mark.parametrize(
    ("story", "title"),
    [
        ("楼道灯坏了。晚上看不见", "楼道灯坏了"),
        ("  第一行\n第二行", "第一行"),
        ("", ""),
        ("字" * 30, "字" * 19 + "…"),
    ],
)
def test_the_first_sentence_is_the_title(story: str, title: str) -> None:
    assert title_of(story) == title


def test_closing_settles_a_matter_and_any_other_step_opens_it_again() -> None:
    matter = due_in(3)

    moved_by(matter, MatterAct.COLLECTED, TODAY)
    assert (matter.state, matter.closed_on) == ("open", None)
    moved_by(matter, MatterAct.CLOSED, TODAY)
    assert (matter.state, matter.closed_on) == ("done", TODAY)
    moved_by(matter, MatterAct.REOPENED, TODAY)
    assert (matter.state, matter.closed_on) == ("under_way", None)


def test_a_step_stands_where_its_matter_stands() -> None:
    matter = due_in(3, area="519901001001003")

    step = step_of(
        matter, MatterAct.HANDLED, "张敏", datetime(2026, 10, 31, 9, 30, 15).astimezone(), " 已联系 "
    )

    assert (step.matter, step.area, step.told) == (matter.id, matter.area, "已联系")
    assert step.at == datetime(2026, 10, 31, 9, 30, 15)
    assert step.problems() == {}


def care(on: int, again: int | None, **told: object) -> Care:
    given = TODAY + timedelta(days=on)
    coming = None if again is None else TODAY + timedelta(days=again)
    return Care(household="h", resident="r", what="量血压", given_on=given, next_day=coming, **told)


def test_only_the_newest_care_of_a_person_and_reason_asks_for_more() -> None:
    fulfilled, coming = care(-60, -30), care(-30, 1)
    other = care(-20, -1, kind_of_care="alone")

    assert care_due([coming, fulfilled, other], TODAY) == [other]
    assert care_due([fulfilled], TODAY) == [fulfilled]


def test_care_given_again_keeps_its_rhythm_and_leaves_private_numbers_behind() -> None:
    before = care(-30, 0, certificate="5199")

    again = care_again(before, "李强", TODAY)

    assert (again.given_on, again.next_day) == (TODAY, TODAY + timedelta(days=30))
    assert (again.what, again.given_by, again.resident) == ("量血压", "李强", "r")
    assert again.certificate == ""
    assert again.id != before.id
    assert care_again(care(-30, None), "李强", TODAY).next_day is None
