from datetime import date, datetime

from hypothesis import given, strategies as st
import pytest

from gridclient import values

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", " %Y - %m - %d "]
)
@given(day=DAYS)
def test_a_day_is_read_in_every_usual_spelling(day: date, form: str) -> None:
    assert values.day_of(day.strftime(form)) == day


@given(day=DAYS)
def test_a_day_is_read_without_leading_zeros(day: date) -> None:
    assert values.day_of(f"{day.year}.{day.month}.{day.day}") == day
    assert values.month_of(f"{day.year}年{day.month}月") == f"{day:%Y-%m}"
    assert values.month_of(f"{day:%Y-%m-%d}") == f"{day:%Y-%m}"


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda m: m.replace(second=0, microsecond=0))
)
def test_a_moment_is_read_back_as_it_is_written(moment: datetime) -> None:
    assert values.moment_of(f"{moment:%Y-%m-%d %H:%M}") == moment
    assert values.moment_of(moment.isoformat()) == moment
    assert values.moment_of(f"{moment:%Y年%m月%d日%H时%M分}") == moment


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "昨天", "26-1-1", "2026", "", "20260230"])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert values.day_of(text) is None


@pytest.mark.parametrize("text", ["2026-09-01 25:00", "2026-09-01 10:60", "9点", "2026-13-01 10:00"])
def test_what_is_no_moment_is_not_guessed(text: str) -> None:
    assert values.moment_of(text) is None


@given(st.text(max_size=40))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    for tidy in (values.tidy, values.tidy_name, values.tidy_id, values.tidy_phone, values.half_width):
        assert tidy(tidy(text)) == tidy(text)
    assert "\n" not in values.tidy(text)


@given(st.text(max_size=40))
def test_nothing_typed_breaks_a_reader(text: str) -> None:
    values.day_of(text)
    values.month_of(text)
    values.moment_of(text)
    values.phones_in(text)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王 建　国", "王建国"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("Ｊｏｈｎ", "John"),  # noqa: RUF001
        ("𠮷野\u200b䶮", "𠮷野䶮"),
    ],
)
def test_a_name_keeps_every_character_and_one_form_of_dot(typed: str, name: str) -> None:
    assert values.tidy_name(typed) == name


def test_a_long_name_is_not_cut() -> None:
    name = "阿卜杜拉·" * 10
    assert len(values.tidy_name(name)) == len(name)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("’519901 19730625 002x", "51990119730625002X"),
        ("５１９９０１１９７３０６２５００２Ｘ", "51990119730625002X"),  # noqa: RUF001
    ],
)
def test_a_document_number_is_read_through_blanks_and_apostrophes(typed: str, number: str) -> None:
    assert values.tidy_id(typed) == number


@pytest.mark.parametrize(
    ("typed", "phones"),
    [
        ("199-0001-2345", ["19900012345"]),
        ("+86 199 0001 2345", ["19900012345"]),
        ("0086-19900012345", ["19900012345"]),
        ("19900012345、19900012346", ["19900012345", "19900012346"]),
        ("19900012345/19900012346", ["19900012345", "19900012346"]),
        ("19900012345 19900012346", ["19900012345", "19900012346"]),
        ("0830-1234567", ["0830-1234567"]),
        ("", []),
    ],
)
def test_telephone_numbers_are_read_as_people_write_them(typed: str, phones: list[str]) -> None:
    assert values.phones_in(typed) == phones


@given(st.text("0123456789X", min_size=5, max_size=30))
def test_a_masked_number_keeps_its_length_and_hides_its_middle(number: str) -> None:
    masked = values.masked_id(number)
    assert len(masked) == len(number)
    assert "*" in masked
    assert masked[-2:] == number[-2:]


@pytest.mark.parametrize(
    ("name", "masked"), [("李小明", "李*明"), ("李明", "李*"), ("李", "李"), ("", ""), ("阿依古丽", "阿**丽")]
)
def test_a_name_on_a_public_notice_shows_its_ends(name: str, masked: str) -> None:
    assert values.masked_name(name) == masked


def test_a_masked_telephone_shows_its_ends() -> None:
    assert values.masked_phone("19900012345") == "199****2345"
    assert values.masked_phone("12") == "12"
