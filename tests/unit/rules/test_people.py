"""Names, completeness, figures and duplicates."""

from datetime import date

from hypothesis import given, strategies as st
import pytest

from gridclient.records import Resident
from gridclient.rules import completeness, duplicates, figures, names
from gridclient.rules.duplicates import Person
from gridclient.rules.identity import check_digit

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "spelled", "initials"),
    [
        ("王建国", "wangjianguo", "wjg"),
        ("曾乐", "zengle", "zl"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟卨", "moqixie", "mqx"),
        ("吕布", "lvbu", "lb"),
        ("阿依古丽·买买提", "ayigulimaimaiti", "ayglmmt"),
        ("John Smith", "johnsmith", "js"),
        ("", "", ""),
    ],
)
def test_a_name_is_spelled_as_its_owner_says_it(name: str, spelled: str, initials: str) -> None:
    assert (names.full(name), names.initials(name)) == (spelled, initials)


def test_other_readings_of_a_surname_find_it_too() -> None:
    assert {"danxiongxin", "dxx", "shanxiongxin", "sxx"} <= set(names.spellings("单雄信"))
    assert {"lvbu", "lubu"} <= set(names.spellings("吕布"))


def test_a_surname_in_full_with_initials_finds_its_owner() -> None:
    assert {"wangjg", "jianguo", "jg", "guo"} <= set(names.spellings("王建国"))


@given(st.text(max_size=20))
def test_no_name_breaks_the_speller(text: str) -> None:
    assert all(part.isascii() for part in names.spellings(text))
    names.pairs(text)
    names.order_key(text)


def test_common_names_sort_by_sound() -> None:
    assert sorted(["张三", "安琪", "李四", "王五"], key=names.order_key) == ["安琪", "李四", "王五", "张三"]


def test_what_is_missing_is_named_in_form_order() -> None:
    told = {"name": "王建国", "id_number": "519901197306250026", "sex": "1"}
    missing = completeness.missing("resident", told, TODAY)
    assert missing[0] == "出生日期"
    assert "身份证号" not in missing


def test_children_are_not_asked_for_a_telephone_or_a_spouse() -> None:
    child = Resident(name="小明", household="h", birth=date(2020, 1, 1)).model_dump()
    adult = child | {"birth": date(1980, 1, 1)}
    assert "婚姻状况" not in completeness.missing("resident", child, TODAY)
    assert "婚姻状况" in completeness.missing("resident", adult, TODAY)


def test_a_newborn_without_registration_needs_no_number() -> None:
    newborn = {"birth": date(2026, 10, 1), "population": "unregistered"}
    assert "身份证号" not in completeness.missing("resident", newborn, TODAY)


def test_a_share_is_filled_over_asked() -> None:
    assert completeness.share([]) == 1
    assert completeness.share([(1, 4), (3, 4)]) == 0.5
    assert completeness.tally("dwelling", {"tenure": "01"}) == (1, 2)


def number(body: str) -> str:
    return body + check_digit(body)


KING = number("51990119730625002")


def test_the_same_document_is_the_surest_sign() -> None:
    found = duplicates.duplicates([Person("a", "王建国", KING), Person("b", "王建军", KING)])
    assert [(pair.score, pair.why) for pair in found] == [(100, "证件号码相同")]


@pytest.mark.parametrize("other", [KING[:9] + "4" + KING[10:], KING[:8] + KING[9] + KING[8] + KING[10:]])
def test_a_document_one_sign_off_asks_when_the_name_is_the_same(other: str) -> None:
    people = [Person("a", "王建国", KING), Person("b", "王建国", other), Person("c", "赵大海", other)]
    found = duplicates.duplicates(people)
    assert ("a", "b", 80) in [(pair.one, pair.other, pair.score) for pair in found]
    assert ("a", "c") not in [(pair.one, pair.other) for pair in found]


def test_an_old_number_and_its_new_form_are_one() -> None:
    old = KING[:6] + KING[8:17]
    (found,) = duplicates.duplicates([Person("a", "王建国", KING), Person("b", "王建国", old)])
    assert found.score == 100


def test_twins_and_namesakes_are_left_alone() -> None:
    birth = date(1990, 1, 1)
    one, two = number("51990119900101001"), number("51990119900101503")
    assert duplicates.duplicates([Person("a", "王伟", one, birth), Person("b", "王伟", two, birth)]) == []
    assert duplicates.duplicates([Person("a", "王大", one, birth), Person("b", "王小", two, birth)]) == []


def test_a_person_entered_once_without_a_document_is_asked_about() -> None:
    birth = date(1990, 1, 1)
    (found,) = duplicates.duplicates([Person("a", "王伟", KING, birth), Person("b", "王 伟", "", birth)])
    assert found.score == 60


def test_every_sign_adds_to_the_score_and_is_said_in_plain_words() -> None:
    birth = date(1973, 6, 25)
    near = KING[:11] + "7" + KING[12:]
    one = Person("a", "王建国", KING, birth, ("19900012345",), "door")
    alike = duplicates.likeness(one, Person("b", "王健国", near, birth, ("19900012345",), "door"))
    same_phone = duplicates.likeness(one, Person("c", "王建国", "", None, ("19900012345",)))
    same_door = duplicates.likeness(one, Person("d", "王建国", address="door"))

    assert alike is not None
    assert same_phone is not None
    assert same_door is not None
    assert alike.signs == (
        "证件号码只差第 12 位",
        "姓名同音",
        "出生日期相同",
        "电话相同",
        "住在同一扇门里",
    )
    assert alike.score > same_phone.score > same_door.score
    assert duplicates.likeness(one, Person("e", "王建国", near)).why == "证件号码只差第 12 位、姓名相同"  # type: ignore[union-attr]


def test_a_family_that_shares_telephone_and_home_is_left_alone() -> None:
    birth = date(2015, 5, 1)
    mother = Person("a", "李芳", phones=("19900012345",), address="door")
    child = Person("b", "王子轩", "", birth, ("19900012345",), "door")
    twin = Person("c", "王子墨", "", birth, ("19900012345",), "door")

    assert duplicates.likeness(mother, child) is None
    assert duplicates.likeness(child, twin) is None
    assert duplicates.likeness(mother, Person("d", "李芳")) is None


def test_a_number_with_two_digits_swapped_says_which() -> None:
    swapped = KING[:8] + KING[9] + KING[8] + KING[10:]
    found = duplicates.likeness(Person("a", "甲", KING), Person("b", "乙", swapped))

    assert found is not None
    assert found.why == "证件号码第 9、10 位颠倒"


def test_what_a_person_dismissed_stays_dismissed() -> None:
    people = [Person("a", "王建国", KING), Person("b", "王建军", KING)]
    (found,) = duplicates.duplicates(people)
    assert duplicates.duplicates(people[::-1], frozenset({found.key})) == []


def test_figures_open_the_list_they_count() -> None:
    people = [
        figures.Person("a", "registered", "1", date(1940, 1, 1), labels=["alone"]),
        figures.Person("b", "floating", "2", date(2015, 1, 1)),
        figures.Person("c", "registered"),
    ]
    told = {figure.words: figure for figure in figures.people(people, TODAY)}
    assert told["户籍"].ids == ("a", "c")
    assert told["80 岁以上"].ids == ("a",)
    assert told["未成年人"].share == pytest.approx(1 / 3)
    assert len(figures.ages(people, TODAY)["不详"]) == 1
    assert sum(map(len, figures.ages(people, TODAY).values())) == 3
    assert figures.labels(people, {"alone": "独居老人", "infant": "婴幼儿"})[1].count == 0


def test_households_nobody_looks_after_are_named() -> None:
    found = figures.uncovered(["a", "b", "c"], ["b"])
    assert (found.ids, found.share) == (("a", "c"), 2 / 3)
    assert figures.uncovered([], []).share is None


def test_areas_that_fell_silent_are_named() -> None:
    last = {"one": date(2026, 11, 1), "two": date(2026, 9, 1)}
    assert figures.quiet(["one", "two", "three"], last, TODAY).ids == ("two", "three")


def test_groups_come_the_most_frequent_first() -> None:
    assert figures.grouped("abcb", str) == {"b": 2, "a": 1, "c": 1}
