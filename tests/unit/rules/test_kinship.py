"""What everybody is to a new head of the household: told where it follows, left blank where somebody has to ask."""

from dataclasses import dataclass
from datetime import date

from hypothesis import example, given, strategies as st
import pytest

from gridclient.records.codes import Relation, Sex
from gridclient.rules.kinship import shortened, through, to_new_head

MAN, WOMAN = Sex.MALE.value, Sex.FEMALE.value


@dataclass
class Person:
    relation: str
    sex: str = ""
    birth: date | None = None


def told(relation: str, sex: str, birth: int = 0) -> Person:
    return Person(Relation.named(relation).value, sex, date(birth, 5, 1) if birth else None)


@pytest.mark.parametrize(
    ("person", "head", "words"),
    [
        (told("户主", MAN), told("配偶", WOMAN), "配偶"),
        (told("长子", MAN), told("配偶", WOMAN), "长子"),
        (told("父亲", MAN), told("妻", WOMAN), "公公"),
        (told("母亲", WOMAN), told("夫", MAN), "岳母"),
        (told("户主", MAN), told("子", MAN), "父亲"),
        (told("配偶", WOMAN), told("子", MAN), "母亲"),
        (told("女", WOMAN, 1990), told("子", MAN, 1995), "姐姐"),
        (told("子", MAN, 1999), told("女", WOMAN, 1995), "弟"),
        (told("子", MAN), told("女", WOMAN), "兄弟姐妹"),
        (told("户主", WOMAN), told("母亲", WOMAN), "女"),
        (told("孙子", MAN), told("配偶", WOMAN), "孙子"),
        (told("子", MAN), told("父亲", MAN), "孙辈"),
        (told("配偶", WOMAN), told("父亲", MAN), "儿媳"),
        (told("母亲", WOMAN), told("父亲", MAN), "配偶"),
        (told("户主", MAN, 1960), told("弟", MAN, 1962), "兄"),
        (told("非亲属", MAN), told("子", MAN), "非亲属"),
    ],
)
def test_what_follows_is_told_to_the_new_head(person: Person, head: Person, words: str) -> None:
    assert Relation.words(to_new_head(person, head)) == words


@pytest.mark.parametrize(
    ("person", "head"),
    [
        (told("孙子", MAN), told("子", MAN)),  # a child of his, or a nephew
        (told("儿媳", WOMAN), told("子", MAN)),  # his wife, or his brother's
        (told("配偶", WOMAN), told("弟", MAN)),
        (told("子", MAN), told("非亲属", MAN)),
        (Person("", MAN), told("配偶", WOMAN)),
    ],
)
def test_what_does_not_follow_is_left_blank(person: Person, head: Person) -> None:
    assert to_new_head(person, head) == ""


def test_people_of_a_merged_household_are_told_through_their_old_head() -> None:
    head, old = told("户主", MAN, 1950), told("户主", MAN, 1980)
    wife, child, lodger = told("配偶", WOMAN), told("女", WOMAN), told("非亲属", MAN)
    son = Relation.SON.value

    assert through(old, old, son, head) == son
    assert Relation.words(through(wife, old, son, head)) == "儿媳"
    assert Relation.words(through(child, old, son, head)) == "孙辈"
    assert Relation.words(through(lodger, old, son, head)) == "非亲属"
    assert through(wife, old, "", head) == ""


people = st.builds(
    Person,
    st.sampled_from(["", *(r.value for r in Relation)]),
    st.sampled_from(["", MAN, WOMAN]),
    st.none() | st.dates(date(1930, 1, 1), date(2025, 1, 1)),
)


@given(people, people)
@example(told("本人", MAN), told("本人", MAN))
def test_nobody_is_ever_told_to_be_a_second_head(person: Person, head: Person) -> None:
    assert to_new_head(person, head) not in (Relation.HEAD.value, Relation.SELF.value)


@given(st.text("UDSB", max_size=8))
def test_shortening_ends_and_is_done_at_once(path: str) -> None:
    short = shortened(path)

    assert len(short) <= len(path)
    assert shortened(short) == short
