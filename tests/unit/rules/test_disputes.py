from datetime import date

import pytest

from gridclient.records.matter import DisputeCategory, MatterCategory
from gridclient.rules.disputes import Counts, Dispute, category_of, counted, result_words, share, year_before

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)


def dispute(heard: date | None, closed: date | None = None, result: str = "") -> Dispute:
    return Dispute(heard, closed, "family", result)


@pytest.mark.parametrize(
    ("disputes", "counts"),
    [
        ([], Counts(0, 0, 0)),
        (
            [dispute(date(2026, 10, 1)), dispute(date(2026, 10, 31)), dispute(date(2026, 11, 1))],
            Counts(2, 0, 0),
        ),
        ([dispute(date(2026, 9, 3), date(2026, 10, 4))], Counts(0, 1, 1)),
        ([dispute(date(2026, 10, 3), date(2026, 10, 4), "handed_on")], Counts(1, 1, 0)),
        ([dispute(date(2026, 10, 3), date(2026, 10, 4), "unsettled")], Counts(1, 1, 0)),
        ([dispute(date(2026, 10, 3), date(2026, 11, 4), "settled"), dispute(None)], Counts(1, 0, 0)),
    ],
)
def test_a_dispute_is_found_when_heard_and_taken_up_and_settled_when_closed(
    disputes: list[Dispute], counts: Counts
) -> None:
    assert counted(disputes, OCTOBER) == counts


def test_a_dispute_stands_on_the_line_chosen_for_it_else_on_that_of_its_matter() -> None:
    assert category_of("medical", MatterCategory.NOISE.value) == DisputeCategory.MEDICAL
    assert category_of("", MatterCategory.NOISE.value) == DisputeCategory.FAMILY
    assert category_of("", "what an office added") == category_of("", "") == DisputeCategory.OTHER
    assert len(DisputeCategory) == 19


def test_a_dispute_without_a_result_is_settled_when_it_is_closed() -> None:
    assert [result_words("", "done"), result_words("", "open"), result_words("handed_on", "done")] == [
        "已化解",
        "正在化解",
        "移交",
    ]


def test_shares_are_percent_and_a_stroke_of_nothing() -> None:
    assert [share(5, 6), share(1, 1), share(3, 1), share(0, 4), share(2, 0)] == [
        "83.3%",
        "100%",
        "300%",
        "0%",
        "—",
    ]


def test_a_year_ago_are_the_same_days() -> None:
    assert year_before(OCTOBER) == (date(2025, 10, 1), date(2025, 10, 31))
    assert year_before((date(2028, 2, 1), date(2028, 2, 29)))[1] == date(2027, 2, 28)
