from datetime import date

from hypothesis import given, strategies as st
import pytest
from stdnum.cn import ric

from gridclient.rules import identity

GOOD = "51990119730625002"
NUMBERS = st.builds(
    lambda region, day, order: f"{region}{day:%Y%m%d}{order:03d}",
    st.integers(100000, 899999),
    st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    st.integers(0, 999),
).map(lambda body: body + identity.check_digit(body))


def test_a_number_tells_birthday_and_sex() -> None:
    told = identity.read(GOOD + identity.check_digit(GOOD))
    assert (told.birth, told.sex, told.id_type) == (date(1973, 6, 25), "2", "111")


@given(NUMBERS)
def test_the_check_digit_agrees_with_the_standard(number: str) -> None:
    assert identity.check_digit(number) == ric.calc_check_digit(number)
    assert identity.problem(number) is None


@given(NUMBERS, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed_and_always_near(number: str, at: int, by: int) -> None:
    old = number[at]
    new = str((int(old) + by) % 10) if old != "X" else str(by)
    wrong = number[:at] + new + number[at + 1 :]
    assert identity.problem(wrong)
    assert identity.nearly_same(number, wrong)
    assert wrong in identity.near_numbers(number)


@given(NUMBERS, st.integers(0, 16))
def test_two_digits_swapped_are_near(number: str, at: int) -> None:
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert identity.nearly_same(number, wrong) == (wrong != number)
    assert (wrong in identity.near_numbers(number)) == (wrong != number)


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999))
def test_an_old_number_becomes_the_new_one(day: date, order: int) -> None:
    old = f"519901{day:%y%m%d}{order:03d}"
    told = identity.read(old)
    assert told.number == identity.widened(old)
    assert "15 位" in told.hint
    assert old in identity.near_numbers(told.number)
    assert not identity.nearly_same(old, told.number)  # they are one number


@given(st.text(max_size=25))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    sentence = identity.problem(text)
    assert sentence is None or len(sentence) > 5


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "18 位"),
        ("5199011973062500", "现在是 16 位"),
        ("51990119730625002612", "多 2 位"),
        ("51990119730625002A", "第 18 位不是数字"),
        ("5199O119730X250026", "第 5、12 位"),
        ("519901197313250026", "第 11、12 位是出生月份"),
        ("519901197302300026", "第 13、14 位"),
        ("519901073002250026", "第 7 至 10 位"),
        ("519901206306250026", "晚于今天"),
        ("519901197306250023", "校验不符"),
    ],
)
def test_what_is_wrong_is_said(text: str, part: str) -> None:
    assert part in (identity.problem(text, date(2026, 11, 22)) or "")


def test_what_people_type_is_accepted() -> None:
    number = "11010519491231002X"
    assert identity.read(" １１０１０５ 19491231 002x ").number == number  # noqa: RUF001
    assert identity.read("'" + number).hint == ""


@pytest.mark.parametrize(("prefix", "words"), [("810000", "香港"), ("820000", "澳门"), ("830000", "台湾")])
def test_residence_permits_of_the_three_places_are_known(prefix: str, words: str) -> None:
    body = f"{prefix}19900101001"
    told = identity.read(body + identity.check_digit(body))
    assert told.id_type == "154"
    assert words in told.hint


def test_an_unknown_region_is_only_a_hint() -> None:
    body = "19990119900101001"
    told = identity.read(body + identity.check_digit(body))
    assert "不认识" in told.hint


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        (date(2000, 6, 2), date(2026, 6, 1), 25),
        (date(2000, 6, 2), date(2026, 6, 2), 26),
        (date(2004, 2, 29), date(2026, 2, 28), 21),
        (date(2004, 2, 29), date(2026, 3, 1), 22),
        (date(2027, 1, 1), date(2026, 3, 1), None),
        (None, date(2026, 3, 1), None),
    ],
)
def test_age_is_in_completed_years(birth: date | None, today: date, years: int | None) -> None:
    assert identity.age(birth, today) == years


def test_an_identity_shows_no_number() -> None:
    assert "1973" not in repr(identity.read(GOOD + identity.check_digit(GOOD)))
