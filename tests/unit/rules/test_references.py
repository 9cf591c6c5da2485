from hypothesis import given, strategies as st
import pytest

from gridclient.rules.references import bearers, misread, reference, referred, spaced

IDS = st.text("0123456789abcdef", min_size=1, max_size=32)


@given(IDS)
def test_a_reference_is_twelve_digits_and_holds_nothing_of_the_id(household: str) -> None:
    digits = reference(household)

    assert len(digits) == 12
    assert digits.isdigit()
    assert digits == reference(household)
    assert referred(digits) == digits
    assert bearers(digits, [household, "another"]) == [household]


def test_references_stay_the_same_for_ever_because_they_are_printed() -> None:
    assert reference("0190d2f0a1b27c3d8e4f5a6b7c8d9e0f") == "942327150331"
    assert reference("") == ""


@pytest.mark.parametrize("form", ["/{}", "、{}", " {} ", "／{}"])  # noqa: RUF001 - as an input method makes it
def test_what_a_scanner_types_is_understood_with_any_sign_before_it(form: str) -> None:
    digits = reference("h1")

    assert referred(form.format(digits)) == digits
    assert referred(form.format(spaced(digits))) == digits


@given(IDS, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(household: str, place: int, more: int) -> None:
    digits = reference(household)
    wrong = str((int(digits[place]) + more) % 10)

    spoilt = digits[:place] + wrong + digits[place + 1 :]

    assert referred(spoilt) == ""
    assert misread(spoilt)
    assert not misread(digits)


@given(IDS, st.integers(0, 10))
def test_two_exchanged_digits_are_noticed(household: str, place: int) -> None:
    digits = reference(household)
    turned = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]

    assert referred(turned) in ("", digits)
    assert (referred(turned) == digits) == (turned == digits)


@pytest.mark.parametrize(
    "words", ["", "王建国", "3-2-501", "19900012345", "519901197306250026", "²²²²²²²²²²²²"]
)
def test_other_words_are_no_reference(words: str) -> None:
    assert referred(words) == ""
    assert not misread(words)
